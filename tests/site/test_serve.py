"""`make serve` treats the book as GitHub Pages does: what is tested is what is published."""

import gzip
import socket
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from bookkit.serve import serving
from tests.helpers.built import published_at

SERVE = (sys.executable, "-m", "bookkit.serve")
PAGE = "<!DOCTYPE html><title>A page</title>" + "words " * 500


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small site, being served under /course/."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "part").mkdir()
    for name in ("index.html", "404.html", "part/index.html", "part/page.html"):
        (folder / name).write_text(f"{PAGE}{name}", "utf-8")
    (folder / "part" / "script.js").write_text("export const one = 1;\n", "utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder.parent / "secret.txt").write_text("outside", "utf-8")
    with serving(folder, base="/course/") as site:
        yield site


def ask(site, path: str, method: str = "GET", **headers: str):
    connection = HTTPConnection(urlsplit(site.url).netloc, timeout=10)
    connection.request(
        method, path, headers={name.replace("_", "-"): headers[name] for name in headers}
    )
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/course/", 200, "index.html"),
        ("/course/part/", 200, "part/index.html"),
        ("/course/part/page.html", 200, "part/page.html"),
        ("/course/part/page", 200, "part/page.html"),
        ("/course/part/page.html?q=x", 200, "part/page.html"),
        ("/course/part/nothing.html", 404, "404.html"),
        ("/elsewhere/", 404, "404.html"),
        ("/course/../secret.txt", 404, "404.html"),
        ("/course/%2e%2e/secret.txt", 404, "404.html"),
        (f"/course/{'long' * 100}", 404, "404.html"),
    ],
)
def test_an_address_finds_its_page_or_the_page_of_lost_links(small, path, status, named):
    response, content = ask(small, path)
    assert response.status == status
    assert content.decode().endswith(named)


@pytest.mark.parametrize("path", ["/%00", "/course/%00", "/course/part/page%00.html"])
def test_an_address_that_is_none_is_told_so(small, path):
    response, _ = ask(small, path)
    assert response.status == 400


@pytest.mark.parametrize(
    ("path", "to"), [("/", "/course/"), ("/course", "/course/"), ("/course/part", "/course/part/")]
)
def test_folders_get_their_slash(small, path, to):
    response, _ = ask(small, path)
    assert (response.status, response.getheader("Location")) == (301, to)


def test_text_travels_compressed_to_those_who_can_read_it(small):
    response, content = ask(small, "/course/", Accept_Encoding="gzip, br")
    assert response.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(content).decode() == PAGE + "index.html"
    assert int(response.getheader("Content-Length")) == len(content) < len(PAGE) / 4
    response, content = ask(small, "/course/")
    assert response.getheader("Content-Encoding") is None
    assert content.decode() == PAGE + "index.html"
    response, _ = ask(small, "/course/picture.png", Accept_Encoding="gzip")
    assert response.getheader("Content-Encoding") is None


def test_types_are_those_that_browsers_insist_on(small):
    for path, kind in {
        "/course/": "text/html; charset=utf-8",
        "/course/part/script.js": "text/javascript; charset=utf-8",
        "/course/picture.png": "image/png",
    }.items():
        assert ask(small, path)[0].getheader("Content-Type") == kind


def test_what_the_browser_has_is_not_sent_again(small):
    response, _ = ask(small, "/course/")
    response, content = ask(small, "/course/", If_None_Match=response.getheader("ETag"))
    assert (response.status, content) == (304, b"")


def test_head_sends_no_content(small):
    response, content = ask(small, "/course/", "HEAD")
    assert (response.status, content) == (200, b"")
    assert int(response.getheader("Content-Length")) == len(PAGE + "index.html")


def test_the_base_path_is_that_of_the_published_book(tmp_path):
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    with serving(tmp_path) as site:
        assert urlsplit(site.url).path == urlsplit(published_at()).path


def test_the_port_is_free_again_afterwards(tmp_path):
    with serving(tmp_path) as site:
        port = urlsplit(site.url).port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_without_a_book_it_says_what_to_run(tmp_path):
    program = [*SERVE, "--folder", tmp_path]
    said = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert said.returncode != 0
    assert "make book" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_given_port_that_is_taken_is_named(tmp_path):
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    with serving(tmp_path) as site:
        port = str(urlsplit(site.url).port)
        program = [*SERVE, "--folder", tmp_path, "--port", port]
        said = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert said.returncode != 0
    assert f"Port {port} is taken" in said.stderr
