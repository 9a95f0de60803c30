"""Write what notebooks show of the explorers: `make explorers`, into course_utils/explorers/static/

    explorers.js    all explorers in one file, bundled by esbuild for anywidget
    explorers.css   their style, with the book's colours for light and dark notebooks
    frames.json     the default frame of each, which a notebook keeps

They are committed, so that those who have the package need no Node; a test keeps them fresh.
"""

import json
import re

from bookkit import ROOT, node
from bookkit.sphinx.explorers import figures
from course_utils.explorers import names

PACKAGE = ROOT / "course_utils" / "explorers"
ASSETS = ROOT / "book" / "assets"
DARK = '[data-jp-theme-light="false"], .vscode-dark, .vscode-high-contrast, html[theme="dark"]'
NOTEBOOK = """
.explorer-live { max-width: 48rem; font: 1rem/1.65 system-ui, sans-serif; }
.explorer-live :is(p, label) { line-height: inherit; }
"""


def bundle() -> str:
    """The widget and all explorers as one module."""
    modules = {name: name.replace("-", "_") for name in names()}
    entry = [
        'import { widget } from "./course_utils/explorers/widget.js";',
        *(f'import * as {m} from "./book/assets/explorers/{n}.js";' for n, m in modules.items()),
        "export default widget({" + ", ".join(f'"{n}": {m}' for n, m in modules.items()) + "});",
    ]
    done = node.run(node.SCRIPTS / "bundle.mjs", "\n".join(entry), timeout=120, cwd=ROOT)
    if done.returncode or done.stderr:
        raise RuntimeError(f"esbuild could not bundle (`make setup` done?): {done.stderr}")
    return done.stdout


def colours(theme: str) -> str:
    """The book's colours of a theme, as declarations."""
    base = (ASSETS / "css" / "base.css").read_text("utf-8")
    found = re.search(rf'html\[data-theme="{theme}"\] {{(.*?)}}', base, re.DOTALL)
    if not found:
        raise LookupError(f'base.css has no rule html[data-theme="{theme}"] for the {theme} theme')
    return found[1]


def style() -> str:
    """The explorers' style after the book's colours, each set under a notebook's own switch."""
    return (
        f".explorer-live {{{colours('light')}}}\n"
        f":is({DARK}) .explorer-live {{{colours('dark')}}}\n"
        f"{NOTEBOOK}{(ASSETS / 'explorers' / 'explorers.css').read_text('utf-8')}"
    )


def frames() -> str:
    """Picture and summary of each explorer at its default values."""
    found = {
        figure["name"]: {part: figure["drawn"][part] for part in ("picture", "summary")}
        for figure in figures([(name, {}) for name in names()])
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def generated() -> dict[str, str]:
    """All files by name."""
    return {"explorers.js": bundle(), "explorers.css": style(), "frames.json": frames()}


def main() -> None:
    static = PACKAGE / "static"
    static.mkdir(exist_ok=True)
    for name, text in generated().items():
        (static / name).write_text(text, "utf-8")
        print(f"{(static / name).relative_to(ROOT)}: {len(text.encode()) / 1000:.0f} KB")


if __name__ == "__main__":
    main()
