"""Where Rasa's servers fetch the active model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from learning import runs
from storage.database import Database
from tests.web.serving import application, served


@pytest.fixture
def client(database: Database, models: Path) -> Iterator[httpx.Client]:
    """Somebody who has the token."""
    app = application(database, data_directory=models.parent, rasa_token=SecretStr("secret"))
    headers = {"Authorization": "Bearer secret"}
    with served(app) as url, httpx.Client(base_url=url, headers=headers) as opened:
        yield opened


def _adopt(database: Database, name: str) -> None:
    with database.transaction() as session:
        runs.adopt(session, name, [])


def test_the_active_archive_and_only_when_it_is_another(
    client: httpx.Client, database: Database, models: Path
) -> None:
    address = "/internal/model"
    assert client.get(address).status_code == 404
    for name in ("old", "new", "old"):
        _adopt(database, name)
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (200, name.encode())
        assert answer.headers["ETag"] == f'"{name}"'
        has_it = client.get(address, headers={"If-None-Match": f'"{name}"'})
        assert (has_it.status_code, has_it.content) == (304, b"")
    (models / "versions" / "old" / "rasa.tar.gz").unlink()
    assert client.get(address).status_code == 404
