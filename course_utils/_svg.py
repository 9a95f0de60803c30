"""A few helpers to write SVG, for the diagrams of networks; explorers are drawn in JavaScript.

Colours are CSS variables of the book, with fallbacks that read on light and on dark, so that one
picture serves the page in both themes and a notebook that has no such variables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import escape

INK = "var(--nr-ink,currentColor)"
MUTED = "var(--nr-muted,#767676)"
LINE = "var(--nr-line,#8886)"
SURFACE = "var(--nr-surface,transparent)"
ACCENT = "var(--nr-accent,#12877f)"
ACCENT2 = "var(--nr-accent-2,#c2571a)"
ACCENT3 = "var(--nr-accent-3,#7a6ad8)"
ACCENT4 = "var(--nr-accent-4,#c2417a)"


@dataclass(frozen=True)
class Drawing:
    """The inside of an SVG picture and its size in pixels."""

    width: float
    height: float
    body: str

    def svg(
        self,
        key: str,
        title: str,
        description: str,
        style: str = "display:block;width:100%;height:auto;max-width:46rem;font-family:inherit",
    ) -> str:
        """The whole picture; `key` makes its ids unique in the page."""
        return (
            f'<svg viewBox="0 0 {fixed(self.width)} {fixed(self.height)}" role="img"'
            f' aria-labelledby="{key}-title {key}-desc"'
            f' style="{style}">'
            f'<title id="{key}-title">{escape(title, quote=False)}</title>'
            f'<desc id="{key}-desc">{escape(description, quote=False)}</desc>{self.body}</svg>'
        )


def fixed(x: float, digits: int = 0) -> str:
    """A number with so many decimals: halves away from zero, no negative zero, a true minus."""
    text = str(Decimal(float(x)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    return text.replace("-", "−") if float(text) else text.replace("-", "")


def at(x: float) -> str:
    """A coordinate: at most one decimal, an ASCII minus."""
    text = fixed(x, 1).replace("−", "-")
    return text.removesuffix(".0")


def group(style: str, *parts: str) -> str:
    """Parts that share a style."""
    return f'<g style="{style}">{"".join(parts)}</g>'


def text(x: float, y: float, words: str, style: str = "") -> str:
    """Text at its baseline."""
    extra = f' style="{style}"' if style else ""
    return f'<text x="{at(x)}" y="{at(y)}"{extra}>{escape(words, quote=False)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, style: str = "") -> str:
    """A straight line."""
    extra = f' style="{style}"' if style else ""
    return f'<path d="M{at(x1)} {at(y1)}L{at(x2)} {at(y2)}"{extra}/>'


def polyline(points: Iterable[tuple[float, float]], style: str = "") -> str:
    """A line through points."""
    extra = f' style="{style}"' if style else ""
    return f'<path d="M{"L".join(f"{at(x)} {at(y)}" for x, y in points)}"{extra}/>'


def circle(x: float, y: float, radius: float, style: str = "") -> str:
    """A circle."""
    extra = f' style="{style}"' if style else ""
    return f'<circle cx="{at(x)}" cy="{at(y)}" r="{at(radius)}"{extra}/>'


def rect(
    x: float, y: float, width: float, height: float, radius: float = 0, style: str = ""
) -> str:
    """A box, with round corners if a radius is given."""
    corner = f' rx="{at(radius)}"' if radius else ""
    extra = f' style="{style}"' if style else ""
    return (
        f'<rect x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}"{corner}{extra}/>'
    )
