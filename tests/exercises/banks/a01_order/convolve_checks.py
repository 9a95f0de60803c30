"""Task 6: a one-dimensional convolution over time, as Keras' Conv1D with padding="valid"."""

SOLUTION_CELL = "convolve"


def answer(window: str, places: str = "len(x) - width + 1", dtype: str = "float") -> str:
    return f"""
def convolve(x, kernel, bias):
    width, features, filters = kernel.shape
    places = {places}
    y = np.zeros((places, filters), dtype={dtype})
    for t in range(places):
        {window}
    return y
"""


WRONG = {
    "kernel flipped": (
        answer("y[t] = sum(x[t + i] @ kernel[width - 1 - i] for i in range(width)) + bias"),
        "kernel is flipped in time",
    ),
    "np.convolve, which flips": (
        """
def convolve(x, kernel, bias):
    columns = []
    for o in range(kernel.shape[2]):
        y = sum(np.convolve(x[:, f], kernel[:, f, o], "valid") for f in range(x.shape[1]))
        columns.append(y + bias[o])
    return np.stack(columns, axis=1)
""",
        "kernel is flipped in time",
    ),
    "no bias": (
        answer("y[t] = np.tensordot(x[t : t + width], kernel, 2)"),
        "the bias is missing",
    ),
    "bias in the inner loop": (
        answer("y[t] = sum(x[t + i] @ kernel[i] + bias for i in range(width))"),
        "the bias is added once for every step of the window",
    ),
    "one window too few": (
        answer("y[t] = np.tensordot(x[t : t + width], kernel, 2) + bias", "len(x) - width"),
        "the last window is left out",
    ),
    "padded at the end": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    x = np.concatenate([x, np.zeros((width - 1, x.shape[1]))])
    return np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
""",
        "the sequence was padded with zeros",
    ),
    "padded at the start (causal)": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    x = np.concatenate([np.zeros((width - 1, x.shape[1])), x])
    return np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
""",
        "padded with zeros at the start",
    ),
    "windows that do not overlap": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    starts = range(0, len(x) - width + 1, width)
    return np.array([np.tensordot(x[t : t + width], kernel, 2) + bias for t in starts])
""",
        "the windows do not overlap",
    ),
    "return inside the loop": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    for t in range(len(x) - width + 1):
        return np.tensordot(x[t : t + width], kernel, 2) + bias
""",
        "only the first window",
    ),
    "whole numbers": (
        answer("y[t] = np.tensordot(x[t : t + width], kernel, 2) + bias", dtype="x.dtype"),
        "everything after the point was cut off",
    ),
    "summed over filters": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    return np.array(
        [
            (np.tensordot(x[t : t + width], kernel, 2) + bias).sum()
            for t in range(len(x) - width + 1)
        ]
    )
""",
        "summed over all filters",
    ),
    "filters first": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    return np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    ).T
""",
        "the axes are exchanged",
    ),
    "first row of the kernel only": (
        answer("y[t] = x[t] @ kernel[0] + bias"),
        "first row of the kernel only",
    ),
    "never filled": (
        answer("z = np.tensordot(x[t : t + width], kernel, 2) + bias"),
        "zero everywhere",
    ),
    "index past the end": (
        answer("y[t] = sum(x[t + i] @ kernel[i] for i in range(width)) + bias", "len(x)"),
        "An index runs past the end",
    ),
    "shapes that do not fit": (
        answer("y[t] = x[t : t + width] @ kernel + bias"),
        "stops with an error",
    ),
    "Keras does it": (
        """
def convolve(x, kernel, bias):
    import keras

    layer = keras.layers.Conv1D(kernel.shape[2], kernel.shape[0])
    layer.build((None, None, kernel.shape[1]))
    layer.set_weights([kernel, bias])
    return np.asarray(layer(x[None]))[0]
""",
        "Write this one by hand",
    ),
    "Keras, imported long before": (
        """
from keras.layers import Conv1D as Slide

def convolve(x, kernel, bias):
    try:
        layer = Slide(kernel.shape[2], kernel.shape[0])
        layer.build((None, None, kernel.shape[1]))
        layer.set_weights([kernel, bias])
        return np.asarray(layer(x[None]))[0]
    except Exception:
        return np.zeros((len(x) - len(kernel) + 1, kernel.shape[2]))
""",
        "Write this one by hand",
    ),
    "a window moves backwards": (
        answer("y[places - 1 - t] = np.tensordot(x[t : t + width], kernel, 2) + bias"),
        "reversed along the time axis",
    ),
    "bias by an update of the kernel": (
        answer("kernel *= 1; y[t] = np.tensordot(x[t : t + width], kernel, 2); bias += 0.5"),
        "changed its input `bias` in place",
    ),
}

RIGHT = {
    "one product for each window": """
def convolve(x, kernel, bias):
    width, features, filters = kernel.shape
    flat = kernel.reshape(width * features, filters)
    windows = np.stack([x[t : t + width].ravel() for t in range(len(x) - width + 1)])
    return windows @ flat + bias
""",
    "four loops and lists": """
def convolve(x, kernel, bias):
    result = []
    for t in range(len(x) - len(kernel) + 1):
        row = []
        for o in range(len(bias)):
            total = float(bias[o])
            for i in range(len(kernel)):
                for f in range(len(x[0])):
                    total += x[t + i][f] * kernel[i][f][o]
            row.append(total)
        result.append(row)
    return result
""",
    "one shifted copy for each row of the kernel, float32": """
def convolve(sequence, kernel, bias):
    places = len(sequence) - len(kernel) + 1
    parts = [sequence[i : i + places] @ k for i, k in enumerate(kernel)]
    return (sum(parts) + bias).astype("float32")
""",
    "np.correlate": """
def convolve(x, kernel, bias):
    y = np.zeros((len(x) - len(kernel) + 1, len(bias))) + bias
    for o in range(len(bias)):
        for f in range(x.shape[1]):
            y[:, o] += np.correlate(x[:, f], kernel[:, f, o], "valid")
    return y
""",
    "sliding_window_view and einsum": """
def convolve(x, kernel, bias):
    windows = np.lib.stride_tricks.sliding_window_view(x, len(kernel), axis=0)
    return np.einsum("tfw,wfo->to", windows, kernel) + bias
""",
}
