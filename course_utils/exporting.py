"""Trained networks as one JSON file, for the page (``book/assets/rnn.js``) and for plain NumPy.

The file holds a chain of layers, each with its settings and its weights in Keras' own layout::

    {"format": "networks-that-remember/1",
     "layers": [{"type": "LSTM", "units": 128, "return_sequences": true, …,
                 "weights": {"kernel": {"shape": [28, 512], "dtype": "float16", "data": "…"}, …}}],
     "meta": {…}}

``data`` is the array in row-major order, little endian, in base64. Nothing here imports Keras:
:func:`export_model` is given a built model, and :func:`load_exported` and :func:`predict` need
NumPy alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils._home import home

__all__ = ["FORMAT", "ExportError", "export_model", "load_exported", "model_path", "predict"]

FORMAT = "networks-that-remember/1"
ACTIVATIONS = ("linear", "relu", "sigmoid", "softmax", "tanh")
DTYPES = ("float16", "float32")
LAYERS = ("Bidirectional", "Dense", "Embedding", "GRU", "LSTM", "SimpleRNN")
RECURRENT = ("GRU", "LSTM", "SimpleRNN")
ONLY_WHILE_TRAINING = (
    "ActivityRegularization",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "InputLayer",
    "SpatialDropout1D",
)
MERGE_MODES = ("ave", "concat", "mul", "sum")

Array = NDArray[Any]
Layer = dict[str, Any]


class ExportError(ValueError):
    """The model, or the file, holds something that the runtime in the page does not do."""


def model_path(name: str) -> Path:
    """Where the exported network `name` is; FileNotFoundError when there is none of that name."""
    path = home() / "assets" / "models" / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.json")))
        raise FileNotFoundError(f"no exported network is called {name!r}; there are: {known}")
    return path


# Writing ------------------------------------------------------------------------------------------


def export_model(
    model: Any, path: str | Path, dtype: str = "float16", meta: Mapping[str, Any] | None = None
) -> Path:
    """Write a built Keras 3 model, `Sequential` or a functional chain, to `path`.

    dtype: "float16" (two bytes a weight, three digits) or "float32". meta: anything JSON can hold.
    Layers: Embedding, SimpleRNN, LSTM, GRU, Dense, Bidirectional; layers that act only in training
    (Dropout, GaussianNoise …) are left out. Returns the path.
    Raises ExportError, naming the layer, for anything else.
    """
    if dtype not in DTYPES:
        raise ExportError(f"dtype is {dtype!r}, expected one of {', '.join(DTYPES)}")
    layers = [
        _describe(layer, dtype)
        for layer in _chain(model)
        if type(layer).__name__ not in ONLY_WHILE_TRAINING
    ]
    if not layers:
        raise ExportError(f"{model.name} has no layer to export")
    document = {"format": FORMAT, "layers": layers, "meta": dict(meta or {})}
    path = Path(path)
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n", "utf-8")
    return path


def _chain(model: Any) -> list[Any]:
    """The layers in order, when each reads the one before it and nothing else."""
    if not getattr(model, "built", False):
        raise ExportError(
            f"{getattr(model, 'name', model)} has no weights yet: give it a keras.Input, or call it"
        )
    config = model.get_config()
    layers = list(model.layers)
    if not any("inbound_nodes" in entry for entry in config.get("layers", ())):
        if "layers" not in config:
            raise ExportError(
                f"{model.name} is a {type(model).__name__}; only Sequential models and functional "
                "chains can be exported"
            )
        return layers
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ExportError(
            f"{model.name} has {len(model.inputs)} inputs and {len(model.outputs)} outputs; "
            "only a chain with one of each can be exported"
        )
    before = None
    for entry in config["layers"]:
        sources = [name for node in entry["inbound_nodes"] for name in _sources(node)]
        if sources != ([] if before is None else [before]):
            raise ExportError(
                f"layer {entry['name']!r} reads {', '.join(map(repr, sources)) or 'nothing'}, "
                f"expected {before!r}: only a chain of layers can be exported"
            )
        before = entry["name"]
    return layers


def _sources(value: Any) -> Iterator[str]:
    """The layers whose tensors appear anywhere in a node of a functional model's config."""
    if isinstance(value, Mapping):
        if "keras_history" in value:
            yield value["keras_history"][0]
        else:
            for part in value.values():
                yield from _sources(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _sources(part)


def _describe(layer: Any, dtype: str) -> Layer:
    """One layer as plain data."""
    kind = type(layer).__name__
    if kind not in LAYERS:
        raise ExportError(
            f"layer {layer.name!r} is a {kind}, which the page cannot run; "
            f"it runs {', '.join(LAYERS)}"
        )
    config = layer.get_config()
    if kind == "Bidirectional":
        if layer.merge_mode not in MERGE_MODES:
            raise ExportError(
                f"layer {layer.name!r} has merge_mode={layer.merge_mode!r}; "
                f"the page knows {', '.join(MERGE_MODES)}"
            )
        return {
            "type": kind,
            "merge_mode": layer.merge_mode,
            "forward": _describe(layer.forward_layer, dtype),
            "backward": _describe(layer.backward_layer, dtype),
        }
    if kind == "Embedding":
        if config.get("mask_zero"):
            raise ExportError(
                f"layer {layer.name!r} has mask_zero=True, and the page has no masks: "
                "cut the padding off and export without it"
            )
        settings = {"input_dim": config["input_dim"], "output_dim": config["output_dim"]}
        named = {"embeddings": layer.get_weights()[0]}
    elif kind == "Dense":
        settings = {"units": config["units"], "activation": _activation(layer, "activation")}
        named = dict(zip(("kernel", "bias"), layer.get_weights(), strict=False))
    else:
        if config.get("return_state"):
            raise ExportError(f"layer {layer.name!r} has return_state=True: export one output only")
        settings = {
            "units": config["units"],
            "activation": _activation(layer, "activation"),
            "return_sequences": bool(config["return_sequences"]),
            "go_backwards": bool(config["go_backwards"]),
        }
        if kind != "SimpleRNN":
            settings["recurrent_activation"] = _activation(layer, "recurrent_activation")
        if kind == "GRU":
            settings["reset_after"] = bool(config["reset_after"])
        names = ("kernel", "recurrent_kernel", "bias")
        named = dict(zip(names, layer.get_weights(), strict=False))
    packed = {name: _pack(array, dtype, layer.name, name) for name, array in named.items()}
    return {"type": kind, **settings, "weights": packed}


def _activation(layer: Any, which: str) -> str:
    name = layer.get_config()[which]
    if name not in ACTIVATIONS:
        raise ExportError(
            f"layer {layer.name!r} has {which}={name!r}; the page knows {', '.join(ACTIVATIONS)}"
        )
    return str(name)


def _pack(array: ArrayLike, dtype: str, layer: str, name: str) -> dict[str, Any]:
    exact = np.asarray(array)
    with np.errstate(over="ignore"):
        stored = np.ascontiguousarray(exact, dtype=np.dtype(dtype).newbyteorder("<"))
    if not np.isfinite(stored).all():
        raise ExportError(
            f"layer {layer!r}: {name} reaches {np.abs(exact).max():g}, which {dtype} cannot hold"
        )
    data = base64.b64encode(stored.tobytes()).decode("ascii")
    return {"shape": list(stored.shape), "dtype": dtype, "data": data}


# Reading ------------------------------------------------------------------------------------------


def load_exported(path: str | Path) -> dict[str, Any]:
    """An exported file with its weights as float64 arrays: {"format", "layers", "meta"}.

    Raises ExportError when the file is of another format or its data do not fill their shapes.
    """
    document = json.loads(Path(path).read_text("utf-8"))
    if document.get("format") != FORMAT:
        raise ExportError(f"{path} has format {document.get('format')!r}, expected {FORMAT!r}")
    document["layers"] = [_unpack(layer) for layer in document["layers"]]
    return document


def _unpack(layer: Layer) -> Layer:
    if layer["type"] not in LAYERS:
        raise ExportError(f"layer type {layer['type']!r} is none of {', '.join(LAYERS)}")
    if layer["type"] == "Bidirectional":
        sides = {side: _unpack(layer[side]) for side in ("forward", "backward")}
        return {**layer, **sides}
    arrays = {}
    for name, packed in layer["weights"].items():
        flat = np.frombuffer(
            base64.b64decode(packed["data"]), np.dtype(packed["dtype"]).newbyteorder("<")
        )
        if flat.size != np.prod(packed["shape"], dtype=int):
            raise ExportError(
                f"{layer['type']}: {name} holds {flat.size} numbers, expected {packed['shape']}"
            )
        arrays[name] = flat.astype("float64").reshape(packed["shape"])
    return {**layer, "weights": arrays}


# Running ------------------------------------------------------------------------------------------


def predict(exported: Mapping[str, Any], x: ArrayLike) -> Array:
    """What the exported network makes of a batch, in NumPy and float64.

    x: (batch, time, features), or ids (batch, time) when the first layer is an Embedding.
    Returns (batch, time, units) where sequences are returned, else (batch, units).
    """
    values = np.asarray(x)
    for layer in exported["layers"]:
        values = _run(layer, values)
    return values


def _run(layer: Layer, x: Array) -> Array:
    kind = layer["type"]
    if kind == "Embedding":
        return layer["weights"]["embeddings"][x]
    if kind == "Dense":
        weights = layer["weights"]
        return _act(layer["activation"])(x @ weights["kernel"] + weights.get("bias", 0.0))
    if kind == "Bidirectional":
        forward, backward = _run(layer["forward"], x), _run(layer["backward"], x)
        if layer["backward"]["return_sequences"]:
            backward = backward[:, ::-1]
        if layer["merge_mode"] == "concat":
            return np.concatenate([forward, backward], axis=-1)
        if layer["merge_mode"] == "mul":
            return forward * backward
        return (forward + backward) / (2 if layer["merge_mode"] == "ave" else 1)
    return _run_recurrent(layer, x[:, ::-1] if layer.get("go_backwards") else x)


def _run_recurrent(layer: Layer, x: Array) -> Array:
    """x: (batch, time, features) → (batch, time, units), or the last output (batch, units)."""
    step: Callable[..., tuple[Array, ...]] = _STEPS[layer["type"]]
    h = np.zeros((len(x), layer["units"]))
    state: tuple[Array, ...] = (h, h) if layer["type"] == "LSTM" else (h,)
    outputs = []
    for t in range(x.shape[1]):
        state = step(layer, x[:, t], *state)
        outputs.append(state[0])
    return np.stack(outputs, axis=1) if layer["return_sequences"] else outputs[-1]


def _parts(layer: Layer) -> tuple[Array, Array, Any]:
    weights = layer["weights"]
    return weights["kernel"], weights["recurrent_kernel"], weights.get("bias")


def _simple_step(layer: Layer, x: Array, h: Array) -> tuple[Array]:
    W, U, b = _parts(layer)
    return (_act(layer["activation"])(x @ W + h @ U + (0.0 if b is None else b)),)


def _lstm_step(layer: Layer, x: Array, h: Array, c: Array) -> tuple[Array, Array]:
    """Gates in Keras' order: input, forget, candidate, output."""
    W, U, b = _parts(layer)
    act, gate = _act(layer["activation"]), _act(layer["recurrent_activation"])
    i, f, candidate, o = np.split(x @ W + h @ U + (0.0 if b is None else b), 4, axis=-1)
    c = gate(f) * c + gate(i) * act(candidate)
    return gate(o) * act(c), c


def _gru_step(layer: Layer, x: Array, h: Array) -> tuple[Array]:
    """Gates in Keras' order: update z (which keeps the old state), reset r, candidate."""
    W, U, b = _parts(layer)
    units = layer["units"]
    act, gate = _act(layer["activation"]), _act(layer["recurrent_activation"])
    b_x, b_h = (b if layer["reset_after"] else (b, 0.0)) if b is not None else (0.0, 0.0)
    from_x = x @ W + b_x
    if layer["reset_after"]:
        from_h = h @ U + b_h
        z, r = np.split(gate(from_x[:, : 2 * units] + from_h[:, : 2 * units]), 2, axis=-1)
        candidate = act(from_x[:, 2 * units :] + r * from_h[:, 2 * units :])
    else:
        z, r = np.split(gate(from_x[:, : 2 * units] + h @ U[:, : 2 * units]), 2, axis=-1)
        candidate = act(from_x[:, 2 * units :] + (r * h) @ U[:, 2 * units :])
    return (z * h + (1 - z) * candidate,)


_STEPS: dict[str, Callable[..., tuple[Array, ...]]] = {
    "SimpleRNN": _simple_step,
    "LSTM": _lstm_step,
    "GRU": _gru_step,
}


def _softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(x, -700, 700)))


_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "tanh": np.tanh,
}


def _act(name: str) -> Callable[[Array], Array]:
    return _ACTIVATIONS[name]
