"""The cone of sight: what it draws is what real networks see; the sentence draws the right line."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers as kl

from bookkit.sphinx.explorers import figures
from course_utils import explorers
from course_utils.explorers.cone_of_sight import KINDS, STEPS, compute

UNITS = 2
STACKS = [
    *((kind, layers, 3) for kind in ("stacked", "bidirectional") for layers in (1, 2, 4)),
    *(
        (kind, layers, size)
        for kind in ("causal", "centred", "windows")
        for layers, size in ((1, 2), (1, 6), (2, 3), (3, 5), (4, 4), (4, 6))
    ),
]


def recurrent(number):
    """A recurrent layer, of another class each time."""
    return (kl.LSTM, kl.GRU, kl.SimpleRNN)[number % 3](UNITS, return_sequences=True)


def network(kind, layers, size, nudges):
    """Outputs of a random stack for inputs nudges[0]; nudges[n] goes into the nodes of layer n.

    nudges: layers + 1 tensors (batch, time, units). A nudge goes into a recurrent cell as an input
    does, and is added to what a convolution gives.
    """
    h = nudges[0]
    for number, nudge in enumerate(nudges[1:]):
        if kind in ("causal", "centred"):
            padding = "causal" if kind == "causal" else "same"
            h = kl.Conv1D(UNITS, size, padding=padding, activation="tanh")(h) + nudge
            continue
        x, layer = keras.ops.concatenate([h, nudge], axis=-1), recurrent(number)
        if kind == "bidirectional":
            h = kl.Bidirectional(layer)(x)
        elif kind == "windows":
            starts = range(0, STEPS, size)
            h = keras.ops.concatenate([layer(x[:, s : s + size]) for s in starts], axis=1)
        else:
            h = layer(x)
    return h


@pytest.mark.parametrize("kind, layers, size", STACKS)
def test_a_node_reaches_an_output_where_the_jacobian_is_not_zero(kind, layers, size):
    """Every node of every layer, and every output, of a Keras stack with random weights."""
    keras.utils.set_random_seed(layers)
    rng = np.random.default_rng(size)
    # The same sequence twelve times: of copy number t only output t is looked at.
    copies = [
        np.repeat(rng.normal(size=(1, STEPS, UNITS)), STEPS, axis=0) for _ in range(layers + 1)
    ]
    nudges = [tf.constant(copy, "float32") for copy in copies]
    with tf.GradientTape() as tape:
        tape.watch(nudges)
        outputs = tf.linalg.trace(tf.reduce_sum(network(kind, layers, size, nudges), axis=2))
    gradients = tape.gradient(outputs, nudges, unconnected_gradients="zero")
    moved = np.abs(gradients).max(axis=-1) != 0  # (layers + 1, outputs, time)
    for step in range(1, STEPS + 1):
        found = compute(kind=kind, layers=layers, size=size, step=step)["reach"]
        np.testing.assert_array_equal(found, moved[:, step - 1], f"output {step}")


@pytest.mark.parametrize("kind, layers, size", STACKS)
def test_the_counts_are_those_of_the_inputs_that_are_seen(kind, layers, size):
    every = [compute(kind=kind, layers=layers, size=size, step=t) for t in range(1, STEPS + 1)]
    for step, traces in enumerate(every, 1):
        seen = {time for time, is_seen in enumerate(traces["reach"][0], 1) if is_seen}
        assert traces["inputs"] == len(seen)
        assert traces["past"] == len(seen & set(range(1, step)))
        assert traces["future"] == len(seen & set(range(step + 1, STEPS + 1)))
        assert traces["past"] + traces["lost"] == step - 1
    assert {traces["ahead"] for traces in every} == {max(traces["future"] for traces in every)}


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [2, 3])
def test_a_causal_window_widens_by_one_less_than_the_kernel_with_each_layer(layers, size):
    traces = compute(kind="causal", layers=layers, size=size, step=STEPS)
    assert traces["inputs"] == 1 + layers * (size - 1) and traces["future"] == 0


SAID = [
    ({}, ["inputs 3 to 7, 5 of 12, none in its future", "The first 2 are out of sight"]),
    (
        {"kind": "stacked"},
        ["inputs 1 to 7, 7 of 12, none in its future", "may stream", "may predict the next"],
    ),
    ({"kind": "bidirectional"}, ["all 12 inputs, 5 of them in its future", "wait for the end"]),
    (
        {"kind": "bidirectional", "step": 12},
        ["none in its future, as nothing comes after it", "it would see the answer"],
    ),
    (
        {"kind": "causal", "step": 12},
        ["inputs 8 to 12, 5 of 12", "The first 7 are out of sight", "may stream"],
    ),
    (
        {"kind": "centred"},
        ["inputs 5 to 9, 5 of 12, 2 of them in its future", "answers 2 steps late"],
    ),
    ({"kind": "centred", "layers": 4, "size": 6}, ["answers 12 steps late", "An even kernel"]),
    ({"kind": "centred", "layers": 1}, ["answers 1 step late"]),
    (
        {"kind": "windows", "size": 4, "layers": 4, "step": 6},
        ["inputs 5 and 6, 2 of 12", "began anew at step 5; more layers bring nothing back"],
    ),
    ({"kind": "windows", "size": 4, "step": 9}, ["only input 9", "may predict the next"]),
    ({"kind": "causal", "layers": 1, "step": 4}, ["The first one is out of sight"]),
]


def test_the_sentence_says_what_is_seen_and_what_that_allows():
    shown = figures([("cone-of-sight", start) for start, _ in SAID])
    for (start, expected), figure in zip(SAID, shown, strict=True):
        for words in expected:
            assert words in figure["drawn"]["summary"], start


def test_the_future_is_used_where_the_sentence_says_so():
    """At any setting: streaming and the next token are allowed where no output looks ahead."""
    starts = [
        {"kind": kind, "layers": layers, "size": size, "step": step}
        for kind in KINDS
        for layers, size, step in ((1, 2, 1), (2, 3, 6), (4, 5, 12))
    ]
    explorer = explorers.get("cone-of-sight")
    for start, figure in zip(starts, figures([("cone-of-sight", s) for s in starts]), strict=True):
        words = figure["drawn"]["summary"]
        allowed = "may predict the next token" in words
        assert allowed == (explorer.compute(**start)["ahead"] == 0), start
        assert allowed != ("it would see the answer" in words), start
        assert len(re.findall(r"So this network", words)) == 1, start
