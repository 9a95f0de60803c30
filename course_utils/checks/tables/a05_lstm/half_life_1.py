"""05-lstm, the half-life of a memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}


def example() -> tuple[float, float]:
    """A bias for `half_life`, and a number of steps for `bias_for`."""
    return 2.0, 10


LIVES = {
    2.0: (5.4609, "(f is 0.8808)"),
    0.0: (1.0, "(f is 0.5)"),
    1.0: (2.2127, "(f is 0.7311), Keras' default"),
    12.0: (112813.9, "(f is 0.999994)"),
}
BIASES = {
    10: (2.6342, "10 steps (f should be 0.933, since 0.933 to the power of 10 is a half)"),
    0.5: (-1.0986, "half a step (f should be 0.25)"),
    112813.9: (12.0, "112,813.9 steps (f should be 0.999994)"),
}


def check(half_life: Any, bias_for: Any) -> None:
    """The tests that students see."""
    for bias, (expected, gate) in LIVES.items():
        what = f"the half-life for a forget bias of {bias:g} {gate}"
        got = checks.call(half_life, bias)
        checks.close(got, expected, what, mistakes(bias), tolerance=1e-4)
    for steps, (expected, words) in BIASES.items():
        got = checks.call(bias_for, steps)
        what = f"the bias for a half-life of {words}"
        checks.close(got, expected, what, mistakes_back(steps), tolerance=1e-4)


def compare(half_life: Any, bias_for: Any, bias: float, steps: float) -> None:
    """Both functions for a bias and the half-life that belongs to it."""
    what = f"the half-life for a forget bias of {bias:.4g}"
    got = checks.call(half_life, bias)
    checks.close(got, steps, what, mistakes(bias), tolerance=1e-5, times=1 / steps)
    what = f"the bias for a half-life of {steps:.4g} steps"
    got = checks.call(bias_for, steps)
    checks.close(got, bias, what, mistakes_back(steps), tolerance=1e-5)


def mistakes(bias: float) -> dict[str, Any]:
    """For `half_life`: mistake → what it leads to."""
    f, half = float(common.sigmoid(bias)), np.log(2)
    hard = common.hard_sigmoid(bias)
    hard_gate = {"the gate is a hard sigmoid; an LSTM's is smooth": lambda: -half / np.log(hard)}
    return {
        "the logarithm of the bias is taken; the bias is not the gate, f is its sigmoid": lambda: (
            -half / np.log(bias)
        ),
        "the memory falls to 1/e, not to 1/2: that is a time constant, not a half-life": lambda: (
            -1 / np.log(f)
        ),
        "it is 1 / (1 - f), the mean time until a unit forgets; ask when f multiplied by itself is "
        "a half": lambda: 1 / (1 - f),
        "it is ln 2 / (1 - f); that is near for long half-lives, but not equal": lambda: (
            half / (1 - f)
        ),
        "it is upside down: how many halvings in one step. How many steps for one "
        "halving?": lambda: -np.log(f) / half,
        "one logarithm is natural and the other is log2; take the same for both": lambda: (
            -half / np.log2(f)
        ),
        "one logarithm is natural and the other is log10; take the same for both": lambda: (
            -half / np.log10(f)
        ),
        "it is ln 2 times exp(bias); that is near for a large bias, but not equal": lambda: (
            half * np.exp(bias)
        ),
        "the gate is taken with tanh; a gate is a sigmoid": lambda: -half / np.log(np.tanh(bias)),
        **(hard_gate if 0 < hard < 1 else {}),
        "the bias is clipped to ±5; it has no limits": lambda: (
            -half / np.log(common.sigmoid(np.clip(bias, -5, 5)))
        ),
        "the sign of the bias is lost": lambda: -half / np.log(common.sigmoid(abs(bias))),
        "1 is added to the bias": lambda: -half / np.log(common.sigmoid(bias + 1)),
        "forgetting is a product: in each step c is multiplied by f, it does not subtract 1 - "
        "f": lambda: 0.5 / (1 - f),
        "it is the value of the gate, not a number of steps": lambda: f,
        "it is rounded to a whole number of steps; leave it as it is": lambda: np.ceil(
            -half / np.log(f)
        ),
        **{
            f"the gate is rounded to {places} places after the point; go on with it as it "
            "is": lambda places=places: -half / np.log(np.round(f, places))
            for places in common.PLACES
            if 0 < np.round(f, places) < 1
        },
    }


def mistakes_back(steps: float) -> dict[str, Any]:
    """For `bias_for`: mistake → what it leads to."""
    f = 0.5 ** (1 / steps)
    chrono = "as in chrono initialisation"
    return {
        "it is the value of the gate; which bias gives that sigmoid?": lambda: f,
        "it is the logarithm of f; which bias has the sigmoid f? Solve f = 1 / (1 + exp(-b)) for "
        "b": lambda: np.log(f),
        "it is f / (1 - f); the logarithm is missing": lambda: f / (1 - f),
        "that undoes tanh; the gate is a sigmoid": lambda: np.arctanh(f),
        "the sigmoid once more does not undo the sigmoid": lambda: common.sigmoid(f),
        "it is ln(half-life - 1), the bias of chrono initialisation, from a gate of 1 - 1 / "
        "half-life; ask which f, multiplied by itself half-life times, gives a half": lambda: (
            np.log(steps - 1)
        ),
        "the memory falls to 1/e, not to 1/2: that is a time constant, not a half-life": lambda: (
            _logit(np.exp(-1 / steps))
        ),
        f"it is ln(half-life), {chrono}: that gate, T / (T + 1), has forgotten more than a half by "
        "then": lambda: np.log(steps),
        "forgetting is a product: in each step c is multiplied by f, it does not subtract a half "
        "divided by the half-life": lambda: _logit(1 - 0.5 / steps),
        "a half to the power of the half-life stands for f; it should lose a half in all the steps "
        "together, so take the root": lambda: _logit(0.5**steps),
        "it is cut off at 0; a bias may be negative, and has to be where f is below a "
        "half": lambda: max(0.0, float(_logit(f))),
        "it is clipped to ±5; a bias has no limits": lambda: np.clip(_logit(f), -5, 5),
        "it is ln(half-life / ln 2); that is near for long half-lives, but not equal": lambda: (
            np.log(steps / np.log(2))
        ),
        "the logarithm is to base 2; the sigmoid has the natural one": lambda: (
            _logit(f) / np.log(2)
        ),
        "the logarithm is to base 10; the sigmoid has the natural one": lambda: (
            _logit(f) / np.log(10)
        ),
        **{
            f"the gate is rounded to {places} places after the point; go on with it as it "
            "is": lambda places=places: _logit(np.round(f, places))
            for places in common.PLACES
            if 0 < np.round(f, places) < 1
        },
    }


def _logit(f: Any) -> Any:
    return np.log(f / (1 - f))
