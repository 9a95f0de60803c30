"""02-recurrent-step, a stream, piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a02_recurrent_step import _common_1 as common

BY_HAND = common.CELLS
CALLS = {"step": "02-recurrent-step/step@1", "forward": "02-recurrent-step/forward@1"}

AXES = ["batch", "time", "unit"]


def example() -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Pieces of 5 and of 1 step, (4, 5, 3) and (4, 1, 3); weights [W, U, b]; h0 (4, 2)."""
    x = common.numbers(4, 6, 3, start=120)
    h0 = [[0.5, -0.5], [-0.8, 0.3], [0.1, 0.9], [-0.4, -0.7]]
    return [x[:, :5], x[:, 5:]], common.weights(), np.array(h0)


EXPECTED = [
    [
        [-0.22603, -0.03998],
        [-0.43238, 0.06892],
        [0.14377, -0.36484],
        [0.45862, -0.59203],
        [0.16769, -0.69858],
        [-0.23117, -0.24773],
    ],
    [
        [0.46212, -0.52267],
        [0.76696, -0.91933],
        [0.76896, -0.95128],
        [-0.05018, -0.59492],
        [-0.63432, 0.22426],
        [0.70128, -0.77721],
    ],
    [
        [-0.57167, 0.55113],
        [-0.76659, 0.83259],
        [0.32436, 0.06276],
        [0.81044, -0.79116],
        [0.47073, -0.78563],
        [-0.4847, -0.09644],
    ],
    [
        [0.58498, -0.69107],
        [0.18839, -0.56294],
        [0.15067, -0.68153],
        [0.11556, -0.67193],
        [0.23632, -0.68098],
        [0.18269, -0.63916],
    ],
]
EXPECTED_FROM_H0 = [
    [
        [0.02, -0.5299],
        [-0.39099, -0.33454],
        [0.05678, -0.56845],
        [0.34951, -0.64076],
        [0.06728, -0.68539],
        [-0.30207, -0.19245],
    ],
    [
        [-0.04996, 0.0],
        [0.6411, -0.76783],
        [0.7454, -0.93431],
        [-0.06388, -0.58055],
        [-0.63828, 0.23891],
        [0.70191, -0.77291],
    ],
    [
        [-0.29131, 0.80406],
        [-0.61182, 0.83611],
        [0.4312, -0.01242],
        [0.83096, -0.82525],
        [0.47553, -0.79711],
        [-0.48439, -0.10564],
    ],
    [
        [0.13909, -0.78946],
        [-0.19311, -0.4408],
        [-0.1162, -0.51383],
        [-0.04708, -0.52281],
        [0.15426, -0.57846],
        [0.14875, -0.57449],
    ],
]


def check(forward_in_chunks: Any) -> None:
    """The tests that students see."""
    chunks, weights, h0 = example()
    what = "the array of all states"
    got = checks.call(forward_in_chunks, chunks, weights)
    compare(got, EXPECTED, (chunks, weights), what, tolerance=2e-4)
    what = f"{what}, with a starting state h0 that is not zero,"
    got = checks.call(forward_in_chunks, chunks, weights, h0)
    compare(got, EXPECTED_FROM_H0, (chunks, weights, h0), what, tolerance=2e-4)


def compare(
    got: Any, expected: Any, inputs: Any, what: str, tolerance: float = 1e-6, times: float = 1.0
) -> None:
    """The states against the expected ones. inputs: chunks, weights, and h0 if there is one."""
    checks.close(got, expected, what, mistakes(*inputs), AXES, tolerance, times)


def mistakes(chunks: Any, weights: Any, h0: Any = None) -> dict[str, Any]:
    """Mistake → the states that it leads to."""
    W, U, b = weights
    x = np.concatenate(chunks, axis=1)
    right = common.walk(x, weights, h0)
    ends = np.cumsum([chunk.shape[1] for chunk in chunks])
    zeros = np.zeros((len(x), len(b)))
    start = zeros if h0 is None else h0

    def carried(carry: Callable[[Any], Any], pieces: Any = chunks) -> Any:
        """carry: the state with which the next piece begins, from the states of this one."""

        def outcome() -> Any:
            h, parts = start, []
            for piece in pieces:
                parts.append(common.walk(piece, weights, h))
                h = carry(parts[-1])
            return np.concatenate(parts, axis=1)

        return outcome

    return {
        "the state is set back at the start of each piece; carry it over from the piece "
        "before": carried(lambda states: zeros),
        "each piece starts from h0 again; carry the state over from the piece before": carried(
            lambda states: start
        ),
        "the first state of a piece is carried over to the next; it should be the last": carried(
            lambda states: states[:, 0]
        ),
        "the state before the last one of a piece is carried over to the next (off by one)": (
            carried(lambda states: states[:, max(0, states.shape[1] - 2)])
        ),
        "the mean of the states of a piece is carried over to the next; it should be the last": (
            carried(lambda states: states.mean(axis=1))
        ),
        "the states of the last sequence of the batch are carried over (the wrong axis); it should "
        "be those after the last step": carried(lambda states: states[-1]),
        "only the last piece is returned": lambda: right[:, ends[-2] :],
        "only the first piece is returned": lambda: right[:, : ends[0]],
        "only the last state of each piece is returned": lambda: right[:, ends - 1],
        "only the last state is returned": lambda: right[:, -1],
        "the pieces are read in reversed order": carried(
            lambda states: states[:, -1], chunks[::-1]
        ),
        "the pieces are read in order, but laid together in reversed order": lambda: np.concatenate(
            np.split(right, ends[:-1], axis=1)[::-1], axis=1
        ),
        "the first piece is left out": lambda: common.walk(x[:, ends[0] :], weights, h0),
        "the bias b is missing": lambda: common.walk(x, (W, U, 0 * b), h0),
        "U is transposed": lambda: common.walk(x, (W, U.T, b), h0),
        "h0 is ignored": lambda: common.walk(x, weights),
        "every sequence starts from the first row of h0": lambda: common.walk(
            x, weights, np.repeat(start[:1], len(x), axis=0)
        ),
        **{
            f"the state is rounded to {places} places between the pieces; carry it over as it "
            "is": carried(partial(_last_rounded, places=places))
            for places in range(2, 10)
        },
        **common.other_functions(lambda function: common.walk(x, weights, h0, squeeze=function)),
    }


def _last_rounded(states: Any, places: int) -> Any:
    return np.round(states[:, -1], places)
