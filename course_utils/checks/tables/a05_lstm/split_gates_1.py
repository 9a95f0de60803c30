"""05-lstm, the weights of each gate, cut out of Keras' arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = ("keras.layers.LSTM", "keras.layers.LSTMCell")
CALLS: dict[str, str] = {}

GATES = "ifco"
AXES = {"W": ["feature", "unit"], "U": ["old unit", "unit"], "b": ["unit"]}


def example() -> tuple[np.ndarray, ...]:
    """W (4, 8), U (2, 8), b (8,): 4 features, 2 units."""
    W = [
        [0.1, 0.2, 1.1, 1.2, 2.1, 2.2, 3.1, 3.2],
        [0.3, 0.4, 1.3, 1.4, 2.3, 2.4, 3.3, 3.4],
        [0.5, 0.6, 1.5, 1.6, 2.5, 2.6, 3.5, 3.6],
        [0.9, 1.0, 1.9, 2.0, 2.9, 3.0, 3.9, 4.0],
    ]
    U = [
        [-0.1, -0.2, -1.1, -1.2, -2.1, -2.2, -3.1, -3.2],
        [-0.3, -0.4, -1.3, -1.4, -2.3, -2.4, -3.3, -3.4],
    ]
    b = [0.7, 0.8, 1.7, 1.8, 2.7, 2.8, 3.7, 3.8]
    return tuple(np.array(values) for values in (W, U, b))


EXPECTED = {
    "i": (
        [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6], [0.9, 1.0]],
        [[-0.1, -0.2], [-0.3, -0.4]],
        [0.7, 0.8],
    ),
    "f": (
        [[1.1, 1.2], [1.3, 1.4], [1.5, 1.6], [1.9, 2.0]],
        [[-1.1, -1.2], [-1.3, -1.4]],
        [1.7, 1.8],
    ),
    "c": (
        [[2.1, 2.2], [2.3, 2.4], [2.5, 2.6], [2.9, 3.0]],
        [[-2.1, -2.2], [-2.3, -2.4]],
        [2.7, 2.8],
    ),
    "o": (
        [[3.1, 3.2], [3.3, 3.4], [3.5, 3.6], [3.9, 4.0]],
        [[-3.1, -3.2], [-3.3, -3.4]],
        [3.7, 3.8],
    ),
}


def check(split_gates: Any) -> None:
    """The tests that students see."""
    compare(checks.call(split_gates, *example()), EXPECTED, example())
    for factor, case in ((np.pi, ", of long numbers,"), (1e-6 * np.pi, ", of tiny numbers,")):
        inputs = tuple(factor * array for array in example())
        blocks = {gate: [factor * np.array(part) for part in EXPECTED[gate]] for gate in GATES}
        compare(checks.call(split_gates, *inputs), blocks, inputs, case, times=1 / factor)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", times: float = 1.0) -> None:
    """The dictionary of blocks against the expected one; times: as in `checks.close`."""
    if not isinstance(got, dict):
        checks.fail(
            'Return a dictionary with the keys "i", "f", "c" and "o": it says by name whose '
            "numbers they are."
        )
    missing = ", ".join(repr(gate) for gate in expected if gate not in got)
    if missing:
        keys = ", ".join(map(repr, list(got)[:8]))
        checks.fail(
            f'The dictionary lacks {missing}. Its keys are {keys}; they should be "i", "f", "c" '
            'and "o".'
        )
    for gate, wanted in expected.items():
        parts = checks.unpack(got[gate], *(f"{name} of gate {gate}" for name in "WUb"))
        shapes = [np.shape(part) for part in parts]
        if shapes[0] == np.shape(wanted[2]) and sorted(shapes) == sorted(map(np.shape, wanted)):
            checks.fail(
                f"For gate {gate} b stands where W should: by their shapes, the parts are "
                f"{', '.join(map(str, shapes))}. Return (W, U, b)."
            )
        wrong = mistakes(*inputs)[gate]
        for part, block, name in zip(parts, wanted, "WUb", strict=True):
            what = f"{name} of gate {gate}{case}"
            checks.close(part, block, what, wrong[name], AXES[name], times=times)


def mistakes(W: Any, U: Any, b: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """For each gate, for each of its arrays: mistake → what it leads to."""
    return {gate: _mistakes(gate, W, U, b) for gate in GATES}


def _mistakes(gate: str, W: Any, U: Any, b: Any) -> dict[str, dict[str, Any]]:
    features, units = len(W), len(U)
    rows = "of all the gates; the gates stand side by side, so cut along the columns (axis=1)"

    def common_slips(array: Any) -> dict[str, Any]:
        return {
            "the numbers are clipped to ±5; leave them as they are": lambda: np.clip(
                _block(array, gate), -5, 5
            ),
            "the signs are lost": lambda: np.abs(_block(array, gate)),
            **others(array),
        }

    def others(array: Any) -> dict[str, Any]:
        return {
            f"it is the block of gate {other}; the order is i, f, c, o": lambda other=other: _block(
                array, other
            )
            for other in GATES
            if other != gate
        }

    return {
        "W": {
            **common_slips(W),
            "every fourth column is taken; the columns of one gate are neighbours": lambda: W[
                :, GATES.index(gate) :: 4
            ],
            "W and U are exchanged": lambda: _block(U, gate),
            "it is as wide as there are features; a block is as wide as there are units": lambda: W[
                :, :features
            ],
            f"these are rows {rows}": lambda: W[:units],
            f"this is a row {rows}": lambda: W[:1],
        },
        "U": {
            **common_slips(U),
            "it is the matrix of all four gates": lambda: U,
            "W and U are exchanged": lambda: _block(W, gate),
            "every fourth column is taken; the columns of one gate are neighbours": lambda: U[
                :, GATES.index(gate) :: 4
            ],
        },
        "b": {
            **common_slips(b),
            "it is the bias of all four gates": lambda: b,
            "every fourth number is taken; the numbers of one gate are neighbours": lambda: b[
                GATES.index(gate) :: 4
            ],
        },
    }


def _block(array: Any, gate: str) -> Any:
    return np.split(array, 4, axis=-1)[GATES.index(gate)]
