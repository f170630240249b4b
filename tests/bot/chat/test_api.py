"""The chat API, in front of a server that answers as Rasa's webhook does.

Where the record matters the tests run on both databases: their client is called `either`.
"""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.chat.messages import History, Messages, Refusal
from conversations import record
from conversations.models import UNAVAILABLE, Conversation, Turn
from language.identification import identify
from storage.database import Database
from tests.bot.chat.webhook import Webhook, said


def opened(client: httpx.Client, **body: Any) -> str:
    answer = client.post("/api/chat/conversations", json=body)
    assert answer.status_code == 200
    return str(answer.json()["id"])


def say(client: httpx.Client, conversation: str, **body: Any) -> httpx.Response:
    return client.post(f"/api/chat/conversations/{conversation}/messages", json=body)


def messages(response: httpx.Response) -> list[dict[str, Any]]:
    Messages.model_validate(response.json())
    found: list[dict[str, Any]] = response.json()["messages"]
    return found


CHOICE = said(
    "Hvad mener du?",
    "da",
    kind="choice",
    confidence=0.4,
    buttons=[
        {"label": "At få et skattekort", "payload": '/faq{"topic": "tax-card"}'},
        {"label": "Ingen af dem", "payload": "/none_of_these"},
    ],
)
ANSWER = said(
    "**Skattekort**\n\nSøg om det.",
    "da",
    topic="tax-card",
    variant="eu_eea_ch",
    confidence=0.93,
    sources=[{"title": "Skattekort", "url": "https://skat.dk/", "date": "2026-11-23"}],
)


def test_an_answer_has_all_fields_of_the_interface(client: httpx.Client, webhook: Webhook) -> None:
    webhook.answer = lambda _body: [ANSWER]
    conversation = opened(client)
    assert len(conversation) >= 32
    assert messages(say(client, conversation, text="Hvordan får jeg et skattekort?")) == [
        {
            "number": 2,
            "kind": "answer",
            "text": "**Skattekort**\n\nSøg om det.",
            "topic": "tax-card",
            "variant": "eu_eea_ch",
            "language": "da",
            "confidence": 0.93,
            "sources": [{"title": "Skattekort", "url": "https://skat.dk/", "date": "2026-11-23"}],
            "buttons": [],
            "helped": None,
            "unhelpful_reason": None,
            "reference": None,
            "form": None,
        }
    ]
    assert webhook.received == [
        {"sender": conversation, "message": "Hvordan får jeg et skattekort?", "metadata": {}}
    ]


def test_the_language_is_that_of_the_page_and_then_that_of_the_last_answer(
    client: httpx.Client, webhook: Webhook
) -> None:
    webhook.answer = lambda _body: [ANSWER]
    conversation = opened(client, language="pl")
    say(client, conversation, text="CPR?")
    say(client, conversation, text="ok")
    say(client, conversation, text="ok", language="pl")
    say(client, conversation, text="ok", language="ro")
    hints = [body["metadata"].get("language") for body in webhook.received]
    # The person has turned to the Romanian page: that counts more than what was before.
    assert hints == ["pl", "da", "da", "ro"]
    turned = [body["metadata"].get("page_turned") for body in webhook.received]
    assert turned == [None, None, None, True]


def test_notices_are_in_the_language_that_was_chosen(
    client: httpx.Client, webhook: Webhook
) -> None:
    too_long = "How do I get a tax card if I start on Monday? " * 30
    webhook.answer = lambda _body: [said("Od teraz piszemy po polsku.", "pl")]
    conversation = opened(client, language="en")
    say(client, conversation, text="po polsku proszę")
    path = f"/api/chat/conversations/{conversation}/messages"
    refused = client.post(path, json={"text": too_long}).json()["messages"]
    assert [notice["language"] for notice in refused] == ["pl"]
    webhook.status = 500
    away = client.post(path, json={"text": "How do I get a tax card?"}).json()["messages"]
    assert [notice["language"] for notice in away] == ["pl"]


def test_notices_are_in_a_language_that_is_clearly_written_but_not_in_one_in_doubt(
    client: httpx.Client, webhook: Webhook
) -> None:
    webhook.status = 500
    for text, language in (
        ("Jak dostać kartę podatkową?", "pl"),
        ("medfølgende familie", "en"),
        ("ok", "en"),
    ):
        conversation = opened(client, language="en")
        path = f"/api/chat/conversations/{conversation}/messages"
        away = client.post(path, json={"text": text}).json()["messages"]
        assert [notice["language"] for notice in away] == [language], text


def test_a_button_sends_what_rasa_understands_and_the_browser_never_sees(
    client: httpx.Client, webhook: Webhook
) -> None:
    webhook.answer = lambda _body: [CHOICE]
    conversation = opened(client)
    buttons = messages(say(client, conversation, text="skat"))[0]["buttons"]
    assert [button["label"] for button in buttons] == ["At få et skattekort", "Ingen af dem"]
    assert all("/" not in button["payload"] for button in buttons)
    assert say(client, conversation, payload=buttons[0]["payload"]).status_code == 200
    assert webhook.received[-1]["message"] == '/faq{"topic": "tax-card"}'
    # A button of an earlier message can still be pressed.
    assert say(client, conversation, payload=buttons[1]["payload"]).status_code == 200
    history = client.get(f"/api/chat/conversations/{conversation}/messages").json()["messages"]
    assert [entry["text"] for entry in history if entry["who"] == "person"] == [
        "skat",
        "At få et skattekort",
        "Ingen af dem",
    ]


def test_a_payload_of_another_conversation_is_refused(
    either: httpx.Client, webhook: Webhook
) -> None:
    webhook.answer = lambda _body: [CHOICE]
    first, second = opened(either), opened(either, language="de")
    token = messages(say(either, first, text="skat"))[0]["buttons"][0]["payload"]
    for payload in (token, '/faq{"topic": "tax-card"}', "", "/restart"):
        answer = say(either, second, payload=payload)
        assert answer.status_code == 422
        refusal = Refusal.model_validate(answer.json())
        assert refusal.messages[0].language == "de"
        assert refusal.messages[0].kind == "fallback"
    assert len(webhook.received) == 1


@pytest.mark.parametrize("typed", ["At få et skattekort", "at fa et SKATTEKORT", "Ingen af dem."])
def test_a_typed_label_counts_like_its_button(
    client: httpx.Client, webhook: Webhook, typed: str
) -> None:
    webhook.answer = lambda _body: [CHOICE]
    conversation = opened(client)
    say(client, conversation, text="skat")
    say(client, conversation, text=typed)
    expected = "/none_of_these" if typed.startswith("Ingen") else '/faq{"topic": "tax-card"}'
    assert webhook.received[-1]["message"] == expected


def test_a_label_typed_later_is_a_text_like_any_other(
    client: httpx.Client, webhook: Webhook
) -> None:
    conversation = opened(client)
    webhook.answer = lambda _body: [CHOICE]
    say(client, conversation, text="skat")
    webhook.answer = lambda _body: [ANSWER]
    say(client, conversation, text="noget andet")
    say(client, conversation, text="Ingen af dem")
    assert webhook.received[-1]["message"] == "Ingen af dem"


@pytest.mark.parametrize(
    ("typed", "passed_on"),
    [
        ("/restart", "restart"),
        (" //  /restart", "restart"),
        ('/faq{"topic": "tax-card"}', 'faq{"topic": "tax-card"}'),
        ("\u00a0/\u2028/session_start", "session_start"),
        ("\x00/restart", "restart"),
        ("///", "?"),
    ],
)
def test_a_stroke_at_the_beginning_is_harmless(
    client: httpx.Client, webhook: Webhook, typed: str, passed_on: str
) -> None:
    assert say(client, opened(client), text=typed).status_code == 200
    assert webhook.received[-1]["message"] == passed_on


def test_personal_numbers_reach_neither_rasa_nor_the_database(
    either: httpx.Client, webhook: Webhook, database: Database
) -> None:
    conversation = opened(either)
    answer = say(either, conversation, text="Mit CPR-nummer er 010190-1234, og 0101901234")
    assert "0101901234" not in answer.text
    assert webhook.received[-1]["message"] == "Mit CPR-nummer er [CPR], og [CPR]"
    with database.transaction() as session:
        assert session.scalars(select(Turn.text).where(Turn.who == "person")).all() == [
            "Mit CPR-nummer er [CPR], og [CPR]"
        ]


def test_the_same_message_is_not_answered_twice(either: httpx.Client, webhook: Webhook) -> None:
    conversation = opened(either)
    first = say(either, conversation, text="hello", message_id="m-1")
    again = say(either, conversation, text="hello", message_id="m-1")
    assert again.json() == first.json()
    assert len(webhook.received) == 1
    # In another conversation the same id is another message.
    say(either, opened(either), text="hello", message_id="m-1")
    assert len(webhook.received) == 2
    history = either.get(f"/api/chat/conversations/{conversation}/messages").json()
    assert [entry["who"] for entry in history["messages"]] == ["person", "bot"]


def test_the_same_message_many_times_at_once_is_asked_once(
    either: httpx.Client, webhook: Webhook
) -> None:
    webhook.seconds = 0.5
    conversation = opened(either)
    answers: list[Any] = []

    def send() -> None:
        answers.append(say(either, conversation, text="hello", message_id="m-1").json())

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(webhook.received) == 1
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)


def test_different_messages_at_once_all_get_a_place_of_their_own(
    either: httpx.Client, database: Database
) -> None:
    conversation = opened(either)
    threads = [
        threading.Thread(target=say, args=(either, conversation), kwargs={"text": f"text {n}"})
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.transaction() as session:
        numbers = session.scalars(select(Turn.number).order_by(Turn.number)).all()
    assert numbers == list(range(1, 17))


def test_a_message_left_behind_by_a_dead_process_is_taken_up_again(
    either: httpx.Client, webhook: Webhook, database: Database
) -> None:
    conversation = opened(either)
    say(either, conversation, text="hello", message_id="m-1")
    with database.transaction() as session:
        # As it would be had the process ended while Rasa was thinking, a minute ago.
        question = session.scalars(select(Turn).where(Turn.who == "person")).one()
        reply = session.scalars(select(Turn).where(Turn.who == "bot")).one()
        session.delete(reply)
        question.answered_at = None
        question.taken_at = question.at.replace(year=2020)
    answer = say(either, conversation, text="hello", message_id="m-1")
    assert messages(answer)[0]["text"] == "You said: hello"
    assert len(webhook.received) == 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Jak mogę dostać kartę podatkową w Danii? ", "pl"),
        ("Kaip man gauti mokesčių kortelę Danijoje? ", "lt"),
        ("Hvordan får jeg et skattekort i Danmark? ", "da"),
    ],
)
def test_a_text_of_more_than_1000_characters_is_refused_politely(
    client: httpx.Client, webhook: Webhook, text: str, language: str
) -> None:
    conversation = opened(client)
    exactly = (text * 60)[:1000].strip().ljust(1000, "x")
    assert say(client, conversation, text=exactly).status_code == 200
    answer = say(client, conversation, text=exactly + "x")
    assert answer.status_code == 422
    notice = Refusal.model_validate(answer.json()).messages[0]
    assert notice.kind == "fallback"
    assert "1001" in notice.text
    assert len(webhook.received) == 1
    # The bot spoke English before: long texts in another language speak for themselves.
    assert notice.language == language
    assert identify(notice.text).language == language


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01"])
def test_an_empty_text_is_refused_politely(client: httpx.Client, text: str) -> None:
    answer = say(client, opened(client, language="lt"), text=text)
    assert answer.status_code == 422
    assert Refusal.model_validate(answer.json()).messages[0].language == "lt"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "a", "payload": "b"},
        {"text": 5},
        {"text": "a", "language": "fr"},
        {"text": "a", "message_id": "x" * 65},
        {"text": "a", "message_id": "\x00"},
        {"text": "a", "unknown": "my secret text"},
    ],
)
def test_an_object_of_another_form_is_refused_without_repeating_it(
    client: httpx.Client, body: dict[str, Any]
) -> None:
    answer = say(client, opened(client), **body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert "my secret text" not in answer.text


@pytest.mark.parametrize(
    "text", ["😀", "مرحبا كيف حالك", "<script>alert(1)</script>", "???", "a\x00b"]
)
def test_odd_texts_are_passed_on(either: httpx.Client, webhook: Webhook, text: str) -> None:
    assert say(either, opened(either), text=text).status_code == 200
    assert webhook.received[-1]["message"] == text.replace("\x00", " ")


def test_half_a_character_does_no_harm(either: httpx.Client) -> None:
    answer = either.post(
        f"/api/chat/conversations/{opened(either)}/messages",
        content=b'{"text": "a \\ud800 b"}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code in {200, 422}


def test_a_conversation_from_nowhere_is_not_found(either: httpx.Client, webhook: Webhook) -> None:
    for unknown in ("nothing", "a" * 32, "%00", "a" * 500):
        assert say(either, unknown, text="hello").status_code == 404
        path = f"/api/chat/conversations/{unknown}/messages"
        assert either.get(path).status_code == 404
    assert webhook.received == []


def test_the_history_gives_everything_in_order(either: httpx.Client, webhook: Webhook) -> None:
    webhook.answer = lambda _body: [ANSWER, CHOICE]
    conversation = opened(either, language="da")
    path = f"/api/chat/conversations/{conversation}/messages"
    empty = either.get(path).json()
    assert (empty["messages"], empty["language"], empty["ended"]) == ([], None, False)
    given = messages(say(either, conversation, text="skat", message_id="m-1"))
    history = either.get(path)
    found = History.model_validate(history.json())
    assert found.language == "da"
    assert [entry.who for entry in found.messages] == ["person", "bot", "bot"]
    first, *rest = history.json()["messages"]
    assert (first["text"], first["message_id"]) == ("skat", "m-1")
    for entry, message in zip(rest, given, strict=True):
        assert {key: entry[key] for key in message} == message
    assert either.get(f"/api/chat/conversations/{conversation}").json() == history.json()


def _away(webhook: Webhook) -> None:
    webhook.status = 500


def _silent(webhook: Webhook) -> None:
    webhook.answer = lambda _body: []


def _garbage(webhook: Webhook) -> None:
    webhook.body = b"<html>"


def _other_object(webhook: Webhook) -> None:
    webhook.body = b'{"error": "no"}'


def _unknown_message(webhook: Webhook) -> None:
    webhook.answer = lambda _body: [{"kind": "song", "text": "la"}]


def _hangs_up(webhook: Webhook) -> None:
    webhook.hangs_up = True


@pytest.mark.parametrize(
    "trouble", [_away, _silent, _garbage, _other_object, _unknown_message, _hangs_up]
)
def test_when_rasa_gives_no_answer_the_person_is_told(
    client: httpx.Client,
    webhook: Webhook,
    sqlite_database: Database,
    trouble: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    conversation = opened(client, language="ro")
    trouble(webhook)
    answer = say(client, conversation, text="Cum obțin un card fiscal secret?", message_id="m")
    assert answer.status_code == 200
    (notice,) = messages(answer)
    assert (notice["kind"], notice["language"]) == ("fallback", "ro")
    assert "](http://127.0.0.1:8000/ro/centres/)" in notice["text"]
    with sqlite_database.transaction() as session:
        assert [turn.kind for turn in record.history(session, conversation)] == [None, UNAVAILABLE]
    log = capsys.readouterr().out
    assert "rasa_gave_no_answer" in log
    assert "secret" not in log
    # Once Rasa is back the conversation goes on.
    webhook.__init__()  # type: ignore[misc]
    assert messages(say(client, conversation, text="hello"))[0]["kind"] == "answer"


def test_a_message_that_cannot_be_read_does_not_hide_the_others(
    client: httpx.Client, webhook: Webhook
) -> None:
    webhook.answer = lambda _body: [{"kind": "song"}, ANSWER]
    assert [m["kind"] for m in messages(say(client, opened(client), text="skat"))] == ["answer"]


def test_a_conversation_ends_after_a_day_and_says_so(
    either: httpx.Client, database: Database
) -> None:
    conversation = opened(either, language="de")
    first = say(either, conversation, text="Hallo", message_id="m-1").json()
    with database.transaction() as session:
        row = session.get_one(Conversation, conversation)
        row.started_at = row.started_at.replace(year=2020)
    answer = say(either, conversation, text="Hallo?", message_id="m-2")
    assert answer.status_code == 410
    assert Refusal.model_validate(answer.json()).messages[0].kind == "fallback"
    history = either.get(f"/api/chat/conversations/{conversation}/messages").json()
    assert history["ended"] is True
    assert len(history["messages"]) == 2
    # What was answered before is still given again.
    assert say(either, conversation, text="Hallo", message_id="m-1").json() == first


def test_a_conversation_ends_after_a_hundred_messages(
    client: httpx.Client, webhook: Webhook
) -> None:
    conversation = opened(client)
    codes = [say(client, conversation, text="hello").status_code for _ in range(101)]
    assert codes == [200] * 100 + [410]
    assert len(webhook.received) == 100


def test_the_interface_describes_itself(client: httpx.Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/chat/conversations",
        "/api/chat/conversations/{conversation_id}/messages",
        "/api/chat/conversations/{conversation_id}/messages/{number}/rating",
        "/centres.json",
        "/{language}/centres.html",
        "/{language}/centres/{slug}.html",
    }
    say_it = described["paths"]["/api/chat/conversations/{conversation_id}/messages"]["post"]
    assert set(say_it["responses"]) == {"200", "404", "410", "422", "429"}
    message = described["components"]["schemas"]["Message"]["properties"]
    assert set(message) == {
        "number", "kind", "text", "topic", "variant", "language", "confidence", "sources",
        "buttons", "helped", "unhelpful_reason", "reference", "form",
    }  # fmt: skip
    rate_it = described["paths"][
        "/api/chat/conversations/{conversation_id}/messages/{number}/rating"
    ]["put"]
    assert set(rate_it["responses"]) == {"204", "404", "422", "429"}
