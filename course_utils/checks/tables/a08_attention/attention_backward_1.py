"""08-attention, from the gradient of the contexts to those of queries, keys and values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common

BY_HAND = (*common.ATTENTION, *common.GRADIENTS)
CALLS = {
    "masked_softmax": "08-attention/masked-softmax@1",
    "context": "08-attention/context@1",
    "softmax_backward": "08-attention/softmax-backward@1",
}

NAMES = ["d_queries", "d_keys", "d_values"]
AXES = {
    "d_values": ["batch", "time", "number"],
    "d_queries": ["batch", "step", "number"],
    "d_keys": ["batch", "time", "number"],
}
FIT = (
    "The shapes do not fit. Write them beside the line: d_context is (batch, steps, d_v), values "
    "(batch, time, d_v), weights (batch, steps, time). What is summed over has to be the last axis "
    "of the left side of `@` and the middle axis of the right one; `a.swapaxes(1, 2)` exchanges "
    "the two (`a.T` turns the batch round, too)."
)
HINTS = dict.fromkeys(("matmul", "broadcast", "einsum", "operand"), FIT)
UNEVEN = (
    "it is right when the gradients of all sequences are of like size, but not when some are much "
    "smaller. Are they measured, as differences of one loss for all sequences? Here they are to be "
    "derived, with the chain rule"
)


def example() -> tuple[np.ndarray, ...]:
    """d_context (2, 3, 6), queries (2, 3, 7), keys (2, 5, 7), values (2, 5, 6), mask (2, 5)."""
    d_context, queries = common.numbers(2, 3, 6, start=20), common.numbers(2, 3, 7, start=7)
    keys, values = common.numbers(2, 5, 7, start=33), common.numbers(2, 5, 6, start=120)
    return d_context, queries, keys, values, np.arange(5) < np.array([[5], [3]])


SIZES = np.array([1e-6, 1e6])[:, None, None]


def check(attention_backward: Any, *earlier: Any) -> None:
    """The tests that students see. earlier: tasks that it may call, though not for every number."""
    d_context, *others = example()
    parts = call(attention_backward, (d_context, *others), *earlier)
    compare(parts, _back(d_context, *others), (d_context, *others))
    uneven = call(attention_backward, (SIZES * d_context, *others), *earlier)
    compare_uneven(uneven, parts, SIZES)


def call(attention_backward: Any, inputs: Any, *earlier: Any) -> list[Any]:
    """The three gradients. Each of `earlier` may run once for each query, and a few times more."""
    batch, steps, _ = inputs[1].shape
    most = {task: batch * steps + 4 for task in earlier if hasattr(task, "__code__")}
    got = checks.call(attention_backward, *inputs, hints=HINTS, seldom=most)
    shapes = [np.shape(array) for array in inputs[1:4]]
    return checks.unpack(got, *NAMES, shapes=shapes, what="the gradients")


def compare(parts: Any, expected: Any, inputs: Any, case: str = "") -> None:
    """The gradients against the expected ones; d_values, the easiest, first.

    inputs: d_context, queries, keys, values, mask
    """
    wrong = mistakes(*inputs)
    for name, axes in AXES.items():
        number = NAMES.index(name)
        what = f"the gradient {name}{case}"
        checks.close(parts[number], expected[number], what, wrong[name], axes)


def compare_uneven(parts: Any, expected: Any, sizes: Any) -> None:
    """The gradients where d_context of each sequence is so many times as large.

    sizes: (batch, 1, 1)   expected: the gradients without them
    """
    for name, axes in AXES.items():
        number = NAMES.index(name)
        case = "with d_context of each sequence times a factor of its own, and divided by it again,"
        right = sizes * np.asarray(expected[number])
        what = f"the gradient {name}, {case}"
        checks.close(parts[number], right, what, {}, axes, times=1 / sizes, otherwise=UNEVEN)


def mistakes(
    d_context: Any, queries: Any, keys: Any, values: Any, mask: Any
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For each gradient: mistake → what it leads to. Wrong weights show in d_values already."""
    inputs = d_context, queries, keys, values, mask

    def part(name: str, **slips: Any) -> Callable[[], Any]:
        return lambda: _back(*inputs, **slips)[NAMES.index(name)]

    def of(name: str, change: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: change(part(name)())

    root = np.sqrt(queries.shape[-1])
    everywhere = np.ones_like(mask)

    def own(weights: Any, d: Any) -> Any:
        return d * weights * (1 - weights)

    def without_mean(weights: Any, d: Any) -> Any:
        return d * weights

    def plain_mean(weights: Any, d: Any) -> Any:
        return weights * (d - d.mean(axis=-1, keepdims=True))

    def nothing(weights: Any, d: Any) -> Any:
        return d

    def both(name: str) -> dict[str, Callable[[], Any]]:
        """What goes wrong for queries and keys alike."""
        return {
            "the way back through the softmax is left out: what comes to the weights is not yet "
            "what comes to the scores": part(name, back=nothing),
            "on the way back through the softmax only each score's own weight is looked at, "
            "α (1 − α)": part(name, back=own),
            "on the way back through the softmax the weighted mean is not taken off": part(
                name, back=without_mean
            ),
            "on the way back through the softmax the plain mean is taken off; it is the mean "
            "weighted by α": part(name, back=plain_mean),
            "it is divided by √d, as for scaled scores; these are plain products q · k": of(
                name, lambda g: g / root
            ),
            "the sign is wrong": of(name, lambda g: -g),
            "it is averaged over the batch; every sequence has its own": of(
                name, lambda g: g / len(mask)
            ),
            "it is summed over the batch; every sequence has its own": of(
                name, lambda g: g.sum(axis=0)
            ),
            "it is zero; it has a part in the scores, and so in the weights": of(
                name, lambda g: 0 * g
            ),
        }

    return {
        "d_values": {
            "the mask is not used: padding gets weight": lambda: _back(
                d_context, queries, keys, values, everywhere
            )[2],
            "the scores stand in place of the weights: the softmax is left out": part(
                "d_values", forward=lambda scores, mask: scores
            ),
            "the scores are divided by √d; these are plain products q · k": part(
                "d_values", forward=lambda scores, mask: common.masked(scores / root, mask)
            ),
            "each value gets all of d_context, as if every weight were 1; it gets its weight's "
            "share": part("d_values", forward=lambda scores, mask: np.ones_like(scores)),
            "each real value gets all of d_context; it gets its weight's share": part(
                "d_values",
                forward=lambda scores, mask: np.broadcast_to(mask[:, None], scores.shape) * 1.0,
            ),
            "the gradient of the scores stands in place of the weights": lambda: (
                np.swapaxes(_d_scores(*inputs), 1, 2) @ d_context
            ),
            "only the first step is counted; a value has a part in the context of every "
            "step": lambda: np.swapaxes(_weights(*inputs)[:, :1], 1, 2) @ d_context[:, :1],
            "only the last step is counted; a value has a part in the context of every "
            "step": lambda: np.swapaxes(_weights(*inputs)[:, -1:], 1, 2) @ d_context[:, -1:],
            "it is the mean over the steps; a value collects the sum": of(
                "d_values", lambda g: g / queries.shape[1]
            ),
            "the sign is wrong": of("d_values", lambda g: -g),
            "it is averaged over the batch; every sequence has its own": of(
                "d_values", lambda g: g / len(mask)
            ),
            "it is summed over the batch; every sequence has its own": of(
                "d_values", lambda g: g.sum(axis=0)
            ),
            "it is summed over the time; every value has its own": of(
                "d_values", lambda g: g.sum(axis=1)
            ),
            "this is values itself; what is asked is its gradient": lambda: values,
        },
        "d_queries": {
            **both("d_queries"),
            "it is made with the queries; the slope of q · k along q is k": lambda: (
                _d_scores(*inputs).sum(axis=-1, keepdims=True) * queries
            ),
            "it is d_scores times the mean of all keys; each score has its own key": lambda: (
                _d_scores(*inputs).sum(axis=-1, keepdims=True) * keys.mean(axis=1, keepdims=True)
            ),
            "the weights stand in place of d_scores": lambda: _weights(*inputs) @ keys,
            "it is summed over the steps; every query has its own": of(
                "d_queries", lambda g: g.sum(axis=1)
            ),
            "this is queries itself; what is asked is its gradient": lambda: queries,
        },
        "d_keys": {
            **both("d_keys"),
            "only the first step is counted; every query has met this key": lambda: (
                np.swapaxes(_d_scores(*inputs)[:, :1], 1, 2) @ queries[:, :1]
            ),
            "only the last step is counted; every query has met this key": lambda: (
                np.swapaxes(_d_scores(*inputs)[:, -1:], 1, 2) @ queries[:, -1:]
            ),
            "it is the mean over the steps; a key collects the sum": of(
                "d_keys", lambda g: g / queries.shape[1]
            ),
            "it is made with the keys; the slope of q · k along k is q": lambda: (
                np.swapaxes(_d_scores(*inputs), 1, 2).sum(axis=-1, keepdims=True) * keys
            ),
            "the weights stand in place of d_scores": lambda: (
                np.swapaxes(_weights(*inputs), 1, 2) @ queries
            ),
            "it is summed over the time; every key has its own": of(
                "d_keys", lambda g: g.sum(axis=1)
            ),
            "this is keys itself; what is asked is its gradient": lambda: keys,
        },
    }


def _weights(d_context: Any, queries: Any, keys: Any, values: Any, mask: Any) -> Any:
    return common.masked(queries @ np.swapaxes(keys, 1, 2), mask)


def _softmax_back(weights: Any, d: Any) -> Any:
    return weights * (d - (weights * d).sum(axis=-1, keepdims=True))


def _d_scores(d_context: Any, queries: Any, keys: Any, values: Any, mask: Any) -> Any:
    weights = _weights(d_context, queries, keys, values, mask)
    return _softmax_back(weights, d_context @ np.swapaxes(values, 1, 2))


def _back(
    d_context: Any,
    queries: Any,
    keys: Any,
    values: Any,
    mask: Any,
    *,
    forward: Callable[[Any, Any], Any] = common.masked,
    back: Callable[[Any, Any], Any] = _softmax_back,
) -> list[Any]:
    """The three gradients, with slips on the way through the softmax, forward and back."""
    weights = forward(queries @ np.swapaxes(keys, 1, 2), mask)
    d_scores = back(weights, d_context @ np.swapaxes(values, 1, 2))
    return [
        d_scores @ keys,
        np.swapaxes(d_scores, 1, 2) @ queries,
        np.swapaxes(weights, 1, 2) @ d_context,
    ]
