"""Plots follow the theme: drawn on paper in the light, on the page's own ground in the dark."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

from course_utils import figures
from tests.helpers.browsing import COME_NEAR, opened, settle
from tests.helpers.built import built_pages

PAGES = [page for page in built_pages() if "<img" in page.html] or [None]  # then it fails
PLOT = "article img"
COLOURS = {*figures.PALETTE, figures.INK, figures.MUTED}
GROUND = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
FILTERS = f"[...document.querySelectorAll('{PLOT}')].map(plot => getComputedStyle(plot).filter)"


@dataclass
class Seen:
    """The plots of a page as (height, width, 3) arrays, in both themes; and what was fetched."""

    light: list[np.ndarray]
    dark: list[np.ndarray]
    ground: np.ndarray  # (3,), the page's in the dark
    names: list[str]
    fetched: list[str]
    printed: list[str]


def picture(page: Page, plot: Locator, theme: str) -> np.ndarray:
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    return np.asarray(Image.open(BytesIO(plot.screenshot())).convert("RGB"))


@pytest.fixture(scope="module", params=PAGES, ids=str)
def seen(request, browser, server) -> Seen:
    with opened(browser, server, request.param.path, color_scheme="dark") as (page, heard):
        page.evaluate(COME_NEAR)  # nothing may grow between the two pictures of a plot
        settle(page, heard)
        ground = np.array(page.evaluate(GROUND))
        page.emulate_media(media="print")
        printed = page.evaluate(FILTERS)
        page.emulate_media(media="screen")
        light, dark = [], []
        for plot in page.locator(PLOT).all():
            plot.scroll_into_view_if_needed()
            settle(page, heard)
            dark.append(picture(page, plot, "dark"))
            light.append(picture(page, plot, "light"))
        names = page.locator(PLOT).evaluate_all("plots => plots.map(plot => plot.src)")
        return Seen(light, dark, ground, names, heard.asked_for("_images/"), printed)


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def luminance(colours: np.ndarray) -> np.ndarray:
    """Relative luminance (WCAG 2) of colours, (..., 3) from 0 to 255."""
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(a: np.ndarray, b: np.ndarray) -> float:
    darker, lighter = sorted([float(luminance(a)), float(luminance(b))])
    return (lighter + 0.05) / (darker + 0.05)


def where(picture: np.ndarray, colour: str) -> np.ndarray:
    """(height, width): the pixels that have this colour and nothing of what lies beside it."""
    return (np.abs(picture - rgb(colour).astype(int)) <= 2).all(axis=-1)


def test_a_plot_lies_on_the_ground_of_its_theme(seen):
    """In the dark there is no plate around it: its paper has the colour of the page."""
    for name, light, dark in zip(seen.names, seen.light, seen.dark, strict=True):
        paper = where(light, figures.PAPER)
        assert paper.mean() > 0.1, f"{name}: {paper.mean():.0%} of it is paper in the light theme"
        ground = np.median(dark[paper], axis=0)
        assert np.abs(ground - seen.ground).max() <= 3, (
            f"{name}: its ground in the dark is {ground}, the page's {seen.ground}"
        )


def test_lines_and_letters_stand_out_in_the_dark(seen):
    """What has a colour of the book's style has at least 3 to 1, and keeps its hue."""
    tried = 0
    for name, light, dark in zip(seen.names, seen.light, seen.dark, strict=True):
        for colour in COLOURS:
            if (drawn := where(light, colour)).sum() < 12:
                continue
            tried += 1
            shown = np.median(dark[drawn], axis=0)
            against = contrast(shown, seen.ground)
            assert against >= 3, f"{name}: {colour} becomes {shown}, {against:.1f} to 1"
            was, now = (light - light.mean() for light in (rgb(colour).astype(float), shown))
            if np.linalg.norm(was) > 40:  # a colour and no grey
                likeness = was @ now / np.linalg.norm(was) / np.linalg.norm(now)
                assert likeness > 0.85, f"{name}: {colour} becomes another hue, {shown}"
    assert tried, f"nothing is in the book's colours in {seen.names}"


def test_a_plot_is_fetched_once_for_both_themes(seen):
    assert sorted(seen.fetched) == sorted(set(seen.names))


def test_a_plot_is_printed_as_it_was_drawn(seen):
    assert set(seen.printed) == {"none"}, f"from the dark theme with {seen.printed}"
