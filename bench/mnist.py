"""What an epoch of row-by-row MNIST costs: python bench/mnist.py

One pass over 6,400 images of MNIST's shape (random pixels: time does not depend on them),
batch 128, float32, after a warm-up; the median of five passes, all in one process and on the same
work, so the ratios are what to read. Prints one row a model.
"""

import os
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

IMAGES, BATCH = 6_400, 128
MODELS = {
    "dense, 256 hidden units": [layers.Flatten(), layers.Dense(256, activation="relu")],
    "LSTM, 128 units": [layers.LSTM(128)],
    "LSTM, 128 units, relu": [layers.LSTM(128, activation="relu")],
    "two LSTM layers, 128 units": [layers.LSTM(128, return_sequences=True), layers.LSTM(128)],
    "SimpleRNN, 128 units": [layers.SimpleRNN(128)],
    "GRU, 128 units": [layers.GRU(128)],
}


def seconds_per_pass(stack: list[layers.Layer], x: np.ndarray, y: np.ndarray) -> float:
    """Median seconds of five passes of training over x (images, 28, 28)."""
    model = keras.Sequential([keras.Input((28, 28)), *stack, layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x[: 2 * BATCH], y[: 2 * BATCH], batch_size=BATCH, verbose=0)
    passes = []
    for _ in range(5):
        start = time.perf_counter()
        model.fit(x, y, batch_size=BATCH, verbose=0)
        passes.append(time.perf_counter() - start)
    return statistics.median(passes)


def main() -> None:
    rng = np.random.default_rng(0)
    x = rng.random((IMAGES, 28, 28), dtype=np.float32)
    y = rng.integers(0, 10, IMAGES)
    print(f"Keras {keras.__version__} on {keras.backend.backend()}, {os.cpu_count()} cores")
    print(f"{'model':28} {'ms a batch':>10} {'times dense':>12}")
    baseline = None
    for name, stack in MODELS.items():
        seconds = seconds_per_pass(stack, x, y)
        baseline = baseline or seconds
        milliseconds = 1000 * seconds * BATCH / IMAGES
        print(f"{name:28} {milliseconds:10.1f} {seconds / baseline:12.1f}", flush=True)


if __name__ == "__main__":
    main()
