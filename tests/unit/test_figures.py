"""Figures: the same bytes every time, honest error bars, and readable without colour."""

import hashlib
import io
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt

from course_utils import figures


@pytest.fixture
def ax():
    with mpl.rc_context():
        figures.use_style()
        fig, ax = plt.subplots()
        yield ax
        plt.close(fig)


def _luminance(colour: str) -> float:
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_the_same_numbers_give_the_same_bytes():
    def drawn() -> str:
        with mpl.rc_context():
            figures.use_style()
            fig, (left, right) = plt.subplots(1, 2)
            figures.curves(left, [0, 1, 2], {"a": [[1, 2, 3], [2, 3, 5]], "b": [1, 1, 1]})
            figures.bars(right, {"a": [1.0, 2.0], "b": 3.0})
            file = io.BytesIO()
            fig.savefig(file, format="svg", metadata={"Date": None})
            plt.close(fig)
        assert b"<dc:date>" not in file.getvalue()
        return hashlib.sha256(file.getvalue()).hexdigest()

    assert drawn() == drawn()


def test_every_colour_stands_out_from_the_paper():
    paper = _luminance(figures.PAPER)
    for colour in (*figures.PALETTE, figures.INK):
        assert (paper + 0.05) / (_luminance(colour) + 0.05) >= 3, colour


def test_lines_differ_by_more_than_colour(ax):
    lines = figures.curves(ax, [0, 1], {str(i): [0, i] for i in range(6)}).values()
    assert len({line.get_marker() for line in lines}) == 6
    # matplotlib scales named dashes when it draws; what was asked for is kept unscaled
    assert len({str(line._unscaled_dash_pattern) for line in lines}) == 6


def test_a_curve_is_the_mean_in_a_band_of_one_standard_deviation(ax):
    runs = np.array([[1.0, 5.0], [3.0, 5.0], [5.0, 8.0]])
    line = figures.curves(ax, [0, 1], {"a": runs})["a"]
    np.testing.assert_allclose(line.get_ydata(), [3, 6])
    (band,) = ax.collections
    edges = band.get_paths()[0].vertices
    at_zero = edges[edges[:, 0] == 0, 1]
    assert at_zero.min() == pytest.approx(1) and at_zero.max() == pytest.approx(5)


def test_one_exact_number_gets_no_band_and_no_error_bar(ax):
    figures.curves(ax, [0, 1], {"exact": [1, 2]})
    assert not ax.collections
    bars = figures.bars(ax, {"exact": 3.0})
    _, caps, (error,) = bars.errorbar.lines
    assert not np.isfinite(np.asarray(caps[0].get_xdata(), dtype=float)).any()
    assert not any(len(segment) and np.isfinite(segment).all() for segment in error.get_segments())


@pytest.mark.parametrize("horizontal", [True, False])
def test_bars_show_the_mean_in_figures(ax, horizontal):
    container = figures.bars(ax, {"a": [1.0, 2.0], "b": [4.0, 4.0]}, horizontal=horizontal)
    sizes = [p.get_width() if horizontal else p.get_height() for p in container.patches]
    assert sizes == [1.5, 4.0]
    assert [text.get_text() for text in ax.texts] == ["1.5", "4.0"]
    axis = ax.yaxis if horizontal else ax.xaxis
    assert [label.get_text() for label in axis.get_ticklabels()] == ["a", "b"]


def test_a_wrong_shape_is_named(ax):
    with pytest.raises(ValueError, match=r"runs\['a'\] has shape \(1, 3\), expected \(seeds, 2\)"):
        figures.curves(ax, [0, 1], {"a": [1, 2, 3]})
    with pytest.raises(ValueError, match=r"each entry of runs needs shape \(seeds,\)"):
        figures.bars(ax, {"a": [[1, 2], [3, 4]]})


def test_the_style_works_where_there_is_no_ipython():
    code = (
        "import sys; sys.modules['IPython'] = None; sys.modules['matplotlib_inline'] = None\n"
        "from course_utils import figures; assert 'matplotlib' not in sys.modules\n"
        "figures.use_style()\n"
        "import matplotlib; print(matplotlib.rcParams['svg.hashsalt'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "networks-that-remember", done.stderr
