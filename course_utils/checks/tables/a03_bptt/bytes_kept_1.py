"""03-bptt, the bytes of inputs and states that the walk back needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}


def example() -> tuple[int, ...]:
    """batch 32, 100 steps, 8 features, 64 units."""
    return 32, 100, 8, 64


CASES = (
    ((32, 100, 8, 64), 929792, "(batch 32, 100 steps, 8 features, 64 units)"),
    ((32, 100, 8, 64, 20), 192512, "when the walk stops after k = 20 steps"),
    (
        (3, 5, 4, 2, 7, 8),
        768,
        "(batch 3, 5 steps, 4 features, 2 units, float64) with k = 7, longer than the sequence,",
    ),
    ((1001, 1003, 101, 513), 2467885420, "(batch 1001, 1003 steps, 101 features, 513 units)"),
)


def check(bytes_kept: Any) -> None:
    """The tests that students see."""
    for sizes, expected, case in CASES:
        compare(checks.call(bytes_kept, *sizes), expected, sizes, case)


def compare(got: Any, expected: int, sizes: Any, case: str) -> None:
    """The number of bytes against the expected one."""
    checks.equal(got, expected, f"the number of bytes {case}", mistakes(*sizes))


def mistakes(
    batch: int, time: int, features: int, units: int, k: int | None = None, size: int = 4
) -> dict[str, Any]:
    """Each mistake → what it leads to. size: the bytes of each number."""
    steps = time if k is None else min(k, time)
    weights = features * units + units * units + units

    def total(**slips: Any) -> Callable[[], Any]:
        return lambda: _bytes(batch, steps, features, units, **{"size": size, **slips})

    def divided(by: float) -> Callable[[], Any]:
        return lambda: total()() / by

    float64 = {"the bytes are those of float64; 4 for each number here": lambda: 2 * total()()}
    whole = {
        "the state before the first step is not counted (off by one): time steps leave time + 1 "
        "states": total(states=steps),
        "the inputs are counted once too often (off by one): there is one for each step, and one "
        "state more": total(inputs=steps + 1),
        "the inputs are not counted; dW needs them": total(inputs=0),
        "the states are not counted; the slopes and dU need them": total(states=0),
        "the batch is not counted: every example has inputs and states of its own": divided(batch),
        "these are numbers, not bytes": divided(size),
        "these are kilobytes; asked are bytes": divided(1e3),
        "these are kibibytes; asked are bytes": divided(2**10),
        "these are megabytes; asked are bytes": divided(1e6),
        "these are mebibytes (MiB), as in the chapter's table; asked are bytes": divided(2**20),
        "these are gigabytes; asked are bytes": divided(1e9),
        "these are gibibytes (GiB); asked are bytes": divided(2**30),
        "these are bits, not bytes": lambda: 8 * total()(),
        **(float64 if size == 4 else {}),
        "the weights are counted as well": total(more=weights),
        "U is counted at every step; the weights are there in any case": total(
            more=steps * units * units
        ),
        "the states are as wide as the inputs here; they have `units` numbers": lambda: (
            batch * (2 * steps + 1) * features * size
        ),
        "the inputs are as wide as the states here; they have `features` numbers": lambda: (
            batch * (2 * steps + 1) * units * size
        ),
        "it is rounded to thousands; asked is the whole number": lambda: round(total()(), -3),
        "these are kilobytes, without the rest; asked are bytes": lambda: total()() // 1000,
        "it is computed in float32, which holds seven digits; Python's own whole numbers hold "
        "all": lambda: float(np.float32(total()())),
        "the weights are counted at every step": total(more=steps * weights),
        "the pre-activations are counted as well; the slope is 1 - h², so the states are "
        "enough": total(more=batch * steps * units),
        "only one step is counted; the walk back needs all of them": total(inputs=1, states=2),
        "one step is left out (off by one)": total(inputs=steps - 1, states=steps),
        "the initial state is counted once for all examples; each has one of its own": total(
            states=steps, more=units
        ),
        "features and units are multiplied; the two arrays lie beside each other, so add": total(
            inputs=0, states=0, more=batch * steps * features * units
        ),
        "the number does not fit into 32 bits; Python's own whole numbers have room for "
        "it": lambda: (total()() + 2**31) % 2**32 - 2**31,
    }
    always_4 = {"every number is counted with 4 bytes; here it is bytes_per_number": total(size=4)}
    if k is None:
        return {**whole, **always_4}
    cut = {
        "k is ignored": total(inputs=time, states=time + 1),
        "the state before the first of the k steps is not counted (off by one)": total(
            states=steps
        ),
        "one step too many is kept (off by one)": total(inputs=steps + 1, states=steps + 2),
        "one step too few is kept (off by one)": total(inputs=steps - 1, states=steps),
        "the steps before the last k are kept; the last k are": total(
            inputs=max(time - k, 0), states=max(time - k, 0) + 1
        ),
        "these are the bytes that truncation saves; asked is what is kept": total(
            inputs=time - steps, states=time - steps
        ),
        "only the states are cut to k steps; the inputs are as well": total(inputs=time),
        "only the inputs are cut to k steps; the states are as well": total(states=time + 1),
        "every k-th step is kept; the last k are": total(
            inputs=max(time // k, 1), states=max(time // k, 1) + 1
        ),
    }
    longer = {
        "more steps are counted than there are": total(inputs=k, states=k + 1),
        **always_4,
        "the state before the first step is not counted (off by one)": total(states=steps),
        "nothing is left after cutting": total(inputs=0, states=0),
    }
    return {**longer, **cut, **whole} if k > time else {**cut, **always_4, **whole}


def _bytes(
    batch: int,
    steps: int,
    features: int,
    units: int,
    size: int,
    inputs: int | None = None,
    states: int | None = None,
    more: int = 0,
) -> int:
    """The bytes with slips: other numbers of inputs or of states, or more numbers than those."""
    inputs = steps if inputs is None else inputs
    states = steps + 1 if states is None else states
    return (batch * (inputs * features + states * units) + more) * size
