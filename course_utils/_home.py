"""Where the book's own files are: records, claims and exported networks."""

from __future__ import annotations

from pathlib import Path

__all__ = ["home"]


def home() -> Path:
    """The folder with ``records/``, ``claims.yml`` and ``assets/models/``.

    In a checkout that is ``book/``; an installed wheel carries a copy of those three.
    """
    package = Path(__file__).resolve().parent
    packaged = package / "_book"
    return packaged if packaged.is_dir() else package.parent / "book"
