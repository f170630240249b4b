"""Mails written for training and for judging it, as whole mails with what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from understanding.errors import ExamplesError
from understanding.examples import MailExample, read_mail_entries

if TYPE_CHECKING:
    from pathlib import Path

_SENDER = "Somebody <somebody@example.org>"
_OWN_ADDRESS = "ics@example.dk"


@dataclass(frozen=True)
class WrittenMail:
    """A mail with what a caseworker says of it.

    Attributes:
        id: Its name in the file.
        example: What is learnt of it.
        raw: The whole mail, with its thread, signature, files and headers.
        tell_tale: Whether its headers alone give a machine's mail or spam away.
    """

    id: str
    example: MailExample
    raw: bytes
    tell_tale: bool


def read_written_mails(directory: Path) -> list[WrittenMail]:
    """Read the mails of `<directory>/<language>.yml`, in the order of `read_mails`.

    Raises:
        ExamplesError: There is no file, or one is not of that form.
    """
    return [_written(example, entry) for example, entry in read_mail_entries(directory)]


def _written(example: MailExample, entry: dict[str, Any]) -> WrittenMail:
    if "id" not in entry:
        raise ExamplesError(f"The mail {example.subject!r} ({example.language}) has no id.")
    return WrittenMail(str(entry["id"]), example, _whole(entry), bool(entry.get("tell_tale")))


def _whole(entry: dict[str, Any]) -> bytes:
    """Write the mail as a mail program would."""
    mail = EmailMessage()
    headers = {str(name): str(value) for name, value in entry.get("headers", {}).items()}
    content_type = headers.pop("Content-Type", None)
    mail["From"] = str(entry.get("from") or _SENDER)
    mail["To"] = _OWN_ADDRESS
    mail["Subject"] = " ".join(entry["subject"].split())
    mail["Message-ID"] = f"<{entry['id']}@example.org>"
    for header, value in headers.items():
        del mail[header]
        mail[header] = value
    parts = [entry.get("body"), entry.get("signature"), entry.get("quoted")]
    mail.set_content("\n\n".join(part.strip("\n") for part in parts if part))
    for file in entry.get("attachments") or ():
        mail.add_attachment(
            b"nothing", maintype="application", subtype="octet-stream", filename=str(file)
        )
    if content_type is not None:
        if mail.get_content_maintype() != "multipart":
            mail.make_mixed()
        mail.replace_header("Content-Type", content_type)
    return mail.as_bytes()
