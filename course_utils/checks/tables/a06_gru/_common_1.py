"""06-gru: what several of its tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from course_utils import checks

CELLS = (
    "course_utils.cells.GRU.step",
    "course_utils.cells.GRU.forward",
    "course_utils.cells.GRU._gates",
    "keras.layers.GRU",
    "keras.layers.GRUCell",
    "keras.layers.RNN",
)
GRADIENTS = (
    "course_utils.cells.GRU.backward",
    "course_utils.gradients.numerical",
    "tensorflow.GradientTape",
    "jax.grad",
    "jax.value_and_grad",
    "jax.vjp",
    "scipy.optimize.approx_fprime",
    "scipy.differentiate.derivative",
    "scipy.differentiate.jacobian",
)

STATE = ["batch", "unit"]
STATES = ["batch", "time", "unit"]
SWAPPED = {
    "rzh": "the update gate and the reset gate are swapped; Keras' order is z, r, h",
    "hrz": "the update gate and the candidate are swapped; Keras' order is z, r, h",
    "zhr": "the reset gate and the candidate are swapped; Keras' order is z, r, h",
}
EXCHANGED = "z and 1 - z are exchanged: here, as in Keras, z = 1 keeps the old state"
LIMITS = (1, 5, 10)
PLACES = range(10, 1, -1)  # from many to few: tiny numbers may round to zero in several
HARD = "the gates are hard sigmoids, of straight lines; a GRU's are smooth"


def close(got: Any, *arguments: Any, **more: Any) -> None:
    """`checks.close`, which judges what was computed in single precision as single.

    Also where it was returned in double.
    """
    try:
        array = np.asarray(got)
        single = array.dtype == float and np.array_equal(array, np.float32(array))
    except (TypeError, ValueError):
        single = False
    checks.close(np.float32(got) if single else got, *arguments, **more)


def seldom(functions: Iterable[Any], times: int) -> dict[Any, int]:
    """How often a function that derives gradients may call each of these earlier tasks."""
    return {function: times for function in functions if hasattr(function, "__code__")}


def sigmoid(a: Any) -> Any:
    return 0.5 * (1 + np.tanh(0.5 * a))


def hard_sigmoids() -> dict[str, Callable[..., Any]]:
    """The diagnosis and the function, in the two forms that Keras had."""
    return {
        f"{HARD} ({name})": lambda a, slope=slope: np.clip(slope * a + 0.5, 0, 1)
        for name, slope in (("a / 6 + 0.5", 1 / 6), ("0.2 a + 0.5", 0.2))
    }


def step(
    x: Any,
    h: Any,
    W: Any,
    U: Any,
    b: Any,
    *,
    order: str = "zrh",
    gate: Callable[..., Any] = sigmoid,
    hears: Callable[..., Any] = lambda a, s: a + s,
    inside: Callable[..., Any] = lambda z, r, a, s, h, U_h: a + r * s,
    candidate: Callable[..., Any] = np.tanh,
    mix: Callable[..., Any] = lambda z, r, h, new: z * h + (1 - z) * new,
) -> Any:
    """A step with slips, with the reset gate after; b: (2, 3·units).

    order: of the blocks   hears: what a gate makes of the input side and the recurrent side
    inside: the candidate's pre-activation   mix: the new state
    """
    a = dict(zip(order, np.split(x @ W + b[0], 3, axis=1), strict=True))
    s = dict(zip(order, np.split(h @ U + b[1], 3, axis=1), strict=True))
    U_h = np.split(U, 3, axis=1)[order.index("h")]
    z, r = (gate(hears(a[name], s[name])) for name in "zr")
    return mix(z, r, h, candidate(inside(z, r, a["h"], s["h"], h, U_h)))


def reset_before(z: Any, r: Any, a: Any, s: Any, h: Any, U_h: Any) -> Any:
    """The candidate's pre-activation in the other variant."""
    return a + (r * h) @ U_h


def blocks_transposed(U: Any) -> Any:
    return np.concatenate([block.T for block in np.split(U, 3, axis=1)], axis=1)


def every_third(array: Any) -> Any:
    """The columns k, k + 3, k + 6 … side by side, for k = 0 to 2."""
    return np.concatenate([array[..., k::3] for k in range(3)], axis=-1)


# Slips in the last line of a step, the same in both variants: diagnosis → the new state.
MIXED: dict[str, Callable[..., Any]] = {
    EXCHANGED: lambda z, r, h, new: (1 - z) * h + z * new,
    "the old state is added whole; it is multiplied by z": lambda z, r, h, new: h + (1 - z) * new,
    "the old state is left out of the sum (z * h)": lambda z, r, h, new: (1 - z) * new,
    "this is the candidate; the new state lies between it and the old one": lambda z, r, h, new: (
        new
    ),
    "z stands before both, the old state and the candidate; the candidate has "
    "1 - z": lambda z, r, h, new: z * h + z * new,
    "the candidate is added whole; it is multiplied by 1 - z": lambda z, r, h, new: z * h + new,
    "r stands where 1 - z belongs; the reset gate works inside the candidate "
    "alone": lambda z, r, h, new: z * h + r * new,
    "1 + z stands where 1 - z belongs": lambda z, r, h, new: z * h + (1 + z) * new,
    "the new state goes through tanh; it lies between the old one and the candidate, and is not "
    "squeezed": lambda z, r, h, new: np.tanh(z * h + (1 - z) * new),
}

# Slips in the functions, the same in both variants: diagnosis → how `step` slips.
SQUEEZED: dict[str, dict[str, Any]] = {
    "the gates go through tanh; a gate lies between 0 and 1, so it needs the sigmoid": {
        "gate": np.tanh
    },
    "the candidate goes through the sigmoid; it may be negative, so it needs tanh": {
        "candidate": sigmoid
    },
    "the candidate has no tanh": {"candidate": lambda a: a},
    "the candidate goes through tanh twice": {"candidate": lambda a: np.tanh(np.tanh(a))},
    "the candidate goes through the sigmoid, and then through tanh; it needs tanh alone": {
        "candidate": lambda a: np.tanh(sigmoid(a))
    },
    "the gates have no sigmoid": {"gate": lambda a: a},
    "both gates are turned round: the sigmoid has exp(-a) in it, with a minus": {
        "gate": lambda a: sigmoid(-a)
    },
    **{text: {"gate": hard} for text, hard in hard_sigmoids().items()},
    "the gates go through the sigmoid twice": {"gate": lambda a: sigmoid(sigmoid(a))},
    **{
        f"what goes into sigmoid and tanh is clipped to ±{limit}; they need no clipping": {
            "gate": lambda a, limit=limit: sigmoid(np.clip(a, -limit, limit)),
            "candidate": lambda a, limit=limit: np.tanh(np.clip(a, -limit, limit)),
        }
        for limit in LIMITS
    },
}


# What a step back is made of, in this order; `back` lets a slip take the place of each.
CHAIN: dict[str, Callable[[Any], Any]] = {
    "dz": lambda p: p.dh * (p.h - p.new),
    "da_h": lambda p: p.dh * (1 - p.z) * (1 - p.new**2),
    "dr": lambda p: p.da_h * p.s_h,
    "da_z": lambda p: p.dz * p.z * (1 - p.z),
    "da_r": lambda p: p.dr * p.r * (1 - p.r),
    "da": lambda p: np.hstack([p.da_z, p.da_r, p.da_h]),
    "ds": lambda p: np.hstack([p.da_z, p.da_r, p.da_h * p.r]),
    "dx": lambda p: p.da @ p.W.T,
    "dh_old": lambda p: p.ds @ p.U.T + p.dh * p.z,
    "dW": lambda p: p.x.T @ p.da,
    "dU": lambda p: p.h.T @ p.ds,
    "db": lambda p: np.stack([p.da.sum(axis=0), p.ds.sum(axis=0)]),
}


def back(
    dh: Any,
    x: Any,
    h: Any,
    W: Any,
    U: Any,
    b: Any,
    *,
    gate: Callable[..., Any] = sigmoid,
    **slips: Callable[[Any], Any],
) -> dict[str, Any]:
    """The gradients of a step with the reset gate after, with slips in place of parts of CHAIN."""
    p = SimpleNamespace(dh=dh, x=x, h=h, W=W, U=U, b=b)
    p.a_z, p.a_r, p.a_h = np.split(x @ W + b[0], 3, axis=1)
    p.s_z, p.s_r, p.s_h = np.split(h @ U + b[1], 3, axis=1)
    p.z, p.r = gate(p.a_z + p.s_z), gate(p.a_r + p.s_r)
    p.new = np.tanh(p.a_h + p.r * p.s_h)
    for name, part in CHAIN.items():
        setattr(p, name, slips.get(name, part)(p))
    return vars(p)


def clipped(array: Any) -> dict[str, Callable[[], Any]]:
    return {
        f"it is clipped to ±{limit}; the numbers themselves are wanted": partial(
            np.clip, array, -limit, limit
        )
        for limit in LIMITS
    }
