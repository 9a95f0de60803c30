"""Test cells in a real kernel: names of their own, and what the student's own names have broken."""

import textwrap
from pathlib import Path

import nbformat
import pytest

from course_utils.notebooks import SturdyNotebookClient

ROOT = Path(__file__).resolve().parents[2]

SETUP = """
import numpy as np
from course_utils import checks


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


checks.given(sigmoid)
"""
DOUBLE = "def double(values):\n    return [2 * value for value in values]"
CHECK = """
%%check double
words = list(map(float, [1, 2, 3]))
checks.close(checks.call(double, words), [2, 4, 6], "the doubles")
assert max(words) == 3 and sigmoid(0) == 0.5 and np.sum(words) == 6
"""


def run(*cells):
    """The outputs of each of these cells, run in one fresh kernel: [(kind, text)] for each."""
    code = [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in cells]
    nb = nbformat.v4.new_notebook(cells=code)
    SturdyNotebookClient(nb, timeout=30, kernel_name="python3").execute()
    return [[_said(out) for out in cell.outputs] for cell in nb.cells]


def _said(out):
    if out.output_type == "error":
        return out.ename, out.evalue
    if out.output_type == "stream":
        return out.name, out.text
    return out.output_type, out.data["text/plain"]


HOLDS = [("stdout", "✓ double: all checks in this cell hold.\n")]


def test_a_test_cell_sees_nothing_of_the_students_names_and_leaves_nothing_in_them():
    mine = """
    def words():
        return "mine"

    list, map, max = [1, 2, 3], {}, 3.0
    checks = np = sigmoid = None
    """
    after = "(words(), list, max, checks, np, sigmoid, 'table' in dir())"
    *_, tested, left = run(SETUP, DOUBLE, mine, CHECK, after)
    assert tested == HOLDS
    assert left == [("execute_result", "('mine', [1, 2, 3], 3.0, None, None, None, False)")]


def test_the_answer_of_an_earlier_task_is_as_the_student_left_it():
    earlier = "%%check double twice\nchecks.equal(twice(1), 3)"
    *_, tested = run(
        SETUP, DOUBLE, "def twice(x):\n    return 2 * x", "twice = lambda x: 3", earlier
    )
    assert tested == [("stdout", "✓ double, twice: all checks in this cell hold.\n")]


def test_the_last_line_is_the_score_and_then_nothing_is_said_to_hold():
    *_, tested = run(SETUP, DOUBLE, "%%check double\nchecks.equal(double([1]), [2])\n0.5")
    assert tested == [("execute_result", "0.5")]


def test_a_warning_of_a_test_is_not_shown_since_nbgrader_takes_it_for_a_failure():
    *_, tested = run(SETUP, DOUBLE, "%%check double\nassert np.isnan(np.log(-np.ones(1)))[0]")
    assert tested == HOLDS


def test_a_test_cell_that_could_not_start_ends_with_an_error():
    ((kind, text),) = run(CHECK)[0][-1:]
    assert kind == "UsageError" and "%%check" in text


def test_a_task_that_was_not_run_is_told_so():
    ((kind, text),) = run(SETUP, CHECK)[1]
    assert (kind, "`double` is not defined. Run the cell above" in text) == ("CheckError", True)


def test_a_table_that_the_installed_package_does_not_have_says_what_to_do():
    ((kind, text),) = run(SETUP, "%%check double 01-order/double@9\ntable.check(double)")[1]
    assert kind == "CheckError"
    assert "no tests 01-order/double@9: it is older than this notebook" in text


def test_a_test_that_is_not_python_is_an_error():
    assert run(SETUP, "%%check double\nchecks.equal(")[1][-1][0] == "SyntaxError"


USES_MAX = "def double(values):\n    return [2 * min(max(value, 0), 9) for value in values]"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("max = 3.0", "`max` is a number of yours since cell [2], and no longer Python's own"),
        (
            "from numpy import *",
            "`max` and `min` are NumPy's functions since cell [2], not Python's",
        ),
    ],
)
def test_an_answer_that_is_broken_by_a_covered_builtin_is_told_by_which_and_since_when(code, words):
    *_, tested = run(SETUP, code, USES_MAX, CHECK)
    assert tested[-1][0] == "CheckError" and words in tested[-1][1]
    assert "Round brackets follow" not in tested[-1][1]


def test_all_that_numpy_has_covered_is_told_in_one_note():
    wrong = "def double(values):\n    return [3 * max([v]) if any([v]) else abs(v) for v in values]"
    *_, tested = run(SETUP, "from numpy import *", wrong, CHECK)
    assert tested[-1][1].count("from numpy import *") == 1
    assert "Note: `abs`, `any` and `max` are NumPy's functions since cell [2]" in tested[-1][1]
    assert "`del abs, any, max` gives Python's back" in tested[-1][1]


def test_a_note_at_the_line_that_stopped_is_not_given_again_for_other_names():
    stops = f"{USES_MAX}\n    return any(values)"
    *_, tested = run(SETUP, "from numpy import *", stops, CHECK)
    assert "`max` and `min` are NumPy's functions" in tested[-1][1]
    assert tested[-1][1].count("from numpy import *") == 1


def test_an_answer_that_uses_no_covered_name_is_told_nothing_of_it():
    wrong = DOUBLE.replace("2 *", "3 *")
    *_, tested = run(SETUP, wrong, "max = 3.0", CHECK)
    assert tested[-1][0] == "CheckError" and "max" not in tested[-1][1]


def test_a_wrong_result_through_a_helper_that_uses_a_covered_name_is_told_so():
    answer = """
    def helper(value):
        return sum([value, value])

    def double(values):
        return [helper(value) for value in values]
    """
    cover = "def sum(values):\n    return 1"
    *_, tested = run(SETUP, answer, cover, CHECK)
    assert "Note: `sum` is a function of yours since cell [3]" in tested[-1][1]
    *_, tested = run(SETUP, answer, cover, "del sum", CHECK)
    assert tested == HOLDS


@pytest.mark.parametrize("name", ["sigmoid", "np"])
def test_an_answer_that_needs_what_the_notebook_gave_and_was_covered_is_told_so(name):
    answer = (
        "def double(values):\n    return [4 * value * sigmoid(np.zeros(1))[0] for value in values]"
    )
    *_, tested = run(SETUP, answer, f"{name} = 3", CHECK)
    what = "what this notebook gave you" if name == "sigmoid" else "NumPy"
    assert f"`{name}` is no longer {what} since cell [3]" in tested[-1][1]


FORWARD = """
def forward(x, weights, h0=None):
    h = np.zeros((len(x), len(weights[2]))) if h0 is None else h0
    states = []
    for t in range(x.shape[1]):
        h = step(x[:, t], h, *weights)
        states.append(h)
    return np.stack(states, axis=1), h
"""


@pytest.fixture(scope="module")
def assignment():
    """The cells of the second assignment with its reference answers."""
    path = ROOT / "solutions" / "02-recurrent-step" / "02-recurrent-step.ipynb"
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


def test_a_task_that_calls_a_wrong_answer_to_an_earlier_one_is_told_to_begin_there(assignment):
    setup, step, check = (assignment[name] for name in ("setup", "step", "forward-checks"))
    wrong = step.replace(" + b)", ")")
    assert wrong != step
    told = "`forward` calls your `step`, whose own check does not hold: begin there."
    *_, tested = run(setup, wrong, FORWARD, check)
    assert tested[-1][0] == "CheckError" and told in tested[-1][1]
    *_, tested = run(setup, step, FORWARD.replace("x[:, t]", "x[:, 0]"), check)
    assert tested[-1][0] == "CheckError" and "`step`" not in tested[-1][1]


def test_the_functions_of_a_table_are_no_answer(assignment):
    answer = """
    from course_utils.checks.tables.a02_recurrent_step import step_1

    def step(*inputs):
        return step_1.mistakes(*inputs)
    """
    *_, tested = run(assignment["setup"], answer, assignment["step-checks"])
    assert tested[-1][0] == "CheckError" and "Write this one by hand" in tested[-1][1]
