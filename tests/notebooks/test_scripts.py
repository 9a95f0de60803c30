"""Chapters run as plain scripts on an accelerator host, which has JAX and no TensorFlow.

In the smoke profile: every cell runs, and hardly anything is trained. What is left is compilation,
so XLA is told to compile quickly, not well.
"""

import os
import re
import subprocess
import sys
import textwrap

import pytest

from bookkit import publish
from course_utils import running

BLOCKED = ("tensorflow", "IPython", "ipywidgets", "jupytext", "nbformat", "myst_nb", "pytest")
HOST = {
    "KERAS_BACKEND": "jax",
    "COURSE_PROFILE": "smoke",
    "MPLBACKEND": "agg",
    "XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false",
}


def run_on_host(script, folder):
    """Run a script of `running.script` where only the light core is installed beside Keras and JAX.

    Fails unless its last cell was reached and ended, and names the cell that it stopped in: each
    mark of a cell becomes a line in a file.
    """
    (folder / "sitecustomize.py").write_text(
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name.partition('.')[0] in {BLOCKED!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
    )
    log = folder / "reached.txt"
    log.write_text("the start\n")
    mark = re.compile(r"^# %% (cell \d+ of \d+)$", re.MULTILINE)
    cells = mark.findall(script)
    note = f"print({{!r}}, file=open({str(log)!r}, 'a'))\n"
    noted = mark.sub(lambda m: note.format(m[1]), script) + note.format("the end")
    (folder / "chapter.py").write_text(noted, "utf-8")
    done = subprocess.run(
        [sys.executable, "chapter.py"],
        cwd=folder,
        env=os.environ | HOST | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    reached = log.read_text("utf-8").splitlines()
    right = ["the start", *cells, "the end"]
    assert cells and reached == right, f"in {reached[-1]}:\n{done.stderr[-3000:]}"
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize("chapter", publish.chapters(), ids=lambda p: p.stem)
def test_chapters_run_as_scripts_on_jax_without_tensorflow(chapter, tmp_path):
    run_on_host(running.script(chapter), tmp_path)


@pytest.mark.parametrize(
    ("stops", "says"),
    [
        ("import tensorflow", "No module named 'tensorflow'"),
        ("assert claims.check('nowhere', 1)", "no claim named 'nowhere'"),
        ("raise SystemExit(0)", ""),
    ],
    ids=["what a host lacks", "an unknown claim", "an early end"],
)
def test_the_cell_that_a_script_stops_in_is_named(stops, says, tmp_path):
    chapter = tmp_path / "chapter.md"
    cells = ("from course_utils import claims", stops, "print('never reached')")
    chapter.write_text("".join(f"```{{code-cell}}\n{cell}\n```\n\n" for cell in cells))
    with pytest.raises(AssertionError, match=rf"in cell 2 of 3:(?s:.*){says}"):
        run_on_host(running.script(chapter), tmp_path)


def test_stateful_layers_lose_their_state_in_compiled_steps_on_jax():
    """Chapter 3 warns of it. When Keras mends it, this fails, and the warning can go."""
    code = """
        import keras, numpy as np
        layer = keras.layers.SimpleRNN(3, stateful=True)
        model = keras.Sequential([keras.Input((4, 2), batch_size=5), layer])
        model.compile("sgd", "mse")
        x = np.ones((5, 4, 2))
        model.predict_on_batch(x)
        assert np.all(np.asarray(layer.states[0]) == 0)
        model(x)
        assert np.all(np.asarray(layer.states[0]) != 0)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | HOST,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
