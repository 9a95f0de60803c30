"""Writes down what each test costs, its fixtures included: see bookkit/costs.py."""

import pytest

from bookkit.costs import Cost, add


class Bookkeeper:
    """Adds up a test's set-up, call and teardown, in the process that hears all reports."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[float, float]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        start, seconds = self.open.pop(report.nodeid, (report.start, 0.0))
        if report.when == "teardown":
            worker = getattr(report, "worker_id", "main")
            add(Cost(report.nodeid, start, seconds + report.duration, worker))
        else:
            self.open[report.nodeid] = (start, seconds + report.duration)


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Bookkeeper())
