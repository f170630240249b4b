"""`ankomst triage erase-expired` and `verify-erased`: what was kept long enough, and its proof."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ankomst.commands.database import opened_database
from settings import SettingsError, settings
from storage.database import Database
from storage.originals import Originals, OriginalsError
from triage.fingerprint import Fingerprints, open_fingerprints
from triage.privacy.erasing import Eraser
from triage.privacy.remains import in_mailbox, remains, was_erased
from triage.privacy.retention import expired_counts, overdue_counts, periods
from triage.reference import reference

_AT_ONCE = 100


@click.command(name="erase-expired")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
def erase_expired(dry_run: bool) -> None:
    """Erase the cases that were kept long enough, as the worker does once a day.

    It can be interrupted and started again at any time. What lies in the mailbox is deleted by the
    worker afterwards, where that was decided.
    """
    with opened_database() as database:
        with database.transaction() as session:
            chosen = periods(session)
            expired, overdue = expired_counts(session, chosen), overdue_counts(session, chosen)
        for shelf, period in chosen.items():
            kept = "no period decided" if period.days is None else f"{period.days} days"
            click.echo(
                f"{shelf}: {kept}; to be erased: {expired[shelf]}; open for too long: {overdue[shelf]}"
            )
        if dry_run:
            return
        originals, fingerprints = _opened(database)
        eraser = Eraser(database, originals, fingerprints)
        done = 0
        # Of each lot all that can be erased is; what cannot is left, and tried again another day.
        while (found := eraser.erase_expired(_AT_ONCE)) and done < sum(expired.values()):
            done += found
            click.echo(f"{done} done …")
        with database.transaction() as session:
            left = sum(expired_counts(session, chosen).values())
    if left:
        raise click.ClickException(f"{left} could not be erased; the log says which.")


@click.command(name="verify-erased")
@click.argument("files", metavar="[FILE]…", nargs=-1, type=click.Path(path_type=Path))
def verify_erased(files: tuple[Path, ...]) -> None:
    """Look through all tables for anything that is left of what was erased.

    With FILE, a mail as it came (.eml), say of each whether this very mail was erased, and when.
    Exits with 1 when something is left, or when a mail was not erased.
    """
    with opened_database() as database:
        if files:
            sys.exit(0 if _all_erased(database, files) else 1)
        with database.transaction() as session:
            found, mailbox = remains(session), in_mailbox(session)
    for remain in found:
        click.echo(f"{remain.where}: {remain.kind}")
    click.echo(
        f"In the mailbox: {mailbox.waiting} to be deleted, {mailbox.unable} that the server cannot "
        f"delete, {mailbox.gone} not found there."
    )
    if found:
        raise click.ClickException(f"{len(found)} things are left of what was erased.")
    click.echo("Nothing is left of what was erased.")


def _all_erased(database: Database, files: tuple[Path, ...]) -> bool:
    _, fingerprints = _opened(database)
    all_erased = True
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise click.ClickException(f"{file}: {error.strerror}") from error
        with database.transaction() as session:
            proofs = was_erased(session, fingerprints.of_bytes(content))
        for proof in proofs:
            click.echo(f"{file}: erased {proof.at.isoformat()}, {reference(proof.case_id or 0)}")
        if not proofs:
            click.echo(f"{file}: not among what was erased")
        all_erased = all_erased and bool(proofs)
    return all_erased


def _opened(database: Database) -> tuple[Originals, Fingerprints]:
    try:
        originals = Originals(settings().originals_keys.get_secret_value())
        return originals, open_fingerprints(database, originals)
    except (OriginalsError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
