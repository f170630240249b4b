"""`ankomst originals`, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from ankomst import cli
from settings import settings
from storage.database import Database
from storage.originals import Originals, OriginalsError

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _settings_of_this_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv("ANKOMST_DATABASE_URL", database_url)
    settings.cache_clear()
    yield
    settings.cache_clear()


def rotate(monkeypatch: pytest.MonkeyPatch, keys: str) -> Result:
    monkeypatch.setenv("ANKOMST_ORIGINALS_KEYS", keys)
    settings.cache_clear()
    return CliRunner().invoke(cli.ankomst, ["originals", "rotate"])


def test_a_new_key_is_a_key() -> None:
    result = CliRunner().invoke(cli.ankomst, ["originals", "new-key"])
    key = Fernet(result.stdout.strip())
    assert key.decrypt(key.encrypt(b"mail")) == b"mail"


def test_after_rotation_the_old_key_can_be_dropped(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        kept = [Originals(OLD).keep(session, f"mail {i}".encode()) for i in range(230)]
    result = rotate(monkeypatch, f"{NEW},{OLD}")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "100 of 230 done …",
        "200 of 230 done …",
        "230 of 230 done …",
        "All 230 originals are encrypted with the newest key.",
    ]
    with database.transaction() as session:
        assert Originals(NEW).read(session, kept[229]) == b"mail 229"
        with pytest.raises(OriginalsError):
            Originals(OLD).read(session, kept[0])


def test_an_empty_store_and_wrong_keys_are_one_line(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rotate(monkeypatch, NEW).stdout.startswith("All 0 originals")
    for keys, said in {"": "is empty", "x": "no Fernet key"}.items():
        result = rotate(monkeypatch, keys)
        assert result.exit_code == 1
        assert said in result.stderr
        assert len(result.stderr.splitlines()) == 1
    with database.transaction() as session:
        Originals(OLD).keep(session, b"mail")
    result = rotate(monkeypatch, NEW)
    assert result.exit_code == 1
    assert "add the old key" in result.stderr


def invoke(monkeypatch: pytest.MonkeyPatch, keys: str, *arguments: str) -> Result:
    monkeypatch.setenv("ANKOMST_ORIGINALS_KEYS", keys)
    settings.cache_clear()
    return CliRunner().invoke(cli.ankomst, arguments)


def test_it_says_when_the_old_key_can_be_dropped(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invoke(monkeypatch, NEW, "originals", "check").exit_code == 0
    with database.transaction() as session:
        Originals(OLD).keep(session, b"mail")
        Originals(NEW).keep(session, b"mail")
    checked = invoke(monkeypatch, f"{NEW},{OLD}", "originals", "check")
    assert checked.exit_code == 1
    assert "1 originals need an older key" in checked.stderr
    assert rotate(monkeypatch, f"{NEW},{OLD}").exit_code == 0
    checked = invoke(monkeypatch, f"{NEW},{OLD}", "originals", "check")
    assert checked.stdout.strip() == "No original needs an older key; older keys can be dropped."
    assert invoke(monkeypatch, NEW, "originals", "check").exit_code == 0


def test_what_is_erased_while_keys_change_is_no_trouble(database: Database) -> None:
    both = Originals(f"{NEW},{OLD}")
    with database.transaction() as session:
        kept = [Originals(OLD).keep(session, b"mail") for _ in range(40)]
    failed: list[BaseException] = []

    def erase() -> None:
        try:
            for original_id in kept[::2]:
                with database.transaction() as session:
                    both.erase(session, original_id)
        except BaseException as error:  # noqa: BLE001 (told to the test)
            failed.append(error)

    erasing = threading.Thread(target=erase)
    erasing.start()
    last: int | None = 0
    while last is not None:
        with database.transaction() as session:
            last = both.rotate(session, last, 5)
    erasing.join()
    assert failed == []
    with database.transaction() as session:
        assert both.older(session, 0, 100)[1] == 0
