"""Explorers: the descriptions, the HTML in the book, the figure in a live kernel."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from course_utils import explorers
from course_utils.explorers import Choice, Pulses, Slider
from course_utils.explorers._description import pulses

NAMES = explorers.names()
each_explorer = pytest.mark.parametrize("name", NAMES)


def settings(explorer, rng, count):
    """Random settings of an explorer."""
    for _ in range(count):
        yield {
            p.name: str(rng.choice([value for value, _ in p.options]))
            if isinstance(p, Choice)
            else "".join(rng.choice(list("+-.1 −x"), rng.integers(p.steps + 3)))
            if isinstance(p, Pulses)
            else int(rng.integers(int(p.minimum), int(p.maximum) + 1))
            if p.integer
            else float(rng.uniform(p.minimum, p.maximum))
            for p in explorer.parameters
        }


@pytest.fixture
def static(monkeypatch):
    monkeypatch.setenv("COURSE_STATIC", "1")


@pytest.fixture
def live(monkeypatch):
    monkeypatch.delenv("COURSE_STATIC", raising=False)


@each_explorer
def test_a_description_is_whole(name):
    explorer = explorers.get(name)
    assert explorer.name == name
    assert len(explorer.title) > 5 and len(explorer.description) > 40
    names = [p.name for p in explorer.parameters]
    assert names and len(set(names)) == len(names)
    for p in explorer.parameters:
        assert p.label and p.check(p.default) == p.default
        if isinstance(p, Slider):
            steps = (p.default - p.minimum) / p.step
            assert abs(steps - round(steps)) < 1e-9, f"{p.name}: the default is not on a step"


@each_explorer
def test_any_setting_gives_finite_traces_words_and_a_picture(name):
    explorer = explorers.get(name)
    for values in settings(explorer, np.random.default_rng(1), 20):
        traces = explorer.compute(**values)
        for trace, value in traces.items():
            array = np.asarray(value)
            assert array.dtype.kind == "U" or np.all(np.isfinite(array)), trace
        words = explorer.summary(values, traces)
        assert 20 < len(words) < 600 and words.endswith((".", "!")), words
        assert "nan" not in words and "-0" not in words
        for width in (300, 736):
            svg = explorer.draw(values, traces, width).svg("k", "title", "description")
            root = ElementTree.fromstring(svg)
            assert root.get("viewBox").split()[2] == str(width)


def test_a_wrong_name_or_value_is_told_what_there_is():
    with pytest.raises(ValueError, match="scalar-rnn"):
        explorers.show("scalar_rnn")
    with pytest.raises(ValueError, match="it has w, u, b"):
        explorers.show("scalar-rnn", weight=1)
    with pytest.raises(ValueError, match="u is 7, expected a number from -2 to 2"):
        explorers.show("scalar-rnn", u=7)
    with pytest.raises(ValueError, match="expected one of 'pulse'"):
        explorers.show("scalar-rnn", input="noise")


def test_a_typed_row_is_read_one_character_a_step():
    row = Pulses("x", "Input", steps=6, default="+..-")
    assert pulses("+1-−–. x9", 9) == [1, 1, -1, -1, -1, 0, 0, 0, 0]
    assert pulses("", 3) == [0, 0, 0] and pulses("+", 3) == [1, 0, 0]
    assert row.check("1 0−") == "+..-"
    assert row.check("++++++++") == "++++++", "what is too long is cut"
    assert row.check("") == ""
    with pytest.raises(ValueError, match="x is 3, expected text such as"):
        row.check(3)


def test_importing_loads_neither_widgets_nor_matplotlib():
    code = (
        "import sys; from course_utils import explorers as e; [e.get(n) for n in e.names()];"
        "heavy = {'ipywidgets', 'matplotlib', 'tensorflow', 'keras', 'IPython'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Elements(HTMLParser):
    """The start tags of a piece of HTML, and whether it closes what it opens."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@each_explorer
def test_the_book_gets_a_default_frame_that_needs_no_script(name, static):
    figure = explorers.show(name)
    html = figure._repr_html_()
    parsed = Elements(html)
    assert not parsed.open
    tag, attributes = parsed.tags[0]
    assert (tag, attributes["class"], attributes["data-explorer"]) == ("div", "explorer", name)
    config = json.loads(attributes["data-config"])
    assert config["values"] == explorers.get(name).values()
    assert any(tag == "svg" and a.get("role") == "img" for tag, a in parsed.tags)
    assert "<title id=" in html and "<desc id=" in html
    words = explorers.get(name).summary(figure.values, figure.traces)
    assert repr(figure) == words
    assert explorers._static.escape(words) in html
    assert not re.search(r"<script|https?:|src=", html), "the frame needs nothing else"


@each_explorer
def test_the_html_is_the_same_every_time(name, static):
    assert explorers.show(name)._repr_html_() == explorers.show(name)._repr_html_()


def test_two_of_a_kind_in_one_page_have_different_ids(static):
    first, second = explorers.show("scalar-rnn"), explorers.show("scalar-rnn", u=-0.9)
    ids = re.findall(r' id="([^"]+)"', first._repr_html_() + second._repr_html_())
    assert len(ids) == len(set(ids))
    assert second.values["u"] == -0.9


@each_explorer
def test_every_control_of_the_live_figure_moves_it(name, live):
    explorer = explorers.get(name)
    for p in explorer.parameters:
        box = explorers.show(name)
        assert repr(explorers.get(name).title)[1:-1] in box.children[0].value
        before = box.picture.value
        control = box.controls[p.name]
        values = explorer.values()
        options = (
            [option for option, _ in p.options]
            if isinstance(p, Choice)
            else ["+", "..1 x−"]
            if isinstance(p, Pulses)
            else np.linspace(p.minimum, p.maximum, 5)
        )
        for option in options:
            control.value = int(option) if isinstance(p, Slider) and p.integer else option
            values[p.name] = control.value
            traces = explorer.compute(**values)
            words = explorers._static.escape(explorer.summary(values, traces))
            assert box.summary.value == f"<p>{words}</p>"
            if control.value != explorer.values()[p.name] and box.picture.value != before:
                break
        else:
            pytest.fail(f"{p.name} moves nothing")


@each_explorer
def test_a_preset_sets_every_control(name, live):
    explorer = explorers.get(name)
    box = explorers.show(name)
    for (_, preset), button in zip(explorer.presets, box.buttons, strict=True):
        button.click()
        assert {n: control.value for n, control in box.controls.items()} == explorer.values(
            **preset
        )


def test_without_ipywidgets_the_default_frame_is_shown(live, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    monkeypatch.delitem(sys.modules, "course_utils.explorers._live", raising=False)
    assert "<svg" in explorers.show("scalar-rnn")._repr_html_()


# ------------------------------------------------------------------ the scalar network


def scalar(**start):
    explorer = explorers.get("scalar-rnn")
    values = explorer.values(**start)
    traces = explorer.compute(**values)
    return traces, explorer.summary(values, traces)


def test_the_scalar_network_is_the_recurrent_layer_with_one_unit():
    from course_utils.cells import SimpleRNN

    traces, _ = scalar(w=0.7, u=-1.3, b=0.2, input="alternating")
    one = np.ones((1, 1))
    states, _ = SimpleRNN.forward(
        traces["x"].reshape(1, -1, 1), 0.7 * one, -1.3 * one, 0.2 * one[0]
    )
    np.testing.assert_allclose(states.ravel(), traces["h"], atol=1e-12)


def test_fixed_points_are_where_the_state_stays():
    rng = np.random.default_rng(0)
    counts = set()
    for _ in range(300):
        u, b = rng.uniform(-2, 2), rng.uniform(-1, 1)
        points = scalar(u=u, b=b)[0]["fixed_points"]
        assert np.allclose(np.tanh(u * points + b), points, atol=1e-12)
        grid = np.linspace(-1, 1, 20001)
        crossings = np.count_nonzero(np.diff(np.sign(np.tanh(u * grid + b) - grid)))
        assert len(points) == crossings
        counts.add(len(points))
    assert counts == {1, 3}


@pytest.mark.parametrize(
    "start, expected",
    [
        ({"u": 0.8}, "leaky integrator.*half is forgotten in 3.1 steps"),
        ({"u": 2.0}, "switch.*settles at 0.96 and stays"),
        ({"u": 2.0, "height": -1.5}, "switch.*settles at −0.96 and stays"),
        ({"u": 2.0, "height": 3.0, "input": "opposite"}, "settles at −0.96 and stays"),
        ({"u": -0.8}, "damped oscillation"),
        ({"u": -1.5}, "oscillator.*still moves between 0.86 and −0.86"),
        ({"u": 0.0}, "No memory"),
        ({"u": 0.9, "input": "step"}, "Under the lasting input the state holds 0.98"),
    ],
)
def test_the_summary_names_what_the_unit_does(start, expected):
    assert re.search(expected, scalar(**start)[1])


# ------------------------------------------------------------------ the unfolded graph


def test_the_unfolded_graph_is_the_recurrent_layer():
    from course_utils.cells import SimpleRNN
    from course_utils.explorers import unfolded_graph as graph

    traces = graph.compute(step=1, mode="many-to-many")
    states, _ = SimpleRNN.forward(traces["x"][None], graph.W, graph.U, graph.B)
    np.testing.assert_allclose(states[0], traces["h"][1:], atol=1e-12)
    np.testing.assert_allclose(traces["y"].sum(axis=1), 1)


@pytest.mark.parametrize(
    "mode, inputs, outputs",
    [("many-to-many", 5, 5), ("many-to-one", 5, 1), ("one-to-many", 1, 5)],
)
def test_a_mode_says_which_inputs_and_outputs_there_are(mode, inputs, outputs):
    explorer = explorers.get("unfolded-graph")
    for step in range(1, 6):
        values = explorer.values(mode=mode, step=step)
        traces = explorer.compute(**values)
        assert traces["has_input"].sum() == inputs and traces["has_output"].sum() == outputs
        words = explorer.summary(values, traces)
        assert ("No output is read" in words) == (not traces["has_output"][step - 1])
        assert ("no input" in words) == (not traces["has_input"][step - 1])


# ------------------------------------------------------------------ the order of words

SENTENCES = [value for value, _ in explorers.get("word-order").parameters[0].options]


def every_order(sentence):
    """The traces of all 120 orders of the words."""
    compute = explorers.get("word-order").compute
    return [compute(sentence=sentence, order=order) for order in range(120)]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_bag_and_mean_give_every_order_the_very_same_answer(sentence):
    traces = every_order(sentence)
    every = np.array([trace["probabilities"] for trace in traces])
    assert np.ptp(every[:, :2], axis=0).tolist() == [0, 0]
    if len({trace["answer"] for trace in traces}) == 2:
        assert np.all(np.ptp(every[:, 2:], axis=0) > 0.8)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_others_follow_the_rule_in_every_order(sentence):
    for trace in every_order(sentence):
        assert np.all((trace["probabilities"][2:] > 0.5) == trace["answer"]), trace["words"]


def test_every_order_of_the_words_is_there_once():
    from course_utils.explorers.word_order import permutation

    every = [tuple(permutation(order)) for order in range(120)]
    assert len(set(every)) == 120 and every == sorted(every)


@pytest.mark.parametrize("question", ["bite", "mood"])
def test_the_models_are_as_accurate_as_their_file_says(question):
    """On held-out sentences: the order-blind models fail, the others know the rule."""
    from course_utils.explorers import _train_word_order as training
    from course_utils.explorers import word_order as explorer

    exported = explorer._models()
    words = np.array(exported["vocabulary"])
    x, y = training.sentences(question, held_out=True)
    chosen = np.random.default_rng(0).choice(len(x), 300, replace=False)
    given = np.array([explorer.probabilities(words[row].tolist()) for row in x[chosen]])
    right = ((given > 0.5) == y[chosen, None]).mean(axis=0)
    said = [exported["questions"][question][kind]["accuracy"] for kind in explorer.MODELS]
    assert np.all(np.abs(right - said) < 0.09)
    assert max(said[:2]) < 0.7 and min(said[2:]) > 0.95
    if question == "bite":
        assert said[:2] == [0.5, 0.5], "both answers of every bag occur equally often"


def test_no_word_combination_is_both_trained_on_and_held_out():
    from course_utils.explorers import _train_word_order as training

    for question in ("bite", "mood"):
        seen, new = (
            {tuple(sorted(row)) for row in training.sentences(question, held_out)[0].tolist()}
            for held_out in (False, True)
        )
        assert new and not seen & new


# ------------------------------------------------------------------ the LSTM's gates, its half-life


GATES = list(settings(explorers.get("lstm-gates"), np.random.default_rng(3), 5))


@pytest.mark.parametrize("values", GATES)
def test_the_unit_with_gates_is_an_lstm_with_four_features(values):
    from course_utils.cells import LSTM

    traces = explorers.get("lstm-gates").compute(**values)
    x = np.stack([traces[name] for name in ("x", "s_i", "s_f", "s_o")], axis=1)
    w = values["w"]
    W = np.array([[0, 0, 3.0, 0], [w, 0, 0, 0], [0, w, 0, 0], [0, 0, 0, w]])
    b = np.array([values["b_i"], values["b_f"], 0, values["b_o"]])
    outputs, _, c = LSTM.forward(x[None], W, np.zeros((1, 4)), b)
    np.testing.assert_allclose(traces["h"], outputs.ravel(), atol=1e-12)
    np.testing.assert_allclose(traces["c"][-1], c.item(), atol=1e-12)


@pytest.mark.parametrize("bias, steps", [(0, 1.0), (1, 2.2), (3, 14.3), (5, 103.2)])
def test_the_half_life_is_the_predicted_one(bias, steps):
    traces = explorers.get("half-life").compute(bias=bias, shake=0.0)
    assert traces["predicted"] == pytest.approx(steps, abs=0.05)
    gate = 1 / (1 + np.exp(-bias))
    cell = gate ** np.arange(1000.0)  # one step at a time, until less than half is left
    after = int(np.argmax(cell <= 0.5 + 1e-12))
    assert after - 1 <= traces["measured"] <= after
    np.testing.assert_allclose(traces["cell"], gate ** traces["steps"], atol=1e-12)


def test_a_shaken_gate_forgets_sooner():
    compute = explorers.get("half-life").compute
    for bias in np.linspace(-2, 8, 21):
        halves = [compute(bias=bias, shake=shake)["measured"] for shake in (0, 1, 2, 3, 4)]
        assert all(later < sooner for later, sooner in zip(halves[1:], halves, strict=False))
