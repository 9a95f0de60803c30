"""Lighthouse: 100 in accessibility, best practices and SEO; performance 90, aiming at 95."""

import pytest
from built import built_pages
from lighthouse import hints, measure, measured

GATE = 90
PROJECT = "projects/mnist-rows.html"


def measured_pages() -> list[str]:
    """The landing page, the heaviest chapter (by its HTML), the project."""
    chapters = [page for page in built_pages() if page.chapter]
    heaviest = max(
        (page for page in chapters if page.path not in ("index.html", PROJECT)),
        key=lambda page: page.file.stat().st_size,
        default=None,
    )
    return ["index.html", *([heaviest.path] if heaviest else []), PROJECT]


@pytest.mark.parametrize("path", measured_pages())
def test_lighthouse_gives_full_marks_and_a_fast_page(server, path):
    found, report = measure(server.at(path), runs=5)
    measured[path] = found  # shown at the end of the test run, against the aim of 95
    lost = "\n  ".join(["", *map(str, found.audits), *(f"hint: {hint}" for hint in hints(report))])
    assert found.accessibility == 100, lost
    assert found.best_practices == 100, lost
    assert found.seo == 100, lost
    assert found.performance >= GATE, lost
