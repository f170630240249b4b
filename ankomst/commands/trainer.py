"""`ankomst trainer`: carries out the trainings that admins ask for."""

from __future__ import annotations

import signal

import click

from ankomst.commands.database import opened_database
from ankomst.logs import configure_logs
from ankomst.trainer import Trainer
from settings import settings


@click.command(name="trainer")
def command() -> None:
    """Wait for trainings that are asked for on the pages, until ended by SIGTERM or Ctrl-C."""
    configuration = settings()
    configure_logs(configuration.log_format)
    with opened_database() as database:
        trainer = Trainer(configuration, database)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: trainer.stop())
        trainer.run()
