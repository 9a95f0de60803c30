"""What a time step of a recurrent layer costs: python bench/recurrent_cost.py

SimpleRNN, GRU (reset before and after) and LSTM in Keras, at equal units and at about equal
weights: weights, multiplications in matrix products, and measured microseconds per time step of
training (forward, backward, update) and of inference. Batches of 32 sequences of 100 steps with 32
features, float32. The layers take turns, round by round, in one process; each figure is a median,
so the ratios are what to read. Names the backend, the device and the threads. The threads and the
backend are set outside: OMP_NUM_THREADS=1 KERAS_BACKEND=jax python bench/recurrent_cost.py
"""

import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

TIME, FEATURES, BATCH, BATCHES, ROUNDS = 100, 32, 32, 20, 7
UNITS = {
    "equal units": {"SimpleRNN": 128, "GRU before": 128, "GRU after": 128, "LSTM": 128},
    "equal weights": {"SimpleRNN": 271, "GRU before": 150, "GRU after": 150, "LSTM": 128},
}
LAYERS: dict[str, tuple[int, Callable[[int], layers.Layer]]] = {  # blocks of weights, the layer
    "SimpleRNN": (1, layers.SimpleRNN),
    "GRU before": (3, lambda units: layers.GRU(units, reset_after=False)),
    "GRU after": (3, layers.GRU),
    "LSTM": (4, layers.LSTM),
}


def device() -> str:
    """What Keras computes on."""
    if keras.backend.backend() == "jax":
        import jax

        return str(jax.devices()[0].device_kind)
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    return ", ".join(gpu.name for gpu in gpus) or "cpu"


def threads() -> str:
    """How many threads were asked for, or may be used."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return os.environ.get("OMP_NUM_THREADS", f"not limited, {cores} cores")


def measure(units: dict[str, int]) -> dict[str, tuple[int, int, float, float]]:
    """Name -> weights, multiplications, microseconds a time step of training, and of inference."""
    rng = np.random.default_rng(0)
    x = rng.random((BATCH * BATCHES, TIME, FEATURES), dtype=np.float32)
    y = rng.random((BATCH * BATCHES, 1), dtype=np.float32)
    models: dict[str, keras.Model] = {}
    weights, work = {}, {}
    took: dict[tuple[str, str], list[float]] = {}
    for name, n in units.items():
        blocks, make = LAYERS[name]
        layer = make(n)
        model = keras.Sequential([keras.Input((TIME, FEATURES)), layer, layers.Dense(1)])
        model.compile("adam", "mse")
        weights[name], work[name] = layer.count_params(), blocks * n * (FEATURES + n)
        models[name] = model
    for _ in range(ROUNDS + 1):  # the first round compiles
        for name, model in models.items():
            for kind, go in (
                ("train", lambda m=model: m.fit(x, y, batch_size=BATCH, verbose=0)),
                ("run", lambda m=model: m.predict(x, batch_size=BATCH, verbose=0)),
            ):
                start = time.perf_counter()
                go()
                took.setdefault((name, kind), []).append(time.perf_counter() - start)

    def microseconds(name: str, kind: str) -> float:
        return 1e6 * statistics.median(took[name, kind][1:]) / (BATCHES * TIME)

    return {
        name: (weights[name], work[name], microseconds(name, "train"), microseconds(name, "run"))
        for name in units
    }


def main() -> None:
    backend = f"Keras {keras.__version__} on {keras.backend.backend()} ({device()})"
    print(f"{backend}, threads: {threads()}")
    print(f"batch {BATCH}, {TIME} steps, {FEATURES} features; µs a time step, and of the LSTM's")
    for title, units in UNITS.items():
        print(f"\n{title:12} {'units':>6} {'weights':>8} {'products':>9} {'training':>14}", end="")
        print(f" {'inference':>14}")
        found = measure(units)
        _, _, lstm_train, lstm_run = found["LSTM"]
        for name, (weights, work, train, run) in found.items():
            row = f"{name:12} {units[name]:6} {weights:8,} {work:9,}"
            row += f" {train:8.1f} {train / lstm_train:5.2f} {run:8.1f} {run / lstm_run:5.2f}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
