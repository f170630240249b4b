"""How much one client may send, told from others by the address that a proxy passes on."""

from __future__ import annotations

import httpx

from bot.chat.messages import Refusal
from tests.bot.chat.webhook import Webhook, said

FIRST = {"X-Forwarded-For": "203.0.113.5"}
SECOND = {"X-Forwarded-For": "203.0.113.6"}


def test_too_many_messages_from_one_address_are_refused_and_others_are_not(
    client: httpx.Client,
) -> None:
    conversations = [
        client.post("/api/chat/conversations", json={"language": "pl"}, headers=FIRST)
        for _ in range(61)
    ]
    assert [answer.status_code for answer in conversations[:60]] == [200] * 60
    refused = conversations[60]
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    notice = Refusal.model_validate(refused.json()).messages[0]
    assert (notice.kind, notice.language) == ("fallback", "pl")
    assert client.post("/api/chat/conversations", headers=SECOND).status_code == 200
    # The machine's own address stands for everybody behind a proxy that passes nothing on.
    assert client.post("/api/chat/conversations").status_code == 200


def test_messages_are_counted_apart_from_conversations(
    client: httpx.Client, webhook: Webhook
) -> None:
    webhook.answer = lambda _body: [said("Labas", "lt")]
    conversation = client.post("/api/chat/conversations", headers=FIRST).json()["id"]
    path = f"/api/chat/conversations/{conversation}/messages"
    codes = [
        client.post(path, json={"text": "hello", "message_id": "same"}, headers=FIRST).status_code
        for _ in range(125)
    ]
    assert codes[:120] == [200] * 120
    assert 429 in codes[120:]
    # The page is English, the conversation is not.
    refused = client.post(path, json={"text": "hi", "language": "en"}, headers=FIRST)
    assert refused.json()["messages"][0]["language"] == "lt"
    other = client.post(path, json={"text": "hello"}, headers=SECOND)
    assert other.status_code == 200
