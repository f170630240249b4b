"""Attachments as files."""

from __future__ import annotations

import pytest

from tests.triage.desk.ledger import POLISH
from triage.errors import UnknownAttachmentError
from triage.parsing.attachments import attachment, download_headers
from triage.parsing.message import parse

FORWARDED = b"""\
From: a@example.test
Subject: outer
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: text/plain

See below.
--m
Content-Type: message/rfc822

From: b@example.test
Subject: inner

The inner text.
--m
Content-Type: text/plain; name="a.txt"
Content-Disposition: attachment; filename="a.txt"

plain
--m--
"""


def test_its_content_is_that_of_the_mail() -> None:
    found = attachment(parse(POLISH), 1)
    assert (found.content, found.size) == (b"%PDF-1.4\n", 9)


def test_an_attached_mail_is_had_as_it_came() -> None:
    mail = parse(FORWARDED)
    inner, text = attachment(mail, 1), attachment(mail, 2)
    assert parse(inner.content).subject == "inner"
    assert (text.name, text.content) == ("a.txt", b"plain")


@pytest.mark.parametrize("number", [0, 2, -1])
def test_there_is_no_other(number: int) -> None:
    with pytest.raises(UnknownAttachmentError):
        attachment(parse(POLISH), number)


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("umowa.pdf", "attachment; filename=\"umowa.pdf\"; filename*=utf-8''umowa.pdf"),
        ("å b.pdf", "attachment; filename=\"_ b.pdf\"; filename*=utf-8''%C3%A5%20b.pdf"),
        ('../x"\r\n.exe', "attachment; filename=\".._x___.exe\"; filename*=utf-8''..x.exe"),
    ],
)
def test_no_name_escapes_its_header(name: str, disposition: str) -> None:
    headers = download_headers(name)
    assert headers["Content-Disposition"] == disposition
    assert headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in headers["Content-Security-Policy"]
