"""Run records and `course run`: parts, resuming, time limits, hashes."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from course_utils import records, running

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted(p for p in BOOK.rglob("*.md") if '"train:' in p.read_text("utf-8"))

CHAPTER = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# A chapter

```{code-cell} ipython3
:tags: [train]

from course_utils import records, training

SCALE = training.pick(quick=1, full=10)
```

```{code-cell} ipython3
:tags: [book-only]

raise RuntimeError("this cell is for the book alone")
```

```{code-cell} ipython3
:tags: ["train:first"]

def train(factor, seed):
    if factor == FAILS:
        raise ValueError("planted")
    print(f"ran {factor} {seed}")
    return {"metrics": {"score": SCALE * factor + seed, "loss": float("nan")}}


FAILS = None
first = records.sweep("first", {"a": {"factor": 1}, "b": {"factor": 2}}, train, data="none")
```

```{code-cell} ipython3
:tags: ["train:second"]

second = records.sweep("second", {"c": {"factor": 3}}, train)
```
"""


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A small chapter in a book of its own."""
    book = tmp_path / "book"
    (book / "records").mkdir(parents=True)
    monkeypatch.setattr(records, "home", lambda: book)
    for name in list(os.environ):
        if name.startswith("COURSE_"):
            monkeypatch.delenv(name)
    path = book / "sums.md"
    path.write_text(CHAPTER, "utf-8")
    return path


def change(chapter, old, new):
    text = chapter.read_text("utf-8")
    assert old in text
    chapter.write_text(text.replace(old, new), "utf-8")


def read(outcome):
    return records.Record(**json.loads(outcome.record.read_text("utf-8")))


def test_a_full_run_writes_the_record(chapter):
    outcome = running.run(chapter, seeds="0,1,2")
    assert outcome.done and outcome.parts == 9
    record = read(outcome)
    assert record.values("first", "b", "score") == [20, 21, 22]
    assert record.mean("first", "a", "score") == 11
    assert record.sd("first", "a", "score") == 1
    assert record.statistic("second", "c", "score", "max") == 32
    assert record.settings("first") == ["a", "b"]
    assert record.runs[0]["metrics"]["loss"] is None  # JSON has no NaN
    assert record.train_hashes == running.train_hashes(chapter)
    first = record.environments[record.select("first")[0]["environment"]]
    assert first["data"] == "none" and first["versions"]["python"] and first["hardware"]


def test_an_experiment_says_all_the_machines_that_it_ran_on():
    there = [
        {"backend": "jax", "hardware": "NVIDIA H200"},
        {"backend": "jax", "hardware": "2 CPU cores (x86_64)"},
        {"backend": "tensorflow", "hardware": "8 CPU cores (arm64)"},
    ]
    runs = [
        {"experiment": experiment, "setting": "a", "environment": number}
        for experiment, number in (("far", 1), ("far", 0), ("far", 1), ("near", 2))
    ]
    record = records.Record("sums", "full", {}, there, runs)
    assert record.where("far") == "Keras on jax, 2 CPU cores (x86_64) and NVIDIA H200"
    assert record.where("near") == "Keras on tensorflow, 8 CPU cores (arm64)"


def scored(**settings):
    """A record of one experiment: of each setting the scores by seed, and a minute a run."""
    runs = [
        {"experiment": "e", "setting": name, "seed": seed, "metrics": {"score": score}}
        | {"seconds": 60.0}
        for name, scores in settings.items()
        for seed, score in scores.items()
    ]
    return records.Record("sums", "full", {}, [], runs)


def test_a_change_is_judged_by_the_interval_of_students_t():
    rng = np.random.default_rng(0)
    for n in records.STUDENT:
        a, b = rng.normal(size=(2, n))
        record = scored(a=dict(enumerate(a)), b=dict(enumerate(b)))
        found = record.paired(("e", "a", "score"), ("e", "b", "score"))
        expected = scipy.stats.ttest_rel(a, b).confidence_interval(0.95)
        assert found.pairs == n
        assert found.mean - found.half == pytest.approx(expected.low, abs=2e-3)
        assert found.mean + found.half == pytest.approx(expected.high, abs=2e-3)


def test_seeds_are_paired_by_their_number_and_one_pair_tells_nothing():
    record = scored(a={0: 1.0, 2: 5.0, 3: 7.0}, b={3: 1.0, 0: 4.0}, c={2: 1.0})
    of = {name: ("e", name, "score") for name in "abc"}
    assert record.paired(of["a"], of["b"])[::2] == (1.5, 2)  # 1 − 4 and 7 − 1
    assert record.paired(of["a"], of["c"]) == (4.0, math.inf, 1)
    with pytest.raises(ValueError, match="have 0 pairs, expected 1 to 6"):
        record.paired(of["b"], of["c"])
    assert record.minutes(of["a"], of["b"]) == 5
    assert record.minutes(of["c"], of["c"]) == 1  # two metrics of the same runs


@pytest.mark.parametrize("profile", ["quick", "smoke"])
def test_other_profiles_write_no_record(profile, chapter):
    outcome = running.run(chapter, profile=profile, seeds="0")
    assert outcome.done and outcome.record is None
    assert not list((chapter.parent / "records").iterdir())


def test_the_same_command_again_repeats_nothing(chapter, capfd):
    running.run(chapter, seeds="0")
    assert capfd.readouterr().out.count("ran ") == 3
    running.run(chapter, seeds="0,1")
    assert capfd.readouterr().out.count("ran ") == 3  # seed 1 alone


def test_a_time_limit_stops_between_runs_and_the_next_command_goes_on(chapter, capfd):
    outcome = running.run(chapter, seeds="0", limit_minutes=0)
    assert not outcome.done and outcome.record is None
    outcome = running.run(chapter, seeds="0")
    assert outcome.done and outcome.parts == 3


def test_a_failing_cell_keeps_what_was_finished(chapter):
    change(chapter, "FAILS = None", "FAILS = 2")
    with pytest.raises(running.ChapterError, match="stopped with an error"):
        running.run(chapter, seeds="0")
    parts = chapter.parent.parent / "_build" / "runs" / "sums" / "full"
    assert [p.name for p in parts.glob("*.json")] == ["first--a--0.json"]


def test_changed_training_cells_are_run_again_and_only_those(chapter, capfd):
    running.run(chapter, seeds="0")
    capfd.readouterr()
    change(chapter, "SCALE * factor", "SCALE * factor + 0")
    outcome = running.run(chapter, seeds="0")
    assert capfd.readouterr().out.count("ran ") == 2  # `train` belongs to the first experiment
    assert read(outcome).train_hashes == running.train_hashes(chapter)


def test_only_what_can_change_the_result_changes_the_hash(chapter):
    before = running.train_hashes(chapter)
    change(chapter, "# A chapter", "# Another title")
    change(
        chapter, "training.pick(quick=1, full=10)\n", "training.pick(\n    quick=2, full=10)  # x\n"
    )
    assert running.train_hashes(chapter) == before
    change(chapter, "full=10", "full=11")
    assert running.train_hashes(chapter) != before


def test_values_of_the_smoke_profile_do_not_count(chapter):
    """Nor does the quick value, unless the full profile has no other."""
    before = running.train_hashes(chapter)
    change(chapter, "full=10)", "full=10, smoke=0)")
    assert running.train_hashes(chapter) == before
    change(chapter, "quick=1, full=10, smoke=0", "quick=10, smoke=0")
    without = running.train_hashes(chapter)
    change(chapter, "smoke=0", "smoke=3")
    assert running.train_hashes(chapter) == without
    change(chapter, "quick=10", "quick=11")
    assert running.train_hashes(chapter) != without


SETTINGS = {
    "a": {"kind": "simple", "rate": 0.1},
    "b": {"kind": "simple", "rate": 0.2},
    "c": {"kind": "lstm", "rate": 0.1},
    "d": {"kind": "lstm", "rate": 0.2},  # both were seen
    "e": {"kind": "gru", "rate": [0.2]},
    "f": {},
}


@pytest.mark.parametrize(
    ("profile", "ran"),
    [
        ("quick", ["a0", "b0", "c0", "d0", "e0", "f0", "a1", "b1", "c1", "d1", "e1", "f1"]),
        ("smoke", ["a0", "b0", "c0", "e0", "f0"]),
    ],
)
def test_the_smoke_profile_runs_one_seed_and_every_option(profile, ran, monkeypatch):
    monkeypatch.delenv("COURSE_OUT", raising=False)
    monkeypatch.setenv("COURSE_PROFILE", profile)
    runs = records.sweep("x", SETTINGS, lambda **_: {"metrics": {"score": 1}}, seeds=range(2))
    assert [f"{run['setting']}{run['seed']}" for run in runs] == ran


def test_only_runs_what_is_named(chapter, capfd):
    outcome = running.run(chapter, seeds="0", only="second")
    assert capfd.readouterr().out.count("ran ") == 1
    assert read(outcome).settings("second") == ["c"]
    with pytest.raises(running.ChapterError, match="it has first, second"):
        running.run(chapter, only="third")


def test_cells_for_the_book_are_dropped_from_the_script(chapter):
    assert "book alone" not in running.script(chapter)


def test_chapters_that_cannot_run_are_named(chapter, tmp_path):
    with pytest.raises(running.ChapterError, match="there is no chapter"):
        running.run(tmp_path / "nowhere.md")
    plain = tmp_path / "plain.md"
    plain.write_text("# No code\n")
    with pytest.raises(running.ChapterError, match="no code cells"):
        running.run(plain)


def test_questions_a_record_cannot_answer_are_errors(chapter):
    record = read(running.run(chapter, seeds="0"))
    with pytest.raises(KeyError, match="first/a"):
        record.mean("third", "a", "score")
    with pytest.raises(KeyError, match="mean, sd, min, max, n"):
        record.statistic("first", "a", "score", "median")
    with pytest.raises(FileNotFoundError, match="no run record named 'sumz'"):
        records.load("sumz")


def test_the_command_line_says_what_is_wrong(chapter):
    def course(*words):
        command = [Path(sys.executable).with_name("course"), "run", *words]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stderr

    assert course(str(chapter), "--profile", "huge") == (
        2,
        "course: the profile 'huge' is none of quick, full, smoke\n",
    )
    status, message = course(str(chapter), "--seeds", "0;1")
    assert status == 2 and "0,1,2" in message


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_committed_records_belong_to_their_chapters(path):
    """A record made by other training cells than the chapter's is stale: run the chapter again."""
    record = records.load(path.stem)
    assert record.profile == "full"
    assert record.train_hashes == running.train_hashes(path)
    for run in record.runs:
        environment = record.environments[run["environment"]]
        assert environment["data"] != "mini"
        assert environment["versions"]["keras"] and environment["hardware"]


def test_every_record_has_its_chapter():
    assert {p.stem for p in (BOOK / "records").glob("*.json")} == {p.stem for p in CHAPTERS}


def test_the_commit_of_a_run_is_marked_when_sources_differ_and_not_when_records_do(
    tmp_path, monkeypatch
):
    def git(*words):
        names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", tmp_path, *names, *words], check=True, capture_output=True)

    source, record = tmp_path / "cells.py", tmp_path / "book" / "records" / "lstm.json"
    record.parent.mkdir(parents=True)
    for file in (source, record):
        file.write_text("1\n")
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    monkeypatch.setattr(records, "home", lambda: tmp_path)
    clean = running._commit()
    record.write_text("2\n")
    assert running._commit() == clean and not clean.endswith("+")
    source.write_text("2\n")
    assert running._commit() == clean + "+"
