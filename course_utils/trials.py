"""Trials of memory: one recurrent layer on one task of `course_utils.tasks`, until it is solved.

The same instrument for every layer of the course, so that only the layer differs: fresh examples
in every update, Adam with the global gradient norm clipped at 1, batches of 32, and a score on 1000
examples of its own after every 100 updates. Each trial returns what `records.sweep` takes, with the
metrics ``solved`` (1 or 0), ``steps`` (updates made), ``score`` and ``parameters``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from course_utils import tables, tasks, training

__all__ = ["adding", "copy_memory", "loss", "outcome", "report"]

BATCH, TEST = 32, 1000
Layer = Callable[..., Any]  # return_sequences -> a Keras layer


def adding(
    layer: Layer, length: int, *, rate: float, seed: int, steps: int = 3000
) -> dict[str, dict[str, Any]]:
    """Train ``layer(return_sequences=False)`` with one linear output on the adding problem.

    length: steps of a sequence   rate: Adam's learning rate   steps: updates at most
    The score is the mean squared error on the test examples; solved below 0.01 (a constant: 1/6).
    """
    import keras

    training.set_seed(seed)
    rng, apart = (np.random.default_rng([seed, part]) for part in (0, 1))
    x_test, y_test = tasks.adding(TEST, length, apart)
    model = keras.Sequential(
        [keras.Input((length, 2)), layer(return_sequences=False), keras.layers.Dense(1)]
    )
    return _trial(
        model,
        "mse",
        lambda n: tasks.adding(n, length, rng),
        lambda model: model.evaluate(x_test, y_test, batch_size=250, verbose=0),
        lambda score: score < 0.01,
        rate,
        steps,
    )


def copy_memory(
    layer: Layer, delay: int, *, rate: float, seed: int, steps: int = 10_000
) -> dict[str, dict[str, Any]]:
    """Train ``layer(return_sequences=True)`` with one dense output on copy memory.

    delay: steps between the last symbol and the signal   rate: Adam's learning rate
    steps: updates at most. The score is the share of the ten recalled symbols that are right on the
    test examples (guessing: 1/8); solved from 0.99 on. ``loss`` (metric): the cross-entropy over
    all delay + 20 steps of the test examples, in nats.
    """
    import keras

    training.set_seed(seed)
    rng, apart = (np.random.default_rng([seed, part]) for part in (0, 1))
    one_hot = np.eye(10, dtype=np.float32)
    x_test, y_test = tasks.copy_memory(TEST, delay, apart)
    x_test = one_hot[x_test]

    def draw(n: int) -> tuple[Any, Any]:
        x, y = tasks.copy_memory(n, delay, rng)
        return one_hot[x], y

    def recalled(model: Any) -> float:
        answers = model.predict(x_test, batch_size=250, verbose=0)[:, -10:].argmax(-1)
        return float(np.mean(answers == y_test[:, -10:]))

    model = keras.Sequential(
        [keras.Input((delay + 20, 10)), layer(return_sequences=True), keras.layers.Dense(10)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    result = _trial(model, loss, draw, recalled, lambda score: score >= 0.99, rate, steps)
    result["metrics"]["loss"] = model.evaluate(x_test, y_test, batch_size=250, verbose=0)
    return result


def _trial(
    model: Any,
    loss: Any,
    draw: Callable[[int], tuple[Any, Any]],
    measure: Callable[[Any], float],
    solved: Callable[[float], bool],
    rate: float,
    steps: int,
) -> dict[str, dict[str, Any]]:
    """Train as every trial does, and count the parameters; see `training.until_solved`."""
    import keras

    model.compile(keras.optimizers.Adam(rate, global_clipnorm=1.0), loss)
    result = training.until_solved(model, draw, measure, solved, steps=steps, batch=BATCH)
    result["metrics"]["parameters"] = model.count_params()
    return result


# --- what came of it -------------------------------------------------------------------------

Run = Mapping[str, Any]  # as `records.sweep` returns it, or a record holds it


def outcome(runs: Iterable[Run], *, percent: bool = False) -> str:
    """How the runs of one setting ended, in a table's few words: ``3 of 3; 533 ± 58 updates``.

    Where not all of them solved it, the scores of all, mean ± sd, stand in place of the updates
    (`percent`: as a share in %), and how many diverged.
    """
    metrics = [run["metrics"] for run in runs]
    updates = [m["steps"] for m in metrics if m["solved"]]
    words = f"{len(updates)} of {len(metrics)}"
    if len(updates) == len(metrics):
        return f"{words}; {tables.mean_sd(updates, scale=1, digits=0)} updates"
    scores = [m["score"] for m in metrics]
    return f"{words}; {_mean(scores, 100 if percent else 1, 0 if percent else 3, percent)}"


def loss(runs: Iterable[Run]) -> str:
    """The loss on the test examples at the end, in nats: ``0.0206 ± 0.0001``."""
    return _mean([run["metrics"]["loss"] for run in runs], 1, 4)


def _mean(values: list[float | None], scale: float, digits: int, percent: bool = False) -> str:
    finite = [value for value in values if value is not None]
    lost = len(values) - len(finite)  # a record has no numbers that are not finite
    parts = [tables.mean_sd(finite, scale=scale, digits=digits) + " %" * percent] if finite else []
    return ", ".join([*parts, *([f"{lost} diverged"] if lost else [])])


def report(runs: Iterable[Run]) -> None:
    """Print a line for each run: its name, the updates that it made, and its score at the end."""
    for run in runs:
        name, metrics = f"{run['experiment']} {run['setting']}", run["metrics"]
        score = "diverged" if metrics["score"] is None else f"{metrics['score']:.3f}"
        print(f"{name:24} updates {metrics['steps']:5}   score {score}")
