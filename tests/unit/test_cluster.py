"""`course run --scheduler`: a real Dask cluster of several processes, some of which are killed.

Each worker has a folder of its own, which the client does not read.
"""

import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from distributed import Client, LocalCluster
from typer.testing import CliRunner

from course_utils import cli, cluster, records, running, sources
from course_utils.datasets import shakespeare

CHAPTER = """---
file_format: mystnb
---

```{code-cell} ipython3
:tags: [train]

import os, signal, time
from pathlib import Path
from course_utils import records, training

LOG = Path("HERE")  # of the test; a chapter knows COURSE_OUT alone
SECONDS = 0
FAILS = None
KILLS = None
HAND = "the program"


def train(rate, seed):
    with (LOG / "begun.txt").open("a") as log:
        print(rate, seed, os.getpid(), os.getppid(), Path.cwd(), file=log)
    time.sleep(SECONDS)
    if (rate, seed) == FAILS:
        raise ValueError("planted")
    if (rate, seed) == KILLS and not (LOG / "killed").exists():
        (LOG / "killed").touch()
        os.kill(os.getpid() if HAND == "the program" else os.getppid(), signal.SIGKILL)
        time.sleep(60)
    Path(os.environ["COURSE_OUT"], f"{rate}-{seed}.model.json").write_text(f"[{rate}, {seed}]")
    return {"metrics": {"loss": (rate - 3) ** 2 + seed / 1000}}
```

```{code-cell} ipython3
:tags: ["train:choose"]

chosen = records.sweep("choose", {f"at {r}": {"rate": r} for r in (9, 4, 3, 1)}, train, seeds=[100])
```

```{code-cell} ipython3
:tags: ["train:scored"]

best = min(chosen, key=lambda run: run["metrics"]["loss"])["options"]
scored = records.sweep("scored", {"chosen": best, "as published": {"rate": 7}}, train)
```

```{code-cell} ipython3
:tags: ["train:aside"]

aside = records.sweep("aside", {"alone": {"rate": 0}}, train, seeds=[5])
```
"""
PARTS = 11


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A scheduler here, and two workers, processes of one thread that are replaced when killed."""
    folder = tmp_path_factory.mktemp("workers")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", local_directory=folder
    ) as workers:
        yield workers.scheduler_address


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A small chapter in a book of its own, whose last experiments choose from the first."""
    book = tmp_path / "book"
    (book / "records").mkdir(parents=True)
    monkeypatch.setattr(records, "home", lambda: book)
    path = book / "choosing.md"
    path.write_text(CHAPTER.replace("HERE", str(tmp_path)), "utf-8")
    return path


def change(chapter, old, new):
    text = chapter.read_text("utf-8")
    assert old in text
    chapter.write_text(text.replace(old, new), "utf-8")


def run(chapter, address, **options):
    return running.run(chapter, elsewhere=functools.partial(cluster.work, address=address), **options)


def parts_of(chapter):
    return chapter.parent.parent / "_build" / "runs" / chapter.stem / "full"


def begun(chapter):
    """Of each run that was begun, in order: rate and seed, and the worker's process."""
    log = chapter.parent.parent / "begun.txt"
    lines = [line.split(" ") for line in log.read_text().splitlines()] if log.exists() else []
    return [(f"{rate} {seed}", int(worker)) for rate, seed, _, worker, _ in lines]


def found(record):
    """All that a record says of its runs but how long they took."""
    return [
        {key: run[key] for key in run.keys() - {"seconds", "began", "environment"}}
        for run in record.runs
    ]


@pytest.fixture
def serial(chapter):
    """What a record has when one process here has made it."""
    running.run(chapter)
    record = records.load("choosing")
    shutil.rmtree(parts_of(chapter))
    (chapter.parent / "records" / "choosing.json").unlink()
    (chapter.parent.parent / "begun.txt").unlink()
    return found(record)


def test_a_cluster_finds_what_one_process_finds(serial, chapter, address, capfd):
    change(chapter, "SECONDS = 0", "SECONDS = 0.2")
    outcome = run(chapter, address)
    assert outcome.done and outcome.parts == PARTS
    record = records.load("choosing")
    assert found(record) == serial
    assert record.train_hashes == sources.train_hashes(chapter)
    runs, workers = zip(*begun(chapter), strict=True)
    assert len(runs) == len(set(runs)) == PARTS
    assert len(set(workers)) == 2 and os.getpid() not in workers
    error = capfd.readouterr().err
    assert error.count("{'loss': ") == PARTS
    assert "scored / as published / seed 2: {'loss': 16.002} in 0 s on tcp://" in error


def test_what_a_part_writes_comes_back_and_nothing_else(chapter, address):
    run(chapter, address, only=["choose"])
    left = {path.name for path in parts_of(chapter).iterdir()}
    assert left == {"choosing.py"} | {
        name
        for rate in (9, 4, 3, 1)
        for name in (f"choose--at {rate}--100.json", f"{rate}-100.model.json")
    }
    assert json.loads((parts_of(chapter) / "4-100.model.json").read_text()) == [4, 100]


def test_a_chapter_is_not_started_afresh_for_each_part(chapter, address):
    run(chapter, address)
    log = (chapter.parent.parent / "begun.txt").read_text().splitlines()
    assert len({line.split(" ")[2] for line in log}) <= 2 < len(log)
    folders = {Path(line.split(" ")[4]) for line in log}
    assert len(folders) <= 2 and parts_of(chapter) not in folders


@pytest.mark.parametrize("hand", ["the program", "the worker"])
def test_what_is_killed_loses_only_its_part(hand, serial, chapter, address, capfd):
    change(chapter, "SECONDS = 0", "SECONDS = 0.1")
    change(chapter, 'HAND = "the program"', f'HAND = "{hand}"')
    change(chapter, "KILLS = None", "KILLS = 7, 1")
    outcome = run(chapter, address)
    assert outcome.done and outcome.parts == PARTS
    assert found(records.load("choosing")) == serial
    runs = [run for run, _ in begun(chapter)]
    assert {run for run in runs if runs.count(run) > 1} == {"7 1"}
    assert len(runs) == PARTS + 1
    if hand == "the program":
        told = "choosing was killed in scored / as published / seed 1 on tcp://"
        assert told in capfd.readouterr().err


def test_what_kills_every_program_ends_the_run(chapter, address):
    change(chapter, "KILLS = None", "KILLS = 7, 0")
    change(chapter, ' and not (LOG / "killed").exists()', "")
    with pytest.raises(sources.ChapterError, match=r"killed in scored / as published / seed 0 on"):
        run(chapter, address)
    assert sum(run == "7 0" for run, _ in begun(chapter)) == cluster.DEATHS


def test_an_error_names_its_part_and_lets_the_others_finish_theirs(chapter, address, capfd):
    change(chapter, "SECONDS = 0", "SECONDS = 0 if rate == 4 else 1")
    change(chapter, "FAILS = None", "FAILS = 4, 100")
    told = r"choosing stopped with an error in choose / at 4 / seed 100 on tcp://.* \(exit status 1"
    with pytest.raises(sources.ChapterError, match=told):
        run(chapter, address)
    assert "ValueError: planted\nThis happened in choose / at 4" in capfd.readouterr().err
    assert [path.name for path in parts_of(chapter).glob(records.PARTS)] == ["choose--at 9--100.json"]


def test_the_time_limit_is_kept_and_the_next_command_goes_on(chapter, address):
    change(chapter, "SECONDS = 0", "SECONDS = 0.4")
    outcome = run(chapter, address, limit_minutes=0)
    assert not outcome.done and outcome.parts == 0 and not begun(chapter)
    outcome = run(chapter, address, limit_minutes=2 / 60)
    there = outcome.parts
    assert not outcome.done and there < PARTS
    assert run(chapter, address).done and len(begun(chapter)) == PARTS


def test_a_client_that_is_killed_loses_only_what_was_being_made(serial, chapter, address):
    change(chapter, "SECONDS = 0", "SECONDS = 0.3")
    code = f"""
import functools
from pathlib import Path
from course_utils import cluster, running
running.run(Path({str(chapter)!r}), out=Path({str(parts_of(chapter))!r}),
            elsewhere=functools.partial(cluster.work, address={address!r}))
"""
    command = subprocess.Popen([sys.executable, "-c", code])
    while len(list(parts_of(chapter).glob(records.PARTS))) < 4:
        assert command.poll() is None
        time.sleep(0.02)
    command.kill()
    command.wait()
    there = {path: path.read_bytes() for path in parts_of(chapter).glob(records.PARTS)}
    outcome = run(chapter, address)
    assert outcome.done and found(records.load("choosing")) == serial
    assert {path: path.read_bytes() for path in there} == there
    assert PARTS <= len(begun(chapter)) <= PARTS + 3


def test_nobody_trains_on_for_a_client_that_is_gone(chapter, address):
    change(chapter, "SECONDS = 0", "SECONDS = 60")
    with Client(address, set_as_default=False) as client:
        told = cluster.Told(
            chapter="choosing",
            program=running.script(chapter),
            orders=records.Orders(out="", told=True),
            environment={"COURSE_PROFILE": "full"},
            mirror=False,
            needs=cluster.installed(),
        )
        future = client.submit(cluster.make, told, {}, "choose--at 4--100.json")
        while not begun(chapter):
            time.sleep(0.02)
        (process,) = {
            int(line.split(" ")[2])
            for line in (chapter.parent.parent / "begun.txt").read_text().splitlines()
        }
        future.release()
        psutil.Process(process).wait(timeout=5)
