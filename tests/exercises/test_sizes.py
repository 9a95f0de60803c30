"""The sizes in tests differ from each other, so that no exchanged or forgotten axis fits by luck.

The docstring of a task names the axes of its arrays: `x: (batch, time, features)`. Every call that
a test makes is noted; in one of the calls, at least, all of these axes must have different sizes.
"""

import ast
import json
import re

import pytest
from tests.helpers.assignment_bank import ASSIGNMENTS

NOTE = """
import functools as _functools, inspect as _inspect, json as _json

def _noted(answer):
    @_functools.wraps(answer)
    def noted(*args, **kwargs):
        given = _inspect.signature(answer).bind(*args, **kwargs).arguments
        arrays = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
        shapes = {name: value.shape for name, value in arrays.items()}
        with open(_PATH, "a") as file:
            print(_json.dumps([answer.__name__, shapes]), file=file)
        return answer(*args, **kwargs)
    return noted
"""


def axes(docstring):
    """{argument: names of its axes} as a docstring says them, for the axes that are plain names."""
    found = {}
    for names, dimensions in re.findall(r"(\w+(?:, \w+)*): \(([^()]*)\)", docstring or ""):
        named = [part.strip() for part in dimensions.rstrip(",").split(",")]
        found |= dict.fromkeys(names.split(", "), named)
    return found


def sizes(named, shapes):
    """{axis: size} in one call; an axis that is no plain name, such as 4·units, is left out."""
    found = {}
    for argument, shape in shapes.items():
        for axis, size in zip(named.get(argument, []), shape, strict=False):
            if axis.isidentifier():
                found[axis] = size
    return found


@pytest.fixture
def calls(assignment, warm, tmp_path):
    """{task: [{axis: size} of each call]}, for the tasks whose docstrings name two axes or more."""
    path, documented, answers = tmp_path / "calls", {}, dict(assignment.answers)
    for cell, source in assignment.answers.items():
        functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
        documented |= {f.name: axes(ast.get_docstring(f)) for f in functions}
        answers[cell] = "\n".join([source, *(f"{f.name} = _noted({f.name})" for f in functions)])
    first = next(iter(answers))
    answers[first] = f"_PATH = {str(path)!r}\n{NOTE}\n{answers[first]}"
    assert warm(assignment).attempt(answers, assignment.tests) == dict.fromkeys(assignment.tests)
    made = [json.loads(line) for line in path.read_text().splitlines()]
    found = {}
    for name, shapes in made:
        found.setdefault(name, []).append(sizes(documented[name], shapes))
    return {name: all_of_it for name, all_of_it in found.items() if len(all_of_it[0]) > 1}


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_axes_differ_in_size(assignment, calls):
    assert calls
    for name, made in calls.items():
        assert any(len(set(one.values())) == len(made[0]) for one in made), (name, made)


def test_the_axes_of_a_docstring_are_read():
    text = "x: (batch, features)   h, c: (batch, units), the old states   b: (4·units,)"
    assert axes(text) == {
        "x": ["batch", "features"],
        "h": ["batch", "units"],
        "c": ["batch", "units"],
        "b": ["4·units"],
    }
    assert sizes(axes(text), {"h": (3, 2), "b": (8,)}) == {"batch": 3, "units": 2}
