"""nbval, strict: every chapter runs again from end to end and prints what the built book shows.

The executed chapters are those of the book's own execution cache, so the book is built first; each
is laid in a copy of book/, its stderr dropped (TensorFlow logs there, and the page drops it too).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import execution
import make_notebooks
import nbformat
import pytest
from jupyter_cache import get_cache

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = make_notebooks.chapters()
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))


@pytest.fixture(scope="module")
def executed():
    """Chapter to the executed notebook of the last build."""
    execution.set_environment()
    folder = ROOT / "_build" / f".jupyter_cache-{execution.key()}"
    remedy = "the book is not built from these sources: run `make book` first"
    assert folder.is_dir(), remedy
    cache = get_cache(folder)
    newest = {}
    for record in sorted(cache.list_cache_records(), key=lambda r: r.accessed):
        newest[Path(record.uri).resolve()] = cache.get_cache_bundle(record.pk).nb
    assert set(CHAPTERS) <= set(newest), remedy
    return newest


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of book/ for chapters to run in."""
    return shutil.copytree(ROOT / "book", tmp_path_factory.mktemp("nbval") / "book")


def nbval(path, *options):
    """Run nbval on one notebook in a process of its own; returns what it printed and its status."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", *options]
    command += ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "--tb=short"]
    command += ["--nbval-cell-timeout=300", "--nbval-kernel-startup-timeout=120"]
    environment = os.environ | execution.FIXED | {"COURSE_PROFILE": "quick"}
    command += ["-c", os.devnull, "--rootdir", str(path.parent), str(path)]
    done = subprocess.run(command, cwd=path.parent, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr, done.returncode


def lay(notebook, path):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda p: p.stem)
def test_chapter_prints_again_what_the_book_shows(chapter, executed, copy):
    path = copy / chapter.relative_to(ROOT / "book").with_suffix(".ipynb")
    printed, status = nbval(lay(executed[chapter], path))
    assert status == 0, printed


def test_a_changed_number_is_noticed(copy):
    """nbval is not passed vacuously: a stored output that is off by a digit fails."""
    cell = nbformat.v4.new_code_cell("print(1 / 3)", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="0.3333333333333334\n")]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    printed, status = nbval(lay(notebook, copy / "off.ipynb"))
    assert status == 1 and "1 failed" in printed


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda p: p.stem)
def test_solution_runs_from_end_to_end(solution, tmp_path):
    """Solutions are stored without outputs: nbval proves that every cell executes."""
    printed, status = nbval(Path(shutil.copy(solution, tmp_path)), "--nbval-lax")
    assert status == 0, printed
