"""02-recurrent-step, one step."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a02_recurrent_step import _common_1 as common

BY_HAND = common.CELLS
CALLS: dict[str, str] = {}

AXES = ["batch", "unit"]


def example() -> tuple[np.ndarray, ...]:
    """x (4, 3), h (4, 2), W (3, 2), U (2, 2), b (2,): batch 4, 3 features, 2 units."""
    x = [[-0.8, -0.5, 0.6], [0.2, -0.8, -0.1], [0.9, 0.4, -0.7], [-0.3, 0.1, 0.5]]
    h = [[0.0, -0.7], [0.5, -0.8], [-0.6, 0.3], [0.9, 0.4]]
    W = [[-0.2, 0.0], [-0.1, 0.2], [0.5, 0.9]]
    U = [[-0.4, 0.3], [0.4, -0.4]]
    b = [0.5, -0.4]
    return tuple(np.array(values) for values in (x, h, W, U, b))


EXPECTED = [[0.62307, 0.30951], [-0.02999, -0.17808], [0.28213, -0.84828], [0.53705, 0.17808]]


def check(step: Any) -> None:
    """The tests that students see."""
    inputs = example()
    try:
        new = checks.call(step, *inputs)
    except checks.CheckError as error:
        raise checks.CheckError(_with_a_name(str(error), step)) from None
    compare(new, EXPECTED, inputs, "the new state", tolerance=2e-4)
    _check_squares(step)


def compare(
    new: Any, expected: Any, inputs: Any, what: str, tolerance: float = 1e-6, times: float = 1.0
) -> None:
    """The new state against the expected one. inputs: x, h, W, U, b."""
    checks.close(new, expected, what, mistakes(*inputs), AXES, tolerance, times)


SQUARES = tuple(
    np.array(values)
    for values in (
        [[0.7, -0.3, 0.2], [-0.5, 0.8, 0.4], [0.1, -0.9, 0.6]],
        [[-0.2, 0.9, 0.5], [0.6, -0.4, -0.7], [0.3, 0.8, -0.1]],
        [[0.4, -0.8, 0.3], [0.6, 0.1, -0.5], [-0.7, 0.2, 0.9]],
        [[0.9, 0.3, -0.2], [-0.5, 0.2, 0.6], [0.1, -0.4, 0.7]],
        [0.1, 0.2, -0.3],
    )
)
EXPECTED_SQUARES = [
    [-0.4777, -0.40532, 0.82427],
    [0.64693, 0.81441, -0.87167],
    [-0.74428, 0.41364, 0.78946],
]


def _check_squares(step: Any) -> None:
    """With batch, features and units of one size every product fits, also a wrong one."""
    what = "the new state, with as many sequences as features and units,"
    compare(checks.call(step, *SQUARES), EXPECTED_SQUARES, SQUARES, what, tolerance=2e-4)


def _with_a_name(diagnosis: str, step: Any) -> str:
    """The diagnosis of an error, and the mistake behind it where shapes did not fit."""
    if "shape" not in diagnosis:
        return diagnosis
    try:
        _check_squares(step)
    except checks.CheckError as error:
        if "looks like" in str(error):
            return f"{diagnosis} {error}"
    return diagnosis


def mistakes(x: Any, h: Any, W: Any, U: Any, b: Any) -> dict[str, Any]:
    """Mistake → the new state that it leads to."""

    def tanh_of(z: Any) -> Any:
        return lambda: np.tanh(z())

    sums = {
        "the bias b is missing": lambda: x @ W + h @ U,
        "U is transposed (h @ U.T)": lambda: x @ W + h @ U.T + b,
        "W is transposed (x @ W.T)": lambda: x @ W.T + h @ U + b,
        "both matrices are transposed": lambda: x @ W.T + h @ U.T + b,
        "W and U are exchanged: W belongs to the input, U to the state": lambda: x @ U + h @ W + b,
        "the product is in the wrong order (U @ h); states are rows, so it is h @ U": lambda: (
            x @ W + U @ h + b
        ),
        "the product is in the wrong order (W @ x); inputs are rows, so it is x @ W": lambda: (
            W @ x + h @ U + b
        ),
        "both products are in the wrong order (W @ x, U @ h); inputs and states are rows, so it is "
        "x @ W and h @ U": lambda: W @ x + U @ h + b,
        "the old state h is left out": lambda: x @ W + b,
        "the input x is left out": lambda: h @ U + b,
        "h is added without its weights U": lambda: x @ W + h + b,
        "x is added without its weights W": lambda: x + h @ U + b,
        "h is multiplied with U number by number; it is a matrix product, @": lambda: (
            x @ W + h * U + b
        ),
        "each unit hears itself alone: only the diagonal of U is used": lambda: (
            x @ W + h * np.diag(U) + b
        ),
        "x is multiplied with W number by number; it is a matrix product, @": lambda: (
            x * W + h @ U + b
        ),
        "b is subtracted": lambda: x @ W + h @ U - b,
        "b is added to the rows, one number for each sequence; each unit has its own": lambda: (
            x @ W + h @ U + b[:, None]
        ),
        "the input and the state are multiplied; they are added": lambda: (x @ W) * (h @ U) + b,
        "the state of the first sequence stands for all": lambda: x @ W + h[:1] @ U + b,
        "the input of the first sequence stands for all": lambda: x[:1] @ W + h @ U + b,
    }
    z = x @ W + h @ U + b
    return {
        **{text: tanh_of(outcome) for text, outcome in sums.items()},
        "tanh is applied to the input part only": lambda: np.tanh(x @ W) + h @ U + b,
        "tanh is applied to the input part and to the state part, each alone": lambda: (
            np.tanh(x @ W) + np.tanh(h @ U) + b
        ),
        "tanh is applied before the bias is added": lambda: np.tanh(x @ W + h @ U) + b,
        "the new state is added to the old one; it takes its place": lambda: h + np.tanh(z),
        **common.other_functions(lambda function: function(z)),
    }
