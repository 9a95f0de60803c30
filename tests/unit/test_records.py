"""Run records and `course run`: parts, resuming, time limits, hashes."""

import json
import math
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import scipy.stats

from course_utils import records, running, sources
from tests.helpers.choosing import SWEEPS, change

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


CHOOSING = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---

# A chapter whose scored runs take what others have chosen

```{code-cell} ipython3
:tags: [train]

import os, signal, time
from pathlib import Path
from course_utils import records

HERE = Path(__file__).parent
SECONDS = 0
FAILS = None
KILLS = None


def once(name):
    try:
        (HERE / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def train(rate, seed):
    with (HERE / "begun.txt").open("a") as log:
        log.write(f"{rate} {seed} {os.getpid()}\\n")
    time.sleep(SECONDS)
    if (rate, seed) == FAILS:
        raise ValueError("planted")
    if (rate, seed) == KILLS and once("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    return {"metrics": {"loss": (rate - 3) ** 2 + seed / 1000}}
```
"""


@pytest.fixture
def choosing(chapter):
    """The other small chapter, in the same book."""
    path = chapter.with_name("choosing.md")
    path.write_text(CHOOSING + SWEEPS, "utf-8")
    return path


@pytest.fixture
def slow(choosing):
    """The same, for two processes: both wait for each other, and no run is over at once."""
    change(
        choosing,
        "SECONDS = 0",
        """SECONDS = 0.2
Path(HERE, f"{os.getpid()}.there").touch()
while len(list(HERE.glob("*.there"))) < 2:
    time.sleep(0.01)""",
    )
    return choosing


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


def read(outcome):
    return records.Record(**json.loads(outcome.record.read_text("utf-8")))


def test_a_full_run_writes_the_record(chapter):
    outcome = running.run(chapter, seeds=[0, 1, 2])
    assert outcome.done and outcome.parts == 9
    record = read(outcome)
    assert record.values("first", "b", "score") == [20, 21, 22]
    assert record.mean("first", "a", "score") == 11
    assert record.sd("first", "a", "score") == 1
    assert record.statistic("second", "c", "score", "max") == 32
    assert record.settings("first") == ["a", "b"]
    assert record.runs[0]["metrics"]["loss"] is None  # JSON has no NaN
    assert record.train_hashes == sources.train_hashes(chapter)
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
    outcome = running.run(chapter, profile=profile, seeds=[0])
    assert outcome.done and outcome.record is None
    assert not list((chapter.parent / "records").iterdir())


def test_the_same_command_again_repeats_nothing(chapter, capfd):
    running.run(chapter, seeds=[0])
    assert capfd.readouterr().out.count("ran ") == 3
    running.run(chapter, seeds=[0, 1])
    assert capfd.readouterr().out.count("ran ") == 3  # seed 1 alone


def test_a_time_limit_stops_between_runs_and_the_next_command_goes_on(chapter, capfd):
    outcome = running.run(chapter, seeds=[0], limit_minutes=0)
    assert not outcome.done and outcome.record is None
    outcome = running.run(chapter, seeds=[0])
    assert outcome.done and outcome.parts == 3


def test_a_failing_cell_keeps_what_was_finished(chapter):
    change(chapter, "FAILS = None", "FAILS = 2")
    with pytest.raises(sources.ChapterError, match="stopped with an error"):
        running.run(chapter, seeds=[0])
    parts = chapter.parent.parent / "_build" / "runs" / "sums" / "full"
    assert [p.name for p in parts.glob("*.json")] == ["first--a--0.json"]


def test_changed_training_cells_are_run_again_and_only_those(chapter, capfd):
    running.run(chapter, seeds=[0])
    capfd.readouterr()
    change(chapter, '"b": {"factor": 2}', '"b": {"factor": 4}')
    outcome = running.run(chapter, seeds=[0])
    assert capfd.readouterr().out.count("ran ") == 2  # those of the first experiment
    change(chapter, "SCALE * factor", "SCALE * factor + 0")
    outcome = running.run(chapter, seeds=[0])
    assert capfd.readouterr().out.count("ran ") == 3  # the second one calls `train`, too
    assert read(outcome).train_hashes == sources.train_hashes(chapter)


def test_only_what_can_change_the_result_changes_the_hash(chapter):
    before = sources.train_hashes(chapter)
    change(chapter, "# A chapter", "# Another title")
    change(
        chapter, "training.pick(quick=1, full=10)\n", "training.pick(\n    quick=2, full=10)  # x\n"
    )
    assert sources.train_hashes(chapter) == before
    change(chapter, "full=10", "full=11")
    assert sources.train_hashes(chapter) != before


def test_values_of_the_smoke_profile_do_not_count(chapter):
    """Nor does the quick value, unless the full profile has no other."""
    before = sources.train_hashes(chapter)
    change(chapter, "full=10)", "full=10, smoke=0)")
    assert sources.train_hashes(chapter) == before
    change(chapter, "quick=1, full=10, smoke=0", "quick=10, smoke=0")
    without = sources.train_hashes(chapter)
    change(chapter, "smoke=0", "smoke=3")
    assert sources.train_hashes(chapter) == without
    change(chapter, "quick=10", "quick=11")
    assert sources.train_hashes(chapter) != without


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
    monkeypatch.delenv("COURSE_RUN", raising=False)
    monkeypatch.setenv("COURSE_PROFILE", profile)
    runs = records.sweep("x", SETTINGS, lambda **_: {"metrics": {"score": 1}}, seeds=range(2))
    assert [f"{run['setting']}{run['seed']}" for run in runs] == ran


def test_only_runs_what_is_named(chapter, capfd):
    outcome = running.run(chapter, seeds=[0], only=["second"])
    assert capfd.readouterr().out.count("ran ") == 1
    assert read(outcome).settings("second") == ["c"]
    with pytest.raises(sources.ChapterError, match="it has first, second"):
        running.run(chapter, only=["third"])


def parts_of(chapter):
    return chapter.parent.parent / "_build" / "runs" / chapter.stem / "full"


def begun(chapter):
    """Rate and seed of each run that was begun, in order, and the process that did it."""
    lines = (parts_of(chapter) / "begun.txt").read_text().splitlines()
    return [(line.rsplit(" ", 1)[0], line.rsplit(" ", 1)[1]) for line in lines]


FOUND = {  # in the order of the sweeps, as one process finds it
    ("aside", "alone"): {5: 9.005},
    ("choose", "at 9"): {100: 36.1},
    ("choose", "at 4"): {100: 1.1},
    ("choose", "at 3"): {100: 0.1},
    ("choose", "at 1"): {100: 4.1},
    ("scored", "chosen"): {0: 0, 1: 0.001, 2: 0.002},
    ("scored", "as published"): {0: 16, 1: 16.001, 2: 16.002},
}


def found(record):
    """The loss of each run: experiment and setting to seed to loss, all in the record's order."""
    losses = {}
    for run in record.runs:
        losses.setdefault((run["experiment"], run["setting"]), []).append(
            (run["seed"], run["metrics"]["loss"])
        )
    return list(losses.items())


AS_ONE = [(place, list(losses.items())) for place, losses in FOUND.items()]


def test_several_processes_share_the_parts_and_find_what_one_finds(slow):
    outcome = running.run(slow, jobs=2)
    assert outcome.done and found(read(outcome)) == AS_ONE
    runs, processes = zip(*begun(slow), strict=True)
    assert len(runs) == len(set(runs)) == outcome.parts == 11
    assert len(set(processes)) == 2
    assert min(processes.count(process) for process in set(processes)) >= 3
    left = {path.suffix for path in parts_of(slow).iterdir()}
    assert left == {".json", ".py", ".txt", ".there"}


@pytest.mark.parametrize("killed", [(3, 100), (0, 5)], ids=["while choosing", "at the end"])
def test_a_process_that_is_killed_loses_only_its_part(killed, slow, capfd):
    change(slow, "KILLS = None", f"KILLS = {killed}")
    outcome = running.run(slow, jobs=2)
    assert outcome.done and found(read(outcome)) == AS_ONE
    runs = [run for run, _ in begun(slow)]
    assert {run: runs.count(run) for run in runs if runs.count(run) > 1} == {
        f"{killed[0]} {killed[1]}": 2
    }
    told = f"seed {killed[1]} (exit status -9); it is begun again"
    assert told in capfd.readouterr().err


def test_a_part_that_was_finished_just_before_the_claim_is_not_made_again(tmp_path, monkeypatch):
    orders = records.Orders(out=str(tmp_path))
    monkeypatch.setenv("COURSE_RUN", orders.dumps())
    path = tmp_path / "x--a--0.json"
    theirs = {"options": {}, "train_hash": None, "metrics": {"by": "another"}, "seconds": 1}

    def lock(file):  # taken from another process, which has finished
        path.write_text(json.dumps(theirs))
        return True

    monkeypatch.setattr(records, "_lock", lock)
    mine = {"metrics": {"by": "this one"}}
    (run,) = records.sweep("x", {"a": {}}, lambda seed: mine, seeds=[0])
    assert run["metrics"]["by"] == "another"


def test_what_kills_every_process_ends_the_run(slow):
    change(slow, "KILLS = None", "KILLS = (7, 0)")
    change(slow, ' and once("killed")', "")
    part = re.escape("choosing was killed in scored / as published / seed 0 (exit status -9)")
    with pytest.raises(sources.ChapterError, match=part):
        running.run(slow, jobs=2)
    assert sum(run == "7 0" for run, _ in begun(slow)) == 2


def test_an_error_in_one_process_names_its_part_and_lets_the_others_finish_theirs(slow, capfd):
    change(slow, "FAILS = None", "FAILS = (4, 100)")
    part = re.escape("choosing stopped with an error in choose / at 4 / seed 100 (exit status 1)")
    with pytest.raises(sources.ChapterError, match=part):
        running.run(slow, jobs=2)
    error = capfd.readouterr().err
    assert "ValueError: planted\nThis happened in choose / at 4 / seed 100." in error
    finished = {path.name for path in parts_of(slow).glob("*.json")}
    runs = [run for run, _ in begun(slow)]
    assert len(finished) == len(set(runs)) - 1 and "choose--at 9--100.json" in finished
    assert not any(run.endswith(" 0") for run in runs)  # nothing that depends on what is missing


def test_the_time_limit_holds_for_every_process(slow):
    outcome = running.run(slow, jobs=2, limit_minutes=0)
    assert not outcome.done and not (parts_of(slow) / "begun.txt").exists()
    outcome = running.run(slow, jobs=2, limit_minutes=1.2 / 60)
    assert not outcome.done
    assert not list(parts_of(slow).glob("*.working"))
    outcome = running.run(slow, jobs=2)
    assert outcome.done
    assert len(begun(slow)) == outcome.parts == 11


def alive(process):
    try:
        return psutil.Process(int(process)).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_processes_end_with_the_command_that_started_them(slow):
    run = f"running.run(Path({str(slow)!r}), jobs=2, out=Path({str(parts_of(slow))!r}))"
    code = f"from pathlib import Path; from course_utils import running; {run}"
    command = subprocess.Popen([sys.executable, "-c", code])
    while not (parts_of(slow) / "begun.txt").exists():
        assert command.poll() is None
        time.sleep(0.02)
    command.kill()
    command.wait()
    while any(map(alive, {process for _, process in begun(slow)})):
        time.sleep(0.02)  # the limit of the test is that of its patience
    there = len(begun(slow))
    outcome = running.run(slow, jobs=2)
    runs = [run for run, _ in begun(slow)]
    assert outcome.parts == 11 and there < len(runs) <= 13  # two were in the middle of one
    assert found(read(outcome)) == AS_ONE


def test_only_runs_what_is_named_and_what_that_chooses_from(choosing):
    outcome = running.run(choosing, only=["scored"])
    assert list(read(outcome).train_hashes) == ["choose", "scored"]
    assert read(outcome).settings("choose") == ["at 9", "at 4", "at 3", "at 1"]
    assert read(outcome).select("scored", "chosen")[0]["options"] == {"rate": 3}


def test_runs_stand_in_the_order_of_their_sweep(choosing):
    record = read(running.run(choosing, seeds=[10, 2]))
    assert record.settings("scored") == ["chosen", "as published"]
    assert [run["seed"] for run in record.select("scored", "chosen")] == [10, 2]


def test_a_record_keeps_what_is_not_made_anew(choosing):
    running.run(choosing, seeds=[0, 1])
    for part in parts_of(choosing).glob("*.json"):
        part.unlink()
    record = read(running.run(choosing, seeds=[2]))
    assert record.values("scored", "chosen", "loss") == [0, 0.001, 0.002]
    change(choosing, '"as published": {"rate": 7}', '"as published": {"rate": 8}')
    for part in parts_of(choosing).glob("*.json"):
        part.unlink()
    record = read(running.run(choosing, seeds=[3], only=["scored"]))
    assert [run["seed"] for run in record.select("scored", "chosen")] == [3]
    assert len(record.select("aside")) == 1
    assert record.train_hashes == sources.train_hashes(choosing)
    change(choosing, '"train:aside"', '"train:elsewhere"')
    change(choosing, 'records.sweep("aside"', 'records.sweep("elsewhere"')
    assert "aside" not in read(running.run(choosing, seeds=[3], only=["scored"])).train_hashes


def test_parts_of_an_earlier_version_keep_their_order(chapter):
    change(
        chapter,
        '{"a": {"factor": 1}, "b": {"factor": 2}}',
        '{"b": {"factor": 2}, "a": {"factor": 1}}',
    )
    outcome = running.run(chapter, seeds=[0])
    assert read(outcome).settings("first") == ["b", "a"]
    for path in parts_of(chapter).glob("*.json"):
        part = json.loads(path.read_text())
        path.write_text(json.dumps({key: part[key] for key in part if key not in NEW}))
    outcome.record.unlink()
    assert read(running.run(chapter, seeds=[0])).settings("first") == ["a", "b"]


NEW = {"began", "place", "profile"}


@pytest.mark.parametrize(
    ("experiment", "setting", "told"),
    [
        ("x", "a/1", "the setting 'a/1' cannot be in the name of a file: it has '/' in it"),
        ("x", "a\\1", "in it"),
        ("x", "..", "it begins or ends with a space, a dot or a hyphen"),
        ("x", "a--b", "it has '--' in it"),
        ("x", "-a", "begins or ends"),
        ("x", "a ", "begins or ends"),
        ("x", "", "it is empty"),
        ("x", "what?", "it has '[?]' in it"),
        ("x", "a\n", "in it"),
        ("x", "\ud800", "in it"),
        ("x", "A", "Windows cannot tell it from 'a'"),
        ("x", "ä" * 51, "it is longer than 100 bytes"),
        ("../x", "b", "the experiment '../x' cannot"),
        ("", "b", "the experiment '' cannot"),
    ],
)
def test_a_name_that_no_file_can_have_everywhere_is_refused_at_once(experiment, setting, told):
    ran = []
    with pytest.raises(ValueError, match=told):
        records.sweep(experiment, {"a": {}, setting: {}}, lambda **_: ran.append(1))
    assert not ran


def test_the_names_in_use_are_safe():
    for path in (BOOK / "records").glob("*.json"):
        record = records.load(path.stem)
        for experiment in record.train_hashes:
            settings = {name: {} for name in record.settings(experiment)}
            records.sweep(experiment, settings, lambda **_: {"metrics": {}}, seeds=[0])


def test_cells_for_the_book_are_dropped_from_the_script(chapter):
    assert "book alone" not in running.script(chapter)


def test_chapters_that_cannot_run_are_named(chapter, tmp_path):
    with pytest.raises(sources.ChapterError, match="there is no chapter"):
        running.run(tmp_path / "nowhere.md")
    plain = tmp_path / "plain.md"
    plain.write_text("# No code\n")
    with pytest.raises(sources.ChapterError, match="no code cells"):
        running.run(plain)


def test_questions_a_record_cannot_answer_are_errors(chapter):
    record = read(running.run(chapter, seeds=[0]))
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
    """Runs of other code than today's are made again, or marked: `course stale CHAPTER`."""
    record = records.load(path.stem)
    assert record.profile == "full"
    today = sources.train_hashes(path)
    assert record.train_hashes == {name: today[name] for name in record.train_hashes} | {
        name: None for name in record.stale
    }
    assert {run["experiment"] for run in record.runs} == set(record.train_hashes)
    for run in record.runs:
        environment = record.environments[run["environment"]]
        assert environment["data"] != "mini"
        assert environment["versions"]["keras"] and environment["hardware"]


def test_runs_of_code_that_changed_are_marked_and_stay(chapter):
    path = running.run(chapter, seeds=[0]).record
    before = records.load("sums")
    assert records.mark_stale("sums", sources.train_hashes(chapter)) == [] == before.stale
    assert records.load("sums") == before
    change(chapter, '"b": {"factor": 2}', '"b": {"factor": 4}')
    assert records.mark_stale("sums", sources.train_hashes(chapter)) == ["first"]
    marked = records.load("sums")
    assert marked.stale == ["first"] and marked.runs == before.runs
    assert marked.train_hashes["second"] == before.train_hashes["second"]
    assert path == running.run(chapter, seeds=[0]).record
    assert records.load("sums").stale == []


def test_a_seed_that_diverged_has_a_number_in_no_statistic(chapter):
    running.run(chapter, seeds=[0, 1])
    record = records.load("sums")  # its loss is nan
    assert record.values("first", "a", "loss") == [None, None]
    assert record.statistic("first", "a", "loss", "n") == 2
    for name in ("mean", "sd", "min", "max"):
        with pytest.raises(ValueError, match="no finite loss for seed 0, 1: the run diverged"):
            record.statistic("first", "a", "loss", name)
    with pytest.raises(ValueError, match="first/b has no finite loss"):
        record.paired(("first", "b", "loss"), ("first", "a", "score"))


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
    clean = running.commit()
    record.write_text("2\n")
    assert running.commit() == clean and not clean.endswith("+")
    source.write_text("2\n")
    assert running.commit() == clean + "+"
