"""What ``load`` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Named parts of any form (arrays, text, lists), and where they came from.

    Each part is read as an attribute: ``digits.x_train``, ``text.train``. ``parts`` has them all by
    name. ``variant`` is as ``load`` was asked: None for the real data, or ``mini``.
    ``source`` is ``mirror``, ``cache``, ``download``, ``mini``, or ``package`` for what ships with
    the course. ``licence`` is that of the variant at hand.
    """

    name: str
    variant: str | None
    source: str
    licence: str
    parts: Mapping[str, Any]

    def __post_init__(self) -> None:
        hidden = sorted({field.name for field in fields(self)} & set(self.parts))
        if hidden:
            raise ValueError(
                f"a part of {self.name} is named {hidden[0]!r}, as every data set's own field is"
            )
        vars(self)["parts"] = dict(self.parts)  # a copy, so that the caller's can change

    def __getattr__(self, name: str) -> Any:
        own = vars(self)
        parts = own.get("parts", {})  # none yet while copy or pickle makes the object
        if name in parts:
            return parts[name]
        raise AttributeError(
            f"the data set {own.get('name')} has no {name!r}; its parts are {', '.join(parts)}",
            name=name,
            obj=self,
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.parts]

    def __repr__(self) -> str:
        name = f"{self.name}, {self.variant}" if self.variant else self.name
        parts = ", ".join(f"{part} {_form(value)}" for part, value in self.parts.items())
        return f"Dataset({name}: {parts}, from {self.source})"


def _form(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, str):
        return f"{len(value):,} characters"
    return f"{type(value).__name__} of {len(value):,}" if hasattr(value, "__len__") else repr(value)
