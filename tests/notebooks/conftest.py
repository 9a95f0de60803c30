"""What the tests of notebooks share: the repository's tools as modules, and the site, served."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

from serve import serving  # noqa: E402


@pytest.fixture(scope="session")
def site_url():
    """The address of the built book, served on loopback as GitHub Pages serves it."""
    with serving(ROOT / "_build" / "html") as site:
        yield site.at("").rstrip("/")
