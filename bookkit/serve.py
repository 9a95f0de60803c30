"""Serve the built book as GitHub Pages does: `make serve`, or python -m bookkit.serve [--port 8000]

Text is compressed, types are right, a lost link gets 404.html, and the book lies under the path
that `html.baseurl` in _config.yml gives it (…/course/), so that what works here works when it is
published. The tests use it as a context manager: `with serving(folder) as site: fetch(site.url)`.
"""

import argparse
import gzip
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from bookkit import ROOT

BUILT = ROOT / "_build" / "html"

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".ipynb": "application/x-ipynb+json",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}
COMPRESSED = {
    *(".css", ".csv", ".html", ".ico", ".ipynb", ".js", ".json", ".md", ".mjs"),
    *(".svg", ".txt", ".wasm", ".webmanifest", ".xml"),
}


def base_path() -> str:
    """The path under which the book is published, /course/: from the setting html.baseurl."""
    config = ROOT / "_config.yml"
    settings = yaml.safe_load(config.read_text("utf-8")) if config.exists() else {}
    return urlsplit((settings.get("html") or {}).get("baseurl") or "/").path.rstrip("/") + "/"


@dataclass(frozen=True)
class Site:
    """A site being served. `url` ends in a slash; str() of the site is the URL without it."""

    url: str
    folder: Path

    def __str__(self) -> str:
        return self.url.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme, host and port: http://127.0.0.1:8000"""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def at(self, path: str) -> str:
        """The address of a page or file, given from the book's root."""
        return self.url + path.lstrip("/")


@lru_cache(maxsize=4096)
def _content(file: str, compressed: bool, changed: int) -> bytes:
    content = Path(file).read_bytes()
    return gzip.compress(content, 6, mtime=0) if compressed else content


class Handler(BaseHTTPRequestHandler):
    """One request. `folder`, `base` and `verbose` are set on a subclass by `serving`."""

    protocol_version = "HTTP/1.1"
    server_version = "networks-that-remember"
    disable_nagle_algorithm = True
    folder: Path
    base: str
    verbose: bool

    def do_GET(self) -> None:
        self.answer()

    def do_HEAD(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if "\0" in path:  # no name of a file can hold it
            return self.send_error(HTTPStatus.BAD_REQUEST)
        if path != self.base and path in ("/", self.base.rstrip("/")):
            return self.redirect(self.base)
        if not path.startswith(self.base):
            return self.lost()
        target = (self.folder / path[len(self.base) :]).resolve()
        if not target.is_relative_to(self.folder):
            return self.lost()
        if os.path.isdir(target):  # False, too, for a name that is too long for a file
            if not path.endswith("/"):
                return self.redirect(path + "/")
            target = target / "index.html"
        elif not target.suffix:
            target = target.with_suffix(".html")  # GitHub Pages finds a page without its ending
        if not os.path.isfile(target) or path.endswith(".html/"):
            return self.lost()
        self.send(target, HTTPStatus.OK)

    def redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def lost(self) -> None:
        page = self.folder / "404.html"
        if page.is_file():
            return self.send(page, HTTPStatus.NOT_FOUND)
        self.send_error(HTTPStatus.NOT_FOUND)

    def send(self, file: Path, status: HTTPStatus) -> None:
        compressed = file.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        stat = file.stat()
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}{"-gz" if compressed else ""}"'
        if status is HTTPStatus.OK and self.headers.get("If-None-Match") == etag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        content = _content(str(file), compressed, stat.st_mtime_ns)
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        if compressed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", formatdate(stat.st_mtime, usegmt=True))
        self.send_header("Cache-Control", "max-age=600" if not self.verbose else "no-cache")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        if self.verbose:
            super().log_message(format, *arguments)

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            self.close_connection = True  # the browser left; nothing to say


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def listen(
    folder: Path, port: int, base: str | None = None, verbose: bool = False
) -> tuple[Server, Site]:
    """A server bound to a loopback port (0 takes a free one), not yet serving, and its site."""
    folder = folder.resolve()
    base = base if base is not None else base_path()
    handler = type("SiteHandler", (Handler,), {"folder": folder, "base": base, "verbose": verbose})
    server = Server(("127.0.0.1", port), handler)
    return server, Site(f"http://127.0.0.1:{server.server_port}{base}", folder)


@contextmanager
def serving(folder: Path = BUILT, port: int = 0, base: str | None = None) -> Iterator[Site]:
    """Serve `folder` in the background while the block runs, then stop and free the port."""
    server, site = listen(folder, port, base)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "0")))
    parser.add_argument("--folder", type=Path, default=BUILT)
    wanted = parser.parse_args()
    if not (wanted.folder / "index.html").is_file():
        raise SystemExit(f"There is no book in {wanted.folder}: run `make book` first.")
    try:
        server, site = listen(wanted.folder, wanted.port or 8000, verbose=True)
    except OSError as error:
        if wanted.port:
            raise SystemExit(f"Port {wanted.port} is taken ({error.strerror}).") from None
        server, site = listen(wanted.folder, 0, verbose=True)
    print(f"The book is at {site.url} (stop with Ctrl+C)", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
