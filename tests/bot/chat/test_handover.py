"""The form by which a question is put to a person, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from language.languages import LANGUAGES, Language
from learning.versions import Versions
from storage.database import Database
from storage.times import now
from tests.bot.chat.webhook import Webhook, said
from tests.knowledge.conftest import fill, write_content
from tests.learning.carried_out import adopted
from tests.learning.conftest import write_version
from tests.triage.cases.test_waiting import open_case
from tests.understanding.small import EXAMPLES
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.cases.waiting import LEAST_ANSWERED
from triage.models import Case, Handover
from web.translations import translations

NUMBER = "010190-1234"
FORM = "/en/ask-a-person"
EXPIRED = (
    "The form was open for too long. Please send it once more; everything you wrote is still here. "
    "If you read this again, allow cookies for this page."
)


@pytest.fixture
def client(database: Database, webhook: Webhook, tmp_path: Path) -> Iterator[httpx.Client]:
    """A browser without JavaScript, at the pages with the small content."""
    with database.transaction() as session:
        fill(session, write_content(tmp_path / "content"))
    app = application(database, rasa_url=webhook.url, data_directory=tmp_path, encoder="hashing")
    with served(app) as url, httpx.Client(base_url=url, timeout=60) as opened:
        yield opened


def filled(client: httpx.Client, path: str = FORM, **changes: Any) -> dict[str, Any]:
    """Return the form as somebody fills it in."""
    html = client.get(path).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    values = {
        "question": "How do I get a tax card?",
        "name": "Anna Nowak",
        "address": "anna@example.org",
        "municipality": "København",
        "consent": "true",
    }
    assert token_in(html) == hidden["csrf_token"]
    return hidden | values | changes


def send(client: httpx.Client, form: dict[str, Any], path: str = FORM) -> httpx.Response:
    return client.post(path, data=form, follow_redirects=True)


def cases(database: Database) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def conversation_with(client: httpx.Client, webhook: Webhook, *texts: str) -> str:
    """Say something in a new conversation; who wants a person is told how."""
    webhook.answer = lambda body: [
        said("Write to us.", kind="handover")
        if "person" in body["message"]
        else said(f"**Answer** to {body['message']}")
    ]
    conversation = str(client.post("/api/chat/conversations", json={}).json()["id"])
    for text in texts:
        client.post(f"/api/chat/conversations/{conversation}/messages", json={"text": text})
    return conversation


def test_a_question_gets_a_receipt_that_can_be_loaded_again(
    client: httpx.Client, database: Database
) -> None:
    answer = send(client, filled(client))
    assert answer.status_code == 200
    assert [step.status_code for step in answer.history] == [303]
    assert answer.url.path.startswith(f"{FORM}/")
    for page in (answer, client.get(answer.url.path)):
        assert "ICS-000001" in page.text
        assert "anna@example.org" in page.text
        assert "We answer questions in the order in which they come." in page.text
        assert "CPR number" not in page.text
    assert cases(database) == 1


def test_each_language_has_a_form_and_a_receipt(client: httpx.Client) -> None:
    headings = set()
    for number, language in enumerate(LANGUAGES, 1):
        path = f"/{language}/ask-a-person"
        form = filled(client, path, question=f"How do I get tax card number {number}?")
        answer = send(client, form, path)
        assert f'<html lang="{language}">' in answer.text
        assert f"ICS-00000{number}" in answer.text
        headings.add(answer.text.partition("<title>")[2].partition(" ICS-")[0])
        # The question is English: readers of another language are told in both.
        others = re.findall(r'<div class="handover-other" lang="(\w\w)">', answer.text)
        assert others == ([] if language == "en" else ["en"])
    assert len(headings) == len(LANGUAGES)


def test_a_receipt_is_found_by_nobody_who_does_not_know_its_address(client: httpx.Client) -> None:
    assert client.get(f"{FORM}/{'0' * 64}").status_code == 404
    assert client.get(f"{FORM}/1").status_code == 404


def test_what_is_wrong_stands_beside_the_fields_and_nothing_is_lost(
    client: httpx.Client, database: Database
) -> None:
    form = filled(
        client,
        question=" ",
        name="",
        address="anna@gmailcom",
        municipality="Atlantis",
        consent="",
    )
    del form["consent"]
    answer = send(client, form)
    assert answer.status_code == 422
    for field in ("question", "name", "address", "municipality", "consent"):
        assert f'id="{field}-error"' in answer.text
        assert f'href="#handover-{field}"' in answer.text
    assert 'value="anna@gmailcom"' in answer.text
    assert cases(database) == 0
    again = send(client, filled(client, question="Where?", name="A <b>", address="x"))
    assert ">Where?</textarea>" in again.text
    assert 'value="A &lt;b&gt;"' in again.text
    assert '<option value="København" lang="da" selected>' in again.text
    assert 'name="consent" value="true" required checked' in again.text


def test_an_address_that_takes_no_answer_is_refused(
    client: httpx.Client, database: Database
) -> None:
    for address in (
        "anna", "anna@example", "anna@example..org", "anna @example.org", "ånna@example.org",
        "a@example.org, b@example.org", "noreply@example.org", "ics@example.test", "a@b.c" * 99,
    ):  # fmt: skip
        answer = send(client, filled(client, address=address))
        assert answer.status_code == 422, address
        assert 'id="address-error"' in answer.text
    assert cases(database) == 0


def test_an_address_with_a_typo_is_shown_and_can_be_set_right(
    client: httpx.Client, database: Database
) -> None:
    form = filled(client, address="anna@gmial.com")
    assert "anna@gmial.com" in send(client, form).text
    # Back in the browser, the address set right, and sent once more.
    answer = send(client, form | {"address": "anna@gmail.com"})
    assert "ICS-000002" in answer.text
    assert "anna@gmail.com" in answer.text
    assert cases(database) == 2


def test_sent_twice_at_once_it_makes_one_case(client: httpx.Client, database: Database) -> None:
    form = filled(client)
    send(client, filled(client, question="First, so that nothing has to be loaded."))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: send(client, form), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.url for answer in answers}) == 1
    assert cases(database) == 2


def test_a_cpr_number_is_hidden_and_the_person_is_told(
    client: httpx.Client, database: Database
) -> None:
    answer = send(client, filled(client, question=f"My CPR number is {NUMBER}. Tax?"))
    assert "looks like a CPR number" in answer.text
    assert NUMBER not in answer.text
    add_user(database, "kim", "caseworker")
    with signed_in(str(client.base_url), "kim") as desk:
        page = desk.get("/desk/cases/1").text
        assert NUMBER not in page
        assert "My CPR number is [CPR]. Tax?" in page
        shown = desk.post("/desk/cases/1/numbers", data=_place(page))
        assert NUMBER in shown.text


def _place(page: str) -> dict[str, str]:
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    return {"csrf_token": token_in(page), "revision": revision[1], "listing": "visitation"}


def test_the_desk_shows_where_it_came_from_and_the_conversation(
    client: httpx.Client, database: Database, webhook: Webhook
) -> None:
    conversation = conversation_with(client, webhook, "a tax card?", "a person, please")
    path = f"/en/conversations/{conversation}/ask-a-person"
    send(client, filled(client, path, send_conversation="true"))
    add_user(database, "kim", "caseworker")
    with signed_in(str(client.base_url), "kim") as desk:
        listed = desk.get("/desk/visitation/").text
        page = desk.get("/desk/cases/1").text
        original = desk.get("/desk/cases/1/original").text
        reply = desk.get("/desk/cases/1/reply")
    assert "Chat" in listed
    for text in (
        "Anna Nowak",
        "København",
        "The conversation with the chat",
        "Person: a tax card?",
    ):
        assert text in page
    assert "Subject: How do I get a tax card?" in original
    assert reply.status_code == 200
    assert "ICS-000001" in reply.text


def test_the_form_knows_what_was_asked_in_the_conversation(
    client: httpx.Client, webhook: Webhook
) -> None:
    conversation = conversation_with(client, webhook, "one?", f"two {NUMBER}?", "a person, please")
    page = client.get(f"/en/conversations/{conversation}/ask-a-person").text
    assert ">two [CPR]?</textarea>" in page
    assert 'name="send_conversation" value="true" aria-describedby' in page  # not ticked
    assert "**Answer** to one?" in page
    assert NUMBER not in page
    plain = client.get(FORM).text
    assert "></textarea>" in plain
    assert "send_conversation" not in plain


def test_asked_for_again_in_the_same_conversation_the_receipt_is_shown(
    client: httpx.Client, database: Database, webhook: Webhook
) -> None:
    conversation = conversation_with(client, webhook, "one?", "a person, please")
    path = f"/en/conversations/{conversation}/ask-a-person"
    api = f"/api/chat/conversations/{conversation}/messages"
    before = client.get(api).json()["messages"][-1]
    assert (before["form"], before["reference"]) == (path, None)
    send(client, filled(client, path))
    after = client.get(api).json()["messages"][-1]
    assert (after["kind"], after["form"]) == ("handover", None)
    assert after["reference"] == "ICS-000001"
    assert "ICS-000001" in after["text"]
    shown = client.get(path).text
    assert "ICS-000001" in shown
    assert "<textarea" not in shown
    assert f'href="{path}?again=true"' in shown
    another = send(client, filled(client, f"{path}?again=true", question="Something else?"))
    assert "ICS-000002" in another.text
    assert cases(database) == 2
    # The conversation goes on.
    answer = client.post(api, json={"text": "three?"}).json()["messages"]
    assert answer[0]["text"] == "**Answer** to three?"


def test_a_conversation_that_is_gone_leads_to_the_plain_form(client: httpx.Client) -> None:
    answer = client.get("/pl/conversations/nothing/ask-a-person")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/pl/ask-a-person")


def test_it_is_reached_while_the_bot_is_away(client: httpx.Client, webhook: Webhook) -> None:
    webhook.status = 500
    conversation = str(client.post("/api/chat/conversations", json={}).json()["id"])
    path = f"/api/chat/conversations/{conversation}/messages"
    (notice,) = client.post(path, json={"text": "a person"}).json()["messages"]
    assert notice["form"] == f"/en/conversations/{conversation}/ask-a-person"
    assert ">a person</textarea>" in client.get(notice["form"]).text
    front = client.get("/en/").text
    assert front.count('href="/en/ask-a-person"') == 2


def test_the_longest_question_is_taken_and_a_longer_one_comes_back(
    client: httpx.Client, database: Database
) -> None:
    longest = ("Ąé ß " * 2000)[:9_999] + "?"
    assert send(client, filled(client, question=longest)).status_code == 200
    answer = send(client, filled(client, question=longest + "!"))
    assert answer.status_code == 422
    assert "10000 characters at most" in answer.text
    assert longest + "!" in answer.text
    assert cases(database) == 1


def test_markup_is_text_on_every_page(client: httpx.Client, database: Database) -> None:
    markup = "<script>alert(1)</script> <img src=x onerror=alert(1)> & tax"
    send(client, filled(client, question=markup, name="<b>Anna</b>"))
    add_user(database, "kim", "caseworker")
    with signed_in(str(client.base_url), "kim") as desk:
        page = desk.get("/desk/cases/1").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Anna" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_form_from_elsewhere_or_by_a_program_is_refused(
    client: httpx.Client, database: Database
) -> None:
    form = filled(client)
    for token in ("0" * 64, ""):
        assert send(client, form | {"csrf_token": token}).status_code == 403
    trapped = send(client, form | {"website": "https://spam.example"})
    assert trapped.status_code == 422
    assert ">How do I get a tax card?</textarea>" in trapped.text
    assert cases(database) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_was_open_for_too_long_comes_back_with_what_was_typed(
    client: httpx.Client, database: Database, webhook: Webhook, language: Language
) -> None:
    conversation = conversation_with(client, webhook, "one?", "a person, please")
    path = f"/{language}/conversations/{conversation}/ask-a-person"
    form = filled(client, path, send_conversation="true", name="Anna <b>")
    client.cookies.clear()  # the browser was started anew
    answer = send(client, form, f"/{language}/ask-a-person")
    assert answer.status_code == 403
    assert cases(database) == 0
    expired = translations(language).gettext(EXPIRED)
    assert (language == "en") == (expired == EXPIRED)
    assert expired in unescape(answer.text)
    assert ">How do I get a tax card?</textarea>" in answer.text
    for typed in ('value="Anna &lt;b&gt;"', 'value="anna@example.org"', f'value="{conversation}"'):
        assert typed in answer.text
    assert '<option value="København" lang="da" selected>' in answer.text
    assert answer.text.count('value="true" checked') + answer.text.count("required checked") == 2
    # Sent once more, as it came back.
    fresh = form | {"csrf_token": token_in(answer.text)}
    assert "ICS-000001" in send(client, fresh, f"/{language}/ask-a-person").text


def test_what_is_wrong_is_told_of_a_form_that_was_open_for_too_long(client: httpx.Client) -> None:
    form = filled(client, name="", csrf_token="")
    answer = send(client, form)
    assert answer.status_code == 403
    assert 'id="name-error"' in answer.text
    assert EXPIRED in answer.text


def test_within_the_chat_too_it_comes_back(client: httpx.Client) -> None:
    form = filled(client)
    client.cookies.clear()
    answer = client.post(FORM, data=form, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text.count("<html")) == (200, 0)
    assert EXPIRED in answer.text
    assert ">How do I get a tax card?</textarea>" in answer.text


def test_where_no_receipt_comes_by_mail_the_screen_says_so(client: httpx.Client) -> None:
    by_mail, not_by_mail = "The same receipt comes by e-mail.", "does not come by e-mail"
    pages = [
        send(client, filled(client, question=f"Question {number}?")).text for number in range(6)
    ]
    assert all(by_mail in page and not_by_mail not in page for page in pages[:5])
    assert not_by_mail in pages[5]
    assert by_mail not in pages[5]


def test_when_an_answer_can_be_expected_is_told_from_the_queues_own_cases(
    client: httpx.Client, database: Database
) -> None:
    with database.transaction() as session:
        for _ in range(LEAST_ANSWERED):
            open_case(session, now() - timedelta(days=14), timedelta(hours=1), shelf="visitation")
    answer = send(client, filled(client))
    assert "You can expect an answer by" in answer.text
    with database.transaction() as session:
        handover = session.scalars(select(Handover)).one()
        assert handover.expected_by is not None
        assert 0 <= (handover.expected_by - handover.asked_at.date()).days <= 3


def test_the_active_model_decides_as_it_does_for_mails(
    client: httpx.Client, database: Database, tmp_path: Path
) -> None:
    with Versions(tmp_path / "models").making("small") as version:
        write_version(version, "small", list(EXAMPLES))
    adopted(database, "small")
    answer = send(client, filled(client, question="how do I apply for a tax card"))
    with database.transaction() as session:
        case = session.scalars(select(Case)).one()
        # The model is small: it may be sure or not, but it has judged.
        assert case.shelf in {"tax", "visitation"}
    expected = "Guidance on tax" if case.shelf == "tax" else "General guidance"
    assert expected in answer.text
    add_user(database, "kim", "caseworker")
    with signed_in(str(client.base_url), "kim") as desk:
        page = desk.get("/desk/cases/1").text
    assert "This sentence points to the queue" in page


def test_questions_from_one_network_are_counted_and_nothing_is_lost(
    database: Database, tmp_path: Path
) -> None:
    with served(application(database, data_directory=tmp_path)) as url:
        headers = {"X-Forwarded-For": "192.0.2.7"}
        with httpx.Client(base_url=url, timeout=60, headers=headers) as http:
            statuses = []
            for number in range(12):
                form = filled(http, municipality="", question=f"Question {number}?")
                answer = send(http, form)
                statuses.append(answer.status_code)
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 429
    assert ">Question 11?</textarea>" in answer.text
    assert "Please wait a minute" in answer.text
