"""09-preprocessing, the words of the training part and their ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.text.Vocabulary",
    "keras.layers.TextVectorization",
    "keras.layers.StringLookup",
    "sklearn.feature_extraction.text.CountVectorizer",
)
CALLS: dict[str, str] = {}


def example() -> tuple[list[list[str]], int]:
    """Four texts as lists of words, and a size: padding, unknown, and room for seven words."""
    lines = ["the cat sat on the mat", "no no no", "the dog sat by the door", "a dog saw the cat"]
    return [line.split() for line in lines], 9


# Which words are known at which size; the first of them is 2.
KNOWN = {
    9: "the no cat dog sat a by",
    50: "the no cat dog sat a by door mat on saw",
    5: "the no cat",
    12: "the no cat dog sat a by door mat on",
    13: "the no cat dog sat a by door mat on saw",
    2: "",
}


def check(vocabulary: Any) -> None:
    """The tests that students see."""
    texts, _ = example()
    for size, known in KNOWN.items():
        expected = {word: number for number, word in enumerate(known.split(), 2)}
        compare(vocabulary, (texts, size), expected)
    got = checks.call(vocabulary, [], 8)
    if isinstance(got, Mapping) and set(got) & {word for text in texts for word in text}:
        checks.fail(
            "The vocabulary of no texts should be empty. The words of the call before are still "
            "in it: start each call with an empty dictionary."
        )
    checks.equal(got, {}, "the vocabulary of no texts")


def compare(vocabulary: Any, inputs: Any, expected: Mapping[str, int]) -> None:
    """What it returns for inputs (texts, size)."""
    texts, size = inputs
    got = checks.call(vocabulary, texts, size)
    what = f"the vocabulary of size {size}"
    words = {word for text in texts for word in text}
    if isinstance(got, Mapping) and any(key not in words for key in got):
        extra = next(key for key in got if key not in words)
        if got[extra] in (0, 1):
            checks.fail(
                f"The entry {extra!r} is too many: 0 and 1 stand for padding and for unknown words "
                "and have no word of their own here. Leave them out of the dictionary."
            )
    checks.equal(got, expected, what, mistakes(texts, size))


def mistakes(texts: Any, size: int) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    stream = [word for text in texts for word in text]
    room = size - 2

    def ranked(words: Iterable[str], reverse: bool = False) -> list[str]:
        counts = Counter(words)
        return sorted(counts, key=lambda w: (counts[w] if reverse else -counts[w], w))

    def numbered(words: Iterable[str], first: int = 2, room: int = room) -> dict[str, int]:
        return {word: number for number, word in enumerate(list(words)[: max(room, 0)], first)}

    right = ranked(stream)
    seen = list(dict.fromkeys(stream))
    counts = Counter(stream)
    backwards = sorted(sorted(seen, reverse=True), key=lambda w: -counts[w])
    levels = sorted(set(counts.values()), reverse=True)
    return {
        "the numbers start at 0; 0 is padding and 1 the unknown word, so the first word is "
        "2": lambda: numbered(right, 0),
        "the numbers start at 0, and there are `size` words besides; 0 and 1 are taken, so the "
        "first word is 2": lambda: numbered(right, 0, size),
        "the numbers start at 1, which is the unknown word; the first word is 2": lambda: numbered(
            right, 1
        ),
        "the numbers start at 1, and there are `size` - 1 words; 0 and 1 are taken, so the first "
        "word is 2": lambda: numbered(right, 1, size - 1),
        "the numbers start at 3 (off by one): 2 is the first that is free": lambda: numbered(
            right, 3
        ),
        "there are `size` words; padding and unknown take two of the ids": lambda: numbered(
            right, room=size
        ),
        "there is one word too many (off by one): padding and unknown take two of the "
        "ids": lambda: numbered(right, room=size - 1),
        "there is one word too few (off by one): with size ids in all, size - 2 are left for "
        "words": lambda: numbered(right, room=room - 1),
        "size is not looked at: all words are there": lambda: numbered(right, room=len(right)),
        "among equally frequent words stands first what appeared first, as Counter.most_common "
        "leaves it; here the alphabet decides": lambda: numbered(
            sorted(seen, key=lambda w: -counts[w])
        ),
        "among equally frequent words the last of the alphabet stands first, as in Keras; here the "
        "first of the alphabet does. reverse=True turns round both the counts and the "
        "words": lambda: numbered(backwards),
        "the rarest word stands first; the most frequent should": lambda: numbered(
            ranked(stream, reverse=True)
        ),
        "the words stand in the order of the alphabet alone; how often they occur comes "
        "first": lambda: numbered(sorted(seen)),
        "the words stand in the order in which they first appear; how often they occur comes "
        "first": lambda: numbered(seen),
        "the words were cut off before they were sorted, so that some of the frequent ones are "
        "lost": lambda: numbered(w for w in right if w in seen[: max(room, 0)]),
        "the most frequent words are there, but they are numbered in the order of the alphabet; "
        "keep the order of the counts": lambda: numbered(sorted(right[: max(room, 0)])),
        "each text counts a word once; count every time that it occurs": lambda: numbered(
            ranked(word for text in texts for word in set(text))
        ),
        "it holds how often each word occurs; the ids are wanted": lambda: {
            word: counts[word] for word in right[: max(room, 0)]
        },
        "it holds how often each word occurs, of all words; the ids are wanted": lambda: counts,
        "words that are equally frequent share a number; each needs its own": lambda: {
            word: levels.index(counts[word]) + 2 for word in right[: max(room, 0)]
        },
        "only the first text is read: does something return or start afresh inside the "
        "loop?": lambda: numbered(ranked(texts[0])),
        "only the last text is read: does the counting start afresh with each text?": lambda: (
            numbered(ranked(texts[-1]))
        ),
        "the last text is left out": lambda: numbered(
            ranked(word for text in texts[:-1] for word in text)
        ),
        "words that occur once are left out; only size decides": lambda: numbered(
            w for w in right if counts[w] > 1
        ),
        "it is characters that are counted; each text is a list of words already": lambda: numbered(
            ranked("".join(stream))
        ),
    }
