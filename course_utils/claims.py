"""The numbers that the book quotes, each with the value it may have.

Every number in the prose that comes from a measurement is a row of ``book/claims.yml``. A chapter
prints it with the role ``{claim}`` and, where the number is measured in a cell, hands the
measurement to :func:`check`, which fails the build when the two disagree. Numbers that come from a
run record are read from the record itself. In the smoke profile, where hardly anything is trained,
a measurement has to be a number, and no more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from course_utils import records, training

__all__ = ["Claim", "ClaimError", "check", "load"]

FIELDS = {"id", "statement", "value", "format", "tolerance", "source", "scale"}


class ClaimError(AssertionError):
    """A measured number is not the one that the book prints."""


@dataclass(frozen=True)
class Claim:
    """One quoted number.

    ``value`` and ``tolerance`` are in the unit that the prose prints; ``format`` renders the value.
    ``source`` is ``cell:CHAPTER`` for a number measured while the book is built, or
    ``record:CHAPTER/EXPERIMENT/SETTING/METRIC/STATISTIC`` for one from a run record, whose value is
    multiplied by ``scale``. A record number is printed as it stands in the record, so the prose
    follows it; the row's ``value`` says what it may be.
    """

    id: str
    statement: str
    value: float
    tolerance: float
    source: str
    format: str = "{:g}"
    scale: float = 1.0

    @property
    def measured(self) -> float | None:
        """The number in the run record, in the prose's unit; None for a number from a cell."""
        kind, _, where = self.source.partition(":")
        if kind != "record":
            return None
        chapter, experiment, setting, metric, statistic = where.split("/")
        record = records.load(chapter)
        return self.scale * record.statistic(experiment, setting, metric, statistic)

    @property
    def text(self) -> str:
        """The number as the prose prints it."""
        measured = self.measured
        return self.format.format(self.value if measured is None else measured)

    def check(self, measured: float) -> None:
        """Raise ClaimError unless ``measured`` is within the tolerance of the printed value."""
        measured = float(measured)
        if math.isfinite(measured) and abs(measured - self.value) <= self.tolerance * (1 + 1e-9):
            return
        raise ClaimError(
            f"the book says {self.id} is {self.value:g} ± {self.tolerance:g} ({self.statement}), "
            f"but {measured:.6g} was measured. If the new number is right, change book/claims.yml "
            "and read the sentence around it again."
        )


def _parse(row: dict[str, Any]) -> Claim:
    unknown = set(row) - FIELDS
    missing = {"id", "statement", "value", "tolerance", "source"} - set(row)
    if unknown or missing:
        raise ValueError(
            f"the claim {row.get('id', row)!r} "
            + (f"lacks {', '.join(sorted(missing))}" if missing else "")
            + (f"has unknown fields: {', '.join(sorted(unknown))}" if unknown else "")
        )
    claim = Claim(**row)
    kind, _, where = claim.source.partition(":")
    if kind not in {"cell", "record"} or (kind == "record" and where.count("/") != 4):
        raise ValueError(
            f"the claim {claim.id!r} has the source {claim.source!r}; write cell:CHAPTER or "
            "record:CHAPTER/EXPERIMENT/SETTING/METRIC/STATISTIC"
        )
    return claim


@cache
def _read(path: Path, changed: float) -> dict[str, Claim]:
    rows = [_parse(row) for row in yaml.safe_load(path.read_text("utf-8")) or []]
    claims = {claim.id: claim for claim in rows}
    if len(claims) != len(rows):
        ids = [claim.id for claim in rows]
        raise ValueError(f"claims with the same id: {sorted({i for i in ids if ids.count(i) > 1})}")
    return claims


def load(path: Path | None = None) -> dict[str, Claim]:
    """All claims of the book, by id, in the order of the file."""
    path = path or records.home() / "claims.yml"
    return _read(path, path.stat().st_mtime)


def check(id: str, measured: float) -> None:
    """Hold a number that was just measured against the one that the book prints.

    Raises ClaimError when it is off, KeyError when no such claim exists. In the smoke profile the
    claim is looked up but not held: ClaimError only for what is no finite number.
    """
    claims = load()
    if id not in claims:
        raise KeyError(f"no claim named {id!r} in book/claims.yml")
    if training.profile() != "smoke":
        claims[id].check(measured)
    elif not math.isfinite(float(measured)):
        raise ClaimError(f"what was measured for {id} is {measured}, which is no number")
