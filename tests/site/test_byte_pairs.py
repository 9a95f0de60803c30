"""Byte pairs: what is typed is cut and merged as Python does it, by hand, keyboard and touch."""

import json
import random
import unicodedata

import pytest

from bookkit.serve import serving
from course_utils import explorers
from course_utils.explorers import byte_pairs as explorer
from course_utils.preprocessing.text import BytePairs, normalise, words
from tests.helpers.browsing import FRAMES, PATIENCE, PHONE, browsing, go, opened
from tests.helpers.figures import write_pages

NAME = "byte-pairs"
DESK = {"viewport": {"width": 1100, "height": 900}}


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with this figure alone, being served."""
    folder = tmp_path_factory.mktemp("pairs")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


class Pairs:
    """The live figure in a page of the browser, and what a reader does with it."""

    def __init__(self, harness, page, heard):
        self.page, self.heard = page, heard
        go(page, heard, harness.at(f"{NAME}.html"))
        page.wait_for_selector('.explorer[data-state="live"]')
        self.text = page.get_by_label("The text, or your own")
        self.word = page.get_by_label("Another word, cut by the same merges")
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
def pairs(browser, harness):
    with browsing(browser, harness.origin, **DESK) as found:
        figure = Pairs(harness, *found)
        yield figure
        assert not figure.heard.wrong


# The merges ---------------------------------------------------------------------------------------


def test_the_merges_are_those_of_the_published_example():
    """Sennrich, Haddow and Birch (2016), algorithm 1: low, lower, newest and widest."""
    traces = explorer.compute(explorer.TEXTS[1], 10, "lowest")
    assert traces["merges"] == [
        "es", "est", "est</w>", "lo", "low", "ne", "new", "newest</w>", "low</w>", "wi",
    ]  # fmt: skip
    assert traces["cut"] == ["low", "est</w>"]
    assert traces["symbols"] == 11 + 10
    assert traces["characters"] == 5 * 4 + 2 * 6 + 6 * 7 + 3 * 7


@pytest.mark.parametrize("text", explorer.TEXTS)
@pytest.mark.parametrize("merges", [0, 1, 7, 40])
def test_what_is_announced_as_next_is_what_is_merged_next(text, merges):
    """And its count is how often the pair is there: no piece of it can be counted twice."""
    now = explorer.compute(text, merges, "")
    after = explorer.compute(text, merges + 1, "")
    assert BytePairs([]).decode(now["pieces"]) == words(normalise(text))
    if not now["left"]:
        assert after["merges"] == now["merges"]
        return
    assert after["merges"] == [*now["merges"], now["left"][0] + now["right"][0]]
    assert len(now["pieces"]) - len(after["pieces"]) == now["counts"][0]
    assert list(now["counts"]) == sorted(now["counts"], reverse=True)


def test_each_button_shows_what_it_says():
    given = {
        label: explorer.compute(**explorer.EXPLORER.values(**values))
        for label, values in explorer.EXPLORER.presets
    }
    plain = given["Characters only"]
    assert len(plain["pieces"]) == plain["characters"] and not plain["merges"]
    assert given["lower and newest give lowest"]["cut"] == ["low", "est</w>"]
    whole = given["Words come back as one piece"]["pieces"]
    assert {"woodchuck</w>", "wood</w>", "chuck</w>"} <= set(whole)


TEXTS = [
    "", " \t\n", "a", "!!!!!!", "Don't 'quote' it’s -- rock'n'roll", "banana bananas ananas",
    "ΟΔΟΣ οδος İstanbul", "e\u0301t\u00e9 \u00e9te\u0301", "zero\u200bwidth",
    "\x1c\x1d a\x85b\u00a0c\ufeffd",
    "日本語の文 한국어", "🙂🙂🙂 👩‍👩‍👧 x", "x_y 3rd ½ ²", "</w> a</w>b", "aaaa aaa aa a",
]  # fmt: skip


def random_texts(count):
    """Texts of all scripts and kinds of characters, and of few letters, where many pairs tie."""
    rng = random.Random(0)
    known = [c for c in map(chr, range(0x3000)) if unicodedata.category(c) not in ("Cn", "Co")]
    for _ in range(count):
        letters = rng.choice([known, "ab ", "abc .", "low new est ", "'’-a \u00ad"])
        yield "".join(rng.choices(letters, k=rng.randrange(60)))


def test_any_text_is_cut_counted_and_merged_as_python_does_it(browser, harness):
    """To the last piece and tie."""
    rng = random.Random(1)
    asked = [
        {"text": text, "merges": rng.choice([0, 1, 3, 10, 40]), "word": rng.choice(TEXTS)}
        for text in [*TEXTS, *random_texts(200)]
    ]
    with opened(browser, harness, f"{NAME}.html") as (page, _):
        script = """async ([url, asked]) =>
          JSON.stringify(asked.map((await import(url)).compute))"""
        got = page.evaluate(script, [harness.at(f"assets/explorers/{NAME}.js"), asked])
    for values, theirs in zip(asked, json.loads(got), strict=True):
        mine = explorers.get(NAME).compute(**values)
        mine["counts"] = mine["counts"].tolist()
        assert theirs == mine, values


# The reader's hands -------------------------------------------------------------------------------


def test_a_text_of_ones_own_is_merged_step_by_step(pairs):
    """By keyboard alone, from the field to the last merge."""
    page = pairs.page
    pairs.text.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Papa paps")
    assert page.locator(".explorer select").input_value() == explorer.OWN
    pairs.slider.focus()
    page.keyboard.press("Home")
    pairs.hear("After 0 merges the text has 10 pieces; it had 10 characters")
    pairs.hear("Next: “p” + “a”, which meet 3 times.")
    page.keyboard.press("ArrowRight")
    pairs.hear("After 1 merge the text has 7 pieces")
    page.get_by_role("button", name="Next →").focus()
    page.keyboard.press("Enter")
    pairs.hear("Next: “papa” + “·”, which meet only once")
    pairs.slider.focus()
    page.keyboard.press("End")
    pairs.hear("Nothing is left to merge: every word is one piece.")
    assert {"papa·", "paps·"} <= set(pairs.written())
    assert any(", the last" in words for words in pairs.written())
    page.get_by_role("button", name="Start again").click()
    assert pairs.text.input_value() == explorer.TEXTS[0]
    assert pairs.slider.input_value() == "6"


def test_a_word_of_ones_own_is_cut_by_the_merges_of_the_text(pairs):
    page = pairs.page
    page.select_option(".explorer select", explorer.TEXTS[1])
    pairs.word.fill("slowest")
    pairs.slider.fill("9")
    pairs.hear("The other word has 3 pieces: s low est·.")
    pairs.word.fill("low")
    pairs.hear("The other word is one piece: low·.")
    pairs.word.fill("")
    assert "other word" not in page.inner_text(".explorer-summary")
    pairs.text.fill("")
    pairs.hear("There is nothing to merge yet: type a text.")
    page.get_by_role("button", name="lower and newest give lowest").click()
    assert pairs.word.input_value() == "lowest"
    pairs.hear("The other word has 2 pieces: low est·.")


def test_nothing_scrolls_sideways_on_a_phone_and_all_can_be_read(browser, harness):
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with browsing(browser, harness.origin, **phone) as found:
        figure = Pairs(harness, *found)
        page = figure.page
        for text in ("w" * 70 + " " + "m" * 129, "! " * 100, explorer.TEXTS[0]):
            figure.text.fill(text)
            for merges in ("0", "40"):
                figure.slider.fill(merges)
                page.evaluate(FRAMES)
                wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                assert not page.evaluate(wide)
                assert not page.evaluate(OUTSIDE), (text, merges)
        smallest = page.evaluate(
            "() => Math.min(...[...document.querySelectorAll('.explorer-picture text')]"
            ".map((t) => parseFloat(getComputedStyle(t).fontSize)))"
        )
        assert smallest >= 13
        page.get_by_role("button", name="← Previous").tap()
        figure.hear("After 39 merges")
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
