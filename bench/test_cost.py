"""What the last `make test` has cost, and for what: python bench/test_cost.py [FILE]

Seconds of work for each chapter with its assignment, and for everything that there is once, however
many chapters there are. Read from the lines that the run has written, _build/costs.jsonl.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

from bookkit import ROOT, publish
from bookkit.costs import Cost, read
from tests.helpers.grouping import ASSIGNMENTS, group

BUDGET = 180  # seconds that a chapter with its assignment may take
HEAD = """
What this run has cost, in seconds of one worker (there are two)

execution: of the chapter, for the book (0 if it was kept from an earlier build)
notebook: the published notebook, run and compared    script: on JAX
page, explorers: in Chromium    assignment: its banks, and its run of nbgrader
"""
ELSEWHERE = {
    "page": "visits of pages without code",
    "assignment": "an assignment without a chapter",
}
COLUMNS = ("execution", "notebook", "script", "page", "explorers", "assignment")
CONTAINERS = {"build the book", "all tests", "the tests that run alone"}  # hold other lines


class Table:
    """Adds up, line by line."""

    def __init__(self) -> None:
        self.once: dict[str, float] = defaultdict(float)
        chapters = publish.chapters()
        self.of = {path.stem: dict.fromkeys(COLUMNS, 0.0) for path in chapters}
        taught = [  # a page that goes deeper belongs to its chapter
            path.stem
            for path in chapters
            if path.parent.name != "projects" and not path.stem.endswith("-deeper")
        ]
        self.chapter_of = {  # 03-bptt belongs to the third chapter
            name: taught[int(name[:2]) - 1] for name in ASSIGNMENTS if int(name[:2]) <= len(taught)
        }
        for path in chapters:
            for explorer in re.findall(r'explorers\.show\(\s*"([\w-]+)"', path.read_text("utf-8")):
                self.chapter_of.setdefault(explorer, path.stem)

    def add(self, cost: Cost) -> None:
        chapter, column = self.place(cost.what)
        if chapter in self.of:
            self.of[chapter][column] += cost.seconds
        else:
            self.once[ELSEWHERE.get(column, column)] += cost.seconds

    def place(self, what: str) -> tuple[str | None, str]:
        """The chapter and the column that a line belongs to; without a chapter, its own label."""
        if what.startswith("execute "):
            return what.removeprefix("execute "), "execution"
        if "::" not in what:
            return None, what
        path, _, name = what.partition("::")
        if path == "tests/site/test_lighthouse.py":
            return None, path  # of three pages, however many chapters there are
        kind, _, key = group(what).partition(" ")
        if kind == "assignment":
            return self.chapter_of.get(key), "assignment"
        if kind == "page":
            return Path(key).stem, "page"
        if path == "tests/site/test_digit_reader.py":
            kind, key = "explorer", "digit-reader"
        if kind == "explorer":
            return self.chapter_of.get(key), "explorers"
        parameters = name.partition("[")[2].removesuffix("]")
        if path.startswith("tests/notebooks/") and parameters in self.of:
            return parameters, "script" if "script" in path else "notebook"
        return None, path if path.startswith("tests/site/") else str(Path(path).parent)


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "costs.jsonl"
    if not path.is_file():
        print(f"There is no file {path}. `make test` writes _build/costs.jsonl.")
        return
    lines = read(path)
    if not lines:
        print(f"{path} is empty: nothing was run.")
        return
    table = Table()
    for line in lines:
        if line.what not in CONTAINERS:
            table.add(line)
    for line in lines:  # what building the book takes beyond the execution of its chapters
        if line.what == "build the book":
            ran = [cost for cost in lines if cost.what.startswith("execute ")]
            spent = max(c.start + c.seconds for c in ran) - min(c.start for c in ran) if ran else 0
            table.once["Sphinx: the pages from the chapters"] += line.seconds - spent

    print(HEAD)
    print(f"{'chapter':30}" + "".join(f"{name:>12}" for name in (*COLUMNS, "together")))
    for name, row in table.of.items():
        figures = [*row.values(), sum(row.values())]
        over = f"  over {BUDGET}" * (sum(row.values()) > BUDGET)
        print(f"{name:30}" + "".join(f"{figure:12.0f}" for figure in figures) + over)
    everything = [sum(row[column] for row in table.of.values()) for column in COLUMNS]
    figures = [*everything, sum(everything)]
    print(f"{'all chapters':30}" + "".join(f"{figure:12.0f}" for figure in figures))
    print("\nonce")
    for name, seconds in sorted(table.once.items(), key=lambda item: -item[1]):
        print(f"  {name:40}{seconds:8.0f}")
    print(f"  {'together':40}{sum(table.once.values()):8.0f}")
    workers = defaultdict(float)
    for line in lines:
        if line.worker.startswith("gw"):
            workers[line.worker] += line.seconds
    for name, seconds in sorted(workers.items()):
        whole = sum(cost.seconds for cost in lines if cost.what == "all tests")
        print(f"worker {name}: {seconds:.0f} s of tests" + f" in {whole:.0f} s" * bool(whole))
    wall = max(c.start + c.seconds for c in lines) - min(c.start for c in lines)
    print(f"the whole run: {wall / 60:.1f} minutes\n")


if __name__ == "__main__":
    main()
