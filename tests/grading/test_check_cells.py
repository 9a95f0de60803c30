"""Test cells that begin with `%%check`, on nbgrader as it comes and with the course's settings.

Hidden tests are gone from the release and back for grading, a last value is a score, and a test
that could not start gives nothing.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from course_utils.grading.classroom import grade
from tests.helpers import small_course
from tests.helpers.small_class import cell_of, keep, new_course
from tests.helpers.small_course import DOUBLE, NAME

STUDENTS = {
    "right": (small_course.TOTAL, keep),
    # Right for the list that students see, wrong for the empty one of the hidden test.
    "repeats": ("def total(values):\n    return 3", keep),
    # The set-up cell fails, and `%%check` is not known.
    "no-setup": (
        small_course.TOTAL,
        lambda nb: nb.cells.insert(
            0, v4.new_code_cell("import sys\nsys.modules['course_utils'] = None")
        ),
    ),
}
SCORES = {"right": 0.5 + 2, "repeats": 0.5, "no-setup": 0}


def a_half_for_double(nb):
    cell_of(nb, "test-double").source += "\n0.5"


def submit(released, submitted):
    """Hand in what every student has made of the release."""
    for student, (total, edit) in STUDENTS.items():
        nb = nbformat.read(released / NAME / f"{NAME}.ipynb", as_version=4)
        cell_of(nb, "double").source = DOUBLE
        cell_of(nb, "total").source = total
        edit(nb)
        folder = submitted / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / f"{NAME}.ipynb")


def stock(root, *arguments):
    """Run an nbgrader command in a course that has no settings but its name."""
    environment = os.environ | {  # nbgrader looks for alembic
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments, "--course=small"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def course(request, tmp_path_factory):
    """Returns the release, the folder of graded notebooks, and the students' scores."""
    root = tmp_path_factory.mktemp("course")
    if request.param == "stock":
        small_course.write_source(root, a_half_for_double)
        (root / "solutions").rename(root / "source")
        stock(root, "generate_assignment", NAME)
        submit(root / "release", root / "submitted")
        stock(root, "autograde", NAME)
        stock(root, "export", "--to=grades.csv")
        with open(root / "grades.csv") as file:
            scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
        return root / "release", root / "autograded", scores
    new_course(root, a_half_for_double)
    submit(root / "exercises", root / "grading" / "submitted")
    scores = {verdict.student: verdict.score for verdict in grade(root)}
    return root / "exercises", root / "grading" / "autograded", scores


both = pytest.mark.parametrize("course", ["stock", "ours"], indirect=True)


def notebook(folder):
    return nbformat.read(folder / NAME / f"{NAME}.ipynb", as_version=4)


@both
def test_hidden_tests_are_gone_from_the_release_and_back_for_grading(course):
    released, graded, _ = course
    shown = cell_of(notebook(released), "test-total").source
    assert shown.startswith("%%check total\n")
    assert "nothing" not in shown
    assert "HIDDEN" not in shown
    back = cell_of(notebook(graded / "right"), "test-total").source
    assert back == cell_of(small_course.source(), "test-total").source


@both
def test_each_gets_what_its_tests_have_found(course):
    """A last value of 0.5 is half a point; a hidden test counts; no start is no point."""
    _, _, scores = course
    assert scores == SCORES


@both
def test_a_test_that_could_not_start_shows_why(course):
    _, graded, _ = course
    nb = notebook(graded / "no-setup")
    for name in ("test-double", "test-total"):
        names = [out.get("ename") for out in cell_of(nb, name).outputs]
        assert "UsageError" in names
