"""One real nbgrader run an assignment: full marks, no marks, and the same as the banks say."""

import csv
import shutil

import nbformat
import pytest
from assignment_bank import ASSIGNMENTS, ROOT, flag
from nbgrader.api import Gradebook
from nbgrader.validator import Validator

from course_utils.grading.classroom import export, grade
from course_utils.grading.release import load_config, release

WRONG_SAMPLES = 3


def sample(assignment):
    """A few wrong answers, each from another bank: {student: (bank, name)}."""
    banks = list(assignment.banks.values())
    step = max(1, len(banks) // WRONG_SAMPLES)
    picked = banks[::step][:WRONG_SAMPLES]
    return {
        f"wrong-{number}": (bank, list(bank.wrong)[number % len(bank.wrong)])
        for number, bank in enumerate(picked)
    }


def submit(root, assignment, student, answers):
    """Hand in the release with these answers in it; the written answers are filled in."""
    nb = nbformat.read(
        root / "exercises" / assignment.name / f"{assignment.name}.ipynb", as_version=4
    )
    for cell in nb.cells:
        name = flag(cell, "grade_id")
        if name in answers:
            cell.source = answers[name]
        elif answers and flag(cell, "grade") and flag(cell, "solution"):
            cell.source = "My answer in words."
    folder = root / "grading" / "submitted" / student / assignment.name
    folder.mkdir(parents=True)
    nbformat.write(nb, folder / f"{assignment.name}.ipynb")


@pytest.fixture(scope="module", params=ASSIGNMENTS, ids=str)
def graded(request, tmp_path_factory):
    """The assignment, graded for several students, and each student's score of each test cell."""
    assignment = request.param
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions" / assignment.name, root / "solutions" / assignment.name)
    release(root)
    submit(root, assignment, "reference", assignment.answers)
    submit(root, assignment, "blank", {})
    other = {bank.solution: list(bank.right.values())[-1] for bank in assignment.banks.values()}
    submit(root, assignment, "different", assignment.answers | other)
    for student, (bank, name) in sample(assignment).items():
        submit(root, assignment, student, assignment.answers | {bank.solution: bank.wrong[name][0]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_GRADING_SEED", "2026")  # the data that the warm process draws
        verdicts = {verdict.student: verdict for verdict in grade(root)}
    config = load_config(root)
    scores = {}
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        for submission in gradebook.assignment_submissions(assignment.name):
            scores[submission.student_id] = {
                one.name: one.auto_score for nb in submission.notebooks for one in nb.grades
            }
    return root, assignment, verdicts, scores


def test_the_solution_gets_full_marks(graded):
    _, assignment, verdicts, scores = graded
    assert scores["reference"] == assignment.tests | dict.fromkeys(assignment.by_hand)
    assert verdicts["reference"].score == sum(assignment.tests.values())
    assert verdicts["reference"].max_score == verdicts["reference"].score + sum(
        assignment.by_hand.values()
    )
    assert verdicts["reference"].unread == len(assignment.by_hand)


def test_a_different_right_answer_to_every_task_gets_full_marks(graded):
    _, assignment, verdicts, _ = graded
    assert verdicts["different"].score == sum(assignment.tests.values())


def test_the_blank_notebook_gets_zero(graded):
    _, assignment, verdicts, scores = graded
    assert scores["blank"] == dict.fromkeys([*assignment.tests, *assignment.by_hand], 0.0)
    assert verdicts["blank"].score == 0
    assert verdicts["blank"].unread == 0


def test_nbgrader_and_the_warm_process_agree(graded, warm):
    _, assignment, _, scores = graded
    for student, (bank, name) in sample(assignment).items():
        replace = {bank.solution: bank.wrong[name][0]}
        outcome = warm(assignment).attempt(replace, assignment.tests)
        expected = {
            test: 0.0 if outcome[test] else points for test, points in assignment.tests.items()
        }
        got = {test: scores[student][test] for test in assignment.tests}
        assert got == expected, f"{bank.test}: {name}"
        assert expected[bank.test] == 0.0


def test_the_exported_grades_are_the_verdicts(graded):
    root, _, verdicts, _ = graded
    export(root, root / "grades.csv")
    with open(root / "grades.csv") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert exported == {student: verdict.score for student, verdict in verdicts.items()}


def test_nbgrader_validate_passes_on_the_solution(graded):
    root, assignment, _, _ = graded
    validator = Validator(config=load_config(root))
    result = validator.validate(str(assignment.path))
    assert result == {}, result
