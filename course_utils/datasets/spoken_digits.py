"""Free Spoken Digit Dataset: the digits 0 to 9, read by six people (Jackson and others, 2016)."""

from __future__ import annotations

import io
import wave
import zipfile
from itertools import product
from pathlib import Path

import numpy as np

from course_utils.datasets._find import Parts, Remote, Shipped, Variants

RATE = 8000  # samples a second
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
TAKES = 50  # recordings of a digit by a speaker; the first tenth is for testing


def _read(path: Path) -> Parts:
    """Recordings in the order of digit, speaker and index, as in the archive of version 1.0.10.

    The folder ``recordings`` may lie within another, as in the archive that GitHub makes.
    """
    recordings = []
    with zipfile.ZipFile(path) as archive:
        places = {
            name.rpartition("/")[2]: name
            for name in archive.namelist()
            if f"/{name}".rpartition("/")[0].endswith("/recordings")
        }
        wanted = [f"{d}_{s}_{i}.wav" for d, s, i in product(range(10), SPEAKERS, range(TAKES))]
        missing = [name for name in wanted if name not in places]
        if missing:
            raise ValueError(
                f"it lacks {len(missing):,} of {len(wanted):,} recordings, the first "
                f"recordings/{missing[0]}"
            )
        for name in wanted:
            recordings.append(_samples(name, archive.read(places[name])))
    return _parts(recordings, SPEAKERS, TAKES)


def _samples(name: str, content: bytes) -> np.ndarray:
    """The samples of a WAV file, int16 (time,)."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            form = file.getnchannels(), 8 * file.getsampwidth(), file.getframerate()
            length = file.getnframes()
            frames = file.readframes(length)
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{name} is no WAV file ({str(error) or 'it ends too soon'})") from error
    if form != (1, 16, RATE):
        raise ValueError(
            f"{name} has {form[0]} channels of {form[1]} bits at {form[2]} Hz, "
            f"expected 1 of 16 bits at {RATE} Hz"
        )
    if len(frames) != 2 * length or not length:
        raise ValueError(f"{name} has {len(frames) // 2} samples, its head says {length}")
    return np.frombuffer(frames, "<i2").astype(np.int16)


def _parts(recordings: list[np.ndarray], speakers: tuple[str, ...], takes: int) -> Parts:
    """The recordings with their labels, in the order of digit, speaker and index."""
    digits, names, indices = zip(*product(range(10), speakers, range(takes)), strict=True)
    return {
        "recordings": recordings,
        "labels": np.array(digits, np.uint8),
        "speakers": np.array(names),
        "indices": np.array(indices),
        "is_test": np.array(indices) < takes // 10,
        "rate": RATE,
    }


FULL = Remote(
    licence="CC BY-SA 4.0, Zohar Jackson and others (Free Spoken Digit Dataset)",
    file="free-spoken-digit-dataset.zip",
    url="https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.zip",
    sha256=None,
    read=_read,
)

# The small version: tones in place of voices --------------------------------------------------

MINI_TAKES = 20
VOICES = {  # speaker: pitch in Hz, length of the vocal tract as a factor on the formants
    "ada": (215, 1.17),
    "bruno": (95, 0.86),
    "chloe": (190, 1.08),
    "dev": (120, 0.93),
    "emil": (140, 1.0),
    "fay": (240, 1.26),
}
FORMANTS = (  # of each digit: the two formants at its start and at its end, Hz
    ((350, 2000), (450, 900)),
    ((400, 800), (700, 1200)),
    ((320, 1700), (330, 950)),
    ((500, 1300), (300, 2200)),
    ((550, 950), (450, 850)),
    ((700, 1150), (420, 1900)),
    ((400, 1900), (420, 2000)),
    ((550, 1750), (500, 1350)),
    ((520, 1800), (330, 2250)),
    ((720, 1250), (380, 1900)),
)


def _mini() -> Parts:
    """Tones made from a fixed seed: two formants that glide with the digit, buzzing at a pitch.

    Six "speakers" differ in pitch and in a factor on all formants; takes of one speaker differ a
    little in both, in length (0.2 to 0.4 seconds) and in loudness, under some noise.
    """
    rng = np.random.default_rng(0)
    recordings = [
        _tone(rng, FORMANTS[digit], *VOICES[speaker])
        for digit, speaker, _ in product(range(10), VOICES, range(MINI_TAKES))
    ]
    return _parts(recordings, tuple(VOICES), MINI_TAKES)


def _tone(
    rng: np.random.Generator,
    formants: tuple[tuple[int, int], tuple[int, int]],
    pitch: float,
    tract: float,
) -> np.ndarray:
    """One take, int16 (time,): its formants run evenly from those of the start to the end's."""
    n = int(RATE * rng.uniform(0.2, 0.4))
    time, part = np.arange(n) / RATE, np.linspace(0, 1, n)
    pitch, tract = pitch * rng.normal(1, 0.04), tract * rng.normal(1, 0.03)
    start, end = (np.array(pair) * tract * rng.normal(1, 0.03, 2) for pair in formants)
    hertz = start + part[:, None] * (end - start)  # (time, 2)
    tones = np.sin(2 * np.pi * np.cumsum(hertz, axis=0) / RATE) @ [1.0, 0.6]
    buzz = (0.5 + 0.5 * np.cos(2 * np.pi * pitch * time)) ** 2
    sound = np.sin(np.pi * part) * tones * buzz + rng.normal(0, 0.05, n)
    return np.round(rng.uniform(3000, 12_000) * sound).astype(np.int16)


MINI = Shipped(
    licence="CC BY 4.0, generated tones, the authors of Networks That Remember", read=_mini
)

VARIANTS: Variants = {None: FULL, "mini": MINI}
