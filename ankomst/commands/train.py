"""`ankomst train`: make and use a model of the present files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from ankomst.commands.database import opened_database
from ankomst.commands.database import upgrade as upgrade_database
from ankomst.rasa_training import RasaTrainingError
from ankomst.training_data import read_training_data
from ankomst.version_making import is_made_from_present_files, make_version, version_name
from learning import runs
from learning.comparing import compare_versions
from learning.mail_comparing import compare_on_mails
from learning.versions import Version, Versions
from settings import Settings, settings
from understanding.encoder import open_encoder
from understanding.errors import UnderstandingError
from understanding.judgements import load_judgements
from understanding.model import Understanding

if TYPE_CHECKING:
    from ankomst.training_data import TrainingData
    from learning.models import Stage
    from storage.database import Database
    from understanding.encoder import Encoder


@click.command(name="train")
@click.option("--force", is_flag=True, help="Train also where the model fits the files.")
def command(force: bool) -> None:
    """Train and use a model, where the one in use was not made from the present files."""
    configuration = settings()
    click.get_current_context().invoke(upgrade_database)
    with opened_database() as database:
        try:
            _train(configuration, database, force=force)
        except (UnderstandingError, RasaTrainingError) as error:
            raise click.ClickException(str(error)) from error


def _train(configuration: Settings, database: Database, *, force: bool) -> None:
    encoder = open_encoder(configuration.encoder)
    versions = Versions(configuration.models_directory)
    with database.transaction() as session:
        run = runs.active(session)
    present = versions.version(run.version) if run is not None and run.version else None
    if not force and present is not None and _fits(present, encoder):
        click.echo("The model in use fits its files.")
        return
    data = read_training_data()
    version = versions.version(version_name(data, encoder))
    if force or not _fits(version, encoder):
        version = _made(configuration, versions, data, encoder)
    figures = compare_versions(None, version, data.examples).figures()
    on_mails = compare_on_mails(None, version, data.kept_back, data.mails)
    with database.transaction() as session:
        runs.adopt(session, version.name, figures, on_mails.figures())
        runs.remove_old(session, versions)
    click.echo(f"The model in use is now {version.name}.")


def _fits(version: Version, encoder: Encoder) -> bool:
    """Return whether a version is whole, can be read, and was made from the present files."""
    if not (version.is_complete and is_made_from_present_files(version, encoder)):
        return False
    try:
        Understanding.load(version.understanding)
        load_judgements(version.judgements)
    except UnderstandingError:
        return False
    return True


def _made(
    configuration: Settings, versions: Versions, data: TrainingData, encoder: Encoder
) -> Version:
    started = time.monotonic()
    click.echo(f"Training on {len(data.examples):,} messages and {len(data.mails):,} mails …")
    version = make_version(configuration, versions, data, encoder, _report)
    click.echo(f"The model is trained ({time.monotonic() - started:.0f} s): {version.folder}")
    return version


def _report(stage: Stage, done: int | None = None, total: int | None = None) -> None:
    if done is None:
        click.echo(f"  {stage} …")
    elif done % 512 == 0 or done == total:
        click.echo(f"  {done:,} of {total:,} new texts encoded")
