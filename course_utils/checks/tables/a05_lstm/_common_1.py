"""05-lstm: what several of its tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np

from course_utils import checks

CELLS = (
    "course_utils.cells.LSTM.step",
    "course_utils.cells.LSTM.forward",
    "course_utils.cells.LSTM._gates",
    "keras.layers.LSTM",
    "keras.layers.LSTMCell",
    "keras.layers.RNN",
)
GRADIENTS = (
    "course_utils.cells.LSTM.backward",
    "course_utils.gradients.numerical",
    "tensorflow.GradientTape",
    "jax.grad",
    "jax.value_and_grad",
    "jax.vjp",
)
GATES = {"i": "input gate", "f": "forget gate", "c": "candidate", "o": "output gate"}
PLACES = range(8, 2, -1)


def told(
    got: Any,
    expected: Any,
    what: str,
    mistakes: Mapping[str, Any],
    tolerance: float,
    times: float = 1.0,
) -> None:
    """Fail where `got` is what one of these mistakes leads to; say nothing where it is none."""
    mine, right = times * np.asarray(got), times * np.asarray(expected)
    tolerance = max(tolerance, 1e-4 * single(got))
    if _near(mine, right, tolerance):
        return
    for text, outcome in mistakes.items():
        numbers = times * outcome()
        if _near(mine, numbers, tolerance) and not _near(numbers, right, tolerance):
            checks.fail(f"{what} looks like this mistake: {text}.")


def _near(one: Any, two: Any, tolerance: float) -> bool:
    if np.shape(one) != np.shape(two):
        return False
    scale = max(1.0, float(np.max(np.abs(two), initial=0.0)))
    return bool(np.allclose(one, two, rtol=0, atol=tolerance * scale))


def exchanged(one: Any, other: Any, expected: tuple[Any, Any], tolerance: float = 1e-3) -> bool:
    """Do two results stand in each other's place?"""
    first, second = expected
    return (
        not _near(first, second, tolerance)
        and _near(one, second, tolerance)
        and _near(other, first, tolerance)
    )


def unpack(got: Any) -> list[Any]:
    """The outputs and the last states; three of one batch, in one array, are outputs alone."""
    names = ("the outputs", "the last h", "the last c")
    if isinstance(got, np.ndarray) and got.ndim > 1:
        checks.fail(
            f"Return 3 things: {', '.join(names)}. You returned one, an array of shape {got.shape}."
        )
    return checks.unpack(got, *names)


def single(*results: Any) -> bool:
    """Is one of these in single precision? It is right, but has no more than seven digits."""
    return any(np.asarray(result).dtype in (np.float32, np.float16) for result in results)


def seldom(answer: Any, steps: int) -> dict[Any, int]:
    """The student's ways forward, and how often a backward pass over so many steps may go them."""
    names = getattr(answer, "__globals__", {})
    return {names[name]: 12 + steps for name in ("step", "forward") if name in names}


def closed(W: Any, U: Any, b: Any, gates: str = "ifo", by: float = 12.0) -> tuple[Any, Any, Any]:
    """The weights, with a bias that nearly closes these gates."""
    shut = np.repeat([gate in gates for gate in "ifco"], len(U))
    return W, U, b - by * shut


def faint(W: Any, U: Any, b: Any) -> tuple[Any, Any, Any]:
    """The weights, with a candidate that writes next to nothing."""
    factor = np.repeat([1, 1, 1.23456e-6, 1], len(U))
    return W * factor, U * factor, b * factor


def swaps() -> Iterable[tuple[str, str]]:
    """The six orders in which two blocks have changed places, and which two these are."""
    for one, two in combinations("ifco", 2):
        order = "ifco".translate(str.maketrans(one + two, two + one))
        yield order, f"the {GATES[one]} and the {GATES[two]} are swapped"


def sigmoid(a: Any) -> Any:
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(a)))


def hard_sigmoid(a: Any, slope: float = 1 / 6) -> Any:
    return np.clip(slope * a + 0.5, 0, 1)


def blocks_transposed(U: Any) -> Any:
    """U, with each of its four square blocks transposed."""
    return np.concatenate([block.T for block in np.split(U, 4, axis=1)], axis=1)


def step(
    x: Any,
    h: Any,
    c: Any,
    W: Any,
    U: Any,
    b: Any,
    *,
    order: str = "ifco",
    gate: Callable[..., Any] = sigmoid,
    candidate: Callable[..., Any] = np.tanh,
    belt: Callable[..., Any] = lambda c, i, f, g: f * c + i * g,
    out: Callable[..., Any] = lambda o, new: o * np.tanh(new),
    forget_bias: float = 0.0,
) -> tuple[Any, Any]:
    """A step with slips: the blocks in another order, other functions, another belt or output."""
    a = dict(zip(order, np.split(x @ W + h @ U + b, 4, axis=1), strict=True))
    i, f, o = gate(a["i"]), gate(a["f"] + forget_bias), gate(a["o"])
    new = belt(c, i, f, candidate(a["c"]))
    return out(o, new), new


def run(
    x: Any,
    W: Any,
    U: Any,
    b: Any,
    h: Any,
    c: Any,
    *,
    given: Callable[..., Any] = lambda h, c: (h, c),
    kept: Callable[..., Any] = lambda h, c: (h, c),
    **slips: Any,
) -> tuple[Any, Any]:
    """h and c after each step, (batch, time, units) each.

    given: what the step gets in place of the states   kept: what is kept of its results
    """
    states = []
    for x_t in np.swapaxes(x, 0, 1):
        old_h, old_c = given(h, c)
        h, c = kept(*step(x_t, old_h, old_c, W, U, b, **slips))
        states.append((h, c))
    hs, cs = zip(*states, strict=True)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


INTO: dict[str, Callable[..., Any]] = {
    "i": lambda v: v.total * v.g,
    "f": lambda v: v.total * v.c,
    "c": lambda v: v.total * v.i,
    "o": lambda v: v.dh * np.tanh(v.new),
}
SLOPES: dict[str, Callable[..., Any]] = {
    "i": lambda v: v.i * (1 - v.i),
    "f": lambda v: v.f * (1 - v.f),
    "c": lambda v: 1 - v.g**2,
    "o": lambda v: v.o * (1 - v.o),
}

# On the way from h to c: the gradient of the new c.
TOTALS: dict[str, Callable[..., Any]] = {
    "the path from h to c is missing: c reaches the loss through the new h as well, so dh * o * "
    "(derivative of tanh at c) comes to dc": lambda v: v.dc,
    "dc, the gradient that came from the next step, is left out; it is added to what comes through "
    "h": lambda v: v.dh * v.o * (1 - np.tanh(v.new) ** 2),
    "on the way from h to c the output gate o is missing": lambda v: (
        v.dc + v.dh * (1 - np.tanh(v.new) ** 2)
    ),
    "on the way from h to c the derivative of tanh is taken at c: 1 - c²; it is 1 - "
    "tanh(c)²": lambda v: v.dc + v.dh * v.o * (1 - v.new**2),
    "on the way from h to c the derivative of tanh is taken at h: 1 - h²; it is 1 - "
    "tanh(c)²": lambda v: v.dc + v.dh * v.o * (1 - (v.o * np.tanh(v.new)) ** 2),
    "on the way from h to c the derivative of tanh is missing": lambda v: v.dc + v.dh * v.o,
    "on the way from h to c the derivative of tanh is 1 - tanh(c)²; the square is "
    "missing": lambda v: v.dc + v.dh * v.o * (1 - np.tanh(v.new)),
    "on the way from h to c tanh(c) stands in place of its derivative, 1 - tanh(c)²": lambda v: (
        v.dc + v.dh * v.o * np.tanh(v.new)
    ),
    "the old c stands in the tanh; h was made from the new c": lambda v: (
        v.dc + v.dh * v.o * (1 - np.tanh(v.c) ** 2)
    ),
    "the gradient of c is clipped to ±5; clipping is no part of the derivative": lambda v: np.clip(
        v.dc + v.dh * v.o * (1 - np.tanh(v.new) ** 2), -5, 5
    ),
    "dc goes through o and tanh as well; it is the gradient of c already, and dh alone comes "
    "through them": lambda v: (v.dc + v.dh) * v.o * (1 - np.tanh(v.new) ** 2),
    "all of dh is added to dc; it comes to c through o and tanh": lambda v: v.dc + v.dh,
}


def back(
    dh: Any,
    dc: Any,
    x: Any,
    h: Any,
    c: Any,
    W: Any,
    U: Any,
    b: Any,
    *,
    cut: str = "ifco",
    join: str = "ifco",
    total: Callable[..., Any] = lambda v: v.dc + v.dh * v.o * (1 - np.tanh(v.new) ** 2),
    into: Mapping[str, Callable[..., Any]] = INTO,
    slopes: Mapping[str, Callable[..., Any]] = SLOPES,
    direct: Callable[..., Any] = lambda v: v.total * v.f,
    kept: Callable[..., Any] = lambda value: value,
    way_back: Callable[..., Any] = lambda U: U,
) -> dict[str, Any]:
    """One step back with slips. Of the values on the way, v, it makes

    total: the gradient of the new c   into: that of each gate   slopes: the slope of each gate
    direct: dc_old   kept: what is kept of a gate   cut, join: the orders of the blocks, in and out
    """
    a = dict(zip(cut, np.split(x @ W + h @ U + b, 4, axis=1), strict=True))
    v = SimpleNamespace(dh=dh, dc=dc, h=h, c=c, a=a)
    v.i, v.f, v.o = (kept(sigmoid(a[gate])) for gate in "ifo")
    v.g = kept(np.tanh(a["c"]))
    v.new = v.f * c + v.i * v.g
    v.total = total(v)
    blocks = {gate: {**INTO, **into}[gate](v) * {**SLOPES, **slopes}[gate](v) for gate in "ifco"}
    da = np.concatenate([blocks[gate] for gate in join], axis=1)
    return {
        "da": da,
        "dc_old": direct(v),
        "dh_old": da @ way_back(U).T,
        "dx": da @ W.T,
        "db": da.sum(axis=0),
        "dW": x.T @ da,
        "dU": h.T @ da,
    }
