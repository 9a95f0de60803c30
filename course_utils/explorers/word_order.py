"""Five words in any order, and what four models without memory make of them.

A bag of words and a mean of embeddings give every order the same answer. A dense network over
concatenated positions and a convolution do not. The models are small and real;
``bookkit/models/word_order.py`` trains them and says what the toy language is.
"""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import numpy as np

from course_utils.explorers._description import Choice, Explorer, Slider, Traces

ANIMALS = ("dog", "cat", "goose", "horse")
PEOPLE = ("man", "woman", "child", "baker")
GOOD = ("good", "kind", "fresh", "bright")
BAD = ("bad", "rude", "stale", "dull")
MODELS = {
    "bag": "bag of words",
    "mean": "mean of embeddings",
    "dense": "dense over positions",
    "convolution": "convolution",
}
SENTENCES = (
    "the dog bit the man",
    "the baker chased the goose",
    "not good but very bad",
    "very kind and not rude",
    "quite fresh and very bright",
)


@cache
def _models() -> dict[str, Any]:
    """The exported file: vocabulary, and for each question the weights of each model."""
    from course_utils.exporting import model_path

    exported: dict[str, Any] = json.loads(model_path("word-order").read_text("utf-8"))
    return exported


def answer(question: str, words: tuple[str, ...] | list[str]) -> bool:
    """What the rule of the toy language says of five words in this order."""
    if question == "bite":
        nouns = [word for word in words if word in ANIMALS + PEOPLE]
        return nouns[-1] in PEOPLE
    adjectives = [i for i, word in enumerate(words) if word in GOOD + BAD]
    good = words[adjectives[-1]] in GOOD
    negated = "not" in words and adjectives[-2] < words.index("not") < adjectives[-1]
    return good != negated


def permutation(order: int) -> list[int]:
    """Which word stands at each place: order 0 as written, 119 reversed, lexicographic."""
    left, places = list(range(5)), []
    for size in (24, 6, 2, 1, 1):
        places.append(left.pop(order // size))
        order %= size
    return places


def _question(words: list[str]) -> str:
    return "bite" if "the" in words else "mood"


def probabilities(words: list[str]) -> list[float]:
    """The probability of "yes" from each of the four models."""
    models = _models()["questions"][_question(words)]
    ids = [_models()["vocabulary"].index(word) for word in words]
    weights = {kind: [np.array(w) for w in models[kind]["weights"]] for kind in MODELS}
    # Sums over words go through their sorted ids: any order of the words gives the very same sum.
    w1, b1, w2, b2 = weights["bag"]
    bag = np.tanh(w1[sorted(ids)].sum(axis=0) + b1) @ w2 + b2
    e, w1, b1, w2, b2 = weights["mean"]
    mean = np.tanh(e[sorted(ids)].mean(axis=0) @ w1 + b1) @ w2 + b2
    e, w1, b1, w2, b2 = weights["dense"]
    dense = np.tanh(e[ids].ravel() @ w1 + b1) @ w2 + b2
    e, kernel, b1, w2, b2 = weights["convolution"]
    windows = [np.tensordot(e[ids[i : i + 3]], kernel, 2) + b1 for i in range(3)]
    convolution = np.maximum(0, windows).max(axis=0) @ w2 + b2
    return [1 / (1 + math.exp(-logit[0])) for logit in (bag, mean, dense, convolution)]


def compute(sentence: str, order: int) -> Traces:
    """The words in their order, the rule's answer, and the models' probabilities of "yes".

    probabilities (4,), as_written (4,): now, and for the sentence as written; answer: 0 or 1.
    """
    written = sentence.split(" ")
    words = [written[place] for place in permutation(order)]
    return {
        "words": words,
        "answer": int(answer(_question(words), words)),
        "probabilities": np.array(probabilities(words)),
        "as_written": np.array(probabilities(written)),
    }


EXPLORER = Explorer(
    name="word-order",
    title="Who notices the order of words?",
    description=(
        "The sentence, a question about it, and the probability of yes from four models as bars"
        " from 0 to 100 percent. A mark on each bar shows its place for the sentence as written."
    ),
    parameters=(
        Choice("sentence", "Sentence", tuple((s, s) for s in SENTENCES), SENTENCES[0]),
        Slider("order", "Order of the words (0: as written)", 0, 119, 1, 0),
    ),
    compute=compute,
    models=("word-order",),
)
