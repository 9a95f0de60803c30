"""axe-core finds nothing on any page: light and dark, phone and desktop, all folds open.

Every rule counts that axe-core runs by default, its best practices included, and WCAG 2.2's size of
targets beside them. Lighthouse (test_lighthouse.py) asks for 100 in accessibility as well.
"""

import pytest
from browsing import (
    CONTENTS,
    DESKTOP,
    OPEN_EVERYTHING,
    PATIENCE,
    PHONE,
    SCROLL_THROUGH,
    SEARCH,
    button,
    settle,
    theme,
)
from built import ROOT, built_pages

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# axe sees colours as they are at that moment, and does not see what the browser has not laid out
STEADY = """
*, *::before, *::after { transition: none !important; animation: none !important;
                         content-visibility: visible !important }
"""
RUN = """
async () => {
  const {violations} = await axe.run(document, {
    resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
  });
  return violations.flatMap(({id, impact, help, nodes}) => nodes.map(node => ({
    id, impact, help, target: node.target.flat().join(" "), html: node.html,
    why: [...node.any, ...node.all, ...node.none].map(check => check.message).join("; "),
  })));
}
"""


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: run `make setup`.")
    return AXE.read_text("utf-8")


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request) -> str:
    return request.param


@pytest.fixture(scope="module", params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def viewport(request) -> dict:
    return request.param


@pytest.fixture(scope="module")
def view(browser, scheme, viewport):
    """One page of the browser for each theme and size, used for all pages of the book."""
    with browser.new_context(
        viewport=viewport, color_scheme=scheme, reduced_motion="reduce"
    ) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


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


def violations(page, axe: str) -> list[dict]:
    page.add_style_tag(content=STEADY)
    page.evaluate(axe)
    return page.evaluate(RUN)


def test_axe_finds_nothing(view, server, scheme, axe, document):
    view.goto(server.at(document.path))
    settle(view)
    assert theme(view) == scheme
    view.evaluate(SCROLL_THROUGH)
    view.evaluate(OPEN_EVERYTHING)
    settle(view)
    nothing(violations(view, axe), str(document))


def test_axe_finds_nothing_while_the_search_is_open(view, server, axe):
    view.goto(server.at("index.html"))
    button(view, SEARCH).click()
    settle(view)
    nothing(violations(view, axe), view.url)


def test_axe_finds_nothing_in_the_open_table_of_contents(view, server, axe, viewport):
    if viewport is DESKTOP:
        return  # it is always there
    view.goto(server.at(built_pages()[1].path))
    settle(view)
    button(view, CONTENTS).click()
    settle(view)
    nothing(violations(view, axe), view.url)


def test_axe_finds_nothing_in_the_results_of_a_search(view, server, axe):
    view.goto(server.at("search.html?q=recurrent"))
    view.locator("#search-results li").first.wait_for()
    settle(view)
    nothing(violations(view, axe), view.url)


def test_axe_would_find_what_is_wrong(view, server, axe):
    """Planted: pale text, an image without words, a button without a name."""
    view.goto(server.at("index.html"))
    view.evaluate(
        """document.querySelector("main article, main").insertAdjacentHTML("beforeend",
             `<p style="color: #999; background: #aaa">pale</p>
              <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><button></button>`)"""
    )
    rules = {found["id"] for found in violations(view, axe)}
    assert {"color-contrast", "image-alt", "button-name"} <= rules
