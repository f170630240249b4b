"""Mails as other systems met them in practice, each written anew: what a person sees is read."""

from __future__ import annotations

import base64
import binascii
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from triage.parsing.message import ParsedMail, parse

HEAD = b"From: Bo <bo@example.org>\nTo: ics@example.test\nSubject: Skattekort\nMIME-Version: 1.0\n"
ASK = "Hvordan får jeg et skattekort?"
ASK_BYTES = ASK.encode()


@dataclass(frozen=True)
class Horrible:
    """A mail, and what must come out of it."""

    raw: bytes
    text: str = ASK
    sender: str = "bo@example.org"
    files: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def _parts(*parts: bytes, kind: str = "mixed") -> bytes:
    body = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return HEAD + f'Content-Type: multipart/{kind}; boundary="b"\n\n'.encode() + body + b"--b--\n"


TEXT = b"Content-Type: text/plain; charset=utf-8\n\n" + ASK_BYTES
_BASE64 = base64.encodebytes(ASK_BYTES * 3)
_UU = b"begin 644 a.txt\n" + binascii.b2a_uu(b"a file of long ago") + b"`\nend\n"
_CALENDAR = b"""Content-Type: text/calendar; charset=utf-8; method=REQUEST

BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:M\xc3\xb8de om skat
DTSTART:20261124T090000Z
DTEND:20261124T093000Z
LOCATION:Lyseng All\xc3\xa9 1
ORGANIZER:mailto:bo@example.org
END:VEVENT
END:VCALENDAR
"""
_EVENT = "Møde om skat\n2026-11-24 09:00 UTC – 2026-11-24 09:30 UTC\nLyseng Allé 1\nbo@example.org"

MAILS = {
    "blank lines before it": Horrible(b"\r\n\r\n" + HEAD + b"\n" + ASK_BYTES),
    "a mark before it": Horrible(b"\xef\xbb\xbf" + HEAD + b"\n" + ASK_BYTES),
    "the line of an mbox": Horrible(b"From bo Mon Nov 23 2026\n" + HEAD + b"\n" + ASK_BYTES),
    "a quoted line of an mbox": Horrible(b">From bo Mon Nov 2026\n" + HEAD + b"\n" + ASK_BYTES),
    "all of it UTF-16": Horrible((HEAD.decode() + "\n" + ASK).encode("utf-16")),
    "UTF-16 without a mark": Horrible((HEAD.decode() + "\n" + ASK).encode("utf-16-be")),
    "bare carriage returns": Horrible((HEAD + b"\n" + ASK_BYTES).replace(b"\n", b"\r")),
    "a broken line among the headers": Horrible(
        b"Received: by x\nid 12345\n" + HEAD + b"\n" + ASK_BYTES
    ),
    "a parameter that is not indented": Horrible(
        HEAD + b'Content-Type: multipart/mixed;\nboundary="b"\n\n--b\n' + TEXT + b"\n--b--\n"
    ),
    "null bytes in headers and text": Horrible(
        HEAD.replace(b"Bo", b"B\x00o") + b"\n" + ASK_BYTES.replace(b"jeg", b"je\x00g")
    ),
    "fields of the content after a blank line": Horrible(
        HEAD + b"\nContent-Type: text/html; charset=utf-8\n\n<p>" + ASK_BYTES + b"</p>"
    ),
    "another boundary than declared": Horrible(
        HEAD + b'Content-Type: multipart/alternative; boundary="a"\n\n--b\n' + TEXT + b"\n--b--\n"
    ),
    "no boundary declared": Horrible(
        HEAD + b"Content-Type: multipart/mixed\n\n--b\n" + TEXT + b"\n--b--\n"
    ),
    "parts that nothing declares": Horrible(HEAD + b"\n--b\n" + TEXT + b"\n--b--\n"),
    "alternative without parts": Horrible(
        HEAD + b"Content-Type: multipart/alternative\n\n" + ASK_BYTES
    ),
    "text after the last part alone": Horrible(_parts(b"\n") + ASK_BYTES),
    "text before the first part alone": Horrible(
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + ASK_BYTES + b"\n--b\n\n--b--\n"
    ),
    "text that is sent as a file": Horrible(
        _parts(b"Content-Disposition: attachment; filename=mail.txt\n" + TEXT), files=("mail.txt",)
    ),
    "words that are called base64": Horrible(
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + ASK_BYTES
    ),
    "base64 with a footer": Horrible(
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + _BASE64 + b"\n_____\nA list, its footer.\n"
    ),
    "base64 with blanks and dashes within": Horrible(
        HEAD + b"Content-Transfer-Encoding: Base-64\n\n" + _BASE64[:20] + b" -\n" + _BASE64[20:]
    ),
    "base64 that is cut off": Horrible(
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + _BASE64.strip()[:55]
    ),
    "an encoding with more behind it": Horrible(
        HEAD + b"Content-Transfer-Encoding: quoted-printable;\n\nHvordan f=C3=A5r jeg et skatte=\n"
        b"kort?"
    ),
    "HTML that is called plain": Horrible(
        HEAD + b"Content-Type: text/plain\n\n<html><body><p>" + ASK_BYTES + b"</p></body></html>"
    ),
    "plain text that is called HTML": Horrible(
        HEAD + b"Content-Type: text/html\n\n" + ASK_BYTES + b"\n\nMvh\nBo", text=f"{ASK}\n\nMvh\nBo"
    ),
    "a type that is none": Horrible(HEAD + b"Content-Type: text/plain>\n\n" + ASK_BYTES),
    "a type of one word": Horrible(HEAD + b"Content-Type: text\n\n" + ASK_BYTES),
    "a flowed paragraph": Horrible(
        HEAD + "Content-Type: text/plain; format=flowed\n\nHvordan får jeg \net skattekort?".encode()
    ),
    "a flowed paragraph without its spaces": Horrible(
        HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n"
        + "Hvordan får jeg et skat \ntekort?".encode()
    ),
    "enriched text": Horrible(
        HEAD + b"Content-Type: text/enriched\n\n<bold>Hvordan</bold> f\xc3\xa5r\njeg et "
        b"<color><param>red</param>skattekort</color>?"
    ),
    "rich text": Horrible(
        HEAD + rb"Content-Type: text/rtf" + b"\n\n" + rb"{\rtf1\ansi Hvordan f\'e5r jeg et skattekort?}"
    ),
    "a file within the text": Horrible(HEAD + b"\n" + ASK_BYTES + b"\n\n" + _UU, files=("a.txt",)),
    "an invitation alone": Horrible(_parts(_CALENDAR), _EVENT, files=("",), marks=("calendar",)),
    "an invitation beside a text": Horrible(
        _parts(TEXT, _CALENDAR, kind="alternative"), files=("",), marks=("calendar",)
    ),
    "a broken invitation": Horrible(
        _parts(TEXT, b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nDTSTART:x\n"),
        files=("",), marks=("calendar",),
    ),
    "signed by PGP within the text": Horrible(
        HEAD + b"\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + ASK_BYTES
        + b"\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----\n",
        marks=("signed_pgp",),
    ),
    "signed by PGP as parts": Horrible(
        _parts(
            TEXT,
            b"Content-Type: application/pgp-signature; name=signature.asc\n\niQEz",
            kind='signed; protocol="application/pgp-signature"',
        ),
        files=("signature.asc",), marks=("signed_pgp",),
    ),
    "one part of a larger mail": Horrible(
        HEAD + b"Content-Type: message/partial; id=x; number=1; total=2\n\nSubject: y\n\n"
        + ASK_BYTES, marks=("partial",),
    ),
    "a file that is elsewhere": Horrible(
        _parts(
            TEXT,
            b"Content-Type: message/external-body; access-type=anon-ftp; site=ftp.example.org;"
            b" name=a.pdf\n\nContent-Type: application/pdf\n\n",
        ),
        files=("ftp.example.org/a.pdf",), marks=("stored_elsewhere",),
    ),
    "a name in pieces, and in another set": Horrible(
        _parts(TEXT, b"Content-Type: application/pdf\nContent-Disposition: attachment;\n"
                     b" filename*0*=iso-8859-13''sutar;\n filename*1*=tis%20%FEem%EBs.pdf\n\nx"),
        files=("sutartis žemės.pdf",),
    ),
    "a name in a set that does not exist": Horrible(
        _parts(TEXT, b"Content-Type: application/pdf\nContent-Disposition: attachment;\n"
                     b" filename*=no-such''l%F8n.pdf\n\nx"),
        files=("løn.pdf",),
    ),
    "a winmail.dat that is none": Horrible(
        _parts(TEXT, b"Content-Type: application/ms-tnef; name=winmail.dat\n\nx"),
        files=("winmail.dat",), marks=("winmail_closed",),
    ),
    "HTML with hidden text": Horrible(
        HEAD + b"Content-Type: text/html; charset=utf-8\n\n<div style='display:none'>Arbejdsgiver"
        b"</div><p>" + ASK_BYTES + b"</p><span style=\"font-size:0px\">PD U2</span>"
    ),
    "an image in the markup before the text": Horrible(
        HEAD + b"Content-Type: text/html; charset=utf-8\n\n<img src='data:image/png;base64,"
        + b"A" * 600_000 + b"'><p>" + ASK_BYTES + b"</p>"
    ),
    "HTML in a title that never ends": Horrible(
        HEAD + b"Content-Type: text/html; charset=utf-8\n\n<title>" + ASK_BYTES
    ),
    "a bomb of a file is not unpacked": Horrible(
        _parts(TEXT, b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64"
                     b"\n\n" + base64.encodebytes(zlib.compress(bytes(50_000_000)))),
        files=("a.zip",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MAILS)
def test_what_a_person_sees_is_read(name: str) -> None:
    expected = MAILS[name]
    mail = parse(expected.raw)
    # A footer and a text that stands there three times are read too.
    assert mail.text_new.startswith(expected.text[:20]), mail
    assert expected.text in mail.text_new or name == "base64 that is cut off"
    assert mail.sender == expected.sender
    assert mail.subject == "Skattekort"
    assert tuple(file.name for file in mail.attachments) == expected.files
    assert mail.marks == expected.marks
    assert mail.is_readable
    assert not mail.is_encrypted


def test_an_invitation_stands_beside_the_text() -> None:
    mail = parse(MAILS["an invitation beside a text"].raw)
    assert mail.text_quoted == _EVENT
    assert "DTSTART" not in mail.text


def test_a_report_is_read_with_its_fields() -> None:
    mail = parse(
        _parts(
            b"\nYour mail could not be delivered.",
            b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
            b"Final-Recipient: rfc822; anna@example.org\nStatus: 5.1.1\n",
            b"Content-Type: text/rfc822-headers\n\nSubject: Svar fra ICS\n",
            kind="report; report-type=delivery-status",
        )
    )
    assert mail.text_new == "Your mail could not be delivered."
    for line in ("Final-Recipient: rfc822; anna@example.org", "Status: 5.1.1", "Svar fra ICS"):
        assert line in mail.text_quoted


def test_an_attached_mail_whose_bytes_are_encoded() -> None:
    inner = base64.encodebytes(b"Subject: inner\n\n" + ASK_BYTES * 20)
    mail = parse(
        _parts(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + inner)
    )
    assert mail.attachments[0].name == "inner"
    assert ASK in mail.text_quoted


# --- character sets ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "real", "declared"),
    [
        (ASK, "cp1252", "gb2312"),
        (ASK, "cp1252", "utf-7"),
        (ASK, "cp1252", "koi8-r"),
        (ASK, "cp1252", "iso-2022-jp"),
        (ASK, "utf-8", "iso-2022-jp"),
        (ASK, "utf-8", "utf-16"),
        (ASK, "cp1252", "x-user-defined"),
        ("Ačiū už atsakymą, ar galiu dirbti?", "cp1257", "iso-8859-1"),
        ("Ačiū už atsakymą, ar galiu dirbti?", "iso8859-13", "windows-1257"),
        ("Proszę o kartę podatkową, źdźbło", "iso8859-2", "windows-1252"),
        ("Aș vrea să știu când vine cardul, mulțumesc", "iso8859-16", "iso-8859-16"),
        ("こんにちは、税金カードをください", "euc_jp", "iso-2022-jp"),
        ("您好，我需要一张税卡", "gb18030", "gb2312"),
    ],
)
def test_labels_that_lie(text: str, real: str, declared: str) -> None:
    head = HEAD + f"Content-Type: text/plain; charset={declared}\n\n".encode()
    assert parse(head + text.encode(real)).text_new == text


def test_headers_in_the_character_set_of_the_text() -> None:
    raw = (
        "From: Žydrūnas <z@example.org>\nSubject: Mokesčių kortelė\n"
        "Content-Type: text/plain; charset=windows-1257\n\nLaba diena, kur gauti kortelę?\n"
    ).encode("cp1257")
    mail = parse(raw)
    assert (mail.sender_name, mail.subject) == ("Žydrūnas", "Mokesčių kortelė")


@pytest.mark.parametrize(
    "subject",
    [
        b"=?utf-8?B?U2thdHRla29ydCBww6U=?=",
        b"=?utf-8?B?U2thdHRla29ydCBww6U?=",
        b"=?utf-8?b?U2thdHRla29ydCBww?= =?utf-8?b?6U=?=",
        b"=?utf-8?Q?Skattekort p=C3?=\n =?utf-8?Q?=A5?=",
        b"=?utf-8?q?Skattekort_p?==?utf-8?q?=c3=a5?=",
        b"=?UTF-8*da?Q?Skattekort_p=C3=A5?=",
        b"Skattekort p\xe5",
        b"Skattekort\n p\xc3\xa5",
    ],
)
def test_subjects_of_all_makes(subject: bytes) -> None:
    assert parse(b"Subject: " + subject + b"\n\nx\n").subject == "Skattekort på"


# --- sealed mail ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed() -> tuple[bytes, bytes]:
    """A mail that is signed, and one that is encrypted, both as opaque S/MIME (DER)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bo")])
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment)
        .not_valid_after(moment + timedelta(days=900))
        .sign(key, hashes.SHA256())
    )
    signed = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(TEXT)
        .add_signer(certificate, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    encrypted = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(TEXT)
        .add_recipient(certificate)
        .encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    assert cms.ContentInfo.load(signed)["content_type"].native == "signed_data"
    return signed, encrypted


def _opaque(content: bytes) -> ParsedMail:
    return parse(
        HEAD
        + b"Content-Type: application/pkcs7-mime; name=smime.p7m\n"
        + b"Content-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(content)
    )


def test_signed_mail_is_read_from_the_inside(sealed: tuple[bytes, bytes]) -> None:
    mail = _opaque(sealed[0])
    assert (mail.text_new, mail.marks, mail.is_encrypted) == (ASK, ("signed_smime",), False)
    assert [file.name for file in mail.attachments] == ["smime.p7m"]


@pytest.mark.parametrize("kind", ["smime", "broken smime", "pgp parts", "pgp text"])
def test_encrypted_mail_is_recognised(kind: str, sealed: tuple[bytes, bytes]) -> None:
    armor = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=ab\n-----END PGP MESSAGE-----\n"
    mail = {
        "smime": lambda: _opaque(sealed[1]),
        "broken smime": lambda: _opaque(b"nothing of the kind"),
        "pgp parts": lambda: parse(
            _parts(
                b"Content-Type: application/pgp-encrypted\n\nVersion: 1\n",
                b"Content-Type: application/octet-stream; name=encrypted.asc\n\n" + armor,
                kind='encrypted; protocol="application/pgp-encrypted"',
            )
        ),
        "pgp text": lambda: parse(HEAD + b"\n" + armor),
    }[kind]()
    assert mail.is_encrypted
    assert mail.marks == ("encrypted_pgp" if kind.startswith("pgp") else "encrypted_smime",)
    assert mail.attachments
    assert "hQEMA" not in mail.text


# --- winmail.dat ---------------------------------------------------------------------------


def _attribute(level: int, number: int, kind: int, content: bytes) -> bytes:
    """One attribute of TNEF (MS-OXTNEF section 2.1.3.1)."""
    head = bytes([level]) + number.to_bytes(2, "little") + kind.to_bytes(2, "little")
    checksum = sum(content) & 0xFFFF
    return head + len(content).to_bytes(4, "little") + content + checksum.to_bytes(2, "little")


def test_what_outlook_hides_in_winmail() -> None:
    content = (
        (0x223E9F78).to_bytes(4, "little") + b"\x01\x00"
        + _attribute(1, 0x9007, 6, (1252).to_bytes(4, "little") + bytes(4))
        + _attribute(1, 0x800C, 2, ASK.encode("cp1252") + b"\x00")
        + _attribute(2, 0x9002, 6, bytes(14))
        + _attribute(2, 0x8010, 1, b"kontrakt.pdf\x00")
        + _attribute(2, 0x800F, 6, b"%PDF-1.4")
        + bytes(20)
    )  # fmt: skip
    mail = parse(
        _parts(
            b"Content-Type: application/ms-tnef; name=winmail.dat\n"
            b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)
        )
    )
    assert mail.text_new == ASK
    assert [(file.name, file.size) for file in mail.attachments][1:] == [("kontrakt.pdf", 8)]
    assert mail.marks == ()


# --- size ----------------------------------------------------------------------------------


def test_deep_nesting_keeps_headers_and_text() -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\n\n" + ASK_BYTES
    for number in range(3000):
        boundary = b"x%d" % number
        raw = b'Content-Type: multipart/mixed; boundary="%s"\n\n--%s\n%s\n--%s--\n' % (
            boundary, boundary, raw, boundary,
        )  # fmt: skip
    mail = parse(HEAD + raw)
    assert mail.sender == "bo@example.org"
    assert ASK in mail.text_new
    assert "multipart" not in mail.text_new
    assert mail.marks == ("read_in_part",)


def test_fifty_megabytes_of_attachments() -> None:
    message = EmailMessage()
    message["Subject"] = "Skattekort"
    message.set_content(ASK)
    for number in range(5):
        message.add_attachment(bytes(10_000_000), "application", "pdf", filename=f"{number}.pdf")
    raw = message.as_bytes()
    began = time.perf_counter()
    mail = parse(raw)
    assert time.perf_counter() - began < 20
    assert mail.text_new == ASK
    assert [file.size for file in mail.attachments] == [10_000_000] * 5
