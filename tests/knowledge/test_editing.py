"""Who is editing which text now, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from knowledge.editing import GONE_AFTER, editors, leave, note
from knowledge.models import Editing
from language.languages import Language
from storage.times import now
from tests.web.fixtures import PASSWORD
from web import users

TEXT: tuple[str, Language] = ("tax-card", "en")


def user(session: Session, name: str) -> int:
    return users.add(session, name, PASSWORD, "admin").id


def names(session: Session, topic: str | None = None) -> list[str]:
    return [editor.name for editor in editors(session, topic).get(TEXT, [])]


def age(session: Session, by: timedelta) -> None:
    session.execute(update(Editing).values(seen_at=now() - by, since=now() - by))


def test_who_opens_a_text_is_named_until_they_leave(filled: Session) -> None:
    anna, bo = user(filled, "anna"), user(filled, "bo")
    note(filled, anna, *TEXT)
    note(filled, bo, *TEXT)
    note(filled, anna, "tax-card", "pl")
    assert names(filled) == names(filled, "tax-card") == ["anna", "bo"]
    assert names(filled, "cpr-number") == []
    leave(filled, anna, *TEXT)
    assert names(filled) == ["bo"]
    assert ("tax-card", "pl") in editors(filled)


def test_whoever_says_nothing_for_a_minute_is_gone(filled: Session) -> None:
    anna = user(filled, "anna")
    note(filled, anna, *TEXT)
    age(filled, timedelta(seconds=40))
    first = editors(filled)[TEXT][0].since
    note(filled, anna, *TEXT)
    assert editors(filled)[TEXT][0].since == first
    age(filled, GONE_AFTER)
    assert names(filled) == []
    note(filled, anna, *TEXT)
    assert editors(filled)[TEXT][0].since > now() - timedelta(seconds=30)
