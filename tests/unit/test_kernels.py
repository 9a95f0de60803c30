"""Notebooks that run to their end."""

import nbformat

from course_utils.kernels import SturdyNotebookClient

LAST_WORDS = """
import os
os._exit(os.system("echo last words of a broken kernel > /proc/$PPID/fd/2"))
"""


def test_the_last_words_of_a_kernel_frighten_nobody(capfd):
    """What is written past the messages, to the kernel's own stderr, stays off the screen."""
    cells = [nbformat.v4.new_code_cell(LAST_WORDS), nbformat.v4.new_code_cell("1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    SturdyNotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert "last words" not in capfd.readouterr().err
    assert notebook.cells[1].outputs[0]["data"]["text/plain"] == "2"
