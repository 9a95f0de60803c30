"""MNIST, handwritten digits (LeCun and Cortes), in the form in which Keras has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from course_utils.datasets._find import DatasetError, Parts, Remote, Shipped, Variants

SHAPES = {
    "x_train": (60_000, 28, 28),
    "y_train": (60_000,),
    "x_test": (10_000, 28, 28),
    "y_test": (10_000,),
}


def _read(path: Path) -> Parts:
    """Four uint8 arrays: images (n, 28, 28) in 0..255, labels (n,) in 0..9, as in Keras."""
    archive = np.load(path, allow_pickle=False)
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise ValueError(f"it is one array, expected an archive of {', '.join(SHAPES)}")
    with archive:
        missing = set(SHAPES) - set(archive.files)
        if missing:
            raise ValueError(f"it has no array named {', '.join(sorted(missing))}")
        arrays = {key: archive[key] for key in SHAPES}
    for key, shape in SHAPES.items():
        if arrays[key].shape != shape or arrays[key].dtype != np.uint8:
            found = f"{arrays[key].dtype} {arrays[key].shape}"
            raise ValueError(f"{key} is {found}, expected uint8 {shape}")
    if max(arrays["y_train"].max(), arrays["y_test"].max()) > 9:
        raise ValueError("there are labels above 9")
    return arrays


def _mini() -> Parts:
    """scikit-learn's 1,797 handwritten digits (8×8, 0..16), enlarged to MNIST's form.

    As in MNIST the digit fills 20×20 pixels in the middle of 28×28. The last 360, by other writers
    than the first, are for testing. Source: Alpaydin and Kaynak, 1998, UCI repository.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise DatasetError(
            f"the small digits come with scikit-learn, which cannot be imported ({error}). "
            "Install it with: pip install scikit-learn"
        ) from error

    small, labels = load_digits(return_X_y=True)
    small = small.reshape(-1, 8, 8) * (255 / 16)
    places = np.linspace(0, 7, 20)  # bilinear: each of 20 pixels lies between two of 8
    left = np.minimum(places.astype(int), 6)
    weights = np.zeros((20, 8))
    weights[np.arange(20), left] = 1 - (places - left)
    weights[np.arange(20), left + 1] = places - left
    images = np.zeros((len(small), 28, 28), np.uint8)
    images[:, 4:24, 4:24] = np.rint(weights @ small @ weights.T)
    labels = labels.astype(np.uint8)
    return {
        "x_train": images[:-360],
        "y_train": labels[:-360],
        "x_test": images[-360:],
        "y_test": labels[-360:],
    }


FULL = Remote(
    licence="CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
    file="mnist.npz",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    read=_read,
)
MINI = Shipped(licence="CC BY 4.0, scikit-learn digits", read=_mini)

VARIANTS: Variants = {None: FULL, "mini": MINI}
