"""The data sets of the course: one call, four places to look.

``load(name)`` takes the folder named by COURSE_DATA (a mirror that you trust: its structure is
checked, its hash is not), else the download cache (the folder named by COURSE_CACHE, or your
system's own), else a download (checked by its SHA-256). ``variant="mini"`` is a small stand-in that
needs no network. The result says which it was in ``.source``; nothing is ever replaced silently.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from course_utils.datasets._dataset import Dataset
from course_utils.datasets._find import DatasetError, Remote, Shipped, Variants, find

__all__ = ["Dataset", "DatasetError", "load", "names", "real_file", "variants"]


def names() -> list[str]:
    """The names of all data sets, sorted: each is a public module of this package."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in modules if not name.startswith("_"))


def variants(name: str) -> Variants:
    """The variants of a data set, and where each is from. ValueError for an unknown name."""
    if name not in names():
        raise ValueError(f"unknown data set {name!r}; there are: {', '.join(names())}")
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    found: Variants = module.VARIANTS
    return found


def real_file(name: str) -> Path | None:
    """The file of the real data set, from mirror, cache or download; None where it ships with us.

    Raises as `load` does.
    """
    real = variants(name)[None]
    return find(name, real)[0] if isinstance(real, Remote) else None


def load(name: str, variant: str | None = None) -> Dataset:
    """Load a data set by name.

    name: one of

    * ``"etth1"``: load and oil temperature of a transformer, hourly, July 2016 to June 2018.
      ``times``: datetime64[h] (17,420,); ``values``: float64 (17,420, 7); ``columns``: their names;
      ``train``, ``valid``, ``test``: slices along time, 12, 4 and 4 months of 30 days, as in
      Informer. Mini: 20 weeks of an invented series, split at 12, 4 and 4 weeks.
    * ``"imdb"``: 25,000 and 25,000 film reviews, half of them positive. ``train_texts``,
      ``test_texts``: lists of str, with the ``<br />`` of their web page; ``y_train``, ``y_test``:
      uint8, 1 for positive. They are in the order of the archive's folders: *all negative ones
      first*, so shuffle before you cut. Mini: 600 and 600 invented reviews, in the same order.
    * ``"mnist"``: 60,000 and 10,000 digits. ``x_train``, ``x_test``: uint8 (n, 28, 28), 0..255;
      ``y_train``, ``y_test``: uint8 (n,). Mini: 1,437 and 360 digits of scikit-learn.
    * ``"shakespeare"``: scenes from the plays, 1,115,394 characters. ``train``: the first nine
      tenths; ``test``: the last; both str. Mini: the story.
    * ``"spoken-digits"``: 3,000 recordings of the digits by six people, at ``rate`` = 8,000 samples
      a second. ``recordings``: list of int16 (time,); ``labels``: uint8 (3,000,); ``speakers``:
      their names; ``indices``: which take of a digit, 0..49; ``is_test``: bool, the official test
      split, indices 0 to 4. Not downloaded: it needs a mirror. Mini: 1,200 buzzing tones of six
      invented speakers, 20 takes, of which 0 and 1 are for testing.
    * ``"story"``: the tale that ships with the course, some 33,000 characters, no variants.
      ``train`` and ``test``, its end, as for Shakespeare.

    variant: None for the real data, ``"mini"`` for the small version that needs no network.
    Raises ValueError for an unknown name or variant, DatasetError when the data cannot be had or is
    not what it should be.
    """
    known = variants(name)
    if variant not in known:
        others = " or ".join(repr(other) for other in known if other)
        way_out = f"leave it out, or use {others}" if others else "leave it out, there is only one"
        raise ValueError(f"unknown variant {variant!r} of {name}; {way_out}")
    chosen = known[variant]
    if isinstance(chosen, Shipped):
        parts, source = chosen.read(), variant or "package"
    else:
        path, source = find(name, chosen)
        parts = chosen.parts(name, path)
    return Dataset(name, variant, source, chosen.licence, parts)
