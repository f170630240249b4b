"""The people of the fault test: a caseworker at the desk, and who asks by the form of the chat.

They act as the pages do, while everything fails; what the database did not take, they let be.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import get_args

from sqlalchemy import func, select

from language.languages import LANGUAGES
from storage.database import Database, DatabaseUnavailableError
from storage.originals import Originals
from tests.triage.composition import ORIGINALS_KEY
from tests.triage.questions import Office, asked
from tests.triage.servers import OWN_ADDRESS
from triage.cases.cases import CaseDetail, read_case
from triage.cases.handling import CorrectedTo, correct
from triage.errors import CaseChangedError, NoRecipientError, NotMovedYetError
from triage.letters.replying import Draft, hand_over
from triage.models import Case, Correction, Mail
from understanding.queues import QUEUES

USER = "kim"

REQUESTS = ("desk: correction", "desk: reply", "form: question")
"""What people ask for, for the figures."""


@dataclass
class Requests:
    """What was asked for, of one kind.

    Attributes:
        offered: What the database was asked to take; ids, or the keys of questions.
        taken: What it has surely taken.
    """

    offered: set[int | str] = field(default_factory=set)
    taken: set[int | str] = field(default_factory=set)


class Desk:
    """Corrects, answers and asks at random, in a thread of its own, for the database may be slow.

    Args:
        database: Where the cases are.
        chance: Draws what is done.
        bit: Told of each request that was taken.

    Attributes:
        corrections: What was to be moved.
        replies: What was to be sent.
        questions: What was asked by the form.
    """

    def __init__(self, database: Database, chance: Random, bit: Callable[[str], None]) -> None:
        self.corrections = Requests()
        self.replies = Requests()
        self.questions = Requests()
        self._database = database
        self._chance = chance
        self._bit = bit
        self._originals = Originals(ORIGINALS_KEY)
        self._intake = Office(database).intake()
        self._number = 0
        self._stopped = threading.Event()
        self._executor = ThreadPoolExecutor(1, "desk")
        self._working: Future[None] | None = None

    def begin(self, requests_per_second: float) -> None:
        """Begin to work."""
        self._working = self._executor.submit(self._work, 1 / requests_per_second)

    def end(self) -> None:
        """End, with the request in hand, and raise what went wrong."""
        self._stopped.set()
        self._executor.shutdown()
        if self._working is not None:
            self._working.result()

    def _work(self, pause_seconds: float) -> None:
        acts = (self._correct, self._reply, self._ask)
        while not self._stopped.wait(self._chance.expovariate(1 / pause_seconds)):
            try:
                self._chance.choice(acts)()
            except (CaseChangedError, NotMovedYetError, NoRecipientError):
                continue  # The caseworker is told, and nothing was changed.
            except DatabaseUnavailableError:
                continue  # The page says so. Whether it was taken, nobody was told.

    def _some_case(self) -> CaseDetail | None:
        with self._database.reading() as session:
            newest = session.scalar(select(func.max(Case.id)))
            if newest is None:
                return None
            return read_case(session, self._chance.randint(1, newest))

    def _correct(self) -> None:
        case, to = self._some_case(), self._chance.choice(get_args(CorrectedTo))
        if case is None or case.summary.id is None:
            return
        with self._database.transaction() as session:
            correct(session, case.summary.id, case.revision, to, USER)
            corrections = set(
                session.scalars(
                    select(Correction.id)
                    .join(Mail, Mail.id == Correction.mail_id)
                    .where(Mail.case_id == case.summary.id)
                )
            )
            self.corrections.offered |= corrections
        self._note_taken(self.corrections, corrections, "desk: correction")

    def _reply(self) -> None:
        case = self._some_case()
        if case is None:
            return
        self._number += 1
        draft = Draft("en", f"Re: {self._number}", f"This is answer number {self._number}.")
        with self._database.transaction() as session:
            reply = hand_over(
                session, self._originals, case, case.revision, draft, sender=OWN_ADDRESS, user=USER
            )
            self.replies.offered.add(reply)
        self._note_taken(self.replies, {reply}, "desk: reply")

    def _ask(self) -> None:
        """Ask by the form; now and then the same form is sent twice, as by an impatient click."""
        self._number += 1
        about = self._chance.choice((*QUEUES, "something else"))
        question = asked(
            f"A question on {about} ({self._chance.choice(LANGUAGES)}), number {self._number}?",
            address=f"asker{self._number}@example.org",
        )
        self.questions.offered.add(question.key)
        for _ in range(self._chance.choice((1, 1, 2))):
            self._intake.receive(question)
            self._note_taken(self.questions, {question.key}, "form: question")

    def _note_taken(self, requests: Requests, taken: Iterable[int | str], name: str) -> None:
        if not requests.taken.issuperset(taken):
            self._bit(name)
        requests.taken.update(taken)
