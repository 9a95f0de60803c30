"""02-recurrent-step, a switch that stays where you put it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}

ON, OFF = [1] + [0] * 100, [-1] + [0] * 100


def example() -> tuple[list[int], list[int]]:
    """What the switch hears in two of the tests: a pulse of +1, or of -1, and 100 times nothing."""
    return list(ON), list(OFF)


def check(switch: Any) -> None:
    """The tests that students see."""
    compare(*weights(switch))


def weights(switch: Any) -> tuple[float, float, float]:
    """w, u, b as ordinary numbers."""
    parts = checks.unpack(checks.call(switch), "w", "u", "b")
    for part, name in zip(parts, "wub", strict=True):
        checks.shape(part, (), name)
        if not np.isfinite(part):
            checks.fail(f"{name} is {part}; choose an ordinary number.")
    w, u, b = (float(part) for part in parts)
    return w, u, b


def compare(w: float, u: float, b: float) -> None:
    """Switch on, wait, switch off, wait, and say what goes wrong first."""
    for mistake, made in mistakes(w, u, b).items():
        if made():
            stop = "" if mistake.endswith("?") else "."
            checks.fail(f"{_with(w, u, b)}{mistake}{stop}")


def compare_row(w: float, u: float, b: float, inputs: Sequence[int], row: str) -> None:
    """At each step of a row of pulses and zeros, the state is where the last pulse put it."""
    wanted = 0
    for t, (x, h) in enumerate(zip(inputs, run(w, u, b, inputs), strict=True)):
        wanted = x or wanted
        if wanted * h <= 0.5:
            checks.fail(
                f"{_with(w, u, b)}after {row} the state is {h:.3g} at step {t}, where it should be "
                f"{'above 0.5' if wanted > 0 else 'below -0.5'}. Each pulse must win against the "
                "memory, and each memory must stay."
            )


def run(w: float, u: float, b: float, inputs: Sequence[int], h: float = 0.0) -> list[float]:
    """The states of h_t = tanh(w x_t + u h_{t-1} + b) from the state h on."""
    states = []
    for x in inputs:
        h = float(np.tanh(w * x + u * h + b))
        states.append(h)
    return states


def mistakes(w: float, u: float, b: float) -> dict[str, Callable[[], bool]]:
    """Mistake → whether a unit with these weights makes it, and none of those before."""
    on, off = run(w, u, b, ON), run(w, u, b, OFF)
    off_again, on_again = run(w, u, b, OFF, h=on[-1]), run(w, u, b, ON, h=off[-1])
    fades = next((t for t, h in enumerate(on) if h <= 0.5), 0)
    rises = next((t for t, h in enumerate(off) if h >= -0.5), 0)
    weak = f"a pulse of +1 brings the state only to {on[0]:.3g}, which is not above 0.5"
    falls = f"at step {fades} after a pulse of +1 the state is {on[fades]:.3g}"
    return {
        f"a pulse of +1 drives the state to {on[0]:.3g}. The sign of w is wrong": lambda: (
            on[0] < 0 and w < 0
        ),
        f"{weak}. The pulse is too weak: w is too small": lambda: (
            on[0] <= 0.5 and np.tanh(w) <= 0.5
        ),
        f"{weak}. The bias b works against the pulse": lambda: on[0] <= 0.5,
        f"after the pulse the state jumps to and fro ({on[0]:.3g}, {on[1]:.3g}, {on[2]:.3g}, …). "
        "u is negative: the state should feed itself, not oppose itself": lambda: (
            min(on) <= 0.5 and u < 0
        ),
        f"at step {fades} after the pulse it has switched itself off. The bias b pulls it "
        "away": lambda: min(on) <= 0.5 and on[-1] < -0.5 and b < 0,
        f"{falls}: the memory fades. Without input, the state must feed itself strongly enough to "
        "stay (look at u)": lambda: min(on) <= 0.5,
        f"a pulse of -1 brings the state only to {off[0]:.3g}, which is not below -0.5": lambda: (
            off[0] >= -0.5
        ),
        f"at step {rises} after a pulse of -1 the state is {off[rises]:.3g}: it does not stay off. "
        "The bias b pulls it away; what would be fair to both sides?": lambda: max(off) >= -0.5,
        f"once on, it cannot be switched off: a pulse of -1 leaves the state at {off_again[0]:.3g}."
        " w is too small beside u, or the pulse too weak beside the memory": lambda: (
            off_again[0] > 0
        ),
        f"once on, a pulse of -1 brings the state only to {max(off_again):.3g}. w is too small "
        "beside u": lambda: max(off_again) >= -0.5,
        f"once off, a pulse of +1 brings the state only to {on_again[0]:.3g}. w is too small "
        "beside u": lambda: min(on_again) <= 0.5,
    }


def _with(w: float, u: float, b: float) -> str:
    return f"With w = {w:g}, u = {u:g}, b = {b:g}: "
