"""`course run --scheduler`: a real Dask cluster of several processes, some of which are killed.

Each worker has a folder of its own, which the client does not read.
"""

import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from distributed import Client, LocalCluster
from typer.testing import CliRunner

from course_utils import cli, cluster, records, running, sources
from course_utils.datasets import shakespeare
from tests.helpers.choosing import SWEEPS, change

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
"""
PARTS = 11
ROOT = Path(cluster.__file__).parents[1]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A scheduler here, and two workers, processes of one thread that are replaced when killed."""
    folder = tmp_path_factory.mktemp("workers")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", local_directory=folder
    ) as workers:
        yield workers.scheduler_address


def small_chapter(folder):
    """A chapter in a book of its own, whose last experiments choose from the first."""
    (folder / "book" / "records").mkdir(parents=True)
    path = folder / "book" / "choosing.md"
    path.write_text(CHAPTER.replace("HERE", str(folder)) + SWEEPS, "utf-8")
    return path


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    path = small_chapter(tmp_path)
    monkeypatch.setattr(records, "home", lambda: path.parent)
    monkeypatch.setattr(cluster, "PATIENCE", 60)  # machines that test may be busy
    return path


def run(chapter, address, **options):
    work = functools.partial(cluster.work, address=address)
    return running.run(chapter, elsewhere=work, **options)


def parts_of(chapter):
    return chapter.parent.parent / "_build" / "runs" / chapter.stem / "full"


class Begun(NamedTuple):
    """A run that was begun: of what, by which process of which worker, and in which folder."""

    rate: str
    seed: str
    process: str
    worker: str
    folder: str


def begun(chapter):
    """All that were begun, in order."""
    log = chapter.parent.parent / "begun.txt"
    lines = log.read_text().splitlines() if log.exists() else []
    return [Begun(*line.split(" ")) for line in lines]


def found(record):
    """All that a record says of its runs but when, where and how long they ran."""
    return [
        {key: run[key] for key in run.keys() - {"seconds", "began", "environment"}}
        for run in record.runs
    ]


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    """What a record has that one process here has made."""
    chapter = small_chapter(tmp_path_factory.mktemp("serial"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "home", lambda: chapter.parent)
        running.run(chapter)
        return found(records.load("choosing"))


def test_a_cluster_finds_what_one_process_finds(serial, chapter, address, capfd):
    change(chapter, "SECONDS = 0", "SECONDS = 0.2")
    outcome = run(chapter, address)
    assert outcome.done and outcome.parts == PARTS
    record = records.load("choosing")
    assert found(record) == serial
    assert record.train_hashes == sources.train_hashes(chapter)
    error = capfd.readouterr().err
    assert error.count("{'loss': ") == PARTS
    assert "scored / as published / seed 2: {'loss': 16.002} in 0 s on tcp://" in error

    runs = begun(chapter)
    assert len({(run.rate, run.seed) for run in runs}) == len(runs) == PARTS
    assert len({run.worker for run in runs}) == 2
    assert len({run.process for run in runs}) == 2  # none is started afresh for each part
    assert len({run.folder for run in runs}) == 2
    assert str(parts_of(chapter)) not in {run.folder for run in runs}

    left = {path.name for path in parts_of(chapter).iterdir()}
    models = {f"{run.rate}-{run.seed}.model.json" for run in runs}
    assert left - {path.name for path in parts_of(chapter).glob(records.PARTS)} == (
        models | {"choosing.py"}
    )
    assert json.loads((parts_of(chapter) / "4-100.model.json").read_text()) == [4, 100]


@pytest.mark.parametrize("hand", ["the program", "the worker"])
def test_what_is_killed_loses_only_its_part(hand, serial, chapter, address, capfd):
    change(chapter, "SECONDS = 0", "SECONDS = 0.1")
    change(chapter, 'HAND = "the program"', f'HAND = "{hand}"')
    change(chapter, "KILLS = None", "KILLS = 7, 1")
    outcome = run(chapter, address)
    assert outcome.done and outcome.parts == PARTS
    assert found(records.load("choosing")) == serial
    runs = [(run.rate, run.seed) for run in begun(chapter)]
    assert len(runs) == PARTS + 1 and runs.count(("7", "1")) == 2
    if hand == "the program":
        told = "choosing was killed in scored / as published / seed 1 on tcp://"
        assert told in capfd.readouterr().err


def test_what_kills_every_program_ends_the_run(chapter, address):
    change(chapter, "KILLS = None", "KILLS = 7, 0")
    change(chapter, ' and not (LOG / "killed").exists()', "")
    with pytest.raises(sources.ChapterError, match=r"killed in scored / as published / seed 0 on"):
        run(chapter, address)
    assert sum(run[:2] == ("7", "0") for run in begun(chapter)) == cluster.DEATHS


def test_an_error_names_its_part_and_lets_the_others_finish_theirs(chapter, address, capfd):
    change(chapter, "time.sleep(SECONDS)", "time.sleep(rate != 4)")
    change(chapter, "FAILS = None", "FAILS = 4, 100")
    told = r"choosing stopped with an error in choose / at 4 / seed 100 on tcp://.* \(exit status 1"
    with pytest.raises(sources.ChapterError, match=told):
        run(chapter, address)
    assert "ValueError: planted\nThis happened in choose / at 4" in capfd.readouterr().err
    (kept,) = parts_of(chapter).glob(records.PARTS)
    assert kept.name == "choose--at 9--100.json"


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
cluster.PATIENCE = 60
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
        future.release()
        psutil.Process(int(begun(chapter)[0].process)).wait(timeout=30)


def test_the_data_sets_of_a_chapter_go_along(chapter, address, tmp_path, monkeypatch):
    (tmp_path / "mirror").mkdir()
    text = ("to be or " * shakespeare.LENGTH)[: shakespeare.LENGTH]
    (tmp_path / "mirror" / "shakespeare.txt").write_text(text)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirror"))  # the workers have none
    change(chapter, "import records, training", "import datasets, records")
    change(chapter, "KILLS = None", 'KILLS = None\ntext = datasets.load("shakespeare")')
    change(chapter, "seeds=[100])", "seeds=[100], data=text.train[:8])")
    run(chapter, address, only=["choose"])
    assert {made["data"] for made in records.load("choosing").environments} == {"to be or"}


@pytest.fixture(scope="module")
def alone():
    """A scheduler that has no worker."""
    with LocalCluster(n_workers=0, dashboard_address=":0") as workers:
        yield workers.scheduler_address


@contextmanager
def starting(package, folder, address, when="true"):
    """A worker that has another package than is here; `when` is what it waits for, in sh."""
    dask = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
    options = ["--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    process = subprocess.Popen(
        ["sh", "-c", f'until {when}; do sleep 0.05; done; exec "$@"', "sh", *dask, *options],
        env={**os.environ, "PYTHONPATH": str(package)},
        cwd=package,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def worker_with(package, folder, address):
    """The same, once it is there."""
    with starting(package, folder, address), Client(address) as client:
        client.wait_for_workers(1)
        yield


def test_a_worker_with_another_package_is_refused(chapter, alone, tmp_path):
    shutil.copytree(Path(cluster.__file__).parent, tmp_path / "other" / "course_utils")
    with (tmp_path / "other" / "course_utils" / "trials.py").open("a") as trials:
        trials.write("BATCH = 8\n")
    told = r"the worker tcp://.* has course_utils \w{12}, and here is \w{12}.*: install the same"
    with (
        worker_with(tmp_path / "other", tmp_path, alone),
        pytest.raises(cluster.ClusterError, match=told),
    ):
        run(chapter, alone)
    assert not begun(chapter)


@pytest.fixture
def none(tmp_path):
    """A folder in which Python finds no package of ours."""
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "course_utils.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'course_utils'\")"
    )
    return tmp_path / "none"


def test_a_worker_without_the_package_is_refused(chapter, alone, none, tmp_path):
    told = r"the worker tcp://.* cannot import course_utils \(.*No module named 'course_utils'"
    with (
        worker_with(none, tmp_path, alone),
        pytest.raises(cluster.ClusterError, match=told),
    ):
        run(chapter, alone)


def test_a_worker_without_the_package_that_comes_later_is_refused(
    chapter, address, none, tmp_path, monkeypatch
):
    change(chapter, "SECONDS = 0", "SECONDS = 20")
    monkeypatch.setattr(cluster, "LOOK", 0.2)
    with (
        starting(none, tmp_path, address, when=f"test -e {tmp_path}/begun.txt"),
        pytest.raises(cluster.ClusterError, match="cannot import course_utils"),
    ):
        run(chapter, address)


def test_a_scheduler_without_the_package_is_refused(chapter, none, tmp_path):
    with (
        scheduler_with(none) as (_, address),
        starting(ROOT, tmp_path, address),
        pytest.raises(cluster.ClusterError, match=r"scheduler tcp://.* cannot import course_utils"),
    ):
        run(chapter, address)


@contextmanager
def scheduler_with(package):
    """A scheduler in a process of its own, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", port, "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": str(package)},
        cwd=package,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, f"tcp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_a_scheduler_that_is_gone_is_told_and_what_came_back_is_kept(chapter, tmp_path):
    change(chapter, "SECONDS = 0", "SECONDS = 0.3")
    with scheduler_with(ROOT) as (scheduler, address), starting(ROOT, tmp_path, address):

        def kill():
            while len(begun(chapter)) < 3:
                time.sleep(0.02)
            scheduler.kill()

        threading.Thread(target=kill).start()
        with pytest.raises(cluster.ClusterError, match=r"scheduler at .* is gone; .* to go on"):
            run(chapter, address)
    assert len(list(parts_of(chapter).glob(records.PARTS))) >= 2


@pytest.mark.parametrize("name", ["Python", "Keras"])
def test_a_worker_with_another_version_is_refused(name):
    there = {**cluster.installed(), name: "1.0"}
    with pytest.raises(cluster.ClusterError, match=f"worker tcp://x has {name} 1.0, and here is"):
        cluster._refuse_others("worker tcp://x", there, cluster.installed())
    cluster._refuse_others("worker tcp://x", cluster.installed(), cluster.installed())


def test_a_scheduler_without_workers_is_told_at_once(chapter, alone, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(cluster.ClusterError, match=f"no worker. Start some: dask worker {alone}"):
        run(chapter, alone)


def test_an_address_where_no_scheduler_answers_is_told_at_once(chapter, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(cluster.ClusterError, match=f"no Dask scheduler answers at {address}"):
            run(chapter, address)  # refused
        mute.listen()
        with pytest.raises(cluster.ClusterError, match=r"\(silence\)"):
            run(chapter, address)
    with pytest.raises(cluster.ClusterError, match="missing port number"):
        run(chapter, "10.0.0.5")


def course(*words):
    return CliRunner().invoke(cli.app, ["run", *map(str, words)])


def test_the_command_line_says_what_is_wrong(chapter, monkeypatch):
    done = course(chapter, "--scheduler", "tcp://x:1", "--jobs", 2)
    assert done.exit_code == 2
    assert "--jobs 2 and --scheduler tcp://x:1 exclude each other" in done.stderr
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = course(chapter, "--scheduler", "tcp://x:1")
    assert done.exit_code == 2
    assert "not installed here: pip install 'course-utils[cluster]'" in done.stderr
