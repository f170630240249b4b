"""People are told that mail came: once for each arrival, when they want it, without anybody's data."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.times import now
from tests.triage.bench import Bench
from tests.triage.composition import a_mail, ignore_step, mails_of, wait_for
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.servers import RunningServers
from tests.triage.settled import wait_until_settled
from tests.triage.smtp_server import moody_smtp
from triage.cases.handling import close, correct
from triage.models import Case, Notification
from triage.queues.notifications import MOST_IN_HOUR, Notifications, due_at
from triage.queues.settings import EVERYWHERE, Chosen, Notify, place, save
from triage.queues.working_days import WorkingDays
from triage.states import NotificationState
from web.dates import ZONE

TOLD = "tax@office.example.org"
AT_ONCE = Notify((TOLD,), "at_once", in_hours=False)
OFFICE = WorkingDays({day: (time(9), time(15)) for day in range(5)})


def tell(database: Database, notify: Notify, **chosen: Any) -> None:
    with database.transaction() as session:
        before = place(session, "tax", EVERYWHERE)
        save(session, "tax", EVERYWHERE, Chosen(notify=notify, **chosen), before.revision, "alex")


def told(servers: RunningServers, to: str = TOLD) -> list[tuple[str, str]]:
    """Subject and text of what an address got."""
    found = []
    for mail in servers.received():
        if mail["Delivered-To"] == to:
            read = message_from_bytes(mail.as_bytes(), policy=policy.default)
            assert read["Auto-Submitted"] == "auto-generated"
            found.append((str(read["Subject"]), str(read.get_content())))
    return found


def add_case(database: Database, **columns: Any) -> int:
    values = {"channel": "mail", "shelf": "tax", "opened_at": now(), "untold_since": now()}
    with database.transaction() as session:
        case = Case(**(values | columns))
        session.add(case)
        session.flush()
        return case.id


def written_down(database: Database) -> list[tuple[str, list[int], bool]]:
    with database.reading() as session:
        rows = session.scalars(select(Notification).order_by(Notification.id))
        return [(row.recipient, row.cases, row.urgent) for row in rows]


def board(database: Database) -> Notifications:
    return Notifications(database, "worker-1", 60, ignore_step)


@pytest.mark.parametrize(
    ("notify", "since", "expected"),
    [
        (AT_ONCE, "2026-11-28T22:00", "2026-11-28T22:00"),
        (Notify((TOLD,), "at_once"), "2026-11-27T11:00", "2026-11-27T11:00"),
        (Notify((TOLD,), "at_once"), "2026-11-27T15:00", "2026-11-30T09:00"),
        (Notify((TOLD,), "every", 30), "2026-11-27T11:00", "2026-11-27T11:30"),
        (Notify((TOLD,), "every", 30), "2026-11-27T14:45", "2026-11-30T09:00"),
        (Notify((TOLD,), "at", 60, (time(9), time(13))), "2026-11-27T08:59", "2026-11-27T09:00"),
        (Notify((TOLD,), "at", 60, (time(9), time(13))), "2026-11-27T09:00", "2026-11-27T13:00"),
        (Notify((TOLD,), "at", 60, (time(9), time(13))), "2026-11-27T13:30", "2026-11-30T09:00"),
        (
            Notify((TOLD,), "at", 60, (time(9), time(13)), in_hours=False),
            "2026-11-27T13:30",
            "2026-11-28T09:00",
        ),
        # Over Christmas: the 25th to the 27th are free.
        (Notify((TOLD,), "at_once"), "2026-12-24T16:00", "2026-12-28T09:00"),
    ],
)
def test_when_people_are_told(notify: Notify, since: str, expected: str) -> None:
    at = due_at(notify, OFFICE, datetime.fromisoformat(since).replace(tzinfo=ZONE))
    assert at == datetime.fromisoformat(expected).replace(tzinfo=ZONE)


def test_each_mail_is_told_of_once_with_nothing_that_it_says(bench: Bench) -> None:
    tell(bench.database, Notify((TOLD, "bo@example.org"), "at_once", in_hours=False))
    worker = bench.worker()
    bench.append(a_mail(1), a_mail(2, "jobseeker"), a_mail(3, Auto_Submitted="auto-replied"))
    for _ in range(3):
        worker.round()
        bench.make_due()
    ((subject, text),) = told(bench.servers)
    assert subject == "1 ny henvendelse i Skat"
    case_id = mails_of(bench.database)[0].case_id
    assert f"ICS-{case_id:06d}: http://127.0.0.1:8000/desk/cases/{case_id}" in text
    assert "http://127.0.0.1:8000/desk/tax/" in text
    assert not any(word in text + subject for word in ("question", "person1", "example.org"))
    assert len(told(bench.servers, "bo@example.org")) == 1
    with bench.database.reading() as session:
        assert set(session.scalars(select(Notification.state))) == {NotificationState.SENT}


def test_a_waiting_worker_is_woken_when_its_time_has_come(bench: Bench) -> None:
    tell(bench.database, Notify((TOLD,), "every", 10, in_hours=False))
    add_case(bench.database, untold_since=now() - timedelta(minutes=10) + timedelta(seconds=8))
    bench.worker().round()
    assert told(bench.servers) == []
    running = start_worker(bench.settings())
    wait_for(lambda: len(told(bench.servers)) == 1)
    end_worker(running)


def test_old_mail_and_what_a_caseworker_opened_are_not_told_of(bench: Bench) -> None:
    tell(bench.database, AT_ONCE)
    worker = bench.worker(acknowledge_within_hours=0)
    bench.append(a_mail(1))
    worker.round()
    assert written_down(bench.database) == []


def test_put_into_another_queue_its_people_are_told(bench: Bench) -> None:
    tell(bench.database, AT_ONCE)
    worker = bench.worker()
    bench.append(a_mail(1, "jobseeker"))
    worker.round()
    with bench.database.transaction() as session:
        case = session.scalars(select(Case)).one()
        correct(session, case.id, case.revision, "tax", "kim")
    worker.round()
    assert [subject for subject, _ in told(bench.servers)] == ["1 ny henvendelse i Skat"]


def test_together_after_some_minutes(database: Database) -> None:
    tell(database, Notify((TOLD,), "every", 30, in_hours=False))
    first = add_case(database, untold_since=now() - timedelta(minutes=31))
    second, third = add_case(database), add_case(database)
    with database.transaction() as session:
        close(session, third, 1, "kim")
    elsewhere = add_case(database, centre="odense")
    notifications = board(database)
    notifications.prepare()
    notifications.prepare()
    assert written_down(database) == [(TOLD, [first, second], False)]
    with database.reading() as session:
        waiting = session.scalars(select(Case.id).where(Case.untold_since.is_not(None))).all()
    assert waiting == [elsewhere]
    due = notifications.next_due()
    assert due is not None
    assert due <= now()  # one waits to be sent


def test_where_nobody_wants_to_know_nothing_is_kept_for_later(database: Database) -> None:
    add_case(database)
    board(database).prepare()
    assert board(database).next_due() is None
    tell(database, AT_ONCE)
    board(database).prepare()
    assert written_down(database) == []


def test_what_is_urgent_is_told_of_alone_and_at_any_hour(database: Database) -> None:
    tomorrow = (now().astimezone(ZONE) + timedelta(days=1)).weekday()
    tell(database, Notify((TOLD,), "at_once"), hours={tomorrow: (time(9), time(15))})
    add_case(database)
    urgent = add_case(database, urgent=True)
    board(database).prepare()
    assert written_down(database) == [(TOLD, [urgent], True)]


def test_in_a_flood_so_many_are_sent_in_an_hour_and_the_rest_together(database: Database) -> None:
    tell(database, AT_ONCE)
    notifications = board(database)
    cases = []
    for _ in range(MOST_IN_HOUR + 5):
        cases.append(add_case(database))
        notifications.prepare()
    assert len(written_down(database)) == MOST_IN_HOUR
    with database.transaction() as session:
        session.execute(update(Notification).values(made_at=now() - timedelta(minutes=61)))
    notifications.prepare()
    assert written_down(database)[-1] == (TOLD, cases[MOST_IN_HOUR:], False)


def test_many_cases_are_counted_and_the_first_ones_linked(bench: Bench) -> None:
    tell(bench.database, AT_ONCE)
    for _ in range(23):
        add_case(bench.database)
    bench.worker().round()
    ((subject, text),) = told(bench.servers)
    assert subject == "23 nye henvendelser i Skat"
    assert text.count("/desk/cases/") == 20
    assert "og 3 flere" in text


def test_put_off_by_the_server_it_is_sent_later_and_refused_never(bench: Bench) -> None:
    tell(bench.database, AT_ONCE)
    add_case(bench.database)
    with moody_smtp() as (smtp, port):
        worker = bench.worker(smtp_port=port)
        smtp.content_answer = "451 later"
        worker.round()
        with bench.database.transaction() as session:
            row = session.scalars(select(Notification)).one()
            assert (row.state, smtp.took) == (NotificationState.WAITING, [])
            session.execute(update(Notification).values(due_at=now()))
        smtp.content_answer = None
        worker.round()
        assert smtp.took == [TOLD]
        add_case(bench.database)
        smtp.content_answer = "550 no such mailbox"
        worker.round()
        assert smtp.took == [TOLD]
    with bench.database.reading() as session:
        states = session.scalars(select(Notification.state).order_by(Notification.id)).all()
    assert states == [NotificationState.SENT, NotificationState.REFUSED]


def test_after_a_day_it_is_of_no_use(bench: Bench) -> None:
    tell(bench.database, AT_ONCE)
    add_case(bench.database)
    board(bench.database).prepare()
    with bench.database.transaction() as session:
        session.execute(update(Notification).values(made_at=now() - timedelta(hours=25)))
    bench.worker().round()
    assert told(bench.servers) == []
    with bench.database.reading() as session:
        assert session.scalars(select(Notification.state)).one() is NotificationState.REFUSED


# Killed after these, nobody can know whether it was sent; before, nothing was.
@pytest.mark.parametrize(
    ("step", "state", "sent"),
    [
        ("decided", NotificationState.SENT, 1),
        ("notification_offered", NotificationState.SENT, 1),
        ("notification_sending", NotificationState.UNCERTAIN, 0),
        ("notification_delivered", NotificationState.UNCERTAIN, 1),
        ("notification_sent", NotificationState.SENT, 1),
    ],
)
def test_after_a_kill_nobody_is_told_twice(
    step: str,
    state: NotificationState,
    sent: int,
    database: Database,
    servers: RunningServers,
    tmp_path: Path,
) -> None:
    bench = Bench(database, servers, tmp_path)
    tell(database, AT_ONCE)
    bench.append(a_mail(1))
    configuration = bench.settings(claim_seconds=1.0)
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    wait_until_settled(database, 1)

    def is_over() -> bool:
        with database.reading() as session:
            return list(session.scalars(select(Notification.state))) == [state]

    wait_for(is_over)
    end_worker(second)
    assert len(told(servers)) == sent
