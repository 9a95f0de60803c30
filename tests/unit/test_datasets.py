"""Data sets: where they are found, and what is said when they are not."""

import copy
import errno
import http.server
import os
import pickle
import re
import sys
import threading
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pooch
import pytest

from course_utils import datasets
from course_utils.datasets import mnist, shakespeare, story

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
    monkeypatch.setattr(mnist, "SHAPES", {k: v.shape for k, v in SMALL.items()})
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
    """A download server for MNIST, at which the data set points."""
    np.savez(clean / "small.npz", **SMALL)
    server = Server(("127.0.0.1", 0), Server.Handler)
    server.content = (clean / "small.npz").read_bytes()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    small = replace(
        mnist.FULL,
        url=f"http://127.0.0.1:{server.server_port}/mnist.npz",
        sha256=pooch.file_hash(str(clean / "small.npz")),
    )
    monkeypatch.setitem(mnist.VARIANTS, None, small)
    yield server
    server.shutdown()
    server.server_close()


def cached(clean):
    folder = clean / "cache"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


def message():
    """What is said to somebody who asks for MNIST and does not get it."""
    with pytest.raises(datasets.DatasetError) as error:
        datasets.load("mnist")
    return str(error.value)


def raiser(error):
    def fail(*_, **__):
        raise error

    return fail


# What one gets ------------------------------------------------------------------------------------


def made(**parts):
    return datasets.Dataset("tales", None, "package", "CC BY 4.0", parts)


def test_parts_of_any_form_are_read_as_attributes_and_by_name():
    hours = np.arange("2016-07", "2016-08", dtype="datetime64[h]")
    tales = made(pairs=[("Go.", "Va !")], hours=hours, text="Once", rate=8000)
    assert tales.pairs == tales.parts["pairs"] == [("Go.", "Va !")] and tales.hours is hours
    assert {"pairs", "hours", "text", "rate", "source"} <= set(dir(tales))
    assert repr(tales) == (
        "Dataset(tales: pairs list of 1, hours datetime64[h] (744,), text 4 characters, "
        "rate 8000, from package)"
    )


def test_a_wrong_name_is_told_the_parts_that_there_are():
    with pytest.raises(AttributeError, match="tales has no 'tain'; its parts are train, test"):
        made(train="a", test="b").tain  # noqa: B018
    assert not hasattr(made(train="a"), "test")


def test_a_data_set_cannot_be_changed_by_its_reader_or_its_maker():
    parts = {"train": "a"}
    tales = datasets.Dataset("tales", None, "package", "CC BY 4.0", parts)
    parts["train"] = "b"
    assert tales.train == "a"
    with pytest.raises(FrozenInstanceError):
        tales.train = "b"


def test_a_part_may_not_hide_what_every_data_set_has():
    with pytest.raises(ValueError, match="'source'"):
        made(source=["a"], target=["b"])


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))]
)
def test_a_data_set_travels_to_other_processes(again):
    other = again(made(train="a", test="b"))
    assert (other.name, other.source, other.train, other.test) == ("tales", "package", "a", "b")


# MNIST --------------------------------------------------------------------------------------------


def test_the_mini_variant_has_the_form_of_the_real_data():
    mini = datasets.load("mnist", variant="mini")
    assert mini.source == mini.variant == "mini" and "scikit-learn" in mini.licence
    assert mini.x_train.shape[1:] == mini.x_test.shape[1:] == (28, 28)
    assert mini.x_train.dtype == mini.y_train.dtype == np.uint8
    assert mini.x_train.max() == 255 and mini.x_train.min() == 0
    assert sorted(set(mini.y_test)) == list(range(10))
    assert len(mini.x_train) == len(mini.y_train) == 1437 and len(mini.x_test) == 360
    assert not mini.x_train[:, :4].any() and not mini.x_train[:, :, 24:].any()


def test_the_small_digits_without_scikit_learn_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(datasets.DatasetError, match="pip install scikit-learn"):
        datasets.load("mnist", variant="mini")


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
    assert re.search(words, message())


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04 broken"])
def test_a_mirrored_file_that_is_no_archive_is_named(clean, monkeypatch, content):
    (clean / "mnist.npz").write_bytes(content)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    assert "mnist.npz is not the mnist data set" in message()


def test_a_mirrored_single_array_is_named(clean, monkeypatch):
    with open(clean / "mnist.npz", "wb") as file:
        np.save(file, SMALL["x_train"])
    monkeypatch.setenv("COURSE_DATA", str(clean))
    assert "one array, expected an archive of x_train" in message()


def test_whatever_is_broken_in_a_mirrored_file_only_a_data_set_error_comes(clean, monkeypatch):
    """Four bytes spoilt at each of 300 places: the file is read, or it is said to be broken."""
    rng = np.random.default_rng(0)
    np.savez_compressed(clean / "whole.npz", **SMALL)
    whole = np.fromfile(clean / "whole.npz", np.uint8)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    broken = 0
    for place in rng.integers(0, len(whole) - 4, 300):
        spoilt = whole.copy()
        spoilt[place : place + 4] = rng.integers(0, 256, 4)
        spoilt.tofile(clean / "mnist.npz")
        try:
            datasets.load("mnist")
        except datasets.DatasetError as error:
            broken += "is not the mnist data set" in str(error)
    assert broken > 100


def test_the_real_digits_when_they_are_there(monkeypatch):
    """The mirror's sixty thousand images; without a mirror, that asking for it says so."""
    if not os.environ.get("COURSE_DATA"):
        monkeypatch.setenv("COURSE_DATA", "/nonexistent")
        message()
        return
    real = datasets.load("mnist")
    assert real.source == "mirror" and real.variant is None
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(real.y_test).tolist() == counts
    assert 33.2 < real.x_train.mean() < 33.4


# Texts --------------------------------------------------------------------------------------------


def test_the_story_ships_with_the_course_and_its_end_is_held_out(clean, monkeypatch):
    """It needs no network, no cache and no scikit-learn; both parts read as text."""
    monkeypatch.setattr(pooch, "retrieve", raiser(AssertionError("a download")))
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    tale = datasets.load("story")
    whole = tale.train + tale.test
    assert tale.source == "package" and tale.variant is None
    assert abs(len(tale.train) / len(whole) - 0.9) < 0.02
    assert tale.train.endswith("\n\n") and not tale.test.startswith("\n")
    title = whole.partition("\n")[0]
    assert tale.licence.startswith("CC BY 4.0") and f'"{title}"' in tale.licence


@pytest.mark.parametrize(
    ("text", "test"),
    [("a" * 79 + "\n\n" + "b" * 9 + "\nc\n\n" + "d" * 6, "d" * 6), ("a\n\n" + "b" * 97, "b" * 97)],
)
def test_the_story_is_cut_where_the_paragraph_begins_that_is_nearest_to_nine_tenths(
    monkeypatch, tmp_path, text, test
):
    """Of 100 characters; an end of line at 91 begins no paragraph, the one at 94 does."""
    (tmp_path / "story.txt").write_text(text)
    monkeypatch.setattr(story.resources, "files", lambda _: tmp_path)
    assert datasets.load("story").test == test


def test_the_small_shakespeare_is_the_story():
    mini, tale = datasets.load("shakespeare", "mini"), datasets.load("story")
    assert mini.source == "mini" and (mini.train, mini.test) == (tale.train, tale.test)
    assert mini.licence == tale.licence


def test_shakespeare_of_the_wrong_length_is_named(clean, monkeypatch):
    (clean / "shakespeare.txt").write_text("All:\nSpeak, speak.\n")
    monkeypatch.setenv("COURSE_DATA", str(clean))
    with pytest.raises(datasets.DatasetError, match="it has 19 characters, expected 1,115,394"):
        datasets.load("shakespeare")
    (clean / "shakespeare.txt").write_bytes(b"\xff" * 100)
    with pytest.raises(datasets.DatasetError, match=r"is not the shakespeare data set.*utf-8"):
        datasets.load("shakespeare")


@pytest.mark.parametrize("end_of_line", [b"\n", b"\r\n"])
def test_shakespeare_is_cut_as_nanogpt_cuts_it(clean, monkeypatch, end_of_line):
    """At int(0.9 n), as its data/shakespeare_char/prepare.py, whatever ends the mirror's lines."""
    monkeypatch.setattr(shakespeare, "LENGTH", 24)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    content = b"First Citizen:" + end_of_line + b"Before we"
    (clean / "shakespeare.txt").write_bytes(content)
    text = datasets.load("shakespeare")
    assert (text.train, text.test) == ("First Citizen:\nBefore", " we")


def test_the_real_shakespeare_when_it_is_there(monkeypatch):
    if not os.environ.get("COURSE_DATA"):
        monkeypatch.setenv("COURSE_DATA", "/nonexistent")
        with pytest.raises(datasets.DatasetError):
            datasets.load("shakespeare")
        return
    text = datasets.load("shakespeare")
    assert (len(text.train), len(text.test)) == (1_003_854, 111_540)
    assert text.train.startswith("First Citizen:\n") and len(set(text.train)) == 65
    mirrored = os.path.join(os.environ["COURSE_DATA"], shakespeare.FULL.file)
    assert pooch.file_hash(mirrored) == shakespeare.FULL.sha256


# Where it is found --------------------------------------------------------------------------------


def test_a_download_is_checked_kept_and_then_read_from_the_cache(server, clean):
    assert datasets.load("mnist").source == "download"
    server.content = b"gone"
    assert datasets.load("mnist").source == "cache"


def test_the_mirror_comes_before_the_cache(server, clean, monkeypatch):
    datasets.load("mnist")
    np.savez(clean / "mnist.npz", **SMALL)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    assert datasets.load("mnist").source == "mirror"


def test_a_mirror_without_the_file_sends_on_to_the_cache(server, clean, monkeypatch):
    datasets.load("mnist")
    monkeypatch.setenv("COURSE_DATA", str(clean))
    assert datasets.load("mnist").source == "cache"


def test_every_data_set_has_a_form_that_needs_no_network(clean, monkeypatch):
    monkeypatch.setattr(pooch, "retrieve", raiser(AssertionError("a download")))
    for name in datasets.names():
        datasets.load(name, "mini" if "mini" in datasets.variants(name) else None)


def test_unknown_names_and_variants_are_errors():
    with pytest.raises(ValueError, match=r"there are: etth1, imdb, mnist, .*, story"):
        datasets.load("minst")
    with pytest.raises(ValueError, match="'tiny' of mnist; leave it out, or use 'mini'"):
        datasets.load("mnist", variant="tiny")
    with pytest.raises(ValueError, match="'mini' of story; leave it out, there is only one"):
        datasets.load("story", variant="mini")


# What is said when it is not ----------------------------------------------------------------------


def test_a_wrong_hash_is_an_error_and_leaves_the_cache_clean(server, clean):
    server.content = b"not what you asked for"
    assert re.search(r"SHA-256 differs.*thrown away", message())
    assert cached(clean) == []


def test_an_interrupted_download_is_an_error_and_leaves_the_cache_clean(server, clean):
    server.cut = True
    assert "Three ways out" in message()
    assert cached(clean) == []


def test_without_a_network_the_error_names_the_three_ways_out(server, clean):
    server.shutdown()
    server.server_close()
    said = message()
    for way in ("connect to the internet", "as mnist.npz", "COURSE_DATA", 'variant="mini"'):
        assert way in said
    assert cached(clean) == []


@pytest.mark.parametrize(
    ("variable", "value", "way_out"),
    [
        ("http_proxy", "socks5h://127.0.0.1:9", "pip install pysocks"),
        ("http_proxy", "http://[::1", "Three ways out"),
        ("http_proxy", "http://:9", "Three ways out"),
        ("REQUESTS_CA_BUNDLE", "/nonexistent.pem", "Three ways out"),
    ],
)
def test_a_network_that_is_set_up_wrongly_is_told_apart(
    server, monkeypatch, variable, value, way_out
):
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv(variable, value)
    if variable == "REQUESTS_CA_BUNDLE":
        secure = replace(mnist.VARIANTS[None], url="https://127.0.0.1:9/mnist.npz")
        monkeypatch.setitem(mnist.VARIANTS, None, secure)
    said = message()
    assert way_out in said and "COURSE_CACHE" not in said


def test_a_mirror_that_is_no_folder_is_an_error(clean, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(clean / "nowhere"))
    assert "does not exist" in message()
    (clean / "file").touch()
    monkeypatch.setenv("COURSE_DATA", str(clean / "file"))
    assert "is not a folder" in message()


@pytest.mark.parametrize("where", ["mirror", "cache"])
def test_a_folder_in_place_of_the_file_is_an_error(clean, monkeypatch, where):
    (clean / where / "mnist.npz").mkdir(parents=True)
    if where == "mirror":
        monkeypatch.setenv("COURSE_DATA", str(clean / where))
    assert re.search(rf"{where}.mnist\.npz cannot be read: .*[Rr]emove 'mnist\.npz'", message())


SPOILT = {
    "empty": b"",
    "one byte": b"\0",
    "a page of an error": b"<html><body>404 Not Found</body></html>",
    "cut off": b"PK\x03\x04\x14\0\0\0\x08\0",
    "an archive cut off": b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xed\xc1\x01",
}
OF_ONE_FILE = [n for n in datasets.names() if hasattr(datasets.variants(n)[None], "file")]


@pytest.mark.parametrize("name", OF_ONE_FILE)
@pytest.mark.parametrize("what", [*SPOILT, "a folder", "a link to nothing"])
def test_whatever_lies_in_place_of_a_mirrored_file_the_error_names_it(
    clean, monkeypatch, name, what
):
    path = clean / datasets.variants(name)[None].file
    path.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("COURSE_DATA", str(clean))
    monkeypatch.setattr(pooch, "retrieve", raiser(ConnectionError("no route to host")))
    if what == "a folder":
        path.mkdir()
    elif what == "a link to nothing":
        path.symlink_to(clean / "gone")
    else:
        path.write_bytes(SPOILT[what])
    with pytest.raises(datasets.DatasetError) as error:
        datasets.load(name)
    if what == "a link to nothing":  # as if it were not there
        assert f"{name} is " in str(error.value) and "ways out" in str(error.value)
    else:
        assert str(path) in str(error.value)
        assert "emove" in str(error.value)


@pytest.mark.parametrize("where", ["mirror", "cache"])
def test_a_file_that_may_not_be_read_is_an_error(clean, monkeypatch, where):
    """Permission is planted, since a test may run as root, who may read everything."""
    (clean / where).mkdir()
    (clean / where / "mnist.npz").touch()
    denied = raiser(PermissionError(errno.EACCES, "Permission denied"))
    if where == "mirror":
        monkeypatch.setenv("COURSE_DATA", str(clean / where))
        monkeypatch.setattr(np, "load", denied)
    else:
        monkeypatch.setattr(pooch, "file_hash", denied)
    assert "mnist.npz cannot be read: Permission denied" in message()


def test_a_mirror_behind_a_closed_door_is_an_error(clean, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(clean))
    denied = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr(type(clean), "is_dir", raiser(denied))
    assert "Unset COURSE_DATA" in message()


def test_a_user_without_a_home_is_told_to_name_a_cache(clean, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", "")
    monkeypatch.setattr(pooch, "os_cache", raiser(RuntimeError("could not determine home")))
    assert "COURSE_CACHE" in message()


def test_a_cache_that_cannot_be_written_is_told_apart_from_the_network(server, clean, monkeypatch):
    (clean / "cache").write_text("a file, no folder")
    assert re.search(r"cannot be kept in .*cache'.*COURSE_CACHE", message())
    (clean / "cache").unlink()
    for error in (
        PermissionError("told by pooch, without a number"),
        OSError(errno.ENOSPC, "No space left on device"),
    ):
        monkeypatch.setattr(pooch, "retrieve", raiser(error))
        assert re.search("cannot be kept in .*COURSE_CACHE", message())
