"""What no form of the knowledge takes: said in both languages, with all that was typed."""

from __future__ import annotations

from html import escape

import pytest

from knowledge.models import Article, Centre, Municipality
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_articles import fields_of
from tests.knowledge.admin.test_texts import at_once, shown

ARTICLE = "/admin/articles/tax-card"
CENTRE = "/admin/centres/kobenhavn"
AHEAD = f"{CENTRE}/ahead"
HERLEV = "/admin/centres/municipalities/0163"
TOPIC = "/admin/topics/tax-card"

NO_DAY = ("Write a date that exists", "Skriv en dato, der findes")
FAR = ("write a day from 1900 to 2999", "skriv en dag fra 1900 til 2999")
ADDRESS = ("Write the whole address of the page", "Skriv hele sidens adresse")
ONE_OF = ("Choose one of the list.", "Vælg en fra listen.")

BAD = [
    (ARTICLE, {"reviewed": "2026-02-30"}, NO_DAY),
    (ARTICLE, {"reviewed": "0000-01-01"}, NO_DAY),
    (ARTICLE, {"reviewed": "0001-01-01"}, FAR),
    (ARTICLE, {"review_due": "9999-12-31"}, FAR),
    (ARTICLE, {"review_due": "12345-01-01"}, NO_DAY),
    (ARTICLE, {"sources.0.url": "javascript:alert(1)"}, ADDRESS),
    (ARTICLE, {"sources.0.url": "https://a.dk/<script>alert(1)</script>"}, ADDRESS),
    (ARTICLE, {"related.0": "no-such-topic"}, ONE_OF),
    (CENTRE, {"checked": "2026-02-30"}, NO_DAY),
    (CENTRE, {"checked": "9999-12-31"}, FAR),
    (CENTRE, {"web": "javascript:alert(1)"}, ADDRESS),
    (AHEAD, {"valid_from": "9999-12-31"}, FAR),
    (AHEAD, {"valid_from": "2027-02-30"}, NO_DAY),
    (HERLEV, {"checked": "0001-01-01"}, FAR),
    (HERLEV, {"source": "javascript:alert(1)"}, ADDRESS),
    (TOPIC, {"queue": "parking"}, ONE_OF),
]


@pytest.mark.parametrize(("page", "typed", "messages"), BAD)
def test_it_is_refused_in_the_readers_language_and_nothing_is_lost(
    alex: Client, database: Database, page: str, typed: dict[str, str], messages: tuple[str, str]
) -> None:
    fields = fields_of(alex, page)
    for language, message in zip(("en", "da"), messages, strict=True):
        alex.post("/account/language", {"language": language, "next": page})
        refused = alex.post(page, fields | typed)
        assert refused.status_code == 422
        assert message in shown(refused)
        assert "<script>alert" not in refused.text
        for name, value in (fields | typed).items():
            if f'name="{name}" type=' in refused.text:
                kept = refused.text.split(f'name="{name}" type=')[1].split(">")[0]
                assert f'value="{escape(value) if name in typed else value}"' in kept, name
    assert audited(database) == []


@pytest.mark.parametrize(
    ("page", "name", "row", "key"),
    [
        (ARTICLE, "sources.0.title", Article, "tax-card"),
        (CENTRE, "address", Centre, "kobenhavn"),
        (AHEAD, "address", Centre, "kobenhavn"),
        (HERLEV, "note", Municipality, "0163"),
    ],
)
def test_of_two_who_send_a_form_at_once_nobody_loses_anything(
    alex: Client,
    anna: Client,
    database: Database,
    page: str,
    name: str,
    row: type[Article] | type[Centre] | type[Municipality],
    key: str,
) -> None:
    fields = fields_of(alex, page)
    if page == AHEAD:
        fields["valid_from"] = "2999-01-01"
    answers = at_once(
        lambda: alex.post(page, fields | {name: "Of alex"}),
        lambda: anna.post(page, fields | {name: "Of anna"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    saved, typed = ("anna", "alex") if 'value="Of alex"' in refused.text else ("alex", "anna")
    assert f'value="Of {typed}"' in refused.text
    assert f"Saved now: Of {saved}" in shown(refused)
    with database.transaction() as session:
        kept = session.get_one(row, key)
        assert isinstance(kept, Article | Centre | Municipality)
        assert kept.revision == 2
