"""The built book, served on a loopback port, and a real browser: what every test of the site needs.

`COURSE_SITE=folder` tests a site that lies elsewhere than in _build/html, whatever its age.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from serve import Site, serving  # noqa: E402

BUILT = Path(os.environ.get("COURSE_SITE", ROOT / "_build" / "html")).resolve()
SOURCES = ("_config.yml", "_ext", "book", "course_utils", "tools/build_book.py")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
NOT_CHAPTERS = {"genindex.html", "search.html", "404.html", "py-modindex.html"}
WRITTEN_BY_SPHINX = {"genindex.html", "search.html", "py-modindex.html"}


def chromium() -> str:
    """The path of the browser; without one, the test fails and says what to install."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    pytest.fail(
        "The tests of the site need Chromium. Debian, Ubuntu: apt-get install chromium; "
        "Fedora: dnf install chromium; macOS: brew install --cask google-chrome"
    )


@dataclass(frozen=True)
class Page:
    """One HTML page of the built book."""

    path: str  # from the book's root, with forward slashes
    file: Path

    def __str__(self) -> str:
        return self.path

    @property
    def chapter(self) -> bool:
        """Written by an author: neither an index nor the search, nor the page of a lost link."""
        return self.path not in NOT_CHAPTERS and not self.path.startswith("_modules/")

    @cached_property
    def html(self) -> str:
        return self.file.read_text("utf-8")

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")


def built_pages() -> list[Page]:
    """Every HTML page, chapters first; empty when the book is not built."""
    files = (
        file
        for file in BUILT.rglob("*.html")
        if not {"_static", "assets", "notebooks", "_sources"} & set(file.relative_to(BUILT).parts)
    )
    pages = [Page(file.relative_to(BUILT).as_posix(), file) for file in files]
    return sorted(pages, key=lambda page: (not page.chapter, page.path))


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser keeps an event loop running in this thread: tests that use others come first."""
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)


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
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def pages(site: Path) -> list[Page]:
    """Every HTML page of the book; `page.chapter` tells chapters from indexes and search."""
    return built_pages()


@pytest.fixture
def document(request: pytest.FixtureRequest, site: Path) -> Page:
    """One page of the book after the other."""
    return request.param


@pytest.fixture
def chapter(request: pytest.FixtureRequest, site: Path) -> Page:
    """One chapter after the other."""
    return request.param
