"""Plain data compared: lists, dictionaries, texts, whole numbers, and the parts of a tuple."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from course_utils.checks._words import CheckError, Mistakes, kind, short, start
from course_utils.plain import simplify


def equal(
    got: Any, expected: Any, what: str = "the result", mistakes: Mistakes | None = None
) -> None:
    """`got` is `expected`: numbers, texts, and lists and dictionaries of them.

    A tuple or an array is as good as a list, and NumPy's numbers as Python's. mistakes: as in
    `close`.
    """
    mine, wanted = simplify(got, strict=False), simplify(expected, strict=False)
    if _equal(mine, wanted):
        return
    what = start(what)
    for mistake, outcome in (mistakes or {}).items():
        if callable(outcome):
            try:
                outcome = outcome()
            except Exception:
                continue
        outcome = simplify(outcome, strict=False)
        if _equal(mine, outcome) and not _equal(outcome, wanted):
            raise CheckError(
                f"{what} looks like this mistake: {mistake}. "
                f"You returned {_shown(got, mine)}, expected {_shown(expected, wanted)}."
            )
    raise CheckError(f"{what} is not right: {_difference(got, mine, expected, wanted)}")


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[k], b[k]) for k in a)
    if _is_number(a) and _is_number(b):
        return bool(a == b or (a != a and b != b))
    return type(a) is type(b) and bool(a == b)


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float))


def _shown(given: Any, plain: Any) -> str:
    return short(tuple(plain) if isinstance(given, tuple) else plain)


def _difference(got: Any, mine: Any, expected: Any, wanted: Any) -> str:
    """What is different between `got` and `expected`; `mine` and `wanted` are the same, plain."""
    if isinstance(got, (Iterator, range)):
        return f"it is {kind(got)}: put `list(…)` around it."
    if callable(got):
        return f"it is {kind(got)}. Did you forget the round brackets of a call?"
    kinds = (list, dict, str, bool)
    same_kind = type(mine) is type(wanted) or (_is_number(mine) and _is_number(wanted))
    if not same_kind and (isinstance(wanted, kinds) or isinstance(mine, kinds) or mine is None):
        one = isinstance(expected, tuple) and len(expected) == 1
        comma = " A tuple of one needs a comma: `(5,)`, not `(5)`." if one else ""
        return f"it should be {kind(expected)}, and it is {kind(got)}.{comma}"
    if isinstance(wanted, dict):
        return _dict_difference(mine, wanted)
    if isinstance(wanted, list):
        return _list_difference(mine, wanted)
    if isinstance(wanted, str) and mine.strip().lower() == wanted.strip().lower():
        return f"only capitals or spaces differ: you have {mine!r}, expected {wanted!r}."
    if isinstance(wanted, bool):
        return f"it is {mine}, expected {wanted}."
    if _is_number(wanted) and _is_number(mine):
        if abs(mine - wanted) == 1:
            return f"it is off by one: you have {mine}, expected {wanted}."
        return f"you have {mine}, expected {wanted}."
    return f"you have {short(mine)}, expected {short(wanted)}."


def _dict_difference(mine: dict[Any, Any], wanted: dict[Any, Any]) -> str:
    try:
        exchanged = _equal({v: k for k, v in mine.items()}, wanted)
    except TypeError:
        exchanged = False
    if exchanged:
        return "keys and values are exchanged."
    missing = [k for k in wanted if k not in mine]
    extra = [k for k in mine if k not in wanted]
    if missing or extra:
        parts = []
        if missing:
            parts.append("missing: " + ", ".join(repr(k) for k in missing[:5]))
        if extra:
            parts.append("too many: " + ", ".join(repr(k) for k in extra[:5]))
        lowered = {str(k).lower() for k in mine} == {str(k).lower() for k in wanted}
        hint = " Mind capital letters." if lowered else ""
        return f"the keys differ ({'; '.join(parts)}).{hint}"
    key = next(k for k in wanted if not _equal(mine[k], wanted[k]))
    numbers = all(_is_number(v) for v in [*mine.values(), *wanted.values()])
    if numbers and len(wanted) > 1 and len({mine[k] - wanted[k] for k in wanted}) == 1:
        amount = mine[key] - wanted[key]
        return (
            f"every value is off by {amount}; "
            f"for {key!r} you have {mine[key]}, expected {wanted[key]}."
        )
    return f"for {key!r} you have {short(mine[key])}, expected {short(wanted[key])}."


def _list_difference(mine: list[Any], wanted: list[Any]) -> str:
    both = f"You have {short(mine)}, expected {short(wanted)}."
    if len(mine) != len(wanted):
        if any(_equal(part, wanted) for part in (mine[1:], mine[:-1])):
            return f"it is off by one: one entry too many. {both}"
        if any(_equal(mine, part) for part in (wanted[1:], wanted[:-1])):
            return f"it is off by one: one entry too few. {both}"
        entries = "1 entry" if len(mine) == 1 else f"{len(mine)} entries"
        hint = " Does the function return inside the loop?" if mine == wanted[:1] else ""
        return f"it has {entries}, expected {len(wanted)}. {both}{hint}"
    if len(wanted) > 1 and _equal(mine[::-1], wanted):
        return f"the order is reversed. {both}"
    if sorted(map(repr, mine)) == sorted(map(repr, wanted)):
        return f"the entries are right but stand in another order. {both}"
    if len(wanted) > 2 and _equal(mine[1:], wanted[:-1]):
        return f"it is off by one: everything stands one place too late. {both}"
    if len(wanted) > 2 and _equal(mine[:-1], wanted[1:]):
        return f"it is off by one: everything stands one place too early. {both}"
    place = next(i for i, (a, b) in enumerate(zip(mine, wanted, strict=True)) if not _equal(a, b))
    return (
        f"the first difference is at index {place}: you have {short(mine[place])}, "
        f"expected {short(wanted[place])}."
    )


def unpack(
    got: Any, *names: str, shapes: Sequence[Sequence[int]] = (), what: str = "the parts"
) -> list[Any]:
    """The parts of a returned tuple, which must be as many as `names`.

    shapes: of the parts, all different; then parts that come in another order are told so by name.
    """
    wanted = f"{len(names)} things: " + ", ".join(names)
    if isinstance(got, np.ndarray) and (got.ndim == 1 or (got.ndim and len(got) == len(names))):
        got = list(got)
    if not isinstance(got, (tuple, list)):
        raise CheckError(
            f"Return {wanted} (`return a, b` returns two). You returned one, {kind(got)}."
        )
    if len(got) != len(names):
        given = f"{len(got)}, in one list" if isinstance(got, list) else str(len(got))
        raise CheckError(f"Return {wanted}. You returned {given}.")
    if shapes:
        owner = dict(zip(map(tuple, shapes), names, strict=True))
        found = [owner.get(np.shape(part), "") for part in got]
        if found != list(names) and sorted(found) == sorted(names):
            raise CheckError(
                f"{start(what)} come in another order: by their shapes, you return"
                f" {', '.join(found)}. Return {', '.join(names)}."
            )
    return list(got)
