"""The figure as it is written into the book: HTML that shows a default frame without JavaScript."""

from __future__ import annotations

import hashlib
import json

from course_utils._svg import escape
from course_utils.explorers._description import Explorer, Values

WIDTH = 480  # pixels of the default frame: read well on a phone, and scaled up on a desktop

BOX = (
    "box-sizing:border-box;margin:1.5rem 0;padding:1rem;border:1px solid var(--nr-line,#8886);"
    "border-radius:.75rem;background:var(--nr-surface,transparent);color:var(--nr-ink,inherit)"
)


class StaticFigure:
    """Displays as the default frame of an explorer; its plain text is the summary."""

    def __init__(self, explorer: Explorer, values: Values) -> None:
        self.explorer = explorer
        self.values = values
        self.traces = explorer.compute(**values)

    @property
    def key(self) -> str:
        """The id in the page: the name, and a digest of the start values where they differ."""
        if self.values == self.explorer.values():
            return f"explorer-{self.explorer.name}"
        start = json.dumps(self.values, sort_keys=True).encode()
        return f"explorer-{self.explorer.name}-{hashlib.sha256(start).hexdigest()[:6]}"

    def config(self) -> dict[str, object]:
        """What the component in the page needs to know."""
        return {
            "key": self.key,
            "title": self.explorer.title,
            "description": self.explorer.description,
            "parameters": [parameter.config() for parameter in self.explorer.parameters],
            "values": self.values,
            "presets": [
                [label, self.explorer.values(**values)] for label, values in self.explorer.presets
            ],
        }

    def svg(self, width: int = WIDTH) -> str:
        """The picture as inline SVG."""
        drawing = self.explorer.draw(self.values, self.traces, width)
        return drawing.svg(self.key, self.explorer.title, self.explorer.description)

    def _repr_html_(self) -> str:
        config = json.dumps(self.config(), ensure_ascii=False, separators=(",", ":"))
        return (
            f'<div class="explorer" id="{self.key}" data-explorer="{self.explorer.name}"'
            f" data-config='{escape(config).replace(chr(39), '&#39;')}' style=\"{BOX}\">\n"
            f'<p class="explorer-title"><strong>{escape(self.explorer.title)}</strong></p>\n'
            f'<div class="explorer-picture">{self.svg()}</div>\n'
            f'<p class="explorer-summary">{escape(repr(self))}</p>\n'
            "<noscript><p>With JavaScript, controls appear and the figure moves. In a notebook,"
            f' <code>explorers.show("{self.explorer.name}")</code> does so too.</p></noscript>\n'
            "</div>"
        )

    def __repr__(self) -> str:
        return self.explorer.summary(self.values, self.traces)
