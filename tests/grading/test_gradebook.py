"""A new gradebook, which the course makes without nbgrader's call of the `alembic` command."""

import os
import sqlite3
import sys
from pathlib import Path

from nbgrader.api import Gradebook

from course_utils.grading.release import prepare_gradebook


def structure(path):
    """Everything that SQLite knows of the tables, and the version that is noted down."""
    with sqlite3.connect(path) as database:
        tables = database.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%'"
        )
        version = database.execute("SELECT version_num FROM alembic_version")
        return sorted(tables, key=str), version.fetchall()


def test_a_new_gradebook_is_the_one_that_nbgrader_makes(tmp_path, monkeypatch):
    folders = [str(Path(sys.executable).parent), os.environ["PATH"]]  # nbgrader looks for alembic
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    prepare_gradebook(f"sqlite:///{tmp_path / 'ours.db'}")
    Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()
    assert structure(tmp_path / "ours.db") == structure(tmp_path / "theirs.db")


def test_a_gradebook_that_holds_grades_is_left_alone(tmp_path):
    database = f"sqlite:///{tmp_path / 'gradebook.db'}"
    prepare_gradebook(database)
    with Gradebook(database) as gradebook:
        gradebook.add_student("ann")
    prepare_gradebook(database)
    with Gradebook(database) as gradebook:
        assert [student.id for student in gradebook.students] == ["ann"]
