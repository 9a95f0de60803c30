"""04-gradient-flow: what several of its tables share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from course_utils import checks

PLACES = range(3, 9)


def each(
    values: Iterable[int], mistake: str, outcome: Callable[[int], Any]
) -> dict[str, Callable[[], Any]]:
    """One mistake for each value, which `mistake` has in place of {}."""
    return {mistake.format(value): partial(outcome, value) for value in values}


def rounded(name: str, outcome: Callable[[int], Any]) -> dict[str, Callable[[], Any]]:
    """Something is rounded on the way: what it leads to, for each number of places."""
    return each(
        PLACES, f"{name} rounded to {{}} places on the way; round nothing on the way", outcome
    )


def clipped(name: str, outcome: Callable[[int], Any]) -> dict[str, Callable[[], Any]]:
    """Something is clipped: what it leads to, for each limit."""
    return each((1, 5, 10), f"{name}; nothing is to be clipped here", outcome)


def roughly(got: Any, expected: Any) -> bool:
    """Are these numbers right, but for the last digits?"""
    return np.shape(got) == np.shape(expected) and np.allclose(got, expected, rtol=1e-3, atol=0)


def all_digits(got: Any, what: str) -> None:
    """Fail where these right numbers all end at one place after the point, as none of them should.

    A right number does so with a probability of about 1e-8, several at once never.
    """
    places = _places(got)
    if places is not None:
        checks.fail(
            f"{what[0].upper()}{what[1:]} looks like this mistake: {_ROUNDED.format(places)}."
        )


def is_short(numbers: Any) -> bool:
    """Do all these numbers end within the eighth place after the point?"""
    return _places(numbers) is not None


def _places(numbers: Any) -> int | None:
    values = np.asarray(numbers, dtype=float)
    return next((p for p in PLACES if np.array_equal(values, np.round(values, p))), None)


def is_double(got: Any) -> bool:
    """Does this hold float64? A float32 may not be able to hold what is right."""
    return bool(np.asarray(got).dtype.itemsize >= 8)


_ROUNDED = "the numbers are rounded to {} places after the point; return them as they are"
