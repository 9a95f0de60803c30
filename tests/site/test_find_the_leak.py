"""Find the leak in a browser: the gap is off where windows are shuffled; the buttons part them."""

import pytest

from bookkit.serve import serving
from tests.helpers.browsing import opened
from tests.helpers.figures import write_pages

NAME = "find-the-leak"


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with this figure alone, being served."""
    folder = tmp_path_factory.mktemp("leak")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


@pytest.fixture
def page(browser, harness):
    with opened(browser, harness, f"{NAME}.html") as (page, heard):
        page.wait_for_selector('.explorer[data-state="live"]')
        yield page
        assert not heard.wrong


def test_the_gap_can_be_moved_where_windows_are_dealt_out_in_time(page):
    """And is greyed, and says so, where they are shuffled, as at first."""
    deal, gap = page.get_by_label("Windows are dealt out"), page.get_by_label("Gap before")
    shown = page.locator(".explorer-control", has=gap).locator(".explorer-value")
    assert gap.is_disabled() and shown.inner_text() == "not used"
    deal.select_option("time")
    assert gap.is_enabled() and shown.inner_text() == "0 windows"
    deal.select_option("shuffled")
    assert gap.is_disabled() and shown.inner_text() == "not used"


def test_a_button_shows_the_split_without_a_leak(page):
    """From any state: no window is thick any more, and the sentence says why."""
    thick = page.locator(".explorer-picture path[style*='stroke-width:3.8']")
    page.get_by_label("Forecaster").select_option("linear")
    assert thick.count() == 2, "of training and of validation"
    page.get_by_role("button", name="In time, with a gap").click()
    assert thick.count() == 0
    assert page.inner_text(".explorer-summary").startswith("In time, 12 windows left out")
    assert page.get_by_label("Forecaster").input_value() == "neighbours"
