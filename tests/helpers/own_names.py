"""Notebooks of students who have names of their own: helpers, variables, covered builtins."""

import ast
import textwrap

from tests.helpers.assignment_bank import ROOT

NATURAL = """
    a answer b batch bias c cell check count counts data dx error errors expected f features
    forward g gate gates get grad gradient h hidden i inputs k kernel last left length loss mask
    model n name names new number numbers o order out output part parts place positions result
    results right rng row rows s scale seed sequence shapes size slope state states steps t table
    target test tests text time tokens total u units update v value values vector w weights width
    word words x y z
"""
BUILTINS = """
    abs all any bool dict enumerate filter float format hash id input int iter len list map max
    min next object open pow print range reversed round set slice sorted str sum tuple type vars
    zip
"""

GUARD = """
import functools as _functools

def _mine():
    return "mine"

def _guarded(answer):
    @_functools.wraps(answer)
    def guarded(*args, **kwargs):
        for name in _NAMES:
            assert globals()[name]() == "mine", f"the helper {name} was replaced"
        return answer(*args, **kwargs)
    return guarded

globals().update(dict.fromkeys(_NAMES, _mine))
"""


def bound(source):
    """Every name that this code binds."""
    tree = ast.parse(source)
    names = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    names |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    return names | {
        n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))
    }


def used(source):
    """Every name that this code reads."""
    return {n.id for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Name)}


def code(cell):
    """The Python in a cell, without the line of its magic."""
    return cell.source.partition("\n")[2] if cell.source.startswith("%%") else cell.source


def helper_names(assignment):
    """Natural names for a helper, and all that a test or a table of the assignment calls its own.

    Names that the answers or the locked cells need are left out.
    """
    cells = [cell for cell in assignment.notebook.cells if cell.cell_type == "code"]
    tests = {cell.id for cell in cells if cell.metadata.nbgrader.grade_id in assignment.tests}
    names = set(NATURAL.split()).union(*(bound(code(cell)) for cell in cells if cell.id in tests))
    folder = ROOT / "course_utils" / "checks" / "tables" / f"a{assignment.name.replace('-', '_')}"
    names = names.union(*(bound(path.read_text("utf-8")) for path in folder.glob("*.py")))
    needed = [cell.source for cell in cells if cell.id not in tests]
    return sorted(names - set().union(*(_module_names(source) for source in needed)) - {"_"})


def _module_names(source):
    """The names outside functions that this code binds or reads, in functions or not."""
    tree = ast.parse(source)
    local = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            local |= bound(ast.unparse(function.body)) | {
                a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)
            }
    outside = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, (ast.Import, ast.ImportFrom))
        for alias in n.names
    }
    return (used(source) - local) | outside | imported


def with_helpers(assignment):
    """The reference answers of a student with a helper of each of these names.

    Each answer stops with an error when a helper is no longer the student's.
    """
    answers = {}
    for name, source in assignment.answers.items():
        functions = [n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
        answers[name] = "\n".join([source, *(f"{f} = _guarded({f})" for f in functions)])
    first = next(iter(answers))
    helpers = f"_NAMES = {helper_names(assignment)!r}\n{textwrap.dedent(GUARD)}"
    return answers | {first: f"{helpers}\n{answers[first]}"}


def covering(assignment, line):
    """The reference answers of a student whose first cell begins with `line`."""
    first, source = next(iter(assignment.answers.items()))
    return assignment.answers | {first: f"{line}\n{source}"}


def unused_builtins(assignment):
    """The builtins that no answer and no locked cell of the assignment uses."""
    cells = [cell for cell in assignment.notebook.cells if cell.cell_type == "code"]
    own = [c.source for c in cells if c.metadata.nbgrader.grade_id not in assignment.tests]
    return [name for name in BUILTINS.split() if not any(name in used(source) for source in own)]
