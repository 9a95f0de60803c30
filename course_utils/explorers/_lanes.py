"""Rows over time, one below the other; ``book/assets/explorers/lanes.js`` is the twin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils._svg import (
    INK,
    LINE,
    MUTED,
    circle,
    fixed,
    group,
    line,
    polyline,
    rect,
    text,
)

HIGH = 28  # pixels: a gate that is wide open
PULSE = 16  # pixels: a pulse of size one
ENDS = (1, 2, 5, 10, 25)  # ends of the axis of a state


def end_of_axis(*rows: np.ndarray) -> int:
    """The end of an axis from −end to end on which all rows fit, or the largest there is."""
    most = max(float(np.max(np.abs(row))) for row in rows)
    return next((end for end in ENDS if end >= most), ENDS[-1])


@dataclass(frozen=True)
class Lanes:
    """Lanes of so many steps between two edges, in pixels; labels stand to the left of them."""

    steps: int
    left: float
    right: float

    def across(self, t: float) -> float:
        """The middle of step t, counted from 1."""
        return self.left + (self.right - self.left) * (t - 0.5) / self.steps

    def pulses(self, name: str, row: np.ndarray, top: float) -> str:
        """Bars up and down, (steps,); 48 pixels high with the name."""
        middle = top + 32
        bars = [
            line(self.across(t), middle, self.across(t), middle - PULSE * value)
            for t, value in enumerate(row, 1)
            if value != 0
        ]
        return "".join(
            [
                text(self.left, top + 10, name),
                line(self.left, middle, self.right, middle, f"stroke:{LINE}"),
                group(f"stroke:{INK};stroke-width:4;fill:none", *bars),
            ]
        )

    def gate(self, name: str, gate: np.ndarray, signal: np.ndarray, colour: str, top: float) -> str:
        """Bars from 0 to 1, (steps,), with the signs of a signal, (steps,), above them."""
        wide = 0.7 * (self.right - self.left) / self.steps
        bars, signs = [], []
        for t in range(self.steps):
            x, high = self.across(t + 1), HIGH * gate[t]
            bars.append(rect(x - wide / 2, top + HIGH - high, wide, high))
            if signal[t] != 0:
                signs.append(text(x, top - 1, "+" if signal[t] > 0 else "−"))
        return "".join(
            [
                text(self.left, top - 15, name),
                self._ticks((top, "1"), (top + HIGH, "0")),
                group(f"fill:{colour}", *bars),
                group("text-anchor:middle;font-weight:700", *signs),
            ]
        )

    def curve(
        self, name: str, row: np.ndarray, end: float, colour: str, top: float, high: float
    ) -> str:
        """A line through values, (steps,), on an axis from −end to end of `high` pixels."""

        def up(value: float) -> float:
            return top + high / 2 * (1 - value / end)

        path = [(self.across(t), up(value)) for t, value in enumerate(row, 1)]
        return "".join(
            [
                text(self.left, top - 9, name),
                self._ticks(*((up(value), fixed(value)) for value in (-end, 0.0, end))),
                polyline(path, f"stroke:{colour};stroke-width:2;fill:none;stroke-linejoin:round"),
                group(f"fill:{colour}", *(circle(x, y, 2.6) for x, y in path)),
            ]
        )

    def times(self, y: float) -> str:
        """Numbers of steps: the first, and every quarter."""
        shown = (1, *(quarter * self.steps // 4 for quarter in (1, 2, 3, 4)))
        return group(
            f"fill:{MUTED};text-anchor:middle",
            *(text(self.across(t), y, str(t)) for t in shown),
        )

    def _ticks(self, *ticks: tuple[float, str]) -> str:
        """Lines across, each with its label at the left."""
        return "".join(
            [
                group(
                    f"stroke:{LINE};fill:none",
                    *(line(self.left, y, self.right, y) for y, _ in ticks),
                ),
                group(
                    f"fill:{MUTED};text-anchor:end",
                    *(text(self.left - 7, y + 4, label) for y, label in ticks),
                ),
            ]
        )
