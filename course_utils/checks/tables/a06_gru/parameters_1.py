"""06-gru, the shapes and the number of the weights of a GRU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils import checks

BY_HAND = (
    "keras.layers.GRU",
    "keras.layers.GRUCell",
    "keras.layers.RNN",
    "keras.Sequential",
    "course_utils.cells.GRU.forward",
)

NAMES = ("W", "U", "b", "total")


def example() -> tuple[int, int]:
    """5 features, 4 units."""
    return 5, 4


def check(parameters: Any) -> None:
    """The tests that students see."""
    features, units = example()
    W, U = (features, 3 * units), (units, 3 * units)
    for reset_after, b, total in ((True, (2, 12), 132), (False, (12,), 120)):
        got = checks.call(parameters, features, units, reset_after)
        expected = {"W": W, "U": U, "b": b, "total": total}
        compare(got, expected, features, units, reset_after)
    got = checks.call(parameters, features, units)
    expected = {"W": W, "U": U, "b": (2, 12), "total": 132}
    compare(got, expected, features, units, True, ", with reset_after left out,")


def compare(
    got: Any, expected: Any, features: int, units: int, reset_after: bool, note: str = ""
) -> None:
    """The four entries against the expected ones, one after the other."""
    if not isinstance(got, dict) or set(got) != set(NAMES):
        checks.fail(
            'Return a dictionary with the keys "W", "U", "b" and "total": three shapes and a '
            "number."
        )
    wrong = mistakes(features, units, reset_after)
    case = f"for {features} features, {units} units{note or f', reset_after={reset_after}'}"
    for name in NAMES:
        checks.equal(got[name], expected[name], f'"{name}" {case}', wrong[name])


def mistakes(
    features: int, units: int, reset_after: bool = True
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For "W", "U", "b" and "total": mistake → what it leads to."""
    biases = 2 if reset_after else 1
    rows = (2,) if reset_after else ()
    one_gate = "these are the weights of one gate; there are two gates and the candidate"
    two_blocks = "there are two blocks in it, for the gates; the candidate has a block, too"
    four_blocks = (
        "there are four blocks in it, as in an LSTM; a GRU has two gates and the candidate"
    )

    def total(blocks: int = 3, inputs: int = features, state: int = units, b: int = biases) -> Any:
        return lambda: blocks * units * (inputs + state + b)

    if reset_after:
        of_this_variant = {
            "b": {
                "there is one bias in it; with reset_after=True there are two, in two "
                "rows": lambda: (3 * units,)
            },
            "total": {
                "one bias too few is counted; reset_after=True has two": total(b=1),
            },
        }
    else:
        of_this_variant = {
            "b": {
                "there are two biases in it; reset_after=False has one bias": lambda: (2, 3 * units)
            },
            "total": {"one bias too many is counted; reset_after=False has one": total(b=2)},
        }
    return {
        "W": {
            one_gate: lambda: (features, units),
            two_blocks: lambda: (features, 2 * units),
            four_blocks: lambda: (features, 4 * units),
            "it is transposed: x_t stands on the left, so the features come first": lambda: (
                3 * units,
                features,
            ),
            "the three blocks are put under one another; they stand side by side": lambda: (
                3 * features,
                units,
            ),
            "the blocks stand side by side in one matrix, not stacked on an axis of their "
            "own": lambda: (3, features, units),
            "W meets x_t, so it has as many rows as features, not as units": lambda: (
                units,
                3 * units,
            ),
            "features and units are exchanged": lambda: (units, 3 * features),
            "W meets x_t alone, so it has as many rows as features; h meets U": lambda: (
                features + units,
                3 * units,
            ),
        },
        "U": {
            one_gate: lambda: (units, units),
            two_blocks: lambda: (units, 2 * units),
            four_blocks: lambda: (units, 4 * units),
            "it is transposed: h stands on the left, so the units come first": lambda: (
                3 * units,
                units,
            ),
            "the gates are not fed back; only h, as wide as the units, comes in": lambda: (
                3 * units,
                3 * units,
            ),
            "it leads from the state to the gates, so the features have no part in it": lambda: (
                features,
                3 * units,
            ),
        },
        "b": {
            "these are the biases of one gate; there are two gates and the candidate": lambda: (
                *rows,
                units,
            ),
            **of_this_variant["b"],
            "the two biases lie one after the other; Keras keeps them in two rows": lambda: (
                6 * units,
            ),
            "it is turned round; the rows are the two biases": lambda: (3 * units, 2),
            "one bias is one flat row, without an axis for rows": lambda: (1, 3 * units),
            "the three blocks lie side by side in a row, not on an axis of their own": lambda: (
                *rows,
                3,
                units,
            ),
            "there is one bias for each gate; each unit of each gate has one": lambda: (*rows, 3),
            "a bias is as wide as the units, not the features": lambda: (*rows, 3 * features),
            "there are four blocks in it, as in an LSTM; a GRU's bias has three": lambda: (
                *rows,
                4 * units,
            ),
        },
        "total": {
            "the biases are not counted": total(b=0),
            **of_this_variant["total"],
            "it is the number of an LSTM": total(blocks=4, b=1),
            "four blocks are counted, as in an LSTM; a GRU has three": total(blocks=4, b=2),
            "one block alone is counted; there are two gates and the candidate": total(blocks=1),
            "two blocks are counted; the candidate has weights, too": total(blocks=2),
            "U is not counted": total(state=0),
            "W is not counted": total(inputs=0),
            "the sizes of the axes are added; a matrix has rows times columns numbers": lambda: (
                features + 7 * units + 3 * units + (2 if reset_after else 0)
            ),
        },
    }
