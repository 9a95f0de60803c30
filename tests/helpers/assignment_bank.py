"""Assignments and their banks of answers, as the tests in this folder use them.

A bank is a module banks/aNN_name/<grade_id of the test cell, with _>.py. It names the SOLUTION_CELL
that the test cell grades, and has answers that replace it: WRONG, each with words that must be in
the diagnosis, and RIGHT.
"""

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearSolutions

ROOT = Path(__file__).resolve().parents[2]
BANKS = ROOT / "tests" / "exercises" / "banks"


def flag(cell, name):
    return cell.metadata.get("nbgrader", {}).get(name, False)


@dataclass(frozen=True)
class Bank:
    """The answers for one test cell."""

    test: str
    solution: str
    wrong: dict
    right: dict


class Assignment:
    """One folder in solutions/, with its banks."""

    def __init__(self, name):
        self.name = name
        self.path = ROOT / "solutions" / name / f"{name}.ipynb"

    def __repr__(self):
        return self.name

    @cached_property
    def notebook(self):
        return nbformat.read(self.path, as_version=4)

    @cached_property
    def tests(self):
        """grade_id and points of each automatically graded cell."""
        return {
            cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
            for cell in self.notebook.cells
            if flag(cell, "grade") and not flag(cell, "solution")
        }

    @cached_property
    def by_hand(self):
        """grade_id and points of each manually graded cell."""
        return {
            cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
            for cell in self.notebook.cells
            if flag(cell, "grade") and flag(cell, "solution")
        }

    @cached_property
    def answers(self):
        """Source of each solution cell of the reference solution, by grade_id."""
        return {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in self.notebook.cells
            if flag(cell, "solution") and not flag(cell, "grade")
        }

    @cached_property
    def stubs(self):
        """Source of each solution cell as students get it, by grade_id."""
        blank, _ = ClearSolutions().preprocess(nbformat.from_dict(self.notebook), {})
        stubs = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in blank.cells
            if flag(cell, "solution") and not flag(cell, "grade")
        }
        del self.__dict__["notebook"]  # the preprocessor worked on its cells
        return stubs

    @cached_property
    def banks(self):
        """The bank of each test cell that has one, by grade_id."""
        folder = BANKS / ("a" + self.name.replace("-", "_"))
        known = {test.replace("-", "_"): test for test in self.tests}
        banks = {}
        for path in sorted(folder.glob("*.py")):
            if path.name == "__init__.py":
                continue
            spec = importlib.util.spec_from_file_location(f"bank_{path.stem}", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            test = known.get(path.stem, path.stem)
            banks[test] = Bank(test, module.SOLUTION_CELL, module.WRONG, module.RIGHT)
        return banks


ASSIGNMENTS = [Assignment(path.name) for path in sorted((ROOT / "solutions").glob("*/"))]


class Warm:
    """The warm process of one assignment; see warm.py."""

    def __init__(self, assignment):
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.warm", str(assignment.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        errors = json.loads(self.process.stdout.readline())["setup"]
        if errors:
            self.close()
        assert not errors, f"the set-up fails: {errors}"

    def attempt(self, replace, tests, seed=2026, seconds=60):
        """Run the notebook with some answers replaced. Returns {test: None or [error, text]}."""
        return self.attempts(replace, tests, [seed], seconds)[0]

    def attempts(self, replace, tests, seeds, seconds=600):
        """The same in one process, one seed after the other; one outcome for each."""
        request = {"replace": replace, "tests": list(tests), "seeds": seeds, "seconds": seconds}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        reply = json.loads(self.process.stdout.readline())
        if "failed" in reply:
            return [{test: ["Failed", reply["failed"]] for test in tests}] * len(seeds)
        return reply["outcomes"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()
