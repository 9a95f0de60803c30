"""One real nbgrader run an assignment: full marks, no marks, and the same as the banks say.

Five submissions, each in a kernel of its own: the reference answers, the blank notebook, another
right answer to every task, wrong answers to three tasks at once, and the reference answers of a
student whose helpers have the names that tests use.
"""

import copy
import csv
import shutil

import nbformat
import pytest
from tests.helpers.assignment_bank import ASSIGNMENTS, ROOT, flag
from nbgrader.api import Gradebook
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.validator import Validator
from tests.helpers.own_names import with_helpers

from course_utils.checking import check_notebook
from course_utils.grading import classroom
from course_utils.grading.classroom import export, grade
from course_utils.grading.preprocessors import SturdyExecute
from course_utils.grading.release import load_config

WRONG_SAMPLES = 3


def sample(assignment):
    """A few wrong answers, each from another bank: {bank's test: (bank, name)}."""
    banks = list(assignment.banks.values())
    step = max(1, len(banks) // WRONG_SAMPLES)
    return {
        bank.test: (bank, list(bank.wrong)[number % len(bank.wrong)])
        for number, bank in enumerate(banks[::step][:WRONG_SAMPLES])
    }


def wrong_answers(assignment):
    """The code of the sampled answers, by solution cell."""
    return {bank.solution: bank.wrong[name][0] for bank, name in sample(assignment).values()}


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


class NoFeedback:
    """Stands in for nbgrader's GenerateFeedback, which costs as much as some kernels."""

    def __init__(self, **settings):
        pass

    def start(self):
        pass


@pytest.fixture(scope="module", params=ASSIGNMENTS, ids=str)
def graded(request, tmp_path_factory):
    """The assignment, graded for several students.

    Returns the course, the assignment, each student's verdict, score of each test cell, and
    notebook as it was when all cells had run.
    """
    assignment = request.param
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / assignment.name, root / folder / assignment.name)
    submit(root, assignment, "reference", assignment.answers)
    submit(root, assignment, "blank", {})
    other = {bank.solution: list(bank.right.values())[-1] for bank in assignment.banks.values()}
    submit(root, assignment, "different", assignment.answers | other)
    submit(root, assignment, "wrong", assignment.answers | wrong_answers(assignment))
    submit(root, assignment, "helpers", with_helpers(assignment))
    executed = {}
    execute, feedback = SturdyExecute.preprocess, classroom.GenerateFeedback

    def keep(self, nb, resources, *arguments):
        nb, resources = execute(self, nb, resources, *arguments)
        executed[resources["nbgrader"]["student"]] = copy.deepcopy(nb)
        return nb, resources

    with pytest.MonkeyPatch.context() as patch:

        def before(submission):
            """Feedback on the reference answers shows that this notebook can be rendered."""
            kind = feedback if submission.student == "reference" else NoFeedback
            patch.setattr(classroom, "GenerateFeedback", kind)

        patch.setattr(SturdyExecute, "preprocess", keep)
        patch.setenv("COURSE_GRADING_SEED", "2026")  # the data that the warm process draws
        verdicts = {verdict.student: verdict for verdict in grade(root, before=before)}
    config = load_config(root)
    scores = {}
    with Gradebook(config.CourseDirectory.db_url) as gradebook:
        for submission in gradebook.assignment_submissions(assignment.name):
            scores[submission.student_id] = {
                one.name: one.auto_score for nb in submission.notebooks for one in nb.grades
            }
    return root, assignment, verdicts, scores, executed


def code_cells(nb):
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def test_the_solution_gets_full_marks(graded):
    _, assignment, verdicts, scores, _ = graded
    assert scores["reference"] == assignment.tests | dict.fromkeys(assignment.by_hand)
    assert verdicts["reference"].score == sum(assignment.tests.values())
    assert verdicts["reference"].max_score == verdicts["reference"].score + sum(
        assignment.by_hand.values()
    )
    assert verdicts["reference"].unread == len(assignment.by_hand)


def test_a_different_right_answer_to_every_task_gets_full_marks(graded):
    _, assignment, verdicts, _, _ = graded
    assert verdicts["different"].score == sum(assignment.tests.values())


def test_a_student_whose_helpers_have_the_names_of_tests_keeps_all_points(graded):
    """Checked and graded."""
    root, assignment, verdicts, _, _ = graded
    assert verdicts["helpers"].score == sum(assignment.tests.values())
    folder = root / "grading" / "submitted" / "helpers" / assignment.name
    report = check_notebook(folder / f"{assignment.name}.ipynb")
    assert not report.problem and not report.notes
    assert report.points == report.max_points == verdicts["helpers"].score


def test_the_blank_notebook_gets_zero(graded):
    _, assignment, verdicts, scores, _ = graded
    assert scores["blank"] == dict.fromkeys([*assignment.tests, *assignment.by_hand], 0.0)
    assert verdicts["blank"].score == 0
    assert verdicts["blank"].unread == 0


def test_nbgrader_and_the_warm_process_agree(graded, warm):
    """On the points of every test, and on every word of the diagnoses."""
    _, assignment, _, scores, executed = graded
    outcome = warm(assignment).attempt(wrong_answers(assignment), assignment.tests)
    errors = dict.fromkeys(assignment.tests)
    for cell in code_cells(executed["wrong"]):
        if flag(cell, "grade"):
            for output in cell.outputs:
                if output.output_type == "error":
                    errors[flag(cell, "grade_id")] = [output.ename, output.evalue]
    assert errors == outcome
    expected = {test: 0.0 if outcome[test] else points for test, points in assignment.tests.items()}
    assert {test: scores["wrong"][test] for test in assignment.tests} == expected
    assert {test: expected[test] for test in sample(assignment)} == dict.fromkeys(
        sample(assignment), 0.0
    )


def test_the_exported_grades_are_the_verdicts(graded):
    root, _, verdicts, _, _ = graded
    export(root, root / "grades.csv")
    with open(root / "grades.csv") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert exported == {student: verdict.score for student, verdict in verdicts.items()}


def test_every_cell_of_the_solution_runs_without_an_error(graded):
    _, assignment, _, _, executed = graded
    cells = code_cells(executed["reference"])
    assert [cell.source for cell in cells] == [
        cell.source for cell in code_cells(assignment.notebook)
    ]
    for cell in cells:
        assert cell.execution_count, f"not run: {cell.source}"
        errors = [out for out in cell.outputs if out.output_type == "error"]
        assert not errors, f"{cell.source}: {errors}"


def test_nbgrader_validate_has_nothing_to_say_about_the_solution_as_it_ran(graded, tmp_path):
    root, _, _, _, executed = graded
    nbformat.write(executed["reference"], tmp_path / "executed.ipynb")
    validator = Validator(config=load_config(root), preprocessors=[CheckCellMetadata])
    assert validator.validate(str(tmp_path / "executed.ipynb")) == {}


@pytest.mark.parametrize("assignment", ASSIGNMENTS[:1], ids=str)
def test_nbgrader_validate_runs_and_passes_a_solution(assignment, tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    validator = Validator(config=load_config(tmp_path))
    assert validator.validate(str(assignment.path)) == {}
