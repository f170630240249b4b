"""What becomes of a training mail when its case is erased."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from learning import training_mails
from learning.training_mails import Content
from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.learning.mails import TEXTS, a_mail, confirmed
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import ORIGINALS_KEY, application, served
from triage.fingerprint import open_fingerprints
from triage.models import Case, Mail, TrainingMail
from triage.privacy.erasing import Decree, Eraser, ForTraining
from triage.privacy.remains import remains
from triage.privacy.retention import Period, periods, save

CONTENT = Content("A question", TEXTS[0], "tax", "en")


def learnt_from(database: Database, *, refused: bool = False) -> int:
    """A case whose mail was accepted or refused, and with which the worker has done; returns it."""
    case_id = confirmed(database, a_mail(1, TEXTS[0]))
    with database.transaction() as session:
        session.execute(update(Mail).values(due_at=None))
        if refused:
            training_mails.refuse(session, case_id, 2, "alex")
        else:
            training_mails.accept(session, case_id, 2, CONTENT, "alex")
    return case_id


def eraser(database: Database) -> Eraser:
    originals = Originals(ORIGINALS_KEY)
    return Eraser(database, originals, open_fingerprints(database, originals))


def erase(database: Database, case_id: int, choice: ForTraining) -> None:
    erasing = eraser(database)
    with database.transaction() as session:
        revision = session.get_one(Case, case_id).revision
        erasing.erase(session, case_id, revision, Decree("asked", "keep", for_training=choice))


def rows(database: Database) -> list[tuple[int | None, str]]:
    with database.reading() as session:
        return [(one.case_id, one.body) for one in session.scalars(select(TrainingMail))]


def left(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.kind for one in remains(session)]


@pytest.mark.parametrize(("choice", "expected"), [("keep", [(None, TEXTS[0])]), ("delete", [])])
def test_it_stays_without_the_case_or_goes(
    database: Database, choice: ForTraining, expected: list[tuple[int | None, str]]
) -> None:
    erase(database, learnt_from(database), choice)
    assert rows(database) == expected
    assert left(database) == []


def test_that_it_was_refused_is_forgotten(database: Database) -> None:
    erase(database, learnt_from(database, refused=True), "keep")
    assert rows(database) == []


def test_when_the_period_is_over_it_stays_without_the_case(database: Database) -> None:
    learnt_from(database)
    with database.transaction() as session:
        save(session, {**periods(session), "tax": Period(days=30)}, "lone")
        session.execute(update(Case).values(closed_at=now() - timedelta(days=31)))
    assert eraser(database).erase_expired(10) == 1
    assert rows(database) == [(None, TEXTS[0])]
    assert left(database) == []


def test_one_that_still_leads_back_is_found(database: Database) -> None:
    case_id = learnt_from(database)
    erase(database, case_id, "keep")
    with database.transaction() as session:
        session.execute(update(TrainingMail).values(case_id=case_id))
    assert left(database) == ["training_mail"]


@pytest.mark.parametrize("ticked", [False, True])
def test_who_erases_a_case_is_asked(sqlite_database: Database, ticked: bool) -> None:
    add_user(sqlite_database, "lone", "team_leader")
    case_id = learnt_from(sqlite_database)
    with served(application(sqlite_database)) as url, signed_in(url, "lone") as http:
        page = http.get(f"/desk/cases/{case_id}/erase").text
        assert "Erase the training mail too" in page
        form = {"csrf_token": token_in(page), "revision": "2", "ground": "asked", "sure": "true"}
        if ticked:
            form["training_mail"] = "true"
        sent: httpx.Response = http.post(f"/desk/cases/{case_id}/erase", data=form)
        assert sent.status_code == 303
    assert rows(sqlite_database) == ([] if ticked else [(None, TEXTS[0])])


def test_who_erases_a_case_that_nobody_learnt_from_is_not(sqlite_database: Database) -> None:
    add_user(sqlite_database, "lone", "team_leader")
    case_id = learnt_from(sqlite_database, refused=True)
    with served(application(sqlite_database)) as url, signed_in(url, "lone") as http:
        assert "training mail" not in http.get(f"/desk/cases/{case_id}/erase").text
