"""Running a chapter as a plain script, and at full scale: what ``course run`` does.

A chapter is the only source of its experiments. Cells tagged ``train`` hold what every experiment
of the chapter depends on, cells tagged ``train:NAME`` what only the experiment NAME depends on. A
record carries the hash of those cells, so a record that no longer belongs to its chapter is found.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils import records

__all__ = ["ChapterError", "Outcome", "run", "script", "train_hashes"]


class ChapterError(RuntimeError):
    """A chapter cannot be read, or did not run to its end."""


def _code_cells(chapter: Path) -> list[tuple[str, set[str]]]:
    """Source and tags of each code cell."""
    try:
        import jupytext
    except ImportError:
        raise ChapterError(
            "reading a chapter needs jupytext: pip install 'course-utils[book]'"
        ) from None
    if not chapter.is_file():
        raise ChapterError(f"there is no chapter {chapter}")
    notebook = jupytext.read(chapter)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not cells:
        raise ChapterError(f"{chapter} has no code cells, so there is nothing to run")
    return [(cell.source, set(cell.metadata.get("tags", []))) for cell in cells]


class _FullProfile(ast.NodeTransformer):
    """Leaves of a program what the full profile runs: no docstrings, no values of the others."""

    def _without_docstring(self, node: Any) -> Any:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    visit_FunctionDef = visit_ClassDef = _without_docstring

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "pick":
            own = any(word.arg == "full" for word in node.keywords)
            others = {"quick", "smoke"} if own else {"smoke"}
            node.keywords = [word for word in node.keywords if word.arg not in others]
        return node


def train_hashes(chapter: Path) -> dict[str, str]:
    """Experiment name to the SHA-256 of the cells that it depends on: ``train`` and its own.

    The experiments are those named by a tag ``train:NAME`` anywhere in the chapter. What cannot
    change the result at full scale does not count: comments, docstrings, line breaks, what
    `training.pick` has for the other profiles.
    """
    cells = _code_cells(chapter)
    names = {tag[6:] for _, tags in cells for tag in tags if tag.startswith("train:")}
    hashes = {}
    for name in sorted(names):
        sources = [source for source, tags in cells if tags & {"train", f"train:{name}"}]
        tree = _FullProfile().visit(ast.parse("\n".join(sources)))
        hashes[name] = hashlib.sha256(ast.unparse(tree).encode()).hexdigest()
    return hashes


def script(chapter: Path) -> str:
    """The chapter's code as one plain Python script, without the cells tagged ``book-only``.

    A line ``# %% cell 3 of 40`` stands before each cell.
    """
    sources = [source for source, tags in _code_cells(chapter) if "book-only" not in tags]
    marked = [f"# %% cell {i} of {len(sources)}\n{s}" for i, s in enumerate(sources, start=1)]
    return "\n\n".join(marked) + "\n"


@dataclass(frozen=True)
class Outcome:
    """What ``course run`` did: whether all is done, and the record (None before the first part)."""

    done: bool
    record: Path | None
    parts: int


def _commit() -> str | None:
    """The commit of the checkout, with ``+`` behind it when its sources differ; None outside git.

    Records do not count: they are what a run writes, and nothing that it depends on.
    """
    git = ["git", "-C", str(records.home())]
    try:
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True
        )
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", ":/", ":!/book/records"],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return None
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "") or None


def run(
    chapter: Path,
    *,
    profile: str = "full",
    seeds: str = "0,1,2",
    backend: str | None = None,
    limit_minutes: float | None = None,
    only: str | None = None,
    out: Path | None = None,
) -> Outcome:
    """Run a chapter as a script and, in the full profile, merge what came out into its record.

    Every finished run (one setting, one seed) is a part on disk in ``out`` (by default
    ``_build/runs/CHAPTER/PROFILE``); the same command again goes on where the last one stopped.
    only: comma-separated names of the experiments to run, all by default.
    Raises ChapterError when the chapter cannot be read or one of its cells fails.
    """
    name = chapter.stem
    hashes = train_hashes(chapter)
    unknown = set(only.split(",")) - set(hashes) if only else set()
    if unknown:
        raise ChapterError(
            f"{chapter} has no experiment {', '.join(sorted(unknown))}; it has {', '.join(hashes)}"
        )
    parts = (out or records.home().parent / "_build" / "runs" / name / profile).resolve()
    parts.mkdir(parents=True, exist_ok=True)
    program = parts / f"{name}.py"
    program.write_text(script(chapter), "utf-8")

    environment = os.environ | {
        "COURSE_PROFILE": profile,
        "COURSE_SEEDS": seeds,
        "COURSE_OUT": str(parts),
        "COURSE_TRAIN_HASHES": json.dumps(hashes),
        "COURSE_COMMIT": _commit() or "",
        "MPLBACKEND": "agg",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
    }
    if backend:
        environment["KERAS_BACKEND"] = backend
    if limit_minutes is not None:
        environment["COURSE_DEADLINE"] = str(time.time() + 60 * limit_minutes)
    if only:
        environment["COURSE_ONLY"] = only
    status = subprocess.run([sys.executable, str(program)], cwd=parts, env=environment).returncode
    if status not in {0, records.TimeIsUp.exit_code}:
        raise ChapterError(f"{chapter} stopped with an error (exit status {status}); see above")

    finished = len(list(parts.glob("*--*--*.json")))
    record = None
    if profile == "full" and finished:
        record = records.merge(parts, name, profile, hashes)
    return Outcome(done=status == 0, record=record, parts=finished)
