"""The diagrams of networks can be read by everybody, in both themes, and fit their frames."""

import re
from xml.etree import ElementTree

import pytest

from course_utils import diagrams

MADE = [getattr(diagrams, name)() for name in diagrams.__all__ if name.islower()]
PICTURES = [
    pytest.param(picture, id=f"{diagram.name}-{number}")
    for diagram in MADE
    for number, picture in enumerate(diagram.pictures, 1)
]


@pytest.mark.parametrize("diagram", MADE, ids=lambda diagram: diagram.name)
def test_a_diagram_is_one_figure_with_named_and_described_pictures(diagram):
    figure = ElementTree.fromstring(diagram._repr_html_())
    assert figure.find("figcaption").text == diagram.caption
    pictures = figure.findall(".//svg")
    assert len(pictures) == len(diagram.pictures) > 0
    for picture in pictures:
        named = picture.get("aria-labelledby").split()
        assert picture.get("role") == "img"
        assert [picture.find(f"*[@id='{key}']").tag for key in named] == ["title", "desc"]
    ids = [element.get("id") for element in figure.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_takes_its_colours_from_the_page(picture):
    colours = re.findall(r"(?:fill|stroke):([^;\"]+)", picture.svg("x"))
    assert colours and all(c == "none" or c.startswith("var(--nr-") for c in colours)


@pytest.mark.parametrize("picture", PICTURES)
def test_nothing_is_drawn_outside_the_frame(picture):
    svg = picture.svg("x")
    points = [tuple(map(float, pair)) for pair in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", svg)]
    points += [tuple(map(float, pair)) for pair in re.findall(r'<text x="(\S+)" y="(\S+)"', svg)]
    assert len(points) > 20
    assert all(0 < x < picture.width and 0 < y < picture.height for x, y in points)


@pytest.mark.parametrize("diagram", MADE, ids=lambda diagram: diagram.name)
def test_where_nothing_is_drawn_the_words_are_shown(diagram):
    assert repr(diagram).endswith(diagram.caption)
    assert all(picture.description in repr(diagram) for picture in diagram.pictures)
