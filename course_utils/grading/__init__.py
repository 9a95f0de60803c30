"""Grading on nbgrader: what `nbgrader_config.py` and `make grade` add to it.

`preprocessors` are steps of nbgrader's own `autograde`, so that every front end (command line,
formgrader, `make grade`) gets them. `classroom` grades everything that was submitted and has a
verdict for each submission.
"""
