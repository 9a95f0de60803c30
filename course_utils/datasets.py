"""The data sets of the course: one call, four places to look.

``load(name)`` takes the folder named by COURSE_DATA (a mirror that you trust: its structure is
checked, its hash is not), else the download cache, else a download (checked by its SHA-256).
``variant="mini"`` is the small version that ships with the course's dependencies and needs no
network. The result says which it was in ``.source``; nothing is ever replaced silently.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pooch

__all__ = ["Dataset", "DatasetError", "load"]


class DatasetError(RuntimeError):
    """A data set is not to be had, or is not what it should be."""


@dataclass(frozen=True)
class Dataset:
    """Training and test examples, and where they came from.

    ``source`` is ``mirror``, ``cache``, ``download`` or ``mini``.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str
    licence: str

    def __repr__(self) -> str:
        shapes = f"{len(self.x_train):,} for training, {len(self.x_test):,} for testing"
        return f"Dataset({self.name}: {shapes}, from {self.source})"


@dataclass(frozen=True)
class _Entry:
    """What the registry knows of one data set."""

    file: str
    url: str
    sha256: str
    licence: str
    read: Callable[[Path], dict[str, np.ndarray]]
    mini: Callable[[], dict[str, np.ndarray]]


# MNIST --------------------------------------------------------------------------------------------

MNIST_SHAPES = {
    "x_train": (60_000, 28, 28),
    "y_train": (60_000,),
    "x_test": (10_000, 28, 28),
    "y_test": (10_000,),
}


def _read_mnist(path: Path) -> dict[str, np.ndarray]:
    """Four uint8 arrays: images (n, 28, 28) in 0..255, labels (n,) in 0..9, as in Keras."""
    with np.load(path, allow_pickle=False) as archive:
        missing = set(MNIST_SHAPES) - set(archive.files)
        if missing:
            raise ValueError(f"it has no array named {', '.join(sorted(missing))}")
        arrays = {key: archive[key] for key in MNIST_SHAPES}
    for key, shape in MNIST_SHAPES.items():
        if arrays[key].shape != shape or arrays[key].dtype != np.uint8:
            found = f"{arrays[key].dtype} {arrays[key].shape}"
            raise ValueError(f"{key} is {found}, expected uint8 {shape}")
    if max(arrays["y_train"].max(), arrays["y_test"].max()) > 9:
        raise ValueError("there are labels above 9")
    return arrays


def _mini_mnist() -> dict[str, np.ndarray]:
    """scikit-learn's 1,797 handwritten digits (8×8, 0..16), enlarged to MNIST's form.

    As in MNIST the digit fills 20×20 pixels in the middle of 28×28. The last 360, by other writers
    than the first, are for testing. Source: Alpaydin and Kaynak, 1998, UCI repository.
    """
    from sklearn.datasets import load_digits

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


REGISTRY = {
    "mnist": _Entry(
        file="mnist.npz",
        url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        licence="CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
        read=_read_mnist,
        mini=_mini_mnist,
    ),
}


# Finding ------------------------------------------------------------------------------------------


def _cache() -> Path:
    return Path(os.environ.get("COURSE_CACHE") or pooch.os_cache("networks-that-remember"))


def _mirror(entry: _Entry) -> Path | None:
    folder = os.environ.get("COURSE_DATA")
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise DatasetError(
            f"COURSE_DATA names the folder {folder!r}, which does not exist. "
            "Correct it, or unset it to download the data instead."
        )
    path = Path(folder, entry.file)
    return path if path.exists() else None


def _fetch(name: str, entry: _Entry) -> tuple[Path, str]:
    """The checked file in the cache, downloaded if need be."""
    path = _cache() / entry.file
    if path.exists() and pooch.file_hash(path) == entry.sha256:
        return path, "cache"
    try:
        pooch.retrieve(
            entry.url,
            known_hash=f"sha256:{entry.sha256}",
            fname=entry.file,
            path=_cache(),
            progressbar=True,
        )
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and "hash" not in str(error):
            raise
        why = (
            "what arrived is not the expected file (its SHA-256 differs), so it was thrown away"
            if isinstance(error, ValueError)
            else f"the download failed ({type(error).__name__})"
        )
        raise DatasetError(
            f"{name} is neither in a mirror nor in the cache, and {why}. Three ways out: "
            f"(1) connect to the internet and try again; (2) get {entry.url} on another machine, "
            f"put it into a folder and name that folder in the environment variable COURSE_DATA; "
            f'(3) use the small version that needs no network: load("{name}", variant="mini").'
        ) from error
    return path, "download"


def load(name: str, variant: str | None = None) -> Dataset:
    """Load a data set by name.

    name: one of the registry, now ``"mnist"`` (uint8 images (n, 28, 28) in 0..255, uint8 labels
    (n,)).
    variant: None for the real data, ``"mini"`` for the small version that needs no network.
    Raises ValueError for an unknown name or variant, DatasetError when the data cannot be had or is
    not what it should be.
    """
    if name not in REGISTRY:
        raise ValueError(f"unknown data set {name!r}; there are: {', '.join(sorted(REGISTRY))}")
    entry = REGISTRY[name]
    if variant == "mini":
        return Dataset(
            name, **entry.mini(), source="mini", licence="CC BY 4.0, scikit-learn digits"
        )
    if variant is not None:
        raise ValueError(f"unknown variant {variant!r}; leave it out, or use 'mini'")

    path, source = _mirror(entry), "mirror"
    if path is None:
        path, source = _fetch(name, entry)
    try:
        arrays: dict[str, Any] = entry.read(path)
    except (ValueError, OSError, EOFError, BadZipFile) as error:
        raise DatasetError(
            f"{path} is not the {name} data set: {error}. "
            "Remove the file, or replace it with an unbroken copy."
        ) from error
    return Dataset(name, **arrays, source=source, licence=entry.licence)
