"""The figure where no kernel moves it: a mark in the book, and a picture that a notebook keeps."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from course_utils.explorers._description import Explorer, Values

STATIC = Path(__file__).resolve().parent / "static"  # written by `make explorers`

BOX = (
    "box-sizing:border-box;max-width:48rem;margin:1rem 0;padding:1rem;border:1px solid #8886;"
    "border-radius:.75rem"
)


class Mark:
    """Displays as the place in a page where ``bookkit/sphinx/explorers.py`` puts the figure.

    It holds the name and the values to start from, and nothing that JavaScript draws or says: a
    change there executes no chapter.
    """

    def __init__(self, explorer: Explorer, values: Values) -> None:
        self.name = explorer.name
        defaults = explorer.values()
        self.start = {name: value for name, value in values.items() if value != defaults[name]}

    def _repr_html_(self) -> str:
        start = escape(json.dumps(self.start, ensure_ascii=False, sort_keys=True))
        return f'<div class="explorer" data-explorer="{self.name}" data-start="{start}"></div>'

    def __repr__(self) -> str:
        return f"The explorer {self.name}."


@cache
def _frames() -> dict[str, dict[str, str]]:
    """name -> the default frame: its picture (SVG) and summary (text), as JavaScript made them."""
    frames: dict[str, dict[str, str]] = json.loads((STATIC / "frames.json").read_text("utf-8"))
    return frames


def frame(explorer: Explorer, values: Values) -> dict[str, str]:
    """Picture and summary at `values` as far as they are known without JavaScript."""
    if values == explorer.values():
        if explorer.name not in _frames():
            raise LookupError(f"there is no frame of {explorer.name}: run `make explorers`")
        return _frames()[explorer.name]
    words = ", ".join(f"{p.label}: {p.text(values[p.name])}" for p in explorer.parameters)
    return {"picture": "", "summary": f"{words}."}


def html(title: str, shown: dict[str, str], id: str = "") -> str:
    """A frame as a notebook shows it; its colours read on light and on dark."""
    named = f' id="{id}"' if id else ""
    return (
        f'<div{named} style="{BOX}">\n<p><strong>{escape(title, quote=False)}</strong></p>\n'
        f"{shown['picture']}\n<p>{escape(shown['summary'], quote=False)}</p>\n</div>"
    )


class Still:
    """Displays as the frame; its plain text is the summary."""

    def __init__(self, explorer: Explorer, values: Values) -> None:
        self.explorer = explorer
        self.values = values
        self.frame = frame(explorer, values)

    def _repr_html_(self) -> str:
        return html(self.explorer.title, self.frame) + (
            "<p>To move it: <code>pip install anywidget</code>, then start the kernel again.</p>"
        )

    def __repr__(self) -> str:
        return self.frame["summary"]


def config(explorer: Explorer, values: Values, key: str = "") -> dict[str, Any]:
    """What JavaScript needs to know of a figure (``mountExplorer`` in ``ui.js``).

    key: the id in its document; else the name, and a digest of the values where they differ.
    """
    if not key:
        key = f"explorer-{explorer.name}"
        if values != explorer.values():
            digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
            key += f"-{digest[:6]}"
    return {
        "key": key,
        "title": explorer.title,
        "description": explorer.description,
        "parameters": [parameter.config() for parameter in explorer.parameters],
        "values": values,
        "models": list(explorer.models),
        "presets": [[label, explorer.values(**preset)] for label, preset in explorer.presets],
    }
