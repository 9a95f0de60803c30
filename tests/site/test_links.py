"""Every link leads somewhere: pages, anchors, files, launch buttons, what style sheets load."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.helpers.built import ROOT, inside, published_at, repository

URL_IN_CSS = re.compile(
    r"""url\(\s*(['"]?)(?P<url>[^'")]+)\1\s*\)|@import\s+['"](?P<imported>[^'"]+)"""
)
IMPORT_IN_JS = re.compile(
    r"""(?:^|[;}\s])(?:import|export)\b[^;'"()]*?from\s*["'](?P<static>\.{1,2}/[^"']+)["']"""
    r"""|^\s*import\s*["'](?P<bare>\.{1,2}/[^"']+)["']"""
    r"""|\bimport\(\s*["'](?P<lazy>\.{1,2}/[^"']+)["']""",
    re.MULTILINE,
)
ATTRIBUTES = {
    "a": ["href"],
    "area": ["href"],
    "audio": ["src"],
    "iframe": ["src"],
    "image": ["href", "xlink:href"],
    "img": ["src"],
    "link": ["href"],
    "object": ["data"],
    "script": ["src"],
    "source": ["src"],
    "track": ["src"],
    "use": ["href", "xlink:href"],
    "video": ["src", "poster"],
}


@cache
def anchors(file: Path) -> frozenset[str]:
    html = file.read_text("utf-8")
    return frozenset(re.findall(r"""\s(?:id|name)=["']?([^"'\s>]+)""", html))


def links(document):
    """(tag, address) of everything that the page links to or loads."""
    for tag in document.soup.find_all(list(ATTRIBUTES)):
        for attribute in ATTRIBUTES[tag.name]:
            if tag.get(attribute):
                yield tag, tag[attribute]
        for candidate in (tag.get("srcset") or "").split(","):
            if candidate.strip():
                yield tag, candidate.split()[0]
    for tag in document.soup.find_all(style=True):
        for found in URL_IN_CSS.finditer(tag["style"]):
            yield tag, found["url"] or found["imported"]
    for tag in document.soup.find_all("style"):
        for found in URL_IN_CSS.finditer(tag.get_text()):
            yield tag, found["url"] or found["imported"]


def test_every_link_anchor_and_file_exists(document, site):
    lost = []
    for tag, address in links(document):
        if "index.html" not in address and tag.name == "link" and "prefetch" in tag.get("rel", []):
            continue
        target = inside(site, address, document.path)
        if target is None:
            continue
        path, fragment = target
        if path.startswith("..") or not (site / path).is_file():
            lost.append(f"<{tag.name}> {address}: there is no {path}")
        elif fragment and path.endswith(".html") and fragment not in anchors(site / path):
            lost.append(f"<{tag.name}> {address}: {path} has no anchor #{fragment}")
        elif fragment and path.endswith(".svg") and fragment not in anchors(site / path):
            lost.append(f"<{tag.name}> {address}: {path} has no #{fragment}")
    assert not lost, f"{document}:\n  " + "\n  ".join(sorted(set(lost)))


def test_no_link_says_where_the_book_was_built(document):
    assert not re.search(
        r"""(?:href|src)=["']?(?:file:|[A-Za-z]:\\|/home/|/root/|/tmp/)""", document.html
    )


def test_external_links_are_secure(document):
    plain = [
        tag["href"]
        for tag in document.soup.find_all("a", href=True)
        if urlsplit(tag["href"]).scheme == "http"
    ]
    assert not plain, f"{document}: {plain}"


def test_style_sheets_and_modules_find_their_files(site):
    lost = []
    for file in [*site.rglob("*.css"), *site.rglob("*.js"), *site.rglob("*.mjs")]:
        if file.name.endswith((".min.js", "searchindex.js")):
            continue
        pattern = URL_IN_CSS if file.suffix == ".css" else IMPORT_IN_JS
        for found in pattern.finditer(file.read_text("utf-8")):
            address = next(
                value for name, value in found.groupdict().items() if value and name is not None
            )
            if urlsplit(address).scheme or address.startswith(("#", "//")):
                assert address.startswith(("data:", "#")), f"{file.name} asks for {address}"
                continue
            target = file.parent / unquote(urlsplit(address).path)
            if not target.resolve().is_file():
                lost.append(f"{file.relative_to(site)}: {address}")
    assert not lost, "\n  ".join(["these files are missing:", *lost])


def launched(address: str) -> str | None:
    """The path, in what is published, that a Colab or Binder link opens; None for other links."""
    parts = urlsplit(address)
    branch = "gh-pages"
    if parts.netloc == "colab.research.google.com":
        start = f"/github/{repository()}/blob/{branch}/"
        assert parts.path.startswith(start), f"{address} should start with {start}"
        return unquote(parts.path[len(start) :])
    if parts.netloc == "mybinder.org":
        start = f"/v2/gh/{repository()}/{branch}"
        assert parts.path == start, f"{address} should have the path {start}"
        opened = parse_qs(parts.query)["urlpath"][0]
        assert opened.startswith("lab/tree/"), address
        return opened[len("lab/tree/") :]
    return None


def test_launch_links_lead_to_published_notebooks(document, site):
    for tag in document.soup.find_all("a", href=True):
        path = launched(tag["href"])
        if path is not None:
            assert path.startswith("notebooks/") and path.endswith(".ipynb"), tag["href"]
            assert (site / path).is_file(), f"{document}: {tag['href']} opens {path}: not published"


def test_every_notebook_is_offered_on_its_page(site, pages):
    """Download, Colab and Binder, for each notebook that is published."""
    by_path = {page.path: page for page in pages}
    notebooks = sorted((site / "notebooks").rglob("*.ipynb"))
    assert notebooks, "no notebook is published: _build/html/notebooks is empty"
    missing = []
    for notebook in notebooks:
        path = notebook.relative_to(site).as_posix()
        assert json.loads(notebook.read_text("utf-8"))["nbformat"] == 4, path
        page = by_path.get(path.removeprefix("notebooks/").removesuffix(".ipynb") + ".html")
        if page is None:
            missing.append(f"{path} has no page")
            continue
        addresses = [tag["href"] for tag in page.soup.find_all("a", href=True)]
        hosts = {urlsplit(address).netloc for address in addresses if launched(address) == path}
        targets = {inside(site, address, page.path) for address in addresses}
        for wanted, found in {
            "Colab": "colab.research.google.com" in hosts,
            "Binder": "mybinder.org" in hosts,
            "download": (path, "") in targets,
        }.items():
            if not found:
                missing.append(f"{page} does not offer {path}: {wanted}")
    assert not missing, "\n  ".join(["", *missing])


def test_links_into_the_repository_lead_to_files_that_are_there(document):
    """'Edit this page' and 'source' point to files of the main branch."""
    lost = []
    for tag in document.soup.find_all("a", href=True):
        start = re.match(
            rf"https://github\.com/{re.escape(repository())}/(?:blob|edit|tree|raw)/main/",
            tag["href"],
        )
        if start:
            path = unquote(urlsplit(tag["href"][start.end() :]).path)
            if not (ROOT / path).exists():
                lost.append(tag["href"])
    assert not lost, f"{document}: {lost}"


def test_the_sitemap_lists_every_chapter_and_nothing_else(site, pages):
    listed = re.findall(r"<loc>([^<]+)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    base = published_at()
    assert all(address.startswith(base) for address in listed), listed
    paths = {address[len(base) :] or "index.html" for address in listed}
    existing = {page.path for page in pages}
    assert paths <= existing, f"in the sitemap, but not built: {sorted(paths - existing)}"
    chapters = {page.path for page in pages if page.chapter}
    assert chapters <= paths, f"not in the sitemap: {sorted(chapters - paths)}"


@pytest.mark.parametrize("name", ["404.html", "sitemap.xml", "favicon.svg", ".nojekyll"])
def test_what_hosts_and_browsers_look_for_is_published(site, name):
    """GitHub Pages wants .nojekyll (else folders named _static are lost) and 404.html."""
    found = [file for file in site.rglob(name) if name != "404.html" or file.parent == site]
    assert found, f"{name} is not in the built site"
