"""A page keeps its place: links with # land where they say, and who comes back finds their line.

With ordinary motion, since scrolling towards a place is where it may go wrong: whatever above the
place changes its height on the way moves it. Each landing is a first visit, in a context of its
own: twenty places and a few more, as many for each page with explorers, at three widths.
"""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.helpers.browsing import DESKTOP, PHONE, SCROLL_THROUGH, Heard, browsing, settle
from tests.helpers.built import built_pages

WIDE = {"width": 1440, "height": 900}
WINDOWS = {window["width"]: window for window in (PHONE, DESKTOP, WIDE)}
MOTION = {"reduced_motion": "no-preference"}
NEAR = 3  # px between where a place should be and where it is
MOVING = [page for page in built_pages() if 'data-explorer="' in page.html]
PAGES = MOVING or [None]  # then it fails
EACH = -(-20 // len(PAGES))  # places of a page: twenty in all, however many chapters there are
KINDS = ["[id^='equation-']", "figure[id]", ".exercise[id]"]

# The first section below the last explorer; and below it the last place of each kind, and where a
# kind is missing there, the sections that follow.
PLACES = """
kinds => {
  const last = [...document.querySelectorAll(".explorer")].at(-1);
  const below = selector => [...document.querySelectorAll(`article ${selector}`)]
    .filter(place => last.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING)
    .map(place => place.id);
  const [first, ...sections] = below("section > section[id]");
  const others = kinds.map(kind => below(kind).at(-1)).filter(Boolean);
  return [first, ...others, ...sections].slice(0, 1 + kinds.length);
}
"""
# Scrolling has ended when nothing has moved for a while: a smooth one may begin late.
AT_REST = """
() => new Promise(done => {
  let last = scrollY, still = 0;
  const look = () => {
    still = scrollY === last ? still + 1 : 0;
    last = scrollY;
    still < 12 ? requestAnimationFrame(look) : done();
  };
  look();
})
"""
# How far below its due place (under the bar) the place is; what is near the foot cannot come up.
OFF = """
id => {
  const {scrollHeight, clientHeight} = document.documentElement;
  const due = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
  const off = document.getElementById(id).getBoundingClientRect().top - due;
  return off > 0 && scrollY + clientHeight >= scrollHeight - 1 ? 0 : Math.round(off);
}
"""
# The line under the bar: which block of text it is in, and where that block begins.
LINE = """
() => {
  const blocks = [...document.querySelectorAll("article :is(p, pre, li, h2, h3, figure, tr)")];
  const due = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
  const at = blocks.findIndex(block => block.getBoundingClientRect().bottom > due);
  return [at, Math.round(blocks[at].getBoundingClientRect().top)];
}
"""
CLICK = """
place => {
  const links = [...document.querySelectorAll(`a[href="#${place}"]:not(.headerlink)`)];
  const link = links.find(link => link.checkVisibility()) ?? links[0];
  if (link.closest("details")) link.closest("details").open = true;
  link.click();
}
"""
DOWN = "share => scrollTo(0, share * document.documentElement.scrollHeight)"
HEIGHT = "document.documentElement.scrollHeight"


def come_to_rest(page: Page, heard: Heard) -> None:
    page.evaluate(AT_REST)
    settle(page, heard)
    page.evaluate(AT_REST)


@pytest.mark.parametrize("chosen", PAGES, ids=str)
@pytest.mark.parametrize("width", WINDOWS)
def test_a_link_lands_where_it_says(browser, server, chosen, width):
    """The section by a click on the page, the other places by their addresses."""
    turn = PAGES.index(chosen) % len(KINDS)
    off: dict[str, int] = {}
    places: list[str] = []
    while not places or len(off) < len(places):
        with browsing(browser, server.origin, viewport=WINDOWS[width], **MOTION) as (page, heard):
            if not places:
                page.goto(server.at(chosen.path))
                places = page.evaluate(PLACES, KINDS[turn:] + KINDS[:turn])[:EACH]
                page.evaluate(CLICK, places[0])
            else:
                page.goto(f"{server.at(chosen.path)}#{places[len(off)]}")
            come_to_rest(page, heard)
            place = places[len(off)]
            off[place] = page.evaluate(OFF, place)
    assert len(off) == min(EACH, 3), f"{chosen}: {places}"
    wrong = {place: by for place, by in off.items() if abs(by) > NEAR}
    assert not wrong, f"{chosen} at {width} px: so many px too low: {wrong}"


@dataclass
class Reading:
    """What one reader of a page found: its height, and the line under the bar."""

    page: str
    promised: int
    left: list[int]
    reloaded: list[int]
    returned: list[int]
    real: int


@pytest.fixture(scope="module", params=PAGES, ids=str)
def reading(request, browser, server) -> Reading:
    """One reader for each page; the widths take turns."""
    path = request.param.path
    window = list(WINDOWS.values())[PAGES.index(request.param) % len(WINDOWS)]
    with browsing(browser, server.origin, viewport=window, **MOTION) as (page, heard):
        page.goto(server.at(path))
        come_to_rest(page, heard)
        promised = page.evaluate(HEIGHT)
        page.evaluate(DOWN, 0.6)
        come_to_rest(page, heard)
        left = page.evaluate(LINE)
        page.reload()
        come_to_rest(page, heard)
        reloaded = page.evaluate(LINE)
        page.goto(server.at("search.html"))
        page.go_back()
        come_to_rest(page, heard)
        returned = page.evaluate(LINE)
        page.evaluate(SCROLL_THROUGH)
        settle(page, heard)
        real = page.evaluate(HEIGHT)
    return Reading(path, promised, left, reloaded, returned, real)


@pytest.mark.parametrize("how", ["reloaded", "returned"])
def test_who_comes_back_finds_the_line(reading, how):
    (was, above), (block, top) = reading.left, getattr(reading, how)
    assert block == was, f"{reading.page} {how}: at block {block}, it was {was}"
    assert abs(top - above) <= NEAR, f"{reading.page} {how}: at {top} px, it was {above}"


def test_the_scrollbar_tells_the_truth(reading):
    """A page is as high when it has loaded as when it has been read to its end."""
    promised, real = reading.promised, reading.real
    assert abs(promised / real - 1) <= 0.01, f"{reading.page}: {promised} px became {real}"


@pytest.mark.parametrize("chosen", PAGES[-1:], ids=str)
def test_the_scrollbar_tells_the_truth_when_the_phone_is_turned(browser, server, chosen):
    with browsing(browser, server.origin, viewport=PHONE, **MOTION) as (page, heard):
        page.goto(server.at(chosen.path))
        settle(page, heard)
        page.set_viewport_size({"width": PHONE["height"], "height": PHONE["width"]})
        settle(page, heard)
        promised = page.evaluate(HEIGHT)
        page.evaluate(SCROLL_THROUGH)
        settle(page, heard)
        real = page.evaluate(HEIGHT)
    assert abs(promised / real - 1) <= 0.01, f"{chosen}: {promised} px became {real}"
