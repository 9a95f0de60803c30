"""A course of one tiny assignment, to try the grader on without loading any library.

The assignment has a locked set-up cell, two tasks with a test each (the second with a hidden test),
and an explanation that a person marks. Points are powers of two, so a sum tells what was earned.
"""

from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "00-small"
POINTS = {"test-double": 1, "test-total": 2, "explain": 4}

DOUBLE = "def double(x):\n    return 2 * x"
TOTAL = "def total(values):\n    return sum(values)"


def _solution(code: str) -> str:
    head, *body = code.split("\n")
    return "\n".join([head, "    ### BEGIN SOLUTION", *body, "    ### END SOLUTION"])


def _meta(grade_id: str, **flags: object) -> dict:
    meta = {"schema_version": 3, "grade_id": grade_id, "task": False, **flags}
    for flag in ("grade", "solution", "locked"):
        meta.setdefault(flag, False)
    if meta["grade"]:
        meta["points"] = POINTS[grade_id]
    return {"nbgrader": meta}


def source() -> nbformat.NotebookNode:
    """The instructor's version."""
    cells = [
        new_markdown_cell("# A small assignment"),
        new_code_cell("from course_utils import checks", metadata=_meta("setup", locked=True)),
        new_markdown_cell("## Task 1 · Double"),
        new_code_cell(_solution(DOUBLE), metadata=_meta("double", solution=True)),
        new_code_cell(
            "%%check double\nchecks.equal(checks.call(double, 3), 6, 'the double of 3')",
            metadata=_meta("test-double", grade=True, locked=True),
        ),
        new_markdown_cell("## Task 2 · Total"),
        new_code_cell(_solution(TOTAL), metadata=_meta("total", solution=True)),
        new_code_cell(
            "%%check total\n"
            "checks.equal(checks.call(total, [1, 2]), 3, 'the total of 1 and 2')\n"
            "### BEGIN HIDDEN TESTS\n"
            "checks.equal(checks.call(total, []), 0, 'the total of nothing')\n"
            "### END HIDDEN TESTS",
            metadata=_meta("test-total", grade=True, locked=True),
        ),
        new_markdown_cell("## Task 3 · Explain"),
        new_markdown_cell("Because.", metadata=_meta("explain", grade=True, solution=True)),
    ]
    for index, cell in enumerate(cells):
        cell["id"] = f"small-{index}"
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernelspec})


def write_source(root: Path, edit: Callable[[nbformat.NotebookNode], None] | None = None) -> None:
    """Write the instructor's version to the solutions in `root`; `edit` changes it before."""
    nb = source()
    if edit:
        edit(nb)
    folder = root / "solutions" / NAME
    folder.mkdir(parents=True)
    nbformat.write(nb, folder / f"{NAME}.ipynb")
