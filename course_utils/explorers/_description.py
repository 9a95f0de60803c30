"""What an explorer is in Python: parameters, words, and a NumPy function of the parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

from course_utils._svg import fixed

__all__ = ["Choice", "Explorer", "Pulses", "Slider", "Traces", "Values", "pulses"]

Values = dict[str, Any]  # parameter name -> number (Slider) or text (Choice, Pulses)
Traces = dict[str, Any]  # name -> array, number, text, or a list of these


@dataclass(frozen=True)
class Slider:
    """A number between two ends. With ``stepper``, the page adds Previous and Next buttons."""

    name: str
    label: str
    minimum: float
    maximum: float
    step: float
    default: float
    unit: str = ""
    stepper: bool = False

    @property
    def integer(self) -> bool:
        """Whether only whole numbers are meant."""
        return all(float(v).is_integer() for v in (self.minimum, self.maximum, self.step))

    @property
    def digits(self) -> int:
        """Decimals to show, those of the step."""
        return 0 if self.integer else max(0, -int(Decimal(str(self.step)).as_tuple().exponent))

    def text(self, value: float) -> str:
        """The value as it is shown and read out, with its unit."""
        return f"{fixed(value, self.digits)} {self.unit}".rstrip()

    def check(self, value: Any) -> float:
        """The value, or ValueError if it is no number, outside the ends, or not a whole one."""
        kind = "a whole number" if self.integer else "a number"
        number = isinstance(value, Real) and not isinstance(value, bool)
        fits = number and self.minimum <= value <= self.maximum
        if not fits or (self.integer and value != int(value)):
            raise ValueError(
                f"{self.name} is {value!r}, expected {kind} from {self.minimum} to {self.maximum}"
            )
        return int(value) if self.integer else float(value)

    def config(self) -> dict[str, Any]:
        """What the page needs to make the control."""
        return {
            "kind": "slider",
            "name": self.name,
            "label": self.label,
            "min": self.minimum,
            "max": self.maximum,
            "step": self.step,
            "digits": self.digits,
            "unit": self.unit,
        } | ({"stepper": True} if self.stepper else {})


@dataclass(frozen=True)
class Choice:
    """One of a few named options, each a pair (value, label)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    default: str

    def text(self, value: str) -> str:
        """The label of the option."""
        return dict(self.options)[value]

    def check(self, value: Any) -> str:
        """The value, or ValueError if it is none of the options."""
        if value not in dict(self.options):
            expected = ", ".join(repr(v) for v, _ in self.options)
            raise ValueError(f"{self.name} is {value!r}, expected one of {expected}")
        return str(value)

    def config(self) -> dict[str, Any]:
        """What the page needs to make the control."""
        options = [list(option) for option in self.options]
        return {"kind": "choice", "name": self.name, "label": self.label, "options": options}


@dataclass(frozen=True)
class Pulses:
    """An input over time that the reader types, one character a step: see :func:`pulses`."""

    name: str
    label: str
    steps: int
    default: str
    hint: str = "One character a step: + is a pulse up, - a pulse down, any other is silence."

    def text(self, value: str) -> str:
        """The row of pulses, as it is typed."""
        return value

    def check(self, value: Any) -> str:
        """The row with +, - and . only, cut to the steps there are; ValueError if it is no text."""
        if not isinstance(value, str):
            raise ValueError(f"{self.name} is {value!r}, expected text such as '+...-'")
        signs = {1.0: "+", -1.0: "-", 0.0: "."}
        return "".join(signs[height] for height in pulses(value, min(len(value), self.steps)))

    def config(self) -> dict[str, Any]:
        """What the page needs to make the control."""
        return {
            "kind": "pulses",
            "name": self.name,
            "label": self.label,
            "steps": self.steps,
            "hint": self.hint,
        }


def pulses(row: str, steps: int) -> list[float]:
    """What a typed row means, a number for each of `steps` steps: 1 for + and 1, -1 for a minus or
    a dash, 0 for everything else and for what is missing at the end.
    """
    heights = [1.0 if c in "+1" else -1.0 if c in "-−–" else 0.0 for c in row[:steps]]
    return heights + [0.0] * (steps - len(heights))


@dataclass(frozen=True)
class Explorer:
    """One interactive figure; ``book/assets/explorers/NAME.js`` draws it and says what it shows.

    ``compute(**values)`` -> traces, the truth that the JavaScript of the same name is held to.
    `description` says what is drawn, for readers who cannot see it. `presets` are settings worth
    seeing: a label, and the values that differ from the default ones. `models` are the exported
    files that the JavaScript asks for.
    """

    name: str
    title: str
    description: str
    parameters: tuple[Slider | Choice | Pulses, ...]
    compute: Callable[..., Traces]
    presets: tuple[tuple[str, Values], ...] = ()
    models: tuple[str, ...] = ()

    def values(self, **start: Any) -> Values:
        """All parameters: the given ones, checked, and defaults for the others."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in start:
            if name not in known:
                raise ValueError(
                    f"{self.name} has no parameter {name!r}; it has {', '.join(known)}"
                )
        return {n: p.check(start[n]) if n in start else p.default for n, p in known.items()}
