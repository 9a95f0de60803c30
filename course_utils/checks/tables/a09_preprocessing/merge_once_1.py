"""09-preprocessing, one merge of byte pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.text.BytePairs",
    "course_utils.preprocessing.text.pair_counts",
    "course_utils.preprocessing.text.merge_pair",
)
CALLS: dict[str, str] = {}

Symbols = tuple[str, ...]
Words = Mapping[Symbols, int]

NO_PAIR = "Where no word has two symbols left there is no pair: return None and the words."
HINTS = {
    "empty": NO_PAIR,
    "cannot unpack non-iterable NoneType": NO_PAIR,
    "list index out of range": NO_PAIR,
    "unhashable type: 'list'": "A list cannot be a key of a dictionary: make a tuple of the "
    "symbols, `tuple(…)`.",
    "dictionary changed size": "A dictionary must not change while a loop goes through it: "
    "begin a new one.",
}

# Words and how often each occurs, the pair that is merged, the words after it.
CASES: dict[str, tuple[dict[str, int], str, dict[str, int]]] = {
    "": (
        {"h u t": 7, "p u g": 4, "p u n": 6, "t e n": 8, "b u n": 1, "s u n": 1, "hu t s": 4},
        "p u",
        {"h u t": 7, "pu g": 4, "pu n": 6, "t e n": 8, "b u n": 1, "s u n": 1, "hu t s": 4},
    ),
    " where equal symbols stand in a row": (
        {"a a a b a a a a": 2, "b a": 3, "aa a c": 1, "c b c b": 4, "d": 30},
        "a a",
        {"aa a b aa aa": 2, "b a": 3, "aa a c": 1, "c b c b": 4, "d": 30},
    ),
    " where the pair's letters also stand in longer symbols": (
        {"x a b c": 4, "xa b x": 2, "a bc x a b": 3, "a b": 1},
        "a b",
        {"x ab c": 4, "xa b x": 2, "a bc x ab": 3, "ab": 1},
    ),
    " where several pairs are equally frequent": (
        {"s u n": 3, "a t": 3, "z u": 3, "q r q o q": 3, "b e": 3, "u p": 1},
        "s u",
        {"su n": 3, "a t": 3, "z u": 3, "q r q o q": 3, "b e": 3, "u p": 1},
    ),
    " where no pair is left": ({"sun": 3, "up": 1}, "", {"sun": 3, "up": 1}),
}


def example() -> tuple[dict[Symbols, int]]:
    """Words in symbols, and how often each occurs; `hu` is the work of an earlier merge."""
    return (_symbols(CASES[""][0]),)


def check(merge_once: Any) -> None:
    """The tests that students see."""
    for case, (words, pair, after) in CASES.items():
        expected = tuple(pair.split()) or None, _symbols(after)
        compare(merge_once, _symbols(words), expected, case)


def _symbols(words: Mapping[str, int]) -> dict[Symbols, int]:
    return {tuple(word.split()): count for word, count in words.items()}


def compare(merge_once: Any, words: Words, expected: tuple[Any, Words], case: str = "") -> None:
    """What merge_once returns for these words against the expected pair and words."""
    got = checks.call(merge_once, dict(words), hints=HINTS)
    pair, after = checks.unpack(got, "the pair", "the words", what=f"the two results{case}")
    if isinstance(pair, Mapping):
        checks.fail("The words come first and the pair second. Return the pair, then the words.")
    wrong = mistakes(words, expected[0])
    if pair is None and expected[0] is not None:
        checks.fail(f"The pair{case} is None, and there are pairs: {sorted(_counts(words))[:3]} …")
    checks.equal(pair, expected[0], f"the pair{case}", wrong["pair"])
    if isinstance(after, Mapping) and any(isinstance(key, str) for key in after):
        checks.fail(
            "The keys of the words are texts. Each key is a tuple of symbols, as before, "
            'such as ("pu", "g").'
        )
    checks.equal(after, expected[1], f"the dictionary of words{case}", wrong["words"])


def _counts(words: Words, pairs: Callable[[Symbols], Iterable[Any]] = pairwise) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for symbols, count in words.items():
        for pair in pairs(symbols):
            counts[pair] += count
    return counts


def mistakes(words: Words, pair: Any) -> dict[str, dict[str, Callable[[], Any]]]:
    """For the pair, and for the words when the pair is right: mistake → what it leads to."""
    once = dict.fromkeys(words, 1)
    counts = _counts(words)
    most = max(counts.values(), default=0)
    best = [one for one in counts if counts[one] == most]
    found = {} if pair is None else _mistakes_of_merging(words, pair)
    return {
        "pair": {
            "every word counts once; a pair occurs as often as its word does": lambda: _top(
                _counts(once)
            ),
            "a pair that a word has twice is counted once; every place counts": lambda: _top(
                _counts(words, lambda symbols: dict.fromkeys(pairwise(symbols)))
            ),
            "equal symbols in a row are counted without overlap; of a a a both neighbouring pairs "
            "count": lambda: _top(_counts(words, _apart)),
            "among equally frequent pairs the last that is met is taken; take the first (`>`, not "
            "`>=`)": lambda: best[-1],
            "among equally frequent pairs the first of the alphabet is taken; here it is the first "
            "that is met, in the order of the words": lambda: min(best),
            "among equally frequent pairs the last of the alphabet is taken; here it is the first "
            "that is met, in the order of the words": lambda: max(best),
            "it is the rarest pair; the most frequent is wanted": lambda: min(
                counts, key=lambda one: counts[one]
            ),
            "it is the last pair of the alphabet: `max(counts)` compares the pairs, and "
            "`max(counts, key=counts.get)` their counts": lambda: max(counts),
            "the pair is the merged symbol, one text; return the two symbols": lambda: "".join(
                pair
            ),
            "the pair is one text with a space; return a tuple of the two symbols": lambda: (
                " ".join(pair)
            ),
            "the two symbols of the pair are exchanged; the left one comes first": lambda: pair[
                ::-1
            ],
            "it is the pair with its count; return the pair alone": lambda: (pair, most),
            "the symbols need not be neighbours for you; a pair stands side by side": lambda: _top(
                _counts(words, lambda s: [(a, b) for i, a in enumerate(s) for b in s[i + 1 :]])
            ),
            "the symbols are parted into letters before they are counted; a symbol of two letters "
            "is one symbol": lambda: _top(_counts(words, lambda s: pairwise("".join(s)))),
            "it is the first pair of the word that occurs most often; count all words": lambda: (
                _top(_counts({max(words, key=lambda w: words[w]): 1}))
            ),
        },
        "words": found,
    }


def _top(counts: Counter[Any]) -> Any:
    return max(counts, key=lambda one: counts[one])


def _apart(symbols: Symbols) -> Iterator[tuple[str, str]]:
    """Neighbouring pairs, but of equal symbols in a row only those that do not overlap."""
    counted = -1  # where the last pair of equal symbols began
    for i, (left, right) in enumerate(pairwise(symbols)):
        if left == right and counted == i - 1 >= 0:
            continue
        counted = i if left == right else counted
        yield left, right


def _mistakes_of_merging(words: Words, pair: tuple[str, str]) -> dict[str, Callable[[], Any]]:
    new = "".join(pair)

    def merged(symbols: Sequence[str], most: int = 10**6, new: Any = new) -> tuple[Any, ...]:
        result: list[Any] = []
        i = 0
        while i < len(symbols):
            if most and tuple(symbols[i : i + 2]) == pair:
                result.append(new)
                most -= 1
                i += 2
            else:
                result.append(symbols[i])
                i += 1
        return tuple(result)

    def overlapping(symbols: Symbols) -> Symbols:
        places = [i for i, one in enumerate(pairwise(symbols)) if one == pair]
        kept = set(places) | {i + 1 for i in places}
        return tuple(
            new if i in places else s for i, s in enumerate(symbols) if i in places or i not in kept
        )

    def from_the_right(symbols: Symbols) -> Symbols:
        result: list[str] = []
        i = len(symbols)
        while i > 0:
            width = 2 if i > 1 and symbols[i - 2 : i] == pair else 1
            result.insert(0, "".join(symbols[i - width : i]))
            i -= width
        return tuple(result)

    def replaced(symbols: Symbols) -> Symbols:
        return tuple(" ".join(symbols).replace(" ".join(pair), new).split())

    def each(change: Callable[[Symbols], Any]) -> Callable[[], Any]:
        return lambda: {change(symbols): count for symbols, count in words.items()}

    def but(change: Callable[[Symbols], Any], keep: Callable[[Symbols], bool]) -> dict[Any, int]:
        return {change(s) if keep(s) else s: count for s, count in words.items()}

    has = {symbols: pair in pairwise(symbols) for symbols in words}
    first = next(symbols for symbols in words if has[symbols])
    return {
        "only the first place in each word is merged; merge all of them": each(
            lambda s: merged(s, 1)
        ),
        "the merge goes from right to left; of a a a the first two become one": each(
            from_the_right
        ),
        "the merges overlap: of a a a the second a is used twice": each(overlapping),
        "the symbols were joined to one text and the pair replaced in it; there the pair is also "
        "found across the borders of longer symbols. Compare whole symbols": each(replaced),
        "nothing is merged": lambda: dict(words),
        "the new symbol has a space in it; it is the two symbols joined": each(
            lambda s: merged(s, new=" ".join(pair))
        ),
        "the new symbol is a tuple; it is the two symbols joined to one text": each(
            lambda s: merged(s, new=pair)
        ),
        "the new symbol is the right one before the left one": each(
            lambda s: merged(s, new=pair[1] + pair[0])
        ),
        "the new symbol stands there without the pair's right half": each(
            lambda s: merged(s, new=pair[0])
        ),
        "the words without this pair are lost; they stay as they are": lambda: {
            merged(s): count for s, count in words.items() if has[s]
        },
        "the old words are still there beside the new ones": lambda: {
            **words,
            **each(merged)(),
        },
        "only the first word that has the pair is changed; merge it in all": lambda: but(
            merged, lambda s: s == first
        ),
        "every word has the count 1; the counts stay as they were": lambda: {
            merged(s): 1 for s in words
        },
        "words that have the pair are only that pair now; all other symbols stay": lambda: but(
            lambda s: (new,), lambda s: has[s]
        ),
    }
