"""Running a notebook to its end, whatever one of its cells does.

nbclient gives up on the whole notebook when the kernel dies or hangs. Here the cell that did it
gets an error as its output, a new kernel takes over, the cells before it are run again (without
the culprit), and the rest of the notebook runs as it would have. Both `course check` and the
grader stand on this.
"""

from __future__ import annotations

import asyncio
import subprocess
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async, run_sync
from nbformat import NotebookNode

__all__ = ["KERNEL_DIED", "TIMED_OUT", "SturdyClient", "SturdyNotebookClient"]

KERNEL_DIED = "KernelDied"
TIMED_OUT = "CellTimeoutError"
MAX_RESTARTS = 5


def _error(name: str, message: str) -> NotebookNode:
    return NotebookNode(
        output_type="error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
    )


class SturdyClient(NotebookClient):
    """A NotebookClient that survives a dead or a hanging kernel.

    It can be mixed into every subclass of NotebookClient, nbconvert's and nbgrader's included.
    """

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """Start the kernel with nothing of its own on the screen.

        What cells print comes as messages; what is left is, for one, the last words of ZeroMQ in a
        kernel that forked or was killed, which only frighten.
        """
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        await super().async_start_new_kernel(**quiet | kwargs)

    start_new_kernel = run_sync(async_start_new_kernel)

    async def async_execute_cell(
        self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any
    ) -> NotebookNode:
        if cell_index == 0:
            self._culprits: set[int] = set()
            self._restarts = 0
        if cell.cell_type == "code" and self._restarts > MAX_RESTARTS:
            cell.outputs = [_error(KERNEL_DIED, "Not run: cells before this one stopped Python.")]
            return cell
        try:
            cell = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        except DeadKernelError:
            message = "Python stopped while this cell ran."
            cell.outputs.append(_error(KERNEL_DIED, message))
        except CellTimeoutError:
            message = "This cell did not end, and could not be interrupted."
            cell.outputs.append(_error(TIMED_OUT, message))
        else:
            if any(out.get("ename") == TIMED_OUT for out in cell.get("outputs", [])):
                self._culprits.add(cell_index)  # interrupted: never worth waiting for twice
            return cell
        self._culprits.add(cell_index)
        await self._continue_in_a_new_kernel(cell_index)
        return cell

    # nbclient binds its own coroutine at class creation, so the synchronous twin is bound anew.
    execute_cell = run_sync(async_execute_cell)

    async def _continue_in_a_new_kernel(self, cell_index: int) -> None:
        self._restarts += 1
        if self._restarts > MAX_RESTARTS:
            return
        assert self.km is not None
        try:
            await ensure_async(self.km.restart_kernel(now=True))
            if self.kc is not None:
                self.kc.stop_channels()
                self.kc = None
            await self.async_start_new_kernel_client()
            for index, cell in enumerate(self.nb.cells[:cell_index]):
                if cell.cell_type == "code" and index not in self._culprits:
                    await self._replay(cell.source)
        except (DeadKernelError, CellTimeoutError, RuntimeError, asyncio.CancelledError):
            self._restarts = MAX_RESTARTS + 1

    async def _replay(self, source: str) -> None:
        assert self.kc is not None
        msg_id = await ensure_async(self.kc.execute(source, silent=True, stop_on_error=False))
        await self.async_wait_for_reply(msg_id)


class SturdyNotebookClient(SturdyClient):
    """The client of `course check`: errors are kept as outputs, a slow cell is interrupted."""

    def __init__(self, nb: NotebookNode, timeout: int, **kwargs: Any) -> None:
        super().__init__(
            nb,
            timeout=timeout,
            allow_errors=True,
            interrupt_on_timeout=True,
            error_on_timeout={
                "ename": TIMED_OUT,
                "evalue": f"This cell did not end within {timeout} seconds.",
                "traceback": [f"{TIMED_OUT}: This cell did not end within {timeout} seconds."],
            },
            **kwargs,
        )
        self.on_cell_executed = self._keep_timeouts

    @staticmethod
    def _keep_timeouts(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        content = execute_reply["content"]
        if content.get("ename") == TIMED_OUT:
            cell.outputs.append(_error(TIMED_OUT, content["evalue"]))
