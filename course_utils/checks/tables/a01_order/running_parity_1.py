"""01-order, the bit that must be carried."""

from __future__ import annotations

from itertools import accumulate
from operator import or_, xor
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}


EXCHANGED = "1 and 0 are exchanged: odd is 1, even is 0 (does the state start at 0?)"


def example() -> tuple[list[int]]:
    """Eleven bits; seven of them are ones."""
    return ([1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0],)


def check(running_parity: Any) -> None:
    """The tests that students see."""
    (bits,) = example()
    got, again = (checks.call(running_parity, bits) for _ in range(2))
    if repr(got) != repr(again):
        checks.fail(
            "Called a second time with the same bits, it answers differently: the state of the "
            "call before goes on. Start it at 0 inside the function."
        )
    wrong = mistakes(bits)
    if not np.array_equal(checks.call(running_parity, [0, 1]), [1, 0]):
        del wrong[EXCHANGED]
    checks.equal(got, [1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1], f"the parity after each of {bits}", wrong)
    checks.equal(checks.call(running_parity, []), [], "the parity of no bits")
    compare(running_parity, [1] + [0] * 30, [1] * 31, "a single one and thirty zeros")


def compare(running_parity: Any, bits: list[int], expected: list[int], after: str) -> None:
    """The parities after each bit against the expected ones."""
    got = checks.call(running_parity, bits)
    checks.equal(got, expected, f"the parity after {after}", mistakes(bits))


def mistakes(bits: list[int]) -> dict[str, Any]:
    """Mistake → the parities that it leads to."""

    def window(width: int) -> list[int]:
        return [sum(bits[max(0, i - width + 1) : i + 1]) % 2 for i in range(len(bits))]

    parities = list(accumulate(bits, xor))
    reverse = list(accumulate(bits[::-1], xor))
    return {
        "only the last parity is returned; return one after each bit": lambda: parities[-1],
        "it counts the ones; keep only whether the count is odd (the remainder after division by "
        "2)": lambda: list(accumulate(bits)),
        EXCHANGED: lambda: [1 - parity for parity in parities],
        "it is the parity before each bit (off by one): update the state first, then write it "
        "down": lambda: [0, *parities[:-1]],
        "these are the bits themselves: the state is not carried from step to step": lambda: bits,
        "it sees the last two bits only: that is a window, not a state": lambda: window(2),
        "it sees the last three bits only: that is a window, not a state": lambda: window(3),
        "the state turns once and stays: a second one must turn it back": lambda: list(
            accumulate(bits, or_)
        ),
        "it goes through the bits in reversed order": lambda: reverse[::-1],
        "it goes through the bits in reversed order, and returns them so": lambda: reverse,
        "the starting state is in the list; begin with the parity after the first bit": lambda: [
            0,
            *parities,
        ],
        "it tells whether the position is odd, not the count of ones": lambda: [
            (i + 1) % 2 for i in range(len(bits))
        ],
        "it counts the zeros": lambda: list(accumulate((1 - bit for bit in bits), xor)),
        "the last bit is left out": lambda: parities[:-1],
        "the first bit is left out": lambda: list(accumulate(bits[1:], xor)),
        "the first bit is left out of the count": lambda: list(accumulate([0, *bits[1:]], xor)),
    }
