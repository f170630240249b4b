"""The pages of the facts over HTTP, on both databases."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from knowledge.answers import Answer, answer
from knowledge.models import Article
from knowledge.models import Fact as FactRow
from knowledge.rows import all_facts, fact_entry
from language.languages import LANGUAGES
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited, fill_for_admins
from tests.knowledge.admin.test_articles import fields_of
from tests.knowledge.admin.test_texts import at_once, shown
from tests.knowledge.conftest import DAY_READ, FACTS, write_facts_content
from tests.web.fixtures import signed_in
from tests.web.serving import application, served
from web.dates import today

LIST = "/admin/facts/"


@pytest.fixture
def url(database: Database, tmp_path: Path) -> Iterator[str]:
    """The application over the small content with facts, on a database of each kind in turn."""
    fill_for_admins(database, write_facts_content(tmp_path / "content"))
    with served(application(database)) as address:
        yield address


def names_in(client: Client, query: str) -> list[str]:
    return re.findall(r'<a href="/admin/facts/([a-z-]+)"', client.get(f"{LIST}{query}").text)


def fact_fields(client: Client, name: str) -> dict[str, str]:
    """Return the form of a fact as a browser would send it unchanged."""
    text = client.get(f"{LIST}{name}").text
    ticked = {"stable": "true"} if re.search(r'name="stable"[^>]* checked', text) else {}
    return fields_of(client, f"{LIST}{name}") | ticked


def saved_value(database: Database, name: str) -> Any:
    with database.transaction() as session:
        return fact_entry(session.get_one(FactRow, name)).value


def readers_get(database: Database) -> str:
    with database.transaction() as session:
        found = answer(session, "cpr-number", "da")
    assert isinstance(found, Answer)
    return found.text.replace("\u00a0", " ")


def test_the_list_shows_what_waits_and_finds_the_rest(alex: Client) -> None:
    waiting = ["hotline", "limit", "opening", "wait"]
    assert names_in(alex, "") == waiting
    assert names_in(alex, "?selection=all") == [*waiting, "fee", "law", "name"]
    assert names_in(alex, "?selection=all&text=CPR") == ["hotline", "wait", "fee"]
    assert names_in(alex, "?selection=all&text=NYIDANMARK") == [*waiting, "fee", "law", "name"]
    assert names_in(alex, "?text=law") == []
    page = shown(alex.get(f"{LIST}?selection=all"))
    assert "7 facts" in page
    assert "fee DKK 6,055" in page.replace("\u00a0", " ")
    assert f"Shown until 31 December {today().year}" in page
    assert "Shown; only an act changes it" in page
    assert "In: cpr-number" in page
    assert "Counted from the visit." in page
    assert "None. Choose “All facts” or type less." in shown(alex.get(f"{LIST}?text=law"))
    assert alex.get(f"{LIST}?selection=some").status_code == 422


def test_the_list_shows_what_articles_leave_open(alex: Client, database: Database) -> None:
    with database.transaction() as session:
        session.get_one(Article, "tax-card").to_confirm = ["Is the form still used?"]
    page = shown(alex.get(LIST))
    assert "What articles still leave open" in page
    assert "tax-card Is the form still used?" in page
    assert "Is the form still used?" not in shown(alex.get(f"{LIST}?text=cpr"))


def test_a_fact_says_what_readers_get_and_where_it_stands(alex: Client) -> None:
    fee = shown(alex.get(f"{LIST}fee")).replace("\u00a0", " ")
    assert f"What readers get DKK 6,055 ({today().year}) (until 31 December" in fee
    assert "Stands in cpr-number" in fee
    assert "What readers get the link to the source" in shown(alex.get(f"{LIST}wait"))
    assert "Stands in no published text" in shown(alex.get(f"{LIST}law"))
    assert alex.get(f"{LIST}nothing").status_code == 404
    assert alex.post(f"{LIST}nothing", {"revision": "1"}).status_code == 404


def test_what_is_sent_unchanged_changes_nothing(alex: Client, database: Database) -> None:
    with database.transaction() as session:
        before = all_facts(session)
    for name in FACTS:
        assert alex.post(f"{LIST}{name}", fact_fields(alex, name)).status_code == 303
    with database.transaction() as session:
        assert all_facts(session) == before
        assert session.get_one(FactRow, "fee").revision == 2


TYPED: list[tuple[str, dict[str, str], Any]] = [
    ("fee", {"value": "552000", "currency": "EUR"}, 552000),
    ("fee", {"value": " 7,5 "}, 7.5),
    ("fee", {"value": ""} | {"as_of": ""}, None),
    ("law", {"value": "0,867"}, 0.867),
    ("limit", {"value": "12"}, 12),
    ("opening", {"value": "2027-01-31"}, "2027-01-31"),
    ("hotline", {"value": "112"}, "112"),
    ("wait", {"value": "1 month"}, "1 month"),
    (
        "name",
        {f"value.{code}": f"Ord på {code}" for code in LANGUAGES},
        {code: f"Ord på {code}" for code in LANGUAGES},
    ),
]


def test_each_kind_is_saved_as_it_was_typed(alex: Client, database: Database) -> None:
    for name, typed, value in TYPED:
        path = f"{LIST}{name}"
        saved = alex.post(path, fact_fields(alex, name) | typed)
        assert saved.headers.get("Location") == f"{path}?done=saved", shown(saved)
        assert saved_value(database, name) == value
    assert "Saved. The next answer of the chat already uses it." in shown(
        alex.get(f"{LIST}wait?done=saved")
    )
    assert audited(database) == [("fact.saved", f"fact:{name}") for name, _, _ in TYPED]
    assert "Saved a fact" in shown(alex.get("/admin/audit/"))


def test_the_next_answer_has_the_new_value_and_the_source_of_what_waits(
    alex: Client, database: Database
) -> None:
    assert f"Det koster 6.055 kr. ({today().year})." in readers_get(database)
    assert "[os](https://nyidanmark.dk/fees)" in readers_get(database)
    alex.post(f"{LIST}fee", fact_fields(alex, "fee") | {"value": "7000"})
    alex.post(f"{LIST}hotline", fact_fields(alex, "hotline") | {"as_of": str(DAY_READ)})
    assert f"Det koster 7.000 kr. ({today().year}). Ring til +45 72 22 27 80." in readers_get(
        database
    )
    alex.post(f"{LIST}fee", fact_fields(alex, "fee") | {"as_of": ""})
    assert "Det koster [beløbet på siden](https://nyidanmark.dk/fees)." in readers_get(database)


NUMBER = (
    "write a number without dots or spaces for thousands, such as 552000",
    "skriv et tal uden punktum eller mellemrum mellem tusinderne, fx 552000",
)
MISSING = ("Fill in this field.", "Udfyld feltet.")
ADDRESS = (
    "Write the whole address of the page, beginning with https://",
    "Skriv hele sidens adresse, som begynder med https://",
)
DAY = (
    "Write a date that exists, such as 2026-11-23.",
    "Skriv en dato, der findes, fx 2026-11-23.",
)
YEAR = ("Write a year, such as 2026.", "Skriv et årstal, fx 2026.")
FUTURE = ("This day is in the future.", "Dagen ligger i fremtiden.")
TOMORROW = str(today() + timedelta(days=1))


WRONG: list[tuple[str, dict[str, str], str, tuple[str, str]]] = [
    ("fee", {"value": "552.000"}, "value", NUMBER),
    ("fee", {"value": "552 000"}, "value", NUMBER),
    ("fee", {"value": "a lot"}, "value", NUMBER),
    ("fee", {"value": "-5"}, "value", NUMBER),
    ("law", {"value": "7 %"}, "value", ("write a number such as 7.5", "skriv et tal, fx 7,5")),
    (
        "opening",
        {"value": "2026-02-30"},
        "value",
        (
            "write a date that exists, such as 2026-05-01",
            "skriv en dato, der findes, fx 2026-05-01",
        ),
    ),
    (
        "hotline",
        {"value": "call us"},
        "value",
        (
            'write a telephone number such as "+45 12 34 56 78"',
            "skriv et telefonnummer, fx »+45 12 34 56 78«",
        ),
    ),
    (
        "wait",
        {"value": "to uger"},
        "value",
        (
            'write a duration in English, such as "2 weeks"',
            "skriv en varighed på engelsk, fx »2 weeks«",
        ),
    ),
    ("name", {"value.pl": ""}, "value.pl", MISSING),
    (
        "name",
        {"value.de": "**ICS**"},
        "value.de",
        (
            "write plain text, without the marks of Markdown",
            "skriv almindelig tekst uden Markdown-tegn",
        ),
    ),
    ("fee", {"year": "last year"}, "year", YEAR),
    ("fee", {"year": "1999"}, "year", YEAR),
    ("fee", {"year": "20266"}, "year", YEAR),
    (
        "fee",
        {"year": ""},
        "year",
        (
            "an amount or a rate needs the year for which it holds",
            "et beløb eller en sats skal have det år, som den gælder for",
        ),
    ),
    (
        "fee",
        {"value": ""},
        "value",
        (
            "write the value that is confirmed",
            "skriv den værdi, som er bekræftet",
        ),
    ),
    (
        "fee",
        {"stable": "true"},
        "stable",
        (
            "what only an act changes has neither a year nor a day of confirmation",
            "det, som kun en lov ændrer, har hverken år eller en dag, hvor det er bekræftet",
        ),
    ),
    (
        "fee",
        {"currency": "SEK"},
        "currency",
        ("Choose one of the list.", "Vælg en fra listen."),
    ),
    ("fee", {"as_of": "yesterday"}, "as_of", DAY),
    ("fee", {"as_of": "2026-02-30"}, "as_of", DAY),
    ("fee", {"as_of": TOMORROW}, "as_of", FUTURE),
    ("fee", {"checked": TOMORROW}, "checked", FUTURE),
    ("fee", {"checked": ""}, "checked", MISSING),
    ("fee", {"source.title": "", "source.url": ""}, "source.title", MISSING),
    ("fee", {"source.title": "", "source.url": ""}, "source.url", MISSING),
    ("fee", {"source.url": "nyidanmark.dk"}, "source.url", ADDRESS),
    (
        "fee",
        {"source.url": f"https://a.dk/{'x' * 1000}"},
        "source.url",
        ("At most 1000 characters.", "Højst 1000 tegn."),
    ),
    (
        "fee",
        {"note": "a\u2028b"},
        "note",
        (
            "write one line without control characters or spaces around it",
            "Skriv én linje uden kontroltegn",
        ),
    ),
]


def test_what_is_wrong_is_said_once_at_its_field_in_both_languages(
    alex: Client, database: Database
) -> None:
    present = {name: fact_fields(alex, name) for name in FACTS}
    for number, language in enumerate(("en", "da")):
        alex.post("/account/language", {"language": language, "next": LIST})
        for name, typed, field, messages in WRONG:
            refused = alex.post(f"{LIST}{name}", present[name] | typed)
            assert refused.status_code == 422, typed
            said = _messages(refused.text)
            assert said[field.replace(".", "-")] == messages[number], typed
            # The list at the top leads to each of the fields, and what was typed is still there.
            assert re.findall('<li><a href="#([^"]+)">', refused.text) == list(said)
            for key, value in typed.items():
                if value and key not in {"stable", "currency"}:
                    assert f' name="{key}" type="' in refused.text
                    assert f' value="{html.escape(value)}"' in refused.text
    with database.transaction() as session:
        assert {row.revision for row in session.scalars(select(FactRow))} == {1}


def _messages(page: str) -> dict[str, str]:
    found = re.findall(r'<span class="form-error-message" id="([^"]+)-error">([^<]*)</span>', page)
    assert len(found) == len(dict(found))
    return {place: html.unescape(message) for place, message in found}


def test_two_who_save_at_once_lose_nothing(alex: Client, anna: Client, database: Database) -> None:
    fields = fact_fields(alex, "fee")
    answers = at_once(
        lambda: alex.post(f"{LIST}fee", fields | {"value": "1000"}),
        lambda: anna.post(f"{LIST}fee", fields | {"value": "2000"}),
    )
    assert sorted(one.status_code for one in answers) == [303, 409]
    refused = next(one for one in answers if one.status_code == 409)
    saved, typed = ("2000", "1000") if 'value="1000"' in refused.text else ("1000", "2000")
    assert f'name="value" type="text" value="{typed}"' in refused.text
    assert f"Saved now: {saved}" in shown(refused)
    assert refused.text.count("Saved now:") == 1
    assert saved_value(database, "fee") == int(saved)
    assert 'name="revision" value="2"' in refused.text
    again = alex.post(f"{LIST}fee", fields | {"value": typed, "revision": "2"})
    assert again.status_code == 303
    assert saved_value(database, "fee") == int(typed)


def test_a_team_leader_reads_only_and_a_caseworker_nothing(url: str, database: Database) -> None:
    with signed_in(url, "lone") as http:
        lone = Client(http)
        page = lone.get(f"{LIST}fee")
        assert page.status_code == 200
        assert '<fieldset class="admin-fieldset" disabled>' in page.text
        assert ">Save</button>" not in page.text
        assert lone.get(LIST).status_code == 200
        assert lone.post(f"{LIST}fee", fact_fields(lone, "fee")).status_code == 403
    with signed_in(url, "kim") as http:
        assert Client(http).get(LIST).status_code == 403
        assert Client(http).get(f"{LIST}fee").status_code == 403
    with database.transaction() as session:
        assert all_facts(session)["fee"].value == 6055
    assert audited(database) == []
