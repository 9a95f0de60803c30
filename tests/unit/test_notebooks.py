"""Notebooks as people hand them in: read in whatever state they are, and run to their end."""

import json
import socket

import nbformat
import pytest
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils import notebooks
from course_utils.notebooks import SturdyNotebookClient, UnreadableError, read

LAST_WORDS = """
import os
os._exit(os.system("echo last words of a broken kernel > /proc/$PPID/fd/2"))
"""
STOPS = "import os\nos._exit(1)"
# An honest cell that takes a moment, in which a kernel that was told to stop does stop.
MOMENT = "import time\ntime.sleep(0.4)\nmoments = 1"


def run(*sources, folder=None):
    """The notebook of these cells, after it ran."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    where = {"metadata": {"path": str(folder)}} if folder else {}
    SturdyNotebookClient(notebook, timeout=60, kernel_name="python3", resources=where).execute()
    return notebook


def errors_of(cell):
    return [out for out in cell.outputs if out.output_type == "error"]


def errors(notebook):
    """The names of the errors that each cell shows."""
    return [[out.ename for out in errors_of(cell)] for cell in notebook.cells]


def result(cell):
    return cell.outputs[0]["data"]["text/plain"]


def test_the_last_words_of_a_kernel_frighten_nobody(capfd):
    """What is written past the messages, to the kernel's own stderr, stays off the screen."""
    notebook = run(LAST_WORDS, "1 + 1")
    assert "last words" not in capfd.readouterr().err
    assert result(notebook.cells[1]) == "2"


def test_an_error_that_the_kernel_shows_in_no_output_becomes_one():
    notebook = run("%%no_such_magic\n1", "import sys\nsys.exit(3)", "1 / 0", "1 + 1")
    assert errors(notebook) == [["UsageError"], ["SystemExit"], ["ZeroDivisionError"], []]
    assert "%%no_such_magic" in errors_of(notebook.cells[0])[0].evalue


@pytest.mark.parametrize("leave", ["exit()", "get_ipython().kernel.do_shutdown(False)"])
def test_a_cell_that_leaves_python_costs_itself_alone(tmp_path, leave):
    """Its kernel stops a moment later, in an honest cell; it is not run again to catch up."""
    count = tmp_path / "count.txt"
    leaves = f"print('x', file=open({str(count)!r}, 'a'))\n{leave}"
    notebook = run("first = 1", leaves, "second = 2", MOMENT, "first + second + moments")
    assert errors(notebook) == [[], ["KernelDied"], [], [], []]
    assert result(notebook.cells[-1]) == "4"
    # Once as the notebook runs, and twice to find out that it, and no other cell, did it.
    assert count.read_text().split() == ["x"] * 3


def test_the_cell_in_which_python_stops_is_blamed_when_no_other_did_it():
    notebook = run("first = 1", MOMENT, STOPS, "first")
    assert errors(notebook) == [[], [], ["KernelDied"], []]
    assert errors_of(notebook.cells[2])[0].evalue == "Python stopped while this cell ran."
    assert result(notebook.cells[-1]) == "1"


def test_after_too_many_deaths_the_rest_says_that_it_was_not_run(monkeypatch):
    monkeypatch.setattr(notebooks, "MAX_DEATHS", 1)
    notebook = run(STOPS, STOPS, "1 + 1")
    assert errors(notebook) == [["KernelDied"]] * 3
    assert errors_of(notebook.cells[-1])[0].evalue.startswith("Not run")


def test_a_kernel_whose_port_was_taken_is_started_once_more(monkeypatch):
    taken, launch = [], LocalProvisioner.launch_kernel

    async def launch_late(self, cmd, **settings):
        if not taken:
            taken.append(socket.create_server(("127.0.0.1", self.parent.shell_port)))
        return await launch(self, cmd, **settings)

    monkeypatch.setattr(LocalProvisioner, "launch_kernel", launch_late)
    assert result(run("1 + 1").cells[0]) == "2"
    taken[0].close()


def test_modules_beside_the_notebook_come_after_what_is_installed(tmp_path):
    (tmp_path / "helper.py").write_text("VALUE = 1")
    for name in ("course_utils", "random", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not this one')")
    notebook = run(
        "%%writefile other.py\nVALUE = 2",
        "import helper, other\nhelper.VALUE + other.VALUE",
        "import course_utils, random, numpy\ncourse_utils.__version__",
        "sys",
        folder=tmp_path,
    )
    assert errors(notebook) == [[], [], [], ["NameError"]]
    assert result(notebook.cells[1]) == "3"


def plain():
    """A notebook as plain data, with text outside ASCII and one of nbgrader's marks."""
    marks = {"nbgrader": {"grade_id": "size", "grade": False, "solution": True}}
    cells = [new_code_cell("größe = 1", metadata=marks), new_markdown_cell("Größe")]
    return json.loads(nbformat.writes(new_notebook(cells=cells)))


def changed(**parts):
    return plain() | parts


def with_cell(**parts):
    nb = plain()
    nb["cells"][0] |= parts
    return nb


def without(*names):
    nb = plain()
    for cell in nb["cells"]:
        for name in names:
            cell.pop(name, None)
    return nb


BLEMISHES = {
    "ids in an older format": changed(nbformat_minor=4),
    "no outputs": without("outputs", "execution_count"),
    "no ids": without("id"),
    "no metadata": changed(metadata=None),
    "a kernel without its display name": changed(metadata={"kernelspec": {"name": "python3"}}),
    "no authors": changed(metadata={"authors": None}),
    "a star for a count": with_cell(execution_count="*"),
    "an id with blanks": with_cell(id="cell 1 é"),
    "an output of no kind": with_cell(outputs=[{"output_type": "odd"}]),
    "lines for text": with_cell(source=["größe", " = 1"]),
    "tags that are no list": with_cell(metadata={**plain()["cells"][0]["metadata"], "tags": "x"}),
    "a nested mark": with_cell(
        metadata={"nbgrader": plain()["cells"][0]["metadata"]["nbgrader"] | {"more": [{}]}}
    ),
}


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.mark.parametrize("content", BLEMISHES.values(), ids=BLEMISHES)
def test_what_no_test_reads_may_be_as_it_likes(tmp_path, content):
    nb = read(write(tmp_path / "a.ipynb", content))
    nbformat.validate(nb)
    assert [cell.source for cell in nb.cells] == ["größe = 1", "Größe"]
    if isinstance(content["cells"][0].get("metadata"), dict):
        assert nb.cells[0].metadata.nbgrader.grade_id == "size"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252"])
def test_a_notebook_is_read_in_whatever_encoding_it_was_saved(tmp_path, encoding):
    data = json.dumps(plain(), ensure_ascii=False).encode(encoding)
    nb = read(write(tmp_path / "a.ipynb", data))
    assert nb.cells[1].source == "Größe"


def test_half_a_character_is_replaced_and_a_whole_one_is_not(tmp_path):
    nb = read(write(tmp_path / "a.ipynb", with_cell(source="# \ud83d, \ud83d\ude00")))
    assert nb.cells[0].source == "# �, 😀"


def test_pictures_in_an_answer_are_kept(tmp_path):
    content = plain()
    content["cells"][1]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    nb = read(write(tmp_path / "a.ipynb", content))
    assert nb.cells[1].attachments == {"a.png": {"image/png": "iVBORw0KGgo="}}


def test_an_old_notebook_is_converted(tmp_path):
    cells = [{"cell_type": "code", "language": "python", "input": "1", "outputs": []}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    assert read(write(tmp_path / "a.ipynb", old)).cells[0].source == "1"


DEEP = b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
LONG = b'{"nbformat": 4, "cells": [], "size": ' + b"9" * 5000 + b"}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (DEEP, "is nested too deeply"),
        (LONG, "a number in it is too long"),
        (b"", "is empty"),
        (b"\xff\xfe\x00", "it is not text"),
        (b"\x89PNG\r\n\x1a\n\x00", "it is not text"),
        (b'{"nbformat": 4,\n "cells": [', "is not a complete notebook: line 2"),
        (b"[1, 2]", "though its name says so"),
        (b'{"nbformat": 4, "cells": 3}', "is damaged"),
        (b'{"nbformat": 4, "cells": [3]}', "is damaged"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "poem"}]}', "is damaged"),
    ],
)
def test_what_is_no_notebook_says_why(tmp_path, content, words):
    with pytest.raises(UnreadableError, match=f"^a.ipynb .*{words}"):
        read(write(tmp_path / "a.ipynb", content))
