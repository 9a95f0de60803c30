"""A class that hands in the small course, each student in another way.

`CLASS` has for each student what is handed in and the points that the tests should give for it, out
of the small course's 1 (double) and 2 (total); None means: no grade, but a reason.
"""

import copy
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import small_course
from small_course import DOUBLE, NAME, TOTAL

from course_utils.grading.release import release

ROOT = Path(__file__).resolve().parents[2]

WRONG_DOUBLE = "def double(x):\n    return x"
WRONG_TOTAL = "def total(values):\n    return 3"
WARNS = (
    "import sys, warnings\n\n\ndef double(x):\n"
    "    warnings.warn('take care')\n    print('noise', file=sys.stderr)\n    return 2 * x"
)
STOPS = "import os\n\n\ndef double(x):\n    os._exit(3)"
# They sleep, so that the wait for them takes nothing from the tests beside this one.
LOOPS = "import time\n\n\ndef double(x):\n    while True:\n        time.sleep(0.01)"
DEAF = (
    "import time\n\n\ndef double(x):\n    while True:\n        try:\n            while True:\n"
    "                time.sleep(0.01)\n        except KeyboardInterrupt:\n            pass"
)
PRETENDS = "import sys\nsys.displayhook = lambda value: None\n\n\ndef double(x):\n    return x"
USES_PACKAGE = (
    "from course_utils import __version__\n\n\n"
    "def double(x):\n    return 2 * x if __version__ else None"
)


def cell_of(nb, name):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def keep(nb):
    pass


def without(*names):
    def edit(nb):
        nb.cells = [
            c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names
        ]

    return edit


def tag_everything(nb):
    for cell in nb.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]


def edit_tests(nb):
    for name in ("test-double", "test-total"):
        cell = cell_of(nb, name)
        cell.source = "pass"
        cell.metadata.nbgrader.points = 100


def unflag(nb):
    cell_of(nb, "test-double").metadata.nbgrader.update(grade=False, locked=False)


def lose_metadata(nb):
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)


def copy_test(nb):
    test = cell_of(nb, "test-double")
    nb.cells.insert(nb.cells.index(test), copy.deepcopy(test))


def old_schema(nb):
    for cell in nb.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.schema_version = 1


# student: (answer to double, answer to total, what is done to the notebook, points of the tests)
CLASS = {
    "right": (DOUBLE, TOTAL, keep, 3),
    "half": (DOUBLE, WRONG_TOTAL, keep, 1),
    "blank": (None, None, keep, 0),
    "warns": (WARNS, TOTAL, keep, 3),
    "tags": (WRONG_DOUBLE, TOTAL, tag_everything, 2),
    "deletes-a-test": (DOUBLE, WRONG_TOTAL, without("test-total"), 1),
    "deletes-a-task": (DOUBLE, TOTAL, without("total", "test-total"), 1),
    "deletes-the-setup": (DOUBLE, TOTAL, without("setup"), 3),
    "edits-the-tests": (WRONG_DOUBLE, TOTAL, edit_tests, 2),
    "unflags-a-test": (WRONG_DOUBLE, TOTAL, unflag, 2),
    "loses-the-metadata": (DOUBLE, TOTAL, lose_metadata, 3),
    "copies-a-test": (DOUBLE, TOTAL, copy_test, 3),
    "has-an-old-schema": (DOUBLE, TOTAL, old_schema, 3),
    "stops-python": (STOPS, TOTAL, keep, 2),
    "loops": (LOOPS, TOTAL, keep, 2),
    "loops-deaf": (DEAF, TOTAL, keep, 2),
    "pretends": (PRETENDS, "1", keep, 0),
    "shadows": (USES_PACKAGE, TOTAL, keep, 3),
    "broken": (DOUBLE, TOTAL, keep, None),
    "empty": (DOUBLE, TOTAL, keep, None),
    "renamed": (DOUBLE, TOTAL, keep, None),
    "links": (DOUBLE, TOTAL, keep, None),
}


def new_course(root):
    """The small course in `root`, released."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    small_course.write_source(root)
    release(root)


def submit(root, student):
    """Hand in what `CLASS` says for this student. Returns the folder."""
    double, total, edit, _ = CLASS[student]
    nb = nbformat.read(root / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)
    if double is not None:
        cell_of(nb, "double").source = double
        cell_of(nb, "total").source = total
        cell_of(nb, "explain").source = "Because it is so."
    edit(nb)
    folder = root / "grading" / "submitted" / student / NAME
    folder.mkdir(parents=True)
    path = folder / f"{NAME}.ipynb"
    nbformat.write(nb, path)
    if student == "broken":
        path.write_text(path.read_text()[:-200])
    elif student == "empty":
        path.write_text("")
    elif student == "renamed":
        path.rename(folder / "my homework.ipynb")
    elif student == "links":
        secret = root / "secret.txt"
        secret.write_text("the instructor's own file")
        (folder / "data.txt").symlink_to(secret)
    elif student == "shadows":
        (folder / "course_utils.py").write_text("__version__ = ''\n")
    return folder


def nbgrader(root, *arguments):
    """Run a stock nbgrader command in the course folder."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
    )
