"""The migrations give exactly the tables of the code, on both databases."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text

import ankomst.models
from knowledge.models import Centre, Municipality
from knowledge.rows import centre_entry, digest, municipality_entry
from storage.database import Base, Database
from storage.migrate import differences, upgrade


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
