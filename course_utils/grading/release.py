"""Generating the student version of assignments, through nbgrader itself."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from glob import escape
from pathlib import Path

from alembic.script import ScriptDirectory
from nbgrader.api import Base
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

__all__ = [
    "GradebookError",
    "assignments",
    "database_url",
    "generate",
    "load_config",
    "messages_of",
    "prepare_gradebook",
    "reason",
    "register",
    "release",
    "using_gradebook",
]

# What SQLite says, and what it means here.
GRADEBOOK_TROUBLE = {
    "is locked": (
        "The gradebook is in use. Close what else is open on it, such as Formgrader or another "
        "`make grade`, and run this again."
    ),
    "readonly": "The gradebook may not be written. Look at the permissions of grading/.",
    "unable to open": "The gradebook cannot be opened. Look at the permissions of grading/.",
    "no such": (
        "The gradebook was made by another version of nbgrader. Copy grading/gradebook.db to a "
        "safe place, then run: nbgrader db upgrade"
    ),
    "": (
        "grading/gradebook.db cannot be read as a gradebook. Put back your last copy of it, or "
        "move it away to begin a new one."
    ),
}


class GradebookError(NbGraderException):
    """The gradebook cannot be used; the text says why, and what to do."""


@contextlib.contextmanager
def using_gradebook() -> Iterator[None]:
    """In it, an error of the gradebook becomes a GradebookError."""
    try:
        yield
    except (DBAPIError, NbGraderException) as error:
        cause = error if isinstance(error, DBAPIError) else error.__context__
        if not isinstance(cause, DBAPIError):
            raise
        said = str(cause.orig)
        why = next(words for sign, words in GRADEBOOK_TROUBLE.items() if sign in said)
        raise GradebookError(f"{why} ({said})") from error


def database_url(path: Path) -> str:
    """The address of the gradebook in the file `path`, whatever signs are in that path."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def load_config(root: Path) -> Config:
    """The settings in `root`/nbgrader_config.py, for the course that lies in `root`.

    Raises NbGraderException when nbgrader would take the path of that folder for a pattern.
    """
    if escape(str(root)) != str(root):
        raise NbGraderException(
            f"nbgrader cannot work in {root}: give the folders in this path names without *, ? "
            "and square brackets."
        )
    config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config


def assignments(root: Path) -> list[str]:
    """Names of the assignments in `root`/solutions, in order."""
    return sorted(path.parent.name for path in (root / "solutions").glob("*/*.ipynb"))


def prepare_gradebook(database: str) -> None:
    """Make the gradebook `database`, where there is none, just as nbgrader would.

    To learn the version of its own tables, which a new gradebook notes down, nbgrader starts the
    `alembic` command. That takes as long as marking a submission or two.
    """
    engine = create_engine(database)
    if not inspect(engine).get_table_names():
        Base.metadata.create_all(engine)
        version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
        with engine.begin() as connection:
            connection.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:version)"), {"version": version}
            )
    engine.dispose()


def generate(root: Path, name: str, into: Path, database: str) -> Path:
    """Generate assignment `name` under the folder `into`, and enter it in the gradebook `database`.

    Returns the folder of the generated assignment. Raises NbGraderException with nbgrader's words.
    """
    config = load_config(root)
    config.CourseDirectory.release_directory = str(into)
    config.CourseDirectory.db_url = database
    config.GenerateAssignment.force = True
    with using_gradebook():
        prepare_gradebook(database)
    log = logging.getLogger("course.release")
    with messages_of(log) as messages:
        directory = CourseDirectory(config=config, assignment_id=name, log=log)
        converter = GenerateAssignment(coursedir=directory, config=config, log=log)
        try:
            with using_gradebook():
                converter.start()
        except GradebookError:
            raise
        except NbGraderException as error:
            raise NbGraderException(f"{name}: {reason(messages) or error}") from error
    return into / name


def register(root: Path, name: str, database: str) -> None:
    """Enter assignment `name`, with its hidden tests and points, in the gradebook `database`."""
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        generate(root, name, Path(scratch), database)


def release(root: Path, into: Path | None = None, names: Sequence[str] = ()) -> list[Path]:
    """Make `into` (default: `root`/exercises) the student version of all of `root`/solutions.

    Assignments that no longer exist are removed. A gradebook is used for the time of the call only,
    so the same solutions always give the same bytes. Returns the folders written.
    """
    target = root / "exercises" if into is None else into
    wanted = list(names) or assignments(root)
    written = []
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        made = Path(scratch) / "exercises"
        database = database_url(Path(scratch) / "gradebook.db")
        for name in wanted:
            folder = generate(root, name, made, database)
            shutil.rmtree(target / name, ignore_errors=True)
            shutil.copytree(folder, target / name)
            written.append(target / name)
    if not names and target.is_dir():
        for folder in target.iterdir():
            if folder.is_dir() and folder.name not in wanted:
                shutil.rmtree(folder)
    return written


def reason(messages: Sequence[str]) -> str:
    """The line that says why, in what nbgrader logged: the last line of its first traceback."""
    for message in messages:
        if message.startswith("Traceback"):
            return message.strip().splitlines()[-1].split(": ", 1)[-1]
    return messages[0] if messages else ""


class _Collector(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class messages_of:
    """Collects what is logged at ERROR or above, and keeps it off the screen."""

    def __init__(self, log: logging.Logger, level: int = logging.ERROR) -> None:
        self.log, self.level = log, level

    def __enter__(self) -> list[str]:
        self.handler = _Collector(self.level)
        self.before = (self.log.propagate, self.log.level)
        self.log.propagate = False
        self.log.setLevel(min(self.level, logging.INFO))
        self.log.addHandler(self.handler)
        return self.handler.lines

    def __exit__(self, *exc: object) -> None:
        self.log.removeHandler(self.handler)
        self.log.propagate, level = self.before
        self.log.setLevel(level)
