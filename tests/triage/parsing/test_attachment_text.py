"""The text of attachments is read within limits, and no attachment takes anything from its mail."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from tests.triage.parsing.papers import (
    docx,
    laughing_docx,
    locked,
    mail_with,
    pdf,
    prying_docx,
)
from triage.parsing import attachment_text
from triage.parsing.attachment_text import MAX_TEXT, MAX_TEXTS, with_texts
from triage.parsing.message import parse
from triage.parsing.reading import Limits, read

TITLE = "Blanket 04.063 DA"
IN_A_FORM = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
    '2006/main"><w:body><w:tbl><w:tr><w:tc><w:sdt><w:sdtContent><w:p><w:r><w:t>Blanket </w:t></w:r>'
    "<w:r><w:t>04.063 DA</w:t></w:r></w:p></w:sdtContent></w:sdt></w:tc></w:tr></w:tbl></w:body>"
    "</w:document>"
)


def texts_of(*files: tuple[str, bytes]) -> list[str]:
    mail = with_texts(parse(mail_with(*files, text="Se vedhæftet.")))
    assert mail.text_new == "Se vedhæftet."
    return [attachment.text for attachment in mail.attachments]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf(TITLE)),
        ("no name of a pdf", pdf("", TITLE)),
        ("junk before it.pdf", b"\n\n" + pdf(TITLE)),
        ("may not be changed.pdf", locked(pdf(TITLE), "")),
        ("a.docx", docx("Hej", TITLE)),
        ("called otherwise.pdf", docx(TITLE)),
        ("a form.docx", docx(parts={"word/document.xml": IN_A_FORM})),
        ("a.rtf", rb"{\rtf1\ansi " + TITLE.encode() + rb"\par}"),
        ("a.txt", TITLE.encode("utf-16")),
        ("a.html", f"<title>x</title><p>{TITLE}</p>".encode()),
    ],
)
def test_what_can_be_read(name: str, content: bytes) -> None:
    (text,) = texts_of((name, content))
    assert TITLE in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("locked.pdf", locked(pdf(TITLE), "secret")),
        ("a picture.pdf", pdf("", content=b"q 1 0 0 1 0 0 cm /Im1 Do Q")),
        ("only a beginning.pdf", b"%PDF-1.7\n"),
        ("no end.pdf", pdf(TITLE)[:-200]),
        ("junk.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 50),
        ("no pages.pdf", pdf()),
        ("pages in a circle.pdf", pdf("x").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")),
        ("a plan.pdf", pdf("", content=b"BT (x) Tj ET\n" * 200_000)),
        (
            "deep.pdf",
            b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer << /Root 1 0 R >>",
        ),
        ("bomb.pdf", pdf("x", content=b"(" + b" " * 200_000_000)),
        ("zip.docx", b"PK\x03\x04" + b"\x00" * 100),
        ("no document.docx", docx(parts={"word/document.xml": "<x"})),
        ("a zip.zip", docx(parts={"[Content_Types].xml": ""})),
        ("bomb.docx", docx("x", parts={"word/big.xml": b" " * 60_000_000})),
        ("many.docx", docx("x", parts={f"word/{number}.xml": "" for number in range(3_000)})),
        ("laughing.docx", laughing_docx()),
        ("IMG_2031.jpg", b"\xff\xd8\xff\xe0" + bytes(1000)),
        ("", b""),
    ],
)
def test_what_cannot_be_read_has_no_text(name: str, content: bytes) -> None:
    began = time.monotonic()
    (text, other) = texts_of((name, content), ("a.pdf", pdf(TITLE)))
    assert TITLE not in text
    assert len(text) < 100_000
    assert TITLE in other
    assert time.monotonic() - began < 20


def test_no_file_of_the_machine_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret of the machine")
    (text,) = texts_of(("prying.docx", prying_docx(str(secret))))
    assert "secret of the machine" not in text


def test_nothing_of_a_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        texts_of(("a.pdf", pdf("Anna Nowak")), ("b.docx", docx("Anna Nowak")))
    assert "Nowak" not in caplog.text


def test_long_texts_are_cut() -> None:
    long = ("a.txt", b"skat " * 100_000)
    texts = texts_of(*[long] * 8)
    assert {len(text) for text in texts[:5]} <= {MAX_TEXT, MAX_TEXT - 1}
    assert sum(map(len, texts)) <= MAX_TEXTS
    assert texts[-1] == ""


def test_of_many_pages_the_first_are_read() -> None:
    (text,) = texts_of(("a.pdf", pdf(*(f"page {number}." for number in range(1, 60)))))
    assert "page 20." in text
    assert "page 21." not in text


def test_when_the_time_is_over_no_other_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment_text, "SECONDS", -1.0)
    assert texts_of(("a.pdf", pdf(TITLE))) == [""]


def test_the_reader_reads_them_where_they_are_wanted() -> None:
    raw = mail_with(("a.pdf", pdf(TITLE)), text="hej")
    (wanted,) = read(raw, with_texts=True).attachments
    assert (wanted.text, wanted.content) == (TITLE, b"")
    assert read(raw).attachments[0].text == ""


SLOW = pdf(*"abcdefghij", content=b"BT /F1 9 Tf () Tj ET\n" * 90_000)
LARGE = pdf("a", content=b" " * 60_000_000)


@pytest.mark.parametrize(
    ("paper", "limits"),
    [
        (SLOW, Limits(computing_seconds=2)),
        (SLOW, Limits(seconds=3)),
        (LARGE, Limits(memory=200_000_000, memory_per_byte=0)),
    ],
    ids=["computing", "seconds", "memory"],
)
def test_a_mail_is_read_without_them_if_they_take_too_much(paper: bytes, limits: Limits) -> None:
    raw = mail_with(("slow.pdf", paper), text="Hvor er mit skattekort?")
    mail = read(raw, with_texts=True, limits=limits)
    assert mail.text_new == "Hvor er mit skattekort?"
    assert [(a.name, a.text) for a in mail.attachments] == [("slow.pdf", "")]
