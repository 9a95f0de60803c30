"""Chapters are executed here, two at a time, before Sphinx reads them, each when it has to be.

MyST-NB executes a chapter when it comes to it, one after the other, and its cache knows the cells
of a chapter and nothing else: a changed function in `course_utils` leaves its old number in the
page. So every executed chapter is kept in `_build/executed/` under a key of its own, a hash of its
cells and of everything outside them that can change what they print: the definitions of the package
that they reach, and the records, claims and networks that they name. A chapter without such a file
is executed. MyST-NB's cache is then filled from the files, and it has nothing left to execute. A
chapter that fails leaves no file and ends the build, each time. The same place sets the environment
that the kernels of the book run in.
"""

import asyncio
import hashlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from sphinx.errors import SphinxError
from sphinx.util import logging
from traitlets.config import Config

from bookkit import myst
from course_utils import claims
from course_utils.notebooks import QUIET
from course_utils.sources import Closure, Sources

ROOT = Path(__file__).resolve().parents[2]

# What the kernels of the book see. `COURSE_PROFILE` may be given from outside; the rest may not:
# a page must not depend on the machine that built it.
FIXED = {
    "COURSE_STATIC": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    # The book's networks are small: one thread is as fast, and its sums have one order.
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}
RESULT_CHANGING = ("COURSE_PROFILE", "COURSE_DATA", *FIXED)

JOBS = 2  # chapters that are executed at a time
KEPT = 2  # older executions of a chapter that are kept, so that going back to a branch is cheap

FAILED = "failed.txt"  # beside the executions: what failed in the last build, for its last words

logger = logging.getLogger(__name__)


class ChapterFailed(SphinxError):
    """Chapters did not run to their end."""

    category = "Chapters that failed"


@dataclass(frozen=True)
class Chapter:
    """A chapter with code, and the file that holds its execution."""

    source: Path
    notebook: Any
    executed: Path


def set_environment() -> None:
    """Set the environment that kernels inherit."""
    os.environ.setdefault("COURSE_PROFILE", "quick")
    os.environ.update(FIXED)


def everywhere(root: Path = ROOT) -> str:
    """Hash of what no chapter can be executed without: pinned packages, and the settings."""
    digest = hashlib.sha256((root / "requirements.txt").read_bytes())
    for name in sorted(RESULT_CHANGING):
        digest.update(f"\0{name}={os.environ.get(name, '')}".encode())
    return digest.hexdigest()


def read_by(chapter: str, code: Closure, root: Path = ROOT) -> dict[str, bytes]:
    """What of the book's data a chapter's cells can read: path, or id of a claim, to content.

    Records are named in the cells; networks and the package's own texts may be named by what the
    cells reach. A claim belongs to the chapter that measures it, or is named in a cell.
    """
    files = [path for path in (root / "book/records").glob("*.json") if code.cells_name(path.name)]
    others = (root / "book/assets/models").glob("*.json"), (root / "course_utils").rglob("*.txt")
    files += [path for paths in others for path in paths if code.names_file(path.name)]
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    for claim in claims.load(root / "book/claims.yml").values():
        if claim.source == f"cell:{chapter}" or code.cells_name(claim.id):
            found[claim.id] = repr(claim).encode()
    return found


def executed_file(build: Path, source: Path, notebook: Any, sources: Sources) -> Path:
    """Where the execution of these cells is kept, with all that they hang on as it is."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells = sources.closure([cell.source for cell in code])
    digest = hashlib.sha256(everywhere(sources.root).encode())
    for cell in code:
        digest.update(f"\0{cell.metadata.get('tags', [])}\0{cell.source}".encode())
    digest.update(cells.hash.encode())
    for name, content in sorted(read_by(source.stem, cells, sources.root).items()):
        digest.update(f"\0{name}\0".encode() + content)
    return build / "executed" / f"{source.stem}-{digest.hexdigest()[:16]}.ipynb"


def read(source: Path) -> Any:
    """A chapter's cells, as MyST-NB finds them; None for a page without code."""
    text = source.read_text("utf-8")
    reader = create_nb_reader(str(source), myst.settings(), NbParserConfig(), text)
    notebook = reader.read(text) if reader else None
    return notebook if notebook and any(c.cell_type == "code" for c in notebook.cells) else None


def chapters(app: Any) -> list[Chapter]:
    """Every chapter with code cells in the table of contents."""
    build, sources, found = Path(app.outdir).parent, Sources(), []
    for document in app.config.external_site_map:
        source = Path(app.srcdir, document).with_suffix(".md")
        if source.is_file() and (notebook := read(source)):
            file = executed_file(build, source, notebook, sources)
            found.append(Chapter(source, notebook, file))
    return found


def kernel_settings(folder: str) -> Config:
    """A kernel that talks over sockets in `folder`: a port that was chosen can be gone when it is
    used, and several kernels start here at the same time. (Windows has ports alone.)"""
    sockets = {"transport": "ipc", "ip": f"{folder}/kernel"}
    return Config({"KernelManager": sockets} if os.name == "posix" else {})


async def execute(chapter: Chapter, timeout: int, turn: asyncio.Semaphore) -> str | None:
    """Execute a chapter in a kernel of its own, and keep it. Returns why it failed, if it did."""
    async with turn:
        started = time.time()
        with tempfile.TemporaryDirectory(prefix="kernel-") as folder:
            client = NotebookClient(
                chapter.notebook,
                timeout=timeout,
                startup_timeout=timeout,
                record_timing=False,
                resources={"metadata": {"path": str(chapter.source.parent)}},
                config=kernel_settings(folder),
            )
            try:
                await client.async_execute(**QUIET)
            except (CellExecutionError, TimeoutError, RuntimeError) as error:
                return f"{chapter.source}:\n{error}"
        seconds = time.time() - started
    chapter.notebook.metadata["executed"] = {"start": started, "seconds": seconds}
    partial = chapter.executed.with_suffix(".partial")
    nbformat.write(chapter.notebook, partial)
    partial.replace(chapter.executed)
    logger.info(f"executed {chapter.source.stem} in {seconds:.0f} s")
    return None


async def execute_all(waiting: list[Chapter], timeout: int) -> list[str]:
    """Execute chapters, `JOBS` at a time. Returns why some failed.

    The last come first: projects take longest, and no job should be left with one at the end.
    """
    turn = asyncio.Semaphore(JOBS)
    order = reversed(waiting)
    done = await asyncio.gather(*(execute(chapter, timeout, turn) for chapter in order))
    return [why for why in done if why]


def prune(folder: Path, current: Path) -> None:
    """Delete the executions of a chapter but the current one and the latest others."""
    stem = current.stem.rpartition("-")[0]
    others = [
        path
        for path in folder.glob(f"{stem}-*.ipynb")
        if path != current and path.stem.rpartition("-")[0] == stem
    ]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        path.unlink()


def fill_cache(folder: Path, found: list[Chapter]) -> None:
    """Make the cache in which MyST-NB finds every chapter as it was executed."""
    shutil.rmtree(folder, ignore_errors=True)
    cache = get_cache(folder)
    for chapter in found:
        notebook = nbformat.read(chapter.executed, as_version=4)
        seconds = notebook.metadata["executed"]["seconds"]
        bundle = CacheBundleIn(notebook, str(chapter.source), data={"execution_seconds": seconds})
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def prepare(app: Any) -> None:
    """Execute what was not executed as it stands, and let MyST-NB find it."""
    set_environment()
    found = chapters(app)
    waiting = [chapter for chapter in found if not chapter.executed.exists()]
    folder = Path(app.outdir).parent / "executed"
    folder.mkdir(parents=True, exist_ok=True)
    logger.info(f"{len(waiting)} of {len(found)} chapters have to be executed")
    failed = asyncio.run(execute_all(waiting, app.config.nb_execution_timeout))
    for chapter in found:
        prune(folder, chapter.executed)
    (folder / FAILED).write_text("\n\n".join(failed), "utf-8")
    if failed:
        raise ChapterFailed("\n\n".join(failed))
    fill_cache(Path(app.config.nb_execution_cache_path), found)


def place_cache(app: Any, config: Any) -> None:
    config.nb_execution_cache_path = str(Path(app.outdir).parent / ".jupyter_cache")


def setup(app: Any) -> dict[str, bool]:
    app.connect("config-inited", place_cache, priority=100)
    app.connect("builder-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
