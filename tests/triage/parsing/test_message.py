"""Mails of all shapes, taken apart; samples lie beside what is expected of them."""

from __future__ import annotations

import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from triage.parsing.message import parse
from triage.parsing.parts import MAX_PARTS

MAILS = Path(__file__).parents[1] / "mails"
SAMPLES = sorted(MAILS.glob("*/*.yml"))


def _expected(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_new_text_of_samples(path: Path) -> None:
    expected = _expected(path)
    mail = parse(path.with_suffix(".eml").read_bytes())
    missing = [text for text in expected["new_text_contains"] if text not in mail.text_new]
    unwanted = [text for text in expected["new_text_lacks"] if text in mail.text_new]
    assert (missing, unwanted) == ([], [])
    assert mail.sender
    assert mail.subject
    assert mail.defects == ()


def test_there_are_samples_in_all_languages() -> None:
    assert {path.parent.name for path in SAMPLES} >= {"da", "en", "pl", "lt", "ro", "de"}


def test_the_parts_of_a_whole_mail() -> None:
    message = EmailMessage()
    message["From"] = "Bożena Ćwik <B.Cwik@Example.com>"
    message["Reply-To"] = "bozena@example.org"
    message["To"] = "ICS <ics@example.test>, other@example.test"
    message["Subject"] = "Wypłata – pilne"
    message["Date"] = "Thu, 12 Nov 2026 21:30:00 +0100"
    message["Message-ID"] = "<1@example.com>"
    message["In-Reply-To"] = "<0@example.com>"
    message.set_content("Dzień dobry, gdzie są moje pieniądze?\n")
    message.add_alternative("<p>Dzień dobry, <b>gdzie</b> są moje pieniądze?</p>", subtype="html")
    message.add_attachment(
        b"%PDF-1.4", maintype="application", subtype="pdf", filename="umowa ż.pdf"
    )
    mail = parse(message.as_bytes())
    assert (mail.sender, mail.sender_name) == ("b.cwik@example.com", "Bożena Ćwik")
    assert mail.reply_to == ("bozena@example.org",)
    assert mail.recipients == ("ics@example.test", "other@example.test")
    assert mail.subject == "Wypłata – pilne"
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-11-12T20:30:00+00:00"
    assert (mail.message_id, mail.references) == ("<1@example.com>", ("<0@example.com>",))
    assert mail.text_new == "Dzień dobry, gdzie są moje pieniądze?"
    assert "<b>gdzie</b>" in (mail.html or "")
    (attachment,) = mail.attachments
    assert (attachment.name, attachment.content_type, attachment.size) == (
        "umowa ż.pdf",
        "application/pdf",
        8,
    )
    assert mail.text.startswith("Wypłata – pilne\n\nDzień dobry")


def test_html_alone() -> None:
    mail = parse(b"Subject: x\nContent-Type: text/html; charset=utf-8\n\n<p>Hej<br>du</p>")
    assert mail.text_new == "Hej\ndu"


def test_html_beside_a_stub() -> None:
    message = EmailMessage()
    message.set_content("This mail has HTML.\n")
    message.add_alternative(f"<p>{'How do I get a tax card? ' * 5}</p>", subtype="html")
    assert parse(message.as_bytes()).text_new.startswith("How do I get a tax card?")


def test_html_with_its_images() -> None:
    message = EmailMessage()
    message.set_content(
        "plain text that is long enough to be the mail's own text, and no stub\n" * 2
    )
    message.add_alternative("<p>html</p><img src='cid:1'>", subtype="html")
    part = list(message.iter_parts())[1]
    assert isinstance(part, EmailMessage)
    part.add_related(b"\x89PNG", "image", "png", cid="<1>")
    mail = parse(message.as_bytes())
    assert "html" not in mail.text_new.split()
    assert [attachment.content_type for attachment in mail.attachments] == ["image/png"]


def test_a_mail_within_a_mail_is_forwarded_text() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Skattekort"
    inner.set_content("Hvordan får jeg et skattekort?\n")
    inner.add_attachment(b"x", maintype="application", subtype="pdf", filename="a.pdf")
    outer = EmailMessage()
    outer["Subject"] = "VS: Skattekort"
    outer.set_content("Se nedenfor.\n")
    outer.add_attachment(inner)
    mail = parse(outer.as_bytes())
    assert mail.text_new == "Se nedenfor."
    assert "Hvordan får jeg et skattekort?" in mail.text_quoted
    assert [a.content_type for a in mail.attachments] == ["message/rfc822", "application/pdf"]


def test_what_is_only_forwarded_is_judged() -> None:
    mail = parse(
        b"Subject: FW: card\n\n-----Original Message-----\nFrom: A\n\nHow do I get a card?\n"
    )
    assert mail.text_new == ""
    assert "How do I get a card?" in mail.text


FORWARDED = "-----Original Message-----\nFrom: A\n\nHow do I get a card?\n"


@pytest.mark.parametrize(
    ("written", "new", "signature"),
    [
        ("FYI", "FYI", ""),
        ("Se nedenfor.", "Se nedenfor.", ""),
        ("Sent from my iPhone", "", "Sent from my iPhone"),
        ("-- \nJohn Smith\nTel. 00 00 00 00", "", "-- \nJohn Smith\nTel. 00 00 00 00"),
    ],
)
def test_a_mail_with_nothing_new_is_judged_by_what_it_forwards(
    written: str, new: str, signature: str
) -> None:
    mail = parse(f"Subject: FW: card\n\n{written}\n\n{FORWARDED}".encode())
    assert (mail.text_new, mail.text_signature) == (new, signature)
    assert mail.text.startswith("FW: card")
    assert mail.text.endswith("How do I get a card?")


def test_a_mail_with_something_new_is_judged_by_that_alone() -> None:
    mail = parse(f"Subject: card\n\nCan I work before it comes?\n\n{FORWARDED}".encode())
    assert mail.text == "card\n\nCan I work before it comes?"


def test_a_mail_that_is_nothing_but_a_signature_is_judged_by_its_subject() -> None:
    mail = parse(b"Subject: card\n\nSent from my iPhone\n")
    assert (mail.text_new, mail.text_signature) == ("", "Sent from my iPhone")
    assert (mail.text, mail.is_readable, mail.defects) == ("card", True, ())


def test_a_signature_may_be_taken_for_text() -> None:
    mail = parse(b"Subject: x\n\nWhen do you open?\n\nThanks, Ify\n\nSent from my iPhone\n")
    assert mail.text_signature == "Sent from my iPhone"
    whole = mail.unsigned
    assert whole.text_new == "When do you open?\n\nThanks, Ify\n\nSent from my iPhone"
    assert whole.text_signature == ""


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"", "empty"),
        (b"\x00" * 1000, "empty"),
        (b"\xff\xfe\x00\x01binary\x00" * 10, "no_headers"),
        (b"just some text about a tax card, without any header at all\n", "no_headers"),
        (b"Subject: x\n\n   \n", "empty"),
    ],
)
def test_broken_mails_say_what_is_wrong(raw: bytes, defect: str) -> None:
    mail = parse(raw)
    assert defect in mail.defects


def test_text_without_headers_is_text() -> None:
    mail = parse(b"just some text about a tax card, without any header at all\n")
    assert "tax card" in mail.text_new
    assert mail.is_readable


@pytest.mark.parametrize("raw", [b"", b"\x00" * 1000, b"\x01\x02\x03"])
def test_nothing_to_read(raw: bytes) -> None:
    assert not parse(raw).is_readable


def test_a_missing_boundary_leaves_the_text() -> None:
    mail = parse(b"Subject: x\nContent-Type: multipart/mixed\n\nHow do I get a tax card?\n")
    assert "How do I get a tax card?" in mail.text_new


def test_a_boundary_that_never_ends() -> None:
    mail = parse(
        b'Subject: x\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
        b"Content-Type: text/plain\n\nHow do I get a tax card?\n"
    )
    assert "How do I get a tax card?" in mail.text_new


def test_ten_thousand_parts() -> None:
    part = b"--b\nContent-Type: text/plain\n\npart\n"
    mail = parse(b'Content-Type: multipart/mixed; boundary="b"\n\n' + part * 10_000 + b"--b--\n")
    assert mail.text_new.count("part") == 10_000
    assert mail.marks == ()


def test_more_parts_than_anybody_writes() -> None:
    part = b"--b\nContent-Type: text/plain\n\np\n"
    raw = b'Content-Type: multipart/mixed; boundary="b"\n\n' + part * (MAX_PARTS + 10) + b"--b--\n"
    mail = parse(raw)
    assert "too_many_parts" in mail.defects
    assert mail.marks == ("read_in_part",)
    assert (mail.text_new + mail.text_quoted).count("p") == MAX_PARTS - 1


def test_parts_within_parts_within_parts() -> None:
    raw = b"Content-Type: text/plain\n\nthe innermost\n"
    for number in range(200):
        boundary = f"b{number}".encode()
        raw = (
            b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n%s\n--%s--\n'
            % (boundary, boundary, raw, boundary)
        )  # fmt: skip
    mail = parse(b"Subject: x\n" + raw)
    assert mail.defects


def test_a_megabyte_of_headers() -> None:
    raw = b"Subject: x\n" + b"X-Y: " + b"z" * 1_000_000 + b"\nFrom: a@b.dk\n\nHello you\n"
    began = time.perf_counter()
    mail = parse(raw)
    assert time.perf_counter() - began < 5
    assert (mail.sender, mail.text_new) == ("a@b.dk", "Hello you")


@pytest.mark.parametrize(
    "headers",
    [
        b"From: ((((((((((((" + b"(" * 50_000,
        b'Content-Type: text/plain; charset="' + b"x" * 100_000 + b'"',
        b"Content-Type: text/plain; charset*=nonsense'da'%FF%FF",
        b"Content-Disposition: attachment; filename*=no-such''%E6%F8",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Type: multipart/alternative; boundary=",
        b"Content-Type: message/rfc822",
        b"Content-Type: ;;;",
        b"Date: \xff\xff",
        b": : :",
    ],
    ids=lambda headers: headers[:30].decode("latin-1"),
)
def test_horrible_headers(headers: bytes) -> None:
    mail = parse(b"Subject: x\n" + headers + b"\n\nHow do I get a tax card?\n")
    assert mail.text_new or mail.text_quoted or mail.attachments or mail.defects


@given(st.binary(max_size=500))
def test_any_bytes_at_all(raw: bytes) -> None:
    mail = parse(raw)
    for text in (mail.subject, mail.text_new, mail.text_quoted, mail.sender):
        assert "\x00" not in text
        text.encode("utf-8")


_PIECES = st.sampled_from(
    [
        b"From: a@b.dk\n", b"Subject: =?utf-8?q?=C3?=\n", b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: text/html; charset=utf-7\n", b"Content-Type: message/rfc822\n",
        b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Disposition: attachment; filename=x\n", b"\n", b"--b\n", b"--b--\n", b"=C3=A6\n",
        b"\xe6\xf8\xe5\n", b"\x00", b"<p>x</p>\n", b"> quoted\n", b"begin 644 x\n", b"end\n",
        b"Content-Type: multipart/alternative; boundary=b\n", b"Reply-To: <>\n",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40))
def test_any_pieces_of_mails(pieces: list[bytes]) -> None:
    mail = parse(b"".join(pieces))
    assert "parser_failed" not in mail.defects
    mail.text.encode("utf-8")
