"""nbval, strict: every published notebook runs from end to end and prints what its page shows.

A chapter was executed once when the book was built; the page shows those outputs, without stderr.
Here they are laid into the notebook that readers download, which has other cells: it installs the
package, and nothing is in it of which the page shows nothing. It runs in an empty folder.
"""

import functools
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from bookkit import publish
from bookkit.sphinx import execution

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = publish.chapters()
LIVE = ROOT / "book" / "foundations" / "recurrent-equations.md"  # two explorers, and short


SOURCES = execution.Sources()


@functools.cache
def executed_file(chapter):
    """The chapter as the last build has executed it."""
    execution.set_environment()
    source = execution.read(chapter)
    path = execution.executed_file(ROOT / "_build", chapter, source, SOURCES)
    assert path.is_file(), "the book is not built from these sources: run `make book` first"
    return path


def shown(outputs):
    """What the page shows of a cell's outputs."""
    return [output for output in outputs if output.get("name") != "stderr"]


def with_outputs(chapter):
    """The published notebook with the outputs that its page shows."""
    notebook = publish.convert(chapter)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].source == publish.INSTALL
    pages = [
        cell
        for cell in nbformat.read(executed_file(chapter), as_version=4).cells
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", [])
    ]
    for cell, page in zip(code[1:], pages, strict=True):
        assert cell.source == page.source
        cell.outputs, cell.execution_count = shown(page.outputs), page.execution_count
        cell.metadata["tags"] = list(page.metadata.get("tags", []))
    return notebook


def nbval(notebook, folder, **environment):
    """Run nbval on a notebook, in a process and a folder of its own: what it said, its status."""
    path = folder / "notebook.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q"]
    command += ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:xdist"]
    command += [
        "--tb=short",
        "-rf",
        "--nbval-cell-timeout=600",
        "--nbval-kernel-startup-timeout=300",
    ]
    command += ["-c", os.devnull, "--rootdir", str(folder), str(path)]
    environment = os.environ | execution.FIXED | {"COURSE_PROFILE": "quick"} | environment
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return done.stdout + done.stderr, done.returncode


def proof(chapter, notebook):
    """The file that says: this notebook ran, with all that it hangs on as it is."""
    content = hashlib.sha256(nbformat.writes(notebook).encode()).hexdigest()[:16]
    return ROOT / "_build" / "proved" / f"{executed_file(chapter).stem}-{content}"


@pytest.mark.row("published notebooks")
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda p: p.stem)
def test_the_published_notebook_prints_what_the_page_shows(chapter, tmp_path, row):
    """With COURSE_REUSE=1, as for pull requests, what was proved before is not proved again."""
    notebook = with_outputs(chapter)
    proved = proof(chapter, notebook)
    if os.environ.get("COURSE_REUSE") == "1" and proved.is_file():
        row("published notebooks", chapter.stem, "proved already, by an earlier run")
        return
    printed, status = nbval(notebook, tmp_path)
    assert status == 0, printed
    proved.parent.mkdir(exist_ok=True)
    proved.touch()
    row("published notebooks", chapter.stem, "ran")


def test_a_proof_holds_for_one_notebook_only():
    notebook = with_outputs(LIVE)
    before = proof(LIVE, notebook)
    assert proof(LIVE, with_outputs(LIVE)) == before
    notebook.cells[-1].source += " "
    assert proof(LIVE, notebook) != before


def test_a_live_notebook_differs_from_the_page_in_its_explorers_alone(tmp_path):
    """Without COURSE_STATIC, as a reader runs it, explorers are controls; the rest is the same."""
    notebook = with_outputs(LIVE)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    explorers = {n for n, cell in enumerate(code) if "explorers.show(" in cell.source}
    printed, _ = nbval(notebook, tmp_path, COURSE_STATIC="")
    different = {int(n) for n in re.findall(r"^FAILED .*::Cell (\d+)", printed, re.MULTILINE)}
    assert explorers and different == explorers, printed


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("print(1 / 3)", "0.3333333333333334\n"),  # off by a digit
        ("import sys; print(1); print('a warning', file=sys.stderr)", "1\n"),  # not on the page
    ],
    ids=["a changed number", "a warning"],
)
def test_what_the_page_does_not_show_is_noticed(source, said, tmp_path):
    """nbval is not passed vacuously."""
    cell = nbformat.v4.new_code_cell(source, execution_count=1)
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=said)]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=publish.METADATA)
    printed, status = nbval(notebook, tmp_path)
    assert status == 1 and "1 failed" in printed
