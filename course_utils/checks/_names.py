"""Names: what the course gave, and what the student's names have covered since.

A student may call a variable `max`, `list` or `sigmoid`. Tests do not care, for they run in names
of their own. The student's answer does care when it uses that name, and is then told so.
"""

from __future__ import annotations

import builtins
import dis
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from course_utils.checks._words import kind

GIVEN: dict[str, Any] = {}  # the functions that locked cells define
_APART: dict[str, Any] = {}  # the same, each with all names as they were when its cell ran
# Covered name → what covers it, and the number of the cell that did it.
_SINCE: dict[str, tuple[Any, int | None]] = {}
_OWN: dict[str, Any] = {}  # names of IPython itself, such as its own `open`


def given(*functions: types.FunctionType) -> None:
    """Called at the end of a locked cell with the functions that it defines.

    Tests use them as they are now, whatever becomes of their names, and of those that they use.
    """
    for function in functions:
        names = dict(function.__globals__)
        apart = types.FunctionType(
            function.__code__, names, function.__name__, function.__defaults__
        )
        apart.__doc__, apart.__kwdefaults__ = function.__doc__, function.__kwdefaults__
        GIVEN[function.__name__], _APART[function.__name__] = function, apart
        names |= _APART


def apart() -> dict[str, Any]:
    """What locked cells have given, for the names of a test."""
    return dict(_APART)


def watch(shell: Any) -> None:
    """Note, after each cell that `shell` runs, which names have been covered."""
    _OWN.update({name: value for name, value in shell.user_ns.items() if hasattr(builtins, name)})
    shell.events.register("post_run_cell", lambda cell: _note(shell.user_ns, cell.execution_count))


def _note(names: Mapping[str, Any], cell: int | None) -> None:
    now = {name: names[name] for name in _watched() if _covered(name, names)}
    now |= {name: names[name] for name in list(names) if taken_by_numpy(name, names)}
    for name in set(_SINCE) - set(now):
        del _SINCE[name]
    for name, value in now.items():
        if name not in _SINCE or _SINCE[name][0] is not value:
            _SINCE[name] = (value, cell)


def _watched() -> Iterator[str]:
    yield from vars(builtins)
    yield from GIVEN
    yield "np"


def _covered(name: str, names: Mapping[str, Any]) -> bool:
    """Does `name` stand for something of the student's in place of what everybody expects?"""
    if name not in names or name.startswith("_"):
        return False
    value = names[name]
    if name in GIVEN:
        return value is not GIVEN[name]
    if name == "np":
        return value is not np
    return value is not getattr(builtins, name, value) and value is not _OWN.get(name)


def taken_by_numpy(name: str, names: Mapping[str, Any]) -> bool:
    """Is this NumPy's function of the same name, and none of Python's, as after `import *`?"""
    value = names.get(name)
    return callable(value) and value is vars(np).get(name) and not hasattr(builtins, name)


def uses(function: Any, names: Mapping[str, Any]) -> set[str]:
    """The global names that `function` uses, itself or through functions in `names`."""
    found: set[str] = set()
    todo = [getattr(function, "__code__", None)]
    if isinstance(function, type):
        todo = [getattr(method, "__code__", None) for method in vars(function).values()]
    while todo:
        code = todo.pop()
        if not isinstance(code, types.CodeType):
            continue
        new = set(_globals_of(code)) - found
        found |= new
        todo += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        todo += [getattr(names.get(name), "__code__", None) for name in new]
    return found


def _globals_of(code: types.CodeType, line: int | None = None) -> Iterator[str]:
    """The global names that `code` reads, all or those of one line."""
    at = 0
    for instruction in dis.get_instructions(code):
        at = instruction.starts_line or at
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME") and line in (None, at):
            yield instruction.argval


def covered_at(code: types.CodeType, line: int, names: Mapping[str, Any]) -> list[str]:
    """The covered names that stand in this line of `code`."""
    return [name for name in dict.fromkeys(_globals_of(code, line)) if _covered(name, names)]


def covered_in(function: Any, names: Mapping[str, Any]) -> list[str]:
    """The covered names that `function` uses."""
    return sorted(name for name in uses(function, names) if _covered(name, names))


IMPORTED = "as after `from numpy import *`"


def of_numpy(name: str, names: Mapping[str, Any]) -> bool:
    """Is this NumPy's function where Python has one of the same name, as after `import *`?"""
    return hasattr(builtins, name) and names[name] is getattr(np, name, None)


def told(covered: Iterable[str], names: Mapping[str, Any]) -> list[str]:
    """Says which names are covered, by what and since when, and how to get them back.

    A sentence for each; one for all that became NumPy's in the same cell.
    """
    sentences, imported = [], dict[int | None, list[str]]()
    for name in sorted(covered):
        if of_numpy(name, names):
            imported.setdefault(_cell(name), []).append(name)
        else:
            sentences.append(_told(name, names))
    return sentences + [_told_of_numpy(some, cell) for cell, some in imported.items()]


def _cell(name: str) -> int | None:
    """The number of the cell that covered `name`, where it is known."""
    return _SINCE.get(name, (None, None))[1]


def _since(cell: int | None) -> str:
    return f" since cell [{cell}]" if cell else ""


def _told_of_numpy(covered: list[str], cell: int | None) -> str:
    """The sentence for names of Python that are NumPy's since this cell."""
    *first, last = [f"`{name}`" for name in covered]
    those = f"{', '.join(first)} and {last} are" if first else f"{last} is"
    return (
        f"{those} NumPy's function{'s' if first else ''}{_since(cell)}, not Python's, {IMPORTED}. "
        "Write `import numpy as np` in its place and `np.` before its functions; "
        f"`del {', '.join(covered)}` gives Python's back."
    )


def _told(name: str, names: Mapping[str, Any]) -> str:
    """The sentence for a name that is covered by something else."""
    since = _since(_cell(name))
    if name in GIVEN:
        back = "give yours another name, and run the cell that defines it again"
        return f"`{name}` is no longer what this notebook gave you{since}: {back}."
    if name == "np":
        back = "give yours another name, and run `import numpy as np`"
        return f"`np` is no longer NumPy{since}: {back}."
    if taken_by_numpy(name, names):
        return (
            f"`{name}` is NumPy's function{since}, not yours, {IMPORTED}. "
            "Import only what you need (`import numpy as np` is enough), and run the cell with "
            f"your `{name}` again after that."
        )
    return (
        f"`{name}` is {kind(names[name])} of yours{since}, and no longer Python's own. "
        f"Give yours another name, and run `del {name}` once."
    )
