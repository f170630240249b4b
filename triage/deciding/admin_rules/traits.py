"""What rules of admins look at in a mail: the same for one that comes in and for one in the ledger.

Upper and lower case and diacritics do not count, and CPR numbers are masked, as in the ledger: so
what a rule does is what trying it on past mail has shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from language.masking import mask
from language.normalisation import fold
from triage.deciding.admin_rules.wildcards import ANY, Wildcard, wildcard
from triage.parsing.message import ParsedMail

Field = Literal["senders", "recipients", "subjects", "attachments"]
FIELDS: tuple[Field, ...] = get_args(Field)

MOST_RECIPIENTS = 100
"""Of the addresses of To and Cc so many are kept, and looked at."""

_MOST_CHARACTERS = 500
_ADDRESS_CHARACTERS = 320
_NO_WORD = re.compile(r"[\W_]+")
_NO_WORD_NOR_ASTERISK = re.compile(r"(?:[^\w*]|_)+")


Traits = Mapping[Field, tuple[str, ...]]
"""What a mail shows of itself, prepared to be compared with patterns: addresses each with its domain,
the words of the subject, the names of the attachments."""


def traits(
    sender: str, recipients: Iterable[str], subject: str, attachments: Iterable[str]
) -> Traits:
    """Prepare what is compared.

    Args:
        sender: Address of From; masked, as all of these.
        recipients: Addresses of To and Cc.
        subject: On one line.
        attachments: Their names.
    """
    return {
        "senders": _addresses([sender]),
        "recipients": _addresses(recipients),
        "subjects": (_words(_NO_WORD, subject[:_MOST_CHARACTERS]),),
        "attachments": tuple(fold(name[:_MOST_CHARACTERS]) for name in attachments),
    }


def traits_of(mail: ParsedMail) -> Traits:
    """Prepare what is compared of a mail that comes in."""
    return traits(
        mask(mail.sender),
        [mask(address) for address in mail.recipients[:MOST_RECIPIENTS]],
        mask(mail.subject),
        [mask(attachment.name) for attachment in mail.attachments],
    )


def pattern(field: Field, value: str) -> Wildcard:
    """Return what a value of a condition is compared by.

    An address is compared whole; a domain, with or without `@` before it, also with those below it.
    Words are found anywhere in a subject, whole ones, whatever stands between them. The name of an
    attachment is compared whole. `*` stands for anything.

    Args:
        field: Which condition.
        value: As the admin wrote it.
    """
    if field == "subjects":
        return wildcard(f"*{_words(_NO_WORD_NOR_ASTERISK, value)}*")
    folded = fold(value)
    if field == "attachments":
        return wildcard(folded)
    domain = folded.removeprefix("@")
    return wildcard(folded if "@" in domain else f"@*.{domain}")


def says_something(field: Field, value: str) -> bool:
    """Return whether a value can be compared: it has a letter or digit, or asks for any attachment."""
    if field == "attachments" and value == ANY:
        return True
    return any(character.isalnum() for character in fold(value))


def _addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each address, and its domain marked so that no pattern takes one for the other."""
    found: list[str] = []
    for address in filter(None, (fold(one[:_ADDRESS_CHARACTERS]) for one in addresses)):
        found += [address, f"@.{address.rpartition('@')[2]}"]
    return tuple(found)


def _words(separators: re.Pattern[str], text: str) -> str:
    return f" {separators.sub(' ', fold(text)).strip()} "
