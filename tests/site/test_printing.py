"""A page printed from the dark theme is dark on white: text, code, the figures that move."""

from contextlib import contextmanager

import pytest

from tests.helpers.browsing import opened, settle, theme

# Every look of the text that paper shows, judged against white, and against its own ground where
# that is printed: colour and ratio of those that a reader would not make out.
PALE = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const light = colour => {  // relative luminance of the colour on white paper
    if (!known.has(colour)) {
      canvas.fillStyle = "#fff";
      canvas.fillRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      known.set(colour, 0.2126 * r + 0.7152 * g + 0.0722 * b);
    }
    return known.get(colour);
  };
  const grounds = new Map([[null, 1]]);
  const ground = element => {
    if (!grounds.has(element)) {
      const {backgroundColor} = getComputedStyle(element);
      grounds.set(element, /, 0\\)$|transparent/.test(backgroundColor)
        ? ground(element.parentElement) : light(backgroundColor));
    }
    return grounds.get(element);
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const pale = {};
  let judged = 0;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.data.trim();
    if (!text || element.closest("math, script, style, noscript")) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const style = getComputedStyle(element);
    const colour = light(element.closest("svg") ? style.fill : style.color);
    const worst = Math.min(ratio(colour, 1), ratio(colour, ground(element)));
    judged += 1;
    if (worst < 4.5) {
      const where = `${element.localName}.${element.getAttribute("class") ?? ""}`;
      pale[`${where} ${style.color}`] ??= `${worst.toFixed(1)}: ${text.slice(0, 30)}`;
    }
  }
  return {judged, pale};
}
"""
FURNITURE = """
() => [...document.querySelectorAll(`.bar, .contents, .here, .fold, .turn, .launch, .skip, .copy,
    .put-out, .headerlink, .explorer button`)]
  .filter(element => element.checkVisibility() && element.getClientRects().length)
  .map(element => element.className)
"""


A4 = {"width": 794, "height": 1123}
# Listings and a moving figure; a pad to draw on; what autodoc writes; long tables.
PRINTED = [
    *("gates/lstm.html", "projects/mnist-rows.html"),
    *("handbook/api.html", "handbook/claims.html"),
]


@contextmanager
def printed(browser, server, path, scheme):
    """The page as a printer would get it from this theme."""
    with opened(browser, server, path, color_scheme=scheme, viewport=A4) as (page, heard):
        assert theme(page) == scheme
        page.emulate_media(media="print")
        settle(page, heard)
        yield page


@pytest.mark.parametrize(
    ("path", "scheme"), [*((path, "dark") for path in PRINTED), (PRINTED[0], "light")]
)
def test_all_text_is_dark_on_white(browser, server, path, scheme):
    with printed(browser, server, path, scheme) as page:
        found = page.evaluate(PALE)
        assert found["judged"] > 300, found
        lines = [f"{ratio} ({where})" for where, ratio in found["pale"].items()]
        assert not lines, f"{path} printed from the {scheme} theme:\n  " + "\n  ".join(lines[:12])
        white = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert white == "rgb(255, 255, 255)", white
        assert not page.evaluate(FURNITURE)


def test_pale_text_would_be_found(browser, server):
    with printed(browser, server, PRINTED[-1], "dark") as page:
        page.add_style_tag(content="html td:last-child { color: #dcc6e0 !important }")
        pale = page.evaluate(PALE)["pale"]
        assert pale and all("rgb(220, 198, 224)" in look for look in pale), pale
