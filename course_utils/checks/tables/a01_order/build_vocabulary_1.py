"""01-order, a number for every word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = ("keras.layers.TextVectorization",)
CALLS: dict[str, str] = {}


def example() -> tuple[list[str]]:
    """Two sentences; they have six different words."""
    return (["The dog bites the man", "A man calls the dog"],)


EXPECTED = {"the": 0, "dog": 1, "bites": 2, "man": 3, "a": 4, "calls": 5}


def check(build_vocabulary: Any) -> None:
    """The tests that students see."""
    (sentences,) = example()
    compare(checks.call(build_vocabulary, sentences), EXPECTED, sentences, "the vocabulary")
    checks.equal(
        checks.call(build_vocabulary, []),
        {},
        "the vocabulary of no sentences",
        {
            "the words of the call before are still in it; start each call with an empty "
            "dictionary": EXPECTED
        },
    )


def compare(got: Any, expected: Mapping[str, int], sentences: list[str], what: str) -> None:
    """A vocabulary against the expected one."""
    wrong = mistakes(sentences)
    if _in_another_order(got, expected):
        wrong[
            "every word has a number of its own, but not in the order in which they first appear; "
            "a `set` has no order, a dictionary keeps it"
        ] = got
    checks.equal(got, expected, what, wrong)


def mistakes(sentences: list[str]) -> dict[str, Any]:
    """Mistake → the vocabulary that it leads to."""
    each = [sentence.lower().split() for sentence in sentences]
    words = [word for part in each for word in part]
    return {
        "the numbers start at 1; the first word is number 0": lambda: _numbered(words, 1),
        "capital letters still count, so that The and the are two words": lambda: _numbered(
            " ".join(sentences).split()
        ),
        "the words are numbered in the order of the alphabet, not as they first appear": (
            lambda: _numbered(sorted(words))
        ),
        "numbers are left out: a word that is already there must not use one up": lambda: {
            word: words.index(word) for word in words
        },
        "a word that comes again gets a new number; it must keep its first": lambda: {
            word: place for place, word in enumerate(words)
        },
        "the numbering starts afresh with each sentence": lambda: {
            word: number for part in each for word, number in _numbered(part).items()
        },
        "it counts how often each word appears; the task wants its number": lambda: Counter(words),
        "only the first two sentences are read": lambda: _numbered(
            word for part in each[:2] for word in part
        ),
        "only the first sentence is read": lambda: _numbered(each[0]),
        "only the last sentence is read": lambda: _numbered(each[-1]),
        "the last word of each sentence is left out": lambda: _numbered(
            word for part in each for word in part[:-1]
        ),
        "the first word of each sentence is left out": lambda: _numbered(
            word for part in each for word in part[1:]
        ),
    }


def _numbered(words: Iterable[str], first: int = 0) -> dict[str, int]:
    return {word: number for number, word in enumerate(dict.fromkeys(words), first)}


def _in_another_order(got: Any, expected: Mapping[str, int]) -> bool:
    """Does `got` give the right words the right numbers, only not each its own?"""
    return (
        isinstance(got, Mapping)
        and got.keys() == expected.keys()
        and all(isinstance(number, (int, np.integer)) for number in got.values())
        and set(got.values()) == set(expected.values())
    )
