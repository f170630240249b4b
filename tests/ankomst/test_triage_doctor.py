"""`ankomst triage doctor` as a process, on the embedded servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from settings import PREFIX
from storage.database import Database
from tests.postgres import free_port
from tests.triage.composition import ORIGINALS_KEY
from tests.triage.servers import OWN_ADDRESS, PASSWORD, USER, RunningServers, running_servers

ANKOMST = str(Path(sys.executable).parent / "ankomst")


@pytest.fixture
def entries() -> list[dict[str, object]]:
    common = {"imap_security": "none", "smtp_security": "none", "imap_timeout_seconds": 3}
    return [
        {"mail_address": OWN_ADDRESS, "imap_user": USER, "imap_password": PASSWORD, **common},
        {"mail_address": "odense@example.test", "mailbox_name": "Odense", **common},
    ]


def _doctor(
    database: Database,
    folder: Path,
    entries: list[dict[str, object]],
    *arguments: str,
    **changes: str,
) -> subprocess.CompletedProcess[str]:
    file = folder / "mailboxes.yml"
    file.write_text(yaml.safe_dump(entries))
    file.chmod(0o600)
    values = {
        "data_directory": str(folder),
        "database_url": database.engine.url.render_as_string(hide_password=False),
        "originals_keys": ORIGINALS_KEY,
        "mailboxes_file": str(file),
        **changes,
    }
    environment = {
        **os.environ,
        **{f"{PREFIX}{name.upper()}": value for name, value in values.items()},
    }
    environment["ANKOMST_ENV_FILE"] = str(folder / "none.env")
    return subprocess.run(
        [ANKOMST, "triage", "doctor", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[RunningServers]:
    with running_servers(tmp_path / "mail") as running:
        yield running


def test_each_mailbox_is_checked_and_what_is_wrong_is_said(
    sqlite_database: Database,
    servers: RunningServers,
    tmp_path: Path,
    entries: list[dict[str, object]],
) -> None:
    for entry in entries:
        entry |= {"imap_port": servers.imap_port, "smtp_port": servers.smtp_port}
    entries[1]["imap_port"] = free_port()
    result = _doctor(sqlite_database, tmp_path, entries)
    assert (result.returncode, result.stderr) == (1, "")
    assert "demo\n  ok       centre" in result.stdout
    assert "nothing listens at" in result.stdout
    assert PASSWORD not in result.stdout

    result = _doctor(sqlite_database, tmp_path, entries, "--mailbox", USER, "--write", "--json")
    found = json.loads(result.stdout)
    assert (result.returncode, found["ok"]) == (0, True)
    (mailbox,) = found["mailboxes"]
    assert mailbox["name"] == USER
    assert {"step": "smtp sender", "level": "ok"}.items() <= next(
        finding for finding in mailbox["findings"] if finding["step"] == "smtp sender"
    ).items()
    assert servers.received() == []

    result = _doctor(sqlite_database, tmp_path, entries, "--mailbox", "Aarhus")
    assert (
        result.returncode,
        "No mailbox is called Aarhus; there are: demo, Odense" in result.stderr,
    ) == (1, True)


def test_centre_key_database_and_tokens(
    sqlite_database: Database, tmp_path: Path, entries: list[dict[str, object]]
) -> None:
    del entries[1]
    entries[0]["imap_port"] = entries[0]["smtp_port"] = 9

    def _said(**changes: str) -> str:
        return _doctor(sqlite_database, tmp_path, entries, **changes).stdout

    assert "a key is set; none is kept yet" in _said()
    assert "ankomst originals new-key" in _said(originals_keys="")
    assert "it does not answer" in _said(database_url="postgresql+psycopg://127.0.0.1:9/none")
    assert "it has no tables yet" in _said(database_url=f"sqlite:///{tmp_path / 'empty.db'}")
    entries[0]["mail_centre"] = "nowhere"
    assert "there is no centre nowhere" in _said()
    entries[0] |= {"imap_password": "", "oauth_client_id": "app"}
    assert "ANKOMST_OAUTH_TOKEN_URL is empty" in _said()
    entries[0] |= {"oauth_token_url": "https://127.0.0.1:9/token", "oauth_client_secret": "x"}
    assert "error    token            https://127.0.0.1:9/token: ConnectError" in _said()
