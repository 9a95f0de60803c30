"""08-attention, from scores to weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common

BY_HAND = (
    *common.ATTENTION,
    "course_utils.attention.masked_softmax",
    "keras.layers.Softmax",
    "keras.ops.softmax",
    "keras.activations.softmax",
    "scipy.special.softmax",
    "scipy.special.log_softmax",
    "tensorflow.nn.softmax",
    "jax.nn.softmax",
)
CALLS: dict[str, str] = {}

AXES = ["batch", "step", "time"]
MASK = (
    "The shapes do not fit. scores is (batch, steps, time) and mask (batch, time): `mask[:, None]` "
    "is (batch, 1, time) and holds for every step. A sum or a maximum drops the axis it runs over; "
    "`keepdims=True` keeps it."
)
NOTHING = (
    "a sequence that is padding throughout leads to −∞ minus −∞, or to 0 divided by 0. With "
    "nothing to look at all weights are 0"
)
OVERFLOW = "np.exp overflows. Take each query's largest real score off its scores before it"
HIGHEST = (
    "padding decides how large the powers of e are. When its score is far above the others, taking "
    "it off leaves nothing of theirs, and its own overflows: take off the largest of the real "
    "scores, and leave padding out before np.exp"
)
SEVERAL = (
    "the largest score is taken over {}; take off each query's own largest real score. Where its "
    "scores lie far below the others', all its powers of e are 0 otherwise"
)
LITTLE = (
    "a small number is added to the sum of the powers of e, so that the weights do not sum to 1; "
    "divide by the sum itself, and put another number in its place only where it is 0"
)
HINTS = dict.fromkeys(("broadcast", "boolean index", "np.where", "mismatch"), MASK)


def example() -> tuple[np.ndarray, np.ndarray]:
    """scores (3, 2, 5), mask (3, 5): sequences of 3, 5 and 4 real steps."""
    return 2 * common.numbers(3, 2, 5), np.arange(5) < np.array([[3], [5], [4]])


def check(masked_softmax: Any) -> None:
    """The tests that students see."""
    scores, mask = example()
    compare(masked_softmax, (scores, mask))
    holes = np.array([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1], [0, 0, 0, 1, 0]], bool)
    compare(masked_softmax, (scores, holes), " for a mask with holes")
    compare(masked_softmax, (scores + 1000, mask), " of scores near 1000")
    hidden = scores + 1000 * ~mask[:, None]
    compare(masked_softmax, (hidden, mask), " when the scores of padding are near 1000")
    apart = scores - 800 * np.arange(2)[:, None]
    compare(masked_softmax, (apart, mask), " when the scores of two queries lie 800 apart")
    empty = mask & np.array([[True], [False], [True]])
    compare(masked_softmax, (scores, empty), " when a sequence is padding throughout")


def compare(masked_softmax: Any, inputs: Any, case: str = "", expected: Any = None) -> None:
    """The weights for inputs (scores, mask)."""
    expected = common.masked(*inputs) if expected is None else expected
    got = checks.call(masked_softmax, *inputs, hints=HINTS)
    what = f"the array of weights{case}"
    weights = np.asarray(got) if np.shape(got) == np.shape(expected) else np.ones(expected.shape)
    padding = np.broadcast_to(~inputs[1][:, None], expected.shape)
    left = np.abs(weights[padding]).max(initial=0.0)
    if 0 < left < 1e-3:
        checks.fail(
            f"Padding gets a weight of {left:.2g}{case}. It has to be exactly 0, whatever the "
            "scores: give padding the score −∞, or take its powers of e out of the sum."
        )
    _finite(weights, what, *inputs)
    if _little_added(weights, expected, *inputs):
        checks.fail(f"{what[0].upper()}{what[1:]} looks like this mistake: {LITTLE}.")
    checks.close(got, expected, what, mistakes(*inputs), AXES)


def _little_added(weights: Any, expected: Any, scores: Any, mask: Any) -> bool:
    """Are the weights smaller by what 1e-8 to 1e-3, added to the sum, makes of them?"""
    low = np.where(mask[:, None], scores, -np.inf)
    top = low.max(axis=-1, keepdims=True)
    total = np.exp(low - np.where(np.isfinite(top), top, 0)).sum(axis=-1, keepdims=True)
    return any(
        np.allclose(weights, expected * (total / (total + little)), rtol=1e-3 * little, atol=0)
        and not np.allclose(weights, expected, rtol=1e-2 * little, atol=0)
        for little in 10.0 ** np.arange(-8, -2)
    )


def _finite(weights: Any, what: str, scores: Any, mask: Any) -> None:
    """Says where infinity or NaN in the weights comes from."""
    odd = weights.dtype.kind == "f" and ~np.isfinite(weights)
    if not np.any(odd):
        return
    real = np.broadcast_to(mask[:, None], scores.shape)
    if not np.any(odd & real.any(axis=-1, keepdims=True)):
        reason = NOTHING
    elif scores.max(where=real, initial=-np.inf) > 700:
        reason = OVERFLOW
    elif scores.max() > 700:
        reason = HIGHEST
    elif np.ptp(scores[real.any(axis=-1)].max(axis=-1)) > 700:
        reason = SEVERAL.format("several queries")
    else:
        return
    checks.fail(f"{what[0].upper()}{what[1:]} holds NaN or infinity: {reason}.")


def mistakes(scores: Any, mask: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    real = np.broadcast_to(mask[:, None], scores.shape)
    right, plain = common.masked(scores, mask), common.softmax(scores)
    empty = ~real.any(axis=-1, keepdims=True)
    low = np.where(real, scores, -np.inf)
    count = np.maximum(real.sum(axis=-1, keepdims=True), 1)

    def less(top: Any) -> Callable[[], Any]:
        """The powers of e with this taken off, divided by their sum where it is not 0."""

        def outcome() -> Any:
            e = np.exp(np.where(real, scores, -np.inf) - np.where(np.isfinite(top), top, 0))
            total = e.sum(axis=-1, keepdims=True)
            return e / np.where(total == 0, 1, total)

        return outcome

    def over(axis: Any) -> Callable[[], Any]:
        """The softmax over another axis, padding left out."""

        def outcome() -> Any:
            top = low.max(axis=axis, keepdims=True)
            e = np.exp(low - np.where(np.isfinite(top), top, 0))
            total = e.sum(axis=axis, keepdims=True)
            return e / np.where(total == 0, 1, total)

        return outcome

    throughout = (
        "a sequence that is padding throughout gets weights all the same; with nothing to look at "
        "all weights are 0"
    )
    return {
        HIGHEST: less(scores.max(axis=-1, keepdims=True)),
        SEVERAL.format("several queries"): less(low.max(axis=(1, 2), keepdims=True)),
        SEVERAL.format("several queries, those of all sequences"): less(low.max()),
        SEVERAL.format("several queries, and over padding"): less(
            scores.max(axis=(1, 2), keepdims=True)
        ),
        SEVERAL.format("everything, padding and all"): less(scores.max()),
        "the mask is not used: padding gets weight": lambda: plain,
        "the mask comes after the softmax, so that the weights no longer sum to 1; leave padding "
        "out of the sum": lambda: plain * real,
        "the mask is upside down: padding alone gets weight": lambda: common.masked(scores, ~mask),
        "the score of padding is set to 0, and e to the 0 is 1; it should be −∞": lambda: (
            common.softmax(scores * real)
        ),
        "padding counts in the sum with e to the 0, which is 1; then the weights do not sum to "
        "1": lambda: common.softmax(scores * real) * real,
        "the softmax runs over the steps; over the time the weights sum to 1": over(1),
        "the softmax runs over the batch; over the time the weights sum to 1": over(0),
        "the softmax runs over steps and time together; each query has weights of its own that sum "
        "to 1": over((1, 2)),
        "the softmax runs over everything; each query has weights of its own that sum to 1": over(
            None
        ),
        "the powers of e are not divided by their sum": lambda: np.exp(scores) * real,
        "the powers of e, the largest score taken off, are not divided by their sum": lambda: (
            np.where(empty, 0, np.exp(low - np.where(empty, 0, low.max(axis=-1, keepdims=True))))
        ),
        "scores are divided by their sum, without np.exp": lambda: (
            scores * real / (scores * real).sum(axis=-1, keepdims=True)
        ),
        "all real steps have the same weight; the scores are not used": lambda: real / count,
        f"{throughout} (all the same)": lambda: np.where(empty, 1 / scores.shape[-1], right),
        throughout: lambda: np.where(empty, plain, right),
        f"{throughout} (the powers of e are divided by their number)": lambda: np.where(
            empty, 1.0, right
        ),
        "the first sequence's mask is taken for all": lambda: common.masked(
            scores, mask[:1] | np.zeros_like(mask)
        ),
        "the logarithm is taken of the weights": lambda: np.log(right),
        "the whole weight goes to the largest score; each real step has its share": lambda: (
            (low == low.max(axis=-1, keepdims=True)) * real
        ).astype(float),
        "2 is taken to the scores, and not e": lambda: common.masked(scores * np.log(2), mask),
        "the sign of the scores is turned: the smallest gets most": lambda: common.masked(
            -scores, mask
        ),
        "a sigmoid of each score stands in place of the softmax": lambda: (
            real / (1 + np.exp(-scores))
        ),
        "the scores are divided by √time; nothing is scaled here": lambda: common.masked(
            scores / np.sqrt(scores.shape[-1]), mask
        ),
    }
