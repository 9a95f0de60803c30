"""02-recurrent-step: what several of its tables share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

CELLS = (
    "course_utils.cells.SimpleRNN.step",
    "course_utils.cells.SimpleRNN.forward",
    "keras.layers.SimpleRNN",
    "keras.layers.SimpleRNNCell",
    "keras.layers.RNN",
)


def numbers(*shape: int, start: int = 0) -> np.ndarray:
    """Numbers from -1 to 1 with one digit; they look drawn, and are the same everywhere."""
    squares = (start + np.arange(1, np.prod(shape) + 1)) ** 2
    return np.round(np.sin(squares), 1).reshape(shape)


def weights() -> list[np.ndarray]:
    """W (3, 2), U (2, 2), b (2,)."""
    W = [[-0.3, 0.2], [-0.5, 0.6], [0.7, -0.7]]
    U = [[0.8, -0.5], [0.3, 0.6]]
    b = [0.2, -0.3]
    return [np.array(values) for values in (W, U, b)]


def walk(
    x: Any,
    weights: Any,
    h: Any = None,
    mask: Any = None,
    squeeze: Callable[[Any], Any] = np.tanh,
    before: Callable[[Any], Any] = lambda h: h,
) -> Any:
    """The states after each step, with slips: another function than tanh, and `before` on h."""
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h is None else h
    states = []
    for t in range(x.shape[1]):
        new = squeeze(x[:, t] @ W + before(h) @ U + b)
        h = new if mask is None else np.where(mask[:, t, None], new, h)
        states.append(h)
    return np.stack(states, axis=1)


def sigmoid(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


def other_functions(part: Callable[[Callable[[Any], Any]], Any]) -> dict[str, Any]:
    """Something in place of tanh, or after it: mistake → what it leads to.

    part: gives what the function in place of tanh leads to.
    """
    told: dict[str, Callable[[Any], Any]] = {
        "the sigmoid stands in place of tanh": sigmoid,
        "relu stands in place of tanh": lambda z: np.maximum(z, 0),
        "a straight line, cut off at -1 and 1, stands in place of tanh": lambda z: np.clip(
            z, -1, 1
        ),
        "it is the tanh of half the sum; 2 * sigmoid(z) - 1 is tanh(z / 2)": lambda z: np.tanh(
            z / 2
        ),
        "the absolute values of the sums go through tanh": lambda z: np.tanh(np.abs(z)),
        "tanh is applied once too often": lambda z: np.tanh(np.tanh(z)),
    }
    for limit in (1, 3, 5, 10):
        told[f"the sum is cut off at -{limit} and {limit} before tanh"] = _cut_off(limit)
    for places in range(2, 10):
        text = f"the new state is rounded to {places} places after the point"
        told[f"{text}; round nothing on the way"] = _rounded(places)
    return {text: partial(part, function) for text, function in told.items()}


def _cut_off(limit: float) -> Callable[[Any], Any]:
    return lambda z: np.tanh(np.clip(z, -limit, limit))


def _rounded(places: int) -> Callable[[Any], Any]:
    return lambda z: np.round(np.tanh(z), places)
