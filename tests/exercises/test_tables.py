"""Tables: what every one has, that test cells name them, and that they hold no answer."""

import importlib
import inspect
import pkgutil
import re

import pytest
from tests.helpers.assignment_bank import ASSIGNMENTS, flag

from course_utils.checks import tables

ALL = sorted(
    f"{package.name}.{module.name}"
    for package in pkgutil.iter_modules(tables.__path__)
    for module in pkgutil.iter_modules([f"{tables.__path__[0]}/{package.name}"])
    if not module.name.startswith("_")
)


def named(assignment):
    """{grade_id: (names, table)} of the test cells of an assignment."""
    found = {}
    for cell in assignment.notebook.cells:
        if flag(cell, "grade_id") in assignment.tests:
            *names, table = cell.source.splitlines()[0].removeprefix("%%check").split()
            found[flag(cell, "grade_id")] = names, table
    return found


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_each_test_cell_names_a_table_of_its_own(assignment):
    for test, (_, table) in named(assignment).items():
        assert re.fullmatch(rf"{assignment.name}/{test.removesuffix('-checks')}@\d+", table)
        assert tables.load(table)


@pytest.mark.parametrize("name", ALL)
def test_a_table_has_its_parts(name):
    table = importlib.import_module(f"{tables.__name__}.{name}")
    assert re.search(r"_\d+$", name), "its version"
    assert all(isinstance(one, str) and "." in one for one in table.BY_HAND)
    assert table.example() is not None and table.mistakes and table.check


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)
def test_what_a_task_calls_comes_before_it_and_can_be_checked_alone(assignment):
    known = {}
    for names, table in named(assignment).values():
        for name, its_table in getattr(tables.load(table), "CALLS", {}).items():
            assert known[name] == its_table
            inspect.signature(tables.load(its_table).check).bind("the answer")
        known = dict.fromkeys(names, table) | known


def test_a_name_that_is_no_table_and_one_that_is_too_new_say_so():
    with pytest.raises(LookupError, match="a name is written like"):
        tables.load("05-lstm/step")
    with pytest.raises(LookupError, match="it is older than this notebook"):
        tables.load("05-lstm/step@99")
    with pytest.raises(LookupError, match="it is older than this notebook"):
        tables.load("99-later/step@1")
