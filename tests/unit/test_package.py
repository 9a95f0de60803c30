"""The package as a whole: light to import, and layered."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "course_utils"
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "__pycache__" not in p.parts)

# What a module may import of the package, lowest first; a module sees only layers below its own.
LAYERS = (
    {"_home", "_svg", "attention", "cells", "dates", "decoding", "figures", "gradients"}
    | {"initializers", "ngrams", "plain", "sources", "tables", "tasks", "training"},
    {"datasets", "diagrams", "exporting", "preprocessing", "records", "trials", "wiring"},
    {"claims", "checks", "explorers", "running"},
    {"checking", "grading", "notebooks"},
    {"cli"},
)
NUMPY_ALONE = {"attention", "cells", "dates", "decoding", "gradients", "ngrams", "tasks"}
HEAVY = ("tensorflow", "jax", "keras", "ipywidgets", "IPython", "matplotlib", "sklearn", "nbgrader")


def imports(path, module_level=False):
    """Names of the modules that a file imports, anywhere or only where importing it runs them."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = tree.body if module_level else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level(name):
    return next((i for i, layer in enumerate(LAYERS) if name in layer), None)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_imports_what_is_above_it(path):
    own = part(path)
    if own == "__init__":
        return
    assert level(own) is not None, f"say in LAYERS where {own} belongs"
    for name in imports(path):
        if name.startswith("course_utils."):
            other = name.split(".")[1]
            if level(other) is not None and other != own:
                assert level(other) <= level(own), f"{own} imports {other}"


@pytest.mark.parametrize("name", sorted(NUMPY_ALONE))
def test_the_equations_need_numpy_alone(name):
    outside = {n.split(".")[0] for n in imports(PACKAGE / f"{name}.py")} - sys.stdlib_module_names
    assert outside <= {"numpy"}


def test_the_wheel_is_typed_and_holds_what_is_imported_not_what_is_run():
    """What trains the networks of the pages stays in the repository."""
    files = {f.distribution_path: f.path for f in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert "course_utils/py.typed" in files
    modules = {name: path for name, path in files.items() if name.endswith(".py")}
    assert "course_utils/cells.py" in modules
    run = [m for m, path in modules.items() if "\nif __name__ ==" in Path(path).read_text("utf-8")]
    assert run == []


def test_importing_the_package_brings_in_nothing_heavy():
    modules = [f"course_utils.{p.stem}" for p in PACKAGE.glob("[a-z]*.py")]
    packages = ["course_utils", "course_utils.datasets", "course_utils.explorers"]
    code = (
        "import importlib, sys\n"
        f"for name in {packages + modules!r}:\n"
        "    importlib.import_module(name)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stdout + done.stderr


def test_the_wheel_holds_the_package_and_what_it_reads_of_the_book_and_nothing_else():
    """Neither what makes the book nor the tests reach a student's machine."""
    shipped = [Path(f.distribution_path) for f in WheelBuilder(str(ROOT)).recurse_included_files()]
    assert {path.parts[0] for path in shipped} == {"course_utils"}
    of_the_book = {path.parts[2] for path in shipped if path.parts[1] == "_book"}
    assert of_the_book == {"assets", "claims.yml", "records"}
