"""Requests that are too large."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from ankomst.application import MOST_BYTES


def test_a_page_says_that_it_is_too_long(site_url: str) -> None:
    answer = httpx.post(
        f"{site_url}/sign-in",
        data={"name": "x" * 5_000_000},
        headers={"Accept-Language": "da"},
    )
    assert answer.status_code == 413
    assert "Det, du sendte, er for langt" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_program_gets_json(site_url: str) -> None:
    answer = httpx.post(f"{site_url}/api/chat/conversations", json={"language": "x" * 300_000})
    assert (answer.status_code, set(answer.json())) == (413, {"detail"})


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES + 1, 413), (1000, 422)])
def test_a_request_that_does_not_tell_its_size_is_counted(
    site_url: str, size: int, status: int
) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"language": "'
        yield b"x" * size
        yield b'"}'

    answer = httpx.post(
        f"{site_url}/api/chat/conversations",
        content=pieces(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == status
