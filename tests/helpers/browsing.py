"""What the tests that open a page have in common: listening to it, waiting for it, visiting it.

Nothing here waits for a fixed time where there is something to wait for.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request
from playwright.sync_api import TimeoutError as TooLate

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PATIENCE = 30_000  # milliseconds; reached only when something is wrong, on a busy machine too

OPEN_EVERYTHING = """
() => {
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  document.querySelectorAll("button.toggle-button").forEach(button => {
    if (button.closest(".toggle-hidden, .admonition.toggle")?.querySelector(".toggle-hidden"))
      button.click();
  });
}
"""
# Two frames: in the first the observers look, after it what they call has run.
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SCROLL_THROUGH = f"""
async () => {{
  const frames = {FRAMES};
  const step = window.innerHeight * 0.8;
  for (let y = 0; y < document.documentElement.scrollHeight; y += step) {{
    window.scrollTo({{top: y, behavior: "instant"}});
    await frames();
  }}
  window.scrollTo({{top: 0, behavior: "instant"}});
  await frames();
}}
"""
COME_NEAR = f"""
async () => {{
  for (const explorer of document.querySelectorAll(".explorer")) {{
    explorer.scrollIntoView({{block: "center", behavior: "instant"}});
    await ({FRAMES})();
  }}
  window.scrollTo({{top: 0, behavior: "instant"}});
}}
"""
# What a page whose scripts have run still waits for. In idle time the scripts measure the sections
# that wait, and make what scrolls sideways reachable by keyboard, which nothing else tells.
MISSING = """
() => [
  ...(document.readyState === "complete" ? [] : ["the load event"]),
  ...(document.fonts.status === "loaded" ? [] : ["fonts"]),
  ...[...document.querySelectorAll('.explorer[data-state="waking"]')]
    .map(frame => `the explorer ${frame.dataset.explorer}`),
  ...[...document.querySelectorAll(".scroll, .highlight pre, .cell_output pre")]
    .filter(box => box.scrollWidth > box.clientWidth && box.tabIndex < 0)
    .map(box => `a way for the keyboard into ${box.outerHTML.slice(0, 80)}`),
  ...[...document.querySelectorAll(".lazy .text > section > section")]
    .filter(section => !section.style.containIntrinsicBlockSize)
    .map(section => `the height of #${section.id}`),
]
"""
STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"
SEARCH = re.compile("search", re.IGNORECASE)
THEME = re.compile(r"theme|colou?r|dark|light", re.IGNORECASE)
CONTENTS = re.compile("navigation|sidebar|contents|menu|chapters", re.IGNORECASE)


@dataclass
class Heard:
    """What a page asked for and complained about."""

    wrong: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    pending: set[Request] = field(default_factory=set)

    def asked_for(self, name: str) -> list[str]:
        return [request.url for request in self.requests if name in request.url]

    def forget(self) -> None:
        """Begin anew, for the next visit with the same page of the browser."""
        self.wrong.clear()
        self.requests.clear()
        self.pending.clear()


def listen(page: Page, origin: str) -> Heard:
    """Note every request, and everything that a careful page never does."""
    heard = Heard()

    def request(request) -> None:
        heard.requests.append(request)
        heard.pending.add(request)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != origin:
            heard.wrong.append(f"a request leaves the site: {request.url}")

    def console(message) -> None:
        if message.type in ("error", "warning"):
            heard.wrong.append(f"console {message.type}: {message.text} {message.location}")

    def response(response) -> None:
        if response.status >= 400:
            heard.wrong.append(f"{response.status}: {response.url}")

    def failed(request) -> None:
        heard.pending.discard(request)
        heard.wrong.append(f"failed: {request.url} {request.failure}")

    page.on("request", request)
    page.on("console", console)
    page.on("response", response)
    page.on("pageerror", lambda error: heard.wrong.append(f"uncaught: {error}"))
    page.on("requestfinished", lambda request: heard.pending.discard(request))
    page.on("requestfailed", failed)
    return heard


@contextmanager
def browsing(browser: Browser, origin: str, **options) -> Iterator[tuple[Page, Heard]]:
    """An empty page in a context of its own, and what it will say."""
    options = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
    with browser.new_context(**options) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        yield page, listen(page, origin)


@contextmanager
def opened(browser: Browser, server, path: str, **options) -> Iterator[tuple[Page, Heard]]:
    """A page of the book in a context of its own, loaded; and what it said meanwhile."""
    with browsing(browser, server.origin, **options) as (page, heard):
        go(page, heard, server.at(path))
        yield page, heard


def go(page: Page, heard: Heard, address: str) -> None:
    """Open an address afresh, even if only its fragment differs, and let it settle."""
    if page.url != "about:blank":
        page.goto("about:blank")
    page.goto(address, wait_until="load")
    settle(page, heard)


def settle(page: Page, heard: Heard) -> None:
    """Wait until all that came near the window is there, and nothing more is on its way."""
    while True:
        page.evaluate(FRAMES)
        try:
            page.wait_for_function(f"() => !({MISSING})().length")
        except TooLate:
            missing = page.evaluate(MISSING)
            raise AssertionError(
                f"{page.url} waits in vain for {missing}; heard until now: {heard.wrong[:3]}"
            ) from None
        if not heard.pending:
            return
        until(page, lambda: not heard.pending, lambda: [request.url for request in heard.pending])


def until(page: Page, true: Callable[[], bool], missing: Callable[[], Any]) -> None:
    """Wait until the listener has heard what makes `true` true."""
    end = monotonic() + PATIENCE / 1000
    while not true():
        assert monotonic() < end, f"{page.url} waits in vain for {missing()}"
        page.wait_for_timeout(20)


class Visit:
    """What one visit found, part by part, for the tests that ask for it.

    `parts` yields (name, finding) with plain findings; it may break off anywhere. Then every test
    that asks for what was not found fails, and says where and why the visit broke off.
    """

    def __init__(self, where: str, parts: Iterator[tuple[str, Any]]) -> None:
        self.where = where
        self.found: dict[str, Any] = {}
        self.broken: Exception | None = None
        try:
            for part, finding in parts:
                self.found[part] = finding
        except Exception as error:
            self.broken = error

    def __getitem__(self, part: str) -> Any:
        if part not in self.found:
            after = next(reversed(self.found), "nothing")
            pytest.fail(
                f"{self.where}: nothing is known of {part!r}, since the visit broke off "
                f"after {after!r}: {self.broken!r}",
                pytrace=False,
            )
        return self.found[part]


def theme(page: Page) -> str:
    return page.evaluate("document.documentElement.dataset.theme")


def button(page: Page, name: re.Pattern):
    """The first visible button of that name."""
    return page.get_by_role("button", name=name).filter(visible=True).first
