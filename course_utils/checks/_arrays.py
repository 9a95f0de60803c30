"""Numbers and arrays compared, and the mistakes that need no naming by an exercise."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from course_utils.checks._words import (
    CheckError,
    Mistakes,
    axis_name,
    kind,
    number,
    numbers_apart,
    shape_text,
    start,
)


def shape(
    got: Any, expected: Sequence[int], what: str = "the result", axes: Sequence[str] = ()
) -> None:
    """`got` is an array of numbers of this shape. axes: the name of each, for the diagnosis."""
    array = _numbers(got, what)
    if array.shape != tuple(expected):
        raise CheckError(_wrong_shape(array, np.empty(expected), what, tuple(axes)))


def close(
    got: Any,
    expected: Any,
    what: str = "the result",
    mistakes: Mistakes | None = None,
    axes: Sequence[str] = (),
    tolerance: float = 1e-6,
    times: Any = 1.0,
    otherwise: str = "",
) -> None:
    """`got` is `expected`, up to rounding (`tolerance`; looser when `got` is float32).

    mistakes: for each mistake, in the words of the diagnosis, the numbers that it leads to (or a
    function without arguments that returns them); the one that comes nearest is told. axes: the
    name of each axis of `expected`. times: both sides are compared so many times as large, a number
    or an array, so that tiny numbers are looked at closely; the diagnosis speaks of them as they
    are. otherwise: what to say then of numbers that look like none of the mistakes.
    Lists are as good as arrays. Common mistakes (transposed, reversed in time, rounded, a
    missing tanh or softmax, whole numbers, one step off) are recognised without being named.
    """
    wanted = np.asarray(expected, dtype=float)
    array = _numbers(got, what)
    axes = tuple(axes)
    values = array.astype(float)
    single = array.dtype.kind == "f" and array.dtype.itemsize < 8
    if single:
        tolerance = max(tolerance, 1e-4 if array.dtype.itemsize == 4 else 5e-3)
    if values.shape != wanted.shape:
        times = 1.0
    mine, right = values * times, wanted * times
    holds = _near(mine, right, tolerance)
    mistake = "" if holds else _nearest(mine, right, mistakes or {}, tolerance, times)
    if array.dtype.kind == "f" and not mistake and (not holds if single else tolerance <= 1e-4):
        mistake = _rounded(values, wanted, 1e-6 if single else 1e-13)
    if holds and not mistake:
        return
    if not mistake and values.shape != wanted.shape:
        raise CheckError(_wrong_shape(values, wanted, what, axes))
    if np.any(np.not_equal(times, 1)):
        mistake = mistake or otherwise
    mistake = mistake or _recognise(array, values, wanted, axes, tolerance)
    if mistake:
        raise CheckError(_looks_like(what, mistake, values, wanted, axes))
    raise CheckError(_wrong_numbers(what, values, wanted, axes, tolerance))


def _near(a: np.ndarray, b: np.ndarray, tolerance: float, least: float = 1.0) -> bool:
    """Is `a` as `b`? least: the size below which numbers are taken for as small as nothing."""
    if a.shape != b.shape:
        return False
    if a.size == 0:
        return True
    scale = max(least, _size(b))
    return bool(np.allclose(a, b, rtol=tolerance, atol=tolerance * scale, equal_nan=True))


def _size(a: np.ndarray) -> float:
    """The largest absolute value of what is finite, 0 where nothing is."""
    return float(np.max(np.abs(a[np.isfinite(a)]), initial=0.0))


def _apart(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference; infinite where something is not a number."""
    with np.errstate(all="ignore"):
        off = np.abs(a - b)[~((a == b) | (np.isnan(a) & np.isnan(b)))]
    return float("inf") if np.isnan(off).any() else float(np.max(off, initial=0.0))


def _nearest(
    mine: np.ndarray, right: np.ndarray, mistakes: Mistakes, tolerance: float, times: Any
) -> str:
    """The mistake that leads to the numbers `mine`: the nearest, the first of those as near.

    It must leave hardly anything of what is wrong unexplained.
    """
    hardly = 0.01 if tolerance <= 1e-5 else 0.1
    least = 1e-4 * _size(right) if np.any(np.not_equal(times, 1)) else 0.0
    most = hardly * _apart(mine, right) if mine.shape == right.shape else float("inf")
    found: dict[str, float] = {}
    for mistake, outcome in mistakes.items():
        try:
            with np.errstate(all="ignore"):
                numbers = np.asarray(outcome() if callable(outcome) else outcome, float) * times
        except Exception:
            continue
        if 0 < _size(numbers) <= least:
            continue  # at this size the mistake leads to nothing that could be recognised
        if _near(mine, numbers, tolerance) and not _near(numbers, right, tolerance):
            found[mistake] = _apart(mine, numbers)
    best = min(found.values(), default=0.0)
    same = 2 * best + 1e-12 * _size(mine)
    return next((m for m, apart in found.items() if apart <= min(same, most)), "")


def _numbers(got: Any, what: str) -> np.ndarray:
    """`got` as an array of numbers, or a diagnosis of what it is instead."""
    what = start(what)
    if got is None:
        raise CheckError(f"{what} is None. Is there a `return` on the way your code went?")
    if isinstance(got, (str, bytes, dict, set, frozenset)) or callable(got):
        hint = " Did you forget the round brackets of a call?" if callable(got) else ""
        raise CheckError(f"{what} should be numbers. You returned {kind(got)}.{hint}")
    if isinstance(got, (Iterator, range)):
        raise CheckError(
            f"{what} should be numbers. You returned {kind(got)}: put `list(…)` around it."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = np.asarray(got)
    except ValueError:
        if isinstance(got, tuple):
            raise CheckError(
                f"{what} should be one array. You returned {len(got)} things (a tuple)."
            ) from None
        raise CheckError(
            f"{what} is a list of parts that differ in length or shape, so it is not an array. "
            "Make every part the same shape."
        ) from None
    except Exception:
        raise CheckError(f"{what} should be numbers. You returned {kind(got)}.") from None
    if array.dtype.kind == "O":
        raise CheckError(
            f"{what} has dtype object: it holds Python things (lists, None, arrays of different "
            "shapes), not numbers. Build it with np.zeros(…) or np.stack([…])."
        )
    if array.dtype.kind == "c":
        raise CheckError(f"{what} is complex; the dtype should be float.")
    if array.dtype.kind not in "fiub":
        raise CheckError(f"{what} should be numbers. Its dtype is {array.dtype}.")
    return array


def _looks_like(
    what: str, mistake: str, values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...]
) -> str:
    stop = "" if mistake.endswith("?") else "."
    text = f"{start(what)} looks like this mistake: {mistake}{stop}"
    if values.shape == wanted.shape:
        return f"{text} {_first_difference(values, wanted, axes)}".rstrip()
    return f"{text} Shape {shape_text(values.shape)}, expected {shape_text(wanted.shape)}."


def _first_difference(values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...]) -> str:
    least = 1e-4 * min(_size(wanted), 1.0)
    off = ~np.isclose(values, wanted, rtol=1e-3, atol=least, equal_nan=True)
    if not off.any():  # small everywhere: where it is largest
        apart = np.abs(values - wanted)
        off = apart == np.nanmax(apart, initial=0.0)
    if not off.any():
        return ""
    index = tuple(int(i) for i in np.argwhere(off)[0]) if values.ndim else ()
    mine, yours = numbers_apart(values[index], wanted[index])
    place = _place(index, axes)
    return f"{place} you have {mine}, expected {yours}." if place else f"Expected {yours}."


def _place(index: tuple[int, ...], axes: tuple[str, ...]) -> str:
    if not index:
        return ""
    if len(axes) == len(index):
        return "At " + ", ".join(f"{a} {i}" for a, i in zip(axes, index, strict=True))
    return f"At index {list(index) if len(index) > 1 else index[0]}"


def _wrong_shape(values: np.ndarray, wanted: np.ndarray, what: str, axes: tuple[str, ...]) -> str:
    have, want = values.shape, wanted.shape
    named = f" = ({', '.join(axes)})" if len(axes) == len(want) and axes else ""
    text = f"{start(what)} has shape {shape_text(have)}, expected {shape_text(want)}{named}."
    return f"{text} {_shape_hint(values, wanted, axes)}".rstrip()


def _shape_hint(values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...]) -> str:
    have, want = values.shape, wanted.shape
    if have == want[::-1] and len(want) == 2:
        return "It is transposed: rows and columns are exchanged."
    if len(have) == len(want) and sorted(have) == sorted(want):
        return "The axes are in another order. Which comes first?"
    if have == (1,) and not want:
        return "Return a number, not an array with one in it."
    for axis in range(len(have)):
        if have[:axis] + have[axis + 1 :] == want:
            return f"There is one axis too many (axis {axis})."
    if have == tuple(size for size in want if size != 1) and values.size == wanted.size:
        return (
            "An axis of length 1 is missing: `keepdims=True` keeps it in a sum or a mean, and "
            "`[:, None]` puts one in."
        )
    if values.size == wanted.size:
        if len(want) == 1:
            return (
                "The numbers are as many, but not in one flat row: see np.concatenate and .ravel()."
            )
        if len(have) == 1:
            return "The numbers are as many, but they lie in one flat row."
        return "The numbers are as many, but arranged otherwise."
    for axis in range(len(want)):
        without = want[:axis] + want[axis + 1 :]
        if have == without:
            name = axis_name(axis, axes)
            one = "sequence" if name == "the batch axis" else "step"
            return f"{name.capitalize()} is missing: did you keep only one {one}, or sum over it?"
    if len(have) == len(want):
        off = [i for i in range(len(want)) if have[i] != want[i]]
        if len(off) == 1:
            axis = off[0]
            difference = have[axis] - want[axis]
            name = axis_name(axis, axes).capitalize()
            if name == "The batch axis" and have[axis] == 1:
                entries = f"1 entry in place of {want[axis]}"
                return f"{name} has {entries}: did you keep only one sequence?"
            if difference == 1:
                return f"{name} is off by one: one entry too many."
            if difference == -1:
                return f"{name} is off by one: one entry too few."
            return f"{name} has {have[axis]} entries in place of {want[axis]}."
    return ""


def _softmax(a: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _recognise(
    array: np.ndarray,
    values: np.ndarray,
    wanted: np.ndarray,
    axes: tuple[str, ...],
    tolerance: float,
) -> str:
    """A mistake that needs no naming by the exercise, or "". Shapes are equal here."""
    least = 0.0 if tolerance <= 1e-5 else 1.0  # expected numbers of a few digits

    def near(a: Any, b: Any) -> bool:
        return _near(np.asarray(a), np.asarray(b), max(tolerance, 1e-5), least)

    if np.isnan(values).any() and not np.isnan(wanted).any():
        return (
            "it holds NaN (not a number): something was divided 0/0 or inf/inf, or an exponential "
            "overflowed, or a logarithm or root was taken of a negative number"
        )
    if np.isinf(values).any() and not np.isinf(wanted).any():
        return "it holds infinity: something was divided by zero, or an exponential overflowed"
    if near(values, wanted):
        return ""
    whole = array.dtype.kind in "iub" and not near(wanted, np.round(wanted))
    if whole and near(values, np.trunc(wanted)):
        return (
            f"the dtype is {array.dtype}, whole numbers only, so everything after the point was "
            "cut off; make the array with dtype=float"
        )
    if rounded := _rounded(values, wanted):
        return rounded
    if whole and wanted.ndim:
        return (
            f"the dtype is {array.dtype}: it can hold whole numbers only, and the right ones are "
            "not whole. An array takes its dtype from what it is made of, unless you say "
            "dtype=float"
        )
    if wanted.size > 1 and not np.any(values) and np.any(wanted):
        return "it is zero everywhere: was the array of zeros ever filled?"
    if near(values, -wanted):
        return "the sign is wrong everywhere" if values.size > 1 else "the sign is wrong"
    with np.errstate(all="ignore"):
        if wanted.size > 1 or np.any(wanted):
            if near(np.tanh(values), wanted):
                return "the tanh is missing"
            if near(values, np.tanh(wanted)):
                return "tanh is applied once too often"
        if (
            wanted.ndim
            and wanted.shape[-1] > 1
            and near(wanted.sum(-1), np.ones(wanted.shape[:-1]))
        ):
            if near(_softmax(values), wanted):
                return "the softmax is missing"
            if wanted.ndim > 1 and wanted.shape[:-1] != (1,) and near(values.sum(), 1.0):
                return "all of it together sums to one; each row should have a sum of its own"
            if not near(values.sum(-1), np.ones(wanted.shape[:-1])):
                for axis in range(wanted.ndim - 1):
                    if near(values.sum(axis), np.ones_like(values.sum(axis))):
                        return f"it sums to one over the wrong axis ({axis_name(axis, axes)})"
    if values.ndim == 2 and values.shape[0] == values.shape[1] and near(values.T, wanted):
        return "it is transposed"
    for axis in range(values.ndim):
        if values.shape[axis] > 1 and near(np.flip(values, axis), wanted):
            return f"the order is reversed along {axis_name(axis, axes)}"
    for axis in range(values.ndim):
        if values.shape[axis] > 2:
            mine, yours = np.moveaxis(values, axis, 0), np.moveaxis(wanted, axis, 0)
            if near(mine[1:], yours[:-1]):
                return f"it is off by one: one place too late along {axis_name(axis, axes)}"
            if near(mine[:-1], yours[1:]):
                return f"it is off by one: one place too early along {axis_name(axis, axes)}"
    if "time" in axes and len(axes) == values.ndim:
        axis = axes.index("time")
        pairs = zip(np.moveaxis(values, axis, 0), np.moveaxis(wanted, axis, 0), strict=True)
        name = "steps of time" if "step" in axes else "steps"
        if steps := _right_steps([near(mine, yours) for mine, yours in pairs], name):
            return steps
    if values.size > 1:
        offset = values - wanted
        if near(offset, np.full_like(offset, offset.flat[0])):
            return f"every number is off by the same amount, {number(offset.flat[0])}"
        with np.errstate(all="ignore"):
            ratio = values[wanted != 0] / wanted[wanted != 0]
        if (
            ratio.size > 1
            and near(ratio, np.full_like(ratio, ratio.flat[0]))
            and near(values, wanted * ratio.flat[0])
        ):
            return f"every number is {number(ratio.flat[0])} times what it should be"
        if near(np.sort(values, axis=None), np.sort(wanted, axis=None)):
            return "the numbers are right but stand in another order"
    return ""


def _rounded(values: np.ndarray, wanted: np.ndarray, exact: float = 1e-13) -> str:
    """Says to how many places `values` are rounded, if they are `wanted` rounded."""
    if values.shape != wanted.shape or not np.isfinite(wanted).all():
        return ""
    for places in range(9):
        if _near(np.round(wanted, places), wanted, 1e-11, least=0.0):
            return ""  # nothing is lost
        if _near(values, np.round(values, places), exact, least=0.0) and np.any(values):
            if _apart(values, wanted) > 0.51 * 10.0**-places:
                return ""
            to = f"{places} places" if places > 1 else "1 place"
            whole = "whole numbers" if not places else f"{to} after the point"
            return f"the numbers are rounded to {whole}; return them as they are"
    return ""


def _right_steps(right: list[bool], name: str = "steps") -> str:
    """Says which steps of time are right, where they stand together. name: of several steps."""
    count, steps = sum(right), len(right)
    if not 0 < count < steps:
        return ""
    if right[:count] == [True] * count:
        if count == 1:
            return "only the first step is right"
        return f"the first {count} {name} are right, and none of those after them"
    if right[-count:] == [True] * count:
        if count == 1:
            return "only the last step is right"
        return f"the last {count} {name} are right, and none of those before them"
    return ""


def _wrong_numbers(
    what: str, values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...], tolerance: float
) -> str:
    what = start(what)
    first = _first_difference(values, wanted, axes)
    nearly = np.allclose(values, wanted, rtol=1e-3, atol=0)
    lost = "Is anything rounded on the way, or computed in float32?"
    if not values.ndim:
        mine, yours = numbers_apart(values, wanted)
        return f"{what} is {mine}, expected {yours}." + f" {lost}" * nearly
    if nearly:
        return (
            f"{what} is right to some digits, but not to all: the largest difference is "
            f"{_apart(values, wanted):.1g}. {lost} {first}"
        )
    by = max(tolerance, 1e-4)
    right = int(np.isclose(values, wanted, rtol=by, atol=by * min(_size(wanted), 1.0)).sum())
    return (
        f"{what} has the right shape, but not the right numbers "
        f"({right} of {wanted.size} are right). {first}"
    )
