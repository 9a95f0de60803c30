"""The runtime in the page, `book/assets/rnn.js`, does what Keras does: in a real browser."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from serve import serving

from course_utils import exporting

ROOT = Path(__file__).resolve().parents[2]
SEEDS = range(3)
VOCABULARY = 13


@pytest.fixture(scope="module")
def page(browser):
    """A page of the assets' own origin with the runtime as `rnn`."""
    with serving(ROOT / "book" / "assets") as assets:
        page = browser.new_page()
        page.goto(assets.at("rnn.js"))
        page.evaluate("async (url) => { window.rnn = await import(url); }", assets.at("rnn.js"))
        yield page
        page.close()


def ask(page, function, *arguments):
    """What a function in the page answers. As text: Playwright takes long over many numbers."""
    script = f"(given) => JSON.stringify(({function})(...JSON.parse(given)))"
    return json.loads(page.evaluate(script, json.dumps(arguments)))


def run(page, document, x, precision="float64"):
    """`predict` for each example of a batch."""
    return np.array(
        ask(
            page,
            """(model, batch, precision) => {
              const network = new rnn.Network(model, { precision });
              const plain = (v) => (ArrayBuffer.isView(v) ? Array.from(v) : v.map(plain));
              return batch.map((sequence) => plain(network.predict(sequence)));
            }""",
            document,
            np.asarray(x).tolist(),
            precision,
        )
    )


def stream(page, document, x):
    """Every step of every example of a batch; from the middle on after going back to a snapshot."""
    return np.array(
        ask(
            page,
            """(model, batch) => batch.map((sequence) => {
              const reader = new rnn.Network(model).stream();
              reader.step(sequence[0]);
              reader.reset();
              const middle = Math.floor(sequence.length / 2);
              let saved;
              const outputs = sequence.map((x, t) => {
                if (t === middle) saved = reader.snapshot();
                return Array.from(reader.step(x));
              });
              reader.restore(saved);
              return outputs.slice(0, middle).concat(
                sequence.slice(middle).map((x) => Array.from(reader.step(x))));
            })""",
            document,
            np.asarray(x).tolist(),
        )
    )


def random_case(kind, option, seed):
    """A model with random sizes and weights, biases too, and a random batch for it."""
    rng = np.random.default_rng([seed, len(kind), len(str(option))])
    batch, time, features, units = rng.integers((1, 2, 1, 1), (4, 9, 7, 9)).tolist()
    sequences = bool(rng.integers(2))
    x = rng.normal(size=(batch, time, features)).astype("float32")
    start = keras.Input((time, features))
    common = {"return_sequences": sequences, **option}
    if kind == "Embedding":
        x = rng.integers(0, VOCABULARY, (batch, time))
        start = keras.Input((time,), dtype="int32")
        parts = [layers.Embedding(VOCABULARY, features), layers.GRU(units, **common)]
    elif kind == "Dense":
        parts = [layers.LSTM(units, return_sequences=sequences), layers.Dense(5, **option)]
    elif kind == "Bidirectional":
        cell = getattr(layers, option["of"])(units, return_sequences=sequences)
        parts = [layers.Bidirectional(cell, merge_mode=option["merge_mode"])]
    elif kind == "Stack":
        parts = [
            layers.Bidirectional(layers.GRU(units, return_sequences=True)),
            layers.Dropout(0.4),
            layers.SimpleRNN(4, return_sequences=True),
            layers.LSTM(units),
            layers.Dense(6, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    else:
        parts = [getattr(layers, kind)(units, **common)]
    model = keras.Sequential([start, *parts])
    model.set_weights([rng.normal(0, 0.6, w.shape) for w in model.get_weights()])
    return model, x


CASES = [
    *((kind, {}) for kind in ("Embedding", "SimpleRNN", "LSTM", "Stack")),
    *(("Dense", {"activation": name}) for name in exporting.ACTIVATIONS),
    ("Dense", {"use_bias": False}),
    *(("GRU", {"reset_after": after}) for after in (True, False)),
    *(("GRU", {"reset_after": after, "use_bias": False}) for after in (True, False)),
    *((kind, {"go_backwards": True}) for kind in exporting.RECURRENT),
    *((kind, {"use_bias": False}) for kind in ("SimpleRNN", "LSTM")),
    *((kind, {"activation": "relu"}) for kind in exporting.RECURRENT),
    ("LSTM", {"activation": "sigmoid", "recurrent_activation": "tanh"}),
    *(
        ("Bidirectional", {"of": kind, "merge_mode": mode})
        for kind in exporting.RECURRENT
        for mode in exporting.MERGE_MODES
    ),
]


def name(value):
    if isinstance(value, dict):
        return "-".join(f"{key}={setting}" for key, setting in value.items()) or "default"
    return str(value)


@pytest.mark.parametrize(("kind", "option"), CASES, ids=name)
def test_the_page_equals_keras(page, kind, option, tmp_path):
    for seed in SEEDS:
        model, x = random_case(kind, option, seed)
        document = json.loads(
            exporting.export_model(model, tmp_path / "m.json", dtype="float32").read_text()
        )
        expected = keras.ops.convert_to_numpy(model(x))
        for precision in ("float64", "float32"):
            np.testing.assert_allclose(run(page, document, x, precision), expected, atol=1e-5)
        # And to the last digits what NumPy computes from the same file.
        exact = exporting.predict(exporting.load_exported(tmp_path / "m.json"), x)
        np.testing.assert_allclose(run(page, document, x), exact, atol=1e-12)


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU", "Stack"])
def test_float16_weights_are_kept_exactly_and_cost_little(page, kind, tmp_path):
    """Keras with the rounded weights says the same to 1e-5; with its own, to 0.02."""
    for seed in SEEDS:
        model, x = random_case(kind, {}, seed)
        document = json.loads(exporting.export_model(model, tmp_path / "m.json").read_text())
        got = run(page, document, x)
        np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model(x)), atol=0.02)
        model.set_weights([w.astype("float16") for w in model.get_weights()])
        np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model(x)), atol=1e-5)


def test_every_float16_is_decoded(page):
    """All 63,488 finite half-precision numbers, subnormal ones too, through an Embedding."""
    bits = np.arange(2**16, dtype="uint16").view("float16")
    table = bits[np.isfinite(bits)][:, None]
    packed = exporting._pack(table, "float16", "table", "embeddings")
    document = {
        "format": exporting.FORMAT,
        "layers": [
            {
                "type": "Embedding",
                "input_dim": len(table),
                "output_dim": 1,
                "weights": {"embeddings": packed},
            }
        ],
    }
    got = run(page, document, [list(range(len(table)))])
    assert np.array_equal(got[0], table.astype("float64"))


@pytest.mark.parametrize("kind", ["Embedding", "SimpleRNN", "LSTM", "GRU"])
def test_a_stream_says_at_each_step_what_keras_says_of_the_whole(page, kind, tmp_path):
    for seed in SEEDS:
        model, x = random_case(kind, {"return_sequences": True}, seed)
        path = exporting.export_model(model, tmp_path / "m.json", dtype="float32")
        got = stream(page, json.loads(path.read_text()), x)
        np.testing.assert_allclose(got, keras.ops.convert_to_numpy(model(x)), atol=1e-5)


def test_a_stream_of_a_classifier_says_what_it_would_say_if_the_sequence_ended_here(page, tmp_path):
    rng = np.random.default_rng(7)
    model = keras.Sequential(
        [keras.Input((None, 4)), layers.LSTM(6), layers.Dense(3, activation="softmax")]
    )
    x = rng.normal(size=(2, 8, 4)).astype("float32")
    path = exporting.export_model(model, tmp_path / "m.json", dtype="float32")
    got = stream(page, json.loads(path.read_text()), x)
    for t in range(8):
        expected = keras.ops.convert_to_numpy(model(x[:, : t + 1]))
        np.testing.assert_allclose(got[:, t], expected, atol=1e-5)


def lstm_file(tmp_path):
    model = keras.Sequential([keras.Input((5, 4)), layers.LSTM(3), layers.Dense(2)])
    return json.loads(exporting.export_model(model, tmp_path / "m.json").read_text())


def spoil(path, value):
    """A change of one setting, named by its keys."""

    def change(document):
        *keys, last = path
        for key in keys:
            document = document[key]
        document[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (spoil(["format"], "other"), 'format is "other", expected "networks-that-remember/1"'),
        (spoil(["layers"], []), "the network has no layers"),
        (spoil(["layers", 0, "type"], "Conv1D"), 'unknown layer "Conv1D"'),
        (spoil(["layers", 0, "type"], "toString"), 'unknown layer "toString"'),
        (spoil(["layers", 1, "activation"], "gelu"), 'Dense: unknown activation "gelu"'),
        (
            spoil(["layers", 0, "weights", "recurrent_kernel", "shape"], [12, 3]),
            "LSTM, recurrent_kernel: shape is (12, 3), expected (3, 12)",
        ),
        (
            spoil(["layers", 0, "weights", "bias", "data"], "AAAA"),
            "LSTM, bias: 1 numbers, but its shape needs 12",
        ),
        (
            spoil(["layers", 1, "weights", "kernel"], None),
            "Dense, kernel: not in the file",
        ),
        (
            lambda d: d["layers"].pop(0) and d["layers"].insert(1, d["layers"][0]),
            "layer 2 (Dense): takes 3 features, but gets 2",
        ),
        (
            lambda d: d["layers"].__setitem__(1, {**d["layers"][0], "type": "SimpleRNN"}),
            "expected (any, 3)",
        ),
    ],
)
def test_a_file_that_cannot_run_is_refused_by_name(page, change, words, tmp_path):
    document = lstm_file(tmp_path)
    change(document)
    message = page.evaluate(
        "(model) => { try { new rnn.Network(model); return 'ran'; }"
        " catch (error) { return error.name + ': ' + error.message; } }",
        document,
    )
    assert message.startswith("RnnError: ")
    assert words in message


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("network.predict([])", "the sequence has no time steps"),
        ("network.predict([[1, 2, 3, 4], [1, 2]])", "time step 1: got 2 features, expected 4"),
        ("network.stream().step([1])", "time step: got 1 features, expected 4"),
        ("new rnn.Network(model, {precision: 'int8'})", 'precision is "int8"'),
        ("network.layers[0].goBackwards = true, network.stream()", "reads from the end"),
    ],
)
def test_a_wrong_input_is_told_what_was_expected(page, call, words, tmp_path):
    message = page.evaluate(
        f"(model) => {{ const network = new rnn.Network(model); try {{ {call}; return 'ran'; }}"
        " catch (error) { return error.name + ': ' + error.message; } }",
        lstm_file(tmp_path),
    )
    assert message.startswith("RnnError: ")
    assert words in message


def test_an_id_outside_the_vocabulary_is_named(page, tmp_path):
    model, _ = random_case("Embedding", {}, 0)
    path = exporting.export_model(model, tmp_path / "m.json")
    message = page.evaluate(
        "(model) => { try { new rnn.Network(model).predict([99]); }"
        " catch (error) { return error.message; } }",
        json.loads(path.read_text()),
    )
    assert message == f"Embedding: id 99 is not one of 0 to {VOCABULARY - 1}"


def test_a_missing_file_says_so(page):
    message = page.evaluate(
        "rnn.Network.load('nothing.json').catch((error) => error.message)",
    )
    assert message == "nothing.json: the server answered 404"
