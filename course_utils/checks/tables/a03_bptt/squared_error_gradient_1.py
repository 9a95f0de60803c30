"""03-bptt, the gradient of the mean squared error at the prediction."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common

BY_HAND = (*common.TAPES, "keras.losses.MeanSquaredError", *common.DIFFERENCES)
CALLS: dict[str, str] = {}


def example() -> tuple[np.ndarray, ...]:
    """prediction (3, 4), target (3, 4): batch 3, 4 outputs."""
    prediction = [[0.5, -1.0, 2.0, 0.1], [1.5, 0.3, -0.4, 0.8], [0.9, -0.2, 0.7, -0.6]]
    target = [[1.0, -0.6, 0.5, 0.4], [0.2, 0.2, 0.3, -0.9], [0.4, -1.1, 0.5, 0.6]]
    return np.array(prediction), np.array(target)


EXPECTED = [
    [-0.0833, -0.0667, 0.25, -0.05],
    [0.2167, 0.0167, -0.1167, 0.2833],
    [0.0833, 0.15, 0.0333, -0.2],
]
# A prediction at every step: batch 2, 4 steps, 3 outputs.
EVERY_STEP = (
    np.array(
        [
            [[-0.8, -1.3, -0.2], [0.4, 1.1, 0.1], [-0.6, -0.8, 0.7], [1.6, 0.3, -1.2]],
            [[-1.0, 1.6, 0.2], [-1.7, -0.1, -1.2], [-0.6, -0.5, -0.7], [0.6, -0.1, -0.6]],
        ]
    ),
    np.array(
        [
            [[1.1, 1.8, -2.6], [-0.1, 1.0, 1.4], [0.7, 1.5, 0.3], [0.6, 0.2, -1.1]],
            [[-0.8, 0.4, -0.6], [1.3, 1.3, 1.8], [0.0, 1.4, -0.9], [-0.8, 0.1, 0.3]],
        ]
    ),
)
EXPECTED_EVERY_STEP = [
    [
        [-0.1583, -0.2583, 0.2],
        [0.0417, 0.0083, -0.1083],
        [-0.1083, -0.1917, 0.0333],
        [0.0833, 0.0083, -0.0083],
    ],
    [
        [-0.0167, 0.1, 0.0667],
        [-0.25, -0.1167, -0.25],
        [-0.05, -0.1583, 0.0167],
        [0.1167, -0.0167, -0.075],
    ],
]
SIZES = {
    "100 times smaller": 0.01,
    "a million times smaller": 1e-6,
    "20 times larger": 20.0,
    "1e20 times larger": 1e20,
}


def check(squared_error_gradient: Any) -> None:
    """The tests that students see."""
    inputs = example()
    first = checks.call(squared_error_gradient, *inputs)
    compare(first, EXPECTED, inputs, tolerance=2e-4)
    got = checks.call(squared_error_gradient, *EVERY_STEP)
    case = ", with a prediction at every step,"
    compare(got, EXPECTED_EVERY_STEP, EVERY_STEP, case, tolerance=2e-4)
    for size, factor in SIZES.items():
        scaled = tuple(factor * array for array in inputs)
        got = checks.call(squared_error_gradient, *scaled)
        case = f" for predictions and targets {size}, divided by {factor:g},"
        compare(got, factor * np.asarray(first), scaled, case, times=1 / factor)


def compare(
    got: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The gradient against the expected one, both `times` as large."""
    axes = ["batch", "output"] if np.ndim(expected) == 2 else ["batch", "time", "output"]
    what = f"d_prediction{case}"
    checks.close(
        got, expected, what, mistakes(*inputs), axes, tolerance, times, otherwise=common.SIZED
    )


def mistakes(prediction: Any, target: Any) -> dict[str, Any]:
    """Each mistake → what it leads to."""
    d = prediction - target
    sizes, count = d.shape, d.size

    def divided(divisor: float, of: Any = 2 * d) -> Any:
        return lambda: of / divisor

    clipped = {
        f"the differences are clipped to ±{limit}; the squared error takes them as they "
        "are": divided(count, 2 * np.clip(d, -limit, limit))
        for limit in (1, 5, 10, 100)
    }
    rounded = {
        f"the differences are rounded to {places} places; round nothing on the way": divided(
            count, 2 * np.round(d, places)
        )
        for places in common.PLACES
    }
    return {
        "the factor 2 from the square is missing": divided(count, d),
        "it is not divided by how many numbers there are; the loss is a mean": divided(1),
        "this is the difference alone: the factor 2 and the division by how many numbers there "
        "are are missing": divided(1, d),
        "it is divided by the number of examples; the mean is over all the numbers": divided(
            sizes[0]
        ),
        "it is divided by the number of outputs only; the mean is over all the numbers": divided(
            sizes[-1]
        ),
        "it is divided by batch times time; the outputs count as well": divided(
            sizes[0] * sizes[1]
        ),
        "the steps are not counted: divide by all the numbers of all steps": divided(
            sizes[0] * sizes[-1]
        ),
        "it is divided by 12, the count of the first check; count the numbers of this "
        "array": divided(12),
        "the sign is wrong everywhere: prediction minus target, not target minus "
        "prediction": divided(-count),
        "the sign is wrong everywhere, and the mean is missing": divided(-1),
        "this is the gradient of the absolute error": divided(count, np.sign(d)),
        "the signs are lost: a prediction below its target has a negative gradient": divided(
            count, 2 * np.abs(d)
        ),
        "this is the squared error of each number; asked is its gradient": lambda: d**2,
        "this is the loss, one number; asked is its gradient": lambda: np.mean(d**2),
        "it is summed or averaged; every prediction keeps a gradient of its own": lambda: (
            np.mean(2 * d) / count
        ),
        "it is averaged over the batch; every prediction keeps a gradient of its own": lambda: (
            np.mean(2 * d, axis=0)
        ),
        "the first example is taken for all; every prediction has a target of its own": divided(
            count, 2 * d[:1] + 0 * d
        ),
        "the last output is left out; it has a gradient like the others": divided(
            count, 2 * d * (np.arange(sizes[-1]) < sizes[-1] - 1)
        ),
        "the squares are computed in float32, where they overflow above 1e38; float64 holds "
        "1e308": lambda: 2 * np.sign(d) * np.sqrt((d**2).astype(np.float32)) / count,
        **clipped,
        **rounded,
    }
