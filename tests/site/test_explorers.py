"""Explorers in a real browser: each twin equals its NumPy function; keyboard, themes, no script.

An explorer is visited once; the tests read what that visit found.
"""

import json
import os
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from browsing import FRAMES, PHONE, Visit, browsing, go, opened, settle
from serve import serving
from visiting import axe

from course_utils import explorers
from course_utils.explorers import Choice, Pulses

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = 60  # random parameter sets a twin is compared at
NAMES = explorers.names()
SIZES = {"phone": PHONE, "desktop": {"width": 1100, "height": 900}}

each_explorer = pytest.mark.parametrize("name", NAMES)

HTML = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{name}</title>
<link rel="icon" href="data:,">
<style>
html {{ --nr-bg: #fff; --nr-surface: #f8f6f2; --nr-ink: #1d2330; --nr-muted: #5b6270;
  --nr-line: #d5d2ca; --nr-accent: #b4451a; --nr-accent-2: #1f6f9f;
  --nr-accent-3: #2a7a4b; --nr-accent-4: #7d4a9e; --nr-focus: #1f6f9f; color-scheme: light }}
html[data-theme="dark"] {{ --nr-bg: #11151c; --nr-surface: #1a202a; --nr-ink: #e9e6df;
  --nr-muted: #a3a9b5; --nr-line: #3a4250; --nr-accent: #f0905f; --nr-accent-2: #6cb8e6;
  --nr-accent-3: #6fc795; --nr-accent-4: #c49ae0; --nr-focus: #6cb8e6; color-scheme: dark }}
body {{ background: var(--nr-bg); color: var(--nr-ink); font: 16px/1.5 system-ui, sans-serif }}
main {{ max-width: 46rem; margin: auto }}
</style></head><body><main><h1>{name}</h1>{figure}
<p><a href="#">after</a></p></main>{script}</body></html>"""
SCRIPT = '<script type="module" src="assets/explorers/loader.js"></script>'


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and, for each explorer, a page with nothing else in it, being served."""
    folder = tmp_path_factory.mktemp("explorers")
    shutil.copytree(ROOT / "book" / "assets" / "explorers", folder / "assets" / "explorers")
    shutil.copytree(ROOT / "book" / "assets" / "models", folder / "assets" / "models")
    shutil.copy(ROOT / "book" / "assets" / "rnn.js", folder / "assets" / "rnn.js")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_STATIC", "1")
        for name in NAMES:
            html = HTML.format(name=name, figure=explorers.show(name)._repr_html_(), script=SCRIPT)
            (folder / f"{name}.html").write_text(html, "utf-8")
    (folder / "plain.html").write_text(HTML.format(name="plain", figure="", script=SCRIPT), "utf-8")
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
  const all = (kind) => [...document.querySelectorAll(`.explorer ${kind}`)];
  return [...all("svg").map((picture) => picture.outerHTML),
          ...all("canvas").map((picture) => picture.toDataURL())].join("");
}
"""
FOCUSED = """
() => {
  const e = document.activeElement;
  return e.closest('.explorer') ? [e.tagName, e.type ?? '', e.id] : null;
}
"""
CONTROLS = ".explorer :is(input, select, button, [tabindex='0']):visible"


def live(page):
    """Wait until the explorer of the page is there, drawn and described."""
    page.wait_for_selector('.explorer[data-state="live"]')
    page.wait_for_selector(".explorer-picture :is(svg, canvas)")
    summary(page)


def picture(page):
    """What is drawn: it follows each change at once."""
    return page.evaluate(DRAWN)


def summary(page):
    """The sentence, once it says what the picture shows."""
    return page.inner_text('.explorer [aria-live="polite"][aria-busy="false"]')


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


def visit(browser, harness, name):
    """The parts of a visit to an explorer: as it is at first, and then moved."""
    with opened(browser, harness, f"{name}.html", viewport=SIZES["desktop"]) as (page, heard):
        live(page)
        page.evaluate(axe())
        for size, viewport in reversed(SIZES.items()):
            page.set_viewport_size(viewport)
            page.evaluate(FRAMES)  # the picture is drawn anew for another width
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
        yield "pictures", page.locator(".explorer-picture :is(svg, canvas)").count()
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


def settings(explorer, count):
    """The default values and random ones, continuous where the slider is."""
    rng = np.random.default_rng(2)
    yield explorer.values()
    for _ in range(count - 1):
        yield {
            p.name: str(rng.choice([value for value, _ in p.options]))
            if isinstance(p, Choice)
            else "".join(rng.choice(list("+-.1 −x"), rng.integers(p.steps + 3)))
            if isinstance(p, Pulses)
            else int(rng.integers(int(p.minimum), int(p.maximum) + 1))
            if p.integer
            else float(rng.uniform(p.minimum, p.maximum))
            for p in explorer.parameters
        }


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


@each_explorer
def test_the_twin_equals_numpy(name, plain, harness):
    """Numbers to 1e-9, and the same words and the same picture, at random parameters."""
    explorer = explorers.get(name)
    sets = list(settings(explorer, SETTINGS))
    answer = plain.evaluate(  # as text: Playwright takes long over many numbers
        """async ([url, sets]) => {
          const twin = await import(url);
          const data = twin.prepare ? await twin.prepare() : undefined;
          const plain = (v) =>
            ArrayBuffer.isView(v) ? Array.from(v) : Array.isArray(v) ? v.map(plain) : v;
          return JSON.stringify(sets.map((values, i) => {
            const traces = twin.compute(values, data);
            return {
              traces: Object.fromEntries(Object.entries(traces).map(([k, v]) => [k, plain(v)])),
              summary: twin.summary(values, traces),
              body: twin.draw ? twin.draw(values, traces, 300 + 7 * i).body : null,
            };
          }));
        }""",
        [harness.at(f"assets/explorers/{name}.js"), sets],
    )
    twins = json.loads(answer)
    assert len(twins) >= 50
    for i, (values, twin) in enumerate(zip(sets, twins, strict=True)):
        traces = explorer.compute(**values)
        assert set(twin["traces"]) == set(traces)
        for trace, mine in traces.items():
            off = difference(mine, twin["traces"][trace])
            assert off <= 1e-9, f"{trace} differs by {off} at {json.dumps(values)}"
        assert twin["summary"] == explorer.summary(values, traces), values
        if twin["body"] is not None:
            assert twin["body"] == explorer.draw(values, traces, 300 + 7 * i).body, values


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
@pytest.mark.parametrize("width", [310, 480, 700])
def test_no_words_of_a_picture_are_cut_off(name, width, plain):
    """At any setting every text lies inside its picture, on a phone and on a wide screen."""
    explorer = explorers.get(name)
    presets = [explorer.values(**values) for _, values in explorer.presets]
    drawings = [
        explorer.draw(values, explorer.compute(**values), width).svg(f"k{i}", "t", "d")
        for i, values in enumerate([*presets, *settings(explorer, 12)])
    ]
    cut = plain.evaluate(
        """([drawings, width]) => drawings.flatMap((drawing) => {
          const box = document.createElement("div");
          box.style.width = `${width}px`;
          box.innerHTML = drawing;
          document.body.append(box);
          const svg = box.firstChild;
          const [, , w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
          const out = [...svg.querySelectorAll("text")].filter((text) => {
            const { x, y, width: long, height: high } = text.getBBox();
            return x < -1 || y < -1 || x + long > w + 1 || y + high > h + 1;
          });
          box.remove();
          return out.map((text) => text.textContent);
        })""",
        [drawings, width],
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
    page, _ = scriptless
    page.goto(harness.at(f"{name}.html"))
    box = page.locator(".explorer svg").bounding_box()
    assert box["width"] > 200 and box["height"] > 60
    explorer = explorers.get(name)
    values = explorer.values()
    words = explorer.summary(values, explorer.compute(**values))
    assert words in page.inner_text(".explorer").replace("\n", " ")


def test_a_page_without_explorers_loads_none(browser, harness):
    with opened(browser, harness, "plain.html") as (page, heard):
        page.keyboard.press("Tab")
        settle(page, heard)
        loader = harness.at("assets/explorers/loader.js")
        assert heard.asked_for("/explorers/") == [loader]


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


def test_a_component_that_fails_leaves_its_default_frame(browser, harness):
    with browsing(browser, harness.origin) as (page, _):
        page.route("**/scalar-rnn.js", lambda route: route.abort())
        page.goto(harness.at("scalar-rnn.html"))
        page.wait_for_selector('.explorer[data-state="still"]')
        assert page.locator(".explorer svg").count() == 1


def test_components_are_small():
    """Bytes of source: a component is read over a slow line, and by the curious."""
    folder = ROOT / "book" / "assets" / "explorers"
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
    shared = ("loader.js", "ui.js", "explorers.css")  # every page with an explorer has these
    assert sum(sizes.pop(name) for name in shared) <= 20_000
    assert max(sizes.values()) <= 24_000, sizes
    assert sum(sizes.values()) <= 12_000 * len(sizes), sizes
