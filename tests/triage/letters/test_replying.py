"""Replies of caseworkers: begun, kept while they are written, handed over to the worker."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import cast

import pytest
from sqlalchemy import func, select

from knowledge.answers import answer
from knowledge.situations import Situation
from language.languages import LANGUAGES, Language
from storage.database import Database
from storage.originals import Original, Originals
from tests.knowledge.own_articles import bring_in_own_articles
from tests.triage.desk.ledger import POLISH, Ledger
from tests.web.serving import ORIGINALS_KEY
from triage.cases.cases import CaseDetail, read_case
from triage.cases.handling import NewCase, open_case
from triage.errors import CaseChangedError, NoRecipientError
from triage.letters import replying
from triage.letters.replying import Draft
from triage.models import Reply
from triage.states import ReplyState

ORIGINALS = Originals(ORIGINALS_KEY)
OWN = "ics@example.test"
DRAFT = Draft("pl", "Re: Karta podatkowa [ICS-000001]", "Dzień dobry,\n\n010190-1234: tak.\n")


def fill(database: Database) -> None:
    with database.transaction() as session:
        bring_in_own_articles(session)


def read(database: Database, case_id: int) -> CaseDetail:
    with database.transaction() as session:
        found = read_case(session, case_id)
    assert found is not None
    return found


def hand_over(database: Database, case: CaseDetail, draft: Draft = DRAFT) -> int:
    with database.transaction() as session:
        return replying.hand_over(
            session, ORIGINALS, case, case.revision, draft, sender=OWN, user="kim"
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_begins_with_the_article_in_each_language(
    sqlite_database: Database, language: Language
) -> None:
    fill(sqlite_database)
    case = read(sqlite_database, Ledger(sqlite_database).add(POLISH, "tax"))
    with sqlite_database.transaction() as session:
        situation: Situation = {"citizenship": "eu_eea_ch", "stay": "over_6_months"}
        found = answer(session, case.topics[0], language, situation)
    draft = replying.first_draft(case, language, found)
    assert draft.subject == "Re: Karta podatkowa, CPR [CPR] [ICS-000001]"
    assert "04.063" in draft.text
    assert "https://skat.dk/en-us/individuals/tax-card" in draft.text
    assert "ICS-000001" in draft.text
    for mark in ("**", "](", "{", "\n\n\n"):
        assert mark not in draft.text
    assert draft.text.endswith("International Citizen Service")


def test_without_an_article_the_letter_is_left(sqlite_database: Database) -> None:
    case = read(sqlite_database, Ledger(sqlite_database).add(POLISH, "tax", topics=[]))
    draft = replying.first_draft(case, "da", None)
    assert draft.text.startswith("Hej\n\nTak for din henvendelse.\n\nHar du flere")


@pytest.mark.parametrize("mark", ["Re: ", "SV: ", "AW: Re: ", "Odp: ", "RE:Sv: "])
def test_marks_of_replies_do_not_pile_up(sqlite_database: Database, mark: str) -> None:
    ledger = Ledger(sqlite_database)
    case = read(sqlite_database, ledger.add(POLISH, "tax", subject=f"{mark}[ICS-000001] Karta"))
    draft = replying.first_draft(case, "pl", None)
    assert draft.subject == "Re: [ICS-000001] Karta"


def test_what_is_written_is_kept_encrypted_and_once(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with database.transaction() as session:
        originals = session.scalar(select(func.count(Original.id)))
        assert replying.read_draft(session, ORIGINALS, case) is None
        replying.save_draft(session, ORIGINALS, case, Draft("pl", "a", "b"), "kim")
    with database.transaction() as session:
        replying.save_draft(session, ORIGINALS, case, DRAFT, "kim")
    with database.transaction() as session:
        assert replying.read_draft(session, ORIGINALS, case) == DRAFT
        kept = session.scalars(select(Original.ciphertext).order_by(Original.id.desc())).first()
        assert session.scalar(select(func.count(Original.id))) == (originals or 0) + 1
    assert kept is not None
    assert b"010190" not in kept


def test_handed_over_it_waits_for_the_worker_in_the_right_thread(database: Database) -> None:
    raw = POLISH.replace(b"Message-ID:", b"References: <0@example.test>\nMessage-ID:")
    case = read(database, Ledger(database).add(raw, "tax"))
    with database.transaction() as session:
        replying.save_draft(session, ORIGINALS, 1, DRAFT, "kim")
    reply_id = hand_over(database, case)
    with database.transaction() as session:
        reply = session.get_one(Reply, reply_id)
        content = ORIGINALS.read(session, reply.original_id or 0)
        assert replying.read_draft(session, ORIGINALS, 1) is None
        assert "[CPR]: tak." in reply.text
    assert (reply.state, reply.recipient) == (ReplyState.WAITING, "anna@example.test")
    assert reply.due_at is not None
    message = message_from_bytes(content, policy=policy.default)
    assert message["Message-ID"] == reply.message_id
    assert message["In-Reply-To"] == "<1@example.test>"
    assert message["References"] == "<0@example.test> <1@example.test>"
    assert (message["From"], message["To"]) == (OWN, "anna@example.test")
    assert message["Subject"] == DRAFT.subject
    assert message["Auto-Submitted"] is None
    said = cast("str", message.get_content())
    assert said.splitlines() == DRAFT.text.splitlines()
    after = read(database, 1)
    assert (after.summary.confirmation, after.events[-1].action) == ("answered", "answered")
    assert after.summary.closed_at is not None
    assert [(one.author, one.is_under_way) for one in after.replies] == [("kim", True)]


def test_a_confirmed_case_stays_confirmed(database: Database) -> None:
    case = read(database, Ledger(database).add(POLISH, "tax", case={"confirmation": "corrected"}))
    hand_over(database, case)
    assert read(database, 1).summary.confirmation == "corrected"


def test_two_answers_at_once_are_one(database: Database) -> None:
    case = read(database, Ledger(database).add(POLISH, "tax"))
    hand_over(database, case)
    with pytest.raises(CaseChangedError):
        hand_over(database, case)
    assert len(read(database, 1).replies) == 1


def test_a_line_break_in_the_subject_makes_no_header(database: Database) -> None:
    case = read(database, Ledger(database).add(POLISH, "tax"))
    hand_over(database, case, Draft("pl", "Re: x\r\nBcc: all@example.test", "text"))
    with database.transaction() as session:
        content = ORIGINALS.read(session, session.scalars(select(Reply.original_id)).one() or 0)
    assert message_from_bytes(content)["Bcc"] is None


def test_without_an_address_nothing_is_handed_over(database: Database) -> None:
    new = NewCase("telephone", "tax", None, "da", [], "Spørgsmål", "Vil ringe igen.", "", "", "")
    with database.transaction() as session:
        case_id = open_case(session, ORIGINALS, new, "kim")
    case = read(database, case_id)
    assert case.recipient is None
    with pytest.raises(NoRecipientError):
        hand_over(database, case)


def test_a_case_from_the_counter_is_answered_too(database: Database) -> None:
    new = NewCase("counter", "tax", None, "da", [], "Kort", "Mangler.", "Ana", "ana@x.test", "")
    with database.transaction() as session:
        case_id = open_case(session, ORIGINALS, new, "kim")
    hand_over(database, read(database, case_id))
    with database.transaction() as session:
        reply = session.scalars(select(Reply)).one()
        message = message_from_bytes(ORIGINALS.read(session, reply.original_id or 0))
    assert (reply.recipient, message["In-Reply-To"]) == ("ana@x.test", None)
