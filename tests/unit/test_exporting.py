"""What `export_model` writes is the model, and what it cannot write it names."""

import json

import numpy as np
import pytest

from course_utils import exporting

keras = pytest.importorskip("keras")
layers = keras.layers


def randomise(model, seed):
    """Every weight drawn at random, biases too, so that a forgotten one shows."""
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(0, 0.6, w.shape).astype("float32") for w in model.get_weights()])
    return model


def chain(*parts, shape=(7, 5), dtype="float32"):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *parts])


def bidirectional(layer, mode):
    return layers.Bidirectional(layer, merge_mode=mode)


CHAINS = {
    "simple": lambda: chain(layers.SimpleRNN(6)),
    "simple-relu-no-bias": lambda: chain(
        layers.SimpleRNN(6, activation="relu", use_bias=False, return_sequences=True)
    ),
    "lstm": lambda: chain(layers.LSTM(6, return_sequences=True), layers.Dense(3)),
    "lstm-backwards": lambda: chain(layers.LSTM(6, go_backwards=True, return_sequences=True)),
    "gru-reset-after": lambda: chain(layers.GRU(6)),
    "gru-reset-before": lambda: chain(layers.GRU(6, reset_after=False, return_sequences=True)),
    "gru-no-bias": lambda: chain(layers.GRU(6, use_bias=False)),
    "stack": lambda: chain(
        layers.GRU(6, return_sequences=True),
        layers.Dropout(0.5),
        layers.LSTM(4),
        layers.Dense(5, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ),
    "embedding": lambda: chain(layers.Embedding(11, 4), layers.LSTM(6), shape=(7,), dtype="int32"),
    **{
        f"bidirectional-{mode}-{sequences}": lambda mode=mode, sequences=sequences: chain(
            bidirectional(layers.LSTM(4, return_sequences=sequences), mode)
        )
        for mode in exporting.MERGE_MODES
        for sequences in (False, True)
    },
}


def inputs(model, seed):
    rng = np.random.default_rng(seed)
    shape = (3, *model.input_shape[1:])
    if isinstance(model.layers[0], layers.Embedding):
        return rng.integers(0, 11, shape)
    return rng.normal(size=shape).astype("float32")


@pytest.mark.parametrize("name", CHAINS)
def test_numpy_reads_the_file_as_keras_runs_the_model(name, tmp_path):
    model = randomise(CHAINS[name](), seed=1)
    x = inputs(model, seed=2)
    exported = exporting.load_exported(
        exporting.export_model(model, tmp_path / "m.json", dtype="float32")
    )
    np.testing.assert_allclose(
        exporting.predict(exported, x), keras.ops.convert_to_numpy(model(x)), atol=1e-5
    )


def test_float16_keeps_the_weights_to_one_part_in_two_thousand(tmp_path):
    model = randomise(CHAINS["lstm"](), seed=3)
    exported = exporting.load_exported(exporting.export_model(model, tmp_path / "m.json"))
    kernel = exported["layers"][0]["weights"]["kernel"]
    np.testing.assert_allclose(kernel, model.get_weights()[0], rtol=2**-11, atol=2**-24)
    assert np.array_equal(kernel, model.get_weights()[0].astype("float16"))


def test_the_description_travels_with_the_weights(tmp_path):
    path = exporting.export_model(chain(layers.Dense(2)), tmp_path / "m.json", meta={"name": "n"})
    document = json.loads(path.read_text())
    assert document["format"] == "networks-that-remember/1"
    assert document["meta"] == {"name": "n"}


def test_the_same_model_gives_the_same_bytes(tmp_path):
    model = randomise(CHAINS["stack"](), seed=4)
    first = exporting.export_model(model, tmp_path / "a.json").read_bytes()
    assert first == exporting.export_model(model, tmp_path / "b.json").read_bytes()


def test_a_functional_chain_is_a_chain(tmp_path):
    x = keras.Input((7, 5))
    y = layers.Dense(2, name="end")(layers.GRU(3)(x))
    model = randomise(keras.Model(x, y), seed=5)
    exported = exporting.load_exported(
        exporting.export_model(model, tmp_path / "m.json", dtype="float32")
    )
    data = inputs(model, seed=6)
    np.testing.assert_allclose(
        exporting.predict(exported, data), keras.ops.convert_to_numpy(model(data)), atol=1e-5
    )


def branching():
    x = keras.Input((7, 5))
    h = layers.LSTM(3)(x)
    return keras.Model(x, layers.Dense(2, name="end")(layers.Concatenate(name="join")([h, h])))


def skipping():
    x = keras.Input((5,))
    layers.Dense(5, name="unused")
    a = layers.Dense(5, name="first")(x)
    b = layers.Dense(5, name="second")(a)
    return keras.Model(x, layers.Add(name="skip")([a, b]))


def too_large():
    model = chain(layers.Dense(1))
    model.set_weights([np.full((5, 1), 1e6), np.zeros(1)])
    return model


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: chain(layers.Conv1D(2, 2, name="convolve")), "'convolve' is a Conv1D"),
        (lambda: chain(layers.Dense(2, activation="gelu", name="d")), "'d' has activation='gelu'"),
        (
            lambda: chain(layers.LSTM(2, recurrent_activation="hard_sigmoid")),
            "recurrent_activation='hard_sigmoid'",
        ),
        (
            lambda: chain(layers.Embedding(4, 2, mask_zero=True), shape=(3,), dtype="int32"),
            "mask_zero=True",
        ),
        (lambda: chain(bidirectional(layers.GRU(2), None)), "merge_mode=None"),
        (lambda: keras.Sequential([layers.Dense(2)]), "no weights yet"),
        (branching, "layer 'join' reads"),
        (skipping, "layer 'skip' reads 'first', 'second'"),
        (too_large, "reaches 1e\\+06, which float16 cannot hold"),
    ],
)
def test_what_the_page_cannot_run_is_named(build, words, tmp_path):
    with pytest.raises(exporting.ExportError, match=words):
        exporting.export_model(build(), tmp_path / "m.json")
    assert not (tmp_path / "m.json").exists()


def test_an_unknown_dtype_is_named(tmp_path):
    with pytest.raises(exporting.ExportError, match="int8"):
        exporting.export_model(chain(layers.Dense(1)), tmp_path / "m.json", dtype="int8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: d.update(format="other/2"), "format 'other/2'"),
        (lambda d: d["layers"][0].update(type="Conv1D"), "'Conv1D' is none of"),
        (lambda d: d["layers"][0]["weights"]["bias"].update(shape=[9]), "holds 2 numbers"),
    ],
)
def test_a_spoilt_file_is_refused(spoil, words, tmp_path):
    path = exporting.export_model(chain(layers.Dense(2)), tmp_path / "m.json")
    document = json.loads(path.read_text())
    spoil(document)
    path.write_text(json.dumps(document))
    with pytest.raises(exporting.ExportError, match=words):
        exporting.load_exported(path)
