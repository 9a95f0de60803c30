"""The digit reader: what is drawn by mouse, finger or keyboard is read, in the page, row by row."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from bookkit.serve import serving
from bookkit.sphinx.explorers import figures
from course_utils import explorers, records
from course_utils.explorers import digit_reader
from tests.helpers.browsing import PATIENCE, PHONE, browsing, go
from tests.helpers.figures import write_pages

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "book" / "assets" / "models"
NAME = "digit-reader"
EXAMPLES = [(digit, hand) for digit in "0123456789" for hand in digit_reader.HANDS]


def arc(x, y, rx, ry, start, end):
    """Points of an ellipse, in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 24))
    return [(x + rx * np.cos(a), y + ry * np.sin(a)) for a in angles]


# Other drawings than the examples of the page, in a square of 28.
DRAWN = {
    "0": [arc(14, 14, 5, 8, -90, 270)],
    "1": [[(14, 5), (14, 23)]],
    "2": [[*arc(14, 9, 5, 4.5, 190, 395), (8, 23), (21, 23)]],
    "3": [arc(13, 9, 5, 4.5, -150, 90), arc(13, 18.5, 6, 5, -90, 150)],
    "4": [[(9, 5), (8, 15), (20, 15)], [(17, 4), (17, 24)]],
    "5": [[(18, 5), (10, 5), (9, 12), *arc(13, 17.5, 5.5, 5.5, -115, 140)]],
    "6": [[(17, 4), (11, 10), *arc(13.5, 18, 5, 5, 190, 540)]],
    "7": [[(7, 6), (20, 6), (12, 24)]],
    "8": [[*arc(14, 9, 4, 4.5, 90, 450), *arc(14, 18.5, 5, 5, -90, 270)]],
    "9": [[*arc(13.5, 9.5, 4.5, 4.5, 0, 360), (17.5, 16), (16.5, 24)]],
}


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with the digit reader alone, being served."""
    folder = tmp_path_factory.mktemp("reader")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


FRAME = 120  # milliseconds from row to row
DESK = {"viewport": {"width": 1100, "height": 900}, "reduced_motion": "no-preference"}


class Reader:
    """The live figure in a page of the browser, and hands to draw with."""

    def __init__(self, harness, page, heard):
        self.page, self.heard = page, heard
        page.goto("about:blank")
        heard.forget()
        go(page, heard, harness.at("digit-reader.html"))
        page.wait_for_selector('.explorer[data-state="live"]')
        self.pad = page.locator(".digit-pad")

    def press(self, words):
        self.page.get_by_role("button", name=words, exact=True).click()

    def rows(self):
        return int(self.page.input_value('.explorer input[type="range"]'))

    def set_rows(self, rows):
        self.page.locator('.explorer input[type="range"]').fill(str(rows))

    def hear(self, words):
        """Wait until the summary has these words."""
        self.page.wait_for_function(
            "(s) => document.querySelector('.explorer-summary').textContent.includes(s)",
            arg=words,
            timeout=PATIENCE,
        )

    def strokes(self):
        """How many strokes the pad shows."""
        return self.page.locator(".digit-pad .ink").get_attribute("d").count("M")

    def points(self, stroke):
        """Where in the window the points of the pad are."""
        box = self.pad.bounding_box()
        return [
            (box["x"] + box["width"] * x / 28, box["y"] + box["height"] * y / 28) for x, y in stroke
        ]

    def draw(self, strokes):
        for stroke in strokes:
            first, *others = self.points(stroke)
            self.page.mouse.move(*first)
            self.page.mouse.down()
            for point in others:
                self.page.mouse.move(*point, steps=6 if len(others) < 5 else 1)
            self.page.mouse.up()


@pytest.fixture(scope="module")
def desk(browser, harness):
    """A page on a desk, for one test after the other."""
    with browsing(browser, harness.origin, **DESK) as opened:
        yield opened


@pytest.fixture
def reader(desk, harness):
    """The figure as it is at first; nothing may go wrong, nor come from elsewhere."""
    opened = Reader(harness, *desk)
    yield opened
    assert not opened.heard.wrong


@pytest.fixture
def slow_reader(browser, harness):
    """The same, where time stands still until a test lets it pass: `page.clock.run_for`."""
    with browsing(browser, harness.origin, **DESK) as (page, heard):
        page.clock.install(time=0)
        opened = Reader(harness, page, heard)
        page.clock.pause_at(3_600_000)
        yield opened
    assert not opened.heard.wrong


# The twin and the network -------------------------------------------------------------------------


@pytest.mark.parametrize(("digit", "hand"), EXAMPLES)
def test_every_example_is_read_right(digit, hand):
    probabilities = digit_reader.compute(digit, hand, 28)["probabilities"]
    assert probabilities[-1].argmax() == int(digit)


def test_the_sentence_names_the_digit_of_every_example():
    starts = [{"digit": digit, "hand": hand, "rows": 28} for digit, hand in EXAMPLES]
    for start, figure in zip(starts, figures([(NAME, s) for s in starts]), strict=True):
        digit, words = start["digit"], figure["drawn"]["summary"]
        assert words.startswith(f"After all 28 rows of example {digit} the network reads {digit} ")


def test_the_page_reads_every_example_as_numpy_does(reader, harness):
    got = reader.page.evaluate(
        """async ([url, names, examples]) => {
          const twin = await import(url);
          const read = async (name) => (await fetch(`assets/models/${name}.json`)).json();
          const file = async (name) => [name, await read(name)];
          const data = twin.prepare(Object.fromEntries(await Promise.all(names.map(file))));
          return examples.map(([digit, hand]) => twin.compute({ digit, hand, rows: 28 }, data));
        }""",
        [
            harness.at("assets/explorers/digit-reader.js"),
            list(explorers.get(NAME).models),
            EXAMPLES,
        ],
    )
    for (digit, hand), traces in zip(EXAMPLES, got, strict=True):
        mine = digit_reader.compute(digit, hand, 28)
        for name in ("picture", "place", "probabilities", "memory", "settled"):
            np.testing.assert_allclose(traces[name], mine[name], atol=1e-9)


def random_strokes(rng):
    """One to four strokes, some of them dots, small and large, anywhere on the pad."""
    size = rng.uniform(0.5, 26)
    corner = rng.uniform(1, 27 - size, 2)
    return [
        (corner + size * rng.random((rng.integers(1, 9), 2))).round(1).tolist()
        for _ in range(rng.integers(1, 5))
    ]


def test_any_drawing_becomes_the_same_picture_in_the_page_and_in_numpy(reader, harness):
    rng = np.random.default_rng(0)
    drawings = [[], [[[3.0, 4.0]]], *(random_strokes(rng) for _ in range(80))]
    got = reader.page.evaluate(
        "async ([url, drawings]) => drawings.map((await import(url)).preprocess)",
        [harness.at("assets/explorers/digit-reader.js"), drawings],
    )
    for strokes, twin in zip(drawings, got, strict=True):
        picture, place = digit_reader.preprocess(strokes)
        np.testing.assert_allclose(twin["picture"], picture, atol=1e-9)
        np.testing.assert_allclose(twin["place"], place, atol=1e-9)


def test_where_and_how_large_a_digit_is_drawn_makes_no_difference():
    for strokes in DRAWN.values():
        picture, _ = digit_reader.preprocess(strokes)
        moved = [[(0.4 * x + 11, 0.4 * y + 3) for x, y in stroke] for stroke in strokes]
        np.testing.assert_allclose(digit_reader.preprocess(moved)[0], picture, atol=1e-9)


def test_a_picture_is_like_those_of_mnist():
    """A box of 20 × 20, the centre of mass where MNIST has it, and about as much ink (0.13)."""
    inks = []
    for digit, hand in EXAMPLES:
        picture = digit_reader.compute(digit, hand, 28)["picture"]
        assert picture.shape == (28, 28) and picture.min() == 0 and picture.max() == 1
        rows, columns = np.nonzero(picture > 0.5)
        assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
        centres = np.arange(28) + 0.5
        for axis in (0, 1):
            centre = picture.sum(axis=axis) @ centres / picture.sum()
            assert abs(centre - 14.5) < 0.2
        inks.append(picture.mean())
    assert 0.11 < np.mean(inks) < 0.15


def test_the_exported_network_is_the_one_keras_runs():
    """The file's weights, put back into Keras layers, say the same after every row."""
    import keras

    recurrent, dense = digit_reader.network()["layers"]
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.LSTM(recurrent["units"], return_sequences=True),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.set_weights([*recurrent["weights"].values(), *dense["weights"].values()])
    pictures = np.array([digit_reader.compute(*example, 28)["picture"] for example in EXAMPLES])
    expected = keras.ops.convert_to_numpy(model(pictures.astype("float32")))
    for example, probabilities in zip(EXAMPLES, expected, strict=True):
        got = digit_reader.compute(*example, 28)["probabilities"]
        np.testing.assert_allclose(got, probabilities, atol=1e-5)


def test_early_rows_leave_it_open_and_late_rows_decide():
    """Before any ink no digit is likely; the entropy falls as rows come in."""
    entropies = []
    for example in EXAMPLES:
        p = digit_reader.compute(*example, 28)["probabilities"]
        np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-12)
        assert p[0].max() < 0.3
        entropies.append(-(p * np.log(p)).sum(axis=1))
    mean = np.mean(entropies, axis=0)
    assert mean[0] > 2.0 and mean[14] < 1.0 and mean[27] < 0.3


def test_the_network_in_the_page_is_seed_0_of_the_record():
    recorded = records.load("mnist-rows").select("alike", "lstm-60000")
    after_row = {run["seed"]: run["history"]["after_row"] for run in recorded}
    meta = digit_reader.network()["meta"]
    np.testing.assert_allclose(meta["test_accuracy_after_row"], after_row[0], atol=1e-4)


def test_the_weights_are_light_on_the_wire():
    weights = gzip.compress((MODELS / "digit-reader.json").read_bytes(), 6)
    strokes = gzip.compress((MODELS / "digit-strokes.json").read_bytes(), 6)
    assert len(weights) <= 200_000
    assert len(strokes) <= 8_000


# The hands ----------------------------------------------------------------------------------------


def test_what_is_drawn_with_the_mouse_is_read(reader):
    """In the page alone: a request to elsewhere would be wrong."""
    for digit, strokes in DRAWN.items():
        reader.press("Clear")
        reader.draw(strokes)
        reader.hear(f"of your drawing the network reads {digit} ")
        assert reader.rows() == 28
        assert reader.strokes() == len(strokes)
        verdict = reader.page.locator(".digit-verdict strong").inner_text()
        assert verdict == digit


def test_the_reading_follows_the_pen_before_it_is_lifted(reader):
    reader.press("Clear")
    page = reader.page
    top, bottom = reader.points([(14, 5), (14, 23)])
    page.mouse.move(*top)
    page.mouse.down()
    page.mouse.move(*bottom, steps=6)
    reader.hear("of your drawing the network reads 1 ")
    page.mouse.up()


@pytest.fixture
def finger(browser, harness):
    """The figure on a phone, in a page that can be scrolled, and a finger: `finger(kind, …)`."""
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with browsing(browser, harness.origin, **{**DESK, **phone}) as opened:
        reader = Reader(harness, *opened)
        reader.page.evaluate("document.body.style.paddingBottom = '2000px'")
        reader.press("Clear")
        reader.pad.scroll_into_view_if_needed()
        fingers = reader.page.context.new_cdp_session(reader.page)

        def touch(kind, *points):
            where = [{"x": x, "y": y} for x, y in reader.points(points)]
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

        def stroke(points):
            first, *others = points
            touch("touchStart", first)
            for end in others:
                for t in np.linspace(0, 1, 8)[1:]:
                    touch("touchMove", [a + t * (b - a) for a, b in zip(first, end, strict=True)])
                first = end
            touch("touchEnd")

        reader.stroke = stroke
        yield reader
        assert not reader.heard.wrong


def scrolled(page):
    """Where the window stands, once it stands still."""
    before = None
    while before != (now := page.evaluate("scrollY")):
        before = now
        page.wait_for_timeout(120)
    return now


def test_a_swipe_over_the_pad_scrolls_the_page_and_draws_nothing(finger):
    before = scrolled(finger.page)
    finger.stroke([(14, 24), (14, 4)])
    assert scrolled(finger.page) > before + 50
    assert finger.strokes() == 0
    assert finger.page.locator(".digit-pad .tap").is_visible(), "Tap to draw"


def test_after_a_tap_a_finger_draws_and_the_page_stays(finger):
    page = finger.page
    finger.stroke([(14, 14)])
    assert finger.strokes() == 0, "the tap itself leaves no ink"
    assert "Draw with your finger" in page.inner_text(".digit-pad-status")
    assert not page.locator(".digit-pad .tap").is_visible()
    before = scrolled(page)
    for stroke in DRAWN["4"]:
        finger.stroke(stroke)
    finger.hear("of your drawing the network reads 4 ")
    assert scrolled(page) == before
    finger.press("Undo")
    finger.press("Clear")
    finger.stroke(DRAWN["7"][0])
    finger.hear("of your drawing the network reads 7 ")
    page.locator("h1").tap()  # outside the figure: a swipe scrolls again
    before = scrolled(page)
    finger.stroke([(14, 24), (14, 4)])
    assert scrolled(page) != before
    assert finger.strokes() == 1


def test_a_swipe_to_the_side_is_no_tap(finger):
    finger.stroke([(4, 14), (24, 15)])
    assert not finger.page.locator(".digit-pad[data-armed]").count()


def test_a_swipe_that_scrolls_leaves_a_slider_where_it_was(finger):
    page = finger.page
    slider = page.locator(".explorer input[type=range]")
    slider.scroll_into_view_if_needed()
    rows, before = finger.rows(), scrolled(page)
    box = slider.bounding_box()
    pad = finger.pad.bounding_box()

    def on_pad(x, y):  # the finger thinks in the pad's square
        return (x - pad["x"]) * 28 / pad["width"], (y - pad["y"]) * 28 / pad["height"]

    x, y = box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2
    finger.stroke([on_pad(x, y), on_pad(x, y - 150)])
    assert scrolled(page) > before + 50
    assert finger.rows() == rows


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_the_first_ink_takes_the_place_of_the_example(reader, hand):
    if hand == "mouse":
        reader.draw(DRAWN["7"])
        reader.hear("of your drawing the network reads 7 ")
    else:
        reader.pad.focus()
        reader.page.keyboard.press("Space")
        reader.hear("of your drawing the network reads")
    assert reader.strokes() == 1
    assert "M13 7" in reader.page.locator(".digit-pad .ink").get_attribute("d") or hand == "mouse"


def walk(keyboard, path, shift):
    """Move the keyboard's pen along `path`, one of "LRUD" a cell."""
    arrows = {"L": "ArrowLeft", "R": "ArrowRight", "U": "ArrowUp", "D": "ArrowDown"}
    for step in path:
        keyboard.press(("Shift+" if shift else "") + arrows[step])


def test_a_digit_can_be_drawn_and_read_with_the_keyboard_alone(reader):
    page, keyboard = reader.page, reader.page.keyboard
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "digit-pad"
    keyboard.press("Backspace")  # the example's one stroke
    reader.hear("The pad is empty: draw a digit, or take an example.")
    # A four: down, right, and a long line through it.
    walk(keyboard, "LLUU", shift=False)
    walk(keyboard, "DDDDD" + "RRRRR", shift=True)
    walk(keyboard, "LUUUUU", shift=False)
    walk(keyboard, "D" * 10, shift=True)
    assert page.inner_text(".digit-pad-status") == "Pen at column 9, row 12 of 14."
    assert reader.strokes() == 2
    reader.hear("of your drawing the network reads 4 ")
    before = page.locator(".digit-pad .ink").get_attribute("d")
    keyboard.press("Backspace")
    assert page.locator(".digit-pad .ink").get_attribute("d") != before
    # To the rows: Tab through the buttons to the slider, and back in time.
    for _ in range(20):
        keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "range":
            break
    keyboard.press("Home")
    reader.hear("No row of your drawing has been read yet: all 128 numbers")
    keyboard.press("ArrowRight")
    reader.hear("After 1 of 28 rows of your drawing the network leans to ")


def test_space_makes_dots_and_neighbouring_dots_join(reader):
    reader.press("Clear")
    reader.pad.focus()
    for key in ["Space", "ArrowDown", "Space", "ArrowDown", "Space"]:
        reader.page.keyboard.press(key)
    assert reader.strokes() == 1
    for key in ["ArrowRight", "ArrowRight", "ArrowRight", "Space"]:
        reader.page.keyboard.press(key)
    assert reader.strokes() == 2


def test_undo_takes_back_stroke_by_stroke_and_clear_everything(reader):
    reader.press("Clear")
    reader.draw(DRAWN["4"])
    assert reader.strokes() == 2
    reader.press("Undo")
    assert reader.strokes() == 1
    reader.press("Undo")
    reader.press("Undo")  # nothing is left: nothing happens
    assert reader.strokes() == 0
    reader.draw(DRAWN["7"])
    reader.press("Clear")
    reader.hear("The pad is empty: draw a digit, or take an example.")
    assert reader.strokes() == 0 and reader.rows() == 0
    reader.press("Play")
    assert reader.rows() == 0
    reader.press("Start again")
    reader.hear("After 11 of 28 rows of example 3 the network leans to ")


# Time ---------------------------------------------------------------------------------------------


def test_an_example_is_read_row_by_row_and_can_be_paused(slow_reader):
    page, clock = slow_reader.page, slow_reader.page.clock
    slow_reader.press("Example 7")
    seen = [slow_reader.rows()]
    while seen[-1] < 12 and len(seen) < 30:
        clock.run_for(FRAME)
        seen.append(slow_reader.rows())
    assert seen == list(range(13))
    slow_reader.press("Pause")
    clock.run_for(20 * FRAME)
    assert slow_reader.rows() == 12
    slow_reader.press("Play")
    clock.run_for(16 * FRAME)
    assert slow_reader.rows() == 28
    slow_reader.hear("After all 28 rows of example 7 the network reads 7 ")
    pressed = page.locator('.digit-examples [aria-pressed="true"]')
    assert pressed.all_inner_texts() == ["7"]
    slow_reader.draw([[(3, 3), (4, 3)]])
    clock.run_for(2_000)  # the network reads when the pen rests
    assert pressed.count() == 0


def test_moving_the_slider_stops_the_film_and_veils_what_is_not_read(slow_reader):
    slow_reader.press("Example 8")
    slow_reader.page.clock.run_for(3 * FRAME)
    assert slow_reader.rows() == 3
    slow_reader.set_rows(10)
    slow_reader.page.clock.run_for(20 * FRAME)
    assert slow_reader.rows() == 10
    veil = slow_reader.page.locator(".digit-pad .veil")
    high = veil.bounding_box()["height"]
    slow_reader.set_rows(20)
    assert 0 < veil.bounding_box()["height"] < high
    slow_reader.set_rows(28)
    assert slow_reader.page.locator(".digit-pad .scan").count() == 0


def test_with_reduced_motion_nothing_moves_by_itself(browser, harness):
    with browsing(browser, harness.origin, **{**DESK, "reduced_motion": "reduce"}) as opened:
        reader = Reader(harness, *opened)
        reader.press("Example 5")
        assert reader.rows() == 28
        reader.set_rows(4)
        reader.press("Play")
        assert reader.rows() == 28
        reader.hear("After all 28 rows of example 5 the network reads 5 ")


def test_the_handwriting_changes_the_example(reader):
    drawn = set()
    for hand in digit_reader.HANDS:
        reader.page.select_option(".explorer select", hand)
        drawn.add(reader.page.locator(".digit-pad .ink").get_attribute("d"))
    assert len(drawn) == len(digit_reader.HANDS)


def test_the_strokes_are_within_the_pad():
    strokes = json.loads((MODELS / "digit-strokes.json").read_text("utf-8"))
    assert set(strokes) == set("0123456789")
    for hands in strokes.values():
        assert set(hands) == set(digit_reader.HANDS)
        for drawing in hands.values():
            points = np.array([point for stroke in drawing for point in stroke])
            assert points.min() >= 1 and points.max() <= 27
