"""The database goes away while people write, and comes back."""

from __future__ import annotations

import httpx

from storage.database import Database
from storage.migrate import upgrade
from tests.bot.chat.webhook import running_webhook
from tests.postgres import running_cluster
from tests.web.serving import application, served


def test_a_message_can_be_sent_again_when_the_database_is_back() -> None:
    with running_cluster() as cluster, running_webhook() as webhook:
        database = Database(cluster.url())
        upgrade(database)
        with (
            served(application(database, rasa_url=webhook.url)) as url,
            httpx.Client(base_url=url, timeout=30) as client,
        ):
            conversation = client.post("/api/chat/conversations").json()["id"]
            path = f"/api/chat/conversations/{conversation}/messages"
            message = {"text": "hello", "message_id": "m"}
            cluster.stop()
            for _ in range(2):
                away = client.post(path, json=message)
                assert away.status_code == 503
                assert away.headers["Retry-After"] == "10"
                assert away.json() == {"detail": "Service Unavailable"}
            page = client.get("/desk/", headers={"Cookie": "ankomst_session=x"})
            assert page.status_code == 503
            assert client.get("/en/").status_code == 200
            cluster.start()
            answer = client.post(path, json=message)
            assert answer.json()["messages"][0]["text"] == "You said: hello"
            assert len(webhook.received) == 1
        database.close()
