"""07-deep-bidirectional, one answer for a whole sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a07_deep_bidirectional import _common_1 as common

BY_HAND = common.BOTH
CALLS = {
    "merge": "07-deep-bidirectional/merge@1",
    "reverse_within": "07-deep-bidirectional/reverse-within@1",
    "bidirectional": "07-deep-bidirectional/bidirectional@1",
}


def example() -> tuple[Any, ...]:
    """x (4, 5, 3), forward_weights and backward_weights [W (3, 2), U (2, 2), b (2,)], mask (4, 5).

    The mask has padding at the end, at the start, a hole, and a row of nothing but padding.
    """
    mask = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 1], [1, 1, 0, 1, 0], [0, 0, 0, 0, 0]]
    x = common.numbers(4, 5, 3, start=160)
    weights = common.weights(3, 2, start=300), common.weights(3, 2, start=31)
    return x, *weights, np.array(mask, bool)


# What Keras' layers give, Bidirectional(SimpleRNN(2)).
EXPECTED = [
    [0.42406, -0.79959, -0.44009, 0.98178],
    [-0.6896, 0.13489, -0.41314, 0.99499],
    [-0.53373, 0.90505, 0.80629, 0.98318],
    [0.1207, 0.2276, -0.65293, 0.93322],
]
EXPECTED_MASKED = [
    [0.8609, -0.31025, -0.42531, 0.98022],
    [-0.49247, -0.20504, 0.81652, 0.98002],
    [-0.25709, -0.66965, 0.82102, 0.98923],
    [0.0, 0.0, 0.0, 0.0],
]


def check(summary: Any) -> None:
    """The tests that students see."""
    x, *weights, mask = example()
    compare(summary, (x, *weights), EXPECTED, " without a mask", 2e-4)
    compare(summary, (x, *weights, mask), EXPECTED_MASKED, " with a mask", 2e-4)
    x = np.where(mask[:, :, None], x, 99.0)
    case = " with 99 at the masked steps (it should change nothing)"
    compare(summary, (x, *weights, mask), EXPECTED_MASKED, case, 2e-4)


def compare(
    summary: Any, inputs: Any, expected: Any, case: str = "", tolerance: float = 1e-6
) -> None:
    """What it returns for inputs (x, forward_weights, backward_weights[, mask])."""
    what = f"the summary{case}"
    got = checks.call(summary, *inputs, hints=common.MASK_HINTS)
    checks.close(got, expected, what, mistakes(*inputs), ["batch", "unit"], tolerance)


def mistakes(
    x: Any, forward_weights: Any, backward_weights: Any, mask: Any = None
) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    turned, turned_mask = common.flip(x), common.flip(mask)
    every = np.ones(x.shape[:2], bool) if mask is None else mask
    f, f_last = common.walk(x, forward_weights, mask)
    b, b_last = common.walk(turned, backward_weights, turned_mask)
    b = common.flip(b)  # in the order of time
    sequence = np.concatenate([f, b], axis=-1)
    rows = np.arange(len(x))
    first, last = every.argmax(axis=1), x.shape[1] - 1 - every[:, ::-1].argmax(axis=1)
    everybody = (
        "the backward direction has read one step only, the last: you take both directions at the "
        "end of the sequence. Take each one where it has read everything"
    )

    def both(f: Any, b: Any) -> Callable[[], Any]:
        return lambda: np.concatenate([f, b], axis=-1)

    def walked(x: Any, weights: Any, mask: Any) -> Any:
        return common.walk(x, weights, mask)[1]

    told: dict[str, Callable[[], Any]] = {
        everybody: lambda: sequence[rows, last],
        "the forward direction has read one step only, the first: you take both directions at the "
        "start of the sequence. Take each one where it has read everything": lambda: sequence[
            rows, first
        ],
        "each direction is taken where it has read one step only; take each where it has read "
        "everything": both(f[rows, first], b[rows, last]),
        "it is the sequence of all steps; one summary is wanted for the whole": lambda: sequence,
        "it is the mean over the steps; take the last state of each direction": lambda: (
            sequence.mean(axis=1)
        ),
        "it is the mean over the real steps; take the last state of each direction": lambda: (
            sequence.sum(axis=1) / np.maximum(every.sum(axis=1, keepdims=True), 1)
        ),
        "it is the largest output of each unit over the steps; take the last state of each "
        "direction": lambda: sequence.max(axis=1),
        "it is the sum over the steps; take the last state of each direction": lambda: sequence.sum(
            axis=1
        ),
        "the backward direction stands first; Keras puts the forward one first": both(
            b_last, f_last
        ),
        "the directions are added; Keras joins them, forward first": lambda: f_last + b_last,
        "the directions are joined along the batch; join the units, the last axis": lambda: (
            np.concatenate([f_last, b_last], axis=0)
        ),
        "the directions lie on a new axis; join the units (np.concatenate, not np.stack)": lambda: (
            np.stack([f_last, b_last], axis=1)
        ),
        "it is the last state of the forward direction alone": lambda: f_last,
        "it is the last state of the backward direction alone": lambda: b_last,
        "both directions have the forward weights": both(
            f_last, walked(turned, forward_weights, turned_mask)
        ),
        "both directions have the backward weights": both(
            walked(x, backward_weights, mask), b_last
        ),
        "the weights of the two directions are exchanged": both(
            walked(x, backward_weights, mask), walked(turned, forward_weights, turned_mask)
        ),
        "the backward direction reads from the start, as the forward one does": both(
            f_last, walked(x, backward_weights, mask)
        ),
        "both directions read from the end": both(
            walked(turned, forward_weights, turned_mask), b_last
        ),
        "the order of the sequences is turned round, the first axis; it is the time, the "
        "second": both(
            f_last, walked(x[::-1], backward_weights, None if mask is None else mask[::-1])
        ),
        "the last states of the backward direction are turned round once more, along the batch; "
        "they have no axis for time": both(f_last, b_last[::-1]),
        "the features are turned round, the last axis; it is the time, the second": both(
            f_last, walked(x[..., ::-1], backward_weights, mask)
        ),
        "the first sequence of the batch is taken (the wrong axis), not the first step": both(
            f[-1], b[0]
        ),
    }
    if mask is None:
        return told
    lengths = mask.sum(axis=1)
    each = "each row is turned round within its number of real steps"
    whole = "Turn the whole time axis round, and the mask with it, as Keras does"
    counted = (
        "the last real step is counted from the number of real steps, as mask.sum(axis=1) - 1; "
        "that is its place only where all padding is at the end"
    )
    inside = common.within(x, lengths)
    unmasked = common.walk(x, forward_weights)[0][rows, lengths - 1]

    def within(mask: Any) -> Callable[[], Any]:
        return both(f_last, walked(inside, backward_weights, mask))

    return told | {
        f"{everybody}. And where that step is masked, the sequence holds zeros": lambda: sequence[
            :, -1
        ],
        "the sequence is read at both its ends, and where these steps are masked it holds zeros; "
        "`run` also returns the last state": both(f[:, -1], b[:, 0]),
        counted: both(f[rows, lengths - 1], b_last),
        f"{counted}. And step 0, where you take the backward direction, may be masked: there the "
        "sequence holds zeros": both(f[rows, lengths - 1], b[:, 0]),
        f"`run` has no mask, and {counted}": both(unmasked, b_last),
        f"`run` has no mask, each row is turned round within its number of real steps, and "
        f"{counted}": both(unmasked, common.walk(inside, backward_weights)[0][rows, lengths - 1]),
        "the backward direction is taken at step 0 of the sequence, and where that step is masked "
        "the sequence holds zeros; `run` also returns the last state": both(f_last, b[:, 0]),
        "the forward direction is taken at the last step of the sequence, and where that step is "
        "masked the sequence holds zeros; `run` also returns the last state": both(
            f[:, -1], b_last
        ),
        "the mask is not used": both(
            walked(x, forward_weights, None), walked(turned, backward_weights, None)
        ),
        "only the forward direction has the mask": both(
            f_last, walked(turned, backward_weights, None)
        ),
        "only the backward direction has the mask": both(walked(x, forward_weights, None), b_last),
        "the mask is turned round along the batch, the first axis; it is the time, the "
        "second": both(f_last, walked(turned, backward_weights, mask[::-1])),
        "the mask is not turned round with the time: the backward direction skips the wrong "
        "steps": both(f_last, walked(turned, backward_weights, mask)),
        "the mask is inverted: True is a real step": both(
            walked(x, forward_weights, ~mask), walked(turned, backward_weights, ~common.flip(mask))
        ),
        f"{each}, x and the mask; where padding comes first, or between, real steps are then not "
        f"turned. {whole}": within(common.within(mask, lengths)),
        f"{each}, and read with the mask as it was: that holds only where all padding is at the "
        f"end. {whole}": within(mask),
        f"{each}, but the mask is flipped as a whole: the two do not belong together. "
        f"{whole}": within(turned_mask),
        f"{each}, and read without a mask: the padding is read as well, and changes the state. "
        f"{whole}": within(None),
    }
