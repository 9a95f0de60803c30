"""02-recurrent-step, a whole sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a02_recurrent_step import _common_1 as common

BY_HAND = common.CELLS
CALLS = {"step": "02-recurrent-step/step@1"}

AXES = ["batch", "time", "unit"]


def example() -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """x (4, 5, 3), weights W (3, 2), U (2, 2), b (2,), h0 (4, 2): 4 sequences of 5 steps."""
    h0 = [[0.9, -0.6], [-0.4, 0.7], [0.2, 0.5], [-0.8, -0.3]]
    return common.numbers(4, 5, 3), common.weights(), np.array(h0)


# The output of a keras.layers.SimpleRNN with these weights; from zeros, and from h0.
KERAS = [
    [
        [0.5649, -0.7163],
        [-0.12235, -0.40718],
        [-0.52992, 0.27],
        [-0.68736, 0.75175],
        [-0.77164, 0.91291],
    ],
    [
        [0.21652, -0.21652],
        [0.86127, -0.92861],
        [-0.48505, -0.07764],
        [0.04863, -0.40871],
        [0.90805, -0.96028],
    ],
    [
        [0.76987, -0.80406],
        [0.88636, -0.96454],
        [0.92602, -0.98204],
        [0.27864, -0.73163],
        [0.24813, -0.74352],
    ],
    [
        [0.06989, -0.10956],
        [0.21941, -0.4935],
        [0.20455, -0.62049],
        [0.20457, -0.64958],
        [-0.26476, -0.38169],
    ],
]
KERAS_FROM_H0 = [
    [
        [0.82745, -0.93665],
        [0.02096, -0.60164],
        [-0.48822, 0.0883],
        [-0.69836, 0.68955],
        [-0.78251, 0.90745],
    ],
    [
        [0.10956, 0.37995],
        [0.88353, -0.84454],
        [-0.45147, -0.03847],
        [0.08707, -0.4031],
        [0.91357, -0.9615],
    ],
    [
        [0.86925, -0.72113],
        [0.90677, -0.96454],
        [0.92831, -0.9824],
        [0.28023, -0.73227],
        [0.24915, -0.74404],
    ],
    [
        [-0.57836, 0.10956],
        [-0.22586, -0.08488],
        [-0.02615, -0.25242],
        [0.13257, -0.4123],
        [-0.25208, -0.22001],
    ],
]


def check(forward: Any) -> None:
    """The tests that students see."""
    x, weights, h0 = example()
    compare(checks.call(forward, x, weights), KERAS, (x, weights), tolerance=2e-4)
    compare(
        checks.call(forward, x, weights, h0),
        KERAS_FROM_H0,
        (x, weights, h0),
        ", with a starting state h0 that is not zero,",
        tolerance=2e-4,
    )


def compare(
    got: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """What came back against the expected states. inputs: x, weights, and h0 if there is one."""
    wrong, expected = mistakes(*inputs), np.array(expected)
    names = "all the states", "the last state"
    alone = isinstance(got, np.ndarray)
    states, last = (got, None) if alone else checks.unpack(got, *names)
    shapes = [part.shape for part in (states, last) if isinstance(part, np.ndarray)]
    if shapes == [expected[:, -1].shape, expected.shape]:
        checks.fail(
            "The two results are exchanged: the first has only the last state. Return all the "
            "states, then the last one."
        )
    what = f"the array of all states{case}"
    checks.close(states, expected, what, wrong["states"], AXES, tolerance, times)
    if alone:
        checks.unpack(got, *names)
    what = f"the last state{case}"
    axes = ["batch", "unit"]
    checks.close(last, expected[:, -1], what, wrong["last"], axes, tolerance, times)


def mistakes(x: Any, weights: Any, h0: Any = None) -> dict[str, dict[str, Any]]:
    """For all the "states", and for the "last" one: mistake → what it leads to."""
    W, U, b = weights
    steps = x.shape[1]
    states = common.walk(x, weights, h0)
    start = np.zeros((len(x), len(b))) if h0 is None else h0
    from_start = "from zeros" if h0 is None else "from h0"
    backwards = common.walk(x[:, ::-1], weights, h0)

    def walk(*weights: Any) -> Any:
        return lambda: common.walk(x, weights, h0)

    def zero_except(*right: int) -> Any:
        """The right states at these steps, and zeros at the others."""
        return lambda: states * np.isin(np.arange(steps), right)[:, None]

    return {
        "states": {
            f"the state is not carried: each step starts {from_start} again": lambda: (
                np.concatenate(
                    [common.walk(x[:, t : t + 1], weights, h0) for t in range(steps)], axis=1
                )
            ),
            "the state is not carried: each step starts from zeros, and h0 is ignored": lambda: (
                np.tanh(x @ W + b)
            ),
            "the time runs backwards: the steps come in reversed order": lambda: backwards,
            "the time runs backwards: the steps come in reversed order, and so do the "
            "results": lambda: backwards[:, ::-1],
            "the loop runs along the wrong axis, over the sequences of the batch; it should run "
            "over time": lambda: common.walk(x.swapaxes(0, 1), weights, h0).swapaxes(0, 1),
            "only the last state is returned; the first result has all of them": lambda: states[
                :, -1
            ],
            "the last state is repeated for every step (was one array filled again and "
            "again?)": lambda: np.repeat(states[:, -1:], steps, axis=1),
            "the starting state is among the results (off by one); the first is the state after "
            "the first step": lambda: np.concatenate([start[:, None], states], axis=1),
            "each result is the state before its step (off by one): update the state first, then "
            "keep it": lambda: np.concatenate([start[:, None], states[:, :-1]], axis=1),
            "the bias b is missing": walk(W, U, 0 * b),
            "U is transposed": walk(W, U.T, b),
            "h is added without its weights U": walk(W, np.eye(len(b)), b),
            "the last step is left out (off by one)": lambda: states[:, :-1],
            "the last step is left out (off by one): its place is still zero": zero_except(
                *range(steps - 1)
            ),
            "the first step is left out (off by one)": lambda: common.walk(x[:, 1:], weights, h0),
            "the first step is left out (off by one): its place is still zero": lambda: (
                np.concatenate([0 * states[:, :1], common.walk(x[:, 1:], weights, h0)], axis=1)
            ),
            "the result is still zero after the first step: does the function return inside the "
            "loop?": zero_except(0),
            "the result is zero except at the last step": zero_except(steps - 1),
            "h0 is ignored": lambda: common.walk(x, weights),
            "h0 is added at every step": lambda: common.walk(
                x, weights, before=lambda h: h + start
            ),
            "the state of the first sequence stands for all": lambda: common.walk(
                x, weights, h0, before=lambda h: h[:1]
            ),
            "every sequence starts from the first row of h0": lambda: common.walk(
                x, weights, np.repeat(start[:1], len(x), axis=0)
            ),
            "h0 is added to every result": lambda: common.walk(x, weights) + start[:, None],
            "the tanh is missing: sums that are not squeezed are not the right numbers for "
            "states": lambda: common.walk(x, weights, h0, squeeze=lambda z: z),
            **common.other_functions(
                lambda function: common.walk(x, weights, h0, squeeze=function)
            ),
        },
        "last": {
            "it is the state after the first step": lambda: states[:, 0],
            "it is the state before the last step (off by one)": lambda: states[:, -2],
            "it is the last sequence of the batch (the wrong axis), not the last step": lambda: (
                states[-1]
            ),
            "it is the mean of the states": lambda: states.mean(axis=1),
            "it is the sum of the states": lambda: states.sum(axis=1),
            "it is the starting state": lambda: start,
        },
    }
