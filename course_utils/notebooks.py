"""Notebooks as people hand them in: read in whatever state they are, run whatever a cell does.

`read` takes of a file what can be run and judged, or says why it is no notebook. The clients run
one to its end. nbclient gives up on the whole notebook when the kernel dies or hangs. Here the cell
that did it gets an error as its output, a new kernel takes over, the cells before it are run again
(without the culprit), and the rest of the notebook runs as it would have. Both `course check` and
the grader stand on this.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async, run_sync
from nbformat import NotebookNode, v4
from traitlets import Int

__all__ = [
    "ARGUMENTS",
    "KERNEL_DIED",
    "QUIET",
    "TIMED_OUT",
    "SturdyClient",
    "SturdyNotebookClient",
    "UnreadableError",
    "read",
]

KERNEL_DIED = "KernelDied"
TIMED_OUT = "CellTimeoutError"
MAX_DEATHS = 5
MAX_STARTS = 3
PAUSE = 0.3  # seconds; IPython's exit() stops the kernel 0.1 s after its cell

# For a new kernel. What cells print comes as messages; what is left, the log of TensorFlow's C++ or
# the last words of ZeroMQ in a kernel that forked or was killed, only frightens.
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

# Modules beside the notebook come after everything that is installed: a helper.py can be imported,
# a course_utils.py (imported first, however it is installed) or a random.py stays just a file.
ARGUMENTS = (
    "--HistoryManager.hist_file=:memory:",
    "--InteractiveShellApp.ignore_cwd=True",
    "--InteractiveShellApp.exec_lines="
    "__import__('course_utils'); __import__('sys').path.append(__import__('os').getcwd())",
    "--IPKernelApp.log_level=ERROR",
)


class UnreadableError(ValueError):
    """The file holds no notebook; the text says why, `advice` what its owner can do."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(problem)
        self.advice = advice


def read(path: Path) -> NotebookNode:
    """Of the notebook at `path` what can be run and judged, as a valid notebook of format 4.5.

    Cells keep their kind, text, attachments and nbgrader's marks. Outputs, ids and all other
    metadata are left out: editors and scripts write them in many ways, the format forbids some of
    those, and nobody's points depend on them. Half a character (a lone surrogate) becomes �.
    Raises UnreadableError when the file is no notebook, and OSError when it cannot be opened.
    """
    raw = _json(path)
    if not isinstance(raw, dict) or "nbformat" not in raw:
        raise UnreadableError(f"{path.name} is not a notebook, though its name says so.")
    try:
        if isinstance(raw["nbformat"], int) and raw["nbformat"] < 4:
            raw = nbformat.convert(nbformat.from_dict(raw), 4)
        cells = [_cell(cell, number) for number, cell in enumerate(raw["cells"])]
    except Exception as error:
        raise UnreadableError(
            f"{path.name} is damaged: its parts are not those of a notebook.",
            "Open it in JupyterLab and save it; if it does not open, start from a fresh copy.",
        ) from error
    notebook: NotebookNode = v4.new_notebook(cells=cells)
    return notebook


def _json(path: Path) -> Any:
    """What the file holds, in UTF-8, in UTF-16 or 32 or, failing these, in Windows' code page."""
    data = path.read_bytes()
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        if not text.lstrip().startswith("{"):
            raise UnreadableError(f"{path.name} is not a notebook: it is not text.") from None
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise UnreadableError(f"{path.name} is empty.", "Save the notebook (Ctrl+S).")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if re.search(r"^<{7} ", text, re.M) and re.search(r"^>{7} ", text, re.M):
            raise UnreadableError(
                f"{path.name} holds two versions at once: git marked a conflict with <<<<<<<, "
                "======= and >>>>>>>.",
                "Choose one: `git checkout --ours` or `--theirs` and the name.",
            ) from None
        raise UnreadableError(
            f"{path.name} is not a complete notebook: line {error.lineno} is not valid JSON.",
            "Was it saved to the end, and downloaded whole? Save it again (Ctrl+S).",
        ) from None
    except RecursionError:
        raise UnreadableError(f"{path.name} is damaged: it is nested too deeply.") from None
    except ValueError:  # of int, which takes thousands of digits at most
        raise UnreadableError(f"{path.name} is damaged: a number in it is too long.") from None


def _cell(raw: dict[str, Any], number: int) -> NotebookNode:
    make: dict[str, Callable[..., NotebookNode]] = {
        "code": v4.new_code_cell,
        "markdown": v4.new_markdown_cell,
        "raw": v4.new_raw_cell,
    }
    cell = make[raw["cell_type"]](source=_text(raw.get("source")), id=f"cell-{number}")
    meta = raw.get("metadata")
    marks = meta.get("nbgrader") if isinstance(meta, dict) else None
    if isinstance(marks, dict):
        cell.metadata["nbgrader"] = NotebookNode(
            {
                name: _text(value) if isinstance(value, str) else value
                for name, value in marks.items()
                if value is None or isinstance(value, str | int | float)
            }
        )
    attached = raw.get("attachments")
    if isinstance(attached, dict) and raw["cell_type"] != "code":
        cell["attachments"] = {
            _text(name): {_text(kind): _text(content) for kind, content in file.items()}
            for name, file in attached.items()
            if isinstance(file, dict)
        }
    return cell


def _text(value: Any) -> str:
    """Text of a notebook, which may come as a list of lines, without lone surrogates."""
    lines = value if isinstance(value, list) else [value]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _error(name: str, message: str) -> NotebookNode:
    output: NotebookNode = v4.new_output(
        "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
    )
    return output


class SturdyClient(NotebookClient):
    """A NotebookClient that survives a dead or a hanging kernel.

    It can be mixed into every subclass of NotebookClient, nbconvert's and nbgrader's included.
    """

    shell_timeout_interval = Int(1)  # seconds from a kernel's death to its notice

    # nbclient binds its own coroutines at class creation, so each synchronous twin is bound anew.

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel with nothing of its own on the screen."""
        await super().async_start_new_kernel(**QUIET | kwargs)

    start_new_kernel = run_sync(async_start_new_kernel)

    async def async_start_new_kernel_client(self) -> Any:
        """Connect to the kernel. One that does not answer is replaced.

        Its ports were free when they were chosen; another program can have taken one since.
        """
        for left in reversed(range(MAX_STARTS)):
            try:
                return await super().async_start_new_kernel_client()
            except RuntimeError:
                if not left:
                    raise
                self.create_kernel_manager()
                await self.async_start_new_kernel()

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    async def _async_cleanup_kernel(self) -> None:
        if self.km is not None:  # None after a kernel that never answered
            await super()._async_cleanup_kernel()

    _cleanup_kernel = run_sync(_async_cleanup_kernel)

    def on_cell_executed(
        self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]
    ) -> None:
        """Keep the error of a reply as an output, where the kernel has shown it in no other way.

        So it is with a cell magic that does not exist, with sys.exit(), and with a timeout.
        """
        reply = execute_reply["content"]
        shown = {out.get("ename") for out in cell.outputs if out.output_type == "error"}
        if reply["status"] == "error" and reply["ename"] not in shown:
            output = _error(reply["ename"], reply["evalue"])
            output.traceback = reply["traceback"] or output.traceback
            cell.outputs.append(output)

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any
    ) -> NotebookNode:
        if cell_index == 0:
            self._culprits: set[int] = set()  # never run again
            self._deaths = 0
        if cell.cell_type != "code":
            return cell
        while self._deaths <= MAX_DEATHS:
            found = set(self._culprits)
            try:
                cell = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
            except CellTimeoutError:
                message = "This cell did not end, and could not be interrupted."
                self._blame(cell_index, TIMED_OUT, message)
                await self._catch_up(cell_index)
                return cell
            except DeadKernelError:
                await self._catch_up(cell_index)
                if self._culprits == found:  # no cell before this one
                    self._blame(cell_index, KERNEL_DIED, "Python stopped while this cell ran.")
                    return cell
            else:
                if any(out.get("ename") == TIMED_OUT for out in cell.get("outputs", [])):
                    self._culprits.add(cell_index)  # interrupted: never worth waiting for twice
                return cell
        cell.outputs = [_error(KERNEL_DIED, "Not run: cells before this one stopped Python.")]
        return cell

    execute_cell = run_sync(async_execute_cell)

    def _blame(self, cell_index: int, name: str, message: str) -> None:
        self._culprits.add(cell_index)
        self._deaths += 1
        self.nb.cells[cell_index].outputs.append(_error(name, message))

    async def _catch_up(self, cell_index: int) -> None:
        """Run the cells before this one in a new kernel, and blame those that stop it."""
        try:
            while self._deaths <= MAX_DEATHS:
                stopped = await self._run_again(cell_index, pause=0)
                if stopped is not None:  # that one, or one before it, whose end came late
                    stopped = await self._run_again(cell_index, pause=PAUSE)
                if stopped is None:
                    return
                self._blame(stopped, KERNEL_DIED, "Python stopped as soon as this cell had run.")
        except (RuntimeError, CellTimeoutError, asyncio.CancelledError):
            self._deaths = MAX_DEATHS + 1  # there is no new kernel to be had

    async def _run_again(self, cell_index: int, pause: float) -> int | None:
        """Run the cells before this one in a new kernel. Returns which one stopped it, if any.

        pause: seconds to wait after each cell, for an end that comes late.
        """
        await self._start_over()
        running = None
        try:
            for number, cell in enumerate(self.nb.cells[:cell_index]):
                if cell.cell_type == "code" and number not in self._culprits:
                    running = number
                    await self._replay(cell.source)
                    if pause:
                        await self._replay("", after=pause)
            await self._replay("", after=PAUSE)
        except DeadKernelError:
            if running is None:
                raise
            return running
        return None

    async def _start_over(self) -> None:
        if self.km is not None:
            await ensure_async(self.km.shutdown_kernel(now=True))
        await self._async_cleanup_kernel()
        self.create_kernel_manager()
        await self.async_start_new_kernel()
        await self.async_start_new_kernel_client()

    async def _replay(self, source: str, after: float = 0) -> None:
        """Run `source` out of sight, after some seconds. Raises DeadKernelError if it cannot."""
        assert self.kc is not None
        await asyncio.sleep(after)
        msg_id = await ensure_async(self.kc.execute(source, silent=True, stop_on_error=False))
        await self.async_wait_for_reply(msg_id)


class SturdyNotebookClient(SturdyClient):
    """The client of `course check`: errors are kept as outputs, a slow cell is interrupted."""

    def __init__(self, nb: NotebookNode, timeout: int, **kwargs: Any) -> None:
        message = f"This cell did not end within {timeout} seconds."
        super().__init__(
            nb,
            timeout=timeout,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout=dict(_error(TIMED_OUT, message)),
            extra_arguments=list(ARGUMENTS),
            **kwargs,
        )
