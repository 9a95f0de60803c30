"""What the test cells of each assignment stand on, one module for each test and version.

The table `05-lstm/step@1` is the module `a05_lstm/step_1.py`. It has

- `check(answer, …)`: the tests that students see, on the answers that the test cell names;
- `example()`: the inputs of these tests, for a student who wants to try them by hand;
- `mistakes(inputs, …)`: for each mistake that people make, in the words of the diagnosis, a
  function without arguments that returns what it leads to (for each part of a result in parts);
- `BY_HAND`: dotted names of what would do the task, and may not be used in it;
- `CALLS`: earlier tasks that the answer may call, each with its table.

Mistakes are functions of the inputs, so hidden tests use them too. The right answer of a hidden
test is nowhere here. A table that notebooks were released with is never changed: a better one is a
new module with the next number, and the old one stays for the notebooks that name it.
"""

from __future__ import annotations

import importlib
import re
from types import ModuleType
from typing import Any

__all__ = ["example", "load"]


def load(name: str) -> ModuleType:
    """The table called `name`, as "05-lstm/step@1".

    Raises LookupError when this version of the package does not have it.
    """
    found = re.fullmatch(r"(\d\d-[a-z-]+)/([a-z-]+)@(\d+)", name)
    if not found:
        raise LookupError(f"{name!r} is no table: a name is written like 05-lstm/step@1.")
    assignment, test, version = (part.replace("-", "_") for part in found.groups())
    module = f"{__name__}.a{assignment}.{test}_{version}"
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        raise LookupError(
            f"The installed course_utils has no tests {name}: it is older than this notebook. "
            "Install the version that belongs to it: run the first cell of a fresh copy of the "
            "notebook, then restart."
        ) from None


def example(name: str) -> Any:
    """The inputs of the tests that students see in the table `name`, as "05-lstm/step@1"."""
    return load(name).example()
