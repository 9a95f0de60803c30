"""05-lstm, stepping over the padding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND = common.CELLS
CALLS = {
    "split_gates": "05-lstm/split-gates@1",
    "step": "05-lstm/step@1",
    "forward": "05-lstm/forward@1",
}

PARTS = ("the array of outputs", "the last h", "the last c")
AXES = ["batch", "time", "unit"]


def example() -> tuple[Any, ...]:
    """x (3, 4, 5), mask (3, 4), weights [W, U, b]: batch 3, 4 steps, 5 features, 2 units.

    Some padding is zero and some is not; it makes no difference.
    """
    x = [
        [
            [0.6, 0.2, 0.4, -0.8, 0.3],
            [1.0, -0.2, -0.8, 0.9, 0.4],
            [0.5, -0.7, 0.1, 0.9, -0.4],
            [0.0, 0.0, 0.0, 0.0, 0.0],
        ],
        [
            [-0.1, 0.3, -0.1, -1.0, -0.5],
            [-0.9, 0.8, 0.3, -0.2, 0.6],
            [0.6, -0.6, 0.4, 0.0, 0.1],
            [0.0, 0.0, 0.0, 0.0, 0.0],
        ],
        [
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [-0.2, 0.6, -0.5, 0.3, -1.0],
            [0.3, 0.9, 0.4, -0.8, 0.2],
            [0.7, 0.4, -0.9, 0.1, 0.8],
        ],
    ]
    mask = [[True, True, False, False], [True, False, True, False], [False, True, True, False]]
    W = [
        [-0.3, 0.8, 0.1, 0.3, -0.9, -0.7, -0.2, 0.3],
        [0.5, 0.1, -0.4, -0.6, -0.2, -0.5, 0.5, 0.8],
        [0.6, -0.8, 0.6, -1.0, -0.7, 0.4, -0.4, 0.7],
        [0.4, 0.3, 0.2, 0.8, 0.7, -0.9, 1.0, -0.1],
        [-0.4, 0.7, 0.8, 0.5, 0.4, -1.0, -0.4, 0.6],
    ]
    U = [
        [1.0, -0.4, 0.5, -0.8, 0.5, -0.3, -0.8, -0.6],
        [0.1, -0.1, 0.4, -0.3, 0.2, -0.2, 0.5, -1.0],
    ]
    b = [0.2, 0.2, -0.9, 0.5, 0.3, 0.9, -0.6, -0.2]
    return np.array(x), np.array(mask), [np.array(w) for w in (W, U, b)]


# What Keras' own layer makes of it.
OUTPUTS = [
    [[-0.05408, 0.27268], [0.07277, -0.11347], [0.07277, -0.11347], [0.07277, -0.11347]],
    [[-0.05601, 0.16037], [-0.05601, 0.16037], [-0.06566, 0.2477], [-0.06566, 0.2477]],
    [[0.0, 0.0], [0.20711, 0.12201], [-0.06462, 0.29217], [-0.06462, 0.29217]],
]
LAST_C = [[0.12523, -0.35899], [-0.26817, 0.65896], [-0.32613, 0.44506]]


def check(forward_masked: Any) -> None:
    """The tests that students see."""
    x, mask, weights = example()
    expected = OUTPUTS, np.array(OUTPUTS)[:, -1], LAST_C
    compare(checks.call(forward_masked, *example()), expected, example(), tolerance=2e-4)
    for filling in (0, 99):
        inputs = (np.where(mask[:, :, None], x, filling), mask, weights)
        got = checks.call(forward_masked, *inputs)
        case = f", with {filling} at every padded step (it should change nothing),"
        compare(got, expected, inputs, case, tolerance=2e-4)
    nothing = (x, np.zeros_like(mask), weights)
    got = checks.call(forward_masked, *nothing)
    zeros = np.zeros((3, 4, 2))
    compare(got, (zeros, zeros[:, 0], zeros[:, 0]), nothing, " when every step is padding")
    _check_case(forward_masked, (x, mask, [0.7 * w for w in weights]), ", with smaller weights,")
    _check_case(forward_masked, (x, mask, list(common.faint(*weights))), ", with a tiny candidate,")


def _check_case(forward_masked: Any, inputs: Any, case: str) -> None:
    x, mask, weights = inputs
    hs, cs, *_ = _masked(x, mask, *weights)
    got = checks.call(forward_masked, *inputs)
    compare(got, (hs, hs[:, -1], cs[:, -1]), inputs, case)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", tolerance: float = 1e-6) -> None:
    """The outputs and the last states against the expected ones.

    Where they are tiny, they are compared in proportion.
    """
    outputs, h, c = common.unpack(got)
    all_h, last_h, last_c = expected
    wrong = mistakes(*inputs)
    tiny = 0 < np.max(np.abs(last_c)) < 1e-3

    def close(part: Any, wanted: Any, name: str, axes: list[str]) -> None:
        times = 1 / float(np.max(np.abs(wanted))) if tiny else 1.0
        what = f"{name}{case}"
        near = 1e-4 if tiny else tolerance
        checks.close(part, wanted, what, wrong[name], axes, near, times)

    close(outputs, all_h, PARTS[0], AXES)
    for part, name in zip((h, c), PARTS[1:], strict=True):
        checks.shape(part, np.shape(last_h), f"{name}{case}", ["batch", "unit"])
    if common.exchanged(h, c, (last_h, last_c)):
        checks.fail("The last c and h are exchanged: return the outputs, then h, then c.")
    close(h, last_h, PARTS[1], ["batch", "unit"])
    close(c, last_c, PARTS[2], ["batch", "unit"])


def mistakes(x: Any, mask: Any, weights: Any) -> dict[str, dict[str, Any]]:
    """For each of PARTS: mistake → what it leads to."""

    def outputs(x: Any = x, mask: Any = mask, **slips: Any) -> Callable[[], Any]:
        return lambda: _masked(x, mask, *weights, **slips)[0]

    def changed(weights: Any) -> Callable[[], Any]:
        return lambda: _masked(x, mask, *weights)[0]

    def last(k: int, **slips: Any) -> Callable[[], Any]:
        return lambda: _masked(x, mask, *weights, **slips)[k][:, -1]

    def states(k: int = 0) -> Any:
        return _masked(x, mask, *weights)[k]

    W, U, b = weights
    real = mask[:, :, None]
    not_zero = np.any(x != 0, axis=2)
    on = {"h": _new, "c": _new}
    zero = {"h": _zero, "c": _zero}
    return {
        "the array of outputs": {
            "to set x to zero at a padded step is not enough: the biases and the old h still "
            "change the states. Hold h and c there": outputs(x=x * real, **on),
            "the mask is not used: the states go on changing at padded steps": outputs(**on),
            "padding is recognised by its zeros; the mask says what is padding": outputs(
                mask=not_zero
            ),
            "h is held at a padded step, but c goes on changing; hold both": outputs(c=_new),
            "c is held at a padded step, but h goes on changing; hold both": outputs(h=_new),
            "both states are set to zero at a padded step; they should be held": outputs(**zero),
            "h is set to zero at a padded step; it should be held": outputs(h=_zero),
            "c is set to zero at a padded step; it should be held": outputs(c=_zero),
            "the output is zero at a padded step; it should repeat the output before it": lambda: (
                states() * real
            ),
            "the output is zero at a padded step, and the states go on changing behind it; both "
            "should be held": lambda: outputs(**on)() * real,
            "the output repeats at a padded step, but the states go on changing behind "
            "it": lambda: _repeated(outputs(**on)(), mask),
            "the states are held, but the output at a padded step is that of the step that should "
            "be skipped; the output should repeat, too": lambda: _masked(x, mask, *weights)[2],
            "the mask is inverted: True is a real step, False is padding": outputs(mask=~mask),
            "a step is skipped for the whole batch when it is padding in one sequence; decide for "
            "each sequence": outputs(mask=mask & mask.all(axis=0)),
            "a step is taken for the whole batch when it is real in one sequence; decide for each "
            "sequence": outputs(mask=mask | mask.any(axis=0)),
            "at step t the mask of step t - 1 decides; it is mask[:, t] (at t = 0, t - 1 is the "
            "last step)": outputs(mask=np.roll(mask, 1, axis=1)),
            "at step t the mask of step t - 1 decides; it is mask[:, t] (the first step is always "
            "taken)": outputs(mask=np.insert(mask[:, :-1], 0, True, axis=1)),
            "at step t the mask of step t + 1 decides; it is mask[:, t]": outputs(
                mask=np.append(mask[:, 1:], mask[:, -1:], axis=1)
            ),
            "everything after the first padded step is taken for padding; real steps may follow "
            "it": outputs(mask=np.logical_and.accumulate(mask, axis=1)),
            "as many steps as are real are taken from the start of each sequence; the mask says "
            "which are real": outputs(mask=np.sort(mask, axis=1)[:, ::-1]),
            "every sequence gets the mask of the first; decide for each sequence": outputs(
                mask=np.repeat(mask[:1], len(mask), axis=0)
            ),
            "at a padded step h is put in place of c": outputs(c=_old_h),
            "the output stays zero after the loop has ended; at a padded step it repeats the "
            "output before it": lambda: (
                states() * np.logical_and.accumulate(mask.any(axis=0))[:, None]
            ),
            "the last state is repeated for every step (was one array filled again and again? A "
            "list keeps the array, not what was in it: append `h.copy()`)": lambda: np.repeat(
                states()[:, -1:], x.shape[1], axis=1
            ),
            "the output stays zero at a step that is padding in every sequence; it repeats the "
            "output before it": lambda: states() * mask.any(axis=0)[:, None],
            "the last step is left out (off by one): does the loop end too early?": lambda: (
                states() * (np.arange(x.shape[1]) < x.shape[1] - 1)[:, None]
            ),
            "the first step is left out (off by one): does the loop begin too late?": outputs(
                mask=mask & (np.arange(x.shape[1]) > 0)
            ),
            "a real step of zeros is taken for padding; the mask alone says what is "
            "padding": outputs(mask=mask & not_zero),
            "c is clipped to ±5; it has no limits": outputs(c=_clipped),
            "the real steps are moved together; each keeps its place in time": lambda: _packed(
                states(), mask
            ),
            "the time runs backwards: the steps come in reversed order": lambda: outputs(
                x=x[:, ::-1], mask=mask[:, ::-1]
            )()[:, ::-1],
            "these are the cell states c; the outputs are the states h": lambda: states(1),
            "the bias b is missing": changed((W, U, 0 * b)),
            "1 is added to the forget gate's bias; b holds it already": outputs(forget_bias=1),
            "the gates are hard sigmoids; an LSTM's are smooth": outputs(gate=common.hard_sigmoid),
        },
        "the last h": {
            "it is h of the step that was skipped; the last padded step should hold it, too": last(
                2
            ),
            "c is returned for h": last(1),
        },
        "the last c": {
            "h is returned for c": last(0),
            "it is c of the step that was skipped; the last padded step should hold it, too": last(
                3
            ),
        },
    }


def _held(new: Any, old: Any, real: Any, old_h: Any) -> Any:
    return np.where(real, new, old)


def _new(new: Any, old: Any, real: Any, old_h: Any) -> Any:
    return new


def _zero(new: Any, old: Any, real: Any, old_h: Any) -> Any:
    return np.where(real, new, 0)


def _old_h(new: Any, old: Any, real: Any, old_h: Any) -> Any:
    return np.where(real, new, old_h)


def _clipped(new: Any, old: Any, real: Any, old_h: Any) -> Any:
    return np.where(real, np.clip(new, -5, 5), old)


def _masked(
    x: Any,
    mask: Any,
    W: Any,
    U: Any,
    b: Any,
    h: Callable[..., Any] = _held,
    c: Callable[..., Any] = _held,
    **slips: Any,
) -> Any:
    """h and c after each step, and what the step itself made of them, as if it were real.

    h, c: what becomes of each at a step
    """
    state_h = state_c = np.zeros((len(x), len(U)))
    tape = []
    for x_t, real in zip(np.swapaxes(x, 0, 1), mask.T[:, :, None], strict=True):
        new_h, new_c = common.step(x_t, state_h, state_c, W, U, b, **slips)
        old = state_h
        state_h, state_c = h(new_h, old, real, old), c(new_c, state_c, real, old)
        tape.append((state_h, state_c, new_h, new_c))
    return [np.stack(part, axis=1) for part in zip(*tape, strict=True)]


def _repeated(outputs: Any, mask: Any) -> Any:
    """At each padded step the output of the last real one before it."""
    shown, last = np.zeros_like(outputs), np.zeros_like(outputs[:, 0])
    for t in range(outputs.shape[1]):
        last = np.where(mask[:, t, None], outputs[:, t], last)
        shown[:, t] = last
    return shown


def _packed(outputs: Any, mask: Any) -> Any:
    """The outputs of the real steps first; then the last of them is repeated."""
    packed = []
    for row, real in zip(outputs, mask, strict=True):
        kept = [*row[real]] or [0 * row[0]]
        packed.append(kept + [kept[-1]] * (len(row) - len(kept)))
    return np.array(packed)
