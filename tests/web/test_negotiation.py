"""Which language a browser is spoken to in."""

from __future__ import annotations

import httpx
import pytest

from language.languages import LANGUAGES
from web.negotiation import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("pl", "pl"),
        ("pl-PL,pl;q=0.9,en;q=0.8", "pl"),
        ("fr-FR, lt;q=0.5, de;q=0.7", "de"),
        ("EN-us", "en"),
        ("fr,es", "en"),
        ("da;q=0, ro;q=0.1", "ro"),
        ("da;q=nonsense, ro", "ro"),
        ("*", "en"),
        (",,;;=,", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_first_wish_that_can_be_granted(header: str | None, language: str) -> None:
    assert preferred(header, LANGUAGES, "en") == language


def test_the_front_page_leads_to_the_language_of_the_browser(site_url: str) -> None:
    answer = httpx.get(f"{site_url}/", headers={"Accept-Language": "lt-LT,lt;q=0.9"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/lt/")
    assert answer.headers["Vary"] == "Accept-Language"
