"""09-preprocessing, from words to ids and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.text.Vocabulary",
    "keras.layers.TextVectorization",
    "keras.layers.StringLookup",
)
CALLS: dict[str, str] = {}

UNKNOWN = "[UNK]"
HINTS = {
    "KeyError": "The dictionary has no entry for an unknown word, and `ids[word]` stops there: "
    "`ids.get(word, …)` takes a second choice.",
}
BACK = {
    "KeyError": "The dictionary leads from words to ids. On the way back you need one that leads "
    "from ids to words, and neither 0 nor 1 is in it: treat them first.",
    "StopIteration": "No word has this id: 0 is padding and 1 is unknown. Treat them first.",
    "not in list": "No word has this id: 0 is padding and 1 is unknown. Treat them first.",
    "list index out of range": "The ids begin at 2, so the word with id i is not at place i of a "
    "list of the words. Turn the dictionary round instead.",
}


def example() -> tuple[list[str], list[int], dict[str, int]]:
    """Words for encode, ids for decode (with padding at both ends), and the dictionary of both."""
    ids = {"the": 2, "cat": 3, "saw": 4, "dog": 5, "a": 6}
    words = ["the", "dog", "saw", "the", "quick", "red", "cat"]
    return words, [0, 0, 6, 1, 3, 1, 4, 0, 2, 5, 0], ids


def check(encode: Any, decode: Any) -> None:
    """The tests that students see."""
    words, numbers, ids = example()
    turned = dict(sorted(ids.items()))  # the ids do not rise: a 6, cat 3, dog 5, saw 4, the 2
    compare(encode, (words, ids), [2, 5, 4, 2, 1, 1, 3])
    compare(encode, ([], ids), [], " of no words")
    compare(encode, (["cat", "cow"], {}), [1, 1], " with an empty dictionary")
    compare(encode, (words, turned), [2, 5, 4, 2, 1, 1, 3], " with a dictionary in no order")
    said = ["a", UNKNOWN, "cat", UNKNOWN, "saw", "the", "dog"]
    compare_back(decode, (numbers, ids), said)
    compare_back(decode, (np.array([4, 1, 5, 0]), ids), ["saw", UNKNOWN, "dog"], " of an array")
    compare_back(decode, ([0, 0, 0], ids), [], " of nothing but padding")
    compare_back(decode, (numbers, turned), said, " with a dictionary in no order")


def compare(encode: Any, inputs: Any, expected: Sequence[int], case: str = "") -> None:
    """What encode returns for inputs (words, ids)."""
    words, ids = inputs
    got = checks.call(encode, words, ids, hints=HINTS)
    checks.equal(got, expected, f"the list of ids that `encode` gives{case}", mistakes(words, ids))


def compare_back(decode: Any, inputs: Any, expected: Sequence[str], case: str = "") -> None:
    """What decode returns for inputs (numbers, ids)."""
    numbers, ids = inputs
    got = checks.call(decode, numbers, ids, hints=BACK)
    what = f"the list of words that `decode` gives{case}"
    checks.equal(got, expected, what, mistakes_back(numbers, ids))


def mistakes(words: Sequence[str], ids: Mapping[str, int]) -> dict[str, Callable[[], Any]]:
    """For encode: mistake → what it leads to."""
    known = [word for word in words if word in ids]
    strange = list(dict.fromkeys(word for word in words if word not in ids))
    after = max(ids.values(), default=1) + 1

    def each(unknown: Callable[[str], Any], move: int = 0) -> Callable[[], Any]:
        return lambda: [ids[word] + move if word in ids else unknown(word) for word in words]

    return {
        "unknown words are left out; each becomes 1, so that the network sees that something stood "
        "there": lambda: [ids[word] for word in known],
        "unknown words become 0; that is padding, and a mask would hide them": each(lambda w: 0),
        "unknown words become -1; the id of all unknown words is 1": each(lambda w: -1),
        "unknown words become None; the id of all unknown words is 1": each(lambda w: None),
        "unknown words stay words; the id of all unknown words is 1": each(lambda w: w),
        "unknown words become '[UNK]'; their id is 1": each(lambda w: UNKNOWN),
        "unknown words get ids of their own; all of them are 1, since the network has no other "
        "ids": each(lambda w: after + strange.index(w)),
        "unknown words get a new id, behind the others; the id of all unknown words is 1": each(
            lambda w: after
        ),
        "two unknown words that follow each other are one 1; each word has its id": lambda: [
            ids.get(word, 1)
            for i, word in enumerate(words)
            if word in ids or i == 0 or words[i - 1] in ids
        ],
        "a word that comes again is left out; every word has its id, as often as it "
        "stands there": lambda: [ids.get(word, 1) for word in dict.fromkeys(words)],
        "the ids are put in order of size; they stand in the order of the words": lambda: sorted(
            ids.get(word, 1) for word in words
        ),
        "every id is 2 too small: the dictionary's numbers are the ids already": each(
            lambda w: 1, -2
        ),
        "every id is 1 too large: the dictionary's numbers are the ids already": each(
            lambda w: 1, 1
        ),
        "a word's place in the dictionary is counted; its id is `ids[word]`, and the dictionary "
        "may stand in any order": lambda: [
            list(ids).index(word) + 2 if word in ids else 1 for word in words
        ],
        "it goes through the dictionary; go through the words": lambda: list(ids.values()),
    }


def mistakes_back(numbers: Sequence[int], ids: Mapping[str, int]) -> dict[str, Callable[[], Any]]:
    """For decode: mistake → what it leads to."""
    numbers = [int(number) for number in numbers]
    words = {number: word for word, number in ids.items()}
    order = list(ids)
    first = numbers.index(0) if 0 in numbers else len(numbers)
    start = next((i for i, n in enumerate(numbers) if n), len(numbers))
    stop = len(numbers) - next((i for i, n in enumerate(numbers[::-1]) if n), len(numbers))

    def said(
        padding: Any = None, unknown: Any = UNKNOWN, of: Sequence[int] | None = None
    ) -> list[Any]:
        """padding, unknown: what they become, where that is not None."""
        own = {0: padding, 1: unknown}
        all_said = [own[n] if n < 2 else words[n] for n in (numbers if of is None else of)]
        return [word for word in all_said if word is not None]

    def at(move: int) -> Callable[[], Any]:
        return lambda: [
            UNKNOWN if n == 1 else order[n - move] for n in numbers if n and n - move < len(order)
        ]

    return {
        "padding becomes an empty text; it is left out": lambda: said(padding=""),
        "padding becomes '[PAD]'; it is left out": lambda: said(padding="[PAD]"),
        "padding becomes '[UNK]'; it is left out": lambda: said(padding=UNKNOWN),
        "unknown words are left out; each becomes '[UNK]'": lambda: said(unknown=None),
        "unknown words are left out, and padding becomes '[UNK]': 0 is padding and 1 is "
        "unknown": lambda: said(padding=UNKNOWN, unknown=None),
        "unknown words become an empty text; each becomes '[UNK]'": lambda: said(unknown=""),
        "it stops at the first 0; padding can stand before the words, too, as Keras puts "
        "it": lambda: said(of=numbers[:first]),
        "only padding at the end is left out; it can stand anywhere": lambda: said(
            padding=UNKNOWN, of=numbers[:stop]
        ),
        "only padding at the two ends is left out; it can stand anywhere": lambda: said(
            padding=UNKNOWN, of=numbers[start:stop]
        ),
        "the id is taken for the place in the list of words; the ids begin at 2, so turn the "
        "dictionary round": at(0),
        "the place in the list of words is the id less 1; the ids begin at 2, so turn the "
        "dictionary round": at(1),
        "the id less 2 is taken for the place in the dictionary, which may stand in any order; "
        "turn the dictionary round instead": at(2),
        "it is one text; a list of words is wanted": lambda: " ".join(said()),
        "it is one text, without spaces; a list of words is wanted": lambda: "".join(said()),
        "the words stand in the order of the dictionary, each once; go through the "
        "numbers": lambda: [word for word in ids if ids[word] in numbers],
        "a word that comes again is left out; every number has its word, as often as it stands "
        "there": lambda: list(dict.fromkeys(said())),
        "unknown words are written otherwise than '[UNK]'": lambda: said(unknown="<unk>"),
        "None stands where the number has no word; 0 is left out, and 1 becomes '[UNK]'": lambda: [
            words.get(n) for n in numbers
        ],
    }
