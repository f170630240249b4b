"""Two languages edited beside each other, over HTTP, on both databases."""

from __future__ import annotations

import html
import re

import pytest

from knowledge.models import TranslationVersion
from knowledge.translations import latest, publish, save, schedule, text_of
from language.languages import Language
from storage.database import Database
from storage.times import now
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import shown
from tests.knowledge.conftest import DANISH, ENGLISH

PAGE = "/admin/articles/tax-card/en/side-by-side"
PAIR = f"{PAGE}?other=da"


def newest(database: Database, language: Language) -> TranslationVersion:
    with database.transaction() as session:
        version = latest(session, "tax-card", language)
        assert version is not None
        return version


def fields_of(page: str) -> dict[str, str]:
    """Return what stands in the form, as a browser would send it."""
    found = dict(re.findall(r'name="([a-z]{2}\.[a-z_]+)" value="([^"]*)"', page))
    areas = r'<textarea[^>]* name="([a-z.]+)"[^>]*>\n(.*?)</textarea>'
    found |= dict(re.findall(areas, page, flags=re.DOTALL))
    for name, options in re.findall(
        r'<select[^>]* name="([a-z]{2}\.reading)">(.*?)</select>', page, flags=re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(text).replace("\n", "\r\n") for name, text in found.items()}


def change_danish(database: Database, old: str, new: str) -> None:
    with database.transaction() as session:
        before = latest(session, "tax-card", "da")
        assert before is not None
        text = text_of(before)
        changed = type(text)(text.title, text.reading, text.body.replace(old, new))
        version = save(session, "tax-card", "da", changed, author="bo", based_on=before.id)
        publish(session, version)


def test_both_languages_stand_part_by_part_in_the_form(alex: Client) -> None:
    page = alex.get(PAGE)
    fields = fields_of(page.text)
    assert fields["da.steps"].startswith("## Det skal du gøre {#steps}\r\n\r\n1. Find")
    assert fields["en.steps"].startswith("## What to do {#steps}")
    assert fields["da.reading"] == "written"
    assert fields["en.reading"] == "cross-read"
    said = shown(page)
    assert "Languages that do not follow the newest Danish text" in said
    assert "Next: polski" in said


def test_saving_what_was_not_changed_saves_nothing(alex: Client, database: Database) -> None:
    change_danish(database, "3 måneder", "4 måneder")
    fields = fields_of(alex.get(PAGE).text)
    done = alex.post(PAIR, fields | {"save": "both"})
    assert "Nothing was changed, so nothing was saved." in shown(alex.get(done.headers["Location"]))
    assert newest(database, "en").number == 1
    assert audited(database) == []


def test_what_changed_in_danish_is_marked_until_the_translation_follows(
    alex: Client, database: Database
) -> None:
    change_danish(database, "3 måneder", "4 måneder")
    page = alex.get(PAIR)
    assert "Renders version 1 of the Danish text, which has changed since" in shown(page)
    assert "<del>3</del>" in page.text
    assert "<ins>4</ins>" in page.text
    assert page.text.count("Changed in Danish since") == 1
    fields = fields_of(page.text)
    fields["en.lead"] = fields["en.lead"].replace("three months", "four months")
    done = alex.post(PAIR, fields | {"save": "en"})
    assert done.is_redirect
    saved = newest(database, "en")
    assert "four months" in saved.body
    assert saved.translated_from_id == newest(database, "da").id
    page = alex.get(done.headers["Location"])
    assert "Saved as a draft: English" in shown(page)
    assert "Renders the newest Danish text" in shown(page)
    assert "Changed in Danish" not in shown(page)


def test_a_translation_that_the_change_does_not_concern_is_saved_as_it_is(
    alex: Client, database: Database
) -> None:
    change_danish(database, "Send den.", "Send den!")
    fields = fields_of(alex.get(PAIR).text)
    assert alex.post(PAIR, fields | {"save": "en"}).is_redirect
    after = newest(database, "en")
    assert (after.number, after.body) == (2, ENGLISH.split("---\n", 2)[2])
    assert after.translated_from_id == newest(database, "da").id


def test_both_are_saved_at_once_and_the_translation_renders_the_new_danish(
    alex: Client, database: Database
) -> None:
    fields = fields_of(alex.get(PAIR).text)
    fields["da.bring"] += "\r\n- Din adresse"
    fields["en.bring"] += "\r\n- Your address"
    done = alex.post(PAIR, fields | {"save": "both"})
    assert "Saved as a draft: dansk , English" in shown(alex.get(done.headers["Location"]))
    danish, english = newest(database, "da"), newest(database, "en")
    assert danish.body.count("- Din adresse") == english.body.count("- Your address") == 1
    assert danish.body == DANISH.split("---\n", 2)[2].replace(
        "- Din kontrakt", "- Din kontrakt\n- Din adresse"
    )
    assert english.translated_from_id == danish.id
    assert [action for action, _ in audited(database)] == ["article.saved", "article.saved"]
    with database.transaction() as session:
        publish(session, session.merge(danish))
    assert "0 topics" in shown(alex.get("/admin/articles/?selection=stale"))


def test_saving_one_language_keeps_what_was_typed_in_the_other(
    alex: Client, database: Database
) -> None:
    fields = fields_of(alex.get(PAIR).text)
    fields["da.title"] = "Nyt navn"
    fields["en.title"] = "A new name"
    page = alex.post(PAIR, fields | {"save": "da"})
    assert page.status_code == 200
    assert "not saved yet" in shown(page)
    assert newest(database, "da").title == "Nyt navn"
    assert newest(database, "en").number == 1
    kept = fields_of(page.text)
    assert (kept["da.title"], kept["en.title"]) == ("Nyt navn", "A new name")
    assert alex.post(PAIR, kept | {"save": "both"}).is_redirect
    assert newest(database, "en").title == "A new name"
    assert newest(database, "en").translated_from_id == newest(database, "da").id
    assert newest(database, "da").number == 2


def test_a_refusal_loses_nothing_and_saves_nothing(alex: Client, database: Database) -> None:
    fields = fields_of(alex.get(PAIR).text)
    fields["da.title"] = "Nyt navn"
    fields["en.title"] = " "
    fields["en.bring"] += "\r\n\r\n<b>x</b>\r\n"
    page = alex.post(PAIR, fields | {"save": "both"})
    assert page.status_code == 422
    said = shown(page)
    assert "English , What to have ready : HTML is not allowed" in said
    assert "The title is one line of text" in said
    assert 'href="#en-bring"' in page.text
    assert "Line 6:" in said
    kept = fields_of(page.text)
    assert {name: text.strip() for name, text in kept.items()} == {
        name: text.strip() for name, text in fields.items()
    }
    assert newest(database, "da").number == newest(database, "en").number == 1


def test_of_two_who_save_the_second_is_told_and_loses_nothing(
    alex: Client, database: Database
) -> None:
    fields = fields_of(alex.get(PAIR).text)
    change_danish(database, "3 måneder", "4 måneder")
    fields["da.title"] = "Mit navn"
    fields["en.title"] = "My name"
    page = alex.post(PAIR, fields | {"save": "both"})
    assert page.status_code == 409
    assert "bo has saved version 2 meanwhile" in shown(page)
    assert "<ins>4</ins>" in page.text
    assert newest(database, "en").number == 1
    kept = fields_of(page.text)
    assert (kept["da.title"], kept["en.title"]) == ("Mit navn", "My name")
    assert alex.post(PAIR, kept | {"save": "both"}).is_redirect
    assert newest(database, "da").title == "Mit navn"


def test_a_first_text_is_written_beside_the_danish(alex: Client, database: Database) -> None:
    page = alex.get("/admin/articles/tax-card/pl/side-by-side")
    fields = fields_of(page.text)
    assert fields["pl.steps"] == fields["pl.title"] == ""
    refused = alex.post("/admin/articles/tax-card/pl/side-by-side", fields | {"save": "pl"})
    assert refused.status_code == 422
    fields |= {"pl.title": "Karta podatkowa", "pl.lead": "Złóż wniosek.", "save": "pl"}
    assert alex.post("/admin/articles/tax-card/pl/side-by-side", fields).is_redirect
    assert newest(database, "pl").body == "Złóż wniosek.\n"


def test_beside_another_language_a_text_renders_what_it_rendered(
    alex: Client, database: Database
) -> None:
    first = newest(database, "da").id
    change_danish(database, "3 måneder", "4 måneder")
    page = alex.get(f"{PAGE}?other=pl")
    assert "Changed in Danish" not in shown(page)
    fields = fields_of(page.text) | {"en.title": "Other", "save": "en"}
    assert alex.post(f"{PAGE}?other=pl", fields).is_redirect
    assert newest(database, "en").translated_from_id == first


def test_a_time_that_is_cancelled_is_told(alex: Client, database: Database) -> None:
    fields = fields_of(alex.get(PAIR).text)
    alex.post(PAIR, fields | {"en.title": "Soon", "save": "en"})
    with database.transaction() as session:
        version = latest(session, "tax-card", "en")
        assert version is not None
        schedule(session, version, now().replace(year=2999), "anna")
    fields = fields_of(alex.get(PAIR).text) | {"en.title": "Sooner", "save": "both"}
    done = alex.post(PAIR, fields)
    said = shown(alex.get(done.headers["Location"]))
    assert "the draft before is no longer published by itself" in said


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("da/side-by-side", "en/side-by-side?other=da"),
        ("da/side-by-side?other=pl", "pl/side-by-side?other=da"),
        ("en/side-by-side?other=en", "en/side-by-side?other=da"),
    ],
)
def test_danish_stands_on_the_left(alex: Client, asked: str, led_to: str) -> None:
    led = alex.get(f"/admin/articles/tax-card/{asked}").headers["Location"]
    assert led == f"/admin/articles/tax-card/{led_to}"


def test_there_is_nothing_to_edit_without_an_article(alex: Client) -> None:
    for answer in (
        alex.get("/admin/articles/mitid/en/side-by-side"),
        alex.post("/admin/articles/mitid/en/side-by-side", {"save": "both"}),
    ):
        assert answer.headers["Location"] == "/admin/articles/mitid"
    assert alex.get("/admin/articles/tax-card/en/side-by-side?other=fr").status_code == 422
