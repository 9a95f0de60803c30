"""`make test`: whatever fails fails the run, nothing hides the rest, and the table adds up."""

import subprocess
import sys
from pathlib import Path

import pytest

from bookkit import costs, run_tests

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench" / "test_cost.py"
ALONE, TOGETHER = "the tests that run alone", "all tests"


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """Runs the order of steps with these failing; returns whether it passed, and what was run."""
    monkeypatch.delenv("COURSE_COSTS", raising=False)
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)

    def run(*failing):
        taken = []

        def step(what, *command):
            taken.append(what)
            return what not in failing

        monkeypatch.setattr(run_tests, "step", step)
        return run_tests.run(since=0.0), taken

    return run


def test_all_is_well_when_every_step_is(steps):
    passed, taken = steps()
    assert passed and taken[-3:] == ["build the book", TOGETHER, ALONE]


@pytest.mark.parametrize("failing", ["lint: mypy", "build the book", TOGETHER, ALONE])
def test_a_step_that_fails_fails_the_run(steps, failing):
    assert steps(failing)[0] is False


def test_a_test_that_fails_does_not_keep_the_others_from_running(steps):
    assert steps(TOGETHER)[1][-1] == ALONE


def test_a_book_that_cannot_be_built_ends_the_run(steps):
    assert steps("build the book")[1][-1] == "build the book"


def test_a_step_is_a_real_command_with_a_status_and_a_cost(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_COSTS", str(tmp_path / "costs"))
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    (tmp_path / "ends_with_3.py").write_text("raise SystemExit(3)")
    assert run_tests.step("good", "this") and not run_tests.step("bad", "ends_with_3")
    assert [cost.what for cost in costs.read(tmp_path / "costs")] == ["good", "bad"]


def table(path):
    return subprocess.run(
        [sys.executable, str(BENCH), str(path)], capture_output=True, text=True, check=True
    ).stdout


def row(text, name):
    """The figures of a row of the table."""
    (line,) = [line for line in text.splitlines() if line.strip().startswith(f"{name} ")]
    return [int(figure) for figure in line.strip().removeprefix(name).split()]


def test_every_second_is_in_the_table_once(monkeypatch, tmp_path):
    """One line of each kind, with a different power of two: the sums tell where each went."""
    monkeypatch.setenv("COURSE_COSTS", str(tmp_path / "costs"))
    for power, what in enumerate(
        [
            "execute gru",
            "tests/notebooks/test_execution.py::test_published[gru]",
            "tests/notebooks/test_scripts.py::test_script[gru]",
            "tests/site/test_accessibility.py::test_axe[gates/gru.html-dark]",
            "tests/site/test_explorers.py::test_twin[gru-gates]",
            "tests/exercises/test_banks.py::test_wrong[06-gru-step-sign]",
            "tests/unit/test_cells.py::test_equal[gru]",
            "tests/site/test_pages.py::test_ids[index.html]",
            "set-up",
        ]
    ):
        costs.add(costs.Cost(what, 100.0, 2.0**power, "gw0"))
    costs.add(costs.Cost("build the book", 100.0, 31.0))
    costs.add(costs.Cost("all tests", 100.0, 300.0))
    chapters, _, once = table(tmp_path / "costs").partition("\nonce\n")
    assert row(chapters, "gru") == row(chapters, "all chapters") == [1, 2, 4, 8, 16, 32, 63]
    for name, seconds in {
        "tests/unit": 64,
        "visits of pages without code": 128,
        "set-up": 256,
        "Sphinx: the pages from the chapters": 30,  # of 31; in one a chapter was executed
        "together": 64 + 128 + 256 + 30,
    }.items():
        assert row(once, name) == [seconds]


def test_without_a_run_the_table_says_what_to_do(tmp_path):
    assert "`make test` writes" in table(tmp_path / "nothing")
    (tmp_path / "empty").touch()
    assert "nothing was run" in table(tmp_path / "empty")


@pytest.mark.parametrize(("seconds", "marked"), [(180.0, False), (181.0, True)])
def test_a_chapter_over_its_budget_is_marked(seconds, marked, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_COSTS", str(tmp_path / "costs"))
    costs.add(costs.Cost("execute gru", 100.0, seconds))
    assert ("over 180" in table(tmp_path / "costs")) == marked


@pytest.mark.parametrize(
    ("assignment", "chapter"),
    [("07-deep-bidirectional", "deep-and-bidirectional"), ("09-preprocessing", "preprocessing")],
)
def test_an_assignment_belongs_to_the_chapter_and_not_to_a_page_that_goes_deeper(
    assignment, chapter, monkeypatch, tmp_path
):
    monkeypatch.setenv("COURSE_COSTS", str(tmp_path / "costs"))
    costs.add(costs.Cost(f"tests/exercises/test_banks.py::test_wrong[{assignment}-x]", 100.0, 5.0))
    assert row(table(tmp_path / "costs"), chapter)[5] == 5
