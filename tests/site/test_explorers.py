"""Explorers in a real browser: `compute` equals NumPy's; keyboard, themes, no script.

An explorer is visited once; the tests read what that visit found.
"""

import json
import os
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bookkit.serve import serving
from bookkit.sphinx.explorers import figures
from course_utils import explorers
from tests.helpers.browsing import FRAMES, PHONE, Visit, browsing, go, opened, settle
from tests.helpers.figures import write_pages
from tests.helpers.random_settings import random_settings
from tests.helpers.visiting import axe

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = 60  # random parameter sets a twin is compared at
NAMES = explorers.names()
DRAWN_AT = [310, 340, 480, 700, 736]  # pixels; figures use 340 and 700
WIDTHS = (390, 700, 1100)
SIZES = {"phone": PHONE, "desktop": {"width": 1100, "height": 900}}

each_explorer = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and, for each explorer, a page with nothing else in it, being served."""
    folder = tmp_path_factory.mktemp("explorers")
    write_pages(folder, NAMES)
    with serving(folder) as served:
        yield served


AXE = """
async () => (await axe.run()).violations
  .map((violation) => [violation.id, violation.nodes.map((node) => node.html)])
"""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
TARGETS = """
() => [...document.querySelectorAll('.explorer :is(input, select, button)')]
  .filter((e) => e.offsetParent)
  .map((e) => [e.outerHTML.slice(0, 80), e.offsetWidth, e.offsetHeight])
"""
DRAWN = """
() => {
  return [...document.querySelectorAll(".explorer svg")].map((svg) => svg.outerHTML).join("");
}
"""
FOCUSED = """
() => {
  const e = document.activeElement;
  return e.closest('.explorer') ? [e.tagName, e.type ?? '', e.id] : null;
}
"""
BOXES = """
() => [...document.querySelectorAll(
  ".explorer, .explorer-controls, .explorer-picture, .explorer-summary, .explorer-buttons"
)].map((box) => box.getBoundingClientRect().height)
"""
ON_PAPER = """
() => Object.fromEntries([300, 500, 680].map((width) => {
  const main = document.querySelector("main");
  main.style.width = `${width}px`; // and no frame in between: what observes sizes does not run
  const shown = (all) => [...document.querySelectorAll(all)].filter((e) => e.checkVisibility());
  const pictures = shown(".explorer-picture svg");
  const high = Math.min(...pictures.map((svg) => svg.getBoundingClientRect().height));
  const controls = shown(".explorer :is(input, select, button)");
  main.style.width = "";
  return [width, [pictures.length, high, controls.length]];
}))
"""
CONTROLS = ".explorer :is(input, select, button, [tabindex='0']):visible"


def live(page):
    """Wait until the explorer of the page is there, drawn and described."""
    page.wait_for_selector('.explorer[data-state="live"]')
    assert page.locator(".explorer-picture svg:visible").count() == 1 and summary(page)


def picture(page):
    """What is drawn: it follows each change at once."""
    return page.evaluate(DRAWN)


def summary(page):
    """The sentence below the picture: it follows at once, as the picture does."""
    return page.inner_text(".explorer-summary")


def keys_of(tag, kind):
    """What to press on a control, so that it moves."""
    if kind == "range":
        return ["End", "ArrowLeft", "Home", "ArrowRight"]
    if kind == "text":  # a pulse in front of all others, and away again
        return ["Home", "Delete", "1", "Backspace"]
    if tag == "SELECT":
        return ["ArrowDown", "ArrowUp", "ArrowDown"]
    return ["ArrowRight", "ArrowLeft"]  # a button, which may be something to move: there and back


def move_every_control(page):
    """Tab through the figure and press the keys of each control; what changed, control by control.

    The picture is looked at after each key, the sentence after the first and the last.
    """
    count = page.locator(CONTROLS).count()
    found = {"count": count, "reached": []}
    pictures, sentences = {picture(page)}, {summary(page)}
    for _ in range(count + 2):
        page.keyboard.press("Tab")
        where = page.evaluate(FOCUSED)
        if where is None:
            continue
        before, changed = picture(page), False
        keys = keys_of(*where[:2])
        for key in keys:
            page.keyboard.press(key)
            after = picture(page)
            changed |= after != before
            pictures.add(after)
            if key in (keys[0], keys[-1]):
                sentences.add(summary(page))
        spoken = page.evaluate("document.activeElement.getAttribute('aria-valuetext')")
        found["reached"].append((where, changed, spoken))
    return {**found, "pictures": len(pictures), "summaries": len(sentences)}


def press_every_button(page):
    """Press Enter on each button; how many different figures were seen."""
    seen = {(picture(page), summary(page))}
    for button in page.locator(".explorer button:visible").all():
        button.focus()
        page.keyboard.press("Enter")
        seen.add((picture(page), summary(page)))
    return len(seen)


def set_theme(page, theme):
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    shown = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert shown == theme, f"the theme is {shown}, not {theme}"


def boxes_at(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(FRAMES)
    return page.evaluate(BOXES)


def on_paper(page):
    page.emulate_media(media="print")
    found = page.evaluate(ON_PAPER)
    page.emulate_media(media="screen")
    return found


def visit(browser, harness, name):
    """The parts of a visit to an explorer: asleep, as it is at first, and then moved."""
    with browsing(browser, harness.origin, viewport=SIZES["desktop"]) as (page, heard):
        nothing = {"body": "", "content_type": "text/javascript"}
        page.route("**/loader.js", lambda route: route.fulfill(**nothing))
        go(page, heard, harness.at(f"{name}.html"))
        yield "on paper, asleep", on_paper(page)
        for width in WIDTHS:
            yield f"asleep at {width}", boxes_at(page, width)
        page.unroute("**/loader.js")
        page.set_viewport_size(SIZES["desktop"])
        go(page, heard, harness.at(f"{name}.html"))
        live(page)
        for width in WIDTHS:
            yield f"awake at {width}", boxes_at(page, width)
        page.evaluate(axe())
        for size, viewport in reversed(SIZES.items()):
            page.set_viewport_size(viewport)
            page.evaluate(FRAMES)  # the picture is drawn anew for another width
            yield f"on paper, live on a {size}", on_paper(page)
            for theme in ("dark", "light"):
                set_theme(page, theme)
                yield f"axe, {theme} on a {size}", page.evaluate(AXE)
                yield f"sideways, {theme} on a {size}", page.evaluate(SIDEWAYS)
                if shots := os.environ.get("COURSE_SCREENSHOTS"):
                    file = f"{shots}/{name}-{theme}-{viewport['width']}.png"
                    page.screenshot(path=file, full_page=True)
        yield "targets", page.evaluate(TARGETS)
        page.set_viewport_size(SIZES["desktop"])
        page.evaluate(FRAMES)
        yield "keyboard", move_every_control(page)
        yield "buttons", press_every_button(page)
        yield "pictures", page.locator(".explorer-picture svg:visible").count()
        settle(page, heard)
        yield "wrong", list(heard.wrong)


@pytest.fixture(scope="module")
def visited(browser, harness):
    """What the one visit to an explorer found, part by part."""
    return cache(lambda name: Visit(name, visit(browser, harness, name)))


@pytest.fixture(scope="module")
def plain(browser, harness):
    """A page without a figure, to import twins into and to measure drawings in."""
    with opened(browser, harness, "plain.html") as (page, _):
        yield page


def difference(mine, theirs):
    """The largest difference of two traces; infinite where shape or words differ."""
    if isinstance(mine, str):
        return 0.0 if mine == theirs else np.inf
    if isinstance(mine, list | tuple) and any(isinstance(part, str | list | dict) for part in mine):
        if len(mine) != len(theirs):
            return np.inf
        return max(map(difference, mine, theirs), default=0.0)
    mine, theirs = np.asarray(mine, float), np.asarray(theirs, float)
    if mine.shape != theirs.shape:
        return np.inf
    return float(np.max(np.abs(mine - theirs), initial=0.0))


RUN = """
async ([url, models, sets, widths]) => {
  const module = await import(url);
  const file = async (name) => [name, await (await fetch(`assets/models/${name}.json`)).json()];
  const data = module.prepare?.(Object.fromEntries(await Promise.all(models.map(file))));
  const plain = (v) =>
    ArrayBuffer.isView(v) ? Array.from(v) : Array.isArray(v) ? v.map(plain) : v;
  return JSON.stringify(sets.map((values) => {
    const traces = module.compute(values, data);
    return {
      traces: Object.fromEntries(Object.entries(traces).map(([k, v]) => [k, plain(v)])),
      summary: module.summary(values, traces),
      drawings: widths.map((width) => module.draw(values, traces, width)),
    };
  }));
}
"""


@pytest.fixture(scope="module")
def ran(plain, harness):
    """What the module of an explorer gives at random settings: [(values, answer), …]."""

    @cache
    def run(name):
        explorer = explorers.get(name)
        presets = [explorer.values(**values) for _, values in explorer.presets]
        others = random_settings(explorer, np.random.default_rng(2), SETTINGS - 1)
        sets = [*presets, explorer.values(), *others]
        module = harness.at(f"assets/explorers/{name}.js")
        # As text: Playwright takes long over many numbers.
        answer = plain.evaluate(RUN, [module, list(explorer.models), sets, DRAWN_AT])
        return list(zip(sets, json.loads(answer), strict=True))

    return run


@each_explorer
def test_the_twin_equals_numpy(name, ran):
    """Numbers to 1e-9 at random parameters."""
    compute = explorers.get(name).compute
    assert len(ran(name)) >= SETTINGS
    for values, twin in ran(name):
        traces = compute(**values)
        assert set(twin["traces"]) == set(traces)
        for trace, mine in traces.items():
            off = difference(mine, twin["traces"][trace])
            assert off <= 1e-9, f"{trace} differs by {off} at {json.dumps(values)}"


@each_explorer
def test_any_setting_gives_words_and_a_picture(name, ran):
    for values, twin in ran(name):
        words = twin["summary"]
        assert 20 < len(words) < 600 and words.endswith((".", "!")), (values, words)
        assert not re.search(r"NaN|undefined|Infinity|null|-0|\[object", words), (values, words)
        for width, drawing in zip(DRAWN_AT, twin["drawings"], strict=True):
            assert drawing["width"] == width and 60 < drawing["height"] < 1400
            assert not re.search(r"NaN|undefined|Infinity", drawing["body"]), values


@each_explorer
def test_every_control_moves_with_the_keyboard_alone(name, visited):
    """Tab reaches each control; its keys change the picture and the summary."""
    found = visited(name)["keyboard"]
    assert found["count"] >= 2
    for where, changed, spoken in found["reached"]:
        tag, kind, _id = where
        assert tag not in ("INPUT", "SELECT") or changed, f"{where} moves nothing"
        if kind == "range":
            assert spoken and any(c.isdigit() for c in spoken), where
    reached = len(found["reached"])
    assert reached >= found["count"] - 1, f"Tab reached {reached} of {found['count']} controls"
    assert found["pictures"] > 2 and found["summaries"] > 2
    assert not visited(name)["wrong"]


def test_a_word_that_is_moved_keeps_the_focus(browser, harness):
    """Two arrow keys carry a word two places on, and say so in the sentence."""
    with opened(browser, harness, "word-order.html") as (page, _):
        live(page)
        page.get_by_role("button", name="dog").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.textContent") == "dog"
        assert "“the bit the dog man”" in summary(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")  # at the end, nothing more happens
        assert "“the bit the man dog”. Is it done to a person? By the rule: no." in summary(page)


@each_explorer
def test_a_button_works_with_enter(name, visited):
    """Some button changes the figure; after that, none has thrown an error."""
    assert visited(name)["buttons"] > 1
    assert visited(name)["pictures"] >= 1
    assert not visited(name)["wrong"]


@each_explorer
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_axe_finds_nothing(name, theme, size, visited):
    """Every rule of axe-core, best practices included, on the live component."""
    assert visited(name)[f"axe, {theme} on a {size}"] == []
    assert not visited(name)[f"sideways, {theme} on a {size}"], "the page scrolls sideways"


@each_explorer
def test_no_words_of_a_picture_are_cut_off(name, plain, ran):
    """At any setting every text lies inside its picture, in the narrow and in the wide one."""
    drawings = [drawing for _, twin in ran(name)[:16] for drawing in twin["drawings"][:4]]
    cut = plain.evaluate(
        """(drawings) => drawings.flatMap(({ width, height, body }) => {
          const box = document.createElement("div");
          box.style.width = `${width}px`;
          box.innerHTML = `<svg viewBox="0 0 ${width} ${height}">${body}</svg>`;
          document.body.append(box);
          const out = [...box.querySelectorAll("text")].filter((text) => {
            const { x, y, width: long, height: high } = text.getBBox();
            return x < -1 || y < -1 || x + long > width + 1 || y + high > height + 1;
          });
          box.remove();
          return out.map((text) => text.textContent);
        })""",
        drawings,
    )
    assert not cut


@each_explorer
def test_targets_are_large_enough_for_a_finger(name, visited):
    sizes = visited(name)["targets"]
    small = [entry for entry in sizes if entry[1] < 44 or entry[2] < 44]
    assert sizes and not small


@each_explorer
def test_nothing_comes_from_elsewhere(name, visited):
    """Nor is anything lost, or complained of in the console, in all that the visit does."""
    assert not visited(name)["wrong"]


@pytest.fixture(scope="module")
def scriptless(browser, harness):
    with browsing(
        browser, harness.origin, java_script_enabled=False, viewport=PHONE
    ) as opened_page:
        yield opened_page


@each_explorer
def test_the_default_frame_shows_without_javascript(name, scriptless, harness):
    """The picture and the sentence, and nothing to press that would do nothing."""
    page, _ = scriptless
    page.goto(harness.at(f"{name}.html"))
    (box,) = [svg.bounding_box() for svg in page.locator(".explorer-picture svg:visible").all()]
    assert box["width"] > 200 and box["height"] > 60
    (figure,) = figures([(name, {})])
    assert page.inner_text(".explorer-summary") == figure["drawn"]["summary"]
    assert not page.locator(CONTROLS).count()


def test_a_page_without_explorers_loads_none(browser, harness):
    with opened(browser, harness, "plain.html") as (page, heard):
        page.keyboard.press("Tab")
        settle(page, heard)
        loader = harness.at("assets/explorers/loader.js")
        scripts = [url for url in heard.asked_for("/explorers/") if url.endswith(".js")]
        assert scripts == [loader]


def test_a_far_explorer_waits_until_the_reader_comes(browser, harness):
    """Nothing but the loader is fetched; scrolling near, or the Tab key, wakes the figure."""
    with browsing(browser, harness.origin, viewport=PHONE) as (page, heard):
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => {"
            " document.querySelector('main').style.paddingTop = '4000px'; }, true)"
        )
        for wake in ("scroll", "tab"):
            heard.forget()
            go(page, heard, harness.at("scalar-rnn.html"))
            assert not heard.asked_for("scalar-rnn.js")
            if wake == "scroll":
                page.mouse.wheel(0, 3000)
            else:
                page.keyboard.press("Tab")
            live(page)


@each_explorer
def test_nothing_moves_when_a_frame_wakes(name, visited):
    """The frame is as high as the live figure, on a phone, on a tablet and on a desk."""
    for width in WIDTHS:
        asleep, awake = visited(name)[f"asleep at {width}"], visited(name)[f"awake at {width}"]
        assert awake == pytest.approx(asleep, abs=0.6), width


THROWS = "export function compute() { throw new Error('a mistake of ours'); }"
THROWS_LATER = """
export const compute = ({ w }) => { if (w > 2) throw new Error("too much"); return { w }; };
export const summary = (values, { w }) => `The weight is ${w}.`;
export const draw = (values, { w }, width) => ({ width, height: 90, body: `<g>${w}</g>` });
"""


@pytest.mark.parametrize("fault", ["is not there", "throws"])
def test_a_component_that_fails_leaves_its_default_frame(browser, harness, fault):
    (figure,) = figures([("scalar-rnn", {})])
    with browsing(browser, harness.origin) as (page, heard):
        page.route(
            "**/scalar-rnn.js",
            lambda route: (
                route.abort()
                if fault == "is not there"
                else route.fulfill(body=THROWS, content_type="text/javascript")
            ),
        )
        page.goto(harness.at("scalar-rnn.html"))
        page.wait_for_selector('.explorer[data-state="still"]')
        assert page.locator(".explorer-picture svg:visible").count() == 1
        assert page.inner_text(".explorer-summary") == figure["drawn"]["summary"]
        assert not page.locator(CONTROLS).count(), "there is nothing to press"
        assert fault != "throws" or "a mistake of ours" in " ".join(heard.wrong)


def test_a_setting_at_which_a_component_throws_is_not_taken(browser, harness):
    with browsing(browser, harness.origin) as (page, heard):
        page.route(
            "**/scalar-rnn.js",
            lambda route: route.fulfill(body=THROWS_LATER, content_type="text/javascript"),
        )
        page.goto(harness.at("scalar-rnn.html"))
        live(page)
        slider = page.get_by_label("Input weight w")
        slider.fill("1.5")
        assert summary(page) == "The weight is 1.5."
        slider.fill("2.5")
        assert summary(page) == "The weight is 1.5." and slider.input_value() == "1.5"
        assert "too much" in " ".join(heard.wrong)


def test_a_screen_reader_hears_where_a_movement_ends_and_once(browser, harness):
    """The sentence follows at once; the live region waits, and is empty again for who reads on."""
    with browsing(browser, harness.origin) as (page, heard):
        page.clock.install()
        go(page, heard, harness.at("half-life.html"))
        live(page)
        spoken = page.locator(".explorer [role=status]")
        assert spoken.text_content() == "", "what is there at first is read, not announced"
        slider = page.locator(".explorer input[type=range]").first
        slider.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
            page.clock.run_for(100)
            assert spoken.text_content() == ""
        now = summary(page)
        page.clock.run_for(500)
        assert spoken.text_content() == now
        page.clock.run_for(6000)
        assert spoken.text_content() == ""
        value = slider.get_attribute("aria-valuetext")
        shown = page.locator(".explorer-value").first
        assert shown.text_content() == value and shown.get_attribute("aria-hidden") == "true"
        assert not page.locator(".explorer output").count(), "an output would speak a second time"


@each_explorer
@pytest.mark.parametrize("state", ["asleep", "live on a phone", "live on a desktop"])
def test_on_paper_no_figure_is_empty(name, state, visited):
    """However wide the paper is: printing lays out anew, and no script draws meanwhile."""
    for width, (pictures, high, controls) in visited(name)[f"on paper, {state}"].items():
        assert pictures == 1 and high > 60, width
        assert not controls, "there is nothing to press on paper"


def test_components_are_small():
    """Bytes of source: a component is read over a slow line, and by the curious."""
    folder = ROOT / "book" / "assets" / "explorers"
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
    shared = ("loader.js", "ui.js", "explorers.css")  # every page with an explorer has these
    assert sum(sizes.pop(name) for name in shared) <= 24_000
    assert max(sizes.values()) <= 24_000, sizes
    assert sum(sizes.values()) <= 12_000 * len(sizes), sizes
