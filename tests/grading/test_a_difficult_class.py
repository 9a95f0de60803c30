"""Honest mistakes, broken files and cheap tricks, graded in one run: each gets what it has earned.

Every student of small_class.CLASS hands in something else; `make grade`'s script grades them all.
"""

import csv
import json
import os
import re
import subprocess
import sys

import pytest
from small_class import CLASS, ROOT, nbgrader, new_course, submit
from small_course import NAME, POINTS

from course_utils.grading.classroom import grade

WHY_NOT = {
    "broken": "is not a complete notebook",
    "empty": "is empty",
    "renamed": f"{NAME}.ipynb is missing; the folder holds my homework.ipynb",
    "links": "Links and special files are not accepted: data.txt",
}


def run_grade(root, *arguments):
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "grade.py"), "--root", str(root), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "COURSE_CELL_TIMEOUT": "6"},
        timeout=600,
    )


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    new_course(root)
    for student in CLASS:
        submit(root, student)
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
    assert f"{len(CLASS)} submissions: {len(CLASS) - 4} graded, 4 not graded." in run.stdout
    assert run.returncode == 1
    assert run.stderr == ""


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
    verdicts = {verdict.student: verdict for verdict in grade(root)}
    run = {student for student, verdict in verdicts.items() if verdict.state == "graded"}
    assert run == {"half", "warns"}
    assert verdicts["half"].score == 3
    for student in set(CLASS) - {"half"}:
        assert verdicts[student].score == before[student]


def test_stock_autograde_refuses_the_bad_files_and_grades_the_others(tmp_path):
    new_course(tmp_path)
    for student in ("broken", "links", "right", "warns"):
        submit(tmp_path, student)
    assert nbgrader(tmp_path, "generate_assignment", NAME, "--force").returncode == 0
    run = nbgrader(tmp_path, "autograde", NAME)
    assert run.returncode == 1
    assert "links and special files are not accepted" in run.stderr
    graded = tmp_path / "grading" / "autograded"
    assert {path.parent.parent.name for path in graded.rglob("*.ipynb")} == {"right", "warns"}
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
