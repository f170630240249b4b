"""Accepting, refusing, changing and removing training mails, and what is learnt from them."""

from __future__ import annotations

from typing import get_args

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from learning import training_mails
from learning.errors import AlreadyDecidedError, NearlyTheSameError
from learning.training_mails import Content, is_kept_back
from storage.database import Database
from tests.learning.mails import TEXTS, a_mail, confirmed
from triage.cases import handling
from triage.models import TrainingMail, TrainingMailState
from understanding.examples import MailExample


def content(number: int, label: str = "tax") -> Content:
    return Content("A question", TEXTS[number], label, "en", ["tax-card"])


def accepted(database: Database, number: int, label: str = "tax") -> int:
    case_id = confirmed(database, a_mail(number, TEXTS[number]))
    with database.transaction() as session:
        return training_mails.accept(session, case_id, 2, content(number, label), "alex").id


def test_what_is_accepted_is_learnt_from_unless_it_is_kept_back(database: Database) -> None:
    ids = [accepted(database, number) for number in range(len(TEXTS))]
    with database.reading() as session:
        learnt = training_mails.training_mails(session)
        kept_back = training_mails.kept_back_mails(session)
    assert len(learnt) + len(kept_back) == len(ids)
    assert {one.example.body for one in kept_back}.isdisjoint(one.body for one in learnt)
    expected = MailExample("A question", TEXTS[0], "tax", "en", ("tax-card",))
    assert expected in [*learnt, *(one.example for one in kept_back)]


def test_about_one_in_five_is_kept_back() -> None:
    kept = sum(
        is_kept_back(f"{number * 2654435761 % 2**32:08x}" + "0" * 56) for number in range(5000)
    )
    assert 900 < kept < 1100


def test_whether_it_is_kept_back_never_changes(database: Database) -> None:
    mail_id = accepted(database, 0)
    with database.transaction() as session:
        before = session.get_one(TrainingMail, mail_id).kept_back
    for number in range(12):
        with database.transaction() as session:
            mail = session.get_one(TrainingMail, mail_id)
            changed = Content("s", f"{TEXTS[0]} {number}", "tax", "en")
            training_mails.change(session, mail, changed, "alex")
            assert mail.kept_back == before


def test_what_no_person_wrote_is_learnt_from_too(database: Database) -> None:
    accepted(database, 0, "spam")
    with database.reading() as session:
        learnt = training_mails.training_mails(session)
        kept_back = [one.example for one in training_mails.kept_back_mails(session)]
    assert [mail.label for mail in [*learnt, *kept_back]] == ["spam"]


def test_nearly_the_same_is_not_accepted_twice(database: Database) -> None:
    first = accepted(database, 0)
    case_id = confirmed(database, a_mail(2, TEXTS[0]))
    again = Content("A question", TEXTS[0].upper() + "!", "tax", "en")
    with database.transaction() as session, pytest.raises(NearlyTheSameError) as refused:
        training_mails.accept(session, case_id, 2, again, "alex")
    assert refused.value.mail_id == first
    with database.transaction() as session:
        mail = session.get_one(TrainingMail, first)
        training_mails.change(session, mail, content(0), "alex")  # it may be like itself


def test_a_case_that_was_changed_meanwhile_is_not_accepted(database: Database) -> None:
    case_id = confirmed(database, a_mail(1, TEXTS[0]))
    with database.transaction() as session:
        handling.correct(session, case_id, 2, "jobseeker", "kim")
    with pytest.raises(AlreadyDecidedError), database.transaction() as session:
        training_mails.accept(session, case_id, 2, content(0), "alex")
    with pytest.raises(AlreadyDecidedError), database.transaction() as session:
        training_mails.refuse(session, case_id, 2, "alex")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TrainingMail)) == 0


def test_of_two_who_decide_the_second_one_is_told(database: Database) -> None:
    case_id = confirmed(database, a_mail(1, TEXTS[0]))
    with database.transaction() as session:
        mail_id = training_mails.accept(session, case_id, 2, content(0), "alex").id
    with pytest.raises(AlreadyDecidedError), database.transaction() as session:
        training_mails.refuse(session, case_id, 2, "anna")
    with pytest.raises(AlreadyDecidedError), database.transaction() as session:
        training_mails.existing(session, mail_id, 7)


def test_what_is_refused_holds_no_text(database: Database) -> None:
    case_id = confirmed(database, a_mail(1, TEXTS[0]))
    with database.transaction() as session:
        mail = training_mails.refuse(session, case_id, 2, "alex")
        assert (mail.subject, mail.body, mail.folded, mail.digest) == ("", "", "", None)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(text("UPDATE training_mail SET body = 'x'"))


def test_removing_bringing_back_and_deleting(database: Database) -> None:
    mail_id = accepted(database, 0)

    def states() -> list[int]:
        with database.reading() as session:
            return [
                training_mails.find(session, state, limit=9)[0]
                for state in get_args(TrainingMailState)
            ]

    assert states() == [1, 0, 0]
    steps: list[tuple[TrainingMailState, list[int]]] = [
        ("removed", [0, 0, 1]),
        ("accepted", [1, 0, 0]),
    ]
    for state, expected in steps:
        with database.transaction() as session:
            mail = session.get_one(TrainingMail, mail_id)
            training_mails.put(session, mail, state, "anna")
            assert mail.seen_by == "anna"
        assert states() == expected
    with database.transaction() as session:
        training_mails.delete(session, session.get_one(TrainingMail, mail_id))
    assert states() == [0, 0, 0]


def test_finding_by_a_part_however_it_is_spelt(database: Database) -> None:
    mail_id = accepted(database, 2)
    accepted(database, 1)
    with database.reading() as session:
        assert training_mails.find(session, "accepted", text="Aalborg", limit=9)[0] == 0
        count, found = training_mails.find(session, "accepted", text="ÁARHUS", limit=9)
        assert (count, [one.id for one in found]) == (1, [mail_id])
        assert training_mails.find(session, "accepted", language="da", limit=9)[0] == 0
        assert training_mails.find(session, "accepted", label="tax", limit=1)[0] == 2
        assert training_mails.find(session, "accepted", text="%", limit=9)[0] == 0


def test_a_number_that_was_typed_is_hidden(database: Database) -> None:
    case_id = confirmed(database, a_mail(1, TEXTS[0]))
    typed = Content("CPR 010190-1234", f"{TEXTS[0]} 010190-1234", "tax", "en")
    with database.transaction() as session:
        mail = training_mails.accept(session, case_id, 2, typed, "alex")
        assert "0101" not in mail.subject + mail.body + mail.folded
