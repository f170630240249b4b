"""One run: mails come in, faults happen, they end, and everything is accounted for."""

from __future__ import annotations

import heapq
import itertools
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Literal

from sqlalchemy import Connection, NullPool, create_engine, select, text

from ankomst.triage_worker import reconcile
from settings import Settings
from storage.database import Database, DatabaseUnavailableError
from storage.migrate import upgrade
from tests.faults.check import Evidence, Problem, problems, read_ledger
from tests.faults.desk import REQUESTS, Desk
from tests.faults.disk import SmallDisk, small_disk
from tests.faults.lines import FaultyLine, LineFault, faulty_line
from tests.faults.mails import LIMIT_MEGABYTES, MailWriter, digest, digest_of_first_part
from tests.faults.office import ACTS, USER, Act, Office, queue_folders
from tests.faults.smtp import TROUBLES, SpoiltSmtp, spoilt_smtp
from tests.faults.workers import AWAY, Workers
from tests.interop.dovecot import (
    PASSWORD,
    WITHOUT_MOVE,
    WITHOUT_UIDPLUS,
    DovecotOptions,
    running_dovecot,
)
from tests.postgres import Cluster, running_cluster
from tests.triage.composition import make_errands_due, make_mails_due, settings_for
from triage.folders.places import Places
from triage.models import Correction, Mail, Mailbox, Reply

Kind = Literal["sqlite", "postgresql"]
Server = Literal["move", "copy", "mark"]
"""With MOVE; without it; without UIDPLUS too, so that what is copied stays, marked as deleted."""

_CAPABILITIES: dict[Server, str | None] = {
    "move": None,
    "copy": WITHOUT_MOVE,
    "mark": WITHOUT_UIDPLUS,
}
_PATIENCE = 2.0
"""Seconds that the workers wait for an answer of the IMAP or SMTP server."""
_CLAIM_SECONDS = 7.0
_LATE_FAULTS_PER_SECOND = 1.0
_LATE_SHARE = 0.3
"""How fast mails come in while a fault is waited for, beside how fast they came before."""
_REQUESTS_PER_MAIL = 0.4
"""How much people ask for meanwhile."""
_LONGEST_SILENCE = _PATIENCE + 1.0
_DISK_MEGABYTES = {"sqlite": 30, "postgresql": 300}
"""Room beside what the mails take, some 30 kB each."""


@dataclass(frozen=True)
class Plan:
    """What a run is to be.

    Attributes:
        seed: Fixes the mails and the faults.
        mails: How many come in; more where a fault has not happened by then.
        seconds: How long they take to come in, with faults all the while.
        database: Which kind.
        server: What the IMAP server can do.
        faults_per_second: On average.
        workers: How many.
        quiet_seconds: How long the workers may take afterwards.
    """

    seed: int
    mails: int
    seconds: float
    database: Kind
    server: Server = "move"
    faults_per_second: float = 4.0
    workers: int = 2
    quiet_seconds: float = 120.0


@dataclass
class Outcome:
    """What came of a run.

    Attributes:
        plan: As it was to be.
        bites: How often each fault happened.
        left_out: Faults that this machine does not allow, with the reason.
        states: How many mails ended in which state.
        mails_a_second: Mails finished, over the time from the first one's coming to quiet.
        seconds_to_quiet: From the last fault's end.
        logged: How often the workers logged what.
        problems: What must not be.
        histories: Of the mails concerned, line by line.
    """

    plan: Plan
    bites: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, str] = field(default_factory=dict)
    states: Counter[str] = field(default_factory=Counter)
    mails_a_second: float = 0.0
    seconds_to_quiet: float = 0.0
    logged: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    histories: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Fault:
    """A kind of fault.

    Attributes:
        name: For the figures.
        weight: How often it is drawn, beside the others.
        begin: Lets it happen; counts by itself when it bit.
        end: What ends it after some time; None for what is over at once.
        seconds: Shortest and longest time until then.
        of: What it takes away: two faults of one thing do not overlap.
    """

    name: str
    weight: float
    begin: Callable[[], None]
    end: Callable[[], None] | None = None
    seconds: tuple[float, float] = (0.3, 1.5)
    of: str = ""


class Run:
    """Everything that takes part in a run."""

    def __init__(self, plan: Plan, scene: _Scene, outcome: Outcome) -> None:
        self._plan, self._scene, self._outcome = plan, scene, outcome
        self._writer = MailWriter(Random(f"mails {plan.seed}"))
        self._contents: list[bytes] = []
        self._chance = Random(f"faults {plan.seed}")
        self._desk = Desk(scene.database, Random(f"desk {plan.seed}"), self._bit)
        self._faults = self._kinds()
        self._away: set[str] = set()
        self._ends: list[tuple[float, int, _Fault]] = []
        self._counter = itertools.count()

    def carry_out(self) -> None:
        """Let mails and faults come, then end the faults, wait until it is quiet, and check."""
        self._begin_work()
        began = time.monotonic()
        self._desk.begin(_REQUESTS_PER_MAIL * self._plan.mails / self._plan.seconds)
        try:
            self._trouble(began)
        finally:
            self._end_faults()
            self._desk.end()
        over = time.monotonic()
        self._wait_until_quiet()
        self._scene.workers.end()
        ended = time.monotonic()
        self._outcome.seconds_to_quiet = ended - over
        self._outcome.mails_a_second = len(self._contents) / (ended - began)
        self._judge()

    def _begin_work(self) -> None:
        """Let a first mail through, so that what fails afterwards fails while workers work."""
        self._deliver()
        self._wait_for_quiet(self._plan.quiet_seconds)

    def _trouble(self, began: float) -> None:
        plan, chance = self._plan, self._chance
        # Each kind once, then as they are drawn.
        first = [*self._faults]
        chance.shuffle(first)
        next_fault = began + 0.5
        nudge = began
        while True:
            moment = time.monotonic()
            share = (moment - began) / plan.seconds
            while len(self._contents) < min(share, 1.0 + _LATE_SHARE * (share - 1)) * plan.mails:
                self._deliver()
            self._end_what_is_over(moment)
            self._scene.workers.keep_running()
            if moment >= nudge and "database" not in self._away:
                self._make_due()
                nudge = moment + 1.0
            if moment >= next_fault:
                rate = plan.faults_per_second if first or share < 1.0 else _LATE_FAULTS_PER_SECOND
                next_fault = moment + chance.expovariate(rate)
                fault = first.pop() if first else self._drawn(share >= 1.0)
                if not self._begin(fault):
                    first.insert(0, fault)
            if share >= 1.0 and self._all_have_bitten():
                return
            if moment > began + 2 * plan.seconds + 100:
                return  # What never bit is told afterwards.
            time.sleep(0.02)

    def _drawn(self, late: bool) -> _Fault:
        """Draw the next fault; late only of those that have not happened, so that mail flows."""
        faults = self._faults
        if late:
            # One that begins anew does not sit out the pause in which it asks no SMTP server.
            wanted = [fault for fault in faults if not self._outcome.bites[fault.name]]
            restart = next(fault for fault in faults if fault.begin == self._restart)
            return self._chance.choice([*wanted, restart])
        return self._chance.choices(faults, [fault.weight for fault in faults])[0]

    def _all_have_bitten(self) -> bool:
        return all(self._outcome.bites[name] for name in self._names())

    def _names(self) -> list[str]:
        """What must happen, each kind at least once."""
        return [*(fault.name for fault in self._faults), *REQUESTS]

    def _begin(self, fault: _Fault) -> bool:
        """Let it happen, unless what it takes away is away already."""
        if fault.of and fault.of in self._away:
            return False
        fault.begin()
        if fault.end is not None:
            self._away.add(fault.of)
            over = time.monotonic() + self._chance.uniform(*fault.seconds)
            heapq.heappush(self._ends, (over, next(self._counter), fault))
        return True

    def _end_what_is_over(self, moment: float) -> None:
        while self._ends and self._ends[0][0] <= moment:
            _, _, fault = heapq.heappop(self._ends)
            if fault.end is not None:
                fault.end()
            self._away.discard(fault.of)

    def _end_faults(self) -> None:
        self._end_what_is_over(float("inf"))
        self._scene.line.hold()
        self._scene.smtp.relent()

    def _wait_until_quiet(self) -> None:
        """Let the workers go on, begun anew, until nothing is left to do."""
        self._scene.workers.end()
        self._wait_for_quiet(self._plan.quiet_seconds)

    def _wait_for_quiet(self, seconds: float) -> None:
        quiet, until = 0, time.monotonic() + seconds
        while quiet < 2 and time.monotonic() < until:
            self._scene.workers.keep_running()
            self._make_due()
            time.sleep(0.3)
            quiet = quiet + 1 if self._is_quiet() else 0
        if quiet < 2:
            self._outcome.problems.append(Problem("", "it did not become quiet"))

    def _is_quiet(self) -> bool:
        """Whether nothing is left to do, and each folder was looked at as it is now."""
        office, database = self._scene.office, self._scene.database
        if not office.inbox_is_done():
            return False
        with database.reading() as session:
            for table in (Mail, Correction, Reply):
                if session.scalar(select(table.id).where(table.due_at.is_not(None)).limit(1)):
                    return False
            mailbox_id = session.scalars(select(Mailbox.id)).one_or_none() or 0
        looks = Places(database).last_looks(mailbox_id)
        return all(looks.get(name, (None,))[0] == told for name, told in office.statuses().items())

    def _make_due(self) -> None:
        """Let the pauses be over, which are longer than a test."""
        try:
            make_mails_due(self._scene.database)
            make_errands_due(self._scene.database)
        except DatabaseUnavailableError:
            return  # It is away, and will be back.

    def _judge(self) -> None:
        outcome, scene = self._outcome, self._scene
        for name in self._names():
            if not outcome.bites[name]:
                outcome.problems.append(Problem("", f"never happened: {name}"))
        for code in scene.workers.ends:
            # One that has not begun yet is ended by the signal itself.
            if code not in {0, AWAY, -signal.SIGTERM}:
                outcome.problems.append(Problem("", f"a worker ended by itself, with {code}"))
        outcome.logged = scene.workers.logged()
        ledger = read_ledger(scene.database)
        outcome.states = Counter(str(row.state) for row in ledger.rows)
        evidence = Evidence(
            delivered=scene.office.delivered,
            first_parts={digest_of_first_part(mail): digest(mail) for mail in self._contents},
            taken=scene.office.taken,
            sorted=scene.office.sorted,
            desk=self._desk,
            reconciled=reconcile(scene.configuration, scene.database),
            lying=scene.office.lying(),
            sent=scene.smtp.taken,
            ledger=ledger,
            has_move=self._plan.server == "move",
            leaves_marked=self._plan.server == "mark",
        )
        found = problems(evidence)
        outcome.problems += found
        concerned = dict.fromkeys(problem.mail for problem in found if problem.mail)
        for mail in itertools.islice(concerned, 5):
            outcome.histories += _history(mail, evidence, scene.office)

    # --- what happens ----------------------------------------------------------------------

    def _kinds(self) -> list[_Fault]:
        kinds = [
            _Fault("worker killed", 6, self._kill),
            _Fault("worker ended and begun anew", 12, self._restart),
            *self._of_line(),
            *(
                _Fault(trouble.name, 1, partial(self._scene.smtp.spoil, trouble))
                for trouble in TROUBLES
            ),
            _Fault("IMAP server away", 1, self._stop_imap, self._start_imap, of="imap"),
            _Fault("inbox renumbered", 0.5, self._renumber_inbox, self._start_imap, of="imap"),
            _Fault("folder renumbered", 0.5, self._renumber_folder, self._start_imap, of="imap"),
            *(
                _Fault(f"colleague: {act}", 1, partial(self._meddle, act), of="imap")
                for act in ACTS
            ),
        ]
        if self._scene.cluster is not None:
            kinds += [
                _Fault(
                    "database server away",
                    1,
                    self._stop_database,
                    self._start_database,
                    of="database",
                ),
                _Fault("database lines cut", 1, self._cut_database, of="database"),
            ]
        else:
            kinds.append(
                _Fault(
                    "database locked by another",
                    1,
                    self._lock_database,
                    self._unlock_database,
                    (0.5, 2.0) if self._plan.seconds < 60 else (0.5, 34.0),
                    of="database",
                )
            )
        if self._scene.disk.can_be_full:
            kinds.append(_Fault("disk full", 1, self._fill, self._free, (0.5, 2.0), of="database"))
        else:
            self._outcome.left_out["disk full"] = "only root may mount a small disk"
        return kinds

    def _of_line(self) -> Iterator[_Fault]:
        def _armed(make: Callable[[], LineFault], weight: float) -> _Fault:
            return _Fault(make().name, weight, lambda: self._scene.line.arm(make()))

        chance, silence = self._chance, _LONGEST_SILENCE
        yield _armed(
            lambda: LineFault("line cut in a command", False, int(10 ** chance.uniform(0, 4.3))), 3
        )
        yield _armed(
            lambda: LineFault("line cut in an answer", True, int(10 ** chance.uniform(0, 5.7))), 3
        )
        commands = {
            "move": (b"UID MOVE",),
            "copy": (b"UID COPY", b"UID STORE", b"UID EXPUNGE"),
            "mark": (b"UID COPY", b"UID STORE"),
        }
        for command in commands[self._plan.server]:
            yield _armed(
                partial(LineFault, f"answer to {command.decode()} lost", False, command=command),
                2,
            )
        yield _armed(
            lambda: LineFault("line silent", chance.random() < 0.5, 0, silent_seconds=silence), 0.5
        )
        if self._plan.server == "move":
            # A copy that is made after the worker has given up is a second one: the server cannot
            # be asked whether it still will (docs/faults.md).
            yield _armed(
                lambda: LineFault(
                    "command arrives late", False, 0, silent_seconds=silence, late=True
                ),
                0.5,
            )

    def _bit(self, name: str) -> None:
        self._outcome.bites[name] += 1

    def _kill(self) -> None:
        away = self._chance.uniform(0.0, 1.5)
        self._scene.workers.kill_one(self._chance, away, lambda: self._bit("worker killed"))

    def _restart(self) -> None:
        name = "worker ended and begun anew"
        self._scene.workers.restart_one(self._chance, lambda: self._bit(name))

    def _stop_imap(self) -> None:
        self._scene.office.go_away()
        self._bit("IMAP server away")

    def _start_imap(self) -> None:
        self._scene.office.come_back()

    def _renumber_inbox(self) -> None:
        self._scene.office.go_away()
        self._scene.office.forget_numbers("")
        self._bit("inbox renumbered")

    def _renumber_folder(self) -> None:
        self._scene.office.go_away()
        self._scene.office.forget_numbers(self._chance.choice(sorted(queue_folders())))
        self._bit("folder renumbered")

    def _meddle(self, act: Act) -> None:
        if act != "sort":
            self._deliver()
        if self._scene.office.meddle(act):
            self._bit(f"colleague: {act}")

    def _deliver(self) -> None:
        self._contents.append(self._writer.write())
        self._scene.office.deliver(self._contents[-1])

    def _stop_database(self) -> None:
        if self._scene.cluster is not None:
            self._scene.cluster.stop()
            self._bit("database server away")

    def _start_database(self) -> None:
        if self._scene.cluster is not None:
            self._scene.cluster.start()

    def _cut_database(self) -> None:
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        engine = create_engine(self._scene.database.engine.url)
        with engine.connect() as connection:
            if connection.execute(cut).all():
                self._bit("database lines cut")
        engine.dispose()

    def _lock_database(self) -> None:
        self._scene.lock.begin()
        self._bit("database locked by another")

    def _unlock_database(self) -> None:
        self._scene.lock.end()

    def _fill(self) -> None:
        self._scene.disk.fill()
        self._bit("disk full")

    def _free(self) -> None:
        self._scene.disk.free()
        if self._scene.cluster is not None:
            # PostgreSQL ends where it cannot write its journal; its operator starts it again.
            self._scene.cluster.start_unless_running()


class _Lock:
    """Another program that has the SQLite file open and writes for long."""

    def __init__(self, database: Database) -> None:
        self._engine = create_engine(
            database.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        self._connection: Connection | None = None

    def begin(self) -> None:
        self._connection = self._engine.connect()
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")

    def end(self) -> None:
        if self._connection is not None:
            self._connection.exec_driver_sql("ROLLBACK")
            self._connection.close()
            self._connection = None


@dataclass(frozen=True)
class _Scene:
    """The servers, the disk and the workers."""

    database: Database
    cluster: Cluster | None
    disk: SmallDisk
    office: Office
    line: FaultyLine
    configuration: Settings
    smtp: SpoiltSmtp
    workers: Workers
    lock: _Lock


def run(plan: Plan) -> Outcome:
    """Carry out a plan, in folders and on ports of its own."""
    outcome = Outcome(plan)
    with _scene(plan, outcome) as scene:
        Run(plan, scene, outcome).carry_out()
    return outcome


@contextmanager
def _scene(plan: Plan, outcome: Outcome) -> Iterator[_Scene]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ankomst-faults-")))
        folder.chmod(0o755)
        disk = stack.enter_context(
            small_disk(folder / "disk", _DISK_MEGABYTES[plan.database] + plan.mails // 8)
        )
        cluster = (
            stack.enter_context(running_cluster(disk.folder))
            if plan.database == "postgresql"
            else None
        )
        url = cluster.url() if cluster else f"sqlite:///{disk.folder / 'ankomst.db'}"
        database = Database(url)
        stack.callback(database.close)
        upgrade(database)
        dovecot = stack.enter_context(
            running_dovecot(DovecotOptions(capability=_CAPABILITIES[plan.server]))
        )
        office = Office(dovecot, Random(f"colleague {plan.seed}"))

        def _bit(name: str) -> None:
            outcome.bites[name] += 1

        line = stack.enter_context(faulty_line(dovecot.port, _bit))
        smtp, smtp_port = stack.enter_context(spoilt_smtp(_LONGEST_SILENCE, _bit))
        configuration = settings_for(
            url,
            folder,
            line.port,
            smtp_port,
            imap_user=USER,
            imap_password=PASSWORD,
            imap_timeout_seconds=_PATIENCE,
            smtp_timeout_seconds=_PATIENCE,
            claim_seconds=_CLAIM_SECONDS,
            mail_limit_megabytes=LIMIT_MEGABYTES,
            acknowledgements_per_hour=1_000,
            acknowledgements_per_hour_in_all=100_000,
            forward_addresses={"jobseeker": "jobseeker@office.example.org"},
        )
        workers = Workers(configuration, disk.folder / "workers.log", plan.workers)
        stack.callback(workers.end)
        yield _Scene(
            database, cluster, disk, office, line, configuration, smtp, workers, _Lock(database)
        )


def _history(mail: str, evidence: Evidence, office: Office) -> Iterator[str]:
    """All that is known of a mail, to understand what became of it."""
    ledger = evidence.ledger
    yield f"mail {mail}: came in {evidence.delivered.get(mail, 0)} times"
    for what in office.touched.get(mail, ()):
        yield f"  {what}"
    for lying in evidence.lying:
        if lying.digest == mail:
            yield f"  lies in {lying.folder} as {lying.uidvalidity}/{lying.uid}"
    for row in ledger.rows:
        kept = ledger.contents.get(row.id, "")
        if evidence.first_parts.get(kept, kept) != mail:
            continue
        yield (
            f"  row {row.id}: {row.state}, seen as {row.uidvalidity}/{row.uid}, "
            f"case {row.case_id}, {row.acknowledgement}, duplicate of {row.perhaps_duplicate_of}"
        )
        for step in ledger.transitions.get(row.id, ()):
            yield (
                f"    {step.at:%H:%M:%S.%f} {step.from_state} > {step.to_state} "
                f"by {step.worker} {step.note or ''}"
            )
