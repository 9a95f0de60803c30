"""07-deep-bidirectional, count what is learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils import checks

BY_HAND = (
    "keras.layers.LSTM",
    "keras.layers.LSTMCell",
    "keras.layers.RNN",
    "keras.layers.Bidirectional",
    "keras.Sequential",
    "course_utils.cells.LSTM.forward",
)
CALLS: dict[str, str] = {}


def example() -> tuple[int, int, int, bool, str]:
    """7 features, 5 units, 3 layers, both directions, "concat"."""
    return 7, 5, 3, True, "concat"


def check(parameters: Any) -> None:
    """The tests that students see."""
    features, units, layers, *_ = example()
    compare(parameters, (features, units, layers), [260, 220, 220])
    for mode, above in (("concat", 640), ("sum", 440), ("ave", 440), ("mul", 440)):
        inputs = (features, units, layers, True, mode)
        compare(parameters, inputs, [520, above, above])
    compare(parameters, (features, units, layers, False, "sum"), [260, 220, 220])
    compare(parameters, (features, units, 1, True), [520])


def compare(parameters: Any, inputs: Any, expected: Any) -> None:
    """What it returns for inputs (features, units, layers[, bidirectional[, merge_mode]])."""
    features, units, layers, *options = inputs
    both = bool(options and options[0])
    mode = options[1] if len(options) > 1 else "concat"
    directions = f'both directions, "{mode}"' if both else "one direction"
    plural = "" if layers == 1 else "s"
    case = f"{features} features, {units} units, {layers} layer{plural}, {directions}"
    got = checks.call(parameters, *inputs)
    checks.equal(got, expected, f"the list for {case}", mistakes(*inputs))


def mistakes(
    features: int,
    units: int,
    layers: int,
    bidirectional: bool = False,
    merge_mode: str = "concat",
) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    n = units
    directions = 2 if bidirectional else 1
    joined = 2 * n if bidirectional and merge_mode == "concat" else n

    def counts(
        one: Callable[[int], int] = lambda inputs: 4 * n * (inputs + n + 1),
        above: int = joined,
        times: int = directions,
        first: int = features,
    ) -> list[int]:
        """one: the weights of one direction with so many inputs."""
        return [times * one(first if k == 0 else above) for k in range(layers)]

    def slip(*arguments: Any, **slips: Any) -> Callable[[], Any]:
        return lambda: counts(*arguments, **slips)

    told: dict[str, Callable[[], Any]] = {
        "it is the sum over all layers; a number for each layer is wanted": lambda: sum(counts()),
        "each number is the sum of all layers so far; each layer has its own": lambda: [
            sum(counts()[: k + 1]) for k in range(layers)
        ],
        "the order is reversed: the lowest layer comes first": lambda: counts()[::-1],
        "every layer is given the features; above the first, a layer is given what the one below "
        "says": slip(above=features),
        "a layer above the first is given the features as well as what the layer below says": slip(
            above=joined + features
        ),
        "this is one gate; an LSTM has three gates and the candidate, four blocks in all": slip(
            lambda inputs: n * (inputs + n + 1)
        ),
        "there are three blocks in it, as in a GRU; an LSTM has four": slip(
            lambda inputs: 3 * n * (inputs + n + 1)
        ),
        "the biases are not counted": slip(lambda inputs: 4 * n * (inputs + n)),
        "there are two biases for each unit and gate, as PyTorch has them; Keras' LSTM has "
        "one": slip(lambda inputs: 4 * n * (inputs + n + 2)),
        "there is one bias for each gate; each unit of each gate has one": slip(
            lambda inputs: 4 * n * (inputs + n) + 4
        ),
        "U is not counted": slip(lambda inputs: 4 * n * (inputs + 1)),
        "W is not counted": slip(lambda inputs: 4 * n * (n + 1)),
        "all weights are counted four times but the biases": slip(
            lambda inputs: 4 * n * (inputs + n) + n
        ),
    }
    if not bidirectional:
        return told | {
            "a layer above the first is given 2 * units, as after both directions; here there is "
            "one": slip(above=2 * n),
            "both directions are counted; here there is one": slip(times=2),
            "it is counted as for both directions; here there is one": slip(times=2, above=2 * n),
        }
    told |= {
        "one direction is counted; both have weights of their own": slip(times=1),
        "neither is the second direction counted, nor are its outputs in the layer above": slip(
            times=1, above=n
        ),
        "it is the number of one layer of 2 * units, whose U is as wide as both directions; a "
        "direction hears its own state alone": slip(lambda inputs: 4 * n * (inputs + 2 * n + 1)),
        "the features are counted twice; both directions read the same": slip(first=2 * features),
        "the biases are counted once for both directions; each has its own": slip(
            lambda inputs: 4 * n * (2 * inputs + 2 * n + 1), times=1
        ),
    }
    if merge_mode == "concat":
        told |= {
            'after "concat" the layer above is given 2 * units, both directions side by side': slip(
                above=n
            ),
            "a layer above the first is given 4 * units; both directions together say "
            "2 * units": slip(above=4 * n),
            "the inputs double with every layer; each direction has `units` in every layer": (
                lambda: [
                    directions * 4 * n * ((features if k == 0 else n * 2**k) + n + 1)
                    for k in range(layers)
                ]
            ),
        }
    else:
        told |= {
            f'after "{merge_mode}" the layer above is given `units` numbers, for the two '
            "directions become one array of that width": slip(above=2 * n),
        }
    return told
