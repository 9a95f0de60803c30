"""A sentence becomes tokens, ids and a padded row, and a trained LSTM reads the row in three ways.

The network was trained with a mask and has never read padding; ``bookkit/models/verdict.py`` trains
it and says how. Here it reads the row padded at the end, the row padded in front, and the row with
its mask, which is the sentence alone. Padding that is read moves most verdicts the same way,
towards "negative": a positive sentence is forgotten, a negative one stays right by luck.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import exporting
from course_utils.explorers._description import Choice, Explorer, Slider, Traces
from course_utils.preprocessing.text import Vocabulary, normalise, pad, words

STEPS = 60  # of the longest row; what a sentence has beyond is not shown
LONGEST = 160  # characters of a sentence that is typed
OWN = ""  # instead of a sentence: the reader types one
SENTENCES = (
    "I loved every minute of it.",
    "The best film of the year!",
    "What a waste of time.",
    "The story is boring, but the acting is good.",
    "The acting is good, but the story is boring.",
    "Magistrate the goat is wonderful.",
    "Not bad at all!",
)
SIDES = (("post", "at the end (post)"), ("pre", "in front (pre)"))


@cache
def network() -> dict[str, Any]:
    """The exported chain: Embedding, LSTM that returns sequences, Dense with a sigmoid."""
    return exporting.load_exported(exporting.model_path("verdict"))


@cache
def vocabulary() -> Vocabulary:
    """The words that the network knows."""
    return Vocabulary(network()["meta"]["vocabulary"])


def tokens(sentence: str) -> list[str]:
    """The words and marks of a sentence, as in training; the first STEPS of them."""
    return words(normalise(sentence.replace("’", "'")))[:STEPS]


@lru_cache(maxsize=512)
def read(ids: tuple[int, ...]) -> NDArray[np.float64]:
    """The probability of a positive review after each step of a row, (steps,)."""
    if not ids:
        return np.zeros(0)
    chances: NDArray[np.float64] = exporting.predict(network(), [ids])[0, :, 0]
    return chances


def unread() -> float:
    """The probability before anything is read: the LSTM's state is zero."""
    bias = network()["layers"][-1]["weights"]["bias"]
    return float(1 / (1 + np.exp(-bias[0])))


def compute(sentence: str, length: int, side: str) -> Traces:
    """Tokens, ids, the padded row, and the probability of "positive" as the row is read.

    words, ids: of each token, 1 where it is unknown. row, mask (length,): padded on the side that
    is asked for, and cut there when the sentence is longer.
    curves (3, length): after each step, of the row padded at the end, of the one padded in front,
    and of the first one with its mask: there, padding leaves the probability as it was.
    verdicts (3,): after the last step.
    """
    shown = tokens(sentence)
    ids = vocabulary().encode(shown)
    rows, masks = {}, {}
    for where in ("post", "pre"):
        row, mask = pad([ids], length, padding=where, truncating=where)
        rows[where], masks[where] = row[0].astype(int), mask[0]
    alone = read(tuple(rows["post"][masks["post"]].tolist()))
    last = alone[-1] if len(alone) else unread()
    curves = np.array(
        [
            read(tuple(rows["post"].tolist())),
            read(tuple(rows["pre"].tolist())),
            np.concatenate([alone, np.full(length - len(alone), last)]),
        ]
    )
    return {
        "words": shown,
        "ids": np.array(ids, int),
        "row": rows[side],
        "mask": masks[side].astype(int),
        "curves": curves,
        "verdicts": curves[:, -1],
    }


EXPLORER = Explorer(
    name="text-to-batch",
    title="From a sentence to a row of the batch, and what padding does to the verdict",
    description=(
        "The tokens of the sentence in boxes with their ids; unknown ones have a dashed edge and id"
        " 1. Below, the padded row of ids over its mask of ones and zeros. At the bottom, three"
        " verdicts as bars from 0 to 100 percent positive, each with a curve of the verdict after"
        " every step: padded at the end, padded in front, and with the mask."
    ),
    parameters=(
        Choice(
            "sentence",
            "Sentence",
            (*((s, s) for s in SENTENCES), (OWN, "your own, typed below")),
            SENTENCES[0],
        ),
        Slider("length", "Length of the row", 1, STEPS, 1, 40, unit="steps", stepper=True),
        Choice("side", "Row shown: padded and cut", SIDES, "post"),
    ),
    compute=compute,
    presets=(
        ("Turned round by padding", {"sentence": SENTENCES[1], "length": 60}),
        ("Cut off in front", {"sentence": SENTENCES[3], "length": 6, "side": "pre"}),
        ("Unknown words", {"sentence": SENTENCES[5], "length": 12}),
        ("Wrong without any padding", {"sentence": SENTENCES[6], "length": 5}),
    ),
    models=("verdict",),
)
