"""07-deep-bidirectional, the gradients of both readings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a07_deep_bidirectional import _common_1 as common

BY_HAND = (
    "course_utils.wiring.merge_backward",
    "course_utils.wiring.influence",
    "course_utils.gradients.numerical",
    "tensorflow.GradientTape",
    "jax.grad",
    "jax.value_and_grad",
    "jax.vjp",
    "scipy.optimize.approx_fprime",
    "scipy.differentiate.derivative",
    "scipy.differentiate.jacobian",
)
CALLS = {"merge": "07-deep-bidirectional/merge@1"}

MEASURED = (
    "the small gradients have too few right digits, as when all are measured by small changes; "
    "here they are to be derived, with the chain rule"
)
MODES = ("concat", "sum", "mul", "ave")


def example() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """d (3, 8, 12), for "concat"; forward and backward, (3, 8, 6) each.

    For the other modes d is (3, 8, 6): the first half of this one.
    """
    d = common.numbers(3, 8, 12, start=100)
    return d, common.numbers(3, 8, 6, start=7), common.numbers(3, 8, 6, start=33)


def check(merge_backward: Any, *earlier: Any) -> None:
    """The tests that students see. earlier: tasks that it may call, though not for every number."""
    d, forward, backward = example()
    half = d[..., :6]
    expected = {
        "concat": np.split(d, 2, axis=-1),
        "sum": [half, half],
        "mul": [half * backward, half * forward],
        "ave": [half / 2, half / 2],
    }
    for mode in MODES:
        inputs = (d if mode == "concat" else half, forward, backward, mode)
        compare(call(merge_backward, inputs, *earlier), expected[mode], inputs)


def call(merge_backward: Any, inputs: Any, *earlier: Any) -> Any:
    """What merge_backward returns; each of `earlier` may run a few times."""
    most = {task: 4 for task in earlier if hasattr(task, "__code__")}
    return checks.call(merge_backward, *inputs, seldom=most)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", times: Any = None) -> None:
    """Both gradients against the expected ones. inputs: d, forward, backward, mode.

    times: for each of the two, both sides are so many times as large.
    """
    names = ["d_forward", "d_backward"]
    parts = checks.unpack(got, *names)
    for number, name in enumerate(names):
        what = f'the gradient {name} for mode "{inputs[3]}"{case}'
        axes = common.STEPS if inputs[1].ndim == 3 else ["batch", "unit"]
        wrong = mistakes(*inputs)[name]
        larger = 1.0 if times is None else times[number]
        checks.close(
            parts[number], expected[number], what, wrong, axes, times=larger, otherwise=MEASURED
        )


def mistakes(
    d: Any, forward: Any, backward: Any, mode: str
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For each gradient: mistake → what it leads to in this mode."""
    f, b, units = forward, backward, forward.shape[-1]
    mine, other = {"d_forward": f, "d_backward": b}, {"d_forward": b, "d_backward": f}
    return {name: _mistakes(d, mine[name], other[name], units, mode, name) for name in mine}


def _mistakes(
    d: Any, mine: Any, other: Any, units: int, mode: str, name: str
) -> dict[str, Callable[[], Any]]:
    """mine: the array whose gradient this is   other: the one that it was merged with."""
    if mode == "concat":
        halves = d[..., :units], d[..., units:]
        half, swapped = halves if name == "d_forward" else halves[::-1]
        stands = "first" if name == "d_forward" else "second"
        return {
            f"it is the other half of d; this direction stands {stands}": lambda: swapped,
            "d is not cut: each direction gets the half that it made": lambda: d,
            "the halves are added; each direction gets its own": lambda: half + swapped,
            "the halves are averaged; each direction gets its own": lambda: (half + swapped) / 2,
            "every second entry is taken; in the merged array all forward units come first, then "
            "all backward ones": lambda: d[..., 0 if name == "d_forward" else 1 :: 2],
            "d is multiplied by the other direction; side by side, nothing was "
            "multiplied": lambda: half * other,
            "d is multiplied by the direction itself; its factor is 1": lambda: half * mine,
            "it is halved, as for the mean; side by side, nothing was halved": lambda: half / 2,
            "d is cut along the batch; the units are the last axis": lambda: np.array_split(d, 2)[
                name == "d_backward"
            ],
            "d is cut along the time; the units are the last axis": lambda: np.array_split(
                d, 2, axis=1
            )[name == "d_backward"],
            "d is cut along the time, and there after as many steps as there are units; the units "
            "are the last axis": lambda: d[:, :units] if name == "d_forward" else d[:, units:],
            "it is turned round in time; forward and backward both came in the order of "
            "time": lambda: half[:, ::-1],
            "this is the direction itself; what is wanted is its gradient": lambda: mine,
        }
    told: dict[str, Callable[[], Any]] = {
        "this is the direction itself; what is wanted is its gradient": lambda: mine,
        "it is 1, the factor alone, without d": lambda: np.ones_like(mine),
        "it is turned round in time; forward and backward both came in the order of time": lambda: (
            _right(d, other, mode)[:, ::-1]
        ),
        "it is summed over the units; each unit has its own gradient": lambda: _right(
            d, other, mode
        ).sum(axis=-1),
        "it is summed over the batch; each sequence has its own gradient": lambda: _right(
            d, other, mode
        ).sum(axis=0),
        "d is cut in two, as for concat; here it has as many units as each direction": lambda: (
            np.array_split(d, 2, axis=-1)[name == "d_backward"]
        ),
    }
    if mode in ("sum", "ave"):
        told |= {
            "d is multiplied by the other direction; that belongs to mul": lambda: d * other,
            "d is multiplied by the direction itself; its factor is a plain number": lambda: (
                d * mine
            ),
            "the sign is wrong; the two were added": lambda: -_right(d, other, mode),
            "the direction is left out: both have a part in the result": lambda: 0 * d,
        }
    if mode == "sum":
        told["it is halved; in a sum each direction counts whole"] = lambda: d / 2
        told["it is doubled; each direction counts once"] = lambda: 2 * d
    if mode == "ave":
        told |= {
            "the half is missing: in a mean each direction counts half": lambda: d,
            "it is doubled: in a mean each direction counts half": lambda: 2 * d,
            "it is a quarter; each direction counts half": lambda: d / 4,
            "d is divided by the number of units; the mean is over two directions": lambda: (
                d / mine.shape[-1]
            ),
        }
    if mode == "mul":
        told |= {
            "d is multiplied by the direction itself; the slope of f * b along f is b": lambda: (
                d * mine
            ),
            "d is passed on as it is; the slope of f * b along f is b": lambda: d,
            "d is multiplied by both directions; the slope of f * b along f is b": lambda: (
                d * mine * other
            ),
            "d is divided by the direction itself": lambda: d / mine,
            "d is divided by the other direction; the slope of f * b along f is b": lambda: (
                d / other
            ),
            "d is left out: it is the slope alone": lambda: other,
            "d is multiplied by the sum of both directions": lambda: d * (mine + other),
            "it is halved; only the mean has a half": lambda: d * other / 2,
        }
    return told


def _right(d: Any, other: Any, mode: str) -> Any:
    return {"sum": d, "mul": d * other, "ave": d / 2}[mode]
