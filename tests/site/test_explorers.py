"""Explorers in a real browser: each twin equals its NumPy function; keyboard, themes, no script."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from serve import serving  # noqa: E402

from course_utils import explorers  # noqa: E402
from course_utils.explorers import Choice, Pulses  # noqa: E402

SETTINGS = 60  # random parameter sets a twin is compared at
NAMES = explorers.names()
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1100, "height": 900}

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


class Figure:
    """One explorer, alive in a page of its own; keeps what the page asked for and complained of."""

    def __init__(self, browser, harness, name, viewport=DESKTOP, **context):
        self.context = browser.new_context(viewport=viewport, **context)
        self.page = self.context.new_page()
        self.requests, self.errors = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )
        self.page.goto(harness.at(f"{name}.html"))

    def __enter__(self):
        self.page.wait_for_selector('.explorer[data-state="live"]', timeout=20_000)
        self.page.wait_for_selector(".explorer svg, .explorer canvas")
        return self

    def __exit__(self, *_):
        self.context.close()

    def shown(self):
        """(what is drawn, the summary once it is quiet)"""
        self.page.wait_for_timeout(350)
        picture = self.page.evaluate(
            """() => {
              const all = (kind) => [...document.querySelectorAll(`.explorer ${kind}`)];
              return [...all("svg").map((picture) => picture.outerHTML),
                      ...all("canvas").map((picture) => picture.toDataURL())].join("");
            }"""
        )
        return picture, self.page.inner_text('.explorer [aria-live="polite"]')


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
def test_the_twin_equals_numpy(name, browser, harness):
    """Numbers to 1e-9, and the same words and the same picture, at random parameters."""
    explorer = explorers.get(name)
    sets = list(settings(explorer, SETTINGS))
    page = browser.new_page()
    page.goto(harness.at("plain.html"))
    twins = page.evaluate(
        """async ([url, sets]) => {
          const twin = await import(url);
          const data = twin.prepare ? await twin.prepare() : undefined;
          const plain = (v) =>
            ArrayBuffer.isView(v) ? Array.from(v) : Array.isArray(v) ? v.map(plain) : v;
          return sets.map((values, i) => {
            const traces = twin.compute(values, data);
            return {
              traces: Object.fromEntries(Object.entries(traces).map(([k, v]) => [k, plain(v)])),
              summary: twin.summary(values, traces),
              body: twin.draw ? twin.draw(values, traces, 300 + 7 * i).body : null,
            };
          });
        }""",
        [harness.at(f"assets/explorers/{name}.js"), sets],
    )
    page.close()
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
def test_every_control_moves_with_the_keyboard_alone(name, browser, harness):
    """Tab reaches each control; its keys change the picture and the summary."""
    with Figure(browser, harness, name) as figure:
        page = figure.page
        focusable = page.locator(
            ".explorer :is(input, select, button, [tabindex='0']):visible"
        ).count()
        assert focusable >= 2
        pictures, summaries, reached = {figure.shown()[0]}, {figure.shown()[1]}, 0
        for _ in range(focusable + 2):
            page.keyboard.press("Tab")
            where = page.evaluate(
                """() => { const e = document.activeElement;
                  return e.closest('.explorer') ? [e.tagName, e.type ?? '', e.id] : null; }"""
            )
            if where is None:
                continue
            reached += 1
            tag, kind, _id = where
            before = figure.shown()
            if kind == "range":
                keys = ["End", "ArrowLeft", "Home", "ArrowRight"]
            elif kind == "text":  # a pulse in front of all others, and away again
                keys = ["Home", "Delete", "1", "Backspace"]
            elif tag == "SELECT":
                keys = ["ArrowDown", "ArrowUp", "ArrowDown"]
            else:  # a button, which may be something to move: there and back again
                keys = ["ArrowRight", "ArrowLeft"]
            changed = []
            for key in keys:
                page.keyboard.press(key)
                after = figure.shown()
                changed.append(after[0] != before[0])
                pictures.add(after[0])
                summaries.add(after[1])
            assert tag not in ("INPUT", "SELECT") or any(changed), f"{where} moves nothing"
            if kind == "range":
                spoken = page.evaluate("document.activeElement.getAttribute('aria-valuetext')")
                assert spoken and any(c.isdigit() for c in spoken), where
        assert reached >= focusable - 1, f"Tab reached {reached} of {focusable} controls"
        assert len(pictures) > 2 and len(summaries) > 2
        assert not figure.errors


def test_a_word_that_is_moved_keeps_the_focus(browser, harness):
    """Two arrow keys carry a word two places on, and say so in the sentence."""
    with Figure(browser, harness, "word-order") as figure:
        figure.page.get_by_role("button", name="dog").focus()
        figure.page.keyboard.press("ArrowRight")
        figure.page.keyboard.press("ArrowRight")
        assert figure.page.evaluate("document.activeElement.textContent") == "dog"
        assert "“the bit the dog man”" in figure.shown()[1]
        figure.page.keyboard.press("ArrowRight")
        figure.page.keyboard.press("ArrowRight")  # at the end, nothing more happens
        assert (
            "“the bit the man dog”. Is it done to a person? By the rule: no." in figure.shown()[1]
        )


@each_explorer
def test_a_button_works_with_enter(name, browser, harness):
    """Some button changes the figure; after that, none has thrown an error."""
    with Figure(browser, harness, name) as figure:
        seen = {figure.shown()}
        for button in figure.page.locator(".explorer button:visible").all():
            button.focus()
            figure.page.keyboard.press("Enter")
            seen.add(figure.shown())
        assert not figure.errors
        assert figure.page.locator(".explorer svg, .explorer canvas").count() >= 1


@each_explorer
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(name, theme, viewport, browser, harness):
    """Every rule of axe-core, best practices included, on the live component."""
    with Figure(browser, harness, name, viewport) as figure:
        page = figure.page
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        page.add_script_tag(path=ROOT / "node_modules" / "axe-core" / "axe.min.js")
        found = page.evaluate(
            """async () => (await axe.run()).violations
              .map((violation) => [violation.id, violation.nodes.map((node) => node.html)])"""
        )
        assert found == []
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), "the page scrolls sideways"
        shots = os.environ.get("COURSE_SCREENSHOTS")
        if shots:
            page.wait_for_timeout(200)
            page.screenshot(path=f"{shots}/{name}-{theme}-{viewport['width']}.png", full_page=True)


@each_explorer
@pytest.mark.parametrize("width", [310, 480, 700])
def test_no_words_of_a_picture_are_cut_off(name, width, browser, harness):
    """At any setting every text lies inside its picture, on a phone and on a wide screen."""
    explorer = explorers.get(name)
    presets = [explorer.values(**values) for _, values in explorer.presets]
    drawings = [
        explorer.draw(values, explorer.compute(**values), width).svg(f"k{i}", "t", "d")
        for i, values in enumerate([*presets, *settings(explorer, 12)])
    ]
    page = browser.new_page()
    page.goto(harness.at("plain.html"))
    cut = page.evaluate(
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
          return out.map((text) => text.textContent);
        })""",
        [drawings, width],
    )
    page.close()
    assert not cut


@each_explorer
def test_targets_are_large_enough_for_a_finger(name, browser, harness):
    with Figure(browser, harness, name, PHONE) as figure:
        sizes = figure.page.evaluate(
            """() => [...document.querySelectorAll('.explorer :is(input, select, button)')]
              .filter((e) => e.offsetParent)
              .map((e) => [e.outerHTML.slice(0, 80), e.offsetWidth, e.offsetHeight])"""
        )
        small = [entry for entry in sizes if entry[1] < 44 or entry[2] < 44]
        assert sizes and not small


@each_explorer
def test_nothing_comes_from_elsewhere(name, browser, harness):
    with Figure(browser, harness, name) as figure:
        figure.page.keyboard.press("Tab")
        figure.shown()
        outside = [u for u in figure.requests if not u.startswith((harness.origin, "data:"))]
        assert not outside and not figure.errors


@each_explorer
def test_the_default_frame_shows_without_javascript(name, browser, harness):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(harness.at(f"{name}.html"))
    box = page.locator(".explorer svg").bounding_box()
    assert box["width"] > 200 and box["height"] > 60
    explorer = explorers.get(name)
    values = explorer.values()
    words = explorer.summary(values, explorer.compute(**values))
    assert words in page.inner_text(".explorer").replace("\n", " ")
    context.close()


def test_a_page_without_explorers_loads_none(browser, harness):
    page = browser.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(harness.at("plain.html"))
    page.keyboard.press("Tab")
    page.wait_for_timeout(200)
    assert [u for u in requests if "/explorers/" in u] == [harness.at("assets/explorers/loader.js")]
    page.close()


def test_a_far_explorer_waits_until_the_reader_comes(browser, harness):
    """Nothing but the loader is fetched; scrolling near, or the Tab key, wakes the figure."""
    for wake in ("scroll", "tab"):
        page = browser.new_page(viewport=PHONE)
        requests = []
        page.on("request", lambda request, seen=requests: seen.append(request.url))
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => {"
            " document.querySelector('main').style.paddingTop = '4000px'; }, true)"
        )
        page.goto(harness.at("scalar-rnn.html"))
        page.wait_for_timeout(200)
        assert not [u for u in requests if u.endswith("scalar-rnn.js")]
        if wake == "scroll":
            page.mouse.wheel(0, 3000)
        else:
            page.keyboard.press("Tab")
        page.wait_for_selector('.explorer[data-state="live"]', timeout=10_000)
        page.close()


def test_a_component_that_fails_leaves_its_default_frame(browser, harness):
    page = browser.new_page()
    page.route("**/scalar-rnn.js", lambda route: route.abort())
    page.goto(harness.at("scalar-rnn.html"))
    page.wait_for_selector('.explorer[data-state="still"]')
    assert page.locator(".explorer svg").count() == 1
    page.close()


def test_components_are_small():
    """Bytes of source: a component is read over a slow line, and by the curious."""
    folder = ROOT / "book" / "assets" / "explorers"
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
    shared = ("loader.js", "ui.js", "explorers.css")  # every page with an explorer has these
    assert sum(sizes.pop(name) for name in shared) <= 20_000
    assert max(sizes.values()) <= 24_000, sizes
    assert sum(sizes.values()) <= 12_000 * len(sizes), sizes
