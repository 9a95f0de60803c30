"""`course check`: what a student reads about a notebook, in every state a notebook can be in."""

import hashlib
import importlib.util
import io
import json
from pathlib import Path

import nbformat
import pytest
from nbgrader import utils
from rich.console import Console

from course_utils import checking

GRADING = Path(__file__).resolve().parents[1] / "grading"


def load(name):
    spec = importlib.util.spec_from_file_location(name, GRADING / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


small_course = load("small_course")

CHECKED_DOUBLE = (
    "from course_utils import checks\n"
    "with checks.task('double'):\n"
    "    checks.equal(checks.call(double, 3), 6, 'the double of 3')"
)


def notebook(path, double=None, total=None, explain="Because.", edit=None):
    """The small assignment as a student has it: None leaves the stub in place."""
    nb = small_course.source()
    stub = "def {}:\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    for cell in nb.cells:
        meta = cell.metadata.get("nbgrader", {})
        name = meta.get("grade_id")
        if name == "test-double":
            cell.source = CHECKED_DOUBLE
        if name == "test-total":
            cell.source = cell.source.split("\n###")[0]
        if name in ("double", "total"):
            cell.source = stub.format("double(x)" if name == "double" else "total(values)")
        if name == "explain":
            cell.source = "YOUR ANSWER HERE"
        if meta:
            meta["checksum"] = utils.compute_checksum(cell)
        answer = {"double": double, "total": total, "explain": explain}.get(name)
        if answer is not None:
            cell.source = answer
    if edit:
        edit(nb)
    nbformat.write(nb, path)
    return path


def check(path, timeout=30):
    """The report, and what the screen shows; the file must not change."""
    before = hashlib.sha256(path.read_bytes()).digest()
    report = checking.check_notebook(path, timeout=timeout)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    screen = io.StringIO()
    checking.render(report, Console(file=screen, width=100))
    shown = screen.getvalue()
    assert "Traceback" not in shown
    assert "\x1b" not in shown
    return report, shown


def states(report):
    return [task.state for task in report.tasks]


def test_a_finished_notebook_holds(tmp_path):
    path = notebook(tmp_path / "a.ipynb", small_course.DOUBLE, small_course.TOTAL)
    report, shown = check(path)
    assert states(report) == ["holds", "holds", "written"]
    assert (report.points, report.max_points, report.exit_code) == (3, 3, 0)
    assert "Task 1 · Double" in shown
    assert "Everything holds: 3 of 3 points" in shown


def test_an_untouched_notebook_is_not_started_and_nothing_alarms(tmp_path):
    report, shown = check(notebook(tmp_path / "a.ipynb", explain=None))
    assert states(report) == ["not started"] * 3
    assert report.exit_code == 1
    assert "3 not started yet" in shown
    assert "Error" not in shown


def test_wrong_and_broken_answers_are_told_what_to_look_at(tmp_path):
    path = notebook(
        tmp_path / "a.ipynb", "def double(x):\n    return x", "def total(values)\n    return 0"
    )
    report, shown = check(path)
    assert states(report) == ["look", "look", "written"]
    diagnosis, syntax = report.tasks[0].message, report.tasks[1].message
    assert "double of 3 is not right: you have 3, expected 6" in diagnosis
    assert syntax == ("Line 1 of your cell is not Python yet: expected ':'.\ndef total(values)")
    assert report.exit_code == 1
    assert "0 of 3 points" in shown


def test_an_error_names_the_line_of_the_student_s_own_cell(tmp_path):
    path = notebook(
        tmp_path / "a.ipynb", small_course.DOUBLE, small_course.TOTAL + "\n\nresult = totl([1])"
    )
    path2 = notebook(
        tmp_path / "b.ipynb", "value = 1\ndouble = lambda x: 2 * y", "result = totl([1])"
    )
    report, _ = check(path)
    assert states(report) == ["holds", "holds", "written"]
    report, _ = check(path2)
    assert states(report)[1] == "look"
    assert report.tasks[1].message == (
        "Line 1 of your cell stops with NameError: name 'totl' is not defined.\nresult = totl([1])"
    )


def test_a_loop_without_end_and_a_stopped_python_cost_one_task_each(tmp_path):
    endless = "def double(x):\n    return 2 * x\n\nwhile True:\n    pass"
    stops = "import os\n\ndef total(values):\n    os._exit(1)"
    report, shown = check(notebook(tmp_path / "a.ipynb", endless, small_course.TOTAL), timeout=8)
    assert states(report) == ["holds", "holds", "written"]
    assert "“Task 1 · Double” holds, but: This cell did not end within 8 seconds." in shown
    assert "a loop that never ends" in " ".join(shown.split())
    report, shown = check(notebook(tmp_path / "b.ipynb", small_course.DOUBLE, stops))
    assert states(report) == ["holds", "look", "written"]
    assert "Python stopped while this cell ran" in shown


def test_a_changed_and_a_missing_test_are_mentioned(tmp_path):
    def meddle(nb):
        nb.cells[4].source = "pass"
        del nb.cells[7]

    path = notebook(tmp_path / "a.ipynb", small_course.DOUBLE, small_course.TOTAL, edit=meddle)
    report, _ = check(path)
    assert report.notes == [
        "The test of “Task 1 · Double” was changed. The grader uses its own copy of it.",
        "The test of “Task 2 · Total” is missing here. The grader has its own copy of it.",
    ]


def test_a_task_that_was_deleted_is_mentioned(tmp_path):
    def shorten(nb):
        for cell in nb.cells:
            if cell.source.startswith("## Task"):
                cell.source += " (2 points)"
        names = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in nb.cells]
        nb.cells = [
            cell
            for cell, name in zip(nb.cells, names, strict=True)
            if name not in ("total", "test-total")
        ]

    def add_headings(nb):
        for cell in nb.cells:
            if cell.source.startswith("## Task"):
                cell.source += " (2 points)"
        nb.cells[-1].source = "# Mine\nBecause."
        nb.cells.insert(3, nbformat.v4.new_markdown_cell("# Notes"))

    report, _ = check(notebook(tmp_path / "b.ipynb", small_course.DOUBLE, edit=add_headings))
    assert not any("are missing" in note for note in report.notes)
    assert report.tasks[-1].title == "Task 3 · Explain"

    report, _ = check(notebook(tmp_path / "a.ipynb", small_course.DOUBLE, edit=shorten))
    assert any("The cells of “Task 2 · Total” are missing" in note for note in report.notes)


def test_a_set_up_cell_that_fails_is_a_note(tmp_path):
    def break_setup(nb):
        nb.cells[1].source = "import no_such_package"

    path = notebook(tmp_path / "a.ipynb", small_course.DOUBLE, edit=break_setup)
    report, _ = check(path)
    assert any("No module named 'no_such_package'" in note for note in report.notes)
    assert any("pip install" in note for note in report.notes)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ipynb", None, "There is no file"),
        ("a.txt", "text", "ends in .ipynb"),
        ("a.ipynb", "", "is empty. Save the notebook"),
        ("a.ipynb", '{"cells": [', "not a complete notebook"),
        ("a.ipynb", "{\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n}", "two versions at once"),
        ("a.ipynb", "[1, 2]", "is not a notebook, though its name says so"),
        ("a.ipynb", b"\xff\xfe\x00", "it is not text"),
        ("a.ipynb", '{"nbformat": 4, "nbformat_minor": 5, "cells": 3}', "is damaged"),
        (
            "a.ipynb",
            json.dumps(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])),
            "not one of the course's assignments",
        ),
    ],
)
def test_a_file_that_cannot_be_checked_is_explained(tmp_path, name, content, words):
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.write_text(content)
    report = checking.check_notebook(path)
    assert words in report.problem
    assert report.exit_code == 1
    screen = io.StringIO()
    checking.render(report, Console(file=screen, width=100))
    assert words.split()[0] in screen.getvalue()


def test_a_mistyped_name_and_a_folder_lead_to_the_notebook(tmp_path):
    notebook(tmp_path / "01-order.ipynb")
    assert "Did you mean" in checking.check_notebook(tmp_path / "01-oder.ipynb").problem
    assert "01-order.ipynb" in checking.check_notebook(tmp_path).problem


def test_the_checksum_is_nbgrader_s():
    for cell in small_course.source().cells:
        if "nbgrader" in cell.metadata:
            assert checking.checksum(cell) == utils.compute_checksum(cell)
