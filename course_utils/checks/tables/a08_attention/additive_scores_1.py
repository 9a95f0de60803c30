"""08-attention, Bahdanau's scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common

BY_HAND = (*common.ATTENTION, "course_utils.attention.Additive.scores")
CALLS: dict[str, str] = {}

AXES = ["batch", "step", "time"]
PAIRS = (
    "The shapes do not fit. Each query meets each key: queries @ W_q is (batch, steps, units), "
    "keys @ W_k is (batch, time, units). Put a new axis into each, `[:, :, None]` into the one "
    "and `[:, None]` into the other, and their sum is (batch, steps, time, units)."
)
PRODUCT = (
    "In `a @ b` the last axis of `a` and the first of `b` must be equal: queries (batch, steps, "
    "d_q) @ W_q (d_q, units), keys (batch, time, d_k) @ W_k (d_k, units), tanh(…) (…, units) @ v "
    "(units,). Is one of them transposed, on the wrong side of `@`, or taken for another?"
)
HINTS = {
    **dict.fromkeys(("core dimension", "not aligned"), PRODUCT),
    **dict.fromkeys(("broadcast", "concatenat", "einsum"), PAIRS),
}


def example() -> tuple[np.ndarray, ...]:
    """queries (2, 3, 5), keys (2, 4, 6), W_q (5, 7), W_k (6, 7), v (7,)."""
    queries, keys = common.numbers(2, 3, 5), common.numbers(2, 4, 6, start=40)
    W_q, W_k = common.numbers(5, 7, start=90), common.numbers(6, 7, start=130)
    return queries, keys, W_q, W_k, common.numbers(7, start=180)


def check(additive_scores: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(additive_scores, inputs, _right(*inputs))
    queries, *others = inputs
    one = (queries[:, 1:2], *others)
    compare(additive_scores, one, _right(*one), " of one query for each sequence")


def compare(additive_scores: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """The scores for inputs (queries, keys, W_q, W_k, v)."""
    got = checks.call(additive_scores, *inputs, hints=HINTS)
    checks.close(got, expected, f"the array of scores{case}", mistakes(*inputs), AXES)


def _right(queries: Any, keys: Any, W_q: Any, W_k: Any, v: Any) -> Any:
    scores = np.zeros((len(queries), queries.shape[1], keys.shape[1]))
    for i, t, k in np.ndindex(scores.shape):
        scores[i, t, k] = v @ np.tanh(queries[i, t] @ W_q + keys[i, k] @ W_k)
    return scores


def mistakes(queries: Any, keys: Any, W_q: Any, W_k: Any, v: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    q, k = (queries @ W_q)[:, :, None], (keys @ W_k)[:, None]
    pairs = np.tanh(q + k)
    scores = pairs @ v
    units = len(v)
    return {
        "the tanh is left out": lambda: (q + k) @ v,
        "tanh is taken of the whole score; v comes after the tanh": lambda: np.tanh((q + k) @ v),
        "tanh is taken twice, before v and after": lambda: np.tanh(scores),
        "tanh is taken of query and key apart; they are added first, inside one tanh": lambda: (
            (np.tanh(q) + np.tanh(k)) @ v
        ),
        "query and key are multiplied inside the tanh; they are added": lambda: np.tanh(q * k) @ v,
        "query and key are multiplied, as in a dot product; here they are added inside "
        "tanh": lambda: (q * k) @ v,
        "it is the dot product of q W_q and k W_k; the additive score has v · tanh(…)": lambda: (
            q * k
        ).sum(axis=-1),
        "the key is subtracted": lambda: np.tanh(q - k) @ v,
        "a sigmoid stands in place of tanh": lambda: (1 / (1 + np.exp(-(q + k)))) @ v,
        "a ReLU stands in place of tanh": lambda: np.maximum(q + k, 0) @ v,
        "steps and time are exchanged; a row belongs to a query": lambda: np.swapaxes(scores, 1, 2),
        "v is left out: the units are added up": lambda: pairs.sum(axis=-1),
        "v is left out: it is the mean over the units": lambda: pairs.mean(axis=-1),
        "v is left out, and the axis of the units is still there; v · tanh(…) sums over "
        "them": lambda: pairs,
        "it is multiplied by v and not summed over the units; v · tanh(…) is one number": lambda: (
            pairs * v
        ),
        "it is the mean over the units; v · tanh(…) is the sum": lambda: scores / units,
        "it is divided by √units; that belongs to scaled dot products": lambda: (
            scores / np.sqrt(units)
        ),
        "the softmax is taken already; the scores are asked": lambda: common.softmax(scores),
        "the softmax is taken already, over the steps; the scores are asked": lambda: (
            common.softmax(scores, axis=1)
        ),
        "the last axis, of length 1, is still there": lambda: scores[..., None],
        "only as many keys as there are queries have a score; the loop over the keys runs to "
        "keys.shape[1]": lambda: np.where(np.arange(keys.shape[1]) < queries.shape[1], scores, 0),
        "the first query is taken for all steps": lambda: scores[:, :1] + 0 * scores,
        "the keys are left out": lambda: np.tanh(q + 0 * k) @ v,
        "the queries are left out": lambda: np.tanh(k + 0 * q) @ v,
        "the first sequence's keys are taken for all": lambda: np.tanh(q + k[:1]) @ v,
        "the mean of all keys is taken; each key has a score of its own": lambda: (
            np.tanh(q + k.mean(axis=2, keepdims=True) + 0 * k) @ v
        ),
        "step t meets key t alone; each query meets each key": lambda: (
            np.tanh((queries @ W_q) + (keys @ W_k)[:, : queries.shape[1]]) @ v
        ),
    }
