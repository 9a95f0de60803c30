import pytest

from tests.helpers.assignment_bank import Warm


@pytest.fixture(scope="session")
def warm_processes():
    """Assignment → its warm process: one at a time, each is large."""
    processes = {}
    yield processes
    for process in processes.values():
        process.close()


@pytest.fixture
def warm(warm_processes, row):
    """Gives the warm process of an assignment, started when it is first asked for.

    Each test tells the process that it used: there must be one for each assignment.
    """

    def of(assignment):
        if assignment.name not in warm_processes:
            for other in list(warm_processes):
                warm_processes.pop(other).close()
            warm_processes[assignment.name] = Warm(assignment)
        process = warm_processes[assignment.name]
        row("warm processes of each assignment", assignment.name, process.process.pid)
        return process

    return of
