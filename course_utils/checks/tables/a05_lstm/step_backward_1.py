"""05-lstm, the gradients of one step."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND = (*common.CELLS, *common.GRADIENTS)
CALLS = {
    "split_gates": "05-lstm/split-gates@1",
    "step": "05-lstm/step@1",
    "forward": "05-lstm/forward@1",
}

NAMES = ("da", "dx", "dh_old", "dc_old", "dW", "dU", "db")
AXES = {
    "dc_old": ["batch", "unit"],
    "dh_old": ["batch", "unit"],
    "dx": ["batch", "feature"],
    "db": ["place"],
    "dW": ["feature", "column"],
    "dU": ["old unit", "column"],
}


def example() -> tuple[np.ndarray, ...]:
    """dh, dc (3, 2), x (3, 4), h_old, c_old (3, 2), W (4, 8), U (2, 8), b (8,).

    Batch 3, 4 features, 2 units.
    """
    dh = [[-0.4, 0.0], [0.7, 0.3], [-0.9, 0.3]]
    dc = [[0.9, -0.2], [0.7, 0.8], [-0.6, -0.3]]
    x = [[0.8, -0.9, 0.3, -0.1], [0.4, -0.9, -0.9, -0.6], [1.0, -0.4, 0.2, 1.0]]
    h_old = [[0.4, -0.6], [-0.2, -0.8], [-0.4, -0.4]]
    c_old = [[-1.0, 0.7], [0.8, 0.0], [0.3, 0.2]]
    W = [
        [0.3, 1.0, 0.2, -0.7, 0.4, 0.4, 0.7, 0.4],
        [-0.4, -0.9, -0.1, 0.3, 0.5, 0.3, 0.2, 0.2],
        [-0.5, -0.2, -0.2, -0.9, 0.9, -0.8, 0.9, 0.6],
        [-0.6, -0.3, -0.5, 0.2, -0.9, -0.2, 0.5, -0.1],
    ]
    U = [
        [0.3, -0.1, 0.3, 0.7, 0.4, 0.8, 0.7, 0.0],
        [-0.2, 0.4, 0.4, -0.4, 0.2, -0.2, 1.0, -0.5],
    ]
    b = [-0.2, 0.7, -0.1, -0.5, -0.5, 0.5, 0.3, -0.4]
    return tuple(np.array(values) for values in (dh, dc, x, h_old, c_old, W, U, b))


# What TensorFlow's automatic gradients say.
EXPECTED = {
    "da": [
        [-0.0381, -0.0136, -0.1817, -0.0262, 0.4375, -0.1024, 0.0525, 0.0],
        [-0.1244, 0.0786, 0.1603, 0.0, 0.1593, 0.2211, -0.0211, 0.0443],
        [0.2436, -0.0036, -0.0812, -0.0045, -0.1277, -0.1168, 0.0405, 0.0138],
    ],
    "dc_old": [[0.3672, -0.0499], [0.4378, 0.3953], [-0.4076, -0.0282]],
    "dh_old": [[0.0468, 0.1005], [0.2287, 0.0648], [-0.0703, -0.0494]],
    "dx": [
        [0.1278, 0.2363, 0.6047, -0.2344],
        [0.2285, 0.1136, -0.0114, -0.2317],
        [-0.0075, -0.1755, -0.0776, 0.0518],
    ],
    "db": [0.0811, 0.0614, -0.1026, -0.0308, 0.4691, 0.0018, 0.0719, 0.0581],
    "dW": [
        [0.1633, 0.017, -0.1624, -0.0255, 0.286, -0.1103, 0.0741, 0.0315],
        [0.0488, -0.0571, 0.0518, 0.0254, -0.486, -0.0601, -0.0445, -0.0454],
        [0.1492, -0.0755, -0.215, -0.0088, -0.0377, -0.2531, 0.0428, -0.0371],
        [0.3221, -0.0494, -0.1592, -0.0019, -0.2671, -0.2392, 0.0479, -0.0128],
    ],
    "dU": [
        [-0.0878, -0.0197, -0.0723, -0.0087, 0.1942, -0.0385, 0.009, -0.0144],
        [0.025, -0.0533, 0.0133, 0.0176, -0.3389, -0.0687, -0.0308, -0.041],
    ],
}


def check(step_backward: Any) -> None:
    """The tests that students see."""
    dh, dc, *rest = example()
    compare(_call(step_backward, example()), EXPECTED, example(), tolerance=2e-4)
    large, small = (1e3 * dh, 1e3 * dc, *rest), (1e-7 * dh, 1e-7 * dc, *rest)
    compare(_call(step_backward, large), common.back(*large), large, LARGE, times=1e-3)
    compare(_call(step_backward, small), common.back(*small), small, SMALL, times=1e7)
    *before, W, U, b = example()
    shut = (*before, *common.closed(W, U, b, "io"))
    compare_blocks(_call(step_backward, shut), common.back(*shut), shut, "io", SHUT)


LARGE = ", with dh and dc a thousand times as large,"
SHUT = ", with i and o nearly closed,"
SMALL = ", with tiny dh and dc,"


def _call(step_backward: Any, inputs: Any) -> Any:
    return checks.call(step_backward, *inputs, seldom=seldom(step_backward, inputs))


def seldom(step_backward: Any, inputs: Any) -> dict[Any, int]:
    """How often it may call the student's `step` and `forward`: once for each example, and 12."""
    return common.seldom(step_backward, len(inputs[0]))


def compare(
    got: Any,
    expected: Any,
    inputs: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """The dictionary of gradients against the expected one; da first, the others follow from it.

    Both are made `times` as large.
    """
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
    right_da = np.asarray(expected["da"])
    checks.shape(got["da"], right_da.shape, f"the gradient da{case}", ["batch", "4·units"])
    da = np.asarray(got["da"])
    whole = f"The gradient da{case}"
    common.told(da, right_da, whole, wrong["da"], tolerance, times)
    blocks = zip(np.split(da, 4, axis=1), np.split(right_da, 4, axis=1), "ifco", strict=True)
    for block, right, gate in blocks:
        what = f"the block of da that belongs to the {common.GATES[gate]}{case}"
        checks.close(block, right, what, wrong[gate], ["batch", "unit"], tolerance, times)
    for name, axes in AXES.items():
        what = f"the gradient {name}{case} (da is right)"
        checks.close(got[name], expected[name], what, wrong[name], axes, tolerance, times)


def compare_blocks(got: Any, expected: Any, inputs: Any, gates: str, case: str) -> None:
    """The blocks of da that belong to these gates, in proportion: they are tiny."""
    if common.single(got["da"]):
        return
    wrong = mistakes(*inputs)
    for gate in gates:
        block, right = (
            np.split(np.asarray(part["da"]), 4, axis=1)["ifco".index(gate)]
            for part in (got, expected)
        )
        what = f"the block of da that belongs to the {common.GATES[gate]}{case}"
        times = 1 / float(np.max(np.abs(right)))
        checks.close(block, right, what, wrong[gate], ["batch", "unit"], 1e-4, times)


def mistakes(
    dh: Any, dc: Any, x: Any, h_old: Any, c_old: Any, W: Any, U: Any, b: Any
) -> dict[str, dict[str, Any]]:
    """For "da", for its blocks "i", "f", "c", "o", and for the other gradients where da is right:
    mistake → what it leads to.
    """
    units, batch = len(U), len(x)

    def back(**slips: Any) -> dict[str, Any]:
        return common.back(dh, dc, x, h_old, c_old, W, U, b, **slips)

    def da(**slips: Any) -> Callable[[], Any]:
        return lambda: back(**slips)["da"]

    def again(x: Any, h: Any, b: Any) -> Callable[[], Any]:
        return lambda: common.back(dh, dc, x, h, c_old, W, U, b)["da"]

    def every(slope: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
        return {gate: _of(gate, slope) for gate in "ifo"}

    def block(gate: str, **slips: Any) -> Callable[[], Any]:
        return lambda: np.split(back(**slips)["da"], 4, axis=1)["ifco".index(gate)]

    def from_c(gate: str) -> dict[str, Any]:
        """What goes wrong on the way to the gradient of c, from which these gates get theirs."""
        return {text: block(gate, total=total) for text, total in common.TOTALS.items()}

    def rounded(gate: str) -> dict[str, Any]:
        return {
            f"the gates are rounded to {places} places after the point; go on with them as they "
            "are": block(gate, kept=lambda value, places=places: np.round(value, places))
            for places in common.PLACES
        }

    def slopes(gate: str, wrong: dict[str, Callable[..., Any]]) -> dict[str, Any]:
        return {text: block(gate, slopes={gate: _of(gate, slope)}) for text, slope in wrong.items()}

    def into(gate: str, wrong: Callable[..., Any]) -> Callable[[], Any]:
        return block(gate, into={gate: wrong})

    def through(*kept: int) -> Callable[[Any], Any]:
        """The way back of da through these blocks of a matrix only."""

        def part(matrix: Any) -> Any:
            blocks = zip(
                np.split(back()["da"], 4, axis=1), np.split(matrix, 4, axis=1), strict=True
            )
            return sum(d @ w.T for k, (d, w) in enumerate(blocks) if k in kept)

        return part

    order = "its blocks stand in Keras' order i, f, c, o"
    orders = ["".join(letters) for letters in permutations("ifco")][1:]
    everywhere = {
        f"the gates are cut out of the weights in the order {', '.join(cut)}; Keras' order is "
        "i, f, c, o": da(cut=cut, join=cut)
        for cut in orders
    }
    halfway = {
        f"the gates are cut out of the weights in the order {', '.join(cut)}, and the blocks of da "
        "are joined in the order i, f, c, o; Keras' order is i, f, c, o both times": da(cut=cut)
        for cut in orders
    }
    joined = {
        f"the blocks of da stand in the order {', '.join(join)}; {order}": da(join=join)
        for join in orders
    }
    clip = "it is clipped to ±5; clipping is no part of the derivative"

    def clipped(name: str) -> dict[str, Any]:
        return {clip: lambda: np.clip(back()[name], -5, 5)}

    add_up = "it is a mean over the batch; add the examples up"
    first = "it is that of the first example only; add the examples up"
    last = "it is that of the last example only; add the examples up"
    return {
        "da": {
            **{f"{text} in da; {order}": da(join=join) for join, text in common.swaps()},
            "the bias b is missing where the gates are computed again": again(x, h_old, 0 * b),
            "the old h is left out where the gates are computed again (h_old @ U)": again(
                x, 0 * h_old, b
            ),
            "the input x is left out where the gates are computed again (x @ W)": again(
                0 * x, h_old, b
            ),
            **everywhere,
            **joined,
            **halfway,
            **clipped("da"),
            "the blocks stand in every fourth column; the columns of one gate are "
            "neighbours": lambda: (
                back()["da"].reshape(batch, 4, units).swapaxes(1, 2).reshape(batch, -1)
            ),
            "the derivatives of sigmoid and tanh are missing: da stands before them, so go through "
            "them": da(slopes=dict.fromkeys("ifco", lambda v: 1.0)),
            "the derivatives of the three sigmoids are missing (that of tanh is there): da stands "
            "before them, so go through them": da(slopes=every(lambda s, a: 1.0)),
            "the derivative is taken at the pre-activation, as in a * (1 - a); use the value of "
            "the gate: s * (1 - s), and 1 - t² for the candidate": da(
                slopes={
                    **every(lambda s, a: a * (1 - a)),
                    "c": lambda v: 1 - v.a["c"] ** 2,
                }
            ),
            "the sigmoid's derivative is taken at the pre-activation, a * (1 - a); use the value "
            "of the gate: s * (1 - s)": da(slopes=every(lambda s, a: a * (1 - a))),
            "the gates have the derivative of tanh, 1 - s²; theirs is s * (1 - s)": da(
                slopes=every(lambda s, a: 1 - s**2)
            ),
            "the gates have the slope s; it is s * (1 - s)": da(slopes=every(lambda s, a: s)),
            "the gates have the slope 1 - s; it is s * (1 - s)": da(
                slopes=every(lambda s, a: 1 - s)
            ),
        },
        "i": {
            **from_c("i"),
            "it is multiplied by i; the input gate multiplied the candidate, so the candidate is "
            "its slope": into("i", lambda v: v.total * v.i),
            "it is multiplied by the old c; the input gate multiplied the candidate": into(
                "i", lambda v: v.total * v.c
            ),
            **slopes("i", GATE_SLOPES),
            **rounded("i"),
        },
        "f": {
            **from_c("f"),
            "the new c is used for the forget gate; it meets the old c": into(
                "f", lambda v: v.total * v.new
            ),
            "the old h is used for the forget gate; it meets the old c": into(
                "f", lambda v: v.total * v.h
            ),
            "it is multiplied by f; the forget gate multiplied the old c": into(
                "f", lambda v: v.total * v.f
            ),
            **slopes("f", GATE_SLOPES),
            **rounded("f"),
        },
        "c": {
            **from_c("c"),
            "the candidate was multiplied by i on the way forward, so its gradient is, too": into(
                "c", lambda v: v.total
            ),
            "it is multiplied by f; the candidate was multiplied by i": into(
                "c", lambda v: v.total * v.f
            ),
            **slopes("c", CANDIDATE_SLOPES),
            **rounded("c"),
        },
        "o": {
            "the gradient of o is multiplied by c; the output gate multiplied tanh(c)": into(
                "o", lambda v: v.dh * v.new
            ),
            "it is made from the gradient of c; o stands in the line of h, so it gets its gradient "
            "from dh": into("o", lambda v: v.total * np.tanh(v.new)),
            "it is made from dc; o stands in the line of h, so it gets its gradient from dh": into(
                "o", lambda v: v.dc * np.tanh(v.new)
            ),
            "the new h stands in place of tanh(c); in h = o * tanh(c) the other factor is "
            "tanh(c)": into("o", lambda v: v.dh * v.o * np.tanh(v.new)),
            "the old c stands in the tanh; the output gate multiplied tanh of the new c": into(
                "o", lambda v: v.dh * np.tanh(v.c)
            ),
            "o gets dh as it is; the output gate multiplied tanh(c)": into("o", lambda v: v.dh),
            **slopes("o", GATE_SLOPES),
            **rounded("o"),
        },
        "dc_old": {
            **clipped("dc_old"),
            "the forget gate is missing: on the direct path the old c was multiplied by "
            "f": lambda: back(direct=lambda v: v.total)["dc_old"],
            "the direct path from the old c to the new one is forgotten: dc_old is what reached "
            "the new c, times f": lambda: np.zeros(np.shape(c_old)),
            "only dc goes back; all that reached the new c does, what came through h as "
            "well": lambda: back(direct=lambda v: v.dc * v.f)["dc_old"],
            "the input gate stands in place of the forget gate": lambda: back(
                direct=lambda v: v.total * v.i
            )["dc_old"],
            "the forget gate is multiplied in twice": lambda: back(
                direct=lambda v: v.total * v.f**2
            )["dc_old"],
            "1 - f stands in place of f": lambda: back(direct=lambda v: v.total * (1 - v.f))[
                "dc_old"
            ],
        },
        "dh_old": {
            **clipped("dh_old"),
            "each block of U should be transposed on the way back (da @ U.T)": lambda: back(
                way_back=common.blocks_transposed
            )["dh_old"],
            "dh itself is added; the old h reaches the new one through the gates only": lambda: (
                dh + back()["dh_old"]
            ),
            "the gradient comes back through the candidate only; the old h feeds all four "
            "blocks": lambda: through(2)(U),
            "the gradient comes back through the three gates only; the old h feeds all four "
            "blocks": lambda: through(0, 1, 3)(U),
        },
        "dx": {
            **clipped("dx"),
            "the gradient comes back through the candidate only; x feeds all four blocks": lambda: (
                through(2)(W)
            ),
            "the gradient comes back through the three gates only; x feeds all four "
            "blocks": lambda: through(0, 1, 3)(W),
        },
        "db": {
            **clipped("db"),
            add_up: lambda: back()["da"].mean(axis=0),
            "it is not summed over the batch: every example uses the same b": lambda: back()["da"],
            "there is one axis too many: b is flat, so is its gradient": lambda: back()["da"].sum(
                axis=0, keepdims=True
            ),
            first: lambda: back()["da"][0],
            last: lambda: back()["da"][-1],
            "it is summed over the wrong axis: add up the batch, keep one number for each "
            "bias": lambda: back()["da"].sum(axis=1),
        },
        "dW": {
            **clipped("dW"),
            add_up: lambda: back()["dW"] / batch,
            first: lambda: np.outer(x[0], back()["da"][0]),
            last: lambda: np.outer(x[-1], back()["da"][-1]),
        },
        "dU": {
            **clipped("dU"),
            "the new c stands in it; U was multiplied by the old h": lambda: (
                common.step(x, h_old, c_old, W, U, b)[1].T @ back()["da"]
            ),
            add_up: lambda: back()["dU"] / batch,
            first: lambda: np.outer(h_old[0], back()["da"][0]),
            last: lambda: np.outer(h_old[-1], back()["da"][-1]),
            "the new h stands in it; U was multiplied by the old h": lambda: (
                common.step(x, h_old, c_old, W, U, b)[0].T @ back()["da"]
            ),
            "the old c stands in it; U was multiplied by the old h": lambda: c_old.T @ back()["da"],
        },
    }


def _of(gate: str, slope: Callable[..., Any]) -> Callable[..., Any]:
    """A slope as a function of the value of this gate and its pre-activation."""
    return lambda v: slope(getattr(v, "g" if gate == "c" else gate), v.a[gate])


GATE_SLOPES: dict[str, Callable[..., Any]] = {
    "the derivative of its sigmoid, s * (1 - s), is missing: da stands before it, so go through "
    "it": lambda s, a: 1.0,
    "the derivative is taken at the pre-activation, as in a * (1 - a); use the value of the gate: "
    "s * (1 - s)": lambda s, a: a * (1 - a),
    "the sigmoid is applied twice: the gate is the sigmoid already, and its slope is s * (1 - "
    "s)": lambda s, a: common.sigmoid(s) * (1 - common.sigmoid(s)),
    "it has the derivative of tanh, 1 - s²; its own is s * (1 - s)": lambda s, a: 1 - s**2,
    "its slope is s * (1 - s); the factor 1 - s is missing": lambda s, a: s,
    "its slope is s * (1 - s); the factor s is missing": lambda s, a: 1 - s,
}
CANDIDATE_SLOPES: dict[str, Callable[..., Any]] = {
    "the derivative of its tanh, 1 - t², is missing: da stands before it, so go through "
    "it": lambda t, a: 1.0,
    "the derivative is taken at the pre-activation, 1 - a²; use the value of the candidate: 1 - "
    "t²": lambda t, a: 1 - a**2,
    "tanh is applied twice: the candidate is the tanh already, and its slope is 1 - "
    "t²": lambda t, a: 1 - np.tanh(t) ** 2,
    "the candidate has the derivative of the sigmoid; its own is 1 - t²": lambda t, a: t * (1 - t),
    "its slope is 1 - t²; the square is missing": lambda t, a: 1 - t,
}
