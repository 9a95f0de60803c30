"""08-attention, the share of answers that are right in every character."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}

HINTS = {
    "ZeroDivisionError": "Which length has no answers? Only lengths that occur belong into the "
    "dictionary.",
}


def example() -> tuple[list[str], list[str], list[int]]:
    """written and truth, 16 answers of 1, 2 and 4 dates; and lengths."""
    one = [
        ("2024-03-03", "2024-03-03"),
        ("1974-03-01", "1974-03-07"),
        ("2024-03-03", "1988-08-30"),
        ("1988-08-30", "2024-03-03"),
        (" 1962-09-17", "1962-09-17"),
        ("1990-02-12 1990-02-13", "1990-02-12"),
        ("1999-12-31", "1999-12-31"),
    ]
    two = [
        ("2024-03-03 1974-03-01", "2024-03-03 1974-03-01"),
        ("2001-01-02 1988-11-30", "2001-01-02 1988-11-03"),
        ("2030-06-15", "2030-06-15 1951-09-09"),
        ("1967-05-04  1982-02-28", "1967-05-04 1982-02-28"),
        ("1953-07-19 2011-11", "1953-07-19 2011-11-11"),
        ("2019-05-24 2020-01-10 ", "2019-05-24 2020-01-10"),
    ]
    four = [
        (
            "1971-10-10 1999-01-08 2040-07-21 1958-06-0",
            "1971-10-10 1999-01-08 2040-07-21 1958-06-06",
        ),
        (
            "1966-04-30 2012-08-17 1995-05-05 2033-03-12",
            "2012-08-17 1966-04-30 1995-05-05 2033-03-12",
        ),
        (
            "1959-01-31 2044-08-02 1979-11-11 2008-02-29 2008",
            "1959-01-31 2044-08-02 1979-11-11 2008-02-29",
        ),
    ]
    order = [two[0], one[0], four[0], *two[1:3], *one[1:4], four[1], *two[3:], four[2], *one[4:]]
    written, truth = map(list, zip(*order, strict=True))
    return written, truth, [len(text.split()) for text in truth]


def check(exact_match: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(exact_match, inputs, {2: 1 / 6, 1: 2 / 7, 4: 0.0})
    half = tuple(part[:2] for part in inputs)
    compare(exact_match, half, {2: 1.0, 1: 1.0}, " of two right answers")


def compare(exact_match: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """The shares for inputs (written, truth, lengths)."""
    got = checks.call(exact_match, *inputs, hints=HINTS)
    told = {
        mistake: lambda o=outcome: _rounded(o()) for mistake, outcome in mistakes(*inputs).items()
    }
    checks.equal(_rounded(got), _rounded(expected), f"the dictionary of shares{case}", told)


def _rounded(shares: Any) -> Any:
    """Shares without what floating point adds to them: 0.1 + 0.2 is as good as 0.3."""
    if isinstance(shares, dict) and all(isinstance(v, Real) for v in shares.values()):
        return {length: round(float(share), 6) for length, share in shares.items()}
    if isinstance(shares, list) and all(isinstance(v, Real) for v in shares):
        return [round(float(share), 6) for share in shares]
    return round(float(shares), 6) if isinstance(shares, Real) else shares


def mistakes(
    written: Sequence[str], truth: Sequence[str], lengths: Sequence[int]
) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    rows = list(zip(written, truth, lengths, strict=True))

    def shares(
        right: Callable[[str, str], float] = lambda a, b: float(a == b),
        of: Callable[[Any], Any] = lambda row: row[2],
        size: Callable[[int], float] = float,
    ) -> Callable[[], Any]:
        """right: of one answer   of: which group a row is in   size: what a sum is divided by."""

        def outcome() -> Any:
            groups: dict[Any, list[float]] = {}
            for row in rows:
                groups.setdefault(of(row), []).append(right(row[0], row[1]))
            return {key: sum(found) / size(len(found)) for key, found in groups.items()}

        return outcome

    def among(wanted: Callable[[int, int], bool]) -> Callable[[], Any]:
        """The share for n of all answers whose length is wanted for it."""

        def outcome() -> Any:
            found = {n: [a == b for a, b, k in rows if wanted(k, n)] for n in lengths}
            return {n: sum(hits) / len(hits) for n, hits in found.items()}

        return outcome

    def every(share: float) -> Callable[[], Any]:
        """This share for the lengths from 1 on that do not occur."""
        return lambda: dict.fromkeys(range(1, max(lengths) + 1), share) | shares()()

    def only(wanted: bool) -> Callable[[], Any]:
        def outcome() -> Any:
            found = shares()()
            return {k: v for k, v in found.items() if bool(v) == wanted or v}

        return outcome

    def characters(a: str, b: str) -> float:
        return sum(x == y for x, y in zip(a, b, strict=False)) / len(b)

    def dates(a: str, b: str) -> float:
        return sum(x == y for x, y in zip(a.split(), b.split(), strict=False)) / len(b.split())

    def dates_anywhere(a: str, b: str) -> float:
        return sum(x in b.split() for x in a.split()) / len(b.split())

    total = shares(of=lambda row: 0)
    return {
        "these are numbers of right answers; divide each by the number of answers of that "
        "length": shares(size=lambda n: 1.0),
        "each number is divided by all answers; divide by those of that length": shares(
            size=lambda n: float(len(rows))
        ),
        "it is the share over all answers; one for each length is wanted": lambda: total()[0],
        "these are the shares of wrong answers": shares(right=lambda a, b: float(a != b)),
        "it is the share of right characters; one wrong character makes the answer wrong": shares(
            right=characters
        ),
        "it is the share of right dates; one wrong date makes the answer wrong": shares(
            right=dates
        ),
        "it is the share of right dates, wherever they stand; one wrong date makes the answer "
        "wrong": shares(right=dates_anywhere),
        "spaces are taken away before comparing; exactly right means every character": shares(
            right=lambda a, b: float(a.split() == b.split())
        ),
        "it is enough that the truth begins with what was written; all of it has to be "
        "there": shares(right=lambda a, b: float(b.startswith(a))),
        "spaces at the ends are taken away before comparing; exactly right means every "
        "character": shares(right=lambda a, b: float(a.strip() == b.strip())),
        "spaces at the end are taken away before comparing; exactly right means every "
        "character": shares(right=lambda a, b: float(a.rstrip() == b.rstrip())),
        "it is enough that what was written begins with the truth; nothing may come after "
        "it": shares(right=lambda a, b: float(a.startswith(b))),
        "it is enough that the truth occurs in what was written": shares(
            right=lambda a, b: float(b in a)
        ),
        "what was written is looked for among all of truth; it has to be right for its own "
        "answer": shares(right=lambda a, b: float(a in truth)),
        "all answers up to this length count; those of this length alone are wanted": among(
            lambda k, n: k <= n
        ),
        "all answers from this length on count; those of this length alone are wanted": among(
            lambda k, n: k >= n
        ),
        "a length that does not occur has a share; only the numbers in lengths belong into the "
        "dictionary": every(0.0),
        "a length that does not occur has the share NaN; only the numbers in lengths belong into "
        "the dictionary": every(float("nan")),
        "it is enough that what was written occurs in the truth": shares(
            right=lambda a, b: float(a in b)
        ),
        "the order of the dates does not count; exactly right means every character, in "
        "order": shares(right=lambda a, b: float(sorted(a.split()) == sorted(b.split()))),
        "the order of the characters does not count": shares(
            right=lambda a, b: float(sorted(a) == sorted(b))
        ),
        "only the length of the text is compared": shares(
            right=lambda a, b: float(len(a) == len(b))
        ),
        "only the first date is compared": shares(
            right=lambda a, b: float(a.split()[:1] == b.split()[:1])
        ),
        "only the first ten characters are compared": shares(
            right=lambda a, b: float(a[:10] == b[:10])
        ),
        "a length with no right answer is left out; its share is 0": only(True),
        "the groups are made by the number of characters; they are given in lengths": shares(
            of=lambda row: len(row[1])
        ),
        "the groups are made by the number of characters that were written; they are given in "
        "lengths": shares(of=lambda row: len(row[0])),
        "the groups are made by how many dates were written; lengths says how many there "
        "are": shares(of=lambda row: len(row[0].split())),
        "these are percentages; a share of all is 1": lambda: {
            k: 100 * v for k, v in shares()().items()
        },
        "shares are cut to whole numbers, with // in place of /, or the whole lists are compared "
        "in place of one answer": lambda: {k: v // 1 for k, v in shares()().items()},
        "only the last answer of each length counts; the share of all of them is wanted": lambda: {
            length: float(a == b) for a, b, length in rows
        },
        "the numbers of answers are returned": shares(right=lambda a, b: 1.0, size=lambda n: 1.0),
        "the shares are listed without their lengths": lambda: list(shares()().values()),
        "the keys are texts; they are whole numbers, as in lengths": lambda: {
            str(k): v for k, v in shares()().items()
        },
    }
