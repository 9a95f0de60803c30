"""05-lstm, backpropagation through time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND = (*common.CELLS, *common.GRADIENTS)
CALLS = {
    "split_gates": "05-lstm/split-gates@1",
    "step": "05-lstm/step@1",
    "forward": "05-lstm/forward@1",
    "step_backward": "05-lstm/step-backward@1",
}

NAMES = ("dx", "dW", "dU", "db", "dh0", "dc0")


def example() -> tuple[Any, ...]:
    """d_outputs (3, 4, 2), x (3, 4, 5), weights [W, U, b], h0, c0 (3, 2).

    Batch 3, 4 steps, 5 features, 2 units.
    """
    d_outputs = [
        [[0.3, 0.6], [0.6, -0.4], [0.6, -0.2], [0.2, 0.7]],
        [[0.5, -0.5], [-0.3, -0.8], [-0.5, 0.7], [0.6, 0.3]],
        [[0.8, 0.6], [-0.4, -0.7], [0.6, -0.9], [-0.4, -0.4]],
    ]
    x = [
        [
            [0.9, 0.5, -0.7, 0.7, 0.7],
            [-0.3, 0.0, 0.2, -0.3, 0.2],
            [0.5, 0.7, -0.3, -0.1, 0.2],
            [1.0, 0.9, -0.9, 0.5, -0.7],
        ],
        [
            [-0.4, 0.2, 0.6, -0.7, 0.9],
            [-0.3, 0.7, 0.8, -0.5, -0.7],
            [0.8, -0.7, 0.6, 1.0, -0.8],
            [0.1, -0.3, 0.4, 0.8, -0.4],
        ],
        [
            [-0.3, -0.5, 0.7, 0.5, 0.7],
            [0.1, 0.8, -0.7, 0.8, -0.3],
            [-0.2, 0.7, 0.5, -0.9, -0.5],
            [0.8, -0.8, 0.4, -0.4, -0.2],
        ],
    ]
    W = [
        [0.7, 0.6, -0.9, 0.8, -0.9, 0.2, 0.1, -0.8],
        [1.0, 0.3, 0.9, 0.4, 0.3, -0.7, -0.2, 0.2],
        [-0.9, -0.7, 0.3, 0.2, -0.1, 0.7, 0.0, 0.4],
        [-0.7, 0.5, 0.9, 0.3, -0.1, 0.4, -0.9, 0.7],
        [0.0, -0.3, 0.0, -0.6, -0.5, 0.6, -0.2, 0.6],
    ]
    U = [
        [1.0, 0.5, -0.6, 0.7, -0.1, 0.5, -0.7, -0.5],
        [0.3, 0.3, -0.8, 0.6, 0.9, -0.1, -0.1, 0.2],
    ]
    b = [-0.4, -0.2, 0.5, -0.6, -0.3, 0.9, 1.0, -0.7]
    h0 = [[0.9, -0.8], [-0.1, -0.6], [-0.7, 0.1]]
    c0 = [[-0.4, 0.4], [-0.6, 0.5], [0.7, 0.0]]
    weights = [np.array(w) for w in (W, U, b)]
    return np.array(d_outputs), np.array(x), weights, np.array(h0), np.array(c0)


# What TensorFlow's automatic gradients say.
EXPECTED = {
    "db": [-0.0578, 0.0381, -0.1777, -0.0302, 0.6529, -0.2324, -0.1782, 0.0838],
    "dW": [
        [-0.0265, 0.0406, -0.0864, 0.032, 0.0717, 0.1089, -0.1049, 0.1351],
        [-0.1017, -0.0749, -0.0233, -0.024, 0.3289, -0.1919, -0.1762, -0.1117],
        [0.0642, 0.037, 0.0872, -0.0215, -0.0409, 0.0094, 0.1975, 0.0082],
        [-0.0946, 0.1206, -0.0115, 0.0442, -0.0917, -0.0079, -0.0779, 0.2386],
        [-0.0598, -0.0295, -0.0571, -0.0084, -0.0012, 0.0734, -0.0778, 0.0345],
    ],
    "dU": [
        [0.0163, -0.0334, -0.002, -0.0015, -0.1281, -0.1046, -0.0632, 0.0524],
        [0.047, 0.0193, 0.0076, 0.003, 0.0728, -0.034, 0.0636, -0.07],
    ],
    "dx": [
        [
            [-0.1052, -0.0594, 0.088, 0.1646, 0.0683],
            [-0.0299, -0.0602, -0.0753, -0.1171, -0.0836],
            [-0.1564, -0.0223, 0.0001, 0.0121, -0.0902],
            [-0.0068, -0.0486, 0.0392, 0.0152, 0.0002],
        ],
        [
            [-0.0228, -0.0123, 0.0045, -0.018, 0.0039],
            [0.0044, -0.0048, 0.0064, 0.0097, -0.004],
            [-0.0303, 0.0225, 0.0103, 0.0647, 0.0376],
            [-0.0533, 0.0057, 0.0126, 0.0623, 0.0003],
        ],
        [
            [-0.0599, 0.041, 0.0078, 0.0286, -0.018],
            [-0.0631, 0.1572, -0.1621, -0.0686, -0.1386],
            [-0.1906, 0.1582, -0.0986, -0.1066, -0.1566],
            [0.1133, 0.0155, -0.0613, -0.0956, 0.0073],
        ],
    ],
    "dh0": [[-0.0235, 0.0681], [0.0007, -0.0213], [-0.0829, -0.0149]],
    "dc0": [[0.2989, 0.0406], [0.0112, -0.043], [0.3404, 0.0428]],
}
WHAT = {
    "db": ("the gradient db of the bias", "", ["place"]),
    "dW": ("the gradient dW", " (db is right)", ["feature", "column"]),
    "dU": ("the gradient dU", " (db and dW are right)", ["old unit", "column"]),
    "dx": (
        "the gradient dx",
        " (those of the weights are right)",
        ["batch", "time", "feature"],
    ),
    "dh0": ("the gradient dh0", "", ["batch", "unit"]),
    "dc0": ("the gradient dc0", "", ["batch", "unit"]),
}


def check(backward: Any) -> None:
    """The tests that students see."""
    d_outputs, *rest = example()
    compare(_call(backward, example()), EXPECTED, example(), tolerance=2e-4)
    large, small = (1e3 * d_outputs, *rest), (1e-7 * d_outputs, *rest)
    compare(_call(backward, large), _sums(_walk(*large)), large, LARGE, times=1e-3)
    compare(_call(backward, small), _sums(_walk(*small)), small, SMALL, times=1e7)


LARGE = ", with d_outputs a thousand times as large,"
SMALL = ", with tiny d_outputs,"


def _call(backward: Any, inputs: Any) -> Any:
    return checks.call(backward, *inputs, seldom=seldom(backward, inputs))


def seldom(backward: Any, inputs: Any) -> dict[Any, int]:
    """How often it may call the student's `step` and `forward`.

    As often as if it ran anew up to each step, with each sequence by itself, and 12 times more.
    """
    batch, time, _ = np.shape(inputs[1])
    return common.seldom(backward, batch * time**2)


def compare(
    got: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The dictionary of gradients against the expected one, both `times` as large."""
    if not isinstance(got, dict):
        checks.fail(
            f"Return a dictionary with the keys {', '.join(NAMES)}: it says by name which gradient "
            "is which."
        )
    missing = [name for name in NAMES if name not in got]
    if missing:
        checks.fail(
            f"The dictionary lacks {', '.join(missing)}. It should have {', '.join(NAMES)}."
        )
    wrong = mistakes(*inputs)

    def close(name: str) -> None:
        what, known, axes = WHAT[name]
        right = np.asarray(expected[name])
        what = f"{what}{case}{known}"
        checks.close(got[name], right, what, wrong[name], axes, tolerance, times)

    for name in ("db", "dW", "dU", "dx"):
        close(name)
    starts = got["dh0"], got["dc0"]
    for start, name in zip(starts, ("dh0", "dc0"), strict=True):
        right = np.shape(expected[name])
        checks.shape(start, right, f"the gradient {name}{case}", ["batch", "unit"])
    if common.exchanged(*starts, (expected["dh0"], expected["dc0"])):
        checks.fail("dh0 and dc0 are exchanged.")
    close("dh0")
    close("dc0")


def mistakes(d_outputs: Any, x: Any, weights: Any, h0: Any, c0: Any) -> dict[str, dict[str, Any]]:
    """For each gradient: mistake → what it leads to."""
    inputs = (d_outputs, x, weights, h0, c0)
    batch, time, _ = np.shape(x)
    zero = np.zeros(np.shape(h0))
    last = d_outputs[:, -1]
    steps = list(reversed(range(time)))

    def walk(**slips: Any) -> list[dict[str, Any]]:
        return _walk(*inputs, **slips)

    def db(**slips: Any) -> Callable[[], Any]:
        return lambda: _sums(walk(**slips))["db"]

    def one_step(name: str, t: int) -> Callable[[], Any]:
        return lambda: walk()[t][name]

    def sequence(n: int) -> list[dict[str, Any]]:
        one = slice(n, n + 1)
        return _walk(d_outputs[one], x[one], weights, h0[one], c0[one])

    def start(name: str) -> Any:
        return _sums(walk())[name]

    def averages(name: str) -> dict[str, Any]:
        return {
            "it is a mean over the steps; add them up": lambda: start(name) / time,
            "it is a mean over the batch; add the examples up": lambda: start(name) / batch,
            "it is a mean over the steps and the batch; add them up": lambda: (
                start(name) / (time * batch)
            ),
        }

    def clipped(name: str) -> dict[str, Any]:
        text = "it is clipped to ±5; clipping is no part of the derivative"
        return {text: lambda: np.clip(start(name), -5, 5)}

    accumulate = (
        "forgotten accumulation over time: only what the first step of the sequence gave is left"
    )
    only_last = "only the last step of the sequence counts; every step uses the same weights, so "
    return {
        "db": {
            "the state gradient dh is not passed on from step to step: each step back starts from "
            "its own output alone": db(carry=lambda dh, dc, back: (zero, back["dc_old"])),
            "the gradient dc is not passed on from step to step": db(
                carry=lambda dh, dc, back: (back["dh_old"], zero)
            ),
            "neither dh nor dc is passed on from step to step": db(
                carry=lambda dh, dc, back: (zero, zero)
            ),
            "dh is added to the dh before it; dh_old takes its place": db(
                carry=lambda dh, dc, back: (dh + back["dh_old"], back["dc_old"])
            ),
            "dc is added to the dc before it; dc_old takes its place": db(
                carry=lambda dh, dc, back: (back["dh_old"], dc + back["dc_old"])
            ),
            "dh and dc are each added to the one before; dh_old and dc_old take their places": db(
                carry=lambda dh, dc, back: (dh + back["dh_old"], dc + back["dc_old"])
            ),
            "dc starts with the gradient of the last output, which belongs to dh; perhaps "
            "dh and dc are one and the same array (dh = dc = …), so that `dh += …` changes "
            "both": db(dc=last),
            "the gradient of the last output comes in twice: dh starts with it, and the loop adds "
            "it again": db(dh=last),
            "the loop ends before the first step (off by one): reversed(range(time)) goes down to "
            "0": db(steps=steps[:-1]),
            "the last step is left out (off by one): the walk back begins at time - 1": db(
                steps=steps[1:]
            ),
            "the gradient of the output is added to dc, too; the output is h, so it comes in at dh "
            "alone": db(also_dc=d_outputs),
            "only the gradient of the last output comes in; every step has an output, so add "
            "d_outputs[:, t] at each": db(outputs=d_outputs * _at(time - 1, time)),
            "the gradient of the last output comes in at every step; each step has its own, "
            "d_outputs[:, t]": db(outputs=np.repeat(d_outputs[:, -1:], time, axis=1)),
            "each step gets the gradient of the output before its own (off by one): at t it is "
            "d_outputs[:, t], not d_outputs[:, t - 1]": db(outputs=np.roll(d_outputs, 1, axis=1)),
            "dh and dc are exchanged between the steps": db(
                carry=lambda dh, dc, back: (back["dc_old"], back["dh_old"])
            ),
            f"{accumulate}. Every step uses the same weights, so add up (+=)": one_step("db", 0),
            f"{only_last}add up (+=)": one_step("db", -1),
            **averages("db"),
            "it is not summed over time: every step uses the same b": lambda: np.stack(
                [back["db"] for back in walk()]
            ),
            "it is not summed over the batch: every sequence uses the same b": lambda: np.sum(
                [back["da"] for back in walk()], axis=0
            ),
            "it is that of the first sequence only; add the examples up": lambda: _sums(
                sequence(0)
            )["db"],
            "the loop runs forwards; the gradient comes from the last step and goes back to the "
            "first": db(steps=steps[::-1]),
            "the step back is given the states after the step; it needs those before it": db(
                h_from=1, c_from=1
            ),
            "the step back is given the state h after the step; it needs the one before it": db(
                h_from=1
            ),
            "the step back is given the cell state c after the step; it needs the one before "
            "it": db(c_from=1),
            "h0 and c0 are ignored on the way forward": db(starts=(zero, zero)),
            "h0 is ignored on the way forward": db(starts=(zero, c0)),
            "c0 is ignored on the way forward": db(starts=(h0, zero)),
            "h0 and c0 are exchanged on the way forward": db(starts=(c0, h0)),
            "dc goes back without the forget gate: it is multiplied by f at each step": db(
                direct=lambda v: v.total
            ),
            "the path from h to c is missing in each step back": db(total=lambda v: v.dc),
            "the derivatives of the gates are taken at the pre-activation; use the value of the "
            "gate": db(slopes={gate: _at_the_pre_activation(gate) for gate in "ifco"}),
            "each block of U should be transposed on the way back (da @ U.T)": db(
                way_back=common.blocks_transposed
            ),
            **{text: db(total=total) for text, total in common.TOTALS.items()},
            **{
                f"the derivative of the {gate} is missing in each step back": db(
                    slopes={letter: lambda v: 1.0}
                )
                for letter, gate in common.GATES.items()
            },
            **{
                f"the gates are cut out in the order {', '.join(cut)}, and the blocks of da are "
                "joined in the order i, f, c, o": db(cut=cut)
                for cut, _ in common.swaps()
            },
            "dh is clipped to ±5 between the steps; clipping is no part of the derivative": db(
                carry=lambda dh, dc, back: (np.clip(back["dh_old"], -5, 5), back["dc_old"])
            ),
            "dc is clipped to ±5 between the steps; clipping is no part of the derivative": db(
                carry=lambda dh, dc, back: (back["dh_old"], np.clip(back["dc_old"], -5, 5))
            ),
            "dh and dc are clipped to ±5 between the steps; clipping is no part of the "
            "derivative": db(
                carry=lambda dh, dc, back: tuple(
                    np.clip(back[name], -5, 5) for name in ("dh_old", "dc_old")
                )
            ),
            **clipped("db"),
            **{
                f"{text}; Keras' order is i, f, c, o": db(join=join)
                for join, text in common.swaps()
            },
        },
        "dW": {
            **clipped("dW"),
            f"{accumulate}, so add up (+=)": one_step("dW", 0),
            f"{only_last}add up (+=)": one_step("dW", -1),
            **averages("dW"),
        },
        "dU": {
            **clipped("dU"),
            f"{accumulate}, so add up (+=)": one_step("dU", 0),
            f"{only_last}add up (+=)": one_step("dU", -1),
            **averages("dU"),
            "the states after the steps stand in it; U was multiplied by those before "
            "them": lambda: _sums(walk(h_in_dU=1))["dU"],
        },
        "dx": {
            "the order is reversed along the time axis": lambda: np.flip(start("dx"), axis=1),
            **clipped("dx"),
            "dx is not that of the steps, but a running sum: each step adds to what the later ones "
            "gave": lambda: np.flip(np.flip(start("dx"), axis=1).cumsum(axis=1), axis=1),
        },
        "dh0": {
            **clipped("dh0"),
            "at the first step d_outputs[:, t - 1] is added as well, and there t - 1 is -1, which "
            "is the last step; h0 is no output, so nothing is added": lambda: start("dh0") + last,
            "the gradient of the first output is added; h0 is no output, so dh0 is only what the "
            "first step passes back": lambda: start("dh0") + d_outputs[:, 0],
            "it is dh after the first step; one more step back leads to h0": lambda: walk()[0][
                "dh"
            ],
            "it is dh after the first step, without the gradient of its output; one more step back "
            "leads to h0": lambda: walk()[0]["dh"] - d_outputs[:, 0],
            "it is the gradient of the first output; dh0 is what the first step passes "
            "back": lambda: d_outputs[:, 0],
        },
        "dc0": {
            **clipped("dc0"),
            "it is dc after the first step; one more step back leads to c0": lambda: walk()[0][
                "dc"
            ],
        },
    }


def _at(t: int, time: int) -> Any:
    return (np.arange(time) == t)[:, None]


def _at_the_pre_activation(gate: str) -> Callable[..., Any]:
    if gate == "c":
        return lambda v: 1 - v.a["c"] ** 2
    return lambda v: v.a[gate] * (1 - v.a[gate])


def _walk(
    d_outputs: Any,
    x: Any,
    weights: Any,
    h0: Any,
    c0: Any,
    steps: Sequence[int] | None = None,
    dh: Any = 0.0,
    dc: Any = 0.0,
    outputs: Any = None,
    also_dc: Any = None,
    carry: Callable[..., Any] = lambda dh, dc, back: (back["dh_old"], back["dc_old"]),
    starts: tuple[Any, Any] | None = None,
    h_from: int = 0,
    c_from: int = 0,
    h_in_dU: int = 0,
    **slips: Any,
) -> list[dict[str, Any]]:
    """The gradients of each step, in the order of time; zeros where the walk did not come by.

    steps: the way of the walk       dh, dc: what comes back into the last states
    outputs, also_dc: what comes in at each step, at dh and at dc
    carry: what goes on to the step before
    starts: the states before the first step, on the way forward
    h_from, c_from, h_in_dU: 1 where the state after the step stands for the one before
    """
    W, U, b = weights
    batch, time, features = np.shape(x)
    hs, cs = common.run(x, W, U, b, *(starts or (h0, c0)))
    hs, cs = (
        np.concatenate([start[:, None], states], axis=1)
        for start, states in zip(starts or (h0, c0), (hs, cs), strict=True)
    )
    outputs = d_outputs if outputs is None else outputs
    nothing = {"dh": 0 * h0, "dc": 0 * c0, "dh_old": 0 * h0, "dc_old": 0 * c0}
    nothing |= {"dx": np.zeros((batch, features)), "da": np.zeros((batch, 4 * len(U)))}
    nothing |= {"dW": 0 * W, "dU": 0 * U, "db": 0 * b}
    tape = [nothing] * time
    for t in reversed(range(time)) if steps is None else steps:
        dh = dh + outputs[:, t]
        dc = dc + np.zeros(np.shape(c0)) + (0 if also_dc is None else also_dc[:, t])
        back = common.back(dh, dc, x[:, t], hs[:, t + h_from], cs[:, t + c_from], W, U, b, **slips)
        if h_in_dU:
            back["dU"] = hs[:, t + 1].T @ back["da"]
        tape[t] = {**back, "dh": dh, "dc": dc}
        dh, dc = carry(dh, dc, back)
    return tape


def _sums(tape: list[dict[str, Any]]) -> dict[str, Any]:
    """The gradients of the whole run, from those of its steps."""
    weights = {name: np.sum([back[name] for back in tape], axis=0) for name in ("dW", "dU", "db")}
    return {
        **weights,
        "dx": np.stack([back["dx"] for back in tape], axis=1),
        "dh0": tape[0]["dh_old"],
        "dc0": tape[0]["dc_old"],
    }
