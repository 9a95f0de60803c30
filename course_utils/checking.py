"""`course check NOTEBOOK`: what holds in a student's notebook, task by task.

The notebook runs from top to bottom in a fresh Python, as in the grader, and is not changed. What
the screen shows is written for a beginner: the diagnosis of each failing test, never a stack.

    report = check_notebook("01-order.ipynb")
    render(report)
    raise SystemExit(report.exit_code)
"""

from __future__ import annotations

import difflib
import hashlib
import json
import logging
import re
import subprocess
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Report", "Task", "check_notebook", "render"]

State = Literal["holds", "look", "not started", "written"]

INSTALL = "pip install 'course-utils[student]'"


@dataclass
class Task:
    """One graded cell.

    state: "holds" (its public tests pass), "look" (they do not; `message` says what to look at),
    "not started", or "written" (a text that a person will read).
    points: what the task is worth; a person gives those of a written answer.
    """

    name: str
    title: str
    points: float
    state: State
    message: str = ""
    by_hand: bool = False


@dataclass
class Report:
    """What `check_notebook` found.

    problem: why the notebook could not be checked at all, in plain words; empty when it could.
    notes: what is worth knowing besides the tasks.
    """

    path: Path
    tasks: list[Task] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def points(self) -> float:
        """Points of the public tests that hold."""
        return sum(task.points for task in self.tasks if task.state == "holds")

    @property
    def max_points(self) -> float:
        """Points of all public tests."""
        return sum(task.points for task in self.tasks if not task.by_hand)

    @property
    def exit_code(self) -> int:
        """0 when every task holds or is written, else 1."""
        done = all(task.state in ("holds", "written") for task in self.tasks)
        return 0 if done and self.tasks and not self.problem else 1


def check_notebook(path: str | Path, timeout: int = 60) -> Report:
    """Run the notebook at `path` and report on each of its graded tasks.

    timeout: seconds that one cell may take. Never raises for what is in the file, or for a missing
    file: then the report's `problem` says so.
    """
    path = Path(path)
    report = Report(path)
    try:
        import nbformat

        from course_utils.kernels import SturdyNotebookClient
    except ModuleNotFoundError as error:
        report.problem = f"Checking needs the package {error.name}. Install it with: {INSTALL}"
        return report
    text, report.problem = _read(path)
    if report.problem:
        return report
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what nbformat repairs by itself
            nb = nbformat.reads(text, as_version=4)
            nbformat.validate(nb)
    except Exception:
        report.problem = (
            f"{path.name} is damaged: its parts are not those of a notebook. Open it in "
            "JupyterLab, save it, and check again; if it does not open, start from a fresh copy."
        )
        return report
    if not any(_flag(cell, "grade") for cell in nb.cells):
        report.problem = (
            f"{path.name} has no graded tasks: it is not one of the course's assignments, or its "
            "cells were copied into a new notebook. Check the file that you got from the course."
        )
        return report

    for cell in nb.cells:
        cell.metadata.pop("tags", None)
        if cell.cell_type == "code":
            cell.outputs = []
    log = logging.getLogger("course.check")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    client = SturdyNotebookClient(
        nb,
        timeout=timeout,
        kernel_name="python3",
        log=log,
        extra_arguments=["--InteractiveShellApp.ignore_cwd=True"],
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except Exception as error:
        report.problem = (
            f"Python could not be started for the notebook ({type(error).__name__}). "
            f"Is the course installed completely? {INSTALL}"
        )
        return report
    _collect(nb, report)
    return report


def _read(path: Path) -> tuple[str, str]:
    """The text of the notebook, and what is wrong with the file."""
    if path.is_dir():
        inside = sorted(p.name for p in path.glob("*.ipynb"))
        hint = f" Did you mean {path / inside[0]}?" if inside else ""
        return "", f"{path} is a folder, not a notebook.{hint}"
    if not path.exists():
        nearby = [p.name for p in path.parent.glob("*.ipynb")] if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, nearby, n=1, cutoff=0.4)
        hint = f" Did you mean {path.with_name(close[0])}?" if close else ""
        return "", f"There is no file {path}.{hint}"
    if path.suffix != ".ipynb":
        return "", f"{path.name} is not a notebook: the name of a notebook ends in .ipynb."
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text)
    except OSError as error:
        return "", f"{path.name} cannot be read: {error.strerror or error}."
    except UnicodeDecodeError:
        return "", f"{path.name} is not a notebook: it is not text."
    except json.JSONDecodeError:
        if not text.strip():
            return "", f"{path.name} is empty. Save the notebook (Ctrl+S), then check again."
        if re.search(r"^<{7} ", text, re.M) and re.search(r"^>{7} ", text, re.M):
            return "", (
                f"{path.name} holds two versions at once: git marked a conflict with <<<<<<<, "
                "======= and >>>>>>>. Choose one: `git checkout --ours` or `--theirs` and the name."
            )
        return "", (
            f"{path.name} is not a complete notebook. Was it saved to the end, and downloaded "
            "whole? Save it again (Ctrl+S), then check again."
        )
    if not isinstance(raw, dict) or "nbformat" not in raw:
        return "", f"{path.name} is not a notebook, though its name says so."
    return text, ""


def _collect(nb: Any, report: Report) -> None:
    title = ""
    answers: list[Any] = []  # the student's cells that the next test looks at
    tested, untested = False, ""
    headings: dict[str, int] = {}  # of what is worth points: how many tasks stand above it
    for cell in nb.cells:
        text = cell.cell_type == "markdown" and not _flag(cell, "solution")
        if text and (found := re.search(r"^#+ +(.+)$", cell.source, re.M)):
            title = re.sub(r" *\([\d.]+ points?\)$", "", found[1].strip())
            if title != found[1].strip():
                headings[title] = len(report.tasks)
        grade, solution = _flag(cell, "grade"), _flag(cell, "solution")
        if grade and solution:
            report.tasks.append(_written(cell, title))
        elif solution:
            if answers and not tested and title != untested:
                _note_missing_test(untested, report)
            answers = [*answers, cell] if not tested and title == untested else [cell]
            tested, untested = False, title
        elif grade and cell.cell_type == "code":
            report.tasks.append(_tested(cell, title, answers, report))
            tested = True
        elif cell.cell_type == "code" and _error(cell) and not _flag(cell, "task"):
            whose = "The set-up cell" if _flag(cell, "locked") else "A cell outside the tasks"
            report.notes.append(f"{whose} does not run. {_explain(cell)}")
    if answers and not tested:
        _note_missing_test(untested, report)
    ends = [*list(headings.values())[1:], len(report.tasks)]
    for (lost, start), end in zip(headings.items(), ends, strict=True) if headings else ():
        if start == end and not any(f"“{lost}”" in note for note in report.notes):
            report.notes.append(
                f"The cells of “{lost}” are missing, so it has no points here. Copy your code, "
                "then start from the file that you got from the course."
            )


def _note_missing_test(title: str, report: Report) -> None:
    report.notes.append(
        f"The test of “{title}” is missing here. The grader has its own copy of it."
    )


def _tested(test: Any, title: str, answers: list[Any], report: Report) -> Task:
    meta = test.metadata.nbgrader
    task = Task(meta.grade_id, title or meta.grade_id, float(meta.points), "holds")
    if _flag(test, "locked") and meta.get("checksum") not in (None, checksum(test)):
        report.notes.append(
            f"The test of “{task.title}” was changed. The grader uses its own copy of it."
        )
    error = _error(test)
    broken = next((cell for cell in answers if _error(cell)), None)
    if error is None:
        if broken is not None:
            report.notes.append(f"“{task.title}” holds, but: {_explain(broken)}")
        return task
    untouched = any(_untouched(cell) for cell in answers)
    unwritten = (
        untouched
        or error["ename"] == "NotImplementedError"
        or (broken is not None and _error(broken)["ename"] == "NotImplementedError")
        or (error["ename"] == "CheckError" and "is not written yet" in error["evalue"])
    )
    if unwritten:
        task.state = "not started"
    else:
        task.state = "look"
        task.message = _explain(broken if broken is not None else test)
    return task


def _written(cell: Any, title: str) -> Task:
    meta = cell.metadata.nbgrader
    blank = _untouched(cell) or not cell.source.strip()
    state: State = "not started" if blank else "written"
    return Task(meta.grade_id, title or meta.grade_id, float(meta.points), state, by_hand=True)


def _explain(cell: Any) -> str:
    """The error of `cell` in plain words."""
    error = _error(cell)
    name, text = error["ename"], error["evalue"].strip()
    lines = cell.source.split("\n")
    if name == "CheckError":
        return text
    if name == "CellTimeoutError":
        return f"{text} Is there a loop that never ends? Look at the condition of each `while`."
    if name == "KernelDied":
        return (
            f"{text} Does it call exit(), or ask for more memory than there is? "
            "The cells after it were run all the same."
        )
    if name in ("SyntaxError", "IndentationError", "TabError"):
        found = re.search(r"^(.*) \(.*, line (\d+)\)$", text, re.S)
        what, number = (found[1], int(found[2])) if found else (text, 0)
        where = f"Line {number} of your cell" if number else "Your cell"
        open_end = " Is a bracket or a quotation mark left open?" if "incomplete" in what else ""
        return f"{where} is not Python yet: {what}.{open_end}{_quote(lines, number)}"
    number = _line(cell, error)
    if name == "AssertionError":
        return text or f"This does not hold:{_quote(lines, number) or ' one of the checks.'}"
    if name == "ModuleNotFoundError":
        return f"{text}. If it belongs to the course, install it with: {INSTALL}"
    if name == "NameError" and _flag(cell, "grade") and text.startswith("name 'checks'"):
        return (
            "`checks` is not defined. The set-up cell with `from course_utils import checks` "
            "should stand above all tasks; if it is gone, copy it from the file that you got from "
            "the course."
        )
    whose = "the test" if _flag(cell, "grade") else "your cell"
    where = f"Line {number} of {whose}" if number else whose.capitalize()
    return f"{where} stops with {name}: {text.rstrip('.')}.{_quote(lines, number)}"


def _line(cell: Any, error: dict[str, Any]) -> int:
    """The line of `cell` at which `error` arose or passed by; 0 when it does not say."""
    trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error["traceback"]))
    pattern = rf"Cell In\s?\[{cell.execution_count}\], line (\d+)"
    found = re.findall(pattern, trace)
    return int(found[-1]) if found else 0


def _quote(lines: list[str], number: int) -> str:
    return f"\n{lines[number - 1].strip()}" if 0 < number <= len(lines) else ""


def _error(cell: Any) -> Any:
    outputs = cell.get("outputs", [])
    found = [out for out in outputs if out.output_type == "error"]
    # The last one says most: a timeout comes after the KeyboardInterrupt that it caused.
    return found[-1] if found else None


def _flag(cell: Any, flag: str) -> bool:
    meta = cell.metadata.get("nbgrader")
    return bool(meta.get(flag, False)) if isinstance(meta, dict) else False


def _untouched(cell: Any) -> bool:
    return cell.metadata.nbgrader.get("checksum") == checksum(cell)


def checksum(cell: Any) -> str:
    """nbgrader's checksum of a cell; the release stores it, so an untouched cell has it still."""
    meta = cell.metadata.nbgrader
    locked = not meta.get("solution") and (meta.get("grade") or meta.get("locked", False))
    parts = [
        cell.source,
        cell.cell_type,
        str(meta.get("grade", False)),
        str(meta.get("solution", False)),
        str(locked),
        meta["grade_id"],
    ]
    if meta.get("grade"):
        parts.append(str(float(meta["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def render(report: Report, console: Console | None = None) -> None:
    """Print the report, on the terminal when no console is given."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    marks = {
        "holds": ("✓", "green", "holds"),
        "look": ("→", "yellow", "look at this"),
        "not started": ("·", "dim", "not started yet"),
        "written": ("✎", "cyan", "written; a person will read it"),
    }
    lines: list[Any] = []
    console = console or Console()
    if report.problem:
        console.print(Text(report.problem))
        return
    for task in report.tasks:
        mark, style, words = marks[task.state]
        earned = task.points if task.state == "holds" else 0
        worth = f"{task.points:g}" if task.by_hand else f"{earned:g} of {task.points:g}"
        unit = "point" if task.points == 1 else "points"
        lines.append(
            Text.assemble(
                (f"{mark} ", style),
                (task.title, "bold"),
                f"  {words}  ",
                (f"{worth} {unit}", "dim"),
            )
        )
        if task.message:
            lines.append(Padding(Text(task.message), (0, 0, 1, 4)))
    for note in report.notes:
        lines.append(Text(f"Note: {note}"))
    states = [task.state for task in report.tasks]
    total = f"{report.points:g} of {report.max_points:g} points in the tests you can see."
    if report.exit_code == 0:
        lines.append(Text(f"\nEverything holds: {total}"))
    else:
        counts = (("look", "to look at"), ("not started", "not started yet"))
        todo = [f"{states.count(state)} {words}" for state, words in counts if state in states]
        lines.append(Text(f"\n{total} {', '.join(todo).capitalize()}."))
    lines.append(Text("The grader runs further tests, of the same kind, on other data.", "dim"))
    for line in lines:
        console.print(line)
