"""The book's matplotlib style, and the few plots that several chapters share.

``use_style()`` once at the top of a notebook; then ``curves`` for anything measured along an axis
with several seeds, ``bars`` for one number per model. Both draw the mean with ± one standard
deviation, because a single run is an anecdote.

Figures are SVG with fixed identifiers and no date, so the same numbers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer
    from matplotlib.lines import Line2D
    from numpy.typing import ArrayLike

__all__ = ["INK", "PALETTE", "PAPER", "bars", "curves", "use_style"]

PAPER = "#fdfcf9"
INK = "#22242b"
MUTED = "#5c6070"
GRID = "#dcd9d0"

# After Okabe and Ito: told apart with any kind of colour vision. The light ones are darkened until
# a line stands out from the paper by at least 3 to 1 (WCAG 1.4.11).
PALETTE = ("#0067a8", "#c8500a", "#00805e", "#a0498a", "#8a6d00", "#4b4f5c")

# Colour is never the only difference: each line has its own marker and dash, each bar its name.
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))

_STYLE: dict[str, Any] = {
    "figure.figsize": (6.4, 3.8),  # inches; type stays readable when scaled to a phone
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "networks-that-remember",
    "svg.fonttype": "path",
    "font.family": ["DejaVu Sans"],  # ships with matplotlib: the same letters on every machine
    "font.size": 12,
    "text.color": INK,
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 13,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.2,
    "lines.markersize": 6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 11,
}


def use_style() -> None:
    """Set the book's style for every figure drawn from here on.

    In a notebook figures become SVG without a date. Where there is no IPython, as when a chapter
    runs as a plain script, only matplotlib's own settings change.
    """
    import matplotlib as mpl
    from cycler import cycler

    style: Any = {**_STYLE, "axes.prop_cycle": cycler(color=PALETTE) + cycler(linestyle=DASHES)}
    mpl.rcParams.update(style)
    try:
        from IPython.core.getipython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None})


def curves(
    ax: Axes,
    x: ArrayLike,
    runs: Mapping[str, ArrayLike],
    *,
    markers: bool = True,
    first: int = 0,
) -> dict[str, Line2D]:
    """One line for each model: the mean over seeds, in a band of ± one standard deviation.

    x: (points,)   runs: name -> (seeds, points), or (points,) for something exact: no band.
    first: which of the book's colours the first line takes. Returns the lines by name.
    """
    x = np.asarray(x, dtype=float)
    lines = {}
    for i, (name, values) in enumerate(runs.items(), start=first):
        values = np.atleast_2d(np.asarray(values, dtype=float))
        if values.ndim != 2 or values.shape[1] != x.size:
            raise ValueError(
                f"runs[{name!r}] has shape {values.shape}, expected (seeds, {x.size}): "
                f"one value for each of the {x.size} points in x"
            )
        mean, sd = values.mean(axis=0), _sd(values)
        colour = PALETTE[i % len(PALETTE)]
        (lines[name],) = ax.plot(
            x,
            mean,
            color=colour,
            linestyle=DASHES[i % len(DASHES)],
            marker=MARKERS[i % len(MARKERS)] if markers else "",
            label=name,
        )
        if len(values) > 1:
            ax.fill_between(x, mean - sd, mean + sd, color=colour, alpha=0.16, linewidth=0)
    return lines


def bars(
    ax: Axes,
    runs: Mapping[str, ArrayLike],
    *,
    fmt: str = "{:.1f}",
    horizontal: bool = True,
) -> BarContainer:
    """One bar for each model: the mean over seeds, ± one standard deviation, the mean in figures.

    runs: name -> (seeds,), or a single number for something exact: no error bar.
    """
    values = [np.atleast_1d(np.asarray(v, dtype=float)) for v in runs.values()]
    if any(v.ndim != 1 for v in values):
        shapes = {name: np.shape(v) for name, v in runs.items()}
        raise ValueError(f"each entry of runs needs shape (seeds,), got {shapes}")
    means = [float(v.mean()) for v in values]
    sds = [float(_sd(v)) if v.size > 1 else np.nan for v in values]  # nan: no error bar
    place = np.arange(len(means))
    colours = [PALETTE[i % len(PALETTE)] for i in place]
    error: dict[str, Any] = {"ecolor": INK, "capsize": 4, "error_kw": {"elinewidth": 1.6}}
    if horizontal:
        container = ax.barh(place, means, xerr=sds, color=colours, height=0.62, **error)
        ax.set_yticks(place, list(runs))
        ax.invert_yaxis()  # read from the top, in the order given
        ax.grid(False, axis="y")
    else:
        container = ax.bar(place, means, yerr=sds, color=colours, width=0.62, **error)
        ax.set_xticks(place, list(runs))
        ax.grid(False, axis="x")
    for i, (mean, sd) in enumerate(zip(means, sds, strict=True)):
        end = mean + np.nan_to_num(sd)
        where = (end, i) if horizontal else (i, end)
        ax.annotate(
            fmt.format(mean),
            where,
            xytext=(6, 0) if horizontal else (0, 4),
            textcoords="offset points",
            va="center" if horizontal else "bottom",
            ha="left" if horizontal else "center",
        )
    return container


def _sd(values: np.ndarray) -> np.ndarray:
    """Standard deviation over seeds (the first axis), n - 1 in the denominator; 0 for one seed."""
    if len(values) < 2:
        return np.zeros(values.shape[1:])
    sd: np.ndarray = values.std(axis=0, ddof=1)
    return sd
