"""`ankomst ready`: tell when the system answers, and where."""

from __future__ import annotations

import signal
import time

import click
import httpx

from settings import Settings, settings
from web.users import DEMO_PASSWORD, DEMO_USERS

_WAIT_SECONDS = 180


@click.command(name="ready")
def command() -> None:
    """Wait until pages and bot answer, print the addresses, then stay until told to end."""
    configuration = settings()
    started = time.monotonic()
    _wait_for(f"http://127.0.0.1:{configuration.web_port}/health", "the pages")
    _wait_for(f"{configuration.rasa_url}/", "the bot")
    click.echo(f"Ready after {time.monotonic() - started:.0f} s.")
    for line in addresses(configuration):
        click.echo(line)
    # The supervisor ends everything when one of its processes ends.
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


def addresses(configuration: Settings) -> list[str]:
    """Return the lines that say where each part of the system is reached."""
    lines = [
        f"Chat and public pages   {configuration.public_url}/",
        f"Caseworkers' desk       {configuration.public_url}/desk/",
    ]
    if configuration.demo:
        names = ", ".join(DEMO_USERS)
        lines += [
            f"  sign in as            {names}; password {DEMO_PASSWORD}",
            f"Demo mailbox (IMAP)     {configuration.imap_host}:{configuration.imap_port}",
            f"Demo mail server (SMTP) {configuration.smtp_host}:{configuration.smtp_port}",
        ]
    return [*lines, "Stop with Ctrl-C."]


def _wait_for(url: str, what: str) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).status_code < 500:
                return
        except httpx.TransportError:
            pass  # not up yet
        time.sleep(0.3)
    raise click.ClickException(
        f"After {_WAIT_SECONDS} s {what} did not answer at {url}; the lines above say why."
    )
