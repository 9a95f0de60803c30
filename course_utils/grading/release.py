"""Generating the student version of assignments, through nbgrader itself."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from alembic.script import ScriptDirectory
from nbgrader.api import Base
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect, text
from traitlets.config import Config, PyFileConfigLoader

__all__ = [
    "assignments",
    "generate",
    "load_config",
    "messages_of",
    "prepare_gradebook",
    "reason",
    "register",
    "release",
]


def load_config(root: Path) -> Config:
    """The settings in `root`/nbgrader_config.py, for the course that lies in `root`."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
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
    prepare_gradebook(database)
    log = logging.getLogger("course.release")
    with messages_of(log) as messages:
        directory = CourseDirectory(config=config, assignment_id=name, log=log)
        converter = GenerateAssignment(coursedir=directory, config=config, log=log)
        try:
            converter.start()
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
        database = f"sqlite:///{Path(scratch) / 'gradebook.db'}"
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


class messages_of:
    """Collects what is logged at ERROR or above, and keeps it off the screen."""

    def __init__(self, log: logging.Logger, level: int = logging.ERROR) -> None:
        self.log, self.level = log, level
        self.lines: list[str] = []

    def __enter__(self) -> list[str]:
        self.handler = logging.Handler(self.level)
        self.handler.emit = lambda record: self.lines.append(record.getMessage())  # type: ignore
        self.before = (self.log.propagate, self.log.level)
        self.log.propagate = False
        self.log.setLevel(min(self.level, logging.INFO))
        self.log.addHandler(self.handler)
        return self.lines

    def __exit__(self, *exc: object) -> None:
        self.log.removeHandler(self.handler)
        self.log.propagate, level = self.before
        self.log.setLevel(level)
