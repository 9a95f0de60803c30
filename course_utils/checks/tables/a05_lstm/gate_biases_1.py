"""05-lstm, the first bias: a forget bias, and chrono initialisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND = (
    "course_utils.initializers.forget_bias",
    "course_utils.initializers.chrono",
    "keras.layers.LSTM",
    "keras.layers.LSTMCell",
)
CALLS: dict[str, str] = {}

ORDER = "in Keras' order i, f, c, o the forget gate is the second block"


def example() -> tuple[tuple[int, float], tuple[int, np.ndarray]]:
    """units and bias for `forget_bias`, longest and u for `chrono_bias`."""
    return (2, 2.7), (50, np.array([0.1, 0.5, 0.9]))


EXPECTED_CHRONO = [-1.7579, -3.2189, -3.7887, 1.7579, 3.2189, 3.7887, *[0.0] * 6]


def check(forget_bias: Any, chrono_bias: Any) -> None:
    """The tests that students see."""
    (units, bias), (longest, u) = example()
    compare_forget(checks.call(forget_bias, 3), [0, 0, 0, 1, 1, 1, *[0] * 6], 3, 1.0, 2e-4)
    expected = [0, 0, bias, bias, 0, 0, 0, 0]
    compare_forget(checks.call(forget_bias, units, bias), expected, units, bias, 2e-4)
    compare_chrono(checks.call(chrono_bias, longest, u), EXPECTED_CHRONO, longest, u, 2e-4)
    others = np.array([0.0771357, 0.312468])
    compare_chrono(checks.call(chrono_bias, 5, others), _chrono(5, others), 5, others)
    short = 1e-7 * np.array([2.0117, 5.0279, 3.0141])
    compare_chrono(
        checks.call(chrono_bias, longest, short), _chrono(longest, short), longest, short
    )


def compare_forget(
    got: Any, expected: Any, units: int, bias: float, tolerance: float = 1e-6
) -> None:
    """The bias against the expected one; bias 1 is what `forget_bias` is not told."""
    what = f"forget_bias({units}{'' if bias == 1 else f', {bias:.4g}'})"
    checks.close(got, expected, what, mistakes(units, bias), ["place"], tolerance)


def compare_chrono(got: Any, expected: Any, longest: int, u: Any, tolerance: float = 1e-6) -> None:
    """The bias against the expected one; in proportion, where it is tiny."""
    largest = float(np.max(np.abs(expected)))
    tiny = 0 < largest < 1e-3
    if tiny and common.single(got):
        return
    with np.printoptions(precision=4):
        what = f"chrono_bias({longest}, u) with u = {np.asarray(u)}"
    times = 1 / largest if tiny else 1.0
    wrong = mistakes_chrono(longest, u)
    checks.close(got, expected, what, wrong, ["place"], 1e-5 if tiny else tolerance, times)


def mistakes(units: int, bias: float) -> dict[str, Any]:
    """For `forget_bias`: mistake → what it leads to."""
    n = units

    def on(*blocks: int, value: float = bias) -> Callable[[], Any]:
        return lambda: np.repeat([value * (k in blocks) for k in range(4)], n)

    return {
        f"the bias lies on the input gate; {ORDER}": on(0),
        f"the bias lies on the candidate; {ORDER}": on(2),
        f"the bias lies on the output gate; {ORDER}": on(3),
        "the bias lies on all four blocks; it belongs to the forget gate alone": on(0, 1, 2, 3),
        "the bias lies on all three gates; it belongs to the forget gate alone": on(0, 1, 3),
        "the bias lies on every fourth number; the numbers of one gate are neighbours": lambda: (
            np.tile([0, bias, 0, 0], n)
        ),
        "only the first unit has it; every unit has a forget gate of its own": lambda: (
            bias * (np.arange(4 * n) == n)
        ),
        "the bias lies from the forget gate to the end of the array; its block ends at 2 * "
        "units": on(1, 2, 3),
        "it is the sigmoid of the bias; the layer takes the sigmoid itself": on(
            1, value=float(common.sigmoid(bias))
        ),
        "the bias is 1 whatever bias is asked for": on(1, value=1.0),
        "the bias is clipped to ±5; it has no limits": on(1, value=float(np.clip(bias, -5, 5))),
        "the bias is cut off at 0; it may be negative": on(1, value=max(0.0, bias)),
        "1 is added to the bias": on(1, value=bias + 1),
    }


def mistakes_chrono(longest: int, u: Any) -> dict[str, Any]:
    """For `chrono_bias`: mistake → what it leads to."""
    u = np.asarray(u)

    def steps(values: Any) -> Callable[[], Any]:
        return lambda: _blocks(-np.log(values), np.log(values))

    def blocks(i: float = 0, f: float = 0, c: float = 0, o: float = 0) -> Callable[[], Any]:
        return lambda: _blocks(*(sign * np.log(_steps(longest, u)) for sign in (i, f, c, o)))

    def scaled(factor: float) -> Callable[[], Any]:
        return lambda: factor * _chrono(longest, u)

    return {
        "the input gate has no bias; its bias is minus that of the forget gate": blocks(f=1),
        "the input gate has the same sign as the forget gate; what is kept longer should be "
        "written less, so it is minus": blocks(i=1, f=1),
        "the biases of the input gate and of the forget gate are exchanged": blocks(i=1, f=-1),
        "the minus sign lies on the output gate; it belongs to the input gate, the first "
        "block": blocks(f=1, o=-1),
        "the minus sign lies on the candidate; it belongs to the input gate, the first "
        "block": blocks(f=1, c=-1),
        "the logarithm is missing: the bias is the logarithm of the steps": lambda: _blocks(
            -_steps(longest, u), _steps(longest, u)
        ),
        "the logarithm is to base 10; it is the natural one, np.log": scaled(1 / np.log(10)),
        "the logarithm is to base 2; it is the natural one, np.log": scaled(1 / np.log(2)),
        "the steps lie between 1 and T; it should end at T - 1": steps(1 + u * (longest - 1)),
        "the steps lie between 1 and T + 1; it should end at T - 1": steps(1 + u * longest),
        "the steps lie between 0 and T - 2: the 1 is missing, with which u = 0 gives one "
        "step": steps(u * (longest - 2)),
        "the steps lie between 0 and T - 1; they start at 0, and should start at 1": steps(
            u * (longest - 1)
        ),
        "the steps lie between 2 and T; it should be from 1 to T - 1": steps(2 + u * (longest - 2)),
        "the biases are drawn uniformly; the steps should be, and the bias is their "
        "logarithm": lambda: _blocks(-u * np.log(longest - 1), u * np.log(longest - 1)),
        "every unit has the same bias; u spreads the units from short memories to long ones": steps(
            np.full(len(u), longest - 1.0)
        ),
        "the longest time has no part in it: u is taken as the value of the gate": steps(
            u / (1 - u)
        ),
        "the biases lie on every fourth number; the numbers of one gate are neighbours": lambda: (
            _chrono(longest, u).reshape(4, -1).T.ravel()
        ),
        "the steps are rounded to whole numbers; leave them as they are": steps(
            np.round(_steps(longest, u))
        ),
        "the steps are cut off to whole numbers; leave them as they are": steps(
            np.trunc(_steps(longest, u))
        ),
        **{
            f"the steps are rounded to {places} places after the point; leave them as they "
            "are": steps(np.round(_steps(longest, u), places))
            for places in common.PLACES
        },
        "the biases are clipped to ±5; they have no limits": lambda: np.clip(
            _chrono(longest, u), -5, 5
        ),
        "u is turned round: u = 0 gives one step, u = 1 gives T - 1": steps(
            longest - 1 - u * (longest - 2)
        ),
        "the units are sorted; the first number of u belongs to the first unit": lambda: _chrono(
            longest, np.sort(u)
        ),
    }


def _steps(longest: int, u: Any) -> Any:
    return 1 + u * (longest - 2)


def _blocks(i: Any, f: Any, c: Any = 0, o: Any = 0) -> Any:
    return np.concatenate([i, f, c + 0 * f, o + 0 * f])


def _chrono(longest: int, u: Any) -> Any:
    steps = np.log(_steps(longest, u))
    return _blocks(-steps, steps)
