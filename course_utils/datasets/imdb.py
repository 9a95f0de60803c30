"""Large Movie Review Dataset: reviews from IMDB, half of them positive (Maas et al. 2011)."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path
from random import Random

import numpy as np

from course_utils.datasets._find import Parts, Remote, Shipped, Variants

COUNT = 12_500  # reviews of each class, in each of train and test
FOLDERS = {
    f"aclImdb/{part}/{kind}": (part, label)
    for part in ("train", "test")
    for label, kind in enumerate(("neg", "pos"))
}


def _read(path: Path) -> Parts:
    """The archive folder by folder, as Keras' text_dataset_from_directory reads it unshuffled.

    First all negative reviews, then all positive ones; within a class by file name, as text
    ("10_4.txt" before "2_1.txt"). Each is as in its file, with the ``<br />`` of its web page.
    """
    found: dict[str, dict[str, str]] = {folder: {} for folder in FOLDERS}
    with tarfile.open(path) as archive:
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            file = archive.extractfile(member) if folder in found else None
            if file and re.fullmatch(r"\d+_\d+\.txt", name):
                found[folder][name] = file.read().decode("utf-8")
    for folder, reviews in found.items():
        if len(reviews) != COUNT:
            raise ValueError(f"{folder} has {len(reviews):,} reviews, expected {COUNT:,}")
    parts: Parts = {"train_texts": [], "test_texts": [], "y_train": [], "y_test": []}
    for folder, (part, label) in FOLDERS.items():
        parts[f"{part}_texts"] += [found[folder][name] for name in sorted(found[folder])]
        parts[f"y_{part}"] += [label] * COUNT
    for part in ("train", "test"):
        parts[f"y_{part}"] = np.array(parts[f"y_{part}"], np.uint8)
    return parts


FULL = Remote(
    licence="none stated, the reviews are their authors'; cite Maas et al. 2011",
    file="aclImdb_v1.tar.gz",
    url="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    read=_read,
)

# The small version: invented reviews of invented films ----------------------------------------


def _words(text: str) -> list[str]:
    return text.split("|")


MINI_COUNT = 300  # reviews of each class, in each of train and test
ASPECTS = _words(
    "the plot|the story|the music|the cast|the ending|the dialogue|the camera work|the pace"
    "|the first half|the second half|the humour|the lead|the chase at sea|the villain|the script"
    "|the acting|the lighting|the opening scene|the final twist|the song at the end"
)
WORDS = (  # what is said of an aspect: negative, positive
    _words(
        "dull|boring|clumsy|flat|tired|predictable|lifeless|confusing|silly|forgettable|weak|stale"
        "|shallow|cold|noisy|dreary"
    ),
    _words(
        "clever|charming|gripping|warm|fresh|moving|funny|bold|lovely|tender|sharp|memorable|strong"
        "|elegant|lively|superb"
    ),
)
VERDICTS = (
    (
        "I want those two hours back.",
        "We left before the lights came on.",
        "Save your money.",
        "I would not sit through it again.",
        "Do not let the poster fool you.",
    ),
    (
        "I would gladly sit through it again.",
        "We stayed until the lights came on.",
        "Worth every penny.",
        "I did not want it to end.",
        "Do not let the poster put you off.",
    ),
)
PLAIN = (
    "{Aspect} is {right}.",
    "{Aspect} is {right} and {right2}.",
    "I found {aspect} {right}.",
    "How {right} it all is!",
    "{Aspect} felt {right} from start to finish.",
)
NEGATED = (
    "{Aspect} is not {wrong} at all.",
    "{Aspect} is never {wrong}.",
    "I did not find {aspect} {wrong}.",
    "Nobody could call {aspect} {wrong}.",
    "{Aspect} is anything but {wrong}.",
)
CONTRAST = (
    "{Aspect} is {wrong}, but {other} is {right}.",
    "People told me it was {wrong}; I thought it was {right}.",
    "{Aspect} looks {wrong} at first and turns out to be {right}.",
    "Although {aspect} is {wrong}, {other} is {right}.",
)
NEUTRAL = (
    "{Lead} plays a {trade} in a town by the {place}.",
    "I saw it on a {day} with my {friend}.",
    "It runs for {minutes} minutes.",
    "{Lead} and {lead2} meet on a {place} and miss the last train.",
    "This is the {nth} film by {lead}.",
    "Half of it is set on a {place}.",
)
FILL = {
    "trade": _words("baker|lighthouse keeper|pilot|clockmaker|nurse|piano tuner|ferryman|spy"),
    "place": _words("river|lake|harbour|mountain|canal|desert road|railway|beach"),
    "day": _words("Monday|Tuesday|Friday|rainy Sunday|cold evening|summer night"),
    "friend": _words("sister|neighbour|father|class|grandmother|team|oldest friend"),
    "nth": _words("first|second|third|fourth|last"),
}
SYLLABLES = _words("mar|lo|ven|da|rik|su|han|bel|to|nia|kor|es|wil|fen|ra|ju")


def _mini() -> Parts:
    """Invented reviews, from a small grammar and a fixed seed; in the order of the real ones.

    Each sentence about an aspect of the film leans the way of its review: plainly, by denying the
    opposite ("not boring at all"), or against it ("dull, but ..."). So the order of words matters,
    and words alone, each counted, mislead in part. No review is there twice.
    """
    rng, seen = Random(0), set[str]()
    parts: Parts = {}
    for part in ("train", "test"):
        texts: list[str] = []
        for label in (0, 1):
            while len(texts) < (label + 1) * MINI_COUNT:
                text = _review(rng, label)
                if text not in seen:
                    seen.add(text)
                    texts.append(text)
        parts[f"{part}_texts"] = texts
    for part in ("train", "test"):
        parts[f"y_{part}"] = np.repeat(np.array([0, 1], np.uint8), MINI_COUNT)
    return parts


def _review(rng: Random, label: int) -> str:
    """One review, negative (0) or positive (1)."""
    sentences = [_sentence(rng, rng.choice(NEUTRAL), label) for _ in range(rng.randint(1, 3))]
    for _ in range(rng.randint(2, 6)):
        kind = rng.choices((PLAIN, NEGATED, CONTRAST), (50, 15, 35))[0]
        sentences.append(_sentence(rng, rng.choice(kind), label))
    if rng.random() < 0.15:
        sentences.append(rng.choice(VERDICTS[label]))
    place = rng.randrange(1, len(sentences))
    if rng.random() < 0.3:
        sentences[place] = "<br /><br />" + sentences[place]
    return " ".join(sentences).replace(" <br />", "<br />")


def _sentence(rng: Random, template: str, label: int) -> str:
    aspect, other = rng.sample(ASPECTS, 2)
    right, right2 = rng.sample(WORDS[label], 2)
    words = {name: rng.choice(choices) for name, choices in FILL.items()} | {
        "Aspect": aspect[0].upper() + aspect[1:],
        "aspect": aspect,
        "other": other,
        "right": right,
        "right2": right2,
        "wrong": rng.choice(WORDS[1 - label]),
        "minutes": rng.randint(70, 190),
        "Lead": _name(rng),
        "lead": _name(rng),
        "lead2": _name(rng),
    }
    return template.format_map(words)


def _name(rng: Random) -> str:
    """An invented name of two words, most of them seen once: what no vocabulary can hold."""
    first, last = rng.sample(SYLLABLES, 2), rng.sample(SYLLABLES, 3)
    return f"{''.join(first).capitalize()} {''.join(last).capitalize()}"


MINI = Shipped(
    licence="CC BY 4.0, invented reviews, the authors of Networks That Remember", read=_mini
)

VARIANTS: Variants = {None: FULL, "mini": MINI}
