"""Every page in a real browser: quiet, light, usable by keyboard, readable without JavaScript.

What a test says of every page was found by the one visit to it (tests/helpers/visiting.py).
"""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect

from tests.helpers.browsing import (
    CONTENTS,
    DESKTOP,
    PHONE,
    SEARCH,
    STILL,
    THEME,
    browsing,
    button,
    go,
    opened,
    settle,
    theme,
    until,
)
from tests.helpers.built import Page as Document
from tests.helpers.built import by_size, lightest_chapter
from tests.helpers.visiting import FOCUSED, tab_stops

WEIGHT = 200_000  # bytes of JavaScript and CSS, as they travel


def test_a_page_is_quiet_in_all_it_does(visited, document):
    """No request leaves the site, none fails, the console stays clean: loaded, scrolled, opened,
    in both themes, on a phone too, with the search open."""
    visit = visited(document)
    if document.path != "search.html":
        assert not visit["the search index"], "the search index came without a search"
    wrong = visit["what was wrong"]
    assert not wrong, f"{document}:\n  " + "\n  ".join(wrong)


def test_scripts_and_styles_of_a_chapter_are_light(visited, chapter):
    """What the page and all it shows ask for, scrolled to its end, as it travels (compressed)."""
    blocking = visited(chapter)["what holds up the first paint"]
    sizes = visited(chapter)["bytes of scripts and styles"]
    inline = sum(len(tag.get_text()) for tag in chapter.soup.find_all(["script", "style"]))
    total = sum(sizes.values())
    table = "\n  ".join(f"{size:8,} {path}" for path, size in sorted(sizes.items()))
    assert total <= WEIGHT, f"{chapter}: {total:,} bytes of JavaScript and CSS\n  {table}"
    assert len(blocking) <= 1, f"{chapter}: these hold the first paint up: {blocking}"
    assert all(path.endswith(".css") for path in blocking), blocking
    assert inline < 60_000, f"{chapter}: {inline:,} characters of inline script and style"


def test_no_page_scrolls_sideways(visited, document):
    """Nor is anything cut off, on any width: what is wide has a scroll bar of its own."""
    wide = visited(document)["what is cut off"]
    assert not wide, f"{document}:\n  " + "\n  ".join(wide)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_tab_stop_skips_to_the_text(browser, server, viewport, scheme):
    path = lightest_chapter().path
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


AFTER_TAB = """
() => {
  const element = document.activeElement;
  const { top, bottom } = element.getBoundingClientRect();
  return {
    inside: document.querySelector("main").contains(element) && element.localName !== "main",
    near: bottom > -innerHeight && top < 2 * innerHeight,
  };
}
"""
MIDDLE = """
() => [...document.querySelectorAll("main .text section > p:has(a[href])")].find(text =>
  text.firstChild.length > 40 && text.getBoundingClientRect().top > 100)
"""


def test_tab_goes_on_from_where_the_reader_clicked(browser, server):
    """In the middle of a chapter, to the link in the paragraph: the page stays where it is."""
    with opened(browser, server, "gates/lstm.html", viewport=DESKTOP) as (page, heard):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight * 0.5)")
        settle(page, heard)
        page.evaluate_handle(MIDDLE).as_element().click(position={"x": 5, "y": 5})
        before = page.evaluate("scrollY")
        assert before > 2000
        page.keyboard.press("Tab")
        settle(page, heard)
        after = page.evaluate("scrollY")
        assert abs(after - before) < 300, f"Tab scrolls from {before} to {after}"
        assert page.evaluate(AFTER_TAB) == {"inside": True, "near": True}, page.evaluate(FOCUSED)


def test_every_tab_stop_of_a_page_shows_the_focus(visited, chapter):
    """As far as 60 stops go: who moves by keyboard sees where he is."""
    every_stop_is_seen(chapter.path, visited(chapter)["tab stops"])


def test_every_tab_stop_shows_the_focus_in_the_dark(browser, server):
    with opened(browser, server, "index.html", color_scheme="dark") as (page, heard):
        assert theme(page) == "dark"
        every_stop_is_seen(page.url, tab_stops(page, heard))


def every_stop_is_seen(path, stops):
    names = [stop["name"] for stop in stops]
    assert len(names) > 5, f"only {names} can be reached"
    hidden = [f"out of sight: {stop['name']}" for stop in stops if not stop["seen"]]
    hidden += [
        f"no focus ring: {stop['name']}"
        for stop in stops
        if not (stop["changes"] and stop["outline"])
    ]
    assert not hidden, f"{path}:\n  " + "\n  ".join(hidden)


def test_the_theme_switches_by_keyboard_and_is_remembered(browser, server):
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
        settle(page, heard)
        assert theme(page) == "dark", "forgotten after reloading"
        go(page, heard, server.at(lightest_chapter().path))
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
    with opened(browser, server, lightest_chapter().path) as (page, heard):
        button(page, SEARCH).click()
        field = page.get_by_role("searchbox").or_(page.locator("input[type=search]"))
        field = field.filter(visible=True).first
        expect(field).to_be_focused()
        field.press_sequentially("recurrent")
        field.press("Enter")
        results = page.locator("#search-results li a, .search-results li a, [role=listbox] a")
        results.first.wait_for()
        assert heard.asked_for("searchindex")
        found = {urlsplit(result.evaluate("a => a.href")).path for result in results.all()}
        known = {urlsplit(server.at(document.path)).path for document in pages}
        assert found & known and found <= known, found
        settle(page, heard)
        results.first.click()
        page.wait_for_load_state("load")
        settle(page, heard)
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
    (start,) = (page for page in pages if page.path == "index.html")
    links = {link["href"] for link in start.soup.select("nav.contents a")}
    target = next(page for page in pages if page.chapter and page.path in links)
    with opened(browser, server, "index.html", viewport=PHONE) as (page, heard):
        button(page, CONTENTS).click()
        link = page.locator(f'nav a[href$="{target.path}"]').filter(visible=True).first
        expect(link).to_be_visible()
        link.click()
        page.wait_for_url(server.at(target.path))
        settle(page, heard)
    assert not heard.wrong, heard.wrong


def test_a_page_that_goes_deeper_is_named_below_its_chapter(pages):
    """In the contents of the chapter and of the page itself, and nowhere else."""
    deeper = {page.path for page in pages if page.path.endswith("-deeper.html")}
    assert "architectures/deep-and-bidirectional-deeper.html" in deeper
    named = {page.path for page in pages if page.soup.select("nav.contents li li")}
    assert named == deeper | {path.replace("-deeper", "") for path in deeper}


BESIDE, ABOVE, WITHIN = "nav.here", "nav.fold", ".contents .within"
SECTIONS = """
where => [...document.querySelectorAll(`${where} a`)].filter(link => link.checkVisibility())
  .map(link => link.hash.slice(1))
"""
TOP = "id => document.getElementById(id).getBoundingClientRect().top"


def sectioned() -> Document:
    """The chapter with the least HTML that has a list of its sections."""
    return next(page for page in by_size('class="fold"') if page.chapter)


@pytest.mark.parametrize(
    ("width", "shown"),
    [(390, {ABOVE}), (900, {ABOVE}), (1280, {ABOVE, WITHIN}), (1440, {BESIDE})],
)
def test_the_sections_of_a_page_are_listed_at_every_width(browser, server, width, shown):
    """Beside the text where there is room, else folded below the title; never twice in sight."""
    chapter = sectioned()
    titled = [tag.parent["id"] for tag in chapter.soup.select(".text section > :is(h2, h3)")]
    size = {"width": width, "height": 900}
    with opened(browser, server, chapter.path, viewport=size) as (page, _):
        assert {
            where for where in (BESIDE, ABOVE, WITHIN) if page.locator(where).is_visible()
        } == shown
        if ABOVE in shown:
            assert page.evaluate(SECTIONS, ABOVE) == [], "unfolded before anybody asked"
            page.locator(ABOVE).get_by_text("On this page").click()
        for where in {BESIDE, ABOVE} & shown:
            assert page.evaluate(SECTIONS, where) == titled
        for where in {WITHIN} & shown:
            tops = chapter.soup.select(".text > section > section > h2")
            assert page.evaluate(SECTIONS, where) == [tag.parent["id"] for tag in tops]


@pytest.mark.parametrize("where", [ABOVE, WITHIN], ids=["below the title", "in the menu"])
def test_a_link_to_a_section_gives_way_to_it_on_a_phone(browser, server, where):
    """Every link of the list leads to its section, and the list closes."""
    chapter = sectioned()
    with opened(browser, server, chapter.path, viewport=PHONE) as (page, heard):
        links = page.locator(f"{where} a[href^='#']:not([href='#'])")
        assert links.count() > 4
        for link in links.all():
            if where == ABOVE:
                page.locator("nav.fold summary").click()
            else:
                button(page, CONTENTS).click()
                expect(page.locator(".contents a.current")).to_be_in_viewport()
            section = link.get_attribute("href").removeprefix("#")
            link.click()
            expect(link).to_be_hidden()
            settle(page, heard)
            top = page.evaluate(TOP, section)
            end = page.evaluate(
                "scrollY + innerHeight >= document.documentElement.scrollHeight - 2"
            )
            assert -10 < top < 150 or (end and top > 0), f"{section} stands at {top}"
    assert not heard.wrong, heard.wrong


def test_the_list_of_sections_needs_no_script(browser, server):
    with browsing(browser, server.origin, java_script_enabled=False, viewport=PHONE) as (page, _):
        page.goto(server.at(sectioned().path))
        page.locator("nav.fold summary").click()
        link = page.locator("nav.fold a[href^='#']").filter(visible=True).last
        link.click()
        section = link.get_attribute("href")
        assert page.url.endswith(section)
        expect(page.locator(f"{section} > :is(h2, h3)")).to_be_in_viewport()


HIDDEN_TEXT = """
() => [...document.querySelectorAll("main article *")].filter(element => {
  if (element.closest("details:not([open]), [hidden], noscript, template, script, style"))
    return false;
  if (element.closest(".visually-hidden, math, .katex-mathml, svg")) return false;
  // The tests of explorers say what of a figure is to be seen.
  if (element.closest(".explorer-controls, .explorer-buttons, .explorer-both")) return false;
  const style = getComputedStyle(element);
  return (style.display === "none" || style.visibility !== "visible")
    && element.textContent.trim().length > 20;
}).map(element => `<${element.localName} class="${element.className}"> `
  + element.textContent.trim().slice(0, 60)).slice(0, 5)
"""


def test_links_to_a_place_in_a_chapter_land_there(visited, chapter):
    """Opened with the link, and clicked in the page: the place stands at the top of the window."""
    for how, top in visited(chapter)["places"].items():
        assert -10 < top < 150, f"{chapter}: {how} leads to {top} pixels from the top"


@pytest.fixture(scope="module")
def scriptless(browser, server):
    """A page of a browser without JavaScript, for one chapter after the other."""
    with browsing(browser, server.origin, java_script_enabled=False) as opened:
        yield opened


def test_a_chapter_reads_without_javascript(scriptless, server, chapter):
    """Nothing is hidden that only a script could show, and quizzes and solutions open."""
    page, heard = scriptless
    page.goto("about:blank")
    heard.forget()
    page.goto(server.at(chapter.path))
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
    until(page, lambda: not heard.pending, lambda: [request.url for request in heard.pending])
    wrong = [what for what in heard.wrong if "csp" not in what]  # preloaded scripts, not wanted
    assert not wrong, f"{chapter}: {wrong}"


def test_images_arrive_and_fill_their_frames(visited, chapter):
    """Every picture decodes, and has the shape that its width and height promise."""
    wrong = visited(chapter)["pictures"]
    assert not wrong, f"{chapter}:\n  " + "\n  ".join(wrong)


def test_a_lost_link_finds_a_page_that_helps(browser, server):
    """Deep in the site too: the page's styles, scripts and links work from any address."""
    with browsing(browser, server.origin) as (page, heard):
        lost = server.at("foundations/nothing/is-here.html")
        response = page.goto(lost)
        settle(page, heard)
        assert response is not None and response.status == 404
        wrong = [what for what in heard.wrong if lost not in what and "404 (Not Found)" not in what]
        assert not wrong, wrong
        assert not [what for what in heard.wrong if what.startswith("404") and lost not in what]
        home = page.locator("main a[href]").filter(visible=True).first
        home.click()
        page.wait_for_load_state("load")
        assert page.url.startswith(server.url) and page.url != lost
        expect(page.locator("main h1").filter(visible=True)).to_be_visible()


def test_printing_a_chapter_shows_the_text_and_no_furniture(browser, server):
    with opened(browser, server, lightest_chapter().path) as (page, _):
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
        planted = ("console error: planted", "uncaught: thrown", "404: ", "leaves the site")
        until(
            page,
            lambda: all(any(what in said for said in heard.wrong) for what in planted),
            lambda: f"{planted}; heard {heard.wrong}",
        )
