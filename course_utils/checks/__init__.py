"""The assertions that exercises use: each one that fails says which mistake it looks like.

A test cell reads like this::

    %%check step 05-lstm/step@1
    table.check(step)
    ### BEGIN HIDDEN TESTS
    x = checks.draw("step").normal(size=(2, 3))
    checks.close(checks.call(step, x), np.tanh(x), "the state", table.mistakes(x))
    ### END HIDDEN TESTS

The cell runs in names of its own: those of the student that its first line asks for, what a locked
cell has `given`, `np`, `checks`, and `table`, the tests that students see together with the
mistakes that people make there. `call` runs the student's function, `close`, `equal` and `shape`
compare what came back. A failure is a `CheckError`: one diagnosis in plain words, and in a notebook
no stack.
"""

from course_utils.checks._arrays import close, shape
from course_utils.checks._by_hand import by_hand
from course_utils.checks._call import call
from course_utils.checks._cell import draw, register, task
from course_utils.checks._names import given
from course_utils.checks._plain import equal, unpack
from course_utils.checks._words import CheckError, fail
from course_utils.checks.tables import example

__all__ = [
    "CheckError",
    "by_hand",
    "call",
    "close",
    "draw",
    "equal",
    "example",
    "fail",
    "given",
    "shape",
    "task",
    "unpack",
]

register()
