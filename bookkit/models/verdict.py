"""Trains the network of the text-to-batch explorer: is a sentence from a good review of a film?

    COURSE_DATA=FOLDER python -m bookkit.models.verdict [FILE]

writes ``book/assets/models/verdict.json``, or FILE. It needs Keras and the film reviews of
``datasets``, takes some minutes on two cores, and with KERAS_BACKEND=jax gives the committed file
again on the same versions; on another backend the weights come out otherwise.

The network reads sentences of 3 to 20 tokens, cut out of the reviews, and learns whether the review
was a positive one. Many sentences do not tell, so that even a perfect reader would often be wrong.
It is trained with a mask: its LSTM skips padding, and the embedding of id 0 stays as it was drawn.
What the LSTM does when it is made to read padding after all, nobody has taught it.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookkit.models import FOLDER
from course_utils import datasets, exporting
from course_utils.preprocessing.text import Vocabulary, normalise, pad, words

VOCABULARY = 2_000  # ids in all, padding and unknown included
EMBEDDING = 12
UNITS = 16
SHORTEST, LONGEST = 3, 20  # tokens of a sentence
BATCH = 256
UPDATES = 2_000
RATE = 0.005  # falls to zero along a cosine
HELD_OUT = 5_000  # sentences of the test part that accuracy is noted for
PADDED = (10, 20, 40)  # and how many steps of padding they are read with


def tokens(text: str) -> list[str]:
    """The words and marks of a text; the curly apostrophe of a telephone is made straight."""
    return words(normalise(text.replace("’", "'")))


def sentences(review: str) -> list[list[str]]:
    """The tokens of each sentence of a review that is neither too short nor too long."""
    parts = re.split(r"(?<=[.!?])\s+|\n+", review.replace("<br />", "\n"))
    cut = [tokens(part) for part in parts]
    return [sentence for sentence in cut if SHORTEST <= len(sentence) <= LONGEST]


def build(mask: bool, sequences: bool) -> Any:
    """The network: ids (batch, time) → probabilities (batch, 1), or (batch, time, 1) of each step.

    mask: whether the LSTM skips id 0.
    """
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(VOCABULARY, EMBEDDING, mask_zero=mask),
            layers.Dropout(0.2),
            layers.LSTM(UNITS, return_sequences=sequences),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def accuracy(path: Path, ids: list[list[int]], labels: NDArray[np.uint8]) -> dict[str, float]:
    """The share of right verdicts of the exported network, on sentences as they are ("masked"), and
    with steps of padding behind ("post 10") and in front ("pre 10") that it has to read.
    """
    network = exporting.load_exported(path)
    lengths = np.array([len(sentence) for sentence in ids])
    right: Counter[str] = Counter()
    for length in range(SHORTEST, LONGEST + 1):
        chosen = np.flatnonzero(lengths == length)
        rows, truth = np.array([ids[i] for i in chosen]).reshape(-1, length), labels[chosen] == 1
        zeros = np.zeros((len(rows), max(PADDED)), int)
        outputs, states = exporting.run(network, rows)
        right["masked"] += np.sum((outputs[:, -1, 0] > 0.5) == truth)
        behind = exporting.run(network, zeros, states)[0]
        for steps in PADDED:
            right[f"post {steps}"] += np.sum((behind[:, steps - 1, 0] > 0.5) == truth)
            states = exporting.run(network, zeros[:, :steps])[1]
            after = exporting.run(network, rows, states)[0]
            right[f"pre {steps}"] += np.sum((after[:, -1, 0] > 0.5) == truth)
    return {name: round(float(count / len(ids)), 3) for name, count in right.items()}


def main(path: Path, updates: int = UPDATES, seed: int = 0) -> None:
    """Trains the network and writes the file."""
    import keras

    parts = datasets.load("imdb").parts
    texts: dict[str, list[list[str]]] = {"train": [], "test": []}
    labels: dict[str, NDArray[np.uint8]] = {}
    for part, cut in texts.items():
        owners = []
        for review, label in zip(parts[f"{part}_texts"], parts[f"y_{part}"], strict=True):
            found = sentences(review)
            cut += found
            owners += [label] * len(found)
        labels[part] = np.array(owners, "uint8")
    vocabulary = Vocabulary.build(texts["train"], size=VOCABULARY)

    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = build(mask=True, sequences=False)
    rate = keras.optimizers.schedules.CosineDecay(RATE, updates)
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), keras.losses.BinaryCrossentropy())
    chosen = rng.integers(len(texts["train"]), size=updates * BATCH)
    known = [vocabulary.encode(sentence) for sentence in texts["train"]]
    x, _ = pad([known[i] for i in chosen], LONGEST)
    y = labels["train"][chosen].astype("float32")
    model.fit(x.astype("int32"), y, batch_size=BATCH, shuffle=False, verbose=0)

    shown = build(mask=False, sequences=True)
    shown.set_weights(model.get_weights())
    meta: dict[str, Any] = {"vocabulary": vocabulary.tokens[2:]}
    exporting.export_model(shown, path, meta=meta)
    asked = rng.choice(len(texts["test"]), HELD_OUT, replace=False)
    unseen = [vocabulary.encode(texts["test"][i]) for i in asked]
    meta["accuracy"] = accuracy(path, unseen, labels["test"][asked])
    print(len(known), "sentences", meta["accuracy"], flush=True)
    exporting.export_model(shown, path, meta=meta)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "verdict.json")
