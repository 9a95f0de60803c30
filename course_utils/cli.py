"""The ``course`` command: thin, every job is done elsewhere."""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

app = typer.Typer(
    name="course",
    help="Networks That Remember: run a chapter at full scale, check an exercise.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console()
err = Console(stderr=True)


def _fail(message: object) -> None:
    err.print(f"[bold red]course:[/] {escape(str(message))}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)


def _seeds(text: str) -> list[int]:
    if not all(seed.strip().isdigit() for seed in text.split(",")):
        _fail(f"the seeds {text!r} are not whole numbers with commas between them, as in 0,1,2")
    return [int(seed) for seed in text.split(",")]


@app.command()
def run(
    chapter: Annotated[Path, typer.Argument(help="A chapter: book/projects/mnist-rows.md")],
    profile: Annotated[
        str,
        typer.Option(help="quick (the page), full (the record) or smoke (does every cell run?)"),
    ] = "full",
    seeds: Annotated[str, typer.Option(help="Comma-separated seeds")] = "0,1,2",
    backend: Annotated[str | None, typer.Option(help="Keras backend: tensorflow or jax")] = None,
    limit_minutes: Annotated[float | None, typer.Option(help="Stop in time, go on later")] = None,
    only: Annotated[
        str | None,
        typer.Option(help="Comma-separated experiments, with those that they choose from"),
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=1, help="Processes that share the work, one thread each")
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(help="The Dask cluster that does the work: tcp://10.0.0.5:8786"),
    ] = None,
) -> None:
    """Run a chapter and write its run record; the same command again goes on where it stopped."""
    from course_utils import cluster, datasets, running, sources, training

    if scheduler and jobs > 1:
        _fail(
            f"--jobs {jobs} and --scheduler {scheduler} exclude each other: a cluster has as many "
            "jobs at a time as its workers have threads. Leave one of them out"
        )
    if profile not in training.PROFILES:
        _fail(f"the profile {profile!r} is none of {', '.join(training.PROFILES)}")
    try:
        outcome = running.run(
            chapter,
            profile=profile,
            seeds=_seeds(seeds),
            backend=backend,
            limit_minutes=limit_minutes,
            only=only.split(",") if only else (),
            jobs=jobs,
            elsewhere=partial(cluster.work, address=scheduler) if scheduler else None,
        )
    except (sources.ChapterError, cluster.ClusterError, datasets.DatasetError) as error:
        _fail(error)
        return
    if outcome.record:
        out.print(f"{outcome.parts} runs are done; the record is {outcome.record}", markup=False)
    if not outcome.done:
        out.print("The time limit was reached. Run the same command again to go on.")
        raise typer.Exit(75)


@app.command()
def stale(
    chapter: Annotated[Path, typer.Argument(help="The chapter, as text: book/gates/lstm.md")],
) -> None:
    """Mark the experiments whose code has changed since they ran, until they run again."""
    from course_utils import records, sources

    try:
        marked = records.mark_stale(chapter.stem, sources.train_hashes(chapter))
    except (sources.ChapterError, FileNotFoundError) as error:
        _fail(error)
        return
    out.print(f"{chapter.stem}: {', '.join(marked) or 'nothing'} is to run again", markup=False)


@app.command()
def pack(
    chapters: Annotated[list[Path], typer.Argument(help="Chapters: book/gates/lstm.md …")],
    archive: Annotated[Path, typer.Option("-o", "--out", help="The archive: lstm.zip")],
    seeds: Annotated[str, typer.Option(help="Comma-separated seeds")] = "0,1,2",
    first: Annotated[
        str, typer.Option(help="Comma-separated experiments that come before all others")
    ] = "",
    have: Annotated[
        Path | None,
        typer.Option(
            help="The host's `pip list --format=json`; what it lacks is packed", exists=True
        ),
    ] = None,
    most_mb: Annotated[float, typer.Option(help="Make none that is larger")] = 60,
) -> None:
    """Make one archive that runs chapters at full scale on a host without network."""
    from course_utils import datasets, packing, sources

    try:
        packed = packing.pack(
            chapters,
            archive,
            seeds=_seeds(seeds),
            first=first.split(",") if first else (),
            have=have,
            most_mb=most_mb,
        )
    except (sources.ChapterError, packing.PackError, datasets.DatasetError) as error:
        _fail(error)
        return
    for name, size in packed.contents.items():
        out.print(f"{size / 1e6:8.2f} MB {name}", highlight=False)
    out.print(f"{packed.size / 1e6:8.2f} MB {packed.path}, the whole archive. There:", markup=False)
    out.print(f"python -m zipfile -e {packed.path.name} . && python run.py --limit-minutes 14")


@app.command()
def merge(
    folder: Annotated[Path, typer.Argument(help="What came back: a folder for each chapter")],
) -> None:
    """Take in the parts that a packed run has made elsewhere."""
    from course_utils import packing, sources

    try:
        merged = packing.merge(folder)
    except (sources.ChapterError, packing.PackError) as error:
        _fail(error)
        return
    for record, count in merged.taken.items():
        out.print(f"{count} parts are in {record}", markup=False)
    for part, why in merged.refused.items():
        err.print(f"refused: {part}: {why}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2 if merged.refused else 0)


@app.command()
def check(
    notebook: Annotated[
        Path, typer.Argument(help="Your notebook: exercises/01-order/01-order.ipynb")
    ],
) -> None:
    """Run your notebook and say, task by task, what holds and what to look at."""
    from course_utils import checking

    report = checking.check_notebook(notebook)
    checking.render(report)
    raise typer.Exit(report.exit_code)


def print_anything() -> None:
    """Let a character that the terminal or the file cannot hold become its number, as in \\u0142.

    Windows writes into files and pipes in a code page of some 200 characters.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """The console script."""
    print_anything()
    app()
