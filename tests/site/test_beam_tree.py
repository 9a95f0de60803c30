"""The beam tree: it grows as it is stepped, and it is the tree of `decoding.beam`."""

import numpy as np
import pytest

from bookkit.serve import serving
from course_utils.explorers import beam_tree as explorer
from tests.helpers.browsing import PATIENCE, browsing, go
from tests.helpers.figures import write_pages

NAME = "beam-tree"
DESK = {"viewport": {"width": 1100, "height": 900}}
NO_YEAR = explorer.EXAMPLES[0]


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with this figure alone, being served."""
    folder = tmp_path_factory.mktemp("beams")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


class Tree:
    """The live figure in a page of the browser, and what a reader does with it."""

    def __init__(self, harness, page, heard):
        self.page, self.heard = page, heard
        go(page, heard, harness.at(f"{NAME}.html"))
        page.wait_for_selector('.explorer[data-state="live"]')
        self.text = page.get_by_label("This, or your own")
        self.width = page.get_by_label("Width of the beam")
        self.step = page.get_by_label("Steps")

    def hear(self, words):
        """Wait until the summary has these words."""
        self.page.wait_for_function(
            "(s) => document.querySelector('.explorer-summary').textContent"
            ".replaceAll('\u2011', '-').includes(s)",
            arg=words,
            timeout=PATIENCE,
        )

    def column(self, step):
        """The characters of a step's candidates, from the top."""
        boxes = self.page.locator(f'.explorer-picture [data-candidate^="{step}-"]')
        return "".join(boxes.locator("text:first-of-type").all_text_contents())


@pytest.fixture
def tree(browser, harness):
    with browsing(browser, harness.origin, **DESK) as found:
        figure = Tree(harness, *found)
        yield figure
        assert not figure.heard.wrong


def test_what_is_kept_is_never_less_probable_than_what_is_dropped():
    for width in range(1, explorer.WIDEST + 1):
        traces = explorer.compute(NO_YEAR, width, explorer.MOST)
        for kept, log_p in zip(traces["kept"], traces["log_p"], strict=True):
            assert kept.sum() <= width
            assert (np.diff(log_p) <= 0).all() and (np.diff(kept) <= 0).all()


def test_a_candidate_costs_more_than_the_one_it_continues():
    traces = explorer.compute(NO_YEAR, 3, explorer.MOST)
    for step in range(1, traces["step"]):
        before = traces["log_p"][step - 1][traces["parents"][step]]
        assert (traces["log_p"][step] <= before).all()
        assert (traces["kept"][step - 1][traces["parents"][step]] == 1).all()


def test_the_first_example_is_one_where_greedy_decoding_misses_the_best():
    one, wide = (explorer.compute(NO_YEAR, width, explorer.MOST) for width in (1, 5))
    assert one["found"] == [one["greedy"]] == [wide["greedy"]]
    assert wide["found"][0] != wide["greedy"]
    assert wide["found_log_p"][0] > wide["greedy_log_p"] + 0.5


def test_a_text_that_cannot_be_read_is_refused_and_none_is_an_empty_tree():
    with pytest.raises(ValueError, match="cannot read '§'"):
        explorer.compute("§ 8", 2, 3)
    nothing = explorer.compute("", 3, 5)
    assert (nothing["steps"], nothing["step"], nothing["found"]) == (0, 0, [])


def test_the_tree_grows_by_a_step_and_shrinks_again(tree):
    next_, previous = (tree.page.get_by_role("button", name=n) for n in ("Next", "Previous"))
    assert tree.column(5) and not tree.column(6)
    next_.press("Enter")
    tree.hear("step 6 of 11")
    assert tree.column(6)
    previous.press("Enter")
    previous.press("Enter")
    tree.hear("step 4 of 11")
    assert not tree.column(5)


def test_it_ends_where_the_search_ends_and_says_what_greedy_decoding_missed(tree):
    tree.page.get_by_role("button", name="Width 5, to the end").click()
    best = explorer.compute(NO_YEAR, 5, explorer.MOST)
    tree.hear(f"step {best['steps']} of {best['steps']}: the most probable is")
    tree.hear(f"Greedy decoding writes “{best['greedy']}”")
    assert tree.page.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"
    assert tree.column(best["steps"]).count("■") >= 1
    tree.page.get_by_role("button", name="Greedy, to the end").click()
    tree.hear("Greedy decoding, a beam of one, step 11 of 11")


def test_the_reader_types_and_is_told_what_cannot_be_read(tree):
    tree.text.fill("3 May 2€24")
    tree.page.get_by_text("Left out, since no date that it learned from has them: €").wait_for()
    tree.hear(f"“{explorer.compute('3 May 224', 3, 5)['found'][0]}”")
    tree.text.fill("")
    tree.hear("There is nothing to translate yet")
    tree.text.fill("May")
    tree.step.fill("0")
    tree.hear("Nothing is written yet. The search for “May” takes")
