"""Grade everything in grading/submitted and write the feedback: what `make grade` runs.

    python -m bookkit.grade [ASSIGNMENT ...] [--force] [--root FOLDER]

Submissions that did not change since the last run are not run again; their feedback is renewed, so
run it once more after marking by hand. Ends with one line for every submission, and with exit
status 1 when one of them could not be graded.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from nbgrader.converters.base import NbGraderException
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bookkit import ROOT
from course_utils.cli import print_anything
from course_utils.grading.classroom import (
    NOT_GRADED,
    Verdict,
    export,
    grade,
    strays,
    submissions,
)
from course_utils.grading.release import GradebookError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Grade everything in grading/submitted.")
    parser.add_argument("assignment", nargs="*", help="which assignments; all when none is named")
    parser.add_argument("--force", action="store_true", help="run unchanged submissions again")
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder of the course")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    print_anything()
    # A pipe or a log file has no width of its own: names must not be cut there.
    console = Console(width=None if sys.stdout.isatty() else 200)

    found = submissions(root, options.assignment)
    if not found and not strays(root):
        folder = Path("grading/submitted/STUDENT") / (options.assignment or ["ASSIGNMENT"])[0]
        console.print(
            f"Nothing was submitted: there is no {folder} folder under {root}.", markup=False
        )
        return 1
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            bar = progress.add_task("grading", total=len(found))
            verdicts = grade(
                root,
                options.assignment,
                force=options.force,
                before=lambda one: progress.update(
                    bar, description=escape(f"{one.assignment} {one.student}")
                ),
                after=lambda verdict: progress.advance(bar),
            )
        export(root, root / "grading" / "grades.csv")
    except GradebookError as error:
        console.print(f"Grading stopped. {error}", markup=False)
        return 1
    except NbGraderException as error:
        console.print(f"Nothing was graded. {error}", markup=False)
        return 1
    console.print(_table(verdicts))
    console.print(_summary(verdicts), highlight=False)
    return int(any(verdict.state == NOT_GRADED for verdict in verdicts))


def _table(verdicts: list[Verdict]) -> Table:
    table = Table("assignment", "student", "verdict", "points", "to mark by hand", "remarks")
    for one in verdicts:
        table.add_row(
            escape(one.assignment),
            escape(one.student),
            f"[red]{one.state}[/red]" if one.state == NOT_GRADED else one.state,
            f"{one.score:g} of {one.max_score:g}" if one.assignment else "",
            str(one.unread or ""),
            escape(one.note),
        )
    return table


def _summary(verdicts: list[Verdict]) -> str:
    states = Counter(verdict.state for verdict in verdicts)
    counts = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    unread = sum(verdict.unread for verdict in verdicts)
    waiting = "1 answer waits" if unread == 1 else f"{unread} answers wait"
    marking = f" {waiting} to be marked by hand; run this again afterwards." if unread else ""
    return (
        f"{len(verdicts)} submissions: {counts}.{marking}\n"
        "Feedback is in grading/feedback, grades are in grading/grades.csv."
    )


if __name__ == "__main__":
    sys.exit(main())
