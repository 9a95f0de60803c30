"""03-bptt, the gradient of the given loss by central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common

BY_HAND = (*common.CELLS, *common.TAPES, *common.DIFFERENCES)
CALLS: dict[str, str] = {}

AXES = {
    "x": ["batch", "time", "feature"],
    "W": ["feature", "unit"],
    "U": ["row", "column"],
    "b": ["unit"],
    "h0": ["batch", "unit"],
}
ADVICE = (
    "Your loops go through U, but stop at b. U has two axes, b has one and x has three, so a fixed "
    "number of loops, or of indices, does not do for all. Write one loop, `for index in "
    "np.ndindex(array.shape)`: there `array[index]` is one number, whatever the axes."
)
HINTS = dict.fromkeys(("IndexError", "ValueError", "TypeError"), ADVICE)


def example() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """arrays: x (3, 4, 1), W (1, 2), U (2, 2), b (2,), h0 (3, 2); target (3, 4, 2)."""
    x = [[1.4, 0.1, 0.3, 1.1], [0.8, 0.6, -0.4, -1.0], [0.4, -0.5, 0.8, 0.2]]
    arrays = {
        "x": np.array(x)[:, :, None],
        "W": np.array([[-0.6, 0.2]]),
        "U": np.array([[0.6, 0.1], [-0.6, 0.2]]),
        "b": np.array([0.2, 0.4]),
        "h0": np.array([[-0.6, 0.6], [-0.7, 0.1], [-0.5, -0.4]]),
    }
    target = [
        [[0.1, 0.1], [0.5, 0.6], [0.0, 0.6], [0.6, 0.2]],
        [[-0.2, 0.3], [0.3, 0.7], [0.4, 0.1], [0.9, -0.1]],
        [[0.6, 0.7], [0.3, -0.9], [-0.9, -0.8], [0.4, -0.9]],
    ]
    return arrays, np.array(target)


EXPECTED_LARGE_STEP = [[0.298533, -0.143791], [-0.185176, 0.229248]]
EXPECTED = {
    "U": [[0.302514, -0.151548], [-0.187529, 0.232196]],
    "b": [-0.459476, 0.522406],
    "h0": [[-0.011691, 0.028071], [-0.021199, 0.034567], [-0.024532, 0.01917]],
    "x": np.array(
        [
            [0.028071, 0.046278, 0.032235, 0.030686],
            [0.034567, 0.043027, 0.04861, 0.025445],
            [0.01917, 0.010149, 0.010376, 0.051552],
        ]
    )[:, :, None],
    "W": [[-0.141177, 0.162164]],
}

LOST = "digits are lost. Is something rounded, or computed in float32, on the way?"


def two_features() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """arrays: x (4, 5, 2), W (2, 3), U (3, 3), b (3,), h0 (4, 3); target (4, 5, 3)."""
    arrays = {
        "x": np.cos(2.0 * np.arange(40)).reshape(4, 5, 2),
        "W": np.array([[0.5, -0.7, 0.3], [-0.4, 0.9, 0.2]]),
        "U": np.array([[0.4, -0.6, 0.1], [0.8, 0.3, -0.5], [-0.2, 0.7, 0.6]]),
        "b": np.array([0.2, -0.1, 0.4]),
        "h0": 0.8 * np.sin(3.0 * np.arange(12)).reshape(4, 3),
    }
    return arrays, np.sin(5.0 * np.arange(60)).reshape(4, 5, 3)


def check(numerical_gradient: Any) -> None:
    """The tests that students see."""
    arrays, target = inputs = example()
    got = checks.call(numerical_gradient, *inputs, "U", 0.3)
    case = " with a large step, 0.3,"
    compare(got, EXPECTED_LARGE_STEP, inputs, "U", 0.3, case, tolerance=1e-5)
    for name, expected in EXPECTED.items():
        got = checks.call(numerical_gradient, *inputs, name, hints=HINTS if name == "b" else {})
        case = " with the step that is given as default" if name == "U" else ""
        compare(got, expected, inputs, name, 1e-5, case, tolerance=1e-5)
    wide = two_features()
    got = checks.call(numerical_gradient, *wide, "x")
    compare(got, _differences(*wide, "x", 1e-5), wide, "x", 1e-5, " with two features")
    near = (arrays, _states(arrays, target) + 1e-4 * target)
    got = checks.call(numerical_gradient, *near, "W")
    case = " of a loss near its minimum, multiplied by 10,000,"
    compare(got, _differences(*near, "W", 1e-5), near, "W", 1e-5, case, times=1e4)
    far = (arrays, 1e4 * target)
    got = checks.call(numerical_gradient, *far, "W", 0.01)
    case = " with targets 10,000 times larger and step 0.01, divided by 10,000,"
    compare(got, _differences(*far, "W", 0.01), far, "W", 0.01, case, times=1e-4)


def compare(
    got: Any,
    expected: Any,
    inputs: tuple[Any, Any],
    name: str,
    step: float,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The differences against the expected ones, both `times` as large."""
    what = f"the numerical gradient of {name}{case}"
    arrays, target = inputs
    wrong = mistakes(arrays, target, name, step)
    checks.close(got, expected, what, wrong, AXES[name], tolerance, times, LOST)


def mistakes(arrays: Any, target: Any, name: str, step: float) -> dict[str, Any]:
    """Each mistake → what it leads to."""
    array = arrays[name]

    def sloped(**slips: Any) -> Callable[[], Any]:
        return lambda: _differences(arrays, target, name, step, **slips)

    def times(factor: float) -> Callable[[], Any]:
        return lambda: factor * sloped()()

    def together(axis: Any) -> Any:
        """The differences when all numbers along an axis move at once."""
        return sloped(direction=lambda index: _along(array.shape, index, axis))()

    def five_points() -> Any:
        return (4 * sloped()() - _differences(arrays, target, name, 2 * step)) / 3

    features = array.shape[-1]
    by_axes = {
        2: {
            "whole rows are moved together; move one number at a time": lambda: together(1),
            "whole rows are moved together, one number for each row; move one number at a "
            "time": lambda: together(1)[:, 0],
            "whole columns are moved together; move one number at a time": lambda: together(0),
        },
        3: {
            f"{'both' if features == 2 else 'all'} features of a step are moved together; x has "
            "three axes, so it takes three indices to move one number": lambda: together(2),
            "all steps of an example are moved together; x has three axes, so it takes three "
            "indices to move one number": lambda: together((1, 2)),
        },
    }
    rounded = {
        f"the losses are rounded to {places} places on the way; round nothing on the way": sloped(
            told=lambda loss, places=places: np.round(loss, places)
        )
        for places in (*common.PLACES, *range(9, 13))
    }
    clipped = {
        f"it is clipped to ±{limit}; the gradient is asked as it is": (
            lambda limit=limit: np.clip(sloped()(), -limit, limit)
        )
        for limit in (1, 5, 10, 100)
    }
    others = {
        f"this is the gradient of {other}; take the array that is called `name`": (
            lambda other=other: _differences(arrays, target, other, step)
        )
        for other in ("W", "x", "U", "b", "h0")
        if other != name
    }
    return {
        "the differences are one-sided, L(θ + ε) - L(θ); that is less exact than central "
        "differences, L(θ + ε) - L(θ - ε)": sloped(down=0.0),
        "the differences are one-sided, L(θ) - L(θ - ε); that is less exact than central "
        "differences, L(θ + ε) - L(θ - ε)": sloped(up=0.0),
        "it is twice too large: the two losses lie 2 steps apart, so divide by 2 * step": times(2),
        "it is half of what it should be: divide by 2 * step, once": times(0.5),
        "`/ 2 * step` divides by 2 and then multiplies by step; put 2 * step in brackets": times(
            step**2
        ),
        "the sign is wrong everywhere: the loss with the larger number minus the loss with the "
        "smaller one": times(-1),
        "the difference of the losses is not divided by anything": times(2 * step),
        "it is zero everywhere: were both losses the same (`up = down = …` makes no copy), or was "
        "everything after the point cut off (dtype int)?": times(0),
        "the step is ignored": lambda: _differences(arrays, target, name, 1e-5),
        "it is divided by the step that is given as default": times(step / 1e-5),
        "the numbers move by half a step; move each by the whole step to either side": lambda: (
            _differences(arrays, target, name, step / 2)
        ),
        "the numbers are not put back: each is moved while those before it are still off": sloped(
            stays=True
        ),
        "the numbers are multiplied by 1 ± step; add the step": sloped(
            direction=lambda index: array * _along(array.shape, index, ())
        ),
        "all numbers of the array are moved together; move one at a time": lambda: together(
            tuple(range(array.ndim))
        ),
        "all numbers of the array are moved together, which gives one number; move one at a "
        "time": lambda: together(tuple(range(array.ndim))).flat[0],
        **others,
        "it is transposed": lambda: sloped()().T,
        **by_axes.get(array.ndim, {}),
        "the losses are squared before they are subtracted": sloped(told=lambda loss: loss**2),
        "the sign of the number is multiplied in: it should grow by the step, whatever its "
        "sign": lambda: np.sign(array) * sloped()(),
        "the first number was not moved: its entry is zero": lambda: _without_last(
            sloped()()[(slice(None, None, -1),) * array.ndim]
        )[(slice(None, None, -1),) * array.ndim],
        "the last number was not moved: its entry is zero": lambda: _without_last(sloped()()),
        "these are differences of losses at four places for each number, two and four steps "
        "apart; central differences take two": five_points,
        "the moved array is float32, which has too few digits for so small a step; keep "
        "float64": sloped(dtype=np.float32),
        "the losses are float32, which has too few digits for so small a difference; keep "
        "float64": sloped(told=np.float32),
        "all is computed in float32, which has too few digits for so small a step; keep "
        "float64": lambda: _differences(
            {key: value.astype(np.float32) for key, value in arrays.items()},
            target.astype(np.float32),
            name,
            step,
            dtype=np.float32,
        ),
        **clipped,
        **rounded,
    }


def _without_last(gradient: Any) -> Any:
    return np.append(gradient.ravel()[:-1], 0.0).reshape(gradient.shape)


def _along(shape: Any, index: Any, axis: Any) -> Any:
    """Ones at `index` and at all places that differ from it along `axis` alone; else zeros."""
    ones = np.zeros(shape)
    axes = np.atleast_1d(axis).astype(int)
    ones[tuple(slice(None) if i in axes else at for i, at in enumerate(index))] = 1
    return ones


def _states(arrays: Any, target: Any) -> Any:
    """The states after each step, (batch, time, units)."""
    states = [arrays["h0"]]
    for t in range(target.shape[1]):
        a = arrays["x"][:, t] @ arrays["W"] + states[-1] @ arrays["U"] + arrays["b"]
        states.append(np.tanh(a))
    return np.stack(states[1:], axis=1)


def _loss(arrays: Any, target: Any) -> float:
    errors = (_states(arrays, target) - target) ** 2
    return float(np.mean([np.mean(errors[:, t]) for t in range(target.shape[1])]))


def _differences(
    arrays: Any,
    target: Any,
    name: str,
    step: float,
    up: float = 1.0,
    down: float = -1.0,
    direction: Callable[..., Any] | None = None,
    stays: bool = False,
    dtype: Any = float,
    told: Callable[[float], Any] = lambda loss: loss,
) -> Any:
    """Differences with slips: other moves, numbers that stay moved, the losses told otherwise."""
    array = arrays[name].astype(dtype)
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        ones = _along(array.shape, index, ()) if direction is None else direction(index)
        above, below = (
            told(_loss({**arrays, name: (array + side * step * ones).astype(dtype)}, target))
            for side in (up, down)
        )
        gradient[index] = (above - below) / ((up - down) * step)
        if stays:
            array = array + down * step * ones
    return gradient
