"""04-gradient-flow, the starting weights of an identity RNN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
    "course_utils.initializers.identity",
    "keras.initializers.Identity",
    "keras.initializers.get",
    "keras.layers.SimpleRNN",
    "keras.layers.SimpleRNNCell",
)

AXES = {"W": ["feature", "unit"], "U": ["row", "column"], "b": ["unit"]}


def example() -> np.ndarray:
    """Normal numbers (2, 3): 2 features, 3 units."""
    return np.array([[0.6, -1.3, 0.9], [-0.4, 0.2, 1.7]])


EXPECTED_W = [[0.0006, -0.0013, 0.0009], [-0.0004, 0.0002, 0.0017]]
EXPECTED_U = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def check(identity_rnn: Any) -> None:
    """The tests that students see."""
    normal = example()
    for gain, case in ((1.0, ""), (0.5, " with gain 0.5")):
        parts = checks.call(identity_rnn, normal, *([] if gain == 1 else [gain]))
        expected = (EXPECTED_W, gain * np.array(EXPECTED_U), [0.0, 0.0, 0.0])
        compare(parts, expected, normal, gain, case)


def compare(parts: Any, expected: Any, normal: Any, gain: float, case: str = "") -> None:
    """The three starting weights against the expected ones."""
    features, units = normal.shape
    W, U, b = checks.unpack(parts, "W", "U", "b")
    if np.shape(W) == (units, units) and np.shape(U) == (features, units):
        checks.fail(
            "W and U are exchanged: the kernel W, for the input, comes first, then the recurrent "
            "kernel U."
        )
    checks.shape(W, (features, units), f"W{case}", axes=["features", "units"])
    if np.std(W) > 0 and abs(np.corrcoef(np.ravel(W), np.ravel(normal))[0, 1]) < 0.99:
        checks.fail(
            "W has the right shape, but it does not follow the numbers of `normal`, one by one. Do "
            "you draw numbers of your own, or put them in another order? They are drawn already: "
            "use the numbers you are given, and make them small."
        )
    wrong = mistakes(normal, gain)
    for got, wanted, name in ((W, expected[0], "W"), (U, expected[1], "U"), (b, expected[2], "b")):
        times = 1000 if name == "W" else 1
        checks.close(got, wanted, f"{name}{case}", wrong[name], AXES[name], times=times)


def mistakes(normal: Any, gain: float = 1.0) -> dict[str, dict[str, Callable[[], Any]]]:
    """For "W", "U" and "b": mistake → what it leads to."""
    features, units = normal.shape
    return {
        "W": {
            "W is not made small: multiply the normal numbers by 0.001": lambda: normal,
            "0.001 is the standard deviation, not the variance: no root of it": lambda: (
                normal * np.sqrt(0.001)
            ),
            "the normal numbers are divided by 0.001": lambda: normal * 1000,
            "the normal numbers are multiplied by 0.01 in place of 0.001": lambda: normal / 100,
            "0.001 is added; a standard deviation is changed by a factor": lambda: normal + 0.001,
            "W is zero, and so the layer would never hear its input": lambda: 0 * normal,
            "every number of W is 0.001; the normal numbers are lost": lambda: np.full(
                normal.shape, 0.001
            ),
            "gain multiplies W too; it is for U": lambda: 0.001 * gain * normal,
            "the normal numbers are divided by a standard deviation of their own; they were drawn "
            "with 1": lambda: 0.001 * normal / normal.std(),
        },
        "U": {
            "every number is 1; the identity has ones on the diagonal only": lambda: np.ones(
                (units, units)
            ),
            "it has as many rows as there are features; U leads from the state to the state, "
            "(units, units)": lambda: gain * np.eye(features, units),
            "it is the identity of the size of the input; U leads from the state to the state, "
            "(units, units)": lambda: gain * np.eye(features),
            "it is only the diagonal; U is a matrix (np.eye or np.diag)": lambda: np.full(
                units, gain
            ),
            "U is made small as well; 0.001 is for W": lambda: 0.001 * gain * np.eye(units),
            "it is the identity mirrored: the ones should lead from each unit to itself": lambda: (
                gain * np.eye(units)[::-1]
            ),
            "the ones stand beside the diagonal: each unit should lead to itself": lambda: (
                gain * np.eye(units, k=1)
            ),
            "gain is added to every number": lambda: np.eye(units) + gain,
            "gain stands beside the diagonal as well": lambda: np.full((units, units), gain),
            "it is divided by gain": lambda: np.eye(units) / gain,
            "gain multiplies twice": lambda: gain**2 * np.eye(units),
            **common.each(
                (1, 5, 10),
                "gain is cut to {} at most; any gain is possible",
                lambda limit: min(gain, limit) * np.eye(units),
            ),
            "gain is ignored": lambda: np.eye(units),
        },
        "b": {
            "it is one; a bias would push the state up at every step": lambda: np.ones(units),
            "there is one for each feature; each unit has one": lambda: np.zeros(features),
            "it is a matrix with one row; a bias is flat": lambda: np.zeros((1, units)),
            "it is a single number; each unit has one": lambda: 0.0,
            "b is gain; it should be zero whatever gain is": lambda: np.full(units, gain),
            "b is made of the normal numbers; it should be zero": lambda: 0.001 * normal[0],
        },
    }
