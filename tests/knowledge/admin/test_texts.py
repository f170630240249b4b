"""Writing, previewing, publishing, withdrawing, comparing and restoring over HTTP, both databases."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable

import httpx
import pytest

from knowledge.answers import Answer, answer
from knowledge.models import TranslationVersion
from knowledge.translations import history, latest, published, text_of
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.conftest import ENGLISH
from tests.web.fixtures import signed_in

EDITOR = "/admin/articles/tax-card/en"
BODY = ENGLISH.split("---\n", 2)[2]


def newest(database: Database) -> TranslationVersion:
    with database.transaction() as session:
        version = latest(session, "tax-card", "en")
        assert version is not None
        return version


def form(database: Database, body: str = BODY, **changes: str) -> dict[str, str]:
    fields = {"title": "Getting a tax card", "reading": "cross-read", "body": body}
    return fields | {"based_on": str(newest(database).id)} | changes


def shown(page: httpx.Response) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page.text).split()))


def kept_body(page: httpx.Response) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, flags=re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def readers_get(database: Database) -> str | None:
    with database.transaction() as session:
        found = answer(session, "tax-card", "en", {"citizenship": "nordic"})
    return found.text if isinstance(found, Answer) else None


def test_a_text_is_written_published_and_answered_with(alex: Client, database: Database) -> None:
    assert kept_body(alex.get(EDITOR)) == BODY
    changed = BODY.replace("Send it.", "Send it today.")
    saved = alex.post(EDITOR, form(database, changed.replace("\n", "\r\n")))
    assert saved.headers["Location"] == f"{EDITOR}?done=saved"
    draft = newest(database)
    assert (draft.number, draft.state, draft.author, draft.body) == (2, "draft", "alex", changed)
    assert "Send it today." not in (readers_get(database) or "")
    assert "The draft is saved." in shown(alex.get(f"{EDITOR}?done=saved"))

    question = alex.get(f"{EDITOR}/history/2/publish")
    assert "What changes for readers" in shown(question)
    assert "<ins>" in question.text
    fields = dict(re.findall(r'name="(readers_get)" value="(\d*)"', question.text))
    done = alex.post(f"{EDITOR}/history/2/publish", fields)
    assert done.status_code == 303
    assert "Published." in shown(alex.get(done.headers["Location"]))
    assert "Send it today." in (readers_get(database) or "")
    assert audited(database) == [
        ("article.saved", "article:tax-card/en"),
        ("article.published", "article:tax-card/en"),
    ]


def test_a_text_is_withdrawn_compared_and_restored(alex: Client, database: Database) -> None:
    first = newest(database)
    fields = {"readers_get": str(first.id)}
    assert "no longer get an answer" in shown(alex.get(f"{EDITOR}/history/1/withdraw"))
    assert alex.post(f"{EDITOR}/history/1/withdraw", fields).status_code == 303
    assert readers_get(database) is None
    alex.post(EDITOR, form(database, "Something else.\n"))
    compared = alex.get(f"{EDITOR}/history?old=1&new=2")
    assert "What changed from version 1 to version 2" in shown(compared)
    assert "Removed: Send it" in shown(compared) or "Removed:" in shown(compared)
    assert alex.post(f"{EDITOR}/history/1/restore", {}).headers["Location"].endswith("restored")
    restored = newest(database)
    assert (restored.number, restored.state) == (3, "draft")
    assert text_of(restored) == text_of(first)
    assert [action for action, _ in audited(database)] == [
        "article.withdrawn",
        "article.saved",
        "article.restored",
    ]


def test_what_somebody_else_published_meanwhile_is_asked_again(
    alex: Client, database: Database
) -> None:
    alex.post(EDITOR, form(database, "Two.\n"))
    before = {"readers_get": str(published_id(database))}
    assert alex.post(f"{EDITOR}/history/2/publish", before).status_code == 303
    alex.post(EDITOR, form(database, "Three.\n"))
    refused = alex.post(f"{EDITOR}/history/3/publish", before)
    assert refused.status_code == 409
    assert "Somebody else has published or withdrawn meanwhile" in shown(refused)
    assert readers_get(database) == "**Getting a tax card**\n\nTwo."
    again = alex.post(f"{EDITOR}/history/2/publish", {"readers_get": str(published_id(database))})
    assert again.status_code == 409
    assert "neither a draft nor published" in shown(again)


def published_id(database: Database) -> int:
    with database.transaction() as session:
        version = published(session, "tax-card", "en")
        assert version is not None
        return version.id


def test_the_preview_is_what_the_chat_will_show(alex: Client, database: Database) -> None:
    body = BODY.replace("Send it.", "Send it *now*.")
    piece = alex.post(f"{EDITOR}/preview", form(database, body), **{"HX-Request": "true"})
    assert piece.text.startswith('<div id="preview">')
    for words in (
        "Finland, Iceland, Norway or Sweden",
        "A country outside the EU, the EEA and Switzerland",
        "You need a permit first.",
    ):
        assert words in shown(piece)
    assert piece.text.count("chat-message--bot") == 2  # the first two groups are told the same
    assert "Kildeskatteloven § 48" in piece.text
    assert "checked 20 November 2026" in shown(piece)
    assert latest_number(database) == 1

    whole = alex.post(f"{EDITOR}/preview", form(database, body))
    assert kept_body(whole) == body
    assert piece.text.strip() in whole.text


def latest_number(database: Database) -> int:
    return newest(database).number


def test_every_broken_rule_is_listed_in_the_admins_language(
    alex: Client, database: Database
) -> None:
    body = "<script>alert(1)</script>\n\n![x](https://example.org/x.png)\n\n# Big\n"
    refused = alex.post(EDITOR, form(database, body, title=" "))
    assert refused.status_code == 422
    assert kept_body(refused) == body
    assert "<script>alert" not in refused.text
    said = shown(refused)
    assert "The title is one line of text" in said
    assert "Line 1: HTML is not allowed" in said
    assert "Line 3: a picture cannot be shown" in said
    assert "Line 5: headings are written with two number signs" in said
    alex.post("/account/language", {"language": "da"})
    danish = shown(alex.post(EDITOR, form(database, body)))
    assert "Linje 1: HTML er ikke tilladt; skriv det i Markdown." in danish
    assert latest_number(database) == 1


def test_what_differs_from_the_danish_is_shown_beside(alex: Client, database: Database) -> None:
    body = BODY.replace("three months", "six months").replace("topic:cpr-number", "topic:mitid")
    page = alex.post(f"{EDITOR}/preview", form(database, body))
    said = shown(page)
    assert "direct answer: the Danish text has the number 3, this text has not" in said
    assert "the link to topic:mitid is dead, it has no article yet" in said
    assert "Sådan får du et skattekort" in said
    assert alex.post(EDITOR, form(database, body)).status_code == 303


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("x" * 60_000, 422, "the text has 60000 characters, 50000 are allowed"),
        ("a\x00b\n", 422, "holds a control character"),
        ("x" * 5_000_000, 413, "What you sent is too long"),
    ],
)
def test_what_cannot_be_a_text_is_refused(
    alex: Client, database: Database, body: str, status: int, said: str
) -> None:
    for path in (EDITOR, f"{EDITOR}/preview"):
        refused = alex.post(path, form(database, body))
        assert refused.status_code in ({status} if path == EDITOR else {status, 200})
        assert said in shown(refused)
    assert latest_number(database) == 1
    assert alex.get(EDITOR).status_code == 200


def test_an_article_that_is_not_there_is_made_first(alex: Client, database: Database) -> None:
    assert alex.get("/admin/articles/mitid/da").headers["Location"] == "/admin/articles/mitid"
    unsaved = {"title": "MitID", "reading": "written", "body": "x\n"}
    refused = alex.post("/admin/articles/mitid/da", unsaved)
    assert refused.headers["Location"] == "/admin/articles/mitid"
    data = {
        "reviewed": "2026-11-23",
        "review_due": "2027-05-23",
        "sources.0.id": "mitid",
        "sources.0.title": "MitID",
        "sources.0.url": "https://mitid.dk/",
        "sources.0.checked": "2026-11-23",
    }
    assert alex.post("/admin/articles/mitid", data).status_code == 303
    assert alex.post("/admin/articles/mitid/da", unsaved).status_code == 303
    with database.transaction() as session:
        version = latest(session, "mitid", "da")
    assert version is not None
    assert version.body == "x\n"


def test_an_unknown_topic_language_or_version_is_a_page_that_does_not_exist(alex: Client) -> None:
    for path in (
        "/admin/articles/nothing",
        "/admin/articles/nothing/da",
        "/admin/articles/tax-card/fr",
        "/admin/articles/tax-card/en/history/9",
        "/admin/articles/tax-card/en/history/99999999999",
        "/admin/articles/tax-card/en/history/1/delete",
        "/admin/articles/edit?topic=nothing&language=da",
    ):
        assert alex.get(path).status_code == 404, path


def test_the_second_of_two_savers_gets_both_texts_and_loses_nothing(
    alex: Client, anna: Client, database: Database
) -> None:
    opened_by_both = form(database)
    hers = BODY.replace("Your contract", "Your signed contract")
    assert anna.post(EDITOR, opened_by_both | {"body": hers}).status_code == 303
    his = BODY.replace("Your passport", "Your passport or ID card")
    refused = alex.post(EDITOR, opened_by_both | {"body": his})
    assert refused.status_code == 409
    assert kept_body(refused) == his
    assert "anna has saved version 2 meanwhile" in shown(refused)
    assert "<ins>signed " in refused.text
    again = re.search(r'name="based_on" value="(\d+)"', refused.text)
    assert again is not None
    both = his.replace("Your contract", "Your signed contract")
    assert (
        alex.post(EDITOR, opened_by_both | {"body": both, "based_on": again[1]}).status_code == 303
    )
    with database.transaction() as session:
        bodies = [version.body for version in history(session, "tax-card", "en")]
    assert bodies == [both, hers, BODY]


def test_two_savers_at_the_same_moment(alex: Client, anna: Client, database: Database) -> None:
    opened_by_both = form(database)
    answers = at_once(
        lambda: alex.post(EDITOR, opened_by_both | {"body": "Of alex.\n"}),
        lambda: anna.post(EDITOR, opened_by_both | {"body": "Of anna.\n"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert {kept_body(refused), newest(database).body} == {"Of alex.\n", "Of anna.\n"}
    assert latest_number(database) == 2


def at_once(*requests: Callable[[], httpx.Response]) -> list[httpx.Response]:
    ready = threading.Barrier(len(requests))
    answers: list[httpx.Response] = []

    def run(request: Callable[[], httpx.Response]) -> None:
        ready.wait()
        answers.append(request())

    threads = [threading.Thread(target=run, args=(one,)) for one in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_form_without_its_token_changes_nothing(url: str, database: Database) -> None:
    with signed_in(url, "alex") as http:
        assert http.post(EDITOR, data=form(database)).status_code == 403
    assert latest_number(database) == 1


def test_a_team_leader_reads_and_a_caseworker_does_not(url: str, database: Database) -> None:
    pages = (
        "/admin/articles/",
        "/admin/articles/tax-card",
        f"{EDITOR}/history",
        f"{EDITOR}/history/1",
        "/admin/centres/",
        "/admin/centres/odense",
        "/admin/centres/municipalities/",
        "/admin/centres/municipalities/0461",
        "/admin/questions/",
    )
    with signed_in(url, "lone") as http:
        lone = Client(http)
        for path in pages:
            assert lone.get(path).status_code == 200, path
        assert "disabled" in lone.get("/admin/articles/tax-card").text
        assert lone.get(EDITOR).status_code == 403
        assert lone.post(EDITOR, form(database, "x\n")).status_code == 403
        assert lone.post("/admin/centres/odense", {}).status_code == 403
    with signed_in(url, "kim") as http:
        assert {http.get(path).status_code for path in pages} == {403}
    with httpx.Client(base_url=url) as nobody:
        assert {nobody.get(path).status_code for path in pages} == {303}
    assert latest_number(database) == 1
