"""Headers as people and programs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.parsing import headers


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Sp=C3=B8rgsm=C3=A5l?=", "Spørgsmål"),
        ("=?utf-8?B?xYHDs2TFug==?= ok", "Łódź ok"),
        # A character that is split between two words.
        ("=?utf-8?q?K=C3?= =?utf-8?q?=B8benhavn?=", "København"),
        ("=?windows-1257?q?La=F0?=\r\n =?windows-1257?q?kas?=", "Laškas"),
        ("=?utf-8*da?q?=C3=A6?=", "æ"),
        # Lying, broken and unknown ones.
        ("=?us-ascii?q?l=F8n?=", "løn"),
        ("=?no-such-set?q?l=C3=B8n?=", "løn"),
        ("=?utf-8?b?!!!?=", None),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
        # Bytes above 127 as they came.
        ("l\udcc3\udcb8n", "løn"),
        ("l\udcf8n", "løn"),
        ("two\r\n lines\x00", "two lines"),
        ("a\\u0041", "a\\u0041"),
    ],
)
def test_decoded(raw: str, text: str | None) -> None:
    found = headers.decoded(raw)
    assert found == text if text is not None else isinstance(found, str)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("Anna <Anna@Example.ORG>", [("Anna", "anna@example.org")]),
        ('"Sørensen, Anna" <a@b.dk>, c@d.dk', [("Sørensen, Anna", "a@b.dk"), ("", "c@d.dk")]),
        ("=?utf-8?q?Bo=C5=BCena?= <b@c.pl>", [("Bożena", "b@c.pl")]),
        ("=?utf-8?q?Bo=C5=BCena_=3Cb=40c=2Epl=3E?=", [("Bożena", "b@c.pl")]),
        ("anna(at)example.org", []),
        ("a@b.dk (Anna)", [("Anna", "a@b.dk")]),
        ("<>", []),
        ("", []),
    ],
)
def test_addresses(raw: str, found: list[tuple[str, str]]) -> None:
    assert headers.addresses(raw) == found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("Mon, 16 Nov 2026 10:00:00 +0100", datetime(2026, 11, 16, 9, tzinfo=UTC)),
        ("16 Nov 2026 10:00:00", datetime(2026, 11, 16, 10, tzinfo=UTC)),
        ("Mon, 99 Nov 2026 10:00:00 +0100", None),
        ("Mon, 16 Nov 1850 10:00:00 +0100", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_date(raw: str, found: datetime | None) -> None:
    assert headers.date(raw) == found


def test_message_ids() -> None:
    assert headers.message_ids("<a@b>\r\n <c@d> nonsense <e f>") == ("<a@b>", "<c@d>")


@given(st.text(max_size=200))
def test_nothing_raises(raw: str) -> None:
    headers.decoded(raw).encode("utf-8")
    headers.date(raw)
    headers.message_ids(raw)
    assert all("@" in address for _, address in headers.addresses(raw))
