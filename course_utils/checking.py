"""`course check NOTEBOOK`: what holds in a student's notebook, task by task.

The notebook runs from top to bottom in a fresh Python, as in the grader, and is not changed. What
the screen shows is written for a beginner: the diagnosis of each failing test, never a stack. ::

    report = check_notebook("01-order.ipynb")
    render(report)
    raise SystemExit(report.exit_code)
"""

from __future__ import annotations

import difflib
import hashlib
import logging
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from course_utils import __version__

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Report", "Task", "check_notebook", "render"]

State = Literal["holds", "look", "not started", "written", "very short"]

INSTALL = (
    'pip install "course-utils[student] @ https://networks-that-remember.github.io/course/'
    f'wheels/course_utils-{__version__}-py3-none-any.whl"'
)
FRESH = "the file that you got from the course"
FEW_WORDS, FEW_LETTERS = 5, 25  # an answer with fewer of both is very short

# What the set-up cell, which may have to install the course, says when it cannot: what to do.
NOT_INSTALLED = {
    "externally-managed-environment": (
        "This Python belongs to the operating system, which lets nobody install into it. Make an "
        "environment (python3 -m venv rnn-course), install the course there and open the notebook "
        "from there."
    ),
    "No module named pip": (
        "This environment has no pip; one made by uv has none. Install the course in a terminal, "
        f"with: uv {INSTALL}"
    ),
    "": (
        "It could not install the course. Is this computer connected to the internet? Then run it "
        f"again, or install the course in a terminal, with: {INSTALL}"
    ),
}
# Modules that come with the course.
BROUGHT = {
    *("anywidget", "course_utils", "ipywidgets", "keras"),
    *("matplotlib", "numpy", "sklearn", "tensorflow"),
}


@dataclass
class Task:
    """One graded cell.

    state: "holds" (its public tests pass), "look" (they do not; `message` says what to look at),
    "not started", "written" (a text that a person will read), or "very short" (one of a few words).
    points: what the task is worth; a person gives those of a written answer.
    earned: points that its public tests give.
    """

    name: str
    title: str
    points: float
    state: State
    message: str = ""
    by_hand: bool = False
    earned: float = 0.0


@dataclass
class Report:
    """What `check_notebook` found.

    problem: why the notebook could not be checked at all, in plain words; empty when it could.
    notes: what is worth knowing besides the tasks.
    untested: tasks of which nothing is known here, as a cell of theirs is missing or changed.
    """

    path: Path
    tasks: list[Task] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    untested: int = 0

    @property
    def points(self) -> float:
        """Points of the public tests that hold, in whole or in part."""
        return sum(task.earned for task in self.tasks)

    @property
    def max_points(self) -> float:
        """Points of all public tests."""
        return sum(task.points for task in self.tasks if not task.by_hand)

    @property
    def exit_code(self) -> int:
        """0 when every task is there and holds or is written, however briefly; else 1."""
        done = all(task.state in ("holds", "written", "very short") for task in self.tasks)
        return 0 if done and self.tasks and not self.problem and not self.untested else 1


def check_notebook(path: str | Path, timeout: int = 60) -> Report:
    """Run the notebook at `path` and report on each of its graded tasks.

    timeout: seconds that one cell may take. Never raises for what is in the file, or for a missing
    file: then the report's `problem` says so.
    """
    path = Path(path)
    report = Report(path)
    try:
        from course_utils import notebooks
    except ModuleNotFoundError as error:
        report.problem = f"Checking needs the package {error.name}. Install it with: {INSTALL}"
        return report
    if problem := _not_a_file(path):
        report.problem = problem
        return report
    try:
        nb = notebooks.read(path)
    except notebooks.UnreadableError as error:
        advice = f" {error.advice} Then check again." if error.advice else ""
        report.problem = f"{error}{advice}"
        return report
    except OSError as error:
        report.problem = f"{path.name} cannot be read: {error.strerror or error}."
        return report
    if not any(_flag(cell, "grade") for cell in nb.cells):
        report.problem = (
            f"{path.name} has no graded tasks: it is not one of the course's assignments, or its "
            "cells were copied into a new notebook. Check the file that you got from the course."
        )
        return report

    log = logging.getLogger("course.check")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    client = notebooks.SturdyNotebookClient(
        nb,
        timeout=timeout,
        kernel_name="python3",
        log=log,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute()
    except Exception as error:
        report.problem = (
            f"Python could not be started for the notebook ({type(error).__name__}). "
            f"Is the course installed completely? {INSTALL}"
        )
        return report
    _collect(nb, report)
    return report


def _not_a_file(path: Path) -> str:
    """What is wrong with the path, and which one may have been meant; or nothing."""
    if path.is_dir():
        inside = sorted(p.name for p in path.glob("*.ipynb"))
        hint = f" Did you mean {path / inside[0]}?" if inside else ""
        return f"{path} is a folder, not a notebook.{hint}"
    if not path.exists():
        nearby = [p.name for p in path.parent.glob("*.ipynb")] if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, nearby, n=1, cutoff=0.4)
        hint = f" Did you mean {path.with_name(close[0])}?" if close else ""
        return f"There is no file {path}.{hint}"
    if path.suffix != ".ipynb":
        return f"{path.name} is not a notebook: the name of a notebook ends in .ipynb."
    return ""


def _collect(nb: Any, report: Report) -> None:
    title = ""
    answers: list[Any] = []  # the student's cells that the next test looks at
    tested, untested = False, ""
    headings: dict[str, int] = {}  # of what is worth points: how many tasks stand above it
    no_start = _no_start(nb)
    for cell in nb.cells:
        text = cell.cell_type == "markdown" and not _flag(cell, "solution")
        if text and (found := re.search(r"^#+ +(.+)$", cell.source, re.M)):
            title = re.sub(r" *\([\d.]+ points?\)$", "", found[1].strip())
            if title != found[1].strip():
                headings[title] = len(report.tasks)
        grade, solution = _flag(cell, "grade"), _flag(cell, "solution")
        if grade and not _is_marked(cell):
            _doubt(
                report,
                f"The marks of a cell of “{title}” are damaged, so it does not count here. Copy "
                f"your work into {FRESH}.",
            )
            tested = True
        elif grade and solution:
            report.tasks.append(_written(cell, title))
        elif solution:
            if answers and not tested and title != untested:
                _note_missing_test(untested, report)
            answers = [*answers, cell] if not tested and title == untested else [cell]
            tested, untested = False, title
        elif grade and cell.cell_type == "code":
            report.tasks.append(_tested(cell, title, answers, no_start, report))
            tested = True
        elif cell.cell_type == "code" and _error(cell) and not _flag(cell, "task"):
            whose = "A cell outside the tasks"
            if _flag(cell, "locked"):
                whose = "A cell of the course" if report.tasks else "The set-up cell"
            if not (no_start and report.tasks and _flag(cell, "locked")):  # it is said there
                report.notes.append(f"{whose} does not run. {_explain(cell)}")
    if answers and not tested:
        _note_missing_test(untested, report)
    ends = [*list(headings.values())[1:], len(report.tasks)]
    for (lost, start), end in zip(headings.items(), ends, strict=True) if headings else ():
        if start == end and not any(f"“{lost}”" in note for note in report.notes):
            _doubt(
                report,
                f"The cells of “{lost}” are missing, so it has no points here. Copy your code, "
                f"then start from {FRESH}.",
            )


def _doubt(report: Report, note: str) -> None:
    """Note something that leaves it open whether a task holds."""
    report.notes.append(note)
    report.untested += 1


def _note_missing_test(title: str, report: Report) -> None:
    _doubt(report, f"The test of “{title}” is missing here. The grader has its own copy of it.")


def _no_start(nb: Any) -> str:
    """Why a test that does not know `checks` or `%%check` could not start."""
    first = next((i for i, c in enumerate(nb.cells) if _flag(c, "solution")), len(nb.cells))
    set_up = [cell for cell in nb.cells[:first] if _flag(cell, "locked")]
    if not set_up:
        return f"the set-up cell is missing. Copy it from {FRESH} to the top of yours."
    if any(_error(cell) for cell in set_up):
        return "the set-up cell did not run; see the note below."
    if not any("course_utils" in cell.source for cell in set_up):
        return f"the set-up cell was changed. Copy it from {FRESH}."
    return f"the course's package is another version than this notebook. Install it: {INSTALL}"


def _tested(test: Any, title: str, answers: list[Any], no_start: str, report: Report) -> Task:
    meta = test.metadata.nbgrader
    points = float(meta.points)
    task = Task(meta.grade_id, title or meta.grade_id, points, "holds", earned=points)
    if _flag(test, "locked") and meta.get("checksum") not in (None, checksum(test)):
        _doubt(
            report, f"The test of “{task.title}” was changed. The grader uses its own copy of it."
        )
    error = _error(test)
    broken = next((cell for cell in answers if _error(cell)), None)
    if error is None:
        score = _score(test, points)
        task.earned = score if 0 <= score <= points else 0
        if task.earned < points:
            task.state = "look"
            task.message = f"This test gives {task.earned:g} of its {points:g} points."
        if broken is not None:
            report.notes.append(f"“{task.title}” holds, but: {_explain(broken)}")
        return task
    task.earned = 0
    untouched = any(_untouched(cell) for cell in answers)
    unwritten = (
        untouched
        or error["ename"] == "NotImplementedError"
        or (broken is not None and _error(broken)["ename"] == "NotImplementedError")
        or (error["ename"] == "CheckError" and "is not written yet" in error["evalue"])
    )
    if unwritten:
        task.state = "not started"
        return task
    task.state = "look"
    if broken is not None:
        task.message = _explain(broken)
    elif (error["ename"] == "UsageError" and "%%check" in error["evalue"]) or (
        error["ename"] == "NameError" and error["evalue"].startswith("name 'checks'")
    ):
        task.message = f"This test could not start: {no_start}"
    else:
        task.message = _explain(test)
    return task


def _score(test: Any, points: float) -> float:
    """The points that the last line of a test says, if it is a number; otherwise all of them."""
    for output in test.outputs:
        if output.output_type == "execute_result":
            try:
                return float(output.data.get("text/plain", ""))
            except ValueError:
                return points
    return points


def _written(cell: Any, title: str) -> Task:
    meta = cell.metadata.nbgrader
    few = len(re.findall(r"\w+", cell.source)) < FEW_WORDS and len(cell.source) < FEW_LETTERS
    state: State = "very short" if few else "written"
    if _untouched(cell) or not cell.source.strip():
        state = "not started"
    return Task(meta.grade_id, title or meta.grade_id, float(meta.points), state, by_hand=True)


def _explain(cell: Any) -> str:
    """The error of `cell` in plain words."""
    error = _error(cell)
    name, text = str(error["ename"]), str(error["evalue"]).strip()
    lines = cell.source.split("\n")
    if name == "CheckError":
        return text
    if name == "CellTimeoutError":
        return f"{text} Is there a loop that never ends? Look at the condition of each `while`."
    if name == "KernelDied":
        return (
            text
            if text.startswith("Not run")
            else (
                f"{text} Does it call exit(), or ask for more memory than there is? "
                "The cells after it were run all the same."
            )
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
        module = text.removeprefix("No module named ").strip("'").partition(".")[0]
        if module in BROUGHT:
            return f"{text}. It comes with the course, which you install with: {INSTALL}"
        return f"{text}. The course does not bring it, and the grader may not have it."
    if name == "CalledProcessError" and "pip" in text:
        said = "".join(out.text for out in cell.outputs if out.output_type == "stream") + text
        return next(words for sign, words in NOT_INSTALLED.items() if sign in said)
    whose = "the test" if _flag(cell, "grade") else "your cell"
    where = f"Line {number} of {whose}" if number else whose.capitalize()
    if name == "StdinNotImplementedError":
        return (
            f"{where} asks for something to be typed, with input(). When a notebook is checked or "
            f"graded nobody is there to type it: write the value down.{_quote(lines, number)}"
        )
    if name == "SystemExit" and _flag(cell, "locked") and not _flag(cell, "grade"):
        return text  # of the course's own cell, which says what to do
    if name == "SystemExit":
        return f"sys.exit() ends {whose} too early. Leave it out: a function ends with `return`."
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


def _is_marked(cell: Any) -> bool:
    """Do nbgrader's marks of this graded cell say which it is, and what it is worth?"""
    meta = cell.metadata.nbgrader
    try:
        return isinstance(meta.get("grade_id"), str) and math.isfinite(float(meta.points))
    except (AttributeError, TypeError, ValueError):
        return False


def _untouched(cell: Any) -> bool:
    return bool(cell.metadata.nbgrader.get("checksum") == checksum(cell))


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
        str(meta.get("grade_id")),
    ]
    if meta.get("grade"):
        parts.append(str(float(meta["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def render(report: Report, console: Console | None = None) -> None:
    """Print the report, on the terminal when no console is given."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = console or Console()
    if report.problem:
        console.print(Text(report.problem))
        return
    plain = not console.encoding.startswith("utf")
    marks = {
        "holds": ("+" if plain else "✓", "green", "holds"),
        "look": (">" if plain else "→", "yellow", "look at this"),
        "not started": ("-" if plain else "·", "dim", "not started yet"),
        "written": ("=" if plain else "✎", "cyan", "written; a person will read it"),
        "very short": ("=" if plain else "✎", "yellow", "very short; a person will read it"),
    }
    lines: list[Any] = []
    for task in report.tasks:
        mark, style, words = marks[task.state]
        worth = f"{task.points:g}" if task.by_hand else f"{task.earned:g} of {task.points:g}"
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
    total = f"{report.points:g} of {report.max_points:g} points in the tests you can see."
    numbers = Counter(task.state for task in report.tasks)
    counts = (
        (numbers["look"], "to look at"),
        (numbers["not started"], "not started yet"),
        (numbers["very short"], "very short"),
        (report.untested, "of which nothing is known here; see the notes"),
    )
    todo = ", ".join(f"{number} {words}" for number, words in counts if number)
    lines.append(Text(f"\n{total} {todo}." if todo else f"\nEverything holds: {total}"))
    lines.append(Text("The grader runs further tests, of the same kind, on other data.", "dim"))
    for line in lines:
        console.print(line)
