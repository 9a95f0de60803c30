"""Run records: what ran, on what, with which versions and seeds, and what came out.

A chapter runs its experiments through :func:`sweep`. While the book is built that is all: the runs
happen at small scale, in the chapter. Under ``course run`` each run is also written to disk the
moment it is done, and is not run again when the command is repeated; ``course run`` then merges
the parts into one record, ``book/records/CHAPTER.json``, the source of every full-scale number in
the book. Several processes that run the same chapter into the same folder share its parts.
"""

from __future__ import annotations

import json
import logging
import math
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import IO, Any, NamedTuple

from course_utils import plain, training
from course_utils._home import home

__all__ = [
    "Orders",
    "Paired",
    "Record",
    "TimeIsUp",
    "home",
    "load",
    "mark_stale",
    "merge",
    "sweep",
    "write_whole",
]

PARTS = "*--*--*.json"  # EXPERIMENT--SETTING--SEED.json
ENVIRONMENT = ("data", "versions", "backend", "hardware", "commit")
LONGEST_NAME = 100  # bytes; a file's name may have 255
SAME_SETTINGS = (
    "Settings may depend on nothing but earlier results, so that they are the same everywhere"
)
WAIT = 0.2  # seconds between two looks at what other processes have finished

STUDENT = {  # 97.5 % points of Student's t, by the number of pairs
    2: 12.706,
    3: 4.303,
    4: 3.182,
    5: 2.776,
    6: 2.571,
}


class TimeIsUp(SystemExit):
    """The time limit of ``course run`` is reached; what is done is on disk."""

    exit_code = 75  # "try again later", as sysexits.h has it

    def __init__(self, message: str) -> None:
        super().__init__(self.exit_code)
        self.message = message


# Running ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Orders:
    """What ``course run`` asks of a chapter's sweeps; it travels in COURSE_RUN, as JSON.

    out: the folder of the parts   began: when this was asked   seeds: for sweeps that name none
    train_hashes: experiment to the hash of what its results hang on   commit: of the sources
    deadline: seconds since 1970   only: the experiments to run, None for all
    last: the experiment that ends the program where it has nothing left to do, None to go on
    told: whether the program makes a part only when it is told to, see `request`
    """

    out: str
    began: str | None = None
    seeds: tuple[int, ...] = (0, 1, 2)
    train_hashes: Mapping[str, str] = field(default_factory=dict)
    commit: str | None = None
    deadline: float | None = None
    only: tuple[str, ...] | None = None
    last: str | None = None
    told: bool = False

    def dumps(self) -> str:
        """The orders as JSON, for COURSE_RUN."""
        return json.dumps(asdict(self))

    @classmethod
    def given(cls) -> Orders | None:
        """The orders in COURSE_RUN; None outside ``course run``."""
        words = os.environ.get("COURSE_RUN")
        return cls(**json.loads(words)) if words else None

    @property
    def stop(self) -> Path:
        """The file whose presence says that no further part is to be begun."""
        return Path(self.out, "stop")

    def note(self, process: int | str) -> Path:
        """The file that says which part a process is working on."""
        return Path(self.out, f"{process}.working")

    @property
    def request(self) -> Path:
        """The file that names the part to be made, as JSON; null only asks what is missing.

        A program that is told takes it away when all is done and `missing` has the answer.
        """
        return Path(self.out, "request.json")

    @property
    def missing(self) -> Path:
        """The file with the answer: the names of the parts that the sweep lacked, as JSON."""
        return Path(self.out, "missing.json")

    def past(self, seconds: float = 0.0) -> bool:
        """Whether the deadline lies less than this many seconds ahead."""
        return self.deadline is not None and time.time() + seconds > self.deadline


def _environment() -> dict[str, Any]:
    """What a result may depend on, besides the code."""
    backend = sys.modules["keras"].backend.backend() if "keras" in sys.modules else None
    packages = [name for name in ("keras", backend, "numpy") if name]
    return {
        "versions": {"python": platform.python_version()}
        | {name: metadata.version(name) for name in packages if name in sys.modules},
        "backend": backend,
        "hardware": _hardware(),
    }


def _hardware() -> str:
    """The accelerators, or else the number of CPU cores."""
    if os.environ.get("KERAS_BACKEND") == "jax" and "jax" in sys.modules:
        gpus = [d.device_kind for d in sys.modules["jax"].devices() if d.platform == "gpu"]
    elif "tensorflow" in sys.modules:
        config = sys.modules["tensorflow"].config
        gpus = [
            config.experimental.get_device_details(d).get("device_name", "GPU")
            for d in config.list_physical_devices("GPU")
        ]
    else:
        gpus = []
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ", ".join(gpus) or f"{cores} CPU cores ({platform.machine()})"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is either whole or not there; its folder is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)


def _write(path: Path, content: Any) -> None:
    """Write JSON, whole or not at all."""
    write_whole(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def _plain(value: Any) -> Any:
    """As a record has it: text for keys, floats to six digits, null where not finite."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): rounded(part) for key, part in value.items()}
        if isinstance(value, list):
            return [rounded(part) for part in value]
        if isinstance(value, float):
            return float(f"{value:.6g}") if math.isfinite(value) else None
        return value

    return rounded(plain.simplify(value))


def _showing_every_option(
    settings: Mapping[str, Mapping[str, Any]],
) -> dict[str, Mapping[str, Any]]:
    """The settings, in order, that have an option's value which none before them had."""
    seen: list[tuple[str, Any]] = []
    chosen = {}
    for name, options in settings.items():
        new = [option for option in options.items() if option not in seen]
        if new or not options:
            chosen[name] = options
        seen += new
    return chosen


def _refuse_names(experiment: str, settings: Iterable[str]) -> None:
    """ValueError for a name that cannot be part of a file's name everywhere, or not be told apart.

    A part is the file EXPERIMENT--SETTING--SEED.json, on Windows as on Linux.
    """
    seen: dict[str, str] = {}
    for kind, name in [("experiment", experiment), *(("setting", name) for name in settings)]:
        forbidden = re.search(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]|--', name)
        edges = name[:1] + name[-1:]
        if forbidden:
            problem = f"it has {forbidden[0]!r} in it"
        elif not name:
            problem = "it is empty"
        elif set(edges) & set(" .-"):
            problem = "it begins or ends with a space, a dot or a hyphen"
        elif len(name.encode()) > LONGEST_NAME:
            problem = f"it is longer than {LONGEST_NAME} bytes"
        elif kind == "setting" and seen.setdefault(name.casefold(), name) != name:
            problem = f"Windows cannot tell it from {seen[name.casefold()]!r}"
        else:
            continue
        raise ValueError(
            f"the {kind} {name!r} cannot be in the name of a file: {problem}. Rename it: letters, "
            "digits, single hyphens, dots and spaces between them are fine, as in 'lstm at 0.003'"
        )


@dataclass(frozen=True, eq=False)
class _Part:
    """One run of a sweep, which is to be made or lies on disk."""

    experiment: str
    setting: str
    options: Mapping[str, Any]
    seed: int
    place: tuple[int, int]  # the numbers of its setting and of its seed in the sweep, from 0

    def __str__(self) -> str:
        return f"{self.experiment} / {self.setting} / seed {self.seed}"

    def path(self, orders: Orders) -> Path:
        return Path(orders.out, f"{self.experiment}--{self.setting}--{self.seed}.json")

    def make(self, train: Callable[..., Mapping[str, Any]]) -> dict[str, Any]:
        """Train. What `train` raises gets a note that names the part."""
        start = time.perf_counter()
        try:
            result = train(seed=self.seed, **self.options)
        except Exception as error:
            error.add_note(f"This happened in {self}.")
            raise
        return {
            "experiment": self.experiment,
            "setting": self.setting,
            "options": _plain(self.options),
            "seed": self.seed,
            "metrics": _plain(result["metrics"]),
            "history": _plain(result.get("history", {})),
            "seconds": round(time.perf_counter() - start, 1),
        }

    def found(self, orders: Orders) -> dict[str, Any] | None:
        """The finished run as it is on disk; None when it is not, or was made by other code."""
        path = self.path(orders)
        if not path.exists():
            return None
        run: dict[str, Any] = json.loads(path.read_text("utf-8"))
        same = run["train_hash"] == orders.train_hashes.get(self.experiment)
        return run if same and run["options"] == _plain(self.options) else None

    def keep(self, run: dict[str, Any], data: str | None, orders: Orders) -> None:
        """Write a finished run to disk, with what it was made with."""
        told = {
            "began": orders.began,
            "place": self.place,
            "profile": training.profile(),
            "data": data,
            "train_hash": orders.train_hashes.get(self.experiment),
            "commit": orders.commit,
        }
        _write(self.path(orders), run | told | _environment())


def _lock(file: IO[bytes]) -> bool:
    """Take the operating system's lock on a file unless another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextmanager
def _claimed(part: _Part, orders: Orders) -> Iterator[bool]:
    """Whether this process has the part to itself in the block.

    The claim is a lock on a file beside the part, which the operating system takes back when the
    process ends, however it ends. The file goes when the part is there. Meanwhile another one says
    what the process is working on; it stays when that comes to nothing.
    """
    path = part.path(orders)
    claim, note = path.with_suffix(".claim"), orders.note(os.getpid())
    with claim.open("ab") as file:
        mine = _lock(file)
        if mine:
            note.write_text(str(part), "utf-8")
        yield mine
    if mine:
        note.unlink(missing_ok=True)
        if path.exists():
            with suppress(PermissionError):  # on Windows, while another process looks
                claim.unlink(missing_ok=True)


def _shared(
    parts: list[_Part],
    train: Callable[..., Mapping[str, Any]],
    data: str | None,
    orders: Orders,
) -> list[dict[str, Any]]:
    """The runs of all parts, in order: read, made here, or made by another process meanwhile."""
    runs: dict[_Part, dict[str, Any]] = {}

    def has(part: _Part) -> bool:
        if part not in runs and (run := part.found(orders)) is not None:
            runs[part] = run
        return part in runs

    while missing := [part for part in parts if not has(part)]:
        begun = False
        for part in missing:
            if has(part):
                continue
            if orders.stop.exists():
                raise SystemExit
            with _claimed(part, orders) as mine:
                if mine and not has(part):
                    if orders.past(max((run["seconds"] for run in runs.values()), default=0)):
                        raise TimeIsUp(f"time is up before {part}")
                    begun = True
                    runs[part] = run = part.make(train)
                    part.keep(run, data, orders)
                    print(f"{part}: {run['metrics']} in {run['seconds']:.0f} s", file=sys.stderr)
        if not begun:
            if missing[0].experiment == orders.last:
                raise SystemExit
            time.sleep(WAIT)
    return [runs[part] for part in parts]


def _told(
    parts: list[_Part],
    train: Callable[..., Mapping[str, Any]],
    data: str | None,
    orders: Orders,
) -> list[dict[str, Any]]:
    """The runs of all parts, in order; made here is what is requested, part by part.

    Where nothing is missing, the request is left to the next sweep.
    """
    while True:
        while not orders.request.exists():
            time.sleep(WAIT)
        runs = [part.found(orders) for part in parts]
        missing = {
            part.path(orders).name: part
            for part, run in zip(parts, runs, strict=True)
            if run is None
        }
        if not missing:
            return [run for run in runs if run is not None]
        wanted = json.loads(orders.request.read_text("utf-8"))
        if wanted is not None:
            if wanted not in missing:
                raise ValueError(
                    f"{wanted} is none of the parts that {parts[0].experiment} lacks here: "
                    f"{', '.join(missing)}. {SAME_SETTINGS}"
                )
            part = missing[wanted]
            part.keep(part.make(train), data, orders)
        _write(orders.missing, list(missing))
        orders.request.unlink()


def sweep(
    experiment: str,
    settings: Mapping[str, Mapping[str, Any]],
    train: Callable[..., Mapping[str, Any]],
    *,
    seeds: Iterable[int] | None = None,
    data: str | None = None,
) -> list[dict[str, Any]]:
    """Run ``train(seed=seed, **setting)`` for every setting and every seed.

    ``train`` returns a mapping with ``metrics`` (name to number) and, if it has one, ``history``
    (name to a list, one number an epoch). ``seeds`` defaults to those of ``course run --seeds``,
    else to (0, 1, 2). ``data`` says where the data came from. Returns a list of runs, in order:
    each a dict with ``experiment``, ``setting``, ``options``, ``seed``, ``metrics``, ``history``
    and ``seconds``.

    Under ``course run`` a run that is already on disk is read, not repeated, and TimeIsUp is
    raised when the next run would probably end after the time limit. Other processes that run the
    same chapter into the same folder make other runs meanwhile; all get all of them. With
    ``--only`` the experiments that are not asked for give only what is on disk.

    TensorFlow's hints about retracing are silenced: a sweep makes one model after the other.
    In the smoke profile the first seed is all, and of the settings only those run that show an
    option's value for the first time: every kind of layer, but not every pair of kind and rate.

    ValueError for a name that no file could have on every system.
    """
    _refuse_names(experiment, settings)
    orders = Orders.given()
    if seeds is None:
        seeds = orders.seeds if orders else (0, 1, 2)
    if training.profile() == "smoke":
        seeds, settings = list(seeds)[:1], _showing_every_option(settings)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    parts = [
        _Part(experiment, name, options, seed, (number, nth))
        for nth, seed in enumerate(seeds)
        for number, (name, options) in enumerate(settings.items())
    ]
    if orders is None:
        return [part.make(train) for part in parts]
    if orders.only is not None and experiment not in orders.only:
        return [run for part in parts if (run := part.found(orders))]
    runs = (_told if orders.told else _shared)(parts, train, data, orders)
    if experiment == orders.last:
        raise SystemExit
    return runs


# Reading ------------------------------------------------------------------------------------------


class Paired(NamedTuple):
    """What a change makes: the mean of paired differences, half its 95 % interval, the pairs."""

    mean: float
    half: float
    pairs: int


@dataclass(frozen=True)
class Record:
    """All runs of a chapter's experiments, with where they ran and on what.

    train_hashes: experiment to the hash of what its runs hang on (`course_utils.sources`); None for
    an experiment that is marked stale: its code has changed since, or was never put on record.
    """

    chapter: str
    profile: str
    train_hashes: dict[str, str | None]
    environments: list[dict[str, Any]]
    runs: list[dict[str, Any]] = field(repr=False)

    def select(self, experiment: str, setting: str | None = None) -> list[dict[str, Any]]:
        """The runs of one experiment and, if named, one setting. KeyError when there are none."""
        runs = [
            run
            for run in self.runs
            if run["experiment"] == experiment and setting in (None, run["setting"])
        ]
        if not runs:
            known = sorted({f"{run['experiment']}/{run['setting']}" for run in self.runs})
            raise KeyError(f"no runs of {experiment}/{setting} in the record; it has {known}")
        return runs

    @property
    def stale(self) -> list[str]:
        """The experiments that are marked, and have to run again to vouch for today's code."""
        return [name for name, made_by in self.train_hashes.items() if made_by is None]

    def where(self, experiment: str) -> str:
        """On what an experiment ran, in words: ``Keras on jax, NVIDIA H200 and 2 CPU cores``."""
        ran = [self.environments[run["environment"]] for run in self.select(experiment)]
        backends = dict.fromkeys(str(environment["backend"]) for environment in ran)
        hardware = dict.fromkeys(environment["hardware"] for environment in ran)
        return f"Keras on {' and '.join(backends)}, {' and '.join(hardware)}"

    def settings(self, experiment: str) -> list[str]:
        """The names of an experiment's settings, in the order in which they ran."""
        return list(dict.fromkeys(run["setting"] for run in self.select(experiment)))

    def values(self, experiment: str, setting: str, metric: str) -> list[float]:
        """One number a seed. ``metric`` may be ``seconds``."""
        runs = self.select(experiment, setting)
        return [run["seconds"] if metric == "seconds" else run["metrics"][metric] for run in runs]

    def _finite(self, experiment: str, setting: str, metric: str) -> list[float]:
        """One number a seed; ValueError where a run diverged, so that there is none."""
        values = self.values(experiment, setting, metric)
        if None in values:
            runs = self.select(experiment, setting)
            seeds = [run["seed"] for run, value in zip(runs, values, strict=True) if value is None]
            raise ValueError(
                f"{experiment}/{setting} has no finite {metric} for seed "
                f"{', '.join(map(str, seeds))}: the run diverged. Say so in the text, and take a "
                "statistic that has a value there, or another setting"
            )
        return values

    def mean(self, experiment: str, setting: str, metric: str) -> float:
        """The mean over seeds. ValueError, as for every statistic, when one of them diverged."""
        return statistics.fmean(self._finite(experiment, setting, metric))

    def sd(self, experiment: str, setting: str, metric: str) -> float:
        """The sample standard deviation over seeds (n − 1); 0 for one seed."""
        values = self._finite(experiment, setting, metric)
        return statistics.stdev(values) if len(values) > 1 else 0.0

    def statistic(self, experiment: str, setting: str, metric: str, name: str) -> float:
        """``name`` is mean, sd, min, max or n (the number of seeds)."""
        known: dict[str, Callable[[], float]] = {
            "mean": lambda: self.mean(experiment, setting, metric),
            "sd": lambda: self.sd(experiment, setting, metric),
            "min": lambda: min(self._finite(experiment, setting, metric)),
            "max": lambda: max(self._finite(experiment, setting, metric)),
            "n": lambda: len(self.values(experiment, setting, metric)),
        }
        if name not in known:
            raise KeyError(f"unknown statistic {name!r}; choose one of {', '.join(known)}")
        return known[name]()

    def paired(self, changed: tuple[str, str, str], plain: tuple[str, str, str]) -> Paired:
        """The difference changed − plain, seed by seed, with the interval of Student's t.

        changed, plain: experiment, setting and metric of each. Seeds that only one of them has do
        not count; of a single pair nothing can be told, and `half` is infinite. ValueError for no
        pair, or for more than Student's t is listed for.
        """
        one, other = (
            dict(
                zip(
                    [run["seed"] for run in self.select(*place[:2])],
                    self._finite(*place),
                    strict=True,
                )
            )
            for place in (changed, plain)
        )
        differences = [one[seed] - other[seed] for seed in one if seed in other]
        n = len(differences)
        if n != 1 and n not in STUDENT:
            raise ValueError(f"{changed} and {plain} have {n} pairs, expected 1 to {max(STUDENT)}")
        mean = statistics.fmean(differences)
        if n == 1:
            return Paired(mean, math.inf, n)
        return Paired(mean, STUDENT[n] * statistics.stdev(differences) / math.sqrt(n), n)

    def minutes(self, *places: tuple[str, ...]) -> float:
        """How long all runs of these took together; of each place experiment and setting count."""
        settings = {(experiment, setting) for experiment, setting, *_ in places}
        return sum(sum(self.values(one, setting, "seconds")) for one, setting in settings) / 60

    def history(self, experiment: str, setting: str, metric: str) -> list[list[float]]:
        """The learning curves, one list a seed, one number an epoch."""
        return [run["history"][metric] for run in self.select(experiment, setting)]


def load(chapter: str) -> Record:
    """The committed record of a chapter, by its name: ``load("mnist-rows")``."""
    path = home() / "records" / f"{chapter}.json"
    if not path.exists():
        known = sorted(p.stem for p in path.parent.glob("*.json"))
        raise FileNotFoundError(f"no run record named {chapter!r}; there are {known}")
    return Record(**json.loads(path.read_text("utf-8")))


def mark_stale(chapter: str, train_hashes: Mapping[str, str]) -> list[str]:
    """Mark the experiments of a record that other code made than today's; returns their names.

    train_hashes: as `sources.train_hashes` finds them now. Runs and their numbers stay.
    """
    record = load(chapter)
    stale = [name for name, by in record.train_hashes.items() if by != train_hashes.get(name)]
    hashes = {name: None if name in stale else by for name, by in record.train_hashes.items()}
    _write(home() / "records" / f"{chapter}.json", vars(replace(record, train_hashes=hashes)))
    return stale


def merge(parts: Path, chapter: str, profile: str, train_hashes: Mapping[str, str]) -> Path:
    """Merge the parts in a folder into ``book/records/CHAPTER.json``; returns its path.

    train_hashes: experiment name to the hash of what its runs hang on. Parts made by other code are
    left out. A part takes the place of the record's run of the same experiment, setting and seed,
    and of all the record's runs of its experiment that other code made; the record's other runs
    stay, but for experiments that the chapter has no more. An experiment's settings stand in the
    order of its sweep; so do the seeds of each, and those that were asked for later come later.
    Each distinct environment (versions, backend, hardware, commit, data source) is written once
    and runs refer to it by number. FileNotFoundError when no part is left.
    """
    new = [json.loads(p.read_text("utf-8")) for p in sorted(parts.glob(PARTS))]
    new = [run for run in new if run.pop("train_hash") == train_hashes.get(run["experiment"])]
    if not new:
        raise FileNotFoundError(f"{parts} holds no finished runs of today's code")
    for run in new:
        run.pop("profile", None)
        run["environment"] = {key: run.pop(key) for key in ENVIRONMENT}
    made = {_identity(run) for run in new}
    renewed = {run["experiment"] for run in new}
    path = home() / "records" / f"{chapter}.json"
    old = load(chapter) if path.exists() else Record(chapter, profile, {}, [], [])
    hashes = {name: made_by for name, made_by in old.train_hashes.items() if name in train_hashes}
    stale = {name for name in hashes if hashes[name] != train_hashes[name]}
    kept = [
        run | {"environment": old.environments[run["environment"]]}
        for run in old.runs
        if run["experiment"] in hashes.keys() - (stale & renewed) and _identity(run) not in made
    ]
    runs = sorted(kept + new, key=_order)
    environments: list[dict[str, Any]] = []
    for run in runs:
        if run["environment"] not in environments:
            environments.append(run["environment"])
        run["environment"] = environments.index(run["environment"])
    hashes |= {name: train_hashes[name] for name in renewed}
    hashes = dict(sorted(hashes.items()))
    _write(path, vars(Record(chapter, profile, hashes, environments, runs)))
    return path


def _identity(run: Mapping[str, Any]) -> tuple[str, str, int]:
    return run["experiment"], run["setting"], run["seed"]


def _order(run: Mapping[str, Any]) -> tuple[str, int, str, int]:
    """Where a run stands in a record; those from before parts said their place come first."""
    number, nth = run.get("place", (-1, -1))
    return run["experiment"], number, run.get("began", ""), nth
