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
    | {"ngrams", "notebooks", "plain", "sources", "tables", "tasks", "training"},
    {"datasets", "diagrams", "exporting", "initializers", "preprocessing", "records", "trials"}
    | {"wiring"},
    {"claims", "checks", "explorers", "running"},
    {"checking", "cluster", "grading", "packing"},
    {"cli"},
)
NUMPY_ALONE = {"attention", "cells", "dates", "decoding", "gradients", "ngrams", "tasks"}
HEAVY = ("tensorflow", "jax", "keras", "ipywidgets", "IPython", "matplotlib", "sklearn", "nbgrader")


def imports(path):
    """Names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{path.name}: name the package in every import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


PARTS = {part(path) for path in MODULES} - {"__init__"}


def level(name):
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


def test_every_part_of_the_package_has_its_place():
    assert sorted(name for layer in LAYERS for name in layer) == sorted(PARTS)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_imports_what_is_above_or_beside_it(path):
    own = part(path)
    for name in imports(path):
        other = name.removeprefix("course_utils.").split(".")[0]
        if name.startswith("course_utils.") and other in PARTS - {own}:
            assert own in PARTS and level(other) < level(own), f"{own} imports {other}"


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
