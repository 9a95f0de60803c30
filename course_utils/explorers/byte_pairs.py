"""Byte-pair merges on a short text, one at a time, and how an unseen word is cut by them.

The merges, the rule for ties included, are those of ``preprocessing.text``: the text is normalised
and cut into words, and pairs are counted inside words only.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from course_utils.explorers._description import Choice, Explorer, Slider, Traces
from course_utils.preprocessing.text import BytePairs, normalise, pair_counts, words

MOST = 40  # merges
SHOWN = 6  # pairs in the table
OWN = ""  # instead of a text or a word: the reader types one
TEXTS = (
    "Call it high and call it clear, nine days on you'll have it here."
    " Call it low, and who can say? Ask the goat another day.",
    "low low low low low lower lower newest newest newest newest newest newest"
    " widest widest widest",
    "How much wood would a woodchuck chuck if a woodchuck could chuck wood?",
)
WORDS = ("nightcall", "lowest", "woodwork")


def compute(text: str, merges: int, word: str) -> Traces:
    """The pieces of the text after so many merges, the pairs to merge next, the pieces of the word.

    pieces: of all words, one after the other; the last of each word ends in END.
    left, right, counts: the pairs of neighbours, most frequent first, SHOWN at most; of equally
    frequent ones the one that is met first. The first is the next merge.
    merges: results of the merges made, in order; fewer than asked for when every word is one piece.
    symbols: kinds of pieces that there are, characters and END included. characters: pieces that
    the text had at first. cut: the pieces of the word.
    """
    tokens = words(normalise(text))
    often = Counter(tokens)
    pairs = BytePairs.train(often, merges)
    cut = {token: tuple(pairs.encode([token])) for token in often}
    counts = pair_counts({cut[token]: count for token, count in often.items()})
    best = sorted(counts.items(), key=lambda item: -item[1])[:SHOWN]  # stable: the first met stays
    letters = [symbol for token in often for symbol in BytePairs([]).encode([token])]
    return {
        "pieces": [piece for token in tokens for piece in cut[token]],
        "left": [left for (left, _), _ in best],
        "right": [right for (_, right), _ in best],
        "counts": np.array([count for _, count in best]),
        "merges": [left + right for left, right in pairs.merges],
        "symbols": len(set(letters)) + len(pairs.merges),
        "characters": len(BytePairs([]).encode(tokens)),
        "cut": pairs.encode(words(normalise(word))),
    }


EXPLORER = Explorer(
    name="byte-pairs",
    title="Byte pairs: the most frequent neighbours become one symbol",
    description=(
        "The words of the text in boxes, one for each piece; a dot is the end of a word. Pieces of"
        " the latest merge are filled, those of the next one have a dashed edge. Below, the most"
        " frequent pairs with their counts as bars, the merges so far, and the pieces of a word"
        " that the text may not have."
    ),
    parameters=(
        Choice(
            "text", "Text", (*((t, t) for t in TEXTS), (OWN, "your own, typed below")), TEXTS[0]
        ),
        Slider("merges", "Merges", 0, MOST, 1, 6, stepper=True),
        Choice("word", "Another word", (*((w, w) for w in WORDS), (OWN, "your own")), WORDS[0]),
    ),
    compute=compute,
    presets=(
        ("Characters only", {"merges": 0}),
        ("lower and newest give lowest", {"text": TEXTS[1], "merges": 9, "word": "lowest"}),
        ("Words come back as one piece", {"text": TEXTS[2], "merges": 20, "word": "woodwork"}),
    ),
)
