"""A student's names cost no point: tests run in names of their own."""

import pytest
from tests.helpers.assignment_bank import ASSIGNMENTS
from tests.helpers.own_names import BUILTINS, covering, helper_names, unused_builtins, with_helpers

each = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=str)


@each
def test_helpers_may_have_any_name_and_are_still_the_students_in_every_task(assignment, warm):
    assert len(helper_names(assignment)) > 100
    outcome = warm(assignment).attempt(with_helpers(assignment), assignment.tests)
    assert outcome == dict.fromkeys(assignment.tests)


@each
def test_builtins_that_no_answer_uses_may_be_covered(assignment, warm):
    names = unused_builtins(assignment)
    assert len(names) >= 15
    line = " = ".join([*names, "3.0"])
    outcome = warm(assignment).attempt(covering(assignment, line), assignment.tests)
    assert outcome == dict.fromkeys(assignment.tests)


@each
def test_an_answer_that_is_broken_by_a_covered_builtin_is_told_so_and_no_other_is(assignment, warm):
    names = set(BUILTINS.split()) - set(unused_builtins(assignment))
    broken = 0
    for name in sorted(names):
        outcome = warm(assignment).attempt(covering(assignment, f"{name} = 3.0"), assignment.tests)
        for error in filter(None, outcome.values()):
            broken += 1
            assert f"`{name}` is a number of yours" in error[1], error
    assert broken


@each
def test_all_of_numpy_may_be_imported(assignment, warm):
    answers = covering(assignment, "from numpy import *")
    outcome = warm(assignment).attempt(answers, assignment.tests)
    for error in filter(None, outcome.values()):
        assert error[1].count("from numpy import *") == 1, error
    assert list(outcome.values()).count(None) > len(outcome) / 2
