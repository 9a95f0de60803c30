"""Dates as people write them, translated into ISO form: where attention looks, and what follows.

The network is the encoder-decoder of chapter 8: two LSTMs and attention, trained on lists of one to
four dates. Two ways lead from what it reads to what it writes: the last state of the encoder, and
attention. Either can be narrowed, and at one step attention can be moved to another character.
"""

from __future__ import annotations

import datetime
import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from course_utils import dates, exporting
from course_utils.explorers._description import Choice, Explorer, Slider, Traces

LONGEST = 80  # characters that are read
MOST = 44  # characters that are written, the end included: four dates
OWN = ""  # instead of an example: the reader types
EXAMPLES = (
    "le 1er mars 1974; Mar 3rd, '24",
    "the 3rd of March '24",
    "le 14 juillet 1989; November 9, 1989; 3. Oktober 1990",
    "4 de julio de 1976; 29-2-2000",
    "5/6/07; 6.7.08; 07/08/2009",
    "18 June 1815",
)
NAMES = [names.lower().split() for names in dates.MONTHS.values()]


@cache
def network() -> dict[str, Any]:
    """The exported encoder-decoder; `meta` has the characters that it reads and writes."""
    return exporting.load_exported(exporting.model_path("dates"))


def alphabet() -> str:
    """The characters that it can read; a character's id is its place here plus 1."""
    return str(network()["meta"]["read"])


def read(text: str) -> list[int]:
    """The ids of a text's characters; ValueError for one that the network cannot read."""
    known = alphabet()
    if unknown := sorted(set(text) - set(known)):
        raise ValueError(f"the network cannot read {unknown[0]!r}, only {known!r}")
    return [known.index(c) + 1 for c in text]


class Answer(NamedTuple):
    """What was written, token by token.

    tokens: ids, at most MOST, the last one the end if it came, (steps,)
    probabilities: of each token at each step, (steps, tokens)
    weights: attention for each character that was read, (steps, characters)
    """

    tokens: list[int]
    probabilities: np.ndarray
    weights: np.ndarray


@lru_cache(maxsize=64)
def translate(
    text: str, state: float = 1.0, attention: float = 1.0, moved: tuple[int, int] | None = None
) -> Answer:
    """The most probable token, one after the other.

    state, attention: what the numbers that the encoder hands over, and the weights of attention at
    every step, are multiplied by
    moved: (step, character), counted from 0: that step gives all attention to that character
    Raises ValueError for a character that the network cannot read.
    """
    ids, written = read(text), str(network()["meta"]["write"])
    start, end = len(written) + 1, len(written) + 2
    if not text:
        return Answer([], np.zeros((0, end + 1)), np.zeros(0))
    states = exporting.start(network(), [ids])
    states["decoder"] = [tuple(state * part for part in layer) for layer in states["decoder"]]
    tokens, probabilities, weights = [start], [], []
    while len(tokens) <= MOST and tokens[-1] != end:
        looked = np.asarray(exporting.step(network(), tokens[-1:], states).weights)
        if moved and moved[0] == len(tokens) - 1:
            looked = np.eye(len(text))[[moved[1]]]
        given = attention * looked
        found = exporting.step(network(), tokens[-1:], states, given)
        tokens.append(int(found.probabilities.argmax()))
        probabilities.append(found.probabilities[0])
        weights.append(given[0])
        states = found.state
    return Answer(tokens[1:], np.array(probabilities), np.array(weights))


def characters(tokens: list[int]) -> str:
    """What the tokens say, without the end."""
    written = str(network()["meta"]["write"])
    return "".join(written[token - 1] for token in tokens if token <= len(written))


def meant(text: str) -> str:
    """The dates that a text names, in ISO form, a space between them; "" where that is not plain.

    A date has a day, a month and a year, in this order, the year first if it has four digits; a
    month's name, in any of the languages and as short as three letters, may stand anywhere.
    """
    found = [_date(part) for part in text.split(";")]
    return " ".join(found) if all(found) else ""


def _date(text: str) -> str:
    words = [word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) > 2]
    named = {
        month
        for names in NAMES
        for month, name in enumerate(names, 1)
        for word in words
        if name.startswith(word)
    }
    numbers = re.findall("[0-9]+", text)
    if len(numbers) + len(named) != 3 or len(named) > 1:
        return ""
    if len(numbers[0]) == 4:
        numbers.reverse()
    day, year = int(numbers[0]), int(numbers[-1])
    month = named.pop() if named else int(numbers[1])
    if len(numbers[-1]) == 2:
        year += 1900 if year >= 50 else 2000
    if year < 1000:
        return ""
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""


def compute(text: str, at: int, look: int, state: float, attention: float) -> Traces:
    """What the network writes, what it would write if it were left alone, and what was meant.

    at: the step that is looked at, from 1; 0 is none   look: the character that gets all of this
    step's attention, from 1; 0 leaves it alone   state, attention: the share let through, %
    `at` and `look` are the last ones where they are beyond the end. In the traces `place` and
    `look` count from 0, and -1 is none. `weights` (steps, characters) and `given`, the probability
    of each token (steps,), are of what is written, the end included where it `ended`. `looked`
    (2, characters) and `probabilities` (2, tokens) are those of step `place`, its attention left
    where it was, and moved; without a step they are 0.
    """
    shares = (state / 100, attention / 100)
    base = translate(text, *shares)
    place = min(at, len(base.tokens)) - 1
    to = min(look, len(text)) - 1 if place >= 0 else -1
    answer = translate(text, *shares, (place, to)) if to >= 0 else base
    write = str(network()["meta"]["write"])
    looked, probabilities = np.zeros((2, len(text))), np.zeros((2, len(write) + 3))
    if place >= 0:
        looked = np.array([one.weights[place] for one in (base, answer)])
        probabilities = np.array([one.probabilities[place] for one in (base, answer)])
    return {
        "text": text,
        "meant": meant(text),
        "untouched": characters(translate(text).tokens),
        "written": characters(answer.tokens),
        "ended": len(characters(answer.tokens)) < len(answer.tokens),
        "place": place,
        "look": to,
        "weights": answer.weights,
        "given": answer.probabilities[range(len(answer.tokens)), answer.tokens],
        "looked": looked,
        "probabilities": probabilities,
        "characters": write,
    }


EXPLORER = Explorer(
    name="date-translator",
    title="The date translator: where it looks, and what it writes",
    description=(
        "Above, the dates as they were typed; below, the characters that the network writes. A line"
        " joins each written character with each typed one that it looked at, the thicker the more"
        " attention. Over each typed character a bar: its attention from the chosen character, or"
        " from all of them together. For a chosen character, the five likeliest ones, with their"
        " probabilities as bars."
    ),
    parameters=(
        Choice(
            "text",
            "Dates",
            (*((text, text) for text in EXAMPLES), (OWN, "your own, typed below")),
            EXAMPLES[0],
        ),
        Slider("at", "Written character (0: all)", 0, MOST, 1, 0, stepper=True),
        Slider("look", "Move its attention to (0: leave it)", 0, LONGEST, 1, 0),
        Slider("state", "State let through", 0, 100, 5, 100, unit="%"),
        Slider("attention", "Attention let through", 0, 100, 5, 100, unit="%"),
    ),
    compute=compute,
    presets=(
        ("Make it look elsewhere", {"at": 3, "look": 29}),
        ("Attention alone", {"state": 0}),
        ("State alone", {"attention": 0}),
    ),
    models=("dates",),
)
