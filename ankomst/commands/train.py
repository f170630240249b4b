"""`ankomst train`: make the models fit the training data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from ankomst.rasa_training import RasaTrainingError, is_trained, train_rasa
from ankomst.training_data import TrainingData, read_training_data
from knowledge.whole_files import ExportError
from settings import Settings, settings
from understanding.encoder import open_encoder
from understanding.encodings import KeptEncoder
from understanding.errors import ModelFormatError, ModelMissingError, UnderstandingError
from understanding.model import Understanding
from understanding.training import fingerprint_of, train

if TYPE_CHECKING:
    from pathlib import Path

    from understanding.encoder import Encoder

_REPORT_EVERY = 500


@click.command(name="train")
@click.option("--force", is_flag=True, help="Train also where the models fit the training data.")
def command(force: bool) -> None:
    """Train understanding and Rasa's model, where none fits the training data."""
    configuration = settings()
    path = configuration.models_directory / "understanding.npz"
    try:
        data = read_training_data()
        encoder = open_encoder(configuration.encoder)
        if force or not _fits(path, data, encoder):
            _train_understanding(configuration, path, data, encoder)
        else:
            click.echo("Understanding fits its training data.")
        if force or not is_trained(configuration, path):
            started = time.monotonic()
            click.echo("Training Rasa's model …")
            train_rasa(configuration, path, data.examples)
            click.echo(f"Rasa's model is trained ({time.monotonic() - started:.0f} s).")
        else:
            click.echo("Rasa's model fits its files.")
    except (UnderstandingError, RasaTrainingError, ExportError) as error:
        raise click.ClickException(str(error)) from error


def _fits(path: Path, data: TrainingData, encoder: Encoder) -> bool:
    try:
        model = Understanding.load(path)
    except (ModelMissingError, ModelFormatError):
        return False
    return model.training_fingerprint == fingerprint_of(
        data.examples, data.mails, data.topic_queues, encoder
    )


def _train_understanding(
    configuration: Settings, path: Path, data: TrainingData, encoder: Encoder
) -> None:
    started = time.monotonic()
    click.echo(
        f"Training understanding on {len(data.examples):,} messages and {len(data.mails):,} mails …"
    )
    kept = KeptEncoder(encoder, configuration.models_directory, _report)
    model = train(data.examples, data.mails, data.topic_queues, kept)
    kept.save()
    model.save(path)
    click.echo(f"Understanding is trained ({time.monotonic() - started:.0f} s): {path}")


def _report(encoded: int) -> None:
    if encoded % _REPORT_EVERY < 64:
        click.echo(f"  {encoded:,} new texts encoded")
