"""01-order, who notices?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS = {
    "build_vocabulary": "01-order/build-vocabulary@1",
    "bag_of_words": "01-order/bag-of-words@1",
    "one_hot_window": "01-order/one-hot-window@1",
}

VOCABULARY = {"the": 0, "dog": 1, "bites": 2, "man": 3, "cat": 4}


def example() -> tuple[str, str, dict[str, int], int]:
    """Two sentences of three words, a vocabulary of five, and a window of length three."""
    return "dog bites man", "man bites dog", dict(VOCABULARY), 3


# Two sentences, the length of the window, and who notices: the bag, the mean, the window.
CASES = (
    ("dog bites man", "man bites dog", 3, (False, False, True)),
    ("dog bites man", "dog bites cat", 3, (True, True, True)),
    ("dog dog bites", "dog bites bites", 1, (True, True, False)),
    ("dog bites man", "dog bites man dog bites man", 6, (True, False, True)),
    ("man bites the dog", "cat bites the dog", 2, (True, True, True)),
    ("the dog bites the man", "the dog bites the cat", 3, (True, True, False)),
    ("The dog bites", "the dog Bites", 3, (False, False, False)),
)


def check(who_notices: Any) -> None:
    """The tests that students see."""
    for number, (first, second, length, answers) in enumerate(CASES):
        expected = dict(zip(("bag", "mean", "window"), answers, strict=True))
        inputs = (first, second, VOCABULARY, length)
        wrong = mistakes(*inputs)
        if number == 0:
            text = "True and False are exchanged; True means that the inputs differ"
            wrong[text] = {model: not answer for model, answer in expected.items()}
        compare(checks.call(who_notices, *inputs), expected, inputs, wrong)


def compare(got: Any, expected: Any, inputs: Any, wrong: Mapping[str, Any] | None = None) -> None:
    """Who notices, against who should. inputs: first, second, vocabulary, length."""
    first, second, _, length = inputs
    what = f"who notices '{_short(first)}' against '{_short(second)}' (window of {length})"
    checks.equal(got, expected, what, wrong or mistakes(*inputs))


def mistakes(
    first: str, second: str, vocabulary: Mapping[str, int], length: int
) -> dict[str, dict[str, bool]]:
    """Mistake → who notices then."""
    a, b = first.lower().split(), second.lower().split()
    as_written = first.split(), second.split()
    shorter = min(length, len(a), len(b))
    right = {"bag": _bags(a, b), "mean": _means(a, b), "window": a[:length] != b[:length]}
    capitals = {
        "bag": _bags(*as_written),
        "mean": _means(*as_written),
        "window": as_written[0][:length] != as_written[1][:length],
    }
    not_the_first = f"the window does not see the first {length} words and those alone"
    return {
        "the means are rounded, or compared with a wide tolerance": {
            **right,
            "mean": _apart(a, b) > 0.01,
        },
        "the window looks past its length": {**right, "window": a != b},
        "the mean is treated like the bag; twice the sentence has twice the counts, but the same "
        "mean": {**right, "mean": right["bag"]},
        "the bag is treated like the mean; twice the sentence has twice the counts": {
            **right,
            "bag": right["mean"],
        },
        "the bag only asks which words appear, not how often": {**right, "bag": set(a) != set(b)},
        "the mean only asks which words appear, not how often": {**right, "mean": set(a) != set(b)},
        "the window is treated like a bag; it sees the order": {**right, "window": right["bag"]},
        "the bag and the mean see the order; they do not": {**right, "bag": a != b, "mean": a != b},
        "the window stops where the shorter sentence ends; the zeros after it are inputs too": {
            **right,
            "window": a[:shorter] != b[:shorter],
        },
        "the window leaves out the last of its words (off by one)": {
            **right,
            "window": a[: length - 1] != b[: length - 1],
        },
        f"{not_the_first}: it compares the last ones": {
            **right,
            "window": a[-length:] != b[-length:],
        },
        not_the_first: {**right, "window": not right["window"]},
        "capital letters still count": capitals,
        "capital letters still count in the window": {**right, "window": capitals["window"]},
    }


def _bags(a: list[str], b: list[str]) -> bool:
    return sorted(a) != sorted(b)


def _means(a: list[str], b: list[str]) -> bool:
    """Do the means differ? In whole numbers: count / length is equal where a·len(b) = b·len(a)."""
    return any(a.count(word) * len(b) != b.count(word) * len(a) for word in {*a, *b})


def _apart(a: list[str], b: list[str]) -> float:
    """The largest difference between the two means."""
    return max(abs(a.count(word) / len(a) - b.count(word) / len(b)) for word in {*a, *b})


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= 60 else f"{sentence[:57]}…"
