"""Which mails a rule matches: by sender, recipient, subject and attachment, in six languages."""

from __future__ import annotations

import pytest

from triage.deciding.admin_rules.rule import AdminRule, first
from triage.deciding.admin_rules.traits import (
    MOST_RECIPIENTS,
    Field,
    says_something,
    traits,
    traits_of,
)
from triage.parsing.message import ParsedMail
from triage.parsing.parts import Attachment


def mail(
    sender: str = "anna@mail.example.org",
    recipients: tuple[str, ...] = ("ics@example.dk",),
    subject: str = "Spørgsmål",
    attachments: tuple[str, ...] = (),
) -> ParsedMail:
    return ParsedMail(
        sender=sender,
        recipients=recipients,
        subject=subject,
        attachments=tuple(Attachment(name, "application/pdf", 1, "") for name in attachments),
    )


def rule(**conditions: str | tuple[str, ...]) -> AdminRule:
    values: dict[Field, tuple[str, ...]] = {}
    for name in ("senders", "recipients", "subjects", "attachments"):
        if name in conditions:
            value = conditions[name]
            values[name] = (value,) if isinstance(value, str) else value
    return AdminRule(1, "a rule", "before", "tax", values)


def matches(written: AdminRule, seen: ParsedMail) -> bool:
    return written.match(traits_of(seen)) is not None


@pytest.mark.parametrize(
    ("value", "sender", "found"),
    [
        ("anna@example.org", "anna@example.org", True),
        ("Anna@Example.ORG", "anna@example.org", True),
        ("anna@example.org", "joanna@example.org", False),
        ("anna@example.org", "anna@example.org.evil.net", False),
        ("example.org", "anna@example.org", True),
        ("@example.org", "anna@example.org", True),
        ("example.org", "anna@mail.example.org", True),
        ("example.org", "anna@notexample.org", False),
        ("example.org", "example.org@evil.net", False),
        ("example.org", "x.example.org@evil.net", False),
        ("exam*", "x.example@evil.net", False),
        ("example.*", "anna@example.pl", True),
        ("*.gov.pl", "urzad@praca.gov.pl", True),
        ("*.gov.pl", "urzad@gov.pl.example.net", False),
        ("no-reply@*", "no-reply@borger.dk", True),
        ("*@borger.dk", "no-reply@borger.dk", True),
        ("*@borger.dk", "no-reply@mit.borger.dk", False),
        ("*@*", "", False),
        ("example.org", "", False),
        ("jørgen@example.dk", "jorgen@example.dk", True),
    ],
)
def test_senders(value: str, sender: str, *, found: bool) -> None:
    assert matches(rule(senders=value), mail(sender=sender)) is found


def test_any_recipient_is_enough_and_of_very_many_the_first() -> None:
    written = rule(recipients="jobs@ics.example.dk")
    assert matches(written, mail(recipients=("a@b.dk", "jobs@ics.example.dk")))
    assert not matches(written, mail(recipients=("a@b.dk",)))
    assert not matches(written, mail(recipients=()))
    many = tuple(f"p{number}@b.dk" for number in range(MOST_RECIPIENTS))
    assert not matches(written, mail(recipients=(*many, "jobs@ics.example.dk")))


@pytest.mark.parametrize(
    ("value", "subject", "found"),
    [
        ("skattekort", "Mit SKATTEKORT, tak", True),
        ("skattekort", "skattekortet", False),
        ("skattekort*", "Re: skattekortet?", True),
        ("*kort", "Mit skattekort!", True),
        ("PD U2", "Forlængelse af PD-U2 (Polen)", True),
        ("PD U2", "PD formular U2", False),
        ("PD * U2", "PD formular U2", True),
        ("04.063", "Blanket 04.063 vedlagt", True),
        ("04.063", "Blanket 104.0634", False),
        ("spørgsmål", "Sporgsmal om bopæl", True),
        ("tax card", "About my Tax-Card", True),
        ("karta podatkowa", "KARTA PODATKOWA — pytanie", True),
        ("zasilek", "Zasiłek dla bezrobotnych", True),
        ("mokesčių kortelė", "Del mokesciu korteles", False),
        ("mokesčių kortel*", "Del mokesciu korteles", True),
        ("sutartis", "Darbo Sutartis", True),
        ("contract de muncă", "Contract de munca (anexă)", True),
        ("întrebare", "INTREBARE despre impozit", True),
        ("Straße", "Meine STRASSE", True),
        ("Lohnsteuer", "lohnsteuer_2026", True),
        ("Überweisung", "UBERWEISUNG", True),
        ("x", "", False),
    ],
)
def test_words_of_the_subject(value: str, subject: str, *, found: bool) -> None:
    assert matches(rule(subjects=value), mail(subject=subject)) is found


@pytest.mark.parametrize(
    ("value", "names", "found"),
    [
        ("*.ics", ("møde.ICS",), True),
        ("*.ics", ("a.pdf", "b.ics"), True),
        ("PD U2*", ("pd  u2 Nowak.pdf",), True),
        ("PD U2", ("PD U2.pdf",), False),
        ("*umowa*", ("Umowa o pracę.docx",), True),
        ("*pracę*", ("umowa o prace.docx",), True),
        ("*", ("x",), True),
        ("*", (), False),
        ("*.ics", (), False),
    ],
)
def test_names_of_attachments(value: str, names: tuple[str, ...], *, found: bool) -> None:
    assert matches(rule(attachments=value), mail(attachments=names)) is found


def test_all_conditions_must_hold_and_one_value_of_each_is_told() -> None:
    written = rule(senders=("a.example", "example.org"), subjects=("PD U2", "tax"))
    both = mail(subject="PD U2")
    assert written.match(traits_of(both)) == ("example.org", "PD U2")
    assert not matches(written, mail(subject="hello"))
    assert not matches(written, mail(sender="x@elsewhere.net", subject="PD U2"))


def test_a_rule_without_conditions_matches_nothing() -> None:
    assert not matches(rule(), mail())


def test_a_number_is_hidden_from_rules_as_it_is_in_the_ledger() -> None:
    subject = "Sag 010190-1234 om skat"
    assert not matches(rule(subjects="010190-1234"), mail(subject=subject))
    in_ledger = traits("anna@mail.example.org", ["ics@example.dk"], "Sag [CPR] om skat", [])
    assert traits_of(mail(subject=subject)) == in_ledger


def test_the_first_of_a_stage_applies() -> None:
    rules = [
        AdminRule(1, "after", "unsure", "tax", {"senders": ("example.org",)}),
        AdminRule(2, "first", "before", "jobseeker", {"senders": ("example.org",)}),
        AdminRule(3, "second", "before", "spam", {"senders": ("example.org",)}),
    ]
    seen = traits_of(mail())
    assert [
        found and found.id
        for found in (first(rules, phase, seen) for phase in ("before", "unsure"))
    ] == [2, 1]
    assert first(rules, "tax", seen) is None


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("senders", "*", False),
        ("senders", "@", False),
        ("subjects", "!!!", False),
        ("subjects", "*-*", False),
        ("subjects", "ł", True),
        ("attachments", "*", True),
        ("attachments", "**", False),
        ("attachments", ".", False),
    ],
)
def test_what_says_nothing(field: Field, value: str, *, says: bool) -> None:
    assert says_something(field, value) is says
