"""Pictures of handwriting, varied as hands vary."""

from __future__ import annotations

import numpy as np

__all__ = ["augment", "european"]


def _refuse(images: np.ndarray) -> None:
    """ValueError unless these are floats of shape (n, 28, 28)."""
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"images has shape {images.shape}, expected (n, 28, 28)")
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"images is {images.dtype}, expected floats in 0..1: divide by 255 first")


def augment(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Digits turned, slanted, stretched and moved, with a thicker or thinner pen, each its own way.

    images: (n, 28, 28) floats in 0..1. Returns the same shape, type and range. The standard
    deviation of turns is 0.12 radians, of slants 0.15, of moves 0.8 pixels; stretches are within
    15 % of one.
    Raises ValueError for another shape or integer images.
    """
    _refuse(images)
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


def european(images: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Some ones and sevens as they are written in Europe; all other images as they are.

    images: (n, 28, 28) floats in 0..1, a digit each   labels: (n,) the digits
    Returns the same shape, type and range. Half of the ones get a flag: a stroke from the top, down
    to the left, 20 to 70 % as long as the 1, at 20 to 50 degrees to it and at most 60 to the
    vertical; a third of these get a foot, too. Half of the sevens get a bar through the middle. The
    pen is about the digit's, and the centre of mass stays where it was, to a pixel. What has ink in
    one row or none stays as it is.
    Raises ValueError for other shapes or integer images.
    """
    _refuse(images)
    if labels.shape != images.shape[:1]:
        raise ValueError(f"labels has shape {labels.shape}, expected {images.shape[:1]}")
    chosen = rng.random(len(images)) < 0.5
    varied = images.copy()
    for digit, strokes in ((1, _flag_and_foot), (7, _bar)):
        of = np.flatnonzero(chosen & (labels == digit) & (_rows_of_ink(images).sum(axis=1) > 1))
        if len(of):
            varied[of] = _with_strokes(images[of], strokes(images[of], rng))
    return varied


def _rows_of_ink(images: np.ndarray) -> np.ndarray:
    """Which rows of each image have ink: (n, 28)."""
    return images.max(axis=2) > 0.5


def _within(images: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Points (n, 2), x and y: the middle of the ink at a share, (n,) or one, of the height."""
    rows = _rows_of_ink(images)
    top, bottom = rows.argmax(axis=1), 27 - rows[:, ::-1].argmax(axis=1)
    y = np.rint(top + share * (bottom - top)).astype(int)
    row = images[np.arange(len(images)), y] + 1e-6  # a gap's middle is the picture's
    return np.stack([(row @ np.arange(28)) / row.sum(axis=1), y], axis=1)


def _towards(x: np.ndarray | float, y: np.ndarray | float, length: np.ndarray) -> np.ndarray:
    """Vectors (n, 2), each `length` (n,) times its direction x, y."""
    return np.stack([x * length, y * length], axis=1)


def _flag_and_foot(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Segments (n, 2, 2, 2): a flag, and a foot or the flag once more; each from and to (x, y)."""
    n = len(images)
    top, bottom = _within(images, 0.0), _within(images, 1.0)
    x, y = (bottom - top).T
    length = rng.uniform(0.2, 0.7, n) * np.hypot(x, y)
    angle = np.arctan2(-x, y) + np.radians(rng.uniform(20, 50, n))  # from straight down
    angle = np.minimum(angle, np.radians(60))
    flag = np.stack([top, top + _towards(-np.sin(angle), np.cos(angle), length)], axis=1)
    half = _towards(1.0, 0.0, rng.uniform(0.1, 0.3, n) * y)
    foot = np.stack([bottom - half, bottom + half], axis=1)
    standing = rng.random((n, 1, 1)) < 1 / 3
    return np.stack([flag, np.where(standing, foot, flag)], axis=1)


def _bar(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Segments (n, 1, 2, 2): a bar through the middle of a 7, from and to (x, y)."""
    n = len(images)
    middle = _within(images, rng.uniform(0.4, 0.6, n))
    half, tilt = rng.uniform(3, 5, n), rng.uniform(-0.3, 0.1, n)  # pixels, radians: up to the right
    along = _towards(np.cos(tilt), np.sin(tilt), half)
    return np.stack([middle - along, middle + along], axis=1)[:, None]


def _with_strokes(images: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Images (n, 28, 28) with their segments (n, strokes, 2, 2) drawn, each in its own pen.

    A pen's width is the ink divided by the height, which a digit of one long stroke has about once.
    """
    y, x = np.mgrid[:28, :28]
    height = _rows_of_ink(images).sum(axis=1)
    pen = np.clip(images.sum(axis=(1, 2)) / height / 2, 0.7, 1.5)[:, None, None]
    drawn = images
    for a, b in segments.transpose(1, 2, 3, 0)[..., None, None]:  # each (2, n, 1, 1)
        along = b - a
        t = ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / (along**2).sum(axis=0)
        t = np.clip(t, 0, 1)
        distance = np.hypot(x - a[0] - t * along[0], y - a[1] - t * along[1])
        ink = np.clip(pen + 0.5 - distance, 0, 1).astype(images.dtype)
        drawn = np.maximum(drawn, ink)
    rows, columns = (
        np.rint(_middle(drawn, axis) - _middle(images, axis)).astype(int)[:, None] + np.arange(28)
        for axis in (1, 2)
    )
    padded = np.pad(drawn, ((0, 0), (28, 28), (28, 28)))
    nth = np.arange(len(images))[:, None, None]
    return padded[nth, 28 + rows[:, :, None], 28 + columns[:, None, :]]


def _middle(images: np.ndarray, axis: int) -> np.ndarray:
    """Where the ink of each image has its centre along an axis, 1 or 2: (n,), in pixels."""
    ink = images.sum(axis=3 - axis)
    return (ink @ np.arange(28)) / ink.sum(axis=1)
