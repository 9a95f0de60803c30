"""The package as wheels that the site offers: the one of today, and what was published before."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bookkit import ROOT

__all__ = ["build", "write_index"]


def build(folder: Path) -> Path:
    """Put the wheel of course_utils, and pages that pip can read, into `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    # The same commit gives the same bytes.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    (wheel,) = folder.glob("course_utils-*.whl")
    write_index(folder)
    return wheel


def write_index(folder: Path) -> None:
    """List the wheels in `folder` in the pages that pip reads.

    `index.html` is for ``--find-links``, `course-utils/index.html` for ``--index-url``.
    """
    names = sorted(path.name for path in folder.glob("*.whl"))
    (folder / "course-utils").mkdir(exist_ok=True)
    for page, way in (("index.html", ""), ("course-utils/index.html", "../")):
        links = "<br>\n".join(f'<a href="{way}{name}">{name}</a>' for name in names)
        text = (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Wheels</title>'
            f"</head><body>{links}</body></html>\n"
        )
        (folder / page).write_text(text, "utf-8")
