"""Every wrong answer of the banks loses its points and is told why; every right one keeps them."""

import pytest
from assignment_bank import ASSIGNMENTS

BANKS = [(assignment, bank) for assignment in ASSIGNMENTS for bank in assignment.banks.values()]


def entries(kind):
    return [
        pytest.param(assignment, bank, name, id=f"{assignment}-{bank.test}-{name}")
        for assignment, bank in BANKS
        for name in getattr(bank, kind)
    ]


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_every_graded_cell_has_a_bank(assignment):
    assert set(assignment.banks) == set(assignment.tests)
    for bank in assignment.banks.values():
        assert bank.solution in assignment.answers
        assert bank.wrong and bank.right


@pytest.mark.parametrize(("assignment", "bank", "name"), entries("wrong"))
def test_a_wrong_answer_is_told_what_it_looks_like(assignment, bank, name, warm, mutation_scores):
    code, words = bank.wrong[name]
    error = warm(assignment).attempt({bank.solution: code}, [bank.test])[bank.test]
    diagnosed = (
        error is not None and error[0] == "CheckError" and words.casefold() in error[1].casefold()
    )
    mutation_scores[assignment.name].append(diagnosed)
    assert error is not None, "a wrong answer passes"
    assert error[0] == "CheckError", error
    assert diagnosed, f"expected {words!r} in the diagnosis: {error[1]}"


@pytest.mark.parametrize(("assignment", "bank", "name"), entries("right"))
def test_a_right_answer_passes_whatever_data_is_drawn(assignment, bank, name, warm):
    for seed in (2026, 1, 2):
        replace = {bank.solution: bank.right[name]}
        error = warm(assignment).attempt(replace, [bank.test], seed)[bank.test]
        assert error is None, f"with seed {seed}: {error[1]}"


@pytest.mark.parametrize(
    ("assignment", "bank"), [pytest.param(a, b, id=f"{a}-{b.test}") for a, b in BANKS]
)
def test_the_blank_stub_does_not_pass(assignment, bank, warm):
    replace = {bank.solution: assignment.stubs[bank.solution]}
    error = warm(assignment).attempt(replace, [bank.test])[bank.test]
    assert error is not None, "the stub passes"
    assert error[0] == "NotImplementedError" or "not written yet" in error[1], error


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_the_reference_solution_passes_whatever_data_is_drawn(assignment, warm):
    for seed in range(20):
        outcome = warm(assignment).attempt({}, assignment.tests, seed)
        assert outcome == dict.fromkeys(assignment.tests), f"with seed {seed}"


def test_one_answer_does_not_disturb_the_next(warm):
    assignment, bank = BANKS[0]
    code, _ = next(iter(bank.wrong.values()))
    vandal = code + "\nimport numpy\nnumpy.array = numpy.zeros = None\ndel checks.close\n"
    assert warm(assignment).attempt({bank.solution: vandal}, [bank.test])[bank.test] is not None
    assert warm(assignment).attempt({}, assignment.tests) == dict.fromkeys(assignment.tests)


def test_an_answer_that_stops_python_fails_alone(warm):
    assignment, bank = BANKS[0]
    stop = warm(assignment).attempt({bank.solution: "import os; os._exit(0)"}, [bank.test])
    assert stop[bank.test] == ["Failed", "it stopped Python"]
    assert warm(assignment).attempt({}, assignment.tests) == dict.fromkeys(assignment.tests)
