"""Trains the three small networks of the fill-the-blank explorer.

    python -m bookkit.models.fill_the_blank [FOLDER]

writes ``blank-left.json``, ``blank-right.json`` and, for the third, ``blank-both-before.json`` and
``blank-both-after.json`` to ``book/assets/models``, or to FOLDER. It needs Keras and the
Shakespeare of ``datasets``, takes some minutes on two cores, and with KERAS_BACKEND=jax gives the
committed files again on the same versions; on another backend the weights come out otherwise.

Each network says, at every place of a text, which of 65 characters stands there. ``left`` reads
from the left and has seen what comes before, ``right`` reads from the right and has seen what comes
after, and ``both`` joins a smaller reader of each kind, with no more weights in all. None has seen
the character that it is asked for. They learn from pieces that begin anywhere in the text; a
sentence is then given to them between two line ends.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from bookkit.models import FOLDER
from course_utils import datasets, exporting

EMBEDDING = 16
UNITS = 64
UNITS_OF_BOTH = 41  # each way: 20,949 weights in all, where one of 64 units has 21,009
LENGTH = 96  # characters asked for in a piece
BATCH = 64
UPDATES = 3_000
RATE = 0.005  # falls to zero along a cosine


def pieces(text: str, vocabulary: str, starts: np.ndarray) -> np.ndarray:
    """Ids (pieces, LENGTH + 2): the characters asked for, and one more on either side."""
    ids = np.array([vocabulary.index(c) for c in text], "int32")
    return ids[starts[:, None] + np.arange(LENGTH + 2)]


def read(kind: str, windows: np.ndarray) -> tuple[Any, np.ndarray]:
    """What a network of this kind is given, in its own order of reading, and what it should say."""
    before, after = windows[:, :-2], windows[:, :1:-1]
    asked = windows[:, 1:-1]
    if kind == "left":
        return before, asked
    if kind == "right":
        return after, asked[:, ::-1]
    return [before, after], asked


def build(kind: str, characters: int) -> Any:
    """One of the three networks: ids (batch, time) -> probabilities (batch, time, characters)."""
    import keras
    from keras import layers

    embedding = layers.Embedding(characters, EMBEDDING, name="embedding")
    answer = layers.Dense(characters, activation="softmax", name="answer")
    if kind != "both":
        inputs = keras.Input((None,), dtype="int32")
        states = layers.GRU(UNITS, return_sequences=True)(embedding(inputs))
        return keras.Model(inputs, answer(states))
    before, after = (keras.Input((None,), dtype="int32") for _ in range(2))
    forward = layers.GRU(UNITS_OF_BOTH, return_sequences=True, name="forward")
    backward = layers.GRU(UNITS_OF_BOTH, return_sequences=True, name="backward")
    back_in_order = keras.ops.flip(backward(embedding(after)), axis=1)
    states = layers.Concatenate()([forward(embedding(before)), back_in_order])
    return keras.Model([before, after], answer(states))


def nats(model: Any, kind: str, windows: np.ndarray, letters: np.ndarray) -> dict[str, float]:
    """Mean surprise at a held-out character: at all of them, at letters, and at spaces."""
    given, asked = read(kind, windows)
    chances = model.predict(given, batch_size=128, verbose=0)
    surprise = -np.log(np.take_along_axis(chances, asked[..., None], axis=2)[..., 0])
    chosen = {"all": asked >= 0, "letters": letters[asked], "spaces": asked == 1}
    return {name: round(float(surprise[where].mean()), 3) for name, where in chosen.items()}


def main(folder: Path, updates: int = UPDATES) -> None:
    """Trains all three and writes the files."""
    import keras

    data = datasets.load("shakespeare")
    vocabulary = "".join(sorted(set(data.train + data.test)))  # a line end, a space, the others
    cut = int(0.9 * len(data.train))
    starts = np.random.default_rng(0).integers(cut - LENGTH - 2, size=updates * BATCH)
    known = pieces(data.train[:cut], vocabulary, starts)
    held_out = data.train[cut:]
    unseen = pieces(held_out, vocabulary, np.arange(0, len(held_out) - LENGTH - 2, LENGTH))
    letters = np.array([c.isalpha() for c in vocabulary])
    for kind in ("left", "right", "both"):
        keras.utils.set_random_seed(0)
        model = build(kind, len(vocabulary))
        rate = keras.optimizers.schedules.CosineDecay(RATE, updates)
        model.compile(
            keras.optimizers.Adam(rate, clipnorm=1.0), keras.losses.SparseCategoricalCrossentropy()
        )
        given, asked = read(kind, known)
        model.fit(given, asked, batch_size=BATCH, shuffle=False, verbose=0)
        model.set_weights([weight.astype("float16") for weight in model.get_weights()])
        meta = {"vocabulary": vocabulary, "nats": nats(model, kind, unseen, letters)}
        print(kind, model.count_params(), meta["nats"], flush=True)
        if kind == "both":
            export_both(model, folder, meta)
        else:
            exporting.export_model(model, folder / f"blank-{kind}.json", meta=meta)


def export_both(model: Any, folder: Path, meta: dict[str, Any]) -> None:
    """``both`` as two chains, one for each direction, whose outputs are added before the softmax.

    Its last layer reads the two states side by side, so each chain takes its own rows of that
    layer's kernel; the bias goes with the first.
    """
    import keras

    kernel, bias = model.get_layer("answer").get_weights()
    halves = {
        "before": ("forward", [kernel[:UNITS_OF_BOTH], bias]),
        "after": ("backward", [kernel[UNITS_OF_BOTH:]]),
    }
    for side, (direction, weights) in halves.items():
        last = keras.layers.Dense(len(bias), use_bias=len(weights) == 2)
        first = [model.get_layer("embedding"), model.get_layer(direction)]
        chain = keras.Sequential([keras.Input((None,), dtype="int32"), *first, last])
        last.set_weights(weights)
        exporting.export_model(chain, folder / f"blank-both-{side}.json", meta=meta)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
