"""The runtime in the page, `rnn.js` and `encoder-decoder.js`, does what Keras does: in a real
browser."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from bookkit.serve import serving
from course_utils import exporting
from tests.helpers.encoder_decoders import CASES as CODERS
from tests.helpers.encoder_decoders import draw

ROOT = Path(__file__).resolve().parents[2]
SEEDS = range(3)
VOCABULARY = 13
SIDES = ("forward", "backward")


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


# Encoder-decoders, and states that are given ------------------------------------------------------


@pytest.fixture(scope="module")
def translators(page):
    """The page with the encoder-decoder as `coder`, too."""
    page.evaluate(
        "async () => { window.coder = await import(new URL('encoder-decoder.js', location)); }"
    )
    return page


def translate(page, document, trial, given=None, precision="float64"):
    """Probabilities of every step of every example, and the attention weights."""
    answers = ask(
        page,
        """(model, batch, written, given, precision) => batch.map((tokens, k) => {
          const translator = new coder.EncoderDecoder(model, { precision });
          let state = translator.start(tokens);
          return written[k].map((token, t) => {
            const answer = translator.step(token, state, { weights: given?.[k][t] });
            state = answer.state;
            return [answer.probabilities, answer.weights].map((v) => v && Array.from(v));
          });
        })""",
        document,
        trial.tokens.tolist(),
        trial.written.tolist(),
        None if given is None else given.tolist(),
        precision,
    )
    probabilities = np.array([[step[0] for step in steps] for steps in answers])
    return probabilities, [[step[1] for step in steps] for steps in answers]


@pytest.mark.parametrize("case", CODERS)
def test_the_page_writes_step_by_step_what_keras_writes_at_once(translators, case, tmp_path):
    for seed in range(4):
        trial = draw(case, seed)
        path = tmp_path / "m.json"
        exporting.export_encoder_decoder(path, **trial.parts, dtype="float32")
        document = json.loads(path.read_text())
        for precision in ("float64", "float32"):
            probabilities, weights = translate(translators, document, trial, None, precision)
            np.testing.assert_allclose(probabilities, trial.probabilities, atol=1e-5)
            if trial.weights is not None:
                np.testing.assert_allclose(weights, trial.weights, atol=1e-5)
        if trial.given is not None:
            probabilities, weights = translate(translators, document, trial, trial.given)
            np.testing.assert_allclose(probabilities, trial.with_given, atol=1e-5)
            np.testing.assert_array_equal(weights, trial.given)
        # And to the last digits what NumPy computes from the same file.
        exported = exporting.load_exported(path)
        state = exporting.start(exported, trial.tokens)
        first = exporting.step(exported, trial.written[:, 0], state)
        probabilities, _ = translate(translators, document, trial)
        np.testing.assert_allclose(probabilities[:, 0], first.probabilities, atol=1e-12)


def translator_file(tmp_path):
    """One with all the parts that there are, and with padding; and its trial."""
    trial = draw("lstm-both-ways-additive-bridges", seed=1)
    path = exporting.export_encoder_decoder(tmp_path / "m.json", **trial.parts)
    return json.loads(path.read_text()), trial


def test_one_state_can_be_gone_on_from_twice(translators, tmp_path):
    document, trial = translator_file(tmp_path)
    once, between, again = ask(
        translators,
        """(model, tokens) => {
          const translator = new coder.EncoderDecoder(model);
          const state = translator.start(tokens);
          const answers = [1, 2, 1].map((token) => translator.step(token, state));
          return answers.map(({ probabilities }) => Array.from(probabilities));
        }""",
        document,
        trial.tokens[0].tolist(),
    )
    assert once == again != between


def test_a_state_that_was_changed_is_what_the_decoder_begins_with(translators, tmp_path):
    """As a reader squeezes it: here to nothing but its sign."""
    document, trial = translator_file(tmp_path)
    exported = exporting.load_exported(tmp_path / "m.json")
    state = exporting.start(exported, trial.tokens[:1])
    state["decoder"] = [tuple(np.sign(part) for part in parts) for parts in state["decoder"]]
    got = ask(
        translators,
        """(model, tokens) => {
          const translator = new coder.EncoderDecoder(model);
          const state = translator.start(tokens);
          state.decoder = state.decoder.map((layer) => layer && {
            h: layer.h.map(Math.sign), c: Array.from(layer.c, Math.sign),
          });
          return Array.from(translator.step(1, state).probabilities);
        }""",
        document,
        trial.tokens[0].tolist(),
    )
    expected = exporting.step(exported, [1], state).probabilities[0]
    np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize("kind", exporting.RECURRENT)
@pytest.mark.parametrize("both_ways", [False, True])
def test_a_run_begins_with_given_states_and_returns_the_last_as_keras_does(
    page, kind, both_ways, tmp_path
):
    rng = np.random.default_rng([len(kind), both_ways])
    layer = getattr(layers, kind)(6, return_sequences=True)
    layer = layers.Bidirectional(layer) if both_ways else layer
    names = [*"hc"][: 2 if kind == "LSTM" else 1]
    model = keras.Sequential([keras.Input((5, 4)), layer])
    model.set_weights([rng.normal(0, 0.6, w.shape) for w in model.get_weights()])
    path = exporting.export_model(model, tmp_path / "m.json", dtype="float32")
    x = rng.normal(size=(1, 5, 4)).astype("float32")
    first = rng.normal(size=(2 if both_ways else 1, len(names), 1, 6)).astype("float32")
    for part in (layer, layer.forward_layer, layer.backward_layer) if both_ways else (layer,):
        part.return_state = True
    output, *last = layer(x, initial_state=list(first.reshape(-1, 1, 6)))

    sides = [dict(zip(names, part[:, 0].tolist(), strict=True)) for part in first]
    state = dict(zip(("forward", "backward"), sides, strict=True)) if both_ways else sides[0]
    got, states, streamed = ask(
        page,
        """(model, x, given, streams) => {
          const flat = (state) => ArrayBuffer.isView(state)
            ? [Array.from(state)] : Object.values(state).flatMap(flat);
          const network = new rnn.Network(model);
          const { output, states } = network.run(x, given);
          const reader = streams ? network.stream(given) : null;
          reader?.step(x[0]);
          reader?.reset();
          const streamed = reader && x.map((row) => Array.from(reader.step(row)));
          return [output.map((h) => Array.from(h)), flat(states[0]), streamed];
        }""",
        json.loads(path.read_text()),
        x[0].tolist(),
        [state],
        not both_ways,
    )
    np.testing.assert_allclose(got, keras.ops.convert_to_numpy(output)[0], atol=1e-5)
    for mine, theirs in zip(states, last, strict=True):
        np.testing.assert_allclose(mine, keras.ops.convert_to_numpy(theirs)[0], atol=1e-5)
    if not both_ways:
        np.testing.assert_allclose(streamed, got, atol=1e-12)


def failure(page, script, *arguments):
    """The name and the message of the error that a script ends with, or what it returned."""
    return ask(
        page,
        f"(...given) => {{ try {{ return ['ran', String(({script})(...given))]; }}"
        " catch (error) { return [error.name, error.message]; } }",
        *arguments,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            spoil(["format"], exporting.FORMAT),
            'expected "networks-that-remember/encoder-decoder/1"',
        ),
        (spoil(["encoder"], None), "encoder: the network has no layers"),
        (spoil(["encoder", 1, "type"], "Conv1D"), 'encoder: layer 2: unknown layer "Conv1D"'),
        (
            spoil(["encoder", 1, "forward", "weights", "bias", "shape"], [1]),
            "encoder: layer 2: LSTM, bias: shape is (1), expected (",
        ),
        (lambda d: d["encoder"].pop(0), "encoder: layer 1 has to be an Embedding"),
        (lambda d: d["decoder"].pop(0), "decoder: layer 1 has to be an Embedding"),
        (spoil(["decoder", 1, "go_backwards"], True), "decoder: layer 2 reads from the end"),
        (
            lambda d: d["encoder"].append(d["encoder"].pop(1)["backward"]),
            "encoder: layer 2 turns the order of its outputs around",
        ),
        (lambda d: d["decoder"].append(d["encoder"][1]), "decoder: layer 3 (Bidirectional): takes"),
        (spoil(["decoder"], [1, 2]), "decoder: layer 1: unknown layer"),
        (lambda d: d["bridges"].pop(), "encoder: got 2 states, expected 1"),
        (lambda d: d["bridges"].clear(), "decoder: state of layer 2, h: got "),
        (spoil(["bridges"], 3), "bridges: "),
        (
            lambda d: d["encoder"].append(d["encoder"].pop(1) | {"type": "LSTM"}),
            "encoder: layer 2: LSTM, kernel: not in the file",
        ),
        (spoil(["attention", "type"], "cosine"), 'attention: unknown type "cosine"; known are dot'),
        (spoil(["attention", "type"], "dot"), "attention: dot: a query has "),
        (spoil(["attention", "type"], "general"), "attention: general, W: not in the file"),
        (spoil(["attention", "units"], 1), "attention: additive, W_q: shape is ("),
        (spoil(["attention"], None), "readout: got "),
        (
            lambda d: [d["encoder"][1][s].update(return_sequences=False) for s in SIDES],
            "attention: the encoder does not return sequences",
        ),
        (
            lambda d: [d["encoder"][1][s].update(return_state=False) for s in SIDES],
            "encoder: got 0 states, expected 2",
        ),
        (lambda d: d["readout"].pop(0), "readout: got "),
        (
            spoil(["readout", 1, "weights", "kernel", "data"], "?"),
            "readout: layer 2: Dense, kernel",
        ),
    ],
)
def test_a_translator_that_cannot_run_is_refused_by_name(translators, change, words, tmp_path):
    document, _ = translator_file(tmp_path)
    change(document)
    name, message = failure(translators, "(model) => new coder.EncoderDecoder(model)", document)
    assert name == "RnnError"
    assert words in message


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("translator.start([])", "the sequence has no time steps"),
        ("translator.start([0, 0])", "the sequence has no time steps"),
        ("translator.start([1, 99])", "Embedding: id 99 is not one of 0 to 10"),
        ("translator.step(99, state)", "Embedding: id 99 is not one of 0 to 8"),
        ("translator.step(0, state)", "decoder: token 0 is padding"),
        ("translator.step(1, state, {weights: [1]})", "weights: got 1 numbers, expected 3"),
        ("translator.step(1, {...state, decoder: []})", "state of layer 2, h: got undefined"),
        ("plain.step(1, plain.start([1]), {weights: [1]})", "this network has no attention"),
    ],
)
def test_a_wrong_token_state_or_weight_is_told_what_was_expected(
    translators, call, words, tmp_path
):
    document, _ = translator_file(tmp_path)
    trial = draw("lstm-without-attention", seed=0)
    plain = exporting.export_encoder_decoder(tmp_path / "plain.json", **trial.parts)
    name, message = failure(
        translators,
        "(...models) => {"
        " const [translator, plain] = models.map((model) => new coder.EncoderDecoder(model));"
        f" const state = translator.start([1, 0, 2]); {call}; }}",
        document,
        json.loads(plain.read_text()),
    )
    assert name == "RnnError"
    assert words in message


def test_what_attention_is_told_of_padding_does_not_count(translators, tmp_path):
    document, _ = translator_file(tmp_path)
    some, more = ask(
        translators,
        """(model) => {
          const translator = new coder.EncoderDecoder(model);
          const state = translator.start([1, 0, 2]);
          return [[0.5, 0, 0.5], [0.5, 7, 0.5]].map((weights) =>
            Array.from(translator.step(1, state, { weights }).probabilities));
        }""",
        document,
    )
    assert some == more


@pytest.mark.parametrize("kind", ["rnn.Network", "coder.EncoderDecoder"])
def test_whatever_stands_in_a_file_it_runs_or_says_what_is_wrong(translators, kind, tmp_path):
    document = lstm_file(tmp_path) if kind == "rnn.Network" else translator_file(tmp_path)[0]
    others = ask(
        translators,
        f"""(model) => {{
          const others = {{}};
          const spoil = (part) => Object.keys(part).forEach((key) => {{
            const whole = part[key];
            for (const value of [null, -1, 0.5, "x", [], [3], {{ type: "Dense" }}]) {{
              part[key] = value;
              try {{
                new {kind}(model);
                others.ran = (others.ran ?? 0) + 1;
              }} catch (error) {{
                const name = error.name === "RnnError" ? error.name : String(error);
                others[name] = (others[name] ?? 0) + 1;
              }}
            }}
            part[key] = whole;
            if (whole && typeof whole === "object") spoil(whole);
          }});
          spoil(model);
          return others;
        }}""",
        document,
    )
    assert set(others) == {"ran", "RnnError"}
    assert others["RnnError"] > 2 * others["ran"]


@pytest.mark.parametrize("kind", ["rnn.Network", "coder.EncoderDecoder"])
def test_a_file_that_was_cut_off_or_is_another_is_refused(translators, kind, tmp_path):
    document = lstm_file(tmp_path) if kind == "rnn.Network" else translator_file(tmp_path)[0]
    whole = json.dumps(document)
    for text, words in (
        (whole[: len(whole) // 2], "not a whole JSON file"),
        ("", "not a whole JSON file"),
        ("<!DOCTYPE html>", "not a whole JSON file"),
        ("[1, 2]", "format is undefined, expected"),
        ("null", "format is undefined, expected"),
        (whole, "ran"),
    ):
        name, message = translators.evaluate(
            f"""async (text) => {{
              const url = URL.createObjectURL(new Blob([text]));
              try {{ return ["RnnError", "ran" + (await {kind}.load(url)).meta]; }}
              catch (error) {{ return [error.name, error.message]; }}
            }}""",
            text,
        )
        assert name == "RnnError"
        assert words in message
