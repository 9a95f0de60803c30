"""04-gradient-flow, what will become of a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
    "course_utils.gradients.spectral_radius",
    "course_utils.gradients.norms_through_time",
    "course_utils.gradients.slope",
)
CALLS = {"spectral_radius": "04-gradient-flow/spectral-radius@1"}

UNREAD = (
    "it does not follow from the log-slope as it should; compare that number with -0.01 and 0.01 "
    "(a factor of 1 has the logarithm 0)"
)


def example() -> tuple[np.ndarray, ...]:
    """U (3, 3), states (4, 3): 4 steps, 3 units."""
    U = [[0.5, -1.1, 0.2], [0.9, 0.3, -0.6], [0.2, 0.8, 0.7]]
    states = [[0.4, -0.7, 0.2], [-0.8, 0.3, 0.6], [0.5, -0.1, -0.9], [0.1, 0.75, -0.35]]
    return np.array(U), np.array(states)


EXPECTED = -0.05626
CASES = (  # with states of zero, where only U counts: U, its spectral radius, the verdict
    ([[0.0, -1.0], [1.0, 0.0]], 1.0, "holds"),
    ([[0.0, -1.2], [1.2, 0.0]], 1.2, "explodes"),
    ([[0.0, -1.005], [1.005, 0.0]], 1.005, "holds"),
    ([[0.0, -0.995], [0.995, 0.0]], 0.995, "holds"),
    ([[0.3, 5.0], [0.0, 0.3]], 0.3, "vanishes"),
)


def check(predict: Any) -> None:
    """The tests that students see."""
    U, states = example()
    log_slope, verdict = both(predict, U, states)
    compare(log_slope, EXPECTED, U, states, tolerance=2e-4)
    common.all_digits(log_slope, "the log-slope")
    factor = float(np.exp(log_slope))
    case = f"for a log-slope of {float(log_slope):.4g} (a factor of {factor:.3g} at each step)"
    compare_verdict(verdict, "vanishes", case, lambda: exploding(predict))
    still = np.zeros((5, 2))
    for matrix, size, expected in CASES:
        log_slope, verdict = both(predict, np.array(matrix), still)
        case = f"for U = {matrix} and states of zero"
        checks.close(log_slope, np.log(size), f"the log-slope {case}")
        case += f" (the log-slope is {np.log(size):.4f}, a factor of {size} at each step)"
        compare_verdict(verdict, expected, case)


def compare_verdict(
    verdict: Any,
    expected: str,
    case: str,
    opposite: Callable[[], str] = lambda: "it is the opposite of what the log-slope says",
) -> None:
    """The verdict against the expected one. opposite: what to say of "explodes" for "vanishes"."""
    found = {}
    if isinstance(verdict, str) and verdict in ("vanishes", "holds", "explodes"):
        near = "holds" in (verdict, expected) or verdict == expected
        found = {UNREAD if near else opposite(): verdict}
    checks.equal(verdict, expected, f"the verdict {case}", found)


def compare(
    log_slope: Any,
    expected: float,
    U: Any,
    states: Any,
    case: str = "",
    tolerance: float = 1e-6,
) -> None:
    """The log-slope against the expected one."""
    wrong = mistakes(U, states)
    checks.close(log_slope, expected, f"the log-slope{case}", wrong, tolerance=tolerance)


def both(predict: Any, U: Any, states: Any) -> tuple[Any, Any]:
    """The two results of `predict`, a number and a verdict."""
    log_slope, verdict = checks.unpack(
        checks.call(predict, U, states), "the log-slope", "the verdict"
    )
    if isinstance(log_slope, str):
        checks.fail("The two results are exchanged: return the number first, then the verdict.")
    if np.iscomplexobj(log_slope):
        checks.fail(
            "The log-slope is a complex number. Eigenvalues can be complex; take the absolute "
            "value of each (np.abs) first, and then the largest."
        )
    return log_slope, verdict


def exploding(predict: Any) -> str:
    """Why the verdict is "explodes" where the log-slope is below zero: what does it look at?

    With silent states only U counts, so two calls with U halving and doubling the gradient tell.
    """
    turn, silent = np.array([[0.0, -1.0], [1.0, 0.0]]), np.zeros((5, 2))
    found = [both(predict, size * turn, silent)[1] for size in (0.5, 2.0)]
    if found == ["explodes", "explodes"]:
        return (
            'it does not follow from the log-slope: it is "explodes" even where every step halves '
            "the gradient. Is the factor exp(log-slope), which is always above 0, compared with "
            "-0.01 and 0.01? Compare the log-slope itself"
        )
    if found == ["vanishes", "explodes"]:
        return (
            "it does not follow from the log-slope: it is what the size of U alone would say, such "
            "as ρ(U) above 1. The slopes have a say, too: compare the log-slope with -0.01 and 0.01"
        )
    if found == ["explodes", "vanishes"]:
        return "the verdicts are exchanged: below zero, every step makes the gradient smaller"
    return UNREAD


def mistakes(U: Any, states: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → the log-slope that it leads to."""
    slopes = 1 - states**2
    values = np.linalg.eigvals(U)
    rho = np.abs(values).max()

    def log_slope(
        slopes: Any = slopes, rho: Any = rho, axis: int | None = None
    ) -> Callable[[], Any]:
        return lambda: np.log(rho) + np.log(np.mean(slopes**2, axis=axis)) / 2

    return {
        "the slopes are not squared before the mean: ½ ln of the mean of φ′": lambda: (
            np.log(rho) + np.log(np.mean(slopes)) / 2
        ),
        "it is the logarithm of the mean slope; square the slopes first, then take the mean, then "
        "half the logarithm": lambda: np.log(rho * np.mean(slopes)),
        "the ½ is missing": lambda: np.log(rho * np.mean(slopes**2)),
        "the ½ is taken of both logarithms; it belongs to the slopes only": lambda: (
            np.log(rho * np.mean(slopes**2)) / 2
        ),
        "the slopes are left out; that is the linear network": lambda: np.log(rho),
        "U is left out; these are the slopes alone": log_slope(rho=1.0),
        "the logarithm of the spectral radius is missing": lambda: (
            rho + np.log(np.mean(slopes**2)) / 2
        ),
        "the logarithm of the slopes is missing": lambda: np.log(rho) + np.mean(slopes**2) / 2,
        "no logarithm is taken: this is the factor of one step": lambda: (
            rho * np.sqrt(np.mean(slopes**2))
        ),
        "it is the logarithm to base 10; take the natural one, np.log": lambda: (
            log_slope()() / np.log(10)
        ),
        "it is the logarithm to base 2; take the natural one, np.log": lambda: (
            log_slope()() / np.log(2)
        ),
        "the largest singular value stands in place of the spectral radius; it is a bound for one "
        "step": log_slope(rho=np.linalg.norm(U, 2)),
        "only the real part of the complex eigenvalues is looked at; take np.abs of each whole "
        "eigenvalue": lambda: log_slope(rho=np.abs(values.real).max())(),
        "the slope is 1 - tanh(h)**2; but the states have been through the tanh already, so it is "
        "1 - h**2": log_slope(1 - np.tanh(states) ** 2),
        "the square is missing in the slope of the tanh, 1 - h**2": log_slope(1 - states),
        "the states stand in place of the slopes": log_slope(states),
        "it is the mean of the logarithms; take the logarithm of the mean": lambda: (
            np.log(rho) + np.mean(np.log(slopes))
        ),
        "the sum over steps and units stands in place of the mean": lambda: (
            np.log(rho) + np.log(np.sum(slopes**2)) / 2
        ),
        "only the last state is used; the mean runs over all steps": log_slope(slopes[-1:]),
        "it is one number for each unit; the mean runs over the steps and over the "
        "units": log_slope(axis=0),
        "it is one number for each step; the mean runs over the steps and over the "
        "units": log_slope(axis=1),
        "the slopes should make it smaller: their logarithm is subtracted": lambda: (
            np.log(rho) - np.log(np.mean(slopes**2)) / 2
        ),
        "it is the slope over all steps together; give that of one step": lambda: (
            len(states) * log_slope()()
        ),
        "the first step is left out; the mean runs over all steps": log_slope(slopes[1:]),
        "the last step is left out; the mean runs over all steps": log_slope(slopes[:-1]),
        **common.clipped("it is cut to {}", lambda limit: np.clip(log_slope()(), -limit, limit)),
        **common.rounded(
            "the spectral radius is", lambda places: log_slope(rho=np.round(rho, places))()
        ),
        **common.rounded("the slopes are", lambda places: log_slope(np.round(slopes, places))()),
    }
