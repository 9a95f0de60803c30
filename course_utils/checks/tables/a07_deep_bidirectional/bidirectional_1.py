"""07-deep-bidirectional, a layer that reads from both ends."""

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
}


def example() -> tuple[Any, ...]:
    """x (4, 5, 3), forward_weights and backward_weights [W (3, 2), U (2, 2), b (2,)], mask (4, 5).

    The mask has padding at the end, at the start, a hole, and a row of nothing but padding.
    """
    mask = [[1, 1, 1, 1, 0], [0, 0, 1, 1, 1], [1, 0, 1, 1, 0], [0, 0, 0, 0, 0]]
    x = common.numbers(4, 5, 3, start=60)
    weights = common.weights(3, 2, start=5), common.weights(3, 2, start=200)
    return x, *weights, np.array(mask, bool)


# What Keras' layers give, Bidirectional(SimpleRNN(2, return_sequences=True)).
EXPECTED = [
    [
        [-0.69107, -0.97045, 0.93497, 0.2023],
        [0.98955, 0.15583, -0.56066, -0.98511],
        [-0.59785, -0.97305, 0.8208, 0.0481],
        [0.99843, -0.56626, -0.5312, -0.94357],
        [-0.87842, -0.85535, 0.4777, -0.70642],
    ],
    [
        [-0.91042, -0.36271, 0.78915, -0.90955],
        [-0.11266, -0.37112, 0.24297, -0.8731],
        [0.60225, -0.9713, 0.53936, 0.3113],
        [0.98406, -0.97933, -0.45044, -0.89486],
        [-0.61234, -0.49234, 0.72113, -0.94884],
    ],
    [
        [0.87405, -0.8005, -0.27418, -0.20456],
        [0.52004, -0.99948, -0.1731, 0.53138],
        [0.78161, -0.98327, 0.22398, -0.67982],
        [0.84063, -0.97481, 0.2937, -0.3836],
        [0.87088, -0.9968, -0.21652, 0.19738],
    ],
    [
        [0.05993, -0.92747, -0.41665, -0.74488],
        [0.80923, -0.58708, 0.7994, -0.93986],
        [0.43751, -0.95028, -0.05959, -0.58807],
        [0.95773, -0.87172, 0.08325, -0.97154],
        [-0.39961, -0.98643, 0.69107, -0.49299],
    ],
]
EXPECTED_MASKED = [
    [
        [-0.69107, -0.97045, 0.93378, 0.19022],
        [0.98955, 0.15583, -0.5478, -0.98412],
        [-0.59785, -0.97305, 0.79035, 0.05497],
        [0.99843, -0.56626, -0.49299, -0.7932],
        [0.0, 0.0, 0.0, 0.0],
    ],
    [
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [0.24492, -0.95624, 0.53936, 0.3113],
        [0.99195, -0.972, -0.45044, -0.89486],
        [-0.62132, -0.49085, 0.72113, -0.94884],
    ],
    [
        [0.87405, -0.8005, -0.15852, -0.79574],
        [0.0, 0.0, 0.0, 0.0],
        [0.47491, -0.98335, 0.34379, -0.67696],
        [0.91044, -0.96792, 0.22603, -0.59152],
        [0.0, 0.0, 0.0, 0.0],
    ],
    [
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
    ],
]


def check(bidirectional: Any) -> None:
    """The tests that students see."""
    x, *weights, mask = example()
    compare(bidirectional, (x, *weights), EXPECTED, " without a mask", 2e-4)
    compare(bidirectional, (x, *weights, mask), EXPECTED_MASKED, " with a mask", 2e-4)
    x = np.where(mask[:, :, None], x, 99.0)
    case = " with 99 at the masked steps (it should change nothing)"
    compare(bidirectional, (x, *weights, mask), EXPECTED_MASKED, case, 2e-4)


def compare(
    bidirectional: Any, inputs: Any, expected: Any, case: str = "", tolerance: float = 1e-6
) -> None:
    """What it returns for inputs (x, forward_weights, backward_weights[, mask])."""
    what = f"the array of both directions{case}"
    got = checks.call(bidirectional, *inputs, hints=common.MASK_HINTS)
    checks.close(got, expected, what, mistakes(*inputs), common.STEPS, tolerance)


def mistakes(
    x: Any, forward_weights: Any, backward_weights: Any, mask: Any = None
) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    turned, turned_mask = common.flip(x), common.flip(mask)

    def forward(weights: Any = forward_weights, **slips: Any) -> Any:
        return common.walk(x, weights, mask, **slips)[0]

    def backward(
        x: Any = turned, mask: Any = turned_mask, weights: Any = backward_weights, **slips: Any
    ) -> Any:
        """In the order in which it was read."""
        return common.walk(x, weights, mask, **slips)[0]

    def both(f: Any, b: Any) -> Any:
        return np.concatenate([f, b], axis=-1)

    def with_backward(b: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: both(forward(), b())

    def right() -> Any:
        return common.flip(backward())

    def shifted() -> Any:
        b = right()
        return np.concatenate([b[:, 1:], 0 * b[:, :1]], axis=1)

    told: dict[str, Callable[[], Any]] = {
        "what the backward direction says is not turned round again: its first output belongs to "
        "the last step": with_backward(backward),
        "the backward direction reads from the start, as the forward one does; so it does when the "
        "first axis is turned round and back, for that is the batch": with_backward(
            lambda: backward(x, mask)
        ),
        "the backward direction reads from the start; only what it says is turned "
        "round": with_backward(lambda: common.flip(backward(x, mask))),
        "both directions read from the end": lambda: both(right_to_left(), right()),
        "the order of the sequences is turned round, the first axis; it is the time, the "
        "second": with_backward(lambda: backward(x[::-1], None if mask is None else mask[::-1])),
        "the order of the sequences is turned round, the first axis, and the result along the "
        "time; both times it is the time, the second": with_backward(
            lambda: common.flip(backward(x[::-1], None if mask is None else mask[::-1]))
        ),
        "what the backward direction says is turned round along the batch, the first axis; it is "
        "the time, the second": with_backward(lambda: backward()[::-1]),
        "what the backward direction says is turned round along the units, the last axis; it is "
        "the time, the second": with_backward(lambda: backward()[..., ::-1]),
        "what the backward direction says is turned round along all axes; it is the time "
        "alone": with_backward(lambda: np.flip(backward())),
        "the features are turned round, the last axis; it is the time, the second": with_backward(
            lambda: common.flip(backward(turned[..., ::-1]))
        ),
        "both directions have the forward weights": with_backward(
            lambda: common.flip(backward(weights=forward_weights))
        ),
        "both directions have the backward weights": lambda: both(
            forward(backward_weights), right()
        ),
        "the weights of the two directions are exchanged": lambda: both(
            forward(backward_weights), common.flip(backward(weights=forward_weights))
        ),
        "the backward direction stands first; Keras puts the forward one first": lambda: both(
            right(), forward()
        ),
        "the directions are added; Keras joins them, forward first": lambda: forward() + right(),
        "it is the mean of the directions; Keras joins them, forward first": lambda: (
            (forward() + right()) / 2
        ),
        "the directions are joined along the time; join the units, the last axis": lambda: (
            np.concatenate([forward(), right()], axis=1)
        ),
        "the directions are joined along the batch; join the units, the last axis": lambda: (
            np.concatenate([forward(), right()], axis=0)
        ),
        "the directions lie on a new axis; join the units (np.concatenate, not np.stack)": lambda: (
            np.stack([forward(), right()], axis=-1)
        ),
        "it is the forward direction alone": forward,
        "it is the backward direction alone": right,
        "the backward direction starts from the last state of the forward one; both start from "
        "zeros": with_backward(
            lambda: common.flip(backward(h=common.walk(x, forward_weights, mask)[1]))
        ),
        "at each step stands the backward output of the step after it; it belongs to its own "
        "step": with_backward(shifted),
    }

    def right_to_left() -> Any:
        return common.flip(common.walk(turned, forward_weights, turned_mask)[0])

    if mask is None:
        return told
    real = mask[:, :, None]
    lengths = mask.sum(axis=1)

    def unmasked() -> Any:
        return _without_mask(x, forward_weights, backward_weights)

    def within(mask: Any, back: Callable[[Any], Any]) -> Callable[[], Any]:
        """back: how what the backward direction says is brought back to the order of time."""
        return with_backward(lambda: back(backward(common.within(x, lengths), mask)))

    def again(b: Any) -> Any:
        return common.within(b, lengths)

    each = "each row is turned round within its number of real steps"
    whole = "Turn the whole time axis round, and the mask with it, as Keras does"
    return told | {
        "the mask is turned round along the batch, the first axis; it is the time, the "
        "second": with_backward(lambda: common.flip(backward(mask=mask[::-1]))),
        "the mask is not turned round with the time: the backward direction skips the wrong "
        "steps": with_backward(lambda: common.flip(backward(mask=mask))),
        "neither the mask nor what the backward direction says is turned round": with_backward(
            lambda: backward(mask=mask)
        ),
        "the mask is not used": unmasked,
        "only the results are masked; the states go on changing at masked steps": lambda: (
            unmasked() * real
        ),
        "only the forward direction has the mask": with_backward(
            lambda: common.flip(backward(mask=None))
        ),
        "only the backward direction has the mask": lambda: both(
            common.walk(x, forward_weights)[0], right()
        ),
        "the mask is inverted: True is a real step": lambda: both(
            common.walk(x, forward_weights, ~mask)[0],
            common.flip(backward(mask=~turned_mask)),
        ),
        f"{each}, x and the mask; where padding comes first, or between, real steps are then not "
        f"turned. {whole}": within(common.within(mask, lengths), again),
        f"{each}, and read with the mask as it was: that holds only where all padding is at the "
        f"end. {whole}": within(mask, again),
        f"{each}, but the mask is flipped as a whole: the two do not belong together. "
        f"{whole}": within(turned_mask, again),
        f"{each}, and read without a mask: padding is then read wherever it is not at the end, and "
        f"leaves no zeros. {whole}": within(None, again),
        f"{each}, and read without a mask; the results are masked. That holds only where all "
        f"padding is at the end. {whole}": lambda: real * within(None, again)(),
        f"{each}, and read with the mask as it was; what the backward direction says is flipped as "
        f"a whole. {whole}": within(mask, common.flip),
        f"{each}, and what the backward direction says is flipped as a whole. {whole}": within(
            turned_mask, common.flip
        ),
        f"{each}, and read without a mask; what the backward direction says is flipped as a whole. "
        f"{whole}": within(None, common.flip),
        "a masked step repeats the state; with both directions Keras gives zeros there": lambda: (
            both(forward(held=True), common.flip(backward(held=True)))
        ),
        "a masked step sets the state to zero; the state should be held, and only the output is "
        "zero": lambda: both(forward(reset=True), common.flip(backward(reset=True))),
        "the inputs are multiplied by the mask; a zero is an input too, and changes the "
        "state": lambda: _without_mask(x * real, forward_weights, backward_weights),
        "the inputs are multiplied by the mask, and so are the results; in between, the state "
        "changes at masked steps": lambda: (
            _without_mask(x * real, forward_weights, backward_weights) * real
        ),
    }


def _without_mask(x: Any, forward_weights: Any, backward_weights: Any) -> Any:
    """Both directions as if every step were real."""
    f, _ = common.walk(x, forward_weights)
    b, _ = common.walk(common.flip(x), backward_weights)
    return np.concatenate([f, common.flip(b)], axis=-1)
