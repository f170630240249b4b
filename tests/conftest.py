"""Fixtures that all rooms' tests share: databases of both kinds, one for each test."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import argon2
import pytest
import structlog
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, text

from settings import ENV_FILE_VARIABLE
from storage.database import Database
from storage.migrate import upgrade
from tests.postgres import Cluster, running_cluster
from web import passwords

# Fixtures that several rooms use: the bot's servers and the browser are started once a session.
pytest_plugins = ["tests.bot.servers", "tests.web.browser", "tests.web.fixtures"]

_TRAINING_SECONDS = 2400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give time to train to the tests that need a model: on a fresh machine the first one does."""
    for item in items:
        if "trained_models" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(_TRAINING_SECONDS))


# Timings are measured in benchmarks/, never asserted in a test.
hypothesis_settings.register_profile("ankomst", deadline=None)
hypothesis_settings.load_profile("ankomst")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine() -> None:
    """Keep the settings of whoever runs the tests out of them."""
    os.environ[ENV_FILE_VARIABLE] = os.devnull


@pytest.fixture(scope="session", autouse=True)
def _passwords_hashed_fast() -> Iterator[None]:
    """Hash passwords in a thousandth of the time that it is to take for those who guess."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", argon2.PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(autouse=True)
def _logs_of_its_own() -> Iterator[None]:
    """Undo what a test configured, or the next one's log lines go where that one wanted them."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL cluster for the session, with a migrated database `template_ankomst`."""
    with running_cluster() as cluster:
        _execute(cluster, "CREATE DATABASE template_ankomst")
        template = Database(cluster.url("template_ankomst"))
        upgrade(template)
        template.close()
        yield cluster


def _execute(cluster: Cluster, statement: str) -> None:
    engine = create_engine(cluster.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.commit()
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own, with the present schema; both kinds in turn."""
    if request.param == "sqlite":
        yield _copy_of_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    with copy_of_postgres(request.getfixturevalue("postgres")) as url:
        yield url


@contextmanager
def copy_of_postgres(cluster: Cluster) -> Iterator[str]:
    """A PostgreSQL database with the present schema, for as long as it is needed."""
    name = f"test_{uuid.uuid4().hex}"
    _execute(cluster, f"CREATE DATABASE {name} TEMPLATE template_ankomst")
    yield cluster.url(name)
    _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def _copy_of_sqlite(template: Path, folder: Path) -> str:
    path = folder / "ankomst.db"
    path.write_bytes(template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of this test's own, both kinds in turn."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, both kinds in turn."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield opened
        opened.close()
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = f"test_{uuid.uuid4().hex}"
    _execute(cluster, f"CREATE DATABASE {name}")
    opened = Database(cluster.url(name))
    yield opened
    opened.close()
    _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database of this test's own, where the kind of database does not matter."""
    opened = Database(_copy_of_sqlite(sqlite_template, tmp_path))
    yield opened
    opened.close()
