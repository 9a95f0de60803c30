"""Chapters on an accelerator host that has no network: what goes there, and what comes back.

`pack` makes one archive of the chapters' programs and all that they need. There ``python run.py``
makes their parts; it needs nothing but Python to begin with, then JAX. `merge` takes the parts in.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path

from course_utils import records, running, sources

__all__ = ["Merged", "PackError", "Packed", "main", "merge", "pack"]

MEGABYTE = 1_000_000
BACKENDS = {"jax", "jaxlib", "tensorflow", "torch"}  # made for one machine: never packed
MOST_JOBS = 3  # on one card; with more, each waits for the others

RUN = '''"""Make the parts that are packed here: python run.py --limit-minutes 14"""

import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY = HERE / "lib"
for wheel in HERE.glob("wheels/*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(LIBRARY)
sys.path[:0] = [str(HERE), str(LIBRARY)]

from course_utils import packing

raise SystemExit(packing.main(HERE))
'''


class PackError(RuntimeError):
    """An archive cannot be made, or there is nothing to take in."""


# Here: what goes there ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Packed:
    """An archive: how large it is, in bytes, and how much of each folder is in it."""

    path: Path
    size: int
    contents: dict[str, int]


def pack(
    chapters: Sequence[Path],
    archive: Path,
    *,
    seeds: Sequence[int] = (0, 1, 2),
    first: Sequence[str] = (),
    have: Path | None = None,
    most_mb: float = 60,
) -> Packed:
    """Write an archive that runs chapters at full scale, and goes on from the parts that are here.

    first: experiments that come before all others, in this order, each after those whose results
    it reads; otherwise the order is that of the chapters and their sweeps
    have: what `pip list` (``--format=json`` or not) or `pip freeze` says there; None packs no wheel
    Raises ChapterError for what is wrong with a chapter, PackError for the rest, and when the
    archive would have more than `most_mb` millions of bytes.
    """
    orders = {chapter.stem: running.ordered(chapter, seeds=seeds) for chapter in chapters}
    if len(orders) < len(chapters):
        raise PackError("two chapters have the same name; pack them one by one")
    steps = list(_steps(chapters, orders, first))
    programs = {chapter.stem: running.script(chapter) for chapter in chapters}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, program in programs.items():
            _put(root / "programs" / f"{name}.py", program)
            for part in _here(orders[name], running.parts_folder(name)):
                _put(root / "parts" / name / part.name, part)
        _put_package(root)
        for file in running.data_files(programs):
            _put(root / "data" / file.name, file)
        if have is not None:
            _download(_missing(programs.values(), _installed(have)), root / "wheels")
        plan = {
            "python": list(sys.version_info[:2]),
            "steps": [{"chapter": name, "orders": asdict(order)} for name, order in steps],
        }
        _put(root / "plan.json", json.dumps(plan, indent=1))
        _put(root / "run.py", RUN)
        return _write(root, archive, most_mb)


def _steps(
    chapters: Sequence[Path], orders: Mapping[str, records.Orders], first: Sequence[str]
) -> Iterator[tuple[str, records.Orders]]:
    """Chapter and orders, the most valuable first; in the end all chapters, as a whole."""
    reads = {chapter.stem: running.choices(chapter) for chapter in chapters}
    for experiment in first:
        having = [name for name in reads if experiment in reads[name]]
        if not having:
            known = sorted({one for name in reads for one in reads[name]})
            raise PackError(f"no chapter has the experiment {experiment}; they have {known}")
        for name in having:
            only = running.with_choices([experiment], reads[name])
            yield name, replace(orders[name], only=only, last=experiment)
    yield from orders.items()


def _here(orders: records.Orders, folder: Path) -> Iterator[Path]:
    """The parts that were made already, by the code that the chapter runs today."""
    for path in sorted(folder.glob(records.PARTS)):
        part = json.loads(path.read_text("utf-8"))
        if part["train_hash"] == orders.train_hashes.get(part["experiment"]):
            yield path


def _put(path: Path, content: str | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        path.write_text(content, "utf-8")
    else:
        shutil.copyfile(content, path)


def _put_package(root: Path) -> None:
    """The package as a source tree, and beside it what it reads of the book."""
    source = Path(__file__).parent
    shutil.copytree(source, root / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    book = records.home()
    if not book.is_relative_to(source):
        for folder in (Path("assets", "models"), Path("records")):
            shutil.copytree(book / folder, root / "book" / folder)
        _put(root / "book" / "claims.yml", book / "claims.yml")


def _installed(have: Path) -> set[str]:
    """The names of the packages that a host has."""
    from packaging.utils import canonicalize_name

    text = have.read_text("utf-8")
    if text.lstrip().startswith("["):
        names = [package["name"] for package in json.loads(text)]
    else:
        names = re.findall(r"^[A-Za-z0-9][\w.-]*", text, re.MULTILINE)
    found = {str(canonicalize_name(name)) for name in names}
    if "jax" not in found:
        raise PackError(
            f"{have} does not name jax, which the host must have. It is to be what "
            "`pip list --format=json` or `pip freeze` says there"
        )
    return found


def _missing(programs: Iterable[str], installed: set[str]) -> list[str]:
    """What to install beside the packages of a host, as ``name==version`` of what is here."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    owners = metadata.packages_distributions()
    imported = {
        name.partition(".")[0]
        for program in programs
        for node in ast.parse(program).body
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    todo = [
        "course-utils",
        "keras",
        *(owner for name in imported for owner in owners.get(name, ())),
    ]
    seen = installed | BACKENDS
    missing = []
    while todo:
        name = str(canonicalize_name(todo.pop()))
        if name in seen:
            continue
        seen.add(name)
        if name != "course-utils":
            missing.append(f"{name}=={metadata.version(name)}")
        needed = map(Requirement, metadata.requires(name) or ())
        todo += [r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return sorted(missing)


def _download(packages: Sequence[str], folder: Path) -> None:
    """The wheels of packages, for a machine like this one."""
    if not packages:
        return
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    done = subprocess.run([*pip, *options, *packages], capture_output=True, text=True)
    if done.returncode:
        raise PackError(f"no wheels of {', '.join(packages)}: {done.stderr.strip()[-500:]}")


def _write(root: Path, archive: Path, most_mb: float) -> Packed:
    """The folder as an archive of the same bytes each time, whole or not at all."""
    partial = archive.with_name(f"{archive.name}.partial-{os.getpid()}")
    contents: dict[str, int] = {}
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            name = path.relative_to(root)
            entry = zipfile.ZipInfo(name.as_posix())
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, path.read_bytes())
            size = file.getinfo(entry.filename).compress_size
            contents[name.parts[0]] = contents.get(name.parts[0], 0) + size
    size = partial.stat().st_size
    if size > most_mb * MEGABYTE:
        partial.unlink()
        parts = sorted(contents.items(), key=lambda one: -one[1])[:3]
        largest = ", ".join(f"{name} {size / MEGABYTE:.1f} MB" for name, size in parts)
        raise PackError(
            f"the archive would have {size / MEGABYTE:.1f} MB, more than {most_mb:g}: {largest}. "
            "Pack fewer chapters, or allow it more"
        )
    partial.replace(archive)
    return Packed(archive, size, contents)


# There: what `python run.py` does -----------------------------------------------------------------


def main(home: Path) -> int:
    """Make the parts that are packed in a folder; returns the exit status.

    0 when all are made, 75 when the time was up before, 1 when a chapter failed. An error ends its
    chapter; the others go on.
    """
    parser = argparse.ArgumentParser("run.py", description="Make the parts that are packed here.")
    parser.add_argument("--limit-minutes", type=float, help="end after this time; go on later")
    parser.add_argument(
        "--jobs", type=int, default=2, choices=range(1, MOST_JOBS + 1), help="processes at a time"
    )
    parser.add_argument("--out", type=Path, default=home / "parts", help="folder of the parts")
    asked = parser.parse_args()
    end = None if asked.limit_minutes is None else time.time() + 60 * asked.limit_minutes
    plan = json.loads((home / "plan.json").read_text("utf-8"))
    _fits(plan["python"], home / "wheels")

    out = asked.out.resolve()
    if out != home / "parts":
        for part in home.glob(f"parts/*/{records.PARTS}"):
            there = out / part.parent.name / part.name
            if not there.exists():
                _put(there, part)
    steps = []
    for step in plan["steps"]:
        name = step["chapter"]
        (out / name).mkdir(parents=True, exist_ok=True)
        orders = replace(records.Orders(**step["orders"]), out=str(out / name), deadline=end)
        steps.append(running.Step(home / "programs" / f"{name}.py", orders))
    environment = {
        "COURSE_PROFILE": "full",
        "KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "jax"),
        "PYTHONPATH": os.pathsep.join(map(str, (home, home / "lib"))),
    }
    if (home / "data").exists():
        environment["COURSE_DATA"] = str(home / "data")

    done, failed = True, False
    while steps:
        try:
            done = running.work(steps, environment, jobs=asked.jobs, end=end or float("inf"))
            break
        except sources.ChapterError as error:
            print(error, file=sys.stderr)
            failed = True
            steps = [step for step in steps if step.program.stem != error.chapter]
    parts = len(list(out.glob(f"*/{records.PARTS}")))
    print(f"{parts} parts are in {out}. Where the book is: course merge FOLDER-WITH-THEM")
    if not done:
        print("The time limit was reached. Run the same command again to go on.")
    return 1 if failed else 0 if done else records.TimeIsUp.exit_code


def _fits(python: Sequence[int], wheels: Path) -> None:
    """SystemExit when there are wheels that are made for another Python than this one."""
    made = [path.name for path in wheels.glob("*.whl") if not path.stem.endswith("-none-any")]
    if made and tuple(python) != sys.version_info[:2]:
        ours, theirs = (".".join(map(str, version[:2])) for version in (sys.version_info, python))
        raise SystemExit(
            f"this is Python {ours}, and these wheels are for {theirs}: {', '.join(made)}. Install "
            f"those packages here, or pack with Python {ours}"
        )


# Here: what comes back ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Merged:
    """The records that were written, how many parts each took in, and what was refused, and why."""

    taken: dict[Path, int]
    refused: dict[Path, str]


def merge(folder: Path) -> Merged:
    """Take the parts in a folder in, each from a folder with its chapter's name.

    They go to the chapter's other parts, so that its next run, here or elsewhere, goes on from
    there, and into its record. Refused is what the chapter of today would not have made.
    Raises PackError when the folder has no parts.
    """
    found = sorted(folder.rglob(records.PARTS))
    if not found:
        raise PackError(f"{folder} has no parts in it (EXPERIMENT--SETTING--SEED.json)")
    chapters = {path.stem: path for path in records.home().rglob("*.md")}
    hashes: dict[str, Mapping[str, str]] = {}
    taken: dict[str, int] = {}
    refused = {}
    for path in found:
        name = path.resolve().parent.name
        if name in chapters and name not in hashes:
            hashes[name] = sources.train_hashes(chapters[name])
        why = _foreign(path, hashes[name]) if name in hashes else f"no chapter is called {name}"
        if why:
            refused[path] = why
            continue
        here = running.parts_folder(name) / path.name
        records.write_whole(here, path.read_bytes())
        taken[name] = taken.get(name, 0) + 1
    return Merged(
        {
            records.merge(running.parts_folder(name), name, "full", hashes[name]): count
            for name, count in taken.items()
        },
        refused,
    )


def _foreign(path: Path, hashes: Mapping[str, str]) -> str:
    """Why a part is none of a chapter with these hashes; empty when it is."""
    try:
        part = json.loads(path.read_text("utf-8"))
        experiment, setting, seed = part["experiment"], part["setting"], part["seed"]
        made_by, profile = part["train_hash"], part.get("profile", "full")
    except (ValueError, KeyError, TypeError) as error:
        return f"it is no part ({type(error).__name__}: {error})"
    if path.name != f"{experiment}--{setting}--{seed}.json":
        return f"it holds {experiment} / {setting} / seed {seed}"
    if experiment not in hashes:
        return f"the chapter has no experiment {experiment}"
    if made_by != hashes[experiment]:
        return "it was made by other code than the chapter runs today"
    if profile != "full":
        return f"it was made in the profile {profile}"
    return ""
