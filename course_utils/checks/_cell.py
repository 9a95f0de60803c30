"""The frame around a test cell: names of its own, and whatever goes wrong inside is a diagnosis."""

from __future__ import annotations

import ast
import builtins
import contextlib
import inspect
import os
import sys
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from course_utils.checks import _call, _names, tables
from course_utils.checks._words import CheckError

_SHELLS: list[Any] = []  # the shell whose cells are checked, once there is one


def register() -> None:
    """Make `%%check` known to the notebook that imports this package, where there is one."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None and shell not in _SHELLS:
        shell.register_magic_function(_check, "cell", "check")
        _names.watch(shell)
        _SHELLS[:] = [shell]


def draw(name: str) -> np.random.Generator:
    """The generator from which the hidden tests of task `name` draw their data.

    The environment variable COURSE_GRADING_SEED (a whole number) changes every draw at once, so
    that nobody can know the data beforehand.
    """
    seed = int(os.environ.get("COURSE_GRADING_SEED", "2026"))
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _check(line: str, body: str) -> Any:
    """`%%check NAME… TABLE`: run a test in names of its own.

    NAME: a name of the student's, which the test uses; the first is the task's. TABLE: as
    "05-lstm/step@1", and `table` in the test; a test may do without. Returns the value of the last
    line, when it is an expression: a number is a score (nbgrader's partial credit).
    """
    student: Mapping[str, Any] = _SHELLS[0].user_ns
    names = [word for word in line.split() if "/" not in word]
    wanted = next((word for word in line.split() if "/" in word), "")
    try:
        table = tables.load(wanted) if wanted else None
    except LookupError as error:
        raise CheckError(str(error)) from None
    scope: dict[str, Any] = {
        "__name__": "__check__",
        "__builtins__": builtins,
        "np": np,
        "checks": sys.modules["course_utils.checks"],
        "table": table,
        **_names.apart(),
        **{name: student[name] for name in names if name in student},
    }
    *statements, last = ast.parse(body).body or [ast.Pass()]
    value = None
    with _frame(names, _refused(table), table, student):
        if not isinstance(last, ast.Expr):
            statements.append(last)
        where = f"<check {names[0]}>"
        exec(compile(ast.Module(statements, []), where, "exec"), scope)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), where, "eval"), scope)
    if value is None:
        tasks = [name for name in names if name not in getattr(table, "CALLS", {})]
        print(f"✓ {', '.join(tasks)}: all checks in this cell hold.")
    return value


def _refused(table: ModuleType | None) -> list[str]:
    """What the student's function may not use: what would do the task, and the tables' own."""
    if table is None:
        return []
    things = list(vars(table).values())
    for module in [thing for thing in things if isinstance(thing, ModuleType)]:
        things += vars(module).values()
    inside = {
        f"{thing.__module__}.{thing.__qualname__}"
        for thing in things
        if inspect.isfunction(thing) and thing.__module__.startswith(f"{tables.__name__}.")
    }
    return [*getattr(table, "BY_HAND", ()), *sorted(inside)]


@contextlib.contextmanager
def task(name: str, by_hand: Iterable[str] = ()) -> Iterator[None]:
    """The frame around the checks of the task whose function is called `name`, without a magic.

    by_hand: dotted names that would do the task; the student's function may not use them (see
    `by_hand`). Whatever goes wrong inside becomes a CheckError. Says so in one line when all checks
    hold.
    """
    with _frame([name], by_hand, None, _SHELLS[0].user_ns if _SHELLS else {}):
        yield
    print(f"✓ {name}: all checks in this cell hold.")


@contextlib.contextmanager
def _frame(
    names: list[str], by_hand: Iterable[str], table: ModuleType | None, student: Mapping[str, Any]
) -> Iterator[None]:
    """In it, every error is a CheckError, which says what else may have caused it.

    Warnings are not shown: nbgrader takes what stands on stderr for a failure.
    """
    try:
        with _call.refusing(by_hand), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    except CheckError as error:
        more = _causes(str(error), names, table, student)
        if not more:
            raise
        raise CheckError(" ".join([str(error), *more])) from None
    except NameError as error:
        missing = getattr(error, "name", None) or names[0]
        raise CheckError(
            f"`{missing}` is not defined. Run the cell above this one first. If it shows an error, "
            "repair that one before anything else; if you gave the function another name, "
            "change it back."
        ) from None
    except Exception as error:
        raise CheckError(
            f"The check could not work with what `{names[0]}` returned "
            f"({type(error).__name__}: {error}). Compare what you return with the task: "
            "the kind of thing, its length and its shape."
        ) from None


def _causes(
    diagnosis: str, names: list[str], table: ModuleType | None, student: Mapping[str, Any]
) -> list[str]:
    """What may be behind a diagnosis: an earlier task that does not hold, a covered name."""
    answers = {name: student[name] for name in names if name in student}
    causes = []
    unwritten = "still to be written" in diagnosis  # which says where to start
    for earlier, its_table in getattr(table, "CALLS", {}).items() if not unwritten else ():
        said = f"`{earlier}`" in diagnosis
        callers = [n for n, answer in answers.items() if earlier in _names.uses(answer, student)]
        if said or earlier not in student or set(callers) <= {earlier}:
            continue
        if not _holds(student[earlier], its_table):
            causes.append(
                f"`{callers[0]}` calls your `{earlier}`, whose own check does not hold: "
                "begin there."
            )
            if "looks like this mistake" in diagnosis:
                causes.append("The mistake may lie in either.")
            break
    covered = {n for answer in answers.values() for n in _names.covered_in(answer, student)}
    covered |= {name for name in answers if _names.taken_by_numpy(name, student)}
    if _names.IMPORTED in diagnosis:  # said once, it mends all of them
        covered = {name for name in covered if not _names.of_numpy(name, student)}
    for sentence in _names.told(covered, student):
        if sentence not in diagnosis:
            causes.append(f"Note: {sentence}")
    return causes


def _holds(answer: Any, table: str) -> bool:
    """Does the check that students see hold for the answer to an earlier task?"""
    try:
        with contextlib.redirect_stdout(None):
            tables.load(table).check(answer)
    except CheckError:
        return False
    return True
