"""The ledger: who works on what, and that nothing is changed without a claim."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.originals import Originals
from storage.times import now
from tests.triage.composition import ORIGINALS_KEY, ignore_step, mails_of
from triage.connections.mailbox import Fetched, Look
from triage.errors import ClaimLostError, HeldElsewhereError, PlaceTakenError
from triage.folders.places import Location, Places
from triage.folders.recognition import Sighting
from triage.ledger import Entry, Ledger
from triage.models import Mail
from triage.states import MailState

LOOK = Look(uidvalidity=7, uidnext=100, uids=())


def _ledger(database: Database, worker: str = "one", claim_seconds: float = 60) -> Ledger:
    return Ledger(database, Originals(ORIGINALS_KEY), worker, claim_seconds, ignore_step)


def _sighted(ledger: Ledger, *uids: int, uidvalidity: int = 7) -> list[Entry]:
    mailbox = ledger.open_mailbox("ics", LOOK)
    return ledger.sight(mailbox, "INBOX", uidvalidity, uids)


def _kept(ledger: Ledger, entry: Entry, day: int = 16) -> Entry:
    fetched = Fetched(entry.uid, b"bytes", 5, datetime(2026, 11, day, tzinfo=UTC))
    return ledger.keep(entry, fetched, old=False)


def _parsed(ledger: Ledger, entry: Entry, fingerprint: str = "1:a") -> Entry | None:
    return _recognised(ledger, _kept(ledger, entry), entry.uidvalidity, fingerprint)


def _recognised(
    ledger: Ledger, entry: Entry, uidvalidity: int, fingerprint: str = "1:a"
) -> Entry | None:
    """Recognise a mail of the inbox, everything lying where it is recorded."""
    prints = frozenset({fingerprint})
    sighting = Sighting(
        at=Location(entry.folder, entry.uidvalidity, entry.uid),
        uidvalidity=uidvalidity,
        received_at=entry.received_at,
        shelf=None,
        is_there=True,
        fingerprints=prints,
        others={
            mail_id: (place, True) for mail_id, place in ledger.places_alike(entry, prints).items()
        },
    )
    return ledger.recognise(entry, sighting, fingerprint=fingerprint)


def _expire_claims(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(Mail).values(claimed_until=now() - timedelta(seconds=1)))


def test_a_mail_is_written_down_once(database: Database) -> None:
    one, other = _ledger(database, "one"), _ledger(database, "other")
    assert [entry.uid for entry in _sighted(one, 3, 1, 2)] == [1, 2, 3]
    assert [entry.uid for entry in _sighted(other, 2, 3, 4)] == [4]
    # The same number under another UIDVALIDITY is another mail.
    assert [entry.uid for entry in _sighted(other, 1, uidvalidity=8)] == [1]
    mailbox = one.open_mailbox("ics", LOOK)
    assert Places(database).unknown(mailbox, "INBOX", 7, [1, 4, 5, 6]) == [5, 6]


def test_what_is_claimed_is_left_alone(database: Database) -> None:
    one, other = _ledger(database, "one"), _ledger(database, "other")
    _sighted(one, 1, 2)
    mailbox = one.open_mailbox("ics", LOOK)
    assert other.claim_due(mailbox, 10) == []
    _expire_claims(database)
    claimed = other.claim_due(mailbox, 10)
    assert [(entry.uid, entry.attempts, entry.resumed) for entry in claimed] == [
        (1, 1, True),
        (2, 1, True),
    ]
    assert one.claim_due(mailbox, 10) == []


def test_a_lost_claim_changes_nothing(database: Database) -> None:
    one, other = _ledger(database, "one"), _ledger(database, "other")
    (entry,) = _sighted(one, 1)
    _expire_claims(database)
    with pytest.raises(ClaimLostError):
        _kept(one, entry)
    (claimed,) = other.claim_due(one.open_mailbox("ics", LOOK), 1)
    with pytest.raises(ClaimLostError):
        _kept(one, entry)
    _kept(other, claimed)
    (row,) = mails_of(database)
    assert (row.state, row.claimed_by) == (MailState.KEPT, "other")


def test_a_step_happens_once(database: Database) -> None:
    ledger = _ledger(database)
    (entry,) = _sighted(ledger, 1)
    _kept(ledger, entry)
    with pytest.raises(ClaimLostError):
        _kept(ledger, entry)
    with pytest.raises(ValueError, match="cannot go from sighted to moved"):
        ledger.advance(entry, MailState.MOVED)


def test_claims_are_given_back_when_a_worker_ends(database: Database) -> None:
    one, other = _ledger(database, "one"), _ledger(database, "other")
    _sighted(one, 1)
    one.release_own()
    (claimed,) = other.claim_due(one.open_mailbox("ics", LOOK), 1)
    other.release_own()
    (again,) = one.claim_due(one.open_mailbox("ics", LOOK), 1)
    # What was given back does not count as an attempt.
    assert (claimed.attempts, again.attempts) == (1, 1)


def test_a_mail_that_is_put_off_waits_longer_each_time(database: Database) -> None:
    ledger = _ledger(database)
    mailbox = ledger.open_mailbox("ics", LOOK)
    (entry,) = _sighted(ledger, 1)
    waits = []
    for _ in range(4):
        ledger.postpone(entry, "something failed")
        (row,) = mails_of(database)
        assert row.due_at is not None
        waits.append((row.due_at - now()).total_seconds())
        assert ledger.claim_due(mailbox, 1) == []
        due = ledger.next_due(mailbox)
        assert due is not None
        assert abs((due - row.due_at).total_seconds()) < 1
        with database.transaction() as session:
            session.execute(update(Mail).values(due_at=now()))
        (entry,) = ledger.claim_due(mailbox, 1)
        assert entry.last_error == "something failed"
    assert waits == sorted(waits)
    assert waits[0] < 6
    assert waits[3] > 35


def test_a_finished_mail_is_never_due(database: Database) -> None:
    ledger = _ledger(database)
    (entry,) = _sighted(ledger, 1)
    ledger.advance(entry, MailState.GONE)
    assert ledger.next_due(entry.mailbox_id) is None
    assert ledger.claim_due(entry.mailbox_id, 10) == []
    (row,) = mails_of(database)
    assert (row.claimed_by, row.due_at) == (None, None)


def test_the_same_content_twice_is_perhaps_a_duplicate(database: Database) -> None:
    ledger = _ledger(database)
    first, second, third = _sighted(ledger, 1, 2, 3)
    assert _parsed(ledger, first) is not None
    again = _parsed(ledger, second)
    assert again is not None
    assert again.perhaps_duplicate_of == first.id
    other = _parsed(ledger, third, "1:b")
    assert other is not None
    assert other.perhaps_duplicate_of is None


def test_a_renumbered_mail_is_recognised(database: Database) -> None:
    one, other = _ledger(database, "one"), _ledger(database, "other")
    (old,) = _sighted(one, 5)
    assert _parsed(one, old) is not None
    (new,) = _sighted(other, 1, uidvalidity=8)
    kept = _kept(other, new)
    with pytest.raises(HeldElsewhereError):
        _recognised(other, kept, 8)
    one.release_own()
    assert _recognised(other, kept, 8) is None
    (row,) = mails_of(database)
    assert (row.id, row.uidvalidity, row.uid, row.state) == (old.id, 8, 1, MailState.PARSED)
    with database.transaction() as session:
        kept_bytes = Originals(ORIGINALS_KEY).read(session, row.original_id or 0)
    assert kept_bytes == b"bytes"


def test_a_mail_kept_before_the_renumbering_and_read_after_it(database: Database) -> None:
    ledger = _ledger(database)
    (old,) = _sighted(ledger, 5)
    kept = _kept(ledger, old)
    (new,) = _sighted(ledger, 1, uidvalidity=8)
    assert _parsed(ledger, new) is not None
    assert _recognised(ledger, kept, 8) is None
    (row,) = mails_of(database)
    assert (row.id, row.uidvalidity, row.uid, row.state) == (new.id, 8, 1, MailState.PARSED)


def test_a_mail_kept_by_a_worker_that_died_and_moved_under_its_new_number(
    database: Database,
) -> None:
    dying, other = _ledger(database, "dying"), _ledger(database, "other")
    (old,) = _sighted(dying, 5)
    kept = _kept(dying, old)
    (new,) = _sighted(other, 1, uidvalidity=8)
    entry = _parsed(other, new)
    assert entry is not None
    for state in (MailState.DECIDED, MailState.MOVING, MailState.MOVED):
        entry = other.advance(entry, state)
    # What the first worker left is taken up: it is no second mail, and gets no second case.
    assert _recognised(dying, kept, 8) is None
    (row,) = mails_of(database)
    assert (row.id, row.state) == (new.id, MailState.MOVED)


@pytest.mark.parametrize("left", [True, False])
def test_what_was_copied_is_recognised_by_when_it_came(database: Database, left: bool) -> None:
    """Its original may be gone from the inbox: another of the same content is not taken for it."""
    ledger = _ledger(database)
    (old,) = _sighted(ledger, 5)
    entry = _parsed(ledger, old)
    assert entry is not None
    for state in (MailState.DECIDED, MailState.MOVING, MailState.COPIED):
        entry = ledger.advance(entry, state)
    if left:
        ledger.advance(entry, MailState.MOVED, left_in_inbox=True)
    ledger.release_own()
    another, same = _sighted(ledger, 1, 2, uidvalidity=8)
    parsed = _recognised(ledger, _kept(ledger, another, day=17), 8)
    assert parsed is not None
    assert parsed.perhaps_duplicate_of == old.id
    assert _recognised(ledger, _kept(ledger, same), 8) is None
    assert [(row.id, row.uid) for row in mails_of(database)] == [(old.id, 2), (another.id, 1)]


def test_two_workers_read_the_same_content_in_the_same_moment(database: Database) -> None:
    ledgers = [_ledger(database, name) for name in ("one", "other")]
    for number in range(20):
        entries = [
            _kept(ledger, _sighted(ledger, 2 * number + place)[0])
            for place, ledger in enumerate(ledgers)
        ]
        together = Barrier(2)

        def _read(ledger: Ledger, entry: Entry, content: str, together: Barrier) -> Entry | None:
            together.wait()
            return _recognised(ledger, entry, 7, content)

        with ThreadPoolExecutor(2) as pool:
            content, both = [f"1:{number}"] * 2, [together] * 2
            read = list(pool.map(_read, ledgers, entries, content, both))
        duplicates = [entry for entry in read if entry and entry.perhaps_duplicate_of is not None]
        assert len(duplicates) == 1


def test_one_renumbered_mail_takes_over_one_row(database: Database) -> None:
    ledger = _ledger(database)
    for entry in _sighted(ledger, 1, 2):
        assert _parsed(ledger, entry) is not None
    ledger.release_own()
    for entry in _sighted(ledger, 10, 11, 12, uidvalidity=8):
        _parsed(ledger, entry)
    assert [(row.uidvalidity, row.uid) for row in mails_of(database)] == [(8, 10), (8, 11), (8, 12)]


def test_two_mails_are_never_at_one_place(database: Database) -> None:
    ledger = _ledger(database)
    for uid in (1, 2):
        (entry,) = _sighted(ledger, uid)
        parsed = _parsed(ledger, entry, f"1:{uid}")
        assert parsed is not None
        decided = ledger.advance(parsed, MailState.DECIDED, shelf="tax")
        moving = ledger.advance(
            decided, MailState.MOVING, target_folder="Queues/Tax", target_uidvalidity=9
        )
        if uid == 1:
            ledger.advance(moving, MailState.MOVED, target_uid=4)
    with pytest.raises(PlaceTakenError):
        ledger.advance(moving, MailState.MOVED, target_uid=4)
    assert ledger.taken_uids(moving.mailbox, "Queues/Tax", 9, 1) == {4}
    ledger.advance(moving, MailState.MOVED, target_uid=5)


def test_the_heartbeat(database: Database) -> None:
    ledger = _ledger(database)
    mailbox = ledger.open_mailbox("ics", LOOK)
    (entry,) = _sighted(ledger, 1)
    ledger.record_round_trip(mailbox, "INBOX", 7)
    assert not ledger.is_scanned(mailbox, 7)
    _kept(ledger, entry)
    ledger.record_round_trip(mailbox, "INBOX", 7)
    assert not ledger.is_scanned(mailbox, 7)


def test_all_mail_is_scanned_when_it_is_known_by_content(database: Database) -> None:
    ledger = _ledger(database)
    (entry,) = _sighted(ledger, 1)
    assert _parsed(ledger, entry) is not None
    ledger.record_round_trip(entry.mailbox, "INBOX", 7)
    assert ledger.is_scanned(entry.mailbox, 7)
    assert not ledger.is_scanned(entry.mailbox, 8)
