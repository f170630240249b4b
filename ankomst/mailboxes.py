"""The mailboxes of this installation: that of the settings, or those of a file, each with its own.

An entry of the file has the names of settings in small letters; what it does not name holds as in
the settings. So each mailbox is described by settings of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from settings import Settings, SettingsError

_OWN = frozenset(
    {
        *("mailbox_name", "mail_address", "mail_centre", "forward_addresses"),
        *("acknowledgements_per_hour", "old_mail_hours", "ca_file"),
        *(name for name in Settings.model_fields if name.startswith(("imap_", "smtp_", "oauth_"))),
    }
)
"""What may differ from one mailbox to another."""


def mailboxes(configuration: Settings) -> tuple[Settings, ...]:
    """Return settings for each mailbox; the first is also that of what came by no mailbox.

    Args:
        configuration: The settings of the process.

    Raises:
        SettingsError: The file of the mailboxes cannot be read, or something in it is wrong.
    """
    file = configuration.mailboxes_file
    if file is None:
        return (configuration,)
    entries = _entries(file)
    described = tuple(
        _described(configuration, entry, f"{file}: mailbox {number}")
        for number, entry in enumerate(entries, 1)
    )
    _check_differ(file, described)
    return described


def mailbox_name(configuration: Settings) -> str:
    """Return what a mailbox is called in the ledger and on the desk.

    It is its user if nothing else is set, so that it stays the same when it moves to another server.
    """
    return configuration.mailbox_name or configuration.imap_user or configuration.mail_address


def own_addresses(described: Sequence[Settings]) -> frozenset[str]:
    """Return the addresses that the ICS sends from by any of its mailboxes, in lower case."""
    addresses = {address for one in described for address in (one.mail_address, one.imap_user)}
    return frozenset(address.lower() for address in addresses if "@" in address)


def _entries(file: Path) -> list[dict[str, Any]]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"ANKOMST_MAILBOXES_FILE: {file} cannot be read ({type(error).__name__}); name a YAML "
            "file that this process may read."
        ) from error
    except yaml.YAMLError as error:
        # Without the library's message, which quotes the line, and with it perhaps a password.
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise SettingsError(f"{file}{where}: this is no YAML; see docs/mailboxes.md.") from error
    if not isinstance(content, list) or not content:
        raise SettingsError(
            f"{file}: write a list of mailboxes, each beginning with “- mail_address: …”; see "
            "docs/mailboxes.md."
        )
    for number, entry in enumerate(content, 1):
        if not isinstance(entry, dict):
            raise SettingsError(
                f"{file}: mailbox {number}: write lines of the form “imap_user: …”; see "
                "docs/mailboxes.md."
            )
    return content


def _described(configuration: Settings, entry: dict[str, Any], where: str) -> Settings:
    for name in entry:
        if name not in _OWN:
            known = name in Settings.model_fields
            raise SettingsError(
                f"{where}: {name}: "
                + (
                    f"this is the same for all mailboxes; set ANKOMST_{name.upper()} instead."
                    if known
                    else "there is no such setting; the names stand in docs/mailboxes.md."
                )
            )
    if "mail_address" not in entry:
        raise SettingsError(
            f"{where}: mail_address: say which address the mailbox has; its mail is sent from it."
        )
    try:
        return Settings(_env_file=None, **{**_values(configuration), **entry})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        quoted = " (put it in quotes)" if first["type"] == "string_type" else ""
        raise SettingsError(
            f"{where}: {name}: {first['msg']}{quoted}. See docs/mailboxes.md."
        ) from error


def _values(configuration: Settings) -> dict[str, Any]:
    return {name: getattr(configuration, name) for name in Settings.model_fields}


def _check_differ(file: Path, described: Sequence[Settings]) -> None:
    """Refuse two mailboxes of one name: the ledger would take them for the same one."""
    for name, times in Counter(mailbox_name(one) for one in described).items():
        if times > 1:
            raise SettingsError(
                f"{file}: {times} mailboxes are called {name}; give each a mailbox_name of its own."
            )
    places = Counter(
        (one.imap_host, one.imap_port, one.imap_user, one.imap_inbox) for one in described
    )
    for (host, _, user, inbox), times in places.items():
        if times > 1:
            raise SettingsError(
                f"{file}: {times} entries are of the same folder, {inbox} of {user} at {host}; leave "
                "one of them out."
            )
