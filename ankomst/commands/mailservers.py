"""`ankomst mailservers`: the embedded mail servers of the demo."""

from __future__ import annotations

import asyncio
import signal

import click

from settings import ROOT, Settings, SettingsError, settings
from triage.mailservers import MailServerOptions, MailServers

_DEMO_MAILS = ROOT / "triage" / "demo"


@click.command(name="mailservers")
def command() -> None:
    """Run an IMAP and an SMTP server for the demo, until ended by SIGTERM or Ctrl-C.

    At the first start mails in six languages are put into the inbox.
    """
    try:
        configuration = settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    if not configuration.imap_user:
        raise click.ClickException(
            "ANKOMST_IMAP_USER is empty: the embedded server needs a user to let in."
        )
    try:
        asyncio.run(_serve(configuration))
    except OSError as error:
        raise click.ClickException(
            f"The mail servers cannot listen on {configuration.imap_host}:"
            f"{configuration.imap_port} and {configuration.smtp_host}:{configuration.smtp_port} "
            f"({error.strerror}); set ANKOMST_IMAP_PORT and ANKOMST_SMTP_PORT to free ports."
        ) from error


async def _serve(configuration: Settings) -> None:
    options = MailServerOptions(
        folder=configuration.data_directory / "demo-mail",
        user=configuration.imap_user,
        password=configuration.imap_password.get_secret_value(),
        own_address=configuration.mail_address,
        host=configuration.imap_host,
        imap_port=configuration.imap_port,
        smtp_port=configuration.smtp_port,
    )
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    servers = await MailServers.start(options, _DEMO_MAILS.glob("*.eml"))
    click.echo(
        f"Demo mail: IMAP on {options.host}:{servers.imap_port}, "
        f"SMTP on {options.host}:{servers.smtp_port}.",
        err=True,
    )
    await ended.wait()
    await servers.close()
