"""Build the whole book into _build/html: `make book`, or python -m bookkit.build

Everything is read afresh and any warning fails the build; chapters whose inputs did not change are
taken from the execution cache (see bookkit/sphinx/execution.py). With the pages come the wheel of
`course_utils` and the chapters as clean notebooks, which the install cell and the launch links
of the published site need.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bookkit import ROOT, publish, wheels
from course_utils import records


def build_pages(output: Path, *, quiet: bool = False) -> int:
    """Run Jupyter Book on book/; the exit status is 0 only when nothing was warned of."""
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command += [
        "build",
        str(ROOT / "book"),
        "--path-output",
        str(output),
        "--all",
        "--warningiserror",
        "--keep-going",
    ]
    command += ["--quiet"] if quiet else []
    status = subprocess.run(command, cwd=ROOT).returncode
    if status:
        # The next build must find the same fault again, not a page that was half made.
        shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
    return status


def build_notebooks(folder: Path) -> None:
    """Write the chapters as notebooks without directives, as they are published."""
    shutil.rmtree(folder, ignore_errors=True)
    publish.write(folder)


def describe_environment(folder: Path, wheel: Path) -> None:
    """Say what Binder has to install to run the published notebooks."""
    folder.mkdir()
    package = f"course-utils[student] @ {publish.SITE}/wheels/{wheel.name}\n"
    (folder / "requirements.txt").write_text(package, "utf-8")
    (folder / "runtime.txt").write_text("python-3.11\n", "utf-8")


def stale_runs() -> Iterator[tuple[str, str]]:
    """Each record with experiments that are marked stale, and their names."""
    for path in sorted((ROOT / "book" / "records").glob("*.json")):
        if stale := records.load(path.stem).stale:
            yield path.stem, ", ".join(stale)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--path-output",
        type=Path,
        default=ROOT,
        metavar="FOLDER",
        help="folder that gets _build (default: the repository)",
    )
    parser.add_argument("--quiet", action="store_true", help="show warnings only")
    arguments = parser.parse_args()
    output = arguments.path_output.resolve()
    html = output / "_build" / "html"
    failed = output / "_build" / "executed" / "failed.txt"  # by bookkit/sphinx/execution.py
    failed.unlink(missing_ok=True)
    started = time.monotonic()

    # A page that is no longer in the book must not stay in the site.
    shutil.rmtree(html, ignore_errors=True)
    status = build_pages(output, quiet=arguments.quiet)
    if status:
        said = failed.read_text("utf-8") if failed.is_file() else ""
        print(f"\nThe book has faults, named above. {said}", file=sys.stderr)
        return status
    wheel = wheels.build(html / "wheels")
    build_notebooks(html / "notebooks")
    describe_environment(html / "binder", wheel)
    (html / ".nojekyll").touch()
    for name, experiments in stale_runs():
        print(f"Runs to be made again, for their code has changed: {name}: {experiments}")
    seconds = time.monotonic() - started
    print(f"\nThe book is in {html} ({seconds:.0f} s; wheel {wheel.name}).")
    print("Read it with: make serve   (pages use module scripts, which browsers block on file://)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
