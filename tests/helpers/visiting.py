"""One visit to a page of the book: all that the tests of that page want to know, found once.

The page is loaded twice, as two readers get it: wide and light, moved through by keyboard and then
scrolled; and on a phone, in the dark. Then all folds are opened, the theme is switched, the search
is opened. A chapter is also opened at some of its places.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from playwright.sync_api import Browser, Page

from tests.helpers.browsing import (
    COME_NEAR,
    FRAMES,
    OPEN_EVERYTHING,
    PHONE,
    SCROLL_THROUGH,
    SEARCH,
    STILL,
    THEME,
    Heard,
    button,
    go,
    opened,
    settle,
    theme,
)
from tests.helpers.built import ROOT
from tests.helpers.built import Page as Document

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# axe sees colours as they are at that moment, and does not see what the browser has not laid out
STEADY = f"{STILL} * {{ content-visibility: visible !important }}"
RUN = """
async () => {
  const {violations} = await axe.run(document, {
    resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
  });
  return violations.flatMap(({id, impact, help, nodes}) => nodes.map(node => ({
    id, impact, help, target: node.target.flat().join(" "), html: node.html,
    why: [...node.any, ...node.all, ...node.none].map(check => check.message).join("; "),
  })));
}
"""
# Two thirds of a chapter's elements are the words of its formulas and listings: thousands of spans
# that bear a class and a style and nothing else, in a few dozen looks. axe takes seconds for each
# hundred of formulas to say the same of all. So a formula or listing whose every look, in both
# themes, is in one before it, too, is emptied (and keeps its size and its words for a screen
# reader): each look is judged, once.
ONCE_EACH = """
() => {
  const root = document.documentElement, chosen = root.dataset.theme;
  const plain = element => element.localName === "span"
    && [...element.attributes].every(({name}) => name === "class" || name === "style");
  const worded = element =>
    [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const boxes = [...document.querySelectorAll(".katex-html, .highlight pre")]
    .map(box => [box, [...box.querySelectorAll("*")]])
    .filter(([, parts]) => parts.every(plain));
  const looks = boxes.map(() => new Set());
  for (const theme of ["dark", "light"]) {
    root.dataset.theme = theme;
    const known = new Map([[root.parentNode, ""]]);
    const ground = element => {  // all that lies behind the words
      if (!known.has(element)) {
        const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
        const own = `${backgroundColor} ${backgroundImage} ${opacity};`;
        known.set(element, ground(element.parentNode)
          + (own === "rgba(0, 0, 0, 0) none 1;" ? "" : own));
      }
      return known.get(element);
    };
    boxes.forEach(([box, parts], i) => {
      for (const part of [box, ...parts].filter(worded)) {
        const {color, fontSize, fontWeight, textShadow} = getComputedStyle(part);
        part.look = [part.look, color, fontSize, fontWeight, textShadow, ground(part)].join();
        if (theme === "light") looks[i].add(part.look);
      }
    });
  }
  root.dataset.theme = chosen;
  const seen = new Set(), empty = [];
  boxes.forEach(([box], i) => {
    const range = document.createRange();
    range.selectNodeContents(box);
    if ([...looks[i]].every(look => seen.has(look)))
      empty.push([box, range.getBoundingClientRect()]);
    looks[i].forEach(look => seen.add(look));
  });
  for (const [box, {width, height}] of empty) {
    box.innerHTML =
      `<span style="display: inline-block; width: ${width}px; height: ${height}px"></span>`;
    const spoken = box.closest(".katex")?.querySelector(".katex-mathml");
    if (spoken) spoken.textContent = spoken.textContent;
  }
  return [boxes.length, empty.length, seen.size];
}
"""
BLOCKING = """
() => performance.getEntriesByType("resource")
  .filter(entry => entry.renderBlockingStatus === "blocking")
  .map(entry => new URL(entry.name).pathname)
"""
TAB_STOPS = 60
FOCUSED = """
() => {
  const look = element => {
    const parts = [element, ...element.querySelectorAll("*")].slice(0, 12);
    return JSON.stringify(parts.map(part => {
      const style = getComputedStyle(part);
      return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
              style.borderColor, style.backgroundColor];
    }));
  };
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  const focused = look(element);
  element.blur();
  const changes = focused !== look(element);
  element.focus({preventScroll: true, focusVisible: true});
  return {
    name: element.localName + (element.id ? "#" + element.id : "")
      + "." + (element.getAttribute("class") ?? "").trim().split(/\\s+/).join(".")
      + " " + (element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40),
    seen: box.width > 0 && box.height > 0 && style.visibility === "visible"
      && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    changes,
    outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
      || style.boxShadow !== "none",
  };
}
"""
PICTURES = """
async () => {
  const wrong = [];
  for (const image of document.images) {
    if (!image.checkVisibility()) continue;
    image.loading = "eager";
    try { await image.decode(); } catch { wrong.push("broken " + image.src); continue; }
    const promised = image.getAttribute("width") / image.getAttribute("height");
    const real = image.naturalWidth / image.naturalHeight;
    if (promised && Math.abs(promised / real - 1) > 0.03)
      wrong.push(`${image.src} is ${image.naturalWidth}×${image.naturalHeight}`);
  }
  return wrong;
}
"""
TOP = "id => document.getElementById(id).getBoundingClientRect().top"
FOLLOW = "place => document.querySelector(`a[href='#${place}']`).click()"
WIDTHS = (320, 768, 1280, PHONE["width"])
CUT_OFF = """
() => {
  const width = document.documentElement.clientWidth, cut = [];
  if (document.documentElement.scrollWidth > width
      || document.body.scrollWidth > width) cut.push("the page itself");
  const contained = element => {
    for (let up = element; up && up !== document.body; up = up.parentElement) {
      const {overflowX, position} = getComputedStyle(up);
      if (position === "fixed") return true;  // a drawer that waits outside
      if (up !== element && /auto|scroll|hidden|clip/.test(overflowX)
          && up.getBoundingClientRect().right <= width + 1) return true;
    }
    return false;
  };
  for (const element of document.querySelectorAll("main *")) {
    const box = element.getBoundingClientRect();
    if (box.width > 1 && box.right > width + 1 && !contained(element)
        && element.checkVisibility({visibilityProperty: true}))
      cut.push(`${element.localName}.${element.getAttribute("class") ?? ""}`
        + ` reaches ${Math.round(box.right)}`);
  }
  return cut.slice(0, 4);
}
"""


@cache
def axe() -> str:
    """The source of axe-core."""
    assert AXE.is_file(), "axe-core is not installed: run `make setup`."
    return AXE.read_text("utf-8")


def violations(page: Page, scheme: str) -> list[dict]:
    """What axe finds in the page as it is now, which must be in this theme."""
    assert theme(page) == scheme, f"{page.url} is {theme(page)}, not {scheme}"
    if not page.evaluate("'axe' in window"):
        page.add_style_tag(content=STEADY)
        page.evaluate(axe())
        page.evaluate(ONCE_EACH)
    return page.evaluate(RUN)


def tab_stops(page: Page, heard: Heard) -> list[dict]:
    """Where the first Tab keys lead on a page that nobody has touched."""
    page.add_style_tag(content=STILL)
    stops: list[dict] = []
    for _ in range(TAB_STOPS):
        page.keyboard.press("Tab")
        if not stops:
            settle(page, heard)  # the first one wakes all explorers
        stop = page.evaluate(FOCUSED)
        if stop is None or (stops and stop["name"] == stops[0]["name"]):
            break
        stops.append(stop)
    return stops


def switch(page: Page, scheme: str) -> None:
    """Press the button for the theme, which must then be this one."""
    button(page, THEME).click()
    assert theme(page) == scheme, f"the theme button of {page.url} does not reach {scheme}"


def places(document: Document) -> list[str]:
    """Some places of a chapter, from its middle on."""
    found = [tag["id"] for tag in document.soup.select(".text > section > section[id]")]
    return found[len(found) // 2 :: 4]


def visit(browser: Browser, server, document: Document) -> Iterator[tuple[str, Any]]:
    """The parts of a visit, for `browsing.Visit`."""
    address = server.at(document.path)
    with opened(browser, server, document.path, color_scheme="light") as (page, heard):
        yield "what holds up the first paint", page.evaluate(BLOCKING)
        yield "tab stops", tab_stops(page, heard)
        page.evaluate(SCROLL_THROUGH)
        settle(page, heard)
        yield (
            "bytes of scripts and styles",
            {
                request.url.removeprefix(server.url): request.sizes()["responseBodySize"]
                for request in heard.requests
                if request.resource_type in ("script", "stylesheet") and not request.failure
            },
        )
        page.evaluate(OPEN_EVERYTHING)
        settle(page, heard)
        yield "pictures", page.evaluate(PICTURES)
        yield "axe, light on a desktop", violations(page, "light")
        switch(page, "dark")
        yield "axe, dark on a desktop", violations(page, "dark")
        switch(page, "light")
        yield "the search index", heard.asked_for("searchindex")
        button(page, SEARCH).click()
        settle(page, heard)

        tops = {}
        for place in places(document) if document.chapter else ():
            go(page, heard, f"{address}#{place}")
            tops[f"opened at #{place}"] = page.evaluate(TOP, place)
            go(page, heard, address)
            page.evaluate(FOLLOW, place)
            settle(page, heard)
            tops[f"a click on #{place}"] = page.evaluate(TOP, place)
        yield "places", tops

        page.evaluate("localStorage.clear()")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(PHONE)
        go(page, heard, address)
        page.evaluate(COME_NEAR)
        page.evaluate(OPEN_EVERYTHING)
        settle(page, heard)
        page.add_style_tag(content=STEADY)
        wide = []
        for width in WIDTHS:  # the last is the phone's own
            page.set_viewport_size({"width": width, "height": PHONE["height"]})
            page.evaluate(FRAMES)
            wide += [f"at {width} px {what}" for what in page.evaluate(CUT_OFF)]
        yield "what is cut off", wide
        yield "axe, dark on a phone", violations(page, "dark")
        switch(page, "light")
        yield "axe, light on a phone", violations(page, "light")
        yield "what was wrong", list(heard.wrong)
