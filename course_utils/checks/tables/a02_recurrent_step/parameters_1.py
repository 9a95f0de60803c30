"""02-recurrent-step, count what is learned."""

from __future__ import annotations

from typing import Any

from course_utils import checks

BY_HAND = (
    "keras.layers.SimpleRNN",
    "keras.layers.Dense",
    "keras.Sequential",
    "course_utils.cells.SimpleRNN.forward",
)
CALLS: dict[str, str] = {}

EXPECTED = {"W": (4, 5), "U": (5, 5), "b": (5,), "V": (5, 2), "b_y": (2,), "total": 62}


def example() -> tuple[int, int, int]:
    """4 features, 5 units, 2 classes."""
    return 4, 5, 2


def check(parameters: Any) -> None:
    """The tests that students see."""
    compare(parameters, example(), EXPECTED)


def compare(parameters: Any, inputs: tuple[int, int, int], expected: dict[str, Any]) -> None:
    """The answer for these inputs (features, units, classes) against the expected one."""
    got = checks.call(parameters, *inputs)
    case = "{} features, {} units, {} classes".format(*inputs)
    if not isinstance(got, dict) or set(got) != set(expected):
        checks.equal(got, expected, f"the answer for {case}")
    for name, wrong in mistakes(*inputs).items():
        what = "the total" if name == "total" else f"the shape of {name}"
        checks.equal(got[name], expected[name], f"{what} ({case})", wrong)


def mistakes(features: int, units: int, classes: int) -> dict[str, dict[str, Any]]:
    """For each shape and the total: mistake → what it leads to."""
    W, U, b, V, b_y = features * units, units * units, units, units * classes, classes
    sizes = [features, units, units, units, units, units, classes, classes]
    return {
        "W": {
            "it is transposed: x_t stands on the left, so the features come first": (
                units,
                features,
            ),
        },
        "U": {
            "it leads from the state to the state, so the features have no part in it": (
                features,
                units,
            ),
            "there is one weight for each unit; every unit hears every unit": (units,),
        },
        "b": {
            "there is one bias for the whole layer; each unit has one": (1,),
            "it is a matrix with one row; a bias is flat": (1, units),
            "it is a matrix with one column; a bias is flat": (units, 1),
            "it holds one number for each feature; each unit has one bias": (features,),
        },
        "V": {
            "it is transposed: h_t stands on the left, so the units come first": (classes, units),
            "it leads from the input; it should lead from the state": (features, classes),
        },
        "b_y": {
            "it holds one number for each unit; each class has one": (units,),
            "it is a matrix with one row; a bias is flat": (1, classes),
            "it is a matrix with one column; a bias is flat": (classes, 1),
            "there is one bias for all classes; each class has one": (1,),
        },
        "total": {
            "the read-out is not counted": W + U + b,
            "the biases are not counted": W + U + V,
            "U is not counted": W + b + V + b_y,
            "the input weights W are not counted": U + b + V + b_y,
            "the bias b is not counted": W + U + V + b_y,
            "the read-out's weights V are not counted": W + U + b + b_y,
            "the read-out's bias b_y is not counted": W + U + b + V,
            "U has units times units numbers, not 2 times units": W + 2 * units + b + V + b_y,
            "the shapes are added up; multiply the sizes of each array": sum(sizes),
        },
    }
