"""`ankomst originals`: keys of the encrypted originals of mails."""

from __future__ import annotations

import click
from cryptography.fernet import Fernet
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ankomst.commands.database import opened_database
from settings import SettingsError, settings
from storage.originals import Original, Originals, OriginalsError

_STEP = 100
"""How many originals one transaction encrypts anew: bounds memory and the time of the lock."""


@click.group(name="originals")
def command() -> None:
    """Keys of the encrypted originals."""


@command.command(name="new-key")
def new_key() -> None:
    """Print a new key. Put it in front of the others in ANKOMST_ORIGINALS_KEYS."""
    click.echo(Fernet.generate_key().decode())


@command.command(name="rotate")
def rotate() -> None:
    """Encrypt all originals anew with the newest key, so that older keys can be dropped.

    It can be interrupted and started again at any time, and mail goes on meanwhile. Processes that
    were not started again since the key was made still encrypt with the older one: before that is
    dropped, `ankomst originals check` says whether anything needs it.
    """
    originals = _originals()
    with opened_database() as database:
        with database.transaction() as session:
            total = _count(session, None)
        last: int | None = 0
        while last is not None:
            try:
                with database.transaction() as session:
                    last = originals.rotate(session, last, _STEP)
                    done = _count(session, last)
            except OriginalsError as error:
                raise click.ClickException(str(error)) from error
            if last is not None:
                click.echo(f"{done} of {total} done …")
    click.echo(f"All {done} originals are encrypted with the newest key.")


@command.command(name="check")
def check() -> None:
    """Say whether every original opens with the newest key alone; exits with 1 when one does not.

    Then older keys can be taken out of ANKOMST_ORIGINALS_KEYS, and destroyed.
    """
    originals = _originals()
    with opened_database() as database:
        last: int | None = 0
        older = 0
        while last is not None:
            with database.reading() as session:
                last, found = originals.older(session, last, _STEP)
            older += found
    if older:
        raise click.ClickException(
            f"{older} originals need an older key. Start all processes again, then run: "
            "ankomst originals rotate"
        )
    click.echo("No original needs an older key; older keys can be dropped.")


def _originals() -> Originals:
    try:
        return Originals(settings().originals_keys.get_secret_value())
    except (OriginalsError, SettingsError) as error:
        raise click.ClickException(str(error)) from error


def _count(session: Session, up_to: int | None) -> int:
    """Count the originals up to an id, or all."""
    query = select(func.count()).select_from(Original)
    return session.scalar(query if up_to is None else query.where(Original.id <= up_to)) or 0
