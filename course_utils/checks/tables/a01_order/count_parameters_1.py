"""01-order, what seeing order costs."""

from __future__ import annotations

from typing import Any

from course_utils import checks

BY_HAND = ("keras.layers.Dense", "keras.layers.SimpleRNN", "keras.Sequential")
CALLS: dict[str, str] = {}

EXPECTED = 155, 45


def example() -> tuple[int, int, int]:
    """10 steps, 3 features, 5 units."""
    return 10, 3, 5


def check(count_parameters: Any) -> None:
    """The tests that students see."""
    compare(count_parameters, example(), EXPECTED)


def compare(count_parameters: Any, inputs: tuple[int, int, int], expected: Any) -> None:
    """The two counts for these inputs (time, features, units) against the expected ones."""
    parts = checks.unpack(
        checks.call(count_parameters, *inputs),
        "the count of the dense layer",
        "the count of the recurrent layer",
    )
    if parts == list(expected)[::-1]:
        checks.fail(
            "The two counts are exchanged: return the dense layer first, then the recurrent one."
        )
    case = "({} steps, {} features, {} units)".format(*inputs)
    wrong = mistakes(*inputs)
    for got, wanted, layer in zip(parts, expected, ("dense", "recurrent"), strict=True):
        checks.equal(got, wanted, f"the count of the {layer} layer {case}", wrong[layer])


def mistakes(time: int, features: int, units: int) -> dict[str, dict[str, int]]:
    """For the "dense" and the "recurrent" layer: mistake → the count that it leads to."""
    window, step, state = time * features * units, features * units, units * units
    return {
        "dense": {
            "the biases are missing": window,
            "there is one bias for every step; each neuron has a single one": window + time * units,
            "there is one bias for the whole layer; each neuron has one": window + 1,
            "the weights are those of a single step; the window has them for every step": (
                step + units
            ),
            "there is no weight for each of the units": time * features + units,
            "steps and features are added; every step has all features, so multiply": (
                (time + features) * units + units
            ),
        },
        "recurrent": {
            "the biases are missing": step + state,
            "the weights from the old state to the new one are missing": step + units,
            "it grows with the number of steps; the weights are shared by all of them": (
                time * (step + state + units)
            ),
            "the old state has a single weight for each unit; every unit hears every unit": (
                step + units + units
            ),
            "there is one bias for the whole layer; each neuron has one": step + state + 1,
            "the input weights are counted for every step; they are shared": window + state + units,
            "there are two biases for each neuron; this layer has one": step + state + 2 * units,
            "the old state has 2 times units weights; every unit hears every unit, so it is units "
            "times units": step + 2 * units + units,
        },
    }
