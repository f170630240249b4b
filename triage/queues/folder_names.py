"""Names of folders that a shelf may have: any that a mail server takes and that means nothing else."""

from __future__ import annotations

from typing import Literal

from triage.connections.mailbox import SENT_FOLDERS

LONGEST = 80
"""Characters; in modified UTF-7 and behind a server's own prefix a name is longer."""

Unfit = Literal["too_long", "empty_level", "characters", "taken_by_mail"]
"""Why a name is unfit: it is too long; a level has no name or begins or ends with a blank; it has
characters with a meaning for mail servers; mail servers and mail programs use the folder themselves."""

# Separators of levels, wildcards of LIST and what must be quoted (RFC 3501 sections 5.1 and 6.3.8).
_SPECIAL = frozenset('.\\*%"~')

# As servers and mail programs call them, in the languages of an office; RFC 6154 has their uses.
_TAKEN = frozenset(
    name.casefold()
    for name in (
        *("INBOX", "Indbakke", "Drafts", "Kladder", "Outbox", "Udbakke", *SENT_FOLDERS),
        *("Trash", "Bin", "Deleted Items", "Deleted Messages", "Papirkurv", "Slettet post"),
        *("Slettede elementer", "Junk", "Junk Email", "Junk E-mail", "Spam", "Uønsket mail"),
        *("Uønsket e-mail", "Archive", "Arkiv", "All Mail", "Notes", "Noter", "Calendar"),
        *("Kalender", "Contacts", "Kontaktpersoner", "Tasks", "Opgaver", "Journal", "Kladde"),
        *("Conversation History", "Sync Issues", "RSS Feeds"),
    )
)


def clean(typed: str) -> str:
    """Return a name as it is kept: without blanks around it and around its levels."""
    return "/".join(level.strip() for level in typed.strip().split("/"))


def key(folder: str) -> str:
    """Return what two names have in common that are one folder on some server.

    Some servers do not tell capitals apart, and where there are no levels they are one name.
    """
    return folder.casefold().replace("/", "-")


def why_unfit(folder: str) -> Unfit | None:
    """Return why a folder cannot be a shelf's; None when it can.

    Args:
        folder: Its name as `clean` returns it, levels separated by `/`.
    """
    levels = folder.split("/")
    if len(folder) > LONGEST:
        return "too_long"
    if not all(levels):
        return "empty_level"
    if any(one in _SPECIAL or not one.isprintable() for one in folder):
        return "characters"
    if levels[0].casefold() == "inbox" or folder.casefold() in _TAKEN:
        return "taken_by_mail"
    return None
