"""Fill the blank: what is typed, tapped or moved to is struck out, and three networks answer."""

import json
from pathlib import Path

import numpy as np
import pytest

from bookkit.serve import serving
from course_utils import explorers
from course_utils.explorers import fill_the_blank as explorer
from tests.helpers.browsing import FRAMES, PATIENCE, PHONE, browsing, go, opened
from tests.helpers.figures import write_pages

MODELS = Path(__file__).resolve().parents[2] / "book" / "assets" / "models"
NAME = "fill-the-blank"
DESK = {"viewport": {"width": 1100, "height": 900}}
FILES = explorers.get(NAME).models


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with this figure alone, being served."""
    folder = tmp_path_factory.mktemp("blank")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


class Blank:
    """The live figure in a page of the browser, and what a reader does with it."""

    def __init__(self, harness, page, heard):
        self.page, self.heard = page, heard
        page.goto("about:blank")
        heard.forget()
        go(page, heard, harness.at(f"{NAME}.html"))
        page.wait_for_selector('.explorer[data-state="live"]')
        self.text = page.get_by_label("The sentence, or your own")
        self.slider = page.locator(".explorer input[type=range]")

    def hear(self, words):
        """Wait until the summary has these words."""
        self.page.wait_for_function(
            "(s) => document.querySelector('.explorer-summary').textContent.includes(s)",
            arg=words,
            timeout=PATIENCE,
        )

    def characters(self):
        """What the picture shows of the sentence, and the number of the one struck out."""
        cells = self.page.locator(".explorer-picture [data-place]").all()
        letters = "".join(cell.locator("text").text_content() for cell in cells)
        struck = [i + 1 for i, cell in enumerate(cells) if cell.locator("path").count()]
        return letters, struck


@pytest.fixture
def blank(browser, harness):
    with browsing(browser, harness.origin, **DESK) as found:
        figure = Blank(harness, *found)
        yield figure
        assert not figure.heard.wrong


# The networks -------------------------------------------------------------------------------------


def network(chain):
    """The layers of one exported chain."""
    return explorer.network(chain)["layers"]


def keras_network(name):
    """The Keras model that the training builds, with the weights of the exported file."""
    from bookkit.models import fill_the_blank as training

    model = training.build(name, len(explorer.vocabulary()))
    if name != "both":
        model.set_weights([w for part in network(name) for w in part["weights"].values()])
        return model
    before, after = network("both-before"), network("both-after")
    for layer, part in zip(
        ("embedding", "forward", "backward"), [*before[:2], after[1]], strict=True
    ):
        model.get_layer(layer).set_weights(list(part["weights"].values()))
    halves = [chain[2]["weights"]["kernel"] for chain in (before, after)]
    model.get_layer("answer").set_weights([np.concatenate(halves), before[2]["weights"]["bias"]])
    return model


@pytest.mark.parametrize("name", explorer.NETWORKS)
def test_each_network_is_the_one_that_keras_runs(name):
    from bookkit.models import fill_the_blank as training

    sentence = explorer.SENTENCES[-2]
    ids = np.array([[explorer.vocabulary().index(c) for c in f"\n{sentence}\n"]])
    given, _ = training.read(name, ids)
    expected = np.asarray(keras_network(name)(given))[0]
    if name == "right":
        expected = expected[::-1]
    got = explorer.read(sentence)[explorer.NETWORKS.index(name)]
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_no_network_sees_the_blank_or_the_side_that_it_does_not_read():
    """Change one character: which expectations move says who has seen it."""
    sentence = "What goes out comes back."
    place = 10
    changed = sentence[:place] + "x" + sentence[place + 1 :]
    moved = np.abs(explorer.read(sentence) - explorer.read(changed)).max(axis=2) > 0
    places = np.arange(len(sentence))
    assert moved[0].tolist() == (places > place).tolist()
    assert moved[1].tolist() == (places != place).tolist()
    assert moved[2].tolist() == (places < place).tolist()


def test_the_three_are_of_one_size_and_both_sides_know_more():
    weights = [keras_network(name).count_params() for name in explorer.NETWORKS]
    assert max(weights) - min(weights) < 0.005 * max(weights)
    left, both, _, right = (explorer.network(chain)["meta"]["nats"] for chain in explorer.CHAINS)
    for kind in ("all", "letters", "spaces"):
        assert both[kind] < min(left[kind], right[kind]) - 0.1
    assert both["all"] < 1.6


def test_the_sentences_can_be_read_and_are_no_longer_than_a_typed_one():
    for sentence in explorer.SENTENCES:
        assert 10 < len(sentence) <= explorer.LONGEST
        expected = explorer.read(sentence)
        np.testing.assert_allclose(expected.sum(axis=2), 1, atol=1e-12)
    with pytest.raises(ValueError, match="the networks know no '1', only"):
        explorer.read("1 pizza")


def test_each_button_shows_what_it_says():
    given = {
        label: explorer.compute(**values)["given"][:, values["at"] - 1]
        for label, values in explorer.EXPLORER.presets
    }
    left, _, right = given["The left knew"]
    assert left > 0.9 and right < 0.2
    left, _, right = given["The right knew"]
    assert left < 0.1 and right > 0.8
    assert max(given["Nobody knew"]) < 0.05
    left, both, right = explorer.compute(**explorer.EXPLORER.values())["given"][:, 6]
    assert left < 0.2 < right < both - 0.2, "at first: both sides know more than either"


def test_the_weights_are_light():
    assert sum((MODELS / f"{name}.json").stat().st_size for name in FILES) <= 260_000


def test_the_blank_stays_within_the_sentence():
    traces = explorer.compute("I love pizza.", 60)
    assert traces["place"] == 12 and traces["text"][12] == "."
    assert traces["given"].shape == (3, 13)
    ids = [explorer.vocabulary().index(".")] * 3
    np.testing.assert_array_equal(traces["given"][:, 12], traces["probabilities"][range(3), ids])


# The reader's hands -------------------------------------------------------------------------------


def test_a_click_strikes_a_character_out(blank):
    sentence = explorer.SENTENCES[0]
    for place in (1, 5, len(sentence)):
        blank.page.locator(f'.explorer-picture [data-place="{place}"]').click()
        letters, struck = blank.characters()
        assert letters == sentence.replace(" ", "␣") and struck == [place]
        assert blank.slider.input_value() == str(place)
        blank.hear(f"Character {place} is struck out")


def test_the_slider_ends_with_the_sentence(blank):
    page = blank.page
    page.select_option(".explorer select", "I love pizza.")
    blank.slider.focus()
    page.keyboard.press("End")
    blank.hear("Character 13 is struck out: “.”.")
    following = page.get_by_role("button", name="Next →")
    assert following.get_attribute("aria-disabled") == "true"
    following.focus()
    page.keyboard.press("Enter")
    assert blank.slider.input_value() == "13"
    page.get_by_role("button", name="← Previous").click()
    blank.hear("Character 12 is struck out: “a”.")
    page.select_option(".explorer select", explorer.SENTENCES[0])
    blank.slider.focus()
    page.keyboard.press("End")
    assert blank.slider.input_value() == str(len(explorer.SENTENCES[0]))


def test_a_sentence_of_ones_own_is_read_as_it_is_typed(blank, harness):
    """By keyboard alone; what the networks give is what NumPy gives."""
    blank.text.focus()
    blank.page.keyboard.press("Control+A")
    blank.page.keyboard.type("To be or not")
    letters, struck = blank.characters()
    assert letters == "To␣be␣or␣not" and len(struck) == 1
    assert blank.page.locator(".explorer select").input_value() == explorer.OWN
    blank.slider.focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        blank.page.keyboard.press(key)
    blank.hear("Character 4 is struck out: “b”.")
    given = explorer.compute("To be or not", 4)["given"][:, 3]
    said = [
        words.removeprefix("The true b gets ").removesuffix(" %")
        for words in blank.page.locator(".explorer-picture text").all_text_contents()
        if words.startswith("The true")
    ]
    assert said == [f"{100 * p:.0f}" if p >= 0.005 else "<1" for p in given]
    blank.page.get_by_role("button", name="Start again").click()
    assert blank.text.input_value() == explorer.SENTENCES[0]


def test_what_is_not_in_the_vocabulary_is_told_and_left_out(blank):
    blank.text.fill("It’s 1 “é”")
    assert blank.characters()[0] == "It's␣␣''"
    assert blank.page.get_by_text("Left out, since Shakespeare has none: 1 é").is_visible()
    blank.text.fill("")
    blank.hear("There is nothing to strike out yet: type a sentence.")
    blank.text.fill("12")
    blank.hear("There is nothing to strike out yet: type a sentence.")
    blank.text.fill("A")
    blank.hear("Character 1 is struck out: “A”.")
    assert blank.page.get_by_text("up to 60 characters").is_visible()


def test_a_tap_on_a_phone_strikes_out_and_nothing_scrolls_sideways(browser, harness):
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with browsing(browser, harness.origin, **phone) as found:
        figure = Blank(harness, *found)
        figure.text.fill("w" * 14 + " " + "m" * 45)
        figure.page.locator('.explorer-picture [data-place="40"]').tap()
        figure.hear("Character 40 is struck out: “m”.")
        figure.page.evaluate(FRAMES)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not figure.page.evaluate(wide)
        smallest = figure.page.evaluate(
            "() => Math.min(...[...document.querySelectorAll('.explorer-picture text')]"
            ".map((t) => parseFloat(getComputedStyle(t).fontSize)))"
        )
        assert smallest >= 13
        assert not figure.heard.wrong


def test_the_twins_agree_on_the_empty_sentence(browser, harness):
    with opened(browser, harness, f"{NAME}.html") as (page, _):
        got = page.evaluate(
            """async ([url, names]) => {
              const file = async (n) => (await fetch(`assets/models/${n}.json`)).json();
              const module = await import(url);
              const files = {};
              for (const name of names) files[name] = await file(name);
              const traces = module.compute({ sentence: "", at: 3 }, module.prepare(files));
              return JSON.stringify(traces);
            }""",
            [harness.at(f"assets/explorers/{NAME}.js"), list(FILES)],
        )
    mine = explorers.get(NAME).compute(sentence="", at=3)
    theirs = json.loads(got)
    assert theirs["place"] == mine["place"] == -1
    assert np.shape(theirs["given"]) == mine["given"].shape == (3, 0)
    np.testing.assert_array_equal(theirs["probabilities"], mine["probabilities"])
