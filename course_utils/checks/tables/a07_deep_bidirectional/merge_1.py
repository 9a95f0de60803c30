"""07-deep-bidirectional, two readings become one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a07_deep_bidirectional import _common_1 as common

BY_HAND = (
    "course_utils.wiring.merge",
    "keras.layers.Bidirectional",
    "keras.layers.Concatenate",
    "keras.layers.Add",
    "keras.layers.Multiply",
    "keras.layers.Average",
)
CALLS: dict[str, str] = {}

MODES = ("concat", "sum", "mul", "ave")
TWO_AXES = (
    "States, (batch, units), are merged as well, and have two axes only. `axis=-1` is the last, "
    "however many there are."
)
HINTS = {"AxisError": TWO_AXES, "tuple index out of range": TWO_AXES}


def example() -> tuple[np.ndarray, np.ndarray]:
    """forward and backward, (3, 4, 2) each: 3 sequences of 4 steps, 2 units."""
    return common.numbers(3, 4, 2), common.numbers(3, 4, 2, start=50)


def check(merge: Any) -> None:
    """The tests that students see."""
    forward, backward = example()
    expected = {
        "concat": np.dstack([forward, backward]),
        "sum": np.sum([forward, backward], axis=0),
        "mul": np.prod([forward, backward], axis=0),
        "ave": np.mean([forward, backward], axis=0),
    }
    for mode in MODES:
        compare(merge, (forward, backward, mode), expected[mode])
    last = (forward[:, -1], backward[:, 0])  # without an axis for time
    compare(merge, (*last, "concat"), np.hstack(last), ", of states (batch, units),")


def compare(merge: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """What merge returns for inputs (forward, backward, mode) against the expected array."""
    axes = common.STEPS if np.ndim(expected) == 3 else ["batch", "unit"]
    what = f'the result for mode "{inputs[2]}"{case}'
    try:
        got = checks.call(merge, *inputs, hints=HINTS)
    except checks.CheckError as error:
        if "returns nothing" not in str(error):
            raise
        spelled = ", ".join(f'"{mode}"' for mode in MODES)
        checks.fail(f'{error} The mode was "{inputs[2]}"; the four are {spelled}.')
    checks.close(got, expected, what, mistakes(*inputs), axes)


def mistakes(forward: Any, backward: Any, mode: str) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to in this mode."""
    f, b = forward, backward
    joined = np.concatenate
    already = (
        "the backward array is turned round once more; here it has come back to the order of time "
        "already"
    )
    others = {
        "the two stand side by side": lambda: joined([f, b], axis=-1),
        "the two are added": lambda: f + b,
        "the two are multiplied": lambda: f * b,
        "it is the mean of the two": lambda: (f + b) / 2,
    }
    asked = dict(zip(others, MODES, strict=True))
    told: dict[str, Callable[[], Any]] = {
        f'{text}, as in mode "{asked[text]}"; the mode here is "{mode}"': outcome
        for text, outcome in others.items()
        if asked[text] != mode
    }
    told |= {
        "it is the forward array alone": lambda: f,
        "it is the backward array alone": lambda: b,
    }
    if mode == "concat":
        told |= {
            "the backward array stands first; Keras puts the forward one first": lambda: joined(
                [b, f], axis=-1
            ),
            "the arrays are joined along the batch, the first axis; join the units, the "
            "last": lambda: joined([f, b], axis=0),
            "the arrays are joined along the time; join the units, the last axis": lambda: joined(
                [f, b], axis=1
            ),
            "the arrays lie on a new axis, one behind the other; join the units, which are an "
            "axis already (np.concatenate, not np.stack)": lambda: np.stack([f, b]),
            "the arrays lie on a new last axis; join the units, which are an axis already "
            "(np.concatenate, not np.stack)": lambda: np.stack([f, b], axis=-1),
            "the arrays lie on a new axis before the units; join the units, which are an axis "
            "already (np.concatenate, not np.stack)": lambda: np.stack([f, b], axis=-2),
            "the units alternate; all forward ones come first, then all backward ones": lambda: (
                np.stack([f, b], axis=-1).reshape(*f.shape[:-1], -1)
            ),
            "the forward array stands there twice": lambda: joined([f, f], axis=-1),
            already: lambda: joined([f, b[:, ::-1]], axis=-1),
        }
    if mode == "sum":
        told |= {
            "the backward array is subtracted": lambda: f - b,
            "each array is summed over its units; add unit to unit": lambda: (f + b).sum(axis=-1),
            already: lambda: f + b[:, ::-1],
        }
    if mode == "mul":
        told |= {
            "it is a matrix product; multiply entry by entry": lambda: f @ np.swapaxes(b, -1, -2),
            "the root is taken of the product": lambda: np.sign(f * b) * np.sqrt(np.abs(f * b)),
            "it is the product of the whole arrays' sums; multiply entry by entry": lambda: (
                f.sum(axis=-1) * b.sum(axis=-1)
            ),
            "the arrays are divided": lambda: f / b,
            "the product is halved; only the mean has a half": lambda: f * b / 2,
            already: lambda: f * b[:, ::-1],
        }
    if mode == "ave":
        told |= {
            "only the backward array is halved; mind the brackets": lambda: f + b / 2,
            "only the forward array is halved; mind the brackets": lambda: f / 2 + b,
            "it is the mean over all entries, one number": lambda: np.mean([f, b]),
            "it is the mean over the units; every unit keeps its own": lambda: np.mean(
                [f, b], axis=(0, -1)
            ),
            "whole numbers only: // cuts off what stands after the point": lambda: (f + b) // 2,
            already: lambda: (f + b[:, ::-1]) / 2,
        }
    return told
