"""Small tables of results that read well in the page, in a notebook and in a terminal."""

from __future__ import annotations

import html
import statistics
from collections.abc import Iterable, Sequence

__all__ = ["Table", "mean_sd"]


def mean_sd(values: Iterable[float], *, scale: float = 1, digits: int = 2) -> str:
    """``99.14 ± 0.05``: mean ± sample standard deviation; the mean alone for a single value.

    scale: what every value is multiplied by; 100 for shares that are shown in percent.
    """
    scaled = [scale * value for value in values]
    mean = f"{statistics.fmean(scaled):.{digits}f}"
    return mean if len(scaled) < 2 else f"{mean} ± {statistics.stdev(scaled):.{digits}f}"


class Table:
    """A table with a caption: a header row, and rows whose first cell names the row.

    Shown as HTML in the page and in notebooks, as aligned text elsewhere. ValueError when a row has
    not as many cells as the header.
    """

    def __init__(self, header: Sequence[str], rows: Iterable[Sequence[object]], caption: str):
        self.header = [str(cell) for cell in header]
        self.rows = [[str(cell) for cell in row] for row in rows]
        self.caption = caption
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(
                    f"the row {row} has {len(row)} cells, the header {len(self.header)}"
                )

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in self.header)
        body = "".join(
            f'<tr><th scope="row">{html.escape(row[0])}</th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return (
            f'<table class="results"><caption><span>{html.escape(self.caption)}</span></caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    def __repr__(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.header))]
        text = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in lines]
        return "\n".join([self.caption, *(line.rstrip() for line in text)])
