"""What training needs that Keras does not have: profiles, seeds, and training until solved.

A chapter runs in one of three profiles. ``quick``, the default, is the page as it is built (small
data, few steps); ``full`` makes the book's numbers; ``smoke`` shows only that every cell runs: one
seed, a few updates, and the numbers of the text are looked up but not held.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["PROFILES", "pick", "profile", "set_seed", "until_solved"]

PROFILES = ("quick", "full", "smoke")
SMOKE_UPDATES = 2  # between two measurements, and there are two

T = TypeVar("T")
_AS_QUICK: Any = object()


def profile() -> str:
    """``quick``, ``full`` or ``smoke``: the environment variable COURSE_PROFILE, else ``quick``.

    ValueError for any other name.
    """
    name = os.environ.get("COURSE_PROFILE", "quick")
    if name not in PROFILES:
        raise ValueError(f"COURSE_PROFILE is {name!r}; it must be one of {', '.join(PROFILES)}")
    return name


def pick(*, quick: T, full: T = _AS_QUICK, smoke: T = _AS_QUICK) -> T:
    """The value of the current profile; where it has none of its own, that of ``quick``."""
    value = {"quick": quick, "full": full, "smoke": smoke}[profile()]
    return quick if value is _AS_QUICK else value


def set_seed(seed: int) -> None:
    """Seed Python, NumPy and the Keras backend, so that a training repeats."""
    import keras

    keras.utils.set_random_seed(seed)


def until_solved(
    model: Any,
    draw: Callable[[int], tuple[Any, Any]],
    measure: Callable[[Any], float],
    solved: Callable[[float], bool],
    *,
    steps: int,
    batch: int,
    every: int = 100,
) -> dict[str, dict[str, Any]]:
    """Train on fresh examples until the task is solved, or until `steps` updates are spent.

    model: compiled Keras model   draw: n -> x, y, n examples never seen before
    measure: model -> score, taken after every `every` updates   solved: score -> whether it is done
    Returns what `records.sweep` takes. Metrics: ``solved`` (1 or 0), ``steps`` (updates made) and
    ``score`` (the last). History, one entry a measurement: ``loss`` (mean training loss since the
    one before) and ``score``. Stops, too, when the loss is no longer finite: not solved. In the
    smoke profile there are two measurements at most, each after two updates.
    """
    if profile() == "smoke":
        every = min(every, SMOKE_UPDATES)
        steps = min(steps, 2 * every)
    losses: list[float] = []
    scores: list[float] = []
    done = 0
    while done < steps:
        count = min(every, steps - done)
        x, y = draw(count * batch)
        history = model.fit(x, y, batch_size=batch, shuffle=False, verbose=0).history
        done += count
        losses.append(float(history["loss"][0]))
        scores.append(float(measure(model)))
        if solved(scores[-1]) or not math.isfinite(losses[-1]):
            break
    metrics = {"solved": int(solved(scores[-1])), "steps": done, "score": scores[-1]}
    return {"metrics": metrics, "history": {"loss": losses, "score": scores}}
