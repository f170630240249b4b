"""The pages on a database with the project's own articles and centres."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.translations import published, withdraw
from storage.database import Database
from tests.knowledge.own_articles import bring_in_own_articles
from tests.web.serving import application, served


@pytest.fixture(scope="module")
def pages_url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages with everything published, but for the employment contract in Polish."""
    path = tmp_path_factory.mktemp("pages") / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        bring_in_own_articles(session)
        polish = published(session, "employment-contract", "pl")
        assert polish is not None
        withdraw(session, polish)
    with served(application(database, public_url="https://ics.example/")) as url:
        yield url
    database.close()
