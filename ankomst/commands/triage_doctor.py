"""`ankomst triage doctor`: check each mailbox against its real servers, and say what to fix."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict

import click
from sqlalchemy import inspect
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from ankomst.commands.database import opened_database
from ankomst.mail_accounts import accounts
from ankomst.mailboxes import mailbox_name, mailboxes
from ankomst.triage_worker import check_centre
from settings import Settings, SettingsError, settings
from storage.database import Database, DatabaseUnavailableError
from storage.originals import Original, Originals, OriginalsError
from triage.doctor.findings import Finding, Level, error, ok, warning
from triage.doctor.imap import check_imap
from triage.doctor.smtp import check_smtp
from triage.doctor.token import check_token
from triage.queues.settings import folders_in_force
from triage.shelves import FOLDERS

_COLOURS: dict[Level, str] = {"ok": "green", "warning": "yellow", "error": "red"}


@click.command(name="doctor")
@click.option("--mailbox", "name", metavar="NAME", help="Check this one alone.")
@click.option("--write", is_flag=True, help="Also make a folder, and take it away again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for machines.")
def doctor(*, name: str | None, write: bool, as_json: bool) -> None:
    """Check each mailbox against its servers, step by step; say what to fix.

    No mail is read and none is sent; without --write nothing is changed. The exit code is 1 if
    there is an error.
    """
    try:
        described = _chosen(mailboxes(settings()), name)
    except SettingsError as reason:
        raise click.ClickException(str(reason)) from reason
    found: dict[str, list[Finding]] = {}
    with opened_database() as database:
        for one in described:
            findings = found.setdefault(mailbox_name(one), [])
            if not as_json:
                click.echo(mailbox_name(one))
            for finding in _check(one, database, write=write):
                findings.append(finding)
                if not as_json:
                    _print(finding)
    healthy = not any(f.level == "error" for findings in found.values() for f in findings)
    if as_json:
        listed = [
            {"name": mailbox, "findings": [asdict(finding) for finding in findings]}
            for mailbox, findings in found.items()
        ]
        click.echo(json.dumps({"ok": healthy, "mailboxes": listed}, ensure_ascii=False))
    sys.exit(0 if healthy else 1)


def _chosen(described: Sequence[Settings], name: str | None) -> Sequence[Settings]:
    if name is None:
        return described
    chosen = [one for one in described if mailbox_name(one) == name]
    if not chosen:
        names = ", ".join(mailbox_name(one) for one in described)
        raise SettingsError(f"No mailbox is called {name}; there are: {names}.")
    return chosen


def _check(configuration: Settings, database: Database, *, write: bool) -> Iterator[Finding]:
    try:
        originals = Originals(configuration.originals_keys.get_secret_value())
        imap, smtp = accounts(configuration, database, originals)
    except (OriginalsError, SettingsError) as reason:
        yield error("settings", str(reason))
        return
    yield from _check_file(configuration)
    yield from _check_database(configuration, database, originals)
    if (tokens := imap.tokens or smtp.tokens) is not None:
        yield from check_token(tokens)
    yield from check_imap(imap, folders=_folders(configuration, database), write=write)
    yield from check_smtp(smtp, configuration.mail_address)


def _folders(configuration: Settings, database: Database) -> Collection[str]:
    """The folders that are set; the usual ones where the database cannot say."""
    try:
        with database.reading() as session:
            return folders_in_force(session, configuration.mail_centre or None)
    except (DatabaseUnavailableError, SQLAlchemyError):
        return FOLDERS.values()


def _check_file(configuration: Settings) -> Iterator[Finding]:
    file = configuration.mailboxes_file
    if file is not None and file.stat().st_mode & 0o004:
        yield warning(
            "file",
            f"every user of this machine can read {file}, and the passwords in it: chmod o-r",
        )


def _check_database(
    configuration: Settings, database: Database, originals: Originals
) -> Iterator[Finding]:
    try:
        if not inspect(database.engine).has_table(Original.__tablename__):
            yield error("database", "it has no tables yet: ankomst database upgrade")
            return
        check_centre(configuration, database)
        with database.reading() as session:
            is_any_kept = originals.check(session)
    except SettingsError as reason:
        yield error("centre", str(reason))
        return
    except OriginalsError as reason:
        yield error("originals", str(reason))
        return
    except (DatabaseUnavailableError, OperationalError, InterfaceError) as reason:
        yield error("database", f"it does not answer ({type(reason).__name__}); check that it runs")
        return
    centre = configuration.mail_centre
    yield ok("centre", f"{centre} is known" if centre else "none is set: several share the mailbox")
    yield ok(
        "originals",
        "the key opens what is kept" if is_any_kept else "a key is set; none is kept yet",
    )


def _print(finding: Finding) -> None:
    level = click.style(f"{finding.level:8}", fg=_COLOURS[finding.level])
    click.echo(f"  {level} {finding.step:16} {finding.text}")
