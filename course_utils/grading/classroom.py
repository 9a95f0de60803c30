"""Grading everything that was submitted, with a verdict for every submission.

`nbgrader autograde` stops at, skips or forgets submissions in several situations: a file that is no
notebook, a renamed notebook, a run that was killed half way. `grade` goes through the folder of
submissions itself and hands each to nbgrader alone, so that no submission touches another, and
what could not be graded is in the list with its reason, has zero points in the gradebook, and gets
a feedback page that says why.
"""

from __future__ import annotations

import contextlib
import hashlib
import html
import json
import logging
import os
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import converters
from nbgrader.api import Gradebook
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from nbgrader.utils import parse_utc
from traitlets import validate
from traitlets.config import Config

from course_utils import notebooks
from course_utils.grading.preprocessors import suspicious_files
from course_utils.grading.release import (
    GradebookError,
    assignments,
    load_config,
    messages_of,
    reason,
    register,
    using_gradebook,
)
from course_utils.sources import Sources

__all__ = ["NOT_GRADED", "Submission", "Verdict", "export", "grade", "strays", "submissions"]

NOT_GRADED = "not graded"
TIMESTAMP = "timestamp.txt"
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar")
OF_THE_SYSTEM = ("desktop.ini", "Thumbs.db")


@dataclass(frozen=True)
class Submission:
    """One folder in grading/submitted: the work of one student on one assignment."""

    student: str
    assignment: str
    folder: Path


@dataclass
class Verdict:
    """What became of one submission.

    state: "graded" now, "unchanged" since it was graded, or "not graded", then `note` says why.
    unread: answers that a person has yet to mark.
    """

    student: str
    assignment: str
    state: str
    score: float = 0.0
    max_score: float = 0.0
    unread: int = 0
    note: str = ""


class _OneFolder(BaseConverter):
    """Takes the folder of a submission by its name, which nbgrader would read as a pattern."""

    def init_notebooks(self) -> None:
        directory = self.coursedir
        folder = self._format_source(directory.assignment_id, directory.student_id)
        paths = [str(path) for path in sorted(Path(folder).glob("*.ipynb"))]
        if not paths:
            raise NbGraderException(f"{folder} holds no notebook. Run this again with --force.")
        self.assignments = {folder: paths}
        self.notebooks: list[str] = []


class Autograde(_OneFolder, converters.Autograde):
    """nbgrader's."""


class GenerateFeedback(_OneFolder, converters.GenerateFeedback):
    """nbgrader's."""


class _Directory(CourseDirectory):
    """nbgrader's, which strips blanks from ids and fails where a time cannot be read."""

    @validate("student_id")
    def _validate_student_id(self, proposal: Any) -> str:
        return str(proposal["value"])

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        return _time_of(Path(dest_path))


def submissions(root: Path, only: Sequence[str] = ()) -> list[Submission]:
    """Everything in grading/submitted, in order of assignment and student.

    only: names of assignments; empty for all. A folder for an unknown assignment is in the list.
    """
    submitted = root / "grading" / "submitted"
    if not submitted.is_dir():
        return []
    found = [
        Submission(student.name, work.name, work)
        for student in submitted.iterdir()
        if student.is_dir() and not student.name.startswith(".")
        for work in student.iterdir()
        if not work.name.startswith(".") and (work.is_dir() or work.is_symlink())
    ]
    if only:
        found = [one for one in found if one.assignment in only]
    return sorted(found, key=lambda one: (one.assignment, one.student))


def strays(root: Path) -> list[Verdict]:
    """What else was handed in: files beside the folders of submissions, and empty folders.

    An archive beside a folder of its name has been unpacked, and is not in the list.
    """
    submitted = root / "grading" / "submitted"
    found = []
    for path in [*submitted.glob("*"), *submitted.glob("*/*")]:
        below = path.relative_to(submitted).parts
        if path.name.startswith(".") or path.name in OF_THE_SYSTEM:
            continue
        if len(below) > 1 and (path.is_dir() or path.is_symlink()):
            continue  # a submission
        if path.is_dir():
            if any(not inside.name.startswith(".") for inside in path.iterdir()):
                continue
            why = "The folder is empty."
        elif path.suffix.lower() in ARCHIVES:
            if path.with_name(re.sub(r"(\.tar)?\.\w+$", "", path.name)).is_dir():
                continue
            why = f"{path.name} is an archive. Unpack it into {_place(below)}."
        else:
            why = f"{path.name} lies in the wrong folder. A notebook belongs in {_place(below)}."
        student = below[0] if len(below) > 1 or path.is_dir() else ""
        found.append(Verdict(student, "", NOT_GRADED, note=why))
    return sorted(found, key=lambda one: (one.student, one.note))


def _place(below: Sequence[str]) -> str:
    student = below[0] if len(below) > 1 else "STUDENT"
    return f"grading/submitted/{student}/ASSIGNMENT/"


def grade(
    root: Path,
    only: Sequence[str] = (),
    force: bool = False,
    before: Callable[[Submission], None] = lambda submission: None,
    after: Callable[[Verdict], None] = lambda verdict: None,
) -> list[Verdict]:
    """Autograde every submission under `root` and write its feedback; one verdict for each.

    only: names of assignments; empty for all. Strays have a verdict, whatever they belong to.
    force: run submissions again although nothing that their grade hangs on has changed since: the
    submission, the assignment, the checks and the grader, the seed of the hidden tests, versions.
    before, after: called around each submission, for a progress display.
    Raises NbGraderException when an assignment itself cannot be read, GradebookError when the
    gradebook cannot be used; what was graded before stays.
    """
    config = load_config(root)
    known = assignments(root)
    found = submissions(root, only)
    sources = Sources()
    verdicts = []
    with using_gradebook(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SQLAlchemy and nbformat, about what they repaired
        for name in sorted({one.assignment for one in found} & set(known)):
            register(root, name, config.CourseDirectory.db_url)
        for one in found:
            before(one)
            verdict = _grade_one(root, config, known, one, sources, force)
            after(verdict)
            verdicts.append(verdict)
    return verdicts + strays(root)


def export(root: Path, to: Path) -> None:
    """Write all grades in the gradebook of `root` to `to`, as CSV."""
    config = load_config(root)
    plugin = CsvExportPlugin(config=config, to=str(to), log=_quiet())
    with using_gradebook(), _gradebook(config) as gradebook:
        plugin.export(gradebook)


def _grade_one(
    root: Path,
    config: Config,
    known: Sequence[str],
    one: Submission,
    sources: Sources,
    force: bool,
) -> Verdict:
    marker = root / "grading" / "verdicts" / one.assignment / f"{one.student}.json"
    digest = ""
    try:
        problem = _problem(root, known, one)
        if not problem:
            digest = _digest(root, one, sources)
    except OSError as error:
        name = Path(error.filename).name if error.filename else one.folder.name
        problem = f"{name} cannot be read: {error.strerror or error}."
    ran = False
    if not problem and (force or _remembered(marker) != digest):
        marker.unlink(missing_ok=True)
        problem = _run(Autograde, config, one, force=True)
        ran = True
    if not problem:
        problem = _run(GenerateFeedback, config, one, force=True)
    if problem:
        verdict = Verdict(one.student, one.assignment, NOT_GRADED, note=problem)
        marker.unlink(missing_ok=True)
        if one.assignment in known:
            _enter_zero(config, one, verdict)
            _explain(root, one, problem)
        return verdict
    verdict = Verdict(one.student, one.assignment, "graded" if ran else "unchanged")
    with _gradebook(config) as gradebook:
        submission = gradebook.find_submission(one.assignment, one.student)
        verdict.score = max(0.0, submission.score - (submission.late_submission_penalty or 0.0))
        verdict.max_score = submission.max_score
        verdict.unread = sum(
            grade.needs_manual_grade for nb in submission.notebooks for grade in nb.grades
        )
    verdict.note = _remarks(root, one)
    marker.parent.mkdir(parents=True, exist_ok=True)
    _write_whole(marker, json.dumps({"digest": digest, **asdict(verdict)}, indent=1))
    return verdict


def _problem(root: Path, known: Sequence[str], one: Submission) -> str:
    """Why this submission cannot be graded, in words for the instructor, or nothing."""
    if one.assignment not in known:
        return f"There is no assignment {one.assignment}; the course has {', '.join(known)}."
    if found := suspicious_files(one.folder):
        return f"Links and special files are not accepted: {', '.join(found)}."
    expected = sorted(p.name for p in (root / "solutions" / one.assignment).glob("*.ipynb"))
    for name in expected:
        path = one.folder / name
        if not path.is_file():
            others = sorted(p.name for p in one.folder.iterdir() if p.name != TIMESTAMP)
            held = f"{name} is missing; the folder holds {', '.join(others) or 'nothing'}."
            return " ".join([held, *_hints(name, others)])
        try:
            notebooks.read(path)
        except notebooks.UnreadableError as error:
            return str(error)
    return ""


def _hints(expected: str, others: Sequence[str]) -> list[str]:
    """What to do with a folder that holds `others`, and not the `expected` notebook."""
    stem = re.escape(expected.removesuffix(".ipynb"))
    # A learning platform puts names and numbers before and after; a browser counts copies.
    copy = rf"(?:.*[_ -])?{stem}(?: ?-\d+| ?\(\d+\)| - .+|_.+)?\.ipynb"
    copies = [name for name in others if re.fullmatch(copy, name, re.IGNORECASE)]
    if copies:
        return [f"Rename {' or '.join(copies)} to {expected}."]
    return [f"Unpack {name}." for name in others if name.lower().endswith(ARCHIVES)]


def _time_of(folder: Path) -> datetime | None:
    """When the submission in `folder` was handed in; None where that cannot be read."""
    try:
        data = (folder / TIMESTAMP).read_bytes()
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
        time: datetime | None = parse_utc(text.strip())
    except (OSError, ValueError, TypeError, ArithmeticError):
        return None
    return time


def _remarks(root: Path, one: Submission) -> str:
    """What the instructor may want to know about a submission that was graded."""
    expected = {p.name for p in (root / "solutions" / one.assignment).glob("*")}
    extra = sorted(
        str(path.relative_to(one.folder))
        for path in one.folder.rglob("*")
        if path.is_file()
        and path.name not in expected | {TIMESTAMP}
        and ".ipynb_checkpoints" not in path.parts
    )
    remarks = [f"also handed in: {', '.join(extra)}"] if extra else []
    if (one.folder / TIMESTAMP).exists() and _time_of(one.folder) is None:
        remarks.append(f"{TIMESTAMP} holds no time that can be read")
    graded = root / "grading" / "autograded" / one.student / one.assignment
    for path in sorted(graded.glob("*.ipynb")):
        nb = nbformat.read(path, as_version=4)
        names = {
            out.get("ename")
            for cell in nb.cells
            for out in cell.get("outputs", [])
            if out.output_type == "error"
        }
        if "KernelDied" in names:
            remarks.append("a cell stopped Python; the others were graded")
        if "CellTimeoutError" in names:
            remarks.append("a cell did not end in time; the others were graded")
    return "; ".join(remarks)


def _run(kind: type, config: Config, one: Submission, force: bool) -> str:
    """Run nbgrader's converter `kind` on one submission. Returns why it failed, or nothing."""
    log = logging.getLogger(f"course.grading.{kind.__name__}")
    with messages_of(log) as messages:
        directory = _Directory(
            config=config, assignment_id=one.assignment, student_id=one.student, log=log
        )
        try:
            with using_gradebook():
                kind(coursedir=directory, config=config, log=log, force=force).start()
        except GradebookError:
            raise
        except (NbGraderException, SystemExit) as error:
            return reason(messages) or str(error)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return ""


def _enter_zero(config: Config, one: Submission, verdict: Verdict) -> None:
    """No points from the grader for a submission it could not run; points of people stay."""
    with _gradebook(config) as gradebook:
        gradebook.update_or_create_student(one.student)
        submission = gradebook.update_or_create_submission(one.assignment, one.student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = 0.0
                grade.needs_manual_grade = False
        gradebook.db.commit()
        verdict.score, verdict.max_score = submission.score, submission.max_score


def _explain(root: Path, one: Submission, problem: str) -> None:
    """A feedback page for the student whose submission could not be graded."""
    folder = root / "grading" / "feedback" / one.student / one.assignment
    folder.mkdir(parents=True, exist_ok=True)
    page = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>{html.escape(one.assignment)}: not graded</title></head><body>"
        f"<h1>{html.escape(one.assignment)} could not be graded</h1>"
        f"<p>{html.escape(problem)}</p>"
        "<p>Nothing is lost: repair it and submit again, or ask your instructor.</p></body></html>"
    )
    path = folder / f"{one.assignment}.html"
    path.unlink(missing_ok=True)
    path.write_text(page, encoding="utf-8", errors="backslashreplace")


def _digest(root: Path, one: Submission, sources: Sources) -> str:
    """A hash of all that a grade hangs on: submission, assignment, settings, environment.

    The environment is the code that the cells reach of what `sources` reads, the grader and the
    checks in whole, the seed of the hidden tests, and the versions of what computes.
    """
    total = hashlib.sha256()
    for folder in (one.folder, root / "solutions" / one.assignment):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and ".ipynb_checkpoints" not in path.parts:
                total.update(os.fsencode(path.relative_to(folder)) + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
    total.update((root / "nbgrader_config.py").read_bytes())
    modules = [
        module
        for package in ("course_utils.grading", "course_utils.checks")
        for module in sources.below(package)
        if not module.startswith("course_utils.checks.tables.")
    ]
    cells = _code(one.folder) + _code(root / "solutions" / one.assignment)
    total.update(sources.closure(cells, modules=modules).hash.encode())
    total.update(os.environ.get("COURSE_GRADING_SEED", "").encode() + b"\0")
    for package in ("numpy", "keras", "tensorflow", "nbgrader", "ipykernel"):
        total.update(f"{package} {_version(package)}\0".encode())
    return total.hexdigest()


def _code(folder: Path) -> list[str]:
    """The code cells of the notebooks in a folder; the table of a `%%check` as what loads it."""
    cells = []
    for path in sorted(folder.glob("*.ipynb")):
        with contextlib.suppress(notebooks.UnreadableError, OSError):
            nb = notebooks.read(path)
            cells += [cell.source for cell in nb.cells if cell.cell_type == "code"]
    load = r'from course_utils.checks import tables\ntables.load("\1")\n'
    return [re.sub(r"\A%%check .*?(\S+/\S+)?[ \t]*$", load, cell, flags=re.M) for cell in cells]


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _remembered(marker: Path) -> str | None:
    try:
        return str(json.loads(marker.read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, KeyError):
        return None


def _write_whole(path: Path, text: str) -> None:
    """Write a file that is either the old one or the whole new one, whenever the run is killed."""
    scratch = path.with_suffix(".part")
    scratch.write_text(text, encoding="utf-8")
    os.replace(scratch, path)


def _gradebook(config: Config) -> Any:
    return Gradebook(config.CourseDirectory.db_url, config.CourseDirectory.course_id)


def _quiet() -> logging.Logger:
    log = logging.getLogger("course.grading")
    log.setLevel(logging.ERROR)
    return log
