"""Explorers: the descriptions, the frames that Node draws, the widget, and what is computed."""

import json
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bookkit import explorers as for_notebooks
from bookkit import node
from bookkit.sphinx.explorers import drawn, element, figures, mark
from course_utils import explorers
from course_utils.explorers import Pulses, Slider, _still
from course_utils.explorers._description import pulses
from tests.helpers.random_settings import random_settings

ROOT = Path(__file__).resolve().parents[2]

NAMES = explorers.names()
each_explorer = pytest.mark.parametrize("name", NAMES)


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
def test_any_setting_gives_finite_traces(name):
    explorer = explorers.get(name)
    for values in random_settings(explorer, np.random.default_rng(1), 20):
        for trace, value in explorer.compute(**values).items():
            array = np.asarray(value)
            assert array.dtype.kind == "U" or np.all(np.isfinite(array)), trace


def test_a_slider_shows_the_digits_of_its_step():
    shown = {0.1: "0.3", 0.25: "0.30", 1e-5: "0.30000", 2.5e-4: "0.30000", 1e-7: "0.3000000"}
    for step, words in shown.items():
        slider = Slider("rate", "Rate", 0, 1, step, 0.3)
        assert slider.text(0.3) == words and slider.config()["digits"] == len(words) - 2
    assert Slider("steps", "Steps", 0, 10, 1.0, 3, unit="steps").text(3) == "3 steps"


def test_a_wrong_name_or_value_is_told_what_there_is():
    with pytest.raises(ValueError, match="scalar-rnn"):
        explorers.show("scalar_rnn")
    with pytest.raises(ValueError, match="it has w, u, b"):
        explorers.show("scalar-rnn", weight=1)
    with pytest.raises(ValueError, match="u is 7, expected a number from -2 to 2"):
        explorers.show("scalar-rnn", u=7)
    for wrong in (None, [1.0], True, float("nan"), "1"):
        with pytest.raises(ValueError, match=r"u is .*, expected a number from -2 to 2"):
            explorers.show("scalar-rnn", u=wrong)
    with pytest.raises(ValueError, match=r"rows is 5\.5, expected a whole number from 0 to 28"):
        explorers.show("digit-reader", rows=5.5)
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
        "heavy = {'anywidget', 'ipywidgets', 'matplotlib', 'tensorflow', 'keras', 'IPython'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@each_explorer
def test_the_book_gets_a_mark_that_knows_nothing_of_javascript(name, static):
    """A change in what is drawn or said executes no chapter: the mark holds the start alone."""
    figure = explorers.show(name)
    assert figure._repr_html_() == (
        f'<div class="explorer" data-explorer="{name}" data-start="{{}}"></div>'
    )
    assert name in repr(figure)


def test_a_mark_names_the_values_that_differ(static):
    html = explorers.show("scalar-rnn", u=-0.9, w=1.0)._repr_html_()
    start = re.search(r'data-start="([^"]*)"', html)[1]
    assert json.loads(unescape(start)) == {"u": -0.9}
    assert mark(html) == ("scalar-rnn", {"u": -0.9})
    assert mark("<p>data-explorer</p>") is None


@each_explorer
def test_the_build_draws_a_frame_that_needs_no_script(name):
    """The figure as it will be when it moves: controls that rest, two pictures, the sentence."""
    (figure,) = figures([(name, {})])
    html = element(figure)
    xml = re.sub(r"(<input [^>]*)>", r"\1/>", html).replace("option selected", 'option selected=""')
    root = ElementTree.fromstring(xml)
    assert (root.get("class"), root.get("id")) == ("explorer", f"explorer-{name}")
    assert json.loads(root.get("data-config")) == explorers.config(name)
    pictures = root.findall(".//svg[@role='img']")
    assert [svg.get("viewBox").split()[2] for svg in pictures] == ["340", "700"]
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    for svg in pictures:
        title, description = svg.get("aria-labelledby").split()
        assert {title, description} <= set(ids)
    words = root.findtext("p[@class='explorer-summary']")
    assert words == figure["drawn"]["summary"] and words.endswith((".", "!"))
    resting = [e.get("class").split()[0] for e in root if e.get("inert") is not None]
    assert resting == ["explorer-controls", "explorer-buttons"]
    for p in explorers.get(name).parameters:
        if isinstance(p, Slider) and name not in ("word-order",):
            control = root.find(f".//input[@id='explorer-{name}-{p.name}']")
            assert float(control.get("value") or 0) == p.default
            assert control.get("aria-valuetext") == p.text(p.default)
    assert not re.search(r"<script|https?:|src=", html), "the frame needs nothing else"


def test_two_of_a_kind_in_one_page_have_different_ids():
    both = figures([("scalar-rnn", {}), ("scalar-rnn", {"u": -0.9})])
    ids = re.findall(r' id="([^"]+)"', "".join(map(element, both)))
    assert len(ids) == len(set(ids))
    assert both[1]["config"]["values"]["u"] == -0.9
    assert both[0]["drawn"]["summary"] != both[1]["drawn"]["summary"]


def test_a_module_that_throws_fails_the_build_with_its_words():
    figure = {"name": "scalar-rnn", "config": explorers.config("scalar-rnn") | {"parameters": 7}}
    with pytest.raises(RuntimeError, match="the explorer scalar-rnn: parameters is not iterable"):
        drawn(json.dumps([figure]))


def test_a_figure_without_a_frame_says_what_to_run(monkeypatch, live):
    monkeypatch.setattr(_still, "_frames", dict)
    with pytest.raises(LookupError, match="no frame of half-life: run `make explorers`"):
        explorers.show("half-life")


def test_what_notebooks_show_is_generated_from_what_is_there():
    """`make explorers` would change nothing."""
    static = ROOT / "course_utils" / "explorers" / "static"
    fresh = for_notebooks.generated()
    assert {path.name for path in static.iterdir()} == set(fresh)
    for name, text in fresh.items():
        assert (static / name).read_text("utf-8") == text, f"{name} is stale: run `make explorers`"


def test_the_explorer_that_contributing_shows_is_whole_and_small(tmp_path):
    """Both files, as they stand there: drawn by Node, equal to NumPy, 120 lines at most."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    python = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    script = re.search(r"```js\n(.*?)```", page, re.DOTALL)[1]
    assert len((python + script).splitlines()) <= 120
    described = {}
    exec(python, described)
    explorer = described["EXPLORER"]
    shutil.copytree(node.SCRIPTS, tmp_path / "bookkit" / "node")
    shutil.copytree(ROOT / "book" / "assets" / "explorers", tmp_path / "book/assets/explorers")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    check = """
      import { readFileSync } from "node:fs";
      const { compute } = await import("./book/assets/explorers/leak.js");
      console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(compute)));
    """
    (tmp_path / "book/assets/explorers/leak.js").write_text(script, "utf-8")
    (tmp_path / "check.mjs").write_text(check, "utf-8")

    def ran(program, given):
        done = node.run(tmp_path / program, json.dumps(given), timeout=60, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    config = _still.config(explorer, explorer.values())
    (drawn_there,) = ran("bookkit/node/explorers.mjs", [{"name": "leak", "config": config}])
    assert drawn_there["summary"] == "With u = 0.80, 1.2 % of the pulse is left after 20 steps."
    assert drawn_there["html"].count("<svg") == 2
    asked = [{"u": u} for u in (0.0, 0.35, 0.8, 1.0)]
    for params, traces in zip(asked, ran("check.mjs", asked), strict=True):
        np.testing.assert_allclose(traces["left"], explorer.compute(**params)["left"], atol=1e-12)


# ------------------------------------------------------------------ in a notebook


@each_explorer
def test_the_widget_carries_what_the_figure_needs(name, live):
    figure = explorers.show(name)
    state = figure.get_state()
    assert "mountExplorer" in state["_esm"] and ".explorer-picture" in state["_css"]
    assert state["config"]["parameters"] == explorers.config(name)["parameters"]
    assert set(state["files"]) == set(explorers.get(name).models)
    for content in state["files"].values():
        json.loads(bytes(content))
    assert state["values"] == explorers.get(name).values()


def test_values_of_the_widget_can_be_set_and_are_checked(live):
    figure = explorers.show("scalar-rnn", w=2.0)
    figure.values = {"u": -0.9}
    assert figure.values == explorers.get("scalar-rnn").values(w=2.0, u=-0.9)
    with pytest.raises(ValueError, match="u is 7, expected a number from -2 to 2"):
        figure.values = {"u": 7}
    with pytest.raises(ValueError, match="it has w, u, b"):
        figure.values = {"weight": 1}
    assert figure.values["u"] == -0.9


def test_a_notebook_keeps_the_frame_and_then_what_was_seen(live):
    figure = explorers.show("half-life")
    shown = figure._html().data
    assert "<svg" in shown and figure.frame["summary"] in shown
    figure._keep(figure, {"picture": "<svg>seen</svg>", "summary": "Half is < gone."}, [])
    shown = figure._html().data
    assert "<svg>seen</svg>" in shown and "Half is &lt; gone." in shown
    other = explorers.show("half-life", bias=5)
    assert not other.frame["picture"], "a picture of other values would be false"
    assert "Forget bias: 5.0" in other.frame["summary"]


def test_without_anywidget_the_default_frame_is_shown(live, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "course_utils.explorers._live", raising=False)
    still = explorers.show("scalar-rnn")
    assert "<svg" in still._repr_html_() and "pip install anywidget" in still._repr_html_()
    assert repr(still) in still._repr_html_()


# ------------------------------------------------------------------ the scalar network


def scalar(**start):
    explorer = explorers.get("scalar-rnn")
    return explorer.compute(**explorer.values(**start))


def said(name, **start):
    """The sentence below the figure, from its JavaScript."""
    (figure,) = figures([(name, start)])
    return figure["drawn"]["summary"]


def test_the_scalar_network_is_the_recurrent_layer_with_one_unit():
    from course_utils.cells import SimpleRNN

    traces = scalar(w=0.7, u=-1.3, b=0.2, input="alternating")
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
        points = scalar(u=u, b=b)["fixed_points"]
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
    assert re.search(expected, said("scalar-rnn", **start))


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
    starts = [{"mode": mode, "step": step} for step in range(1, 6)]
    shown = figures([("unfolded-graph", start) for start in starts])
    for step, figure in enumerate(shown, 1):
        traces = explorer.compute(mode=mode, step=step)
        assert traces["has_input"].sum() == inputs and traces["has_output"].sum() == outputs
        words = figure["drawn"]["summary"]
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
    from bookkit.models import word_order as training
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
    from bookkit.models import word_order as training

    for question in ("bite", "mood"):
        seen, new = (
            {tuple(sorted(row)) for row in training.sentences(question, held_out)[0].tolist()}
            for held_out in (False, True)
        )
        assert new and not seen & new


# ------------------------------------------------------------------ the LSTM's gates, its half-life


GATES = list(random_settings(explorers.get("lstm-gates"), np.random.default_rng(3), 5))


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
