"""`ankomst run`: set up what is missing, then start everything."""

from __future__ import annotations

import sys

import click

from ankomst.commands import setup
from ankomst.demo_environment import write_demo_environment
from ankomst.ports import PortTakenError, require_free
from ankomst.supervisor import supervise
from settings import Settings, env_file, settings


@click.command(name="run")
def command() -> None:
    """Set up database, knowledge and model where needed, and start all processes."""
    if not env_file().exists():
        click.echo(f"First start: writing {env_file()} …")
        write_demo_environment(env_file())
    configuration = settings()
    try:
        require_free(_ports(configuration))
    except PortTakenError as error:
        raise click.ClickException(str(error)) from error
    click.get_current_context().invoke(setup.command)
    click.echo("Starting …")
    sys.exit(supervise(configuration))


def _ports(configuration: Settings) -> dict[str, tuple[str, int]]:
    ports = {
        "ANKOMST_WEB_PORT": (configuration.web_host, configuration.web_port),
        "ANKOMST_RASA_PORT": (configuration.rasa_host, configuration.rasa_port),
        "ANKOMST_ACTIONS_PORT": (configuration.actions_host, configuration.actions_port),
    }
    if configuration.demo:
        ports["ANKOMST_IMAP_PORT"] = (configuration.imap_host, configuration.imap_port)
        ports["ANKOMST_SMTP_PORT"] = (configuration.smtp_host, configuration.smtp_port)
    return ports
