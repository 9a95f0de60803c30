"""A packed archive on an accelerator host: JAX, no TensorFlow, no network, and it is killed once.

The host is an environment that has nothing but Keras, JAX and the light core, less pooch, which
`--have` says, so that its wheel is in the archive.
"""

import json
import os
import signal
import subprocess
import time
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_utils import packing, records
from course_utils.datasets import shakespeare

LACKS = "pooch"
QUICKLY = "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"  # compile
CHAPTER = """---
file_format: mystnb
---

```{code-cell} ipython3
:tags: [train]

import os
from pathlib import Path

import keras
import numpy as np

from course_utils import datasets, records, training

text = datasets.load("shakespeare")


def train(rate, seed):
    with Path(os.environ["COURSE_OUT"], "begun.txt").open("a") as log:
        log.write(f"{rate} {seed} {os.getpid()}\\n")
    training.set_seed(seed)
    ids = np.frombuffer(text.train[:4096].encode(), np.uint8).reshape(64, 64) % 8
    model = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(8, 4),
                              keras.layers.SimpleRNN(4), keras.layers.Dense(8)])
    model.compile(keras.optimizers.SGD(rate),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return {"metrics": {"nats": model.train_on_batch(ids[:, :-1], ids[:, -1])}}
```

```{code-cell} ipython3
:tags: ["train:aside"]

aside = records.sweep("aside", {"slow": {"rate": 0.001}}, train, data=text.source)
```

```{code-cell} ipython3
:tags: ["train:choose"]

RATES = {f"at {rate}": {"rate": rate} for rate in (0.01, 0.1)}
choose = records.sweep("choose", RATES, train, seeds=[100], data=text.source)
```

```{code-cell} ipython3
:tags: ["train:scored"]

best = min((run["metrics"]["nats"], run["options"]["rate"]) for run in choose)[1]
scored = records.sweep("scored", {"chosen": {"rate": best}}, train, data=text.source)
```
"""


def distributions(*names):
    """Installed packages and all that they need."""
    found, todo = {}, list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = metadata.distribution(name)
            needed = map(Requirement, found[name].requires or ())
            todo += [r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    return [found[name] for name in found if name != "course-utils"]


@pytest.fixture
def host(tmp_path):
    """Python of a new environment, which borrows the installed files of some packages."""
    venv.create(tmp_path / "host", with_pip=False)
    (site,) = (tmp_path / "host").glob("lib/python*/site-packages")
    there = [d for d in distributions("course-utils", "keras", "jax") if d.name != LACKS]
    for distribution in there:
        for top in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(Path(distribution.locate_file(top)).resolve())
    assert not (site / "tensorflow").exists() and not (site / "jupytext").exists()
    told = [{"name": distribution.name, "version": distribution.version} for distribution in there]
    (tmp_path / "have.json").write_text(json.dumps(told))
    return tmp_path / "host" / "bin" / "python"


def begun(parts):
    log = parts / "begun.txt"
    return [line.rsplit(" ", 1)[0] for line in log.read_text().splitlines()] if log.exists() else []


def test_a_packed_chapter_runs_without_network_and_survives_being_killed(
    host, tmp_path, monkeypatch
):
    book = tmp_path / "book"
    for folder in ("records", "assets/models"):
        (book / folder).mkdir(parents=True)
    (book / "claims.yml").write_text("[]\n")
    (book / "small.md").write_text(CHAPTER, "utf-8")
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "shakespeare.txt").write_text(
        ("to be or " * shakespeare.LENGTH)[: shakespeare.LENGTH]
    )
    monkeypatch.setattr(records, "home", lambda: book)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirror"))
    packed = packing.pack(
        [book / "small.md"],
        tmp_path / "a.zip",
        seeds=[0, 1],
        first=["scored"],
        have=tmp_path / "have.json",
    )
    there = tmp_path / "there"
    with zipfile.ZipFile(packed.path) as archive:
        archive.extractall(there)
    assert [wheel.name.split("-")[0] for wheel in there.glob("wheels/*")] == [LACKS]
    assert {path.name for path in there.glob("data/*")} == {"shakespeare.txt"}

    command = ["unshare", "-rn", str(host), "run.py", "--limit-minutes", "9"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XLA_FLAGS": QUICKLY}
    run = subprocess.Popen(command, cwd=there, env=environment, start_new_session=True)
    parts = there / "parts" / "small"
    while len(list(parts.glob(records.PARTS))) < 3:
        assert run.poll() is None
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    kept = {path: path.read_bytes() for path in parts.glob(records.PARTS)}
    killed_at = begun(parts)
    assert 3 <= len(kept) < 6
    assert sorted(killed_at[:2]) == ["0.01 100", "0.1 100"]  # first, though third in the chapter

    done = subprocess.run(command, cwd=there, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "6 parts are in" in done.stdout
    assert all(path.read_bytes() == content for path, content in kept.items())
    assert len(begun(parts)) == 6 + len(killed_at) - len(kept)  # what was in the middle, again

    merged = packing.merge(there / "parts")
    record = records.load("small")
    assert merged.refused == {} and len(record.runs) == 6
    assert record.where("scored").startswith("Keras on jax")
    assert {environment["data"] for environment in record.environments} == {"mirror"}
    assert record.settings("choose") == ["at 0.01", "at 0.1"]
