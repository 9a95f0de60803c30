"""03-bptt, a judge of backward passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common
from course_utils.checks.tables.a03_bptt import bptt_1 as bptt
from course_utils.checks.tables.a03_bptt import forward_1 as forward
from course_utils.checks.tables.a03_bptt import numerical_gradient_1 as numerical

BY_HAND = (
    *numerical.BY_HAND,
    "course_utils.gradients.relative_error",
    "scipy.optimize.check_grad",
)
CALLS = {"numerical_gradient": "03-bptt/numerical-gradient@1"}

NAMES = ["x", "W", "U", "b", "h0"]
EVERY = sorted(NAMES)
ERRORS = {"U": 0.666307, "b": 0.677059}  # of the second backward pass


def example() -> tuple[Any, Any, dict[str, dict[str, np.ndarray]]]:
    """arrays, target, and what "the first" to "the fourth" backward pass claim: a dictionary each.

    As in the task before: x (3, 4, 1), W (1, 2), U (2, 2), b (2,), h0 (3, 2); target (3, 4, 2).
    """
    inputs = numerical.example()
    claims = {which: _claimed(*inputs, slip) for which, slip in PLANTED.items()}
    rounded = {
        which: {name: np.round(claim[name], 8) for name in NAMES} for which, claim in claims.items()
    }
    return *inputs, rounded


PLANTED: dict[str, str] = {
    "the first": "",
    "the second": "forgotten",
    "the third": "slope at the input",
    "the fourth": "U not transposed",
}
INEXACT = (
    "it is {error:.1e}: too large, though not by much. Perhaps it is the numerical gradient that "
    "is not exact enough. Look at your `numerical_gradient` of task 7: are its differences "
    "central, L(θ + ε) - L(θ - ε), and is its step 0.00001 when none is given?"
)
ZERO_BY_ZERO = (
    "With an input of zeros the gradient of W is zero everywhere, claimed and numerical, and your "
    "relative error of W is 0/0. Equal arrays have the error 0: look for that case before you "
    "divide."
)

LOST = (
    "digits are lost. Is an array rounded or made float32, or is the numerical gradient taken with "
    "another step than the one given as default?"
)


def check(gradient_check: Any) -> None:
    """The tests that students see."""
    arrays, target, claims = example()
    second = claims["the second"]
    errors, wrong = judge(gradient_check, arrays, target, second)
    slow = {name: numerical._differences(arrays, target, name, 1e-5) for name in NAMES}
    for name, expected in ERRORS.items():
        case = " in the second backward pass"
        compare(errors[name], expected, second, slow, name, case, tolerance=1e-4)
    right_errors, right_wrong = judge(gradient_check, arrays, target, claims["the first"])
    first = claims["the first"]
    for name in NAMES:
        error = right_errors[name]
        if 1e-6 < error < 1e-4:
            what = f"the relative error of {name} in the first backward pass, which is right,"
            told = {**mistakes(first, slow, name), INEXACT.format(error=error): error}
            checks.close(error, 0.0, what, told)
    what = (
        "the list of wrong arrays in the second backward pass, where the shares are not added up "
        "over time,"
    )
    checks.equal(wrong, ["U", "W", "b"], what, listed(["U", "W", "b"]))
    for name in NAMES:
        what = f"the relative error of {name} in the first backward pass, which is right,"
        checks.close(right_errors[name], 0.0, what, tolerance=1e-6)
    what = "the list of wrong arrays in the first backward pass, which is right,"
    checks.equal(right_wrong, [], what)
    for which, mistake in (
        ("the third", "the slope of tanh is taken at its input"),
        ("the fourth", "the state gradient goes back through U in place of U.T"),
    ):
        _, wrong = judge(gradient_check, arrays, target, claims[which])
        what = f"the list of wrong arrays in {which} backward pass, where {mistake},"
        checks.equal(wrong, EVERY, what, listed(EVERY))
    silent = {**arrays, "x": 0 * arrays["x"]}
    check_zero(gradient_check, silent, target, _claimed(silent, target))
    _, wrong = judge(gradient_check, arrays, target, second, 0.443)
    what = "the list of wrong arrays in the second backward pass with limit=0.443"
    told = {
        "the limit is ignored": ["U", "W", "b"],
        "the wrong ones are those below the limit": ["W", "h0", "x"],
    }
    checks.equal(wrong, ["U", "b"], what, told)
    check_far(gradient_check, arrays, target, _claimed(arrays, target))


def compare(
    got: Any,
    expected: Any,
    claimed: Any,
    slow: Any,
    name: str,
    case: str,
    tolerance: float = 1e-6,
) -> None:
    """The relative error of one array against the expected one."""
    what = f"the relative error of {name}{case}"
    checks.close(got, expected, what, mistakes(claimed, slow, name), tolerance=tolerance)


def check_zero(gradient_check: Any, arrays: Any, target: Any, right: Any) -> None:
    """A right backward pass whose input is zero everywhere."""
    errors, wrong = judge(gradient_check, arrays, target, right)
    if not np.isfinite(errors["W"]):
        checks.fail(ZERO_BY_ZERO)
    what = "the list of wrong arrays of a right backward pass whose input is zero"
    told = {
        "the gradient of W is zero everywhere, claimed and numerical; equal arrays have the error "
        "0": ["W"]
    }
    checks.equal(wrong, [], what, told)


def check_far(gradient_check: Any, arrays: Any, target: Any, right: Any) -> None:
    """Claims that are nearly right, with a limit below that, and claims that are huge.

    right: the gradients, exact
    """
    near = {name: (1 + 4.9e-8) * array for name, array in right.items()}
    errors, wrong = judge(gradient_check, arrays, target, near, 1e-8)
    for name in NAMES:
        what = (
            f"the relative error of {name} where every number is claimed too large by 0.0000049 %, "
            "multiplied by 100,000,000,"
        )
        checks.close(errors[name], 2.45e-8, what, {}, [], tolerance=0.05, times=1e8, otherwise=LOST)
    what = "the list of wrong arrays with limit=1e-8, where every error is 2.45e-8,"
    checks.equal(wrong, EVERY, what, listed(EVERY))
    errors, wrong = judge(gradient_check, arrays, target, {**right, "U": 1e20 * right["U"]})
    if not np.isfinite(errors["U"]):
        checks.fail(
            f"The relative error of U is {errors['U']} when the numbers claimed for it are of size "
            "1e20. Their squares are of size 1e40: float64 holds that, float32 does not."
        )
    what = "the relative error of U where the claim is 1e20 times too large"
    checks.close(errors["U"], 1.0, what)
    what = "the list of wrong arrays where the claim for U is 1e20 times too large"
    checks.equal(wrong, ["U"], what, listed(["U"]))


HINTS = {
    f"KeyError: 'd{name}'": (
        f"The keys of arrays and of claimed are the same, without a d: {name!r}."
    )
    for name in NAMES
}


def judge(gradient_check: Any, arrays: Any, target: Any, claimed: Any, *limit: float) -> Any:
    """What the student's checker says, in the kinds of things that it should return."""
    got = checks.call(gradient_check, arrays, target, claimed, *limit, hints=HINTS)
    errors, wrong = checks.unpack(got, "errors", "wrong")
    if not isinstance(errors, dict):
        checks.fail(
            "The first thing you return, errors, should be a dictionary: for each name the "
            "relative error, one number."
        )
    what = "the list of the names in errors, in alphabetical order,"
    checks.equal(sorted(errors), sorted(claimed), what)
    if isinstance(wrong, (str, bool, float, int, dict)):
        checks.fail(
            "The second thing you return, wrong, should be a list of names, such as "
            f"['W', 'b'], or an empty list. It is {wrong!r}."
        )
    return errors, sorted(wrong)


def listed(expected: list[str]) -> dict[str, list[str]]:
    """Each mistake → the list that it leads to."""
    told = {
        "it holds every array; only those with an error above the limit are wrong": EVERY,
        "it holds the arrays that are right": [name for name in EVERY if name not in expected],
        "it is empty, so a wrong backward pass goes through": [],
    }
    return {text: names for text, names in told.items() if names != expected}


def mistakes(claimed: Any, slow: Any, name: str) -> dict[str, Any]:
    """For the error of one array: mistake → what it leads to.

    claimed, slow: the claimed and the numerical gradients, dictionaries
    """
    a, b = claimed[name], slow[name]
    norm = np.linalg.norm

    def by_entry() -> Any:
        return np.abs(a - b) / (np.abs(a) + np.abs(b))

    def error(slow: Any = b, claim: Any = a) -> Any:
        return norm(claim - slow) / (norm(claim) + norm(slow))

    def another(other: str) -> Callable[[], Any]:
        return lambda: error(slow[other], claimed[other])

    rounded = {
        **{
            f"one of the two gradients is rounded to {places} places on the way; round nothing on "
            "the way": lambda places=places: error(np.round(b, places))
            for places in common.PLACES
        },
        **{
            f"the claimed gradient is rounded to {places} places on the way; round nothing on the "
            "way": lambda places=places: error(claim=np.round(a, places))
            for places in common.PLACES
        },
        **{
            f"both gradients are rounded to {places} places on the way; round nothing on the "
            "way": lambda places=places: error(np.round(b, places), np.round(a, places))
            for places in common.PLACES
        },
    }
    return {
        "this is the absolute error, ‖a - b‖; divide by the two norms": lambda: norm(a - b),
        "it is divided by the norm of one array only; divide by the sum of both": lambda: (
            norm(a - b) / norm(a)
        ),
        "it is divided by the norm of the numerical gradient only; divide by the sum of "
        "both": lambda: norm(a - b) / norm(b),
        "the errors of the entries are taken one by one, and the largest returned; take the norms "
        "of whole arrays": lambda: np.nanmax(by_entry()),
        "the errors of the entries are taken one by one and averaged; take the norms of whole "
        "arrays": lambda: np.nanmean(by_entry()),
        "these are the errors of the entries; take the norms of whole arrays, which gives one "
        "number": by_entry,
        "the roots are missing: a norm is the root of the sum of the squares": lambda: (
            norm(a - b) ** 2 / (norm(a) ** 2 + norm(b) ** 2)
        ),
        "absolute values are summed in place of squares": lambda: (
            np.abs(a - b).sum() / (np.abs(a) + np.abs(b)).sum()
        ),
        "the two norms are subtracted; take the norm of the difference of the arrays": lambda: (
            abs(norm(a) - norm(b)) / (norm(a) + norm(b))
        ),
        "the largest difference is taken in place of the norm": lambda: (
            np.abs(a - b).max() / (norm(a) + norm(b))
        ),
        "it is divided by the norm of the sum, ‖a + b‖; divide by the sum of the norms": lambda: (
            norm(a - b) / norm(a + b)
        ),
        "it is multiplied by 2: divide by the sum of the norms, not by their mean": lambda: (
            2 * error()
        ),
        "this is the square of what it should be": lambda: error() ** 2,
        "only the first row is compared; take the norms of whole arrays": lambda: (
            norm((a - b)[0]) / (norm(a[0]) + norm(b[0]))
        ),
        "it is divided by the norms of all arrays together; each array has its own": lambda: (
            norm(a - b) / sum(norm(claimed[other]) + norm(slow[other]) for other in claimed)
        ),
        "this is the root of what it should be": lambda: error() ** 0.5,
        "the error is computed rightly, but from a numerical gradient that is twice too large: "
        "look at the check of task 7": lambda: error(2 * b),
        "it is zero: the claimed gradient is compared with itself": lambda: 0.0,
        **{
            f"it is the error of another array, {other}": another(other)
            for other in ("U", *NAMES)
            if other != name
        },
        **rounded,
    }


def _claimed(arrays: Any, target: Any, slip: str = "") -> dict[str, Any]:
    """The gradients of the loss, from a backward pass with one of the planted slips."""
    x, W, U = arrays["x"], arrays["W"], arrays["U"]
    states = forward._states(x, W, U, arrays["b"], arrays["h0"])
    options: dict[str, Any] = {
        "slope at the input": {"slope": lambda h, h_prev: 1 - np.arctanh(h) ** 2},
        "U not transposed": {"carry": lambda da, dh: da @ U},
    }.get(slip, {})
    walked = bptt._walk(states, U, 2 * (states[:, 1:] - target) / target.size, **options)
    parts = bptt._parts(x, states, W, walked)
    if slip == "forgotten":
        shares = bptt._shares(x, states, W, walked)
        parts |= {name: shares[name][0] for name in ("dW", "dU", "db")}
    return {name: parts[f"d{name}"] for name in NAMES}
