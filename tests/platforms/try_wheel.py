"""Does the wheel work on this system? Run as: python tests/platforms/try_wheel.py

Builds the wheel of course_utils, installs it for a student into a new virtual environment, and lets
`course check` judge two notebooks of the first assignment there: one with the right answers, one
with a mistake. Needs Python and the package index, and nothing of the course's own environment, so
that it runs on Windows and macOS as it does on Linux.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "01-order"
BANK = ROOT / "tests/exercises/banks/a01_order/running_parity_checks.py"


def grade_id(cell: dict) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def write_notebooks(folder: Path) -> tuple[Path, Path, str]:
    """A notebook with the right answers, one with a mistake, and what must be said of it."""
    spec = importlib.util.spec_from_file_location("bank", BANK)
    bank = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bank)
    mistake, diagnosis = next(iter(bank.WRONG.values()))

    source = json.loads((ROOT / "solutions" / NAME / f"{NAME}.ipynb").read_text("utf-8"))
    answers = {
        grade_id(cell): cell["source"]
        for cell in source["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    paths = []
    for name, replaced in (("right", {}), ("wrong", {bank.SOLUTION_CELL: mistake})):
        notebook = json.loads((ROOT / "exercises" / NAME / f"{NAME}.ipynb").read_text("utf-8"))
        for cell in notebook["cells"]:
            if (identity := grade_id(cell)) in answers:
                cell["source"] = replaced.get(identity, answers[identity])
        path = folder / f"{name}.ipynb"
        path.write_text(json.dumps(notebook), "utf-8")
        paths.append(path)
    return *paths, diagnosis


def check(course: Path, right: Path, wrong: Path, diagnosis: str) -> list[str]:
    """What `course check` does otherwise than it should; nothing if all is well."""
    faults = []
    for path, status, words in ((right, 0, "Everything holds"), (wrong, 1, diagnosis)):
        done = subprocess.run(
            [str(course), "check", str(path)],
            capture_output=True,
            cwd=path.parent,
            env={**os.environ, "COLUMNS": "1000", "PYTHONIOENCODING": "utf-8"},
            timeout=900,
        )
        said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
        if done.returncode != status or words.casefold() not in said.casefold():
            faults.append(
                f"the {path.stem} notebook: status {done.returncode}, expected {status} and the "
                f"words {words!r} in\n{said}"
            )
    return faults


def main() -> int:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--wheel-dir", str(folder), str(ROOT)], check=True)
        (wheel,) = folder.glob("course_utils-*.whl")
        venv.create(folder / "student", with_pip=True)
        programs = folder / "student" / ("Scripts" if os.name == "nt" else "bin")
        install = [programs / "python", "-m", "pip", "install", "--quiet", f"{wheel}[student]"]
        subprocess.run(install, check=True)
        faults = check(programs / "course", *write_notebooks(folder))
    print("\n\n".join(faults) or f"{wheel.name} works here: right work holds, a mistake is named.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
