"""What the commands have in common that exchange files with the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from ankomst.commands.database import opened_database
from knowledge.importing import Step, carry_out, describe
from storage.database import Base

_AUTHOR = "import of the files"


@contextmanager
def opened_session(table: type[Base]) -> Iterator[Session]:
    """Open a transaction on the database of the settings, which has a table.

    Raises:
        click.ClickException: It has no such table yet, or the database is away.
    """
    with opened_database() as database, database.transaction() as session:
        if not inspect(session.connection()).has_table(table.__tablename__):
            raise click.ClickException(
                "The database has no tables yet; make them with: ankomst database upgrade"
            )
        yield session


def take_over(session: Session, steps: Sequence[Step], *, dry_run: bool) -> None:
    """Print what an import changes, then do it, unless it is only to be shown."""
    for line in describe(steps):
        click.echo(line)
    if not dry_run:
        carry_out(session, steps, _AUTHOR)


def tell_outcome(steps: Sequence[Step], *, dry_run: bool) -> None:
    """Print what an import came to."""
    counts = Counter(step.action for step in steps)
    done = "Nothing was changed (dry run)." if dry_run else "Done."
    click.echo(
        f"{counts['add']} added, {counts['change']} changed, {counts['keep']} kept as edited here, "
        f"{counts['same']} the same. {done}"
    )


def tell_written(written: Sequence[Path]) -> None:
    """Print which files were written."""
    for path in written:
        click.echo(path)
    click.echo(f"{len(written)} files written.")
