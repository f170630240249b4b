"""Rules in the database: their order, changes of two admins at once, removal, use."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.database import Database, DatabaseUnavailableError
from storage.times import now
from tests.postgres import free_port
from tests.triage.deciding.admin_rules.book import a_draft, keep
from tests.triage.desk.ledger import DANISH, POLISH, Ledger
from triage.deciding.admin_rules.current import CurrentRules
from triage.deciding.admin_rules.rule_book import Use, all_rows, remove, row_of, rule_in, uses
from triage.errors import RuleChangedError, RuleNameTakenError, UnknownRuleError
from triage.models import Mail, MailRule


def test_what_is_written_is_read_in_its_order(database: Database) -> None:
    last = a_draft("tax", name="last", position=20, subjects="skat*")
    keep(database, last)
    keep(database, a_draft("spam", "unsure", name="first", position=10, senders="a@b.dk"))
    keep(database, a_draft("tax", name="off", active=False, attachments="*.ics"))
    with database.reading() as session:
        rows = all_rows(session)
        assert [row.name for row in rows] == ["first", "last", "off"]
        assert rule_in(rows[1]).conditions["subjects"] == ("skat*",)
        assert (rows[0].phase, rows[0].target, rows[0].changed_by) == ("unsure", "spam", "alex")
    assert [rule.name for rule in CurrentRules(database).rules()] == ["first", "last"]


def test_of_two_admins_the_second_one_is_told(database: Database) -> None:
    rule_id = keep(database, a_draft("tax", senders="a@b.dk"))
    keep(database, a_draft("jobseeker", rule_id=rule_id, senders="a@b.dk"), revision=1)
    with pytest.raises(RuleChangedError):
        keep(database, a_draft("spam", rule_id=rule_id, senders="a@b.dk"), revision=1)
    with database.transaction() as session, pytest.raises(RuleChangedError):
        remove(session, rule_id, 1)
    with database.reading() as session:
        assert (row_of(session, rule_id).target, row_of(session, rule_id).revision) == (
            "jobseeker",
            2,
        )


def test_of_two_at_the_same_moment_one_is_told(database: Database) -> None:
    rule_id = keep(database, a_draft("tax", senders="a@b.dk"))
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def _change() -> None:
        together.wait()
        try:
            keep(database, a_draft("spam", rule_id=rule_id, senders="a@b.dk"), revision=1)
            outcomes.append("saved")
        except RuleChangedError:
            outcomes.append("told")

    threads = [threading.Thread(target=_change) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]


def test_a_name_stands_for_one_rule(database: Database) -> None:
    first = keep(database, a_draft("tax", name="one", senders="a@b.dk"))
    second = keep(database, a_draft("tax", name="two", senders="a@b.dk"))
    for draft in (
        a_draft("tax", name="one", senders="c@d.dk"),
        a_draft("tax", name="one", rule_id=second, senders="c@d.dk"),
    ):
        with pytest.raises(RuleNameTakenError):
            keep(database, draft, revision=1)
    keep(database, a_draft("spam", name="one", rule_id=first, senders="a@b.dk"), revision=1)


def test_a_removed_rule_leaves_its_mails_with_their_reason(database: Database) -> None:
    rule_id = keep(database, a_draft("tax", senders="example.test"))
    Ledger(database).add(
        POLISH, "tax", rule_id=rule_id, reasons=[{"key": "rule.admin", "text": "a rule"}]
    )
    with database.transaction() as session:
        remove(session, rule_id, 1)
    with database.reading() as session:
        assert session.scalars(select(MailRule)).all() == []
        mail = session.scalars(select(Mail)).one()
        assert (mail.rule_id, mail.reasons) == (None, [{"key": "rule.admin", "text": "a rule"}])
        with pytest.raises(UnknownRuleError):
            row_of(session, rule_id)


def test_how_often_it_was_used(database: Database) -> None:
    rule_id = keep(database, a_draft("tax", senders="example.test"))
    ledger = Ledger(database)
    ledger.add(POLISH, "tax", rule_id=rule_id)
    ledger.add(POLISH.replace(b"<1@", b"<2@"), "tax", rule_id=rule_id)
    ledger.add(DANISH, "tax")
    with database.transaction() as session:
        session.get_one(Mail, 1).sighted_at = now() - timedelta(days=31)
    with database.reading() as session:
        last_at = session.get_one(Mail, 2).sighted_at
        assert uses(session) == {rule_id: Use(1, last_at)}


def test_a_new_rule_is_known_within_seconds(database: Database) -> None:
    current = CurrentRules(database, kept_seconds=0.2)
    assert current.rules() == ()
    keep(database, a_draft("tax", senders="a@b.dk"))
    assert current.rules() == ()
    threading.Event().wait(0.25)
    assert [rule.name for rule in current.rules()] == ["a rule"]


def test_without_the_database_nobody_knows_the_rules() -> None:
    nowhere = Database(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none")
    with pytest.raises(DatabaseUnavailableError):
        CurrentRules(nowhere).rules()
