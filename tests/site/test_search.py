"""The search leads to sections of the book, quotes them in plain text, and lights their words."""

import json
import re
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import pytest
from docutils import nodes
from playwright.sync_api import expect

from bookkit.sphinx import katex
from bookkit.sphinx.search import MATHML, line, readable, said
from tests.helpers.browsing import browsing, go, opened, settle
from tests.helpers.built import built_pages, by_size

# What a reader looks for, and the section that should be among the first three.
BEST = {
    "vanishing gradient": "gates/lstm.html#what-solves-vanishing-gradients-means",
    "forget gate": "gates/lstm.html#where-to-start-the-forget-gate",
    "h_t": "foundations/backpropagation-through-time.html#what-the-state-answers-for",
    "cuDNN": "gates/gru.html#reset-before-or-after",
    "softmax": "foundations/backpropagation-through-time.html#classes-the-cross-entropy",
    "clip a gradient": "foundations/vanishing-gradients.html#clipping-in-three-kinds",
}
TITLED = r'<section[^>]*\sid="([^"]+)"[^>]*>\s*(?:<span[^>]*></span>\s*)*<h[23]'
FORMULAS = {
    r"h_t = \tanh(x_t W + h_{t-1} U + b)": "h_t = tanh(x_t W + h_{t−1} U + b)",
    r"\tilde c_t \odot \sigma(-b)": "c̃_t ⊙ σ(−b)",
    r"\frac{1}{1 - u} \approx \sqrt{\ln 2}": "1/(1 − u) ≈ √(ln 2)",
    r"L = \sum_{t=1}^{T} h_t^2, \qquad y^\ast": "L = ∑_{t=1}^T h_t^2, y^∗",
    r"\underbrace{f \cdot c}_{\text{keep}}": "f ⋅ c",
    r"\sigma_{\max}(U) < 1": "σ_max(U) < 1",
    r"\varphi'(a_t)": "φ′(a_t)",
    r"L''' + \varphi'^2": "L′′′ + φ′^2",
    r"b_h' + \delta' U^\top": "b_h′ + δ′ U^⊤",
}
LIT = """
() => [...(CSS.highlights.get("found") ?? [])].map(range => ({
  text: range.toString(),
  formula: Boolean(range.startContainer.parentElement.closest(".katex")),
  section: range.startContainer.parentElement.closest("section, dl").id,
  seen: range.startContainer.parentElement.checkVisibility(),
}))
"""
TOP = "id => document.getElementById(id).getBoundingClientRect().top"
INSIDE = "id => [...document.getElementById(id).querySelectorAll('section')].map(part => part.id)"


def ask(page, heard, server, query: str) -> str:
    """Open the search page with a query, and hear what it says."""
    go(page, heard, server.at(f"search.html?q={query}"))
    expect(page.get_by_role("status")).not_to_be_empty()
    return page.get_by_role("status").inner_text()


@pytest.fixture(scope="module")
def index(site) -> list[dict]:
    return json.loads((site / "searchindex.json").read_text("utf-8"))


def test_a_formula_is_quoted_as_one_would_type_it():
    shown = [
        MATHML.search(done["html"]) for done in katex.typeset([(tex, True) for tex in FORMULAS])
    ]
    read = [readable(ElementTree.fromstring(mathml[0])) for mathml in shown if mathml]
    assert read == list(FORMULAS.values())


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Predict, then run", "Predict, then run: Guess first."),
        ("Is it a coin?", "Is it a coin? Guess first."),
    ],
)
def test_a_title_is_quoted_as_one_would_punctuate_it(title, read):
    box = nodes.admonition("", nodes.title("", title), nodes.paragraph("", "Guess first."))
    assert line("".join(said(box, None, []))) == read


def test_the_index_has_every_section_that_can_be_linked(index):
    pages = {page.path: page.html for page in built_pages() if page.chapter}
    assert {entry["page"] for entry in index} == set(pages)
    for entry in index:
        path, html = entry["page"], pages[entry["page"]]
        listed = {found for found, *_ in entry["sections"]} - {""}
        lost = listed - set(re.findall(r'\sid="([^"]+)"', html))
        assert not lost, f"{path}: nothing is at {sorted(lost)}"
        titled = set(re.findall(TITLED, html))
        assert titled <= listed, f"{path}: no search leads to {sorted(titled - listed)}"
    assert sum(len(entry["sections"]) for entry in index) > 100


def test_the_index_has_no_shreds(index):
    """No LaTeX, no markup, no invisible signs, each text on one line."""
    for entry in index:
        for found, title, text, code in entry["sections"]:
            where = f"{entry['page']}#{found}"
            shreds = re.findall(r"\\[a-z]{3,}|[\u200b\u2061]|<span|\$\$", f"{title} {text}")
            assert not shreds, f"{where}: {shreds[:3]}"
            assert "\n" not in title + text + code, where


def test_no_solution_can_be_found(index):
    (page, *_) = by_size('class="admonition folded solution', "quiz-why")
    words = " ".join(text for entry in index for _, _, text, _ in entry["sections"])
    hidden = [
        tag.get_text() for tag in page.soup.select(".solution p, .quiz-why p") if not tag.find()
    ]
    assert len(hidden) > 5
    for text in hidden:
        assert " ".join(text.split()) not in words, f"{page} gives away: {text[:60]}"


def test_hits_are_sections_quoted_with_the_words_marked(browser, server):
    """Each query gets an index and nothing else; each hit a few words, not a page."""
    with browsing(browser, server.origin) as (page, heard):
        for query, wanted in BEST.items():
            heard.requests.clear()
            status = ask(page, heard, server, query)
            hits = page.locator("#search-results li")
            shown = re.match(r"(\d+) sections? ha(?:ve|s) “", status)
            assert shown and min(int(shown[1]), 40) == hits.count(), f"{hits.count()}: {status}"
            marks = hits.evaluate_all("all => all.map(hit => hit.querySelectorAll('mark').length)")
            assert all(marks), f"{query}: no word is marked in hit {marks.index(0) + 1}"
            quotes = page.locator("#search-results .context").all_inner_texts()
            assert all(len(quote) < 260 for quote in quotes), f"{query}: a hit quotes too much"
            asked = [urlsplit(request.url).path for request in heard.requests]
            pages = [path for path in asked if path.endswith(".html")]
            assert len(pages) == 1, f"{query} fetches {pages}"
            links = hits.locator("a").evaluate_all("all => all.map(link => link.href)")
            found = [re.sub(r"\?[^#]*", "", address) for address in links[:3]]
            assert server.at(wanted) in found, f"{query}: {found}"
    assert not heard.wrong, heard.wrong


@pytest.mark.parametrize(
    ("query", "alike"), [("forget gate", "forget|gate"), ("h_t", "h_t"), ("cuDNN", "cudnn")]
)
def test_a_hit_leads_to_its_section_with_the_words_lit(browser, server, query, alike):
    """The words in all their forms, a formula as a whole; nothing outside the section."""
    with browsing(browser, server.origin) as (page, heard):
        ask(page, heard, server, query)
        hit = page.locator(f"#search-results a[href$='{BEST[query].partition('.')[2][4:]}']")
        hit.click()
        page.wait_for_url(server.at(BEST[query].replace("#", f"?highlight={quote(query)}#")))
        settle(page, heard)
        section = unquote(urlsplit(page.url).fragment)
        top = page.evaluate(TOP, section)
        assert -10 < top < 150, f"{page.url} stands at {top}"
        lit = page.evaluate(LIT)
        assert any(part["seen"] for part in lit), f"{page.url}: nothing is lit"
        inner = {section, *page.evaluate(INSIDE, section)}
        assert {part["section"] for part in lit} <= inner, "lit outside the section"
        words = [part["text"] for part in lit if not part["formula"]]
        wrong = [word for word in words if not re.match(alike, word.lower())]
        assert not wrong, f"lit without being asked for: {wrong}"
        assert any(part["formula"] for part in lit) == (query == "h_t")
    assert not heard.wrong, heard.wrong


def test_the_light_can_be_put_out(browser, server):
    """By Escape and by a button; then the address forgets the words."""
    address = server.at("handbook/student-guide.html?highlight=laptop%20account#on-your-laptop")
    with browsing(browser, server.origin) as (page, heard):
        button = page.get_by_role("button", name="Clear the highlights for “laptop account”")
        for put_out in (lambda: page.keyboard.press("Escape"), button.click):
            go(page, heard, address)
            expect(button).to_be_visible()
            assert page.evaluate(LIT)
            put_out()
            expect(button).to_have_count(0)
            assert not page.evaluate(LIT)
            assert page.url == address.replace("?highlight=laptop%20account", "")
        page.reload()
        settle(page, heard)
        assert not page.evaluate(LIT), "lit again after reloading"


def folded_word() -> str:
    """Where a search for a word leads that stands in a folded box of a section alone."""
    for page in by_size("sd-dropdown"):
        for box in page.soup.select("section[id] > details.sd-dropdown"):
            section, inside = box.find_parent("section"), box.select_one(".sd-summary-content")
            outside = section.get_text(" ").replace(box.get_text(" "), " ").lower()
            for word in re.findall(r"\b[a-z]{7,}\b", inside.get_text(" ")):
                if word[:4] not in outside:
                    return f"{page}?highlight={word}#{section['id']}"
    raise AssertionError("no page has such a word")


def test_a_word_in_a_folded_box_is_shown(browser, server):
    with opened(browser, server, folded_word()) as (page, _):
        assert [part for part in page.evaluate(LIT) if part["seen"]], f"still folded: {page.url}"


NOWHERE = (
    r"\d+ sections contain only some of the words of “xylophone cuDNN”: "
    r"“xylophone” is nowhere in the book\."
)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("xylophone", "No sections have “xylophone”."),
        ("xylophone cuDNN", NOWHERE),
        ("xylophone cuDNN zither", r".* “xylophone” and “zither” are nowhere in the book\."),
        ("???", r"“\?\?\?” has no word in it: type some letters or digits"),
        ("<b>tanh</b>", r"\d+ sections have .*“<b>tanh</b>”."),
    ],
)
def test_the_search_says_what_it_did_not_find(browser, server, query, told):
    with browsing(browser, server.origin) as (page, heard):
        assert re.match(told, ask(page, heard, server, quote(query)))
    assert not heard.wrong, heard.wrong


@pytest.mark.parametrize("failure", ["no connection", "no such file"])
def test_an_index_that_does_not_come_is_told(browser, server, failure):
    with browsing(browser, server.origin) as (page, heard):
        page.route(
            "**/searchindex.json",
            lambda route: (
                route.abort() if failure == "no connection" else route.fulfill(status=404)
            ),
        )
        told = ask(page, heard, server, "gate")
        assert "could not be loaded" in told and "reload" in told
        assert not [what for what in heard.wrong if what.startswith("uncaught")], heard.wrong


def test_a_sign_is_lit_in_the_formulas_of_its_section(browser, server):
    """By its sign, σ, although the formula is written with a name."""
    with opened(browser, server, "gates/lstm.html?highlight=σ#the-equations") as (page, heard):
        lit = page.evaluate(LIT)
        assert lit and all(part["formula"] and "σ" in part["text"] for part in lit), lit
    assert not heard.wrong, heard.wrong


@pytest.mark.parametrize("end", ["?highlight=%3F%3F", "?highlight=gate#%E0%A4%A"])
def test_a_malformed_address_is_no_error(browser, server, end):
    with opened(browser, server, f"gates/lstm.html{end}") as (page, heard):
        assert bool(page.evaluate(LIT)) == ("gate" in end.partition("=")[2])
    assert not heard.wrong, heard.wrong
