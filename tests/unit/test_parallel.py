"""Tests on two workers: groups stay together, rows arrive, and a run that lacks some fails.

Each test writes a few small tests and runs them in a pytest of their own, with the plugins that the
tests of the course run with.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.helpers.grouping import ASSIGNMENTS, group

HELPERS = [f"tests.helpers.{name}" for name in ("grouping", "rows", "costs_of_tests")]
PLUGINS = [word for name in ("xdist", *HELPERS) for word in ("-p", name)]
OPTIONS = (
    "[pytest]\naddopts = --import-mode=importlib --strict-markers\nmarkers =\n  row(table): x\n"
)
SCORE, WARM = "mutation score of the exercises", "warm processes of each assignment"


@pytest.fixture
def run(tmp_path):
    """Runs `source` as tests/exercises/test_small.py; returns the status and what was said."""

    def run(source, *options):
        folder = tmp_path / "tests" / "exercises"
        folder.mkdir(parents=True)
        (tmp_path / "pytest.ini").write_text(OPTIONS)
        (folder / "test_small.py").write_text("import os, pytest, time\n" + source)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *PLUGINS, *options, "tests"],
            cwd=tmp_path,
            env=os.environ
            | {"COURSE_COSTS": str(tmp_path / "costs.jsonl")}
            | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # quick to start
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def scored(value="True", marked=SCORE, table=SCORE):
    """Twelve tests, six for each of two assignments, in turn; each hands in a row."""
    return f"""
NAMES = [f"{{name}}-{{i}}" for i in range(6) for name in ({ASSIGNMENTS[0]!r}, {ASSIGNMENTS[1]!r})]

@pytest.mark.row({marked!r})
@pytest.mark.parametrize("name", NAMES)
def test_small(name, row):
    time.sleep(0.05)
    row({table!r}, name.rpartition("-")[0], {value})
"""


@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["one process", "two workers"])
def test_every_row_arrives_in_one_table(run, options):
    status, said = run(scored("not name.endswith('5')"), *options)
    assert status == 0, said
    for name, caught, of in [*((a, 5, 6) for a in ASSIGNMENTS[:2]), ("all that ran", 10, 12)]:
        assert f"{name}: {caught} of {of} wrong answers caught" in said
    assert said.count(SCORE) == 1


def test_the_tests_of_an_assignment_run_in_one_worker(run, tmp_path):
    """Both workers work, each on one assignment, though the tests were written in turn."""
    status, said = run(scored("os.getpid()", WARM, WARM), "-n2")
    assert status == 0, said
    lines = [json.loads(line) for line in (tmp_path / "costs.jsonl").read_text().splitlines()]
    assert len(lines) == 12 and all(line["seconds"] >= 0.05 for line in lines)
    workers = {
        name: {line["worker"] for line in lines if name in line["what"]} for name in ASSIGNMENTS[:2]
    }
    assert sorted(map(tuple, workers.values())) == [("gw0",), ("gw1",)]


def test_two_warm_processes_for_one_assignment_fail_the_run(run):
    """As they would be if xdist handed single tests to whichever worker is free."""
    status, said = run(scored("os.getpid()", WARM, WARM), "-n2", "-p", "no:tests.helpers.grouping")
    assert status == 1
    assert f"{ASSIGNMENTS[0]} has 2: its tests did not run in one worker" in said


@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["one process", "two workers"])
def test_a_test_that_hands_in_no_row_fails_the_run(run, options):
    source = scored().replace("    row(", "    if name[-1] != '3': row(")
    status, said = run(source, *options)
    assert status == 1 and "12 passed" in said
    assert f"[{ASSIGNMENTS[0]}-3] has no row in {SCORE!r}" in said


def test_a_test_that_was_collected_and_not_run_fails_the_run(run):
    source = scored().replace("\n@pytest.mark.param", "\n@pytest.mark.skip\n@pytest.mark.param")
    status, said = run(source, "-n2")
    assert status == 1 and f"{SCORE}: 12 tests collected, 0 reported" in said


def test_a_table_that_nobody_prints_is_an_error(run):
    status, said = run(scored(table="no such table"))
    assert status == 1 and "there is no table 'no such table'" in said


def test_a_mark_for_a_table_that_nobody_prints_is_an_error(run):
    status, said = run(scored(marked="no such table"))
    assert status == pytest.ExitCode.USAGE_ERROR and "no table 'no such table'; there are" in said


@pytest.mark.parametrize(
    ("nodeid", "of"),
    [
        ("tests/exercises/test_banks.py::test_a[03-bptt-forward-sign]", "assignment 03-bptt"),
        ("tests/exercises/test_release.py::test_b[solutions-03-bptt]", "assignment 03-bptt"),
        ("tests/exercises/test_release.py::test_c", "tests/exercises/test_release.py"),
        ("tests/site/test_pages.py::test_d[gates/gru.html]", "page gates/gru.html"),
        ("tests/site/test_axe.py::test_e[phone-dark-gates/gru.html]", "page gates/gru.html"),
        ("tests/site/test_explorers.py::test_f[half-life-310]", "explorer half-life"),
        ("tests/site/test_serve.py::test_g[/course/-200-x]", "tests/site/test_serve.py"),
        ("tests/notebooks/test_s.py::test_h[gru]", "tests/notebooks/test_s.py::test_h[gru]"),
        ("tests/unit/test_cells.py::test_i[gru]", "tests/unit/test_cells.py"),
    ],
)
def test_the_group_of_a_test_is_read_from_its_id(nodeid, of):
    assert group(nodeid) == of
