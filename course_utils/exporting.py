"""Trained networks as one JSON file, for the page (``book/assets/rnn.js``) and for plain NumPy.

The file of :func:`export_model` holds a chain of layers, each with its settings and its weights in
Keras' own layout::

    {"format": "networks-that-remember/1",
     "layers": [{"type": "LSTM", "units": 128, "return_sequences": true, …,
                 "weights": {"kernel": {"shape": [28, 512], "dtype": "float16", "data": "…"}, …}}],
     "meta": {…}}

``data`` is the array in row-major order, little endian, in base64.

The file of :func:`export_encoder_decoder`, for ``book/assets/encoder-decoder.js``, holds several
such chains, by the part that they play::

    {"format": "networks-that-remember/encoder-decoder/1",
     "encoder": [{"type": "Embedding", …, "mask_zero": true},
                 {"type": "LSTM", …, "return_state": true}],
     "bridges": [{"type": "Dense", …}, …],
     "decoder": [{"type": "Embedding", …}, {"type": "LSTM", …}],
     "attention": {"type": "additive", "units": 32, "weights": {"W_q": …, "W_k": …, "v": …}},
     "readout": [{"type": "Dense", …, "activation": "softmax"}],
     "meta": {…}}

Nothing here imports Keras: the two that write are given built layers, and :func:`load_exported`,
:func:`predict`, :func:`run`, :func:`start` and :func:`step` need NumPy alone.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils._home import home
from course_utils.attention import Additive, Dot, General, ScaledDot, context, masked_softmax

__all__ = [
    "ENCODER_DECODER",
    "FORMAT",
    "ExportError",
    "Step",
    "export_encoder_decoder",
    "export_model",
    "load_exported",
    "model_path",
    "predict",
    "run",
    "start",
    "step",
]

FORMAT = "networks-that-remember/1"
ENCODER_DECODER = "networks-that-remember/encoder-decoder/1"
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
ATTENTIONS = {  # and the weights of each
    "additive": ("W_q", "W_k", "v"),
    "dot": (),
    "general": ("W",),
    "scaled_dot": (),
}

Array = NDArray[Any]
Layer = dict[str, Any]
State = tuple[Array, ...]


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
    Raises ExportError, naming the layer, for anything else: what the page would compute otherwise
    than Keras does is not written.
    """
    chain = _chain(model)
    layers = _describe_all(chain, dtype)
    for layer in chain:
        if layer.get_config().get("mask_zero"):
            raise ExportError(
                f"layer {layer.name!r} has mask_zero=True, and a chain in the page has no masks: "
                "cut the padding off and export without it"
            )
        if getattr(layer, "return_state", False):
            raise ExportError(f"layer {layer.name!r} has return_state=True: export one output only")
    if not layers:
        raise ExportError(f"{model.name} has no layer to export")
    document = {"format": FORMAT, "layers": layers, "meta": dict(meta or {})}
    _read(document)
    return _write(path, document)


def export_encoder_decoder(
    path: str | Path,
    *,
    encoder: Sequence[Any],
    decoder: Sequence[Any],
    readout: Sequence[Any],
    attention: Mapping[str, Any] | None = None,
    bridges: Sequence[Any] = (),
    dtype: str = "float16",
    meta: Mapping[str, Any] | None = None,
) -> Path:
    """Write a trained encoder-decoder to `path`, its built Keras layers given by their part.

    encoder: an Embedding, then any layers that `export_model` knows. Those with
    ``return_state=True`` hand over their last states: h, of an LSTM h and c, of a Bidirectional
    each with the backward one behind the forward one. ``mask_zero=True`` makes 0 padding.
    bridges: a Dense for each state that is handed over, in order; empty where there are none.
    decoder: an Embedding, then recurrent layers that begin with these states, in order.
    attention: None, or how the decoder's output, the query, is compared with the encoder's outputs,
    which are keys and values: ``{"type": "dot"}`` (``keras.layers.Attention``),
    ``{"type": "scaled_dot"}``, ``{"type": "general", "W": …}`` or
    ``{"type": "additive", "W_q": …, "W_k": …, "v": …}``, each weight an array or a Keras layer
    that has no other (a Dense without bias; for v an AdditiveAttention too).
    readout: Dense layers, the last a softmax, on the decoder's output and, behind it, the context:
    ``Concatenate()([output, context])``.

    dtype, meta, what is left out, and what is returned: as in `export_model`.
    Raises ExportError, naming the layer, for what the page cannot run and what does not fit.
    """
    document = {
        "format": ENCODER_DECODER,
        "encoder": _describe_all(encoder, dtype),
        "bridges": _describe_all(bridges, dtype),
        "decoder": _describe_all(decoder, dtype),
        "attention": None if attention is None else _describe_attention(attention, dtype),
        "readout": _describe_all(readout, dtype),
        "meta": dict(meta or {}),
    }
    _read(document)
    return _write(path, document)


def _write(path: str | Path, document: Mapping[str, Any]) -> Path:
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
    if "layers" not in config or not _is_of_keras(type(model)):
        raise ExportError(
            f"{model.name} is a {type(model).__name__}; only Sequential models and functional "
            "chains can be exported"
        )
    if not any("inbound_nodes" in entry for entry in config["layers"]):
        return layers
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ExportError(
            f"{model.name} has {len(model.inputs)} inputs and {len(model.outputs)} outputs; "
            "only a chain with one of each can be exported"
        )
    before, names = None, {layer.name for layer in layers}
    for entry in config["layers"]:
        if entry["name"] not in names:
            raise ExportError(
                f"{entry['name']!r} is the operation {entry['class_name']}, which the page cannot "
                f"run; it runs layers: {', '.join(LAYERS)}"
            )
        sources = [name for node in entry["inbound_nodes"] for name in _sources(node)]
        if sources != ([] if before is None else [before]):
            raise ExportError(
                f"layer {entry['name']!r} reads {', '.join(map(repr, sources)) or 'nothing'}, "
                f"expected {before!r}: only a chain of layers can be exported"
            )
        for node in entry["inbound_nodes"]:
            given = [*node["args"][1:], *node["kwargs"].items()]
            given = [one for one in given if one not in _NOTHING]
            if given:
                raise ExportError(
                    f"layer {entry['name']!r} is called with {given[0]!r}; in the page a layer is "
                    "called with its input alone"
                )
        before = entry["name"]
    return layers


_NOTHING = (None, ("mask", None), ("initial_state", None), ("training", None), ("training", False))


def _is_of_keras(kind: Any) -> bool:
    """Whether a class or function is Keras' own, and does what its name says there."""
    return str(kind.__module__).partition(".")[0] == "keras"


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


def _describe_all(layers: Sequence[Any], dtype: str) -> list[Layer]:
    """Layers as plain data, without those that act only in training."""
    if dtype not in DTYPES:
        raise ExportError(f"dtype is {dtype!r}, expected one of {', '.join(DTYPES)}")
    described = []
    for layer in layers:
        _check_kind(layer, (*LAYERS, *ONLY_WHILE_TRAINING))
        if type(layer).__name__ not in ONLY_WHILE_TRAINING:
            described.append(_describe(layer, dtype))
    return described


def _check_kind(layer: Any, kinds: Sequence[str]) -> None:
    """The layer is one of these, and not one of somebody's own that has the name of one."""
    kind = type(layer).__name__
    if kind not in kinds:
        raise ExportError(
            f"layer {layer.name!r} is a {kind}, which the page cannot run; "
            f"it runs {', '.join(LAYERS)}"
        )
    if not _is_of_keras(type(layer)):
        raise ExportError(
            f"layer {layer.name!r} is a {kind} of {type(layer).__module__}, not of Keras, and the "
            "page knows only what Keras' own does"
        )


def _describe(layer: Any, dtype: str) -> Layer:
    """One layer as plain data."""
    _check_kind(layer, LAYERS)
    kind = type(layer).__name__
    if not layer.built:
        raise ExportError(f"layer {layer.name!r} has no weights yet: call it once")
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
        settings = {"input_dim": config["input_dim"], "output_dim": config["output_dim"]}
        if config["mask_zero"]:
            settings["mask_zero"] = True
        names = ["embeddings"]
    elif kind == "Dense":
        settings = {"units": config["units"], "activation": _activation(layer, "activation")}
        names = ["kernel", "bias"]
    else:
        settings = {
            "units": config["units"],
            "activation": _activation(layer, "activation"),
            "return_sequences": bool(config["return_sequences"]),
            "go_backwards": bool(config["go_backwards"]),
        }
        if config["stateful"]:
            raise ExportError(
                f"layer {layer.name!r} has stateful=True and begins where its last call ended; the "
                "page begins with zeros. Export the same weights in a layer without it"
            )
        if config["return_state"]:
            settings["return_state"] = True
        if kind != "SimpleRNN":
            settings["recurrent_activation"] = _activation(layer, "recurrent_activation")
        if kind == "GRU":
            settings["reset_after"] = bool(config["reset_after"])
        names = ["kernel", "recurrent_kernel", "bias"]
    if not config.get("use_bias", True):
        names.remove("bias")
    found = [weight.name for weight in layer.weights]
    if found != names:
        raise ExportError(
            f"layer {layer.name!r} has the weights {', '.join(found)}, expected "
            f"{', '.join(names)}: the page knows no LoRA and no quantised weights"
        )
    packed = {
        name: _pack(array, dtype, layer.name, name)
        for name, array in zip(names, layer.get_weights(), strict=True)
    }
    return {"type": kind, **settings, "weights": packed}


def _activation(layer: Any, which: str) -> str:
    name = layer.get_config()[which]
    if name not in ACTIVATIONS or not _is_of_keras(getattr(layer, which)):
        raise ExportError(
            f"layer {layer.name!r} has {which}={name!r}; the page knows, of Keras' own, "
            f"{', '.join(ACTIVATIONS)}"
        )
    return str(name)


def _describe_attention(attention: Mapping[str, Any], dtype: str) -> Layer:
    """The attention that `export_encoder_decoder` is given as plain data."""
    kind = attention.get("type")
    if kind not in ATTENTIONS:
        raise ExportError(f"attention type {kind!r} is none of {', '.join(ATTENTIONS)}")
    given = {name: _one_weight(name, value) for name, value in attention.items() if name != "type"}
    if set(given) != set(ATTENTIONS[kind]):
        raise ExportError(
            f"attention: {kind!r} is given {', '.join(given) or 'no weights'}, "
            f"expected {', '.join(ATTENTIONS[kind]) or 'none'}"
        )
    if "v" in given:
        given["v"] = given["v"].reshape(-1)  # of a Dense it is (units, 1)
    packed = {name: _pack(array, dtype, "attention", name) for name, array in given.items()}
    described: Layer = {"type": kind, "weights": packed}
    if kind == "additive":
        described["units"] = given["W_q"].shape[-1]
    return described


def _one_weight(name: str, value: Any) -> Array:
    """An array, or the only weight of a Keras layer."""
    if not hasattr(value, "get_weights"):
        return np.asarray(value)
    _check_kind(value, ("AdditiveAttention", "Dense"))
    curve = _activation(value, "activation") if type(value).__name__ == "Dense" else "linear"
    if curve != "linear":
        raise ExportError(
            f"attention, {name}: layer {value.name!r} has activation={curve!r}, expected none: the "
            "page takes its kernel alone"
        )
    weights: list[Array] = value.get_weights()
    if len(weights) != 1:
        raise ExportError(
            f"attention, {name}: layer {value.name!r} has {len(weights)} weights, expected one: "
            "build it, and give a Dense use_bias=False"
        )
    return weights[0]


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
    """An exported file with its weights as float64 arrays, its keys as shown at the top.

    Raises ExportError when the file is not whole or of another format, and, naming the layer, when
    a layer is unknown, its data do not fill their shapes, or it does not take what comes before it.
    """
    try:
        document = json.loads(Path(path).read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ExportError(
            f"{path} is not a whole JSON file: {error}. Export the network once more, or fetch the "
            "file again."
        ) from None
    try:
        return _read(document)
    except ExportError as error:
        raise ExportError(f"{path}: {error}") from None


def _read(document: Any) -> dict[str, Any]:
    """The document with arrays in the place of packed weights."""
    given = document.get("format") if isinstance(document, dict) else None
    if given == FORMAT:
        return {**document, "layers": _read_chain(document.get("layers"))}
    if given == ENCODER_DECODER:
        return _read_encoder_decoder(document)
    raise ExportError(
        f"has format {given!r}, expected {FORMAT!r} or {ENCODER_DECODER!r}, as the two functions "
        "write it that begin with export_"
    )


def _read_chain(configs: Any, part: str = "", inputs: int | None = None) -> list[Layer]:
    """Layers that fit to each other; inputs: numbers in each vector that comes in, None for any."""
    if not (isinstance(configs, list) and configs):
        raise ExportError(f"{part}there are no layers")
    layers: list[Layer] = []
    for number, config in enumerate(configs, 1):
        kind = config.get("type") if isinstance(config, dict) else None
        where = f"{part}layer {number} ({kind})"
        if kind == "Embedding" and (layers or inputs is not None):
            raise ExportError(f"{where}: an Embedding can only be the first layer")
        layer = _read_layer(config, where, inputs)
        if _parts_of_state(layer) and not _returns_sequences(layers):
            raise ExportError(f"{where}: the layer before it does not return sequences")
        inputs = _width(layer)
        layers.append(layer)
    return layers


def _read_layer(config: Any, where: str, inputs: int | None) -> Layer:
    kind = config.get("type") if isinstance(config, dict) else None
    if kind not in LAYERS:
        raise ExportError(f"{where}: layer type {kind!r} is none of {', '.join(LAYERS)}")
    try:
        if kind == "Bidirectional":
            return _read_directions(config, where, inputs)
        for name in _SETTINGS[kind]:
            setting = config[name]
            if name.endswith("activation") and setting not in ACTIVATIONS:
                known = ", ".join(ACTIVATIONS)
                raise ExportError(f"{where}: {name} is {setting!r}, expected one of {known}")
        return {**config, "weights": _read_weights(config, _shapes(config, inputs), where)}
    except (KeyError, TypeError) as error:
        raise ExportError(f"{where} cannot be read: {error!r}") from None


def _read_directions(config: Layer, where: str, inputs: int | None) -> Layer:
    """Both layers of a Bidirectional, which are alike in all that the page relies on."""
    forward, backward = (
        _read_layer(config[side], f"{where}, {side}", inputs) for side in ("forward", "backward")
    )
    for side in (forward, backward):
        if side["type"] not in RECURRENT:
            raise ExportError(f"{where}: {side['type']} is none of {', '.join(RECURRENT)}")
    pairs = {name: (forward.get(name), backward.get(name)) for name in _ALIKE}
    pairs["inputs"] = (len(forward["weights"]["kernel"]), len(backward["weights"]["kernel"]))
    if forward.get("return_state"):
        pairs["type"] = (forward["type"], backward["type"])
    for name, (one, other) in pairs.items():
        if one != other:
            raise ExportError(f"{where}: {name} is {one!r} forward, but {other!r} backward")
    if config["merge_mode"] not in MERGE_MODES:
        known = ", ".join(MERGE_MODES)
        raise ExportError(f"{where}: merge_mode is {config['merge_mode']!r}, expected {known}")
    return {**config, "forward": forward, "backward": backward}


_ALIKE = ("units", "return_sequences", "return_state")
_SETTINGS = {  # what has to be in the file, beside the units
    "Dense": ("activation",),
    "Embedding": (),
    "GRU": ("activation", "recurrent_activation", "reset_after", "return_sequences"),
    "LSTM": ("activation", "recurrent_activation", "return_sequences"),
    "SimpleRNN": ("activation", "return_sequences"),
}


def _shapes(config: Layer, inputs: int | None) -> dict[str, tuple[int | None, ...]]:
    """The shape of each weight of a layer; None is any length."""
    if config["type"] == "Embedding":
        return {"embeddings": (_length(config, "input_dim"), _length(config, "output_dim"))}
    units = _length(config, "units")
    if config["type"] == "Dense":
        return {"kernel": (inputs, units), "bias": (units,)}
    width = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[config["type"]] * units
    bias = (2, width) if config.get("reset_after") else (width,)
    return {"kernel": (inputs, width), "recurrent_kernel": (units, width), "bias": bias}


def _length(config: Layer, name: str) -> int:
    length = config[name]
    if not isinstance(length, int):
        raise TypeError(f"{name} is {length!r}, expected a whole number")
    return length


def _read_weights(
    config: Layer, shapes: Mapping[str, tuple[int | None, ...]], where: str
) -> dict[str, Array]:
    """The weights of these names and shapes; only a bias may be missing."""
    arrays = {}
    for name, shape in shapes.items():
        if name == "bias" and name not in config["weights"]:
            continue
        array = arrays[name] = _unpack(config["weights"][name], f"{where}: {name}")
        fits = len(shape) == array.ndim and all(
            length in (None, found) for length, found in zip(shape, array.shape, strict=True)
        )
        if not fits:
            expected = ", ".join("any" if length is None else str(length) for length in shape)
            raise ExportError(f"{where}: {name} has shape {array.shape}, expected ({expected})")
    return arrays


def _unpack(packed: Any, what: str) -> Array:
    try:
        dtype = {"float16": "<f2", "float32": "<f4"}[packed["dtype"]]
        flat = np.frombuffer(base64.b64decode(packed["data"], validate=True), dtype)
        shape = tuple(int(length) for length in packed["shape"])
    except (KeyError, TypeError, ValueError) as error:
        raise ExportError(f"{what} cannot be read: {error!r}") from None
    if flat.size != np.prod(shape, dtype=int):
        raise ExportError(f"{what} holds {flat.size} numbers, expected {packed['shape']}")
    return flat.astype("float64").reshape(shape)


def _width(layer: Layer) -> int:
    """Numbers in one output vector."""
    if layer["type"] == "Embedding":
        return int(layer["output_dim"])
    if layer["type"] == "Bidirectional":
        return _width(layer["forward"]) * (2 if layer["merge_mode"] == "concat" else 1)
    return int(layer["units"])


def _one_direction(layer: Layer) -> Layer:
    """The layer itself, or the forward one of a Bidirectional."""
    return layer["forward"] if layer["type"] == "Bidirectional" else layer


def _returns_sequences(layers: list[Layer]) -> bool:
    return all(_one_direction(layer).get("return_sequences", True) for layer in layers)


def _parts_of_state(layer: Layer) -> tuple[str, ...]:
    kind = _one_direction(layer)["type"]
    return ("h", "c") if kind == "LSTM" else ("h",) if kind in RECURRENT else ()


def _read_encoder_decoder(document: dict[str, Any]) -> dict[str, Any]:
    """All the parts, when each takes what the others give."""
    encoder = _read_chain(document.get("encoder"), "encoder: ")
    decoder = _read_chain(document.get("decoder"), "decoder: ")
    for part, chain in (("encoder", encoder), ("decoder", decoder)):
        if chain[0]["type"] != "Embedding":
            raise ExportError(f"{part}: layer 1 is a {chain[0]['type']}, expected an Embedding")
        for number, layer in enumerate(chain, 1):
            if layer.get("go_backwards") or (part, layer["type"]) == ("decoder", "Bidirectional"):
                raise ExportError(f"{part}: layer {number} ({layer['type']}) reads from the end")
    if not _returns_sequences(decoder):
        raise ExportError("decoder: it has a layer with return_sequences=False, expected True")
    bridges = _read_bridges(document.get("bridges") or [], encoder, decoder)
    attention, read = document.get("attention"), _width(decoder[-1])
    if attention is not None:
        if not _returns_sequences(encoder):
            raise ExportError("encoder: attention needs return_sequences=True in every layer")
        attention = _read_attention(attention, query=read, key=_width(encoder[-1]))
        read += _width(encoder[-1])
    readout = _read_chain(document.get("readout"), "readout: ", read)
    for number, layer in enumerate(readout, 1):
        if layer["type"] != "Dense":
            raise ExportError(f"readout: layer {number} is a {layer['type']}, expected a Dense")
    if readout[-1]["activation"] != "softmax":
        raise ExportError(
            f"readout: layer {len(readout)} has activation {readout[-1]['activation']!r}, expected "
            "'softmax': the page shows probabilities"
        )
    parts = {"encoder": encoder, "bridges": bridges, "decoder": decoder}
    return {**document, **parts, "attention": attention, "readout": readout}


def _read_bridges(configs: Any, encoder: list[Layer], decoder: list[Layer]) -> list[Layer]:
    """The bridges, when they lead each state of the encoder to one of the decoder."""
    returning = [layer for layer in encoder if _one_direction(layer).get("return_state")]
    given = [
        _width(_one_direction(layer)) * (2 if layer["type"] == "Bidirectional" else 1)
        for layer in returning
        for _ in _parts_of_state(layer)
    ]
    wanted = [
        (f"decoder: layer {number} ({layer['type']}), {name}", layer["units"])
        for number, layer in enumerate(decoder, 1)
        for name in _parts_of_state(layer)
    ]
    if not isinstance(configs, list):
        raise ExportError(f"bridges is {configs!r}, expected a list of layers")
    if len(given) != len(wanted):
        raise ExportError(
            f"the layers of the encoder with return_state=True return {len(given)} states, but the "
            f"decoder begins with {len(wanted)}"
        )
    if configs and len(configs) != len(given):
        raise ExportError(f"there are {len(configs)} bridges for {len(given)} states")
    bridges = [
        _read_chain([config], f"bridge {number}: ", size)[0]
        for number, (config, size) in enumerate(zip(configs, given, strict=False), 1)
    ]
    for number, bridge in enumerate(bridges, 1):
        if bridge["type"] != "Dense":
            raise ExportError(f"bridge {number} is a {bridge['type']}, expected a Dense")
    led = [_width(bridge) for bridge in bridges] or given
    for (where, size), found in zip(wanted, led, strict=True):
        if found != size:
            raise ExportError(f"{where} begins with {size} numbers, but is given {found}")
    return bridges


def _read_attention(config: Any, query: int, key: int) -> Layer:
    """query, key: numbers in an output of the decoder and of the encoder."""
    kind = config.get("type") if isinstance(config, dict) else None
    if kind not in list(ATTENTIONS):
        raise ExportError(f"attention type {kind!r} is none of {', '.join(ATTENTIONS)}")
    where = f"attention {kind!r}"
    if kind in ("dot", "scaled_dot") and query != key:
        raise ExportError(
            f"{where}: the decoder's output has {query} numbers, expected {key}, as the encoder's; "
            "'general' puts a matrix between"
        )
    try:
        units = _length(config, "units") if kind == "additive" else key
        shapes = {"W": (query, key), "W_q": (query, units), "W_k": (key, units), "v": (units,)}
        shapes = {name: shapes[name] for name in ATTENTIONS[kind]}
        return {**config, "weights": _read_weights(config, shapes, where)}
    except (KeyError, TypeError) as error:
        raise ExportError(f"{where} cannot be read: {error!r}") from None


# Running ------------------------------------------------------------------------------------------


def predict(exported: Mapping[str, Any], x: ArrayLike) -> Array:
    """What the exported network makes of a batch, in NumPy and float64.

    x: (batch, time, features), or ids (batch, time) when the first layer is an Embedding.
    Returns (batch, time, units) where sequences are returned, else (batch, units).
    """
    return run(exported, x)[0]


def run(
    exported: Mapping[str, Any], x: ArrayLike, states: Sequence[State] | None = None
) -> tuple[Array, list[State]]:
    """What :func:`predict` returns, beginning with given states, and the states at the end.

    states: one of each layer, with parts (batch, units): (h,) of a SimpleRNN or GRU, (h, c) of an
    LSTM, the parts of both directions of a Bidirectional, the forward ones first, and () of
    the others. None, or () for a recurrent layer, is zeros.
    Raises ValueError when a state does not fit.
    """
    if "layers" not in exported:
        raise ExportError("this is no chain of layers; an encoder-decoder is run by start and step")
    return _run_chain(exported["layers"], np.asarray(x), states)


def _run_chain(
    layers: Sequence[Layer],
    x: Array,
    states: Sequence[State] | None = None,
    real: Array | None = None,
) -> tuple[Array, list[State]]:
    """real: (batch, time), False at padding, which recurrent layers skip."""
    if states is None:
        states = [()] * len(layers)
    if len(states) != len(layers):
        raise ValueError(f"states has {len(states)} entries, expected one for {len(layers)} layers")
    after = []
    for layer, before in zip(layers, states, strict=True):
        x, state = _run(layer, x, before, real)
        after.append(state)
    return x, after


def _run(layer: Layer, x: Array, state: State, real: Array | None) -> tuple[Array, State]:
    kind = layer["type"]
    if kind == "Embedding":
        return layer["weights"]["embeddings"][x], ()
    if kind == "Dense":
        weights = layer["weights"]
        return _act(layer["activation"])(x @ weights["kernel"] + weights.get("bias", 0.0)), ()
    if kind == "Bidirectional":
        half = len(state) // 2
        forward, forward_state = _run(layer["forward"], x, state[:half], real)
        backward, backward_state = _run(layer["backward"], x, state[half:], real)
        if layer["backward"]["return_sequences"]:
            backward = backward[:, ::-1]
        return _merge(layer["merge_mode"], forward, backward), forward_state + backward_state
    if layer.get("go_backwards"):
        x, real = x[:, ::-1], None if real is None else real[:, ::-1]
    return _run_recurrent(layer, x, state, real)


def _merge(mode: str, forward: Array, backward: Array) -> Array:
    if mode == "concat":
        return np.concatenate([forward, backward], axis=-1)
    if mode == "mul":
        return forward * backward
    return (forward + backward) / (2 if mode == "ave" else 1)


def _run_recurrent(layer: Layer, x: Array, state: State, real: Array | None) -> tuple[Array, State]:
    """x: (batch, time, features) → (batch, time, units), or the last output (batch, units)."""
    step: Callable[..., State] = _STEPS[layer["type"]]
    zeros = (np.zeros((len(x), layer["units"])),) * len(_parts_of_state(layer))
    state = tuple(np.asarray(part, float) for part in state) or zeros
    shapes, expected = [part.shape for part in state], [part.shape for part in zeros]
    if shapes != expected:
        raise ValueError(f"{layer['type']}: state has parts {shapes}, expected {expected}")
    outputs = []
    for t in range(x.shape[1]):
        after = step(layer, x[:, t], *state)
        if real is not None:
            after = tuple(
                np.where(real[:, t, None], new, old) for new, old in zip(after, state, strict=True)
            )
        state = after
        outputs.append(state[0])
    return (np.stack(outputs, axis=1) if layer["return_sequences"] else outputs[-1]), state


class Step(NamedTuple):
    """What :func:`step` returns.

    probabilities: of each token that may come next, (batch, vocabulary)
    weights: how much attention each token of the encoder gets, (batch, time); None without it
    state: after the step, for the next one
    """

    probabilities: Array
    weights: Array | None
    state: dict[str, Any]


def start(exported: Mapping[str, Any], tokens: ArrayLike) -> dict[str, Any]:
    """The state of an encoder-decoder that has read and written nothing yet.

    tokens: (batch, time) ids; padding, wherever it stands, is skipped as Keras' masks skip it.
    Returns a dictionary: ``decoder``, the state of each of its layers, as in :func:`run`, and with
    attention ``memory`` (batch, time, units), the outputs of the encoder, 0 at padding, and
    ``real`` (batch, time), False at padding. The batch comes first in each array.
    Raises ValueError when an example is nothing but padding.
    """
    if "encoder" not in exported:
        raise ExportError("this is no encoder-decoder; a chain of layers is run by predict")
    tokens, encoder = np.asarray(tokens), exported["encoder"]
    real = tokens != 0 if encoder[0].get("mask_zero") else np.ones(tokens.shape, bool)
    if not real.any(axis=1).all():
        empty = int(np.argmin(real.any(axis=1)))
        raise ValueError(f"tokens: example {empty} is nothing but padding, {tokens[empty]}")
    memory, states = _run_chain(encoder, tokens, real=real)
    parts: list[Array] = []
    for layer, state in zip(encoder, states, strict=True):
        if layer["type"] == "Bidirectional":
            half = len(state) // 2
            pairs = zip(state[:half], state[half:], strict=True)
            state = tuple(np.concatenate(pair, axis=-1) for pair in pairs)
        if _one_direction(layer).get("return_state"):
            parts.extend(state)
    for k, bridge in enumerate(exported["bridges"]):
        parts[k], _ = _run(bridge, parts[k], (), None)
    left = iter(parts)
    decoder = [tuple(next(left) for _ in _parts_of_state(layer)) for layer in exported["decoder"]]
    if exported["attention"] is None:
        return {"decoder": decoder}
    return {"decoder": decoder, "memory": memory * real[..., None], "real": real}


def step(
    exported: Mapping[str, Any],
    tokens: ArrayLike,
    state: Mapping[str, Any],
    weights: ArrayLike | None = None,
) -> Step:
    """What may come after one token more, and where attention looked for it.

    tokens: (batch,), the token before it in each example   state: of :func:`start` or a step
    weights: (batch, time), in the place of attention's own; they need not sum to 1, and at padding
    none counts.
    ``state`` stays as it is. Raises ValueError when an argument does not fit.
    """
    tokens = np.asarray(tokens)
    if exported["decoder"][0].get("mask_zero") and not tokens.all():
        raise ValueError("tokens: 0 is padding for the decoder, which is never written")
    output, decoder = _run_chain(exported["decoder"], tokens[:, None], state["decoder"])
    found = None
    if exported["attention"] is not None:
        memory = state["memory"]
        found = _attention_weights(exported["attention"], output, memory, state["real"])
        if weights is not None:
            given = np.asarray(weights, float)
            if given.shape != memory.shape[:2]:
                raise ValueError(f"weights has shape {given.shape}, expected {memory.shape[:2]}")
            found = given[:, None]
        output = np.concatenate([output, context(found, memory)], axis=-1)
    elif weights is not None:
        raise ValueError("weights are given to a network without attention")
    probabilities, _ = _run_chain(exported["readout"], output)
    return Step(
        probabilities[:, 0],
        None if found is None else found[:, 0],
        {**state, "decoder": decoder},
    )


def _attention_weights(attention: Layer, queries: Array, keys: Array, real: Array) -> Array:
    """queries: (batch, 1, d_q), keys: (batch, time, d_k) → (batch, 1, time), 0 at padding."""
    named = attention["weights"]
    scores = _SCORES[attention["type"]].scores(
        queries, keys, *(named[name] for name in ATTENTIONS[attention["type"]])
    )
    return masked_softmax(scores, real)


_SCORES: dict[str, Any] = {
    "additive": Additive,
    "dot": Dot,
    "general": General,
    "scaled_dot": ScaledDot,
}


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
