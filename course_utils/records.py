"""Run records: what ran, on what, with which versions and seeds, and what came out.

A chapter runs its experiments through :func:`sweep`. While the book is built that is all: the runs
happen at small scale, in the chapter. Under ``course run`` each run is also written to disk the
moment it is done, and is not run again when the command is repeated; ``course run`` then merges
the parts into one record, ``book/records/CHAPTER.json``, the source of every full-scale number in
the book.
"""

from __future__ import annotations

import json
import logging
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from course_utils import plain, training
from course_utils._home import home

__all__ = ["Paired", "Record", "TimeIsUp", "home", "load", "merge", "sweep"]

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


def _environment() -> dict[str, Any]:
    """What a result may depend on, besides the code."""
    backend = sys.modules["keras"].backend.backend() if "keras" in sys.modules else None
    packages = [name for name in ("keras", backend, "numpy") if name]
    return {
        "versions": {"python": platform.python_version()}
        | {name: metadata.version(name) for name in packages if name in sys.modules},
        "backend": backend,
        "hardware": _hardware(),
        "commit": os.environ.get("COURSE_COMMIT"),
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


def _write(path: Path, content: Any) -> None:
    """Write JSON so that the file is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".partial-{os.getpid()}")
    partial.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    partial.replace(path)


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
    raised when the next run would probably end after the time limit. With ``--only`` the
    experiments that are not named give only what is on disk.

    TensorFlow's hints about retracing are silenced: a sweep makes one model after the other.
    In the smoke profile the first seed is all, and of the settings only those run that show an
    option's value for the first time: every kind of layer, but not every pair of kind and rate.
    """
    if seeds is None:
        seeds = [int(s) for s in os.environ.get("COURSE_SEEDS", "0,1,2").split(",")]
    if training.profile() == "smoke":
        seeds, settings = list(seeds)[:1], _showing_every_option(settings)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    out = os.environ.get("COURSE_OUT")
    deadline = float(os.environ.get("COURSE_DEADLINE", "inf"))
    train_hash = json.loads(os.environ.get("COURSE_TRAIN_HASHES", "{}")).get(experiment)
    only = os.environ.get("COURSE_ONLY")
    skipped = bool(only) and experiment not in str(only).split(",")
    longest = 0.0
    runs = []
    for seed in seeds:
        for name, options in settings.items():
            part = Path(out, f"{experiment}--{name}--{seed}.json") if out else None
            if part and part.exists():
                run = json.loads(part.read_text("utf-8"))
                if run["train_hash"] == train_hash and run["options"] == _plain(options):
                    longest = max(longest, run["seconds"])
                    runs.append(run)
                    continue
            if skipped:
                continue
            if time.time() + longest > deadline:
                raise TimeIsUp(f"{experiment}: time is up before {name}, seed {seed}")
            start = time.perf_counter()
            result = train(seed=seed, **options)
            seconds = time.perf_counter() - start
            longest = max(longest, seconds)
            run = {
                "experiment": experiment,
                "setting": name,
                "options": _plain(options),
                "seed": seed,
                "metrics": _plain(result["metrics"]),
                "history": _plain(result.get("history", {})),
                "seconds": round(seconds, 1),
            }
            runs.append(run)
            if part:
                extra = {"data": data, "train_hash": train_hash, **_environment()}
                _write(part, run | extra)
                print(f"{experiment} / {name} / seed {seed}: {run['metrics']} in {seconds:.0f} s")
    return runs


# Reading ------------------------------------------------------------------------------------------


class Paired(NamedTuple):
    """What a change makes: the mean of paired differences, half its 95 % interval, the pairs."""

    mean: float
    half: float
    pairs: int


@dataclass(frozen=True)
class Record:
    """All runs of a chapter's experiments, with where they ran and on what."""

    chapter: str
    profile: str
    train_hashes: dict[str, str]
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

    def mean(self, experiment: str, setting: str, metric: str) -> float:
        """The mean over seeds."""
        return statistics.fmean(self.values(experiment, setting, metric))

    def sd(self, experiment: str, setting: str, metric: str) -> float:
        """The sample standard deviation over seeds (n − 1); 0 for one seed."""
        values = self.values(experiment, setting, metric)
        return statistics.stdev(values) if len(values) > 1 else 0.0

    def statistic(self, experiment: str, setting: str, metric: str, name: str) -> float:
        """``name`` is mean, sd, min, max or n (the number of seeds)."""
        known: dict[str, Callable[[], float]] = {
            "mean": lambda: self.mean(experiment, setting, metric),
            "sd": lambda: self.sd(experiment, setting, metric),
            "min": lambda: min(self.values(experiment, setting, metric)),
            "max": lambda: max(self.values(experiment, setting, metric)),
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
            {run["seed"]: run["metrics"][metric] for run in self.select(experiment, setting)}
            for experiment, setting, metric in (changed, plain)
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


def merge(parts: Path, chapter: str, profile: str, train_hashes: dict[str, str]) -> Path:
    """Merge the parts in a folder into ``book/records/CHAPTER.json``; returns its path.

    train_hashes: experiment name to the hash of its training cells. Parts made by other cells are
    left out. Each distinct environment (versions, backend, hardware, commit, data source) is
    written once and runs refer to it by number. FileNotFoundError when no part is left.
    """
    runs = [json.loads(p.read_text("utf-8")) for p in sorted(parts.glob("*--*--*.json"))]
    runs = [r for r in runs if r.pop("train_hash") == train_hashes.get(r["experiment"])]
    if not runs:
        raise FileNotFoundError(f"{parts} holds no finished runs of these training cells")
    environments: list[dict[str, Any]] = []
    for run in runs:
        keys = ("data", "versions", "backend", "hardware", "commit")
        environment = {key: run.pop(key) for key in keys}
        if environment not in environments:
            environments.append(environment)
        run["environment"] = environments.index(environment)
    used = {run["experiment"] for run in runs}
    hashes = {name: train_hashes[name] for name in sorted(used)}
    path = home() / "records" / f"{chapter}.json"
    _write(path, vars(Record(chapter, profile, hashes, environments, runs)))
    return path
