"""The acknowledgement of a mail: who gets none, and what the others get, in their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from language.languages import LANGUAGES, Language
from language.masking import mask
from triage.deciding.rules.no_reply import is_no_reply
from triage.deciding.rules.table import RULES
from triage.errors import RepliesMissingError
from triage.letters.outgoing import begin, put_into_thread
from triage.parsing.message import ParsedMail
from web import dates

DIRECTORY = Path(__file__).parent / "texts" / "acknowledgement"

_EXPECTED = "{expected_by}"
_SUBJECT = "Subject: "
_SUBJECT_CHARACTERS = 120
_IN_DOUBT: tuple[Language, ...] = ("da", "en")
SURE = 0.6
"""The least confidence with which one language alone is answered in, 0 to 1."""

_BETWEEN = "\n\n" + "-" * 40 + "\n\n"


@dataclass(frozen=True)
class Reply:
    """The text of a reply in one language, with {reference} and {subject} to be filled in.

    The paragraph with {expected_by} is left out where no day is known.
    """

    subject: str
    body: str


Replies = Mapping[Language, Reply]


def load_replies(directory: Path = DIRECTORY) -> Replies:
    """Read `<language>.txt` of all six languages: `Subject: …`, an empty line, the body.

    Raises:
        RepliesMissingError: One is missing or does not begin with its subject.
    """
    return {language: _load(directory / f"{language}.txt") for language in LANGUAGES}


def _load(path: Path) -> Reply:
    try:
        first, _, body = path.read_text(encoding="utf-8").partition("\n")
    except OSError as error:
        raise RepliesMissingError(f"{path} cannot be read: {error.strerror}.") from error
    if not first.startswith(_SUBJECT) or not body.strip() or "{reference}" not in body:
        raise RepliesMissingError(
            f"{path} must begin with a line 'Subject: …', then an empty line, then a text "
            "with {reference} in it."
        )
    return Reply(first.removeprefix(_SUBJECT).strip(), body.strip() + "\n")


def answer_address(mail: ParsedMail) -> str | None:
    """Return where an answer goes: Reply-To if it is one address, else From; None if nowhere."""
    address = mail.reply_to[0] if len(mail.reply_to) == 1 else mail.sender
    return address if address.isascii() and address else None


def why_none(
    mail: ParsedMail, decision_kind: str | None, own_addresses: frozenset[str]
) -> str | None:
    """Return the key of the reason why a mail gets no acknowledgement; None when it gets one.

    The rules on what is automatic follow RFC 3834 section 2; they were applied when the mail was
    decided on. Where an admin's rule overruled one, people read the mail, and it is still not
    answered by itself.

    Args:
        mail: The parsed mail.
        decision_kind: `mail`, `automatic` or `spam`.
        own_addresses: The addresses that the ICS itself sends from, in lower case.
    """
    if decision_kind != "mail":
        return decision_kind or "undecided"
    unfit = _why_unfit(answer_address(mail), own_addresses)
    if unfit is not None:
        return unfit
    # What the sender's Exchange asks of automatic answers other than "out of office".
    wishes = {wish.strip().lower() for wish in mail.header("x-auto-response-suppress").split(",")}
    if wishes & {"all", "autoreply"}:
        return "not_wanted"
    if any(rule.check(mail, own_addresses) is not None for rule in RULES):
        return "overruled"
    return None


def _why_unfit(address: str | None, own_addresses: frozenset[str]) -> str | None:
    if address is None:
        return "no_address"
    if address in own_addresses:
        return "own_address"
    return "no_reply" if is_no_reply(address) else None


def languages_of(language: str | None, confidence: float) -> tuple[Language, ...]:
    """Return the languages of an answer: the sender's; in doubt Danish and English.

    Args:
        language: What the mail was found to be in, None if in none of the six.
        confidence: 0 to 1.
    """
    for known in LANGUAGES:
        if known == language and confidence >= SURE:
            return (known,)
    return _IN_DOUBT


def compose(
    mail: ParsedMail,
    replies: Replies,
    languages: tuple[Language, ...],
    reference: str,
    sender: str,
    expected_by: date | None = None,
) -> bytes:
    """Write the acknowledgement of a mail.

    It says of itself that it is automatic (RFC 3834 section 5) and belongs to the sender's thread
    (section 3.1). CPR numbers in the subject are masked.

    Args:
        mail: The mail that is acknowledged; its answer address must not be None.
        replies: The texts.
        languages: One or more; the subject is that of the last.
        reference: What the sender can refer to.
        sender: The ICS' own address.
        expected_by: The day in Denmark by which an answer can be expected; None leaves that out.
    """
    subject = mask(mail.subject)[:_SUBJECT_CHARACTERS]
    title = _filled(replies[languages[-1]].subject, reference, subject).strip(" :–-")
    message = begin(sender, answer_address(mail) or "", title)
    mark_as_automatic(message)
    put_into_thread(message, mail)
    bodies = [
        _filled(_with_day(replies[language].body, expected_by, language), reference, subject)
        for language in languages
    ]
    set_bodies(message, bodies)
    return message.as_bytes()


def mark_as_automatic(message: EmailMessage) -> None:
    """Let a mail say of itself that it is an automatic reply, to which no program answers."""
    message["Auto-Submitted"] = "auto-replied"
    message["X-Auto-Response-Suppress"] = "All"


def set_bodies(message: EmailMessage, bodies: Sequence[str]) -> None:
    """Give a mail its text in one language or, one below the other, in several."""
    message.set_content(
        _BETWEEN.join(body.strip() for body in bodies) + "\n", cte="quoted-printable"
    )


def _with_day(body: str, expected_by: date | None, language: Language) -> str:
    """Fill in the day; where none is known, the paragraph that tells of it is left out."""
    if expected_by is not None:
        return body.replace(_EXPECTED, dates.day(expected_by, language))
    return "\n\n".join(part for part in body.split("\n\n") if _EXPECTED not in part)


def _filled(text: str, reference: str, subject: str) -> str:
    return text.replace("{reference}", reference).replace("{subject}", subject)
