"""Text to batch: what is typed becomes ids and a padded row, and the network is the trained one."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from bookkit.serve import serving
from course_utils import explorers
from course_utils.explorers import text_to_batch as explorer
from tests.helpers.browsing import FRAMES, PATIENCE, PHONE, browsing, go, opened
from tests.helpers.figures import write_pages

MODEL = Path(__file__).resolve().parents[2] / "book" / "assets" / "models" / "verdict.json"
NAME = "text-to-batch"
DESK = {"viewport": {"width": 1100, "height": 900}}


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with this figure alone, being served."""
    folder = tmp_path_factory.mktemp("batch")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


class Batch:
    """The live figure in a page of the browser, and what a reader does with it."""

    def __init__(self, harness, page, heard):
        self.page, self.heard = page, heard
        go(page, heard, harness.at(f"{NAME}.html"))
        page.wait_for_selector('.explorer[data-state="live"]')
        self.text = page.get_by_label("The sentence, or your own")
        self.slider = page.locator(".explorer input[type=range]")

    def hear(self, said):
        """Wait until the summary has these words."""
        self.page.wait_for_function(
            "(s) => document.querySelector('.explorer-summary').textContent.includes(s)",
            arg=said,
            timeout=PATIENCE,
        )

    def written(self):
        return self.page.locator(".explorer-picture text").all_text_contents()


@pytest.fixture
def batch(browser, harness):
    with browsing(browser, harness.origin, **DESK) as found:
        figure = Batch(harness, *found)
        yield figure
        assert not figure.heard.wrong


# The network --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keras_networks():
    """What the training builds, with the exported weights: with a mask, and without."""
    from bookkit.models import verdict as training

    networks = {}
    for mask in (True, False):
        model = training.build(mask=mask, sequences=False)
        layers = explorer.network()["layers"]
        model.set_weights([w for layer in layers for w in layer["weights"].values()])
        networks[mask] = model
    return networks


@pytest.mark.parametrize("length", [4, 9, 30, 60])
def test_the_three_verdicts_are_those_of_keras(length, keras_networks):
    """The mask of mask_zero, and pad_sequences with its two sides."""
    from keras.utils import pad_sequences

    for sentence in explorer.SENTENCES:
        got = explorer.compute(sentence, length, "pre")
        ids = explorer.vocabulary().encode(explorer.tokens(sentence))
        post, pre = (
            pad_sequences([ids], length, padding=side, truncating=side) for side in ("post", "pre")
        )
        expected = [
            float(keras_networks[mask](row)[0, 0])
            for mask, row in [(False, post), (False, pre), (True, post)]
        ]
        np.testing.assert_allclose(got["verdicts"], expected, atol=1e-5)
        np.testing.assert_array_equal(got["row"], pre[0])
        np.testing.assert_array_equal(got["mask"], pre[0] != 0)


def test_padding_that_is_read_costs_what_the_figure_shows():
    """On held-out sentences: forty steps take a third of what was above a coin's half."""
    accuracy = explorer.network()["meta"]["accuracy"]
    assert accuracy["masked"] > 0.65
    assert accuracy["masked"] > accuracy["post 20"] > accuracy["post 40"] + 0.02
    for side in ("post", "pre"):
        assert accuracy[f"{side} 40"] - 0.5 < 0.67 * (accuracy["masked"] - 0.5)


def test_a_mask_makes_the_length_of_the_row_indifferent():
    for sentence in explorer.SENTENCES:
        long, longer = (explorer.compute(sentence, n, "post")["verdicts"] for n in (20, 60))
        assert long[2] == longer[2]
        assert long[0] != longer[0] and long[1] != longer[1]


def test_without_padding_all_three_agree():
    ids = explorer.compute(explorer.SENTENCES[0], 60, "post")["ids"]
    verdicts = explorer.compute(explorer.SENTENCES[0], len(ids), "post")["verdicts"]
    np.testing.assert_array_equal(verdicts, verdicts[0])


def test_each_button_shows_what_it_says():
    given = {
        label: explorer.EXPLORER.values(**values) for label, values in explorer.EXPLORER.presets
    }
    shown = {label: explorer.compute(**values) for label, values in given.items()}
    post, pre, alone = shown["Turned round by padding"]["verdicts"]
    assert post < 0.5 and pre < 0.5 and alone > 0.85
    wrong = shown["Wrong without any padding"]
    assert wrong["mask"].all() and max(wrong["verdicts"]) < 0.3, "not bad at all"
    cut = shown["Cut off in front"]
    assert cut["mask"].all() and list(cut["row"]) == list(cut["ids"][-6:]) and len(cut["ids"]) > 6
    unknown = shown["Unknown words"]
    assert [w for w, i in zip(unknown["words"], unknown["ids"], strict=True) if i == 1] == [
        "magistrate", "goat",
    ]  # fmt: skip


def test_the_first_figure_shows_padding_that_is_felt():
    post, pre, alone = explorer.compute(**explorer.EXPLORER.values())["verdicts"]
    assert alone > 0.85 and 0.5 < post < alone - 0.1 and pre < 0.5


def test_the_weights_are_light():
    assert MODEL.stat().st_size < 120_000


TEXTS = [
    "", "   ", "?", "Don’t you love it?", "GREAT great Great", "e\u0301t\u00e9", "x" * 70,
    "! " * 70, "日本語 is good", "bad\u200b\ufeff\x1cworse", "it 's it's its", "🙂 wonderful",
]  # fmt: skip


def test_any_text_is_read_as_python_reads_it(browser, harness):
    """To 1e-9, empty and too long ones included."""
    rng = random.Random(0)
    known = explorer.vocabulary().tokens[1:]
    texts = [*TEXTS, *(" ".join(rng.choices(known, k=rng.randrange(70))) for _ in range(40))]
    asked = [
        {"sentence": text, "length": rng.randrange(1, 61), "side": rng.choice(["post", "pre"])}
        for text in texts
    ]
    with opened(browser, harness, f"{NAME}.html") as (page, _):
        script = """async ([url, asked]) => {
          const module = await import(url);
          const verdict = await (await fetch("assets/models/verdict.json")).json();
          const data = module.prepare({ verdict });
          return JSON.stringify(asked.map((values) => module.compute(values, data)));
        }"""
        got = page.evaluate(script, [harness.at(f"assets/explorers/{NAME}.js"), asked])
    for values, theirs in zip(asked, json.loads(got), strict=True):
        mine = explorers.get(NAME).compute(**values)
        assert theirs["words"] == mine["words"], values
        for name in ("ids", "row", "mask"):
            assert theirs[name] == mine[name].tolist(), (name, values)
        np.testing.assert_allclose(theirs["curves"], mine["curves"], atol=1e-9, err_msg=values)
        np.testing.assert_allclose(theirs["verdicts"], mine["verdicts"], atol=1e-9)


# The reader's hands -------------------------------------------------------------------------------


def said(chance):
    side = "positive" if chance > 0.5 else "negative"
    return f"{side}, {100 * max(chance, 1 - chance):.0f} %"


def test_a_sentence_of_ones_own_is_read_as_it_is_typed(batch):
    """By keyboard alone; the verdicts are those of NumPy."""
    page = batch.page
    batch.text.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Zyx is terrible")
    assert page.locator(".explorer select").first.input_value() == explorer.OWN
    batch.slider.focus()
    page.keyboard.press("End")
    post, pre, alone = explorer.compute("Zyx is terrible", 60, "post")["verdicts"]
    batch.hear("3 tokens, 1 of them unknown, in a row of 60 steps: 57 steps of padding.")
    batch.hear(f"With the mask the verdict is {said(alone)}.")
    words = page.inner_text(".explorer-summary")
    assert said(post) in words and said(pre) in words
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    batch.hear("no padding, and 1 token cut off.")
    page.get_by_role("button", name="Start again").click()
    assert batch.text.input_value() == explorer.SENTENCES[0]
    assert batch.slider.input_value() == "40"


def test_the_row_that_is_shown_is_padded_where_it_is_asked_for(batch):
    page = batch.page
    ids = [str(i) for i in explorer.compute(explorer.SENTENCES[0], 60, "post")["ids"]]
    batch.slider.fill("12")

    def cells():
        written = batch.written()
        ones = [w for w in written[written.index("3. Verdicts: is it from a good review?") - 24 :]]
        return ones[:24:2], ones[1:24:2]

    row, mask = cells()
    assert row == ids + ["0"] * (12 - len(ids))
    assert mask == ["1"] * len(ids) + ["0"] * (12 - len(ids))
    page.get_by_label("Row shown: padded and cut").select_option("pre")
    row, mask = cells()
    assert row == ["0"] * (12 - len(ids)) + ids
    assert mask == ["0"] * (12 - len(ids)) + ["1"] * len(ids)


def test_an_empty_sentence_is_no_mistake(batch):
    batch.text.fill("")
    batch.hear("There are no words to read yet: type a sentence.")
    batch.text.fill("good")
    batch.hear("1 token in a row of 40 steps: 39 steps of padding.")


def test_nothing_scrolls_sideways_on_a_phone_and_all_can_be_read(browser, harness):
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with browsing(browser, harness.origin, **phone) as found:
        figure = Batch(harness, *found)
        page = figure.page
        figure.slider.fill("60")
        for text in ("w" * 70 + " " + "m" * 88, "! " * 80, explorer.SENTENCES[5]):
            figure.text.fill(text)
            page.evaluate(FRAMES)
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide)
            assert not page.evaluate(OUTSIDE), text
        smallest = page.evaluate(
            "() => Math.min(...[...document.querySelectorAll('.explorer-picture text')]"
            ".map((t) => parseFloat(getComputedStyle(t).fontSize)))"
        )
        assert smallest >= 13
        page.get_by_role("button", name="← Previous").tap()
        figure.hear("in a row of 59 steps")
        assert not figure.heard.wrong


OUTSIDE = """
() => {
  const svg = document.querySelector('.explorer-picture svg');
  const { left, right, bottom } = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text, rect')]
    .filter((e) => {
      const box = e.getBoundingClientRect();
      return box.left < left - 2 || box.right > right + 2 || box.bottom > bottom + 2;
    })
    .map((e) => e.outerHTML);
}
"""
