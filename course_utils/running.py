"""Running a chapter as a plain script, and at full scale: what ``course run`` does.

A chapter is the only source of its experiments. Cells tagged ``train`` hold what every experiment
of the chapter depends on, cells tagged ``train:NAME`` what only the experiment NAME depends on. A
record carries the hash of all that these reach (`course_utils.sources`), so a record that no longer
belongs to its chapter is found.
"""

from __future__ import annotations

import ast
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_utils import records
from course_utils.sources import ChapterError, code_cells, train_hashes

__all__ = [
    "Outcome",
    "Step",
    "choices",
    "commit",
    "data_files",
    "end_of",
    "ordered",
    "parts_folder",
    "run",
    "script",
    "start",
    "with_choices",
    "work",
]

PAUSE = 0.05  # seconds between two looks at the processes

# Runs a program as `python PROGRAM` does, and ends it when the process that started it has ended,
# however that was: nothing is written to its input, which ends with its writer.
RUN = """
import os, runpy, sys, threading
threading.Thread(target=lambda: os.read(0, 1) or os._exit(1), daemon=True).start()
runpy.run_path(sys.argv[1], run_name="__main__")
"""

# One thread each, in NumPy, TensorFlow and JAX; on a card, memory as it is needed.
ONE_OF_SEVERAL = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "NPROC": "1",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
}


def script(chapter: Path) -> str:
    """The chapter's code as one plain Python script, without the cells tagged ``book-only``.

    A line ``# %% cell 3 of 40`` stands before each cell.
    """
    sources = [source for source, tags in code_cells(chapter) if "book-only" not in tags]
    marked = [f"# %% cell {i} of {len(sources)}\n{s}" for i, s in enumerate(sources, start=1)]
    return "\n\n".join(marked) + "\n"


def _sweeps(source: str) -> dict[str, str]:
    """The experiments that a cell sweeps, in order, and the name that holds the results of each."""
    found = {}
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(
                    func=ast.Attribute(attr="sweep"), args=[ast.Constant(value=str(experiment)), *_]
                ),
            ):
                found[experiment] = name
    return found


def choices(chapter: Path) -> dict[str, set[str]]:
    """Experiment to the experiments whose results it reads, in the order of the sweeps.

    ``lists`` reads ``lists-choose`` when one of its cells has the name that holds the results of
    ``lists_choose = records.sweep("lists-choose", …)``.
    """
    cells = code_cells(chapter)
    names = {name: exp for source, _ in cells for exp, name in _sweeps(source).items()}
    reads = {}
    for experiment in names.values():
        own = [source for source, tags in cells if tags & {"train", f"train:{experiment}"}]
        loaded = {
            node.id
            for node in ast.walk(ast.parse("\n".join(own)))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        reads[experiment] = {names[name] for name in loaded & names.keys()} - {experiment}
    return reads


def with_choices(wanted: Iterable[str], reads: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Experiments and all whose results they read, directly or through others, in their order."""
    needed: set[str] = set()
    todo = set(wanted)
    while todo:
        needed |= todo
        todo = {other for one in todo for other in reads.get(one, ())} - needed
    return tuple(sorted(needed, key=list(reads).index))


def data_files(programs: Mapping[str, str]) -> list[Path]:
    """The files of the data sets that programs load, each program by its chapter's name.

    ChapterError for a data set that is not named where it is loaded.
    """
    from course_utils import datasets

    names = set()
    for chapter, program in programs.items():
        for node in ast.walk(ast.parse(program)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="datasets"), attr="load"), args=args
                ):
                    match args:
                        case [ast.Constant(), ast.Constant(value="mini")]:
                            pass
                        case [ast.Constant(value=str(name)), *_]:
                            names.add(name)
                        case _:
                            raise ChapterError(
                                f"{chapter} has {ast.unparse(node)}: name the data set there, so "
                                "that it is known which one to send along"
                            )
    found = (datasets.real_file(name) for name in sorted(names))
    return [path for path in found if path]


def commit() -> str | None:
    """The commit of the checkout, with ``+`` behind it when its sources differ; None outside git.

    Records do not count: they are what a run writes, and nothing that it depends on.
    """
    git = ["git", "-C", str(records.home())]
    try:
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True
        )
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", ":/", ":!/book/records"],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return None
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "") or None


@dataclass(frozen=True)
class Step:
    """A program to be run, and what is asked of its sweeps."""

    program: Path
    orders: records.Orders


def work(
    steps: Sequence[Step], environment: Mapping[str, str], *, jobs: int = 1, end: float = math.inf
) -> bool:
    """Run the steps in `jobs` processes, which share their parts; whether all is done.

    Each process goes through the steps in order, and on to the next where nothing is left for it.
    A process that is killed is replaced, and the part that it was in is made again; the `jobs`-th
    death ends the run, as an error does. What others are making then is finished first.
    environment: variables beside those of this process
    end: seconds since 1970; who works then is killed
    Raises ChapterError, with the part that it happened in, for an error or too many deaths.
    """
    began = datetime.now(UTC).isoformat(timespec="milliseconds")
    steps = [replace(step, orders=replace(step.orders, began=began)) for step in steps]
    _clear(steps)
    at = dict.fromkeys(range(jobs), 0)  # the step of each worker

    def begin(worker: int) -> subprocess.Popen[bytes]:
        """What a chapter prints is read from the first process alone."""
        output = subprocess.DEVNULL if worker else None
        return start(steps[at[worker]], environment, alone=jobs == 1, stdout=output)

    workers = {worker: begin(worker) for worker in at}
    deaths, in_time = 0, True
    failure: ChapterError | None = None
    try:
        while workers:
            time.sleep(PAUSE)
            if time.time() > end:
                return False
            ended = {worker: p for worker, p in workers.items() if p.poll() is not None}
            for worker, process in ended.items():
                del workers[worker]
                step, status = steps[at[worker]], process.returncode
                if status == records.TimeIsUp.exit_code:
                    in_time = False
                    continue
                if status == 0:
                    at[worker] += 1
                elif status < 0 and (deaths := deaths + 1) < jobs:
                    print(f"{_end_of(process, step)}; it is begun again", file=sys.stderr)
                else:
                    if failure is None:
                        message = f"{_end_of(process, step)}; see above"
                        failure = ChapterError(message, step.program.stem)
                    for step in steps:
                        step.orders.stop.touch()
                if at[worker] < len(steps) and failure is None:
                    workers[worker] = begin(worker)
    finally:
        for process in workers.values():
            process.kill()
            process.wait()
        _clear(steps)
    if failure is not None:
        raise failure
    return in_time


def _clear(steps: Iterable[Step]) -> None:
    """Remove what processes tell each other while they work."""
    for step in steps:
        for told in (step.orders.stop, *Path(step.orders.out).glob(step.orders.note("*").name)):
            told.unlink(missing_ok=True)


def _end_of(process: subprocess.Popen[bytes], step: Step) -> str:
    """How a process ended, and in which part."""
    note = step.orders.note(process.pid)
    place = f" in {note.read_text('utf-8')}" if note.exists() else ""
    return end_of(step.program.stem, place, process.returncode)


def end_of(program: str, place: str, status: int) -> str:
    """How a program ended, in words: ``gru was killed in copy / 10 / seed 0 (exit status -9)``."""
    how = "was killed" if status < 0 else "stopped with an error"
    return f"{program} {how}{place} (exit status {status})"


def start(
    step: Step, environment: Mapping[str, str], *, alone: bool, **streams: Any
) -> subprocess.Popen[bytes]:
    """One process that runs a step, with one thread unless it is alone; it ends with this one.

    streams: ``stdout`` and ``stderr``, as for `subprocess.Popen`
    """
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(step.program)],
        cwd=step.orders.out,
        env={
            **({} if alone else ONE_OF_SEVERAL),
            **os.environ,
            **environment,
            "COURSE_RUN": step.orders.dumps(),
            "COURSE_OUT": step.orders.out,
            "MPLBACKEND": "agg",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONUNBUFFERED": "1",
        },
        stdin=subprocess.PIPE,
        **streams,
    )


@dataclass(frozen=True)
class Outcome:
    """What ``course run`` did: whether all is done, and the record (None before the first part)."""

    done: bool
    record: Path | None
    parts: int


def run(
    chapter: Path,
    *,
    profile: str = "full",
    seeds: Sequence[int] = (0, 1, 2),
    backend: str | None = None,
    limit_minutes: float | None = None,
    only: Sequence[str] = (),
    jobs: int = 1,
    elsewhere: Callable[[Step, Mapping[str, str]], bool] | None = None,
    out: Path | None = None,
) -> Outcome:
    """Run a chapter as a script and, in the full profile, merge what came out into its record.

    Every finished run (one setting, one seed) is a part on disk in ``out`` (by default
    ``_build/runs/CHAPTER/PROFILE``); the same command again goes on where the last one stopped.
    only: the experiments to run, with those whose results they read; all by default.
    jobs: processes that share the parts. With more than one each has one thread, and the program
    ends with its last experiment.
    elsewhere: what runs the step in their place, as `cluster.work` does; whether all is done.
    Raises ChapterError when the chapter cannot be read or one of its cells fails.
    """
    name = chapter.stem
    orders = ordered(chapter, seeds=seeds, only=only)
    folder = (out or parts_folder(name, profile)).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"{name}.py"
    program.write_text(script(chapter), "utf-8")
    orders = replace(
        orders,
        out=str(folder),
        deadline=None if limit_minutes is None else time.time() + 60 * limit_minutes,
        last=orders.last if jobs > 1 or elsewhere else None,
    )
    environment = {"COURSE_PROFILE": profile} | ({"KERAS_BACKEND": backend} if backend else {})
    step = Step(program, orders)
    done = elsewhere(step, environment) if elsewhere else work([step], environment, jobs=jobs)

    finished = len(list(folder.glob(records.PARTS)))
    record = None
    if profile == "full" and finished:
        record = records.merge(folder, name, profile, orders.train_hashes)
    return Outcome(done=done, record=record, parts=finished)


def ordered(chapter: Path, *, seeds: Sequence[int], only: Sequence[str] = ()) -> records.Orders:
    """The orders to run a chapter, all but where, when and how long.

    Raises ChapterError when the chapter has not all experiments of `only`.
    """
    hashes = train_hashes(chapter)
    unknown = set(only) - set(hashes)
    if unknown:
        raise ChapterError(
            f"{chapter} has no experiment {', '.join(sorted(unknown))}; it has {', '.join(hashes)}"
        )
    reads = choices(chapter)
    wanted = with_choices(only, reads) if only else tuple(reads)
    return records.Orders(
        out="",
        seeds=tuple(seeds),
        train_hashes=hashes,
        commit=commit(),
        only=wanted if only else None,
        last=wanted[-1] if wanted else None,
    )


def parts_folder(name: str, profile: str = "full") -> Path:
    """Where the parts of a chapter are: ``_build/runs/CHAPTER/PROFILE`` of the checkout."""
    return records.home().parent / "_build" / "runs" / name / profile
