"""04-gradient-flow, the Jacobian of one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
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

AXES = ["new unit", "old unit"]


def example() -> tuple[np.ndarray, ...]:
    """x (2,), h (3,), W (2, 3), U (3, 3), b (3,): 2 features, 3 units."""
    x = [0.8, -0.5]
    h = [-0.4, 0.7, 0.2]
    W = [[0.6, -0.9, 0.3], [-0.7, 0.2, 1.1]]
    U = [[0.5, -0.8, 0.3], [0.9, 0.4, -0.6], [-0.2, 0.7, 1.2]]
    b = [0.3, -0.2, 0.1]
    return tuple(np.array(values) for values in (x, h, W, U, b))


EXPECTED = [
    [0.08713, 0.15684, -0.03485],
    [-0.74042, 0.37021, 0.64787],
    [0.23375, -0.46749, 0.93498],
]


def check(step_jacobian: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(checks.call(step_jacobian, *inputs), EXPECTED, inputs, tolerance=2e-4)


def compare(
    J: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The Jacobian against the expected one, both `times` as large."""
    what = f"the Jacobian{case}"
    checks.close(J, expected, what, mistakes(*inputs), AXES, tolerance, times)
    if np.size(J) > 2:
        common.all_digits(J, what)


def mistakes(x: Any, h: Any, W: Any, U: Any, b: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → the Jacobian that it leads to."""
    a = x @ W + h @ U + b
    y = np.tanh(a)

    def rows(slopes: Any) -> Any:
        return np.diag(slopes) @ U.T

    def at(pre: Any) -> Callable[[], Any]:
        return lambda: rows(_slope(pre()))

    return {
        "it is transposed: the new units should be the rows, the old units the columns": lambda: (
            U * _slope(a)
        ),
        "the slopes stand on the wrong side: each belongs to a new unit, so it multiplies a "
        "row": lambda: U.T * _slope(a),
        "U is not transposed: U[i, j] leads from old unit i to new unit j, and it belongs at "
        "[j, i]": lambda: np.diag(_slope(a)) @ U,
        "the slope of the tanh is left out": lambda: U.T,
        "the slope is 1 - a**2 with the pre-activation a: this formula wants the output of the "
        "tanh, 1 - tanh(a)**2": lambda: rows(1 - a**2),
        "the slope takes the tanh of the output: tanh is applied once too often there": at(
            lambda: y
        ),
        "the slope is taken at the old state h; it belongs to this step, so take it at the new "
        "state": lambda: rows(1 - h**2),
        "the slope is taken at the tanh of the old state h; it belongs to this step, so compute "
        "the pre-activation first": at(lambda: h),
        "the square is missing in the slope of the tanh": lambda: rows(1 - y),
        "the output of the tanh stands in place of its slope": lambda: rows(y),
        "the slope is squared": lambda: rows(_slope(a) ** 2),
        "it is the slope of the sigmoid, not of the tanh": lambda: rows(
            _sigmoid(a) * (1 - _sigmoid(a))
        ),
        "it is y * (1 - y), the slope of a sigmoid; the tanh has 1 - y**2": lambda: rows(
            y * (1 - y)
        ),
        "only the diagonal is filled: diag(slope) * U.T multiplies entry by entry; it is a matrix "
        "product, @": lambda: np.diag(_slope(a)) * U.T,
        "it is the diagonal matrix of the slopes alone; U is missing": lambda: np.diag(_slope(a)),
        "the bias b is missing in the pre-activation": at(lambda: x @ W + h @ U),
        "the input x is missing in the pre-activation": at(lambda: h @ U + b),
        "the old state is missing in the pre-activation": at(lambda: x @ W + b),
        "the pre-activation uses U @ h; states are rows, so it is h @ U": at(
            lambda: x @ W + U @ h + b
        ),
        "it is the derivative with respect to the input x; the old state is asked for": lambda: (
            np.diag(_slope(a)) @ W.T
        ),
        "it is the row of the slopes; multiply it into the rows of U.T": lambda: _slope(a),
        "the row of the slopes is multiplied with U.T as a product, which adds the rows up; each "
        "slope should multiply one row and leave it": lambda: _slope(a) @ U.T,
        "the slopes are multiplied in twice, from both sides; they belong to the new units "
        "only": lambda: rows(_slope(a)) * _slope(a),
        "the old state stands where U.T belongs": lambda: np.outer(_slope(a), h),
        "the slope is that of a hard tanh, of straight lines": lambda: rows(
            1 - np.clip(a, -1, 1) ** 2
        ),
        "it is the Jacobian multiplied with the old state; return the matrix alone": lambda: (
            h @ rows(_slope(a))
        ),
        **common.rounded("the new state is", lambda places: rows(1 - np.round(y, places) ** 2)),
        **common.rounded("the pre-activation is", lambda places: rows(_slope(np.round(a, places)))),
        **common.clipped(
            "numbers beyond {0} are cut to {0}",
            lambda limit: np.clip(rows(_slope(a)), -limit, limit),
        ),
    }


def _slope(a: Any) -> Any:
    return 1 - np.tanh(a) ** 2


def _sigmoid(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))
