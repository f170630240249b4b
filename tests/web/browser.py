"""Headless Chromium, which notes what a page must not do: errors, foreign requests, barriers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A page that is loaded while a model is trained beside it takes longer than Playwright's 5 seconds.
expect.set_options(timeout=45_000)

DESKTOP = (1280, 900)
PHONE = (390, 844)
WIDTHS = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="390px")]

# Each of both languages of staff and each width, on every page; the longer words where there is less
# room. All four together take twice the time and never found more.
BOTH_LANGUAGES = [
    pytest.param(DESKTOP, False, id="desktop-en"),
    pytest.param(PHONE, True, id="390px-da"),
]

# WCAG 2.1 level A and AA, and what axe holds for good practice.
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}


@dataclass
class Visit:
    """One window of a person at our pages.

    Attributes:
        page: What Playwright drives.
        url: The address of our pages.
        errors: What the browser's console complained of, and exceptions in scripts.
        foreign: Requests to anybody else.
    """

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page of ours."""
        self.page.goto(self.url + path)

    def check(self) -> None:
        """Fail on barriers in the page's present state, errors, requests to others, or width."""
        # A colour that is still fading is no colour to judge.
        self.page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        found = Axe().run(self.page, options=_RULES).response["violations"]
        assert not found, json.dumps(
            [{one["id"]: [node["html"] for node in one["nodes"]]} for one in found], indent=1
        )
        assert self.errors == []
        assert self.foreign == []
        width, room = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width <= room, f"the page is {width} wide in a window of {room}"

    def focused(self) -> str:
        """Return the text, label or id of what has the keyboard's focus."""
        return str(
            self.page.evaluate(
                "(e => e.ariaLabel || e.innerText?.trim() || e.id)(document.activeElement)"
            )
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started once a module: while it runs, no other event loop can in this thread."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=_ARGUMENTS, timeout=60_000
        )
        yield opened
        opened.close()


@contextmanager
def visiting(
    browser: Browser, url: str, size: tuple[int, int] = DESKTOP, **options: Any
) -> Iterator[Visit]:
    """Open a window without history or cookies.

    Args:
        browser: Chromium.
        url: The address of our pages.
        size: Of the window, in CSS pixels.
        options: Further options of Playwright's new_context.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, **({"locale": "en-GB"} | options)
    )
    context.set_default_timeout(45_000)
    visit = Visit(context.new_page(), url)
    own = urlsplit(url).netloc

    def note(request: Any) -> None:
        if urlsplit(request.url).netloc != own:
            visit.foreign.append(request.url)

    context.on("request", note)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on(
        "console",
        lambda message: visit.errors.append(message.text) if message.type == "error" else None,
    )
    try:
        yield visit
    finally:
        context.close()
