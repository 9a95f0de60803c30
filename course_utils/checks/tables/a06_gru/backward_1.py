"""06-gru, a GRU backwards through time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a06_gru import _common_1 as common

BY_HAND = (*common.CELLS, *common.GRADIENTS)
CALLS = {
    "step_after": "06-gru/step-after@1",
    "forward": "06-gru/forward@1",
    "step_backward": "06-gru/step-backward@1",
}

BLOCKS = "3·units"
AXES = {
    "db": ["row", BLOCKS],
    "dW": ["feature", BLOCKS],
    "dU": ["unit", BLOCKS],
    "dx": ["batch", "time", "feature"],
    "dh0": common.STATE,
}
EACH = ("dx", "dh0")  # these have a row for each example


def example() -> tuple[Any, ...]:
    """d_outputs (3, 4, 2), x (3, 4, 5), weights [W (5, 6), U (2, 6), b (2, 6)], h0 (3, 2)."""
    d_outputs = [
        [[-0.3, 0.9], [1.0, -0.7], [0.9, -0.8], [-0.1, -0.6]],
        [[-0.7, 0.1], [-0.4, 0.4], [-0.6, 0.5], [0.7, 0.0]],
        [[0.3, 0.6], [0.6, -0.4], [0.6, -0.2], [0.2, 0.7]],
    ]
    x = [
        [
            [0.9, 0.5, -0.7, 0.7, 0.7],
            [-0.3, 0.0, 0.2, -0.3, 0.2],
            [0.5, 0.7, -0.3, -0.1, 0.2],
            [1.0, 0.9, -0.9, 0.5, -0.7],
        ],
        [
            [-0.4, 0.2, 0.6, -0.7, 0.9],
            [-0.3, 0.7, 0.8, -0.5, -0.7],
            [0.8, -0.7, 0.6, 1.0, -0.8],
            [0.1, -0.3, 0.4, 0.8, -0.4],
        ],
        [
            [-0.3, -0.5, 0.7, 0.5, 0.7],
            [0.1, 0.8, -0.7, 0.8, -0.3],
            [-0.2, 0.7, 0.5, -0.9, -0.5],
            [0.8, -0.8, 0.4, -0.4, -0.2],
        ],
    ]
    W = [
        [0.7, 0.6, -0.9, 0.8, -0.9, 0.2],
        [0.1, -0.8, 1.0, 0.3, 0.9, 0.4],
        [0.3, -0.7, -0.2, 0.2, -0.9, -0.7],
        [0.3, 0.2, -0.1, 0.7, 0.0, 0.4],
        [-0.7, 0.5, 0.9, 0.3, -0.1, 0.4],
    ]
    U = [[-0.9, 0.7, 0.0, -0.3, 0.0, -0.6], [-0.5, 0.6, -0.2, 0.6, 1.0, 0.5]]
    b = [[-0.6, 0.7, -0.1, 0.5, -0.7, -0.5], [0.3, 0.3, -0.8, 0.6, 0.9, -0.1]]
    h0 = [[-0.1, 0.2], [-0.4, -0.2], [0.5, -0.6]]
    weights = [np.array(values) for values in (W, U, b)]
    return np.array(d_outputs), np.array(x), weights, np.array(h0)


def check(backward: Any, *earlier: Any) -> None:
    """The tests that students see. earlier: tasks that it may call, though not for every number."""
    inputs = example()
    compare(call(backward, inputs, *earlier), _walk(*inputs), inputs)


def call(backward: Any, inputs: Any, *earlier: Any) -> Any:
    """What backward returns; each of `earlier` may run for each pair of steps in each example."""
    batch, time, _ = inputs[1].shape
    most = common.seldom(earlier, batch * (time + 1) ** 2)
    return checks.call(backward, *inputs, seldom=most)


def compare(
    got: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: Any = 1.0,
) -> None:
    """The gradients against the expected ones, first those that all steps share.

    times: both sides are so many times as large. One number for each example, (batch, 1), counts
    for the gradients that have a row for each.
    """
    if not isinstance(got, dict) or not set(AXES) <= set(got):
        checks.fail(
            "Return a dictionary with the keys dx, dW, dU, db, dh0: it says by name which gradient "
            "is which."
        )
    wrong = mistakes(*inputs)
    for name, axes in AXES.items():
        larger = times if name in EACH or not np.ndim(times) else 1.0
        if name == "dx" and np.ndim(times):
            larger = np.expand_dims(times, 2)
        what = f"the gradient {name}{case}"
        common.close(got[name], expected[name], what, wrong[name], axes, tolerance, larger)


def mistakes(
    d_outputs: Any, x: Any, weights: Any, h0: Any
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For each gradient (where those before it in AXES are right): mistake → what it leads to."""
    batch, time, _ = x.shape
    right = _walk(d_outputs, x, weights, h0)
    states = right["states"]

    def slip(name: str, **slips: Any) -> Callable[[], Any]:
        return lambda: _walk(d_outputs, x, weights, h0, **slips)[name]

    def shared(name: str) -> dict[str, Callable[[], Any]]:
        """The mistakes that show in the gradient of a weight."""

        def db(**slips: Any) -> Callable[[], Any]:
            return slip(name, **slips)

        def only(at: int) -> Any:
            return d_outputs * (np.arange(time) == at % time)[:, None]

        def without_h0() -> Any:
            from_zeros = _walk(d_outputs, x, weights, 0 * h0)["states"]
            return _walk(d_outputs, x, weights, h0, states=[h0, *from_zeros[1:]])[name]

        def clipped_on_the_way(limit: int) -> Callable[[], Any]:
            return db(passes=lambda dh, dh_old: np.clip(dh_old, -limit, limit))

        passed_clipped = {
            f"the state gradient is clipped to ±{limit} on its way from step to step; the gradient "
            "itself is wanted": clipped_on_the_way(limit)
            for limit in common.LIMITS
        }
        entering_clipped = {
            f"the state gradient is clipped to ±{limit} before each step; the gradient itself is "
            "wanted": db(heard=lambda dh, limit=limit: np.clip(dh, -limit, limit))
            for limit in common.LIMITS
        }
        return {
            "the sum over time is forgotten: one W, one U and one b serve all the steps, so their "
            "parts add up (+=)": lambda: right["parts"][-1][name],
            "the state gradient is not passed on: each step should hand dh_old to the step before "
            "it": db(passes=lambda dh, dh_old: 0 * dh_old),
            "only the last output's gradient enters; every output has one of its own": lambda: (
                _walk(only(-1), x, weights, h0)[name]
            ),
            "the state after the step stands where the state before it belongs (off by one)": db(
                states=states[1:]
            ),
            "the walk begins at the first step; it begins at the last": db(steps=range(time)),
            "h0 is ignored": lambda: _walk(d_outputs, x, weights, 0 * h0)[name],
            "it is the mean over time; the steps are summed": lambda: right[name] / time,
            "dh_old is added to the gradient of the step after it; it takes its place, and the "
            "next output's is added to it": db(passes=lambda dh, dh_old: dh + dh_old),
            "the states are computed without h0: forward(x, weights, h0)": without_h0,
            "the last state stands at every step; each step needs the state before it": db(
                states=states[-1:] * time
            ),
            "h0 stands at every step; each step needs the state before it": db(states=[h0] * time),
            "the first input stands at every step": db(read=lambda t: 0),
            "it is the mean over the batch; the examples are summed": lambda: right[name] / batch,
            "d_outputs is added one step too late: first add that of step t, then go back through "
            "step t": lambda: _walk(
                np.concatenate([d_outputs[:, 1:], 0 * d_outputs[:, :1]], axis=1), x, weights, h0
            )[name],
            "the gradients of the outputs are read from the wrong end": lambda: _walk(
                d_outputs[:, ::-1], x, weights, h0
            )[name],
            "the gradients of all outputs enter at every step; each output belongs to its own "
            "step": lambda: _walk(
                np.repeat(d_outputs.sum(axis=1, keepdims=True), time, axis=1), x, weights, h0
            )[name],
            "only the last step is in it: is there a return inside the loop?": db(steps=[time - 1]),
            "the first step is left out (t = 0)": db(steps=range(time - 1, 0, -1)),
            "the last step is left out: the walk begins one step too early": db(
                steps=range(time - 2, -1, -1)
            ),
            **passed_clipped,
            **entering_clipped,
            **common.clipped(right[name]),
        }

    def only_first() -> Any:
        return right["dx"] * (np.arange(time) == 0)[:, None]

    return {
        **{name: shared(name) for name in ("db", "dW", "dU")},
        "dx": {
            "only the first step has a gradient": only_first,
            **common.clipped(right["dx"]),
        },
        "dh0": {
            "this is the gradient at the first output, not at the state before it": lambda: (
                d_outputs[:, 0]
            ),
            "this is the gradient at the first state, after its step; h0 stands before "
            "it": lambda: right["entered"][-1],
            "it is added up over the steps; h0 was used in the first step alone, so dh0 is the "
            "last dh_old": lambda: sum(part["dh_old"] for part in right["parts"]),
            **common.clipped(right["dh0"]),
        },
    }


def _walk(
    d_outputs: Any,
    x: Any,
    weights: Any,
    h0: Any,
    states: Sequence[Any] | None = None,
    steps: Sequence[int] | None = None,
    read: Callable[[int], int] = lambda t: t,
    heard: Callable[[Any], Any] = lambda dh: dh,
    passes: Callable[[Any, Any], Any] = lambda dh, dh_old: dh_old,
) -> dict[str, Any]:
    """The gradients, with slips, and what they were made from: "states", "entered", "parts".

    states: the one before each step   steps: in the order of the walk   read: which x belongs to t
    heard: the gradient with which a step begins   passes: what it hands to the step before it
    """
    time = x.shape[1]
    if states is None:
        states = [h0]
        for t in range(time):
            states.append(common.step(x[:, t], states[-1], *weights))
    dh, entered, parts = np.zeros(h0.shape), [], []
    dx = np.zeros(x.shape)
    for t in range(time)[::-1] if steps is None else steps:
        entered.append(heard(dh + d_outputs[:, t]))
        parts.append(common.back(entered[-1], x[:, read(t)], states[t], *weights))
        dx[:, t] = parts[-1]["dx"]
        dh = passes(entered[-1], parts[-1]["dh_old"])
    summed = {name: sum(part[name] for part in parts) for name in ("dW", "dU", "db")}
    return {"dx": dx, **summed, "dh0": dh, "states": states, "entered": entered, "parts": parts}
