"""What `exporting` writes is the network, and what it cannot write it names."""

import copy
import json
from functools import cache

import keras
import numpy as np
import pytest
from keras import layers

from course_utils import exporting
from tests.helpers.encoder_decoders import CASES, draw


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


def functional(build, shape=(7, 5)):
    x = keras.Input(shape)
    return keras.Model(x, build(x))


def low_rank():
    model = chain(layers.LSTM(4), layers.Dense(8, name="d"))
    model.layers[-1].enable_lora(2)
    return model


def in_whole_numbers():
    model = chain(layers.LSTM(4), layers.Dense(8, name="d"), layers.Dense(3))
    model.quantize("int8")
    return model


def own(kind, **members):
    """A class of somebody's own, with the name of one of Keras'."""
    made = type(kind.__name__, (kind,), {"__module__": "my_layers", **members})
    return keras.saving.register_keras_serializable("my_layers")(made)


def tanh(a):
    return a


class Twice(keras.Sequential):
    def call(self, x, **options):
        return 2 * super().call(x, **options)


HIDDEN = [  # what Keras computes, and a file of layers and weights alone would not say
    (lambda: functional(lambda x: layers.LSTM(3)(x / 255.0)), "the operation TrueDivide"),
    (lambda: functional(lambda x: layers.LSTM(3)(keras.ops.flip(x, 1))), "the operation Flip"),
    (lambda: functional(lambda x: keras.ops.softmax(layers.LSTM(3)(x))), "the operation Softmax"),
    (
        lambda: functional(lambda x: layers.LSTM(3, return_sequences=True)(x)[:, -1]),
        "the operation GetItem",
    ),
    (
        lambda: functional(lambda x: keras.ops.mean(layers.GRU(3, return_sequences=True)(x), 1)),
        "the operation Mean",
    ),
    (
        lambda: functional(
            lambda x: layers.LSTM(3)(layers.Dropout(0.5, name="d")(x, training=True))
        ),
        r"layer 'd' is called with \('training', True\)",
    ),
    (
        lambda: functional(lambda x: layers.LSTM(3, name="l")(x, mask=np.ones((1, 7), bool))),
        r"layer 'l' is called with \('mask',",
    ),
    (
        lambda: functional(
            lambda x: layers.GRU(3, name="g")(x, initial_state=[keras.ops.ones((1, 3))])
        ),
        "layer 'g' (is called with|reads)",
    ),
    (low_rank, "'d' has the weights kernel, .*lora.*, expected kernel, bias: .* no LoRA"),
    (in_whole_numbers, "'d' has the weights .*scale.*, expected kernel, bias: .*quantised"),
    (
        lambda: chain(
            own(layers.Dropout, call=lambda self, x: 2 * x)(0.5, name="d"), layers.GRU(3)
        ),
        "'d' is a Dropout of my_layers, not of Keras",
    ),
    (
        lambda: chain(own(layers.LSTM)(3, name="l")),
        "'l' is a LSTM of my_layers, not of Keras",
    ),
    (
        lambda: chain(layers.Bidirectional(own(layers.GRU)(3, name="g"))),
        "g' is a GRU of my_layers, not of Keras",
    ),
    (lambda: chain(layers.Dense(3, activation=tanh, name="d")), "'d' has activation='tanh'.* own"),
    (
        lambda: keras.Sequential(
            [keras.Input((7, 5), batch_size=1), layers.LSTM(3, stateful=True, name="l")]
        ),
        "'l' has stateful=True",
    ),
    (
        lambda: chain(
            layers.Bidirectional(layers.LSTM(4), backward_layer=layers.LSTM(2, go_backwards=True))
        ),
        r"layer 1 \(Bidirectional\): units is 4 forward, but 2 backward",
    ),
    (lambda: Twice([keras.Input((7, 5)), layers.LSTM(3)]), "is a Twice; only Sequential"),
]


@pytest.mark.parametrize(("build", "words"), HIDDEN)
def test_what_a_file_would_not_say_is_refused_and_not_left_out(build, words, tmp_path):
    with pytest.raises(exporting.ExportError, match=words):
        exporting.export_model(build(), tmp_path / "m.json")
    assert not (tmp_path / "m.json").exists()


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


@pytest.mark.parametrize("kind", exporting.RECURRENT)
@pytest.mark.parametrize("both_ways", [False, True])
def test_a_run_begins_with_given_states_and_returns_the_last_as_keras_does(
    kind, both_ways, tmp_path
):
    for sequences in (False, True):
        rng = np.random.default_rng([len(kind), both_ways, sequences])
        layer = getattr(layers, kind)(6, return_sequences=sequences, return_state=True)
        layer = layers.Bidirectional(layer) if both_ways else layer
        count = (2 if kind == "LSTM" else 1) * (2 if both_ways else 1)
        x = rng.normal(size=(3, 5, 4)).astype("float32")
        first = [rng.normal(size=(3, 6)).astype("float32") for _ in range(count)]
        layer(x)
        layer.set_weights([rng.normal(0, 0.6, w.shape) for w in layer.get_weights()])
        expected = [keras.ops.convert_to_numpy(y) for y in layer(x, initial_state=first)]

        # The same weights in a layer that returns its output only, as export_model wants it.
        config = layer.get_config()
        for part in (config["layer"], config["backward_layer"]) if both_ways else ():
            part["config"]["return_state"] = False
        alone = type(layer).from_config(config if both_ways else {**config, "return_state": False})
        model = chain(alone, shape=(5, 4))
        alone.set_weights(layer.get_weights())
        exported = exporting.load_exported(
            exporting.export_model(model, tmp_path / "m.json", dtype="float32")
        )
        output, [state] = exporting.run(exported, x, [tuple(first)])
        for mine, theirs in zip([output, *state], expected, strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_a_state_that_does_not_fit_is_refused(tmp_path):
    path = exporting.export_model(chain(layers.LSTM(6), layers.Dense(2)), tmp_path / "m.json")
    exported, x = exporting.load_exported(path), np.zeros((3, 7, 5))
    with pytest.raises(ValueError, match=r"LSTM: state has parts \[\(3, 6\)\], expected"):
        exporting.run(exported, x, [(np.zeros((3, 6)),), ()])
    with pytest.raises(ValueError, match="1 entries, expected one for 2 layers"):
        exporting.run(exported, x, [()])


# Encoder-decoders ---------------------------------------------------------------------------------


def write(trial, tmp_path, **options):
    return exporting.export_encoder_decoder(tmp_path / "m.json", **trial.parts, **options)


def answers(exported, trial, given=None):
    """Probabilities and weights of all steps, (batch, steps, …)."""
    state, steps = exporting.start(exported, trial.tokens), []
    for t, tokens in enumerate(trial.written.T):
        weights = None if given is None else given[:, t]
        steps.append(exporting.step(exported, tokens, state, weights))
        state = steps[-1].state
    probabilities, weights, _ = zip(*steps, strict=True)
    return np.stack(probabilities, axis=1), weights


@pytest.mark.parametrize("case", CASES)
def test_numpy_writes_step_by_step_what_keras_writes_at_once(case, tmp_path):
    for seed in range(4):
        trial = draw(case, seed)
        exported = exporting.load_exported(write(trial, tmp_path, dtype="float32"))
        probabilities, weights = answers(exported, trial)
        np.testing.assert_allclose(probabilities, trial.probabilities, atol=1e-5)
        if trial.weights is None:
            assert set(weights) == {None}
            continue
        np.testing.assert_allclose(np.stack(weights, axis=1), trial.weights, atol=1e-5)
        probabilities, weights = answers(exported, trial, trial.given)
        np.testing.assert_allclose(probabilities, trial.with_given, atol=1e-5)
        assert np.array_equal(np.stack(weights, axis=1), trial.given)


@cache
def a_trial():
    """With all the parts that there are, and with padding."""
    return draw("lstm-both-ways-additive-bridges", seed=1)


def test_a_step_leaves_its_state_as_it_was(tmp_path):
    trial = a_trial()
    exported = exporting.load_exported(write(trial, tmp_path))
    state = exporting.start(exported, trial.tokens)
    before = copy.deepcopy(state)
    after = exporting.step(exported, trial.written[:, 0], state).state
    np.testing.assert_equal(state, before)
    assert not np.array_equal(after["decoder"][1][0], state["decoder"][1][0])


def test_what_attention_is_told_of_padding_does_not_count(tmp_path):
    trial = a_trial()
    assert (trial.tokens == 0).any()
    exported = exporting.load_exported(write(trial, tmp_path))
    state, tokens, row = exporting.start(exported, trial.tokens), trial.written[:, 0], trial.given
    some = exporting.step(exported, tokens, state, row[:, 0])
    more = exporting.step(exported, tokens, state, row[:, 0] + (trial.tokens == 0))
    assert np.array_equal(some.probabilities, more.probabilities)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda e, s: exporting.predict(e, [[1]]), "no chain of layers"),
        (lambda e, s: exporting.start({"layers": []}, [[1]]), "no encoder-decoder"),
        (lambda e, s: exporting.start(e, [[1, 2], [0, 0]]), "example 1 is nothing but padding"),
        (lambda e, s: exporting.step(e, [0], s), "0 is padding"),
        (lambda e, s: exporting.step(e, [1], s, [[1.0]]), r"shape \(1, 1\), expected \(1, 3\)"),
        (
            lambda e, s: exporting.step({**e, "attention": None}, [1], s, [[1.0]]),
            "without attention",
        ),
    ],
)
def test_a_wrong_input_is_told_what_was_expected(call, words, tmp_path):
    exported = exporting.load_exported(write(a_trial(), tmp_path))
    with pytest.raises(ValueError, match=words):
        call(exported, exporting.start(exported, [[1, 0, 2]]))


def attention(**settings):
    return lambda parts: {**parts, "attention": settings}


def biased():
    layer = layers.Dense(3, name="biased")
    layer.build((None, 4))
    return layer


def curved():
    layer = layers.Dense(3, name="curved", use_bias=False, activation="tanh")
    layer.build((None, 4))
    return layer


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            lambda p: attention(type="general", W=curved())(p),
            "attention, W: layer 'curved' has activation='tanh', expected none",
        ),
        (
            lambda p: attention(type="general", W=layers.Embedding(3, 2, name="e"))(p),
            "'e' is a Embedding, which the page cannot run",
        ),
        (lambda p: {**p, "encoder": p["encoder"][1:]}, "encoder: layer 1 is a Bidirectional"),
        (lambda p: {**p, "decoder": []}, "decoder: there are no layers"),
        (
            lambda p: {**p, "decoder": [p["decoder"][0], p["encoder"][1]]},
            r"decoder: layer 2 \(Bidirectional\) reads from the end",
        ),
        (lambda p: {**p, "decoder": p["decoder"][:1]}, "return 2 states, but .* begins with 0"),
        (lambda p: {**p, "bridges": []}, r"decoder: layer 2 \(LSTM\), h begins with"),
        (lambda p: {**p, "bridges": p["bridges"][:1]}, "1 bridges for 2 states"),
        (
            lambda p: {**p, "bridges": p["readout"]},
            r"bridge 1: layer 1 \(Dense\): kernel has shape",
        ),
        (
            lambda p: {**p, "readout": p["readout"][1:]},
            r"readout: layer 1 \(Dense\): kernel has shape",
        ),
        (lambda p: {**p, "readout": p["readout"][:1]}, "layer 1 has activation 'tanh'"),
        (
            lambda p: {**p, "encoder": [*p["encoder"], layers.Conv1D(2, 2, name="convolve")]},
            "'convolve' is a Conv1D",
        ),
        (
            lambda p: {**p, "readout": [layers.Dense(3, name="raw")]},
            "'raw' has no weights yet",
        ),
        (attention(type="cosine"), "attention type 'cosine' is none of additive, dot"),
        (attention(type="dot"), "attention 'dot': the decoder's output has"),
        (attention(type="general"), "'general' is given no weights, expected W"),
        (attention(type="general", W=np.zeros((2, 3))), r"W has shape \(2, 3\), expected"),
        (attention(type="dot", W=np.zeros((2, 3))), "'dot' is given W, expected none"),
        (
            lambda p: attention(type="general", W=biased())(p),
            "attention, W: layer 'biased' has 2 weights, expected one",
        ),
    ],
)
def test_parts_that_do_not_fit_are_named(changed, words, tmp_path):
    with pytest.raises(exporting.ExportError, match=words):
        exporting.export_encoder_decoder(tmp_path / "m.json", **changed(a_trial().parts))
    assert not (tmp_path / "m.json").exists()


def setting(*path, value):
    """A change of one entry of a document, named by its keys."""

    def changed(document):
        *keys, last = path
        for key in keys:
            document = document[key]
        document[last] = value

    return changed


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (setting("format", value="other/2"), "format 'other/2', expected"),
        (setting("encoder", value=None), "encoder: there are no layers"),
        (setting("encoder", 0, "type", value="LSTM"), r"encoder: layer 1 \(LSTM\) cannot be read"),
        (
            setting("encoder", 1, "forward", "units", value=1),
            r"encoder: layer 2 \(Bidirectional\), forward: kernel has shape",
        ),
        (
            setting("encoder", 1, "forward", "return_sequences", value=False),
            "return_sequences is False forward, but True backward",
        ),
        (setting("encoder", 1, "merge_mode", value="max"), "merge_mode is 'max'"),
        (setting("decoder", 1, "return_sequences", value=False), "return_sequences=False"),
        (setting("decoder", 1, "activation", value="gelu"), "activation is 'gelu'"),
        (setting("decoder", 1, "go_backwards", value=True), "decoder: layer 2 .LSTM. reads from"),
        (
            lambda d: d["encoder"].append(d["encoder"].pop(1)["backward"]),
            r"encoder: layer 2 \(LSTM\) reads from the end",
        ),
        (setting("decoder", 1, "weights", value={}), r"decoder: layer 2 \(LSTM\) cannot be read"),
        (setting("bridges", 0, "type", value="Dance"), "bridge 1: .*'Dance' is none of"),
        (setting("attention", "units", value=1), "attention 'additive': W_q has shape"),
        (setting("attention", "weights", "v", value=None), "attention 'additive': v cannot"),
        (setting("readout", 0, "weights", "bias", "data", value="?"), "bias cannot be read"),
        (setting("readout", 0, "weights", "bias", "dtype", value="int8"), "bias cannot be read"),
    ],
)
def test_a_spoilt_encoder_decoder_is_refused(spoil, words, tmp_path):
    path = write(a_trial(), tmp_path)
    document = json.loads(path.read_text())
    spoil(document)
    path.write_text(json.dumps(document))
    with pytest.raises(exporting.ExportError, match=words):
        exporting.load_exported(path)


def places(value, path=()):
    """The path to every entry of nested lists and dictionaries."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in entries:
        yield (*path, key)
        if isinstance(entry, dict | list):
            yield from places(entry, (*path, key))


def test_whatever_stands_in_a_file_it_loads_or_says_what_is_wrong(tmp_path):
    whole = json.loads(write(a_trial(), tmp_path).read_text())
    path, outcomes = tmp_path / "spoilt.json", []
    for place in places(whole):
        for value in (None, -1, 0.5, "x", [], [3], {"type": "Dense"}):
            document = copy.deepcopy(whole)
            setting(*place, value=value)(document)
            path.write_text(json.dumps(document))
            try:
                exporting.load_exported(path)
                outcomes.append("loaded")
            except exporting.ExportError as error:
                assert str(error).startswith(str(path)), error
                outcomes.append("refused")
    assert outcomes.count("refused") > 5 * outcomes.count("loaded")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a whole JSON file.*Export the network once more"),
        (b" \n", "not a whole JSON file.*Export the network once more"),
        (b"\xff\xfe\x00", "not a whole JSON file"),
        (b"PK\x03\x04\x14\x00", "not a whole JSON file"),  # a .keras file
        (b"\x89HDF\r\n\x1a\n", "not a whole JSON file"),
        (b"[" * 100_000, "not a whole JSON file"),
        (b"[]", "has format None, expected 'networks-that-remember/1'"),
        (b"3", "has format None, expected"),
        (b"null", "has format None, expected"),
        (b'{"layers": []}', "has format None, expected"),
        (b'{"format": ["networks-that-remember/1"]}', r"has format \['networks"),
    ],
)
def test_a_foreign_file_is_refused_with_what_is_wrong_and_what_to_do(content, words, tmp_path):
    (tmp_path / "m.json").write_bytes(content)
    with pytest.raises(exporting.ExportError, match=rf"m\.json.*{words}"):
        exporting.load_exported(tmp_path / "m.json")


def test_a_file_that_was_cut_off_is_refused(tmp_path):
    path = write(a_trial(), tmp_path)
    whole = path.read_bytes()
    for length in range(1, len(whole) - 1, len(whole) // 50):
        path.write_bytes(whole[:length])
        with pytest.raises(exporting.ExportError, match="not a whole JSON file"):
            exporting.load_exported(path)
