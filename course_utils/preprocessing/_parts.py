"""The parts of a split as ``audit`` reads them, and what it says of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.preprocessing.text import pad

Array = NDArray[Any]

CHANCE = 1e-4  # what happens by chance more often than this is no finding


@dataclass(frozen=True)
class Finding:
    """One leak, or one thing about a split that deserves a look.

    kind: a key of KINDS   parts: where it was found   count: how many (the message says of what)
    examples: up to three of them   message: what was found   remedy: what to do about it
    """

    kind: str
    parts: tuple[str, ...]
    count: int
    examples: tuple[str, ...]
    message: str
    remedy: str

    def __str__(self) -> str:
        shown = f" ({'; '.join(self.examples)})" if self.examples else ""
        return f"{self.kind}, {' and '.join(self.parts)}: {self.message}{shown}.\n  {self.remedy}"


@dataclass
class Part:
    """A part, read: texts or numbers, and what comes with them."""

    name: str
    given: Mapping[str, Any]
    texts: list[str] | None = None
    x: Array = field(default_factory=lambda: np.empty(0))  # (n, ...), where they are numbers
    ragged: bool = False  # lists of different lengths, padded here with NaN

    def __post_init__(self) -> None:
        name, given = self.name, self.given
        known = ("x", "y", "groups", "times", "columns")
        if not isinstance(given, Mapping) or "x" not in given:
            raise ValueError(f'{name} is {brief(given)}, expected a mapping with "x"')
        for key in given:
            if key not in known:
                raise ValueError(f"{name} has {key!r}, expected only {', '.join(known)}")
        x = given["x"]
        first = x[0] if len(x) else None
        if isinstance(first, str):
            self.texts = list(x)
        elif isinstance(first, (list, tuple)) and any(isinstance(t, str) for s in x for t in s):
            self.texts = [" ".join(tokens) for tokens in x]
        else:
            self.x, self.ragged = _numbers(name, x)
        for key in ("y", "groups", "times"):
            value = self.get(key)
            if value is not None and len(value) != len(self):
                raise ValueError(
                    f"{name} has {len(self)} examples in x and {len(value)} in {key}; expected one "
                    "for each"
                )
        times = self.get("times")
        if times is not None and (times.ndim != 1 or (times != times).any()):
            raise ValueError(f"the times of {name} are not (n,) known times, without NaN and NaT")
        names = given.get("columns")
        if names is not None and self.texts is None and len(names) != self.features:
            raise ValueError(
                f"{name} names {len(names)} columns, and x has {self.features} features"
            )

    def __len__(self) -> int:
        return len(self.x) if self.texts is None else len(self.texts)

    @property
    def no_columns(self) -> str | None:
        """Why there are no columns to look at; None when there are."""
        if self.texts is not None:
            return "x is text"
        return "x is lists of different lengths" if self.ragged else None

    def get(self, key: str) -> Array | None:
        value = self.given.get(key)
        return None if value is None else np.asarray(value)

    @property
    def features(self) -> int:
        return int(self.x.shape[-1]) if self.x.ndim > 1 else 1

    @property
    def steps(self) -> Array:
        """(n, time, features), whatever x has between its first axis and its last as time."""
        return self.x.reshape(len(self.x), -1, self.features)

    def column(self, j: int, t: int | None = None) -> str:
        names = self.given.get("columns")
        name = f"column {j}" if names is None else repr(names[j])
        return name if t is None else f"{name} at step {t}"


def _numbers(name: str, x: Any) -> tuple[Array, bool]:
    ragged = not hasattr(x, "shape") and len({np.shape(row) for row in x}) > 1
    array = pad([np.asarray(row, float) for row in x], value=np.nan)[0] if ragged else np.asarray(x)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"the x of {name} is of {array.dtype}, expected numbers or texts")
    small = array.dtype == np.float32 or array.dtype.itemsize <= 2
    return array.astype(np.float32 if small else float, copy=False), ragged


def check_alike(parts: Sequence[Part]) -> None:
    first = parts[0]
    for part in parts[1:]:
        if not len(part) or not len(first):
            raise ValueError(f"{(part if len(first) else first).name} has no examples")
        if (part.texts is None) != (first.texts is None):
            raise ValueError(f"x is text in one of {first.name} and {part.name}, and not in both")
        if part.x.shape[1:] != first.x.shape[1:] and not (part.ragged or first.ragged):
            raise ValueError(
                f"the x of {first.name} has shape {first.x.shape} and that of {part.name} "
                f"{part.x.shape}; expected the same after the first axis"
            )


def brief(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def having(parts: Sequence[Part], key: str) -> tuple[list[Part], str | None]:
    """The parts that have it, and why not all do."""
    those = [part for part in parts if part.get(key) is not None]
    if not those:
        return [], f"no {key} were given" if key != "y" else "no y was given"
    lacking = [part.name for part in parts if part.get(key) is None]
    return those, f"{' and '.join(lacking)} came without {key}" if lacking else None


def number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def log_choose(n: int, k: int) -> float:
    """ln of the number of ways to choose k of n; −∞ when there is none."""
    if k > n:
        return -math.inf
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def lists(part: Part, key: str) -> list[Any]:
    value = part.get(key)
    return [] if value is None else value.tolist()
