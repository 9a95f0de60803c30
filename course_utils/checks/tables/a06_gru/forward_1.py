"""06-gru, a GRU over a batch of sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a06_gru import _common_1 as common

BY_HAND = common.CELLS
CALLS = {"step_after": "06-gru/step-after@1"}


def example() -> tuple[Any, ...]:
    """x (3, 4, 5), weights [W (5, 6), U (2, 6), b (2, 6)], h0 (3, 2): 2 units."""
    x = [
        [
            [-0.7, 0.0, 0.2, -0.9, -0.7],
            [0.9, -0.9, -0.7, 0.9, 0.2],
            [-0.3, 0.0, 0.3, -0.4, -0.7],
            [0.6, 0.3, 0.0, 0.6, 0.1],
        ],
        [
            [1.0, -0.6, 0.1, 0.0, -0.3],
            [0.2, -0.5, 0.6, 0.7, -0.7],
            [-0.1, -0.4, -0.8, 0.8, -0.1],
            [-0.7, 0.3, -0.6, 0.8, -0.6],
        ],
        [
            [-0.9, -0.6, -0.3, -0.1, 0.8],
            [0.4, -0.3, -1.0, -0.7, 1.0],
            [-0.1, 0.4, -0.9, -0.9, 0.7],
            [0.2, -0.4, -0.4, -0.8, -0.7],
        ],
    ]
    W = [
        [-1.0, 0.7, -0.1, -0.7, 0.5, -0.6],
        [-0.9, 0.2, 0.8, -0.9, 0.6, -0.6],
        [-0.8, -1.0, -0.4, 0.5, 0.0, 0.7],
        [-0.6, -0.4, -0.5, 1.0, 0.9, -0.3],
        [-0.1, -0.4, 0.5, -0.9, -0.9, -0.2],
    ]
    U = [[-0.5, 0.7, 0.5, 0.1, 0.3, 0.4], [0.6, 0.9, -0.7, 0.3, -0.7, -0.1]]
    b = [[0.6, 0.8, 0.5, -0.9, -0.3, -0.7], [1.0, -0.7, -0.5, -0.3, -0.9, 0.7]]
    h0 = [[0.3, -0.7], [0.0, -0.8], [0.2, -0.5]]
    return np.array(x), [np.array(values) for values in (W, U, b)], np.array(h0)


# What a Keras layer with these weights returns, from zeros.
KERAS = [
    [[-0.0518, 0.2157], [-0.0491, -0.0784], [-0.1069, 0.0586], [0.0055, -0.339]],
    [[-0.0435, -0.1845], [0.1177, 0.126], [0.0925, -0.1522], [0.129, -0.3398]],
    [[-0.0364, 0.0315], [-0.1004, -0.1816], [-0.1686, -0.3887], [-0.2101, -0.373]],
]


def check(forward: Any) -> None:
    """The tests that students see."""
    x, weights, h0 = example()
    compare(checks.call(forward, x, weights), KERAS, (x, weights), tolerance=2e-4)
    expected = _states(x, weights, h0)
    case = ", with a starting state h0 that is not zero,"
    compare(checks.call(forward, x, weights, h0), expected, (x, weights, h0), case)


def compare(
    got: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """Both results against the expected outputs, (batch, time, units), all `times` as large."""
    outputs, h = checks.unpack(got, "the outputs", "the last state")
    wrong, last = mistakes(*inputs), np.asarray(expected)[:, -1]
    what = f"the array of outputs{case}"
    common.close(outputs, expected, what, wrong["outputs"], common.STATES, tolerance, times)
    what = f"the last state{case}"
    common.close(h, last, what, wrong["h"], common.STATE, tolerance, times)


def mistakes(x: Any, weights: Any, h0: Any = None) -> dict[str, dict[str, Callable[[], Any]]]:
    """For the "outputs", and for the last "h" where these are right: mistake → what it leads to."""
    batch, time, _ = x.shape
    start = np.zeros((batch, len(weights[1]))) if h0 is None else h0

    def states(start: Any = start, **slips: Any) -> Callable[[], Any]:
        return lambda: _states(x, weights, start, **slips)

    def along_the_batch() -> Any:
        turned = np.swapaxes(x, 0, 1)
        return np.swapaxes(_states(turned, weights, np.zeros((time, len(weights[1])))), 0, 1)

    def before_the_step() -> Any:
        return np.concatenate([start[:, None], _states(x, weights, start)[:, :-1]], axis=1)

    def reset_before() -> Any:
        W, U, b = weights
        both = np.stack([b.sum(axis=0), 0 * b[0]])
        return _states(x, [W, U, both], start, inside=common.reset_before)

    def last(at: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: at(_states(x, weights, start))

    def clipped(limit: int) -> Callable[[], Any]:
        return states(mix=lambda z, r, h, new: np.clip(z * h + (1 - z) * new, -limit, limit))

    outputs = {
        "the state is not carried: each step starts from the same state again": states(
            carry=lambda h: start
        ),
        "the time runs backwards: the steps come in reversed order": states(
            steps=range(time)[::-1]
        ),
        "the loop runs along the wrong axis, over the sequences of the batch; it should run over "
        "time": along_the_batch,
        "each result is the state before its step (off by one): update the state first, then keep "
        "it": before_the_step,
        "the last step is left out (off by one)": states(steps=range(time - 1)),
        "it reads the first input at every step": lambda: _states(
            np.repeat(x[:, :1], time, axis=1), weights, start
        ),
        common.EXCHANGED: states(mix=common.MIXED[common.EXCHANGED]),
        "the result is still zero after the first step: is there a return inside the loop?": states(
            steps=range(1)
        ),
        "only the last state is returned; the first result has all of them": last(
            lambda outputs: outputs[:, -1]
        ),
        "it is made with reset before; the loop is for step_after": reset_before,
        "the first step is left out (t = 0)": states(steps=range(1, time)),
        **{text: states(order=order) for order, text in common.SWAPPED.items()},
        **{text: states(gate=gate) for text, gate in common.hard_sigmoids().items()},
        "the state of the first sequence stands in all of them; each sequence has its own": states(
            carry=lambda h: np.repeat(h[:1], batch, axis=0)
        ),
    }
    for limit in common.LIMITS:
        outputs[f"the states are clipped to ±{limit}; they need no clipping"] = clipped(limit)
    if h0 is None:
        outputs["the state starts from ones; without h0 it starts from zeros"] = states(
            np.ones_like(start)
        )
    else:
        outputs["h0 is ignored"] = states(0 * h0)
        outputs["h0 is added at every step"] = states(h0, carry=lambda h: h + h0)
        outputs["h0 is added at every step; it stands before the first alone"] = states(
            0 * h0, carry=lambda h: h + h0
        )
    return {
        "outputs": outputs,
        "h": {
            "it is the last sequence of the batch (the wrong axis), not the last step": last(
                lambda outputs: outputs[-1]
            ),
            "it is the state after the first step": last(lambda outputs: outputs[:, 0]),
            "it is the state before the last step": last(
                lambda outputs: outputs[:, -2] if time > 1 else start
            ),
            "it is the starting state": lambda: start,
            "all the outputs are returned a second time; the second result is the last state "
            "alone": last(lambda outputs: outputs),
        },
    }


def _states(
    x: Any,
    weights: Any,
    h: Any,
    steps: Sequence[int] | None = None,
    carry: Callable[[Any], Any] = lambda h: h,
    **slips: Any,
) -> Any:
    """The state after each step, with slips: these steps alone, or a step that slips.

    carry: what a step makes of the state that the step before it left
    """
    outputs = np.zeros((*x.shape[:2], len(weights[1])))
    for t in range(x.shape[1]) if steps is None else steps:
        h = common.step(x[:, t], carry(h), *weights, **slips)
        outputs[:, t] = h
    return outputs
