"""04-gradient-flow, the norm of a gradient at every distance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
    "course_utils.gradients.norms_through_time",
    "course_utils.gradients.slope",
    "course_utils.gradients.numerical",
    "course_utils.cells.SimpleRNN.backward",
    "tensorflow.GradientTape",
    "jax.jacobian",
    "jax.jacrev",
    "jax.jacfwd",
    "jax.grad",
    "jax.vjp",
    "jax.jvp",
)
CALLS = {"step_jacobian": "04-gradient-flow/step-jacobian@1"}

AXES = ["distance"]


def example() -> tuple[np.ndarray, ...]:
    """states (4, 3), U (3, 3), v (3,): 4 steps, 3 units."""
    states = [[0.3, -0.6, 0.8], [-0.7, 0.2, 0.5], [0.9, -0.1, -0.4], [-0.5, 0.6, 0.1]]
    U = [[0.9, -1.2, 0.4], [0.7, 0.8, -0.5], [-0.3, 1.1, 1.3]]
    v = [1.0, -2.0, 0.5]
    return tuple(np.array(values) for values in (states, U, v))


EXPECTED = [2.29129, 2.70918, 2.25362, 2.34391, 1.67774]


def check(norms_through_time: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(checks.call(norms_through_time, *inputs), EXPECTED, inputs, tolerance=2e-4)
    turn = np.array([[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0], [0.0, 0.0, 60.0]])
    silent, v = np.zeros((200, 3)), np.array([3.0, 4.0, 0.0])
    long = checks.call(norms_through_time, silent, turn, v)
    if not np.isfinite(np.asarray(long, dtype=float)).all():
        checks.fail(
            "Over 200 steps your norms are no longer numbers (nan or inf), although the gradient "
            "keeps its norm of 5 all the time. Are the Jacobians multiplied with each other? Their "
            "product overflows. Carry the row v back: at each step one row times one matrix."
        )
    what = "the row of norms over 200 steps, where U turns v without changing its length,"
    checks.close(long, [5.0] * 201, what, mistakes(silent, turn, v), AXES)


def compare(
    norms: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The row of norms against the expected one, both `times` as large."""
    what = f"the row of norms{case}"
    checks.close(norms, expected, what, mistakes(*inputs), AXES, tolerance, times)
    if np.size(norms) > 2:
        common.all_digits(norms, what)


def mistakes(states: Any, U: Any, v: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → the row of norms that it leads to."""
    last = len(states) - 1
    order = range(last, -1, -1)  # the steps as the walk back meets them
    slopes = 1 - states**2

    def walk(back: Any = None, **slips: Any) -> Callable[[], Any]:
        return lambda: _norms(_rows(states, U, v, **({"back": back} if back else {}), **slips))

    def with_slopes(slope: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: _norms(_rows(states, U, v, slope=slope))

    def measured(measure: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: [measure(row) for row in _rows(states, U, v)]

    def another_step(x: Any, W: Any, b: Any) -> Callable[[], Any]:
        return with_slopes(lambda h: 1 - np.tanh(x @ W + h @ U + b) ** 2)

    def products() -> list[Any]:
        """The products of the Jacobians, from none to all of them."""
        found = [np.eye(len(U))]
        for t in order:
            found.append(found[-1] @ (slopes[t][:, None] * U.T))
        return found

    def product_of_norms() -> Any:
        norms = [np.linalg.norm(v)]
        for t in order:
            norms.append(norms[-1] * np.linalg.norm(slopes[t][:, None] * U.T, 2))
        return norms

    units = len(U)
    x, W, b = _TASK_1
    further = (
        "it takes that for the old state and goes one step further before it takes the slope; the "
        "states are the new ones, so the slope is 1 - h**2"
    )
    return {
        "entry 0 is missing (off by one): it is the norm of v itself, before any step "
        "back": lambda: walk()()[1:],
        "the last entry is missing (off by one): the walk ends at h_0, after as many steps as "
        "there are states": lambda: walk()()[:-1],
        "the order is reversed: entry 0 is the distance 0, the norm of v": lambda: walk()()[::-1],
        "the walk starts at the first state; going back in time, the last step comes first": walk(
            order=order[::-1]
        ),
        "the slopes of the tanh are left out": with_slopes(np.ones_like),
        "U is not transposed: forward it is h @ U, so one step back it is … @ U.T, with the row on "
        "the left (U.T @ … is the same as … @ U)": walk(lambda dh, s: (dh * s) @ U),
        "the slopes multiply after U.T; going back, the tanh comes first and then U.T": walk(
            lambda dh, s: (dh @ U.T) * s
        ),
        "it is J @ v, and it should be v @ J: a gradient is a row and stands on the left of the "
        "Jacobian (the same comes out when the slopes multiply after U, and U is not "
        "transposed)": walk(lambda dh, s: (dh @ U) * s),
        "the square is missing in the slope of the tanh": with_slopes(lambda h: 1 - h),
        "the slope is 1 - tanh(h)**2; but h has been through the tanh already, so it is "
        "1 - h**2": with_slopes(lambda h: 1 - np.tanh(h) ** 2),
        "the states stand in place of the slopes": with_slopes(lambda h: h),
        "the slope is h * (1 - h), that of a sigmoid": with_slopes(lambda h: h * (1 - h)),
        "the first step back uses the first state: in Python states[-t] with t = 0 is states[0], "
        "and the last one is states[-1]": walk(order=[-t for t in range(last + 1)]),
        "each slope is taken one step too early; the first step back uses the last state": lambda: (
            _norms(_rows(np.vstack([0 * states[:1], states[:-1]]), U, v))
        ),
        "each slope is taken one step too early, and the last one, states[t - 1] with t = 0, is "
        "states[-1] once more: Python counts from 0, so the state of the last step is "
        "states[T - 1] and that of the first is states[0]": walk(order=[t - 1 for t in order]),
        "v * J multiplies entry by entry, which makes a matrix of the row; a row times a matrix is "
        "v @ J": walk(lambda dh, s: dh * (s[:, None] * U.T)),
        "step_jacobian was called with the states as its h: " + further: another_step(
            np.zeros(1), np.zeros((1, units)), np.zeros(units)
        ),
        "step_jacobian was called with the x, W and b of task 1, and with the states as its h: "
        + further: another_step(x, W, b),
        "the slopes are all taken at the last state; each step has its own": walk(
            order=[last] * len(states)
        ),
        "these are the squares of the norms (a root is missing)": measured(
            lambda row: np.sum(row**2)
        ),
        "it is the sum of absolute values; the Euclidean norm is the root of the sum of "
        "squares": measured(lambda row: np.sum(np.abs(row))),
        "it is the largest entry of each gradient, not its norm": measured(
            lambda row: np.max(np.abs(row))
        ),
        "these are the mean squares; the norm is the root of the sum": measured(
            lambda row: np.mean(row**2)
        ),
        "the root is taken of the mean of the squares; the norm is the root of their sum": measured(
            lambda row: np.sqrt(np.mean(row**2))
        ),
        "the entries are added up, signs and all, without squares": measured(np.sum),
        "the walk starts from a row of ones; it should start from v": lambda: _norms(
            _rows(states, U, np.ones(units))
        ),
        "the signs of v are lost": lambda: _norms(_rows(states, U, np.abs(v))),
        "every norm is divided by the norm of v": measured(
            lambda row: np.linalg.norm(row) / np.linalg.norm(v)
        ),
        "each step starts from v again; carry the row from step to step": walk(
            lambda dh, s: (v * s) @ U.T
        ),
        "it is the norm of v times the norm of each Jacobian; that is only a bound, the row itself "
        "has to be carried": product_of_norms,
        "it is the norm of the product of the Jacobians; v is missing": lambda: [
            np.linalg.norm(product, 2) for product in products()
        ],
        "it is the Frobenius norm of the product of the Jacobians; v is missing": lambda: [
            np.linalg.norm(product) for product in products()
        ],
        "these are the gradients themselves; return the norm of each": measured(lambda row: row),
        "only the last norm is returned; every distance has one": lambda: walk()()[-1],
        "it stops after one step back; does the function return inside the loop?": lambda: walk()()[
            :2
        ],
        "only one norm is returned, that of v; does the function return inside the loop?": lambda: (
            walk()()[:1]
        ),
        "the norm is taken over all gradients together; each distance has its own": lambda: (
            np.linalg.norm(_rows(states, U, v))
        ),
        "the norm is taken along the wrong axis, over the distances; it should be over the "
        "units": lambda: np.linalg.norm(_rows(states, U, v), axis=0),
        **common.rounded(
            "the gradient is",
            lambda places: walk(lambda dh, s: np.round((dh * s) @ U.T, places))(),
        ),
        **common.rounded(
            "the slopes are",
            lambda places: walk(lambda dh, s: (dh * np.round(s, places)) @ U.T)(),
        ),
        **common.clipped(
            "the gradient is clipped on the way, to {}",
            lambda limit: walk(lambda dh, s: np.clip((dh * s) @ U.T, -limit, limit))(),
        ),
        **common.clipped(
            "norms above {0} are cut to {0}", lambda limit: np.minimum(walk()(), limit)
        ),
    }


# The x, W and b of task 1's example, which somebody who calls `step_jacobian` here may have left.
_TASK_1 = (
    np.array([0.8, -0.5]),
    np.array([[0.6, -0.9, 0.3], [-0.7, 0.2, 1.1]]),
    np.array([0.3, -0.2, 0.1]),
)


def _rows(
    states: Any,
    U: Any,
    v: Any,
    order: Sequence[int] | None = None,
    slope: Callable[[Any], Any] = lambda h: 1 - h**2,
    back: Callable[[Any, Any], Any] | None = None,
) -> list[Any]:
    """The gradients at each distance, with slips: other steps, another slope, another step back."""
    dh, found = v, [v]
    for t in range(len(states) - 1, -1, -1) if order is None else order:
        s = slope(states[t])
        dh = (dh * s) @ U.T if back is None else back(dh, s)
        found.append(dh)
    return found


def _norms(rows: list[Any]) -> Any:
    return np.array([np.linalg.norm(row) for row in rows])
