"""The application behind a real server on a free port, as a browser or a program meets it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.fernet import Fernet
from fastapi import FastAPI
from pydantic import SecretStr

from ankomst.application import create_application
from ankomst.commands.web import server_for
from settings import Settings
from storage.database import Database
from tests.postgres import free_port

ORIGINALS_KEY = Fernet.generate_key().decode()


def settings_for(database_url: str, **changes: Any) -> Settings:
    """Return settings for a test: nothing is read from the environment's file."""
    values: dict[str, Any] = {
        "database_url": database_url,
        "session_key": SecretStr("a key for the tests, long enough"),
        "originals_keys": SecretStr(ORIGINALS_KEY),
        "rasa_url": "http://127.0.0.1:9",
        "search_by_meaning": False,
    }
    return Settings(_env_file=None, **(values | changes))


def application(database: Database, **changes: Any) -> FastAPI:
    """Return the whole application on a database."""
    url = database.engine.url.render_as_string(hide_password=False)
    return create_application(settings_for(url, **changes), database)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application until the block ends; gives its address."""
    port = free_port()
    server = server_for(app, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError("The application did not start.")
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
