"""The rules: what each recognises, what it must leave alone, and their order."""

from __future__ import annotations

import pytest

from tests.triage.composition import a_mail
from tests.triage.servers import OWN_ADDRESS
from triage.deciding.rules.no_reply import is_no_reply
from triage.deciding.rules.table import RULES
from triage.parsing.message import parse

OWN = frozenset({OWN_ADDRESS})


def _first(raw: bytes) -> str | None:
    mail = parse(raw)
    return next((rule.name for rule in RULES if rule.check(mail, OWN) is not None), None)


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        ({"From": OWN_ADDRESS}, "own_address"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"From": "MAILER-DAEMON@mx.example.org"}, "bounce"),
        ({"From": "postmaster@example.org"}, "bounce"),
        ({"Content_Type": "multipart/report; report-type=delivery-status; boundary=b"}, "bounce"),
        ({"X_Failed_Recipients": "a@b.dk"}, "bounce"),
        ({"Auto_Submitted": "auto-replied"}, "auto_submitted"),
        ({"Auto_Submitted": "auto-generated (rejected)"}, "auto_generated"),
        ({"X_Autoreply": "yes"}, "auto_submitted"),
        ({"Precedence": "auto_reply"}, "auto_submitted"),
        ({"Subject": "Automatisk svar: Ferie"}, "automatic_subject"),
        ({"Subject": "=?utf-8?q?Odpowied=C5=BA_automatyczna=3A_urlop?="}, "automatic_subject"),
        ({"Subject": "Automatinis atsakymas: atostogos"}, "automatic_subject"),
        ({"Subject": "=?utf-8?q?R=C4=83spuns_automat=3A_concediu?="}, "automatic_subject"),
        ({"Subject": "Abwesenheitsnotiz"}, "automatic_subject"),
        ({"Subject": "Out of Office: Re: your mail"}, "automatic_subject"),
        ({"X_Spam_Flag": "YES"}, "marked_as_spam"),
        ({"X_Spam_Status": "Yes, score=9.1"}, "marked_as_spam"),
        ({"X_MS_Exchange_Organization_SCL": "9"}, "marked_as_spam"),
        ({"X_Spam_Flag": "YES", "List_Id": "<a.b>"}, "marked_as_spam"),
        ({"List_Id": "News <news.example.org>"}, "mailing_list"),
        ({"List_Unsubscribe": "<mailto:off@example.org>"}, "mailing_list"),
        ({"Precedence": "bulk"}, "mailing_list"),
        ({"From": "no-reply@example.org"}, "no_reply"),
        ({"From": "no-reply@example.org", "Reply_To": "noreply@example.org"}, "no_reply"),
    ],
)
def test_what_no_person_wrote(headers: dict[str, str], rule: str) -> None:
    assert _first(a_mail(1, **headers)) == rule


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto_Submitted": "no"},
        {"Return_Path": "<person1@example.org>"},
        {"Precedence": "first-class"},
        {"X_Spam_Flag": "NO"},
        {"X_Spam_Status": "No, score=-1"},
        {"X_MS_Exchange_Organization_SCL": "1"},
        {"X_MS_Exchange_Organization_SCL": "5"},
        # The office's own address is a group: all its mail comes by a list.
        {"List_Id": "ICS <ics.example.test>"},
        {"List_Post": f"<mailto:{OWN_ADDRESS}>", "Precedence": "list"},
        # A form that a person filled in.
        {"From": "noreply@kommune.example.org", "Reply_To": "maria@example.org"},
        {"Subject": "Automatic tax card?"},
        {"Subject": "Fravær: hvem skal jeg skrive til?"},
        {"Subject": "Read the contract, what now"},
        {"From": "arnold.replyson@example.org"},
        {"From": "bounceman@example.org"},
    ],
)
def test_what_a_person_wrote(headers: dict[str, str]) -> None:
    assert _first(a_mail(1, **headers)) is None


@pytest.mark.parametrize(
    ("address", "takes_none"),
    [
        ("noreply@x.dk", True),
        ("no-reply@x.dk", True),
        ("no_reply+123@x.dk", True),
        ("donotreply@x.dk", True),
        ("svar-ikke@x.dk", True),
        ("ikke-svar@x.dk", True),
        ("ingen.svar@x.dk", True),
        ("nieodpowiadaj@x.pl", True),
        ("keine-antwort@x.de", True),
        ("nore.ply@x.dk", False),
        ("nora.plys@x.dk", False),
        ("svarre@x.dk", False),
        ("ikke@x.dk", False),
    ],
)
def test_addresses_that_take_no_answer(address: str, takes_none: bool) -> None:
    assert is_no_reply(address) is takes_none


def test_each_rule_says_what_it_is() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(rule.description.endswith(".") for rule in RULES)
    assert {rule.kind for rule in RULES} == {"automatic", "spam"}
