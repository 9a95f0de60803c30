"""What to do about an exception: a hint for each kind that beginners meet."""

from __future__ import annotations

import inspect
import linecache
import re
import sys
from collections.abc import Callable
from typing import Any

from course_utils.checks._words import kind


def hint(error: BaseException, text: str, function: Any) -> str:
    """What to look at after this error of the student's `function`, or "".

    text: the first line of what the error says.
    """
    kinds = {cls.__name__ for cls in type(error).__mro__}
    for name, pattern, words in HINTS:
        if name in kinds and re.search(pattern, text):
            found = words if isinstance(words, str) else words(error, text, function)
            if found:
                return found
    return ""


def _unknown_name(error: Any, _text: str, _function: Any) -> str:
    if error.name in sys.stdlib_module_names:
        return f"It is a module of Python: `import {error.name}` in your cell, or use NumPy (`np`)."
    return (
        f"Nothing is called `{error.name}` there: is it spelled as in the line `def …`, "
        "or made in a cell that has not been run?"
    )


def _unknown_key(_error: Any, text: str, _function: Any) -> str:
    return (
        f"The dictionary has no entry {text}: look it up only if it is there (`if word in …`). "
        "If it should be there, print the keys and compare the spelling."
    )


def _ambiguous(_error: Any, _text: str, function: Any) -> str:
    return (
        f"An array is not true or false as a whole. {_ask_for_none(function)}To choose for "
        "each of its entries, use `np.where(condition, if_true, if_false)`. If it should be a "
        "single number, print its `.shape`: an axis is left."
    )


def _ask_for_none(function: Any) -> str:
    """How to ask whether an argument was left out, where `function` has one that may be None."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return ""
    asked = [f"`if {name} is None`" for name, one in parameters.items() if one.default is None]
    if not asked:
        return ""
    return f"To ask whether an argument was left out, write {' or '.join(asked)}. "


def _column_wanted(_error: Any, text: str, _function: Any) -> str:
    """Of a row of as many numbers as the matrix has rows, as in "shapes (3,4) (3,)"."""
    shapes = {tuple(map(int, re.findall(r"\d+", one))) for one in re.findall(r"\([\d,]+\)", text)}
    if sorted(map(len, shapes)) != [1, 2]:
        return ""
    (count,), (rows, _) = sorted(shapes, key=len)
    if not count or count != rows:
        return ""
    return (
        "The shapes do not fit: NumPy lines up the last axes. To let the "
        f"{count} numbers stand for the first axis, make them a column: `[:, None]`, or "
        "`keepdims=True` in the sum or mean that they come from."
    )


def _not_callable(error: BaseException, _text: str, _function: Any) -> str:
    """Which name on the line that stopped is called, and is something else inside the function."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        code, own = trace.tb_frame.f_code, trace.tb_frame.f_locals
        line = linecache.getline(code.co_filename, trace.tb_lineno)
        for name in re.findall(r"\b(\w+)\(", line):
            if name in own and name in code.co_varnames and not callable(own[name]):
                return (
                    f"Inside `{code.co_name}`, `{name}` is {kind(own[name])}. "
                    "Give that another name, so that the function keeps its own."
                )
    return "Round brackets follow something that is not a function."


Hint = str | Callable[[Any, str, Any], str]

# The error, a pattern of what it says, and the hint or a function that has one, or "". The first
# that fits is told.
HINTS: tuple[tuple[str, str, Hint], ...] = (
    (
        "StdinNotImplementedError",
        "",
        "Nobody answers `input(…)` there: take the values from the arguments.",
    ),
    (
        "UnboundLocalError",
        "",
        "That name is used before it has a value: give it one before the loop.",
    ),
    ("NameError", "", _unknown_name),
    ("KeyError", "", _unknown_key),
    (
        "IndexError",
        "boolean index|too many indices",
        "The index does not fit the array: print the `.shape` of both on the line before.",
    ),
    (
        "IndexError",
        r"\Atuple index out of range\Z",
        "A shape has one entry for each axis, and here the array has fewer axes than the line "
        "expects: print its `.shape`.",
    ),
    (
        "IndexError",
        r"with size 0\Z",
        "That array is empty: does a slice begin after its end, or before the first entry?",
    ),
    (
        "IndexError",
        "",
        "An index runs past the end: print the `.shape` on the line before, see which axis the "
        "index belongs to, and count the steps of a loop on paper for a short input.",
    ),
    ("ZeroDivisionError", "", "Which input makes the divisor zero?"),
    ("RecursionError", "", "The function calls itself without end."),
    ("ModuleNotFoundError", "", "This task needs NumPy alone."),
    ("ValueError", "ambiguous", _ambiguous),
    (
        "ValueError",
        "inhomogeneous",
        "The parts differ in shape, so they do not make one array. Did a function return "
        "several things, as np.linalg.eig and np.linalg.svd do? Take the one you need. To lay "
        "arrays one after the other, see np.concatenate and its `axis`.",
    ),
    (
        "ValueError",
        "equal division",
        "`np.split(a, 4)` cuts the first axis into 4 equal parts, `np.split(a, 4, axis=1)` the "
        "second: print the `.shape`, and say which axis.",
    ),
    (
        "ValueError",
        "to unpack",
        "The names on the left and the parts on the right differ in number. To have the "
        "position as well, write `for i, word in enumerate(…)`. A `.shape` has one part for "
        "each axis.",
    ),
    (
        "ValueError",
        "enough dimensions",
        "One side of `@` is a single number or None; it needs an array. Does it have its "
        "starting value?",
    ),
    (
        "ValueError",
        "concatenat|same shape|same number of dimensions",
        "Arrays are joined along one axis, and all their other axes must be equal. "
        "Print their shapes: which axis should grow? To have all numbers in one flat row, "
        "`.ravel()` each array first.",
    ),
    (
        "ValueError",
        "to norm",
        "`np.linalg.norm(a)` alone is the root of the sum of all squares, however many axes "
        "there are; with a second argument it is a norm of vectors or of matrices.",
    ),
    ("ValueError", "broadcast", _column_wanted),
    (
        "ValueError",
        "matmul|broadcast|shapes|align|mismatch|dimension",
        "The shapes do not fit. In `a @ b` the last axis of `a` and the first of `b` must be "
        "equal; in `a + b` the last axes must be equal. Print the `.shape` of both, and look "
        "for a matrix that is transposed, in the wrong place, or an input taken along the "
        "wrong axis.",
    ),
    (
        "AttributeError",
        "'NoneType' object",
        "What stands before the dot is None. Methods that change a list return None: write "
        "`parts.append(…)` alone on its line, not `parts = parts.append(…)`.",
    ),
    (
        "AttributeError",
        "",
        "It is not the kind of thing you expect: print its `type(…)` on the line before.",
    ),
    (
        "TypeError",
        "subscriptable",
        "Square brackets follow something that is not an array, list or dictionary.",
    ),
    (
        "TypeError",
        "multiply sequence",
        "A list is not an array: it cannot be multiplied as a whole. Multiply each of its "
        "parts, `[g * … for g in …]`, or make it an array first.",
    ),
    ("TypeError", r"for \^|bitwise_xor", "In Python a power is written with `**`."),
    (
        "TypeError",
        "0-dimensional arrays",
        "Functions of `math` take one number. For all numbers of an array use NumPy's, as "
        "`np.tanh`.",
    ),
    ("TypeError", "callable", _not_callable),
)
