"""Every response distrusts what does not come from us."""

from __future__ import annotations

import httpx
import pytest

from web.security_headers import CONTENT_SECURITY_POLICY

PATHS = [
    "/",
    "/da/",
    "/sign-in",
    "/desk/",
    "/nothing",
    "/api/openapi.json",
    "/api/chat/conversations/nothing/messages",
    "/static/x/layout/layout.css",
]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    parts = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert parts.pop("default-src") == "'none'"
    assert {"script-src", "style-src", "img-src", "font-src", "connect-src"} <= set(parts)
    assert set(parts.values()) == {"'self'", "'none'"}
    assert parts["frame-ancestors"] == parts["base-uri"] == "'none'"


@pytest.fixture(scope="module")
def needed() -> dict[str, str]:
    """What each response must say."""
    return {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def test_every_response_carries_the_headers(site_url: str, needed: dict[str, str]) -> None:
    for path in PATHS:
        headers = httpx.get(site_url + path).headers
        assert {name: headers.get(name) for name in needed} == needed, path
        assert "server" not in headers
        # Only HTTPS can promise HTTPS.
        assert "Strict-Transport-Security" not in headers


def test_pages_are_not_kept_by_browsers(site_url: str) -> None:
    for path in ("/da/", "/sign-in", "/nothing", "/api/openapi.json"):
        assert httpx.get(site_url + path).headers["Cache-Control"] == "no-store"
