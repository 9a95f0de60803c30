"""03-bptt, backpropagation through time for a simple recurrent layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common
from course_utils.checks.tables.a03_bptt import forward_1 as forward
from course_utils.checks.tables.a03_bptt import step_back_1 as step_back

BY_HAND = step_back.BY_HAND
CALLS = {"step_back": "03-bptt/step-back@1"}

NAMES = ["dx", "dW", "dU", "db", "dh0"]
AXES = {
    "dW": ["feature", "unit"],
    "dU": ["row", "column"],
    "db": ["unit"],
    "dx": ["batch", "time", "feature"],
    "dh0": ["batch", "unit"],
}


def example() -> tuple[np.ndarray, ...]:
    """x (3, 4, 1), states (3, 5, 2), W (1, 2), U (2, 2), d_outputs (3, 4, 2): 4 steps."""
    x, W, U, _, _ = forward.example()
    d_outputs = [
        [[-1.3, -0.3], [0.9, 0.6], [-0.6, -0.7], [-0.8, 0.1]],
        [[0.9, 0.0], [0.7, 0.3], [1.5, -2.0], [-2.1, -0.2]],
        [[0.6, -0.4], [0.4, -1.2], [-1.3, -0.7], [0.8, 0.7]],
    ]
    return x, np.array(forward.EXPECTED), W, U, np.array(d_outputs)


EXPECTED = (
    np.array(
        [
            [0.7107, -0.2698, 0.0167, 0.3631],
            [0.3483, -0.8306, -1.4621, 0.9227],
            [-1.0296, -0.931, 0.0607, -0.128],
        ]
    )[:, :, None],
    [[4.1658, 0.1187]],
    [[-0.0708, 1.297], [-0.5878, -0.3363]],
    [3.5257, -0.9317],
    [[-0.5629, -0.7107], [-1.0474, -0.3483], [0.4337, 1.0296]],
)
EXPECTED_LAST = (
    np.array(
        [
            [-0.0285, -0.0785, 0.0206, 0.3631],
            [0.073, -0.253, -0.1246, 0.9227],
            [-0.0275, 0.0373, 0.0637, -0.128],
        ]
    )[:, :, None],
    [[0.4577, -0.1597]],
    [[1.1871, 0.2809], [-1.4512, -0.1066]],
    [-2.0962, -0.4153],
    [[0.0081, 0.0285], [-0.2926, -0.073], [0.0494, 0.0275]],
)
SHAPES = [(3, 4, 1), (1, 2), (2, 2), (2,), (3, 2)]
UNEVEN = np.array([1e6, 1e-6, 1.0])[:, None, None]


def check(bptt: Any) -> None:
    """The tests that students see."""
    *layer, d_outputs = inputs = example()
    parts = run(bptt, inputs, shapes=SHAPES)
    compare(parts, EXPECTED, inputs, tolerance=2e-4)
    last = (*layer, _last(d_outputs))
    case = ", with a loss at the last step only,"
    compare(run(bptt, last), EXPECTED_LAST, last, case, tolerance=2e-4)
    for size, factor in step_back.SIZES.items():
        scaled = (*layer, factor * d_outputs)
        right = [factor * np.asarray(part) for part in parts]
        case = f" for d_outputs {size}, divided by {factor:g},"
        compare(run(bptt, scaled), right, scaled, case, times=1 / factor)
    compare_uneven(run(bptt, (*layer, UNEVEN * d_outputs)), parts, UNEVEN)


def run(bptt: Any, inputs: Any, *k: int, shapes: Any = (), **options: Any) -> list[Any]:
    """The five parts that the answer returns."""
    seldom = common.seldom(bptt, inputs[0].shape[1])
    got = checks.call(bptt, *inputs, *k, seldom=seldom, **options)
    return checks.unpack(got, *NAMES, shapes=shapes, what="the gradients")


def compare(
    parts: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The gradients against the expected ones, all `times` as large."""
    wrong = mistakes(*inputs)
    for name, axes in AXES.items():
        got, right = parts[NAMES.index(name)], expected[NAMES.index(name)]
        what = f"the gradient {name}{case}"
        checks.close(got, right, what, wrong[name], axes, tolerance, times, otherwise=common.SIZED)


def compare_uneven(parts: Any, expected: Any, factors: Any) -> None:
    """What each example has for itself, with d_outputs of each multiplied by a factor of its own.

    parts: with these factors   expected: without them   factors: (batch, 1, 1)
    """
    for name in ("dx", "dh0"):
        right = np.asarray(expected[NAMES.index(name)])
        by = factors.reshape((-1, *[1] * (right.ndim - 1)))
        case = "with d_outputs of every example times a factor of its own, and divided by it again,"
        got = parts[NAMES.index(name)]
        what = f"the gradient {name}, {case}"
        checks.close(got, by * right, what, {}, AXES[name], times=1 / by, otherwise=common.UNEVEN)


def mistakes(x: Any, states: Any, W: Any, U: Any, d_outputs: Any) -> dict[str, dict[str, Any]]:
    """For each gradient: mistake → what it leads to. A wrong walk shows in dW already."""
    batch, time, _ = x.shape
    shifted = np.concatenate([d_outputs[:, 1:], 0 * d_outputs[:, :1]], axis=1)
    first, last = np.eye(time)[0][:, None], np.eye(time)[-1][:, None]

    def walk(**slips: Any) -> tuple[Any, Any, Any]:
        return _walk(states, U, slips.pop("d_outputs", d_outputs), **slips)

    def shares(name: str, **slips: Any) -> Any:
        return _shares(x, states, W, walk(**slips))[name]

    def part(name: str, **slips: Any) -> Callable[[], Any]:
        return lambda: _parts(x, states, W, walk(**slips))[name]

    def scaled(name: str, divisor: float) -> Callable[[], Any]:
        return lambda: part(name)() / divisor

    def limited(name: str) -> dict[str, Any]:
        norms = {
            f"the norm of {what} is clipped to {most} on the way; clipping comes after the "
            "walk": part(name, **{slip: common.of_norm(most)})
            for most in (1, 5, 10)
            for slip, what in (("limit", "dh"), ("hand", "what goes back"))
        }
        clipped = common.limited(partial(part, name), limit="dh", hand="da @ U.T", after="da")
        return {**norms, **clipped}

    forgotten = (
        "the accumulation over time is forgotten: this is the share of the first step alone, with "
        "which the walk ends. Each step adds its share (`+=`)"
    )
    last_alone = (
        "this is the share of the last step alone: every step adds its share. Does the loop end, "
        "or return, too early?"
    )

    def summed(name: str) -> dict[str, Any]:
        return {
            forgotten: lambda: shares(name)[0],
            last_alone: lambda: shares(name)[-1],
            "it is averaged over time; the shares of the steps are summed": scaled(name, time),
            "it is averaged over the batch; the shares of the examples are summed": scaled(
                name, batch
            ),
            "it is averaged over batch and time; both are summed": scaled(name, batch * time),
        }

    one_share = (
        "only the last step has a share: the state gradient is not passed on to the steps before "
        "it, the walk ends after one step, or it starts at the first step"
    )
    lonely = {} if np.any(d_outputs[:, :-1]) else {one_share: lambda: shares("dW")[-1]}
    return {
        "dW": {
            **lonely,
            "the state gradient is not passed on: each step feels only its own loss. Add what "
            "comes back from the step after it": part("dW", carry=lambda da, dh: 0 * da),
            "only the loss of the last step is counted: on the way, the d_outputs of each step "
            "must be added to dh": part("dW", d_outputs=d_outputs * last),
            "the d_outputs of the last step are counted twice: dh starts with them, and the loop "
            "adds them again. Start with zeros": part("dW", d_outputs=d_outputs * (1 + last)),
            "the d_outputs of a step are added when the step is done, so they reach only the steps "
            "before it; add them to dh at the start of its step, before the tanh": part(
                "dW", d_outputs=shifted
            ),
            "the d_outputs of the last step are counted twice: dh starts with them, and at the end "
            "of the first turn of the loop they are added again, where those of the step before "
            "belong": part("dW", d_outputs=shifted + d_outputs * last),
            "dh is added to da @ U.T; what goes back to the step before is da @ U.T alone": part(
                "dW", carry=lambda da, dh: dh + da @ U.T
            ),
            "the first step is left out of the walk (off by one)": lambda: shares("dW")[1:].sum(
                axis=0
            ),
            "the last step is left out of the walk (off by one)": part(
                "dW", d_outputs=d_outputs * (1 - last)
            ),
            "what the later steps hand back is added twice": part(
                "dW", carry=lambda da, dh: 2 * da @ U.T
            ),
            "the d_outputs are added up and never go back through tanh and U: dh of a step should "
            "be da @ U.T of the step after it, plus its own d_outputs": part(
                "dW", carry=lambda da, dh: dh
            ),
            "what goes back from the first example is taken for all; each has its own": part(
                "dW", carry=lambda da, dh: da[:1] @ U.T + 0 * dh
            ),
            "the slope of tanh is missing: da is dh times 1 - h²": part(
                "dW", slope=lambda h, h_prev: 1.0
            ),
            "the slope of tanh is taken at the input: the pre-activation a is squared, but 1 - h² "
            "needs the state h": part("dW", slope=lambda h, h_prev: 1 - np.arctanh(h) ** 2),
            "the slope of tanh is taken as if h were its input, 1 - tanh(h)²; h is the output of "
            "tanh already, so it is 1 - h²": part(
                "dW", slope=lambda h, h_prev: 1 - np.tanh(h) ** 2
            ),
            "the slope is taken at the state before the step; step t has its state at "
            "states[:, t + 1] (off by one)": part("dW", slope=lambda h, h_prev: 1 - h_prev**2),
            "h is not squared in the slope of tanh; it is 1 - h²": part(
                "dW", slope=lambda h, h_prev: 1 - h
            ),
            "h (1 - h) is the slope of the sigmoid; that of tanh is 1 - h²": part(
                "dW", slope=lambda h, h_prev: h * (1 - h)
            ),
            "the slope of tanh is multiplied in twice": part(
                "dW", slope=lambda h, h_prev: (1 - h**2) ** 2
            ),
            "the state gradient goes back through U; it goes back through its transpose, U.T "
            "(transposed recurrent weights)": part("dW", carry=lambda da, dh: da @ U),
            "the slope of tanh is left out of the state gradient: what goes back through U.T is "
            "da, not dh": part("dW", carry=lambda da, dh: dh @ U.T),
            "the state gradient skips U: da itself is handed to the step before; it goes through "
            "U.T": part("dW", carry=lambda da, dh: da),
            "the time order is reversed: the walk starts at the first step; it has to start at "
            "the last": part("dW", steps=range(time)),
            **summed("dW"),
            "it is transposed; a gradient has the shape of its array, (features, units)": lambda: (
                part("dW")().T
            ),
            "the time axis is still there; sum over the steps": lambda: shares("dW"),
            "the inputs are taken in reversed order: x and da belong to the same step": lambda: (
                _parts(x[:, ::-1], states, W, walk())["dW"]
            ),
            "it is made from the states; W met the inputs x": part("dU"),
            **limited("dW"),
        },
        "dU": {
            "it is made from the state after the step; U met the state before it (off by "
            "one)": lambda: _parts(x, np.roll(states, -1, axis=1), W, walk())["dU"],
            "it is transposed": lambda: part("dU")().T,
            **summed("dU"),
            "the share of h0 is missing: at the first step U met h0, which is "
            "states[:, 0]": lambda: shares("dU")[1:].sum(axis=0),
            "the time axis is still there; sum over the steps": lambda: shares("dU"),
            "it collects dh, without the slope of tanh; U stands inside the tanh, so it collects "
            "da": lambda: _collected_dh(x, states, W, walk())["dU"],
            "the last step is left out (off by one)": lambda: shares("dU")[:-1].sum(axis=0),
            **limited("dU"),
        },
        "db": {
            **summed("db"),
            "it is not summed over the batch; b is shared by all examples": lambda: walk()[0].sum(
                axis=1
            ),
            "it is not summed over time; b is shared by all steps": lambda: shares("db"),
            "it is summed neither over the batch nor over time; b is shared by all": lambda: walk()[
                0
            ],
            "it is not summed over the batch, and it is the share of the first step "
            "alone": lambda: walk()[0][:, 0],
            "it is summed over the units as well; each unit has a bias of its own": lambda: part(
                "db"
            )().sum(),
            "it collects dh, without the slope of tanh; b stands inside the tanh, so it collects "
            "da": lambda: _collected_dh(x, states, W, walk())["db"],
            "the first step is left out (off by one)": lambda: shares("db")[1:].sum(axis=0),
            "the last step is left out (off by one)": lambda: shares("db")[:-1].sum(axis=0),
            **limited("db"),
        },
        "dx": {
            "the order is reversed along the time axis: the walk comes to the last step first, so "
            "put its share last": lambda: part("dx")()[:, ::-1],
            "it is summed over time; every step has an input of its own": lambda: part("dx")().sum(
                axis=1
            ),
            "only the first step is kept; every step has an input of its own": lambda: part("dx")()[
                :, 0
            ],
            "the share of the first step stands at every step; every step has an input of its "
            "own": lambda: part("dx")()[:, :1] + 0 * x,
            "the shares are added up on the way back: the entry of each step holds those of all "
            "later steps as well. Every step has an input of its own": lambda: part("dx")()[
                :, ::-1
            ].cumsum(axis=1)[:, ::-1],
            "the shares are added up from the first step on; every step has an input of its "
            "own": lambda: part("dx")().cumsum(axis=1),
            "the sum over the steps stands at every step; every step has an input of its "
            "own": lambda: part("dx")().sum(axis=1, keepdims=True) + 0 * x,
            "the entry of the last step is missing: it is zero": lambda: part("dx")() * (1 - last),
            "the entry of the first step is missing: it is zero": lambda: (
                part("dx")() * (1 - first)
            ),
            "it is averaged over the batch; every example has an input of its own": scaled(
                "dx", batch
            ),
            "the slope of tanh is missing: on the way to x stands the tanh, so use da": lambda: (
                _collected_dh(x, states, W, walk())["dx"]
            ),
            "the axes are (time, batch, features): put the batch first": lambda: np.swapaxes(
                part("dx")(), 0, 1
            ),
            **limited("dx"),
        },
        "dh0": {
            "it stops one step too early (off by one): this is the gradient at the state after "
            "the first step, before it has gone back through that step": lambda: walk()[1][:, 0],
            "it is da of the first step; that still has to go back through U": lambda: walk()[0][
                :, 0
            ],
            "U is not transposed at the last step of the walk": lambda: walk()[0][:, 0] @ U,
            "the slope of tanh of the first step is missing": lambda: walk()[1][:, 0] @ U.T,
            "it is multiplied by the slope of h0 as well; h0 is given, no tanh made it": lambda: (
                part("dh0")() * (1 - states[:, 0] ** 2)
            ),
            "it is the gradient at the last state; walk on to h0": lambda: d_outputs[:, -1],
            "the d_outputs of the first step are added once more; h0 has no loss of its "
            "own": lambda: part("dh0")() + d_outputs[:, 0],
            "the d_outputs of the last step are added at the end: when t is 0, "
            "`d_outputs[:, t - 1]` is `d_outputs[:, -1]`. h0 has no loss of its own": lambda: (
                part("dh0")() + d_outputs[:, -1]
            ),
            "it is zero; h0 has a gradient like every state": lambda: 0 * part("dh0")(),
            "it is summed over the batch; every example has a starting state of its own": lambda: (
                part("dh0")().sum(axis=0)
            ),
            "it is averaged over the batch; every example has a starting state of its own": scaled(
                "dh0", batch
            ),
            **limited("dh0"),
        },
    }


def _last(d_outputs: Any) -> Any:
    """The same with a loss at the last step only."""
    return d_outputs * np.eye(d_outputs.shape[1])[-1][:, None]


def _walk(
    states: Any,
    U: Any,
    d_outputs: Any,
    slope: Callable[..., Any] = lambda h, h_prev: 1 - h**2,
    carry: Callable[..., Any] | None = None,
    steps: Iterable[int] | None = None,
    limit: Callable[..., Any] = lambda dh: dh,
    after: Callable[..., Any] = lambda da: da,
    hand: Callable[..., Any] = lambda dh: dh,
) -> tuple[Any, Any, Any]:
    """da and dh of all steps, and the gradient at h0, of a walk with slips.

    Another slope; something else handed to the step before, from da and dh; other steps; something
    done to dh, to da, or to what is handed on.
    """
    all_da, all_dh = np.zeros(d_outputs.shape), np.zeros(d_outputs.shape)
    dh = np.zeros(states[:, 0].shape)
    for t in range(d_outputs.shape[1])[::-1] if steps is None else steps:
        dh = limit(dh + d_outputs[:, t])
        da = after(dh * slope(states[:, t + 1], states[:, t]))
        all_da[:, t] += da
        all_dh[:, t] += dh
        dh = hand(da @ U.T if carry is None else carry(da, dh))
    return all_da, all_dh, dh


def _shares(x: Any, states: Any, W: Any, walked: tuple[Any, Any, Any]) -> dict[str, Any]:
    """What each step adds to the gradients of the weights, the step in front; dx as it is."""
    da = walked[0]
    return {
        "dx": da @ W.T,
        "dW": np.einsum("btf,btu->tfu", x, da),
        "dU": np.einsum("btv,btu->tvu", states[:, :-1], da),
        "db": da.sum(axis=0),
    }


def _parts(x: Any, states: Any, W: Any, walked: tuple[Any, Any, Any]) -> dict[str, Any]:
    """The gradients after a walk."""
    shares = _shares(x, states, W, walked)
    sums = {name: shares[name].sum(axis=0) for name in ("dW", "dU", "db")}
    return {"dx": shares["dx"], **sums, "dh0": walked[2]}


def _collected_dh(x: Any, states: Any, W: Any, walked: tuple[Any, Any, Any]) -> dict[str, Any]:
    """The gradients of a right walk which collect dh in place of da."""
    return _parts(x, states, W, (walked[1], walked[1], walked[2]))
