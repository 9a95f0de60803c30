"""02-recurrent-step, a memory that fades as you like."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}


def example() -> tuple[int]:
    """A half-life of 4 steps."""
    return (4,)


def check(leaky_integrator: Any) -> None:
    """The tests that students see."""
    for half_life, u in ((4, 0.8408964152537145), (1, 0.5), (0.5, 0.25)):
        compare(leaky_integrator, half_life, u)


def compare(leaky_integrator: Any, half_life: float, expected: float, times: float = 1.0) -> None:
    """The two weights for this half-life, against 1 - u and the expected u.

    times: both are looked at so many times as large; it shows when tiny numbers were rounded.
    """
    names = "w", "u"
    w, u = checks.unpack(checks.call(leaky_integrator, half_life), *names)
    for got, name in ((w, "w"), (u, "u")):
        checks.shape(got, (), name)
    if expected != 0.5 and np.allclose([u, w], [1 - expected, expected], atol=1e-5):
        checks.fail("The two weights are exchanged: return w first, then u.")
    wrong = mistakes(half_life)
    for other, name in zip(
        checks.unpack(checks.call(leaky_integrator, 3 * half_life), *names), names, strict=True
    ):
        if not np.isclose(other, 0.5):
            del wrong[name][f"{name} is 1/2 whatever the half-life"]
    steps = f"{half_life:,.6g} step{'' if half_life == 1 else 's'}"
    fades = f", a state of 1 is {float(u) ** half_life:.4g} after {steps}" if u > 0 else ""
    rests = f"and a constant input of 1 the state comes to rest at {float(w) / (1 - expected):.4g}"
    for got, right, name, text in (
        (u, expected, "u", f"with yours, {float(u):.4g}{fades}, and it should be 0.5"),
        (w, 1 - expected, "w", f"with yours, {float(w):.4g}, {rests}, and it should be 1"),
    ):
        what = f"{name} for a half-life of {steps} ({text})"
        checks.close(got, right, what, wrong[name], [], times=times)


def mistakes(half_life: float) -> dict[str, dict[str, Any]]:
    """For "u" and for "w": mistake → what it leads to."""
    u = 0.5 ** (1 / half_life)
    return {
        "u": {
            "u is 1 divided by the half-life": lambda: 1 / half_life,
            "u is 1 minus 1 divided by the half-life; that is near for long half-lives, but not "
            "equal": lambda: 1 - 1 / half_life,
            "u is 1 minus the logarithm of 2 divided by the half-life; that is near for long "
            "half-lives, but not equal": lambda: 1 - np.log(2) / half_life,
            "u is a half to the power of the half-life; it should lose a half in all steps "
            "together, so take the root": lambda: 0.5**half_life,
            "the state falls to 1/e, not to 1/2: that is a time constant, not a half-life": (
                lambda: np.exp(-1 / half_life)
            ),
            "u is above 1, so that the state grows": lambda: 2 ** (1 / half_life),
            "u is 1/2 whatever the half-life": lambda: 0.5,
            "u is a half divided by the half-life; fading multiplies, it does not subtract": (
                lambda: 0.5 / half_life
            ),
            "u is 1 minus a half divided by the half-life; fading multiplies, it does not "
            "subtract": lambda: 1 - 0.5 / half_life,
            "a half-life below 1 is treated as 1": lambda: 0.5 ** (1 / max(1, half_life)),
            "the half-life is made a whole number; what stands after its point counts too": (
                lambda: 0.5 ** (1 / np.floor(half_life))
            ),
            "the half-life is made a whole number, the next larger one; what stands after its "
            "point counts too": lambda: 0.5 ** (1 / np.ceil(half_life)),
            "the division is made whole, as // does; it is /": lambda: 0.5 ** (1 // half_life),
        },
        "w": {
            "w is 1, so that the state rests far above 1": lambda: 1.0,
            "w equals u": lambda: u,
            "the sign of w is wrong": lambda: u - 1,
            "w is 1 divided by the half-life": lambda: 1 / half_life,
            "w is 1/2 whatever the half-life": lambda: 0.5,
            "w is 1 divided by (1 - u); at rest h = w + u h, so solve for w": lambda: 1 / (1 - u),
            "w is the root of 1 - u * u, which keeps the size of noise; at rest h = w + u h": (
                lambda: np.sqrt(1 - u * u)
            ),
        },
    }
