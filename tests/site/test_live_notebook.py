"""Explorers in a live JupyterLab: moved by mouse and keyboard, drawn on, saved, opened again.

One notebook, one server, one story; the tests ask for its parts.
"""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from time import monotonic, sleep
from urllib.request import Request, urlopen

import nbformat
import pytest

from bookkit.serve import serving
from course_utils import explorers
from tests.helpers.browsing import PATIENCE, Visit, browsing
from tests.helpers.figures import write_pages

CELLS = (
    'from course_utils import explorers\nfigure = explorers.show("lstm-gates")\nfigure',
    'pad = explorers.show("digit-reader")\npad',
    "figure.values",
    'figure.values = {"b_f": 2.5}\npad.values = {"rows": 27}',
    'broken = explorers.show("cliff")\nbroken.config = {**broken.config, "parameters": 7}\nbroken',
)
WINDOW = {"viewport": {"width": 1400, "height": 1000}}
SEVEN = [(7, 6), (20, 6), (12, 24)]  # in a square of 28 × 28
SETTINGS = (
    *("--no-browser", "--allow-root", "--ServerApp.port=0", "--IdentityProvider.token=course"),
    *("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
)


def waited_for(true, what, seconds=60):
    """What `true` returns, once it returns something."""
    end = monotonic() + seconds
    while not (found := true()):
        assert monotonic() < end, f"waited in vain for {what}"
        sleep(0.1)
    return found


class Lab:
    """A JupyterLab of its own: its address, and its kernels."""

    def __init__(self, folder):
        (work := folder / "work").mkdir()
        environment = {name: v for name, v in os.environ.items() if name != "COURSE_STATIC"}
        for name in ("RUNTIME_DIR", "CONFIG_DIR", "DATA_DIR"):
            environment[f"JUPYTER_{name}"] = str(folder / name.lower())
        for name in ("SETTINGS", "WORKSPACES"):
            environment[f"JUPYTERLAB_{name}_DIR"] = str(folder / name.lower())
        cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        self.notebook = work / "live.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), self.notebook)
        self.log = (folder / "log").open("w+")
        command = [sys.executable, "-m", "jupyterlab", *SETTINGS, f"--ServerApp.root_dir={work}"]
        self.process = subprocess.Popen(
            command, env=environment, stdout=self.log, stderr=self.log, start_new_session=True
        )
        runtime = folder / "runtime_dir"
        info = waited_for(lambda: next(runtime.glob("jpserver-*.json"), None), "JupyterLab")
        self.url = waited_for(lambda: self._url(info), "JupyterLab's address")

    @staticmethod
    def _url(info):
        try:
            return json.loads(info.read_text())["url"]
        except ValueError:
            return None  # half written

    @property
    def address(self):
        return f"{self.url}lab/tree/{self.notebook.name}?reset&token=course"

    def ask(self, method, path):
        request = Request(self.url + path, method=method, headers={"Authorization": "token course"})
        with urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def stop_kernels(self):
        for session in self.ask("GET", "api/sessions"):
            self.ask("DELETE", f"api/sessions/{session['id']}")
        waited_for(lambda: not self.ask("GET", "api/kernels"), "the kernels to end")

    def saved(self, cell):
        """The HTML that the notebook's file has of a cell; nothing while it is being written."""
        try:
            outputs = nbformat.read(self.notebook, as_version=4).cells[cell].outputs
        except ValueError:
            return ""
        return "".join(output.get("data", {}).get("text/html", "") for output in outputs)

    def close(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    running = Lab(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


LOOK = """
(figure) => Object.fromEntries(
  [".explorer-title", ".explorer-controls", ".explorer-control > label", ".explorer-hint",
   ".explorer-value", "input[type=text]", "input[type=range]", ".explorer-summary",
   ".explorer-button"].map((part) => {
    const style = getComputedStyle(figure.querySelector(part));
    const names = ["color", "backgroundColor", "borderTopColor", "borderTopLeftRadius", "rowGap",
                   "marginTop", "marginBottom", "fontWeight", "minHeight", "accentColor"];
    const size = parseFloat(style.fontSize) / parseFloat(getComputedStyle(figure).fontSize);
    return [part, { ...Object.fromEntries(names.map((name) => [name, style[name]])), size }];
  }))
"""
COLOURS = """
(figure) => [getComputedStyle(figure).backgroundColor, getComputedStyle(figure).color,
  getComputedStyle(figure.querySelector("svg [style*=accent]")).fill]
"""


@contextmanager
def opened_notebook(browser, lab):
    """The notebook in a window of its own, with a kernel that waits."""
    with browsing(browser, lab.url.rstrip("/"), **WINDOW) as (page, _):
        page.goto(lab.address)
        page.get_by_text("| Idle").wait_for(timeout=2 * PATIENCE)
        yield page


def run_cells(page, numbers):
    """Cells that have not run yet, one after the other: each has ended before the next begins."""
    for number in numbers:
        cell = page.locator(".jp-CodeCell").nth(number)
        cell.locator(".cm-content").click()
        cell.locator(".cm-content:focus").wait_for()
        page.keyboard.press("Shift+Enter")
        ended = cell.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[\d+\]"))
        ended.wait_for(timeout=2 * PATIENCE)


def story(browser, lab):
    """Everything that is done with the notebook, and what was found."""
    with opened_notebook(browser, lab) as page:
        run_cells(page, [0, 1])
        figure, reader = (page.locator(".explorer-live").nth(n) for n in (0, 1))
        reader.locator(".digit-pad").wait_for(timeout=2 * PATIENCE)
        frames = page.locator('[id$="-frame"]')
        yield "frames while the widget is there", [f.is_visible() for f in frames.all()]
        yield "look", figure.evaluate(LOOK)
        yield "light", figure.evaluate(COLOURS)
        page.evaluate("document.body.dataset.jpThemeLight = 'false'")
        yield "dark", figure.evaluate(COLOURS)
        page.evaluate("document.body.dataset.jpThemeLight = 'true'")

        sentence = figure.locator(".explorer-summary")
        slider = figure.get_by_label("Forget gate at rest: bias")
        seen = [sentence.inner_text()]
        slider.click()  # in its middle, once it lies still
        sentence.filter(has_not_text=seen[0]).wait_for()
        seen.append(sentence.inner_text())
        yield "mouse", (slider.input_value(), seen)

        keys = {}
        for key in ("End", "ArrowLeft", "ArrowDown", "Home", "ArrowRight", "ArrowUp", "d", "x"):
            page.keyboard.press(key)
            keys[key] = (slider.input_value(), page.evaluate("document.activeElement.type"))
        yield "keys", keys
        yield "cells after the keys", page.locator(".jp-Cell").count()
        page.keyboard.press("Shift+Enter")  # the notebook's: the cell runs again
        page.locator(".jp-InputPrompt").first.filter(has_text="[3]").wait_for()
        slider.press("End")
        yield "run again", slider.input_value()

        typed = figure.get_by_label("Input xₜ")
        typed.fill("")
        typed.press_sequentially("+a-")
        yield "typed", (typed.input_value(), sentence.inner_text())

        pad = reader.locator(".digit-pad")
        reader.get_by_role("button", name="Clear").click()
        pad.hover()  # which waits until it lies still
        box = pad.bounding_box()
        side = box["width"] / 28
        where = [(box["x"] + side * x, box["y"] + side * y) for x, y in SEVEN]
        page.mouse.move(*where[0])
        page.mouse.down()
        for point in where[1:]:
            page.mouse.move(*point, steps=6)
        page.mouse.up()
        read = reader.locator(".explorer-summary").filter(has_text="of your drawing")

        def at_rest():
            """The last stroke has been read, and Python knows it: both follow a little later."""
            words = read.inner_text()
            page.wait_for_timeout(500)
            return words == read.inner_text() and words in (frames.nth(1).text_content() or "")

        waited_for(at_rest, "the drawing to be read")
        yield "drawn", read.inner_text()
        if shots := os.environ.get("COURSE_SCREENSHOTS"):
            page.screenshot(path=f"{shots}/live-notebook.png")

        run_cells(page, [2, 3])
        values = page.locator(".jp-OutputArea-output").filter(has_text="'b_f'")
        yield "values in Python", values.inner_text()
        figure.get_by_text("2.5", exact=True).wait_for()
        read.get_by_text("After 27 of 28 rows").wait_for()
        yield "set by Python", (slider.input_value(), typed.input_value())
        last = (sentence.inner_text(), read.inner_text())
        slider.focus()
        waited_for(lambda: page.wait_for_timeout(400) or True, "the frames")
        page.keyboard.press("Control+s")  # the notebook's, also while a slider has the focus
        waited_for(
            lambda: all(words in lab.saved(n) for n, words in enumerate(last)), "what was saved"
        )
        yield "last", last
        run_cells(page, [4])
        frame = page.locator('[id^="explorer-cliff"][id$="-frame"]')
        frame.wait_for()
        page.wait_for_timeout(1000)  # the widget would hide it as soon as it is there
        yield "a figure that cannot be made", frame.locator("svg").is_visible()

    lab.stop_kernels()
    with opened_notebook(browser, lab) as page:
        frames = page.locator('[id$="-frame"]')
        frames.nth(1).locator("svg").wait_for()
        page.get_by_text("model not found").first.wait_for(state="attached")
        yield "reopened", [frame.inner_text() for frame in frames.all()]
        yield "pictures", [frame.locator("svg").bounding_box()["height"] for frame in frames.all()]
        outputs = page.locator(".jp-OutputArea-output:visible").all_inner_texts()
        yield "what else is seen", [text for text in outputs if re.search("rror|oading", text)]


@pytest.fixture(scope="module")
def found(browser, lab):
    return Visit("the live notebook", story(browser, lab))


def test_a_slider_follows_the_mouse(found):
    value, (before, after) = found["mouse"]
    assert abs(float(value) - 1) <= 0.5 and before != after


def test_a_slider_follows_the_keyboard_and_the_notebook_keeps_its_own_keys(found):
    """Arrows, and letters that would cut or delete a cell; Shift+Enter is Jupyter's."""
    keys = found["keys"]
    values = [float(value) for value, _ in keys.values()]
    assert values == [8, 7.5, 7, -6, -5.5, -5, -5, -5]
    assert {kind for _, kind in keys.values()} == {"range"}, "the focus stays"
    assert found["cells after the keys"] == len(CELLS)
    assert found["run again"] == "8"


def test_a_row_can_be_typed(found):
    value, words = found["typed"]
    assert value == "+a-" and "Of 2 pulses" in words


def test_a_digit_can_be_drawn(found):
    assert "After all 28 rows of your drawing the network reads 7 " in found["drawn"]


def test_python_knows_what_the_reader_does_and_can_move_the_figure(found):
    values = found["values in Python"]
    assert "'b_f': 8" in values and "'x': '+.-'" in values
    assert found["set by Python"] == ("2.5", "+a-"), "the rest stays"


def test_while_the_widget_is_there_its_frame_is_hidden(found):
    assert found["frames while the widget is there"] == [False, False]


def test_a_module_that_throws_leaves_the_frame(found):
    assert found["a figure that cannot be made"]


def test_a_notebook_that_is_opened_again_shows_what_was_seen_last(found):
    """No kernel knows the figures any more; pictures and sentences are in the file."""
    for seen, words in zip(found["reopened"], found["last"], strict=True):
        assert words in seen
    assert all(height > 100 for height in found["pictures"])
    assert found["what else is seen"] == []


def test_hints_colours_and_gaps_are_those_of_the_book(found, browser, tmp_path):
    write_pages(tmp_path, ["lstm-gates"])
    with serving(tmp_path) as served, browsing(browser, served.origin, **WINDOW) as (page, _):
        page.goto(served.at("lstm-gates.html"))
        page.wait_for_selector('.explorer[data-state="live"]')
        figure = page.locator(".explorer")
        assert found["look"] == figure.evaluate(LOOK)
        assert found["light"] == figure.evaluate(COLOURS)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        assert found["dark"] == figure.evaluate(COLOURS)
    hint = explorers.get("lstm-gates").parameters[1].hint
    assert hint and found["light"] != found["dark"]
