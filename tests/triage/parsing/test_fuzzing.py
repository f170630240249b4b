"""Mails that nobody thought of: made of parts of mails, bent, cut and mixed, and of any bytes.

Derandomised, so that the same examples are tried each time; `FUZZ_EXAMPLES=1000` tries so many others.
"""

from __future__ import annotations

import base64
import json
import os
import quopri
import re
import time
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.triage.composition import stand_in
from tests.triage.parsing.papers import docx, laughing_docx, locked, mail_with, pdf
from triage.parsing.attachment_text import MAX_TEXT, with_texts
from triage.parsing.message import ParsedMail, parse

_EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
_FUZZ = settings(
    max_examples=_EXAMPLES or 200,
    derandomize=not _EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
_SECONDS = 10.0
"""More than any of these small mails takes, on a busy machine too."""

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SENTENCE = "Hvordan får jeg et skattekort, når jeg bor i Łódź?"


def _texts(mail: ParsedMail) -> list[str]:
    found = [mail.sender, mail.sender_name, mail.subject]
    found += [mail.text_new, mail.text_signature, mail.text_quoted]
    found += [mail.html or "", mail.message_id or "", mail.content_type]
    found += [*mail.recipients, *mail.reply_to, *mail.references, *mail.defects, *mail.marks]
    found += [text for name, values in mail.headers.items() for text in (name, *values)]
    for file in mail.attachments:
        found += [file.name, file.content_type, file.text]
    return found


def _is_sound(raw: bytes) -> ParsedMail:
    """Parse and judge a mail, and assert what holds for all mails."""
    began = time.perf_counter()
    mail = with_texts(parse(raw))
    decision = stand_in(mail)
    assert time.perf_counter() - began < _SECONDS
    assert with_texts(parse(raw)) == mail
    for text in _texts(mail):
        assert _UNFIT.search(text) is None
        text.encode("utf-8")
    assert json.loads(json.dumps(decision.as_dict(), ensure_ascii=False).encode())
    return mail


# --- trees of parts ------------------------------------------------------------------------

_TYPES = st.sampled_from(
    ["text/plain", "text/html", "text/enriched", "text/rtf", "text/calendar", "text/plain>", "html",
     "application/pdf", "application/ms-tnef", "application/pkcs7-mime", "message/rfc822",
     "message/delivery-status", "message/partial", "message/external-body", "multipart/mixed", ""]
)  # fmt: skip
_MULTIPARTS = st.sampled_from(
    ["mixed", "alternative", "related", "report", "signed", "encrypted", "digest", "no-such"]
)
_CHARSETS = st.sampled_from(
    ["utf-8", "us-ascii", "windows-1257", "iso-8859-13", "iso-8859-2", "iso-8859-16", "utf-7",
     "gb2312", "utf-16", "koi8-r", "iso-2022-jp", "rot13", "no-such", '"', ""]
)  # fmt: skip
_ENCODINGS = st.sampled_from(
    ["7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "junk", ""]
)
_BOUNDARIES = st.sampled_from(["b", "bb", "a b", "b--", "=_x", "", "ø", "b" * 100])
_CONTENTS = st.one_of(
    st.binary(max_size=120),
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [b"<p>hej", b"<title>" * 9, b"<!--", b"begin 644 x\n#AAAA\n`\nend\n", b"=ybegin name=x\n)",
         b"-----BEGIN PGP MESSAGE-----\nx", b"-----BEGIN PGP SIGNED MESSAGE-----\n\n- x", b"> > >x",
         rb"{\rtf1 {\rtf1 \'e6", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:9\nEND:VEVENT\nEND:VCALENDAR",
         b"From: a@b.dk\nSubject: =?utf-8?b?6?=\n\nx", b"--b\n--b--\n--b", b"A" * 70 + b"\n" + b"=3D=\n"]
    ),
)  # fmt: skip


def _part(kind: str, charset: str, encoding: str, content: bytes) -> bytes:
    head = f'Content-Type: {kind}; charset={charset}; name*0="x\nContent-Transfer-Encoding: {encoding}\n'
    return head.encode() + b"\n" + content


def _multipart(kind: str, declared: str, real: str, parts: list[bytes]) -> bytes:
    body = b"".join(b"--" + real.encode() + b"\n" + part + b"\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{declared}"; protocol="x-pgp"\n\n'
    return head.encode() + b"before\n" + body + b"--" + real.encode() + b"--\nafter"


def _or_other(boundary: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    return st.one_of(boundary.map(lambda same: (same, same)), st.tuples(boundary, boundary))


_TREES: st.SearchStrategy[bytes] = st.recursive(
    st.builds(_part, _TYPES, _CHARSETS, _ENCODINGS, _CONTENTS),
    lambda inner: st.builds(
        lambda kind, ends, parts: _multipart(kind, ends[0], ends[1], parts),
        _MULTIPARTS,
        _or_other(_BOUNDARIES),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)
_HEADERS = st.lists(
    st.one_of(
        st.sampled_from(
            [b"From: Bo <bo@example.org>", b"From: =?utf-8?b?=C3?= <", b"Subject: =?gb2312?q?=F8?=",
             b"Subject:", b" folded", b"no colon", b"To: a:b,c;<<d@e.dk>>", b"Date: 99 Feb 0",
             b"Reply-To: \xe6@\xf8.dk", b"Auto-Submitted: x", b"Return-Path: <>", b"MIME-Version: 1.0",
             b"Message-ID: <\xff>", b"References: <a@b> <", b"", b"\x00: \x00", b"List-Id:"]
        ),
        st.binary(max_size=40).map(lambda value: b"X-A: " + value),
    ),
    max_size=8,
).map(lambda lines: b"".join(line + b"\n" for line in lines))  # fmt: skip


@_FUZZ
@given(_HEADERS, _TREES)
def test_any_tree_of_parts(head: bytes, tree: bytes) -> None:
    _is_sound(head + tree)


@_FUZZ
@given(_HEADERS, _TREES, st.data())
def test_any_mail_that_was_bent(head: bytes, tree: bytes, data: st.DataObject) -> None:
    raw = bytearray(head + tree)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(at, min(at + 40, len(raw))))
        piece = data.draw(
            st.one_of(
                st.binary(max_size=8),
                st.just(bytes(raw[at:end]) * 3),
                st.sampled_from(
                    [b"\r", b"\n\n", b"--b\n", b"--b--", b"\x00", b"=?utf-8?q?", b"=", b" "]
                ),
            )
        )
        raw[at:end] = piece
    _is_sound(bytes(raw))


@_FUZZ
@given(st.binary(max_size=2000))
def test_any_bytes(raw: bytes) -> None:
    _is_sound(raw)


# --- attachments ---------------------------------------------------------------------------

_PAPERS = (
    pdf("Blanket 04.063 DA", "side 2"),
    pdf("x", content=b"BT /F1 12 Tf [(a) -200 <62>] TJ T* (c) ' ET q /Im1 Do Q BI /W 1 ID x EI"),
    locked(pdf("PD U2"), ""),
    locked(pdf("PD U2"), "secret"),
    docx("Umowa o prac\u0119", "&amp;"),
    laughing_docx(),
    rb"{\rtf1\ansi\ansicpg1257 \u321?\'f0 {\*\x }\par}",
    b"<html><p>kontrakt",
)
_PAPER_NAMES = st.sampled_from(
    [
        "04063.pdf",
        "umowa o prac\u0119.docx",
        "a.rtf",
        "a.txt",
        "a.html",
        "IMG_1.jpg",
        "CV.pdf",
        " ",
        "..",
    ]
)


@_FUZZ
@given(st.sampled_from(_PAPERS), _PAPER_NAMES, st.data())
def test_any_attachment_that_was_bent(paper: bytes, name: str, data: st.DataObject) -> None:
    bent = bytearray(paper)
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(bent)))
        end = data.draw(st.integers(at, min(at + 30, len(bent))))
        bent[at:end] = data.draw(
            st.one_of(
                st.binary(max_size=12),
                st.sampled_from([b"", b"endobj", b"stream\n", b"<<", b"[", b"1 0 R", b"999999999"]),
                st.just(bytes(bent[at:end]) * 3),
            )
        )
    mail = _is_sound(mail_with((name, bytes(bent)), text=SENTENCE))
    assert mail.text_new == SENTENCE
    assert all(len(file.text) <= MAX_TEXT for file in mail.attachments)


# --- signatures and threads ----------------------------------------------------------------

_LINES = st.sampled_from(
    ["Hej", "", "", "-- ", "___", "Med venlig hilsen", "Pagarbiai", "Cu stim\u0103,", "mvh Ali", "Anna Nowak",
     "UAB \u201eStatra\u201c", "Tel. +370 000 00000", "www.example.test", "Sendt fra min iPhone", "P.S. Og b\u00f8rnene?",
     "Denne mail kan indeholde fortrolige oplysninger", "Fra: ICS <ics@example.test>", "Emne: SV: kort",
     "Sendt: 3. november 2025 10:12", "> gammelt", "Den 3. nov. 2025 kl. 10.12 skrev ICS <a@b.dk>:",
     "-----Original Message-----", "Hvorn\u00e5r er I \u00e5bne?", "\u2014", "Quoting A <a@b.dk>:"]
)  # fmt: skip


@_FUZZ
@given(st.lists(_LINES, max_size=25))
def test_of_a_text_no_word_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    head = "From: a@b.dk\nContent-Type: text/plain; charset=utf-8\n\n"
    mail = _is_sound((head + text).encode())
    parts = (mail.text_new, mail.text_signature, mail.text_quoted)
    found = sorted(re.findall(r"[^\W_]+", " ".join(parts)))
    assert found == sorted(re.findall(r"[^\W_]+", text))


# --- what survives -------------------------------------------------------------------------


def _plain(encoding: str, charset: str) -> bytes:
    content = SENTENCE.encode(charset)
    encoders: dict[str, Callable[[bytes], bytes]] = {
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
        "8bit": lambda same: same,
    }
    return (
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    ).encode() + encoders[encoding](content)


_MANGLINGS: dict[str, Callable[[bytes], bytes]] = {
    "carriage returns": lambda raw: re.sub(rb"\r+\n?|\n", b"\r\n", raw),
    "too many carriage returns": lambda raw: re.sub(rb"\r+\n?|\n", b"\r\r\n", raw),
    "old line ends": lambda raw: re.sub(rb"\r+\n?|\n", b"\r", raw),
    "blank lines before": lambda raw: b"\n\r\n" + raw,
    "a mark before": lambda raw: b"\xef\xbb\xbf" + raw,
    "the line of an mbox": lambda raw: b"From x Mon\n" + raw,
    "a broken header": lambda raw: b"X: y\nbroken line\n" + raw,
    "null bytes before": lambda raw: b"\x00\x00" + raw,
    "no end": lambda raw: re.sub(rb"--b--\n?$", b"", raw),
    "a footer": lambda raw: raw + b"\nvirus-free\n",
    "other letters in names": lambda raw: raw.replace(b"Content-Type", b"CONTENT-type"),
}


@_FUZZ
@given(
    st.sampled_from(["base64", "quoted-printable", "8bit"]),
    st.sampled_from(["utf-8", "utf-8-sig"]),
    st.sampled_from(["mixed", "alternative", "related", "signed", "report"]),
    st.integers(0, 4),
    st.lists(st.sampled_from(sorted(_MANGLINGS)), max_size=4, unique=True),
)
def test_a_text_survives_what_gateways_do(
    encoding: str, charset: str, kind: str, depth: int, manglings: list[str]
) -> None:
    raw = _plain(encoding, charset).replace(b"utf-8-sig", b"utf-8")
    for level in range(depth):
        boundary = "b" * (depth - level)
        raw = _multipart(kind, boundary, boundary, [raw])
    raw = b"From: Bo <bo@example.org>\nSubject: Skattekort\n" + raw
    # What comes before the mail is put there last.
    for name in sorted(manglings, key=lambda name: "before" in name or "mbox" in name):
        raw = _MANGLINGS[name](raw)
    mail = _is_sound(raw)
    assert SENTENCE in mail.text_new
    assert (mail.sender, mail.subject) == ("bo@example.org", "Skattekort")
