"""Who is editing now, as the pages tell it, over HTTP, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from knowledge.editing import GONE_AFTER
from knowledge.models import Editing
from storage.database import Database
from storage.times import now
from tests.knowledge.admin.conftest import Client
from tests.knowledge.admin.test_texts import EDITOR, form, shown

PRESENCE = f"{EDITOR}/editing"


def test_others_see_who_has_a_text_open_and_can_still_save(
    alex: Client, anna: Client, database: Database
) -> None:
    assert "is editing" not in shown(anna.get(EDITOR))
    assert "anna is editing this text since" in shown(alex.get(EDITOR))
    for page in ("/admin/articles/", "/admin/articles/tax-card"):
        assert "anna is editing this since" in shown(alex.get(page))
        assert "alex is editing this since" in shown(anna.get(page))
    assert anna.post(EDITOR, form(database, "Hers.\n")).is_redirect
    assert alex.post(EDITOR, form(database, "Mine.\n", based_on="1")).status_code == 409


def test_an_open_editor_says_so_and_is_told_only_what_is_new(alex: Client, anna: Client) -> None:
    assert anna.post(PRESENCE, {"shown": ""}).status_code == 204
    news = alex.post(PRESENCE, {"shown": ""})
    assert "anna is editing this text since" in shown(news)
    assert alex.post(PRESENCE, {"shown": "anna"}).status_code == 204
    assert anna.post(f"{PRESENCE}/left", {}).status_code == 204
    gone = alex.post(PRESENCE, {"shown": "anna"})
    assert gone.status_code == 200
    assert "is editing" not in shown(gone)


def test_a_text_that_only_stands_beside_is_not_being_edited(alex: Client, anna: Client) -> None:
    anna.post(PRESENCE, {"shown": "", "editing": ""})
    assert "is editing" not in shown(alex.get(EDITOR))


def test_whoever_is_silent_for_a_minute_is_gone(
    alex: Client, anna: Client, database: Database
) -> None:
    anna.get(EDITOR)
    with database.transaction() as session:
        session.execute(update(Editing).values(seen_at=now() - GONE_AFTER - timedelta(seconds=1)))
    assert "is editing" not in shown(alex.get(EDITOR))


def test_there_is_nothing_to_edit_without_an_article(alex: Client) -> None:
    assert alex.post("/admin/articles/mitid/en/editing", {}).status_code == 404
    assert alex.post("/admin/articles/nothing/en/editing", {}).status_code == 404
