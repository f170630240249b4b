"""What the form to a person begins with: the last question of a conversation."""

from __future__ import annotations

import httpx
import pytest

from tests.bot.chat.webhook import Webhook, said

CPR = said("From which country are you?", kind="question", topic="cpr-number")
STAY = said("For how long?", kind="question", topic="cpr-number")
ANSWER = said("Go to the centre.", topic="cpr-number")
CHOICE = said(
    "Which of these?", kind="choice", buttons=[{"label": "Tax card", "payload": "/faq{}"}]
)
PERSON = said("A person answers.", kind="handover")
CENTRE = said("ICS West.", topic="ics-for-municipality")
NOTHING = said("I do not know.", kind="fallback")

CONVERSATIONS = {
    "replies are none": (
        [("a CPR number?", CPR), ("Polish", STAY), ("2 years", ANSWER), ("a person", PERSON)],
        "a CPR number?",
    ),
    "a new question while one is open": (
        [("a CPR number?", CPR), ("and the health card", said("So.", topic="health-card"))],
        "and the health card",
    ),
    "asked again with a question mark": (
        [("a CPR number?", CPR), ("why do I need a CPR number?", CPR)],
        "why do I need a CPR number?",
    ),
    "a button": ([("tax", CHOICE), ("Tax card", ANSWER)], "tax"),
    "the municipality": (
        [("my tax?", ANSWER), ("a person", PERSON), ("Aarhus", CENTRE), ("thanks", NOTHING)],
        "thanks",
    ),
    "the municipality last": (
        [("my tax?", ANSWER), ("a person", PERSON), ("Aarhus", CENTRE)],
        "my tax?",
    ),
    "what nobody could answer": ([("tax?", ANSWER), ("my dog died", NOTHING)], "my dog died"),
    "without words": ([("tax?", ANSWER), ("???", NOTHING), ("👍", NOTHING)], "tax?"),
    "a person alone": ([("a person", PERSON)], ""),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_the_form_begins_with_the_last_question(
    client: httpx.Client, webhook: Webhook, name: str
) -> None:
    turns, expected = CONVERSATIONS[name]
    conversation = client.post("/api/chat/conversations", json={}).json()["id"]
    answers = iter([answer for _, answer in turns])
    webhook.answer = lambda _body: [next(answers)]
    for text, _ in turns:
        path = f"/api/chat/conversations/{conversation}/messages"
        assert client.post(path, json={"text": text}).status_code == 200
    page = client.get(f"/en/conversations/{conversation}/ask-a-person").text
    assert page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0] == expected
