"""Honest mistakes, broken files and cheap tricks, graded in one run: each gets what it has earned.

Every student of small_class.CLASS hands in something else; `make grade`'s script grades them all.
"""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from nbgrader.converters.base import NbGraderException

from course_utils import notebooks
from course_utils.grading.classroom import grade
from course_utils.grading.release import GradebookError
from tests.helpers.small_class import CLASS, STRAYS, nbgrader, new_course, scatter, submit
from tests.helpers.small_course import NAME, POINTS

WHY_NOT = {
    "broken": "is not a complete notebook",
    "empty": "is empty",
    "renamed": f"{NAME}.ipynb is missing; the folder holds my homework.ipynb",
    "links": "Links and special files are not accepted: data.txt",
    "deep": "is nested too deeply",
    "long": "a number in it is too long",
    "second-copy": f"Rename {NAME} (1).ipynb to {NAME}.ipynb.",
    "zipped": f"Unpack {NAME}.zip.",
}


def run_grade(root, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "bookkit.grade", "--root", str(root), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "COURSE_CELL_TIMEOUT": "6", **environment},
        timeout=600,
    )


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    new_course(root)
    for student in CLASS:
        submit(root, student)
    scatter(root)
    return root, run_grade(root)


def exported(root):
    with open(root / "grading" / "grades.csv") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("student", CLASS)
def test_each_submission_gets_what_it_has_earned(graded, student):
    root, _ = graded
    assert exported(root)[student] == (CLASS[student][3] or 0)


@pytest.mark.parametrize("student", CLASS)
def test_the_summary_names_every_submission_and_says_why_one_has_no_grade(graded, student):
    _, run = graded
    (row,) = [line for line in run.stdout.splitlines() if f"│ {student} " in line]
    if student in WHY_NOT:
        assert "not graded" in row
        assert WHY_NOT[student] in row
    else:
        assert "not graded" not in row
        assert f"{CLASS[student][3]} of {sum(POINTS.values())}" in row


def test_the_run_ends_with_a_count_a_warning_status_and_no_noise(graded):
    _, run = graded
    strays = [why for why in STRAYS.values() if why]
    bad = len(WHY_NOT) + len(strays)
    count = f"{len(CLASS) + len(strays)} submissions: {len(CLASS) - len(WHY_NOT)} graded, {bad} not"
    assert count in run.stdout
    assert run.returncode == 1
    assert run.stderr == ""


def test_what_is_no_submission_is_in_the_summary_too(graded):
    _, run = graded
    rows = [line for line in run.stdout.splitlines() if "not graded" in line and "│" in line]
    for place, why in STRAYS.items():
        if why is None:
            assert place.rpartition("/")[2] not in run.stdout
        else:
            student = place.partition("/")[0] if "/" in place else ""
            assert [row for row in rows if why in row and f"│ {student} " in row]


def test_a_time_that_cannot_be_read_is_a_remark(graded):
    _, run = graded
    (row,) = [line for line in run.stdout.splitlines() if "│ no-time " in line]
    assert "timestamp.txt holds no time that can be read" in row


def test_every_student_gets_a_feedback_page(graded):
    root, _ = graded
    for student in CLASS:
        page = (root / "grading" / "feedback" / student / NAME / f"{NAME}.html").read_text()
        if student in WHY_NOT:
            assert WHY_NOT[student] in page
        else:
            # The page says "(Score: 3.0 / 7.0)".
            assert re.search(rf"Score: {CLASS[student][3]:.1f} / 7\.0", page)


def test_the_target_of_a_link_is_nowhere_in_the_results(graded):
    root, _ = graded
    for folder in ("autograded", "feedback"):
        for path in (root / "grading" / folder / "links").rglob("*"):
            assert path.is_dir() or "own file" not in path.read_text()


def test_a_second_run_grades_only_what_changed_or_was_not_finished(graded):
    root, _ = graded
    before = exported(root)
    submitted = root / "grading" / "submitted"
    # One student hands in again, and of another the last run was killed before the end.
    source = submitted / "right" / NAME / f"{NAME}.ipynb"
    (submitted / "half" / NAME / f"{NAME}.ipynb").write_bytes(source.read_bytes())
    (root / "grading" / "verdicts" / NAME / "warns.json").unlink()
    verdicts = {verdict.student: verdict for verdict in grade(root) if verdict.assignment}
    run = {student for student, verdict in verdicts.items() if verdict.state == "graded"}
    assert run == {"half", "warns"}
    assert verdicts["half"].score == 3
    for student in set(CLASS) - {"half"}:
        assert verdicts[student].score == before[student]


def test_stock_autograde_refuses_the_bad_files_and_grades_the_others(tmp_path):
    new_course(tmp_path)
    for student in ("broken", "links", "right", "utf-16", "warns"):
        submit(tmp_path, student)
    assert nbgrader(tmp_path, "generate_assignment", NAME, "--force").returncode == 0
    run = nbgrader(tmp_path, "autograde", NAME)
    assert run.returncode == 1
    assert "links and special files are not accepted" in run.stderr
    graded = tmp_path / "grading" / "autograded"
    assert {path.parent.parent.name for path in graded.rglob("*.ipynb")} == {
        "right",
        "utf-16",
        "warns",
    }
    assert not (graded / "links" / NAME).exists()


def test_an_unknown_assignment_and_an_empty_folder_are_named(tmp_path):
    new_course(tmp_path)
    (tmp_path / "grading" / "submitted" / "ann" / "09-other").mkdir(parents=True)
    (tmp_path / "grading" / "submitted" / "bob" / NAME).mkdir(parents=True)
    verdicts = {verdict.student: verdict for verdict in grade(tmp_path)}
    assert verdicts["ann"].note == f"There is no assignment 09-other; the course has {NAME}."
    assert verdicts["bob"].note == f"{NAME}.ipynb is missing; the folder holds nothing."


def test_grading_nothing_says_where_submissions_belong(tmp_path):
    new_course(tmp_path)
    run = run_grade(tmp_path)
    assert run.returncode == 1
    assert "grading/submitted/STUDENT/ASSIGNMENT" in run.stdout


def test_a_broken_assignment_is_named_and_nobody_is_graded(tmp_path):
    new_course(tmp_path)
    submit(tmp_path, "right")
    path = tmp_path / "solutions" / NAME / f"{NAME}.ipynb"
    nb = json.loads(path.read_text())
    nb["cells"].append(nb["cells"][-1] | {"id": "again"})
    path.write_text(json.dumps(nb))
    run = run_grade(tmp_path)
    assert run.returncode == 1
    assert f"Nothing was graded. {NAME}: " in run.stdout
    assert "Duplicate grade id" in run.stdout


def test_a_graded_notebook_that_was_removed_is_named_with_the_way_out(tmp_path):
    new_course(tmp_path)
    submit(tmp_path, "right")
    assert [verdict.state for verdict in grade(tmp_path)] == ["graded"]
    shutil.rmtree(tmp_path / "grading" / "autograded" / "right")
    (verdict,) = grade(tmp_path)
    assert "holds no notebook. Run this again with --force." in verdict.note
    assert [verdict.state for verdict in grade(tmp_path, force=True)] == ["graded"]


def test_a_gradebook_in_use_stops_the_run_and_says_so(tmp_path):
    new_course(tmp_path)
    submit(tmp_path, "right")
    assert [verdict.state for verdict in grade(tmp_path)] == ["graded"]
    (tmp_path / "grading" / "verdicts" / NAME / "right.json").unlink()
    with sqlite3.connect(tmp_path / "grading" / "gradebook.db") as book:
        book.execute("BEGIN EXCLUSIVE")
        run = run_grade(tmp_path)
    assert run.returncode == 1
    assert "Grading stopped. The gradebook is in use. Close what else is open on it" in run.stdout
    assert run.stderr == ""


def test_a_gradebook_that_is_none_says_so(tmp_path):
    new_course(tmp_path)
    submit(tmp_path, "right")
    (tmp_path / "grading" / "gradebook.db").write_text("Not a gradebook at all. " * 100)
    with pytest.raises(GradebookError, match="cannot be read as a gradebook"):
        grade(tmp_path)


def test_a_course_may_lie_in_a_folder_whose_name_looks_like_an_address(tmp_path):
    root = tmp_path / "{a}%20b#c"
    root.mkdir()
    new_course(root)
    submit(root, "right")
    assert [(verdict.state, verdict.score) for verdict in grade(root)] == [("graded", 3)]
    assert (root / "grading" / "gradebook.db").is_file()


def test_a_folder_that_nbgrader_takes_for_a_pattern_is_named(tmp_path):
    root = tmp_path / "course [2026]"
    root.mkdir()
    with pytest.raises(NbGraderException, match=r"cannot work in .*course \[2026\]: give the fold"):
        new_course(root)


def test_a_file_that_cannot_be_opened_stops_nobody_else(tmp_path, monkeypatch):
    new_course(tmp_path)
    for student in ("right", "half"):
        submit(tmp_path, student)
    read = notebooks.read

    def refuse(path):
        if "half" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(notebooks, "read", refuse)
    verdicts = {verdict.student: verdict for verdict in grade(tmp_path)}
    assert verdicts["half"].note == f"{NAME}.ipynb cannot be read: Permission denied."
    assert verdicts["right"].state == "graded"


def test_the_summary_goes_into_a_file_of_windows(tmp_path):
    new_course(tmp_path)
    submit(tmp_path, "łukasz")
    run = run_grade(tmp_path, PYTHONIOENCODING="cp1252")
    assert run.returncode == 0
    assert "\\u0142ukasz" in run.stdout
