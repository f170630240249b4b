"""`ankomst web`: serves, stops when asked, and says in one line what keeps it from starting."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from settings import ENV_FILE_VARIABLE, PREFIX
from storage.database import Database
from tests.postgres import free_port
from tests.web.fixtures import add_user
from tests.web.serving import ORIGINALS_KEY
from web import users

ANKOMST = Path(sys.executable).parent / "ankomst"


@pytest.fixture
def environment(sqlite_database: Database) -> dict[str, str]:
    """Settings with which the pages can be served."""
    inherited = {name: v for name, v in os.environ.items() if not name.startswith(PREFIX)}
    return inherited | {
        ENV_FILE_VARIABLE: os.devnull,  # the tester's own system may be a demo
        f"{PREFIX}DATABASE_URL": str(sqlite_database.engine.url),
        f"{PREFIX}SESSION_KEY": "a key for the tests, long enough",
        f"{PREFIX}ORIGINALS_KEYS": ORIGINALS_KEY,
        f"{PREFIX}RASA_URL": "http://127.0.0.1:9",
        f"{PREFIX}WEB_PORT": str(free_port()),
        f"{PREFIX}LOG_FORMAT": "json",
    }


@pytest.mark.parametrize("nobody_can_sign_in", [True, False])
def test_it_serves_until_it_is_told_to_stop(
    environment: dict[str, str], sqlite_database: Database, *, nobody_can_sign_in: bool
) -> None:
    with sqlite_database.transaction() as session:
        users.add_demo_users(session)  # of no use outside of the demo
    if not nobody_can_sign_in:
        add_user(sqlite_database, "alex", "admin")
    output = _output_while_serving(environment, "/pl/?secret")
    assert b'"path": "/{language}/"' in output
    assert (b"ankomst users add NAME --role admin" in output) is nobody_can_sign_in
    assert b"secret" not in output


def test_it_waits_for_a_database_without_tables_and_says_what_to_do(
    environment: dict[str, str], tmp_path: Path
) -> None:
    environment[f"{PREFIX}DATABASE_URL"] = f"sqlite:///{tmp_path / 'new.db'}"
    assert b"ankomst database upgrade" in _output_while_serving(environment, "/sign-in")


def _output_while_serving(environment: dict[str, str], path: str) -> bytes:
    process = subprocess.Popen(
        [ANKOMST, "web"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{environment[PREFIX + 'WEB_PORT']}"
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            try:
                assert httpx.get(url + path).status_code == 200
                break
            except httpx.TransportError:
                time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode in {0, -signal.SIGTERM}
    return output


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SESSION_KEY", "short", "ANKOMST_SESSION_KEY needs 32 characters"),
        ("ORIGINALS_KEYS", "", "ANKOMST_ORIGINALS_KEYS is empty"),
        ("ORIGINALS_KEYS", "no key", "no Fernet key"),
        ("WEB_PORT", "many", "ANKOMST_WEB_PORT"),
    ],
)
def test_a_wrong_setting_is_one_line(
    environment: dict[str, str], name: str, value: str, message: str
) -> None:
    _assert_refused(environment | {f"{PREFIX}{name}": value}, message)


def test_a_port_that_is_taken_is_one_line(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        _assert_refused(
            environment | {f"{PREFIX}WEB_PORT": port}, f"Cannot listen on 127.0.0.1:{port}"
        )


def _assert_refused(environment: dict[str, str], message: str) -> None:
    result = subprocess.run(
        [ANKOMST, "web"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
