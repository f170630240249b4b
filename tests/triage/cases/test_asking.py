"""A question from the form becomes a case, on both kinds of database."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from conversations import record
from conversations.record import Reply
from language.languages import Language
from storage.database import Database
from storage.originals import Originals
from tests.knowledge.own_articles import bring_in_own_articles
from tests.triage.composition import ORIGINALS_KEY
from tests.triage.questions import QUESTION, Office, asked
from triage.cases import handling
from triage.cases.cases import CaseDetail, list_cases, numbers_shown, read_case
from triage.cases.precision import live_precision
from triage.deciding.classifier import Decision
from triage.errors import UnfitAddressError, UnfitQuestionError
from triage.letters.receipt import find_receipt, receipt_of_conversation
from triage.models import Case, Correction, Handover, Mail, MailTransition
from triage.parsing.message import ParsedMail, parse
from triage.states import MailState

ORIGINALS = Originals(ORIGINALS_KEY)
NUMBER = "010190-1234"


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def counted(database: Database) -> tuple[int, int, int]:
    """How many cases, mails and hand-overs there are."""
    with database.transaction() as session:
        found = [
            session.scalar(select(func.count()).select_from(t)) for t in (Case, Mail, Handover)
        ]
    return tuple(found)  # type: ignore[return-value]


def read(database: Database, case_id: int = 1) -> CaseDetail:
    with database.transaction() as session:
        found = read_case(session, case_id)
    assert found is not None
    return found


def a_conversation(database: Database) -> str:
    with database.transaction() as session:
        conversation = record.start(session, "en")
        for question, answer, kind in (
            ("tax card?", "Apply with form 04.063.\n\nThen wait.", "answer"),
            ("a person", "Write to us.", "handover"),
        ):
            turn = record.add_question(session, conversation, question, None)
            record.store_answer(session, conversation, turn.id, [Reply(kind, answer, "en")])
        return conversation.id


def test_a_question_is_a_case_like_that_of_a_mail(office: Office) -> None:
    receipt = office.intake().receive(asked("I have a question on tax."))
    assert (receipt.reference, receipt.address) == ("ICS-000001", "anna@example.org")
    assert receipt.queue == "tax"
    case = read(office.database)
    summary = case.summary
    assert (summary.channel, summary.listing, summary.state) == ("chat", "tax", MailState.DECIDED)
    assert (summary.kind, summary.decided, summary.language) == ("mail", True, "en")
    assert (summary.sender, case.asker_name) == ("anna@example.org", "Anna Nowak")
    assert summary.subject == case.text_new == "I have a question on tax."
    assert [reason.key for reason in case.reasons] == ["sentence"]
    assert case.topics == ("tax-card",)
    assert [event.action for event in case.events] == ["opened"]
    assert [(step.from_state, step.to_state) for step in case.transitions] == [
        (None, MailState.DECIDED)
    ]
    with office.database.transaction() as session:
        assert [one.id for one in list_cases(session, "tax")] == [1]


def test_an_unsure_question_lies_in_visitation_and_says_so(office: Office) -> None:
    assert office.intake().receive(asked()).queue == "visitation"
    case = read(office.database)
    assert case.summary.is_unsure
    assert [reason.key for reason in case.reasons] == ["below_threshold", "sentence"]
    with office.database.transaction() as session:
        assert [one.id for one in list_cases(session, "visitation", "unsure")] == [1]


def test_a_cpr_number_stands_in_the_original_alone(office: Office) -> None:
    receipt = office.intake().receive(asked(f"My CPR is {NUMBER}.", name=f"Anna {NUMBER}"))
    assert receipt.number_hidden
    case = read(office.database)
    assert case.has_numbers
    assert case.text_new == "My CPR is [CPR]."
    assert (case.summary.subject, case.asker_name) == ("My CPR is [CPR].", "Anna [CPR]")
    with office.database.transaction() as session:
        shown = numbers_shown(session, ORIGINALS, case)
        assert case.original_id is not None
        original = ORIGINALS.read(session, case.original_id)
        for table in (Case, Mail, Handover, MailTransition):
            for row in session.execute(select(table.__table__)):
                assert NUMBER not in str(row)
    assert shown.text_new == f"My CPR is {NUMBER}."
    assert NUMBER in parse(original).text_new


def test_without_a_number_nothing_is_told(office: Office) -> None:
    assert not office.intake().receive(asked()).number_hidden


def test_the_same_form_sent_again_makes_one_case(office: Office) -> None:
    intake = office.intake()
    first = intake.receive(asked())
    assert intake.receive(asked()) == first
    assert counted(office.database) == (1, 1, 1)


def test_sent_twice_at_once_it_makes_one_case(office: Office) -> None:
    together = threading.Barrier(4)

    def slow(mail: ParsedMail, page: Language) -> Decision:
        together.wait(20)  # all have seen that there is no such case yet
        from tests.triage.questions import stand_in

        return stand_in(mail, page)

    intake = office.intake(slow)
    references: list[str] = []
    threads = [
        threading.Thread(target=lambda: references.append(intake.receive(asked()).reference))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(references) == 4
    assert len(set(references)) == 1
    assert counted(office.database) == (1, 1, 1)


def test_a_form_that_was_set_right_makes_another(office: Office) -> None:
    intake = office.intake()
    intake.receive(asked(address="anna@gmial.example"))
    assert intake.receive(asked()).reference == "ICS-000002"


@pytest.mark.parametrize(
    "address", ["ics@example.test", "no-reply@example.org", "anna(x)@example.org"]
)
def test_an_address_that_takes_no_answer_is_refused(office: Office, address: str) -> None:
    with pytest.raises(UnfitAddressError):
        office.intake().receive(asked(address=address))
    assert counted(office.database) == (0, 0, 0)


def test_a_question_without_words_is_refused(office: Office) -> None:
    with pytest.raises(UnfitQuestionError):
        office.intake().receive(asked("???!"))
    assert counted(office.database) == (0, 0, 0)


def test_a_question_that_nothing_can_judge_is_taken_in(office: Office) -> None:
    def broken(_mail: ParsedMail, _page: Language) -> Decision:
        raise ArithmeticError("a fault of the model")

    assert office.intake(broken).receive(asked()).queue == "visitation"
    case = read(office.database)
    assert case.summary.is_unsure
    assert [reason.key for reason in case.reasons] == ["not_judged"]
    assert case.summary.language == "en"


def test_the_longest_question_keeps_every_character(office: Office) -> None:
    text = "Ąż €? " * 1666 + "tax."
    office.intake().receive(asked(text))
    assert read(office.database).text_new == text.strip()


def test_who_fills_in_a_form_writes_no_signature(office: Office) -> None:
    text = f"When do you open?\n\nRegards\nIfy\n\nTel. +45 00 00 00 00, CPR {NUMBER}"
    office.intake().receive(asked(text))
    case = read(office.database)
    assert (case.text_new, case.text_signature) == (text.replace(NUMBER, "[CPR]"), "")
    with office.database.transaction() as session:
        assert numbers_shown(session, ORIGINALS, case).text_new == text


def test_markup_and_pasted_mail_stay_text(office: Office) -> None:
    text = "<b>tax</b> <script>alert(1)</script>\n\nFrom: x@example.org\n\n.\nlast"
    office.intake().receive(asked(text, name='Anna "A." <b@c.example>'))
    case = read(office.database)
    assert case.text_new == text
    assert case.asker_name == 'Anna "A." <b@c.example>'
    assert case.recipient == "anna@example.org"


def test_the_centre_of_the_municipality_gets_the_case(office: Office) -> None:
    with office.database.transaction() as session:
        bring_in_own_articles(session)
    office.intake().receive(asked(municipality="Aarhus"))
    case = read(office.database)
    assert (case.summary.centre, case.municipality) == ("aarhus", "Aarhus")
    office.intake(centre="esbjerg").receive(asked(municipality="Aarhus", browser="another"))
    assert read(office.database, 2).summary.centre == "esbjerg"


def test_it_is_corrected_without_a_mailbox(office: Office) -> None:
    office.intake().receive(asked())
    with office.database.transaction() as session:
        handling.correct(session, 1, read(office.database).revision, "tax", "kim")
    case = read(office.database)
    assert case.can_be_moved
    assert (case.summary.listing, case.summary.confirmation) == ("tax", "corrected")
    with office.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Correction)) == 0
        found = find_receipt(session, asked().key)
    assert found is not None
    assert found.queue == "tax"


def test_sure_ones_are_drawn_to_be_confirmed(office: Office) -> None:
    office.intake(confirmation_share=1.0).receive(asked("on tax"))
    assert read(office.database).summary.to_confirm
    with office.database.transaction() as session:
        assert [(row.shelf, row.waiting) for row in live_precision(session)] == [("tax", 1)]


@pytest.mark.parametrize("sent_along", [True, False])
def test_the_conversation_goes_along_if_the_person_agrees(office: Office, sent_along: bool) -> None:
    conversation = a_conversation(office.database)
    receipt = office.intake().receive(
        asked(conversation_id=conversation, with_conversation=sent_along)
    )
    assert receipt.has_conversation is sent_along
    case = read(office.database)
    assert case.text_new == QUESTION
    quoted = case.text_quoted
    if sent_along:
        assert [line for line in quoted.split("\n") if line.strip("> ")] == [
            "> Person: tax card?",
            "> Chat: Apply with form 04.063.",
            "> Then wait.",
            "> Person: a person",
            "> Chat: Write to us.",
        ]
    else:
        assert quoted == ""


def test_the_record_of_the_conversation_says_that_it_was_handed_over(office: Office) -> None:
    conversation = a_conversation(office.database)
    office.intake().receive(asked(conversation_id=conversation))
    office.intake().receive(asked(conversation_id=conversation, browser="another"))
    with office.database.transaction() as session:
        *_, first, second = record.history(session, conversation)
        found = receipt_of_conversation(session, conversation)
    assert [(turn.who, turn.kind, turn.reference) for turn in (first, second)] == [
        ("bot", "handover", "ICS-000001"),
        ("bot", "handover", "ICS-000002"),
    ]
    assert "ICS-000001" in first.text
    assert found is not None
    assert found.reference == "ICS-000002"


def test_a_conversation_that_is_gone_does_no_harm(office: Office) -> None:
    receipt = office.intake().receive(
        asked(conversation_id="no-such-conversation", with_conversation=True)
    )
    assert not receipt.has_conversation
    assert counted(office.database) == (1, 1, 1)
