"""A warm process that tries answers on one assignment: run as `python warm.py NOTEBOOK`.

It runs the notebook's set-up once. For each request, a line of JSON on standard input, a forked
child runs the rest of the notebook with some solution cells replaced, so that no answer disturbs
the next; the outcome of each test cell comes back as a line of JSON. Cells run in IPython, hidden
tests included, as in a notebook. The set-up may import TensorFlow; it may not compute with it.
"""

import contextlib
import json
import os
import select
import signal
import sys
import time

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


def flag(cell, name):
    return cell.metadata.get("nbgrader", {}).get(name, False)


def is_test(cell):
    return flag(cell, "grade") and not flag(cell, "solution")


def run(shell, source):
    """Run one cell. Returns None, or the error as [name, text]."""
    result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    return None if error is None else [type(error).__name__, str(error)]


def attempt(shell, cells, request):
    """Run `cells` with the replaced answers; the error of each wanted test cell, and of answers."""
    os.environ["COURSE_GRADING_SEED"] = str(request.get("seed", 2026))
    wanted = set(request["tests"])
    tests, others = {}, {}
    for cell in cells:
        name = flag(cell, "grade_id")
        if is_test(cell):
            if name in wanted:
                tests[name] = run(shell, cell.source)
        else:
            error = run(shell, request["replace"].get(name, cell.source))
            if error:
                others[name or cell.id] = error
        if wanted <= set(tests):
            break
    return {"tests": tests, "others": others}


def in_a_child(shell, cells, request):
    """What `attempt` returns, from a forked child that is killed when it takes too long."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            os.close(reader)
            with os.fdopen(writer, "w") as pipe:
                json.dump(attempt(shell, cells, request), pipe)
        finally:
            os._exit(0)
    os.close(writer)
    answer, deadline = b"", time.monotonic() + request.get("timeout", 60)
    while select.select([reader], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(reader, 65536)
        if not piece:
            break
        answer += piece
    os.close(reader)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if answer:
        return json.loads(answer)
    late = time.monotonic() >= deadline
    return {"failed": "it did not end in time" if late else "it stopped Python"}


def main():
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    cells = [c for c in nbformat.read(sys.argv[1], as_version=4).cells if c.cell_type == "code"]
    first = next(i for i, cell in enumerate(cells) if flag(cell, "solution"))
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=settings)
    shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None  # nobody looks
    errors = [error for cell in cells[:first] if (error := run(shell, cell.source))]
    print(json.dumps({"setup": errors}), file=replies)
    for line in sys.stdin:
        print(json.dumps(in_a_child(shell, cells[first:], json.loads(line))), file=replies)


if __name__ == "__main__":
    main()
