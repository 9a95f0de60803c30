"""Every page in a real browser: quiet, light, usable by keyboard, readable without JavaScript."""

import re
from urllib.parse import urlsplit

import pytest
from browsing import (
    CONTENTS,
    DESKTOP,
    OPEN_EVERYTHING,
    PATIENCE,
    PHONE,
    SCROLL_THROUGH,
    SEARCH,
    STILL,
    THEME,
    button,
    listen,
    opened,
    settle,
    theme,
)
from built import built_pages
from playwright.sync_api import Error, expect

WEIGHT = 200_000  # bytes of JavaScript and CSS, as they travel


def test_a_page_is_quiet_in_all_it_does(browser, server, document):
    """No request leaves the site, none fails, the console stays clean: loaded, scrolled, opened,
    in both themes, with the search open."""
    with opened(browser, server, document.path) as (page, heard):
        page.evaluate(SCROLL_THROUGH)
        page.evaluate(OPEN_EVERYTHING)
        for _ in range(3):
            button(page, THEME).click()
        settle(page)
        if document.path != "search.html":
            assert not heard.asked_for("searchindex"), "the search index came without a search"
        button(page, SEARCH).click()
        settle(page)
    assert not heard.wrong, f"{document}:\n  " + "\n  ".join(heard.wrong)


def test_scripts_and_styles_of_a_chapter_are_light(browser, server, chapter):
    """What the page and all it shows ask for, scrolled to its end, as it travels (compressed)."""
    with opened(browser, server, chapter.path) as (page, heard):
        page.evaluate(SCROLL_THROUGH)
        settle(page)
        blocking = page.evaluate(
            """performance.getEntriesByType("resource")
                 .filter(entry => entry.renderBlockingStatus === "blocking")
                 .map(entry => new URL(entry.name).pathname)"""
        )
        sizes = {
            urlsplit(request.url).path: request.sizes()["responseBodySize"]
            for request in heard.requests
            if request.resource_type in ("script", "stylesheet") and not request.failure
        }
    inline = sum(len(tag.get_text()) for tag in chapter.soup.find_all(["script", "style"]))
    total = sum(sizes.values())
    table = "\n  ".join(f"{size:8,} {path}" for path, size in sorted(sizes.items()))
    assert total <= WEIGHT, f"{chapter}: {total:,} bytes of JavaScript and CSS\n  {table}"
    assert len(blocking) <= 1, f"{chapter}: these hold the first paint up: {blocking}"
    assert all(path.endswith(".css") for path in blocking), blocking
    assert inline < 60_000, f"{chapter}: {inline:,} characters of inline script and style"


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


def test_no_page_scrolls_sideways(browser, server, document):
    """Nor is anything cut off, on any width: what is wide has a scroll bar of its own."""
    wide = []
    with opened(browser, server, document.path, viewport=PHONE) as (page, _):
        page.evaluate(OPEN_EVERYTHING)
        page.add_style_tag(content="* { content-visibility: visible !important }")
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            wide += [f"at {width} px {what}" for what in page.evaluate(CUT_OFF)]
    assert not wide, f"{document}:\n  " + "\n  ".join(wide)


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


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_tab_stop_skips_to_the_text(browser, server, viewport, scheme):
    path = next(page.path for page in built_pages() if page.path != "index.html")
    with opened(browser, server, path, viewport=viewport, color_scheme=scheme) as (page, _):
        page.add_style_tag(content=STILL)
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop and "skip" in stop["name"].lower(), f"the first tab stop is {stop}"
        assert stop["seen"], "the skip link is not visible when it has the focus"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        inside = page.evaluate("document.querySelector('main').contains(document.activeElement)")
        assert inside, f"after the skip link comes {page.evaluate(FOCUSED)}, outside <main>"


def test_every_tab_stop_of_a_page_shows_the_focus(browser, server, chapter):
    """As far as 60 stops go: who moves by keyboard sees where he is."""
    tab_through(browser, server, chapter.path, "light")


def test_every_tab_stop_shows_the_focus_in_the_dark(browser, server):
    tab_through(browser, server, "index.html", "dark")


def tab_through(browser, server, path, scheme):
    hidden, names = [], []
    with opened(browser, server, path, color_scheme=scheme) as (page, _):
        page.add_style_tag(content=STILL)
        for _ in range(60):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUSED)
            if stop is None or (names and stop["name"] == names[0]):
                break
            names.append(stop["name"])
            if not stop["seen"]:
                hidden.append(f"out of sight: {stop['name']}")
            if not (stop["changes"] and stop["outline"]):
                hidden.append(f"no focus ring: {stop['name']}")
    assert len(names) > 5, f"only {names} can be reached"
    assert not hidden, f"{path}:\n  " + "\n  ".join(hidden)


def test_the_theme_switches_by_keyboard_and_is_remembered(browser, server, pages):
    with opened(browser, server, "index.html", color_scheme="light") as (page, heard):
        assert theme(page) == "light"
        for _ in range(3):
            button(page, THEME).focus()
            page.keyboard.press("Enter")
            if theme(page) == "dark":
                break
        assert theme(page) == "dark", "the theme button does not reach the dark theme"
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.reload()
        assert theme(page) == "dark", "forgotten after reloading"
        page.goto(server.at(pages[1].path))
        assert theme(page) == "dark", "forgotten on the next page"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
        assert sum(map(int, re.findall(r"\d+", dark)[:3])) < 200, f"dark is {dark}"
    assert not heard.wrong, heard.wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_at_first(browser, server, scheme):
    with opened(browser, server, "index.html", color_scheme=scheme) as (page, _):
        assert theme(page) == scheme


def test_search_finds_what_is_written(browser, server, pages):
    """The index travels only now; a result leads to a page of the book."""
    with opened(browser, server, pages[1].path) as (page, heard):
        button(page, SEARCH).click()
        field = page.get_by_role("searchbox").or_(page.locator("input[type=search]"))
        field = field.filter(visible=True).first
        expect(field).to_be_focused()
        field.press_sequentially("recurrent")
        field.press("Enter")
        results = page.locator("#search-results li a, .search-results li a, [role=listbox] a")
        expect(results.first).to_be_visible(timeout=10_000)
        assert heard.asked_for("searchindex")
        found = {urlsplit(result.evaluate("a => a.href")).path for result in results.all()}
        known = {urlsplit(server.at(document.path)).path for document in pages}
        assert found & known and found <= known, found
        results.first.click()
        page.wait_for_load_state("load")
        assert "recurrent" in page.locator("main").inner_text().lower()
    assert not heard.wrong, heard.wrong


def test_escape_closes_the_search(browser, server):
    with opened(browser, server, "index.html") as (page, _):
        button(page, SEARCH).click()
        dialog = page.locator("input[type=search]").filter(visible=True).first
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_the_table_of_contents_opens_on_a_phone(browser, server, pages):
    """By its button; a link in it leads to a chapter; Escape or the button closes it again."""
    target = next(page for page in pages if page.chapter and page.path != "index.html")
    with opened(browser, server, "index.html", viewport=PHONE) as (page, heard):
        button(page, CONTENTS).click()
        link = page.locator(f'nav a[href$="{target.path}"]').filter(visible=True).first
        expect(link).to_be_visible()
        link.click()
        page.wait_for_url(server.at(target.path))
    assert not heard.wrong, heard.wrong


HIDDEN_TEXT = """
() => [...document.querySelectorAll("main article *")].filter(element => {
  if (element.closest("details:not([open]), [hidden], noscript, template, script, style"))
    return false;
  if (element.closest(".visually-hidden, math, .katex-mathml, svg")) return false;
  const style = getComputedStyle(element);
  return (style.display === "none" || style.visibility !== "visible")
    && element.textContent.trim().length > 20;
}).map(element => `<${element.localName} class="${element.className}"> `
  + element.textContent.trim().slice(0, 60)).slice(0, 5)
"""


TOP = "id => document.getElementById(id).getBoundingClientRect().top"


def test_links_to_a_place_in_a_chapter_land_there(browser, server, chapter):
    """Opened with the link, and clicked in the page: the place stands at the top of the window."""
    places = [tag["id"] for tag in chapter.soup.select(".text > section > section[id]")]
    for place in places[len(places) // 2 :: 4]:
        with opened(browser, server, f"{chapter.path}#{place}") as (page, _):
            settle(page)
            assert -10 < page.evaluate(TOP, place) < 150, f"{chapter.path}#{place}"
        with opened(browser, server, chapter.path) as (page, _):
            page.evaluate("place => document.querySelector(`a[href='#${place}']`).click()", place)
            settle(page)
            assert -10 < page.evaluate(TOP, place) < 150, f"a click on #{place}"


def test_a_chapter_reads_without_javascript(browser, server, chapter):
    """Nothing is hidden that only a script could show, and quizzes and solutions open."""
    with opened(browser, server, chapter.path, java_script_enabled=False) as (page, heard):
        expect(page.locator("main h1").filter(visible=True)).to_be_visible()
        hidden = page.evaluate(HIDDEN_TEXT)
        assert not hidden, f"{chapter}: no way to see\n  " + "\n  ".join(hidden)
        for summary in page.locator("main details > summary").all():
            details = summary.locator("xpath=..")
            inner = details.locator("xpath=ancestor::details[not(@open)]")
            if inner.count() or details.get_attribute("open") is not None:
                continue  # inside a closed one, or open already
            summary.click()
            assert details.get_attribute("open") is not None, summary.inner_text()
            break
    wrong = [what for what in heard.wrong if "csp" not in what]  # preloaded scripts, not wanted
    assert not wrong, f"{chapter}: {wrong}"


def test_images_arrive_and_fill_their_frames(browser, server, chapter):
    """Every picture decodes, and has the shape that its width and height promise."""
    with opened(browser, server, chapter.path) as (page, _):
        page.evaluate(OPEN_EVERYTHING)
        page.evaluate(SCROLL_THROUGH)
        settle(page)
        wrong = page.evaluate(
            """async () => {
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
            }"""
        )
    assert not wrong, f"{chapter}:\n  " + "\n  ".join(wrong)


def test_a_lost_link_finds_a_page_that_helps(browser, server):
    """Deep in the site too: the page's styles, scripts and links work from any address."""
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        heard = listen(page, server.origin)
        lost = server.at("foundations/nothing/is-here.html")
        response = page.goto(lost)
        settle(page)
        assert response is not None and response.status == 404
        wrong = [what for what in heard.wrong if lost not in what and "404 (Not Found)" not in what]
        assert not wrong, wrong
        assert not [what for what in heard.wrong if what.startswith("404") and lost not in what]
        home = page.locator("main a[href]").filter(visible=True).first
        home.click()
        page.wait_for_load_state("load")
        assert page.url.startswith(server.url) and page.url != lost
        expect(page.locator("main h1").filter(visible=True)).to_be_visible()


def test_printing_a_chapter_shows_the_text_and_no_furniture(browser, server, pages):
    chapter = next(page for page in pages if page.chapter and page.path != "index.html")
    with opened(browser, server, chapter.path) as (page, _):
        page.emulate_media(media="print")
        expect(page.locator("main h1").filter(visible=True)).to_be_visible()
        shown = page.evaluate(
            """[...document.querySelectorAll(
                 ".bd-sidebar-primary, .bd-header-article, .prev-next-footer")]
               .filter(element => element.checkVisibility() && element.getClientRects().length)
               .map(element => element.className)"""
        )
        assert not shown, f"printed beside the text: {shown}"


def test_the_console_would_be_heard(browser, server):
    """The listener hears what it should: an error, a lost file, a request that leaves."""
    with opened(browser, server, "index.html") as (page, heard):
        assert not heard.wrong
        with pytest.raises(Error):
            page.evaluate("Promise.reject(new Error('planted'))")
        page.evaluate(
            """() => {
              console.error("planted");
              setTimeout(() => { throw new Error("thrown"); });
              const image = new Image(); image.src = "nothing-is-here.png";
              document.body.append(image);
              fetch("http://127.0.0.2:9/elsewhere").catch(() => 0);
            }"""
        )
        page.wait_for_timeout(500)
    text = "\n".join(heard.wrong)
    for planted in ("console error: planted", "uncaught: thrown", "404: ", "leaves the site"):
        assert planted in text, f"{planted!r} was not heard in\n{text}"
