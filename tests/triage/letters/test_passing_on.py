"""Mail for another authority: the text to the sender, and the mail that goes on."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from language.languages import LANGUAGES, Language
from storage.database import Database
from storage.originals import Originals
from tests.knowledge.own_articles import bring_in_own_articles
from tests.triage.desk.ledger import POLISH, Ledger
from tests.web.serving import ORIGINALS_KEY
from triage.authorities import authorities, page_of
from triage.cases.cases import CaseDetail, read_case
from triage.cases.handling import NewCase, open_case
from triage.errors import AlreadyPassedOnError, CaseChangedError, NotAMailError
from triage.letters.passing_on import Destination, draft_to_sender, note_passed_on, pass_on
from triage.models import Reply
from triage.states import ReplyState

ORIGINALS = Originals(ORIGINALS_KEY)
SIRI = Destination("siri", "sikker@siri.example.test")


def read(database: Database, case_id: int) -> CaseDetail:
    with database.transaction() as session:
        found = read_case(session, case_id)
    assert found is not None
    return found


def send_on(database: Database, case: CaseDetail) -> int:
    with database.transaction() as session:
        return pass_on(
            session,
            ORIGINALS,
            case,
            case.revision,
            SIRI,
            sender="ics@example.test",
            user="kim",
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sender_is_told_whose_matter_it_is(
    sqlite_database: Database, language: Language
) -> None:
    with sqlite_database.transaction() as session:
        bring_in_own_articles(session)
    case = read(sqlite_database, Ledger(sqlite_database).add(POLISH, "tax"))
    told = {}
    for slug, authority in authorities().items():
        with sqlite_database.transaction() as session:
            page = page_of(session, authority)
        assert (page is None) == (authority.page is None), slug
        draft = draft_to_sender(case, language, authority, page, "passed_on")
        assert draft.subject.endswith("[ICS-000001]")
        assert authority.names[language] in draft.text
        assert "ICS-000001" in draft.text
        assert page is None or page.url in draft.text
        assert "{" not in draft.text
        assert "\n\n\n" not in draft.text
        assert draft.text.endswith("International Citizen Service")
        told[slug] = draft.text
    siri = authorities()["siri"]
    pointed = draft_to_sender(case, language, siri, None, "pointed_on")
    assert pointed.text != told["siri"]


def test_the_mail_goes_on_as_it_came_and_its_case_stays_open(database: Database) -> None:
    case = read(database, Ledger(database).add(POLISH, "visitation"))
    reply_id = send_on(database, case)
    after = read(database, case.summary.id or 0)
    assert (after.summary.passed_on_to, after.summary.closed_at) == ("siri", None)
    assert after.events[-1].action == "passed_on"
    assert (after.events[-1].detail, after.events[-1].user_name) == ("siri", "kim")
    assert [reply.authority for reply in after.replies] == ["siri"]
    with database.transaction() as session:
        row = session.get_one(Reply, reply_id)
        assert (row.state, row.recipient) == (ReplyState.WAITING, SIRI.address)
        raw = ORIGINALS.read(session, row.original_id or 0)
    message = message_from_bytes(raw, policy=policy.default)
    assert message["To"] == SIRI.address
    assert "§ 7, stk. 2" in message["Subject"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "ICS-000001" in body.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_content() == POLISH


def test_it_is_not_passed_on_twice(database: Database) -> None:
    case_id = Ledger(database).add(POLISH, "visitation")
    case = read(database, case_id)
    send_on(database, case)
    with pytest.raises(CaseChangedError):
        send_on(database, case)
    with pytest.raises(AlreadyPassedOnError):
        send_on(database, read(database, case_id))
    with database.transaction() as session:
        again = read(database, case_id)
        with pytest.raises(AlreadyPassedOnError):
            note_passed_on(session, again, again.revision, "siri", user="kim")
        assert len(session.scalars(select(Reply)).all()) == 1


def test_what_was_passed_on_by_another_way_is_written_down(database: Database) -> None:
    case = read(database, Ledger(database).add(POLISH, "visitation"))
    with database.transaction() as session:
        note_passed_on(session, case, case.revision, "police", user="kim")
    after = read(database, case.summary.id or 0)
    assert after.summary.passed_on_to == "police"
    assert after.events[-1].action == "passed_on_by_hand"
    assert after.replies == ()


def test_a_case_from_the_counter_has_no_mail_to_pass_on(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        new = NewCase("counter", "tax", None, "en", (), "Permit", "Asks.", "", "", "")
        case_id = open_case(session, ORIGINALS, new, "kim")
    with pytest.raises(NotAMailError):
        send_on(sqlite_database, read(sqlite_database, case_id))
