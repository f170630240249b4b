"""`ankomst evaluate`: how well understanding understands what it was not trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ankomst.active_model import active_model
from ankomst.training_data import read_training_data, validation_unknown_to
from settings import settings
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder
from understanding.errors import UnderstandingError
from understanding.evaluation import MailFigures, MessageFigures, evaluate, judge_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settings import Settings

_MESSAGE_COLUMNS = (
    ("in scope", "in_scope"),
    ("first right", "first_right"),
    ("from", "first_right_from"),
    ("to", "first_right_to"),
    ("w/o diacritics", "first_right_plain"),
    ("right shown", "shown_right"),
    ("right answered", "answered_right"),
    ("wrong answered", "answered_wrongly"),
    ("refused", "refused"),
    ("out of scope", "out_of_scope"),
    ("answered", "out_of_scope_answered"),
    ("offered", "out_of_scope_offered"),
    ("dialogue", "dialogue"),
    ("right", "dialogue_right"),
    ("ECE", "calibration_error"),
)
_MAIL_COLUMNS = (
    ("mails", "mails"),
    ("queue right", "right"),
    ("decided", "decided"),
    ("decided right", "decided_right"),
    ("ECE", "calibration_error"),
)


@click.command(name="evaluate")
@click.option(
    "--folds", type=click.IntRange(2, 20), default=5, show_default=True, help="Parts of the data."
)
@click.option(
    "--validation",
    is_flag=True,
    help="Judge the model in use on the messages that none is ever trained on.",
)
def command(folds: int, *, validation: bool) -> None:
    """Measure understanding by cross-validation, by language.

    Each part of the messages and mails is judged by a model that was trained on the other parts.
    Nothing is stored but the encodings, so that the next training is faster.
    """
    configuration = settings()
    if validation:
        _judge_active(configuration)
        return
    try:
        data = read_training_data()
        kept = KeptEncoder(open_encoder(configuration.encoder), configuration.models_directory)
        click.echo(f"Training {folds} times on {len(data.examples):,} messages …", err=True)
        figures = evaluate(data.examples, data.mails, data.topic_queues, kept, folds)
    except UnderstandingError as error:
        raise click.ClickException(str(error)) from error
    kept.save()
    click.echo("Messages (shares of the messages in scope, out of scope, of dialogue)")
    click.echo(_table(figures.messages, _MESSAGE_COLUMNS))
    click.echo("\nMails")
    click.echo(_table(figures.mails, _MAIL_COLUMNS))


def _judge_active(configuration: Settings) -> None:
    model = active_model(configuration)
    try:
        examples = validation_unknown_to(read_training_data().examples)
    except UnderstandingError as error:
        raise click.ClickException(str(error)) from error
    if not examples:
        raise click.ClickException("There are no messages for validation in benchmarks/validation.")
    click.echo(f"Messages that no model is trained on: {len(examples):,}")
    click.echo(_table(judge_messages(model, examples), _MESSAGE_COLUMNS))


def _table(
    rows: Sequence[MessageFigures] | Sequence[MailFigures], columns: Sequence[tuple[str, str]]
) -> str:
    titles = ["language", *(title for title, _ in columns)]
    lines = [
        [row.language or "all", *(_cell(getattr(row, field)) for _, field in columns)]
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [titles, *lines]) for i in range(len(titles))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in [titles, *lines]
    )


def _cell(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
