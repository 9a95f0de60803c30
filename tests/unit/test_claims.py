"""The numbers that the book quotes."""

import re
from pathlib import Path

import pytest

from course_utils import claims, records

BOOK = Path(__file__).parents[2] / "book"
CLAIMS = list(claims.load().values())
PAGES = {
    str(path.relative_to(BOOK).with_suffix("")): path.read_text("utf-8")
    for path in BOOK.rglob("*.md")
}


def claim(**changes):
    row = {"id": "x", "statement": "a number", "value": 1.5, "tolerance": 0.1, "source": "cell:a/b"}
    return claims._parse(row | changes)


@pytest.mark.parametrize("measured", [1.4, 1.5, 1.6])
def test_a_number_within_the_tolerance_holds(measured):
    claim().check(measured)


@pytest.mark.parametrize("measured", [1.39, 1.61, -1.5, float("nan"), float("inf")])
def test_a_number_outside_the_tolerance_fails_the_build(measured):
    with pytest.raises(claims.ClaimError, match=r"the book says x is 1\.5 ± 0\.1"):
        claim().check(measured)


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book with one claim: x is 1.5 ± 0.1."""
    row = "- {id: x, statement: s, value: 1.5, tolerance: 0.1, source: 'cell:a'}\n"
    (tmp_path / "claims.yml").write_text(row)
    monkeypatch.setattr(records, "home", lambda: tmp_path)
    return lambda profile: monkeypatch.setenv("COURSE_PROFILE", profile)


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_chapters_hold_their_claims(profile, book):
    book(profile)
    claims.check("x", 1.5)
    with pytest.raises(claims.ClaimError, match=r"the book says x is 1\.5"):
        claims.check("x", 0.3)


def test_the_smoke_profile_looks_claims_up_and_holds_none(book):
    book("smoke")
    claims.check("x", 0.3)
    with pytest.raises(KeyError, match="no claim named 'y'"):
        claims.check("y", 0.3)
    with pytest.raises(claims.ClaimError, match="measured for x is nan"):
        claims.check("x", float("nan"))
    with pytest.raises(ValueError, match="a third"):
        claims.check("x", "a third")


def test_broken_rows_are_named():
    with pytest.raises(ValueError, match="'x' lacks statement"):
        claims._parse({"id": "x", "value": 1, "tolerance": 0, "source": "cell:a"})
    with pytest.raises(ValueError, match="unknown fields: units"):
        claim(units="s")
    with pytest.raises(ValueError, match="write cell:CHAPTER or"):
        claim(source="record:mnist")


def test_two_claims_with_one_id_are_an_error(tmp_path):
    row = "- {id: x, statement: s, value: 1, tolerance: 0, source: 'cell:a'}\n"
    (tmp_path / "claims.yml").write_text(row * 2)
    with pytest.raises(ValueError, match=r"same id: \['x'\]"):
        claims.load(tmp_path / "claims.yml")


def test_an_unknown_id_is_an_error():
    with pytest.raises(KeyError, match="no claim named 'nowhere'"):
        claims.check("nowhere", 1)


@pytest.mark.parametrize("row", CLAIMS, ids=lambda c: c.id)
def test_claim(row):
    """Record numbers are what the record says; cell numbers are checked in their chapter.

    The check in the cell itself runs whenever the book is built and again in tests/notebooks.
    """
    kind, _, where = row.source.partition(":")
    if kind == "record":
        row.check(row.measured)
        assert (records.home() / "records" / f"{where.split('/')[0]}.json").exists()
    else:
        cells = re.findall(r"^```\{code-cell\}.*?^```$", PAGES[where], re.MULTILINE | re.DOTALL)
        checking = [cell for cell in cells if "claims.check(" in cell and f'"{row.id}"' in cell]
        assert checking, f"{where} never checks {row.id}"


@pytest.mark.parametrize("row", CLAIMS, ids=lambda c: c.id)
def test_claim_is_quoted_and_its_digits_are_held(row):
    """A claim that no page prints is dead; what is printed is the row's value, rounded."""
    assert any(f"{{claim}}`{row.id}`" in text for text in PAGES.values()), "no page quotes it"
    digits = re.search(r"-?[\d,]*\.?\d+", row.text)[0].replace(",", "")
    last_digit = 10.0 ** -len(digits.partition(".")[2])
    allowed = 0.5 * last_digit + (row.tolerance if row.measured is not None else 0)
    assert abs(float(digits) - row.value) <= allowed * (1 + 1e-9), row.text


def test_pages_quote_only_claims_that_exist():
    quoted = {m for text in PAGES.values() for m in re.findall(r"\{claim\}`([^`]+)`", text)}
    assert quoted <= set(claims.load())
