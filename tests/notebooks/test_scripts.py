"""Chapters run as plain scripts on an accelerator host, which has JAX and no TensorFlow."""

import os
import subprocess
import sys
import textwrap

import make_notebooks
import pytest

from course_utils import running

BLOCKED = ("tensorflow", "IPython", "ipywidgets", "jupytext", "nbformat", "myst_nb", "pytest")


@pytest.mark.parametrize("chapter", make_notebooks.chapters(), ids=lambda p: p.stem)
def test_chapters_run_as_scripts_on_jax_without_tensorflow(chapter, tmp_path):
    """What an accelerator host has: Keras, JAX, NumPy, matplotlib and the package's light core."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name.partition('.')[0] in {BLOCKED!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
    )
    script = tmp_path / "chapter.py"
    script.write_text(running.script(chapter), "utf-8")
    environment = os.environ | {
        "KERAS_BACKEND": "jax",
        "COURSE_PROFILE": "quick",
        "MPLBACKEND": "agg",
        "PYTHONPATH": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]


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
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
