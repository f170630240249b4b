"""`ankomst messages`: import and export the training messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ankomst.file_exchange import opened_session, take_over, tell_outcome, tell_written
from ankomst.training_data import MESSAGES
from knowledge.errors import KnowledgeError
from learning.errors import LearningError
from learning.importing import plan
from learning.message_files import export_messages, read_messages
from learning.models import TrainingMessage
from understanding.errors import ExamplesError


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
        with opened_session(TrainingMessage) as session:
            steps = plan(session, examples, overwrite=overwrite)
            take_over(session, steps, dry_run=dry_run)
    tell_outcome(steps, dry_run=dry_run)


@command.command(name="export")
@click.argument("directory", type=click.Path(path_type=Path))
def export(directory: Path) -> None:
    """Write what the bot learns from as files; those that say the same already are left alone."""
    with _errors_in_one_line(), opened_session(TrainingMessage) as session:
        written = export_messages(session, directory)
    tell_written(written)


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except (KnowledgeError, LearningError, ExamplesError) as error:
        raise click.ClickException(str(error)) from error
