"""Generate exercises/ from solutions/: what `make release` runs.

The result depends on solutions/ alone. A test compares exercises/ with a fresh generation, so run
this after every change in solutions/ and commit both together.
"""

import sys

from nbgrader.converters.base import NbGraderException

from bookkit import ROOT
from course_utils.grading.release import release


def main() -> int:
    try:
        written = release(ROOT)
    except NbGraderException as error:
        print(f"Not released. {error}", file=sys.stderr)
        return 1
    for folder in written:
        print(f"released {folder.relative_to(ROOT)}")
    if not written:
        print("There is nothing in solutions/ to release.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
