"""Every wrong answer of the banks loses its points and is told why; every right one keeps them."""

import time

import nbformat
import psutil
import pytest
from tests.helpers.assignment_bank import ASSIGNMENTS, Warm

BANKS = [(assignment, bank) for assignment in ASSIGNMENTS for bank in assignment.banks.values()]


# What is tried on one bank alone.
first = pytest.mark.parametrize(
    ("assignment", "bank"), [pytest.param(*BANKS[0], id=str(BANKS[0][0]))]
)


def entries(kind):
    return [
        pytest.param(assignment, bank, name, id=f"{assignment}-{bank.test}-{name}")
        for assignment, bank in BANKS
        for name in getattr(bank, kind)
    ]


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_every_graded_cell_has_a_bank(assignment):
    assert set(assignment.banks) == set(assignment.tests)
    for bank in assignment.banks.values():
        assert bank.solution in assignment.answers
        assert bank.wrong and bank.right


@pytest.mark.row("mutation score of the exercises")
@pytest.mark.parametrize(("assignment", "bank", "name"), entries("wrong"))
def test_a_wrong_answer_is_told_what_it_looks_like(assignment, bank, name, warm, row):
    code, words = bank.wrong[name]
    error = warm(assignment).attempt({bank.solution: code}, [bank.test])[bank.test]
    diagnosed = (
        error is not None and error[0] == "CheckError" and words.casefold() in error[1].casefold()
    )
    row("mutation score of the exercises", assignment.name, diagnosed)
    assert error is not None, "a wrong answer passes"
    assert error[0] == "CheckError", error
    assert diagnosed, f"expected {words!r} in the diagnosis: {error[1]}"


@pytest.mark.parametrize(("assignment", "bank", "name"), entries("right"))
def test_a_right_answer_passes_whatever_data_is_drawn(assignment, bank, name, warm):
    for seed in (2026, 1, 2):
        replace = {bank.solution: bank.right[name]}
        error = warm(assignment).attempt(replace, [bank.test], seed)[bank.test]
        assert error is None, f"with seed {seed}: {error[1]}"


@pytest.mark.parametrize(
    ("assignment", "bank"), [pytest.param(a, b, id=f"{a}-{b.test}") for a, b in BANKS]
)
def test_the_blank_stub_does_not_pass(assignment, bank, warm):
    replace = {bank.solution: assignment.stubs[bank.solution]}
    error = warm(assignment).attempt(replace, [bank.test])[bank.test]
    assert error is not None, "the stub passes"
    assert error[0] == "NotImplementedError" or "not written yet" in error[1], error


@pytest.mark.row("warm processes of each assignment")
@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_the_reference_solution_passes_whatever_data_is_drawn(assignment, warm):
    seeds = list(range(20))
    outcomes = warm(assignment).attempts({}, assignment.tests, seeds)
    for seed, outcome in zip(seeds, outcomes, strict=True):
        assert outcome == dict.fromkeys(assignment.tests), f"with seed {seed}"


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_an_attempt_at_its_task_ends_as_one_that_runs_the_whole_notebook(assignment, warm):
    bank = assignment.banks[list(assignment.tests)[-1]]
    for code, _ in list(bank.wrong.values())[:3]:
        replace = {bank.solution: code}
        at_the_task = warm(assignment).attempt(replace, [bank.test])
        from_the_start = warm(assignment).attempt(replace, assignment.tests)
        others = dict.fromkeys(assignment.tests.keys() - {bank.test})
        assert from_the_start == at_the_task | others


def passes(assignment, bank, warm):
    """Are the reference answers right still, from the start and at this task?"""
    replace = {bank.solution: assignment.answers[bank.solution]}
    return (
        warm(assignment).attempt({}, assignment.tests) == dict.fromkeys(assignment.tests)
        and warm(assignment).attempt(replace, [bank.test])[bank.test] is None
    )


@first
def test_one_answer_does_not_disturb_the_next(assignment, bank, warm):
    code, _ = next(iter(bank.wrong.values()))
    vandal = code + "\nimport numpy\nnumpy.array = numpy.zeros = None\ndel checks.close\n"
    assert warm(assignment).attempt({bank.solution: vandal}, [bank.test])[bank.test] is not None
    assert passes(assignment, bank, warm)


@first
def test_an_answer_that_stops_python_fails_alone(assignment, bank, warm):
    stop = warm(assignment).attempt({bank.solution: "import os; os._exit(0)"}, [bank.test])
    assert stop[bank.test] == ["Failed", "it stopped Python"]
    assert passes(assignment, bank, warm)


@first
@pytest.mark.parametrize(
    ("act", "reason"),
    [
        pytest.param("pass", "it did not end in time", id="never ends"),
        pytest.param("os.kill(os.getppid(), 9)", "it stopped Python", id="kills its parent"),
        pytest.param("os.kill(0, 9)", "it stopped Python", id="kills its group"),
        pytest.param("os.kill(os.getppid(), 19)", "it did not end in time", id="halts its parent"),
    ],
)
def test_an_answer_that_attacks_its_parents_or_never_ends_costs_only_itself(
    act, reason, assignment, bank, warm, tmp_path
):
    note = tmp_path / "process"
    code = f"import os\nopen({str(note)!r}, 'w').write(str(os.getpid()))\n{act}\nwhile True: pass"
    outcome = warm(assignment).attempt({bank.solution: code}, [bank.test], seconds=3)
    assert outcome[bank.test] == ["Failed", reason]
    assert passes(assignment, bank, warm)
    process, deadline = int(note.read_text()), time.monotonic() + 10
    while psutil.pid_exists(process) and psutil.Process(process).status() != "zombie":
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.05)


@first
def test_a_library_is_loaded_only_for_answers_that_begin_by_importing_it(assignment, bank, warm):
    spoil = (
        f"import sys\nif 'tensorflow' {{}} sys.modules:\n    del {bank.solution.replace('-', '_')}"
    )
    answer = assignment.answers[bank.solution]
    for start, found in (("import keras", "not in"), ("", "in"), ("import tensorflow", "not in")):
        code = f"{start}\n{answer}\n{spoil.format(found)}"
        assert warm(assignment).attempt({bank.solution: code}, [bank.test])[bank.test] is None


class Threads:
    """An assignment with a cell between two tasks, or a set-up, that starts a thread."""

    def __init__(self, path, setup="pass", between="pass"):
        def cell(name, source, **flags):
            return nbformat.v4.new_code_cell(
                source, metadata={"nbgrader": {"grade_id": name, **flags}}
            )

        cells = [
            cell("setup", setup),
            cell("first", "first = 1", solution=True),
            cell("first-checks", "assert first == 1", grade=True),
            cell("between", between),
            cell("second", "second = 2", solution=True),
            cell("second-checks", "assert worker.is_alive() and second == 2", grade=True),
        ]
        self.path = path / "threads.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.path)


START_A_THREAD = (
    "import threading\nworker = threading.Thread(target=threading.Event().wait, daemon=True)\n"
    "worker.start()"
)


def test_what_starts_threads_before_a_task_runs_anew_in_each_attempt(tmp_path):
    """As TensorFlow does when it computes; a fork would have the thread's name, not the thread."""
    warm = Warm(Threads(tmp_path, between=START_A_THREAD))
    try:
        right, wrong = (
            warm.attempt({"second": f"second = {n}"}, ["second-checks"]) for n in (2, 3)
        )
    finally:
        warm.close()
    assert right == {"second-checks": None}
    assert wrong == {"second-checks": ["AssertionError", ""]}


def test_a_set_up_that_starts_threads_is_refused(tmp_path):
    with pytest.raises(AssertionError, match="the set-up computes"):
        Warm(Threads(tmp_path, setup=START_A_THREAD))
