"""02-recurrent-step, step over the padding."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a02_recurrent_step import _common_1 as common

BY_HAND = common.CELLS
CALLS = {"step": "02-recurrent-step/step@1", "forward": "02-recurrent-step/forward@1"}

AXES = ["batch", "time", "unit"]
COLUMN = (
    "NumPy lines up the last axes, so the 4 numbers, one for each sequence, meet the 2 units. "
    "`[:, None]` makes them a column: mask[:, t, None] has shape (4, 1)."
)
HINTS = {"(4,) (4,2)": COLUMN, "(4,2) (4,)": COLUMN}


def example() -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """x (4, 5, 3), mask (4, 5), weights W (3, 2), U (2, 2), b (2,): 4 sequences of 5 steps.

    Not all padded steps are zero here, and one real step is: the mask says what is padding.
    """
    x = common.numbers(4, 5, 3, start=60)
    x[1, 3:] = x[3, 2] = 0
    mask = [[1, 1, 0, 1, 0], [1, 1, 1, 0, 0], [0, 1, 1, 0, 0], [1, 1, 1, 1, 0]]
    return x, np.array(mask, bool), common.weights()


EXPECTED = [
    [
        [-0.22603, -0.06989],
        [0.59036, -0.66899],
        [0.59036, -0.66899],
        [0.45547, -0.68399],
        [0.45547, -0.68399],
    ],
    [
        [0.73978, -0.83965],
        [0.83056, -0.96212],
        [0.0856, -0.68184],
        [0.0856, -0.68184],
        [0.0856, -0.68184],
    ],
    [[0.0, 0.0], [-0.81775, 0.76987], [-0.5671, 0.74463], [-0.5671, 0.74463], [-0.5671, 0.74463]],
    [
        [-0.05993, -0.04996],
        [0.52053, -0.65842],
        [0.396, -0.74218],
        [0.1821, -0.66028],
        [0.1821, -0.66028],
    ],
]


def check(forward_masked: Any) -> None:
    """The tests that students see."""
    x, mask, weights = example()
    got = checks.call(forward_masked, x, mask, weights, hints=HINTS)
    compare(got, EXPECTED, (x, mask, weights), "the array of all states", tolerance=2e-4)
    other = np.where(mask[:, :, None], x, 99.0)
    compare(
        checks.call(forward_masked, other, mask, weights),
        EXPECTED,
        (other, mask, weights),
        "the array of all states, with 99 at the padded steps (it should change nothing),",
        tolerance=2e-4,
    )
    nothing = np.zeros_like(mask)
    compare(
        checks.call(forward_masked, x, nothing, weights),
        np.zeros((4, 5, 2)),
        (x, nothing, weights),
        "the array of all states when every step is padding",
    )


def compare(
    got: Any, expected: Any, inputs: Any, what: str, tolerance: float = 1e-6, times: float = 1.0
) -> None:
    """The states against the expected ones. inputs: x, mask, weights."""
    checks.close(got, expected, what, mistakes(*inputs), AXES, tolerance, times)


def mistakes(x: Any, mask: Any, weights: Any) -> dict[str, Any]:
    """Mistake → the states that it leads to."""
    W, U, b = weights
    real = mask[:, :, None]
    right = common.walk(x, weights, mask=mask)
    unmasked = common.walk(x, weights)

    def masked(other: Any) -> Any:
        return lambda: common.walk(x, weights, mask=other(mask))

    def whole_batch(rule: Any) -> Any:
        return masked(lambda mask: np.broadcast_to(rule(mask, axis=0), mask.shape))

    return {
        "the mask is not used: the state goes on changing at padded steps": lambda: unmasked,
        "the input is multiplied by the mask, but a zero input changes the state too; hold the "
        "state": lambda: common.walk(x * real, weights),
        "the state is set to zero at a padded step; it should be held": lambda: _reset(
            x, mask, weights
        ),
        "the result is zero at a padded step; it should repeat the state that is held": lambda: (
            right * real
        ),
        "the result is zero at a padded step, and the state goes on changing; both should be "
        "held": lambda: unmasked * real,
        "the mask is inverted: True is a real step, False is padding": masked(np.logical_not),
        "the mask is used one step late (mask[:, t - 1])": masked(
            lambda mask: np.roll(mask, 1, axis=1)
        ),
        "the mask is used one step early (mask[:, t + 1])": masked(
            lambda mask: np.roll(mask, -1, axis=1)
        ),
        "a step is skipped for the whole batch when it is padding in one sequence; decide for each "
        "sequence": whole_batch(np.all),
        "a step is taken for the whole batch when it is real in one sequence; decide for each "
        "sequence": whole_batch(np.any),
        "the mask of the first sequence is used for all": masked(
            lambda mask: np.broadcast_to(mask[0], mask.shape)
        ),
        "the result is repeated at a padded step, but the state goes on changing behind it": (
            lambda: _repeated(unmasked, mask)
        ),
        "everything after the first padded step is padding too; a real step may follow": masked(
            lambda mask: np.logical_and.accumulate(mask, axis=1)
        ),
        "only the number of real steps is used, and so many are taken from the start on": masked(
            lambda mask: np.sort(mask, axis=1)[:, ::-1]
        ),
        "the input and the bias are multiplied by the mask, but the old state still goes through U "
        "and tanh; hold it": lambda: _input_and_bias_masked(x, mask, weights),
        "the state of the first sequence stands for all": lambda: common.walk(
            x, weights, mask=mask, before=lambda h: h[:1]
        ),
        "the tanh is missing": lambda: common.walk(x, weights, mask=mask, squeeze=lambda z: z),
        "the bias b is missing": lambda: common.walk(x, (W, U, 0 * b), mask=mask),
        "U is transposed": lambda: common.walk(x, (W, U.T, b), mask=mask),
        "the state is not carried: each real step starts from zeros": lambda: _repeated(
            np.tanh(x @ W + b), mask
        ),
        "the time runs backwards: the steps come in reversed order": lambda: common.walk(
            x[:, ::-1], weights, mask=mask[:, ::-1]
        )[:, ::-1],
        "the real steps are moved together; each keeps its place in time": lambda: _together(
            x, mask, weights
        ),
        "padding is recognised by its zeros; the mask says what is padding": lambda: common.walk(
            x, weights, mask=(x != 0).any(axis=2)
        ),
        "the last step is left out (off by one)": lambda: right[:, :-1],
        "the last step is left out (off by one): its place is still zero": lambda: (
            right * (np.arange(x.shape[1]) < x.shape[1] - 1)[:, None]
        ),
        "the first step is left out (off by one)": lambda: common.walk(
            x[:, 1:], weights, mask=mask[:, 1:]
        ),
        "the first step is left out (off by one): its place is still zero": lambda: common.walk(
            x, weights, mask=mask * (np.arange(x.shape[1]) > 0)
        ),
        "each result is the state before its step (off by one)": lambda: np.concatenate(
            [0 * right[:, :1], right[:, :-1]], axis=1
        ),
        **common.other_functions(
            lambda function: common.walk(x, weights, mask=mask, squeeze=function)
        ),
    }


def _reset(x: Any, mask: Any, weights: Any) -> Any:
    """The states when each padded step sets them to zero."""
    states = np.zeros((*mask.shape, len(weights[2])))
    for t in range(mask.shape[1]):
        before = states[:, t - 1] if t else None
        states[:, t] = common.walk(x[:, [t]], weights, before)[:, 0] * mask[:, [t]]
    return states


def _input_and_bias_masked(x: Any, mask: Any, weights: Any) -> Any:
    """As if mask and bias were one more feature, with the bias as its weight."""
    W, U, b = weights
    wider = np.concatenate([x * mask[:, :, None], mask[:, :, None]], axis=2)
    return common.walk(wider, (np.vstack([W, b]), U, 0 * b))


def _repeated(states: Any, mask: Any) -> Any:
    """At a padded step the state of the last real step, or zero where there is none yet."""
    held = np.zeros_like(states)
    for t in range(mask.shape[1]):
        before = held[:, t - 1] if t else 0
        held[:, t] = np.where(mask[:, [t]], states[:, t], before)
    return held


def _together(x: Any, mask: Any, weights: Any) -> Any:
    """The states of the real steps, one after the other, and then the last of them repeated."""
    order = np.argsort(~mask, axis=1, kind="stable")
    moved = np.take_along_axis(x, order[:, :, None], axis=1)
    return common.walk(moved, weights, mask=np.take_along_axis(mask, order, axis=1))
