"""The table of articles and the data that languages share, over HTTP, on both databases."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.models import Article
from knowledge.rows import article_file
from storage.database import Database
from tests.conversations.test_topics_used import ANSWER, APOLOGY, converse
from tests.knowledge.admin.conftest import Client, audited, fill_for_admins
from tests.knowledge.admin.test_texts import at_once, shown
from tests.knowledge.conftest import write_facts_content
from tests.web.fixtures import signed_in
from tests.web.serving import application, served

PAGE = "/admin/articles/tax-card"


def fields_of(client: Client, path: str) -> dict[str, str]:
    """Return the fields of a page's form as a browser would send them unchanged."""
    text = client.get(path).text
    fields = dict(
        re.findall(
            r'<input class="form-input[^"]*" id="[^"]+" name="([^"]+)" type="\w+" value="([^"]*)"',
            text,
        )
    )
    for name, options in re.findall(
        r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', text, flags=re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    revision = re.search(r'name="revision" value="(\d*)"', text)
    assert revision is not None
    first_day = re.search(r'type="hidden" name="valid_from" value="([^"]*)"', text)
    if first_day is not None:
        fields.setdefault("valid_from", first_day[1])
    return fields | {"revision": revision[1]}


def test_the_table_tells_the_state_of_each_text_in_words(alex: Client) -> None:
    page = shown(alex.get("/admin/articles/"))
    assert "81 topics" in page
    assert "tax-card, dansk: Published" in page
    assert "tax-card, polski: Missing" in page
    found = shown(alex.get("/admin/articles/?text=SKATTEKORT"))
    assert "tax-card, dansk" in found
    assert "cpr-number, dansk" not in found
    assert "No topic fits" in shown(alex.get("/admin/articles/?text=zzz"))
    assert "2 topics" in shown(alex.get("/admin/articles/?selection=published"))
    assert "0 topics" in shown(alex.get("/admin/articles/?selection=overdue"))
    assert alex.get("/admin/articles/?selection=nothing").status_code == 422


def test_the_table_counts_answers_and_complaints(alex: Client, database: Database) -> None:
    assert "0 topics" in shown(alex.get("/admin/articles/?selection=unhelpful"))
    converse(database, [ANSWER], [APOLOGY])
    converse(database, [ANSWER])
    found = shown(alex.get("/admin/articles/?selection=unhelpful"))
    assert "1 topic " in found
    assert "tax-card Given 2 times, 1 time it did not help" in found


def test_the_table_counts_facts_that_wait(sqlite_database: Database, tmp_path: Path) -> None:
    fill_for_admins(sqlite_database, write_facts_content(tmp_path / "content"))
    with served(application(sqlite_database)) as url, signed_in(url, "alex") as http:
        alex = Client(http)
        page = alex.get("/admin/articles/?selection=to_confirm")
        [(address, waiting)] = re.findall(r'href="([^"]+)">(\d+) facts? to confirm<', page.text)
        assert "1 topic " in shown(page)
        assert f" {waiting} fact" in shown(alex.get(address))


def test_shared_data_are_saved_and_counted(alex: Client, database: Database) -> None:
    fields = fields_of(alex, PAGE)
    saved = alex.post(PAGE, fields | {"sources.1.checked": "2026-11-24", "related.1": ""})
    assert saved.status_code == 303
    with database.transaction() as session:
        row = session.get_one(Article, "tax-card")
        file = article_file(row)
        assert row.revision == 2
    assert [str(source.checked) for source in file.sources] == ["2026-11-20", "2026-11-24"]
    assert file.related == ("cpr-number",)
    assert audited(database) == [("article.data_saved", "article:tax-card")]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    alex: Client, database: Database
) -> None:
    wrong = {
        "reviewed": "2026-02-30",
        "sources.0.url": "skat.dk",
        "sources.2.id": "New one",
        "related.1": "",
    }
    refused = alex.post(PAGE, fields_of(alex, PAGE) | wrong)
    assert refused.status_code == 422
    said = shown(refused)
    assert "Write a date that exists" in said
    assert "Write the whole address of the page" in said
    assert "Write small letters, digits and hyphens" in said
    assert "Fill in this field." in said
    for typed in ("2026-02-30", "skat.dk", "New one"):
        assert f'value="{typed}"' in refused.text
    late = alex.post(PAGE, fields_of(alex, PAGE) | {"review_due": "2020-01-01"})
    assert "review_due must be later than reviewed" in shown(late)
    with database.transaction() as session:
        assert session.get_one(Article, "tax-card").revision == 1


def test_two_who_save_shared_data_at_once_lose_nothing(
    alex: Client, anna: Client, database: Database
) -> None:
    fields = fields_of(alex, PAGE)
    answers = at_once(
        lambda: alex.post(PAGE, fields | {"sources.0.title": "Of alex"}),
        lambda: anna.post(PAGE, fields | {"sources.0.title": "Of anna"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    saved, typed = ("anna", "alex") if 'value="Of alex"' in refused.text else ("alex", "anna")
    assert f'value="Of {typed}"' in refused.text
    assert f"Saved now: Of {saved}" in shown(refused)
    with database.transaction() as session:
        assert session.get_one(Article, "tax-card").sources[0].title == f"Of {saved}"
    assert 'name="revision" value="2"' in refused.text


def test_two_who_make_an_article_at_once_lose_nothing(alex: Client, anna: Client) -> None:
    data = {
        "revision": "",
        "reviewed": "2026-11-23",
        "review_due": "2027-05-23",
        "sources.0.id": "mitid",
        "sources.0.title": "MitID",
        "sources.0.url": "https://mitid.dk/",
        "sources.0.checked": "2026-11-23",
    }
    answers = at_once(
        lambda: alex.post("/admin/articles/mitid", data),
        lambda: anna.post("/admin/articles/mitid", data),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
