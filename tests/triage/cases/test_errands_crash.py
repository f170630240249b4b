"""A worker is killed with SIGKILL after each step of an errand, and a second one goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import Settings
from storage.database import Database
from tests.triage.asked import (
    a_case,
    ask_to_correct,
    ask_to_reply,
    corrections_of,
    outcomes_of,
    replies_of,
    wait_until_carried_out,
)
from tests.triage.composition import a_mail, mails_of, settings_for
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.servers import RunningServers
from tests.triage.settled import check_history, wait_until_settled
from triage.states import CorrectionState, ReplyState

CLAIM_SECONDS = 1.0

# In the order in which an errand comes by them, on a server with MOVE.
CORRECTION_STEPS = ["correction_moving", "correction_moved_on_server", "correction_done"]
REPLY_STEPS = [
    "reply_offered",
    "reply_sending",
    "reply_delivered",
    "reply_sent",
    "reply_appended",
    "reply_kept",
]

# Killed after these, nobody can know whether the reply was sent.
UNCERTAIN = {"reply_sending", "reply_delivered"}


def _settings(
    database: Database,
    servers: RunningServers,
    folder: Path,
    claim_seconds: float = CLAIM_SECONDS,
) -> Settings:
    return settings_for(
        database.engine.url.render_as_string(hide_password=False),
        folder,
        servers.imap_port,
        servers.smtp_port,
        claim_seconds=claim_seconds,
    )


def _sort(configuration: Settings, database: Database, servers: RunningServers, mails: int) -> None:
    """Let a worker sort so many mails on tax."""
    with servers.view() as view:
        view.append(*(a_mail(number) for number in range(1, mails + 1)))
    worker = start_worker(configuration)
    wait_until_settled(database, mails)
    end_worker(worker)


@pytest.mark.parametrize("step", CORRECTION_STEPS)
def test_a_mail_ends_in_its_new_folder(
    step: str, database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    configuration = _settings(database, servers, tmp_path)
    _sort(configuration, database, servers, 2)
    ask_to_correct(database, 1, "visitation")
    ask_to_correct(database, 1, "jobseeker")
    ask_to_correct(database, 2, "visitation")
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    wait_until_carried_out(database)
    # What was seen of the move before its worker was known to be dead goes a little later.
    wait_until_settled(database, 2)
    end_worker(second)

    assert {row.state for row in corrections_of(database)} == {CorrectionState.DONE}
    with servers.view() as view:
        assert view.places() == {
            "<1@mail.example.org>": ["Queues/Jobseeker"],
            "<2@mail.example.org>": ["Queues/Visitation"],
        }
    assert [row.target_folder for row in mails_of(database)] == [
        "Queues/Jobseeker",
        "Queues/Visitation",
    ]
    assert sorted(outcomes_of(database)) == [
        ("moved_in_mailbox", "Queues/Jobseeker"),
        ("moved_in_mailbox", "Queues/Visitation"),
        ("moved_in_mailbox", "Queues/Visitation"),
    ]
    assert len(servers.acknowledged()) == 2
    check_history(database)


@pytest.mark.parametrize("step", REPLY_STEPS)
def test_a_reply_is_sent_at_most_once_and_kept_once(
    step: str, database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    for number in (1, 2):
        ask_to_reply(database, a_case(database), number)
    configuration = _settings(database, servers, tmp_path)
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    wait_until_carried_out(database)
    end_worker(second)

    first, other = replies_of(database)
    assert first.state is (ReplyState.UNCERTAIN if step in UNCERTAIN else ReplyState.KEPT)
    assert other.state is ReplyState.KEPT
    received = servers.acknowledged()
    # Killed between recording the intention and sending, the person gets none; never two.
    assert received.count("asker1@example.org") == (0 if step == "reply_sending" else 1)
    assert received.count("asker2@example.org") == 1
    kept = ["<reply2@ics.example.test>"]
    if first.state is ReplyState.KEPT:
        kept.insert(0, "<reply1@ics.example.test>")
    with servers.view() as view:
        assert view.places() == {message_id: ["Sent"] for message_id in kept}
    outcome = "reply_uncertain" if step in UNCERTAIN else "reply_sent"
    assert sorted(outcomes_of(database)) == sorted([(outcome, None), ("reply_sent", None)])


def test_two_workers_at_once(database: Database, servers: RunningServers, tmp_path: Path) -> None:
    configuration = _settings(database, servers, tmp_path, claim_seconds=60)
    _sort(configuration, database, servers, 12)
    shelves = ["visitation", "jobseeker", "automatic"]
    for mail_id in range(1, 13):
        ask_to_correct(database, mail_id, "spam")
        ask_to_correct(database, mail_id, shelves[mail_id % 3])
    for number in range(12):
        ask_to_reply(database, a_case(database), number)
    workers = [start_worker(configuration) for _ in range(2)]
    wait_until_carried_out(database)
    for worker in workers:
        end_worker(worker)

    folders = {"visitation": "Visitation", "jobseeker": "Jobseeker", "automatic": "Automatic"}
    expected = {
        str(row.message_id): [f"Queues/{folders[shelves[row.id % 3]]}"]
        for row in mails_of(database)
    }
    expected |= {f"<reply{number}@ics.example.test>": ["Sent"] for number in range(12)}
    with servers.view() as view:
        assert view.places() == expected
    received = servers.acknowledged()
    assert [received.count(f"asker{number}@example.org") for number in range(12)] == [1] * 12
    assert {row.state for row in corrections_of(database)} == {CorrectionState.DONE}
    assert {row.state for row in replies_of(database)} == {ReplyState.KEPT}
