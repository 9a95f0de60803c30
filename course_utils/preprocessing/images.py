"""Pictures of handwriting, varied as hands vary."""

from __future__ import annotations

import numpy as np

__all__ = ["augment"]


def augment(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Digits turned, slanted, stretched and moved, with a thicker or thinner pen, each its own way.

    images: (n, 28, 28) floats in 0..1. Returns the same shape, type and range. The standard
    deviation of turns is 0.12 radians, of slants 0.15, of moves 0.8 pixels; stretches are within
    15 % of one.
    Raises ValueError for another shape or integer images.
    """
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"images has shape {images.shape}, expected (n, 28, 28)")
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"images is {images.dtype}, expected floats in 0..1: divide by 255 first")
    n, kind = len(images), images.dtype
    sizes = [[[0.12]], [[0.15]], [[0.8]], [[0.8]]]  # radians, slope, pixels, pixels
    turn, slant, move_y, move_x = rng.normal(0, sizes, (4, n, 1)).astype(kind)
    stretch_y, stretch_x = rng.uniform(0.85, 1.15, (2, n, 1)).astype(kind)

    # Where each pixel takes its ink from, between which four pixels, and how near to each.
    y, x = np.mgrid[:28, :28].reshape(2, 784).astype(kind) - 13.5
    from_y = stretch_y * (np.cos(turn) * y - np.sin(turn) * x) + move_y
    from_x = stretch_x * (np.sin(turn) * y + np.cos(turn) * x) + move_x + slant * y
    from_y, from_x = np.clip(from_y + 13.5, 0, 26.99), np.clip(from_x + 13.5, 0, 26.99)
    row, column = from_y.astype("int32"), from_x.astype("int32")
    down, right = from_y - row.astype(kind), from_x - column.astype(kind)
    flat, corner = images.reshape(-1), np.arange(n)[:, None] * 784 + row * 28 + column
    upper = flat[corner] * (1 - right) + flat[corner + 1] * right
    lower = flat[corner + 28] * (1 - right) + flat[corner + 29] * right
    warped = (upper * (1 - down) + lower * down).reshape(n, 28, 28)

    # A thin pen leaves the darkness of the palest neighbour, a thick one that of the darkest.
    p = np.pad(warped, ((0, 0), (1, 1), (1, 1)))
    cross = [warped, p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]]
    pen = rng.uniform(-0.5, 0.7, (n, 1, 1)).astype(kind)  # below 0: thinner
    thin, thick = np.minimum.reduce(cross), np.maximum.reduce(cross)
    return np.where(pen < 0, warped + pen * (warped - thin), warped + pen * (thick - warped))
