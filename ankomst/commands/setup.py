"""`ankomst setup`: bring schema, knowledge and model to where this version needs them."""

from __future__ import annotations

import click

from ankomst.commands import database, knowledge, messages, train


@click.command(name="setup")
def command() -> None:
    """Migrate the database, import articles and messages, train the model if none fits."""
    context = click.get_current_context()
    click.echo("Database …")
    context.invoke(database.upgrade)
    click.echo("Knowledge …")
    context.invoke(knowledge.import_articles)
    click.echo("Training messages …")
    context.invoke(messages.import_messages)
    click.echo("Model …")
    context.invoke(train.command)
