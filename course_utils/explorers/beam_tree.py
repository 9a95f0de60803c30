"""Beam search, grown step by step: what is kept, what is dropped, and which answer wins.

The network is the date translator of chapter 8. Where a date has no year there are many answers,
and the most probable character is not always the beginning of the most probable one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from course_utils import decoding, exporting
from course_utils.decoding import Candidate, Hypothesis
from course_utils.explorers._description import Choice, Explorer, Slider, Traces
from course_utils.explorers.date_translator import OWN, characters, network, read

MOST = 33  # characters that are written, the end included: three dates
SHOWN = 8  # candidates of a step, the most probable first
WIDEST = 5
EXAMPLES = (
    "8 de abril de",
    "16 May",
    "29 de enero de",
    "27 de mayo de 19",
    "March 1990",
    "1/2/3",
    "the 3rd of March '24",
    "le 1er mars 1974; Mar 3rd, '24",
)


def _step(states: Any, tokens: Any) -> tuple[np.ndarray, Any]:
    found = exporting.step(network(), tokens, states)
    with np.errstate(divide="ignore"):  # what is impossible has log p = -inf
        return np.log(found.probabilities), found.state


@lru_cache(maxsize=64)
def search(
    text: str, width: int, steps: int = MOST
) -> tuple[list[list[Candidate]], list[Hypothesis]]:
    """The tree of a beam search of so many steps, and its hypotheses, the most probable first.

    Raises ValueError for a character that the network cannot read.
    """
    write = str(network()["meta"]["write"])
    trees: list[list[list[Candidate]]] = []
    states = exporting.start(network(), [read(text)])
    (found,) = decoding.beam(
        _step,
        states,
        [len(write) + 1],
        end=len(write) + 2,
        width=width,
        max_length=steps,
        trees=trees,
    )
    return trees[0], found


def compute(text: str, width: int, step: int) -> Traces:
    """The tree after so many steps, what is in the beam then, and what greedy decoding writes.

    step: how many steps it has grown, all of them if there are fewer. In the traces `steps` is how
    many there are and `step` how many are shown. Of each of these, for its SHOWN most probable
    candidates: `tokens`, `parents` (the place of the one before it, -1 for the start), `log_p` of
    all characters so far, in nats, and `kept`, 0 or 1; all (step, SHOWN), -1 where there is none,
    and empty at the start.
    `found`, `found_log_p`, `found_length` and `ended` are those of the beam, the most probable
    first: the characters so far, without the end, and their number, the end counted.
    """
    write = str(network()["meta"]["write"])
    if not text:
        tree: list[list[Candidate]] = []
        step, found, greedy = 0, [], [Hypothesis((), 0.0, 0.0, True)]
    else:
        tree = search(text, width)[0]
        step = min(step, len(tree))
        found = search(text, width, step)[1] if step else []
        greedy = search(text, 1)[1]
    shape = (step, SHOWN) if step else (0,)
    tokens, parents, kept = (np.full(shape, -1) for _ in range(3))
    log_p = np.full(shape, -1.0)
    for row, candidates in enumerate(tree[:step]):
        for place, one in enumerate(candidates[:SHOWN]):
            tokens[row, place], parents[row, place] = one.token, one.parent
            log_p[row, place], kept[row, place] = one.log_probability, int(one.kept)
    return {
        "text": text,
        "characters": write,
        "steps": len(tree),
        "step": step,
        "tokens": tokens,
        "parents": parents,
        "log_p": log_p,
        "kept": kept,
        "found": [characters(list(one.tokens)) for one in found],
        "found_log_p": np.array([one.log_probability for one in found]),
        "found_length": np.array([len(one.tokens) for one in found]),
        "ended": np.array([int(one.ended) for one in found]),
        "greedy": characters(list(greedy[0].tokens)),
        "greedy_log_p": greedy[0].log_probability,
    }


EXPLORER = Explorer(
    name="beam-tree",
    title="Beam search, step by step",
    description=(
        "A tree that grows to the right, a column for each character that is written. Each box is a"
        " candidate with its character and the log-probability of all characters up to it, the"
        " most probable at the top; those that are kept are framed and go on, the others are grey."
        " Below, what is in the beam, with its log-probability as a whole and for each character."
    ),
    parameters=(
        Choice(
            "text",
            "What is read",
            (*((text, text) for text in EXAMPLES), (OWN, "your own, typed below")),
            EXAMPLES[0],
        ),
        Slider("width", "Width of the beam", 1, WIDEST, 1, 3),
        Slider("step", "Steps", 0, MOST, 1, 5, stepper=True),
    ),
    compute=compute,
    presets=(
        ("Greedy, to the end", {"width": 1, "step": MOST}),
        ("Width 5, to the end", {"width": 5, "step": MOST}),
        ("From the start", {"step": 0}),
    ),
    models=("dates",),
)
