"""`ankomst triage retry-unreadable`, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from ankomst import cli
from settings import settings
from storage.database import Database
from storage.times import now
from tests.triage.desk.ledger import POLISH, Ledger
from triage.models import Mail
from triage.states import MailState
from web.models import AuditEntry


@pytest.fixture(autouse=True)
def _settings_of_this_database(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv("ANKOMST_DATABASE_URL", database_url)
    settings.cache_clear()
    yield
    settings.cache_clear()


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(cli.ankomst, ["triage", "retry-unreadable", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_unreadable_mail_of_one_reason_or_of_all(database: Database) -> None:
    ledger = Ledger(database)
    for reason, closed in (("too_slow", False), ("too_large", False), ("too_slow", True)):
        ledger.add(
            POLISH,
            "unreadable",
            state=MailState.NOT_ACKNOWLEDGED,
            acknowledgement="unreadable",
            reasons=[{"key": f"unreadable.{reason}", "text": ""}],
            case={"closed_at": now() if closed else None},
        )
    ledger.add(POLISH, "tax")
    assert _run("--reason", "nothing_to_read") == "0 of 0 mails are read again by the worker."
    assert _run("--reason", "too_slow") == "1 of 1 mails are read again by the worker."
    assert _run() == "1 of 1 mails are read again by the worker."
    with database.transaction() as session:
        states = session.scalars(select(Mail.state).order_by(Mail.id)).all()
        audited = session.execute(select(AuditEntry.user_name, AuditEntry.action)).all()
    assert states == [
        MailState.REREADING,
        MailState.REREADING,
        MailState.NOT_ACKNOWLEDGED,
        MailState.ACKNOWLEDGED,
    ]
    assert [tuple(row) for row in audited] == [(None, "case.reading_asked")] * 2
