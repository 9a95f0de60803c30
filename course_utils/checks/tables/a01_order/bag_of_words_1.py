"""01-order, a bag of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "sklearn.feature_extraction.text.CountVectorizer",
    "keras.layers.TextVectorization",
)
CALLS: dict[str, str] = {}

VOCABULARY = {"the": 0, "dog": 1, "bites": 2, "man": 3, "cat": 4, "sees": 5, "a": 6}


def example() -> tuple[str, dict[str, int]]:
    """A sentence of eight words, and a vocabulary of seven."""
    return "the dog sees the man the cat bites", dict(VOCABULARY)


def check(bag_of_words: Any) -> None:
    """The tests that students see."""
    for sentence, expected, what in (
        (
            example()[0],
            [3, 1, 1, 1, 1, 1, 0],
            "the bag of 'the dog sees the man the cat bites'",
        ),
        (
            "the cat bites the bird",
            [2, 0, 1, 0, 1, 0, 0],
            "the bag of 'the cat bites the bird', with bird not in the vocabulary,",
        ),
    ):
        compare(
            checks.call(bag_of_words, sentence, VOCABULARY), expected, sentence, VOCABULARY, what
        )
    checks.close(
        checks.call(bag_of_words, "man bites dog", VOCABULARY),
        checks.call(bag_of_words, "dog bites man", VOCABULARY),
        "the bag of 'man bites dog' (a bag does not see order, so it must equal that of 'dog bites "
        "man')",
    )
    sentence = "the The THE"
    compare(
        checks.call(bag_of_words, sentence, VOCABULARY),
        [3, 0, 0, 0, 0, 0, 0],
        sentence,
        VOCABULARY,
        "the bag of 'the The THE'",
    )


def compare(
    got: Any, expected: Any, sentence: str, vocabulary: Mapping[str, int], what: str
) -> None:
    """A bag against the expected one."""
    checks.close(got, expected, what, mistakes(sentence, vocabulary), ["word"])


def mistakes(sentence: str, vocabulary: Mapping[str, int]) -> dict[str, Any]:
    """Mistake → the bag that it leads to."""
    words = sentence.lower().split()
    known = [word for word in words if word in vocabulary]
    unknown = len(words) - len(known)
    counts = _counts(known, vocabulary)

    def unknown_as(place: int) -> Any:
        return counts + unknown * np.eye(len(vocabulary))[place]

    return {
        "capital letters are not made small": lambda: _counts(sentence.split(), vocabulary),
        "each word counts once only; a word that comes twice counts 2": lambda: np.minimum(
            counts, 1
        ),
        "the counts are divided by the length of the sentence; that is the mean, not the bag": (
            lambda: counts / len(words)
        ),
        "these are the numbers of the words one after the other, not counts": lambda: [
            vocabulary[word] for word in known
        ],
        "these are the counts in the order of the sentence": lambda: [
            words.count(word) for word in words
        ],
        "words that do not appear have no place; give them a 0": lambda: counts[counts > 0],
        "all words are counted together": lambda: len(known),
        "an unknown word is counted as some other word; leave it out": lambda: unknown_as(-1),
        "an unknown word is counted as word 0; leave it out": lambda: unknown_as(0),
        "an unknown word gets a place of its own; leave it out": lambda: np.append(counts, unknown),
        "the counts follow the order of the dictionary; the number of a word says its place": (
            lambda: [words.count(word) for word in vocabulary]
        ),
        "the last word of the sentence is left out": lambda: _counts(words[:-1], vocabulary),
        "the first word of the sentence is left out": lambda: _counts(words[1:], vocabulary),
        "a word is also found inside longer ones, as he in the, so these are not the right "
        "numbers; compare whole words": lambda: _counts(
            [word for word in vocabulary for _ in range(sentence.lower().count(word))], vocabulary
        ),
    }


def _counts(words: list[str], vocabulary: Mapping[str, int]) -> Any:
    counts = np.zeros(len(vocabulary))
    for word in words:
        if word in vocabulary:
            counts[vocabulary[word]] += 1
    return counts
