"""What the tests of notebooks share: the site, served."""

from pathlib import Path

import pytest

from bookkit.serve import serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def site_url():
    """The address of the built book, served on loopback as GitHub Pages serves it."""
    with serving(ROOT / "_build" / "html") as site:
        yield site.at("").rstrip("/")
