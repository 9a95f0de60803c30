"""The built book as the tests see it: its pages, where it is published, the browser for it."""

import os
import posixpath
import shutil
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("COURSE_SITE", ROOT / "_build" / "html")).resolve()
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
NO_BROWSER = (
    "The tests of the site need Chromium. Debian, Ubuntu: apt-get install chromium; "
    "Fedora: dnf install chromium; macOS: brew install --cask google-chrome"
)
WRITTEN_BY_SPHINX = {"genindex.html", "search.html", "py-modindex.html"}
NO_PAGES = {"_static", "assets", "notebooks", "reports", "wheels", "_sources"}


def chromium() -> str | None:
    """The path of the browser, if there is one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


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
        generated = self.path in WRITTEN_BY_SPHINX or self.path.startswith("_modules/")
        return not generated and self.path != "404.html"

    @cached_property
    def html(self) -> str:
        return self.file.read_text("utf-8")

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")


@cache
def built_pages() -> list[Page]:
    """Every HTML page, chapters first; empty when the book is not built."""
    files = (
        file for file in BUILT.rglob("*.html") if not NO_PAGES & set(file.relative_to(BUILT).parts)
    )
    pages = [Page(file.relative_to(BUILT).as_posix(), file) for file in files]
    return sorted(pages, key=lambda page: (not page.chapter, page.path))


def by_size(*names: str) -> list[Page]:
    """The pages whose HTML has these names, the one with the least HTML first."""
    pages = [page for page in built_pages() if all(name in page.html for name in names)]
    return sorted(pages, key=lambda page: page.file.stat().st_size)


def lightest_chapter() -> Page:
    """The chapter with the least HTML, for what is the same in all of them."""
    return next(page for page in by_size() if page.chapter and page.path != "index.html")


@cache
def settings() -> dict:
    """_config.yml"""
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))


def published_at() -> str:
    """Where the book is published: html.baseurl, with a slash at its end."""
    return settings()["html"]["baseurl"].rstrip("/") + "/"


def repository() -> str:
    """owner/name on GitHub."""
    return urlsplit(settings()["repository"]["url"]).path.strip("/").removesuffix(".git")


def inside(site: Path, address: str, page: str) -> tuple[str, str] | None:
    """(path from the book's root, fragment) if the address lies in the book, else None."""
    address = address.strip()
    base = published_at()
    if address.startswith(base):
        address = "/" + address[len(base) :]
    elif urlsplit(address).scheme or address.startswith("//"):
        return None
    elif address.startswith("/"):  # absolute in the published site: below the base's path
        path = urlsplit(base).path
        assert address.startswith(path), f"{page}: {address} is outside the published {path}"
        address = "/" + address[len(path) :]
    parts = urlsplit(address)
    path = unquote(parts.path)
    if not path:
        return page, unquote(parts.fragment)
    path = (
        path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
    )
    path = posixpath.normpath(path or ".")
    if (site / path).is_dir():
        path = posixpath.normpath(posixpath.join(path, "index.html"))
    return path, unquote(parts.fragment)
