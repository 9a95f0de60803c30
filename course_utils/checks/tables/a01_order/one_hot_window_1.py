"""01-order, a window that sees order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "keras.utils.to_categorical",
    "keras.ops.one_hot",
    "sklearn.preprocessing.OneHotEncoder",
)
CALLS: dict[str, str] = {}

VOCABULARY = {"dog": 0, "bites": 1, "man": 2, "cat": 3, "the": 4}


def example() -> tuple[str, dict[str, int], int]:
    """A sentence of four words, a vocabulary of five, and a window of length six."""
    return "dog Man man bites", dict(VOCABULARY), 6


def check(one_hot_window: Any) -> None:
    """The tests that students see."""
    dog, bites, man = np.eye(5)[:3].tolist()
    none = [0.0] * 5
    for sentence, length, expected, what in (
        (
            *example()[::2],
            dog + man + man + bites + none + none,
            "'dog Man man bites', length 6,",
        ),
        ("man bites dog", 2, man + bites, "'man bites dog', length 2,"),
        (
            "man calls dog",
            4,
            man + none + dog + none,
            "'man calls dog', length 4, with calls not in the vocabulary,",
        ),
    ):
        got = checks.call(one_hot_window, sentence, VOCABULARY, length)
        compare(got, expected, (sentence, VOCABULARY, length), f"the window of {what}")


def compare(got: Any, expected: Any, inputs: Any, what: str) -> None:
    """A window against the expected one. inputs: sentence, vocabulary, length."""
    checks.close(got, expected, what, mistakes(*inputs), ["place"])


def mistakes(sentence: str, vocabulary: Mapping[str, int], length: int) -> dict[str, Any]:
    """Mistake → the window that it leads to."""
    words = sentence.lower().split()
    known = [word for word in words if word in vocabulary]
    listed = {word: place for place, word in enumerate(vocabulary)}
    rows = _rows(words, vocabulary)
    filled = _filled(rows, length)
    empty = np.zeros((max(0, length - len(words)), len(vocabulary)))
    first_places = np.array([[words.index(word) == place] for place, word in enumerate(words)])

    def unknown_as(number: int) -> Any:
        unknown = np.array([[word not in vocabulary] for word in words])
        return _filled(rows + unknown * np.eye(len(vocabulary))[number], length).ravel()

    return {
        "the zeros stand at the start; fill up at the end": lambda: np.concatenate(
            [empty, rows[:length]]
        ).ravel(),
        "all the first columns come first, then all the second ones; go through it position by "
        "position (the wrong axis came first)": lambda: filled.T.ravel(),
        "the rows are added up: that is a bag, and order is lost; lay them end to end": (
            lambda: filled.sum(axis=0)
        ),
        "there is no filling up: a short sentence gives a short row": lambda: rows[:length].ravel(),
        "these are the numbers of the words; write each as a row of zeros with a single 1": (
            lambda: filled @ np.arange(len(vocabulary))
        ),
        "each position holds the number of its word where a 1 should stand": (
            lambda: (filled * np.arange(len(vocabulary))).ravel()
        ),
        "empty positions are filled with word number 0; they should be all zero": (
            lambda: np.concatenate([rows[:length], empty + np.eye(len(vocabulary))[0]]).ravel()
        ),
        "capital letters are not made small, so that Man is not found": lambda: _filled(
            _rows(sentence.split(), vocabulary), length
        ).ravel(),
        "the words come in reversed order": lambda: _filled(rows[:length][::-1], length).ravel(),
        "it keeps the last words of a long sentence; keep the first": lambda: _filled(
            rows[-length:], length
        ).ravel(),
        "a long sentence is not cut": lambda: np.concatenate([rows, empty]).ravel(),
        "an unknown word is skipped and the next one moves up; it should leave its position all "
        "zero": lambda: _filled(_rows(known, vocabulary), length).ravel(),
        "an unknown word counts as the last word of the vocabulary; leave its position all zero": (
            lambda: unknown_as(-1)
        ),
        "an unknown word counts as word 0; leave its position all zero": lambda: unknown_as(0),
        "the rows follow the order of the dictionary; the number of a word says its place": (
            lambda: _filled(_rows(words, listed), length).ravel()
        ),
        "a word that comes again is written at its first position only": lambda: _filled(
            rows * first_places, length
        ).ravel(),
        "a row keeps the words of the rows before it; start each row with zeros": (
            lambda: np.concatenate([np.cumsum(rows[:length], axis=0), empty]).ravel()
        ),
        "the numbers of the words are off by one: each 1 stands one place too early": (
            lambda: _filled(np.roll(rows, -1, axis=1), length).ravel()
        ),
        "the numbers of the words are off by one: each 1 stands one place too late": (
            lambda: _filled(np.roll(rows, 1, axis=1), length).ravel()
        ),
        "the last of the words is left out": lambda: _filled(
            rows[: min(length, len(words)) - 1], length
        ).ravel(),
        "the first word is left out": lambda: _filled(rows[1:], length).ravel(),
        "the first word is left out: its position is still zero": lambda: _filled(
            np.concatenate([0 * rows[:1], rows[1:]]), length
        ).ravel(),
    }


def _rows(words: list[str], vocabulary: Mapping[str, int]) -> Any:
    """One row for each word, one-hot; all zero for an unknown word."""
    rows = np.zeros((len(words), len(vocabulary)))
    for position, word in enumerate(words):
        if word in vocabulary:
            rows[position, vocabulary[word]] = 1
    return rows


def _filled(rows: Any, length: int) -> Any:
    """The first `length` rows, with rows of zeros after them where there are fewer."""
    return np.concatenate([rows[:length], np.zeros((max(0, length - len(rows)), rows.shape[1]))])
