"""02-recurrent-step, read an answer out of the state."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a02_recurrent_step import _common_1 as common

BY_HAND = (
    "keras.layers.Dense",
    "keras.ops.softmax",
    "keras.activations.softmax",
    "scipy.special.softmax",
    "tensorflow.nn.softmax",
)
CALLS: dict[str, str] = {}

HINTS = {
    "broadcast": "The shapes do not fit: NumPy lines up the last axes. A sum, a mean or a maximum "
    "drops the axis it runs over; `keepdims=True` keeps it, with length 1, and then "
    "`e / e.sum(axis=-1, keepdims=True)` divides row by row. Print the `.shape` of both sides."
}


def example() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """states (3, 5, 2), V (2, 4), b_y (4,): 3 sequences of 5 steps, 2 units, 4 classes."""
    V = [[2.0, -1.2, 1.4, 0.8], [-1.2, -1.2, 1.8, -0.6]]
    b_y = [0.5, -0.5, 0.0, 1.0]
    return common.numbers(3, 5, 2), np.array(V), np.array(b_y)


EXPECTED = [
    [
        [0.68818, 0.01957, 0.02343, 0.26882],
        [0.46546, 0.04761, 0.09029, 0.39664],
        [0.3908, 0.19798, 0.01253, 0.39869],
        [0.02788, 0.25165, 0.45854, 0.26192],
        [0.16096, 0.40391, 0.03122, 0.40391],
    ],
    [
        [0.68627, 0.01029, 0.05097, 0.25247],
        [0.04493, 0.11274, 0.58119, 0.26114],
        [0.09737, 0.63813, 0.00505, 0.25945],
        [0.35119, 0.12919, 0.06416, 0.45546],
        [0.54194, 0.07634, 0.01845, 0.36327],
    ],
    [
        [0.43555, 0.00899, 0.28051, 0.27495],
        [0.72956, 0.01507, 0.01733, 0.23804],
        [0.4396, 0.08527, 0.05277, 0.42236],
        [0.47662, 0.12732, 0.01355, 0.3825],
        [0.03004, 0.14294, 0.59136, 0.23567],
    ],
]


def check(read_out: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(read_out, inputs, EXPECTED, tolerance=2e-4)
    states = np.array([[[1.0, -1.0]], [[-1.0, -1.0]], [[0.0, 1.0]], [[0.0, -1.0]], [[1.0, 1.0]]])
    V, b_y = np.array([[1500.0, 1000.0, 0.0], [0.0, 0.0, 1500.0]]), np.zeros(3)
    checks.close(
        checks.call(read_out, states, V, b_y, hints=HINTS),
        [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0], [0.5, 0, 0.5]],
        "the answer for large numbers (1500, 1000 and -1500 before the softmax, for one)",
        mistakes(states, V, b_y),
        ["batch", "class"],
    )


def compare(
    read_out: Any,
    inputs: tuple[Any, Any, Any],
    expected: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The answers after the last step and at every step against those `expected` at every step."""
    expected = np.array(expected)
    for every_step in (False, True):
        wanted = expected if every_step else expected[:, -1]
        got = (
            checks.call(read_out, *inputs, every_step=True, hints=HINTS)
            if every_step
            else checks.call(read_out, *inputs, hints=HINTS)
        )
        what = f"the answer {'at every step' if every_step else 'after the last step'}{case}"
        axes = ["batch", "time", "class"] if every_step else ["batch", "class"]
        wrong = mistakes(*inputs, every_step=every_step)
        checks.close(got, wanted, what, wrong, axes, tolerance, times)


def close_tiny(got: Any, expected: Any) -> None:
    """Tiny probabilities: it shows when they were rounded."""
    what = "the answer for classes of tiny probability"
    checks.close(got, expected, what, {}, (), times=1e6)


def mistakes(states: Any, V: Any, b_y: Any, every_step: bool = False) -> dict[str, Any]:
    """Mistake → the probabilities that it leads to."""
    every = states @ V + b_y
    z = every if every_step else every[:, -1]
    h = states if every_step else states[:, -1]
    p = _softmax(z)
    each = "each step of each sequence" if every_step else "each row"
    told = {
        "the softmax runs over the wrong axis: the sum over the batch is one; it should be over "
        "the classes": lambda: _softmax(z, 0),
        f"the softmax runs over the whole array; {each} should have its own sum": lambda: _softmax(
            z, None
        ),
        "the softmax is missing": lambda: z,
        "the exponentials are not divided by their sum": lambda: np.exp(z),
        "the largest number is subtracted, but the exponentials are not divided by their "
        "sum": lambda: np.exp(z - z.max(axis=-1, keepdims=True)),
        "the numbers are divided by their sum without exp": lambda: z / z.sum(-1, keepdims=True),
        "the sigmoid stands in place of the softmax": lambda: common.sigmoid(z),
        "2 stands in place of e: it is np.exp, not a power of 2": lambda: _softmax(z * np.log(2)),
        "the softmax is applied twice": lambda: _softmax(p),
        "the bias b_y is missing": lambda: _softmax(h @ V),
        "the bias b_y is added after the softmax": lambda: _softmax(h @ V) + b_y,
        "these are the most probable classes; return all the probabilities": lambda: z.argmax(-1),
        "it is the logarithm of the probabilities": lambda: np.log(p),
        "exp overflows to infinity, and 0/0 or inf/inf is NaN: subtract the largest number of each "
        "row before exp": lambda: np.exp(z) / np.exp(z).sum(-1, keepdims=True),
        "the largest number of the whole array is subtracted; in a row far below it all "
        "exponentials are 0, and 0/0 is NaN: each row has its own largest": lambda: _softmax(
            z, shift=z.max()
        ),
        "the numbers are cut off at -5 and 5 before exp, and that changes the answer": lambda: (
            _softmax(np.clip(z, -5, 5))
        ),
        "large numbers are cut off before exp, and that changes the answer": lambda: _softmax(
            np.clip(z, -100, 100)
        ),
        "the mean is subtracted before exp; only the largest number keeps exp from "
        "overflowing": lambda: _softmax(z, shift=z.mean(-1, keepdims=True)),
        "the smallest number is subtracted before exp; only the largest keeps exp from "
        "overflowing": lambda: _softmax(z, shift=z.min(-1, keepdims=True)),
    }
    for places in range(2, 9):
        text = f"the numbers before the softmax are rounded to {places} places after the point"
        told[f"{text}; round nothing on the way"] = partial(_softmax, np.round(z, places))
    if every_step:
        return told | {
            "the softmax runs over the wrong axis: the sum over time is one; it should be over the "
            "classes": lambda: _softmax(z, 1),
            "it answers at the last step only although every_step is True": lambda: p[:, -1],
        }
    return told | {
        "it reads the first state; many-to-one reads the last": lambda: _softmax(every[:, 0]),
        "it reads the state before the last (off by one)": lambda: _softmax(every[:, -2]),
        "it reads the mean of all states; many-to-one reads the last": lambda: _softmax(
            every.mean(axis=1)
        ),
        "it reads the sum of all states; many-to-one reads the last": lambda: _softmax(
            states.sum(axis=1) @ V + b_y
        ),
        "it averages the answers of all steps; many-to-one reads the last state only": lambda: (
            _softmax(every).mean(axis=1)
        ),
        "it answers at every step although every_step is False": lambda: _softmax(every),
        "it reads the last sequence of the batch (the wrong axis), not the last step": lambda: (
            _softmax(every[-1])
        ),
    }


def _softmax(z: Any, axis: int | None = -1, shift: Any = None) -> Any:
    """Over the `axis`, after `shift` is subtracted (when it is None, the largest number)."""
    e = np.exp(z - (z.max(axis, keepdims=True) if shift is None else shift))
    return e / e.sum(axis, keepdims=True)
