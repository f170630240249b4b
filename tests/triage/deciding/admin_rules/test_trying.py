"""What a rule would have done with the mail in the ledger, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.times import now
from tests.triage.deciding.admin_rules.book import a_draft, keep
from tests.triage.desk.ledger import AUTOMATIC, DANISH, POLISH, Ledger
from triage.deciding.admin_rules import trying
from triage.deciding.admin_rules.rule_book import RuleDraft
from triage.deciding.admin_rules.trying import Trial, try_on_past_mail
from triage.models import Mail

UNSURE: dict[str, Any] = {"decided": False, "queue": "jobseeker"}


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database)


def tried(ledger: Ledger, draft: RuleDraft) -> Trial:
    with ledger.database.reading() as session:
        return try_on_past_mail(session, draft)


def again(raw: bytes, number: int) -> bytes:
    return raw.replace(b"Message-ID: <", f"Message-ID: <{number}-".encode())


def by_rule(key: str) -> dict[str, Any]:
    return {"reasons": [{"key": f"rule.{key}", "text": ""}]}


def test_what_it_would_have_decided_and_put_elsewhere(ledger: Ledger) -> None:
    ledger.add(POLISH, "tax")
    ledger.add(DANISH, "visitation", queue="visitation")
    ledger.add(DANISH.replace(b"jens@", b"ole@"), "visitation", queue="visitation")
    found = tried(ledger, a_draft("tax", senders="jens@example.test"))
    assert (found.looked_at, found.matched, found.differing, found.complete) == (3, 1, 1, True)
    (mail,) = found.shown
    assert (mail.case_id, mail.subject, mail.matched) == (2, "Opholdsbevis", ("jens@example.test",))
    assert (mail.decided, mail.lies, mail.contradicts) == ("visitation", "visitation", False)
    assert tried(ledger, a_draft("visitation", senders="jens@example.test")).differing == 0


def test_what_caseworkers_found_right_otherwise_stands_first(ledger: Ledger) -> None:
    ledger.add(POLISH, "tax")
    ledger.add(again(POLISH, 2), "tax", case={"confirmation": "confirmed"})
    ledger.add(again(POLISH, 3), "tax", case={"confirmation": "answered"})
    corrected = {"confirmation": "corrected", "shelf": "spam"}
    ledger.add(again(POLISH, 4), "tax", case=corrected)
    ledger.add(again(POLISH, 5), "tax", case=corrected | {"shelf": "jobseeker"})
    found = tried(ledger, a_draft("spam", senders="example.test"))
    assert (found.matched, found.differing, found.contradicting) == (5, 5, 3)
    assert found.confirmed == Counter({"tax": 2, "jobseeker": 1})
    assert found.answered == 1
    assert [mail.case_id for mail in found.shown] == [5, 3, 2, 4, 1]


def test_what_answers_by_itself_is_never_taken(ledger: Ledger) -> None:
    for key in ("bounce", "own_address", "auto_submitted", "automatic_subject"):
        ledger.add(again(AUTOMATIC, len(key)), "automatic", **by_rule(key))
    found = tried(ledger, a_draft("tax", senders="example.test"))
    assert (found.matched, found.earlier) == (0, 4)


@pytest.mark.parametrize("key", ["mailing_list", "no_reply", "marked_as_spam", "auto_generated"])
def test_lists_and_forms_are_brought_back_by_what_comes_before_the_text_alone(
    ledger: Ledger, key: str
) -> None:
    ledger.add(AUTOMATIC, "automatic", **by_rule(key))
    assert tried(ledger, a_draft("tax", senders="example.test")).matched == 1
    for stage in ("unsure", "tax"):
        found = tried(ledger, a_draft("tax", stage, senders="example.test"))
        assert (found.matched, found.earlier) == (0, 0)


def test_after_the_text_it_takes_only_what_the_text_said(ledger: Ledger) -> None:
    ledger.add(POLISH, "tax")
    ledger.add(again(POLISH, 2), "visitation", **UNSURE)
    ledger.add(again(POLISH, 3), "unreadable", decided=False)
    cases = {
        stage: [
            mail.case_id
            for mail in tried(ledger, a_draft("jobseeker", stage, senders="example.test")).shown
        ]
        for stage in ("before", "unsure", "tax", "jobseeker")
    }
    assert cases == {"before": [2, 1], "unsure": [2], "tax": [1], "jobseeker": []}


def test_an_earlier_rule_goes_first(ledger: Ledger) -> None:
    keep(ledger.database, a_draft("tax", name="earlier", position=50, senders="example.test"))
    keep(ledger.database, a_draft("tax", name="off", position=1, active=False, senders="b.dk"))
    ledger.add(POLISH, "tax")
    found = tried(ledger, a_draft("spam", position=50, senders="example.test"))
    assert (found.matched, found.earlier) == (0, 1)
    assert tried(ledger, a_draft("spam", position=49, senders="example.test")).matched == 1
    assert tried(ledger, a_draft("spam", "tax", position=1, senders="example.test")).matched == 0


def test_what_a_changed_rule_lets_go(ledger: Ledger) -> None:
    rule_id = keep(ledger.database, a_draft("tax", "unsure", senders="example.test"))
    of_rule = {"rule_id": rule_id, **by_rule("admin")}
    ledger.add(POLISH, "tax", **of_rule)
    ledger.add(DANISH, "tax", **of_rule)
    kept = tried(ledger, a_draft("tax", "unsure", rule_id=rule_id, senders="example.test"))
    assert (kept.matched, kept.released) == (2, 0)
    less = tried(ledger, a_draft("tax", "unsure", rule_id=rule_id, senders="jens@example.test"))
    assert (less.matched, less.released) == (1, 1)
    # What the text said is known: it was asked because the text was unsure.
    other = tried(ledger, a_draft("spam", "tax", senders="example.test"))
    assert (other.matched, other.earlier) == (0, 0)


def test_recipients_that_were_not_kept_yet_are_said_to_be_unknown(ledger: Ledger) -> None:
    ledger.add(POLISH, "tax")
    ledger.add(again(POLISH, 2), "tax", recipients=["ics@example.test"])
    ledger.add(again(POLISH, 3), "tax", recipients=[])
    found = tried(ledger, a_draft("spam", recipients="ics@example.test"))
    assert (found.matched, found.unknown) == (1, 1)
    assert tried(ledger, a_draft("spam", senders="example.test")).unknown == 0


def test_a_question_from_the_form_stays_a_question(ledger: Ledger) -> None:
    ledger.add(POLISH, "tax")
    with ledger.database.transaction() as session:
        session.get_one(Mail, 1).mailbox_id = None
    assert tried(ledger, a_draft("spam", senders="example.test")).matched == 0
    assert tried(ledger, a_draft("jobseeker", senders="example.test")).matched == 1


def test_it_looks_back_so_far_and_at_so_many(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        ledger.add(again(POLISH, number), "tax")
    ledger.add(again(POLISH, 9), None)
    with ledger.database.transaction() as session:
        session.get_one(Mail, 1).sighted_at = now() - timedelta(days=91)
        session.get_one(Mail, 4).erased_at = now()
    draft = a_draft("spam", attachments="umowa*")
    found = tried(ledger, draft)
    assert (found.looked_at, found.matched, found.complete) == (2, 2, True)
    monkeypatch.setattr(trying, "MOST_SHOWN", 1)
    assert [mail.case_id for mail in tried(ledger, draft).shown] == [3]
    monkeypatch.setattr(trying, "MOST_MAILS", 1)
    assert (tried(ledger, draft).looked_at, tried(ledger, draft).complete) == (1, False)
    monkeypatch.setattr(trying, "MOST_SECONDS", -1.0)
    assert (tried(ledger, draft).looked_at, tried(ledger, draft).complete) == (0, False)


def test_without_mail_there_is_nothing_to_try_it_on(ledger: Ledger) -> None:
    found = tried(ledger, a_draft("tax", senders="example.test"))
    assert (found.looked_at, found.since, found.shown, found.complete) == (0, None, [], True)
