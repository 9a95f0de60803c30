"""Synthetic tasks whose difficulty is one number, the distance over which to remember.

Each function draws `n` fresh examples from a generator that is passed in. :func:`baseline` is the
score of the best answer that remembers nothing: a model that is no better has learned no memory.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["adding", "baseline", "copy_memory", "parity", "temporal_order"]

Array = NDArray[Any]

BLANK, RECALL, SYMBOLS, COPIED = 0, 9, 8, 10  # copy memory: classes 0 and 9, 1 to 8; ten to copy


def adding(n: int, length: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """The adding problem: add the two marked numbers of a long row.

    After Hochreiter and Schmidhuber (1997). Returns x (n, length, 2) and y (n, 1), float32.
    x[..., 0] are numbers from U(0, 1); x[..., 1] is 1 at two steps and 0 elsewhere, one marker
    anywhere in the first half, one anywhere in the second (as Arjovsky, Shah and Bengio, 2016, have
    it; the code of Bai, Kolter and Koltun, 2018, draws any two steps). y is the sum of the two
    marked numbers. The loss is the mean squared error; the constant 1 has 1/6. ValueError for a
    length below 2.
    """
    _check(n, length, 2)
    x = np.zeros((n, length, 2), np.float32)
    x[..., 0] = rng.random((n, length))
    rows, half = np.arange(n), length // 2
    first, second = rng.integers(0, half, n), rng.integers(half, length, n)
    x[rows, first, 1] = x[rows, second, 1] = 1
    return x, x[rows, first, :1] + x[rows, second, :1]


def copy_memory(n: int, delay: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Copy memory: ten symbols, a long silence, and then all ten again, in order.

    Returns x and y, both (n, delay + 20), int32, classes 0 to 9. x is ten symbols from 1 to 8,
    delay − 1 blanks (0), and eleven recall markers (9); y is delay + 10 blanks, then the symbols
    (Arjovsky, Shah and Bengio, 2016, in the form of Bai, Kolter and Koltun, 2018). The loss is the
    cross-entropy over all delay + 20 steps. ValueError for a delay below 1.
    """
    _check(n, delay, 1)
    symbols = rng.integers(1, SYMBOLS + 1, (n, COPIED))
    x = np.full((n, delay + 2 * COPIED), BLANK, np.int32)
    y = x.copy()
    x[:, :COPIED] = symbols
    x[:, -COPIED - 1 :] = RECALL
    y[:, -COPIED:] = symbols
    return x, y


def temporal_order(n: int, length: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Temporal order: two marks, each A or B, in a row of noise; say which came first and second.

    Returns x (n, length, 6), one-hot, float32 (A, B and four distractors), and y (n,), int32: 0 for
    AA, 1 for AB, 2 for BA, 3 for BB. The marks stand at about 10 to 20 % and 50 to 60 % of the row
    (experiment 6a of Hochreiter and Schmidhuber, 1997, for any length). The loss is the
    cross-entropy; ln 4 is that of guessing. ValueError for a length below 10.
    """
    _check(n, length, 10)
    classes = rng.integers(2, 6, (n, length))
    rows, tenth = np.arange(n), length // 10
    marks = rng.integers(0, 2, (n, 2))
    for mark, start in zip(marks.T, (tenth, 5 * tenth), strict=True):
        classes[rows, start + rng.integers(0, tenth, n)] = mark
    y = 2 * marks[:, 0] + marks[:, 1]
    return np.eye(6, dtype=np.float32)[classes], y.astype(np.int32)


def parity(n: int, length: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Running parity of fair bits: after each bit, is the number of ones so far odd?

    Returns x (n, length, 1), float32, and y (n, length), int32, both 0 or 1. The loss is the
    cross-entropy; ln 2 is that of guessing, and from the second step on the bit alone says nothing.
    ValueError for a length below 1.
    """
    _check(n, length, 1)
    bits = rng.integers(0, 2, (n, length))
    return bits[..., None].astype(np.float32), (np.cumsum(bits, axis=1) % 2).astype(np.int32)


def baseline(task: str, **sizes: int) -> float:
    """The loss of the best answer without memory, in the unit of the task's loss.

    * ``baseline("adding")``: 1/6, the variance of the sum of two numbers from U(0, 1);
    * ``baseline("copy_memory", delay=D)``: 10 ln 8 / (D + 20) nats: blanks are known, each of the
      ten symbols is guessed among eight;
    * ``baseline("temporal_order")``: ln 4 nats;
    * ``baseline("parity")``: ln 2 nats a step, for all steps but the first.

    ValueError for another name, or when a size that counts is missing.
    """
    known: dict[str, Callable[..., float]] = {
        "adding": lambda: 1 / 6,
        "copy_memory": lambda delay: COPIED * math.log(SYMBOLS) / (delay + 2 * COPIED),
        "temporal_order": lambda: math.log(4),
        "parity": lambda: math.log(2),
    }
    if task not in known:
        raise ValueError(f"task is {task!r}, expected one of {', '.join(known)}")
    needed = {"delay"} if task == "copy_memory" else set()
    if set(sizes) != needed:
        raise ValueError(f"{task} needs {sorted(needed) or 'no size'}, and was given {sizes}")
    return known[task](**sizes)


def _check(n: int, length: int, shortest: int) -> None:
    if n < 1 or length < shortest:
        raise ValueError(
            f"n is {n} and the length {length}: expected at least 1 and {shortest} for this task"
        )
