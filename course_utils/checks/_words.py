"""What diagnoses are made of: an error of their own, and things in a beginner's words."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Mistakes = Mapping[str, Any]


class CheckError(AssertionError):
    """An answer is not right yet; the text is the diagnosis."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a stack: the diagnosis, in lines that fit a cell."""
        return textwrap.wrap(f"Not yet. {self}", 90, break_long_words=False, break_on_hyphens=False)


def fail(diagnosis: str) -> None:
    """Raise CheckError with this diagnosis."""
    raise CheckError(diagnosis)


def start(what: str) -> str:
    """`what` at the start of a sentence; a symbol (w and W are two things) stays as it is."""
    word = what.split(" ")[0]
    return what if len(word) == 1 or "_" in word else what[:1].upper() + what[1:]


def number(value: Any) -> str:
    return f"{float(value):.4g}"


def numbers_apart(a: Any, b: Any) -> tuple[str, str]:
    """Two numbers with so many digits that one can see the difference."""
    texts = [(f"{float(a):.{digits}g}", f"{float(b):.{digits}g}") for digits in (4, 7, 17)]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[0])


def axis_name(axis: int, axes: tuple[str, ...]) -> str:
    return f"the {axes[axis]} axis" if axis < len(axes) else f"axis {axis}"


def short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "…"


def kind(value: Any) -> str:
    """A thing in a beginner's words."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if inspect.isgenerator(value):
        return "a generator"
    names = {
        bool: "True or False",
        int: "a whole number",
        float: "a number",
        str: "a text",
        list: "a list",
        tuple: "a tuple",
        dict: "a dictionary",
        set: "a set",
        map: "a map object",
        zip: "a zip object",
        range: "a range",
    }
    if type(value) in names:
        return names[type(value)]
    if inspect.isclass(value):
        return f"the class {value.__name__}"
    if callable(value):
        return "a function"
    if isinstance(value, np.generic):
        return "a number"
    return f"an object of type {type(value).__name__}"


def shape_text(dimensions: Sequence[int]) -> str:
    return str(tuple(int(d) for d in dimensions)) if len(dimensions) else "() (a single number)"
