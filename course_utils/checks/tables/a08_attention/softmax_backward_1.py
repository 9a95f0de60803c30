"""08-attention, from the gradient of the weights to that of the scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common

BY_HAND = (*common.ATTENTION, *common.GRADIENTS)
CALLS: dict[str, str] = {}

AXES = ["batch", "step", "time"]
HINTS = {
    "broadcast": "The shapes do not fit: a sum over the time drops that axis, and `keepdims=True` "
    "keeps it, with length 1."
}


def example() -> tuple[np.ndarray, np.ndarray]:
    """d_weights and weights, (3, 2, 4) each; padding at the end, the last sequence all padding."""
    mask = np.arange(4) < np.array([[3], [4], [0]])
    return common.numbers(3, 2, 4, start=70), common.masked(2 * common.numbers(3, 2, 4), mask)


def check(softmax_backward: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(softmax_backward, inputs, _right(*inputs))


def compare(
    softmax_backward: Any, inputs: Any, expected: Any, case: str = "", times: Any = 1.0
) -> None:
    """The gradient of the scores for inputs (d_weights, weights), all `times` as large."""
    got = checks.call(softmax_backward, *inputs, hints=HINTS)
    what = f"the gradient d_scores{case}"
    checks.close(got, expected, what, mistakes(*inputs), AXES, times=times)


def _right(d: Any, weights: Any) -> Any:
    """Through the matrix of all slopes, diag(α) − α αᵀ."""
    slopes = np.eye(weights.shape[-1]) * weights[..., None] - (
        weights[..., None] * weights[..., None, :]
    )
    return (slopes @ d[..., None])[..., 0]


def mistakes(d: Any, weights: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    mean = (weights * d).sum(axis=-1, keepdims=True)

    def less(taken: Any) -> Callable[[], Any]:
        """Another number in place of the mean."""
        return lambda: weights * (d - taken)

    return {
        "only a score's own weight is looked at, α (1 − α); a score that grows takes from all "
        "other weights, and they have a part in the gradient": lambda: d * weights * (1 - weights),
        "the weighted mean of d is not taken off: a score that grows takes from the other "
        "weights": lambda: d * weights,
        "the plain mean of d is taken off; it is the mean weighted by α": less(
            d.mean(axis=-1, keepdims=True)
        ),
        "the plain sum of d is taken off; it is the sum of α · d": less(
            d.sum(axis=-1, keepdims=True)
        ),
        "the mean of α · d is taken off; it is their sum": less(mean / weights.shape[-1]),
        "the sum of α · d over the steps is taken off; it runs over the time": less(
            (weights * d).sum(axis=1, keepdims=True)
        ),
        "the sum of α · d over the whole batch is taken off; each query has its own": less(
            (weights * d).sum()
        ),
        "the sum of α · d over the sequences is taken off; each query has its own": less(
            (weights * d).sum(axis=0, keepdims=True)
        ),
        "the sum of α · d over the steps and the time is taken off; each query has its own": less(
            (weights * d).sum(axis=(1, 2), keepdims=True)
        ),
        "the weighted mean is added; it is taken off": less(-mean),
        "α is left out in front of the bracket: it is α (d − mean)": lambda: d - mean,
        "α multiplies d alone; it is α (d − mean)": lambda: weights * d - mean,
        "the weights are taken off, as in the gradient of a cross-entropy; here the gradient of "
        "the weights is given": lambda: d - weights,
        "weights − d: that is another gradient, and d comes from the loss": lambda: weights - d,
        "the slopes of the weights are summed, without d": lambda: weights * (1 - weights),
        "it is zero, or nothing but rounding. ∂L/∂α_i belongs inside the sum over i; with ∂L/∂α_j "
        "in its place the slopes cancel. Or was an array of zeros never filled?": lambda: 0 * d,
        "d is returned as it came": lambda: d,
        "α is squared in front of the bracket": lambda: weights**2 * (d - mean),
        "the softmax of d is taken; what is asked is the gradient on the way back": lambda: (
            common.softmax(d)
        ),
        "the other scores' part is left out twice: it is α (1 − α) (d − mean)": lambda: (
            weights * (1 - weights) * (d - mean)
        ),
        "it is divided by α; it is multiplied": lambda: (d - mean) / weights,
        "it is averaged over the batch; every sequence has scores of its own": lambda: (
            (weights * (d - mean)) / len(weights)
        ),
        "it is summed over the steps; every step has scores of its own": lambda: (
            weights * (d - mean)
        ).sum(axis=1),
    }
