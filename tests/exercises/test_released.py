"""A notebook that was released last term gets the same points with the package of today.

`released/` keeps notebooks as students got them: of 2026-11 with the tests in their cells, of
2026-12 with tables. Their answers are those of today's banks.
"""

from pathlib import Path

import nbformat
import pytest
from tests.helpers.assignment_bank import ASSIGNMENTS, Warm, flag

RELEASED = sorted(Path(__file__).with_name("released").glob("*/*.ipynb"))


class Released:
    """An assignment as it was; a warm process needs to know where it lies."""

    def __init__(self, path):
        self.path = path


@pytest.fixture(scope="module", params=RELEASED, ids=lambda p: f"{p.parent.name} {p.stem}")
def released(request):
    """Today's assignment, the tests that the released notebook has, and its warm process."""
    assignment = next(a for a in ASSIGNMENTS if a.name == request.param.stem)
    cells = nbformat.read(request.param, as_version=4).cells
    tests = [
        flag(cell, "grade_id")
        for cell in cells
        if flag(cell, "grade") and not flag(cell, "solution")
    ]
    warm = Warm(Released(request.param))
    yield assignment, tests, warm
    warm.close()


def test_right_answers_keep_all_points(released):
    assignment, tests, warm = released
    assert set(tests) == set(assignment.tests)
    assert warm.attempt(assignment.answers, tests) == dict.fromkeys(tests)


def test_wrong_answers_lose_them_with_the_same_diagnosis(released):
    assignment, _, warm = released
    for bank in assignment.banks.values():
        name, (code, words) = next(iter(bank.wrong.items()))
        error = warm.attempt(assignment.answers | {bank.solution: code}, [bank.test])[bank.test]
        assert error is not None, name
        assert error[0] == "CheckError" and words.casefold() in error[1].casefold(), error


def test_the_stubs_get_nothing(released):
    _, tests, warm = released
    assert None not in warm.attempt({}, tests).values()
