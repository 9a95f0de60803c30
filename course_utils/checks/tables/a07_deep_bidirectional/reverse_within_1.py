"""07-deep-bidirectional, turned round within each length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a07_deep_bidirectional import _common_1 as common

BY_HAND = ("tensorflow.reverse_sequence",)
CALLS: dict[str, str] = {}

HINTS = {
    "into shape (0,": "In a row of length 0 nothing is turned round: there length - 1 is -1, which "
    "is the last step.",
}

AXES = ["batch", "time", "feature"]


def example() -> tuple[np.ndarray, np.ndarray]:
    """x (4, 6, 2), lengths (4,): what stands after the length is not always zero here."""
    x = common.numbers(4, 6, 2, start=11)
    x[1, 3:] = 0
    return x, np.array([2, 3, 5, 0])


def check(reverse_within: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(reverse_within, inputs, common.within(*inputs))


def compare(reverse_within: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """What reverse_within returns for inputs (x, lengths) against the expected array."""
    what = f"the array (lengths {inputs[1].tolist()}{case})"
    got = checks.call(reverse_within, *inputs, hints=HINTS)
    checks.close(got, expected, what, mistakes(*inputs), AXES)


def mistakes(x: Any, lengths: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    time = x.shape[1]
    steps = np.arange(time)
    after = steps[:, None] >= lengths[:, None, None]
    right = common.within(x, lengths)

    def rows(order: Callable[[int], Any]) -> Callable[[], Any]:
        """order: the steps of a row of this length, in the order in which they then stand."""
        return lambda: np.stack([row[order(int(n))] for row, n in zip(x, lengths, strict=True)])

    def clipped(n: int) -> Any:
        """As x[i, n::-1], of which n + 1 steps go where n + 1 steps are."""
        last = min(n, time - 1)
        return np.concatenate([steps[: last + 1][::-1], steps[last + 1 :]])

    return {
        "the whole time axis is turned round: the padding now stands first. That is the flip; here "
        "the padding stays at the end": lambda: x[:, ::-1],
        "nothing is turned round": lambda: x,
        "every row is turned round within the first row's length; each has its own": rows(
            lambda n: common.within(steps[None], lengths[:1])[0]
        ),
        "every row is turned round within the longest length; each has its own": rows(
            lambda n: common.within(steps[None], [lengths.max()])[0]
        ),
        "one step too many is turned round (off by one): a row of length n has the steps 0 to "
        "n - 1": rows(clipped),
        "each step comes from one step too late (off by one): the last real step is length - 1, so "
        "step t comes from length - 1 - t": rows(
            lambda n: np.concatenate([np.minimum(steps[:n][::-1] + 1, time - 1), steps[n:]])
        ),
        "one step too few is turned round (off by one)": rows(
            lambda n: common.within(steps[None], [max(n - 1, 0)])[0]
        ),
        "one step too few is turned round (off by one), and in a row of length 0 all but the last, "
        "for there length - 1 is -1": rows(
            lambda n: common.within(steps[None], [n - 1 if n else time - 1])[0]
        ),
        "the first step stays where it is; it goes to the end of the real steps": rows(
            lambda n: np.concatenate([steps[:1], steps[1:n][::-1], steps[max(n, 1) :]])
        ),
        "what stands after the length is turned round, and the real steps are not": rows(
            lambda n: np.concatenate([steps[:n], steps[n:][::-1]])
        ),
        "what stands after the length is turned round as well; it stays as it is": rows(
            lambda n: np.concatenate([steps[:n][::-1], steps[n:][::-1]])
        ),
        "what stands after the length is set to zero; it stays as it is": lambda: np.where(
            after, 0, right
        ),
        "what stands after the length now comes first; it stays at the end": rows(
            lambda n: np.concatenate([steps[n:], steps[:n][::-1]])
        ),
        "a row of length 0 is turned round as a whole: x[i, n - 1 :: -1] with n = 0 begins at the "
        "last step": rows(lambda n: steps[::-1] if n == 0 else common.within(steps[None], [n])[0]),
        "the first half of the real steps is lost: you write into the array from which you still "
        "read": rows(lambda n: np.array([max(t, n - 1 - t) if t < n else t for t in steps], int)),
        "the features are turned round; it is the time, the second axis": lambda: x[..., ::-1],
        "the order of the sequences is turned round; it is the time, the second axis": lambda: x[
            ::-1
        ],
        "the time and the features are turned round": lambda: np.where(after, x, right[..., ::-1]),
        "the features of the real steps are turned round; it is the time": lambda: np.where(
            after, x, x[..., ::-1]
        ),
    }
