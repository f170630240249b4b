"""Acknowledgements: to whom, in which language, with which headers."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from language.languages import LANGUAGES, Language
from tests.triage.composition import a_mail
from tests.triage.servers import OWN_ADDRESS
from triage.errors import RepliesMissingError
from triage.letters.acknowledgement import (
    answer_address,
    compose,
    languages_of,
    load_replies,
    why_none,
)
from triage.parsing.message import parse

OWN = frozenset({OWN_ADDRESS})
REPLIES = load_replies()


def _composed(raw: bytes, *languages: str) -> EmailMessage:
    known = tuple(language for language in LANGUAGES if language in languages)
    content = compose(parse(raw), REPLIES, known, "ICS-000007", OWN_ADDRESS)
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_all_languages(language: str) -> None:
    message = _composed(a_mail(1, Subject="My card"), language)
    assert "ICS-000007" in message.get_content()
    assert "{" not in f"{message['Subject']}{message.get_content()}"
    assert "My card" in message["Subject"]


def test_the_headers() -> None:
    message = _composed(a_mail(1, References="<0@a> <00@a>"), "da")
    assert message["From"] == OWN_ADDRESS
    assert message["To"] == "person1@example.org"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == "<1@mail.example.org>"
    assert message["References"] == "<0@a> <00@a> <1@mail.example.org>"
    assert message["Message-ID"].endswith("@example.test>")
    assert message["Date"]


def test_a_subject_cannot_smuggle_headers_or_numbers() -> None:
    message = _composed(a_mail(1, Subject="=?utf-8?q?hej_010190-1234=0D=0ABcc=3A_x=40y.dk?="), "en")
    assert message["Bcc"] is None
    assert "[CPR]" in message["Subject"]
    assert "1234" not in message.as_string().replace("Message-ID", "").split("Subject:")[1][:200]


def test_long_threads_keep_whole_message_ids() -> None:
    ids = [f"<{'x' * 80}{number}@mail.example.org>" for number in range(30)]
    message = _composed(a_mail(1, References=" ".join(ids)), "en")
    kept = message["References"].split()
    assert kept[-1] == "<1@mail.example.org>"
    assert set(kept[:-1]) <= set(ids)


def test_in_doubt_danish_and_english() -> None:
    assert languages_of(None, 0.0) == ("da", "en")
    assert languages_of("pl", 0.4) == ("da", "en")
    assert languages_of("pl", 0.99) == ("pl",)
    text = _composed(a_mail(1), "da", "en").get_content()
    assert "Med venlig hilsen" in text or "Venlig hilsen" in text
    assert "Kind regards" in text


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "person1@example.org"),
        ({"Reply_To": "other@example.org"}, "other@example.org"),
        ({"Reply_To": "a@example.org, b@example.org"}, "person1@example.org"),
        ({"From": "nobody"}, None),
        ({"From": "bożena@example.org"}, None),
    ],
)
def test_where_an_answer_goes(headers: dict[str, str], address: str | None) -> None:
    assert answer_address(parse(a_mail(1, **headers))) == address


@pytest.mark.parametrize(
    ("headers", "kind", "reason"),
    [
        ({}, "mail", None),
        ({}, "automatic", "automatic"),
        ({}, "spam", "spam"),
        ({"From": ""}, "mail", "no_address"),
        ({"Reply_To": OWN_ADDRESS}, "mail", "own_address"),
        ({"Reply_To": "noreply@example.org"}, "mail", "no_reply"),
        ({"X_Auto_Response_Suppress": "DR, AutoReply"}, "mail", "not_wanted"),
        ({"X_Auto_Response_Suppress": "DR"}, "mail", None),
        # Put into a queue by a rule of an admin.
        ({"List_Id": "<news.union.example>"}, "mail", "overruled"),
        ({"X_Spam_Flag": "YES"}, "mail", "overruled"),
        ({"Auto_Submitted": "auto-generated"}, "mail", "overruled"),
        ({"From": "no-reply@borger.example"}, "mail", "no_reply"),
        ({"From": "no-reply@borger.example", "Reply_To": "a@example.org"}, "mail", None),
    ],
)
def test_who_gets_none(headers: dict[str, str], kind: str, reason: str | None) -> None:
    assert why_none(parse(a_mail(1, **headers)), kind, OWN) == reason


def test_a_missing_text_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(RepliesMissingError, match=r"da\.txt"):
        load_replies(tmp_path)
    for language in LANGUAGES:
        (tmp_path / f"{language}.txt").write_text("no subject\n\ntext {reference}\n")
    with pytest.raises(RepliesMissingError, match="Subject"):
        load_replies(tmp_path)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("da", "Du kan regne med svar senest 1. december 2026."),
        ("en", "You can expect an answer by 1 December 2026."),
        ("de", "Sie können bis zum 1. Dezember 2026 mit unserer Antwort rechnen."),
        ("pl", "Odpowiedzi można się spodziewać do 1 grudnia 2026 r."),
        ("lt", "Atsakymą turėtumėte gauti iki 2026 m. gruodžio 1 d."),
        ("ro", "Veți primi răspunsul nostru până cel târziu la 1 decembrie 2026."),
    ],
)
def test_it_tells_by_when_an_answer_can_be_expected_where_that_is_known(
    language: Language, sentence: str
) -> None:
    mail = parse(a_mail(1))
    content = compose(
        mail, REPLIES, (language,), "ICS-000007", OWN_ADDRESS, expected_by=date(2026, 12, 1)
    )
    assert f"\n\n{sentence}\n\n" in _text(content)
    without = _text(compose(mail, REPLIES, (language,), "ICS-000007", OWN_ADDRESS))
    assert without == _text(content).replace(f"{sentence}\n\n", "")


def _text(content: bytes) -> str:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return str(message.get_content()).replace("\r\n", "\n")
