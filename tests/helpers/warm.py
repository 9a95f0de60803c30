"""A warm process that tries answers on one assignment: `python -m tests.helpers.warm NOTEBOOK`.

It runs the notebook's set-up once. For each task it forks a process that stands at the task: it has
run every cell before it, with the reference answers. From there a child is forked for each attempt,
which runs the answers and the cells up to the last wanted test, so that no answer disturbs the
next. Requests come as lines of JSON on standard input; the outcome of each test cell goes back as a
line of JSON. Cells run in IPython, hidden tests included, as in a notebook.

A process with threads cannot be forked, and TensorFlow starts threads when it first computes. So
the set-up may import it, but not compute with it; and where a cell between the tasks does so, the
process for a later task stands before that cell, and each attempt runs it anew.
"""

import ast
import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import sys
from multiprocessing import Pipe

import nbformat
import psutil
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

# What takes seconds to import, each with what it imports itself. An answer that begins by importing
# one of these finds it loaded; for all others it is as absent as in the student's notebook.
LIBRARIES = {"tensorflow": ["tensorflow"], "keras": ["tensorflow", "keras"]}
STOPPED = {"failed": "it stopped Python"}
LATE = {"failed": "it did not end in time"}


def flag(cell, name):
    return cell.metadata.get("nbgrader", {}).get(name, False)


def is_test(cell):
    return flag(cell, "grade") and not flag(cell, "solution")


def has_threads():
    return psutil.Process().num_threads() > 1


def run(shell, source):
    """Run one cell. Returns None, or the error as [name, text]."""
    result = shell.run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    return None if error is None else [type(error).__name__, str(error)]


def in_a_child(function, *arguments):
    """What `function` returns, from a forked child, or None if the child stopped before."""
    reader, writer = Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            reader.close()
            writer.send(function(*arguments))
        finally:
            os._exit(0)
    writer.close()
    try:
        return reader.recv()
    except EOFError:
        return None
    finally:
        reader.close()
        os.waitpid(child, 0)


def attempt(shell, cells, request):
    """Run `cells` with the replaced answers, once for each seed; the error of each wanted test."""
    wanted, outcomes = set(request["tests"]), []
    for seed in request["seeds"]:
        os.environ["COURSE_GRADING_SEED"] = str(seed)
        tests = {}
        for cell in cells:
            name = flag(cell, "grade_id")
            if not is_test(cell):
                run(shell, request["replace"].get(name, cell.source))
            elif name in wanted:
                tests[name] = run(shell, cell.source)
            if wanted <= set(tests):
                break
        outcomes.append(tests)
    return {"outcomes": outcomes}


def safe_to_run(shell, cells):
    """How many of these cells can run in a process that is forked later: see the top."""
    for number, cell in enumerate(cells):
        if not is_test(cell):
            run(shell, cell.source)
        if has_threads():
            return number
    return len(cells)


def libraries(code):
    """The LIBRARIES that this answer imports before anything of it is called."""
    try:
        statements = ast.parse(code).body
    except SyntaxError:
        return []
    names = {alias.name for one in statements if isinstance(one, ast.Import) for alias in one.names}
    names |= {one.module or "" for one in statements if isinstance(one, ast.ImportFrom)}
    packages = {name.partition(".")[0] for name in names}
    needed = {part for package in packages for part in LIBRARIES.get(package, [])}
    return [name for name in LIBRARIES if name in needed and name not in sys.modules]


def way(cells, safe, request):
    """The steps from the set-up to where an attempt begins: libraries, then a number of cells.

    It begins with the first cell that is another one, or a test whose outcome is wanted.
    """
    names = [flag(cell, "grade_id") for cell in cells]
    wanted = request["replace"].keys() | set(request["tests"])
    start = min(number for number, name in enumerate(names) if name in wanted)
    return [*libraries(request["replace"].get(names[start], "")), min(start, safe)]


class Further:
    """A forked process that has gone one step further, and waits for requests there."""

    def __init__(self, shell, cells, step, siblings):
        self.pipe, theirs = Pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                for open_end in (self.pipe, *(one.pipe for one in siblings)):
                    open_end.close()  # so that the end of the parent is the end of all
                if isinstance(step, int):
                    for cell in cells[:step]:
                        if not is_test(cell):
                            run(shell, cell.source)
                    cells = cells[step:]
                else:
                    importlib.import_module(step)
                gc.freeze()  # a collection in a child would copy all pages
                serve(shell, cells, theirs)
            finally:
                os._exit(0)
        theirs.close()

    def ask(self, request, seconds=None):
        """The reply, or None if there is none within this time. Raises EOFError when it ends."""
        try:
            self.pipe.send(request)
            return self.pipe.recv() if self.pipe.poll(seconds) else None
        except OSError as error:
            raise EOFError from error


def serve(shell, cells, pipe):
    """Pass requests on until their way is at its end, and there make the attempt in a child.

    What goes wrong further on ends this process too: the first one sees it, and clears up.
    """

    def here(request):
        pipe.close()  # when the attempt kills this process, nobody waits for an answer
        return attempt(shell, cells, request)

    further = {}
    while True:
        request = pipe.recv()
        step, *rest = request["way"] or [None]
        if step is None:
            pipe.send(in_a_child(here, request) or STOPPED)
        else:
            if step not in further:
                further[step] = Further(shell, cells, step, further.values())
            pipe.send(further[step].ask({**request, "way": rest}))


class Branches:
    """The processes that were forked from the warm one, by their first step.

    Each is the head of a process group, with all that it forks itself. When an attempt kills its
    parents or does not end, its group is killed as a whole, and forked again when needed.
    """

    def __init__(self, shell, cells):
        self.shell, self.cells, self.heads = shell, cells, {}
        self.safe = in_a_child(safe_to_run, shell, cells) or 0

    def ask(self, request):
        step, *rest = way(self.cells, self.safe, request)
        if step not in self.heads:
            head = Further(self.shell, self.cells, step, self.heads.values())
            os.setpgid(head.process, head.process)
            self.heads[step] = head
        try:
            reply = self.heads[step].ask({**request, "way": rest}, request["seconds"])
        except EOFError:
            reply = STOPPED
            self.cut(step)
        if reply is None:
            reply = LATE
            self.cut(step)
        return reply

    def cut(self, step):
        head = self.heads.pop(step)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(head.process, signal.SIGKILL)
        os.waitpid(head.process, 0)
        head.pipe.close()


def main():
    requests, replies = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w", buffering=1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    cells = [c for c in nbformat.read(sys.argv[1], as_version=4).cells if c.cell_type == "code"]
    first = next(i for i, cell in enumerate(cells) if flag(cell, "solution"))
    settings = Config()
    settings.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=settings)
    shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None  # nobody looks
    # IPython reads each cell for magics; for the tests that takes longer than to run them.
    shell.transform_cell = functools.cache(shell.transform_cell)
    for cell in cells:
        shell.transform_cell(cell.source)
    errors = [error for cell in cells[:first] if (error := run(shell, cell.source))]
    if has_threads():
        errors.append(["Threads", "the set-up computes; it may only import"])
    print(json.dumps({"setup": errors}), file=replies)
    branches = Branches(shell, cells[first:])
    try:
        for line in requests:
            print(json.dumps(branches.ask(json.loads(line))), file=replies)
    finally:
        for step in list(branches.heads):
            branches.cut(step)


if __name__ == "__main__":
    main()
