"""nbgrader's settings for this course. Every nbgrader command run in this folder reads them.

Folders: assignments are written in solutions/, what students get is generated into exercises/, and
everything that belongs to one class (submissions, grades, feedback) stays under grading/, which git
ignores. The rest makes grading robust; the instructor guide in the book says against what.
"""

import os
import secrets
import sys
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import preprocessors as stock

from course_utils import notebooks
from course_utils.grading import preprocessors as ours
from course_utils.grading.release import database_url
from course_utils.grading.seeds import class_seed

c = get_config()  # noqa: F821 - nbgrader defines it

ROOT = Path(__file__).resolve().parent
GRADING = ROOT / "grading"
GRADING.mkdir(exist_ok=True)

c.CourseDirectory.course_id = "networks-that-remember"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.solution_directory = "grading/with_solutions"
c.CourseDirectory.source_with_tests_directory = "grading/with_tests"
c.CourseDirectory.db_url = database_url(GRADING / "gradebook.db")
c.NbGrader.logfile = str(GRADING / "nbgrader.log")
c.ZipCollectApp.downloaded_directory = "grading/downloaded"

# Whatever a file can be read as: other encodings, what editors leave out or add.
c.Autograde.exporter_class = ours.ForgivingExporter
# Sanitise, then grade: nbgrader's own steps in their order, with ours between them.
c.Autograde.sanitize_preprocessors = [
    ours.VetSubmission,  # links are refused
    stock.ClearOutput,
    ours.RestoreCells,  # copied, deleted and relabelled cells
    stock.DeduplicateIds,
    stock.OverwriteKernelspec,
    stock.OverwriteCells,  # edited points and tests
    stock.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    ours.SturdyExecute,  # a kernel that dies or hangs costs its cell only
    stock.IgnorePattern,
    ours.SettleOutputs,  # stderr costs no marks
    ClearMetadataPreprocessor,
    stock.LimitOutput,
    stock.SaveAutoGrades,
    stock.AssignLatePenalties,
    stock.CheckCellMetadata,
]
c.OverwriteCells.add_missing_cells = True

# No tag that a student can know makes a cell be skipped.
c.Execute.skip_cells_with_tag = secrets.token_hex(16)
c.Execute.timeout = int(os.environ.get("COURSE_CELL_TIMEOUT", "60"))  # seconds for one cell
c.Execute.extra_arguments = list(notebooks.ARGUMENTS)

# TensorFlow's notes on stderr, in every kernel.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Hidden tests draw their data with this seed: drawn once for a class, the same for everybody.
os.environ.setdefault("COURSE_GRADING_SEED", str(class_seed(GRADING / "seed.txt")))
# nbgrader makes a new gradebook with the `alembic` command, which must be found when the
# environment is not activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
