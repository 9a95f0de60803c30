"""03-bptt, one step back through h = tanh(x W + h_prev U + b)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common

BY_HAND = (*common.CELLS, *common.TAPES, *common.DIFFERENCES)
CALLS: dict[str, str] = {}

NAMES = ["dx", "dW", "dU", "db", "dh_prev"]
AXES = {
    "dW": ["feature", "unit"],
    "dU": ["row", "column"],
    "db": ["unit"],
    "dx": ["batch", "feature"],
    "dh_prev": ["batch", "unit"],
}


def example() -> tuple[np.ndarray, ...]:
    """dh (4, 2), x (4, 3), h_prev (4, 2), h (4, 2), W (3, 2), U (2, 2): 4 examples, 3 features."""
    dh = [[-1.5, -0.5], [-1.0, -0.8], [1.1, -0.8], [0.0, 0.9]]
    x = [[0.0, 0.3, -0.3], [-0.9, -0.5, -1.0], [0.1, 1.3, -0.5], [-0.6, 0.5, 0.4]]
    h_prev = [[-0.4, -0.1], [0.0, 0.1], [0.9, 0.5], [0.2, 0.9]]
    h = [[0.585, -0.1586], [0.9603, -0.207], [-0.9959, -0.3969], [0.2355, -0.207]]
    W = [[-1.5, -0.2], [-1.0, 0.2], [0.1, -0.1]]
    U = [[-2.0, -0.4], [0.0, 0.1]]
    return tuple(np.array(values) for values in (dh, x, h_prev, h, W, U))


EXPECTED = (
    [
        [1.5775, 0.8892, -0.0499],
        [0.2699, -0.0753, 0.0688],
        [0.1213, -0.1438, 0.0683],
        [-0.1723, 0.1723, -0.0861],
    ],
    [[0.0709, 0.1049], [-0.2454, -0.2088], [0.3693, 1.5935]],
    [[0.4028, -0.2393], [0.0954, 0.4105]],
    [-1.0555, -1.0657],
    [[2.1683, -0.0487], [0.4619, -0.0766], [0.2516, -0.0674], [-0.3446, 0.0861]],
)
SIZES = {
    "100 times smaller": 0.01,
    "a million times smaller": 1e-6,
    "20 times larger": 20.0,
    "a million times larger": 1e6,
}
UNEVEN = np.array([[1e-6], [1e6], [1.0], [1e-6]])


def check(step_back: Any) -> None:
    """The tests that students see."""
    dh, *others = example()
    parts = run(step_back, (dh, *others), shapes=[(4, 3), (3, 2), (2, 2), (2,), (4, 2)])
    compare(parts, EXPECTED, (dh, *others), tolerance=2e-4)
    for size, factor in SIZES.items():
        inputs = (factor * dh, *others)
        right = [factor * np.asarray(part) for part in parts]
        case = f" for dh {size}, divided by {factor:g},"
        compare(run(step_back, inputs), right, inputs, case, times=1 / factor)
    compare_uneven(run(step_back, (UNEVEN * dh, *others)), parts, UNEVEN)


def run(step_back: Any, inputs: Any, shapes: Any = ()) -> list[Any]:
    """The five parts that the answer returns."""
    got = checks.call(step_back, *inputs, seldom=common.seldom(step_back, 1))
    return checks.unpack(got, *NAMES, shapes=shapes, what="the gradients")


def compare(
    parts: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The gradients against the expected ones, all `times` as large; dW first."""
    wrong = mistakes(*inputs)
    for name, axes in AXES.items():
        got, right = parts[NAMES.index(name)], expected[NAMES.index(name)]
        what = f"the gradient {name}{case}"
        checks.close(got, right, what, wrong[name], axes, tolerance, times, otherwise=common.SIZED)


def compare_uneven(parts: Any, expected: Any, factors: Any) -> None:
    """What each example has for itself, where dh of each is multiplied by a factor of its own.

    parts: with these factors   expected: without them   factors: (batch, 1)
    """
    for name in ("dx", "dh_prev"):
        got, right = parts[NAMES.index(name)], factors * np.asarray(expected[NAMES.index(name)])
        case = "with dh of every example times a factor of its own, and divided by it again,"
        what = f"the gradient {name}, {case}"
        checks.close(got, right, what, {}, AXES[name], times=1 / factors, otherwise=common.UNEVEN)


def mistakes(dh: Any, x: Any, h_prev: Any, h: Any, W: Any, U: Any) -> dict[str, dict[str, Any]]:
    """For each gradient: mistake → what it leads to. That da is wrong shows in dW already."""
    batch = len(x)

    def back(name: str, **slips: Any) -> Callable[[], Any]:
        return lambda: _back(dh, x, h_prev, h, W, U, **slips)[name]

    def da(**slips: Any) -> Any:
        return _back(dh, x, h_prev, h, W, U, **slips)["da"]

    def averaged(name: str) -> Callable[[], Any]:
        return lambda: back(name)() / batch

    def each(left: Any) -> Any:
        return left[:, :, None] * da()[:, None, :]

    def limited(name: str) -> dict[str, Any]:
        return common.limited(partial(back, name), before="dh", after="da")

    missing = "the slope of tanh is missing: da is dh times 1 - h²"
    at_input = (
        "the slope of tanh is taken at the input: the pre-activation a is squared, but 1 - h² "
        "needs the state h"
    )
    at_state = (
        "the slope of tanh is taken as if h were its input, 1 - tanh(h)²; h is the output of tanh "
        "already, so it is 1 - h²"
    )
    shared = "it is averaged over the batch; what all examples share collects the sum"
    each_kept = "it is kept for each example (batch in front); sum over the batch"
    only_first = "only the first example is counted; sum over the batch"
    only_last = "only the last example is counted; sum over the batch"
    without_last = "the last example is left out; sum over the whole batch"
    without_first = "the first example is left out; sum over the whole batch"
    slopes = {
        missing: 1.0,
        at_input: lambda h: 1 - np.arctanh(h) ** 2,
        at_state: lambda h: 1 - np.tanh(h) ** 2,
    }
    return {
        "dW": {
            **{text: back("dW", slope=slope) for text, slope in slopes.items()},
            "the slope of tanh is taken at the old state h_prev; the tanh of this step gave "
            "h": back("dW", slope=1 - h_prev**2),
            "h is not squared in the slope of tanh": back("dW", slope=lambda h: 1 - h),
            "h (1 - h) is the slope of the sigmoid; that of tanh is 1 - h²": back(
                "dW", slope=lambda h: h * (1 - h)
            ),
            "dh is passed through tanh; it is multiplied by the slope of tanh": back(
                "dW", before=np.tanh, slope=1.0
            ),
            "dh is multiplied by h²; the slope is 1 - h²": back("dW", slope=lambda h: h**2),
            "the slope is 1 + h²; it is 1 - h²": back("dW", slope=lambda h: 1 + h**2),
            "dh is divided by the slope of tanh; it is multiplied": back(
                "dW", slope=lambda h: 1 / (1 - h**2)
            ),
            "the slope of tanh is multiplied in twice": back("dW", slope=lambda h: (1 - h**2) ** 2),
            "the signs of dh are lost": back("dW", before=np.abs),
            "da is half of what it should be": back("dW", after=lambda g: g / 2),
            "dh is left out: da is dh times 1 - h²": back("dW", before=np.ones_like),
            shared: averaged("dW"),
            "it is transposed; a gradient has the shape of its array, (features, units)": lambda: (
                back("dW")().T
            ),
            "it is made from the old state; W met the input x": back("dU"),
            each_kept: lambda: each(x),
            only_first: lambda: each(x)[0],
            only_last: lambda: each(x)[-1],
            without_last: lambda: each(x)[:-1].sum(axis=0),
            without_first: lambda: each(x)[1:].sum(axis=0),
            **limited("dW"),
        },
        "dU": {
            **{text: back("dU", slope=slope) for text, slope in slopes.items()},
            shared: averaged("dU"),
            "it is transposed": lambda: back("dU")().T,
            "it is zero: U met h_prev, which is not": lambda: 0 * U,
            "it is made from the new state h; U met the old one, h_prev": lambda: h.T @ da(),
            each_kept: lambda: each(h_prev),
            only_first: lambda: each(h_prev)[0],
            only_last: lambda: each(h_prev)[-1],
            without_last: lambda: each(h_prev)[:-1].sum(axis=0),
            without_first: lambda: each(h_prev)[1:].sum(axis=0),
            **limited("dU"),
        },
        "db": {
            "the slope of tanh is missing: b stands inside the tanh, so it collects da, not "
            "dh": back("db", slope=1.0),
            shared: averaged("db"),
            "it is not summed over the batch; b is shared by all examples": da,
            "it is summed over the units as well; each unit has a bias of its own": lambda: (
                da().sum()
            ),
            "it is summed over the wrong axis, the units; sum over the batch": lambda: da().sum(
                axis=1
            ),
            "the batch axis is kept (keepdims); b is flat": lambda: da().sum(axis=0)[None],
            only_first: lambda: da()[0],
            only_last: lambda: da()[-1],
            without_last: lambda: da()[:-1].sum(axis=0),
            without_first: lambda: da()[1:].sum(axis=0),
            **limited("db"),
        },
        "dx": {
            "the slope of tanh is missing: on the way to x stands the tanh, so use da": back(
                "dx", slope=1.0
            ),
            "it is averaged over the batch; every example has an input of its own": averaged("dx"),
            "it is summed over the batch; every example has an input of its own": lambda: back(
                "dx"
            )().sum(axis=0),
            "the first example is taken for all; every example has an input of its own": lambda: (
                back("dx")()[:1] + 0 * x
            ),
            "it is summed over the features": lambda: back("dx")().sum(axis=1),
            **limited("dx"),
        },
        "dh_prev": {
            "U is not transposed: forward used U, on the way back it is U.T": lambda: da() @ U,
            "the slope of tanh is missing: dh goes through the tanh first, then through U.T": back(
                "dh_prev", slope=1.0
            ),
            "dh is added to it; all of dh goes through the tanh": lambda: back("dh_prev")() + dh,
            "da is returned; it still has to go back through U": da,
            "dh is returned as it came": lambda: dh,
            "it is multiplied by the slope of the old state as well; that belongs to the next "
            "step back": lambda: back("dh_prev")() * (1 - h_prev**2),
            "it is averaged over the batch; every example has a state of its own": averaged(
                "dh_prev"
            ),
            **limited("dh_prev"),
        },
    }


def _back(
    dh: Any,
    x: Any,
    h_prev: Any,
    h: Any,
    W: Any,
    U: Any,
    slope: Any = lambda h: 1 - h**2,
    before: Callable[..., Any] = lambda dh: dh,
    after: Callable[..., Any] = lambda da: da,
) -> dict[str, Any]:
    """A step back with slips: another slope, and something done to dh or to da on the way."""
    da = after(before(dh) * (slope(h) if callable(slope) else slope))
    return {
        "da": da,
        "dx": da @ W.T,
        "dW": x.T @ da,
        "dU": h_prev.T @ da,
        "db": da.sum(axis=0),
        "dh_prev": da @ U.T,
    }
