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
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from PIL import Image

from bookkit.text import Text

REPEATED_IDS = {"exercise-content", "solution-content"}
COLOUR = re.compile(r"color: ?#[0-9a-f]{6}")
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


class Repairs(HTMLParser):
    """Reads the text of a page and notes its repairs; all else stays as it is, to the byte."""

    def __init__(self, body: str, find: Callable[[str], Path | None]) -> None:
        """find: where the file of an image is, by the address that the page gives it."""
        super().__init__(convert_charrefs=False)
        self.text, self.find = Text(body), find
        self.images = self.tables = 0  # images so far; tables that are open
        self.header: int | None = None  # where the header cell begins that is empty up to here
        self.feed(body)
        self.close()

    @property
    def place(self) -> int:
        """Where the tag begins that is being read."""
        line, column = self.getpos()
        return self.text.starts[line - 1] + column

    def write(self, tag: str) -> None:
        """Write `tag` instead of the opening tag that is being read."""
        self.text.replace(self.place, self.place + len(self.get_starttag_text() or ""), tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        kept = dict(attrs)
        self.header = self.place if tag == "th" and self.tables else None
        if tag == "img":
            self.image(attributes)
        elif tag == "table":
            if not self.tables:
                self.text.replace(self.place, self.place, '<div class="scroll table-box">')
            self.tables += 1
        elif tag == "summary":
            kept.pop("aria-label", None)
        elif tag == "span" and list(kept) == ["style"] and COLOUR.search(kept["style"] or ""):
            del kept["style"]
        if attributes.get("role") == "doc-biblioentry":
            kept["role"] = "listitem"
        if attributes.get("id") in REPEATED_IDS:
            del kept["id"]
        if kept != attributes:
            written = "".join(f' {name}="{escape(value or "")}"' for name, value in kept.items())
            self.write(f"<{tag}{written}>")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.header = None

    def handle_entityref(self, name: str) -> None:
        self.header = None

    handle_charref = handle_entityref

    def handle_endtag(self, tag: str) -> None:
        end = self.place + len(f"</{tag}>")
        if tag == "table":
            self.tables -= 1
            if not self.tables:
                self.text.replace(end, end, "</div>")
        elif tag == "th" and self.header is not None:
            cell = self.text.text[self.header : self.place].rstrip()
            self.text.replace(self.header, end, f"<td{cell.removeprefix('<th')}</td>")

    def image(self, attributes: dict[str, str | None]) -> None:
        """Give an image its width and height; all but the first of the page load lazily."""
        source = attributes.get("src")
        if not source or source.startswith(("http", "data:")):
            return
        extra = ' loading="lazy"' if self.images else ""
        self.images += 1
        if "width" not in attributes:
            file = self.find(source)
            size = image_size(file) if file else None
            if size:
                extra += f' width="{size[0]}" height="{size[1]}"'
        tag = (self.get_starttag_text() or "").rstrip("/> ")
        self.write(f'{tag}{extra} decoding="async" />')


def repaired(body: str, find: Callable[[str], Path | None]) -> str:
    """The text of a page without what a reader would stumble over."""
    return Repairs(body, find).text.edited()


def repair(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if not context.get("body") or app.builder.format != "html":
        return
    page = Path(app.outdir) / f"{pagename}.html"
    originals = {name: Path(app.srcdir) / path for path, name in app.builder.images.items()}

    def find(source: str) -> Path | None:
        written = (page.parent / unquote(source)).resolve()
        found = written if written.exists() else originals.get(written.name)
        return found if found and found.exists() else None

    context["body"] = repaired(context["body"], find)


def setup(app: Any) -> dict[str, bool]:
    app.connect("html-page-context", repair, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
