"""Lists of dates as people write them, and the same dates as ISO 8601 has them.

    "le 1er mars 1974; March 3rd, '24"   ->   "1974-03-01 2024-03-03"

A date is one of the 36,525 days from 1950 to 2049, 15.2 bits; n of them in a list are n times as
many. Everything that is needed stands in the input, in another language, order and form, so that an
encoder-decoder can be right on every one: what is measured is how much it can carry across.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np

__all__ = ["BITS", "ISO", "LANGUAGES", "WRITTEN", "as_written", "draw", "iso"]

FIRST = datetime.date(1950, 1, 1)
DAYS = (datetime.date(2050, 1, 1) - FIRST).days  # 36,525
BITS = float(np.log2(DAYS))  # information in one date, bits

BETWEEN, ISO_BETWEEN = "; ", " "  # two dates of a list

MONTHS = {
    "English": "January February March April May June July August September October November "
    "December",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
}
NAMES = {language: names.split() for language, names in MONTHS.items()}

Form = Callable[[datetime.date, list[str]], str]


def _ordinal(day: int) -> str:
    """The day with its English ending: 1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _short(year: int) -> str:
    return f"{year % 100:02d}"


# No form leaves open which is meant: numbers alone are the day first (as everywhere in Europe), and
# two digits of a year are of 1950 to 2049.
LANGUAGES: dict[str, tuple[Form, ...]] = {
    "English": (
        lambda d, names: f"{names[d.month - 1]} {d.day}, {d.year}",
        lambda d, names: f"{d.day} {names[d.month - 1]} {d.year}",
        lambda d, names: f"the {_ordinal(d.day)} of {names[d.month - 1]} '{_short(d.year)}",
        lambda d, names: f"{names[d.month - 1][:3]} {_ordinal(d.day)}, '{_short(d.year)}",
        lambda d, names: f"{d.day}/{d.month}/{_short(d.year)}",
    ),
    "French": (
        lambda d, names: f"le {'1er' if d.day == 1 else d.day} {names[d.month - 1]} {d.year}",
        lambda d, names: f"{d.day:02d}/{d.month:02d}/{d.year}",
    ),
    "German": (
        lambda d, names: f"{d.day}. {names[d.month - 1]} {d.year}",
        lambda d, names: f"{d.day}.{d.month}.{_short(d.year)}",
    ),
    "Spanish": (
        lambda d, names: f"{d.day} de {names[d.month - 1]} de {d.year}",
        lambda d, names: f"{d.day}-{d.month}-{d.year}",
    ),
}


def as_written(date: datetime.date, language: str, form: int) -> str:
    """`date` in one of the forms of `language`: ``as_written(d, "French", 0)``.

    ValueError for a language that is not in LANGUAGES, a form that it does not have, or a year
    outside 1950 to 2049.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}, expected one of {', '.join(LANGUAGES)}")
    forms = LANGUAGES[language]
    if not 0 <= form < len(forms):
        raise ValueError(f"form is {form}, and {language} has 0 to {len(forms) - 1}")
    if not 0 <= (date - FIRST).days < DAYS:
        raise ValueError(f"{date} is not from 1950 to 2049: two digits of a year would not say it")
    return forms[form](date, NAMES[language])


def iso(date: datetime.date) -> str:
    """`date` as ISO 8601 has it, ten characters: 2024-03-03."""
    return date.isoformat()


def draw(n: int, dates: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """`n` lists of `dates` dates each: as people write them, and in ISO form.

    Days are drawn uniformly, then a language, then one of its forms, anew for each date: neighbours
    in a list need not be alike. Returns two lists of n strings; those of the second have
    11 · dates − 1 characters. ValueError when n is below 0 or dates below 1.
    """
    if n < 0 or dates < 1:
        raise ValueError(f"n is {n} and dates is {dates}; expected 0 or more, and 1 or more")
    languages = list(LANGUAGES)
    written, answers = [], []
    for days in rng.integers(0, DAYS, (n, dates)):
        ones = [FIRST + datetime.timedelta(days=int(day)) for day in days]
        texts = []
        for one in ones:
            language = languages[rng.integers(len(languages))]
            texts.append(as_written(one, language, int(rng.integers(len(LANGUAGES[language])))))
        written.append(BETWEEN.join(texts))
        answers.append(ISO_BETWEEN.join(map(iso, ones)))
    return written, answers


def _characters() -> str:
    every = {
        as_written(datetime.date(year, month, day), language, form)
        for language, forms in LANGUAGES.items()
        for form in range(len(forms))
        for month in range(1, 13)
        for year, day in ((1967, 1), (2048, 22), (1953, 3), (1999, 14))
    }
    return "".join(sorted(set(BETWEEN).union(*every)))


WRITTEN = _characters()  # every character that a list as people write it can have
ISO = "".join(sorted(set("0123456789-" + ISO_BETWEEN)))  # and that of an answer
