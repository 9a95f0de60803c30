"""Pages with one figure each and nothing else, put there as the build puts it into a chapter."""

import shutil
from pathlib import Path

from bookkit.explorers import ASSETS, colours
from bookkit.sphinx.explorers import element, figures

SCRIPT = '<script type="module" src="assets/explorers/loader.js"></script>'
HTML = """<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{name}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="assets/explorers/explorers.css">
<style>html {{ {light} }} html[data-theme="dark"] {{ {dark} }} * {{ box-sizing: border-box }}
body {{ background: var(--nr-bg); color: var(--nr-ink); font: 1rem/1.65 system-ui, sans-serif }}
main {{ max-width: 46rem; margin: auto }}</style></head>
<body><main><h1>{name}</h1>{figure}<p><a href="#">after</a></p></main>{script}</body></html>"""


def write_pages(folder: Path, names: list[str]) -> None:
    """NAME.html for each explorer in `folder`, with the book's assets beside it."""
    for part in ("explorers", "models"):
        shutil.copytree(ASSETS / part, folder / "assets" / part)
    for runtime in ASSETS.glob("*.js"):
        shutil.copy(runtime, folder / "assets" / runtime.name)
    shown = {figure["name"]: element(figure) for figure in figures([(n, {}) for n in names])}
    rest = {"script": SCRIPT, "light": colours("light"), "dark": colours("dark")}
    for name, figure in {**shown, "plain": ""}.items():
        html = HTML.format(name=name, figure=figure, **rest)
        (folder / f"{name}.html").write_text(html, "utf-8")
