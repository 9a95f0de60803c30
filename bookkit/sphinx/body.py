"""Small repairs to the HTML of each page's text, each for a reader who would otherwise stumble.

- Images get their size, so that the text does not jump while they load, and load when needed.
- Tables stand in a box of their own that scrolls on a phone; empty header cells are plain cells.
- The summary of a folded cell is named by its visible text.
- sphinx-exercise gives all exercises of a page one id, and all solutions another: both go.
- Entries of a bibliography are items of its list.
- Colours that Keras writes into `model.summary()` give way to the book's, readable in both themes.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from PIL import Image

IMAGE = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="([^"]+)"')
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
REPEATED_ID = re.compile(r' id="(?:exercise|solution)-content"')
INLINE_COLOUR = re.compile(r'(<span style=")[^"]*?color: ?#[0-9a-f]{6}[^"]*(")')
UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54}


def pixels(length: str) -> float:
    """CSS pixels of an SVG length such as `432pt`."""
    match = re.fullmatch(r"\s*([\d.]+)\s*([a-z]*)\s*", length)
    if not match or match[2] not in UNITS:
        raise ValueError(f"not a length: {length!r}")
    return float(match[1]) * UNITS[match[2]]


def image_size(path: Path) -> tuple[int, int] | None:
    """Width and height of an image in CSS pixels, or None where it does not say."""
    if path.suffix != ".svg":
        with Image.open(path) as image:
            return image.size
    for _, root in ElementTree.iterparse(path, ["start"]):
        try:
            return round(pixels(root.get("width", ""))), round(pixels(root.get("height", "")))
        except ValueError:
            box = [float(number) for number in root.get("viewBox", "").split()]
            return (round(box[2]), round(box[3])) if len(box) == 4 else None
    return None


def with_sizes(body: str, page: Path, missing: Callable[[str], Path | None]) -> str:
    """Give each image of the page its width and height; all but the first load lazily."""
    first = True

    def repair(match: re.Match[str]) -> str:
        nonlocal first
        tag = match[0]
        source = SOURCE.search(tag)
        if not source or source[1].startswith(("http", "data:")):
            return tag
        extra = "" if first else ' loading="lazy"'
        first = False
        if "width=" not in tag:
            path = (page.parent / unquote(source[1])).resolve()
            found = path if path.exists() else missing(path.name)
            size = image_size(found) if found else None
            if size:
                extra += f' width="{size[0]}" height="{size[1]}"'
        return tag.rstrip("/> ") + extra + ' decoding="async" />'

    return IMAGE.sub(repair, body)


def with_boxed_tables(body: str) -> str:
    def repair(match: re.Match[str]) -> str:
        table = re.sub(r"<th([^>]*)>\s*</th>", r"<td\1></td>", match[0])
        return f'<div class="scroll table-box">{table}</div>'

    return TABLE.sub(repair, body)


def repair(app: Any, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    if not context.get("body") or app.builder.format != "html":
        return
    page = Path(app.outdir) / f"{pagename}.html"
    originals = {name: Path(app.srcdir) / path for path, name in app.builder.images.items()}

    def missing(name: str) -> Path | None:
        found = originals.get(name)
        return found if found and found.exists() else None

    body = with_sizes(context["body"], page, missing)
    body = with_boxed_tables(body)
    body = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    body = REPEATED_ID.sub("", body)
    context["body"] = INLINE_COLOUR.sub(r"\1\2", body)


def setup(app: Any) -> dict[str, bool]:
    app.connect("html-page-context", repair, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
