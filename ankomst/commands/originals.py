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

    It can be interrupted and started again at any time.
    """
    try:
        originals = Originals(settings().originals_keys.get_secret_value())
    except (OriginalsError, SettingsError) as error:
        raise click.ClickException(str(error)) from error
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


def _count(session: Session, up_to: int | None) -> int:
    """Count the originals up to an id, or all."""
    query = select(func.count()).select_from(Original)
    return session.scalar(query if up_to is None else query.where(Original.id <= up_to)) or 0
