"""Data sets: where they are found, and what is said when they are not."""

import http.server
import threading
from dataclasses import replace

import numpy as np
import pooch
import pytest

from course_utils import datasets

SMALL = {
    key: np.zeros(shape, np.uint8)
    for key, shape in {
        "x_train": (6, 28, 28),
        "y_train": (6,),
        "x_test": (2, 28, 28),
        "y_test": (2,),
    }.items()
}


@pytest.fixture
def clean(monkeypatch, tmp_path):
    """No mirror, an empty cache, and MNIST's shapes those of eight images."""
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(datasets, "MNIST_SHAPES", {k: v.shape for k, v in SMALL.items()})
    return tmp_path


class Server(http.server.ThreadingHTTPServer):
    """Serves one file on loopback; breaks off in the middle when `cut` is set."""

    content = b""
    cut = False

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            server = self.server
            self.send_response(200)
            self.send_header("Content-Length", str(len(server.content)))
            self.end_headers()
            half = len(server.content) // 2
            self.wfile.write(server.content[:half] if server.cut else server.content)

        def log_message(self, *_):
            pass


@pytest.fixture
def server(clean, monkeypatch):
    """A download server for MNIST, with the registry pointing at it."""
    np.savez(clean / "small.npz", **SMALL)
    server = Server(("127.0.0.1", 0), Server.Handler)
    server.content = (clean / "small.npz").read_bytes()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    entry = replace(
        datasets.REGISTRY["mnist"],
        url=f"http://127.0.0.1:{server.server_port}/mnist.npz",
        sha256=pooch.file_hash(str(clean / "small.npz")),
    )
    monkeypatch.setitem(datasets.REGISTRY, "mnist", entry)
    yield server
    server.shutdown()
    server.server_close()


def cached(clean):
    folder = clean / "cache"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def test_the_mini_variant_has_the_form_of_the_real_data():
    mini = datasets.load("mnist", variant="mini")
    assert mini.source == "mini"
    assert mini.x_train.shape[1:] == mini.x_test.shape[1:] == (28, 28)
    assert mini.x_train.dtype == mini.y_train.dtype == np.uint8
    assert mini.x_train.max() == 255 and mini.x_train.min() == 0
    assert sorted(set(mini.y_test)) == list(range(10))
    assert len(mini.x_train) == len(mini.y_train) == 1437 and len(mini.x_test) == 360
    assert not mini.x_train[:, :4].any() and not mini.x_train[:, :, 24:].any()


def test_a_download_is_checked_kept_and_then_read_from_the_cache(server, clean):
    assert datasets.load("mnist").source == "download"
    server.content = b"gone"
    assert datasets.load("mnist").source == "cache"


def test_the_mirror_comes_before_the_cache(server, clean, monkeypatch):
    datasets.load("mnist")
    np.savez(clean / "mnist.npz", **SMALL)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    assert datasets.load("mnist").source == "mirror"


def test_a_wrong_hash_is_an_error_and_leaves_the_cache_clean(server, clean):
    server.content = b"not what you asked for"
    with pytest.raises(datasets.DatasetError, match=r"SHA-256 differs.*thrown away"):
        datasets.load("mnist")
    assert cached(clean) == []


def test_an_interrupted_download_is_an_error_and_leaves_the_cache_clean(server, clean):
    server.cut = True
    with pytest.raises(datasets.DatasetError, match="Three ways out"):
        datasets.load("mnist")
    assert cached(clean) == []


def test_without_a_network_the_error_names_the_three_ways_out(server, clean):
    server.shutdown()
    server.server_close()
    with pytest.raises(datasets.DatasetError) as error:
        datasets.load("mnist")
    for way in ("connect to the internet", "COURSE_DATA", 'variant="mini"'):
        assert way in str(error.value)
    assert cached(clean) == []


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        (SMALL | {"x_test": np.zeros((2, 28, 27), np.uint8)}, r"x_test is uint8 \(2, 28, 27\)"),
        (SMALL | {"x_train": np.zeros((6, 28, 28))}, "x_train is float64"),
        ({k: v for k, v in SMALL.items() if k != "y_train"}, "no array named y_train"),
        (SMALL | {"y_test": np.full(2, 11, np.uint8)}, "labels above 9"),
    ],
)
def test_a_mirrored_file_of_the_wrong_form_is_named(clean, monkeypatch, arrays, words):
    np.savez(clean / "mnist.npz", **arrays)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    with pytest.raises(datasets.DatasetError, match=words):
        datasets.load("mnist")


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04 broken"])
def test_a_mirrored_file_that_is_no_archive_is_named(clean, monkeypatch, content):
    (clean / "mnist.npz").write_bytes(content)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    with pytest.raises(datasets.DatasetError, match=r"mnist\.npz is not the mnist data set"):
        datasets.load("mnist")


def test_a_mirror_that_is_no_folder_is_an_error(clean, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(clean / "nowhere"))
    with pytest.raises(datasets.DatasetError, match="does not exist"):
        datasets.load("mnist")


def test_unknown_names_and_variants_are_errors():
    with pytest.raises(ValueError, match="there are: mnist"):
        datasets.load("minst")
    with pytest.raises(ValueError, match="use 'mini'"):
        datasets.load("mnist", variant="tiny")


def test_the_real_data_when_it_is_there(monkeypatch):
    """The mirror's sixty thousand images; without a mirror, that asking for it says so."""
    import os

    if not os.environ.get("COURSE_DATA"):
        monkeypatch.setenv("COURSE_DATA", "/nonexistent")
        with pytest.raises(datasets.DatasetError):
            datasets.load("mnist")
        return
    real = datasets.load("mnist")
    assert real.source == "mirror"
    assert np.bincount(real.y_test).tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]
    assert 33.2 < real.x_train.mean() < 33.4
