"""Random encoder-decoders as one writes them in Keras, for tests of what NumPy and the page make of
their files."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers

INPUTS, OUTPUTS = 11, 9  # tokens that are read, and tokens that are written

CASES = {
    "gru-dot": {"cell": "GRU", "attention": "dot"},
    "lstm-scaled-dot": {"cell": "LSTM", "attention": "scaled_dot"},
    "simple-general-bridge": {"cell": "SimpleRNN", "attention": "general", "bridged": True},
    "lstm-additive": {"cell": "LSTM", "attention": "additive", "v_of": "Dense"},
    "lstm-without-attention": {"cell": "LSTM", "attention": None, "bridged": True},
    "gru-both-ways-general": {"cell": "GRU", "attention": "general", "merge_mode": "concat"},
    "lstm-both-ways-additive-bridges": {
        "cell": "LSTM",
        "attention": "additive",
        "merge_mode": "concat",
        "bridged": True,
    },
    "gru-both-ways-summed-dot-bridge": {
        "cell": "GRU",
        "attention": "dot",
        "merge_mode": "sum",
        "bridged": True,
    },
    "lstm-deep-both-ways-additive": {
        "cell": "LSTM",
        "attention": "additive",
        "merge_mode": "concat",
        "depth": 2,
    },
}


@dataclass
class Trial:
    """An encoder-decoder, what it reads and is made to write, and what Keras says to that.

    parts: arguments of `export_encoder_decoder`
    tokens: (batch, time), with padding in any place where there is a mask
    written: (batch, steps), the tokens before those that are to be told
    given: (batch, steps, time), weights in the place of attention's own; None without attention
    probabilities: (batch, steps, vocabulary)   weights: (batch, steps, time)
    with_given: probabilities with the given weights
    """

    parts: dict[str, Any]
    tokens: np.ndarray
    written: np.ndarray
    given: np.ndarray | None
    probabilities: np.ndarray
    weights: np.ndarray | None
    with_given: np.ndarray | None


def draw(case: str, seed: int) -> Trial:
    """A trial with random sizes and weights; with a mask where the seed is odd."""
    rng = np.random.default_rng([seed, list(CASES).index(case)])
    return _draw(rng, seed % 2 == 1, **CASES[case])


def _draw(rng, masked, cell, attention, v_of="", merge_mode=None, depth=1, bridged=False):
    batch, time, steps, features, units, compared = rng.integers(2, (5, 9, 6, 7, 6, 8)).tolist()
    both = 2 if merge_mode else 1
    width = units * (both if merge_mode == "concat" else 1)  # of one output of the encoder
    narrow = attention in ("dot", "scaled_dot")
    wide = width if narrow else units + 3 if bridged else units * both  # of one of the decoder

    def recurrent(size):
        return getattr(layers, cell)(size, return_sequences=True, return_state=True)

    encoder = [layers.Embedding(INPUTS, features, mask_zero=masked)]
    for _ in range(depth):
        layer = recurrent(units)
        encoder += [layers.Bidirectional(layer, merge_mode=merge_mode) if merge_mode else layer]
        encoder += [layers.Dropout(0.3)]
    tokens, written = (keras.Input((None,), dtype="int32") for _ in range(2))
    values, states = encoder[0](tokens), []
    for layer in encoder[1:]:
        if isinstance(layer, layers.Dropout):
            values = layer(values)
            continue
        values, *last = layer(values)
        half = len(last) // 2
        pairs = zip(last[:half], last[half:], strict=True)
        states += [layers.Concatenate()(pair) for pair in pairs] if merge_mode else last

    bridges = [layers.Dense(wide, activation="tanh") for _ in states] if bridged else []
    if bridged:
        states = [bridge(state) for bridge, state in zip(bridges, states, strict=True)]
    decoder = [layers.Embedding(OUTPUTS, features, mask_zero=masked)]
    decoder += [recurrent(wide) for _ in range(depth)]
    output, each = decoder[0](written), len(states) // depth
    for k, layer in enumerate(decoder[1:]):
        output, *_ = layer(output, initial_state=states[k * each : (k + 1) * each])

    readout = [layers.Dense(5, activation="tanh"), layers.Dense(OUTPUTS, activation="softmax")]

    def read(values):
        return readout[1](readout[0](values))

    described = None if attention is None else {"type": attention}
    if attention is None:
        models = [keras.Model([tokens, written], read(output))]
    else:
        given = keras.Input((None, None))
        queries, keys = output, values
        if attention == "scaled_dot":
            queries = layers.Rescaling(width**-0.5)(queries)
        elif attention == "general":
            described["W"] = layers.Dense(width, use_bias=False)
            queries = described["W"](queries)
        elif attention == "additive":
            described["W_q"], described["W_k"] = (
                layers.Dense(compared, use_bias=False) for _ in range(2)
            )
            queries, keys = described["W_q"](queries), described["W_k"](keys)
        if attention != "additive":
            layer = layers.Attention()
        else:
            layer = described["v"] = layers.AdditiveAttention()
        context, weights = layer([queries, values, keys], return_attention_scores=True)
        mixed = layers.Dot(axes=(2, 1))([given, values])
        join = layers.Concatenate()
        models = [
            keras.Model([tokens, written], [read(join([output, context])), weights]),
            keras.Model([tokens, written, given], read(join([output, mixed]))),
        ]
    models[0].set_weights([rng.normal(0, 0.6, w.shape) for w in models[0].get_weights()])
    if v_of == "Dense":
        layer, described["v"] = described["v"], layers.Dense(1, use_bias=False)
        described["v"].build((None, compared))
        described["v"].set_weights([layer.get_weights()[0][:, None]])

    read_tokens = rng.integers(1, INPUTS, (batch, time))
    if masked:
        read_tokens[rng.random((batch, time)) < 0.3] = 0
        read_tokens[:, rng.integers(time)] = rng.integers(1, INPUTS, batch)
    data = [read_tokens, rng.integers(1, OUTPUTS, (batch, steps))]
    outcomes = [keras.ops.convert_to_numpy(part) for part in keras.tree.flatten(models[0](data))]
    others = {"given": None, "weights": None, "with_given": None}
    if attention is not None:
        row = rng.random((batch, steps, time)) * ((read_tokens != 0) | (not masked))[:, None]
        others = {
            "given": row,
            "weights": outcomes[1],
            "with_given": keras.ops.convert_to_numpy(models[1]([*data, row])),
        }
    parts = {
        "encoder": encoder,
        "bridges": bridges,
        "decoder": decoder,
        "attention": described,
        "readout": readout,
    }
    return Trial(parts, *data, probabilities=outcomes[0], **others)
