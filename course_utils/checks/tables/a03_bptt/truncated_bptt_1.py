"""03-bptt, backpropagation through time where each loss walks back through k steps at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common
from course_utils.checks.tables.a03_bptt import bptt_1 as bptt
from course_utils.checks.tables.a03_bptt import step_back_1 as step_back

BY_HAND = bptt.BY_HAND
CALLS = {"bptt": "03-bptt/bptt@1", "step_back": "03-bptt/step-back@1"}

HINTS = {
    "with size 0": "An array is empty, since a slice of the sequence took nothing. Look at the "
    "losses of the first steps: does the part that they walk begin at a negative number? That "
    "counts from the end of the sequence. A walk that comes to the first step ends there, so it "
    "begins at 0 at the earliest."
}


def example() -> tuple[Any, ...]:
    """x (3, 4, 1), states (3, 5, 2), W (1, 2), U (2, 2), d_outputs (3, 4, 2), k = 2."""
    return *bptt.example(), 2


EXPECTED = (
    np.array(
        [
            [0.7739, -0.1913, 0.0167, 0.3631],
            [-0.2778, -0.5776, -1.4621, 0.9227],
            [-0.9976, -0.9683, 0.0607, -0.128],
        ]
    )[:, :, None],
    [[4.1437, -0.6129]],
    [[-0.0026, 1.1325], [-0.4223, -0.6049]],
    [3.1603, -1.7706],
    [[-0.5719, -0.7739], [0.0869, 0.2778], [0.5447, 0.9976]],
)
# With k = 1 each loss reaches its own step only.
EXPECTED_OWN = (
    np.array(
        [
            [0.5364, -0.0479, -0.0039, 0.3631],
            [-0.4069, -0.1463, -1.3375, 0.9227],
            [-0.4419, -0.7451, -0.003, -0.128],
        ]
    )[:, :, None],
    [[2.361, -1.1901]],
    [[0.0942, 0.8563], [-0.7444, -0.5567]],
    [0.084, -2.7919],
    [[-0.3729, -0.5364], [0.3255, 0.4069], [0.6472, 0.4419]],
)


def check(truncated_bptt: Any) -> None:
    """The tests that students see."""
    *inputs, k = example()
    parts = run(truncated_bptt, inputs, k, shapes=bptt.SHAPES, hints=HINTS)
    compare(parts, EXPECTED, inputs, k, f" with k = {k}", tolerance=2e-4)
    case = " with k = 1, where each loss reaches its own step only,"
    own = run(truncated_bptt, inputs, 1)
    compare(own, EXPECTED_OWN, inputs, 1, case, tolerance=2e-4)
    for far in (4, 9):
        case = f" with k = {far} and 4 steps, where nothing is cut,"
        got = run(truncated_bptt, inputs, far)
        compare(got, bptt.EXPECTED, inputs, far, case, tolerance=2e-4)
    *layer, d_outputs = inputs
    for size, factor in step_back.SIZES.items():
        scaled = (*layer, factor * d_outputs)
        right = [factor * np.asarray(part) for part in parts]
        case = f" with k = {k} for d_outputs {size}, divided by {factor:g},"
        got = run(truncated_bptt, scaled, k)
        compare(got, right, scaled, k, case, times=1 / factor)
    uneven = run(truncated_bptt, (*layer, bptt.UNEVEN * d_outputs), k)
    compare_uneven(uneven, parts, bptt.UNEVEN)


def run(truncated_bptt: Any, inputs: Any, k: int, **options: Any) -> list[Any]:
    """The five parts that the answer returns."""
    return bptt.run(truncated_bptt, inputs, k, **options)


def compare(
    parts: Any,
    expected: Any,
    inputs: Any,
    k: int,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The gradients against the expected ones, all `times` as large."""
    x, states, W, U, d_outputs = inputs
    wrong = mistakes(x, states, W, U, d_outputs, k)
    for name, axes in bptt.AXES.items():
        got, right = parts[bptt.NAMES.index(name)], expected[bptt.NAMES.index(name)]
        what = f"the gradient {name}{case}"
        checks.close(got, right, what, wrong[name], axes, tolerance, times, otherwise=common.SIZED)


def compare_uneven(parts: Any, expected: Any, factors: Any) -> None:
    """As in `bptt`."""
    bptt.compare_uneven(parts, expected, factors)


def mistakes(
    x: Any, states: Any, W: Any, U: Any, d_outputs: Any, k: int
) -> dict[str, dict[str, Any]]:
    """For each gradient: mistake → what it leads to."""
    batch, time, _ = x.shape

    def walks(k: int = k, **slips: Any) -> dict[int, Any]:
        return _walks(states, U, d_outputs, k, **slips)

    def part(name: str, k: int = k, states: Any = states, **slips: Any) -> Callable[[], Any]:
        return lambda: _total(x, states, W, walks(k, **slips), k)[name]

    def whole(name: str, d: Any, steps: Iterable[int] | None = None) -> Callable[[], Any]:
        return lambda: bptt._parts(x, states, W, bptt._walk(states, U, d, steps=steps))[name]

    def h0_from(reaches: Callable[[int], bool], k: int = k) -> Callable[[], Any]:
        return lambda: sum(
            (left for end, (_, _, left) in walks(k).items() if reaches(end)),
            np.zeros(states[:, 0].shape),
        )

    def at_the_start() -> Any:
        dx = np.zeros(x.shape)
        for end, (da, _, _) in walks().items():
            start = max(end - k + 1, 0)
            dx[:, : end + 1 - start] += da[:, start : end + 1] @ W.T
        return dx

    def overwritten() -> Any:
        dx = np.zeros(x.shape)
        for end, (da, _, _) in walks().items():
            start = max(end - k + 1, 0)
            dx[:, start : end + 1] = da[:, start : end + 1] @ W.T
        return dx

    def added_up() -> Any:
        dx = np.zeros(x.shape)
        for end, (da, _, _) in walks().items():
            start = max(end - k + 1, 0)
            dx[:, start : end + 1] += da[:, start : end + 1][:, ::-1].cumsum(axis=1)[:, ::-1] @ W.T
        return dx

    def one_step(name: str) -> Any:
        walked = walks()[time - 1]
        return bptt._shares(x, states, W, walked)[name][max(time - k, 0)]

    late = d_outputs * (np.arange(time) >= time - k)[:, None]

    def cut(name: str) -> dict[str, Any]:
        longest = {
            "the longest walks are one step short (off by one)": part(name, min(k, time - 1))
        }
        return {
            "it is not cut: this is the full gradient of `bptt`, whatever k is": part(name, time),
            "each loss walks back one step too far (off by one): k steps, its own counted": part(
                name, k + 1
            ),
            **(longest if k >= time else {}),
            **(nowhere if k == 1 else {}),
            "each loss walks back one step too few (off by one): its own step counts as the first "
            "of the k": part(name, k - 1),
            "only the losses of the last k steps are counted, and they are not cut: every step has "
            "a loss, and each walks back k steps": whole(name, late),
        }

    def counted(name: str) -> dict[str, Any]:
        return {
            "the loss of the last step is left out (off by one)": part(name, ends=range(time - 1)),
            "the loss of the first step is left out (off by one)": part(name, ends=range(1, time)),
        }

    def divided(name: str) -> dict[str, Any]:
        return {
            "the shares of all walks are divided by k; they are summed": lambda: part(name)() / k,
            "the shares are averaged over time; they are summed": lambda: part(name)() / time,
            "the shares are averaged over the batch; they are summed": lambda: part(name)() / batch,
            "it is the share of the step with which the last walk ends; those of all steps of all "
            "walks are added (`+=`)": lambda: one_step(name),
            "it is that of the last walk alone; those of all walks are added": part(
                name, ends=[time - 1]
            ),
        }

    def limited(name: str) -> dict[str, Any]:
        norms = {
            f"the norm of what goes back is clipped to {most} on the way; clipping comes after the "
            "walk": part(name, hand=common.of_norm(most))
            for most in (1, 5, 10)
        }
        clipped = common.limited(partial(part, name), limit="dh", hand="da @ U.T", after="da")
        return {**norms, **clipped}

    nowhere = {"no loss walks at all: range(k - 1) is empty for k = 1 (off by one)": 0 * U[0]}
    return {
        "dW": {
            **cut("dW"),
            "the sequence is cut into chunks of k steps; here each loss walks back k steps from "
            "where it stands": part("dW", steps=lambda end: range(end, end // k * k - 1, -1)),
            "only the loss of the last step is walked back; every step has a loss": part(
                "dW", ends=[time - 1]
            ),
            "losses are counted several times: in each walk start from one loss only, not from "
            "all in the window": part("dW", window=True),
            "only the last k steps of the sequence are walked: every loss has a walk of its "
            "own": whole("dW", late, range(max(time - k, 0), time)[::-1]),
            "only the first k steps of the sequence are walked: every loss has a walk of its "
            "own": whole("dW", d_outputs, range(min(k, time))[::-1]),
            "the losses of the first steps are left out: a walk that comes to the first step "
            "early simply ends there": part("dW", ends=range(k - 1, time)),
            **counted("dW"),
            **divided("dW"),
            "the time order is reversed: each loss reaches the steps after it; it should reach "
            "those before it": part("dW", steps=lambda end: range(end, min(end + k, time))),
            "U is not transposed on the way back": part("dW", carry=lambda da, dh: da @ U),
            "the slope of tanh is missing: da is dh times 1 - h²": part(
                "dW", slope=lambda h, h_prev: 1.0
            ),
            "h is not squared in the slope of tanh; it is 1 - h²": part(
                "dW", slope=lambda h, h_prev: 1 - h
            ),
            "the slope is taken at the state before the step; step t has its state at "
            "states[:, t + 1] (off by one)": part("dW", slope=lambda h, h_prev: 1 - h_prev**2),
            "h (1 - h) is the slope of the sigmoid; that of tanh is 1 - h²": part(
                "dW", slope=lambda h, h_prev: h * (1 - h)
            ),
            "the state gradient skips U: da itself is handed to the step before; it goes through "
            "U.T": part("dW", carry=lambda da, dh: da),
            "the slope of tanh is left out of the state gradient: what goes back through U.T is "
            "da, not dh": part("dW", carry=lambda da, dh: dh @ U.T),
            "a walk runs past the first step, where negative indices take from the end of the "
            "sequence; stop at the first step": part(
                "dW", steps=lambda end: range(end, end - k, -1)
            ),
            **limited("dW"),
        },
        "dU": {
            **cut("dU"),
            "it is made from the state after the step; U met the state before it (off by "
            "one)": part("dU", states=np.roll(states, -1, axis=1)),
            "it is transposed": lambda: part("dU")().T,
            **divided("dU"),
            **counted("dU"),
            **limited("dU"),
        },
        "db": {**cut("db"), **divided("db"), **counted("db"), **limited("db")},
        "dx": {
            **cut("dx"),
            "the share of each walk is put at the start; it belongs to the steps that were "
            "walked": at_the_start,
            "each walk overwrites what the walk before it left; the shares of one step are added "
            "up": overwritten,
            "the shares are added up on the way back: the entry of each step holds those of the "
            "later steps as well. Every step has an input of its own": added_up,
            "the order is reversed along the time axis": lambda: part("dx")()[:, ::-1],
            **counted("dx"),
            **limited("dx"),
        },
        "dh0": {
            "it is not cut: this is the full gradient of `bptt`": part("dh0", time),
            "every walk adds to it, even one that ends in the middle of the sequence; only a walk "
            "that gets past the first step reaches h0": h0_from(lambda end: True),
            "losses reach h0 from one step too far (off by one): the loss of step t is t steps "
            "away from h0": part("dh0", k + 1),
            "a walk that ends at the state after the first step is added (off by one): it does "
            "not reach h0": h0_from(lambda end: end <= k),
            "only the loss of the first step reaches h0; those of the first k steps do (off by "
            "one?)": h0_from(lambda end: end == 0),
            "it is zero; the walks that get past the first step reach h0": lambda: 0 * states[:, 0],
            f"the loss of the last step does not reach h0 (off by one): it is {time} steps "
            "away": h0_from(lambda end: end < min(k, time - 1)),
            "the loss that is k steps away does not reach h0 (off by one): its walk gets past the "
            "first step": h0_from(lambda end: end < k - 1),
            "it is that of the last walk that was made; those of all walks that reach h0 are "
            "added": h0_from(lambda end: end == min(k, time) - 1),
            **limited("dh0"),
        },
    }


def _walks(
    states: Any,
    U: Any,
    d_outputs: Any,
    k: int,
    ends: Iterable[int] | None = None,
    steps: Callable[[int], Iterable[int]] | None = None,
    window: bool = False,
    **slips: Any,
) -> dict[int, Any]:
    """The walk of the loss of each step, with slips: see `bptt`.

    ends: the steps whose losses are walked back   steps: those of each walk, by its end
    window: each walk counts all losses that it passes
    """
    time = d_outputs.shape[1]
    found = {}
    for end in range(time) if ends is None else ends:
        own = d_outputs if window else d_outputs * np.eye(time)[end][:, None]
        walked = range(end, max(end - k, -1), -1) if steps is None else steps(end)
        found[end] = bptt._walk(states, U, own, steps=walked, **slips)
    return found


def _total(x: Any, states: Any, W: Any, walks: dict[int, Any], k: int) -> dict[str, Any]:
    """The gradients of all walks together; h0 hears from those that get past the first step."""
    da = sum((walk[0] for walk in walks.values()), np.zeros((*x.shape[:2], W.shape[1])))
    left = sum((walks[end][2] for end in walks if end < k), np.zeros(states[:, 0].shape))
    return bptt._parts(x, states, W, (da, None, left))
