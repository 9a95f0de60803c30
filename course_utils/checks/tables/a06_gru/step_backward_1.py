"""06-gru, the gradients of one step of a GRU with the reset gate after the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a06_gru import _common_1 as common

BY_HAND = (*common.CELLS, *common.GRADIENTS)
CALLS = {"step_after": "06-gru/step-after@1"}

BLOCKS = "3·units"
AXES = {
    "da": ["batch", BLOCKS],
    "dh_old": common.STATE,
    "dx": ["batch", "feature"],
    "db": ["row", BLOCKS],
    "dW": ["feature", BLOCKS],
    "dU": ["unit", BLOCKS],
}
EACH = ("da", "dh_old", "dx")  # these have a row for each example


def example() -> tuple[np.ndarray, ...]:
    """dh (3, 2), x (3, 4), h_old (3, 2), W (4, 6), U (2, 6), b (2, 6): 4 features, 2 units."""
    dh = [[0.4, -0.4], [0.2, -0.2], [1.0, -0.5]]
    x = [[0.8, -0.9, 0.3, -0.1], [0.4, -0.9, -0.9, -0.6], [1.0, -0.4, 0.2, 1.0]]
    h_old = [[0.4, -0.6], [-0.2, -0.8], [-0.4, -0.4]]
    W = [
        [-1.0, 0.7, 0.8, 0.0, 0.3, 0.2],
        [0.3, 1.0, 0.2, -0.7, 0.4, 0.4],
        [0.7, 0.4, -0.4, -0.9, -0.1, 0.3],
        [0.5, 0.3, 0.2, 0.2, -0.5, -0.2],
    ]
    U = [[-0.2, -0.9, 0.9, -0.8, 0.9, 0.6], [-0.6, -0.3, -0.5, 0.2, -0.9, -0.2]]
    b = [[0.5, -0.1, 0.3, -0.1, 0.3, 0.7], [0.4, 0.8, 0.7, 0.0, -0.2, 0.4]]
    return tuple(np.array(values) for values in (dh, x, h_old, W, U, b))


def check(step_backward: Any, *earlier: Any) -> None:
    """The tests that students see. earlier: tasks that it may call, though not for every number."""
    inputs = example()
    compare(call(step_backward, inputs, *earlier), common.back(*inputs), inputs)


def call(step_backward: Any, inputs: Any, *earlier: Any) -> Any:
    """What step_backward returns; each of `earlier` may run a few times for each example."""
    most = common.seldom(earlier, 4 * len(inputs[0]) + 2)
    return checks.call(step_backward, *inputs, seldom=most)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", times: Any = 1.0) -> None:
    """The gradients against the expected ones, da first, for the others follow from it.

    times: both sides are so many times as large. One number for each example, (batch, 1), counts
    for the gradients that have a row for each.
    """
    if not isinstance(got, dict) or not set(AXES) <= set(got):
        checks.fail(
            "Return a dictionary with the keys da, dx, dh_old, dW, dU, db: it says by name which "
            "gradient is which."
        )
    wrong = mistakes(*inputs)
    for name, axes in AXES.items():
        larger = times if name in EACH or not np.ndim(times) else 1.0
        what = f"the gradient {name}{case}"
        common.close(got[name], expected[name], what, wrong[name], axes, times=larger)


def mistakes(
    dh: Any, x: Any, h_old: Any, W: Any, U: Any, b: Any
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For each gradient (where those before it in AXES are right): mistake → what it leads to."""
    n = len(U)
    right = common.back(dh, x, h_old, W, U, b)

    def slip(name: str, **slips: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: common.back(dh, x, h_old, W, U, b, **slips)[name]

    def da(**slips: Callable[[Any], Any]) -> Callable[[], Any]:
        return slip("da", **slips)

    def blocks(order: str) -> Callable[[], Any]:
        return lambda: np.hstack([right[f"da_{gate}"] for gate in order])

    def slope(of: Callable[[Any], Any]) -> Callable[[], Any]:
        return da(da_h=lambda p: p.dh * (1 - p.z) * of(p))

    def forward_too(order: str) -> Callable[[], Any]:
        """The blocks are taken in this order on the way forward as well."""

        def sorted_blocks(array: Any) -> Any:
            cut = dict(zip(order, np.split(array, 3, axis=-1), strict=True))
            return np.concatenate([cut[gate] for gate in "zrh"], axis=-1)

        def result() -> Any:
            parts = common.back(dh, x, h_old, *(sorted_blocks(array) for array in (W, U, b)))
            return np.hstack([parts[f"da_{gate}"] for gate in order])

        return result

    def not_transposed() -> Any:
        pairs = zip(np.split(right["ds"], 3, axis=1), np.split(U, 3, axis=1), strict=True)
        return sum(side @ block for side, block in pairs) + dh * right["z"]

    def paths(*gates: str) -> Callable[[], Any]:
        """The direct path, and those through these blocks."""

        def result() -> Any:
            part = {"z": slice(0, n), "r": slice(n, 2 * n), "h": slice(2 * n, None)}
            back = (right["ds"][:, part[gate]] @ U[:, part[gate]].T for gate in gates)
            return dh * right["z"] + sum(back)

        return result

    def without_direct(weight: Any) -> Callable[[], Any]:
        return lambda: right["ds"] @ U.T + weight

    def new_state(p: Any) -> Any:
        return p.z * p.h + (1 - p.z) * p.new

    of_z, of_r = {"da_z": lambda p: p.dz}, {"da_r": lambda p: p.dr}
    of_tanh = {"da_h": lambda p: p.dh * (1 - p.z)}
    swapped = {text: blocks(order) for order, text in common.SWAPPED.items()}
    throughout = {
        f"{text}. They are, on the way forward as well": forward_too(order)
        for order, text in common.SWAPPED.items()
    }
    hard = {
        text: lambda gate=gate: common.back(dh, x, h_old, W, U, b, gate=gate)["da"]
        for text, gate in common.hard_sigmoids().items()
    }
    dh_clipped = {
        f"dh is clipped to ±{limit}; nothing is to be clipped here": (
            lambda limit=limit: common.back(np.clip(dh, -limit, limit), x, h_old, W, U, b)["da"]
        )
        for limit in common.LIMITS
    }
    return {
        "da": {
            **swapped,
            "the sign of the update gate's gradient is wrong: z multiplies the old state and 1 - z "
            "the candidate, so a larger z moves h by h_old - h_tilde": da(
                dz=lambda p: p.dh * (p.new - p.h)
            ),
            "z also stands in 1 - z: a larger z takes away from the candidate what it gives to the "
            "old state": da(dz=lambda p: p.dh * p.h),
            "on the way forward the candidate was multiplied by 1 - z, so its gradient is, too": da(
                da_h=lambda p: p.dh * p.z * (1 - p.new**2)
            ),
            "on the way forward the candidate was multiplied by 1 - z, so its gradient is, too; "
            "look at the equations at the top once more": da(da_h=lambda p: p.dh * (1 - p.new**2)),
            "the derivatives of sigmoid and tanh are missing": da(**of_tanh, **of_z, **of_r),
            "the derivatives of tanh and of the sigmoid of z are missing": da(**of_tanh, **of_z),
            "the derivatives of tanh and of the sigmoid of r are missing": da(**of_tanh, **of_r),
            "the derivative of tanh is missing": da(**of_tanh),
            "the derivative of tanh is taken at the pre-activation; from the result it is 1 - "
            "h_tilde²": slope(lambda p: 1 - (p.a_h + p.r * p.s_h) ** 2),
            "the derivative of the sigmoid is taken at the pre-activation; from the result it is "
            "z (1 - z)": da(
                da_z=lambda p: p.dz * (p.a_z + p.s_z) * (1 - p.a_z - p.s_z),
                da_r=lambda p: p.dr * (p.a_r + p.s_r) * (1 - p.a_r - p.s_r),
            ),
            "the reset gate multiplied h U_h + b'_h, so that is what its gradient meets, not h "
            "itself": da(dr=lambda p: p.da_h * p.h),
            "the path to the reset gate is missing: r multiplied the recurrent part of the "
            "candidate": da(dr=lambda p: 0 * p.da_h),
            "this is the way to r of the other variant, reset before; here r multiplied h U_h + "
            "b'_h, so dr = da_h * that": da(dr=lambda p: (p.da_h @ U[:, 2 * n :].T) * p.h),
            "r multiplied h U_h + b'_h; the recurrent bias belongs to it": da(
                dr=lambda p: p.da_h * (p.s_h - b[1, 2 * n :])
            ),
            "what reaches r is da_h, not dh: r stands inside the tanh": da(
                dr=lambda p: p.dh * p.s_h
            ),
            "the derivative of tanh is missing on the way to r": da(
                dr=lambda p: p.dh * (1 - p.z) * p.s_h
            ),
            "r is multiplied in once too often on the way to r: d(r a')/dr is a'": da(
                dr=lambda p: p.da_h * p.r * p.s_h
            ),
            "the derivative of the sigmoid of z is missing": da(**of_z),
            "the derivative of the sigmoid of r is missing": da(**of_r),
            "the derivatives of both sigmoids are missing": da(**of_z, **of_r),
            "the gates go through the sigmoid, whose derivative is z (1 - z); 1 - z² is that of "
            "tanh": da(da_z=lambda p: p.dz * (1 - p.z**2), da_r=lambda p: p.dr * (1 - p.r**2)),
            "the derivative of the sigmoid is z (1 - z); here it is 1 - z alone": da(
                da_z=lambda p: p.dz * (1 - p.z), da_r=lambda p: p.dr * (1 - p.r)
            ),
            "the candidate goes through tanh, whose derivative is 1 - h_tilde²; that of the "
            "sigmoid stands there": slope(lambda p: p.new * (1 - p.new)),
            "the derivative of tanh is 1 - h_tilde²; here it is without the square": slope(
                lambda p: 1 - p.new
            ),
            "the derivative of tanh is taken from the new state; tanh made the candidate: 1 - "
            "h_tilde²": slope(lambda p: 1 - new_state(p) ** 2),
            "the derivative of tanh is taken from the old state; tanh made the candidate: 1 - "
            "h_tilde²": slope(lambda p: 1 - p.h**2),
            "only the candidate is there; z also stands before the old state: h_old - h_tilde": da(
                dz=lambda p: -p.dh * p.new
            ),
            "the minus of 1 - z is lost: a larger z moves h by h_old - h_tilde": da(
                dz=lambda p: p.dh * (p.h + p.new)
            ),
            "this is the gradient at the recurrent side, with r in the candidate's block; da is "
            "that at x W + b[0], without it": lambda: right["ds"],
            "the gates and the candidate are computed without b[1]: run the step forward as in "
            "Task 3": lambda: common.back(dh, x, h_old, W, U, np.stack([b[0], 0 * b[1]]))["da"],
            **throughout,
            **hard,
            **dh_clipped,
            **common.clipped(right["da"]),
        },
        "dh_old": {
            "r is missing on the way back to h: the recurrent part of the candidate was multiplied "
            "by r": lambda: right["da"] @ U.T + dh * right["z"],
            "the direct path is missing: z carries the old state straight into the new one, so "
            "dh * z comes back": without_direct(0.0),
            "only the direct path is there; the paths through the gates and the candidate are "
            "missing": paths(),
            "the old state was multiplied by z, not by 1 - z": without_direct(
                dh * (1 - right["z"])
            ),
            "U is not transposed on the way back": not_transposed,
            "the direct path is not multiplied by z: only z of the old state went straight into "
            "the new one": without_direct(dh),
            "r acts after U on the way back, as with reset before; here first r, then U_h "
            "transposed": lambda: (
                paths("z", "r")() + (right["da_h"] @ U[:, 2 * n :].T) * right["r"]
            ),
            "the path through the update gate is missing": paths("r", "h"),
            "the path through the reset gate is missing": paths("z", "h"),
            "the path through the candidate is missing": paths("z", "r"),
            "the paths through both gates are missing": paths("h"),
            **common.clipped(right["dh_old"]),
        },
        "dx": {
            "it goes back by the recurrent side; x came in on the input side, so da @ W.T": (
                lambda: right["ds"] @ W.T
            ),
            **common.clipped(right["dx"]),
        },
        "db": {
            "it is not summed over the batch: one b serves all the examples": lambda: np.stack(
                [right["da"], right["ds"]]
            ),
            "this is the first row alone; b has two rows, and so has its gradient": lambda: right[
                "db"
            ][0],
            "both rows are alike; the second row (the recurrent bias) stands inside r in the "
            "candidate's block": lambda: right["db"][[0, 0]],
            "it is the mean over the batch; the examples are summed": lambda: right["db"] / len(dh),
            "the two rows are exchanged: first the input's bias (da), then the recurrent one (with "
            "r in the candidate's block)": lambda: right["db"][::-1],
            **common.clipped(right["db"]),
        },
        "dW": {
            "it is divided by the batch size": lambda: right["dW"] / len(dh),
            "it is made with the recurrent side; W stands on the input side, so x.T @ da": lambda: (
                x.T @ right["ds"]
            ),
            **common.clipped(right["dW"]),
        },
        "dU": {
            "the candidate's block of dU lacks r": lambda: h_old.T @ right["da"],
            "the new state stands in dU; U was multiplied with the old one": slip(
                "dU", dU=lambda p: new_state(p).T @ p.ds
            ),
            "this is dU of the other variant, reset before; here U_h met h itself, and r comes "
            "with the gradient": slip(
                "dU",
                dU=lambda p: np.hstack([p.h.T @ p.da_z, p.h.T @ p.da_r, (p.r * p.h).T @ p.da_h]),
            ),
            "it is divided by the batch size": lambda: right["dU"] / len(dh),
            **common.clipped(right["dU"]),
        },
    }
