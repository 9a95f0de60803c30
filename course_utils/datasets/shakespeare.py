"""Tiny Shakespeare: scenes from the plays in one text, as Karpathy put it together (2015)."""

from __future__ import annotations

from pathlib import Path

from course_utils.datasets._find import Parts, Remote, Variants
from course_utils.datasets.story import STORY

LENGTH = 1_115_394  # characters


def _read(path: Path) -> Parts:
    """The first nine tenths of the characters for training, the rest for testing, as nanoGPT cuts.

    Of 1,115,394 characters that is 1,003,854 and 111,540.
    """
    text = path.read_text("utf-8")
    if len(text) != LENGTH:
        raise ValueError(f"it has {len(text):,} characters, expected {LENGTH:,}")
    cut = int(0.9 * len(text))
    return {"train": text[:cut], "test": text[cut:]}


FULL = Remote(
    licence="public domain; put together by Andrej Karpathy",
    file="shakespeare.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    read=_read,
)

VARIANTS: Variants = {None: FULL, "mini": STORY}
