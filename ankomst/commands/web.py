"""`ankomst web`: serves the pages and the chat API."""

from __future__ import annotations

import socket

import click
import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import ProgrammingError

from ankomst.application import create_application
from ankomst.commands.database import opened_database
from ankomst.logs import configure_logs
from settings import Settings, SettingsError, settings
from storage.database import Database, DatabaseUnavailableError
from storage.originals import OriginalsError
from understanding.errors import EncoderError
from web import users

_log = structlog.get_logger(__name__)


@click.command("web", help="Serve the pages and the chat API until stopped.")
def command() -> None:
    """Serve on the address and port of the settings.

    Raises:
        click.ClickException: A setting is missing or wrong, the port is taken, or the database
            does not answer.
    """
    with opened_database() as database:
        try:
            configured = settings()
            configure_logs(configured.log_format)
            app = create_application(configured, database)
        except (SettingsError, OriginalsError, EncoderError) as error:
            raise click.ClickException(str(error)) from error
        _serve(app, configured, database)


def _tell_when_nobody_can_sign_in(configured: Settings, database: Database) -> None:
    if configured.demo:
        return
    try:
        with database.transaction() as session:
            if not users.anybody(session):
                _log.warning("nobody_can_sign_in", do="ankomst users add NAME --role admin")
    except (DatabaseUnavailableError, ProgrammingError):
        # The pages answer 503 until it is there; the server need not be started again then.
        _log.warning("database_not_ready", do="start the database, then: ankomst database upgrade")


def server_for(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    """Return the server, configured as it is in use: it writes no addresses and no paths."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )


def _serve(app: FastAPI, configured: Settings, database: Database) -> None:
    server = server_for(app, configured.web_host, configured.web_port)
    host, port = configured.web_host, configured.web_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port} ({error.strerror}); "
            "set ANKOMST_WEB_PORT to a free port."
        ) from error
    try:
        _tell_when_nobody_can_sign_in(configured, database)
        server.run(sockets=[listening])
    finally:
        listening.close()
