"""Where data sets are looked for: mirror, cache, download; and what is said when they are not."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pooch

Parts = dict[str, Any]


class DatasetError(RuntimeError):
    """A data set is not to be had, or is not what it should be."""


@dataclass(frozen=True)
class Shipped:
    """Data that comes with the course or with what it depends on; reading it needs no network."""

    licence: str
    read: Callable[[], Parts]


@dataclass(frozen=True)
class Remote:
    """One file, in a mirror under its name, or to be downloaded.

    sha256: of the file at ``url``; None where that is packed afresh for whoever asks, so that its
    bytes are not known. Such a file is read from a mirror only.
    read: from the file to the parts; it raises ValueError when the file is not of the right form.
    """

    licence: str
    file: str
    url: str
    sha256: str | None
    read: Callable[[Path], Parts]

    def parts(self, name: str, path: Path) -> Parts:
        """What is in the file; DatasetError, with a way out, for a file that is not what it is for.

        A broken archive can make its reader raise almost anything: the file is at fault, not it.
        """
        try:
            return self.read(path)
        except Exception as error:
            if isinstance(error, OSError) and error.strerror:
                raise DatasetError(_unreadable(path, error, "")) from error
            raise DatasetError(
                f"{path} is not the {name} data set: {_reason(error)}. "
                "Remove the file, or replace it with an unbroken copy."
            ) from error


Variants = dict[str | None, Remote | Shipped]  # where each variant of a data set is from


def find(name: str, remote: Remote) -> tuple[Path, str]:
    """The file, and its source: ``mirror``, ``cache`` or ``download``."""
    mirrored = _mirror(remote)
    if mirrored is not None:
        return mirrored, "mirror"
    if remote.sha256 is None:
        raise DatasetError(
            f"{name} is in no mirror, and it is not downloaded for you: its address gives no file "
            f"that could be checked by a hash. Two ways out: (1) {_by_hand(remote)}; "
            f"(2) {_small(name)}."
        )
    cache = _cache()
    path = cache / remote.file
    try:
        if path.exists() and pooch.file_hash(str(path)) == remote.sha256:
            return path, "cache"
    except OSError as error:
        raise DatasetError(
            _unreadable(path, error, "name another folder in COURSE_CACHE, or ")
        ) from error
    _download(name, remote, cache)
    return path, "download"


def _mirror(remote: Remote) -> Path | None:
    folder = os.environ.get("COURSE_DATA")
    if not folder:
        return None
    path = Path(folder, remote.file)
    try:
        if not Path(folder).is_dir():
            is_what = "is not a folder" if Path(folder).exists() else "does not exist"
            raise DatasetError(
                f"COURSE_DATA is to name a folder, but {folder!r} {is_what}. "
                "Correct it, or unset it to download the data instead."
            )
        return path if path.exists() else None
    except OSError as error:
        raise DatasetError(
            _unreadable(path, error, "unset COURSE_DATA to download the data instead, or ")
        ) from error


def _cache() -> Path:
    folder = os.environ.get("COURSE_CACHE")
    try:
        return Path(folder or pooch.os_cache("networks-that-remember"))
    except RuntimeError as error:
        raise DatasetError(
            f"there is no place to keep a download: {error}. "
            "Name a folder that you may write to in the environment variable COURSE_CACHE."
        ) from error


def _download(name: str, remote: Remote, cache: Path) -> None:
    """The file into the cache: checked and whole, or not at all."""
    try:
        pooch.retrieve(
            remote.url,
            known_hash=f"sha256:{remote.sha256}",
            fname=remote.file,
            path=cache,
            progressbar=True,
        )
    except Exception as error:  # of the network, almost anything may come
        if _is_of_the_disk(error):
            raise DatasetError(
                f"a download of {name} cannot be kept in {str(cache)!r}: {_reason(error)}. Make "
                "room there and see that you may write to it, or name another folder in the "
                "environment variable COURSE_CACHE."
            ) from error
        why, again = f"the download failed ({_reason(error)})", "connect to the internet"
        if isinstance(error, ValueError) and "hash" in str(error):
            why = "what arrived is not the expected file (its SHA-256 differs); it was thrown away"
        if "SOCKS" in str(error):
            again = "install what your SOCKS proxy needs (pip install pysocks)"
        raise DatasetError(
            f"{name} is neither in a mirror nor in the cache, and {why}. Three ways out: "
            f"(1) {again} and try again; (2) {_by_hand(remote, ' on another machine')}; "
            f"(3) {_small(name)}."
        ) from error


def _by_hand(remote: Remote, where: str = "") -> str:
    return (
        f"get {remote.url}{where}, put it into a folder as {remote.file} and name that folder in "
        "the environment variable COURSE_DATA"
    )


def _small(name: str) -> str:
    return f'use the small version that needs no network: load("{name}", variant="mini")'


def _is_of_the_disk(error: Exception) -> bool:
    """Whether a download could not be written.

    The errors of requests are OSErrors, too, but without a number; pooch's PermissionError has none
    either.
    """
    numbered = isinstance(error, OSError) and error.errno is not None
    return numbered or isinstance(error, PermissionError)


def _unreadable(path: Path, error: OSError, way_out: str) -> str:
    repair = f"{way_out}remove {path.name!r}, or make it a file that you may read."
    return f"{path} cannot be read: {error.strerror}. {repair[0].upper()}{repair[1:]}"


def _reason(error: Exception) -> str:
    """One line of what an exception says; its kind, where its words alone would tell little."""
    words = getattr(error, "strerror", None) or str(error)
    if type(error) is not ValueError:
        words = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return textwrap.shorten(words, 160, placeholder=" …")
