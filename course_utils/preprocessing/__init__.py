"""From raw data to arrays (batch, time, features): pure functions, one module a kind."""

from course_utils.preprocessing.splits import audit

__all__ = ["audit"]
