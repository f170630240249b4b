"""Reviews by a second person, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.articles import Text
from knowledge.errors import KnowledgeError, OwnTextError
from knowledge.models import TranslationVersion
from knowledge.overview import TopicState, overview
from knowledge.reviews import Rule, ask, decide, is_required, put_off, standing
from knowledge.translations import latest, publish, publish_due, save, schedule, withdraw
from storage.times import now


def draft(session: Session, author: str = "anna") -> TranslationVersion:
    before = latest(session, "tax-card", "en")
    text = Text("New", "written", f"Text after {before.number if before else 0}.\n")
    based_on = before.id if before else None
    return save(session, "tax-card", "en", text, author=author, based_on=based_on)


def state(session: Session) -> TopicState:
    rows = overview(session, date(2026, 12, 1))
    return next(row for row in rows if row.topic.slug == "tax-card")


@pytest.mark.parametrize(
    ("rule", "admins", "required"),
    [
        ("with_two_admins", ["alex"], False),
        ("with_two_admins", ["alex", "anna"], True),
        ("always", ["alex"], True),
        ("never", ["alex", "anna"], False),
    ],
)
def test_one_admin_alone_needs_no_approval(rule: Rule, admins: list[str], required: bool) -> None:
    assert is_required(rule, admins) is required


def test_a_draft_is_sent_approved_and_published(filled: Session) -> None:
    version = draft(filled)
    assert standing(filled, version).can_be_asked
    review = ask(filled, version, by="anna", reviewer=None, note="Please.")
    assert state(filled).marks["en"] == ("published", "draft", "in_review")
    assert state(filled).waits_for("alex")
    assert not state(filled).waits_for("anna")
    with pytest.raises(KnowledgeError, match="cannot be sent"):
        ask(filled, version, by="anna", reviewer=None, note="")
    decide(filled, version, by="alex", decision="approved", comment="")
    assert (review.outcome, review.decided_by) == ("approved", "alex")
    assert standing(filled, version).is_approved
    assert state(filled).marks["en"] == ("published", "draft", "approved")
    assert not standing(filled, version).can_be_asked
    publish(filled, version)
    assert state(filled).marks["en"] == ("published",)


def test_whoever_wrote_a_text_neither_approves_it_nor_is_asked(filled: Session) -> None:
    version = draft(filled)
    with pytest.raises(OwnTextError, match="anna wrote the text"):
        ask(filled, version, by="alex", reviewer="anna", note="")
    ask(filled, version, by="anna", reviewer="alex", note="")
    with pytest.raises(OwnTextError, match="somebody else"):
        decide(filled, version, by="anna", decision="approved", comment="")
    assert not standing(filled, version).is_approved
    decide(filled, version, by="bo", decision="approved", comment="")  # alex is on holiday
    with pytest.raises(KnowledgeError, match="No review"):
        decide(filled, version, by="alex", decision="changes", comment="Late.")


def test_editing_an_approved_text_makes_one_that_is_not(filled: Session) -> None:
    version = draft(filled)
    ask(filled, version, by="anna", reviewer=None, note="")
    decide(filled, version, by="alex", decision="approved", comment="")
    newer = draft(filled)
    assert standing(filled, newer).can_be_asked
    assert not standing(filled, newer).is_approved
    assert state(filled).marks["en"] == ("published", "draft")
    assert not standing(filled, version).can_be_asked


def test_a_newer_draft_or_a_withdrawal_ends_a_review(filled: Session) -> None:
    version = draft(filled)
    review = ask(filled, version, by="anna", reviewer=None, note="")
    newer = draft(filled)
    filled.refresh(review)
    assert review.outcome == "overtaken"
    second = ask(filled, newer, by="anna", reviewer=None, note="")
    withdraw(filled, newer)
    filled.refresh(second)
    assert second.outcome == "overtaken"
    assert state(filled).open_reviews == ()


def test_changes_that_are_wanted_cancel_the_time(filled: Session) -> None:
    version = draft(filled)
    put_off(filled, version, by="anna", reason="A deadline.")
    schedule(filled, version, now() + timedelta(hours=1), "anna")
    assert state(filled).marks["en"] == ("published", "scheduled", "review_put_off")
    decide(filled, version, by="alex", decision="changes", comment="Not that number.")
    assert version.publish_at is None
    assert publish_due(filled, now() + timedelta(hours=2)) == []
    assert state(filled).marks["en"] == ("published", "draft", "changes_wanted")
    ask(filled, version, by="anna", reviewer="alex", note="It is that number, see the page.")
    assert state(filled).marks["en"] == ("published", "draft", "in_review")


def test_what_could_not_wait_stays_listed_until_it_is_reviewed(filled: Session) -> None:
    version = draft(filled)
    asked = ask(filled, version, by="anna", reviewer="alex", note="")
    put_off(filled, version, by="anna", reason="The office is closed today.")
    publish(filled, version)
    assert standing(filled, version).reviews == (asked,)
    assert state(filled).marks["en"] == ("published", "review_put_off")
    assert state(filled).waits_for("alex")
    newer = draft(filled)
    assert state(filled).marks["en"] == ("published", "draft", "review_put_off")
    decide(filled, version, by="alex", decision="approved", comment="")
    assert state(filled).marks["en"] == ("published", "draft")
    put_off(filled, newer, by="anna", reason="Again.")
    publish(filled, newer)
    newest = draft(filled)
    ask(filled, newest, by="anna", reviewer=None, note="")
    decide(filled, newest, by="alex", decision="approved", comment="")
    assert state(filled).marks["en"] == ("published", "draft", "approved")
