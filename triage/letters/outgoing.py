"""What every mail that we write has: the headers of RFC 5322, and its place in a thread."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, compat32
from email.utils import format_datetime, make_msgid

from language.masking import find_personal_numbers
from storage.times import now
from triage.parsing.message import ParsedMail

_REFERENCES_CHARACTERS = 800

# Long lines rather than folded ones: Python would encode a long message id (RFC 5322 section 2.1.1
# allows 998 characters).
_POLICY = SMTP.clone(max_line_length=990)


def begin(sender: str, to: str, subject: str) -> EmailMessage:
    """Return a mail without text, with From, To, Subject, Date and a Message-ID of its own."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or "localhost")
    return message


def id_of(content: bytes) -> str:
    """Return the Message-ID of a mail that we wrote."""
    return str(BytesHeaderParser(policy=compat32).parsebytes(content)["Message-ID"]).strip()


def put_into_thread(message: EmailMessage, mail: ParsedMail) -> None:
    """Make a mail the answer to another (RFC 5322 section 3.6.4); nothing where that has no id.

    Ids in which a CPR number can be read are not repeated.
    """
    if mail.message_id is not None and _is_fit(mail.message_id):
        message["In-Reply-To"] = mail.message_id
        message["References"] = _references(mail)


def _references(mail: ParsedMail) -> str:
    ids = [
        *(known for known in mail.references if known != mail.message_id and _is_fit(known)),
        mail.message_id or "",
    ]
    while len(ids) > 1 and sum(map(len, ids)) > _REFERENCES_CHARACTERS:
        del ids[0]
    return " ".join(ids)


def _is_fit(message_id: str) -> bool:
    return message_id.isascii() and not find_personal_numbers(message_id)
