"""What is erased is gone everywhere, is proved, and stays erased when it comes again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from conversations import record
from storage.append_only import AppendOnlyError
from storage.database import Base, Database
from storage.originals import Original, Originals
from storage.times import now
from tests.interop.dovecot import PASSWORD as DOVECOT_PASSWORD
from tests.interop.dovecot import WITHOUT_UIDPLUS, DovecotOptions, running_dovecot
from tests.triage.bench import Bench
from tests.triage.composition import (
    ORIGINALS_KEY,
    a_mail,
    end_all,
    mails_of,
    settings_for,
    wait_for,
    worker_for,
)
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.questions import Office, asked
from tests.triage.servers import OWN_ADDRESS, RunningServers
from tests.triage.settled import check_history, wait_until_settled
from triage.cases.cases import read_case
from triage.cases.handling import NewCase, close, open_case, reopen
from triage.errors import CaseChangedError, CaseErasedError, StillUnderWayError
from triage.fingerprint import Fingerprints, open_fingerprints
from triage.letters.replying import Draft, hand_over, save_draft
from triage.models import (
    Case,
    CaseEvent,
    Erasure,
    Handover,
    Mail,
    Mailbox,
    Removal,
    Reply,
    ReplyDraft,
)
from triage.privacy.erasing import Decree, Eraser
from triage.privacy.remains import in_mailbox, remains, was_erased
from triage.privacy.retention import Period, expired_counts, overdue_counts, periods, save
from triage.shelves import FOLDERS, Shelf
from triage.states import MailState, RemovalState

SECRET = "the very words of Anna Nowak"
ORIGINALS = Originals(ORIGINALS_KEY)
ON_REQUEST = Decree("asked", "keep", user_name="lone", filed_under="2026-4711")


def fingerprints(database: Database) -> Fingerprints:
    return open_fingerprints(database, ORIGINALS)


def eraser(database: Database) -> Eraser:
    return Eraser(database, ORIGINALS, fingerprints(database))


def decide_period(database: Database, shelf: Shelf, **period: Any) -> None:
    with database.transaction() as session:
        save(session, {**periods(session), shelf: Period(**period)}, "lone")


def close_all(database: Database, days_ago: float) -> None:
    """Close all cases as if so many days ago."""
    with database.transaction() as session:
        session.execute(update(Case).values(closed_at=now() - timedelta(days=days_ago)))


def everything_in(database: Database) -> str:
    """All columns of all tables as text, but for what is encrypted."""
    found = []
    with database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name != Original.__tablename__:
                found += [str(tuple(row)) for row in session.execute(select(table))]
    return "\n".join(found)


def a_telling_mail(number: int = 1, **headers: str) -> bytes:
    told = {"Subject": f"tax: {SECRET}", "Cc": "confidant@example.org", **headers}
    return a_mail(number, "tax", **told) + SECRET.encode() + b"\r\n"


def a_note(database: Database) -> int:
    """A case from the counter, with a reply under way and a draft; returns its id."""
    new = NewCase(
        "counter",
        "tax",
        None,
        "en",
        ["tax-card"],
        SECRET,
        SECRET,
        SECRET,
        "a@example.org",
        "1234567",
    )
    with database.transaction() as session:
        return open_case(session, ORIGINALS, new, "kim")


def revision_of(database: Database, case_id: int) -> int:
    with database.transaction() as session:
        return session.get_one(Case, case_id).revision


def erase(database: Database, case_id: int, decree: Decree = ON_REQUEST) -> None:
    erasing = eraser(database)
    with database.transaction() as session:
        erasing.erase(session, case_id, session.get_one(Case, case_id).revision, decree)


def test_nothing_is_erased_before_somebody_has_decided(database: Database) -> None:
    a_note(database)
    close_all(database, 10_000)
    assert set(periods_of(database).values()) == {Period()}
    assert eraser(database).erase_expired(10) == 0
    assert SECRET in everything_in(database)


def periods_of(database: Database) -> dict[Shelf, Period]:
    with database.transaction() as session:
        return dict(periods(session))


def test_a_case_is_erased_when_its_period_is_over(database: Database) -> None:
    case_id = a_note(database)
    decide_period(database, "tax", days=30)
    close_all(database, 29)
    assert eraser(database).erase_expired(10) == 0
    close_all(database, 31)
    with database.transaction() as session:
        assert expired_counts(session, periods(session))["tax"] == 1
    assert eraser(database).erase_expired(10) == 1
    assert eraser(database).erase_expired(10) == 0
    left = everything_in(database)
    assert SECRET not in left
    assert "a@example.org" not in left
    assert "1234567" not in left
    with database.transaction() as session:
        case = session.get_one(Case, case_id)
        assert (case.shelf, case.language, case.topics) == ("tax", "en", ["tax-card"])
        erasure = session.scalars(select(Erasure)).one()
        assert (erasure.what, erasure.ground, erasure.days, erasure.user_name) == (
            "case",
            "expired",
            30,
            None,
        )
        assert (erasure.originals, erasure.case_id) == (1, case_id)
        assert session.scalars(select(CaseEvent.action)).all() == ["opened", "erased"]
        assert remains(session) == []
        assert session.scalar(select(func.count(Original.id))) == 1, "the fingerprints' key"


def test_what_is_open_is_pointed_out_and_never_erased(database: Database) -> None:
    a_note(database)
    decide_period(database, "tax", days=30, open_days=90)
    with database.transaction() as session:
        session.execute(update(Case).values(opened_at=now() - timedelta(days=91)))
    assert eraser(database).erase_expired(10) == 0
    with database.transaction() as session:
        assert overdue_counts(session, periods(session))["tax"] == 1
    assert SECRET in everything_in(database)


def test_a_case_that_was_opened_again_is_not_erased(database: Database) -> None:
    case_id = a_note(database)
    decide_period(database, "tax", days=30)
    close_all(database, 31)
    with database.transaction() as session:
        reopen(session, case_id, session.get_one(Case, case_id).revision, "kim")
    assert eraser(database).erase_expired(10) == 0
    assert SECRET in everything_in(database)


def test_all_that_belongs_to_a_mail_goes_with_it(bench: Bench) -> None:
    bench.append(a_telling_mail())
    bench.worker().round()
    database = bench.database
    case_id = mails_of(database)[0].case_id or 0
    erasing = eraser(database)
    with database.transaction() as session:
        case = read_case(session, case_id)
        assert case is not None
        draft = Draft("en", SECRET, SECRET)
        hand_over(session, ORIGINALS, case, case.revision, draft, sender=OWN_ADDRESS, user="kim")
        with pytest.raises(StillUnderWayError):
            erasing.erase(session, case_id, revision(session, case_id), ON_REQUEST)
    bench.worker().round()
    with database.transaction() as session:
        save_draft(session, ORIGINALS, case_id, draft, "kim")
    keyed = fingerprints(database)
    original_id = mails_of(database)[0].original_id or 0
    with database.transaction() as session:
        warned = session.get_one(Mail, mails_of(database)[0].id)
        warned.warnings = [{"key": "warning.threats", "text": SECRET}]
    with database.transaction() as session:
        raw = ORIGINALS.read(session, original_id)
    erase(database, case_id)
    left = everything_in(database)
    assert SECRET not in left
    assert "person1@example.org" not in left
    assert "confidant@example.org" not in left
    assert "<1@mail.example.org>" not in left
    row = mails_of(database)[0]
    assert (row.state, row.folder, row.shelf) == (MailState.ACKNOWLEDGED, "INBOX", "tax")
    assert row.fingerprint is not None
    assert row.topics == ["tax-card"]
    assert [reason["key"] for reason in row.reasons or ()] == ["sentence"]
    assert row.warnings == [{"key": "warning.threats", "text": ""}]
    with database.transaction() as session:
        assert remains(session) == []
        assert session.scalars(select(ReplyDraft)).all() == []
        erasure = session.scalars(select(Erasure)).one()
        assert (erasure.user_name, erasure.filed_under, erasure.originals) == (
            "lone",
            "2026-4711",
            3,
        )
        assert [digest["what"] for digest in erasure.digests] == ["mail", "draft", "reply"]
        assert erasure.size > len(raw)
        assert [one.id for one in was_erased(session, keyed.of_bytes(raw))] == [erasure.id]
        assert was_erased(session, keyed.of_bytes(raw + b"x")) == []
        detail = read_case(session, case_id)
        assert detail is not None
        assert [reply.text for reply in detail.replies] == [""]
    check_history(database)


def revision(session: Any, case_id: int) -> int:
    found: int = session.get_one(Case, case_id).revision
    return found


def test_a_question_from_the_form_is_erased_with_its_receipt(bench: Bench) -> None:
    database = bench.database
    Office(database).intake().receive(asked(f"tax {SECRET}", name=SECRET))
    bench.worker().round()
    with database.transaction() as session:
        case_id = session.scalars(select(Case.id)).one()
    erase(database, case_id)
    assert SECRET not in everything_in(database)
    with database.transaction() as session:
        assert session.scalars(select(Handover)).all() == []
        assert remains(session) == []


@pytest.mark.parametrize("sent_along", [True, False])
def test_the_conversation_that_a_question_came_from_goes_too(
    bench: Bench, *, sent_along: bool
) -> None:
    database = bench.database
    with database.transaction() as session:
        own, other = record.start(session, "en"), record.start(session, "en")
        for conversation in (own, other):
            record.add_question(session, conversation, f"my {SECRET} {conversation.id}", None)
        ids = own.id, other.id
    question = asked("tax", conversation_id=ids[0], with_conversation=sent_along)
    Office(database).intake().receive(question)
    bench.worker().round()
    with database.transaction() as session:
        (case_id,) = session.scalars(select(Case.id))
    erase(database, case_id)
    assert f"my {SECRET} {ids[0]}" not in everything_in(database)
    assert f"my {SECRET} {ids[1]}" in everything_in(database)


def test_an_erased_case_takes_nothing_more(database: Database) -> None:
    case_id = a_note(database)
    stale = revision_of(database, case_id)
    erase(database, case_id)
    erasing = eraser(database)
    with database.transaction() as session:
        with pytest.raises(CaseChangedError):
            close(session, case_id, stale, "kim")
        with pytest.raises(CaseErasedError):
            reopen(session, case_id, revision(session, case_id), "kim")
        with pytest.raises(CaseErasedError):
            save_draft(session, ORIGINALS, case_id, Draft("en", "x", "x"), "kim")
        with pytest.raises(CaseErasedError):
            erasing.erase(session, case_id, revision(session, case_id), ON_REQUEST)
        assert remains(session) == []


def test_one_whose_key_is_gone_is_erased_all_the_same(database: Database) -> None:
    case_id = a_note(database)
    fingerprints(database)
    with database.transaction() as session:
        note = session.get_one(Case, case_id).note_original_id
        session.execute(
            update(Original).where(Original.id == note).values(ciphertext=b"under another key")
        )
    erase(database, case_id)
    with database.transaction() as session:
        assert session.scalars(select(Erasure)).one().digests == [
            {"what": "note", "size": 0, "digest": None}
        ]
        assert remains(session) == []


def test_what_cannot_be_erased_takes_no_other_with_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = a_note(database), a_note(database)
    decide_period(database, "tax", days=30)
    close_all(database, 31)
    original_erase = Originals.erase

    def fails_once(self: Originals, session: Any, original_id: int) -> None:
        if original_id == broken:
            raise ArithmeticError
        original_erase(self, session, original_id)

    with database.transaction() as session:
        broken = session.get_one(Case, first).note_original_id
    monkeypatch.setattr(Originals, "erase", fails_once)
    assert eraser(database).erase_expired(10) == 2
    with database.transaction() as session:
        assert session.get_one(Case, first).subject == SECRET
        assert session.get_one(Case, second).subject is None
        assert remains(session) == []


def test_the_proof_only_grows(database: Database) -> None:
    erase(database, a_note(database))
    for statement in ("UPDATE erasure SET user_name = 'nobody'", "DELETE FROM erasure"):
        with pytest.raises(Exception, match="append-only"), database.transaction() as session:
            session.execute(text(statement))
    with pytest.raises(AppendOnlyError), database.transaction() as session:
        session.delete(session.scalars(select(Erasure)).one())


def test_what_is_left_is_found(database: Database) -> None:
    erased, kept = a_note(database), a_note(database)
    erase(database, erased)
    with database.transaction() as session:
        orphan = ORIGINALS.keep(session, b"forgotten")
        session.execute(update(Case).where(Case.id == erased).values(subject="left"))
        session.add(
            ReplyDraft(
                case_id=erased, original_id=ORIGINALS.keep(session, b"x"), author="", saved_at=now()
            )
        )
        session.execute(update(Case).where(Case.id == kept).values(erased_at=now()))
        session.flush()
        found = {(remain.kind, remain.where) for remain in remains(session)}
    assert found == {
        ("original_without_owner", f"original {orphan}"),
        ("case_not_empty", f"ICS-{erased:06}"),
        ("case_not_empty", f"ICS-{kept:06}"),
        ("draft", f"ICS-{erased:06}"),
        ("no_proof", f"ICS-{kept:06}"),
    }


def test_erased_bytes_leave_the_disk(sqlite_database: Database, tmp_path: Path) -> None:
    database = sqlite_database
    long = " ".join(f"{SECRET} {number}" for number in range(3000))
    with database.transaction() as session:
        case = session.get_one(Case, a_note_in(session))
        case.note = long
    with database.transaction() as session:
        ciphertext = session.get_one(Original, case.note_original_id).ciphertext
        ciphertext = ciphertext[20:90]
    assert SECRET.encode() in _files(tmp_path)
    assert ciphertext in _files(tmp_path)
    decide_period(database, "tax", days=30)
    close_all(database, 31)
    assert eraser(database).erase_expired(10) == 1
    found = _files(tmp_path)
    assert SECRET.encode() not in found
    assert ciphertext not in found
    assert b"a@example.org" not in found


def a_note_in(session: Any) -> int:
    new = NewCase(
        "counter", "tax", None, "en", [], SECRET, SECRET, SECRET, "a@example.org", "1234567"
    )
    return open_case(session, ORIGINALS, new, "kim")


def _files(folder: Path) -> bytes:
    """The bytes of the database and of its journal."""
    return b"".join(path.read_bytes() for path in folder.glob("ankomst.db*"))


def test_an_erased_mail_that_comes_again_stays_erased(bench: Bench) -> None:
    raw = a_telling_mail()
    bench.append(raw)
    bench.worker().round()
    database = bench.database
    case_id = mails_of(database)[0].case_id or 0
    erase(database, case_id)
    bench.append(raw, a_mail(2, "tax"))
    assert bench.worker().round() == 2
    first, again, other = mails_of(database)
    assert SECRET not in everything_in(database)
    assert (again.state, again.acknowledgement, again.case_id) == (
        MailState.NOT_ACKNOWLEDGED,
        "erased",
        None,
    )
    assert again.original_id is None
    assert again.perhaps_duplicate_of == first.id
    assert (other.state, other.acknowledgement) == (MailState.ACKNOWLEDGED, "sent")
    assert bench.folders() == {"Queues/Tax": 3}
    assert bench.servers.acknowledged() == ["person1@example.org", "person2@example.org"]
    with database.transaction() as session:
        assert [one.what for one in session.scalars(select(Erasure).order_by(Erasure.id))] == [
            "case",
            "again",
        ]
        assert session.scalar(select(func.count(Case.id))) == 2
        assert remains(session) == []
    check_history(database)


def test_it_stays_erased_in_another_mailbox_and_with_other_bytes(bench: Bench) -> None:
    bench.append(a_telling_mail())
    bench.worker().round()
    database = bench.database
    erase(database, mails_of(database)[0].case_id or 0)
    # The mailbox was moved to another server, where it is another one to us and has other bytes.
    with database.transaction() as session:
        session.execute(update(Mailbox).values(name="before"))
    bench.append(b"Received: from elsewhere\r\n" + a_telling_mail())
    bench.worker().round()
    # The one that came, and the one that still lies in its queue's folder.
    assert [row.acknowledgement for row in mails_of(database)] == ["sent", "erased", "erased"]
    assert SECRET not in everything_in(database)


def test_the_same_words_without_date_or_id_are_another_mail(bench: Bench) -> None:
    raw = a_telling_mail(Date="", Message_ID="")
    bench.append(raw)
    bench.worker().round()
    database = bench.database
    erase(database, mails_of(database)[0].case_id or 0)
    # INTERNALDATE counts seconds.
    with database.transaction() as session:
        session.execute(update(Mail).values(received_at=now() - timedelta(days=1)))
    bench.append(raw)
    bench.worker().round()
    _, again = mails_of(database)
    assert again.case_id is not None
    assert again.original_id is not None


@pytest.mark.parametrize(
    "step", ["sighted", "fetched", "decided", "moving", "moved_on_server", "moved"]
)
def test_a_worker_killed_over_a_mail_that_comes_again(
    sqlite_database: Database, servers: RunningServers, tmp_path: Path, step: str
) -> None:
    database = sqlite_database
    url = database.engine.url.render_as_string(hide_password=False)
    configuration = settings_for(
        url, tmp_path, servers.imap_port, servers.smtp_port, claim_seconds=1.0
    )
    with servers.view() as view:
        view.append(a_telling_mail())
    first = start_worker(configuration)
    wait_until_settled(database, 1)
    end_worker(first)
    erase(database, mails_of(database)[0].case_id or 0)
    with servers.view() as view:
        view.append(a_telling_mail())
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    rows = wait_until_settled(database, 2)
    end_worker(second)
    assert [row.acknowledgement for row in rows] == ["sent", "erased"]
    assert SECRET not in everything_in(database)
    with servers.view() as view:
        assert view.places() == {"<1@mail.example.org>": ["Queues/Tax", "Queues/Tax"]}
    assert servers.acknowledged() == ["person1@example.org"]
    with database.transaction() as session:
        assert remains(session) == []


def test_a_mail_is_deleted_in_the_mailbox_too_where_that_was_decided(bench: Bench) -> None:
    bench.append(a_telling_mail(), a_mail(2, "tax"))
    bench.worker().round()
    database = bench.database
    decide_period(database, "tax", days=30, in_mailbox="delete")
    with database.transaction() as session:
        first = session.scalars(select(Case).order_by(Case.id).limit(1)).one()
        detail = read_case(session, first.id)
        assert detail is not None
        hand_over(
            session,
            ORIGINALS,
            detail,
            detail.revision,
            Draft("en", "Re", "text"),
            sender=OWN_ADDRESS,
            user="kim",
        )
    bench.worker().round()
    assert bench.folders() == {"Queues/Tax": 2, "Sent": 1}
    with database.transaction() as session:
        session.execute(
            update(Case).where(Case.id == first.id).values(closed_at=now() - timedelta(days=31))
        )
    worker = bench.worker()
    assert eraser(database).erase_expired(10) == 1
    assert bench.folders() == {"Queues/Tax": 2, "Sent": 1}
    worker.round()
    assert bench.folders() == {"Queues/Tax": 1}
    with database.transaction() as session:
        assert session.scalars(select(Removal.state)).all() == [RemovalState.DONE] * 2
        assert [one.what for one in session.scalars(select(Erasure).order_by(Erasure.id))] == [
            "case",
            "mailbox",
            "mailbox",
        ]
    # It comes back from a backup of the mailbox: put into its folder, and deleted there as well.
    bench.append(a_telling_mail())
    bench.worker().round()
    bench.worker().round()
    assert bench.folders() == {"Queues/Tax": 1}


@pytest.mark.parametrize("step", ["removal_removing", "removed_from_mailbox", "removal_done"])
def test_a_worker_killed_while_it_deletes(
    sqlite_database: Database, servers: RunningServers, tmp_path: Path, step: str
) -> None:
    database = sqlite_database
    url = database.engine.url.render_as_string(hide_password=False)
    configuration = settings_for(
        url, tmp_path, servers.imap_port, servers.smtp_port, claim_seconds=1.0
    )
    with servers.view() as view:
        view.append(a_telling_mail(), a_mail(2, "tax"))
    first = start_worker(configuration)
    wait_until_settled(database, 2)
    end_worker(first)
    decide_period(database, "tax", days=30, in_mailbox="delete")
    with database.transaction() as session:
        case_id = session.scalars(select(Mail.case_id).order_by(Mail.id).limit(1)).one()
        session.execute(
            update(Case).where(Case.id == case_id).values(closed_at=now() - timedelta(days=31))
        )
    with database.transaction() as session:
        session.execute(update(Mailbox).values(last_round_trip_at=None))
    # The worker erases by itself when it starts.
    wait_for_death(start_worker(configuration, step))
    second = start_worker(configuration)
    wait_for(lambda: _has_been_around(database))
    end_worker(second)
    with database.transaction() as session:
        assert session.scalars(select(Removal.state)).all() == [RemovalState.DONE]
    with servers.view() as view:
        assert view.places() == {"<2@mail.example.org>": ["Queues/Tax"]}
    with database.transaction() as session:
        assert remains(session) == []
        proofs = session.scalars(select(Erasure.what).order_by(Erasure.id)).all()
    assert proofs == ["case", "mailbox"]


def _has_been_around(database: Database) -> bool:
    """Whether a worker has looked through the inbox, and so has carried out what was due before."""
    with database.transaction() as session:
        return (
            session.scalars(select(Mailbox.last_round_trip_at)).one() is not None
            and in_mailbox(session).waiting == 0
        )


def test_where_the_server_cannot_delete_one_mail_it_is_shown(
    sqlite_database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    database = sqlite_database
    with running_dovecot(DovecotOptions(capability=WITHOUT_UIDPLUS)) as dovecot:
        with dovecot.view("office") as view:
            view.append(a_telling_mail())
        url = database.engine.url.render_as_string(hide_password=False)
        configuration = settings_for(
            url,
            tmp_path,
            dovecot.port,
            servers.smtp_port,
            imap_user="office",
            imap_password=DOVECOT_PASSWORD,
        )
        worker = worker_for(configuration, database)
        worker.round()
        erase(database, mails_of(database)[0].case_id or 0, Decree("asked", "delete"))
        worker.round()
        end_all([worker])
        with dovecot.view("office") as view:
            assert sorted(view.places()["<1@mail.example.org>"]) == ["INBOX", "Queues/Tax"]
            assert view.flags("Queues/Tax") == [()]
    with database.transaction() as session:
        assert in_mailbox(session).unable == 1
        assert [one.what for one in session.scalars(select(Erasure))] == ["case"]


def test_another_mail_at_its_place_is_never_deleted(bench: Bench) -> None:
    bench.append(a_telling_mail(), a_mail(2, "tax"))
    bench.worker().round()
    database = bench.database
    first, second = mails_of(database)
    erase(database, first.case_id or 0, Decree("asked", "delete"))
    # Whatever made the ledger wrong: at that number lies another mail.
    with database.transaction() as session:
        session.execute(update(Mail).where(Mail.id == first.id).values(target_uid=9_999))
        session.execute(update(Mail).where(Mail.id == second.id).values(target_uid=9_998))
        session.execute(
            update(Mail).where(Mail.id == first.id).values(target_uid=second.target_uid)
        )
    bench.worker().round()
    assert bench.folders() == {"Queues/Tax": 2}
    with database.transaction() as session:
        assert in_mailbox(session).gone == 1


def test_every_shelf_has_a_period_of_its_own(database: Database) -> None:
    with database.transaction() as session:
        chosen = {shelf: Period(days=number + 7) for number, shelf in enumerate(FOLDERS)}
        assert save(session, chosen, "lone") == list(FOLDERS)
        assert save(session, chosen, "lone") == []
        assert periods(session) == chosen
        assert session.scalar(select(func.count(Reply.id))) == 0
