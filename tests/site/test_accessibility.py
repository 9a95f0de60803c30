"""axe-core finds nothing on any page: light and dark, phone and desktop, all folds open.

Every rule counts that axe-core runs by default, its best practices included, and WCAG 2.2's size of
targets beside them. Lighthouse (test_lighthouse.py) asks for 100 in accessibility as well.
"""

import pytest

from tests.helpers.browsing import CONTENTS, DESKTOP, PHONE, SEARCH, browsing, button, go, settle
from tests.helpers.built import lightest_chapter
from tests.helpers.visiting import violations

SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request) -> str:
    return request.param


@pytest.fixture(scope="module", params=list(SIZES))
def size(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def view(browser, server, scheme, size):
    """One page of the browser for each theme and size, and what is heard from it."""
    with browsing(browser, server.origin, viewport=SIZES[size], color_scheme=scheme) as opened:
        yield opened


def nothing(violations: list[dict], where: str) -> None:
    """Fail if there are any: a paragraph for each, but three for a rule at most."""
    if not violations:
        return
    lines, shown = [], {}
    for found in violations:
        shown[found["id"]] = shown.get(found["id"], 0) + 1
        if shown[found["id"]] <= 3:
            lines.append(
                f"{found['id']} ({found['impact']}): {found['help']}\n"
                f"    at   {found['target']}\n    html {found['html'][:240]}\n"
                f"    why  {found['why'][:300]}"
            )
    more = [f"{name} × {count}" for name, count in shown.items() if count > 3]
    in_all = [f"in all: {', '.join(more)}"] if more else []
    pytest.fail("\n  ".join([f"{where}:", *lines, *in_all]), pytrace=False)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_axe_finds_nothing(visited, document, scheme, size):
    nothing(visited(document)[f"axe, {scheme} on a {size}"], str(document))


def test_axe_finds_nothing_while_the_search_is_open(view, server, scheme):
    page, heard = view
    go(page, heard, server.at("index.html"))
    button(page, SEARCH).click()
    settle(page, heard)
    nothing(violations(page, scheme), page.url)


def test_axe_finds_nothing_in_the_table_of_contents(view, server, scheme, size):
    """Opened on a phone; on a desktop it is always there."""
    page, heard = view
    go(page, heard, server.at(lightest_chapter().path))
    if size == "phone":
        button(page, CONTENTS).click()
        settle(page, heard)
    assert page.locator("nav.contents").is_visible()
    nothing(violations(page, scheme), page.url)


def test_axe_finds_nothing_in_the_results_of_a_search(view, server, scheme):
    page, heard = view
    go(page, heard, server.at("search.html?q=recurrent"))
    page.locator("#search-results li").first.wait_for()
    settle(page, heard)
    nothing(violations(page, scheme), page.url)


def test_axe_would_find_what_is_wrong(view, server, scheme):
    """Planted: pale text, an image without words, a button without a name."""
    page, heard = view
    go(page, heard, server.at("index.html"))
    page.evaluate(
        """document.querySelector("main article, main").insertAdjacentHTML("beforeend",
             `<p style="color: #999; background: #aaa">pale</p>
              <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><button></button>`)"""
    )
    rules = {found["id"] for found in violations(page, scheme)}
    assert {"color-contrast", "image-alt", "button-name"} <= rules


def test_axe_would_find_one_pale_word_among_many_alike(view, server, scheme):
    """Of listings that look alike axe sees the first alone; one that is paler is not alike."""
    page, heard = view
    go(page, heard, server.at("index.html"))
    page.add_style_tag(content=f"[data-theme={scheme}] .pale {{ color: #999; background: #aaa }}")
    listing = '<div class="highlight"><pre><span class="{}">def</span></pre></div>'
    page.evaluate(
        """listings => document.querySelector("main").insertAdjacentHTML("beforeend", listings)""",
        "".join(map(listing.format, ["k", "k", "k", "k pale", "k", "k"])),
    )
    found = [found for found in violations(page, scheme) if found["id"] == "color-contrast"]
    assert len(found) == 1 and "pale" in found[0]["html"], found
    assert page.locator(".highlight pre").all_inner_texts() == ["def", "", "", "def", "", ""]
