"""Electricity Transformer Temperature, hourly, one station (Zhou et al. 2021, Informer)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from course_utils.datasets._find import Parts, Remote, Shipped, Variants

HOURS = 17_420
COLUMNS = ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")
MONTH = 30 * 24  # hours, as Informer counts them


def _read(path: Path) -> Parts:
    """Times, values and names of the columns; the split of Informer, 12, 4 and 4 months.

    A window that forecasts the first hours of ``valid`` or ``test`` may look back past the border,
    as it does there; what it forecasts may not lie before it. The hours after ``test`` are unused.
    """
    lines = path.read_text("utf-8").splitlines()
    header = ",".join(("date", *COLUMNS))
    if lines[:1] != [header]:
        raise ValueError(f"its first line is {''.join(lines[:1])!r}, expected {header!r}")
    if len(lines) != HOURS + 1:
        raise ValueError(f"it has {len(lines) - 1:,} hours, expected {HOURS:,}")
    rows = [line.split(",") for line in lines[1:]]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(COLUMNS) + 1:
            raise ValueError(f"line {number} has {len(row)} fields, expected {len(COLUMNS) + 1}")
    times = np.array([row[0] for row in rows], "datetime64[s]").astype("datetime64[h]")
    values = np.array([row[1:] for row in rows], np.float64)
    if (np.diff(times) != np.timedelta64(1, "h")).any():
        place = int(np.argmax(np.diff(times) != np.timedelta64(1, "h")))
        raise ValueError(f"after {times[place]} comes {times[place + 1]}, expected the next hour")
    if not np.isfinite(values).all():
        hour, column = np.argwhere(~np.isfinite(values))[0]
        raise ValueError(f"{COLUMNS[column]} is {values[hour, column]} at {times[hour]}")
    return _split(times, values, MONTH)


def _split(times: np.ndarray, values: np.ndarray, unit: int) -> Parts:
    """The parts of a series; 12, 4 and 4 units (of so many hours) as slices along time."""
    return {
        "times": times,
        "values": values,
        "columns": COLUMNS,
        "train": slice(0, 12 * unit),
        "valid": slice(12 * unit, 16 * unit),
        "test": slice(16 * unit, 20 * unit),
    }


def _mini() -> Parts:
    """An invented series of 20 weeks, from a fixed seed, split at 12, 4 and 4 weeks.

    Loads that go with the hour and rest at the weekend, and an oil temperature that follows them
    slowly while it falls from summer to winter. To three decimals, so that it is the same anywhere.
    """
    rng = np.random.default_rng(0)
    week = 7 * 24
    times = np.arange("2030-07-01", "2030-11-18", dtype="datetime64[h]")  # from a Monday
    hour = np.arange(len(times))
    day, resting = 2 * np.pi * hour / 24, hour % week >= 5 * 24
    shape = -np.cos(day) - 0.5 * np.cos(2 * day) - 1.2 * resting  # low by night, two humps by day
    season = hour / len(hour)  # 0..1
    drift = {name: _wandering(rng, len(hour), 0.9) for name in "HML"}
    loads = [
        9 + 5 * shape - 2 * season + 2.5 * drift["H"],
        2.3 + 0.9 * np.sin(day) + 0.8 * drift["M"],
        5 + 4.8 * shape - 2 * season + 2.4 * drift["H"],
        0.9 + 0.8 * np.sin(day) + 0.7 * drift["M"],
        3 - 0.5 * np.cos(day) + 0.8 * season + 0.6 * drift["L"],
        0.9 + 0.2 * np.sin(day) + 0.2 * season + 0.3 * drift["L"],
    ]
    loads = [load + 0.1 * load.std() * rng.standard_normal(len(hour)) for load in loads]
    heat = np.convolve(loads[0], np.full(12, 1 / 12))[: len(hour)]  # the mean of twelve hours
    oil = 24 - 16 * season + 0.5 * heat + 1.5 * _wandering(rng, len(hour), 0.99)
    values = np.round(np.stack([*loads, oil], axis=1), 3)
    return _split(times, values, week)


def _wandering(rng: np.random.Generator, n: int, memory: float) -> np.ndarray:
    """Autoregressive noise of variance 1: each hour keeps the share ``memory`` of the last."""
    noise = rng.standard_normal(n)
    noise[1:] *= np.sqrt(1 - memory**2)
    for t in range(1, n):
        noise[t] += memory * noise[t - 1]
    return noise


FULL = Remote(
    licence="CC BY-ND 4.0, Haoyi Zhou and others (ETDataset)",
    file="ETTh1.csv",
    url="https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/ETTh1.csv",
    sha256="f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066",
    read=_read,
)
MINI = Shipped(
    licence="CC BY 4.0, an invented series, the authors of Networks That Remember", read=_mini
)

VARIANTS: Variants = {None: FULL, "mini": MINI}
