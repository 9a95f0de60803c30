"""Chapters are executed afresh whenever anything that their output depends on has changed.

Jupyter Book's own cache knows the cells of a chapter and nothing else: a changed function in
`course_utils` leaves its old number in the page. Here the folder of the cache is named after a
hash of everything outside the cells that can change what they print, so that a change there
starts an empty cache, and a change in one chapter executes that chapter alone. The same place
sets the environment that the kernels of the book run in.
"""

import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

INPUTS = (
    "course_utils",
    "book/records",
    "book/assets/models",
    "book/claims.yml",
    "requirements.txt",
)

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

KEPT = 2  # caches of older keys that are kept, so that going back to a branch is cheap


def set_environment() -> None:
    """Set the environment that kernels inherit."""
    os.environ.setdefault("COURSE_PROFILE", "quick")
    os.environ.update(FIXED)


def key(root: Path = ROOT) -> str:
    """Hash of everything outside the chapters that can change what they print, 16 hex digits."""
    digest = hashlib.sha256()
    for name in INPUTS:
        path = root / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"\0{file.relative_to(root).as_posix()}\0".encode())
                digest.update(file.read_bytes())
    for name in sorted(RESULT_CHANGING):
        digest.update(f"\0{name}={os.environ.get(name, '')}".encode())
    return digest.hexdigest()[:16]


def prune(folder: Path, keep: str) -> None:
    """Delete the caches in `folder` but the one named `keep` and the most recently used others."""
    others = [path for path in folder.glob(".jupyter_cache-*") if path.name != keep]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def use_keyed_cache(app: Any, config: Any) -> None:
    set_environment()
    build = Path(app.outdir).parent
    cache = build / f".jupyter_cache-{key()}"
    cache.mkdir(parents=True, exist_ok=True)
    os.utime(cache)
    prune(build, cache.name)
    config.nb_execution_cache_path = str(cache)


def setup(app: Any) -> dict[str, bool]:
    app.connect("config-inited", use_keyed_cache, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
