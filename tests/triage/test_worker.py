"""The worker with real servers: what it does with a mail, and when something is away or breaks."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import undefer
from structlog.testing import capture_logs

from language.languages import LANGUAGES
from settings import SettingsError
from storage.database import Database, DatabaseUnavailableError
from storage.migrate import upgrade
from storage.originals import Originals
from storage.times import now
from tests.knowledge.own_articles import bring_in_own_articles
from tests.postgres import Cluster, free_port, running_cluster
from tests.triage.bench import Bench
from tests.triage.composition import (
    ORIGINALS_KEY,
    a_mail,
    ignore_step,
    mails_of,
    settings_for,
    wait_for,
    worker_for,
)
from tests.triage.line import Break, line_to
from tests.triage.parsing.papers import mail_with, pdf
from tests.triage.servers import OWN_ADDRESS, RunningServers, running_servers
from tests.triage.settled import check_exactly_once, wait_until_settled
from tests.triage.smtp_server import moody_smtp
from triage.connections.mailbox import Look
from triage.errors import MailboxRenumberedError, MailboxUnavailableError
from triage.heartbeat import mailbox_statuses
from triage.models import Case, Mail, Mailbox
from triage.states import MailState
from triage.workflow import Work


@pytest.fixture
def bench(sqlite_bench: Bench) -> Bench:
    """On SQLite alone: what differs between the databases is tested elsewhere."""
    return sqlite_bench


def test_each_kind_of_mail_goes_to_its_folder(bench: Bench) -> None:
    bench.append(
        a_mail(1, "tax"),
        a_mail(2, "jobseeker"),
        a_mail(3, "visitation"),
        a_mail(4, "something else"),
        a_mail(5, "tax", List_Id="<news.example.org>"),
        a_mail(6, "tax", X_Spam_Flag="YES"),
        a_mail(7, "cannot be judged"),
        b"\x00\x01\x02",
    )
    assert bench.worker().round() == 8
    assert bench.folders() == {
        "Queues/Tax": 1,
        "Queues/Jobseeker": 1,
        "Queues/Visitation": 2,
        "Queues/Automatic": 1,
        "Queues/Spam": 1,
        "Queues/Unreadable": 2,
    }
    rows = mails_of(bench.database)
    assert [(row.shelf, row.decided, row.acknowledgement) for row in rows] == [
        ("tax", True, "sent"),
        ("jobseeker", True, "sent"),
        ("visitation", True, "sent"),
        ("visitation", False, "sent"),
        ("automatic", True, "automatic"),
        ("spam", True, "spam"),
        ("unreadable", False, "unreadable"),
        ("unreadable", False, "unreadable"),
    ]
    assert bench.servers.acknowledged() == [f"person{n}@example.org" for n in (1, 2, 3, 4)]
    assert all(row.target_uid is not None and row.last_error is None for row in rows)


def test_a_form_without_a_word_goes_where_the_form_belongs(bench: Bench) -> None:
    bench.append(
        mail_with(
            ("scan.pdf", pdf("Blanket 04.063 DA", "CPR 010190-1234")), text="\nSent from my iPhone"
        ),
        mail_with(("scan.pdf", b"%PDF-1.7 broken")),
    )
    assert bench.worker().round() == 2
    assert bench.folders() == {"Queues/Tax": 1, "Queues/Visitation": 1}
    with bench.database.transaction() as session:
        known, unknown = session.scalars(
            select(Mail).order_by(Mail.id).options(undefer(Mail.attachments))
        )
        assert [one["document"] for one in known.attachments or ()] == ["form_04063"]
        assert [one["document"] for one in unknown.attachments or ()] == [None]
        assert (known.reasons or [])[0] == {"key": "document.form_04063", "text": "scan.pdf"}
        for column in Mail.__table__.columns:
            assert "04.063 DA" not in str(getattr(known, column.name))


def test_the_original_is_kept_encrypted(bench: Bench) -> None:
    bench.append(a_mail(1))
    bench.worker().round()
    (row,) = mails_of(bench.database)
    with bench.database.transaction() as session:
        kept = Originals(ORIGINALS_KEY).read(session, row.original_id or 0)
    assert kept.replace(b"\r\n", b"\n") == a_mail(1).replace(b"\r\n", b"\n")
    assert row.original_complete
    assert row.original_size == len(kept)


def test_it_is_kept_before_anything_changes_on_the_server(bench: Bench) -> None:
    bench.append(a_mail(1))
    seen: list[tuple[str, dict[str, int]]] = []

    def _look(step: str, _mail_id: int) -> None:
        seen.append((step, bench.folders()))

    worker = worker_for(bench.settings(), bench.database, _look)
    worker.round()
    worker.stop()
    worker.run()
    before_the_move = seen[: [step for step, _ in seen].index("moved_on_server")]
    assert [step for step, _ in before_the_move] == [
        "sighted",
        "fetched",
        "kept",
        "parsed",
        "decided",
        "moving",
    ]
    assert all(folders == {"INBOX": 1} for _, folders in before_the_move)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_acknowledgement_is_in_the_senders_language(language: str, bench: Bench) -> None:
    bench.append(a_mail(1, f"tax ({language})"))
    bench.worker().round()
    (mail,) = bench.servers.received()
    first_line = (
        (Path("triage/letters/texts/acknowledgement") / f"{language}.txt")
        .read_text(encoding="utf-8")
        .split("\n\n")[1]
        .strip()
    )
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    text = payload.decode("utf-8").replace("\r\n", "\n")
    assert text.startswith(first_line)
    assert "ICS-000001" in text
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<1@mail.example.org>"
    assert mail["Return-Path"] == "<>"
    assert (mail["From"], mail["To"]) == (OWN_ADDRESS, "person1@example.org")


def test_looking_at_a_mail_does_not_mark_it_as_read(bench: Bench) -> None:
    bench.append(a_mail(1))
    bench.worker().round()
    with bench.servers.view() as view:
        assert view.flags("Queues/Tax") == [()]


def test_a_mail_that_a_colleague_has_read_is_taken_all_the_same(bench: Bench) -> None:
    with bench.servers.view() as view:
        view.append(a_mail(1))
        view._client.select_folder("INBOX")
        view._client.add_flags([1], [b"\\Seen"])
    bench.worker().round()
    assert bench.folders() == {"Queues/Tax": 1}
    with bench.servers.view() as view:
        assert view.flags("Queues/Tax") == [(b"\\Seen",)]


def test_message_ids_that_are_missing_or_used_twice_lose_nothing(bench: Bench) -> None:
    bench.append(
        a_mail(1, Message_ID=""),
        a_mail(2, Message_ID=""),
        a_mail(3, Message_ID="<same@x>"),
        a_mail(4, Message_ID="<same@x>"),
    )
    bench.worker().round()
    rows = mails_of(bench.database)
    assert [row.perhaps_duplicate_of for row in rows] == [None] * 4
    assert len(bench.servers.acknowledged()) == 4


def test_the_same_mail_twice_is_shown_and_acknowledged_once(bench: Bench) -> None:
    bench.append(a_mail(1), a_mail(1))
    bench.worker().round()
    first, second = mails_of(bench.database)
    assert (first.perhaps_duplicate_of, first.acknowledgement) == (None, "sent")
    assert second.perhaps_duplicate_of == first.id
    assert second.acknowledgement == "perhaps_a_duplicate"
    assert bench.folders() == {"Queues/Tax": 2}
    assert bench.servers.acknowledged() == ["person1@example.org"]


def test_one_sender_gets_no_more_than_the_cap(bench: Bench) -> None:
    bench.append(*(a_mail(n, From="loop@example.org") for n in range(5)))
    bench.worker(acknowledgements_per_hour=2).round()
    assert bench.servers.acknowledged() == ["loop@example.org"] * 2
    settled = [row.acknowledgement for row in mails_of(bench.database)]
    assert settled == ["sent", "sent", "too_many", "too_many", "too_many"]


def test_variants_of_an_address_share_one_cap(bench: Bench) -> None:
    bench.append(
        a_mail(1, From="Loop+a@example.org"),
        a_mail(2, From="loop+b@EXAMPLE.org"),
        a_mail(3, From="loop@example.org"),
        a_mail(4, From="other@example.org"),
    )
    bench.worker(acknowledgements_per_hour=2).round()
    settled = [row.acknowledgement for row in mails_of(bench.database)]
    assert settled == ["sent", "sent", "too_many", "sent"]


def test_in_all_so_many_are_sent_within_an_hour_and_the_others_wait(bench: Bench) -> None:
    bench.append(*(a_mail(n) for n in range(3)))
    worker = bench.worker(acknowledgements_per_hour_in_all=2)
    worker.round()
    assert len(bench.servers.acknowledged()) == 2
    waiting = mails_of(bench.database)[-1]
    assert waiting.state is MailState.MOVED
    assert "goes round in a circle" in (waiting.last_error or "")
    with bench.database.transaction() as session:
        session.execute(update(Mail).values(acknowledged_at=now() - timedelta(hours=2)))
    bench.make_due()
    worker.round()
    assert len(bench.servers.acknowledged()) == 3
    assert mails_of(bench.database)[-1].acknowledgement == "sent"


def test_two_workers_keep_one_cap(
    database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    """Both have counted before either has sent."""
    bench = Bench(database, servers, tmp_path)
    bench.append(*(a_mail(n, From="loop@example.org") for n in range(2)))
    both = threading.Barrier(2, timeout=20)

    def _meet(step: str, _mail_id: int) -> None:
        if step == "offered":
            both.wait()

    configuration = bench.settings(acknowledgements_per_hour=1)
    # Each takes up one of the two mails.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("triage.worker._BATCH", 1)
        patch.setattr("triage.worker._MOST_IN_ROUND", 1)
        workers = [worker_for(configuration, database, _meet) for _ in range(2)]
        threads = [threading.Thread(target=worker.run) for worker in workers]
        for thread in threads:
            thread.start()
        rows = wait_until_settled(database, 2)
        for worker, thread in zip(workers, threads, strict=True):
            worker.stop()
            thread.join(30)
    assert sorted(row.acknowledgement or "" for row in rows) == ["sent", "too_many"]
    assert servers.acknowledged() == ["loop@example.org"]


def test_mail_that_came_long_ago_is_sorted_but_not_acknowledged(bench: Bench) -> None:
    with bench.servers.view() as view:
        view._client.append("INBOX", a_mail(1), msg_time=now() - timedelta(hours=25))
        view._client.append("INBOX", a_mail(2), msg_time=now() - timedelta(hours=23))
    bench.worker(acknowledge_within_hours=24).round()
    assert bench.folders() == {"Queues/Tax": 2}
    settled = [row.acknowledgement for row in mails_of(bench.database)]
    assert settled == ["old_mail", "sent"]


def test_a_mail_beyond_the_limit_is_shelved_with_its_first_part(bench: Bench) -> None:
    bench.append(a_mail(1) + b"x" * 50_000, a_mail(2))
    bench.worker(mail_limit_megabytes=0.02).round()
    large, small = mails_of(bench.database)
    assert (large.shelf, large.original_complete) == ("unreadable", False)
    assert [reason["key"] for reason in large.reasons or ()] == ["unreadable.too_large"]
    assert large.sender == "person1@example.org"
    assert small.shelf == "tax"


def test_a_mail_that_a_colleague_took_before_is_gone(bench: Bench) -> None:
    def _take(step: str, _mail_id: int) -> None:
        if step == "decided":
            with bench.servers.view() as view:
                view.move(1, "Mine")

    bench.append(a_mail(1), a_mail(2))
    worker = worker_for(bench.settings(), bench.database, _take)
    worker.round()
    worker.stop()
    worker.run()
    taken, other = mails_of(bench.database)
    assert taken.state is MailState.GONE
    assert taken.original_id is not None
    assert other.state is MailState.ACKNOWLEDGED
    assert bench.folders() == {"Mine": 1, "Queues/Tax": 1}


def test_smtp_away_leaves_the_acknowledgement_for_later(bench: Bench) -> None:
    bench.append(a_mail(1), a_mail(2))
    worker = bench.worker(smtp_port=free_port())
    worker.round()
    assert bench.folders() == {"Queues/Tax": 2}
    assert {row.state for row in mails_of(bench.database)} == {MailState.MOVED}
    with bench.database.transaction() as session:
        (status,) = mailbox_statuses(session)
    assert (status.waiting, status.troubled) == (2, 2)
    assert "SmtpUnavailableError" in (status.last_error or "")

    bench.make_due()
    bench.worker().round()
    assert {row.state for row in mails_of(bench.database)} == {MailState.ACKNOWLEDGED}
    assert bench.servers.acknowledged() == ["person1@example.org", "person2@example.org"]


@pytest.mark.parametrize("stage", ["recipient_answer", "content_answer"])
def test_an_acknowledgement_put_off_by_the_server_is_sent_later(stage: str, bench: Bench) -> None:
    bench.append(a_mail(1))
    with moody_smtp() as (server, port):
        setattr(server, stage, "451 4.7.1 try again later")
        worker = bench.worker(smtp_port=port)
        worker.round()
        (row,) = mails_of(bench.database)
        assert (row.state, row.acknowledged_at) == (MailState.MOVED, None)
        bench.make_due()
        worker.round()
        (row,) = mails_of(bench.database)
        assert row.attempts == 1
        setattr(server, stage, None)
        bench.make_due()
        worker.round()
        (row,) = mails_of(bench.database)
        assert (row.state, server.took) == (MailState.ACKNOWLEDGED, ["person1@example.org"])


@pytest.mark.parametrize("stage", ["recipient_answer", "content_answer"])
def test_a_refused_acknowledgement_is_given_up(stage: str, bench: Bench) -> None:
    bench.append(a_mail(1), a_mail(2))
    with moody_smtp() as (server, port):
        setattr(server, stage, "550 5.1.1 no such user")
        bench.worker(smtp_port=port).round()
        rows = mails_of(bench.database)
        assert {(row.state, row.acknowledgement) for row in rows} == {
            (MailState.NOT_ACKNOWLEDGED, "refused")
        }
        assert server.took == []


def test_an_answer_lost_after_the_content_leaves_it_uncertain(bench: Bench) -> None:
    bench.append(a_mail(1), a_mail(2))
    with moody_smtp() as (server, port), line_to(port, Break(b"\r\n.\r\n", True)) as line:
        worker = bench.worker(smtp_port=line.port)
        worker.round()
        bench.make_due()
        worker.round()
        rows = mails_of(bench.database)
        assert [row.state for row in rows] == [
            MailState.ACKNOWLEDGEMENT_UNCERTAIN,
            MailState.ACKNOWLEDGED,
        ]
        assert sorted(server.took) == ["person1@example.org", "person2@example.org"]


@pytest.mark.parametrize("delivered", [True, False])
@pytest.mark.parametrize(
    "command", [b"UID MOVE", b"UID FETCH", b"STATUS", b"CREATE", b"SELECT", b"UID SEARCH"]
)
def test_a_line_that_breaks_within_a_command(command: bytes, delivered: bool, bench: Bench) -> None:
    bench.append(a_mail(1), a_mail(2))
    breaks = Break(command, delivered)
    with line_to(bench.servers.imap_port, breaks) as line:
        worker = bench.worker(imap_port=line.port)
        with pytest.raises(MailboxUnavailableError):
            worker.round()
        assert breaks.broken == 1
        for _ in range(3):
            bench.make_due()
            worker.round()
        with bench.servers.view() as view:
            check_exactly_once(
                bench.database,
                view,
                {f"<{n}@mail.example.org>": "Queues/Tax" for n in (1, 2)},
                bench.servers.acknowledged(),
            )
    assert len(bench.servers.acknowledged()) == 2


def test_a_mail_that_breaks_the_line_does_not_hold_up_the_others(bench: Bench) -> None:
    bench.append(a_mail(1, "tax poison"), a_mail(2), a_mail(3))
    breaks = Break(b"poison", delivered=False, times=1000, of_server=True)
    with line_to(bench.servers.imap_port, breaks) as line:
        worker = bench.worker(imap_port=line.port)
        for _ in range(6):
            try:
                worker.round()
            except MailboxUnavailableError:
                continue
        poisoned, *others = mails_of(bench.database)
        assert {row.state for row in others} == {MailState.ACKNOWLEDGED}
        assert poisoned.state is MailState.SIGHTED
        assert poisoned.last_error is not None
        breaks.times = 0
        bench.make_due()
        worker.round()
        assert {row.state for row in mails_of(bench.database)} == {MailState.ACKNOWLEDGED}


def test_the_inbox_is_renumbered_before_a_mail_is_moved(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "mail"
    with running_servers(folder) as servers:
        bench = Bench(sqlite_database, servers, tmp_path)
        bench.append(a_mail(1), a_mail(2))

        def _stop(step: str, mail_id: int) -> None:
            if (step, mail_id) == ("moving", 1):
                raise DatabaseUnavailableError("as if it went away")

        worker = worker_for(bench.settings(), sqlite_database, _stop)
        with pytest.raises(DatabaseUnavailableError):
            worker.round()
        worker.stop()
        worker.run()
        numbers = [(row.uidvalidity, row.uid) for row in mails_of(sqlite_database)]
    (folder / "demo" / "dovecot-uidlist").unlink()
    with running_servers(folder) as servers:
        bench = Bench(sqlite_database, servers, tmp_path)
        worker = bench.worker()
        for _ in range(4):
            bench.make_due()
            worker.round()
        rows = mails_of(sqlite_database)
        # Sighted but not kept, the second is known under its new number alone.
        by_state = sorted((str(row.state), row.message_id) for row in rows)
        assert by_state == [
            ("acknowledged", "<1@mail.example.org>"),
            ("acknowledged", "<2@mail.example.org>"),
        ]
        first = next(row for row in rows if row.message_id == "<1@mail.example.org>")
        assert first.id == 1
        assert (first.uidvalidity, first.uid) not in numbers
        assert first.perhaps_duplicate_of is None
        assert bench.folders() == {"Queues/Tax": 2}
        assert len(servers.acknowledged()) == 2
        bench.end()


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


def test_the_database_goes_and_comes_back(
    own_cluster: Cluster, servers: RunningServers, tmp_path: Path
) -> None:
    database = Database(own_cluster.url())
    upgrade(database)
    bench = Bench(database, servers, tmp_path)
    bench.append(*(a_mail(n) for n in range(6)))

    def _stop(step: str, mail_id: int) -> None:
        if (step, mail_id) == ("moved_on_server", 3):
            own_cluster.stop()

    worker = worker_for(bench.settings(), database, _stop)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        _wait_for_files(servers.folder / "demo" / ".Queues.Tax", 3)
        own_cluster.start()
        wait_until_settled(database, 6)
    finally:
        worker.stop()
        running.join(30)
    with servers.view() as view:
        check_exactly_once(
            database,
            view,
            {f"<{n}@mail.example.org>": "Queues/Tax" for n in range(6)},
            servers.acknowledged(),
        )
    assert len(servers.acknowledged()) == 6
    database.close()


def _wait_for_files(folder: Path, number: int) -> None:
    for _ in range(200):
        if len([*folder.glob("new/*"), *folder.glob("cur/*")]) >= number:
            break
        threading.Event().wait(0.1)
    threading.Event().wait(1.5)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full(
    small_disk: Path, sqlite_template: Path, servers: RunningServers, tmp_path: Path
) -> None:
    (small_disk / "ankomst.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{small_disk / 'ankomst.db'}")
    bench = Bench(database, servers, tmp_path)
    bench.append(*(a_mail(n) for n in range(4)))
    filled_at: list[str] = []

    def _fill(step: str, mail_id: int) -> None:
        if (step, mail_id) == ("moved_on_server", 2):
            filled_at.append(step)
            with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
                while True:
                    filler.write(b"x" * 4096)

    worker = worker_for(bench.settings(), database, _fill)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        wait_for(lambda: bool(filled_at))
        threading.Event().wait(2)
        assert len(servers.acknowledged()) == 1
        (small_disk / "filler").unlink()
        wait_until_settled(database, 4)
    finally:
        worker.stop()
        running.join(60)
    with servers.view() as view:
        check_exactly_once(
            database,
            view,
            {f"<{n}@mail.example.org>": "Queues/Tax" for n in range(4)},
            servers.acknowledged(),
        )
    assert len(servers.acknowledged()) == 4
    database.close()


def test_a_trouble_sounds_its_alarm_once_and_says_when_it_is_over(
    sqlite_database: Database, tmp_path: Path
) -> None:
    imap_port, smtp_port = free_port(), free_port()
    url = str(sqlite_database.engine.url)
    worker = worker_for(settings_for(url, tmp_path, imap_port, smtp_port), sqlite_database)
    servers = RunningServers(tmp_path / "mail", imap_port, smtp_port)
    with capture_logs() as lines:
        running = threading.Thread(target=worker.run)
        running.start()
        try:
            wait_for(lambda: sum(line["event"] == "triage_failed" for line in lines) >= 2)
            # What was never reached is on the desk already, with its error.
            with sqlite_database.transaction() as session:
                (status,) = mailbox_statuses(session)
            assert (status.health, status.first_look_at) == ("stopped", None)
            assert "MailboxUnavailableError" in (status.last_error or "")
            servers.start()
            wait_for(lambda: any(line["event"] == "trouble_over" for line in lines))
        finally:
            worker.stop()
            running.join(30)
            servers.stop()
    levels = [line["log_level"] for line in lines if line["event"] == "triage_failed"]
    assert levels == ["error", *["info"] * (len(levels) - 1)]
    with sqlite_database.transaction() as session:
        (status,) = mailbox_statuses(session)
    assert status.health == "well"


def test_a_full_disk_leaves_the_mail_where_it_is(bench: Bench) -> None:
    bench.append(a_mail(1) + b"x" * 3_000_000, a_mail(2))
    limits = {"pages": 0}

    @event.listens_for(bench.database.engine, "begin")
    def _limit(connection: Any) -> None:
        if limits["pages"]:
            connection.exec_driver_sql(f"PRAGMA max_page_count={limits['pages']}")

    worker = bench.worker()
    with bench.database.transaction() as session:
        used = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
    limits["pages"] = used + 60
    with pytest.raises(DatabaseUnavailableError, match="disk"):
        worker.round()
    assert bench.folders() == {"INBOX": 2}
    assert bench.servers.acknowledged() == []

    limits["pages"] = 1_000_000
    bench.make_due()
    worker.round()
    assert bench.folders() == {"Queues/Tax": 2}
    assert len(bench.servers.acknowledged()) == 2


def test_a_worker_waits_for_mail_and_for_its_servers(
    sqlite_database: Database, tmp_path: Path
) -> None:
    imap_port, smtp_port = free_port(), free_port()
    servers = RunningServers(tmp_path / "mail", imap_port, smtp_port)
    url = str(sqlite_database.engine.url)
    configuration = settings_for(url, tmp_path, imap_port, smtp_port)
    worker = worker_for(configuration, sqlite_database, ignore_step)
    running = threading.Thread(target=worker.run)
    running.start()
    try:
        # It was there before its mailbox was.
        threading.Event().wait(0.5)
        servers.start()
        with servers.view() as view:
            view.append(a_mail(1))
            wait_until_settled(sqlite_database, 1)
            # IDLE tells of the next one.
            view.append(a_mail(2))
            wait_until_settled(sqlite_database, 2)
        servers.stop()
        threading.Event().wait(0.5)
        servers = RunningServers(tmp_path / "mail", imap_port, smtp_port)
        servers.start()
        with servers.view() as view:
            view.append(a_mail(3))
        wait_until_settled(sqlite_database, 3)
    finally:
        worker.stop()
        running.join(30)
        servers.stop()
    assert not running.is_alive()
    with sqlite_database.transaction() as session:
        (status,) = mailbox_statuses(session)
    assert status.last_round_trip_at is not None
    assert status.last_round_trip_at > now() - timedelta(minutes=1)


def test_a_mail_at_whose_reading_workers_end_is_shelved_in_the_end(bench: Bench) -> None:
    bench.append(a_mail(1))
    worker = bench.worker()

    class _EndedError(BaseException):
        """As if the process had ended."""

    def _end(step: str, _mail_id: int) -> None:
        if step == "kept":
            raise _EndedError

    first = worker_for(bench.settings(), bench.database, _end)
    with pytest.raises(_EndedError):
        first.round()
    with bench.database.transaction() as session:
        session.execute(update(Mail).values(attempts=4, claimed_until=now()))
    worker.round()
    (row,) = mails_of(bench.database)
    assert [reason["key"] for reason in row.reasons or ()] == ["unreadable.ended_the_worker"]
    assert bench.folders() == {"Queues/Unreadable": 1}
    first.stop()
    first.run()


def test_an_alarm_names_no_addresses_and_no_numbers(bench: Bench) -> None:
    bench.append(a_mail(1))
    with moody_smtp() as (server, port):
        server.recipient_answer = "451 4.2.1 <person1@example.org> of 010190-1234 is greylisted"
        bench.worker(smtp_port=port).round()
    (row,) = mails_of(bench.database)
    assert row.last_error == "DeliveryPostponedError: 451 4.2.1"


def test_a_worker_with_an_old_view_takes_nothing_for_gone(bench: Bench) -> None:
    """Its round began before a renumbering that another worker has already seen."""

    class _EndedError(BaseException):
        """As if the process had ended."""

    def _end(step: str, _mail_id: int) -> None:
        if step == "decided":
            raise _EndedError

    bench.append(a_mail(1))
    seer = worker_for(bench.settings(), bench.database, _end)
    with pytest.raises(_EndedError):
        seer.round()
    seer._parts.ledger.release_own()
    late = bench.worker()
    late._parts.mailbox.connect()
    look = late._parts.mailbox.look()
    before = Look(look.uidvalidity - 1, 2, (1,))
    with bench.database.transaction() as session:
        session.execute(update(Mailbox).values(scanned_uidvalidity=before.uidvalidity))
    (entry,) = late._parts.ledger.claim_due(1, 1)
    with pytest.raises(MailboxRenumberedError):
        late._workflow.advance(Work(entry, before))
    assert not late._parts.mailbox.connected
    late._parts.ledger.release_own()
    late.round()
    (row,) = mails_of(bench.database)
    assert row.state is MailState.ACKNOWLEDGED
    seer.stop()
    seer.run()


def test_a_worker_with_an_old_view_forgets_nothing(bench: Bench) -> None:
    """A mail that was sighted under the valid number is not forgotten by who knows the void one."""
    bench.append(a_mail(1))
    worker = bench.worker()
    mailbox, ledger = worker._parts.mailbox, worker._parts.ledger
    mailbox.connect()
    look = mailbox.look()
    ledger.sight(ledger.open_mailbox("demo", look), "INBOX", look.uidvalidity, look.uids)
    ledger.release_own()
    (entry,) = ledger.claim_due(1, 1)
    with pytest.raises(MailboxRenumberedError):
        worker._workflow.advance(Work(entry, Look(look.uidvalidity - 1, 2, (1,))))
    (row,) = mails_of(bench.database)
    assert row.state is MailState.SIGHTED


def test_decided_mail_becomes_a_case_and_a_share_is_drawn(bench: Bench) -> None:
    with bench.database.transaction() as session:
        bring_in_own_articles(session)
    bench.append(a_mail(1, "tax"), a_mail(2, "something else"), b"\x00\x01\x02")
    bench.worker(confirmation_share=1, mail_centre="aarhus").round()
    bench.append(a_mail(3, "tax"))
    bench.worker(confirmation_share=0).round()
    with bench.database.transaction() as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
        mails = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert [mail.case_id for mail in mails] == [case.id for case in cases] == [1, 2, 3, 4]
    assert [(case.shelf, case.sampled, case.centre) for case in cases] == [
        ("tax", True, "aarhus"),
        # Unsure and unreadable ones are confirmed anyway.
        ("visitation", False, "aarhus"),
        ("unreadable", False, "aarhus"),
        ("tax", False, None),
    ]
    assert all(case.confirmation is None and case.closed_at is None for case in cases)
    assert cases[0].opened_at == mails[0].received_at


def test_a_centre_that_is_not_there_stops_the_start(bench: Bench) -> None:
    with pytest.raises(SettingsError, match="there is no centre nowhere"):
        bench.worker(mail_centre="nowhere")
