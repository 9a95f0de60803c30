"""03-bptt, all states of a simple recurrent layer, with the one before the first step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common

BY_HAND = common.CELLS
CALLS: dict[str, str] = {}

AXES = ["batch", "state", "unit"]


def example() -> tuple[np.ndarray, ...]:
    """x (3, 4, 1), W (1, 2), U (2, 2), b (2,), h0 (3, 2): batch 3, 4 steps, 1 feature, 2 units."""
    x = [[-0.4, 0.3, 0.6, -1.0], [0.8, 0.3, 0.8, 0.3], [1.2, -0.9, 1.8, 1.2]]
    W = [[-0.5, 0.5]]
    U = [[0.4, -1.4], [0.5, -0.5]]
    b = [-0.1, -0.3]
    h0 = [[0.7, 0.0], [0.2, 0.2], [0.3, 0.9]]
    return np.array(x)[:, :, None], *(np.array(values) for values in (W, U, b, h0))


EXPECTED = [
    [[0.7, 0.0], [0.3627, -0.9015], [-0.5047, -0.2041], [-0.6069, 0.6689], [0.4556, -0.2773]],
    [[0.2, 0.2], [-0.3095, -0.2729], [-0.4701, 0.3967], [-0.454, 0.5079], [-0.1758, 0.2276]],
    [[0.3, 0.9], [-0.1293, -0.5154], [0.0406, -0.3017], [-0.8126, 0.6005], [-0.6198, 0.8135]],
]


def check(forward: Any) -> None:
    """The tests that students see."""
    x, W, U, b, h0 = inputs = example()
    compare(checks.call(forward, *inputs), EXPECTED, inputs, tolerance=2e-4)
    for size, times in (("100 times", 100), ("a million times", 1_000_000)):
        small = (x / times, W, U, b / times, h0 / times)
        case = f" for x, b and h0 {size} smaller, multiplied by {times:,},"
        compare(checks.call(forward, *small), _states(*small), small, case, times=times)
    large = (np.array([20.0, 10.0, 5.0])[:, None, None] * x, W, U, b, h0)
    case = ", for larger inputs,"
    compare(checks.call(forward, *large), _states(*large), large, case)


def compare(
    got: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The states against the expected ones, both `times` as large."""
    what = f"the array of states{case}"
    checks.close(
        got, expected, what, mistakes(*inputs), AXES, tolerance, times, otherwise=common.TINY
    )


def mistakes(x: Any, W: Any, U: Any, b: Any, h0: Any) -> dict[str, Any]:
    """Each mistake → what it leads to."""

    def states(**slips: Any) -> Callable[[], Any]:
        return lambda: _states(x, W, U, b, h0, **slips)

    def with_h0(rest: Any, start: Any = h0) -> Any:
        return np.concatenate([start[:, None], rest[:, 1:]], axis=1)

    clipped = {
        f"the pre-activations are clipped to ±{limit}; tanh takes numbers of any size": states(
            activation=lambda a, limit=limit: np.tanh(np.clip(a, -limit, limit))
        )
        for limit in (1, 2, 3, 4, 5)
    }
    rounded = {
        f"the states are rounded to {places} places on the way; round nothing on the way": states(
            activation=lambda a, places=places: np.round(np.tanh(a), places)
        )
        for places in common.PLACES
    }
    return {
        "h0 is not among the states: the first entry is the state before the first step": lambda: (
            _states(x, W, U, b, h0)[:, 1:]
        ),
        "the state after the last step is missing: keep h0 and one state for each step (off by "
        "one)": lambda: _states(x, W, U, b, h0)[:, :-1],
        "h0 stands at the end; it comes first": lambda: np.roll(_states(x, W, U, b, h0), -1, 1),
        "h0 is ignored: the walk starts from zeros": lambda: _states(x, W, U, b, 0 * h0),
        "h0 is kept as the first entry, but the first step starts from zeros": lambda: with_h0(
            _states(x, W, U, b, 0 * h0)
        ),
        "these are the pre-activations a_t; keep the states h_t": lambda: with_h0(
            np.arctanh(_states(x, W, U, b, h0))
        ),
        "the tanh is missing": states(activation=lambda a: a),
        "tanh is taken twice": states(activation=lambda a: np.tanh(np.tanh(a))),
        "tanh is taken of the old state as well; it is a state already": lambda: _states(
            x, W, U, b, h0, heard=np.tanh
        ),
        "the sigmoid stands in place of tanh": states(activation=lambda a: 1 / (1 + np.exp(-a))),
        "a hard tanh, cut at -1 and 1, stands in place of tanh": states(
            activation=lambda a: np.clip(a, -1, 1)
        ),
        "the state is not carried: no step hears the one before it": lambda: with_h0(
            _states(x, W, 0 * U, b, h0)
        ),
        "the state is not carried: each step starts from h0 again": lambda: _states(
            x, W, U, b, h0, heard=lambda h: h0
        ),
        "the time runs backwards: the steps come in reversed order": lambda: _states(
            x[:, ::-1], W, U, b, h0
        ),
        "the time runs backwards: the results stand in reversed order": lambda: _states(
            x, W, U, b, h0
        )[:, ::-1],
        "the bias b is missing": lambda: _states(x, W, U, 0 * b, h0),
        "the bias b is added after the tanh; it belongs into it": lambda: _states(
            x, W, U, 0 * b, h0, activation=lambda a: np.tanh(a) + b
        ),
        "the bias b is added twice": lambda: _states(x, W, U, 2 * b, h0),
        "the inputs are left out": lambda: _states(0 * x, W, U, b, h0),
        "every step reads the first input": lambda: _states(x[:, :1] + 0 * x, W, U, b, h0),
        "U is transposed": lambda: _states(x, W, U.T, b, h0),
        "h0 of the first example is taken for all; each example has its own": lambda: _states(
            x, W, U, b, h0[:1] + 0 * h0
        ),
        "the old state is added to the new one; it takes its place": states(kept=1),
        "tanh is applied to h0 as well; it is a state already": lambda: with_h0(
            _states(x, W, U, b, h0), np.tanh(h0)
        ),
        "only the last state is returned; backward needs all of them": lambda: _states(
            x, W, U, b, h0
        )[:, -1],
        "the last state is repeated (was one array filled again and again?)": lambda: np.repeat(
            _states(x, W, U, b, h0)[:, -1:], x.shape[1] + 1, axis=1
        ),
        "the first step is left out: its state is zero": lambda: np.concatenate(
            [h0[:, None], _states(x[:, 1:], W, U, b, 0 * h0)], axis=1
        ),
        "the last step is left out: its state repeats the one before it": lambda: _stays(
            _states(x, W, U, b, h0)
        ),
        "the last step is left out: its state is zero": lambda: _stays(
            _states(x, W, U, b, h0), 0.0
        ),
        **clipped,
        **rounded,
    }


def _stays(states: Any, factor: float = 1.0) -> Any:
    """The states with the last one as the one before it, times `factor`."""
    return np.concatenate([states[:, :-1], factor * states[:, -2:-1]], axis=1)


def _states(
    x: Any,
    W: Any,
    U: Any,
    b: Any,
    h0: Any,
    activation: Callable[..., Any] = np.tanh,
    heard: Callable[..., Any] = lambda h: h,
    kept: float = 0.0,
) -> Any:
    """States with slips: another activation, something else heard, part of the old state kept."""
    states = [h0]
    for t in range(x.shape[1]):
        a = x[:, t] @ W + heard(states[-1]) @ U + b
        states.append(activation(a) + kept * states[-1])
    return np.stack(states, axis=1)
