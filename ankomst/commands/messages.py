"""`ankomst messages`: import and export the training messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from ankomst.commands.database import opened_database
from ankomst.training_data import MESSAGES
from knowledge.errors import KnowledgeError
from knowledge.importing import carry_out, describe
from learning.errors import LearningError
from learning.importing import plan
from learning.message_files import export_messages, read_messages
from learning.models import TrainingMessage
from understanding.errors import ExamplesError

_AUTHOR = "import of the files"


@click.group(name="messages")
def command() -> None:
    """Import and export the training messages.

    DIRECTORY holds a file for each language, `<language>.yml`, in Rasa's training data format; it
    is the project's own `bot/data/nlu/` where none is named.
    """


@command.command(name="import")
@click.argument("directory", type=click.Path(path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option(
    "--overwrite",
    is_flag=True,
    help="Let the files win over what was moved or removed in the database.",
)
def import_messages(directory: Path | None, dry_run: bool, overwrite: bool) -> None:
    """Take the messages of the files over into the database.

    Shows what changes, then does it, all or nothing. What was added, moved or removed in the
    database since the last import is kept, and named. A message that the files no longer hold is
    removed where nobody touched it here.
    """
    with _errors_in_one_line():
        examples = read_messages(directory or MESSAGES)
        with _session() as session:
            steps = plan(session, examples, overwrite=overwrite)
            for line in describe(steps):
                click.echo(line)
            if not dry_run:
                carry_out(session, steps, _AUTHOR)
    counts = Counter(step.action for step in steps)
    done = "Nothing was changed (dry run)." if dry_run else "Done."
    click.echo(
        f"{counts['add']} added, {counts['change']} changed, {counts['keep']} kept as edited here, "
        f"{counts['same']} the same. {done}"
    )


@command.command(name="export")
@click.argument("directory", type=click.Path(path_type=Path))
def export(directory: Path) -> None:
    """Write what the bot learns from as files; those that say the same already are left alone."""
    with _errors_in_one_line(), _session() as session:
        written = export_messages(session, directory)
    for path in written:
        click.echo(path)
    click.echo(f"{len(written)} files written.")


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except (KnowledgeError, LearningError, ExamplesError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _session() -> Iterator[Session]:
    with opened_database() as database, database.transaction() as session:
        if not inspect(session.connection()).has_table(TrainingMessage.__tablename__):
            raise click.ClickException(
                "The database has no tables yet; make them with: ankomst database upgrade"
            )
        yield session
