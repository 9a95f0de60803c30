"""Reviews, a series and recordings: what the loaders promise, and what a spoilt file is told."""

import hashlib
import io
import os
import re
import tarfile
import wave
import zipfile

import numpy as np
import pytest
from scipy.io import wavfile

from course_utils import datasets
from course_utils.datasets import etth1, imdb, spoken_digits


@pytest.fixture
def mirror(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def real(monkeypatch):
    """Loads from the mirror of the machine; without one, None, and asking says what to do."""

    def load(name):
        if not os.environ.get("COURSE_DATA"):
            monkeypatch.setenv("COURSE_DATA", "/nonexistent")
            with pytest.raises(datasets.DatasetError, match="does not exist"):
                datasets.load(name)
            return None
        return datasets.load(name)

    return load


def refused(name):
    """What is said to somebody whose file is not what it should be."""
    with pytest.raises(datasets.DatasetError) as error:
        datasets.load(name)
    return str(error.value)


# Reviews ------------------------------------------------------------------------------------------

REVIEWS = {
    f"aclImdb/{part}/{kind}/{name}": f"{part} {kind} {name}<br />Été"
    for part in ("train", "test")
    for kind in ("pos", "neg")
    for name in ("2_1.txt", "10_4.txt", "1_8.txt")
}


def tar(path, files):
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            content = text.encode() if isinstance(text, str) else text
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@pytest.fixture
def reviews(mirror, monkeypatch):
    """A mirror to put an archive of three reviews a class into."""
    monkeypatch.setattr(imdb, "COUNT", 3)
    return mirror / "aclImdb_v1.tar.gz"


def test_reviews_come_in_the_order_in_which_keras_reads_the_folders(reviews, tmp_path):
    import keras

    tar(reviews, REVIEWS)
    with tarfile.open(reviews) as archive:
        archive.extractall(tmp_path, filter="data")
    ours = datasets.load("imdb")
    for part in ("train", "test"):
        theirs = keras.utils.text_dataset_from_directory(
            tmp_path / "aclImdb" / part, batch_size=None, shuffle=False, verbose=False
        )
        texts, labels = zip(*theirs.as_numpy_iterator(), strict=True)
        assert ours.parts[f"{part}_texts"] == [text.decode() for text in texts]
        assert ours.parts[f"y_{part}"].tolist() == list(labels)


def test_what_else_the_public_archive_holds_is_passed_over(reviews):
    """Reviews without a label, vocabularies, index files: the mirror's archive has none."""
    tar(reviews, REVIEWS)
    alone = datasets.load("imdb")
    more = {
        "aclImdb/train/unsup/0_0.txt": "no label",
        "aclImdb/imdb.vocab": "the",
        "aclImdb/train/urls_pos.txt": "http",
        "aclImdb/train/pos/.DS_Store": b"\xff\xfe",
        "aclImdb/train/labeledBow.feat": b"9 0:9",
    }
    tar(reviews, more | REVIEWS)
    assert datasets.load("imdb").train_texts == alone.train_texts


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({k: v for k, v in REVIEWS.items() if "test/neg/1_8" not in k}, "test/neg has 2 reviews"),
        (REVIEWS | {"aclImdb/train/pos/7_9.txt": "more"}, "train/pos has 4 reviews, expected 3"),
        ({"other/train/pos/1_9.txt": "text"}, "aclImdb/train/neg has 0 reviews"),
        (REVIEWS | {"aclImdb/train/pos/2_1.txt": b"\xff"}, "UnicodeDecodeError"),
    ],
)
def test_an_archive_of_reviews_that_is_not_whole_is_told_where(reviews, files, words):
    tar(reviews, files)
    assert re.search(f"is not the imdb data set: .*{words}", refused("imdb"))


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.95])
def test_an_archive_of_reviews_that_breaks_off_is_told_so(reviews, keep):
    tar(reviews, REVIEWS | {"aclImdb/noise": np.random.default_rng(0).bytes(20_000)})
    whole = reviews.read_bytes()
    reviews.write_bytes(whole[: keep if isinstance(keep, int) else int(keep * len(whole))])
    assert "is not the imdb data set" in refused("imdb")


def test_the_real_reviews_when_they_are_there(real):
    """Counts as its README gives them; 123 test texts that also occur in train, as the course says.

    The first is the file 0_3.txt of train/neg, as the sorted names have it.
    """
    reviews = real("imdb")
    if reviews is None:
        return
    assert len(reviews.train_texts) == len(reviews.test_texts) == 25_000
    assert reviews.y_train.tolist() == reviews.y_test.tolist() == [0] * 12_500 + [1] * 12_500
    trained = set(reviews.train_texts)
    assert sum(text in trained for text in reviews.test_texts) == 123
    assert reviews.train_texts[0].startswith("Story of a man who has unnatural feelings for a pig")
    assert sum("<br />" in text for text in reviews.train_texts) > 10_000


def test_the_small_reviews_are_balanced_repeat_themselves_and_never_each_other():
    mini, again = datasets.load("imdb", "mini"), datasets.load("imdb", "mini")
    assert mini.train_texts == again.train_texts and mini.test_texts == again.test_texts
    assert mini.y_train.tolist() == mini.y_test.tolist() == [0] * 300 + [1] * 300
    assert len({*mini.train_texts, *mini.test_texts}) == 1_200
    assert "invented" in mini.licence


def test_the_small_reviews_read_as_english():
    """No template is left open, no article stands before the wrong sound, sentences end."""
    mini = datasets.load("imdb", "mini")
    for text in mini.train_texts + mini.test_texts:
        plain = text.replace("<br /><br />", " ")
        assert not re.search(r"[{}|<>]|  |\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", plain), text
        assert all(s[0].isupper() for s in re.split(r"(?<=[.!?]) ", plain)), text
        assert plain.endswith((".", "!")), text


def test_in_the_small_reviews_words_tell_much_and_their_order_more():
    """Scored by scikit-learn: a bag of words gets about .8, pairs of words clearly more."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    mini, scores = datasets.load("imdb", "mini"), []
    for longest in (1, 2):
        count = CountVectorizer(ngram_range=(1, longest))
        model = LogisticRegression(max_iter=1000)
        model.fit(count.fit_transform(mini.train_texts), mini.y_train)
        scores.append(model.score(count.transform(mini.test_texts), mini.y_test))
    assert 0.77 < scores[0] < 0.86 and scores[1] > scores[0] + 0.04


# A series -----------------------------------------------------------------------------------------

HEAD = "date,HUFL,HULL,MUFL,MULL,LUFL,LULL,OT"
ROWS = [f"2016-07-0{d} {h:02}:00:00,1,2,3,4,5,6,{d}.{h:02}" for d in (1, 2) for h in range(24)]


@pytest.fixture
def series(mirror, monkeypatch):
    """A mirror to put a series of 48 hours into."""
    monkeypatch.setattr(etth1, "HOURS", 48)
    return mirror / "ETTh1.csv"


def test_a_series_is_read_hour_by_hour(series):
    series.write_text("\n".join([HEAD, *ROWS]) + "\n")
    two_days = datasets.load("etth1")
    assert two_days.columns == tuple(HEAD.split(",")[1:])
    assert two_days.times.dtype == "datetime64[h]" and two_days.values.shape == (48, 7)
    assert str(two_days.times[25]) == "2016-07-02T01"
    assert two_days.values[25].tolist() == [1, 2, 3, 4, 5, 6, 2.01]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "its first line is ''"),
        ([HEAD.replace("OT", "T"), *ROWS], "its first line is 'date,.*,T', expected"),
        ([HEAD, *ROWS[:-1]], "it has 47 hours, expected 48"),
        ([HEAD, *ROWS[:5], "2016-07-01 05:00:00,1,2", *ROWS[6:]], "line 7 has 3 fields"),
        ([HEAD, *ROWS[:5], ROWS[6], ROWS[5], *ROWS[7:]], "after 2016-07-01T04 comes 2016-07-01T06"),
        ([HEAD, *ROWS[:5], ROWS[4], *ROWS[6:]], "after 2016-07-01T04 comes 2016-07-01T04"),
        ([HEAD, *ROWS[:5], ROWS[5].replace(",3,", ",nan,"), *ROWS[6:]], "MUFL is nan at .*T05"),
        ([HEAD, *ROWS[:5], ROWS[5].replace(",3,", ",x,"), *ROWS[6:]], "convert .*'x'"),
        ([HEAD, "soon,1,2,3,4,5,6,7", *ROWS[1:]], "soon"),
    ],
)
def test_a_series_that_is_not_whole_is_told_where(series, lines, words):
    series.write_text("\n".join(lines))
    assert re.search(f"is not the etth1 data set: .*{words}", refused("etth1"))


def test_the_real_series_when_it_is_there(real):
    """Informer's borders in days, its first and last hour, and the file that the hash is of."""
    series = real("etth1")
    if series is None:
        return
    assert series.values.shape == (17_420, 7) and np.isfinite(series.values).all()
    assert [str(series.times[i]) for i in (0, -1)] == ["2016-07-01T00", "2018-06-26T19"]
    borders = [(s.start, s.stop) for s in (series.train, series.valid, series.test)]
    assert borders == [(0, 360 * 24), (360 * 24, 480 * 24), (480 * 24, 600 * 24)]
    assert series.values[0, 0] == 5.827000141143799 and series.columns[-1] == "OT"
    with open(os.path.join(os.environ["COURSE_DATA"], "ETTh1.csv"), "rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == etth1.FULL.sha256


def test_the_small_series_has_the_form_cycles_and_drift_of_a_real_one():
    mini = datasets.load("etth1", "mini")
    again = datasets.load("etth1", "mini")
    assert (mini.values == again.values).all() and mini.columns == etth1.COLUMNS
    assert mini.values.dtype == np.float64 and mini.times.dtype == "datetime64[h]"
    assert (np.diff(mini.times) == np.timedelta64(1, "h")).all()
    assert len(mini.times) == len(mini.values) == mini.test.stop == 20 * 7 * 24
    assert (mini.train.stop, mini.valid.start, mini.valid.stop) == (2016, 2016, 2688)
    assert mini.test.start == 2688 and mini.train.start == 0
    load = mini.values[:, 0]

    def alike(hours):
        return np.corrcoef(load[:-hours], load[hours:])[0, 1]

    assert alike(24) > alike(12) + 0.3 and alike(7 * 24) > alike(24)  # a day, and a week
    oil = [mini.values[part, 6].mean() for part in (mini.train, mini.valid, mini.test)]
    assert oil[0] > oil[1] + 3 and oil[1] > oil[2] + 1  # what a scaler fitted on all would know


# Recordings ---------------------------------------------------------------------------------------


def wav(samples, rate=8000, width=2, channels=1):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, width, rate, 0, "NONE", ""))
        out.writeframes(np.asarray(samples, "<i2").tobytes())
    return file.getvalue()


RECORDINGS = {
    f"{digit}_{speaker}_{take}.wav": wav([digit, -take, 32767, -32768, len(speaker)])
    for take in (1, 0)
    for speaker in ("theo", "george")
    for digit in range(10)
}


def packed(path, files, folder="recordings"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{folder}/{name}", content)
    return path


@pytest.fixture
def digits(mirror, monkeypatch):
    """A mirror to put an archive of two speakers with two takes of each digit into."""
    monkeypatch.setattr(spoken_digits, "SPEAKERS", ("george", "theo"))
    monkeypatch.setattr(spoken_digits, "TAKES", 2)
    return mirror / "free-spoken-digit-dataset.zip"


@pytest.mark.parametrize("folder", ["recordings", "free-spoken-digit-dataset-1.0.10/recordings"])
def test_recordings_are_in_the_order_of_digit_speaker_and_take(digits, folder):
    """Whatever order they have in the archive, that of the mirror or that which GitHub makes."""
    packed(digits, RECORDINGS | {"0_new_0.wav": b"", "README.md": b""}, folder)
    spoken = datasets.load("spoken-digits")
    assert len(spoken.recordings) == 40 and spoken.rate == 8000
    names = zip(spoken.labels, spoken.speakers, spoken.indices, strict=True)
    for samples, (digit, speaker, take) in zip(spoken.recordings, names, strict=True):
        _, theirs = wavfile.read(io.BytesIO(RECORDINGS[f"{digit}_{speaker}_{take}.wav"]))
        assert samples.dtype == theirs.dtype == np.int16 and (samples == theirs).all()
        assert samples.tolist() == [digit, -take, 32767, -32768, len(speaker)]
    order = list(zip(spoken.labels, spoken.speakers, spoken.indices, strict=True))
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "lacks 40 of 40 recordings, the first recordings/0_george_0.wav"),
        ({k: v for k, v in RECORDINGS.items() if "3_theo" not in k}, "lacks 2 of .*3_theo_0.wav"),
        (RECORDINGS | {"4_theo_1.wav": wav([1, 2], rate=16000)}, "4_theo_1.wav has .*at 16000 Hz"),
        (RECORDINGS | {"4_theo_1.wav": wav([1, 2], channels=2)}, "4_theo_1.wav has 2 channels"),
        (RECORDINGS | {"4_theo_1.wav": wav([1, 2], width=1)}, "4_theo_1.wav has .* of 8 bits"),
        (RECORDINGS | {"4_theo_1.wav": wav([])}, "4_theo_1.wav has 0 samples"),
        (RECORDINGS | {"4_theo_1.wav": wav([1, 2, 3])[:-2]}, "has 2 samples, its head says 3"),
        (RECORDINGS | {"4_theo_1.wav": b"RIFF"}, "4_theo_1.wav is no WAV file"),
    ],
)
def test_an_archive_of_recordings_that_is_not_whole_is_told_where(digits, files, words):
    packed(digits, files)
    assert re.search(f"is not the spoken-digits data set: .*{words}", refused("spoken-digits"))


def test_recordings_beside_the_folder_do_not_count(digits):
    packed(digits, RECORDINGS, "my-recordings")
    assert "lacks 40 of 40" in refused("spoken-digits")


def test_an_archive_of_recordings_that_is_spoilt_is_told_so(digits):
    for content in (b"", b"no zip", packed(digits, RECORDINGS).read_bytes()[:-30]):
        digits.write_bytes(content)
        assert "is not the spoken-digits data set: BadZipFile" in refused("spoken-digits")


def test_recordings_that_no_mirror_has_are_told_the_two_ways_out(mirror, monkeypatch):
    """No download is tried, and what lies in the cache is not taken: nothing vouches for it."""
    (mirror / "cache").mkdir()
    packed(mirror / "cache" / "free-spoken-digit-dataset.zip", RECORDINGS)

    def download(*_, **__):
        raise AssertionError("a download")

    monkeypatch.setattr("pooch.retrieve", download)
    for folder in (str(mirror), ""):
        monkeypatch.setenv("COURSE_DATA", folder)
        said = refused("spoken-digits")
        for way in ("Two ways out", spoken_digits.FULL.url, "COURSE_DATA", 'variant="mini"'):
            assert way in said
        assert "as free-spoken-digit-dataset.zip" in said


def test_the_real_recordings_when_they_are_there(real):
    """Sizes as its README has them, and bytes: the digest that others published for v1.0.10.

    It is the SHA-256 of names and files of all recordings, in the order of their names. A WAV file
    of these is a head of 44 bytes that its length alone decides, and the samples.
    """
    spoken = real("spoken-digits")
    if spoken is None:
        return
    assert len(spoken.recordings) == 3_000 and spoken.is_test.sum() == 300
    assert (np.bincount(spoken.labels) == 300).all()
    _, counts = np.unique(spoken.speakers, return_counts=True)
    assert counts.tolist() == [500] * 6
    assert (spoken.is_test == (spoken.indices <= 4)).all()
    lengths = [len(samples) for samples in spoken.recordings]
    assert (min(lengths), max(lengths)) == (1_148, 18_262)
    names = zip(spoken.labels, spoken.speakers, spoken.indices, strict=True)
    files = {f"{d}_{s}_{i}.wav": x for (d, s, i), x in zip(names, spoken.recordings, strict=True)}
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + wav(files[name]))
    published = "45a9b976ba3397a2fd5c70a9f2e43c34f442a3a6be47392ecfc41174b678f37e"
    assert digest.hexdigest() == published


def test_the_small_recordings_have_the_form_of_the_real_ones():
    mini, again = (datasets.load("spoken-digits", "mini") for _ in range(2))
    assert all((a == b).all() for a, b in zip(mini.recordings, again.recordings, strict=True))
    assert {x.dtype for x in mini.recordings} == {np.dtype(np.int16)}
    assert len(mini.recordings) == len(mini.labels) == len(mini.speakers) == 10 * 6 * 20
    assert len(set(mini.speakers)) == 6 and not set(mini.speakers) & set(spoken_digits.SPEAKERS)
    assert (mini.is_test == (mini.indices < 2)).all() and mini.rate == 8000
    seconds = [len(x) / mini.rate for x in mini.recordings]
    assert 0.19 < min(seconds) < max(seconds) <= 0.4
    assert 3_000 < np.median([np.abs(x.astype(int)).max() for x in mini.recordings]) < 20_000
    assert max(np.abs(x.astype(int)).max() for x in mini.recordings) < 32_767


def loudness(samples, bands=32, frames=8):
    """The log energy of a recording in bands and frames, flat: what a simple recogniser reads."""
    windows = np.lib.stride_tricks.sliding_window_view(samples / 32_768, 256)[::80]
    power = np.abs(np.fft.rfft(windows * np.hanning(256))) ** 2
    energy = np.log(np.add.reduceat(power, np.arange(0, 128, 128 // bands), axis=1) + 1e-6)
    return energy[np.linspace(0, len(energy) - 1, frames).astype(int)].ravel()


def test_in_the_small_recordings_a_voice_not_heard_before_is_harder():
    """Scored by scikit-learn: the official split, against leaving out each speaker in turn."""
    from sklearn.linear_model import RidgeClassifier

    mini = datasets.load("spoken-digits", "mini")
    x = np.array([loudness(samples) for samples in mini.recordings])

    def score(held_out):
        model = RidgeClassifier(alpha=100).fit(x[~held_out], mini.labels[~held_out])
        return model.score(x[held_out], mini.labels[held_out])

    unheard = np.mean([score(mini.speakers == speaker) for speaker in set(mini.speakers)])
    assert score(mini.is_test) > 0.88 and 0.6 < unheard < score(mini.is_test) - 0.05
