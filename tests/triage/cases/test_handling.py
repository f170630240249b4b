"""What caseworkers do about a case, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.originals import Originals
from tests.triage.desk.ledger import AUTOMATIC, POLISH, Ledger
from tests.web.serving import ORIGINALS_KEY
from triage.cases import handling
from triage.cases.cases import (
    EVERYTHING,
    CaseDetail,
    list_cases,
    next_case,
    numbers_shown,
    read_case,
)
from triage.cases.handling import NewCase
from triage.errors import CaseChangedError, NotMovedYetError, UnknownCaseError
from triage.models import Correction, Mail
from triage.states import CorrectionState, MailState

ORIGINALS = Originals(ORIGINALS_KEY)


def read(database: Database, case_id: int) -> CaseDetail:
    with database.transaction() as session:
        found = read_case(session, case_id)
    assert found is not None
    return found


def do(database: Database, action: Callable[[Session], None]) -> None:
    with database.transaction() as session:
        action(session)


def corrections(database: Database) -> list[tuple[int, str, CorrectionState]]:
    with database.transaction() as session:
        rows = session.scalars(select(Correction).order_by(Correction.id))
        return [(row.mail_id, row.to_shelf, row.state) for row in rows]


def test_a_routing_is_unconfirmed_until_it_is_confirmed(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax", case={"sampled": True})
    before = read(database, case).summary
    assert (before.confirmation, before.to_confirm) == (None, True)
    do(database, lambda s: handling.confirm(s, case, 1, "kim"))
    after = read(database, case)
    assert (after.summary.confirmation, after.summary.to_confirm) == ("confirmed", False)
    assert after.summary.closed_at is None
    assert [(e.action, e.user_name, e.detail) for e in after.events] == [
        ("confirmed", "kim", "tax")
    ]
    assert corrections(database) == []


def test_confirming_automatic_mail_closes_it(database: Database) -> None:
    case = Ledger(database).add(AUTOMATIC, "automatic", kind="automatic")
    do(database, lambda s: handling.confirm(s, case, 1, "kim"))
    assert read(database, case).summary.closed_at is not None


def test_a_correction_changes_the_desk_and_waits_for_the_mailbox(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    do(database, lambda s: handling.correct(s, case, 1, "visitation", "kim"))
    after = read(database, case)
    assert (after.summary.listing, after.summary.confirmation) == ("visitation", "corrected")
    assert (after.decided_shelf, after.folder) == ("tax", "Queues/Tax")
    assert after.moving_to == "Queues/Visitation"
    assert corrections(database) == [(1, "visitation", CorrectionState.WAITING)]
    assert after.events[-1].detail == "tax > visitation"
    with database.transaction() as session:
        assert list_cases(session, "tax") == []
        assert [one.id for one in list_cases(session, "visitation")] == [case]


def test_spam_that_is_none_is_opened_again(database: Database) -> None:
    case = Ledger(database).add(POLISH, "spam", kind="spam")
    do(database, lambda s: handling.confirm(s, case, 1, "kim"))
    do(database, lambda s: handling.correct(s, case, 2, "tax", "lone"))
    assert read(database, case).summary.closed_at is None
    do(database, lambda s: handling.correct(s, case, 3, "spam", "kim"))
    assert read(database, case).summary.closed_at is not None


def test_correcting_to_where_it_lies_is_confirming(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    do(database, lambda s: handling.correct(s, case, 1, "tax", "kim"))
    assert read(database, case).summary.confirmation == "confirmed"
    assert corrections(database) == []


def test_a_mail_on_its_way_cannot_be_corrected_yet(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax", moved_at=None, state=MailState.MOVING)
    assert not read(database, case).can_be_moved
    with pytest.raises(NotMovedYetError):
        do(database, lambda s: handling.correct(s, case, 1, "visitation", "kim"))
    assert read(database, case).summary.listing == "tax"


def test_a_mail_that_is_gone_is_corrected_on_the_desk_alone(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax", moved_at=None, state=MailState.GONE)
    do(database, lambda s: handling.correct(s, case, 1, "jobseeker", "kim"))
    assert read(database, case).summary.listing == "jobseeker"
    assert corrections(database) == []


def test_of_two_who_act_at_once_the_second_is_told(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def act(to: handling.CorrectedTo) -> None:
        both.wait()
        try:
            do(database, lambda s: handling.correct(s, case, 1, to, to))
            outcomes.append("done")
        except CaseChangedError:
            outcomes.append("told")

    threads = [threading.Thread(target=act, args=(to,)) for to in ("visitation", "jobseeker")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "told"]
    assert len(corrections(database)) == 1
    assert len(read(database, case).events) == 1


def test_closed_and_opened_again(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    do(database, lambda s: handling.close(s, case, 1, "kim"))
    with database.transaction() as session:
        assert list_cases(session, "tax") == []
        assert [one.id for one in list_cases(session, "tax", "closed")] == [case]
    do(database, lambda s: handling.reopen(s, case, 2, "kim"))
    assert read(database, case).summary.closed_at is None
    with pytest.raises(UnknownCaseError):
        do(database, lambda s: handling.close(s, 99, 1, "kim"))


def test_a_case_from_the_counter(database: Database) -> None:
    new = NewCase(
        "counter", "tax", "aarhus", "lt", ["tax-card"], "Skattekort, 010190-1234",
        "Her number is 010190-1234.\nShe comes back on Monday.", "Rasa Petrauskienė",
        "rasa@example.test", "+45 12 34 56 78",
    )  # fmt: skip
    with database.transaction() as session:
        case_id = handling.open_case(session, ORIGINALS, new, "kim")
    case = read(database, case_id)
    assert (case.summary.subject, case.summary.channel) == ("Skattekort, [CPR]", "counter")
    assert case.text_new == "Her number is [CPR].\nShe comes back on Monday."
    assert (case.summary.listing, case.summary.centre) == ("tax", "aarhus")
    assert (case.summary.language, case.topics) == ("lt", ("tax-card",))
    assert case.recipient == "rasa@example.test"
    assert case.has_numbers
    with database.transaction() as session:
        shown = numbers_shown(session, ORIGINALS, case)
    assert shown.summary.subject == "Skattekort, 010190-1234"
    assert shown.text_new == new.note
    do(database, lambda s: handling.correct(s, case_id, 1, "visitation", "kim"))
    assert read(database, case_id).summary.listing == "visitation"
    with database.transaction() as session:
        assert session.scalar(select(Mail.id)) is None


def test_the_numbers_of_a_mail_are_shown_from_its_original(database: Database) -> None:
    case = read(database, Ledger(database).add(POLISH, "tax"))
    assert case.has_numbers
    with database.transaction() as session:
        shown = numbers_shown(session, ORIGINALS, case)
    assert "010190-1234" in shown.text_new
    assert shown.summary.subject == "Karta podatkowa, CPR 010190-1234"


def test_the_next_case_of_a_list(database: Database) -> None:
    ledger = Ledger(database)
    first, second, third = (ledger.add(POLISH, "tax") for _ in range(3))
    with database.transaction() as session:
        assert next_case(session, "tax", "open", EVERYTHING, first) == second
        assert next_case(session, "tax", "open", EVERYTHING, third) == first
        handling.close(session, second, 1, "kim")
        assert next_case(session, "tax", "open", EVERYTHING, first) == third
        assert next_case(session, "spam", "open", EVERYTHING, first) is None
