import sys
from collections import defaultdict
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from assignment_bank import Warm

SCORES = pytest.StashKey()


@pytest.fixture(scope="session")
def warm():
    """Gives the warm process of an assignment, started when it is first asked for."""
    processes = {}

    def of(assignment):
        if assignment.name not in processes:
            processes[assignment.name] = Warm(assignment)
        return processes[assignment.name]

    yield of
    for process in processes.values():
        process.close()


@pytest.fixture(scope="session")
def mutation_scores(request):
    """Assignment → one True or False for each wrong answer: was it caught, rightly diagnosed?"""
    return request.config.stash.setdefault(SCORES, defaultdict(list))


def pytest_terminal_summary(terminalreporter, config):
    scores = config.stash.get(SCORES, None)
    if scores:
        terminalreporter.section("mutation score of the exercises")
        for assignment, caught in sorted(scores.items()):
            percent = 100 * sum(caught) / len(caught)
            terminalreporter.write_line(
                f"{assignment}: {sum(caught)} of {len(caught)} wrong answers caught with the right "
                f"diagnosis ({percent:.1f} %)"
            )
