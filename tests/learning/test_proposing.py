"""Which mails are proposed for training, in which order, and what is taken out of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from learning import training_mails
from learning.proposing import Proposal, proposal, proposals, text_of
from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.learning.mails import TEXTS, a_mail, confirmed, corrected, kept, revision_of
from tests.web.serving import ORIGINALS_KEY
from triage.cases import handling
from triage.fingerprint import open_fingerprints
from triage.models import Case, Mail
from triage.privacy.erasing import Decree, Eraser


def proposed(database: Database, **chosen: Any) -> list[Proposal]:
    with database.reading() as session:
        return proposals(session, **chosen)


def test_what_a_caseworker_confirmed_or_corrected_is_proposed(database: Database) -> None:
    right = confirmed(database, a_mail(1, TEXTS[0]))
    wrong = corrected(database, a_mail(2, TEXTS[1]), "jobseeker", decided=False)
    kept(database, a_mail(3, TEXTS[2]))
    found = {one.case_id: one for one in proposed(database)}
    assert set(found) == {right, wrong}
    assert (found[right].how, found[right].label, found[right].was_wrong) == (
        "confirmed",
        "tax",
        False,
    )
    assert (found[wrong].how, found[wrong].label, found[wrong].decided_shelf) == (
        "corrected",
        "jobseeker",
        "tax",
    )
    assert found[wrong].reference == f"ICS-{wrong:06}"


def test_what_was_moved_in_the_mailbox_is_proposed(database: Database) -> None:
    case_id = kept(database, a_mail(1, TEXTS[0]))
    with database.transaction() as session:
        handling.sorted_by_hand(session, case_id, "jobseeker", moved=True)
    (found,) = proposed(database)
    assert (found.case_id, found.how, found.label) == (case_id, "moved", "jobseeker")


def test_what_lay_in_a_folder_already_is_not(database: Database) -> None:
    """A rule of the mail server may have put it there, and nobody has looked at it."""
    found = kept(database, a_mail(1, TEXTS[0]))
    old = kept(database, a_mail(2, TEXTS[1]), old=True)
    with database.transaction() as session:
        handling.sorted_by_hand(session, found, "tax", moved=True)
        handling.sorted_by_hand(session, old, "visitation", moved=True)
    assert proposed(database) == []
    # A caseworker who confirms it has looked at it, however old it is.
    with database.transaction() as session:
        handling.confirm(session, old, session.get_one(Case, old).revision, "kim")
    assert [one.case_id for one in proposed(database)] == [old]


@pytest.mark.parametrize(
    "columns",
    [
        {"text_new": ""},
        {"text_new": " \n "},
        {"text_new": None},
        {"language": None},
        {"language": "uk"},
    ],
)
def test_what_says_nothing_is_not_proposed(database: Database, columns: dict[str, Any]) -> None:
    confirmed(database, a_mail(1, TEXTS[0]), **columns)
    assert proposed(database) == []


def test_a_copy_is_not_proposed(database: Database) -> None:
    first = confirmed(database, a_mail(1, TEXTS[0]))
    second = confirmed(database, a_mail(2, TEXTS[0]))
    with database.transaction() as session:
        session.execute(
            update(Mail).where(Mail.case_id == second).values(perhaps_duplicate_of=first)
        )
    assert [one.case_id for one in proposed(database)] == [first]


def test_a_mail_put_back_into_the_inbox_waits_for_a_person(database: Database) -> None:
    case_id = confirmed(database, a_mail(1, TEXTS[0]))
    with database.transaction() as session:
        handling.returned_by_hand(session, case_id)
    assert proposed(database) == []


def test_an_erased_case_is_not_proposed(database: Database) -> None:
    case_id = confirmed(database, a_mail(1, TEXTS[0]))
    originals = Originals(ORIGINALS_KEY)
    eraser = Eraser(database, originals, open_fingerprints(database, originals))
    with database.transaction() as session:
        session.execute(update(Mail).values(due_at=None))
        eraser.erase(
            session, case_id, session.get_one(Case, case_id).revision, Decree("asked", "keep")
        )
    assert proposed(database) == []
    with database.reading() as session:
        assert proposal(session, case_id) is None


def test_a_case_is_decided_about_once(database: Database) -> None:
    accepted, refused = (confirmed(database, a_mail(n, TEXTS[n])) for n in (0, 1))
    with database.transaction() as session:
        content = training_mails.Content("s", TEXTS[0], "tax", "en")
        training_mails.accept(session, accepted, 2, content, "alex")
        training_mails.refuse(session, refused, 2, "alex")
    assert proposed(database) == []


def test_what_tells_most_comes_first_in_turn_by_language_and_shelf(database: Database) -> None:
    sure = confirmed(database, a_mail(1, TEXTS[0]))
    unsure = [confirmed(database, a_mail(n, TEXTS[n]), decided=False) for n in (2, 3)]
    danish = confirmed(database, a_mail(4, TEXTS[4]), decided=False, language="da")
    wrong = corrected(database, a_mail(5, TEXTS[5]), "visitation")
    with database.transaction() as session:
        moment = now()
        for age, case_id in enumerate([danish, *reversed(unsure), sure, wrong][::-1]):
            session.execute(
                update(Case).where(Case.id == case_id).values(opened_at=moment - timedelta(age))
            )
    found = [one.case_id for one in proposed(database)]
    assert found[0] == wrong
    assert set(found[1:3]) == {unsure[1], danish}  # one of each language first
    assert found[3:] == [unsure[0], sure]


def test_filters(database: Database) -> None:
    tax = confirmed(database, a_mail(1, TEXTS[0]))
    corrected(database, a_mail(2, TEXTS[1]), "jobseeker", language="da")
    assert [one.case_id for one in proposed(database, language="en")] == [tax]
    assert [one.case_id for one in proposed(database, label="tax")] == [tax]
    assert [one.case_id for one in proposed(database, how="confirmed")] == [tax]
    assert proposed(database, how="moved") == []


def test_the_writer_is_taken_out(database: Database) -> None:
    body = "Dear ICS,\n\nI am Nowak from the bakery. Where do I get a tax card?\n\nRegards\nAnna"
    case_id = confirmed(database, a_mail(1, body, subject="Tax card for Anna"))
    with database.reading() as session:
        text = text_of(session, Originals(ORIGINALS_KEY), case_id)
    assert text.proposed_subject == "Tax card for [name]"
    assert text.proposed_body == (
        "Dear ICS,\n\nI am [name] from the bakery. Where do I get a tax card?\n\nRegards\n[name]"
    )
    assert text.topics == ["tax-card"]
    assert revision_of(database, case_id) == 2
