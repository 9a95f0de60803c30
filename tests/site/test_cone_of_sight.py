"""The cone of sight in a browser: k is off where layers have none; buttons move the output."""

import pytest

from bookkit.serve import serving
from tests.helpers.browsing import opened
from tests.helpers.figures import write_pages

NAME = "cone-of-sight"


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    """The book's assets and a page with this figure alone, being served."""
    folder = tmp_path_factory.mktemp("cone")
    write_pages(folder, [NAME])
    with serving(folder) as served:
        yield served


@pytest.fixture
def page(browser, harness):
    with opened(browser, harness, f"{NAME}.html") as (page, heard):
        page.wait_for_selector('.explorer[data-state="live"]')
        yield page
        assert not heard.wrong


def test_k_can_be_moved_where_a_layer_has_one(page):
    """And is greyed, and says so, where it has none."""
    kind, k = page.get_by_label("Kind of layer"), page.get_by_label("Kernel width or reset k")
    shown = page.locator(".explorer-control", has=k).locator(".explorer-value")
    for value in ("stacked", "causal", "bidirectional", "centred", "windows"):
        kind.select_option(value)
        has_one = value in ("causal", "centred", "windows")
        assert k.is_enabled() == has_one, value
        assert shown.inner_text() == ("3" if has_one else "not used"), value


def test_the_output_is_moved_by_buttons_to_the_ends_and_no_further(page):
    """On foot, with Enter; the picture marks the output that the sentence speaks of."""
    for name, end in (("Next →", 12), ("← Previous", 1)):
        page.get_by_role("button", name=name).focus()
        for _ in range(12):
            page.keyboard.press("Enter")
        assert page.inner_text(".explorer-summary").startswith(f"Output {end} sees")
        assert page.locator(f".explorer-picture svg text:text-is('output {end}')").count() == 1
