"""Sending for a review, reviewing, and publishing what cannot wait, over HTTP, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.models import Review
from knowledge.translations import published
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited, fill_for_admins
from tests.knowledge.admin.test_texts import BODY, EDITOR, form, newest, shown
from tests.web.serving import application, served
from web import users

VERSION = f"{EDITOR}/history/2"
REVIEW = f"{VERSION}/review"
SUBJECT = "article:tax-card/en"


@pytest.fixture
def url(database: Database, content_directory: Path) -> Iterator[str]:
    """The application with the rule that a second admin, where there is one, must approve."""
    fill_for_admins(database, content_directory)
    with served(application(database)) as address:
        yield address


@pytest.fixture
def draft(alex: Client, database: Database) -> None:
    """A draft of alex: version 2."""
    assert alex.post(EDITOR, form(database, BODY.replace("Send it.", "Send it today."))).is_redirect


def field_of(client: Client, path: str, name: str) -> dict[str, str]:
    found = re.search(rf'name="{name}" value="([^"]*)"', client.get(path).text)
    assert found is not None
    return {name: found[1]}


def readers_get(database: Database) -> int:
    with database.transaction() as session:
        version = published(session, "tax-card", "en")
        assert version is not None
        return version.number


def decide(client: Client, decision: str, comment: str = "") -> dict[str, str]:
    return field_of(client, REVIEW, "review") | {"decision": decision, "comment": comment}


@pytest.mark.usefixtures("draft")
def test_a_text_is_sent_approved_and_published(
    alex: Client, anna: Client, database: Database
) -> None:
    assert "Readers get this version only when somebody other" in shown(alex.get(REVIEW))
    sent = alex.post(REVIEW, {"reviewer": "anna", "note": "Only\r\none word."})
    assert "Sent." in shown(alex.get(sent.headers["Location"]))
    assert "You wrote this text" in shown(alex.get(REVIEW))
    table = shown(anna.get("/admin/articles/?selection=for_me"))
    assert "1 text waits for your review" in table
    assert "Draft , Waiting for review" in table
    assert "1 topic" in table
    assert "0 topics" in shown(alex.get("/admin/articles/?selection=for_me"))
    assert "Version 2 waits for a review by anna" in shown(alex.get(EDITOR))
    assert "Review version 2" in shown(anna.get(EDITOR))

    page = anna.get(REVIEW)
    assert "Send it today" in shown(page)
    assert "Only one word." in shown(page)
    done = anna.post(f"{REVIEW}/decision", decide(anna, "approved"))
    assert "Approved." in shown(anna.get(done.headers["Location"]))
    assert "anna has approved version 2" in shown(alex.get(VERSION))
    fields = field_of(alex, f"{VERSION}/publish", "readers_get")
    assert alex.post(f"{VERSION}/publish", fields).is_redirect
    assert readers_get(database) == 2
    assert audited(database) == [
        ("article.saved", SUBJECT),
        ("article.review_asked", SUBJECT),
        ("article.approved", SUBJECT),
        ("article.published", SUBJECT),
    ]


@pytest.mark.usefixtures("draft")
def test_changes_are_asked_for_with_a_comment_that_is_not_lost(
    alex: Client, anna: Client, database: Database
) -> None:
    alex.post(REVIEW, {"reviewer": "", "note": ""})
    refused = anna.post(f"{REVIEW}/decision", decide(anna, "changes"))
    assert (refused.status_code, "Say what should be changed." in shown(refused)) == (422, True)
    too_long = anna.post(f"{REVIEW}/decision", decide(anna, "changes", "x" * 2001))
    assert too_long.status_code == 422
    assert "x" * 2001 in too_long.text
    assert anna.post(f"{REVIEW}/decision", decide(anna, "changes", "a\0b")).status_code == 422
    late = decide(anna, "approved", "Fine.")
    assert anna.post(f"{REVIEW}/decision", decide(anna, "changes", "Why today?")).is_redirect
    assert "Why today?" in shown(alex.get(EDITOR))
    assert "Changes wanted" in shown(alex.get("/admin/articles/?text=tax-card"))
    again = anna.post(f"{REVIEW}/decision", late)
    assert again.status_code == 409
    with database.transaction() as session:
        assert [one.outcome for one in session.query(Review)] == ["changes"]


@pytest.mark.usefixtures("draft")
def test_whoever_wrote_a_text_cannot_review_it(alex: Client, anna: Client) -> None:
    alex.post(REVIEW, {"note": ""})
    assert alex.post(f"{REVIEW}/decision", decide(anna, "approved")).status_code == 409
    assert "waits for a review" in shown(alex.get(EDITOR))


@pytest.mark.usefixtures("draft")
def test_only_an_admin_other_than_the_author_is_asked(alex: Client, anna: Client) -> None:
    for name in ("alex", "lone", "nobody", "a\0b"):
        refused = alex.post(REVIEW, {"reviewer": name, "note": "Kept."})
        assert refused.status_code == 422
        assert "Kept." in refused.text
    assert alex.post(REVIEW, {"note": "a\0b"}).status_code == 422
    assert alex.post(REVIEW, {"note": "Once."}).is_redirect
    twice = anna.post(REVIEW, {"note": "Twice."})
    assert twice.status_code == 409
    assert alex.post(f"{EDITOR}/history/1/review", {}).status_code == 409
    assert alex.get(f"{EDITOR}/history/9/review").status_code == 404


@pytest.mark.usefixtures("draft")
def test_what_cannot_wait_is_published_with_a_reason_and_stays_listed(
    alex: Client, anna: Client, database: Database
) -> None:
    fields = field_of(alex, f"{VERSION}/publish", "readers_get")
    assert "Nobody else has approved this version yet" in shown(alex.get(f"{VERSION}/publish"))
    refused = alex.post(f"{VERSION}/publish", fields | {"reason": " "})
    assert refused.status_code == 422
    assert "Fill in this field." in shown(refused)
    assert readers_get(database) == 1
    reason = {"reason": "The office closes at noon."}
    stale = alex.post(f"{VERSION}/publish", {"readers_get": ""} | reason)
    assert stale.status_code == 409
    assert "The office closes at noon." in stale.text
    assert alex.post(f"{VERSION}/publish", fields | reason).is_redirect
    assert readers_get(database) == 2
    table = shown(anna.get("/admin/articles/?selection=review_put_off"))
    assert "To be reviewed afterwards" in table
    assert "1 text waits for your review" in table
    assert "It could not wait: The office closes at noon." in shown(anna.get(EDITOR))
    assert "Send it today" in shown(anna.get(REVIEW))
    alex.post(EDITOR, form(database, "Newer.\n"))
    assert "Version 2 has still to be reviewed" in shown(anna.get(EDITOR))
    assert anna.post(f"{REVIEW}/decision", decide(anna, "approved")).is_redirect
    assert "0 topics" in shown(anna.get("/admin/articles/?selection=review_put_off"))
    assert "has still to be reviewed" not in shown(anna.get(EDITOR))
    assert audited(database)[1:] == [
        ("article.review_put_off", SUBJECT),
        ("article.published", SUBJECT),
        ("article.saved", SUBJECT),
        ("article.approved", SUBJECT),
    ]


@pytest.mark.usefixtures("draft")
def test_a_time_is_set_only_for_what_is_approved_or_cannot_wait(
    alex: Client, anna: Client, database: Database
) -> None:
    time = {"set_before": "", "day": "2999-01-15", "time": "8:30"}
    refused = alex.post(f"{VERSION}/schedule", time)
    assert refused.status_code == 422
    assert 'value="2999-01-15"' in refused.text
    assert newest(database).publish_at is None
    assert alex.post(f"{VERSION}/schedule", time | {"reason": "A new act."}).is_redirect
    assert newest(database).publish_at is not None
    for page in ("publish", "schedule"):
        assert "A new act.</textarea>" in alex.get(f"{VERSION}/{page}").text
    assert anna.post(f"{REVIEW}/decision", decide(anna, "changes", "Wrong day.")).is_redirect
    assert newest(database).publish_at is None
    assert [action for action, _ in audited(database)][1:] == [
        "article.review_put_off",
        "article.scheduled",
        "article.changes_wanted",
        "article.unscheduled",
    ]


@pytest.mark.usefixtures("draft")
def test_an_admin_alone_publishes_and_is_told_why(alex: Client, database: Database) -> None:
    with database.transaction() as session:
        users.set_active(session, users.find(session, "anna"), active=False)
    assert "since there is no other administrator" in shown(alex.get(f"{VERSION}/publish"))
    assert "no other administrator who could review it" in shown(alex.get(REVIEW))
    fields = field_of(alex, f"{VERSION}/publish", "readers_get")
    assert alex.post(f"{VERSION}/publish", fields).is_redirect
    assert readers_get(database) == 2
