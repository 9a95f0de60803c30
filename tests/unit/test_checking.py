"""`course check`: what a student reads about a notebook, in every state a notebook can be in."""

import hashlib
import io
import json
import os
import subprocess
import sys

import nbformat
import pytest
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbgrader import utils
from rich.console import Console

from course_utils import checking
from tests.helpers import small_course

EXPLAINED = "Because it adds whatever the list holds."


def notebook(path, double=None, total=None, explain=EXPLAINED, edit=None):
    """The small assignment as a student has it: None leaves the stub in place."""
    nb = small_course.source()
    stub = "def {}:\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    for cell in nb.cells:
        meta = cell.metadata.get("nbgrader", {})
        name = meta.get("grade_id")
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


def cell_of(nb, name):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def solved(path, **others):
    return notebook(path, **{"double": small_course.DOUBLE, "total": small_course.TOTAL} | others)


def check(path, timeout=30, width=100):
    """The report, and what the screen shows; the file must not change."""
    before = hashlib.sha256(path.read_bytes()).digest()
    report = checking.check_notebook(path, timeout=timeout)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    screen = io.StringIO()
    checking.render(report, Console(file=screen, width=width))
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


def test_a_cell_that_leaves_python_costs_no_task_and_is_named(tmp_path):
    def leave(nb):
        nb.cells.insert(3, nbformat.v4.new_code_cell("exit()"))

    slow = small_course.DOUBLE + "\n\nimport time\ntime.sleep(0.4)"
    report, _ = check(solved(tmp_path / "a.ipynb", double=slow, edit=leave))
    assert report.points == 3
    (note,) = report.notes
    assert note.startswith("A cell outside the tasks does not run. Python stopped as soon as this")
    assert "Does it call exit()" in note


SET_UPS = {
    "gone": (lambda nb: nb.cells.pop(1), "the set-up cell is missing. Copy it from the file"),
    "stops": (lambda nb: nb.cells[1].update(source="1 / 0"), "the set-up cell did not run"),
    "other": (lambda nb: nb.cells[1].update(source="pass"), "the set-up cell was changed"),
    "old": (
        lambda nb: nb.cells[1].update(source="import course_utils"),
        "the course's package is another version than this notebook. Install it: pip install",
    ),
}


@pytest.mark.parametrize(("edit", "words"), SET_UPS.values(), ids=SET_UPS)
def test_a_test_that_could_not_start_gives_nothing_and_says_why(tmp_path, edit, words):
    report, shown = check(solved(tmp_path / "a.ipynb", edit=edit))
    assert states(report) == ["look", "look", "written"]
    assert report.points == 0
    for task in report.tasks[:2]:
        assert task.message.startswith(f"This test could not start: {words}")
    assert "Everything holds" not in shown


def test_asking_for_input_and_leaving_with_sys_exit_are_explained(tmp_path):
    asks = "name = input('Who?')\n\n" + small_course.DOUBLE
    leaves = small_course.TOTAL + "\n\n\nimport sys\nsys.exit()"
    report, _ = check(notebook(tmp_path / "a.ipynb", asks, leaves))
    assert states(report) == ["look", "holds", "written"]
    asked = report.tasks[0].message
    assert asked.startswith("Line 1 of your cell asks for something to be typed, with input().")
    assert asked.endswith("write the value down.\nname = input('Who?')")
    (left,) = report.notes
    assert left.startswith("“Task 2 · Total” holds, but: sys.exit() ends your cell too early.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("error: externally-managed-environment", "python3 -m venv"),
        ("/usr/bin/python3: No module named pip", "uv pip install"),
        ("Temporary failure in name resolution", "Is this computer connected to the internet?"),
    ],
)
def test_a_course_that_cannot_be_installed_says_what_to_do(tmp_path, said, words):
    """In the set-up cell, which installs it where it is missing: see solutions/."""

    def fail(nb):
        nb.cells[1].source = (
            "import subprocess, sys\n"
            f"pip = [sys.executable, '-c', 'import sys; sys.exit(sys.argv[1])', {said!r}, 'pip']\n"
            "subprocess.run(pip, check=True)"
        )

    report, shown = check(solved(tmp_path / "a.ipynb", edit=fail))
    assert "CalledProcessError" not in shown
    (note,) = report.notes
    assert note.startswith("The set-up cell does not run.")
    assert words in note


def test_the_last_words_of_the_set_up_cell_are_passed_on(tmp_path):
    def fail(nb):
        nb.cells[
            1
        ].source = "import sys\nsys.exit('It could not be installed. Is there a network?')"

    report, _ = check(solved(tmp_path / "a.ipynb", edit=fail))
    words = "The set-up cell does not run. It could not be installed. Is there a network?"
    assert report.notes == [words]


def test_what_the_course_brings_is_installed_with_the_course_and_nothing_else_is(tmp_path):
    double, total = (f"import {name}\n\n\n" for name in ("numpy.no_such_part", "no_such_package"))
    path = notebook(tmp_path / "a.ipynb", double + small_course.DOUBLE, total + "def total(x): 0")
    report, _ = check(path)
    brought, foreign = (task.message for task in report.tasks[:2])
    assert "which you install with: pip install" in brought
    assert f"/course_utils-{checking.__version__}-py3-none-any.whl" in brought
    assert "pip install" not in foreign
    assert "the grader may not have it" in foreign


def test_an_answer_of_a_few_words_is_called_very_short_and_not_wrong(tmp_path):
    report, shown = check(solved(tmp_path / "a.ipynb", explain="bla"))
    assert states(report) == ["holds", "holds", "very short"]
    assert "very short; a person will read it" in shown
    assert "Everything holds" not in shown
    assert report.exit_code == 0
    # Other languages write a long answer without a blank.
    report, _ = check(
        solved(
            tmp_path / "b.ipynb", explain="状态会记住到目前为止读过的一切，所以词的顺序会影响它。"
        )
    )
    assert states(report)[2] == "written"


def test_a_part_of_the_points_is_shown_as_a_part(tmp_path):
    def half(nb):
        cell = cell_of(nb, "test-total")
        cell.source += "\n0.5"
        cell.metadata.nbgrader.checksum = utils.compute_checksum(cell)

    report, shown = check(solved(tmp_path / "a.ipynb", edit=half))
    assert states(report) == ["holds", "look", "written"]
    assert report.tasks[1].message == "This test gives 0.5 of its 2 points."
    assert "1.5 of 3 points" in shown


@pytest.mark.parametrize("lost", ["grade_id", "points"])
def test_damaged_marks_of_a_cell_are_a_note_and_the_other_tasks_are_checked(tmp_path, lost):
    def damage(nb):
        del cell_of(nb, "test-total").metadata.nbgrader[lost]

    report, shown = check(solved(tmp_path / "a.ipynb", edit=damage))
    assert states(report) == ["holds", "written"]
    assert report.exit_code == 1
    (note,) = report.notes
    assert note.startswith("The marks of a cell of “Task 2 · Total” are damaged")
    assert "Everything holds" not in shown


def test_in_a_narrow_terminal_nothing_is_cut_off(tmp_path):
    def bracket(nb):
        cell_of(nb, "double").source = "def double(x):\n    raise ValueError('[bold] [x][0] [/x]')"

    _, shown = check(solved(tmp_path / "a.ipynb", edit=bracket), width=30)
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 30
    words = " ".join(shown.split())
    assert "[bold] [x][0] [/x]" in words
    assert "→ Task 1 · Double look at this 0 of 1 point" in words
    assert "2 of 3 points in the tests you can see. 1 to look at." in words


def course(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", "from course_utils.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **environment},
    )


def test_the_report_goes_into_a_file_of_windows(tmp_path):
    def name(nb):
        nb.cells[2].source = "## Task 1 · Łódź"

    path = solved(tmp_path / "a.ipynb", edit=name)
    done = course("check", path, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0
    assert "+ Task 1 · \\u0141ód\\u017a  holds" in done.stdout.decode("cp1252")


def test_brackets_in_an_error_of_the_command_are_kept():
    assert "no chapter no[bold].md" in course("run", "no[bold].md").stderr.decode()


def test_a_python_that_cannot_be_started_is_a_problem_of_the_installation(tmp_path, monkeypatch):
    async def launch(self, cmd, **settings):
        raise FileNotFoundError(cmd[0])

    monkeypatch.setattr(LocalProvisioner, "launch_kernel", launch)
    report, shown = check(solved(tmp_path / "a.ipynb"))
    assert report.problem.startswith("Python could not be started for the notebook")
    assert "pip install" in shown


def test_a_changed_and_a_missing_test_are_mentioned(tmp_path):
    def meddle(nb):
        nb.cells[4].source = "pass"
        del nb.cells[7]

    path = notebook(tmp_path / "a.ipynb", small_course.DOUBLE, small_course.TOTAL, edit=meddle)
    report, shown = check(path)
    assert report.exit_code == 1
    assert "2 of which nothing is known here; see the notes." in shown
    assert "Everything holds" not in shown
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
        nb.cells[-1].source = f"# Mine\n{EXPLAINED}"
        nb.cells.insert(3, nbformat.v4.new_markdown_cell("# Notes"))

    report, _ = check(notebook(tmp_path / "b.ipynb", small_course.DOUBLE, edit=add_headings))
    assert not any("are missing" in note for note in report.notes)
    assert report.tasks[-1].title == "Task 3 · Explain"

    report, shown = check(notebook(tmp_path / "a.ipynb", small_course.DOUBLE, edit=shorten))
    assert "Everything holds" not in shown
    assert any("The cells of “Task 2 · Total” are missing" in note for note in report.notes)


def test_a_set_up_cell_that_fails_is_a_note(tmp_path):
    def break_setup(nb):
        nb.cells[1].source = "import no_such_package"

    path = notebook(tmp_path / "a.ipynb", small_course.DOUBLE, edit=break_setup)
    report, _ = check(path)
    assert any("No module named 'no_such_package'" in note for note in report.notes)
    assert any("the grader may not have it" in note for note in report.notes)


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
