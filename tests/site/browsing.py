"""What the tests that open a page have in common: listening to it, waiting for it, its buttons."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request

PHONE = {"width": 390, "height": 844}
PATIENCE = 10_000  # milliseconds
DESKTOP = {"width": 1280, "height": 900}

OPEN_EVERYTHING = """
() => {
  document.querySelectorAll("details").forEach(details => { details.open = true; });
  document.querySelectorAll("button.toggle-button").forEach(button => {
    if (button.closest(".toggle-hidden, .admonition.toggle")?.querySelector(".toggle-hidden"))
      button.click();
  });
}
"""
SCROLL_THROUGH = """
async () => {
  const step = window.innerHeight * 0.8;
  for (let y = 0; y < document.documentElement.scrollHeight; y += step) {
    window.scrollTo({top: y, behavior: "instant"});
    await new Promise(resolve => setTimeout(resolve, 30));
  }
  window.scrollTo({top: 0, behavior: "instant"});
}
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

    def asked_for(self, name: str) -> list[str]:
        return [request.url for request in self.requests if name in request.url]


def listen(page: Page, origin: str) -> Heard:
    """Note every request, and everything that a careful page never does."""
    heard = Heard()

    def request(request) -> None:
        heard.requests.append(request)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != origin:
            heard.wrong.append(f"a request leaves the site: {request.url}")

    def console(message) -> None:
        if message.type in ("error", "warning"):
            heard.wrong.append(f"console {message.type}: {message.text} {message.location}")

    def response(response) -> None:
        if response.status >= 400:
            heard.wrong.append(f"{response.status}: {response.url}")

    page.on("request", request)
    page.on("console", console)
    page.on("response", response)
    page.on("pageerror", lambda error: heard.wrong.append(f"uncaught: {error}"))
    page.on(
        "requestfailed",
        lambda request: heard.wrong.append(f"failed: {request.url} {request.failure}"),
    )
    return heard


@contextmanager
def opened(browser: Browser, server, path: str, **options):
    """A page of the book in a context of its own, loaded; and what it said meanwhile."""
    options = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
    with browser.new_context(**options) as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        heard = listen(page, server.origin)
        page.goto(server.at(path), wait_until="load")
        settle(page)
        yield page, heard


def settle(page: Page) -> None:
    """Wait until modules and explorers have come and nothing more is asked for."""
    page.wait_for_load_state("networkidle")


def theme(page: Page) -> str:
    return page.evaluate("document.documentElement.dataset.theme")


def button(page: Page, name: re.Pattern):
    """The first visible button of that name."""
    return page.get_by_role("button", name=name).filter(visible=True).first
