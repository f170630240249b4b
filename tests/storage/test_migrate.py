"""The migrations give exactly the tables of the code, on both databases."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select, text

import ankomst.models
from knowledge.models import Article, Centre, Municipality
from knowledge.rows import article_file, centre_entry, digest, municipality_entry
from storage.database import Base, Database
from storage.migrate import MigrationError, differences, upgrade
from triage.folders.first_look import rule_of
from triage.models import Mailbox


def test_code_and_migrations_agree(database: Database) -> None:
    assert ankomst.models.__all__
    assert differences(database) == []
    assert len(Base.metadata.tables) > 5


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert differences(database) == []


def test_users_of_before_keep_all_centres_and_their_shortcuts(empty_database: Database) -> None:
    upgrade(empty_database, "0001")
    with empty_database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO staff_user (name, password_hash, role, queues, active, demo,"
                " failed_attempts, created_at) VALUES ('kim', '', 'caseworker', '[\"tax\"]',"
                " true, false, 0, '2026-11-23 12:00:00')"
            )
        )
    upgrade(empty_database, "0002")
    with empty_database.transaction() as session:
        found = session.execute(
            text("SELECT name, queues, centres, shortcuts, first_password FROM staff_user")
        ).one()
    # SQLite has no types of its own for lists and truth.
    on_sqlite = ("kim", '["tax"]', "[]", 1, 0)
    assert tuple(found) in (on_sqlite, ("kim", ["tax"], [], True, False))


_DAYS = {"valid_from", "valid_to"}
_CENTRE_BEFORE = (
    '{"name":"ICS Øst","host_municipality":"København","address":null,"phone":"+45 33 66 10 00",'
    '"phone_confirmed":false,"email":null,"web":null,"other_web":null,"jobseekers":{"unit":"Job",'
    '"phone":null,"email":null},"appointment":null,"opening_hours_page":"https://ics.example/h",'
    '"hours":{"confirmed":false,"source":"https://ics.example/h","as_of":"unknown","opening":'
    '{"mon":"9-15"},"telephone":null},"source":"https://ics.example/","as_of":"unknown",'
    '"checked":"2026-11-23","confidence":"high","notes":null}'
)
_MUNICIPALITY_BEFORE = (
    '{"name":"København","code":"0101","region":"Hovedstaden","centre":"ost","basis":"source",'
    '"source":"https://ics.example/","checked":"2026-11-23","note":null}'
)


@pytest.mark.parametrize("edited", [False, True])
def test_centres_of_before_hold_without_an_end(empty_database: Database, edited: bool) -> None:
    upgrade(empty_database, "0003")
    centre, municipality = (
        "edited" if edited else hashlib.sha256(before.encode()).hexdigest()
        for before in (_CENTRE_BEFORE, _MUNICIPALITY_BEFORE)
    )
    with empty_database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO centre (slug, name, host_municipality, phone, phone_confirmed,"
                " jobseekers, opening_hours_page, hours, hours_confirmed, source_url, as_of,"
                " checked, confidence, revision, files_digest) VALUES ('ost', 'ICS Øst',"
                " 'København', '+45 33 66 10 00', false, '{\"unit\": \"Job\"}',"
                " 'https://ics.example/h', :hours, false, 'https://ics.example/', 'unknown',"
                " '2026-11-23', 'high', 3, :digest)"
            ),
            {
                "hours": '{"source": "https://ics.example/h", "as_of": "unknown",'
                ' "opening": {"mon": "9-15"}}',
                "digest": centre,
            },
        )
        session.execute(
            text(
                "INSERT INTO municipality (code, name, region, centre_slug, basis, source_url,"
                " checked, revision, files_digest) VALUES ('0101', 'København', 'Hovedstaden',"
                " 'ost', 'source', 'https://ics.example/', '2026-11-23', 2, :digest)"
            ),
            {"digest": municipality},
        )
    upgrade(empty_database)
    with empty_database.transaction() as session:
        one, other = session.get_one(Centre, "ost"), session.get_one(Municipality, "0101")
        kept, served = centre_entry(one), municipality_entry(other)
        assert (one.revision, other.revision) == (3, 2)
        assert kept.records[0].model_dump_json(exclude=_DAYS) == _CENTRE_BEFORE
        assert (kept.records[0].valid_from, kept.records[0].valid_to) == (None, None)
        assert (served.records[0].region, served.records[0].centre) == ("Hovedstaden", "ost")
        # What was edited here stays known as edited, and what was not, as not.
        expected = ("edited", "edited") if edited else (digest(kept), digest(served))
        assert (one.files_digest, other.files_digest) == expected


_ARTICLE_BEFORE = (
    '{"reviewed":"2026-11-23","review_due":"2027-05-23","sources":[{"id":"skat","title":"Årsopgørelse",'
    '"url":"https://skat.dk/","checked":"2026-11-20"}],"related":["mitid"]}'
)


_ROWS_BEFORE = """\
INSERT INTO article (topic, reviewed, review_due, related, revision, files_digest)
VALUES ('tax-card', '2026-11-23', '2027-05-23', '["mitid"]', 4, :digest);
INSERT INTO source (topic, position, key, title, url, checked)
VALUES ('tax-card', 0, 'skat', 'Årsopgørelse', 'https://skat.dk/', '2026-11-20');
INSERT INTO translation_version (topic, language, number, state, title, reading, body, origin,
author, created_at, in_files)
VALUES ('tax-card', 'da', 1, 'published', 'T', 'written', 'B', 'import', 'a', :noon, true);
INSERT INTO conversation (id, language, started_at) VALUES ('c', 'da', :noon);
INSERT INTO turn (id, conversation_id, number, who, text, at, sources, buttons)
VALUES (1, 'c', 1, 'person', 'x', :noon, '[]', '[]');
INSERT INTO turn (id, conversation_id, number, who, text, at, sources, buttons, reply_to)
VALUES (2, 'c', 2, 'bot', 'y', :noon, '[]', '[]', 1)"""


@pytest.mark.parametrize("edited", [False, True])
def test_articles_and_conversations_of_before_are_kept(
    empty_database: Database, edited: bool
) -> None:
    upgrade(empty_database, "0003")
    files = "edited" if edited else hashlib.sha256(_ARTICLE_BEFORE.encode()).hexdigest()
    with empty_database.transaction() as session:
        for statement in _ROWS_BEFORE.split(";\n"):
            session.execute(text(statement), {"digest": files, "noon": "2026-11-23 12:00:00"})
    upgrade(empty_database)
    with empty_database.transaction() as session:
        row = session.get_one(Article, "tax-card")
        assert (row.revision, row.to_confirm, len(row.sources)) == (4, [], 1)
        expected = "edited" if edited else digest(article_file(row))
        assert row.files_digest == expected
        kept = session.execute(text("SELECT topic, title FROM translation_version")).one()
        assert tuple(kept) == ("tax-card", "T")
        assert session.scalar(text("SELECT reply_to FROM turn WHERE id = 2")) == 1


def test_rows_that_refer_to_nothing_stop_a_migration(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute(
            "INSERT INTO source (topic, position, key, title, url, checked)"
            " VALUES ('nothing', 0, 'x', 'x', 'x', '2026-11-23')"
        )
    with pytest.raises(MigrationError, match="rows of source without what they refer to"):
        upgrade(sqlite_database)


def test_mailboxes_of_before_are_decided_about(empty_database: Database) -> None:
    upgrade(empty_database, "0012")
    with empty_database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO mailbox (name, first_look_at, first_uidvalidity, first_uidnext)"
                " VALUES ('ics', '2026-11-01 12:00:00', 7, 100)"
            )
        )
    upgrade(empty_database)
    with empty_database.transaction() as session:
        rule = rule_of(session.scalars(select(Mailbox)).one())
    assert rule is not None
    assert (rule.old_mail, rule.uidvalidity, rule.uidnext) == ("sort", 7, 100)
