"""05-lstm, the shapes of the weights of an LSTM."""

from __future__ import annotations

from typing import Any

from course_utils import checks

BY_HAND = (
    "keras.layers.LSTM",
    "keras.layers.LSTMCell",
    "keras.layers.RNN",
    "keras.Sequential",
    "course_utils.cells.LSTM.forward",
)
CALLS: dict[str, str] = {}

ONE = "there are three gates and the candidate"
FLAT = "Keras keeps it flat"


def example() -> tuple[int, int]:
    """5 features, 3 units."""
    return 5, 3


EXPECTED = {"W": (5, 12), "U": (3, 12), "b": (12,), "total": 108}


def check(parameters: Any) -> None:
    """The tests that students see."""
    compare(checks.call(parameters, *example()), EXPECTED, *example())


def compare(got: Any, expected: Any, features: int, units: int) -> None:
    """The dictionary of shapes against the expected one, part by part."""
    size = f"{features} features, {units} units"
    if not isinstance(got, dict) or set(got) != set(expected):
        checks.equal(got, expected, f"the answer for {size}")
    for name, wrong in mistakes(features, units).items():
        what = f"{'the total' if name == 'total' else 'the shape of ' + name} ({size})"
        checks.equal(got[name], expected[name], what, wrong)


def mistakes(features: int, units: int) -> dict[str, dict[str, Any]]:
    """For each part of the answer: mistake → what it leads to."""
    f, u = features, units
    return {
        "W": {
            f"these are the weights of one gate; {ONE}": lambda: (f, u),
            "there are three blocks in it; the candidate needs one, too": lambda: (f, 3 * u),
            "the units stand in place of the features": lambda: (u, 4 * u),
            "it is transposed: x_t stands on the left, so the features come first": lambda: (
                4 * u,
                f,
            ),
            "the four blocks are put under one another; the four blocks stand side by "
            "side": lambda: (4 * f, u),
        },
        "U": {
            f"these are the weights of one gate; {ONE}": lambda: (u, u),
            "there are three blocks in it; the candidate needs one, too": lambda: (u, 3 * u),
            "the gates are not fed back; only h, as wide as the units, comes in": lambda: (
                4 * u,
                4 * u,
            ),
            "it is transposed: h stands on the left, so the units come first": lambda: (4 * u, u),
            "it leads from the state to the gates, so the features have no part in it": lambda: (
                f,
                4 * u,
            ),
        },
        "b": {
            f"these are the biases of one gate; {ONE}": lambda: (u,),
            "there are three blocks in it; the candidate needs one, too": lambda: (3 * u,),
            "there is one bias for each gate; each unit of each gate has one": lambda: (4,),
            f"there is one axis too many; {FLAT}, one row of numbers": lambda: (1, 4 * u),
            f"there is one axis too many; {FLAT}, one number after the other": lambda: (4 * u, 1),
            f"it has a row for each gate; {FLAT}, one block after the other": lambda: (4, u),
            "there are two biases, as in PyTorch; Keras' LSTM has one": lambda: (8 * u,),
        },
        "total": {
            "the biases are not counted": lambda: 4 * (f + u) * u,
            f"it is the number for one gate only; {ONE}": lambda: (f + u + 1) * u,
            "three of the four blocks are counted; the candidate has weights, too": lambda: (
                3 * (f + u + 1) * u
            ),
            "three of the four biases are counted; the candidate has one, too": lambda: (
                4 * (f + u) * u + 3 * u
            ),
            "U is not counted": lambda: 4 * (f + 1) * u,
            "the input weights W are not counted": lambda: 4 * (u + 1) * u,
            "the bias is counted twice, as in PyTorch; Keras' LSTM has one": lambda: (
                4 * (f + u + 2) * u
            ),
            "four times the units send to the gates; h is only as wide as the units": lambda: (
                4 * (f + 4 * u + 1) * u
            ),
            "the shapes are added up; multiply the sizes of each array": lambda: f + u + 3 * 4 * u,
        },
    }
