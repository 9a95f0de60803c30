"""Tables of results."""

import pytest

from course_utils import tables


def test_mean_and_standard_deviation_over_seeds():
    assert tables.mean_sd([0.98, 0.99, 1.0]) == "0.99 ± 0.01"
    assert tables.mean_sd([0.98, 0.99, 1.0], scale=100) == "99.00 ± 1.00"
    assert tables.mean_sd([0.5]) == "0.50"
    assert tables.mean_sd([1, 2], digits=1) == "1.5 ± 0.7"


def test_a_table_is_accessible_html_and_aligned_text():
    table = tables.Table(["model", "score"], [["a<b", 1.5], ["longer", 20]], "Scores")
    page = table._repr_html_()
    assert "<caption><span>Scores</span></caption>" in page
    assert '<th scope="row">a&lt;b</th>' in page
    assert repr(table).splitlines() == ["Scores", "model   score", "a<b     1.5", "longer  20"]


def test_a_short_row_is_an_error():
    with pytest.raises(ValueError, match="has 1 cells, the header 2"):
        tables.Table(["a", "b"], [["only"]], "")
