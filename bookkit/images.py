"""Draw the PNG pictures of the site from their SVG: python -m bookkit.images

Run it after changing an SVG in book/assets/img; the PNG files are committed beside them.
"""

import base64
import shutil

from playwright.sync_api import sync_playwright

from bookkit import ROOT

IMAGES = ROOT / "book" / "assets" / "img"
FONTS = ROOT / "node_modules" / "@fontsource" / "source-serif-4" / "files"
DRAWN = {  # PNG: SVG, width, height in pixels
    "favicon.png": ("favicon.svg", 64, 64),
    "touch-icon.png": ("favicon.svg", 180, 180),
    "social-card.png": ("social-card.svg", 1200, 630),
}


def font(weight: int) -> str:
    data = (FONTS / f"source-serif-4-latin-{weight}-normal.woff2").read_bytes()
    source = f"url(data:font/woff2;base64,{base64.b64encode(data).decode()})"
    return f"@font-face{{font-family:'Book Serif';font-weight:{weight};src:{source}}}"


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (source, width, height) in DRAWN.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            styles = f"{font(400)}{font(600)}body{{margin:0}}svg{{display:block;width:100vw}}"
            page.set_content(f"<style>{styles}</style>{(IMAGES / source).read_text('utf-8')}")
            page.evaluate("document.fonts.ready")
            page.screenshot(path=IMAGES / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
