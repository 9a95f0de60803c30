"""The built book, served on a loopback port, and a real browser: what every test of the site needs.

`COURSE_SITE=folder` tests a site that lies elsewhere than in _build/html, whatever its age.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from bookkit.serve import Site, serving
from tests.helpers.browsing import PATIENCE, Visit
from tests.helpers.built import BROWSER_ARGUMENTS, BUILT, NO_BROWSER, Page, built_pages, chromium
from tests.helpers.visiting import visit

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("_config.yml", "bookkit", "book", "course_utils")


def newest(paths: list[Path]) -> tuple[float, Path]:
    return max(((path.stat().st_mtime, path) for path in paths), default=(0.0, ROOT))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `document` runs for every page, for `chapter` for every chapter."""
    pages = built_pages()
    for name, chosen in (
        ("document", pages),
        ("chapter", [page for page in pages if page.chapter]),
    ):
        if name in metafunc.fixturenames:
            # Without a book there is still one test: it fails, in the fixture, with the remedy.
            metafunc.parametrize(name, chosen or [None], ids=str, indirect=True)


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book, no older than what it was built from."""
    if not (BUILT / "index.html").is_file():
        pytest.fail(f"There is no built book in {BUILT}: run `make book`.")
    if "COURSE_SITE" not in os.environ:
        built, _ = newest(list(BUILT.glob("*.html")))
        sources = [ROOT / name for name in SOURCES]
        files = [
            file
            for source in sources
            for file in ([source] if source.is_file() else source.rglob("*"))
            if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
        ]
        changed, file = newest(files)
        if changed > built:
            pytest.fail(f"The built book is older than {file.relative_to(ROOT)}: run `make book`.")
    return BUILT


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[Site]:
    """The built book, served as GitHub Pages serves it: `server.at("foundations/x.html")`."""
    with serving(site) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; a test opens its own context in it."""
    if not (program := chromium()):
        pytest.fail(NO_BROWSER)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def pages(site: Path) -> list[Page]:
    """Every HTML page of the book; `page.chapter` tells chapters from indexes and search."""
    return built_pages()


@pytest.fixture(scope="session")
def visited(browser: Browser, server: Site) -> Callable[[Page], Visit]:
    """What the one visit to a page found, part by part: `visited(page)["what is cut off"]`."""
    return cache(lambda page: Visit(page.path, visit(browser, server, page)))


@pytest.fixture
def document(request: pytest.FixtureRequest, site: Path) -> Page:
    """One page of the book after the other."""
    return request.param


@pytest.fixture
def chapter(request: pytest.FixtureRequest, site: Path) -> Page:
    """One chapter after the other."""
    return request.param
