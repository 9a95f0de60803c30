"""One style sheet for the whole book: `_static/site.css`, the only file that a page waits for.

It joins the book's own styles, KaTeX's, those of the syntax colours and those of sphinx-design's
components. From the last three, rules for classes that no page and no script of this book
mentions are left out. KaTeX's fonts come along as woff2, which every current browser reads.
"""

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import sphinx_design
import tinycss2

from bookkit import ROOT

KATEX = ROOT / "node_modules" / "katex" / "dist"
SERIF = ROOT / "node_modules" / "@fontsource" / "source-serif-4"
DESIGN = Path(sphinx_design.__file__).parent / "static" / "sphinx-design.min.css"
ASSETS = ROOT / "book" / "assets"
OWN = [
    *(ASSETS / "css" / f"{name}.css" for name in ("base", "page", "content", "components")),
    ASSETS / "explorers" / "explorers.css",
    *(ASSETS / "css" / f"{name}.css" for name in ("landing", "print")),
]

WORD = re.compile(r"[\w-]+")
NAME = re.compile(r"[.#]([A-Za-z_][\w-]*)")


def purged(css: str, words: set[str]) -> str:
    """The rules of `css` whose selectors can match: every class and id they need is in `words`."""
    kept = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            selectors = [
                selector
                for selector in tinycss2.serialize(rule.prelude).split(",")
                if set(NAME.findall(re.sub(r":not\([^)]*\)", "", selector))) <= words
            ]
            if selectors:
                kept.append(f"{','.join(selectors).strip()}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = purged(tinycss2.serialize(rule.content or []), words)
            if inner:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        elif rule.type == "at-rule":
            kept.append(rule.serialize())
    return "\n".join(kept)


def small(css: str) -> str:
    """`css` without comments and superfluous white space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).replace(";}", "}").strip()


def own_styles() -> str:
    return "\n".join(path.read_text("utf-8") for path in OWN)


def katex_styles() -> str:
    """KaTeX's style sheet with its fonts as woff2 alone, in `fonts/` beside it.

    While they load, a local face of the same width holds their place, so that no line breaks anew.
    """
    css = (KATEX / "katex.min.css").read_text("utf-8")
    css = re.sub(r',url\(fonts/[^)]+\.(?:woff|ttf)\) format\("\w+"\)', "", css)
    css = css.replace("KaTeX_Main,math,Times New Roman,serif", 'KaTeX_Main,"Stand-in Math",serif')
    return re.sub(
        r"([;{]font-family:KaTeX_(?:Main|Math))([;}])(?!font-style:\w+;font-weight:\w+;src)",
        r'\1,"Stand-in Math"\2',
        css,
    )


def version(app: Any) -> str:
    text = own_styles() + katex_styles() + DESIGN.read_text("utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def name_it(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    context["stylesheet_version"] = version(app)


def write(app: Any, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    words: set[str] = set()
    for page in [*out.rglob("*.html"), *(static / "explorers").glob("*.js"), static / "js/site.js"]:
        if page.exists():
            words.update(WORD.findall(page.read_text("utf-8")))
    parts = [
        purged(katex_styles(), words),
        purged(DESIGN.read_text("utf-8"), words),
        purged((static / "pygments.css").read_text("utf-8"), words),
        own_styles(),
    ]
    css = small("\n".join(parts))
    (static / "site.css").write_text(css, "utf-8")
    fonts = static / "fonts"
    fonts.mkdir(exist_ok=True)
    for font in [*(KATEX / "fonts").glob("*.woff2"), *(SERIF / "files").glob("*.woff2")]:
        if f"fonts/{font.name}" in css:
            shutil.copyfile(font, fonts / font.name)
    tidy(static, ASSETS)


KEPT = {"site.css", "fonts"}


def tidy(static: Path, assets: Path) -> None:
    """Take away what the theme and extensions put there and no page of this book asks for."""
    wanted = KEPT | {path.name for path in assets.iterdir()} - {"css", "root"}
    for path in static.iterdir():
        if path.name in wanted:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def setup(app: Any) -> dict[str, bool]:
    app.connect("html-page-context", name_it)
    app.connect("build-finished", write, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
