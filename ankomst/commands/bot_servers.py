"""`ankomst bot rasa` and `ankomst bot actions`: the two servers behind the chat."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from urllib.parse import unquote, urlsplit

import click
from sqlalchemy import make_url, text

from ankomst.active_model import NO_MODEL, opened_database_with_models
from ankomst.commands.database import opened_database
from ankomst.logs import configure_logs
from ankomst.ports import PortTakenError, require_free
from learning import runs
from learning.versions import Version, Versions
from settings import PREFIX, ROOT, Settings, settings
from storage.database import Database

_SCHEMA = "rasa"
_FILE = "rasa.db"


@click.command(name="rasa")
def rasa() -> None:
    """Serve Rasa with the trained model, in Rasa's own environment."""
    configuration = settings()
    if not configuration.rasa_python.is_file():
        raise click.ClickException(
            f"Rasa's environment is missing ({configuration.rasa_python}); make it with: make install"
        )
    with opened_database_with_models() as database:
        version = _active_version(database, configuration)
        _require_port("ANKOMST_RASA_PORT", configuration.rasa_host, configuration.rasa_port)
        _prepare_tracker_store(database, configuration)
    # Where the disk is another machine's, the server waits until it has fetched its first model.
    model = ["--archive", str(version.archive.absolute()), "--version", version.name]
    arguments = [
        str(configuration.rasa_python),
        *("-m", "bot.components.server"),
        *(model if version.archive.is_file() else []),
        *("--endpoints", "endpoints.yml"),
        *("--credentials", "credentials.yml"),
        *("--host", configuration.rasa_host),
        *("--port", str(configuration.rasa_port)),
    ]
    os.chdir(ROOT)
    # Rasa gets what it needs; the secrets of the other processes are none of its business.
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    environment = {**inherited, **rasa_environment(configuration)}
    os.execve(arguments[0], arguments, environment)  # noqa: S606 (this process becomes Rasa)


@click.command(name="actions")
def actions() -> None:
    """Serve the actions: what the bot answers, from the knowledge database."""
    # Imported here: the other commands of the group start without the web framework.
    import uvicorn  # noqa: PLC0415

    from ankomst.searching import opened_search  # noqa: PLC0415
    from bot.actions.errors import PhrasesError  # noqa: PLC0415
    from bot.actions.offers import Offers  # noqa: PLC0415
    from bot.actions.phrases import load_phrases  # noqa: PLC0415
    from bot.actions.server import create_app  # noqa: PLC0415
    from understanding.errors import EncoderError  # noqa: PLC0415

    configuration = settings()
    configure_logs(configuration.log_format)
    try:
        phrases = load_phrases()
    except PhrasesError as error:
        raise click.ClickException(str(error)) from error
    _require_port("ANKOMST_ACTIONS_PORT", configuration.actions_host, configuration.actions_port)
    try:
        with (
            opened_database() as database,
            opened_search(configuration) as search,
            closing(Offers(database, search)) as offers,
        ):
            offers.prepare()
            uvicorn.run(
                create_app(phrases, database, offers, configuration.public_url.rstrip("/")),
                host=configuration.actions_host,
                port=configuration.actions_port,
                log_config=None,
                access_log=False,
                server_header=False,
            )
    except EncoderError as error:
        raise click.ClickException(str(error)) from error


def _active_version(database: Database, configuration: Settings) -> Version:
    with database.transaction() as session:
        run = runs.active(session)
    if run is None or run.version is None:
        raise click.ClickException(NO_MODEL)
    return Versions(configuration.models_directory).version(run.version)


def _require_port(setting: str, host: str, port: int) -> None:
    try:
        require_free({setting: (host, port)})
    except PortTakenError as error:
        raise click.ClickException(str(error)) from error


def rasa_environment(configuration: Settings) -> dict[str, str]:
    """Return the environment variables that endpoints.yml and credentials.yml name.

    Conversations are kept beside the database: in a file of their own next to SQLite, in a schema
    of their own in PostgreSQL.
    """
    redis = urlsplit(configuration.redis_url or "redis://localhost")
    return {
        "RASA_TOKEN": configuration.rasa_token.get_secret_value(),
        "RASA_ACTIONS_URL": configuration.actions_url,
        "RASA_MODELS_URL": configuration.effective_rasa_models_url(),
        "RASA_TRACKER_URL": _tracker_url(configuration),
        "RASA_LOCK_STORE": "redis" if configuration.redis_url else "in_memory",
        "RASA_REDIS_HOST": redis.hostname or "localhost",
        "RASA_REDIS_PORT": str(redis.port or 6379),
        "RASA_REDIS_DB": redis.path.strip("/") or "0",
        "RASA_REDIS_USERNAME": unquote(redis.username or ""),
        "RASA_REDIS_PASSWORD": unquote(redis.password or ""),
        "RASA_REDIS_TLS": "true" if redis.scheme == "rediss" else "false",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
    }


def _tracker_url(configuration: Settings) -> str:
    url = make_url(configuration.effective_database_url())
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{configuration.data_directory.absolute() / _FILE}"
    # Rasa's SQLAlchemy 1.4 knows psycopg2 alone.
    url = url.set(drivername="postgresql+psycopg2")
    url = url.update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
    return url.render_as_string(hide_password=False)


def _prepare_tracker_store(database: Database, configuration: Settings) -> None:
    if not database.is_sqlite:
        with database.transaction() as session:
            session.execute(text(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}"))
        return
    configuration.data_directory.mkdir(parents=True, exist_ok=True)
    # Stays so for this file: a turn is then written with one wait for the disk.
    with closing(sqlite3.connect(configuration.data_directory / _FILE)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
