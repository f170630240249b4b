"""Afterwards: every mail is accounted for, and what the ledger says is true."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from sqlalchemy import func, select

from storage.database import Database
from storage.originals import Original, Originals
from tests.faults.desk import Desk, Requests
from tests.faults.mails import digest
from tests.faults.office import Lying, queue_folders
from tests.faults.smtp import Taken
from tests.triage.composition import ORIGINALS_KEY
from triage.cases.errands import (
    MAIL_GONE,
    MOVED_IN_MAILBOX,
    REPLY_REFUSED,
    REPLY_SENT,
    REPLY_UNCERTAIN,
)
from triage.folders.reconciliation import Report
from triage.models import (
    Case,
    CaseEvent,
    Claimable,
    Correction,
    FingerprintKey,
    Handover,
    Mail,
    MailTransition,
    Reply,
)
from triage.reference import reference
from triage.shelves import FOLDERS
from triage.states import FINISHED, CorrectionState, MailState, ReplyState, is_permitted

_REFERENCE = re.compile(r"ICS-\d{6,}")


@dataclass(frozen=True)
class Problem:
    """Something that must not be. `mail` is its digest, empty where it is about none alone."""

    mail: str
    text: str


@dataclass(frozen=True)
class Recorded:
    """What the ledger says.

    Attributes:
        rows: The mails.
        contents: The digest of what was kept of each; none where nothing was.
        transitions: Each one's way.
        cases: By their ids.
        events: How often what was written into the history of a case.
        corrections: All of them.
        replies: All of them.
        sent: The digest of what each reply said.
        questions: The cases of the questions from the form, by their keys.
        counts: How many originals and keys of fingerprints there are.
    """

    rows: Sequence[Mail]
    contents: Mapping[int, str]
    transitions: Mapping[int, Sequence[MailTransition]]
    cases: Mapping[int, Case]
    events: Mapping[tuple[int, str], int]
    corrections: Sequence[Correction]
    replies: Sequence[Reply]
    sent: Mapping[int, str]
    questions: Mapping[str, int]
    counts: Mapping[str, int]

    @property
    def mails(self) -> Sequence[Mail]:
        """The rows of what came into the mailbox."""
        return [row for row in self.rows if row.mailbox_id is not None]


@dataclass(frozen=True)
class Evidence:
    """What is known after a run, from all sides.

    Attributes:
        delivered: How often each mail came into the inbox, by its digest.
        first_parts: From the digest of the first part of a large mail to that of all of it.
        taken: How often the colleague may have taken it out of the inbox.
        sorted: How often the colleague may have moved it from one queue's folder to another.
        lying: All that lies in the mailbox.
        sent: What the SMTP server took.
        ledger: What the ledger says.
        desk: What people asked for.
        reconciled: How `ankomst triage reconcile` compares mailbox and ledger.
        has_move: Whether the server moves mail in one piece (MOVE).
        leaves_marked: Whether the server cannot remove single mails (no UIDPLUS).
    """

    delivered: Mapping[str, int]
    first_parts: Mapping[str, str]
    taken: Mapping[str, int]
    sorted: Mapping[str, int]
    lying: Sequence[Lying]
    sent: Sequence[Taken]
    ledger: Recorded
    desk: Desk
    reconciled: Report
    has_move: bool
    leaves_marked: bool


def read_ledger(database: Database) -> Recorded:
    """Read all of the ledger, with the digests of what was kept."""
    originals = Originals(ORIGINALS_KEY)
    transitions: dict[int, list[MailTransition]] = defaultdict(list)
    with database.reading() as session:
        rows = session.scalars(select(Mail).order_by(Mail.id)).all()
        contents = {
            row.id: digest(originals.read(session, row.original_id))
            for row in rows
            if row.original_id is not None
        }
        for step in session.scalars(select(MailTransition).order_by(MailTransition.id)):
            transitions[step.mail_id].append(step)
        counts = {
            name: session.scalars(select(func.count()).select_from(table)).one()
            for name, table in (("originals", Original), ("keys", FingerprintKey))
        }
        replies = session.scalars(select(Reply).order_by(Reply.id)).all()
        return Recorded(
            rows=rows,
            contents=contents,
            transitions=transitions,
            cases={case.id: case for case in session.scalars(select(Case))},
            events=Counter(
                (case_id, action)
                for case_id, action in session.execute(select(CaseEvent.case_id, CaseEvent.action))
            ),
            corrections=session.scalars(select(Correction).order_by(Correction.id)).all(),
            replies=replies,
            sent={
                reply.id: digest(originals.read(session, reply.original_id or 0))
                for reply in replies
            },
            questions={row.key: row.case_id for row in session.scalars(select(Handover))},
            counts=counts,
        )


def problems(evidence: Evidence) -> list[Problem]:
    """Return everything that must not be."""
    return [
        *_of_rows(evidence),
        *_of_places(evidence),
        *_of_shelves(evidence),
        *_of_counts(evidence),
        *_of_acknowledgements(evidence),
        *_of_forwards(evidence),
        *_of_history(evidence),
        *_of_requests(evidence),
        *_of_corrections(evidence),
        *_of_replies(evidence),
        *_of_questions(evidence),
        *_of_reconciliation(evidence),
    ]


def _digest_of(evidence: Evidence, row: Mail) -> str:
    kept = evidence.ledger.contents.get(row.id, "")
    return evidence.first_parts.get(kept, kept)


def _of_rows(evidence: Evidence) -> Iterator[Problem]:
    """Each mail has one row, which has nothing left to do."""
    rows = Counter(_digest_of(evidence, row) for row in evidence.ledger.mails)
    unkept = rows.pop("", 0)
    missing = 0
    for mail, count in evidence.delivered.items():
        found, taken = rows.pop(mail, 0), evidence.taken.get(mail, 0)
        found -= min(_copied_twice(evidence, mail), max(found - count, 0))
        missing += max(count - found, 0)
        if not count - taken <= found <= count:
            yield Problem(mail, f"{count} came in, {taken} may have been taken; {found} rows")
    for mail, found in rows.items():
        yield Problem(mail, f"{found} rows of a mail that never came in")
    if unkept > missing:
        yield Problem("", f"{unkept} rows of which nothing was kept, for {missing} mails without")
    for row in evidence.ledger.rows:
        mail = _digest_of(evidence, row)
        if row.state not in FINISHED:
            yield Problem(mail, f"mail {row.id} is not finished: {row.state}")
        yield from _held(mail, f"mail {row.id}", row)
        if not mail and row.state is not MailState.GONE:
            yield Problem("", f"mail {row.id} is {row.state}, and nothing of it was kept")
        if row.state is MailState.GONE and mail and not evidence.taken.get(mail):
            yield Problem(mail, f"mail {row.id} is gone, and nobody took it")


def _copied_twice(evidence: Evidence, mail: str) -> int:
    """How many rows are of a second copy, made by a colleague between our copying and removing.

    Without MOVE nobody can prevent it; it is shown as perhaps a duplicate, and not acknowledged.
    """
    shown = sum(
        row.acknowledgement == "perhaps_a_duplicate" and _digest_of(evidence, row) == mail
        for row in evidence.ledger.mails
    )
    return 0 if evidence.has_move else min(shown, evidence.sorted.get(mail, 0))


def _held(mail: str, name: str, row: Claimable) -> Iterator[Problem]:
    if row.due_at is not None:
        yield Problem(mail, f"{name} is due {row.due_at}")
    if row.claimed_by is not None or row.claimed_until is not None:
        yield Problem(mail, f"{name} is held by {row.claimed_by}")


def _of_places(evidence: Evidence) -> Iterator[Problem]:
    """Each mail lies in the folder that its row says, and in no other."""
    said: Counter[tuple[str, str]] = Counter()
    for row in evidence.ledger.mails:
        if row.state is not MailState.GONE:
            said[_digest_of(evidence, row), row.target_folder or "?"] += 1
    lies: Counter[tuple[str, str]] = Counter()
    at = {}
    for lying in evidence.lying:
        if lying.deleted and evidence.leaves_marked:
            continue
        at[lying.folder, lying.uidvalidity, lying.uid] = lying.digest
        if lying.folder in queue_folders():
            lies[lying.digest, lying.folder] += 1
        elif lying.folder == "INBOX":
            yield Problem(lying.digest, f"left in the inbox as {lying.uid}")
    for mail, folder in said.keys() | lies.keys():
        if said[mail, folder] != lies[mail, folder]:
            yield Problem(
                mail,
                f"{lies[mail, folder]} in {folder}, where the ledger says {said[mail, folder]}",
            )
    yield from _of_numbers(evidence, at)


def _of_shelves(evidence: Evidence) -> Iterator[Problem]:
    """What desk and mailbox say last is the same: the case is on the shelf whose folder it is in."""
    for row in evidence.ledger.mails:
        if row.state is MailState.GONE or row.case_id is None:
            continue
        shelf = evidence.ledger.cases[row.case_id].shelf
        if row.target_folder not in {name for of, name in FOLDERS.items() if of == shelf}:
            yield Problem(
                _digest_of(evidence, row),
                f"mail {row.id} is in {row.target_folder}, its case on {shelf}",
            )
        if row.missing_since is not None or row.returned_at is not None:
            yield Problem(_digest_of(evidence, row), f"mail {row.id} is said to be elsewhere")


def _of_numbers(evidence: Evidence, at: Mapping[tuple[str, int, int], str]) -> Iterator[Problem]:
    """Where a folder still has the numbers of then, the mail lies under its own."""
    valid = {(lying.folder, lying.uidvalidity) for lying in evidence.lying}
    for row in evidence.ledger.mails:
        place = (row.target_folder or "", row.target_uidvalidity or 0, row.target_uid or 0)
        if row.state is MailState.GONE or place[:2] not in valid:
            continue
        if at.get(place) != _digest_of(evidence, row):
            yield Problem(_digest_of(evidence, row), f"mail {row.id} does not lie at {place}")


def _of_counts(evidence: Evidence) -> Iterator[Problem]:
    """Each decided mail has a case, and there are no cases and no originals beside."""
    cases = {row.case_id for row in evidence.ledger.rows if row.case_id is not None}
    if len(cases) != len(evidence.ledger.cases):
        yield Problem("", f"{len(evidence.ledger.cases)} cases for {len(cases)} mails")
    for row in evidence.ledger.rows:
        if row.case_id is None and row.state is not MailState.GONE:
            yield Problem(_digest_of(evidence, row), f"mail {row.id} has no case")
    ledger = evidence.ledger
    kept = len(ledger.contents) + len(ledger.replies) + ledger.counts["keys"]
    if kept != evidence.ledger.counts["originals"]:
        yield Problem(
            "", f"{evidence.ledger.counts['originals']} originals, of which {kept} are in use"
        )


def _of_acknowledgements(evidence: Evidence) -> Iterator[Problem]:
    """An acknowledgement was taken by the SMTP server as often as the ledger says."""
    messages = [message_from_bytes(taken.content) for taken in evidence.sent]
    acknowledged = Counter(
        _reference_in(message)
        for message in messages
        if message["Auto-Submitted"] == "auto-replied"
    )
    allowed = {
        MailState.ACKNOWLEDGED: {1},
        MailState.ACKNOWLEDGEMENT_UNCERTAIN: {0, 1},
    }
    for row in evidence.ledger.rows:
        taken = acknowledged.pop(reference(row.case_id), 0) if row.case_id else 0
        if taken not in allowed.get(row.state, {0}):
            yield Problem(
                _digest_of(evidence, row), f"mail {row.id} is {row.state}; {taken} were sent"
            )
    for unknown, taken in acknowledged.items():
        yield Problem("", f"{taken} acknowledgements of {unknown}, which is no case")
    for message_id, times in Counter(message["Message-ID"] for message in messages).items():
        if times > 1:
            yield Problem("", f"{message_id} was sent {times} times")


def _of_forwards(evidence: Evidence) -> Iterator[Problem]:
    """A mail was sent on as often as the ledger says."""
    messages = [message_from_bytes(taken.content) for taken in evidence.sent]
    forwarded = Counter(
        _reference_in(message)
        for message in messages
        if message["Auto-Submitted"] == "auto-generated"
    )
    for row in evidence.ledger.rows:
        taken = forwarded.pop(reference(row.case_id), 0) if row.case_id else 0
        allowed = {"sent": {1}, "uncertain": {0, 1}}.get(row.forwarding or "", {0})
        if taken not in allowed:
            yield Problem(
                _digest_of(evidence, row), f"mail {row.id}: sent on {taken} times, {row.forwarding}"
            )
    for unknown, taken in forwarded.items():
        yield Problem("", f"{taken} mails sent on for {unknown}, which is no case")


def _of_requests(evidence: Evidence) -> Iterator[Problem]:
    """What was asked for and taken is there, and nothing that nobody asked for."""
    ledger, desk = evidence.ledger, evidence.desk
    there: tuple[tuple[str, Requests, set[int | str]], ...] = (
        ("correction", desk.corrections, {row.id for row in ledger.corrections}),
        ("reply", desk.replies, {row.id for row in ledger.replies}),
        ("question", desk.questions, {*ledger.questions}),
    )
    for name, requests, found in there:
        for lost in requests.taken - found:
            yield Problem("", f"{name} {lost} was taken, and is not there")
        for unasked in found - requests.offered:
            yield Problem("", f"nobody asked for {name} {unasked}")


def _of_corrections(evidence: Evidence) -> Iterator[Problem]:
    """Each correction was carried out once, or the history of the case says that it was not."""
    ledger = evidence.ledger
    mails = {row.id: row for row in ledger.rows}
    outcomes: Counter[tuple[int, str]] = Counter()
    for correction in ledger.corrections:
        row = mails[correction.mail_id]
        mail, name = _digest_of(evidence, row), f"correction {correction.id} of mail {row.id}"
        yield from _held(mail, name, correction)
        if correction.state is CorrectionState.DONE:
            outcomes[row.case_id or 0, MOVED_IN_MAILBOX] += 1
        elif correction.state is not CorrectionState.GONE:
            yield Problem(mail, f"{name} is not finished: {correction.state}")
        elif evidence.sorted.get(mail):
            outcomes[row.case_id or 0, MAIL_GONE] += 1
        else:
            yield Problem(mail, f"{name} is gone, and nobody moved the mail")
    yield from _of_outcomes(evidence, outcomes, (MOVED_IN_MAILBOX, MAIL_GONE))


def _of_replies(evidence: Evidence) -> Iterator[Problem]:
    """Each reply was sent and kept once, or shown as uncertain, or refused and the case opened."""
    ledger = evidence.ledger
    sent = Counter(message_from_bytes(taken.content)["Message-ID"] for taken in evidence.sent)
    kept = Counter(one.digest for one in evidence.lying if one.folder == "Sent")
    allowed = {
        ReplyState.KEPT: ({1}, 1, REPLY_SENT),
        ReplyState.UNCERTAIN: ({0, 1}, 0, REPLY_UNCERTAIN),
        ReplyState.REFUSED: ({0}, 0, REPLY_REFUSED),
    }
    outcomes: Counter[tuple[int, str]] = Counter()
    for reply in ledger.replies:
        name = f"reply {reply.id} to case {reply.case_id}"
        yield from _held("", name, reply)
        if reply.state not in allowed:
            yield Problem("", f"{name} is not finished: {reply.state}")
            continue
        times, copies, outcome = allowed[reply.state]
        outcomes[reply.case_id, outcome] += 1
        if sent[reply.message_id] not in times:
            yield Problem("", f"{name} is {reply.state}; sent {sent[reply.message_id]} times")
        found = kept.pop(ledger.sent[reply.id], 0)
        if found != copies:
            yield Problem("", f"{name} is {reply.state}; {found} in the folder of sent mail")
    yield from _of_outcomes(evidence, outcomes, (REPLY_SENT, REPLY_UNCERTAIN, REPLY_REFUSED))
    for unknown, copies in kept.items():
        yield Problem(unknown, f"{copies} in the folder of sent mail, and no reply")


def _of_outcomes(
    evidence: Evidence, outcomes: Mapping[tuple[int, str], int], actions: Sequence[str]
) -> Iterator[Problem]:
    """The history of a case says what came of each request, once."""
    events = evidence.ledger.events
    said = {at: times for at, times in events.items() if at[1] in actions}
    for case_id, action in said.keys() | outcomes.keys():
        times, due = said.get((case_id, action), 0), outcomes.get((case_id, action), 0)
        if times != due:
            yield Problem("", f"case {case_id} says {times} times {action}, not {due}")


def _of_questions(evidence: Evidence) -> Iterator[Problem]:
    """Each question from the form has one case and one row, however often it was sent."""
    rows = Counter(row.case_id for row in evidence.ledger.rows if row.mailbox_id is None)
    for key, case_id in evidence.ledger.questions.items():
        if rows.pop(case_id, 0) != 1:
            yield Problem("", f"question {key[:8]} of case {case_id} has not one row")
    for unasked in rows:
        yield Problem("", f"case {unasked} is of a question that nobody asked")


def _of_reconciliation(evidence: Evidence) -> Iterator[Problem]:
    """The comparison that an operator makes finds nothing that it cannot explain."""
    for found in evidence.reconciled.discrepancies:
        if not found.is_explained:
            yield Problem("", f"reconciliation: {found}")


def _reference_in(message: Message) -> str:
    """The reference of the case that a mail of ours is about."""
    found = _REFERENCE.search(str(message["Subject"] or ""))
    if found is None:
        payload = message.get_payload(decode=True)
        found = _REFERENCE.search(payload.decode() if isinstance(payload, bytes) else "")
    return found[0] if found else "no reference"


def _of_history(evidence: Evidence) -> Iterator[Problem]:
    """Each mail's way is one of permitted steps, without a gap."""
    for row in evidence.ledger.rows:
        last: MailState | None = None
        for step in evidence.ledger.transitions.get(row.id, ()):
            follows = step.from_state == last
            if step.from_state is not None and step.from_state != step.to_state:
                follows = follows and is_permitted(step.from_state, step.to_state)
            if not follows:
                yield Problem(
                    _digest_of(evidence, row),
                    f"mail {row.id} went from {step.from_state} to {step.to_state} after {last}",
                )
            last = step.to_state
        if last is not row.state:
            yield Problem(_digest_of(evidence, row), f"mail {row.id}: {row.state}, not {last}")
