"""Interactive figures: one description, two front ends.

``explorers.show("scalar-rnn")`` is all a chapter writes. In a notebook with a kernel it returns an
ipywidgets figure: sliders, a picture, and a sentence that says what the picture shows. While the
book is built (``COURSE_STATIC=1``) it returns HTML: a default frame that shows without JavaScript
and that ``book/assets/explorers/loader.js`` replaces with a live component. ``show(name, u=-0.9)``
starts from other values than the default ones.

**To add an explorer** called ``my-figure``, write one file on each side.

``course_utils/explorers/my_figure.py``, NumPy only, holds the description::

    def compute(gain: float) -> Traces: ...          # parameters -> named arrays, numbers, text
    def summary(params: Values, traces: Traces) -> str: ...   # one to three sentences
    def draw(params: Values, traces: Traces, width: int) -> Drawing: ...  # SVG, `width` pixels wide

    EXPLORER = Explorer(
        name="my-figure", title="...", description="what is drawn, for who cannot see it",
        parameters=(Slider("gain", "Gain", 0, 2, 0.1, 1.0, unit="V"),),
        compute=compute, summary=summary, draw=draw,
        presets=(("Loud", {"gain": 2.0}),))  # optional: buttons that set values

``book/assets/explorers/my-figure.js`` holds its twin::

    import { mountExplorer, drawing } from "./ui.js";
    export function compute({ gain }, data) { ... }         // the same names, the same numbers
    export function summary(params, traces) { ... }         // the same words
    export function draw(params, traces, width) { ... }     // the same SVG text
    export const mount = (element, config) =>
      mountExplorer(element, config, { compute, summary, draw });

A twin that needs trained weights also exports ``async prepare()``; what it returns is ``data``, the
second argument of ``compute`` (in Python, ``exporting.model_path`` finds the same file). A twin
with controls of its own passes ``controls(box, state)`` to ``mountExplorer``, or writes ``mount``
wholly by hand. A ``Pulses`` parameter is a row that the reader types; ``pulses(row, steps)``, the
same in ``_description`` and ``ui.js``, turns it into numbers.

Every public module of this package is an explorer: the tests find it, and hold the twins equal, the
page accessible and the sliders movable with the keyboard, without a line being added to them.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from typing import Any

from course_utils.explorers._description import (
    Choice,
    Drawing,
    Explorer,
    Pulses,
    Slider,
    Traces,
    Values,
)
from course_utils.explorers._static import StaticFigure

__all__ = [
    "Choice",
    "Drawing",
    "Explorer",
    "Pulses",
    "Slider",
    "Traces",
    "Values",
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


def show(name: str, **start: Any) -> Any:
    """The interactive figure `name`, starting from the default values or from those in `start`.

    Returns an ipywidgets box in a live kernel; an object that displays as HTML where the book is
    built (``COURSE_STATIC=1``) or where ipywidgets is not installed.
    """
    explorer = get(name)
    values = explorer.values(**start)
    if os.environ.get("COURSE_STATIC", "") not in ("", "0"):
        return StaticFigure(explorer, values)
    try:
        from course_utils.explorers._live import live_figure
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "ipywidgets":
            raise
        return StaticFigure(explorer, values)
    return live_figure(explorer, values)
