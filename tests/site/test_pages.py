"""What every page says about itself: to search engines, to a shared link, to a screen reader."""

import re
from collections import Counter
from itertools import pairwise
from urllib.parse import urlsplit

from bs4 import NavigableString

from tests.helpers.built import WRITTEN_BY_SPHINX, inside, published_at

LABELLED = ("aria-label", "aria-labelledby", "title")


def content(soup, **wanted):
    """The content of the page's only such <meta>."""
    found = soup.find_all("meta", attrs=wanted)
    assert len(found) == 1, f"{len(found)} × <meta {wanted}>"
    text = found[0].get("content", "").strip()
    assert text, f"<meta {wanted}> is empty"
    return text


def test_a_page_has_a_language_a_title_and_one_heading(document):
    soup = document.soup
    assert soup.html.get("lang") == "en"
    assert soup.title and len(soup.title.get_text().strip()) >= 5
    headings = [tag.get_text(" ", strip=True) for tag in soup.find_all("h1")]
    assert len(headings) == 1 and headings[0], f"{document}: <h1> {headings}"


def test_headings_do_not_skip_a_level(document):
    article = document.soup.find("main") or document.soup
    levels = [int(tag.name[1]) for tag in article.find_all(re.compile(r"^h[1-6]$"))]
    skipped = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    assert not skipped, f"{document}: heading levels jump {skipped}"


def test_a_page_describes_itself(document):
    """Canonical address, description, and the card that is shown when the page is shared."""
    soup, base = document.soup, published_at()
    if document.path in WRITTEN_BY_SPHINX or document.path == "404.html":
        return  # an index, the search, the page of a lost link: nobody shares them
    description = content(soup, name="description")
    assert 50 <= len(description) <= 200, f"{len(description)} characters: {description}"
    canonical = [tag["href"] for tag in soup.find_all("link", rel="canonical")]
    address = base + document.path
    short = re.sub(r"(^|/)index\.html$", r"\1", address)
    assert len(canonical) == 1 and canonical[0] in (address, short), canonical
    assert content(soup, property="og:title")
    assert content(soup, property="og:description")
    assert content(soup, property="og:type") in ("website", "article")
    assert content(soup, property="og:url") in (address, short)
    assert content(soup, property="og:site_name")
    assert content(soup, name="viewport").startswith("width=device-width")


def test_the_social_card_is_published(chapter, site):
    image = content(chapter.soup, property="og:image")
    assert image.startswith(published_at()), f"og:image has to be absolute: {image}"
    path, _ = inside(site, image, chapter.path)
    file = site / path
    assert file.is_file(), f"{image} is not published"
    assert file.suffix in (".png", ".jpg"), f"networks show PNG and JPEG cards only, not {path}"
    assert content(chapter.soup, property="og:image:alt")


def test_titles_and_descriptions_are_unique(pages):
    for name, of in {
        "title": lambda page: page.soup.title.get_text().strip(),
        "description": lambda page: (
            page.soup.find("meta", attrs={"name": "description"}) or {"content": None}
        )["content"],
    }.items():
        counted = Counter(of(page) for page in pages if page.chapter)
        assert counted.most_common(1)[0][1] == 1, f"the same {name}: {counted.most_common(3)}"


def test_ids_are_unique(document):
    # <template> holds no elements of the page; ids in inline SVG count, since references find them
    ids = Counter(tag["id"] for tag in document.soup.find_all(id=True))
    repeated = [f"#{name} × {count}" for name, count in ids.items() if count > 1]
    assert not repeated, f"{document}: {repeated}"


def test_references_between_elements_resolve(document):
    """aria-labelledby, aria-controls, for=… name an element of the page."""
    ids = {tag["id"] for tag in document.soup.find_all(id=True)}
    lost = [
        f"<{tag.name} {attribute}={tag[attribute]}>"
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for")
        for tag in document.soup.find_all(attrs={attribute: True})
        if not set(str(tag[attribute]).split()) <= ids
    ]
    assert not lost, f"{document}: {lost}"


def test_images_have_alternatives_and_sizes(document):
    article = document.soup.find("article") or document.soup.find("main")
    wrong = []
    for image in document.soup.find_all("img"):
        if image.get("alt") is None:
            wrong.append(f"no alt: {image.get('src')}")
    for image in article.find_all("img") if article else []:
        alt = (image.get("alt") or "").strip()
        if not alt and image.get("role") != "presentation":
            wrong.append(f"empty alt: {image.get('src')}")
        elif alt.endswith((".png", ".svg")) or alt.startswith(("_images", "data:")):
            wrong.append(f"alt is a file's name: {alt}")
        if not (image.get("width", "").isdigit() and image.get("height", "").isdigit()):
            wrong.append(f"no width and height, the page jumps when it arrives: {image.get('src')}")
    assert not wrong, f"{document}:\n  " + "\n  ".join(wrong)


def named(tag) -> bool:
    """Whether the element has a name that a screen reader can say."""
    if any((tag.get(attribute) or "").strip() for attribute in LABELLED):
        return True
    if tag.get_text(strip=True):
        return True
    inner = tag.find_all(["img", "svg", "title", "i", "span"])
    return any(
        (part.get("alt") or part.get("aria-label") or "").strip()
        or (part.name == "title" and part.get_text(strip=True))
        for part in inner
    )


def test_no_link_or_button_is_empty(document):
    empty = [
        str(tag)[:160]
        for tag in document.soup.find_all(["a", "button", "summary"])
        if (tag.name != "a" or tag.get("href") is not None) and not named(tag)
    ]
    assert not empty, f"{document}:\n  " + "\n  ".join(empty)


def test_nothing_that_can_be_clicked_lies_in_another(document):
    """Browsers repair such HTML each in its own way."""
    nested = [
        f"<{tag.name}> in <{outer.name}>: {str(tag)[:120]}"
        for tag in document.soup.find_all(["a", "button", "input", "select", "textarea", "summary"])
        if (outer := tag.find_parent(["a", "button"]))
    ]
    assert not nested, f"{document}:\n  " + "\n  ".join(nested)


def test_lists_and_tables_are_well_formed(document):
    wrong = [
        f"<{child.name}> in <{tag.name}>"
        for tag in document.soup.find_all(["ul", "ol"])
        for child in tag.find_all(recursive=False)
        if child.name not in ("li", "script", "template")
    ]
    wrong += [
        f"a table without header cells: {table.get_text(' ', strip=True)[:60]}"
        for table in document.soup.find_all("table")
        if not table.find("th")
    ]
    assert not wrong, f"{document}: {wrong}"


def prose(tag):
    """The words of an element, without code and what stands for it."""
    for part in tag.children:
        if type(part) is NavigableString:
            yield part
        elif part.name not in (None, "pre", "code", "script", "style", "annotation", "kbd"):
            yield from prose(part)


def test_nothing_unrendered_is_left_in_the_text(document):
    """Directives, roles, templates, places to be filled and LaTeX, as they were written."""
    text = "\n".join(prose(document.soup.find("article") or document.soup))
    left = re.findall(
        r"^\s*:{3,}.*$|`{3,}.*|\{(?:claim|cite|ref|eq|numref|doc|term|cite:[pt])\}`?[^\n]*"
        r"|\{\{.*?\}\}|@@.*|\$\$|\\(?:frac|begin|mathbf|tanh|sum)\b.*",
        text,
        flags=re.MULTILINE,
    )
    assert not left, f"{document}: {left[:5]}"


def test_scripts_do_not_hold_the_page_up(chapter):
    """Every script file is a module, deferred or asynchronous."""
    slow = [
        tag["src"]
        for tag in chapter.soup.find_all("script", src=True)
        if tag.get("type") != "module" and not tag.has_attr("defer") and not tag.has_attr("async")
    ]
    assert not slow, f"{chapter}: neither deferred nor a module: {slow}"


def test_no_page_names_another_host_for_what_it_loads(document):
    """Only links may leave the site: nothing is loaded, prepared or sent elsewhere."""
    base = published_at()
    loaded = [
        (tag.name, tag.get(attribute))
        for tag, attribute in [
            *((tag, "src") for tag in document.soup.find_all(src=True)),
            *(
                (tag, "href")
                for tag in document.soup.find_all("link", href=True)
                if not {"canonical", "license", "author", "me", "alternate"} & set(tag["rel"])
            ),
            *((tag, "action") for tag in document.soup.find_all("form", action=True)),
        ]
        if urlsplit(tag[attribute]).netloc and not tag[attribute].startswith(base)
    ]
    assert not loaded, f"{document}: {loaded}"
