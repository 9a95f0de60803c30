"""Training, validation and test: how to part them, and a search for what leaks between them.

NumPy alone. The three ways to split give the indices of each part, in rising order, for shares that
add up to 1:

* :func:`in_time`: the future is kept for later parts; for anything that happens in time;
* :func:`by_group`: what belongs together (a speaker, a patient) stays together;
* :func:`stratified`: each part has its share of every label.

:func:`audit` looks at parts that are there already, however they were made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.preprocessing import _columns, _leaks
from course_utils.preprocessing._parts import Finding, Part, check_alike

__all__ = ["KINDS", "Audit", "Finding", "audit", "by_group", "in_time", "stratified"]

Array = NDArray[Any]

KINDS = {
    "copies": "the same example in two parts",
    "groups": "one group in two parts",
    "order": "training examples later than those that they are tested on",
    "windows": "windows that reach across the border between two parts",
    "scaler": "a scaler fitted on more than the training part",
    "constant": "a column that never varies",
    "future": "a column that holds the target",
    "one class": "a part with labels of one class only",
}
SHARES = (0.7, 0.15, 0.15)
SHORT = 30  # characters; shorter texts ("Thank you.") are written twice by chance


# Splitting ----------------------------------------------------------------------------------------


def in_time(times: ArrayLike, shares: Sequence[float] = SHARES, gap: Any = None) -> list[Array]:
    """The earliest examples first, the latest last: every part lies after the one before it.

    times: (n,) numbers or ``datetime64``, in any order; examples of one time stay together.
    gap: how far apart in time two parts must be at least (a ``timedelta64`` for dates). Examples
    inside the gap are in no part. For overlapping windows: the time that one window spans, horizon
    included, so that no window reaches across the border.

    Returns the indices of each part. Raises ValueError for unknown times (NaN, NaT), for shares
    that do not add up to 1, and when a part would be empty.
    """
    times = _flat("times", times)
    if (times != times).any():
        raise ValueError("times holds a time that is not known (NaN or NaT): leave it out first")
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    # A border falls between two different times: at the first example of its time.
    borders = [int(np.searchsorted(ordered, ordered[b])) for b in _borders(len(times), shares)]
    parts = np.split(order, borders)
    if gap is not None:
        for k in range(1, len(parts)):
            if len(parts[k - 1]):
                last = times[parts[k - 1]].max()
                parts[k] = parts[k][times[parts[k]] - last >= gap]
    return _whole(parts, shares, f"{len(np.unique(times))} different times and a gap of {gap}")


def by_group(
    groups: ArrayLike, shares: Sequence[float] = SHARES, *, rng: np.random.Generator
) -> list[Array]:
    """Whole groups, drawn at random: no speaker, patient or document is in two parts.

    groups: (n,) what each example belongs to
    shares: of the examples, met as nearly as whole groups allow: each group in turn goes to the
    part that lacks most, and no part stays empty where there are groups enough.

    Returns the indices of each part. Raises ValueError for shares that do not add up to 1, and when
    a part would be empty.
    """
    groups = _flat("groups", groups)
    names, of = np.unique(groups, return_inverse=True)
    sizes = np.bincount(of, minlength=len(names))
    wanted = np.array(_checked(shares)) * len(groups)
    empty = np.ones(len(shares), bool)
    part_of = np.empty(len(names), int)
    for done, group in enumerate(rng.permutation(len(names))):
        last_chance = len(names) - done <= empty.sum()  # one group for each part without any
        part = np.argmax(np.where(empty, wanted, -np.inf) if last_chance else wanted)
        part_of[group], empty[part] = part, False
        wanted[part] -= sizes[group]
    parts = [np.flatnonzero(part_of[of] == k) for k in range(len(shares))]
    return _whole(parts, shares, f"{len(names)} groups")


def stratified(
    labels: ArrayLike, shares: Sequence[float] = SHARES, *, rng: np.random.Generator
) -> list[Array]:
    """Drawn at random within each label: every part has its share of each, to within one example.

    labels: (n,). A label with fewer examples than there are parts is missing from some.

    Returns the indices of each part. Raises ValueError for shares that do not add up to 1, and when
    a part would be empty.
    """
    labels = _flat("labels", labels)
    fractions = np.array(_checked(shares))
    names, of = np.unique(labels, return_inverse=True)
    part_of = np.empty(len(labels), int)
    owed = np.zeros(len(fractions))  # so that what is rounded off does not always hit the same part
    for label in range(len(names)):
        members = rng.permutation(np.flatnonzero(of == label))
        wanted = fractions * len(members)
        counts = np.floor(wanted + 1e-9).astype(int)
        owed += wanted - counts
        lacking = np.argsort(np.where(wanted > counts + 1e-9, -owed, np.inf), kind="stable")
        extra = lacking[: len(members) - counts.sum()]
        counts[extra] += 1
        owed[extra] -= 1
        part_of[members] = np.repeat(np.arange(len(counts)), counts)
    parts = [np.flatnonzero(part_of == k) for k in range(len(shares))]
    return _whole(parts, shares, f"{len(labels)} examples of {len(names)} labels")


def _flat(name: str, values: ArrayLike) -> Array:
    values = np.asarray(values)
    if values.ndim != 1:
        raise ValueError(f"{name} has shape {values.shape}, expected (n,), one for each example")
    return values


def _checked(shares: Sequence[float]) -> Sequence[float]:
    if not all(share > 0 for share in shares) or not math.isclose(sum(shares), 1):
        raise ValueError(
            f"shares is {tuple(shares)}, expected positive numbers that add up to 1, such as "
            "(0.7, 0.15, 0.15)"
        )
    return shares


def _borders(n: int, shares: Sequence[float]) -> list[int]:
    """Where the parts of n ordered examples begin, without the first."""
    ends = np.rint(np.cumsum(_checked(shares))[:-1] * n).astype(int)
    return [int(end) for end in np.minimum(ends, max(n - 1, 0))] if n else []


def _whole(parts: list[Array], shares: Sequence[float], what: str) -> list[Array]:
    """The parts in rising order, when there is something in each."""
    if len(parts) < len(shares) or not all(map(len, parts)):
        raise ValueError(
            f"a part would be empty: {what} do not suffice for the shares {tuple(shares)}"
        )
    return [np.sort(part) for part in parts]


# The audit ----------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Audit:
    """What :func:`audit` found, looked at, and could not look at. Its text is a report.

    findings: in the order of KINDS   checked: the kinds that were looked for
    unchecked: for each kind that was not looked for, or not everywhere, the reason
    """

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    unchecked: Mapping[str, str]

    @property
    def kinds(self) -> set[str]:
        """The kinds of the findings."""
        return {finding.kind for finding in self.findings}

    def __repr__(self) -> str:
        lines = [str(finding) for finding in self.findings] or ["No finding."]
        if self.checked:
            lines.append(f"Looked for: {', '.join(self.checked)}.")
        if self.unchecked:
            lines.append("Not looked for, or not everywhere:")
            lines += [f"  {kind}: {reason}" for kind, reason in self.unchecked.items()]
        return "\n".join(lines)


def audit(
    train: Mapping[str, Any],
    valid: Mapping[str, Any] | None = None,
    test: Mapping[str, Any] | None = None,
    *,
    scaler: Any = None,
    window: Any = None,
    short: int = SHORT,
) -> Audit:
    """Look for leaks between the parts of a split: a checklist that runs.

    Each part is a mapping with

    * ``x``: (n, features), (n, time, features) or (n,) numbers, in the units of the data, not yet
      scaled; or n texts; or n lists of tokens or ids;
    * ``y``: (n,) labels or numbers, or (n, …), if there are any;
    * ``groups``: (n,) what must not be in two parts (a speaker, a patient). Leave them out where
      the same groups are meant to be in all parts, as the stations of a forecast;
    * ``times``: (n,) when each example starts. With groups, times are compared within a group only;
    * ``columns``: the names of the features.

    scaler: what x will be scaled with: ``mean`` and ``scale`` as attributes (a ``series.Scaler``),
    with an underscore behind them (scikit-learn), or as a pair
    window: how long an example lasts, what it forecasts included, in the units of ``times``
    short: texts of fewer characters, once normalised, are not called copies.

    What is looked for, by kind:

    * copies: rows that are equal in every column, between two parts. Rows of a few whole numbers
      or other coarse values are often equal by chance: only rows that are improbable enough
      count, so that copies among coarse rows that are much alike (black and white digits) can be
      missed. Copies with small changes are not seen.
    * groups; order (a time in an earlier part is after the first of a later part); windows
      (examples of two parts that start less than `window` apart).
    * scaler: its numbers are those of several parts together, and not those of the training part.
    * constant: a column with one value in all parts, or in the training part when that is not
      chance.
    * future: a column that equals the target, up to scale or renaming; or, with times, a value of
      the target up to 30 steps later. A column that only nearly equals it is not seen.
    * one class: all labels of a part are the same, when that is not chance.

    What could not be looked at is named with the reason, in ``Audit.unchecked``. A report without a
    finding does not prove that there is no leak.
    Raises ValueError for parts that do not fit together.
    """
    given = {"train": train, "valid": valid, "test": test}
    parts = [Part(name, part) for name, part in given.items() if part is not None]
    if len(parts) < 2:
        raise ValueError("there is one part only, and a leak needs two: give valid, test or both")
    check_alike(parts)
    checks: dict[str, Callable[[], Iterator[Finding | str]]] = {
        "copies": lambda: _leaks.copies(parts, short),
        "groups": lambda: _leaks.groups(parts),
        "order": lambda: _leaks.order(parts),
        "windows": lambda: _leaks.windows(parts, window),
        "scaler": lambda: _columns.scaler(parts, scaler),
        "constant": lambda: _columns.constant(parts),
        "future": lambda: _columns.future(parts),
        "one class": lambda: _leaks.one_class(parts),
    }
    findings: list[Finding] = []
    checked, unchecked = [], {}
    for kind, check in checks.items():
        results = list(check())
        findings += [result for result in results if isinstance(result, Finding)]
        reasons = [result for result in results if isinstance(result, str)]
        if reasons:
            unchecked[kind] = "; ".join(reasons)
        else:
            checked.append(kind)
    return Audit(tuple(findings), tuple(checked), unchecked)
