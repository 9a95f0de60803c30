"""What the weekly workflow runs on Windows and macOS works here, and would notice a fault.

Here it judges the `course` command of this environment; the workflow installs the wheel first.
"""

import importlib.util
import sys
from pathlib import Path

spec = importlib.util.spec_from_file_location("try_wheel", Path(__file__).with_name("try_wheel.py"))
try_wheel = importlib.util.module_from_spec(spec)
spec.loader.exec_module(try_wheel)

COURSE = Path(sys.executable).parent / "course"


def test_right_work_holds_and_a_mistake_is_named(tmp_path):
    assert try_wheel.check(COURSE, *try_wheel.write_notebooks(tmp_path)) == []


def test_a_command_that_says_something_else_is_noticed(tmp_path):
    """Right and wrong exchanged: both are faults."""
    right, wrong, diagnosis = try_wheel.write_notebooks(tmp_path)
    faults = try_wheel.check(COURSE, wrong, right, diagnosis)
    assert len(faults) == 2 and "status 1, expected 0" in faults[0]
