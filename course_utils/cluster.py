"""A chapter's parts on a Dask cluster: what ``course run --scheduler`` does.

A cluster shares no disk, so everything travels as a value: there go the chapter's program, its
orders, the parts that are finished, and once the files of its data sets; back come the files that
the program has written. On the workers a process runs the program, makes the part that it is told
to, and waits at its sweep for the next one.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from course_utils import records, running, sources

__all__ = ["ClusterError", "work"]

PATIENCE = 10  # seconds until a scheduler has answered, and until it has a worker
LOOK = 5  # seconds between two looks at how many workers there are
DEATHS = 3  # of a chapter's processes, as Dask allows a task three workers; then the run ends
IDLE = 60  # seconds that a process waits on a worker for its next part


class ClusterError(RuntimeError):
    """A cluster cannot be reached, or cannot run what runs here."""


@dataclass(frozen=True)
class Told:
    """What a worker has to know of a run, whatever part it makes.

    environment: variables for the program   mirror: whether data sets were sent along
    needs: what has to be installed, as `installed` says it
    """

    chapter: str
    program: str
    orders: records.Orders
    environment: Mapping[str, str]
    mirror: bool
    needs: Mapping[str, str | None]


@dataclass(frozen=True)
class Answer:
    """What became of a request.

    files: what the program has written, by name   missing: the parts that its sweep lacked
    status: of the program, when it has ended   said: its last words on stderr   worker: its address
    """

    files: Mapping[str, bytes]
    missing: tuple[str, ...]
    status: int | None
    said: str
    worker: str


# Here ---------------------------------------------------------------------------------------------


def work(step: running.Step, environment: Mapping[str, str], *, address: str) -> bool:
    """Run a step on the cluster whose scheduler is at an address; whether all is done.

    Each thread of a worker makes one part at a time; workers may come and go. What a part has
    written is in the step's folder as soon as it is made. A part whose worker dies is made again
    elsewhere; so is, twice at most, one whose own process is killed. After an error what the others
    are making is finished first.
    environment: variables for the program, beside those of the workers
    Raises ClusterError when the cluster cannot run the step, ChapterError for an error in it.
    """
    program = step.program.read_text("utf-8")
    full = environment["COURSE_PROFILE"] == "full"
    data = running.data_files({step.program.stem: program}) if full else []
    began = datetime.now(UTC).isoformat(timespec="milliseconds")
    told = Told(
        chapter=step.program.stem,
        program=program,
        orders=replace(step.orders, out="", deadline=None, began=began, told=True),
        environment=environment,
        mirror=bool(data),
        needs=installed(),
    )
    with _connected(address) as client:
        import distributed

        _refuse_another_scheduler(client, told.needs)
        for file in data:
            client.upload_file(str(file), load=False)
        try:
            return _hand_out(client, told, step.orders)
        except (distributed.CancelledError, distributed.comm.core.CommClosedError):
            raise ClusterError(
                f"the scheduler at {address} is gone; what came back is in {step.orders.out}. Run "
                "the same command again to go on"
            ) from None


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of the cluster. ClusterError when there is none, or no worker, in ten seconds."""
    try:
        importlib.import_module("distributed")
    except ImportError:
        raise ClusterError(
            "a cluster needs Dask, which is not installed here: pip install 'course-utils[cluster]'"
        ) from None
    client = _reached(address)
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ClusterError(
                f"the scheduler at {address} has no worker. Start some: dask worker {address}"
            ) from None
        yield client


def _reached(address: str) -> Any:
    """A client of the scheduler. In a thread, for Dask itself waits on what accepts but is mute."""
    import distributed

    came: dict[str, Any] = {}

    def reach() -> None:
        try:
            seconds = round(PATIENCE / 3, 1)  # of each of its two calls
            came["client"] = distributed.Client(address, timeout=seconds)
        except Exception as error:  # of what is no scheduler, almost anything may come
            came["error"] = error

    thread = threading.Thread(target=reach, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if "client" not in came:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({came.get('error', 'silence')}). "
            "`dask scheduler` starts one and says its address, as in tcp://10.0.0.5:8786"
        )
    return came["client"]


def _hand_out(client: Any, told: Told, orders: records.Orders) -> bool:
    """Have the missing parts of all sweeps made, sweep by sweep; whether all is done."""
    import distributed

    folder = Path(orders.out)
    out: dict[Any, str | None] = {}  # what was asked of the workers; None: what is missing?
    todo: list[str] = []
    made: set[str] = set()
    checked: set[str] = set()  # workers
    deaths, in_time, ended = 0, True, False
    failure: Exception | None = None

    def ask(wanted: str | None) -> None:
        known = {path.name: path.read_bytes() for path in folder.glob(records.PARTS)}
        out[client.submit(make, told, known, wanted, pure=False)] = wanted

    _threads(client, told.needs, checked)
    ask(None)
    while out:
        for future in _first(list(out)):
            wanted = out.pop(future)
            try:
                answer: Answer = future.result()
            except distributed.KilledWorker:
                failure = sources.ChapterError(
                    f"{told.chapter} has ended every worker that it was given to{_in(wanted)}",
                    told.chapter,
                )
                continue
            except distributed.comm.core.CommClosedError:
                raise
            except (ClusterError, ImportError, OSError) as error:
                failure = ClusterError(f"a worker has failed{_in(wanted)}: {error}")
                continue
            _keep(answer.files, folder, last=wanted)
            if answer.status:
                place = f"{_in(wanted)} on {answer.worker}"
                end = running.end_of(told.chapter, place, answer.status)
                deaths += answer.status < 0
                if answer.status < 0 and deaths < DEATHS and failure is None:
                    print(f"{end}; it is begun again", file=sys.stderr)
                    ask(wanted)
                else:
                    print(answer.said, file=sys.stderr)
                    failure = failure or sources.ChapterError(f"{end}; see above", told.chapter)
            elif wanted is None:
                todo, ended = list(answer.missing), answer.status == 0
                again = made.intersection(todo)
                if again:
                    raise ClusterError(
                        f"{answer.worker} has other options for {', '.join(sorted(again))} than "
                        f"what made them. {records.SAME_SETTINGS}"
                    )
            else:
                made.add(wanted)
                run = json.loads(answer.files[wanted])
                words = f"{run['metrics']} in {run['seconds']:.0f} s on {answer.worker}"
                print(f"{_words(wanted)}: {words}", file=sys.stderr)
        if failure is not None:
            todo = []
        threads = _threads(client, told.needs, checked)
        while todo and len(out) < max(threads, 1):
            if orders.past(_longest(folder, todo[0])):
                todo, in_time = [], False
            else:
                ask(todo.pop(0))
        if not out and not (todo or ended or failure) and in_time:
            ask(None)
    if failure is not None:
        raise failure
    return in_time


def _first(futures: list[Any]) -> set[Any]:
    """Those that are done: one of them at least, or none when it takes long."""
    import distributed

    try:
        done: set[Any] = distributed.wait(futures, LOOK, return_when="FIRST_COMPLETED").done
    except TimeoutError:
        return set()
    return done


def _threads(client: Any, needs: Mapping[str, str | None], checked: set[str]) -> int:
    """How many parts the workers can make at a time. ClusterError for one that is not as we are."""
    threads: dict[str, int] = client.nthreads()
    new = list(threads.keys() - checked)
    there = client.run(installed, workers=new, on_error="return") if new else {}
    for worker, has in there.items():
        if not isinstance(has, OSError):  # not gone again
            _refuse_others(f"worker {worker}", has, needs)
            checked.add(worker)
    return sum(threads.values())


def _refuse_another_scheduler(client: Any, needs: Mapping[str, str | None]) -> None:
    """ClusterError when the scheduler cannot read what passes through it."""
    try:
        has = client.run_on_scheduler(installed)
    except Exception as error:  # whatever importing the package there raises
        has = error
    read = {name: version for name, version in needs.items() if name != "Keras"}
    _refuse_others(f"scheduler {client.scheduler.address}", has, read)


def _keep(files: Mapping[str, bytes], folder: Path, *, last: str | None) -> None:
    """Write files, each whole or not at all, and the part after all that belongs to it."""
    for name in sorted(files, key=lambda name: name == last):
        records.write_whole(folder / name, files[name])


def _longest(folder: Path, part: str) -> float:
    """How many seconds the longest part of the same experiment has taken."""
    same = folder.glob(f"{part.split('--')[0]}--*--*.json")
    return max((json.loads(path.read_text("utf-8"))["seconds"] for path in same), default=0.0)


def _words(part: str) -> str:
    experiment, setting, seed = part.removesuffix(".json").split("--")
    return f"{experiment} / {setting} / seed {seed}"


def _in(part: str | None) -> str:
    return f" in {_words(part)}" if part else ""


# On both sides ------------------------------------------------------------------------------------


@functools.cache
def installed() -> dict[str, str | None]:
    """What has to be the same on all machines: Python's minor version, this package, Keras."""
    package = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        package.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    try:
        keras = metadata.version("keras")
    except metadata.PackageNotFoundError:
        keras = None
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "course_utils": package.hexdigest()[:12],
        "Keras": keras,
    }


def _refuse_others(place: str, has: object, needs: Mapping[str, str | None]) -> None:
    """ClusterError for a place where something else is installed, or nothing."""
    if not isinstance(has, dict):
        raise ClusterError(
            f"the {place} cannot import course_utils ({has}). Install there what is installed "
            "here: package, Keras and its backend"
        )
    for name, version in needs.items():
        if has[name] != version:
            raise ClusterError(
                f"the {place} has {name} {has[name]}, and here is {version}. A record is made by "
                "one version of the code: install the same there"
            )


# On a worker --------------------------------------------------------------------------------------


class _Program:
    """A process that runs a chapter's program in a folder of its own, which ends with it."""

    def __init__(self, told: Told, home: str) -> None:
        """home: the worker's folder."""
        self.told = told
        self.folder = tempfile.TemporaryDirectory(prefix=f"{told.chapter}-", dir=home)
        self.orders = replace(told.orders, out=self.folder.name)
        script = Path(self.folder.name, f"{told.chapter}.py")
        script.write_text(told.program, "utf-8")
        self.said = Path(self.folder.name, "stderr.txt")
        environment = {**told.environment} | ({"COURSE_DATA": home} if told.mirror else {})
        with self.said.open("wb") as stderr:
            self.process = running.start(
                running.Step(script, self.orders),
                environment,
                alone=False,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )

    def ask(self, wanted: str | None, known: Mapping[str, bytes], worker: Any) -> Answer:
        """Have it make a part, or say what is missing, and wait for that.

        ClusterError when nobody waits for the answer any more.
        """
        folder = Path(self.folder.name)
        for path in folder.glob(records.PARTS):
            path.unlink()  # also what it made and nobody has received
        for name, content in known.items():
            (folder / name).write_bytes(content)
        before = self._written()
        records.write_whole(self.orders.request, json.dumps(wanted).encode())
        task = worker.get_current_task()
        while self.orders.request.exists() and self.process.poll() is None:
            if worker.state.tasks[task].state == "cancelled":
                raise ClusterError("nobody waits for this part any more")
            time.sleep(running.PAUSE)
        answered = not self.orders.request.exists()
        own = {self.said, self.orders.request, self.orders.missing}
        after = self._written()
        return Answer(
            files={
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in after.keys() - own
                if after[path] != before.get(path)
            },
            missing=tuple(json.loads(self.orders.missing.read_text("utf-8"))) if answered else (),
            status=None if answered else self.process.wait(),
            said=self.said.read_text("utf-8", "replace")[-8000:],
            worker=worker.address,
        )

    def _written(self) -> dict[Path, int]:
        """All its files, and when they were written, in nanoseconds."""
        paths = Path(self.folder.name).rglob("*")
        return {path: path.stat().st_mtime_ns for path in paths if path.is_file()}

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


class _Waiting:
    """The programs of a worker that wait for their next part; after a minute they end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._timers: dict[_Program, threading.Timer] = {}

    def take(self, told: Told) -> _Program | None:
        """One that runs for this, if there is any."""
        with self._lock:
            program = next((one for one in self._timers if one.told == told), None)
            if program is not None:
                self._timers.pop(program).cancel()
            return program

    def put(self, program: _Program) -> None:
        timer = threading.Timer(IDLE, self._end, [program])
        timer.daemon = True
        with self._lock:
            self._timers[program] = timer
        timer.start()

    def _end(self, program: _Program) -> None:
        with self._lock:
            waits = self._timers.pop(program, None)
        if waits:
            program.end()


_waiting = _Waiting()


def make(told: Told, known: Mapping[str, bytes], wanted: str | None) -> Answer:
    """Make a part on this worker, or say what is missing where the chapter stands.

    known: the finished parts, by their files' names   wanted: the file of the part, None to ask
    ClusterError when what is installed differs.
    """
    import distributed

    worker = distributed.get_worker()
    _refuse_others(f"worker {worker.address}", installed(), told.needs)
    program = _waiting.take(told) or _Program(told, worker.local_directory)
    answer = None
    try:
        answer = program.ask(wanted, known, worker)
    finally:
        if answer is not None and answer.status is None:
            _waiting.put(program)
        else:
            program.end()
    return answer
