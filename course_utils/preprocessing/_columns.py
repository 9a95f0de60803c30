"""Leaks in the columns of x: what scales them, what they lack, and the target among them.

Each check yields its findings, and the reasons why it could not look, or not everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.preprocessing._parts import CHANCE, Finding, Part, brief, log_choose, number

Array = NDArray[Any]

SAME = 1e-5  # of a standard deviation: closer is equal, up to rounding
FAR = 0.5  # of a standard deviation: more than windows and their bare series differ by chance
EQUAL = 1e-3  # of a standard deviation: a mean and a deviation that were written down in digits
LATER = 30  # examples ahead among which a later value of the target is looked for


# The scaler and the features ----------------------------------------------------------------------


def scaler(parts: Sequence[Part], scaler: Any) -> Iterator[Finding | str]:
    if scaler is None:
        yield "no scaler was given"
        return
    if reason := _no_columns(parts):
        yield reason
        return
    mean, scale = _statistics(scaler)
    train, *later = parts
    if mean.shape != (train.features,) or scale.shape != mean.shape:
        raise ValueError(
            f"the scaler has means of shape {mean.shape} and scales of shape {scale.shape}, and x "
            f"has {train.features} features"
        )
    apart = _apart(mean, scale, [train])
    own = apart.max()
    several = [[train, *some] for k in range(len(later)) for some in combinations(later, k + 1)]
    distances = [_apart(mean, scale, some).max() for some in several]
    best = int(np.argmin(distances))
    nearest = distances[best]
    # Windows repeat the middle of a series: a scaler of the bare series is a little off from both.
    if own > 10 * max(nearest, SAME) and (nearest <= EQUAL or own > FAR):
        names = tuple(part.name for part in several[best])
        off = np.argsort(-apart, kind="stable")[: int(np.sum(apart > 10 * max(nearest, SAME)))]
        yield Finding(
            "scaler",
            names,
            len(off),
            tuple(
                f"the mean of {train.column(j)} is {mean[j]:.6g} in the scaler and "
                f"{np.nanmean(train.steps[:, :, j]):.6g} in {train.name}"
                for j in off[:3]
            ),
            f"the scaler has the numbers of {' and '.join(names)} together ({nearest:.1g} "
            f"deviations apart), not those of {train.name} ({own:.1g} apart)",
            f"Fit it on {train.name} alone.",
        )
    elif own > EQUAL:
        yield (
            f"the scaler's numbers are {own:.1g} deviations from those of {train.name}, and those "
            "of other parts explain it no better. Give x as the scaler saw it, not yet scaled"
        )


def _statistics(scaler: Any) -> tuple[Array, Array]:
    for names in (("mean", "scale"), ("mean_", "scale_")):
        if all(hasattr(scaler, name) for name in names):
            pair = [getattr(scaler, name) for name in names]
            break
    else:
        if not isinstance(scaler, Sequence) or len(scaler) != 2:
            raise ValueError(
                f"scaler is {brief(scaler)}, expected a scaler with mean and scale, or this pair"
            )
        pair = list(scaler)
    if any(value is None for value in pair):
        raise ValueError("the scaler is not fitted: it has no mean and scale yet")
    mean, scale = (np.atleast_1d(np.asarray(value, float)) for value in pair)
    return mean, scale


def _apart(mean: Array, scale: Array, parts: Sequence[Part]) -> Array:
    """How far each column's mean and scale are from those of the parts together, in deviations.

    The deviation may be of the population or of the sample (n or n − 1); a constant column, which
    scalers treat in their own ways, counts with its mean only.
    """
    rows = np.concatenate([p.steps.reshape(-1, p.features) for p in parts]).astype(float)
    n = np.maximum(np.sum(~np.isnan(rows), axis=0), 2)
    measured = ~np.isnan(rows).all(axis=0)
    rows = np.where(measured, rows, 0)
    its_mean, its_scale = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    varies = its_scale > n * np.finfo(float).eps * np.abs(its_mean)
    unit = np.where(varies, its_scale, np.maximum(np.abs(its_mean), 1))
    sample = its_scale * np.sqrt(n / (n - 1))
    off = np.minimum(np.abs(scale - its_scale), np.abs(scale - sample))
    return np.where(measured, np.maximum(np.abs(mean - its_mean), off * varies) / unit, 0)


def _no_columns(parts: Sequence[Part]) -> str | None:
    return next((part.no_columns for part in parts if part.no_columns), None)


def constant(parts: Sequence[Part]) -> Iterator[Finding | str]:
    if reason := _no_columns(parts):
        yield reason
        return
    train, *later = parts
    always, here = [], []
    for j in range(train.features):
        value = train.steps[0, 0, j]
        if not _is(train.steps[:, :, j], value).all():
            continue
        others = sum(map(len, later))
        differ = sum(int((~_is(p.steps[:, :, j], value)).any(axis=1).sum()) for p in later)
        chance = log_choose(others, differ) - log_choose(others + len(train), differ)
        if not differ:
            always.append(j)
        elif chance < math.log(CHANCE):  # that all that differ fell outside of train
            here.append(j)
    for found, names, where in (
        (always, tuple(part.name for part in parts), "all parts"),
        (here, (train.name,), f"{train.name}, and others elsewhere"),
    ):
        if found:
            yield Finding(
                "constant",
                names,
                len(found),
                tuple(f"{train.column(j)} is {train.steps[0, 0, j]:g}" for j in found[:3]),
                f"{number(len(found), 'column has', 'columns have')} one value in {where}",
                "Nothing can be learned from it: leave it out, or find out where the rest is.",
            )


def _is(array: Array, value: Any) -> Array:
    """Where it has this value, which may be NaN."""
    return np.isnan(array) if np.isnan(value) else array == value


# The target ---------------------------------------------------------------------------------------


def future(parts: Sequence[Part]) -> Iterator[Finding | str]:
    train, *_ = parts
    y = train.get("y")
    if train.no_columns or y is None:
        yield train.no_columns or f"{train.name} came without y"
        return
    x = train.steps.reshape(len(train), -1)
    last = x.shape[1] - train.features  # where the last step of a window begins
    targets = _targets(y)
    found = dict.fromkeys(_equals(x, targets, x.shape[1]), "equals the target")
    order = _in_order(train)
    if order is None:
        yield f"{train.name} came without times, so later values of the target were not looked at"
    else:
        ahead = _targets(y[:, -1]) if y.ndim > 2 else targets
        for k in range(1, LATER + 1):
            now, later = _steps_apart(train, order, k)
            for j in _equals(x[now, last:], ahead[later], LATER * train.features):
                what = f"equals the target {number(k, 'example', 'examples')} later"
                found.setdefault(last + j, what)
    if found and _repeats(train, targets[:, -1:], order):
        yield (
            "the target follows exactly from its own past, as in a wave without noise, so that a "
            "column equal to it proves nothing"
        )
    elif found:
        steps = train.steps.shape[1]
        named = [
            f"{train.column(i % train.features, i // train.features if steps > 1 else None)} {what}"
            for i, what in sorted(found.items())
        ]
        yield Finding(
            "future",
            (train.name,),
            len(found),
            tuple(named[:3]),
            f"{number(len(found), 'column holds', 'columns hold')} the target, up to scale",
            "Leave it out, unless it is known when the forecast is made.",
        )


def _targets(y: Array) -> Array:
    """(n, targets) numbers; labels get a number each."""
    flat = y.reshape(len(y), -1)
    if flat.dtype.kind in "biuf":
        return flat.astype(float)
    return np.unique(flat, return_inverse=True)[1].reshape(flat.shape).astype(float)


def _in_order(part: Part) -> Array | None:
    """The examples by group, then by time."""
    times, groups = part.get("times"), part.get("groups")
    if times is None:
        return None
    return np.argsort(times, kind="stable") if groups is None else np.lexsort((times, groups))


def _steps_apart(part: Part, order: Array, k: int) -> tuple[Array, Array]:
    """Examples, and those k later in the same group."""
    now, later = order[: max(len(order) - k, 0)], order[k:]
    groups = part.get("groups")
    if groups is None:
        return now, later
    same = groups[now] == groups[later]
    return now[same], later[same]


def _repeats(part: Part, y: Array, order: Array | None) -> bool:
    """Whether the target is its own earlier value, up to scale: at any distance, within a group."""
    order = np.arange(len(part)) if order is None else order
    pairs = (_steps_apart(part, order, k) for k in range(1, min(len(part) // 2, 1000) + 1))
    return any(_equals(y[now], y[later], 1) for now, later in pairs)


def _equals(columns: Array, targets: Array, tries: int) -> list[int]:
    """The columns that are a target up to scale or by other names, and hardly so by chance.

    columns: (n, c)   targets: (n, t)   tries: how often this is asked; each is one more chance
    """
    targets = targets[:, np.isfinite(targets).all(axis=0)]
    if len(targets) < 3:
        return []
    complete = np.isfinite(columns).all(axis=0)
    likely = np.zeros((columns.shape[1], targets.shape[1]), bool)
    likely[complete] = _correlated(columns[:, complete], targets)
    for j in np.flatnonzero(~complete):
        known = np.isfinite(columns[:, j])
        if known.sum() > 2:
            likely[j] = _correlated(columns[known, j : j + 1], targets[known])[0]
    if targets.shape[1] == 1 and len(np.unique(targets)) <= 50:  # labels may have other names
        likely |= np.array([[len(np.unique(c[:200])) <= 50] for c in columns.T])
    return [
        j
        for j, row in enumerate(likely)
        if any(_equal(columns[:, j], targets[:, k], tries) for k in np.flatnonzero(row))
    ]


def _correlated(columns: Array, targets: Array) -> Array:
    """Which columns have a correlation of ±1 with which targets, but for rounding."""
    units = []
    for array in (columns.astype(float), targets):
        centred = array - array.mean(axis=0)
        norm = np.linalg.norm(centred, axis=0)
        units.append(centred / np.where(norm > 0, norm, 1))
    likely: Array = np.abs(units[0].T @ units[1]) > 1 - 1e-6
    return likely


def _equal(a: Array, b: Array, tries: int) -> bool:
    """Whether a is b up to scale, or has one value for each of b's, and that is not chance."""
    known = np.isfinite(a)
    rounding = np.finfo(a.dtype).eps
    a, b = a[known].astype(float), b[known]
    if not len(a) or any(c.std() <= 1e-9 * np.abs(c).max() for c in (a, b)):
        return False
    u, v = ((c - c.mean()) / c.std() for c in (a, b))
    _, counts = np.unique(b, return_counts=True)
    if np.abs(u - np.sign(u @ v) * v).max() <= max(SAME, 4 * rounding * np.abs(a).max() / a.std()):
        ways = math.log(2)
    elif len(counts) == len(np.unique(a)) == len(np.unique(np.stack([a, b]), axis=1).T):
        ways = math.lgamma(len(counts) + 1)
    else:
        return False
    # Of all orders that b's values could stand in, so many would have been called equal.
    orders = math.lgamma(len(b) + 1) - sum(math.lgamma(count + 1) for count in counts)
    return ways + math.log(tries) - orders < math.log(CHANCE)
