"""Mail from addresses that take no answer."""

from __future__ import annotations

import re

from triage.deciding.rules.rule import OwnAddresses, Rule
from triage.parsing.message import ParsedMail

_NO_REPLY = re.compile(
    r"[^@]*(?:no|not|do-?not|dont)[-_.]?reply[^@]*@"
    r"|(?:[^@]*[-_.])?(?:ikke|ingen|maa-?ikke)[-_.]?(?:be)?svar[^@]*@"
    r"|(?:[^@]*[-_.])?svar[-_.]?ikke[^@]*@"
    r"|[^@]*(?:keine?[-_.]?antwort|nicht[-_.]?antworten|nie[-_.]?odpowiada[jc]|neatsakyti"
    r"|nu[-_.]?raspunde)[^@]*@"
)


def is_no_reply(address: str) -> bool:
    """Return whether an address (in lower case) says that nobody reads what is sent to it."""
    return _NO_REPLY.match(address) is not None


def check(mail: ParsedMail, own_addresses: OwnAddresses) -> str | None:
    """Return the sender, unless Reply-To names a person: then it is a form that somebody filled in."""
    if not is_no_reply(mail.sender):
        return None
    for address in mail.reply_to:
        if not is_no_reply(address) and address not in own_addresses:
            return None
    return f"From: {mail.sender}"


RULE = Rule(
    name="no_reply",
    description="The sender's address takes no answer and no other is given.",
    kind="automatic",
    check=check,
)
