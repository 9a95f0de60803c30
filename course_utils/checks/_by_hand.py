"""Functions that would do a task: while it is checked they say "write this one by hand"."""

from __future__ import annotations

import contextlib
import importlib.abc
import inspect
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from course_utils.checks._words import CheckError

IN_PARTS = ("scipy", "sklearn")  # libraries of many tools, each loaded by itself


@contextlib.contextmanager
def by_hand(*names: str, also_in: Iterable[dict[str, Any]] = ()) -> Iterator[None]:
    """Inside, each named function or class raises the diagnosis "write this one by hand".

    names: dotted, as "course_utils.cells.SimpleRNN.step" or "keras.layers.SimpleRNN". It does not
    matter under which name, or how long ago, the student imported them: functions are changed in
    place, and what is written in C is replaced in its module and in the names `also_in`. A module
    that is not loaded is not loaded; importing it inside raises the diagnosis as well. That
    something was used is remembered, so that `except Exception` does not hide it.
    """
    used: list[str] = []

    def refuse(name: str, imported: str = "") -> None:
        used.append(_by_hand_text(name, imported))
        raise CheckError(used[-1])

    with contextlib.ExitStack() as undo:
        absent: dict[str, str] = {}
        for name in names:
            owner, rest = _loaded_part(name)
            for part in rest[:-1]:
                owner = getattr(owner, part, None)
            if owner is not None and hasattr(owner, rest[-1]):
                _refuse_use(owner, rest[-1], name, refuse, undo, also_in)
            else:
                absent.setdefault(_module(name, rest), name)
        if absent:
            finder = _RefuseImport(absent, refuse)
            sys.meta_path.insert(0, finder)
            undo.callback(sys.meta_path.remove, finder)
        try:
            yield
        except Exception:
            if used:
                raise CheckError(used[0]) from None
            raise
    if used:
        raise CheckError(used[0])


def _loaded_part(name: str) -> tuple[Any, list[str]]:
    """The longest part of a dotted name that is a loaded module, and the names after it."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:end]))
        if module is not None:
            return module, parts[end:]
    return None, parts


def _module(name: str, rest: list[str]) -> str:
    """The module whose import would bring a name in; `rest` of it is not loaded.

    Of a library in IN_PARTS the module in which it is written ("scipy.optimize"), for the others
    may be used; of all else, a framework for one, the first that is not loaded.
    """
    parts = name.split(".")
    if parts[0] in IN_PARTS:
        return ".".join(parts[:-1])
    return ".".join(parts[: len(parts) - len(rest) + 1])


def _by_hand_text(name: str, imported: str = "") -> str:
    if imported and imported != name:
        what = f"imports `{imported}`, where the task is done already"
    else:
        what = f"uses `{name}`, which already does the task"
    return (
        f"Write this one by hand: your answer {what}. "
        "Here the point is to build it from NumPy and loops, once; later you may import it."
    )


def _refuse_use(
    owner: Any,
    attribute: str,
    name: str,
    refuse: Callable[[str], None],
    undo: contextlib.ExitStack,
    also_in: Iterable[dict[str, Any]],
) -> None:
    target = getattr(owner, attribute)

    def refused(*args: Any, **kwargs: Any) -> None:
        refuse(name)

    if isinstance(target, types.FunctionType):
        undo.callback(setattr, target, "__code__", target.__code__)
        target.__code__ = _refusing_code(target, refused)
        undo.callback(_REFUSALS.pop, id(refused), None)
    elif inspect.isclass(target):
        make = "__init__" if target.__new__ is object.__new__ else "__new__"
        for method in (make, "__call__", "call"):
            if method != make and not hasattr(target, method):
                continue
            if method in vars(target):
                undo.callback(setattr, target, method, vars(target)[method])
            else:
                undo.callback(delattr, target, method)
            setattr(target, method, refused)
    else:  # a function written in C, or an object that can be called
        undo.callback(setattr, owner, attribute, target)
        setattr(owner, attribute, refused)
        for names in also_in:
            for imported in [key for key, value in names.items() if value is target]:
                undo.callback(names.__setitem__, imported, target)
                names[imported] = refused


_REFUSALS: dict[int, Callable[..., None]] = {}


def _refusing_code(function: types.FunctionType, refused: Callable[..., None]) -> types.CodeType:
    """Code that calls `refused`, with as many free variables as `function` has, as Python asks."""
    _REFUSALS[id(refused)] = refused
    free = [f"free_{i}" for i in range(len(function.__code__.co_freevars))]
    lines = ["def outer():"]
    lines += [f"    {name} = None" for name in free]
    lines += ["    def inner(*args, **kwargs):"]
    lines += [f"        ({', '.join(free)},)"] if free else []
    lines += [
        "        import course_utils.checks._by_hand as here",
        f"        return here._REFUSALS[{id(refused)}](*args, **kwargs)",
        "    return inner",
    ]
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    code: types.CodeType = scope["outer"]().__code__
    return code


class _RefuseImport(importlib.abc.MetaPathFinder):
    """Refuses to import the modules in `absent` (module name → the forbidden name in it)."""

    def __init__(self, absent: Mapping[str, str], refuse: Callable[[str, str], None]) -> None:
        self.absent = absent
        self.refuse = refuse

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname in self.absent:
            self.refuse(self.absent[fullname], fullname)
        return None
