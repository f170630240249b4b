"""The worker against Dovecot: all of it, and with capabilities that servers in the wild lack.

The decider is a stand-in without a model (tests/triage/composition.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from ankomst.triage_worker import reconcile
from settings import Settings
from storage.database import Database
from storage.times import now
from tests.interop.dovecot import (
    PASSWORD,
    WITHOUT_IDLE,
    WITHOUT_MOVE,
    WITHOUT_UIDPLUS,
    Dovecot,
    DovecotOptions,
    running_dovecot,
)
from tests.triage.asked import (
    a_case,
    ask_to_correct,
    ask_to_reply,
    case_of,
    corrections_of,
    make_errands_due,
    message_of,
    wait_until_carried_out,
)
from tests.triage.composition import (
    a_mail,
    end_all,
    mails_of,
    make_mails_due,
    settings_for,
    worker_for,
)
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.line import Break, line_to
from tests.triage.servers import RunningServers, running_servers
from tests.triage.settled import check_exactly_once, wait_until_settled
from triage.errors import MailboxUnavailableError
from triage.folders.first_look import decide_on_old_mail, read_found
from triage.ledger import Observer
from triage.models import Correction, Mail, Mailbox
from triage.states import CorrectionState, MailState
from triage.worker import Worker

_users = (f"office{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as running:
        yield running


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[RunningServers]:
    """The embedded servers, for their SMTP alone."""
    with running_servers(tmp_path / "mail") as running:
        yield running


class Office:
    """One mailbox on a Dovecot, new for the test, and workers for it."""

    def __init__(
        self, dovecot: Dovecot, database: Database, smtp: RunningServers, folder: Path
    ) -> None:
        self.user = next(_users)
        self.dovecot = dovecot
        self._database = database
        self._smtp = smtp
        self._folder = folder
        self._workers: list[Worker] = []

    def settings(self, **changes: Any) -> Settings:
        return settings_for(
            self._database.engine.url.render_as_string(hide_password=False),
            self._folder,
            changes.pop("imap_port", self.dovecot.port),
            self._smtp.smtp_port,
            imap_user=self.user,
            imap_password=PASSWORD,
            **changes,
        )

    def worker(self, observe: Observer | None = None, **changes: Any) -> Worker:
        arguments = () if observe is None else (observe,)
        worker = worker_for(self.settings(**changes), self._database, *arguments)
        self._workers.append(worker)
        return worker

    def append(self, *mails: bytes) -> None:
        with self.dovecot.view(self.user) as view:
            view.append(*mails)

    def folders(self) -> dict[str, int]:
        with self.dovecot.view(self.user) as view:
            return {name: len(mails) for name, mails in view.folders().items()}

    def make_due(self) -> None:
        make_mails_due(self._database)

    def check(self, expected: dict[str, str]) -> list[Mail]:
        with self.dovecot.view(self.user) as view:
            return check_exactly_once(self._database, view, expected, self._smtp.acknowledged())

    def end(self) -> None:
        end_all(self._workers)


@contextmanager
def _office(*arguments: Any) -> Iterator[Office]:
    office = Office(*arguments)
    yield office
    office.end()


def test_bytes_are_kept_as_they_came(
    dovecot: Dovecot, sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with _office(dovecot, sqlite_database, smtp, tmp_path) as office:
        office.append(a_mail(1), a_mail(2, "nothing known"))
        office.worker().round()
        office.check(
            {"<1@mail.example.org>": "Queues/Tax", "<2@mail.example.org>": "Queues/Visitation"}
        )


def test_a_long_inbox_is_looked_at_and_left(
    dovecot: Dovecot, sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    """More mails than are asked about in one command; renumbered, they are left all the same."""
    number = 520
    with _office(dovecot, sqlite_database, smtp, tmp_path) as office:
        with dovecot.view(office.user) as view:
            for one in range(number):
                long_ago = now() - timedelta(days=1 + one)
                view._client.append("INBOX", a_mail(one), flags=[b"\\Seen"], msg_time=long_ago)
        worker = office.worker(old_mail="ask")
        worker.round()
        with sqlite_database.transaction() as session:
            mailbox = session.scalars(select(Mailbox)).one()
            assert mailbox.found is not None
            found = read_found(mailbox.found)
            assert (found.count, found.unread, found.older) == (number, 0, number)
            assert mailbox.counted_at is not None
            decide_on_old_mail(session, mailbox.id, mailbox.counted_at, "leave", None, "alex")
        office.append(a_mail(1000))
        worker.round()
        assert office.folders() == {"INBOX": number, "Queues/Tax": 1}
        end_all([worker])
        dovecot.renumber(office.user)
        office.append(a_mail(1001))
        worker = office.worker(old_mail="ask")
        for _ in range(2):
            worker.round()
        assert office.folders() == {"INBOX": number, "Queues/Tax": 2}
        assert smtp.acknowledged() == ["person1000@example.org", "person1001@example.org"]


@pytest.mark.parametrize(
    ("options", "folder"),
    [
        (DovecotOptions(separator=".", prefix="INBOX."), "INBOX.Queues.Tax"),
        (DovecotOptions(capability=WITHOUT_MOVE), "Queues/Tax"),
        (DovecotOptions(capability=WITHOUT_IDLE), "Queues/Tax"),
    ],
    ids=["other-separator", "without-move", "without-idle"],
)
def test_other_servers(
    options: DovecotOptions,
    folder: str,
    sqlite_database: Database,
    smtp: RunningServers,
    tmp_path: Path,
) -> None:
    with (
        running_dovecot(options) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(2))
        running = start_worker(office.settings())
        wait_until_settled(sqlite_database, 2)
        office.append(a_mail(3))
        wait_until_settled(sqlite_database, 3)
        end_worker(running)
        office.check({f"<{number}@mail.example.org>": folder for number in (1, 2, 3)})


def test_without_uidplus_nothing_is_expunged(
    sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with (
        running_dovecot(DovecotOptions(capability=WITHOUT_UIDPLUS)) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1))
        with dovecot.view(office.user) as view:
            # What somebody else marked must stay.
            view.append(a_mail(2, "visitation"))
            view._client.select_folder("INBOX")
            view._client.add_flags([2], [b"\\Deleted"])
        worker = office.worker()
        worker.round()
        worker.round()
        assert office.folders() == {"INBOX": 2, "Queues/Tax": 1, "Queues/Visitation": 1}
        rows = mails_of(sqlite_database)
        assert [(row.state, row.left_in_inbox) for row in rows] == [
            (MailState.ACKNOWLEDGED, True)
        ] * 2
        # Renumbered, what was left is still known as handled.
        office.end()
        dovecot.renumber(office.user)
        again = office.worker()
        again.round()
        again.round()
        assert office.folders() == {"INBOX": 2, "Queues/Tax": 1, "Queues/Visitation": 1}
        assert len(mails_of(sqlite_database)) == 2
        assert len(smtp.acknowledged()) == 2


@pytest.mark.parametrize("step", ["moving", "moved_on_server", "copied", "removed_from_inbox"])
def test_killed_while_copying(
    step: str, database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with (
        running_dovecot(DovecotOptions(capability=WITHOUT_MOVE)) as dovecot,
        _office(dovecot, database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(2))
        configuration = office.settings(claim_seconds=1.0)
        wait_for_death(start_worker(configuration, step))
        second = start_worker(configuration)
        wait_until_settled(database, 2)
        end_worker(second)
        rows = office.check({f"<{number}@mail.example.org>": "Queues/Tax" for number in (1, 2)})
        assert {row.state for row in rows} == {MailState.ACKNOWLEDGED}


@pytest.mark.parametrize(
    ("capability", "command"), [(None, b"UID MOVE"), (WITHOUT_MOVE, b"UID COPY")]
)
def test_a_mail_beyond_the_limit_is_found_where_it_was_moved(
    capability: str | None,
    command: bytes,
    sqlite_database: Database,
    smtp: RunningServers,
    tmp_path: Path,
) -> None:
    """The answer is lost, and only the first part of the mail was ever read."""
    with (
        running_dovecot(DovecotOptions(capability=capability)) as dovecot,
        line_to(dovecot.port, Break(command, delivered=True)) as line,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1, Message_ID="") + b"a line\r\n" * 4_000)
        worker = office.worker(imap_port=line.port, mail_limit_megabytes=0.01)
        with pytest.raises(MailboxUnavailableError):
            worker.round()
        office.make_due()
        worker.round()
        assert office.folders() == {"Queues/Unreadable": 1}
        (row,) = mails_of(sqlite_database)
        assert (row.state, row.target_uid) == (MailState.NOT_ACKNOWLEDGED, 1)


@pytest.mark.parametrize("same_content", [True, False])
def test_another_mail_is_not_taken_for_the_copy(
    same_content: bool, sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    """Killed before it copied; meanwhile its folder has another mail, of its Message-ID or all alike.

    The one that waits is not taken out of the inbox for it.
    """
    with (
        running_dovecot(DovecotOptions(capability=WITHOUT_MOVE)) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        if same_content:
            office.append(a_mail(1))
            office.worker().round()
        office.append(a_mail(1))
        configuration = office.settings(claim_seconds=1.0)
        wait_for_death(start_worker(configuration, "moving"))
        if same_content:
            dovecot.renumber(office.user, "Queues/Tax")
        else:
            with dovecot.view(office.user) as view:
                view.append(a_mail(2, Message_ID="<1@mail.example.org>"), folder="Queues/Tax")
        second = start_worker(configuration)
        # The other mail gets a row of its own, as one that a person put there.
        wait_until_settled(sqlite_database, 2)
        end_worker(second)
        assert office.folders() == {"Queues/Tax": 2}
        assert {row.target_uid for row in mails_of(sqlite_database)} == {1, 2}


@pytest.mark.parametrize("delivered", [True, False])
@pytest.mark.parametrize("command", [b"UID COPY", b"UID STORE", b"UID EXPUNGE"])
def test_the_line_breaks_while_copying(
    command: bytes,
    delivered: bool,
    sqlite_database: Database,
    smtp: RunningServers,
    tmp_path: Path,
) -> None:
    with (
        running_dovecot(DovecotOptions(capability=WITHOUT_MOVE)) as dovecot,
        line_to(dovecot.port, Break(command, delivered)) as line,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(2))
        worker = office.worker(imap_port=line.port)
        with pytest.raises(MailboxUnavailableError):
            worker.round()
        for _ in range(3):
            office.make_due()
            worker.round()
        office.check({f"<{number}@mail.example.org>": "Queues/Tax" for number in (1, 2)})


def test_twins_that_are_moved_when_the_line_breaks(
    dovecot: Dovecot, sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    """Two mails with the same content: neither may be taken for the other and lost."""
    with (
        line_to(dovecot.port, Break(b"UID MOVE", delivered=True, times=2)) as line,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(1), a_mail(1))
        worker = office.worker(imap_port=line.port)
        for _ in range(5):
            office.make_due()
            try:
                worker.round()
            except MailboxUnavailableError:
                continue
        assert office.folders() == {"Queues/Tax": 3}
        rows = mails_of(sqlite_database)
        assert len({row.target_uid for row in rows}) == 3
        assert sorted(str(row.acknowledgement) for row in rows) == [
            "perhaps_a_duplicate",
            "perhaps_a_duplicate",
            "sent",
        ]
        assert smtp.acknowledged() == ["person1@example.org"]


@pytest.mark.parametrize("step", ["kept", "parsed", "decided", "moving", "moved_on_server"])
def test_renumbered_after_a_kill(
    step: str,
    dovecot: Dovecot,
    sqlite_database: Database,
    smtp: RunningServers,
    tmp_path: Path,
) -> None:
    with _office(dovecot, sqlite_database, smtp, tmp_path) as office:
        office.append(a_mail(1))
        wait_for_death(start_worker(office.settings(claim_seconds=1.0), step))
        office.append(a_mail(2))
        dovecot.renumber(office.user)
        worker = office.worker()
        for _ in range(4):
            office.make_due()
            worker.round()
        rows = office.check({f"<{number}@mail.example.org>": "Queues/Tax" for number in (1, 2)})
        assert [row.perhaps_duplicate_of for row in rows] == [None, None]
        assert {row.state for row in rows} == {MailState.ACKNOWLEDGED}


def test_two_workers_over_a_hundred_mails(
    dovecot: Dovecot, database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    kinds = {"tax": "Tax", "jobseeker": "Jobseeker", "other": "Visitation"}
    about = [list(kinds)[number % 3] for number in range(100)]
    with _office(dovecot, database, smtp, tmp_path) as office:
        office.append(*(a_mail(number, kind) for number, kind in enumerate(about)))
        workers = [start_worker(office.settings()) for _ in range(2)]
        rows = wait_until_settled(database, len(about), seconds=120)
        for worker in workers:
            end_worker(worker)
        rows = office.check(
            {
                f"<{number}@mail.example.org>": f"Queues/{kinds[kind]}"
                for number, kind in enumerate(about)
            }
        )
        assert {row.state for row in rows} == {MailState.ACKNOWLEDGED}
        assert len(smtp.acknowledged()) == len(about)


@pytest.mark.parametrize(
    ("options", "queues"),
    [
        (DovecotOptions(), "Queues/"),
        (DovecotOptions(separator=".", prefix="INBOX."), "INBOX.Queues."),
        (DovecotOptions(capability=WITHOUT_MOVE), "Queues/"),
    ],
    ids=["all-of-it", "other-separator", "without-move"],
)
def test_corrections_and_replies_on_other_servers(
    options: DovecotOptions,
    queues: str,
    sqlite_database: Database,
    smtp: RunningServers,
    tmp_path: Path,
) -> None:
    with (
        running_dovecot(options) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(2))
        worker = office.worker()
        worker.round()
        ask_to_correct(sqlite_database, 1, "visitation")
        ask_to_reply(sqlite_database, 1)
        worker.round()
        sent = queues.replace("Queues", "Sent")[:-1]
        assert office.folders() == {f"{queues}Tax": 1, f"{queues}Visitation": 1, sent: 1}
        with dovecot.view(office.user) as view:
            view._client.select_folder(sent, readonly=True)
            kept = view._client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"]
            assert view.flags(sent) == [(b"\\Seen",)]
        assert kept == message_of(1, "asker1@example.org", "<reply1@ics.example.test>")
        assert {row.state for row in corrections_of(sqlite_database)} == {CorrectionState.DONE}


def test_a_reply_is_kept_in_the_folder_that_the_server_names(
    sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with (
        running_dovecot(DovecotOptions(sent="Afsendt")) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        ask_to_reply(sqlite_database, a_case(sqlite_database))
        office.worker().round()
        assert office.folders() == {"Afsendt": 1}


def test_a_correction_without_uidplus_expunges_nothing(
    sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with (
        running_dovecot(DovecotOptions(capability=WITHOUT_UIDPLUS)) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(2))
        worker = office.worker()
        worker.round()
        with dovecot.view(office.user) as view:
            # What somebody else marked must stay.
            view._client.select_folder("Queues/Tax")
            view._client.add_flags([2], [b"\\Deleted"])
        ask_to_correct(sqlite_database, 1, "visitation")
        worker.round()
        assert office.folders() == {"INBOX": 2, "Queues/Tax": 2, "Queues/Visitation": 1}
        assert {row.state for row in corrections_of(sqlite_database)} == {CorrectionState.DONE}


@pytest.mark.parametrize(
    "step",
    ["correction_moving", "correction_moved_on_server", "correction_copied", "correction_removed"],
)
def test_killed_while_copying_for_a_correction(
    step: str, database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with (
        running_dovecot(DovecotOptions(capability=WITHOUT_MOVE)) as dovecot,
        _office(dovecot, database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(2))
        office.worker().round()
        for mail_id in (1, 2):
            ask_to_correct(database, mail_id, "visitation")
        configuration = office.settings(claim_seconds=1.0)
        wait_for_death(start_worker(configuration, step))
        second = start_worker(configuration)
        wait_until_carried_out(database)
        end_worker(second)
        assert {row.state for row in corrections_of(database)} == {CorrectionState.DONE}
        office.check({f"<{number}@mail.example.org>": "Queues/Visitation" for number in (1, 2)})


@pytest.mark.parametrize("step", ["correction_moving", "correction_moved_on_server"])
def test_the_old_folder_is_renumbered_after_a_kill(
    step: str,
    dovecot: Dovecot,
    sqlite_database: Database,
    smtp: RunningServers,
    tmp_path: Path,
) -> None:
    with _office(dovecot, sqlite_database, smtp, tmp_path) as office:
        office.append(a_mail(1), a_mail(2))
        office.worker().round()
        ask_to_correct(sqlite_database, 1, "visitation")
        wait_for_death(start_worker(office.settings(claim_seconds=1.0), step))
        dovecot.renumber(office.user, "Queues/Tax")
        ask_to_correct(sqlite_database, 2, "jobseeker")
        second = start_worker(office.settings(claim_seconds=1.0))
        wait_until_carried_out(sqlite_database)
        end_worker(second)
        assert {row.state for row in corrections_of(sqlite_database)} == {CorrectionState.DONE}
        office.check(
            {
                "<1@mail.example.org>": "Queues/Visitation",
                "<2@mail.example.org>": "Queues/Jobseeker",
            }
        )


@pytest.mark.parametrize(
    ("step", "capability"),
    [("correction_moved_on_server", None), ("correction_removed", WITHOUT_MOVE)],
)
def test_of_twins_one_is_moved_when_the_old_folder_is_renumbered_after_a_kill(
    step: str,
    capability: str | None,
    sqlite_database: Database,
    smtp: RunningServers,
    tmp_path: Path,
) -> None:
    """What is left in the old folder is the other mail of the same content."""
    with (
        running_dovecot(DovecotOptions(capability=capability)) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(1))
        office.worker().round()
        ask_to_correct(sqlite_database, 1, "visitation")
        wait_for_death(start_worker(office.settings(), step))
        dovecot.renumber(office.user, "Queues/Tax")
        # The folder is looked at while the correction is still held, and then it is taken up.
        second = office.worker()
        second.round()
        with sqlite_database.transaction() as session:
            session.execute(update(Correction).values(claimed_until=now() - timedelta(1)))
        for _ in range(3):
            office.make_due()
            second.round()
        assert {row.state for row in corrections_of(sqlite_database)} == {CorrectionState.DONE}
        assert [mail.missing_since for mail in mails_of(sqlite_database)] == [None, None]
        counts = office.folders()
        assert (counts.get("Queues/Tax"), counts.get("Queues/Visitation")) == (1, 1)


def test_twins_that_are_corrected_when_the_line_breaks(
    dovecot: Dovecot, sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    """Two mails with the same content: neither may be taken for the other and lost."""
    with (
        line_to(dovecot.port) as line,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(1), a_mail(1))
        worker = office.worker(imap_port=line.port)
        worker.round()
        line.breaks = Break(b"UID MOVE", delivered=True, times=2)
        for mail_id in (1, 2, 3):
            ask_to_correct(sqlite_database, mail_id, "visitation")
        for _ in range(5):
            make_errands_due(sqlite_database)
            try:
                worker.round()
            except MailboxUnavailableError:
                continue
        assert office.folders() == {"Queues/Visitation": 3}
        assert len({row.target_uid for row in mails_of(sqlite_database)}) == 3
        assert {row.state for row in corrections_of(sqlite_database)} == {CorrectionState.DONE}


def test_people_move_mails(
    dovecot: Dovecot, sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with _office(dovecot, sqlite_database, smtp, tmp_path) as office:
        office.append(*(a_mail(number) for number in range(1, 5)))
        worker = office.worker()
        worker.round()
        with dovecot.view(office.user) as view:
            view.move(1, "Queues/Visitation", source="Queues/Tax")
            view.move(2, "INBOX", source="Queues/Tax")
            view._client.select_folder("Queues/Tax")
            view._client.create_folder("Queues/Spam")
            view._client.copy([3], "Queues/Spam")
        worker.round()
        worker.round()
        rows = mails_of(sqlite_database)
        assert [(row.message_id, row.target_folder) for row in rows] == [
            ("<1@mail.example.org>", "Queues/Visitation"),
            ("<2@mail.example.org>", "INBOX"),
            ("<3@mail.example.org>", "Queues/Tax"),
            ("<4@mail.example.org>", "Queues/Tax"),
            ("<3@mail.example.org>", "Queues/Spam"),
        ]
        assert [row.perhaps_duplicate_of for row in rows] == [None, None, None, None, 3]
        assert len(smtp.acknowledged()) == 4
        configuration = office.settings()
        report = reconcile(configuration, sqlite_database)
        assert (report.unexplained, report.discrepancies) == (0, ())


def test_a_renumbered_folder_of_a_queue(
    dovecot: Dovecot, database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with _office(dovecot, database, smtp, tmp_path) as office:
        office.append(*(a_mail(number) for number in range(1, 5)))
        worker = office.worker()
        worker.round()
        with dovecot.view(office.user) as view:
            view.move(1, "Mine", source="Queues/Tax")
        worker.round()
        office.end()
        before = [(row.id, row.target_uid) for row in mails_of(database)]
        dovecot.renumber(office.user, "Queues/Tax")
        with dovecot.view(office.user) as view:
            # Of the others one is moved while the numbers are new to everybody.
            view.move(1, "Queues/Visitation", source="Queues/Tax")
        for _ in range(3):
            office.worker().round()
            office.make_due()
        rows = mails_of(database)
        assert len(rows) == len(before) == 4
        folders = sorted(str(row.target_folder) for row in rows)
        assert folders == ["Queues/Tax", "Queues/Tax", "Queues/Tax", "Queues/Visitation"]
        assert [row.missing_since is not None for row in rows] == [True, False, False, False]
        corrected = [
            case_of(database, row.case_id).confirmation
            for row in rows
            if row.target_folder == "Queues/Tax"
        ]
        assert corrected == [None, None, None]
        assert len(smtp.acknowledged()) == 4


def test_moved_by_a_program_without_move(
    sqlite_database: Database, smtp: RunningServers, tmp_path: Path
) -> None:
    with (
        running_dovecot(DovecotOptions(capability=WITHOUT_UIDPLUS)) as dovecot,
        _office(dovecot, sqlite_database, smtp, tmp_path) as office,
    ):
        office.append(a_mail(1), a_mail(2, "visitation"))
        worker = office.worker()
        worker.round()
        with dovecot.view(office.user) as view:
            view._client.select_folder("Queues/Tax")
            view._client.copy([1], "Queues/Visitation")
            view._client.add_flags([1], [b"\\Deleted"])
        worker.round()
        worker.round()
        first, second = mails_of(sqlite_database)
        assert (first.target_folder, first.left_in_inbox) == ("Queues/Visitation", True)
        assert case_of(sqlite_database, first.case_id).shelf == "visitation"
        assert case_of(sqlite_database, second.case_id).confirmation is None
        configuration = office.settings()
        report = reconcile(configuration, sqlite_database)
        assert (report.unexplained, report.discrepancies) == (0, ())
