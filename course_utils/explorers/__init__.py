"""Interactive figures: described in Python, drawn in JavaScript.

``explorers.show("scalar-rnn")`` is all a chapter writes. In a notebook with a kernel it returns the
figure of the page as a widget: controls, a picture, and a sentence that says what it shows. While
the book is built (``COURSE_STATIC=1``) it returns a mark, and the build puts the figure there.
``show(name, u=-0.9)`` starts from other values than the default ones.

**To add an explorer** called ``my-figure``, write one file on each side.

``course_utils/explorers/my_figure.py``, NumPy only, holds what it is::

    def compute(gain: float) -> Traces: ...          # parameters -> named arrays, numbers, text

    EXPLORER = Explorer(
        name="my-figure", title="...", description="what is drawn, for those who cannot see it",
        parameters=(Slider("gain", "Gain", 0, 2, 0.1, 1.0, unit="V"),),
        compute=compute,
        presets=(("Loud", {"gain": 2.0}),))  # optional: buttons that set values

``book/assets/explorers/my-figure.js`` holds the same function, the words and the picture::

    import { drawing } from "./ui.js";
    export function compute({ gain }) { ... }               // the same names, the same numbers
    export function summary(params, traces) { ... }         // one to three sentences
    export function draw(params, traces, width) { ... }     // SVG, `width` pixels wide

then ``make explorers``. An explorer that needs trained weights names them (``models``, on both
sides), and may ``prepare(files)`` them; one with controls of its own exports ``controls(box,
state)``: see ``ui.js``. A ``Pulses`` parameter is a row that the reader types; ``pulses(row,
steps)``, the same in ``_description`` and ``ui.js``, turns it into numbers.

Every public module of this package is an explorer: the tests find it, and hold the two functions
equal, the page accessible and the sliders movable with the keyboard, without a line being added.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from typing import Any

from course_utils.explorers._description import (
    Choice,
    Explorer,
    Pulses,
    Slider,
    Traces,
    Values,
)
from course_utils.explorers._still import Mark, Still
from course_utils.explorers._still import config as _config

__all__ = [
    "Choice",
    "Explorer",
    "Pulses",
    "Slider",
    "Traces",
    "Values",
    "config",
    "get",
    "names",
    "show",
]


def names() -> list[str]:
    """The names of all explorers, sorted."""
    return sorted(
        module.name.replace("_", "-")
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
    )


def get(name: str) -> Explorer:
    """The description of one explorer; ValueError if there is none of that name."""
    if name not in names():
        raise ValueError(f"no explorer is called {name!r}; there are {', '.join(names())}")
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    explorer: Explorer = module.EXPLORER
    return explorer


def config(name: str, **start: Any) -> dict[str, Any]:
    """What ``mountExplorer`` in ``ui.js`` needs to know of the figure that ``show`` would show."""
    explorer = get(name)
    return _config(explorer, explorer.values(**start))


def show(name: str, **start: Any) -> Any:
    """The interactive figure `name`, starting from the default values or from those in `start`.

    Returns a widget in a live kernel (its ``values`` follow the reader's hand); where the book is
    built (``COURSE_STATIC=1``), a mark for the build; without anywidget, the default frame.
    """
    explorer = get(name)
    values = explorer.values(**start)
    if os.environ.get("COURSE_STATIC", "") not in ("", "0"):
        return Mark(explorer, values)
    try:
        from course_utils.explorers._live import LiveFigure
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("anywidget", "ipywidgets", "IPython"):
            raise
        return Still(explorer, values)
    return LiveFigure(explorer, values)
