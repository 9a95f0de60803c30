"""05-lstm, a whole batch of sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND = common.CELLS
CALLS = {"split_gates": "05-lstm/split-gates@1", "step": "05-lstm/step@1"}

PARTS = ("the array of outputs", "the last h", "the last c")


def example() -> tuple[Any, ...]:
    """x (3, 4, 5), weights [W, U, b], h0 (3, 2), c0 (3, 2).

    Batch 3, 4 steps, 5 features, 2 units.
    """
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
        [-1.0, 0.7, -0.1, -0.7, 0.5, -0.6, -0.9, 0.2],
        [0.8, -0.9, 0.6, -0.6, -0.8, -1.0, -0.4, 0.5],
        [0.0, 0.7, -0.6, -0.4, -0.5, 1.0, 0.9, -0.3],
        [-0.1, -0.4, 0.5, -0.9, -0.9, -0.2, -0.5, 0.7],
        [0.5, 0.1, 0.3, 0.4, 0.6, 0.9, -0.7, 0.3],
    ]
    U = [
        [-0.7, -0.1, 0.6, 0.8, 0.5, -0.9, -0.3, -0.7],
        [1.0, -0.7, -0.5, -0.3, -0.9, 0.7, 0.3, -0.7],
    ]
    b = [0.0, -0.8, 0.2, -0.5, -0.9, -0.8, 0.1, 0.3]
    h0 = [[-0.4, 0.3], [-0.3, -0.7], [-0.4, -0.2]]
    c0 = [[0.8, -0.8], [-0.8, 0.1], [0.9, 0.8]]
    return np.array(x), [np.array(w) for w in (W, U, b)], np.array(h0), np.array(c0)


# What Keras' own layer makes of it, from states that are zero and from h0 and c0.
OUTPUTS = [
    [[-0.3665, -0.05311], [-0.05431, -0.26667], [-0.34495, -0.19463], [-0.16971, -0.26748]],
    [[-0.01062, -0.2247], [-0.14407, -0.22633], [-0.13007, -0.24516], [-0.36743, -0.1446]],
    [[-0.0611, 0.09165], [0.07139, -0.03525], [0.15039, -0.12044], [0.17844, -0.17878]],
]
LAST_C = [[-0.6638, -0.34686], [-0.89739, -0.19356], [0.2916, -0.52664]]
OUTPUTS_FROM_STATES = [
    [[-0.35513, -0.13486], [-0.04831, -0.32468], [-0.3234, -0.21859], [-0.16241, -0.27781]],
    [[-0.125, -0.35883], [-0.21805, -0.25913], [-0.15406, -0.25543], [-0.38369, -0.14692]],
    [[0.21228, 0.40671], [0.11836, 0.17809], [0.17701, 0.06757], [0.17588, -0.09488]],
]
LAST_C_FROM_STATES = [[-0.6347, -0.3613], [-0.96204, -0.19558], [0.28187, -0.29026]]


def check(forward: Any) -> None:
    """The tests that students see."""
    x, weights, h0, c0 = example()
    inputs = (x, weights, 0 * h0, 0 * c0)
    expected = OUTPUTS, np.array(OUTPUTS)[:, -1], LAST_C
    compare(checks.call(forward, x, weights), expected, inputs, tolerance=2e-4)
    expected = OUTPUTS_FROM_STATES, np.array(OUTPUTS_FROM_STATES)[:, -1], LAST_C_FROM_STATES
    got = checks.call(forward, *example())
    compare(got, expected, example(), FROM_STATES, tolerance=2e-4)
    _check_case(forward, (x, weights, h0, 20 * c0), LARGE)
    _check_case(forward, (x, list(common.faint(*weights)), h0, 1.23456e-6 * c0), FAINT)


FROM_STATES = ", with starting states h0 and c0 that are not zero,"
LARGE = ", from a large c0,"
FAINT = ", with tiny c and candidates,"


def _check_case(forward: Any, inputs: Any, case: str) -> None:
    x, (W, U, b), h0, c0 = inputs
    hs, cs = common.run(x, W, U, b, h0, c0)
    compare(checks.call(forward, *inputs), (hs, hs[:, -1], cs[:, -1]), inputs, case)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", tolerance: float = 1e-6) -> None:
    """The outputs and the last states against the expected ones.

    Where they are tiny, they are compared in proportion.
    """
    outputs, h, c = common.unpack(got)
    all_h, last_h, last_c = expected
    wrong = mistakes(*inputs)
    tiny = np.max(np.abs(last_c)) < 1e-3
    if tiny and common.single(outputs, h, c):
        return

    def close(part: Any, wanted: Any, name: str, axes: list[str]) -> None:
        times = 1 / np.abs(wanted) if tiny else 1.0
        what = f"{name}{case}"
        near = 1e-4 if tiny else tolerance
        checks.close(part, wanted, what, wrong[name], axes, near, times)

    close(outputs, all_h, PARTS[0], ["batch", "time", "unit"])
    for part, name in zip((h, c), PARTS[1:], strict=True):
        checks.shape(part, np.shape(last_h), f"{name}{case}", ["batch", "unit"])
    if common.exchanged(h, c, (last_h, last_c)):
        checks.fail("The last c and h are exchanged: return the outputs, then h, then c.")
    close(h, last_h, PARTS[1], ["batch", "unit"])
    close(c, last_c, PARTS[2], ["batch", "unit"])


def mistakes(x: Any, weights: Any, h0: Any, c0: Any) -> dict[str, dict[str, Any]]:
    """For each of PARTS: mistake → what it leads to."""
    W, U, b = weights
    zeros = np.zeros(np.shape(h0))

    def run(h: Any = h0, c: Any = c0, x: Any = x, b: Any = b, **slips: Any) -> Any:
        return common.run(x, W, U, b, h, c, **slips)

    def outputs(**slips: Any) -> Callable[[], Any]:
        return lambda: run(**slips)[0]

    def states() -> Any:
        return run()[0]

    return {
        "the array of outputs": {
            "h is not carried from step to step: each step starts from h = 0 again": outputs(
                given=lambda h, c: (zeros, c)
            ),
            "c is not carried from step to step: each step starts from c = 0 again": outputs(
                given=lambda h, c: (h, zeros)
            ),
            "neither h nor c is carried: each step starts from zeros again": outputs(
                given=lambda h, c: (zeros, zeros)
            ),
            "h is not carried from step to step: each step starts from h0 again": outputs(
                given=lambda h, c: (h0, c)
            ),
            "c is not carried from step to step: each step starts from c0 again": outputs(
                given=lambda h, c: (h, c0)
            ),
            "neither h nor c is carried: each step starts from h0 and c0 again": outputs(
                given=lambda h, c: (h0, c0)
            ),
            "h0 and c0 are ignored: the first step starts from zeros": outputs(h=zeros, c=zeros),
            "h0 is ignored: the first step starts from h = 0": outputs(h=zeros),
            "c0 is ignored: the first step starts from c = 0": outputs(c=zeros),
            "h0 stands in place of c0": outputs(c=h0),
            "c0 stands in place of h0": outputs(h=c0),
            "h0 and c0 are exchanged": outputs(h=c0, c=h0),
            "h and c are exchanged where the step gets them: it takes h first, then c "
            "(step(x_t, h, c, …))": outputs(given=lambda h, c: (c, h)),
            "the results of the step are exchanged: it returns h first, then c (h, c = "
            "step(…))": outputs(kept=lambda h, c: (c, h)),
            "these are the cell states c; the outputs are the states h": lambda: run()[1],
            "each output is the state before its step (off by one): update first, then "
            "keep": lambda: np.concatenate([h0[:, None], states()[:, :-1]], axis=1),
            "the starting state is among the results (off by one); the first is the state after "
            "the first step": lambda: np.concatenate([h0[:, None], states()], axis=1),
            "the last state is repeated for every step (was one array filled again and "
            "again?)": lambda: np.repeat(states()[:, -1:], x.shape[1], axis=1),
            "it is only the last output; the first result has the outputs of all the "
            "steps": lambda: states()[:, -1],
            "the result is still zero after the first step: does the function return inside the "
            "loop?": lambda: _only(states(), slice(0, 1)),
            "the last step is left out (off by one): does the loop end too early?": lambda: _only(
                states(), slice(0, -1)
            ),
            "the first step is left out (off by one): does the loop begin too late?": lambda: (
                _first_left_out(run(x=x[:, 1:])[0])
            ),
            "the time runs backwards: the steps come in reversed order": lambda: run(x=x[:, ::-1])[
                0
            ][:, ::-1],
            "the time runs backwards: the inputs come in reversed order": outputs(x=x[:, ::-1]),
            "every step gets the first input": outputs(x=np.repeat(x[:, :1], x.shape[1], axis=1)),
            "c is clipped to ±5; it has no limits": outputs(
                kept=lambda h, c: (h, np.clip(c, -5, 5))
            ),
            "the bias b is missing": outputs(b=0 * b),
            **{
                f"{text}; Keras' order is i, f, c, o": outputs(order=order)
                for order, text in common.swaps()
            },
            "the forget gate is left out": outputs(belt=lambda c, i, f, g: c + i * g),
            "the output gate is missing": outputs(out=lambda o, new: np.tanh(new)),
            "the tanh of c is forgotten": outputs(out=lambda o, new: o * new),
            "the candidate goes through tanh twice; once is enough": outputs(
                candidate=lambda a: np.tanh(np.tanh(a))
            ),
            "the gates are hard sigmoids; an LSTM's are smooth": outputs(gate=common.hard_sigmoid),
            "1 is added to the forget gate's bias; b holds it already": outputs(forget_bias=1),
        },
        "the last h": {
            "c is returned for h": lambda: run()[1][:, -1],
            "it is h before the last step (off by one)": lambda: _before_the_last(h0, states()),
            "it is h after the first step": lambda: states()[:, 0],
            "it is the mean over the steps": lambda: states().mean(axis=1),
        },
        "the last c": {
            "h is returned for c": lambda: states()[:, -1],
            "it is c before the last step (off by one)": lambda: _before_the_last(c0, run()[1]),
            "it is c after the first step": lambda: run()[1][:, 0],
        },
    }


def _only(outputs: Any, steps: slice) -> Any:
    """Zero everywhere but at these steps."""
    kept = np.zeros_like(outputs)
    kept[:, steps] = outputs[:, steps]
    return kept


def _first_left_out(rest: Any) -> Any:
    return np.concatenate([0 * rest[:, :1], rest], axis=1)


def _before_the_last(start: Any, states: Any) -> Any:
    return np.concatenate([start[:, None], states], axis=1)[:, -2]
