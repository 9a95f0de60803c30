"""Trains the four small models of the word-order explorer, for two questions each.

    python -m bookkit.models.word_order [FILE]

writes them to ``book/assets/models/word-order.json``, or to FILE. It needs Keras, takes about a
minute on two cores, and gives the same file again on the same versions. The file is plain JSON,
since two of the models are no recurrent networks: for each question the accuracy of each model on
held-out sentences and its weights, rounded to four decimals.

The toy language is made so that order carries the answer. Every sentence has five words, and each
of its 120 orders is a sentence too, with the answer that the rule gives it:

* ``bite``, "Is it done to a person?": the first noun acts, the second one receives.
* ``mood``, "Is the verdict good?": the last adjective decides; "not" turns the next adjective
  after it round.

A quarter of the word combinations is held out: none of their orders is trained on.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bookkit.models import FOLDER
from course_utils.explorers.word_order import ANIMALS, BAD, GOOD, MODELS, PEOPLE, answer

VERBS = ("bit", "chased", "kicked", "startled")
VOCABULARY = (
    "the", *ANIMALS, *PEOPLE, *VERBS, "not", "but", "and", "very", "quite", *GOOD, *BAD,
)  # fmt: skip
LENGTH = 5


def combinations(question: str) -> Iterator[tuple[str, ...]]:
    """Every set of five words that the toy language has for a question, in one order."""
    if question == "bite":
        for animal, verb, person in itertools.product(ANIMALS, VERBS, PEOPLE):
            yield ("the", animal, verb, "the", person)
        return
    joints = list(itertools.product(("but", "and"), ("very", "quite")))
    for first, second in itertools.product(GOOD, BAD):
        yield from (("not", first, joint, much, second) for joint, much in joints)
    for group in (GOOD, BAD):
        for first, second in itertools.combinations(group, 2):
            yield from (("not", first, joint, much, second) for joint, much in joints)
            yield from (("quite", first, joint, "very", second) for joint in ("but", "and"))


def sentences(question: str, held_out: bool) -> tuple[np.ndarray, np.ndarray]:
    """Token ids (sentences, 5) and answers (sentences,), each order of each combination once."""
    every = list(combinations(question))
    chosen = np.random.default_rng(0).permutation(len(every)) < len(every) // 4
    x, y = [], []
    for words, out in zip(every, chosen, strict=True):
        if out == held_out:
            for order in sorted(set(itertools.permutations(words))):
                x.append([VOCABULARY.index(word) for word in order])
                y.append(answer(question, order))
    return np.array(x), np.array(y)


def counts(x: np.ndarray) -> np.ndarray:
    """How often each word occurs: (sentences, 5) -> (sentences, words)."""
    return np.asarray(np.eye(len(VOCABULARY))[x].sum(axis=1))


def build(kind: str) -> Any:
    """One of the four models, with one logit as its output."""
    import keras
    from keras import layers

    words = len(VOCABULARY)
    if kind == "bag":
        inputs = keras.Input((words,))
        hidden = layers.Dense(8, activation="tanh")(inputs)
        return keras.Model(inputs, layers.Dense(1)(hidden))
    inputs = keras.Input((LENGTH,), dtype="int32")
    vectors = layers.Embedding(words, 4, embeddings_initializer="glorot_uniform")(inputs)
    if kind == "mean":
        hidden = layers.Dense(8, activation="tanh")(layers.GlobalAveragePooling1D()(vectors))
    elif kind == "dense":
        hidden = layers.Dense(16, activation="tanh")(layers.Flatten()(vectors))
    else:
        features = layers.Conv1D(12, 3, activation="relu")(vectors)
        hidden = layers.GlobalMaxPooling1D()(features)
    return keras.Model(inputs, layers.Dense(1)(hidden))


def train(question: str, kind: str) -> dict[str, Any]:
    """The accuracy on held-out sentences and the rounded weights of one model."""
    import keras

    keras.utils.set_random_seed(0)
    x, y = sentences(question, held_out=False)
    x_test, y_test = sentences(question, held_out=True)
    if kind == "bag":
        x, x_test = counts(x), counts(x_test)
    model = build(kind)
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    model.fit(x, y, batch_size=64, epochs=10, verbose=0)
    model.optimizer.learning_rate.assign(0.001)
    model.fit(x, y, batch_size=64, epochs=5, verbose=0)
    model.set_weights([np.round(weight, 4) for weight in model.get_weights()])
    right = (model.predict(x_test, verbose=0)[:, 0] > 0) == y_test
    weights = [np.round(weight.astype(float), 4).tolist() for weight in model.get_weights()]
    return {"accuracy": round(float(right.mean()), 3), "weights": weights}


def main(path: Path) -> None:
    """Trains all models and writes the file."""
    questions = {}
    for question in ("bite", "mood"):
        questions[question] = {kind: train(question, kind) for kind in MODELS}
        print(question, {kind: model["accuracy"] for kind, model in questions[question].items()})
    written = {
        "vocabulary": VOCABULARY,
        "people": PEOPLE,
        "animals": ANIMALS,
        "good": GOOD,
        "bad": BAD,
        "questions": questions,
    }
    path.write_text(json.dumps(written, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "word-order.json")
