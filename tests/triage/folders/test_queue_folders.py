"""People move mails in the folders of the queues, and the worker follows."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.times import now
from tests.triage.asked import ask_to_correct, case_of, corrections_of, outcomes_of
from tests.triage.composition import (
    a_mail,
    mails_of,
    make_mails_due,
)
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.folders.office import Office
from tests.triage.settled import check_exactly_once, check_history, wait_until_settled
from triage.cases.handling import close, confirm, correct
from triage.errors import CaseChangedError
from triage.models import Case, CaseEvent, FolderLook, Mail
from triage.states import CorrectionState, MailState

BY_HAND = "sorted_by_hand"


def test_a_mail_moved_to_another_queue_is_a_correction(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker()
    worker.round()
    before = office.case()
    office.move(1, "Queues/Visitation", source="Queues/Tax")
    worker.round()
    worker.round()

    mail, case = office.mail(), office.case()
    assert (mail.target_folder, mail.target_uid) == ("Queues/Visitation", 1)
    assert (mail.shelf, mail.missing_since) == ("tax", None)
    assert (case.shelf, case.confirmation) == ("visitation", "corrected")
    assert case.revision > before.revision
    assert outcomes_of(office.database) == [(BY_HAND, "tax > visitation")]
    assert corrections_of(office.database) == []
    assert office.servers.acknowledged() == ["person1@example.org"]
    with office.database.transaction() as session, pytest.raises(CaseChangedError):
        confirm(session, case.id, before.revision, "berit")
    check_history(office.database)


def test_a_mail_that_comes_back_under_another_number_is_not_missing(quick: Office) -> None:
    quick.append(a_mail(1))
    worker = quick.worker()
    worker.round()
    quick.move(1, "Queues/Visitation", source="Queues/Tax")
    quick.move(1, "Queues/Tax", source="Queues/Visitation")
    worker.round()
    mail = quick.mail()
    assert (mail.target_folder, mail.target_uid) == ("Queues/Tax", 2)
    assert mail.missing_since is None


def test_spam_that_is_moved_to_a_queue_is_open_again(quick: Office) -> None:
    quick.append(a_mail(1, X_Spam_Flag="YES"))
    worker = quick.worker()
    worker.round()
    case = quick.case()
    assert case.shelf == "spam"
    with quick.database.transaction() as session:
        confirm(session, case.id, case.revision, "berit")
    assert quick.case().closed_at is not None
    quick.move(1, "Queues/Tax", source="Queues/Spam")
    worker.round()
    case = quick.case()
    assert (case.shelf, case.confirmation, case.closed_at) == ("tax", "corrected", None)
    quick.move(1, "Queues/Spam", source="Queues/Tax")
    worker.round()
    assert quick.case().closed_at is not None


def test_a_mail_put_back_into_the_inbox_waits_there_for_a_person(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker()
    worker.round()
    with office.database.transaction() as session:
        close(session, 1, office.case().revision, "berit")
    office.move(1, "INBOX", source="Queues/Tax")
    worker.round()
    worker.round()

    mail, case = office.mail(), office.case()
    assert (mail.target_folder, mail.returned_at is not None) == ("INBOX", True)
    assert (case.shelf, case.confirmation, case.closed_at) == ("tax", None, None)
    assert ("returned_by_hand", "tax") in _events(office.database)
    assert office.places() == {"<1@mail.example.org>": ["INBOX"]}
    assert office.servers.acknowledged() == ["person1@example.org"]

    with office.database.transaction() as session:
        correct(session, case.id, case.revision, "jobseeker", "berit")
    worker.round()
    assert office.places() == {"<1@mail.example.org>": ["Queues/Jobseeker"]}
    mail = office.mail()
    assert (mail.target_folder, mail.returned_at) == ("Queues/Jobseeker", None)


def test_confirmed_a_mail_leaves_the_inbox_again(quick: Office) -> None:
    quick.append(a_mail(1))
    worker = quick.worker()
    worker.round()
    quick.move(1, "INBOX", source="Queues/Tax")
    worker.round()
    case = quick.case()
    with quick.database.transaction() as session:
        confirm(session, case.id, case.revision, "berit")
    worker.round()
    assert quick.places() == {"<1@mail.example.org>": ["Queues/Tax"]}
    assert quick.mail().returned_at is None


def test_sorted_from_the_inbox_by_hand(quick: Office) -> None:
    quick.append(a_mail(1))
    worker = quick.worker()
    worker.round()
    quick.move(1, "INBOX", source="Queues/Tax")
    worker.round()
    quick.move(2, "Queues/Tax")
    worker.round()
    mail, case = quick.mail(), quick.case()
    assert (mail.target_folder, mail.target_uid, mail.returned_at) == ("Queues/Tax", 2, None)
    assert (case.shelf, case.confirmation) == ("tax", "confirmed")


def test_a_copy_in_another_folder_is_perhaps_a_duplicate(quick: Office) -> None:
    quick.append(a_mail(1))
    worker = quick.worker()
    worker.round()
    quick.append(a_mail(1), folder="Queues/Jobseeker")  # pymap's COPY loses the text
    worker.round()
    worker.round()
    first, second = mails_of(quick.database)
    assert (first.target_folder, second.target_folder) == ("Queues/Tax", "Queues/Jobseeker")
    assert second.perhaps_duplicate_of == first.id
    assert second.acknowledgement == "perhaps_a_duplicate"
    assert case_of(quick.database, first.case_id).confirmation is None
    assert case_of(quick.database, second.case_id).shelf == "jobseeker"
    assert quick.servers.acknowledged() == ["person1@example.org"]


def test_a_copy_whose_first_is_marked_as_deleted_was_moved(quick: Office) -> None:
    """As mail programs do it where the server has no MOVE."""
    quick.append(a_mail(1))
    worker = quick.worker()
    worker.round()
    quick.append(a_mail(1), folder="Queues/Jobseeker")  # pymap's COPY loses the text
    with quick.servers.view() as view:
        view._client.select_folder("Queues/Tax")
        view._client.add_flags([1], [b"\\Deleted"])
    worker.round()
    assert (quick.mail().target_folder, quick.case().shelf) == ("Queues/Jobseeker", "jobseeker")


def test_an_unknown_mail_is_kept_and_shown_and_not_acknowledged(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker()
    worker.round()
    with office.servers.view() as view:
        view._client.append("Queues/Tax", a_mail(2, "visitation"), msg_time=now() - timedelta(2))
    worker.round()
    _, mail = mails_of(office.database)
    case = case_of(office.database, mail.case_id)
    assert (mail.shelf, case.shelf, case.confirmation) == ("visitation", "tax", "corrected")
    assert (mail.state, mail.acknowledgement) == (MailState.NOT_ACKNOWLEDGED, "brought_by_hand")
    assert (mail.target_folder, mail.target_uid) == ("Queues/Tax", 2)
    assert office.servers.acknowledged() == ["person1@example.org"]
    check_history(office.database)


def test_what_came_while_nobody_looked_is_acknowledged(quick: Office) -> None:
    worker = quick.worker()
    worker.round()
    quick.append(a_mail(1), a_mail(2))
    quick.move(1, "Queues/Jobseeker")
    quick.move(2, "Queues/Spam")
    worker.round()
    first, second = mails_of(quick.database)
    assert (first.acknowledgement, second.acknowledgement) == ("sent", "spam")
    assert case_of(quick.database, second.case_id).closed_at is not None
    assert quick.servers.acknowledged() == ["person1@example.org"]


@pytest.mark.parametrize("step", ["sighted", "kept", "parsed", "decided", "moving"])
def test_a_mail_that_somebody_moves_while_the_worker_is_at_it(quick: Office, step: str) -> None:
    moved: list[int] = []

    def _move(at: str, _mail_id: int) -> None:
        if at == step and not moved:
            moved.append(1)
            quick.move(1, "Queues/Jobseeker")

    quick.append(a_mail(1))
    worker = quick.worker(_move)
    worker.round()
    make_mails_due(quick.database)
    worker.round()
    found = [mail for mail in mails_of(quick.database) if mail.case_id is not None]
    assert len(found) == 1
    assert (found[0].target_folder, found[0].acknowledgement) == ("Queues/Jobseeker", "sent")
    case = case_of(quick.database, found[0].case_id)
    assert (case.shelf, case.confirmation) == ("jobseeker", "corrected")
    assert quick.servers.acknowledged() == ["person1@example.org"]
    check_history(quick.database)


def test_a_mail_that_was_gone_and_comes_back_is_the_same(quick: Office) -> None:
    def _take(step: str, _mail_id: int) -> None:
        if step == "decided":
            quick.move(1, "Mine")

    quick.append(a_mail(1))
    quick.worker(_take).round()
    assert quick.mail().state is MailState.GONE
    quick.move(1, "INBOX", source="Mine")
    quick.worker().round()
    quick.worker().round()
    mail = quick.mail()
    assert (mail.state, mail.target_folder) == (MailState.ACKNOWLEDGED, "Queues/Tax")
    assert quick.servers.acknowledged() == ["person1@example.org"]


def test_what_is_nowhere_any_more_is_said(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker()
    worker.round()
    office.move(1, "Mine", source="Queues/Tax")
    worker.round()
    since = office.mail().missing_since
    assert since is not None
    worker.round()
    assert office.mail().missing_since == since
    office.move(1, "Queues/Tax", source="Mine")
    worker.round()
    mail, case = office.mail(), office.case()
    assert (mail.missing_since, mail.target_uid) == (None, 2)
    assert (case.shelf, case.confirmation) == ("tax", None)


def test_the_desk_counts_where_it_crosses_a_move_in_the_mailbox(office: Office) -> None:
    office.append(a_mail(1))
    worker = office.worker()
    worker.round()
    office.move(1, "Queues/Jobseeker", source="Queues/Tax")
    ask_to_correct(office.database, 1, "visitation")
    worker.round()
    worker.round()
    assert office.places() == {"<1@mail.example.org>": ["Queues/Visitation"]}
    assert (office.mail().target_folder, office.case().shelf) == ("Queues/Visitation", "visitation")
    assert [row.state for row in corrections_of(office.database)] == [CorrectionState.DONE]


def test_the_desk_counts_also_where_somebody_is_quicker_at_the_last_moment(quick: Office) -> None:
    def _take(step: str, _id: int) -> None:
        if step == "correction_moving" and quick.mail().target_folder == "Queues/Tax":
            quick.move(1, "Queues/Jobseeker", source="Queues/Tax")

    quick.append(a_mail(1))
    worker = quick.worker(_take)
    worker.round()
    ask_to_correct(quick.database, 1, "visitation")
    worker.round()
    worker.round()
    assert quick.places() == {"<1@mail.example.org>": ["Queues/Visitation"]}
    assert (quick.mail().target_folder, quick.case().shelf) == ("Queues/Visitation", "visitation")


def test_an_unreadable_mail_is_recognised_too(quick: Office) -> None:
    quick.append(b"\x00\x01\x02\x03")
    worker = quick.worker()
    worker.round()
    assert quick.case().shelf == "unreadable"
    quick.move(1, "Queues/Tax", source="Queues/Unreadable")
    worker.round()
    assert (quick.mail().target_folder, quick.case().shelf) == ("Queues/Tax", "tax")


def test_a_quiet_folder_is_not_opened(quick: Office) -> None:
    quick.append(a_mail(1))
    worker = quick.worker()
    worker.round()
    worker.round()
    looks = _looks(quick.database)
    worker.round()
    assert _looks(quick.database) == looks
    # Once in a while it is opened all the same.
    with quick.database.transaction() as session:
        session.execute(update(FolderLook).values(looked_at=now() - timedelta(minutes=11)))
    worker.round()
    assert all(at > now() - timedelta(minutes=1) for at in _looks(quick.database).values())


def test_a_folder_is_opened_until_all_mail_in_it_was_recognised(quick: Office) -> None:
    """Else mails that others were moved from, before it was renumbered, wait for ten minutes."""
    quick.append(a_mail(1))
    worker = quick.worker()
    worker.round()
    worker.round()
    with quick.database.transaction() as session:
        # As it is when a mail in it was put off at the last look.
        session.execute(update(FolderLook).values(scanned_uidvalidity=None))
    worker.round()
    with quick.database.transaction() as session:
        looks = session.scalars(select(FolderLook)).all()
    assert {look.folder for look in looks} >= {"INBOX", "Queues/Tax"}
    assert all(look.scanned_uidvalidity == look.uidvalidity for look in looks)


SORTING_STEPS = ["sighted", "fetched", "kept", "sorted"]


@pytest.mark.parametrize("step", SORTING_STEPS)
def test_killed_while_following_a_move(office: Office, step: str) -> None:
    office.append(a_mail(1), a_mail(2))
    first = office.worker()
    first.round()
    office.end()
    office.move(1, "Queues/Visitation", source="Queues/Tax")
    with office.servers.view() as view:
        view._client.append("Queues/Visitation", a_mail(3), msg_time=now() - timedelta(2))
    configuration = office.settings(claim_seconds=1.0)
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    wait_until_settled(office.database, 3)
    _wait_for_row(office.database, "Queues/Visitation", 1)
    end_worker(second)

    expected = {
        "<1@mail.example.org>": "Queues/Visitation",
        "<2@mail.example.org>": "Queues/Tax",
        "<3@mail.example.org>": "Queues/Visitation",
    }
    with office.servers.view() as view:
        check_exactly_once(office.database, view, expected, office.servers.acknowledged())
    assert outcomes_of(office.database)[0] == (BY_HAND, "tax > visitation")
    assert len(outcomes_of(office.database)) == 2
    assert len(office.servers.acknowledged()) == 2


def test_two_workers_and_people_at_once(office: Office) -> None:
    office.append(*(a_mail(number) for number in range(1, 13)))
    first = office.worker()
    first.round()
    office.end()
    configuration = office.settings()
    workers = [start_worker(configuration) for _ in range(2)]
    folders = ["Visitation", "Jobseeker", "Spam"]
    office.append(*(a_mail(number, "visitation") for number in range(13, 25)))
    for uid in range(1, 13):
        office.move(uid, f"Queues/{folders[uid % 3]}", source="Queues/Tax")
    shelves = {"Visitation": "visitation", "Jobseeker": "jobseeker", "Spam": "spam"}
    for uid in range(1, 13):
        _wait_for_shelf(office.database, f"<{uid}@mail.example.org>", shelves[folders[uid % 3]])
    rows = wait_until_settled(office.database, 24)
    for worker in workers:
        end_worker(worker)
    expected = {
        f"<{n}@mail.example.org>": f"Queues/{folders[n % 3] if n < 13 else 'Visitation'}"
        for n in range(1, 25)
    }
    with office.servers.view() as view:
        rows = check_exactly_once(office.database, view, expected, office.servers.acknowledged())
    assert {row.perhaps_duplicate_of for row in rows} == {None}
    # No move of ours was taken for somebody's.
    assert len(outcomes_of(office.database)) == 12
    assert len(office.servers.acknowledged()) == 24


def _events(database: Database) -> list[tuple[str, str | None]]:
    with database.transaction() as session:
        rows = session.scalars(select(CaseEvent).order_by(CaseEvent.id)).all()
    return [(row.action, row.detail) for row in rows]


def _looks(database: Database) -> dict[str, Any]:
    with database.transaction() as session:
        rows = session.scalars(select(FolderLook).where(FolderLook.folder != "INBOX"))
        return {row.folder: row.looked_at for row in rows}


def _wait_for_row(database: Database, folder: str, uid: int) -> None:
    for _ in range(200):
        if any((row.target_folder, row.target_uid) == (folder, uid) for row in mails_of(database)):
            return
        threading.Event().wait(0.1)
    pytest.fail("it was not followed in 20 seconds")


def _wait_for_shelf(database: Database, message_id: str, shelf: str) -> None:
    for _ in range(300):
        with database.transaction() as session:
            found = session.scalar(
                select(Case.shelf)
                .join(Mail, Mail.case_id == Case.id)
                .where(Mail.message_id == message_id)
            )
        if found == shelf:
            return
        threading.Event().wait(0.1)
    pytest.fail(f"{message_id} is not on {shelf} after 30 seconds")
