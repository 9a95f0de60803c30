"""What a grade hangs on: when it changes, a submission is graded again; else it is left alone."""

import shutil

import pytest

from course_utils.grading import classroom
from course_utils.sources import Sources
from tests.helpers.small_class import ROOT, new_course, submit

ASSIGNMENT = "05-lstm"
TABLES = "course_utils/checks/tables"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package, to be changed."""
    root = tmp_path_factory.mktemp("package")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "course_utils", root / "course_utils", ignore=ignore)
    return root


def digest(package):
    """The digest of a submission to a real assignment, with the package as it is now."""
    one = classroom.Submission("ann", ASSIGNMENT, ROOT / "exercises" / ASSIGNMENT)
    return classroom._digest(ROOT, one, Sources(package))


@pytest.fixture(scope="module")
def unchanged(package):
    return digest(package)


@pytest.mark.parametrize(
    ("path", "added", "counts"),
    [
        pytest.param("course_utils/checks/_arrays.py", "X = 1", True, id="a check"),
        pytest.param("course_utils/checks/_arrays.py", "# a comment", False, id="a comment"),
        pytest.param("course_utils/grading/release.py", "X = 1", True, id="the grader"),
        pytest.param(f"{TABLES}/a05_lstm/step_1.py", "X = 1", True, id="a table of the assignment"),
        pytest.param(f"{TABLES}/a06_gru/step_after_1.py", "X = 1", False, id="a table of another"),
        pytest.param("course_utils/figures.py", "X = 1", False, id="what no grade hangs on"),
    ],
)
def test_code_counts_where_the_grade_reaches_it(package, unchanged, path, added, counts):
    file = package / path
    code = file.read_text("utf-8")
    file.write_text(f"{code}\n{added}\n", "utf-8")
    try:
        assert (digest(package) != unchanged) is counts
    finally:
        file.write_text(code, "utf-8")


def test_the_seed_of_the_hidden_tests_counts(package, unchanged, monkeypatch):
    monkeypatch.setenv("COURSE_GRADING_SEED", "2")
    assert digest(package) != unchanged


def test_with_another_seed_a_class_is_graded_again(tmp_path, monkeypatch):
    new_course(tmp_path)
    submit(tmp_path, "right")
    monkeypatch.setenv("COURSE_GRADING_SEED", "1")
    states = [classroom.grade(tmp_path)[0].state for _ in range(2)]
    monkeypatch.setenv("COURSE_GRADING_SEED", "2")
    assert [*states, classroom.grade(tmp_path)[0].state] == ["graded", "unchanged", "graded"]
