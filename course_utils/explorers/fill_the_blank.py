"""One character of a sentence is struck out, and three networks say what stood there.

One network reads from the left and knows what comes before the blank, one reads from the right and
knows what comes after, and one does both with no more weights. They learned Shakespeare, character
by character; ``bookkit/models/fill_the_blank.py`` trains them and says how.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np

from course_utils import exporting
from course_utils.explorers._description import Choice, Explorer, Slider, Traces

NETWORKS = ("left", "both", "right")  # as their bars stand beside each other
CHAINS = ("left", "both-before", "both-after", "right")  # of layers, as they were exported
LONGEST = 60  # characters of a sentence
OWN = ""  # instead of a sentence: the reader types one
SENTENCES = (
    "How could I forget that voice?",
    "You went home and ate your supper.",
    "What goes out comes back.",
    "She was shovelling coal into the stove.",
    "Ask the goat another day.",
    "My lord, the king is dead.",
    "I love pizza.",
)


@cache
def network(name: str) -> dict[str, Any]:
    """One of the exported chains: "left", "right", and the two of both, one for each direction."""
    return exporting.load_exported(exporting.model_path(f"blank-{name}"))


def vocabulary() -> str:
    """The 65 characters of Shakespeare; a character's id is its place here."""
    return str(network("left")["meta"]["vocabulary"])


@lru_cache(maxsize=64)
def read(sentence: str) -> np.ndarray:
    """What each network expects at each place: (3 networks, characters of the sentence, 65).

    The sentence stands between two line ends, and no network sees the character it is asked for.
    Raises ValueError for a character that is not in the vocabulary.
    """
    known = vocabulary()
    if unknown := sorted(set(sentence) - set(known)):
        raise ValueError(f"the networks know no {unknown[0]!r}, only {known!r}")
    if not sentence:
        return np.zeros((len(NETWORKS), 0, len(known)))
    before = np.array([[known.index(c) for c in "\n" + sentence[:-1]]])
    after = np.array([[known.index(c) for c in "\n" + sentence[:0:-1]]])
    left = exporting.predict(network("left"), before)
    right = exporting.predict(network("right"), after)[:, ::-1]
    scores = exporting.predict(network("both-before"), before)
    scores = scores + exporting.predict(network("both-after"), after)[:, ::-1]
    both = np.exp(scores - scores.max(axis=2, keepdims=True))
    both /= both.sum(axis=2, keepdims=True)
    return np.concatenate([left, both, right])


def compute(sentence: str, at: int) -> Traces:
    """The blank's place, what the networks expect there, and what they gave each true character.

    place: counted from 0, the last one if `at` is beyond the end; probabilities (3, 65) at that
    place and given (3, characters) of what stands everywhere, from the left, both and the right
    network. Without a sentence there is no blank: place is -1, and all probabilities are 0.
    """
    expected = read(sentence)
    place = min(at, len(sentence)) - 1
    ids = [vocabulary().index(c) for c in sentence]
    return {
        "characters": vocabulary(),
        "text": sentence,
        "place": place,
        "probabilities": expected[:, place] if sentence else np.zeros((3, len(vocabulary()))),
        "given": expected[:, range(len(sentence)), ids],
    }


EXPLORER = Explorer(
    name="fill-the-blank",
    title="Fill the blank: from the left, from the right, from both",
    description=(
        "The sentence, one character crossed out. Under each character three bars: the probability"
        " that the network from the left, the one from both sides and the one from the right give"
        " to what stands there. Below, for each network, its five likeliest characters for the"
        " blank, with their probabilities as bars."
    ),
    parameters=(
        Choice(
            "sentence",
            "Sentence",
            (*((s, s) for s in SENTENCES), (OWN, "your own, typed below")),
            SENTENCES[0],
        ),
        Slider("at", "Blank: character number", 1, LONGEST, 1, 7, stepper=True),
    ),
    compute=compute,
    presets=(
        ("The left knew", {"sentence": "My lord, the king is dead.", "at": 7}),
        ("The right knew", {"sentence": "She was shovelling coal into the stove.", "at": 16}),
        ("Nobody knew", {"sentence": "I love pizza.", "at": 10}),
    ),
    models=tuple(f"blank-{chain}" for chain in CHAINS),
)
