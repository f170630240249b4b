"""Whether a mailbox can be read and sorted as it must be."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator

from triage.connections.mailbox import Account, ImapMailbox
from triage.doctor.findings import Finding, about_certificate, error, ok, warning
from triage.doctor.network import check_network
from triage.errors import MailboxRefusedError, MailboxUnavailableError
from triage.shelves import FOLDERS

_SHOWN_FOLDERS = 12


def check_imap(
    account: Account, *, folders: Collection[str] = FOLDERS.values(), write: bool = False
) -> Iterator[Finding]:
    """Go the way of the worker up to the first mail, and stop there; no mail is looked at.

    Args:
        account: The mailbox.
        folders: Those that mail is put into, levels separated by `/`.
        write: Whether a folder may be made, and taken away again, to see whether that is allowed.

    Yields:
        One finding for each step; none after one that the next steps need.
    """
    for finding in check_network("imap", account.host, account.port, account.timeout):
        yield finding
        if finding.level == "error":
            return
    mailbox = ImapMailbox(account)
    try:
        yield from _connected(mailbox, account, folders, write=write)
    finally:
        mailbox.close()


def _connected(
    mailbox: ImapMailbox, account: Account, folders: Collection[str], *, write: bool
) -> Iterator[Finding]:
    try:
        mailbox.open()
    except (MailboxUnavailableError, MailboxRefusedError) as reason:
        yield error("imap encryption", str(reason))
        return
    yield about_certificate("imap encryption", mailbox.certificate_ends_at)
    try:
        mailbox.log_in()
    except (MailboxUnavailableError, MailboxRefusedError) as reason:
        yield error("imap log-in", str(reason))
        return
    by = "a password" if account.tokens is None else "a token"
    yield ok("imap log-in", f"{account.user} is logged in by {by}")
    yield from _abilities(mailbox.abilities)
    try:
        with mailbox.within(account.inbox, readonly=True) as uidvalidity:
            yield ok("inbox", f"{account.inbox} can be opened (UIDVALIDITY {uidvalidity})")
    except MailboxRefusedError as reason:
        there = mailbox.folders()
        shown = ", ".join(there[:_SHOWN_FOLDERS]) + (" …" if len(there) > _SHOWN_FOLDERS else "")
        yield error(
            "inbox",
            f"{account.inbox}: {reason}; set ANKOMST_IMAP_INBOX to one of: {shown}",
        )
        return
    except MailboxUnavailableError as reason:
        yield error("inbox", str(reason))
        return
    try:
        yield from _inbox_rights(mailbox, account.inbox)
        yield from _folders(mailbox, folders, write=write)
    except MailboxUnavailableError as reason:
        yield error("folders", str(reason))


def _abilities(abilities: frozenset[str]) -> Iterator[Finding]:
    if "IDLE" in abilities:
        yield ok("imap IDLE", "the server tells of new mail at once")
    else:
        yield warning(
            "imap IDLE",
            "missing: the inbox is looked at every ANKOMST_IMAP_POLL_SECONDS instead; nothing to do",
        )
    if "MOVE" in abilities:
        yield ok("imap MOVE", "mail is moved in one piece")
    else:
        yield warning("imap MOVE", "missing: mail is copied and then removed; nothing to do")
    if "UIDPLUS" in abilities:
        yield ok("imap UIDPLUS", "the server tells where a moved mail lies")
    elif "MOVE" in abilities:
        yield warning(
            "imap UIDPLUS", "missing: a moved mail is searched for in its folder; nothing to do"
        )
    else:
        yield warning(
            "imap UIDPLUS",
            "missing, and MOVE too: a sorted mail stays in the inbox, marked as deleted, until "
            "somebody there empties it of deleted mail",
        )


def _inbox_rights(mailbox: ImapMailbox, inbox: str) -> Iterator[Finding]:
    """Look whether mail may be taken out of the inbox (RFC 4314 section 2.1: t and e)."""
    rights = mailbox.rights(inbox)
    if rights is None:
        return
    # Servers of the older RFC 2086 have d in place of t and e.
    if "d" in rights or {"t", "e"} <= set(rights):
        yield ok("inbox rights", f"mail may be moved out of it (rights {rights})")
    else:
        yield error(
            "inbox rights",
            f"mail may not be moved out of it (rights {rights}, t and e are needed); have the rights "
            "of this user to the mailbox widened",
        )


def _folders(mailbox: ImapMailbox, folders: Collection[str], *, write: bool) -> Iterator[Finding]:
    names = [mailbox.server_name(folder) for folder in folders]
    missing = [name for name in names if not mailbox.has_folder(name)]
    if not missing:
        for name in names:
            yield from _may_be_filled(mailbox, name)
        yield ok("folders", f"all are there: {', '.join(names)}")
    if write:
        yield _probed(mailbox, names)
    elif missing:
        yield ok(
            "folders",
            f"to be made with the first mail: {', '.join(missing)}; "
            "--write tries whether that is allowed",
        )


def _may_be_filled(mailbox: ImapMailbox, name: str) -> Iterator[Finding]:
    rights = mailbox.rights(name)
    if rights is not None and "i" not in rights:
        yield error(
            "folders",
            f"mail may not be put into {name} (rights {rights}, i is needed); have the rights of "
            "this user to the folder widened",
        )


def _probed(mailbox: ImapMailbox, names: Collection[str]) -> Finding:
    probe = f"Ankomst-probe-{secrets.token_hex(4)}"
    try:
        mailbox.try_folder(probe)
    except MailboxRefusedError as reason:
        return error(
            "folders",
            f"{mailbox.server_name(probe)} cannot be made ({reason}); let this user make folders "
            "there, or have them made by hand: " + ", ".join(names),
        )
    return ok("folders", "folders can be made (one was, and was taken away again)")
