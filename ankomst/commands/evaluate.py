"""`ankomst evaluate`: how well messages and mails are understood that nothing was learnt from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from ankomst.active_model import active_model
from ankomst.training_data import (
    MAILS,
    MAILS_FOR_VALIDATION,
    read_training_data,
    validation_unknown_to,
)
from settings import settings
from triage.deciding.classifier import decide
from triage.deciding.evaluation import (
    Band,
    MailFigures,
    Sorted,
    calibration,
    confusion,
    figures_by_language,
    sort_mails,
)
from triage.deciding.written_mails import WrittenMail, read_written_mails
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder
from understanding.errors import UnderstandingError
from understanding.evaluation import MessageFigures, evaluate, hold_out, judge_messages
from understanding.queues import MAIL_LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from settings import Settings
    from understanding.model import Understanding

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
    ("by persons", "by_persons"),
    ("queue F1", "queue_f1"),
    ("right", "right"),
    ("from", "right_from"),
    ("to", "right_to"),
    ("decided", "decided"),
    ("decided right", "decided_right"),
    ("held wrongly", "held_wrongly"),
    ("others", "others"),
    ("held", "held"),
    ("by text", "held_by_text"),
    ("topic in 3", "topic_in_three"),
    ("language", "language_right"),
    ("ECE", "calibration_error"),
)


_FOLDS = click.option(
    "--folds", type=click.IntRange(2, 20), default=5, show_default=True, help="Parts of the data."
)


@click.group(name="evaluate", invoke_without_command=True)
@_FOLDS
@click.option(
    "--validation",
    is_flag=True,
    help="Judge the model in use on the messages that none is ever trained on.",
)
@click.pass_context
def command(context: click.Context, folds: int, *, validation: bool) -> None:
    """Measure understanding by cross-validation, by language; of mails: `ankomst evaluate triage`.

    Each part of the messages is judged by a model that was trained on the other parts. Nothing is
    stored but the encodings, so that the next training is faster.
    """
    if context.invoked_subcommand is not None:
        return
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
    click.echo(_table(figures, _MESSAGE_COLUMNS))


@command.command()
@_FOLDS
@click.option(
    "--validation",
    is_flag=True,
    help="Judge the model in use on the mails that none is ever trained on.",
)
@click.option("--wrong", is_flag=True, help="Name the mails that were taken for something else.")
def triage(folds: int, *, validation: bool, wrong: bool) -> None:
    """Measure the sorting of mails: figures by language, confusion, calibration.

    Whole mails are sorted, with their headers, threads and files, by the rules and by a model that did
    not learn from them; admins' own rules play no part.
    """
    configuration = settings()
    try:
        judged = (
            _validated(active_model(configuration))
            if validation
            else _cross_validated(configuration, folds)
        )
    except UnderstandingError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Mails (shares)")
    click.echo(_table(figures_by_language(judged), _MAIL_COLUMNS))
    click.echo("\nWhat they are (lines), and what they were taken for")
    click.echo(_confusion(judged))
    click.echo("\nConfidence in a queue, and how often it was right")
    click.echo(_bands(calibration(judged)))
    if wrong and (lines := _wrong(judged)):
        click.echo("\nTaken for something else")
        click.echo("\n".join(lines))


def _validated(model: Understanding) -> list[Sorted]:
    mails = read_written_mails(MAILS_FOR_VALIDATION)
    click.echo(f"Mails that no model is trained on: {len(mails):,}")
    return sort_mails(mails, partial(decide, understanding=model))


def _cross_validated(configuration: Settings, folds: int) -> list[Sorted]:
    data = read_training_data()
    written: list[WrittenMail] = read_written_mails(MAILS)
    kept = KeptEncoder(open_encoder(configuration.encoder), configuration.models_directory)
    mails = [mail.example for mail in written]
    click.echo(f"Training {folds} times on {len(mails):,} mails …", err=True)
    judged: list[Sorted] = []
    for part in hold_out(data.examples, mails, data.topic_queues, kept, folds):
        judged += sort_mails(
            (written[place] for place in part.mails), partial(decide, understanding=part.model)
        )
    kept.save()
    return judged


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


def _confusion(judged: Sequence[Sorted]) -> str:
    found = confusion(judged)
    lines = [["", *MAIL_LABELS]]
    lines += [[label, *(str(found[label][put]) for put in MAIL_LABELS)] for label in MAIL_LABELS]
    return _aligned(lines)


def _bands(bands: Sequence[Band]) -> str:
    lines = [["from", "mails", "confidence", "right"]]
    lines += [
        [f"{band.lowest:.1f}", str(band.mails), f"{band.confidence:.3f}", f"{band.right:.3f}"]
        for band in bands
    ]
    return _aligned(lines)


def _wrong(judged: Sequence[Sorted]) -> list[str]:
    return [
        f"{one.mail.id}: {one.put} ({one.decision.confidence:.2f}"
        f"{', decided' if one.decision.decided else ''})"
        for one in judged
        if not one.is_right
    ]


def _table(
    rows: Sequence[MessageFigures] | Sequence[MailFigures], columns: Sequence[tuple[str, str]]
) -> str:
    titles = ["language", *(title for title, _ in columns)]
    lines = [
        [row.language or "all", *(_cell(getattr(row, field)) for _, field in columns)]
        for row in rows
    ]
    return _aligned([titles, *lines])


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )


def _cell(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"
