"""What a run of the tests costs: a file of lines, one for each thing that was done.

A line is JSON: what was done (a test's id, a chapter's file, a step of the build), when it started
(seconds since the epoch), how many seconds it took, and who did it: a worker of pytest-xdist
(`gw0`), the `build`, or `main` for everything else. `make test`
names the file in COURSE_COSTS; where nothing is named, nothing is written.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """One thing that was done."""

    what: str
    start: float
    seconds: float
    worker: str = "main"


def add(cost: Cost) -> None:
    """Write a line, if a file is named."""
    if path := os.environ.get("COURSE_COSTS"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(cost)) + "\n")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Write down what the block takes, also when it fails."""
    start = time.time()
    try:
        yield
    finally:
        add(Cost(what, start, time.time() - start))


def read(path: Path) -> list[Cost]:
    """All lines of a file."""
    return [Cost(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
