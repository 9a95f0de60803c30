"""What makes the book: its build, its Sphinx extensions, and the commands behind `make`.

It works on a copy of the repository and is no part of the wheel. Each command is a module:
`python -m bookkit.build`, run in the repository.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent  # the repository
