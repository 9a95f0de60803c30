"""03-bptt: what several of its tables share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

CELLS = (
    "course_utils.cells.SimpleRNN.step",
    "course_utils.cells.SimpleRNN.forward",
    "course_utils.cells.SimpleRNN.backward",
    "keras.layers.SimpleRNN",
    "keras.layers.SimpleRNNCell",
    "keras.layers.RNN",
)
TAPES = ("tensorflow.GradientTape", "jax.grad", "jax.value_and_grad", "jax.vjp")
DIFFERENCES = (
    "course_utils.gradients.numerical",
    "scipy.optimize.approx_fprime",
    "scipy.differentiate.derivative",
    "scipy.differentiate.jacobian",
)
PLACES = range(3, 9)
SIZED = (
    "it does not grow and shrink with what comes in, though it is right for numbers of size one. "
    "Is it measured, as a difference of losses, or does it lose digits on the way?"
)
TINY = (
    "it is right to a few digits only. Is something rounded, or computed in float32 or float16, on "
    "the way?"
)
UNEVEN = (
    "it is right when the gradients of all examples are of like size, but not when some are much "
    "smaller. Are they measured, as differences of one loss for all examples? There small ones "
    "drown beside large ones; the chain rule has no such trouble"
)


def seldom(answer: Any, steps: int) -> dict[Any, int]:
    """The student's `forward`, and how often a backward pass over so many steps may call it."""
    forward = getattr(answer, "__globals__", {}).get("forward")
    return {forward: 12 + steps} if hasattr(forward, "__code__") else {}


def limited(part: Callable[..., Callable[[], Any]], **slips: str) -> dict[str, Any]:
    """Clipping and rounding in a backward pass: mistake → what it leads to.

    part: gives the gradient, as a function without arguments, when something is done on the way
    slips: name of the argument of `part` → what it changes; `after` changes da
    """
    told = {}
    for limit in (1, 5, 10, 100):
        for slip, what in slips.items():
            text = f"{what} is clipped to ±{limit} on the way; clipping comes after the walk"
            told[text] = part(**{slip: _clipped(limit)})
        text = f"it is clipped to ±{limit}; the gradient is asked as it is"
        told[text] = partial(_after, _clipped(limit), part())
        text = f"the norm of it is clipped to {limit}; the gradient is asked as it is"
        told[text] = partial(_after, of_norm(limit), part())
    for slip, what in slips.items():
        told[f"{what} is float16, which has three digits; float64 has sixteen"] = part(
            **{slip: _float16}
        )
    for places in PLACES:
        text = f"da is rounded to {places} places on the way; round nothing on the way"
        told[text] = part(after=_rounded(places))
    return told


def _after(change: Callable[[Any], Any], outcome: Callable[[], Any]) -> Any:
    return change(outcome())


def of_norm(most: float) -> Callable[[Any], Any]:
    """Makes an array shorter, if its norm is larger than `most`."""
    return lambda g: g * min(1.0, most / max(float(np.linalg.norm(g)), 1e-300))


def _float16(g: Any) -> Any:
    return g.astype(np.float16).astype(float)


def _clipped(limit: float) -> Callable[[Any], Any]:
    return lambda g: np.clip(g, -limit, limit)


def _rounded(places: int) -> Callable[[Any], Any]:
    return lambda g: np.round(g, places)
