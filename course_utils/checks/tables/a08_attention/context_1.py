"""08-attention, the values mixed by the weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common

BY_HAND = (*common.ATTENTION, "course_utils.attention.context", "keras.layers.Dot")
CALLS: dict[str, str] = {}

AXES = ["batch", "step", "number"]
FIT = (
    "The shapes do not fit. weights is (batch, steps, time) and values (batch, time, d_v): the "
    "time is what is summed over, the last axis of the one and the middle axis of the other."
)
HINTS = dict.fromkeys(("broadcast", "matmul", "einsum", "operand"), FIT)


def example() -> tuple[np.ndarray, np.ndarray]:
    """weights (2, 3, 5), of two sequences of 4 and 5 real steps; values (2, 5, 4)."""
    mask = np.arange(5) < np.array([[4], [5]])
    return common.masked(2 * common.numbers(2, 3, 5), mask), common.numbers(2, 5, 4, start=60)


def check(context: Any) -> None:
    """The tests that students see."""
    weights, values = example()
    compare(context, (weights, values))
    square = (weights[:, :, :4], values[:, :4])
    compare(context, square, " when there are as many steps of time as numbers in a value")


def compare(context: Any, inputs: Any, case: str = "", expected: Any = None) -> None:
    """The contexts for inputs (weights, values)."""
    if expected is None:
        weights, values = inputs
        shares = weights.transpose(2, 0, 1)[..., None] * values.transpose(1, 0, 2)[:, :, None]
        expected = sum(shares)
    got = checks.call(context, *inputs, hints=HINTS)
    checks.close(got, expected, f"the array of contexts{case}", mistakes(*inputs), AXES)


def mistakes(weights: Any, values: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    right = weights @ values
    best = weights.argmax(axis=-1)
    return {
        "only the value with the largest weight is taken; all are mixed": lambda: (
            np.take_along_axis(values, best[..., None], axis=1)
        ),
        "it is the mean of the weighted values; it is their sum": lambda: right / weights.shape[-1],
        "the values are averaged; each step has weights of its own": lambda: np.repeat(
            values.mean(axis=1, keepdims=True), weights.shape[1], axis=1
        ),
        "the first step's weights are taken for all steps": lambda: np.repeat(
            right[:, :1], weights.shape[1], axis=1
        ),
        "the weighted values are not summed: the time is still there": lambda: (
            weights[..., None] * values[:, None]
        ),
        "it is summed over the numbers of a value; over the time it is to be summed": lambda: (
            weights[..., None] * values[:, None]
        ).sum(axis=-1),
        "it is summed over the steps, too; each step has a context of its own": lambda: right.sum(
            axis=1
        ),
        "it is summed over the batch, too; each sequence has contexts of its own": lambda: (
            right.sum(axis=0)
        ),
        "steps and numbers are exchanged: a row belongs to a step": lambda: np.swapaxes(
            right, 1, 2
        ),
        "the softmax is taken once more; the weights sum to 1 already": lambda: (
            common.softmax(weights) @ values
        ),
        "the first sequence's values are taken for all": lambda: weights @ values[:1],
        "the values are transposed": lambda: weights @ np.swapaxes(values, 1, 2),
        "tanh is taken of the context; it is the plain sum": lambda: np.tanh(right),
        "the order of time is turned round in one of them": lambda: weights @ values[:, ::-1],
        "the weights are left out: the values are added up": lambda: np.repeat(
            values.sum(axis=1, keepdims=True), weights.shape[1], axis=1
        ),
    }
