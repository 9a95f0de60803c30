"""A class that hands in the small course, each student in another way.

`CLASS` has for each student what is handed in and the points that the tests should give for it, out
of the small course's 1 (double) and 2 (total); None means: no grade, but a reason. `STRAYS` are
files and folders that are no submission.
"""

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import v4

from course_utils.grading.release import release
from tests.helpers import small_course
from tests.helpers.small_course import DOUBLE, NAME, TOTAL

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
HALF_A_SIGN = DOUBLE + "  # \ud83d"
WRITES_A_MODULE = "%%writefile helper.py\nTWO = 2"
USES_A_MODULE = "import helper\n\n\ndef double(x):\n    return helper.TWO * x"
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


def leave_python(nb):
    """In a cell of one's own; the kernel stops a moment later, in the honest cell below."""
    wait = v4.new_code_cell("import time\ntime.sleep(0.4)")
    nb.cells[2:2] = [v4.new_code_cell("exit()"), wait]


def write_a_module(nb):
    nb.cells.insert(2, v4.new_code_cell(WRITES_A_MODULE))


def lose_what_the_format_wants(nb):
    nb.metadata = {"kernelspec": {}, "authors": None}
    for cell in nb.cells:
        for part in ("outputs", "execution_count"):
            cell.pop(part, None)


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
    "leaves-python": (DOUBLE, TOTAL, leave_python, 3),
    "brings-a-module": (USES_A_MODULE, TOTAL, keep, 3),
    "writes-a-module": (USES_A_MODULE, TOTAL, write_a_module, 3),
    "half-a-sign": (HALF_A_SIGN, TOTAL, keep, 3),
    "utf-16": (DOUBLE, TOTAL, keep, 3),
    "loses-what-the-format-wants": (DOUBLE, TOTAL, lose_what_the_format_wants, 3),
    "no-time": (DOUBLE, TOTAL, keep, 3),
    "łukasz": (DOUBLE, TOTAL, keep, 3),
    " [ann] b*b? {c} ": (DOUBLE, TOTAL, keep, 3),
    "broken": (DOUBLE, TOTAL, keep, None),
    "empty": (DOUBLE, TOTAL, keep, None),
    "renamed": (DOUBLE, TOTAL, keep, None),
    "links": (DOUBLE, TOTAL, keep, None),
    "deep": (DOUBLE, TOTAL, keep, None),
    "long": (DOUBLE, TOTAL, keep, None),
    "second-copy": (DOUBLE, TOTAL, keep, None),
    "zipped": (DOUBLE, TOTAL, keep, None),
}

# What lies beside the folders of submissions, and what the summary says of it. An archive that was
# unpacked where it lies, and what the system hides, is nothing to speak of.
STRAYS = {
    "ann.zip": "ann.zip is an archive. Unpack it into grading/submitted/STUDENT/ASSIGNMENT/.",
    "bea/00-small.ZIP": "00-small.ZIP is an archive. Unpack it into grading/submitted/bea/",
    "cem/": "The folder is empty.",
    "dan/00-small.ipynb": "00-small.ipynb lies in the wrong folder. A notebook belongs in",
    "eve.ipynb": "eve.ipynb lies in the wrong folder. A notebook belongs in",
    "right.zip": None,
    "right/00-small.tar.gz": None,
    ".DS_Store": None,
    "right/Thumbs.db": None,
}


def new_course(root, edit=None):
    """The small course in `root`, released; `edit` changes the assignment before."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    small_course.write_source(root, edit)
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
    path.write_text(json.dumps(nb))  # as it is, where nbformat would repair it
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
    elif student == "brings-a-module":
        (folder / "helper.py").write_text("TWO = 2\n")
    elif student == "utf-16":
        path.write_text(path.read_text(), encoding="utf-16")
    elif student == "no-time":
        (folder / "timestamp.txt").write_bytes("gestern, spät".encode("cp1252"))
    elif student == "deep":
        path.write_text("[" * 100_000 + "]" * 100_000)
    elif student == "long":
        path.write_text(f'{{"nbformat": {"4" * 5000}}}')
    elif student == "second-copy":
        path.rename(folder / f"{NAME} (1).ipynb")
    elif student == "zipped":
        path.rename(folder / f"{NAME}.zip")
    elif student == "shadows":
        (folder / "course_utils.py").write_text("__version__ = ''\n")
    return folder


def scatter(root):
    """Put the strays where they lie."""
    for place in STRAYS:
        path = root / "grading" / "submitted" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if place.endswith("/"):
            path.mkdir()
        else:
            path.write_bytes(b"")


def nbgrader(root, *arguments):
    """Run a stock nbgrader command in the course folder."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
    )
