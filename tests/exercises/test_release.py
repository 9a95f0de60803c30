"""exercises/ is what solutions/ generate, byte for byte, and tells nobody the answers."""

import ast
import re

import nbformat
import pytest
from tests.helpers.assignment_bank import ASSIGNMENTS, ROOT, flag

from course_utils.grading.release import release


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh")
    release(ROOT, folder)
    return folder


def test_exercises_are_a_fresh_generation_from_the_solutions(fresh):
    stored, made = contents(ROOT / "exercises"), contents(fresh)
    stale = sorted(
        name for name in stored.keys() | made.keys() if stored.get(name) != made.get(name)
    )
    assert not stale, "run `make release` and commit exercises/"


def test_releasing_twice_gives_the_same_bytes_and_leaves_nothing_else(fresh, tmp_path):
    (tmp_path / "00-gone").mkdir()
    release(ROOT, tmp_path)
    assert contents(tmp_path) == contents(fresh)
    assert not (tmp_path / "00-gone").exists()
    assert {path.name for path in tmp_path.iterdir()} == {a.name for a in ASSIGNMENTS}


@pytest.mark.parametrize("folder", ["solutions", "exercises"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_notebooks_are_stored_without_outputs_and_with_ids_of_their_own(assignment, folder):
    path = ROOT / folder / assignment.name / f"{assignment.name}.ipynb"
    nb = nbformat.read(path, as_version=4)
    nbformat.validate(nb)
    assert (nb.nbformat, nb.nbformat_minor) >= (4, 5)
    ids = [cell.id for cell in nb.cells]
    assert len(set(ids)) == len(ids)
    for cell in nb.cells:
        assert not re.fullmatch(r"[0-9a-f]{8}", cell.id), f"{cell.id} was drawn at random"
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_an_assignment_has_a_locked_setup_public_tests_and_a_written_answer(assignment):
    first = next(cell for cell in assignment.notebook.cells if cell.cell_type == "code")
    assert flag(first, "locked")
    assert not flag(first, "grade")
    assert 6 <= len(assignment.tests) <= 10
    assert len(assignment.by_hand) >= 1
    assert all(points > 0 for points in [*assignment.tests.values(), *assignment.by_hand.values()])


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_test_cells_are_folded_and_short_and_show_no_expected_number(assignment, fresh):
    text = (fresh / assignment.name / f"{assignment.name}.ipynb").read_text()
    for cell in nbformat.reads(text, as_version=4).cells:
        if flag(cell, "grade_id") not in assignment.tests:
            continue
        magic, _, body = cell.source.partition("\n")
        assert re.match(r"%%check \w+( \w+)*( \d\d-[a-z-]+/[a-z-]+@\d+)?$", magic), magic
        assert cell.metadata.jupyter.source_hidden and cell.metadata.cellView == "form"
        assert len(cell.source.splitlines()) <= 15
        assert max(map(len, cell.source.splitlines())) <= 100
        numbers = [
            node.value
            for node in ast.walk(ast.parse(body))
            if isinstance(node, ast.Constant) and isinstance(node.value, (int, float))
        ]
        assert numbers == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_the_release_holds_no_solution_and_no_hidden_test(assignment, fresh):
    text = (fresh / assignment.name / f"{assignment.name}.ipynb").read_text()
    for marker in ("BEGIN SOLUTION", "HIDDEN TESTS", "MARK SCHEME"):
        assert marker not in text
    released = {
        flag(cell, "grade_id"): cell.source
        for cell in nbformat.reads(text, as_version=4).cells
        if flag(cell, "solution")
    }
    for name, answer in assignment.answers.items():
        assert released[name] == assignment.stubs[name] != answer
