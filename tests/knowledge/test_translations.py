"""Versions of translations, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.articles import Text
from knowledge.errors import EditConflictError, KnowledgeError, MarkdownError, PastTimeError
from knowledge.models import TranslationVersion
from knowledge.translations import (
    history,
    latest,
    publish,
    publish_due,
    published,
    save,
    schedule,
    text_of,
    withdraw,
)
from storage.database import Database
from storage.times import now
from tests.knowledge.conftest import fill

NEW = Text("New title", "written", "A new answer.\n")


def _save(session: Session, text: Text, based_on: TranslationVersion | None) -> TranslationVersion:
    before = based_on.id if based_on else None
    return save(session, "tax-card", "en", text, author="anna", based_on=before)


def test_a_draft_is_not_shown_until_it_is_published(filled: Session) -> None:
    first = published(filled, "tax-card", "en")
    draft = _save(filled, NEW, first)
    assert (draft.number, draft.state, draft.origin, draft.in_files) == (
        2,
        "draft",
        "editor",
        False,
    )
    assert published(filled, "tax-card", "en") is first
    publish(filled, draft)
    assert published(filled, "tax-card", "en") is draft
    assert first is not None
    assert first.state == "replaced"
    assert [version.number for version in history(filled, "tax-card", "en")] == [2, 1]


def test_a_version_names_the_danish_one_that_it_renders(filled: Session) -> None:
    danish = published(filled, "tax-card", "da")
    english = published(filled, "tax-card", "en")
    assert danish is not None
    assert english is not None
    assert english.translated_from_id == danish.id
    assert danish.translated_from_id is None


def test_an_old_text_is_restored_as_a_new_version(filled: Session) -> None:
    first = published(filled, "tax-card", "en")
    assert first is not None
    second = _save(filled, NEW, first)
    publish(filled, second)
    with pytest.raises(KnowledgeError, match="is replaced, no draft"):
        publish(filled, first)
    third = _save(filled, text_of(first), second)
    publish(filled, third)
    assert text_of(third) == text_of(first)
    assert third.based_on_id == second.id


def test_the_second_of_two_savers_is_told_and_nothing_is_lost(filled: Session) -> None:
    opened_by_both = latest(filled, "tax-card", "en")
    saved = _save(filled, NEW, opened_by_both)
    with pytest.raises(EditConflictError, match="anna saved version 2"):
        _save(filled, Text("Mine", "written", "Mine.\n"), opened_by_both)
    assert latest(filled, "tax-card", "en") is saved


def test_two_savers_at_the_same_moment(database: Database, content_directory: Path) -> None:
    with database.transaction() as session:
        fill(session, content_directory)
    outcomes: list[str] = []
    both = threading.Barrier(2)

    def save_one(name: str) -> None:
        try:
            both.wait()
            with database.transaction() as session:
                text = Text(name, "written", f"{name}.\n")
                save(session, "tax-card", "en", text, author=name, based_on=opened)
            outcomes.append(name)
        except EditConflictError:
            outcomes.append("conflict")

    with database.transaction() as session:
        before = latest(session, "tax-card", "en")
        opened = before.id if before else None
    threads = [threading.Thread(target=save_one, args=(name,)) for name in ("anna", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["anna", "conflict"], ["bo", "conflict"])
    with database.transaction() as session:
        newest = latest(session, "tax-card", "en")
        assert newest is not None
        assert newest.title in outcomes
        assert len(history(session, "tax-card", "en")) == 2


def test_the_database_refuses_a_second_published_version(filled: Session) -> None:
    first = published(filled, "tax-card", "en")
    draft = _save(filled, NEW, first)
    draft.state = "published"
    with pytest.raises(IntegrityError):
        filled.flush()


@pytest.mark.parametrize(
    ("field", "value"), [("state", "lost"), ("language", "fr"), ("reading", "x"), ("origin", "x")]
)
def test_the_database_refuses_unknown_words(filled: Session, field: str, value: str) -> None:
    draft = _save(filled, NEW, latest(filled, "tax-card", "en"))
    setattr(draft, field, value)
    with pytest.raises(IntegrityError):
        filled.flush()


def test_withdrawn_texts_are_not_shown_and_stay_in_the_history(filled: Session) -> None:
    version = published(filled, "tax-card", "en")
    assert version is not None
    withdraw(filled, version)
    assert published(filled, "tax-card", "en") is None
    assert history(filled, "tax-card", "en") == [version]
    with pytest.raises(KnowledgeError, match="is withdrawn; only drafts"):
        withdraw(filled, version)


def test_a_draft_is_published_when_its_time_has_come(filled: Session) -> None:
    draft = _save(filled, NEW, latest(filled, "tax-card", "en"))
    schedule(filled, draft, now() + timedelta(hours=1), "anna")
    assert publish_due(filled, now()) == []
    assert publish_due(filled, now() + timedelta(hours=2)) == [(draft, "anna")]
    assert published(filled, "tax-card", "en") is draft
    assert (draft.publish_at, draft.scheduled_by) == (None, None)
    assert publish_due(filled, now() + timedelta(hours=2)) == []


def test_a_newer_draft_or_a_withdrawal_cancels_the_time(filled: Session) -> None:
    draft = _save(filled, NEW, latest(filled, "tax-card", "en"))
    schedule(filled, draft, now() + timedelta(hours=1), "anna")
    newer = _save(filled, NEW, draft)
    assert draft.publish_at is None
    schedule(filled, newer, now() + timedelta(hours=1), "anna")
    withdraw(filled, newer)
    assert newer.publish_at is None
    assert publish_due(filled, now() + timedelta(hours=2)) == []


def test_only_the_newest_draft_gets_a_time_and_only_one_to_come(filled: Session) -> None:
    first = published(filled, "tax-card", "en")
    assert first is not None
    soon = now() + timedelta(hours=1)
    with pytest.raises(KnowledgeError, match="not the newest draft"):
        schedule(filled, first, soon, "anna")
    draft = _save(filled, NEW, first)
    with pytest.raises(PastTimeError, match="still to come"):
        schedule(filled, draft, now(), "anna")
    newer = _save(filled, NEW, draft)
    with pytest.raises(KnowledgeError, match="not the newest draft"):
        schedule(filled, draft, soon, "anna")
    schedule(filled, newer, soon, "anna")
    schedule(filled, newer, soon + timedelta(days=1), "bo")
    assert (newer.publish_at, newer.scheduled_by) == (soon + timedelta(days=1), "bo")


def test_a_body_that_cannot_be_shown_is_refused(filled: Session) -> None:
    with pytest.raises(MarkdownError, match="line 1: HTML"):
        _save(filled, Text("x", "written", "<b>x</b>\n"), latest(filled, "tax-card", "en"))


def test_there_is_no_text_without_an_article(session: Session) -> None:
    with pytest.raises(KnowledgeError, match="no article tax-card yet"):
        _save(session, NEW, None)
    assert session.scalars(select(TranslationVersion)).all() == []
