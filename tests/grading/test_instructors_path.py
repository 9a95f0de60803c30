"""A class from release to exported grades, with stock nbgrader commands on the first assignment.

As the instructor guide tells it: generate, release, three students fetch and submit, collect,
autograde, mark by hand, feedback, export.
"""

import csv
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory

from course_utils.grading.release import load_config
from tests.helpers.small_class import ROOT, nbgrader

NAME = "01-order"


def flag(cell, name):
    return cell.metadata.get("nbgrader", {}).get(name, False)


class Source:
    """The instructor's notebook: its answers, and the points of its graded cells."""

    def __init__(self):
        nb = nbformat.read(ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
        self.answers, self.points, self.graded_by = {}, {}, {}
        for cell in nb.cells:
            name = flag(cell, "grade_id")
            if flag(cell, "solution") and not flag(cell, "grade"):
                self.answers[name] = cell.source
                latest = name
            elif flag(cell, "grade") and not flag(cell, "solution"):
                self.points[name] = cell.metadata.nbgrader.points
                self.graded_by[name] = latest
            elif flag(cell, "grade"):
                self.written = name
                self.written_points = cell.metadata.nbgrader.points


class Student:
    """Someone with a folder of their own, who reaches the class through the exchange."""

    def __init__(self, root, name, exchange):
        self.name, self.home = name, root / "homes" / name
        self.home.mkdir(parents=True)
        self.config = load_config(root)
        self.config.CourseDirectory.root = str(self.home)
        self.config.Exchange.root = str(exchange)
        self.config.Exchange.assignment_dir = str(self.home)
        self.config.Exchange.cache = str(self.home / "cache")

    def exchange(self, action):
        directory = CourseDirectory(config=self.config, assignment_id=NAME, student_id=self.name)
        factory = ExchangeFactory(config=self.config)
        kind = getattr(factory, action)
        kind(
            coursedir=directory, authenticator=Authenticator(config=self.config), config=self.config
        ).start()

    def work(self, answers, written):
        path = self.home / NAME / f"{NAME}.ipynb"
        nb = nbformat.read(path, as_version=4)
        for cell in nb.cells:
            if flag(cell, "grade_id") in answers:
                cell.source = answers[flag(cell, "grade_id")]
            elif written and flag(cell, "grade") and flag(cell, "solution"):
                cell.source = written
        nbformat.write(nb, path)


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    """A course taught up to the feedback. Returns its folder, its source and the marks given."""
    root = tmp_path_factory.mktemp("course")
    exchange = root / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    source = Source()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions" / NAME, root / "solutions" / NAME)
    through = f"--Exchange.root={exchange}"

    def run(*arguments):
        done = nbgrader(root, *arguments)
        assert done.returncode == 0, done.stderr

    run("generate_assignment", NAME)
    run("release_assignment", NAME, through)

    half = list(source.points)[: len(source.points) // 2]
    submitted = {
        "right": (source.answers, "A good explanation."),
        "half": (
            {source.graded_by[test]: source.answers[source.graded_by[test]] for test in half},
            "Half an explanation.",
        ),
        "blank": ({}, ""),
    }
    for name, (answers, written) in submitted.items():
        student = Student(root, name, exchange)
        student.exchange("FetchAssignment")
        student.work(answers, written)
        student.exchange("Submit")
    run("collect", NAME, through)
    run("autograde", NAME)

    marks = {"right": source.written_points, "half": source.written_points / 2}
    config = load_config(root)
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        waiting = {
            submission.student_id
            for submission in gradebook.assignment_submissions(NAME)
            if submission.needs_manual_grade
        }
        assert waiting == set(marks)
        for student, mark in marks.items():
            grade = gradebook.find_grade(source.written, NAME, NAME, student)
            grade.manual_score = mark
            grade.needs_manual_grade = False
            comment = gradebook.find_comment(source.written, NAME, NAME, student)
            comment.manual_comment = f"Thank you, {student}."
        gradebook.db.commit()
    run("generate_feedback", NAME)
    run("export", "--to", str(root / "grades.csv"))
    expected = {
        "right": sum(source.points.values()) + marks["right"],
        "half": sum(source.points[test] for test in half) + marks["half"],
        "blank": 0,
    }
    return root, source, expected


def exported(path):
    with open(path) as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_exported_scores_are_the_earned_ones(taught):
    root, source, expected = taught
    rows = exported(root / "grades.csv")
    assert {student: float(row["score"]) for student, row in rows.items()} == expected
    everything = sum(source.points.values()) + source.written_points
    assert {float(row["max_score"]) for row in rows.values()} == {everything}
    assert all(row["timestamp"] for row in rows.values())


def test_feedback_has_the_score_the_comment_and_the_diagnosis(taught):
    root, _, expected = taught
    for student, score in expected.items():
        page = (root / "grading" / "feedback" / student / NAME / f"{NAME}.html").read_text()
        assert re.search(rf"Score: {score:.1f} / ", page)
        if score:
            assert f"Thank you, {student}." in page
    assert "is not written yet" in page  # of the blank notebook, the last one


def test_make_grade_takes_over_and_keeps_the_marks_given_by_hand(taught):
    root, _, expected = taught
    run = subprocess.run(
        [sys.executable, "-m", "bookkit.grade", NAME, "--root", str(root)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout
    rows = exported(root / "grading" / "grades.csv")
    assert {student: float(row["score"]) for student, row in rows.items()} == expected


def test_nothing_is_written_outside_the_class_folder(taught):
    root, _, _ = taught
    known = {"exchange", "homes", "grades.csv", "nbgrader_config.py", "solutions", "exercises"}
    assert {path.name for path in root.iterdir()} - known <= {"grading", "__pycache__"}
