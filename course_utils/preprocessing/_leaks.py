"""Leaks between the examples of two parts: copies, groups, times, and labels of one class only.

Each check yields its findings, and the reasons why it could not look, or not everywhere.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.preprocessing._parts import (
    CHANCE,
    Finding,
    Part,
    having,
    lists,
    log_choose,
    number,
)
from course_utils.preprocessing.text import normalise

Array = NDArray[Any]


# Copies -------------------------------------------------------------------------------------------


def copies(parts: Sequence[Part], short: int) -> Iterator[Finding | str]:
    keys: list[list[Any]]
    if parts[0].texts is not None:
        keys = [[normalise(text) for text in part.texts or ()] for part in parts]
        telling = {key for part in keys for key in part if len(key) >= short}
    else:
        rows = _one_width([part.x.reshape(len(part), -1) for part in parts])
        keys = [[blake2b(row, digest_size=16).digest() for row in part] for part in rows]
        telling = _improbable(np.concatenate(rows), keys)
    for (a, in_a), (b, in_b) in combinations(zip(parts, keys, strict=True), 2):
        where = {key: i for i, key in reversed(list(enumerate(in_a))) if key in telling}
        found = [(where[key], i) for i, key in enumerate(in_b) if key in where]
        if found:
            yield Finding(
                "copies",
                (a.name, b.name),
                len(found),
                tuple(f"{b.name}[{j}] is {a.name}[{i}]" for i, j in found[:3]),
                f"{number(len(found), 'example', 'examples')} of {b.name} "
                f"{'is' if len(found) == 1 else 'are'} in {a.name} as well",
                f"Take them out of {a.name}, or remove all copies before splitting.",
            )


def _one_width(rows: list[Array]) -> list[Array]:
    """Rows of one width and type, where equal numbers are equal bytes."""
    width = max(r.shape[1] for r in rows)
    dtype = np.float32 if any(r.dtype == np.float32 for r in rows) else np.float64
    wide = [np.full((len(r), width), np.nan, dtype) for r in rows]
    for w, r in zip(wide, rows, strict=True):
        w[:, : r.shape[1]] = r
        w += 0.0  # −0 is 0
        w[np.isnan(w)] = np.nan  # there are many NaN
    return wide


def _improbable(rows: Array, keys: Sequence[Sequence[bytes]]) -> set[bytes]:
    """Of the rows that are in two parts, those whose equality is hardly chance.

    Two ways to be improbable. A row has a value that no *different* row has, in a column of fine
    values: its equal has it by being the same. Or its values, each rare, would hardly meet a second
    time in one row, which is judged as if columns were independent; as they are not, no different
    row may share half of these values.
    """
    first: dict[bytes, int] = {}
    parts_of: defaultdict[bytes, set[int]] = defaultdict(set)
    counts_of = Counter(key for part in keys for key in part)
    at = 0
    for p, part in enumerate(keys):
        for key in part:
            first.setdefault(key, at)
            parts_of[key].add(p)
            at += 1
    shared = [key for key in first if len(parts_of[key]) > 1]
    if not shared:
        return set()
    distinct = rows[list(first.values())]
    place = {key: i for i, key in enumerate(first)}
    repeats = np.array([counts_of[key] for key in shared])
    usual = np.median(repeats) if len(shared) >= 5 else 1
    wanted = np.array([place[key] for key in shared])

    fine = np.zeros(len(wanted), bool)
    bits = np.zeros(len(wanted))
    rare = np.zeros((len(wanted), rows.shape[1]), bool)  # not the commonest value of its column
    for j, column in enumerate(distinct.T):
        values, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
        alone = counts[inverse] == 1
        common = inverse == counts.argmax() if counts.max() > 1 else np.zeros(len(column), bool)
        rare[:, j] = ~common[wanted] if len(values) > 1 else False
        bits += np.where(rare[:, j], np.log2(len(column) / counts[inverse[wanted]]), 0)
        if not common.all() and alone[~common].mean() >= 0.9 and not _on_a_grid(values):
            fine |= alone[wanted] & rare[:, j]
    improbable = bits >= 2 * math.log2(len(rows)) + 7
    sample = distinct[:: max(len(distinct) // 500, 1)]
    for i in np.flatnonzero(improbable & ~fine):
        row, columns = distinct[wanted[i]], rare[i]
        equal = (sample == row) | (np.isnan(sample) & np.isnan(row))
        others = equal[~equal.all(axis=1)][:, columns]
        if len(others):
            improbable[i] = others.sum(axis=1).max() < columns.sum() / 2
    # A state that recurs, such as a sensor that is off: one row much more often than others, or one
    # value all over.
    recurs = repeats > 3 * usual
    if rows.shape[1] > 1:
        recurs |= (distinct[wanted] == distinct[wanted][:, :1]).all(axis=1)
    return {shared[i] for i in np.flatnonzero((fine | improbable) & ~recurs)}


def _on_a_grid(values: Array) -> bool:
    """Whether sorted different values lie on steps of one size: whole numbers, also scaled, hours.

    The step is the smallest gap, or a sixth of it or more: some gaps may lack the single step.
    """
    gaps = np.diff(values[np.isfinite(values)])
    if not len(gaps):
        return True
    steps = gaps / gaps.min() * np.arange(1, 7)[:, None]
    return bool((np.abs(steps - np.rint(steps)) < 0.01).all(axis=1).any())


# Groups and times ---------------------------------------------------------------------------------


def groups(parts: Sequence[Part]) -> Iterator[Finding | str]:
    having_it, lacking = having(parts, "groups")
    if lacking:
        yield lacking
    for a, b in combinations(having_it, 2):
        of_a, of_b = lists(a, "groups"), set(lists(b, "groups"))
        shared = [group for group in dict.fromkeys(of_a) if group in of_b]
        if shared:
            yield Finding(
                "groups",
                (a.name, b.name),
                len(shared),
                tuple(map(repr, shared[:3])),
                f"{number(len(shared), 'group is', 'groups are')} in both",
                "Split by group (splits.by_group), or the score is not that of new groups.",
            )


def _in_common(a: Part, b: Part) -> Iterator[tuple[Array, Array]]:
    """Indices into a and into b whose times may be compared: all, or those of each shared group."""
    of_a, of_b = a.get("groups"), b.get("groups")
    if of_a is None or of_b is None:
        yield np.arange(len(a)), np.arange(len(b))
    else:
        for group in np.intersect1d(of_a, of_b):
            yield np.flatnonzero(of_a == group), np.flatnonzero(of_b == group)


def _apart_by_group(parts: Sequence[Part]) -> str | None:
    """Why there are no times to compare, when each part has its own groups."""
    if len(parts) < 2 or any(part.get("groups") is None for part in parts):
        return None
    groups = [set(lists(part, "groups")) for part in parts]
    if any(a & b for a, b in combinations(groups, 2)):
        return None
    return "no group is in two parts, and times are compared within a group"


def order(parts: Sequence[Part]) -> Iterator[Finding | str]:
    having_it, lacking = having(parts, "times")
    yield from filter(None, (lacking, _apart_by_group(having_it)))
    for a, b in combinations(having_it, 2):
        times_a, times_b = np.asarray(a.get("times")), np.asarray(b.get("times"))
        late: list[tuple[int, int]] = []
        for in_a, in_b in _in_common(a, b):
            first = in_b[times_b[in_b].argmin()]
            late += [(int(i), int(first)) for i in in_a[times_a[in_a] > times_b[first]]]
        if late:
            yield Finding(
                "order",
                (a.name, b.name),
                len(late),
                tuple(
                    f"{a.name}[{i}] is of {times_a[i]}, {b.name}[{j}] of {times_b[j]}"
                    for i, j in late[:3]
                ),
                f"{number(len(late), 'example', 'examples')} of {a.name} "
                f"{'is' if len(late) == 1 else 'are'} later than the first of {b.name}",
                "Split in time (splits.in_time), or the score is not that of a forecast.",
            )


def windows(parts: Sequence[Part], window: Any) -> Iterator[Finding | str]:
    having_it, lacking = having(parts, "times")
    yield from filter(None, (lacking, _apart_by_group(having_it)))
    if window is None:
        yield "how long an example lasts was not given (window)"
        return
    for a, b in combinations(having_it, 2):
        times_a, times_b = np.asarray(a.get("times")), np.asarray(b.get("times"))
        found: list[tuple[int, int]] = []
        for in_a, in_b in _in_common(a, b):
            in_a = in_a[np.argsort(times_a[in_a], kind="stable")]
            after = np.searchsorted(times_a[in_a], times_b[in_b])
            for side in (after - 1, after):
                near = in_a[np.clip(side, 0, len(in_a) - 1)]
                apart = np.abs(times_b[in_b] - times_a[near])
                touch = apart < window - window * 1e-9  # rounding of floats
                found += zip(near[touch].tolist(), in_b[touch].tolist(), strict=True)
        found = list({j: (i, j) for i, j in sorted(found, reverse=True)}.values())[::-1]
        if found:
            yield Finding(
                "windows",
                (a.name, b.name),
                len(found),
                tuple(f"{b.name}[{j}] overlaps {a.name}[{i}]" for i, j in found[:3]),
                f"{number(len(found), 'example', 'examples')} of {b.name} "
                f"{'shares' if len(found) == 1 else 'share'} time steps with {a.name}",
                f"Leave a gap of {window} between the parts (splits.in_time with gap), or split "
                "the series first and cut windows from each part.",
            )


# Labels -------------------------------------------------------------------------------------------


def one_class(parts: Sequence[Part]) -> Iterator[Finding | str]:
    having_it, lacking = having(parts, "y")
    if lacking:
        yield lacking
    labels = [_labels(np.asarray(part.get("y"))) for part in having_it]
    if not having_it:
        return
    if any(of is None for of in labels):
        yield "y is not one label for each example"
        return
    everything = [label for of in labels for label in of or ()]
    counts: defaultdict[Any, int] = defaultdict(int)
    for label in everything:
        counts[label] += 1
    if len(counts) > 50:
        yield "y has more than 50 different values, so it was taken for amounts"
        return
    for part, of in zip(having_it, labels, strict=True):
        if of and len(set(of)) == 1 and len(counts) > 1:
            ways = [log_choose(count, len(of)) for count in counts.values()]
            chance = sum(math.exp(w - log_choose(len(everything), len(of))) for w in ways)
            if chance < CHANCE:
                yield Finding(
                    "one class",
                    (part.name,),
                    len(of),
                    (repr(of[0]),),
                    f"all {len(of)} labels are the same, of {len(counts)} that there are",
                    "Shuffle before splitting, or split within each label (splits.stratified): "
                    "files read folder by folder are in order of their labels.",
                )


def _labels(y: Array) -> list[Any] | None:
    """One label for each example; None where y is no such thing. One-hot rows become numbers."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2 and np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all():
        y = y.argmax(axis=1)
    return y.tolist() if y.ndim == 1 else None
