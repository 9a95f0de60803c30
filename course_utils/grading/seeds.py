"""The seed of a class."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

__all__ = ["class_seed"]


def class_seed(path: Path) -> int:
    """The number in the file `path`, which is drawn and written when there is no such file.

    Of two runs that find none at the same time, one writes it, whole, and the other reads that.
    ValueError when the file holds something else.
    """
    if not path.exists():
        number = secrets.randbelow(2**31)
        mine = path.with_suffix(f".part-{os.getpid()}-{number}")
        mine.write_text(f"{number}\n")
        with contextlib.suppress(FileExistsError):
            os.link(mine, path)
        mine.unlink()
    text = path.read_text().strip()
    if not text.isdecimal():
        raise ValueError(f"{path} holds {text!r}, expected a number: delete it to draw a new one")
    return int(text)
