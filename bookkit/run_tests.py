"""Run every test and say what each part has cost: `make test`, or python -m bookkit.run_tests

In this order: ruff and mypy; the book, built; all tests on two workers; then, alone on the machine,
those that a neighbour would disturb. A fault of style or a book that cannot be built ends the run
at once; a test that fails does not keep the others from running.
"""

import argparse
import os
import subprocess
import sys
import time

import nbformat

from bookkit import ROOT, costs

COSTS = ROOT / "_build" / "costs.jsonl"
WORKERS = 2

PYTEST = ("pytest", "-q", "--durations=10", "tests")
LINT = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))


def step(what: str, *command: str) -> bool:
    """Run a Python module, and write down what it takes. True if it ended well."""
    with costs.timed(what):
        return subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode == 0


def lint() -> bool:
    """ruff and mypy, up to the first that complains."""
    return all(step(f"lint: {' '.join(command)}", *command) for command in LINT)


def build_book() -> bool:
    """Build the book; each chapter that was executed for it has a line of its own."""
    started = time.time()
    built = step("build the book", "bookkit.build")
    for path in sorted((ROOT / "_build" / "executed").glob("*.ipynb")):
        ran = nbformat.read(path, as_version=4).metadata["executed"]
        if ran["start"] >= started:
            chapter = path.stem.rpartition("-")[0]
            costs.add(costs.Cost(f"execute {chapter}", ran["start"], ran["seconds"], "build"))
    return built


def run(since: float) -> bool:
    """Everything; True if nothing failed. since: when `make` began, for the cost of set-up."""
    costs.add(costs.Cost("set-up", since, time.time() - since))
    if not (lint() and build_book()):
        return False
    together = step("all tests", *PYTEST, "-n", str(WORKERS), "-m", "not alone")
    alone = step("the tests that run alone", *PYTEST, "-m", "alone")
    return together and alone


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--since", type=float, default=time.time(), help="when set-up began, seconds since 1970"
    )
    parser.add_argument("--lint", action="store_true", help="ruff and mypy, and nothing else")
    arguments = parser.parse_args()
    if arguments.lint:
        return 0 if lint() else 1
    COSTS.parent.mkdir(exist_ok=True)
    COSTS.unlink(missing_ok=True)
    os.environ["COURSE_COSTS"] = str(COSTS)
    passed = run(arguments.since)
    subprocess.run([sys.executable, "bench/test_cost.py"], cwd=ROOT, check=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
