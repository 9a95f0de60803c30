"""What the cells in NumPy cost beside Keras: python bench/cells.py

Two questions, each for SimpleRNN, LSTM and both GRUs, float32, 32 features, 128 units:

* a training step at batch 32, time 100: outputs, the gradient of ½ Σ (outputs - y)², and its
  gradients with respect to the input and every weight; Keras as a ``tf.function`` with a
  ``GradientTape``;
* streaming at batch 1: one step with the state carried, against the Keras cell and against the
  Keras layer on a sequence of one step, both compiled by ``tf.function``.

Each side lives in a process of its own, with one thread, and waits while the other runs. Blocks of
calls alternate between them; the table shows the median seconds of a call and the median ratio of
neighbouring blocks, with its quartiles. Both sides must come to the same numbers first.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BATCH, TIME, FEATURES, UNITS = 32, 100, 32, 128
BLOCKS = 21
BLOCK_SECONDS = 0.25
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
QUIET = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
CELLS = {  # name: (class, gates, further arguments)
    "SimpleRNN": ("SimpleRNN", 1, {}),
    "LSTM": ("LSTM", 4, {}),
    "GRU, reset after": ("GRU", 3, {"reset_after": True}),
    "GRU, reset before": ("GRU", 3, {"reset_after": False}),
}
TASKS = {  # what is compared: (batch, time, our task, Keras' task)
    "training step": (BATCH, TIME, "train", "train"),
    "streaming, Keras cell": (1, 1, "stream", "stream_cell"),
    "streaming, Keras layer": (1, 1, "stream", "stream_layer"),
}


def arrays(name, batch, steps):
    """x, y and the weights W, U, b: the same numbers in both processes."""
    import numpy as np

    rng = np.random.default_rng(0)
    _, gates, options = CELLS[name]
    columns = gates * UNITS
    bias = (2, columns) if options.get("reset_after") else (columns,)
    x = rng.normal(size=(batch, steps, FEATURES))
    y = rng.normal(size=(batch, steps, UNITS))
    W = rng.normal(0, FEATURES**-0.5, (FEATURES, columns))
    U = rng.normal(0, UNITS**-0.5, (UNITS, columns))
    b = rng.normal(0, 0.1, bias)
    return [array.astype("float32") for array in (x, y, W, U, b)]


def ours(name: str, task: str, batch: int, steps: int) -> Callable:
    """A function of no arguments that does the task once; returns numbers to compare."""
    import numpy as np

    from course_utils import cells

    kind, _, options = CELLS[name]
    cell = getattr(cells, kind)
    x, y, *weights = arrays(name, batch, steps)

    def train():
        tape = cells.Tape()
        outputs, *_ = cell.forward(x, *weights, **options, tape=tape)
        return cell.backward(tape, outputs - y)[:4]

    states = [np.zeros((1, UNITS), "float32")] * (2 if kind == "LSTM" else 1)

    def stream():
        nonlocal states
        new = cell.step(x[:, 0], *states, *weights, **options)
        states = new if kind == "LSTM" else [new]
        return states[:1]

    return {"train": train, "stream": stream}[task]


def keras_side(name: str, task: str, batch: int, steps: int) -> Callable:
    """The same of Keras on TensorFlow."""
    import keras
    import tensorflow as tf

    kind, _, options = CELLS[name]
    x, y, *weights = arrays(name, batch, steps)
    layer = getattr(keras.layers, kind)(
        UNITS, return_sequences=True, return_state=task != "train", **options
    )
    layer.build(x.shape)
    layer.set_weights(weights)
    x, y = tf.constant(x), tf.constant(y)
    variables = [v.value for v in layer.trainable_variables]

    @tf.function
    def train():
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = 0.5 * tf.reduce_sum((layer(x) - y) ** 2)
        return tape.gradient(loss, [x, *variables])

    states = [tf.zeros((1, UNITS))] * (2 if kind == "LSTM" else 1)
    compiled_cell = tf.function(lambda x, states: layer.cell(x, states)[1])
    compiled_layer = tf.function(lambda x, states: layer(x, initial_state=states)[1:])
    row = x[:, 0]

    def stream_cell():
        nonlocal states
        states = compiled_cell(row, states)
        return states[:1]

    def stream_layer():
        nonlocal states
        states = compiled_layer(x, states)
        return states[:1]

    return {"train": train, "stream_cell": stream_cell, "stream_layer": stream_layer}[task]


def serve(make: Callable) -> None:
    """Do what comes in, a line of JSON each: prepare a task, or time a block of calls of it."""
    import numpy as np

    for line in sys.stdin:
        order = json.loads(line)
        if "prepare" in order:
            call = make(*order["prepare"])
            norms = [float(np.linalg.norm(np.asarray(array))) for array in call()]
            for _ in range(3):
                call()
            answer = {"norms": norms}
        else:
            start = time.perf_counter()
            for _ in range(order["calls"]):
                result = call()
            np.asarray(result[0])  # TensorFlow may still be at work
            answer = {"seconds": (time.perf_counter() - start) / order["calls"]}
        print(json.dumps(answer), flush=True)


class Side:
    """A process that answers orders."""

    def __init__(self, name: str) -> None:
        root = Path(__file__).parents[1]
        self.process = subprocess.Popen(
            [sys.executable, __file__, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **ONE_THREAD, **QUIET, "PYTHONPATH": str(root)},
        )

    def ask(self, **order):
        print(json.dumps(order), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


def compare(numpy: Side, keras: Side, name: str, task: str) -> tuple[float, float, list[float]]:
    """Median seconds of a call, ours and Keras', and the ratios ours / Keras' of all blocks."""
    batch, steps, our_task, keras_task = TASKS[task]
    a = numpy.ask(prepare=[name, our_task, batch, steps])["norms"]
    b = keras.ask(prepare=[name, keras_task, batch, steps])["norms"]
    assert all(abs(p - q) < 1e-3 * (p + q) for p, q in zip(a, b, strict=True)), (name, task, a, b)
    calls = [max(1, round(BLOCK_SECONDS / s.ask(calls=5)["seconds"])) for s in (numpy, keras)]
    pairs = []
    for block in range(BLOCKS):
        order = [(0, numpy), (1, keras)]
        seconds = {k: s.ask(calls=calls[k])["seconds"] for k, s in order[:: (-1) ** block]}
        pairs.append((seconds[0], seconds[1]))
    medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
    return medians[0], medians[1], [p / q for p, q in pairs]


def main() -> None:
    numpy, keras = Side("numpy"), Side("keras")
    print("Threads, in each process:", ", ".join(f"{k}={v}" for k, v in ONE_THREAD.items()))
    print(f"{BLOCKS} blocks of about {BLOCK_SECONDS} s a side, alternating; {os.cpu_count()} cores")
    print(f"{'':41} {'NumPy ms':>9} {'Keras ms':>9} {'NumPy/Keras':>12}  quartiles")
    for task in TASKS:
        for name in CELLS:
            ours, theirs, ratios = compare(numpy, keras, name, task)
            low, middle, high = statistics.quantiles(ratios, n=4)
            print(
                f"{task:23} {name:17} {1000 * ours:9.3f} {1000 * theirs:9.3f} {middle:12.2f}"
                f"  {low:.2f} to {high:.2f}",
                flush=True,
            )
    for side in (numpy, keras):
        side.process.stdin.close()
        side.process.wait()


if __name__ == "__main__":
    sides = {"numpy": ours, "keras": keras_side}
    serve(sides[sys.argv[1]]) if sys.argv[1:] else main()
