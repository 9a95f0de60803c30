"""What training needs that Keras does not have: the course's two profiles, and seeds."""

from __future__ import annotations

import os
from typing import TypeVar

__all__ = ["pick", "profile", "set_seed"]

T = TypeVar("T")


def profile() -> str:
    """``quick`` (small data, few steps: the default) or ``full`` (the book's numbers).

    Read from the environment variable COURSE_PROFILE; ValueError for any other name.
    """
    name = os.environ.get("COURSE_PROFILE", "quick")
    if name not in {"quick", "full"}:
        raise ValueError(f"COURSE_PROFILE is {name!r}; it must be 'quick' or 'full'")
    return name


def pick(*, quick: T, full: T) -> T:
    """The one of two values that belongs to the current profile."""
    return quick if profile() == "quick" else full


def set_seed(seed: int) -> None:
    """Seed Python, NumPy and the Keras backend, so that a training repeats."""
    import keras

    keras.utils.set_random_seed(seed)
