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
    "padded at both ends": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    x = np.pad(x, [((width - 1) // 2, width // 2), (0, 0)])
    return np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
""",
        "padded with zeros at both ends",
    ),
    "first window left out": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    return np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(1, len(x) - width + 1)]
    )
""",
        "the first window is left out",
    ),
    "bias subtracted": (
        answer("y[t] = np.tensordot(x[t : t + width], kernel, 2) - bias"),
        "the bias is subtracted",
    ),
    "a kernel of two rows": (
        answer("y[t] = x[t] @ kernel[0] + (x[t + 1] @ kernel[1] if width > 1 else 0) + bias"),
        "only the first two rows of the kernel",
    ),
    "mean over the window": (
        answer("y[t] = np.tensordot(x[t : t + width], kernel, 2) / width + bias"),
        "the steps of the window were averaged",
    ),
    "mean over the features": (
        answer("y[t] = sum(x[t + i] @ kernel[i] for i in range(width)) / features + bias"),
        "the features were averaged",
    ),
    "feature by feature": (
        answer("y[t] = x[t : t + width].T.ravel() @ kernel.reshape(-1, filters) + bias"),
        "laid out feature by feature",
    ),
    "relu": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.maximum(y, 0)
""",
        "negative results are set to zero",
    ),
    "only for positive numbers": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.abs(y)
""",
        "not the right numbers",
    ),
    "clipped": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.clip(y, -5, 5)
""",
        "the results are cut off at -5 and 5",
    ),
    "clipped at ten": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.clip(y, -10, 10)
""",
        "not the right numbers",
    ),
    "rounded to 4 places": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.round(y, 4)
""",
        "rounded to 4 places",
    ),
    "rounded to 6 places": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.round(y, 6)
""",
        "rounded to 6 places",
    ),
    "rounded to 8 places": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.round(y, 8)
""",
        "rounded to 8 places",
    ),
    "rounded to 6 places, float32": (
        """
def convolve(x, kernel, bias):
    width = len(kernel)
    y = np.array(
        [np.tensordot(x[t : t + width], kernel, 2) + bias for t in range(len(x) - width + 1)]
    )
    return np.round(y, 6).astype('float32')
""",
        "rounded to 6 places",
    ),
    "rounded on the way": (
        answer("y[t] = sum(np.round(x[t + i] @ kernel[i], 6) for i in range(width)) + bias"),
        "rounded to 6 places after the point before they are added",
    ),
    "half precision on the way": (
        answer("y[t] = (np.tensordot(x[t : t + width], kernel, 2) + bias).astype('float16')"),
        "right to some digits, but not to all",
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
    "SciPy's correlate": """
from scipy.signal import correlate

def convolve(x, kernel, bias):
    columns = [correlate(x, kernel[:, :, o], "valid")[:, 0] for o in range(len(bias))]
    return np.stack(columns, axis=-1) + bias
""",
    "np.convolve with the kernel turned round": """
def convolve(x, kernel, bias):
    columns = []
    for o in range(kernel.shape[2]):
        y = sum(np.convolve(x[:, f], kernel[::-1, f, o], "valid") for f in range(x.shape[1]))
        columns.append(y + bias[o])
    return np.stack(columns, axis=1).tolist()
""",
    "all in float32, a class": """
class Convolution:
    def __init__(self, kernel, bias):
        self.kernel, self.bias = kernel.astype("float32"), bias.astype("float32")

    def __call__(self, x):
        width = len(self.kernel)
        windows = [x[t : t + width] for t in range(len(x) - width + 1)]
        return np.tensordot(np.array(windows, dtype="float32"), self.kernel, 2) + self.bias

def convolve(x, kernel, bias):
    return Convolution(kernel, bias)(x).astype(float)
""",
}
