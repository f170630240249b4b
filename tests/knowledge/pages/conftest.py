"""The pages on a database with the project's own articles and centres."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.content import CONTENT_DIRECTORY, read_content
from knowledge.importing import carry_out, plan
from knowledge.translations import published, withdraw
from storage.database import Database
from tests.web.serving import application, served


@pytest.fixture(scope="module")
def pages_url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages with everything published, but for the employment contract in Polish."""
    path = tmp_path_factory.mktemp("pages") / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        carry_out(session, plan(session, read_content(CONTENT_DIRECTORY)), "test")
        polish = published(session, "employment-contract", "pl")
        assert polish is not None
        withdraw(session, polish)
    with served(application(database, public_url="https://ics.example/")) as url:
        yield url
    database.close()
