"""07-deep-bidirectional: what several of its tables share."""

from __future__ import annotations

from typing import Any

import numpy as np

LAYERS = (
    "course_utils.cells.SimpleRNN.step",
    "course_utils.cells.SimpleRNN.forward",
    "keras.layers.SimpleRNN",
    "keras.layers.SimpleRNNCell",
    "keras.layers.RNN",
    "keras.layers.StackedRNNCells",
)
BOTH = (
    *LAYERS,
    "course_utils.wiring.Bidirectional.forward",
    "keras.layers.Bidirectional",
)
STEPS = ["batch", "time", "unit"]
PAIR = "`run` returns two things, the outputs and the last state: `outputs, last = run(…)`."
STAR = (
    "`run` takes W, U and b one by one. The star lays out a list of weights: `run(x, *weights)`, "
    "and in a layer that reads from both ends `run(x, *forward_weights, mask)`."
)
HINTS = {
    "tuple indices": PAIR,
    "'tuple' object has no attribute": PAIR,
    "run() missing": STAR,
}
MASK_HINTS = {
    **HINTS,
    "'NoneType' object is not subscriptable": "Where all steps are real, `mask` is None: then "
    "there is nothing to turn round, and `run` may be given None.",
    "ambiguous": "An array is not true or false as a whole. To ask whether there is a mask, write "
    "`if mask is None`. To choose for each of its entries, use "
    "`np.where(condition, if_true, if_false)`.",
    "with size 0": "A row may have no real step at all. Then nothing is read, and its outputs and "
    "its states are zeros.",
}


def numbers(*shape: int, start: int = 0) -> np.ndarray:
    """Numbers from -1 to 1 with one digit; they look drawn, and are the same everywhere."""
    squares = (start + np.arange(1, np.prod(shape) + 1)) ** 2
    return np.round(np.sin(squares), 1).reshape(shape)


def weights(features: int, units: int, start: int = 0) -> list[np.ndarray]:
    """W (features, units), U (units, units), b (units,)."""
    return [
        numbers(features, units, start=start),
        numbers(units, units, start=start + 40),
        numbers(units, start=start + 80),
    ]


def walk(x: Any, weights: Any, mask: Any = None, h: Any = None, **slips: Any) -> tuple[Any, Any]:
    """The outputs of a simple recurrent layer and its last state, as the `run` that is given.

    slips: `held`, a masked step repeats the state in place of zeros; `reset`, it sets the state to
    zero.
    """
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h is None else h
    mask = np.ones(x.shape[:2], bool) if mask is None else mask
    outputs = []
    for t in range(x.shape[1]):
        real = mask[:, t, None]
        h = np.where(real, np.tanh(x[:, t] @ W + h @ U + b), 0 * h if slips.get("reset") else h)
        outputs.append(h if slips.get("held") else h * real)
    return np.stack(outputs, axis=1), h


def flip(array: Any) -> Any:
    """Time turned round: (batch, time, …). Of no mask, no mask."""
    return None if array is None else array[:, ::-1]


def within(array: Any, lengths: Any) -> Any:
    """The first lengths[i] steps of row i turned round, the others left."""
    steps = np.arange(array.shape[1])
    rows = [np.where(steps < n, (n - 1 - steps) % len(steps), steps) for n in lengths]
    return np.stack([row[order] for row, order in zip(array, rows, strict=True)])
