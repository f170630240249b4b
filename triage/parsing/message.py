"""From the bytes of a mail to its parts. Never raises: a broken mail gives what can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

from triage.parsing import headers
from triage.parsing.charsets import clean, decode
from triage.parsing.identity import identity
from triage.parsing.mending import mend
from triage.parsing.parts import Attachment, Collected, collect
from triage.parsing.quotes import split
from triage.parsing.signatures import says_little, split_signature
from triage.parsing.transfer import payload_of

MAX_TEXT = 200_000
"""Characters of text that are kept; more is machine-made."""

_MAX_HEADERS = 1_000
_ANSWER = re.compile(rf"(?:{headers.ANSWER_MARKS})\s*:", re.IGNORECASE)
_MEANINGFUL = re.compile(r"\w")
_HEADER_LINE = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:")
_OF_MIME = re.compile(
    r"(?:content-[a-z-]+|mime-version)[ \t]*:.*|[ \t]+(?:boundary|charset|name|filename)\*?=.*|--\S+"
    r"|This is a multi-?part message in MIME format\.?",
    re.IGNORECASE,
)

# Marks that stand for a mail of which not all was read.
_CUT_SHORT = (
    "too_many_parts",
    "nested_too_deep",
    "too_many_attachments",
    "long_text",
    "parser_failed",
)


@dataclass(frozen=True)
class ParsedMail:
    """What a mail says, without any judgement. Nothing is masked here.

    Attributes:
        sender: Address of the From header in lower case, empty when there is none.
        sender_name: The name beside it.
        reply_to: Addresses of Reply-To, in lower case.
        recipients: Addresses of To and Cc, in lower case.
        subject: Decoded, on one line.
        date: Of the Date header, in UTC; None when it is missing or wrong.
        message_id: With its brackets, None when it is missing; a hint, never an identity.
        references: Message ids of the thread, oldest first.
        text_new: What was written now, with closing and name. Followed by `text_signature` and
            `text_quoted` this is all text of the mail.
        text_signature: What stands below it: the block of a person or an office, disclaimers,
            "sent from my phone".
        text_quoted: The older thread, and forwarded mails.
        html: The first HTML part as it came, None when there is none.
        attachments: In the order of the mail.
        headers: All headers by name in lower case, decoded, in the order of the mail.
        content_type: Of the whole mail, such as `multipart/report`.
        defects: What was wrong with it, as keys: `no_headers`, `empty`, `too_many_parts` …
        marks: What a caseworker should know of its form, as keys: `encrypted_smime`,
            `encrypted_pgp`, `signed_smime`, `signed_pgp`, `calendar`, `partial`,
            `stored_elsewhere`, `winmail_closed`, `read_in_part`.
        identity: What fingerprints are made of, see `triage.parsing.identity`; empty where there is none.
    """

    sender: str = ""
    sender_name: str = ""
    reply_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str | None = None
    references: tuple[str, ...] = ()
    text_new: str = ""
    text_signature: str = ""
    text_quoted: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    content_type: str = "text/plain"
    defects: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    identity: str = ""

    def header(self, name: str) -> str:
        """Return the first header of that name (in lower case), empty when there is none."""
        values = self.headers.get(name)
        return values[0] if values else ""

    @property
    def is_readable(self) -> bool:
        """Whether anything in it can be read by a person: text, a subject or an attachment."""
        if self.text_new or self.text_signature or self.text_quoted or self.attachments:
            return True
        return bool(self.subject)

    @property
    def is_encrypted(self) -> bool:
        """Whether what it says is encrypted, so that nothing but its headers can be read."""
        return not self.text_new and any(mark.startswith("encrypted") for mark in self.marks)

    @property
    def text(self) -> str:
        """What is judged: the subject, an empty line and the new text.

        Where that is nothing, or a few words such as "see below", the quoted text follows.
        """
        quoted = self.text_quoted if says_little(self.text_new) else ""
        return "\n\n".join(filter(None, (self.subject, self.text_new, quoted)))

    @property
    def text_of_sender(self) -> str:
        """The subject and what the sender says: the new text, and what is forwarded with few words.

        The thread below an answer is not the sender's, however short the answer is.
        """
        if self.text_new and _ANSWER.match(self.subject):
            return "\n\n".join((self.subject, self.text_new))
        return self.text

    @property
    def unsigned(self) -> ParsedMail:
        """The mail with its signature taken for text: who fills in a form writes none."""
        text = "\n\n".join(filter(None, (self.text_new, self.text_signature)))
        return replace(self, text_new=text, text_signature="")


def parse(raw: bytes) -> ParsedMail:
    """Parse a mail.

    Args:
        raw: The mail as the server gave it, with any line ends.

    Raises:
        MemoryError: The process may not have as much memory as this takes; nothing else.
    """
    content = mend(raw)
    try:
        message: Message = BytesParser(policy=policy.compat32).parsebytes(content)
        return _parsed(message, collect(message), content)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (the one place where a mail's fault ends)
        return _salvaged(content, type(error).__name__)


def _salvaged(content: bytes, error: str) -> ParsedMail:
    """What can be read where the parser gave up: the headers, and the bytes as text."""
    try:
        message = BytesHeaderParser(policy=policy.compat32).parsebytes(content[: 10 * MAX_TEXT])
        text = clean(decode(payload_of(message)))
        lines = [line for line in text.split("\n") if not _OF_MIME.fullmatch(line)]
        collected = Collected(texts=["\n".join(lines)])
        collected.defects |= {"parser_failed": None, error: None}
        return _parsed(message, collected, content)
    except MemoryError:
        raise
    except Exception as again:  # noqa: BLE001 (as above)
        return ParsedMail(
            text_new=clean(decode(content[:MAX_TEXT])),
            defects=("parser_failed", error, type(again).__name__),
            marks=("read_in_part",),
        )


def _parsed(message: Message, collected: Collected, content: bytes) -> ParsedMail:
    fields = list(_fields(message))
    raw_values = dict(reversed(fields))
    defects = list(collected.defects)
    text = clean("\n\n".join(collected.readable))
    if not fields or not _HEADER_LINE.match(content):
        defects.append("no_headers")
    if len(text) > MAX_TEXT:
        defects.append("long_text")
        text = text[:MAX_TEXT]
    divided = split(text)
    forwarded = clean("\n\n".join(collected.beside))[:MAX_TEXT]
    quoted = "\n\n".join(filter(None, (divided.quoted, forwarded)))
    new = divided.new if _MEANINGFUL.search(divided.new) else ""
    quoted = quoted if _MEANINGFUL.search(quoted) else ""
    signed = split_signature(new)
    if not new and not quoted:
        defects.append("empty")
    from_pairs = headers.addresses(raw_values.get("from", ""))
    if not from_pairs:
        from_pairs = headers.addresses(raw_values.get("sender", ""))
    sender_name, sender = from_pairs[0] if from_pairs else ("", "")
    ids = headers.message_ids(raw_values.get("message-id", ""))
    return ParsedMail(
        sender=sender,
        sender_name=sender_name,
        reply_to=_all_addresses(raw_values, "reply-to"),
        recipients=_all_addresses(raw_values, "to", "cc"),
        subject=headers.decoded(raw_values.get("subject", "")),
        date=headers.date(raw_values.get("date", "")),
        message_id=ids[0] if ids else None,
        references=headers.message_ids(
            raw_values.get("references", "") or raw_values.get("in-reply-to", "")
        ),
        text_new=signed.text,
        text_signature=signed.signature,
        text_quoted=quoted,
        html=collected.html,
        attachments=tuple(collected.attachments),
        headers=_decoded(fields),
        content_type=clean(message.get_content_type())[:255],
        defects=tuple(defects),
        marks=_marks(collected, defects),
        identity=identity(message),
    )


def _marks(collected: Collected, defects: Sequence[str]) -> tuple[str, ...]:
    cut_short = any(defect in _CUT_SHORT for defect in defects)
    return (*collected.marks, *(("read_in_part",) if cut_short else ()))


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    """Yield the names (in lower case) and raw values of the headers.

    Bytes above 127 are read in the character set of the text, for headers declare none.
    """
    charset = _charset(message)
    for name, value in list(message.raw_items())[:_MAX_HEADERS]:
        yield clean(name).strip().lower(), headers.readable(str(value), charset)


def _charset(message: Message) -> str | None:
    """Return the character set that the first part which declares one declares."""
    for number, part in enumerate(message.walk()):
        value = part.get_param("charset") if part.get_content_maintype() == "text" else None
        if isinstance(value, str) and value:
            return value
        if number > 20:
            break
    return None


def _decoded(fields: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in fields:
        found[name] = (*found.get(name, ()), headers.decoded(value))
    return found


def _all_addresses(raw_values: Mapping[str, str], *names: str) -> tuple[str, ...]:
    pairs = (pair for name in names for pair in headers.addresses(raw_values.get(name, "")))
    return tuple(dict.fromkeys(address for _, address in pairs))
