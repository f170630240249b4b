"""The way to Rasa: what is sent, what is understood, and what is said when it fails."""

from __future__ import annotations

import time

import pytest

from bot.chat.errors import RasaSilentError, RasaUnavailableError
from bot.chat.rasa import Rasa
from tests.bot.chat.webhook import Webhook, said
from tests.postgres import free_port


def test_the_token_is_sent_to_the_rest_channel(webhook: Webhook) -> None:
    rasa = Rasa(webhook.url, token="secret")
    assert [message.text for message in rasa.send_text("c", "hello", "pl")] == ["You said: hello"]
    rasa.close()
    assert webhook.paths == ["/webhooks/rest/webhook?token=secret"]
    assert webhook.received == [{"sender": "c", "message": "hello", "metadata": {"language": "pl"}}]


def test_an_answer_that_takes_too_long_is_given_up(webhook: Webhook) -> None:
    webhook.seconds = 5
    rasa = Rasa(webhook.url, seconds=0.3)
    begin = time.monotonic()
    with pytest.raises(RasaUnavailableError):
        rasa.send_text("c", "hello", None)
    assert time.monotonic() - begin < 3
    rasa.close()


def test_nobody_listening_is_unavailable() -> None:
    rasa = Rasa(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(RasaUnavailableError):
        rasa.send_payload("c", "/restart", None)
    rasa.close()


def test_an_error_of_rasa_is_unavailable_and_an_empty_answer_is_silence(webhook: Webhook) -> None:
    rasa = Rasa(webhook.url)
    webhook.status = 500
    with pytest.raises(RasaUnavailableError):
        rasa.send_text("c", "hello", None)
    webhook.status = 200
    webhook.answer = lambda _body: []
    with pytest.raises(RasaSilentError):
        rasa.send_text("c", "hello", None)
    rasa.close()


def test_faults_are_logged_without_values(
    webhook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    webhook.answer = lambda _body: [said("kept"), said("my secret", kind="song")]
    rasa = Rasa(webhook.url)
    assert [message.text for message in rasa.send_text("c", "hello", None)] == ["kept"]
    rasa.close()
    log = capsys.readouterr().out
    assert "rasa_message_not_understood" in log
    assert "kind" in log
    assert "secret" not in log
