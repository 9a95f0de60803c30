"""01-order, find a pattern, wherever it is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}

PATTERNS = ([1, 1, 0, 1], [0, 0, 1], [1, 0, 1, 1, 0], [1, 1, 1], [0, 1])


def example() -> tuple[list[int]]:
    """A pattern of four zeros and ones."""
    return (list(PATTERNS[0]),)


def check(pattern_detector: Any) -> None:
    """The tests that students see."""
    for pattern in PATTERNS:
        compare(pattern_detector, pattern)


def compare(pattern_detector: Any, bits: list[int]) -> None:
    """Show the detector every window of zeros and ones; say what its mistakes have in common."""
    kernel, bias = checks.unpack(checks.call(pattern_detector, bits), "the kernel", "the bias")
    checks.shape(kernel, (len(bits),), "the kernel", axes=["step"])
    checks.shape(bias, (), "the bias")
    kernel, bias, pattern = np.asarray(kernel, float), float(bias), np.array(bits)
    start = f"For the pattern {bits} your kernel is {kernel.tolist()} and your bias {bias:g}."
    if not np.isfinite([*kernel, bias]).all():
        checks.fail(f"{start} They hold infinity or NaN.")
    windows = _windows(len(bits))
    score = windows @ kernel + bias
    same = (windows == pattern).all(axis=1)
    # thirds and tenths are not exact in a computer: what rounding leaves of a zero is a zero
    fires = score > 1e-12 * (np.abs(kernel).sum() + abs(bias))
    if (fires == same).all():
        return
    on_pattern, elsewhere = score[same][0], score[~same].max()
    if not fires.any() and on_pattern > elsewhere:
        checks.fail(
            f"{start} It never fires, not even on the pattern: there the sum is {on_pattern:g}, "
            "which is not above 0. The bias is too low."
        )
    if not fires.any():
        checks.fail(
            f"{start} It never fires, and other windows come as near to it as the pattern does, or "
            "nearer."
        )
    wrongly = (windows[fires & ~same] if (fires & ~same).any() else windows[~same])[0].tolist()
    for mistake, where in mistakes(bits).items():
        if (fires == where()).all():
            checks.fail(f"{start} {mistake.replace('EXAMPLE', str(wrongly))}")
    if not fires[same][0]:
        checks.fail(f"{start} It misses the pattern and fires on {wrongly}.")
    if on_pattern > elsewhere:
        checks.fail(
            f"{start} It also fires on windows that only resemble the pattern, as {wrongly}: the "
            "bias is too high."
        )
    checks.fail(f"{start} It also fires on {wrongly}, which is not the pattern.")


def mistakes(bits: list[int]) -> dict[str, Callable[[], Any]]:
    """Mistake → for each window, whether such a detector fires. EXAMPLE: where it should not."""
    windows, pattern = _windows(len(bits)), np.array(bits)
    return {
        "It always fires, even on windows that are nothing like the pattern: the bias is too "
        "high.": lambda: np.ones(len(windows), bool),
        "The sign is wrong: it fires everywhere but on the pattern.": lambda: (
            windows != pattern
        ).any(axis=1),
        "It detects the pattern in reversed order: kernel[0] meets the earliest step.": lambda: (
            windows == pattern[::-1]
        ).all(axis=1),
        "It detects the opposite of the pattern, with zeros and ones exchanged.": lambda: (
            windows == 1 - pattern
        ).all(axis=1),
        "It also fires on EXAMPLE: a one in place of a zero goes unpunished. Where the pattern has "
        "a 0, the weight should count against it (a negative weight).": lambda: (
            windows >= pattern
        ).all(axis=1),
        "It also fires on EXAMPLE: a zero in place of a one goes unpunished. Where the pattern has "
        "a 1, the weight should count for it (a positive weight).": lambda: (
            windows <= pattern
        ).all(axis=1),
    }


def _windows(length: int) -> Any:
    """All windows of zeros and ones of this length, one a row."""
    return np.array(list(product([0, 1], repeat=length)))
