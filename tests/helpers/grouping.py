"""Tests on two cores: which of them must run in one worker, one after the other, and in what order.

pytest-xdist hands a group of tests to a worker as a whole. What is costly to set up is set up once
in a worker, so the tests that share it are one group: an assignment's warm process, the visit of a
page of the book or of an explorer. xdist's own `loadgroup` groups nothing with pytest 9.2 (it
writes the group into an attribute that pytest no longer reads), so the group is found here, from
the test's id alone.
"""

import re
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = sorted(path.name for path in (ROOT / "solutions").glob("*/"))

VIEWS = "(?:light|dark|phone|desktop)"  # what may stand before the page's path in an id

# Folders in the order in which they start: what takes long comes first, so that no worker is left
# with it at the end; what opens a browser comes last, since the browser keeps an event loop running
# in the thread, in which no notebook can be executed any more.
ORDER = ("exercises", "notebooks", "grading", "unit", "site")


def group(nodeid: str) -> str:
    """The group of a test: tests of one group run in one worker, in the order of collection."""
    path, _, name = nodeid.partition("::")
    folder = path.split("/")[1] if path.startswith("tests/") else path
    parameters = name.partition("[")[2].removesuffix("]")
    for assignment in ASSIGNMENTS if folder == "exercises" else ():
        if assignment in parameters:
            return f"assignment {assignment}"
    if folder == "site":
        if page := re.search(rf"(?:{VIEWS}-)*([\w/-]+\.html)", parameters):
            return f"page {page[1]}"
        if path.endswith("test_explorers.py") and parameters:
            return f"explorer {_explorer(parameters)}"
    if folder == "notebooks" and parameters:
        return nodeid  # nothing is shared: each can run anywhere
    return path


def _explorer(parameters: str) -> str:
    """The explorer that is named among the parameters of a test: `half-life-310` is half-life."""
    known = [file.stem.replace("_", "-") for file in (ROOT / "course_utils/explorers").glob("*.py")]
    return max((name for name in known if name in parameters), key=len, default=parameters)


class Grouped(LoadScopeScheduling):
    """Hands out one group after the other, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # the largest group need not be the longest


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Grouped:
    return Grouped(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by folder; within one, the tests of a group follow each other."""

    def folder(item: pytest.Item) -> int:
        name = item.nodeid.split("/")[1] if "/" in item.nodeid else ""
        return ORDER.index(name) if name in ORDER else len(ORDER)

    first: dict[str, int] = {}
    for number, item in enumerate(items):
        first.setdefault(group(item.nodeid), number)
    items.sort(key=lambda item: (folder(item), first[group(item.nodeid)]))
