"""Tables at the end of a run, whose rows the tests hand in, in whatever process they run.

A test hands rows in through the fixture `row`: `row(table, key, value)`, with plain values. They
travel with the test's report to the process that prints. A test marked `@pytest.mark.row("TABLE")`
has to: the run fails when it hands in nothing, is skipped, or was collected and never reported. It
fails, too, when a table finds a fault in its rows. A new table needs an entry in `TABLES`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

Rows = list[tuple[str, Any]]  # (key, value), in the order in which they came
Lines = list[str]


def mutation_score(rows: Rows) -> tuple[Lines, Lines]:
    """One line for each assignment: how many wrong answers were caught."""
    caught = defaultdict(list)
    for assignment, diagnosed in rows:
        caught[assignment].append(diagnosed)
    caught["all that ran"] = [diagnosed for _, diagnosed in rows]
    return [
        f"{name}: {sum(found)} of {len(found)} wrong answers caught with the right diagnosis "
        f"({100 * sum(found) / len(found):.1f} %)"
        for name, found in sorted(caught.items())
    ], []


def one_each(rows: Rows) -> tuple[Lines, Lines]:
    """One line a key, which must have exactly one value."""
    values = defaultdict(set)
    for key, value in rows:
        values[key].add(value)
    faults = [
        f"{key} has {len(found)}: its tests did not run in one worker"
        for key, found in values.items()
        if len(found) > 1
    ]
    return [f"{key}: {len(found)} (must be 1)" for key, found in sorted(values.items())], faults


def as_they_are(rows: Rows) -> tuple[Lines, Lines]:
    """One line a row."""
    return [f"{key:44} {value}" for key, value in sorted(rows)], []


# table -> what makes its lines, and names its faults
TABLES: dict[str, Callable[[Rows], tuple[Lines, Lines]]] = {
    "mutation score of the exercises": mutation_score,
    "warm processes of each assignment": one_each,
    "Lighthouse": as_they_are,
    "published notebooks": as_they_are,
}
EXPECTED, ROW = "expected row", "row"
HOW = "hand one in through the fixture `row` (tests/helpers/rows.py)"
STATE = pytest.StashKey["Collected"]()


class Collected:
    """What the process that prints knows: the rows, and who should have handed in some."""

    def __init__(self) -> None:
        self.rows: dict[str, Rows] = defaultdict(list)
        self.reported: Counter[str] = Counter()
        self.marked: dict[str, int] = {}
        self.faults: Lines = []


def tables_of(item: pytest.Item) -> list[str]:
    return [mark.args[0] for mark in item.iter_markers("row")]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STATE] = Collected()


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Callable[[str, str, Any], None]:
    """Hands a row in: `row(table, key, value)`."""

    def hand_in(table: str, key: str, value: Any) -> None:
        assert table in TABLES, f"there is no table {table!r}: {__name__} has {list(TABLES)}"
        request.node.user_properties.append((ROW, [table, key, value]))

    return hand_in


def pytest_runtest_setup(item: pytest.Item) -> None:
    for table in tables_of(item):
        item.user_properties.append((EXPECTED, table))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Every worker collects the same tests; whichever is heard counts."""
    for item in session.items:
        for table in tables_of(item):
            if table not in TABLES:
                known = ", ".join(TABLES)
                raise pytest.UsageError(f"{item.nodeid}: no table {table!r}; there are {known}")
    marked = Counter(table for item in session.items for table in tables_of(item))
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["marked"] = dict(marked)
    else:
        session.config.stash[STATE].marked = dict(marked)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    marked = getattr(node, "workeroutput", {}).get("marked")
    if marked:
        node.config.stash[STATE].marked = marked


class Listener:
    """Takes the rows out of the reports, in the process that prints."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        mine = [value for name, value in report.user_properties if name == ROW]
        for table, key, value in mine:
            self.collected.rows[table].append((key, value))
        for name, table in report.user_properties:
            if name == EXPECTED:
                self.collected.reported[table] += 1
                if not any(found == table for found, _, _ in mine):
                    self.collected.faults.append(f"{report.nodeid} has no row in {table!r}: {HOW}")


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Listener(session.config.stash[STATE]))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if hasattr(session.config, "workerinput"):
        return
    collected = session.config.stash[STATE]
    for table, rows in collected.rows.items():
        collected.faults += TABLES[table](rows)[1]
    if exitstatus == pytest.ExitCode.OK and not session.config.option.collectonly:
        for table, count in collected.marked.items():
            if (heard := collected.reported[table]) < count:
                collected.faults.append(f"{table}: {count} tests collected, {heard} reported")
        if collected.faults:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    collected = config.stash[STATE]
    for table, rows in sorted(collected.rows.items()):
        terminalreporter.section(table)
        for line in TABLES[table](rows)[0]:
            terminalreporter.write_line(line)
    if collected.faults:
        terminalreporter.section("rows that are missing or wrong: the run fails", red=True)
        for fault in collected.faults:
            terminalreporter.write_line(fault)
