"""What training needs that Keras does not have: profiles, seeds, and training until solved."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["pick", "profile", "set_seed", "until_solved"]

T = TypeVar("T")


def profile() -> str:
    """``quick`` (small data, few steps: the default) or ``full`` (the book's numbers).

    Read from the environment variable COURSE_PROFILE; ValueError for any other name.
    """
    name = os.environ.get("COURSE_PROFILE", "quick")
    if name not in {"quick", "full"}:
        raise ValueError(f"COURSE_PROFILE is {name!r}; it must be 'quick' or 'full'")
    return name


def pick(*, quick: T, full: T) -> T:
    """The one of two values that belongs to the current profile."""
    return quick if profile() == "quick" else full


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
    one before) and ``score``. Stops, too, when the loss is no longer finite: not solved.
    """
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
