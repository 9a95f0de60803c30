"""The date translator: it writes what NumPy writes, and follows what is typed, tapped and moved."""

import json
from pathlib import Path

import numpy as np
import pytest

from bookkit.serve import serving
from course_utils import dates, decoding, exporting
from course_utils.explorers import date_translator as explorer
from tests.helpers.browsing import FRAMES, PATIENCE, PHONE, browsing, go, opened
from tests.helpers.figures import write_pages

MODELS = Path(__file__).resolve().parents[2] / "book" / "assets" / "models"
NAME = "date-translator"
DESK = {"viewport": {"width": 1100, "height": 900}}
START, END = len(dates.ISO) + 1, len(dates.ISO) + 2
TWO = explorer.EXAMPLES[0]


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with this figure alone, being served."""
    folder = tmp_path_factory.mktemp("dates")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


class Translator:
    """The live figure in a page of the browser, and what a reader does with it."""

    def __init__(self, harness, page, heard):
        self.page, self.heard = page, heard
        go(page, heard, harness.at(f"{NAME}.html"))
        page.wait_for_selector('.explorer[data-state="live"]')
        self.text = page.get_by_label("These dates, or your own")
        self.at = page.get_by_label("Written character (0: all)")
        self.look = page.get_by_label("Move its attention")
        self.state = page.get_by_label("State let through")
        self.attention = page.get_by_label("Attention let through")

    def hear(self, words):
        """Wait until the summary has these words."""
        self.page.wait_for_function(
            "(s) => document.querySelector('.explorer-summary').textContent"
            ".replaceAll('\u2011', '-').includes(s)",
            arg=words,
            timeout=PATIENCE,
        )

    def row(self, name):
        """The characters of the row that is "typed" or "written", a space as it is shown."""
        cells = self.page.locator(f".explorer-picture [data-{name}] text:first-of-type")
        return "".join(cells.all_text_contents())

    def cell(self, name, number):
        return self.page.locator(f'.explorer-picture [data-{name}="{number}"]')

    def lines(self):
        """How many lines of attention are drawn."""
        return self.page.locator(".explorer-picture svg > g path").count()


@pytest.fixture
def translator(browser, harness):
    with browsing(browser, harness.origin, **DESK) as found:
        figure = Translator(harness, *found)
        yield figure
        assert not figure.heard.wrong


def compute(text, at=0, look=0, state=100, attention=100):
    return explorer.compute(text=text, at=at, look=look, state=state, attention=attention)


def shown(text):
    """A row as it stands in the picture."""
    return text.replace(" ", "␣")


# The network --------------------------------------------------------------------------------------


def greedy(text):
    """What `decoding.greedy` writes of a text."""

    def step(states, tokens):
        found = exporting.step(explorer.network(), tokens, states)
        with np.errstate(divide="ignore"):
            return np.log(found.probabilities), found.state

    read = explorer.network()["meta"]["read"]
    states = exporting.start(explorer.network(), [[read.index(c) + 1 for c in text]])
    (found,) = decoding.greedy(step, states, [START], end=END, max_length=explorer.MOST)
    return found


def test_left_alone_it_writes_what_greedy_decoding_writes():
    for text in (*explorer.EXAMPLES, "no date at all", "1" * explorer.LONGEST):
        traces, expected = compute(text), greedy(text)
        assert traces["written"] == traces["untouched"] == explorer.characters(expected.tokens)
        assert traces["ended"] == expected.ended
        np.testing.assert_allclose(np.log(traces["given"]).sum(), expected.log_probability)
        np.testing.assert_allclose(traces["weights"].sum(axis=1), 1)


def test_it_knows_its_task():
    """Exact match of one, two and three dates that are drawn for it."""
    for count in (1, 2, 3):
        written, iso = dates.draw(100, count, np.random.default_rng(count))
        right = [
            compute(text)["written"] == answer for text, answer in zip(written, iso, strict=True)
        ]
        assert np.mean(right) >= 0.95, count


def test_the_examples_are_plain_and_translated_but_for_the_year_that_it_never_saw():
    for text in explorer.EXAMPLES[:-1]:
        assert len(text) <= explorer.LONGEST
        assert compute(text)["written"] == explorer.meant(text) != ""
    battle = compute(explorer.EXAMPLES[-1])
    assert (battle["meant"], battle["written"]) == ("1815-06-18", "1915-06-18")


def test_all_attention_goes_where_it_is_moved_and_nothing_before_changes():
    plain, moved = compute(TWO), compute(TWO, at=6, look=9)
    np.testing.assert_array_equal(moved["looked"], [plain["weights"][5], np.eye(len(TWO))[8]])
    np.testing.assert_array_equal(moved["weights"][5], np.eye(len(TWO))[8])
    np.testing.assert_array_equal(moved["weights"][:5], plain["weights"][:5])
    np.testing.assert_array_equal(moved["given"][:5], plain["given"][:5])
    assert not np.array_equal(*moved["probabilities"])
    np.testing.assert_array_equal(*plain["looked"])  # no step is chosen: both are 0


def test_without_its_state_the_decoder_begins_as_if_nothing_was_read():
    ids = [[explorer.alphabet().index(c) + 1 for c in TWO]]
    state = exporting.start(explorer.network(), ids)
    state["decoder"] = [
        tuple(np.zeros((1, len(part[0]))) for part in layer) for layer in state["decoder"]
    ]
    first = exporting.step(explorer.network(), [START], state)
    traces = compute(TWO, at=1, state=0)
    np.testing.assert_allclose(traces["probabilities"][0], first.probabilities[0], atol=1e-15)
    np.testing.assert_allclose(traces["looked"][0], first.weights[0], atol=1e-15)


def test_without_attention_the_context_is_nothing():
    ids = [[explorer.alphabet().index(c) + 1 for c in TWO]]
    first = exporting.step(
        explorer.network(),
        [START],
        exporting.start(explorer.network(), ids),
        np.zeros((1, len(TWO))),
    )
    traces = compute(TWO, at=1, attention=0)
    np.testing.assert_allclose(traces["probabilities"][0], first.probabilities[0], atol=1e-15)
    assert not traces["weights"].any()


def test_each_button_shows_what_it_says():
    found = {
        label: explorer.compute(**explorer.EXPLORER.values(**values))["written"]
        for label, values in explorer.EXPLORER.presets
    }
    assert found == {
        "Make it look elsewhere": "1924-03-01 2024-03-03",
        "Attention alone": "2024-03-03",
        "State alone": "2039-03-09 2049-04-09",
    }


def test_beyond_the_end_the_last_is_meant():
    traces = compute(TWO, at=explorer.MOST, look=explorer.LONGEST)
    assert traces["place"] == len(greedy(TWO).tokens) - 1
    assert traces["look"] == len(TWO) - 1
    assert compute(TWO, at=0, look=5)["look"] == -1, "no step is chosen whose attention moves"


def test_what_cannot_be_read_is_told():
    with pytest.raises(ValueError, match="the network cannot read 'x', only"):
        compute("x mars")


def test_the_weights_are_light():
    assert (MODELS / "dates.json").stat().st_size <= 240_000


# What is meant ------------------------------------------------------------------------------------


def test_every_date_that_the_course_can_draw_is_plain():
    for count in (1, 2, 3):
        written, iso = dates.draw(1000, count, np.random.default_rng(count))
        assert [explorer.meant(text) for text in written] == iso


@pytest.mark.parametrize(
    "text, meant",
    [
        ("2024-03-09", "2024-03-09"),
        ("2024, März 9", "2024-03-09"),
        ("9 mar 49; 9 dic 50", "2049-03-09 1950-12-09"),
        ("Sept 18, 1815", "1815-09-18"),
        ("30. Februar 2000", ""),  # there is none
        ("29/2/1900", ""),
        ("3 jui 2024", ""),  # juin or juillet
        ("3 March April 2024", ""),
        ("3 March", ""),
        ("3 March 4 2024", ""),
        ("13/14/24", ""),
        ("3/4/824", ""),
        ("3/4/0824", ""),
        ("3/4/24;", ""),
        ("the", ""),
        ("", ""),
    ],
)
def test_what_is_meant_is_said_only_where_it_is_plain(text, meant):
    assert explorer.meant(text) == meant


# In the page --------------------------------------------------------------------------------------

RUN = """async ([url, sets]) => {
  const module = await import(url);
  const data = module.prepare({ dates: await (await fetch("assets/models/dates.json")).json() });
  return JSON.stringify(sets.map((values) => module.compute(values, data)));
}"""


def test_the_twins_agree_on_what_a_reader_may_type(browser, harness):
    """Dates, nonsense and nothing, with attention moved and the state shrunk."""
    rng = np.random.default_rng(5)
    texts = [*dates.draw(8, 1, rng)[0], *dates.draw(4, 3, rng)[0], "", "2024-03-09", "29/2/1900"]
    texts += ["3/4/0824", "Sept 18, 1815", "3 jui 2024", "13/14/24", "5 mai 99; 5 mai", "1.1.11;"]
    texts += [
        "".join(rng.choice(list(explorer.alphabet()), n)) for n in (1, 7, 30, explorer.LONGEST)
    ]
    sets = [
        {
            "text": text,
            "at": int(rng.integers(0, explorer.MOST + 1)),
            "look": int(rng.integers(0, explorer.LONGEST + 1)),
            "state": int(rng.choice([0, 37, 100])),
            "attention": int(rng.choice([0, 61, 100])),
        }
        for text in texts
    ]
    with opened(browser, harness, f"{NAME}.html") as (page, _):
        answers = json.loads(page.evaluate(RUN, [harness.at(f"assets/explorers/{NAME}.js"), sets]))
    for values, theirs in zip(sets, answers, strict=True):
        mine = explorer.compute(**values)
        assert set(theirs) == set(mine)
        for name, value in mine.items():
            if isinstance(value, np.ndarray) and value.size:
                np.testing.assert_allclose(theirs[name], value, atol=1e-9, err_msg=f"{values}")
            elif not isinstance(value, np.ndarray):
                assert theirs[name] == value, (name, values)


def test_a_click_shows_the_lines_of_one_character_and_another_click_all(translator):
    every = translator.lines()
    assert translator.row("typed") == shown(TWO)
    assert translator.row("written") == shown(compute(TWO)["written"]) + "■"
    translator.cell("written", 7).click()
    assert translator.at.input_value() == "7"
    assert translator.at.get_attribute("aria-valuetext") == "7: “3”"
    seen = np.count_nonzero(compute(TWO)["weights"][6] >= 0.02)
    assert translator.lines() == seen < every
    translator.hear("Character 7, “3”, looked most at typed character")
    translator.cell("written", 7).click()
    assert translator.at.input_value() == "0" and translator.lines() == every


def test_attention_is_moved_by_a_tap_and_given_back(translator):
    """To the other date's month: another character is written there, and what was is in grey."""
    translator.cell("written", 7).click()
    translator.cell("typed", 5).click()
    assert translator.look.input_value() == "5"
    moved = compute(TWO, at=7, look=5)
    translator.hear("Character 7 gives all its attention to typed character 5, “e”")
    assert translator.row("written") == shown(moved["written"]) + "■" * moved["ended"]
    back = translator.page.get_by_role("button", name="Give it back")
    assert translator.page.get_by_text("In grey: what it writes when it is left alone.").count()
    back.click()
    assert translator.look.input_value() == "0" and translator.at.input_value() == "7"
    assert translator.row("written") == shown(compute(TWO)["written"]) + "■"
    translator.cell("typed", 5).click()
    translator.cell("typed", 5).click()
    assert translator.look.input_value() == "0", "a second tap gives it back, too"


def test_a_typed_character_finds_who_looked_at_it(translator):
    number = TWO.index("7") + 1
    translator.cell("typed", number).click()
    most = int(np.argmax(compute(TWO)["weights"][:, number - 1])) + 1
    assert translator.at.input_value() == str(most) and translator.look.input_value() == "0"


def test_everything_can_be_done_with_the_keyboard(translator):
    page = translator.page
    translator.at.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    translator.hear("Character 3, “7”, looked most")
    page.keyboard.press("End")
    translator.hear(f"Character {len(greedy(TWO).tokens)}, the end, looked most")
    following = page.get_by_role("button", name="Next →")
    assert following.get_attribute("aria-disabled") == "true"
    following.focus()
    page.keyboard.press("Enter")
    assert translator.at.input_value() == str(len(greedy(TWO).tokens))
    translator.look.focus()
    page.keyboard.press("End")
    translator.hear(f"to typed character {len(TWO)}, “{TWO[-1]}”")
    page.get_by_role("button", name="Show all lines").focus()
    page.keyboard.press("Enter")
    assert (translator.at.input_value(), translator.look.input_value()) == ("0", "0")
    translator.look.focus()
    page.keyboard.press("ArrowRight")
    assert translator.at.input_value() != "0", "who looked most at it is chosen"


def test_dates_of_ones_own_are_translated_as_they_are_typed(translator):
    page = translator.page
    translator.cell("written", 3).click()
    translator.text.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("22. März 1999; 1/2/03")
    assert translator.row("typed") == "22.␣März␣1999;␣1/2/03"
    expected = compute("22. März 1999; 1/2/03")
    assert translator.row("written") == shown(expected["written"]) + "■" * expected["ended"]
    assert page.locator(".explorer select").input_value() == explorer.OWN
    assert translator.at.input_value() == "0"
    translator.hear("which is what was meant.")
    page.get_by_role("button", name="Start again").click()
    assert translator.text.input_value() == TWO


def test_the_verdict_is_what_was_meant_or_none(translator):
    translator.text.fill("Sept 18, 1815")  # before 1950, as none that it learned from
    translator.hear("but “1815-09-18” was meant.")
    assert translator.page.get_by_text("✗ This is not what was meant.").count()
    translator.text.fill("3 jui 2024")
    translator.hear("Which dates are meant is not plain enough to judge it here.")
    assert (
        not translator.page.get_by_text("what was meant.")
        .and_(translator.page.locator("svg text"))
        .count()
    )


def test_what_the_alphabet_lacks_is_told_and_left_out(translator):
    translator.text.fill("wx 3’4–24")
    assert translator.row("typed") == "␣3'4-24"
    assert translator.page.get_by_text("no date that it learned from has them: w x").is_visible()
    translator.text.fill("")
    translator.hear("There is nothing to translate yet: type a date.")
    translator.text.fill("3")
    assert translator.row("typed") == "3"
    assert translator.page.get_by_text("up to three dates").is_visible()


def test_the_two_ways_can_be_narrowed(translator):
    """Attention alone writes a date, and not which one; the state alone, the form."""
    page = translator.page
    translator.state.focus()
    page.keyboard.press("Home")
    translator.hear("With nothing of the state it writes “2024-03-03”, but “1974-03-01 2024-03-03”")
    translator.hear("was meant, and is written when it is left alone.")
    page.keyboard.press("ArrowRight")
    translator.hear("With 5 % of the state it writes")
    page.keyboard.press("End")
    translator.attention.focus()
    page.keyboard.press("Home")
    written = compute(TWO, attention=0)["written"]
    translator.hear(f"With nothing of attention it writes “{written}”, but")
    assert translator.lines() == 0
    page.keyboard.press("End")
    translator.hear("It writes “1974-03-01 2024-03-03”, which is what was meant.")


def test_a_tap_on_a_phone_chooses_and_nothing_scrolls_sideways(browser, harness):
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with browsing(browser, harness.origin, **phone) as found:
        figure = Translator(harness, *found)
        for text in ("m" * explorer.LONGEST, "le 14 septembre 1989; " * 3, "3/4/24"):
            figure.text.fill(text)
            figure.cell("written", 4).tap()
            figure.cell("typed", 2).tap()
            figure.hear("to typed character 2")
            figure.page.evaluate(FRAMES)
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not figure.page.evaluate(wide), text
            smallest = figure.page.evaluate(
                "() => Math.min(...[...document.querySelectorAll('.explorer-picture text')]"
                ".map((t) => parseFloat(getComputedStyle(t).fontSize)))"
            )
            assert smallest >= 13
        assert not figure.heard.wrong
