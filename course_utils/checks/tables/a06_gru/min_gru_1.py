"""06-gru, a minGRU by its loop, and two of its steps as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a06_gru import _common_1 as common

BY_HAND: tuple[str, ...] = ()

MIXED = {
    common.EXCHANGED: lambda z, h, new: (1 - z) * h + z * new,
    "the candidate is written whole; it is multiplied by 1 - z": lambda z, h, new: z * h + new,
    "the old state is added whole; it is multiplied by z": lambda z, h, new: h + (1 - z) * new,
    "1 + z stands where 1 - z belongs": lambda z, h, new: z * h + (1 + z) * new,
    "the old state is left out (z * h)": lambda z, h, new: (1 - z) * new,
    "z stands before both, the old state and the candidate; the candidate has "
    "1 - z": lambda z, h, new: z * h + z * new,
}


def example() -> tuple[Any, ...]:
    """The arguments of min_gru, and those of compose.

    x (2, 4, 3), weights [W_z (3, 5), b_z (5,), W_h (3, 5), b_h (5,)], h0 (2, 5): batch 2, 4 steps,
    3 features, 5 units. first, second: each a pair of arrays (2,).
    """
    x = [
        [[-0.3, 0.5, 0.3], [0.4, -0.1, 1.0], [1.0, 0.9, -0.6], [0.4, 0.3, 0.2]],
        [[0.1, 0.3, -0.5], [-0.1, -0.8, 0.7], [-1.0, -1.0, 0.9], [0.9, 0.7, 0.4]],
    ]
    W_z = [[-0.7, 0.8, 0.3, -0.2, 0.6], [0.0, 0.4, -0.9, 0.7, -0.5], [-1.0, -0.8, 0.1, 0.5, 0.9]]
    b_z = [0.4, 0.9, -0.6, 0.2, -0.3]
    W_h = [[-0.5, -0.6, 0.8, 0.4, -0.1], [-0.5, 0.1, 0.9, -0.7, 0.3], [-0.6, -0.8, 0.2, 1.0, 0.5]]
    b_h = [0.1, 0.3, -0.4, 0.6, -0.2]
    h0 = [[0.0, 0.8, -0.3, 0.5, 0.9], [-0.5, 0.0, 0.7, -0.6, 0.2]]
    weights = [np.array(values) for values in (W_z, b_z, W_h, b_h)]
    first = (np.array([0.5, -0.2]), np.array([1.0, 0.3]))
    second = (np.array([0.8, 0.4]), np.array([-0.6, 2.0]))
    return (np.array(x), weights, np.array(h0)), (first, second)


def check(min_gru: Any, compose: Any) -> None:
    """The tests that students see."""
    inputs, pairs = example()
    compare(checks.call(min_gru, *inputs), _states(*inputs), inputs)
    got = checks.call(compose, *pairs)
    compare_composed(got, ([0.4, -0.08], [0.2, 2.12]), pairs, axes=["unit"])


def compare(got: Any, expected: Any, inputs: Any, case: str = "", times: float = 1.0) -> None:
    """The states, (batch, time, units), against the expected ones, both `times` as large."""
    what = f"the array of states{case}"
    common.close(got, expected, what, mistakes(*inputs), common.STATES, times=times)


def compare_composed(
    got: Any,
    expected: Any,
    pairs: Any,
    case: str = "",
    times: float = 1.0,
    axes: Sequence[str] = common.STATE,
) -> None:
    """What compose returns against the expected a and b, all `times` as large."""
    wrong = compose_mistakes(*pairs)
    stacked = isinstance(got, np.ndarray) and got.ndim > 1
    a, b = checks.unpack(list(got) if stacked else got, "a", "b")
    for name, mine, right, what in (
        ("a", a, expected[0], "the factor a of both steps together"),
        ("b", b, expected[1], "the part b of both steps together"),
    ):
        common.close(mine, np.asarray(right), what + case, wrong[name], axes, times=times)


def mistakes(x: Any, weights: Any, h0: Any) -> dict[str, Callable[[], Any]]:
    """Each mistake in the loop → what it leads to."""
    W_z, b_z, W_h, b_h = weights
    time = x.shape[1]

    def states(**slips: Any) -> Callable[[], Any]:
        return lambda: _states(x, weights, h0, **slips)

    def made_with(*others: Any) -> Callable[[], Any]:
        return lambda: _states(x, list(others), h0)

    def first_gate() -> Any:
        z, h, rows = common.sigmoid(x @ W_z + b_z), h0, []
        for t in range(time):
            h = z[:, 0] * h + (1 - z[:, t]) * (x[:, t] @ W_h + b_h)
            rows.append(h)
        return np.stack(rows, axis=1)

    return {
        **{text: states(mix=mix) for text, mix in MIXED.items()},
        "the candidate of a minGRU has no tanh": states(candidate=np.tanh),
        "the gate has no sigmoid": states(gate=lambda a: a),
        "the biases are missing": made_with(W_z, 0 * b_z, W_h, 0 * b_h),
        "the weights of the gate and of the candidate are exchanged": made_with(W_h, b_h, W_z, b_z),
        "the state is not carried: each step starts from the same state again": states(
            carry=lambda h: h0
        ),
        "h0 is ignored": lambda: _states(x, weights, 0 * h0),
        "the gate of the first step is used at every step": first_gate,
        "only the last state is returned; all the states are wanted": lambda: _states(
            x, weights, h0
        )[:, -1],
        "time stands first; it is the second axis, after the batch (np.stack(…, axis=1))": lambda: (
            np.swapaxes(_states(x, weights, h0), 0, 1)
        ),
        "the candidate of a minGRU has no sigmoid": states(candidate=common.sigmoid),
        "the gate's bias b_z is missing": made_with(W_z, 0 * b_z, W_h, b_h),
        "the candidate's bias b_h is missing": made_with(W_z, b_z, W_h, 0 * b_h),
        "the gate goes through tanh": states(gate=np.tanh),
        "this is the signed gate, from -1 to 1; the plain minGRU has one from 0 to 1": states(
            gate=lambda a: 2 * common.sigmoid(a) - 1
        ),
        "the state of a minGRU has no tanh": states(leaves=np.tanh),
        "the time runs backwards: the steps come in reversed order": lambda: _states(
            x[:, ::-1], weights, h0
        ),
        "the last step is left out (off by one)": states(steps=range(time - 1)),
        "the first step is left out (t = 0)": states(steps=range(1, time)),
        "each result is the state before its step (off by one): update the state first, then keep "
        "it": lambda: np.concatenate([h0[:, None], _states(x, weights, h0)[:, :-1]], axis=1),
        **{text: states(gate=gate) for text, gate in common.hard_sigmoids().items()},
        **{
            f"the states are clipped to ±{limit}; they need no clipping": states(
                leaves=lambda h, limit=limit: np.clip(h, -limit, limit)
            )
            for limit in common.LIMITS
        },
        "the states of the first sequence stand in all of them; each sequence has its own": states(
            carry=lambda h: np.repeat(h[:1], len(x), axis=0)
        ),
    }


def compose_mistakes(first: Any, second: Any) -> dict[str, dict[str, Callable[[], Any]]]:
    """For "a", and for "b" where a is right: mistake → what it leads to."""
    (a_1, b_1), (a_2, b_2) = first, second
    return {
        "a": {
            "the factors are multiplied, not added": lambda: a_1 + a_2,
            "this is the second step alone": lambda: a_2,
            "one array is returned, so its numbers are taken for a and b; return two arrays, the "
            "factor and the part that is added": lambda: (a_2 * (a_1 + b_1) + b_2)[0],
            "the first step alone": lambda: a_1,
            "a and b are exchanged; return the factor first": lambda: a_2 * b_1 + b_2,
        },
        "b": {
            "the steps are composed the other way round: the first one comes first": lambda: (
                a_1 * b_2 + b_1
            ),
            "b_1 is not multiplied by a_2: what the first step adds goes through the "
            "second": lambda: b_1 + b_2,
            "what the second step adds, b_2, is missing": lambda: a_2 * b_1,
            "b_1 and b_2 are multiplied; put one line into the other: a_2 (a_1 h + b_1) + "
            "b_2": lambda: b_1 * b_2,
            "b_1 is multiplied by its own step's factor; b_1 goes through the second step, so by "
            "a_2": lambda: a_1 * b_1 + b_2,
            "b_1 is multiplied by both factors; a_1 acts before b_1 is added": lambda: (
                a_1 * a_2 * b_1 + b_2
            ),
            "b_2 is multiplied by a_2; b_2 is added after the second factor has acted": lambda: (
                a_2 * (b_1 + b_2)
            ),
        },
    }


def _states(
    x: Any,
    weights: Any,
    h: Any,
    gate: Callable[[Any], Any] = common.sigmoid,
    candidate: Callable[[Any], Any] = lambda a: a,
    mix: Callable[..., Any] = lambda z, h, new: z * h + (1 - z) * new,
    carry: Callable[[Any], Any] = lambda h: h,
    leaves: Callable[[Any], Any] = lambda h: h,
    steps: Sequence[int] | None = None,
) -> Any:
    """The state after each step, with slips.

    carry: what a step makes of the state before it   leaves: what it makes of its result
    """
    W_z, b_z, W_h, b_h = weights
    states = np.zeros((*x.shape[:2], len(b_z)))
    for t in range(x.shape[1]) if steps is None else steps:
        z, new = gate(x[:, t] @ W_z + b_z), candidate(x[:, t] @ W_h + b_h)
        h = leaves(mix(z, carry(h), new))
        states[:, t] = h
    return states
