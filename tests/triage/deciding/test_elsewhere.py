"""Mails that another authority must act on, in six languages, and such as seem so and are for us."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from knowledge.content import CONTENT_DIRECTORY, read_content
from language.languages import LANGUAGES, Language
from settings import AUTHORITIES
from triage.authorities import authorities
from triage.deciding.elsewhere import Elsewhere, elsewhere
from triage.parsing.message import ParsedMail

MAILS = Path(__file__).parent / "elsewhere"


def samples(half: str) -> list[Any]:
    found = []
    for language in LANGUAGES:
        mails = yaml.safe_load((MAILS / f"{language}.yml").read_text(encoding="utf-8"))[half]
        found += [
            pytest.param(language, mail, id=f"{language}-{mail['authority']}-{number}")
            for number, mail in enumerate(mails)
        ]
    return found


def whose(language: Language | None, subject: str, body: str) -> str | None:
    found = elsewhere(ParsedMail(subject=subject, text_new=body), language)
    return found.authority if found else None


@pytest.mark.parametrize(("language", "mail"), samples("tuned_on"))
def test_it_is_recognised(language: Language, mail: dict[str, str]) -> None:
    assert whose(language, mail["subject"], mail["body"]) == mail["authority"]


@pytest.mark.parametrize(("language", "mail"), samples("kept_back"))
def test_so_is_what_the_words_were_not_written_with(
    language: Language, mail: dict[str, str]
) -> None:
    assert whose(language, mail["subject"], mail["body"]) == mail["authority"]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        # A question on the rules is no case of an authority.
        ("en", "How do I apply to SIRI for a residence card, and how long does it take?"),
        ("da", "Hvordan søger jeg børne- og ungeydelse hos Udbetaling Danmark?"),
        ("pl", "Jak złożyć wniosek do SIRI o kartę pobytu? Jakie dokumenty są potrzebne?"),
        ("lt", "Kaip pateikti prašymą SIRI dėl leidimo gyventi?"),
        ("ro", "Cum depun o cerere la SIRI pentru permisul de sedere?"),
        ("de", "Wie beantrage ich Kindergeld bei Udbetaling Danmark?"),
        # What the ICS takes in itself.
        ("en", "I sent you form 04.063 three weeks ago. Have you received it, and where is my tax card?"),
        ("da", "Har I modtaget min blanket 04.063? Jeg venter stadig på skattekortet fra Skattestyrelsen."),
        ("pl", "Wysłałem do Państwa druk 04.063 i czekam od miesiąca na kartę podatkową."),
        ("de", "Ich warte seit vier Wochen auf meine Steuerkarte, haben Sie das Formular erhalten?"),
        # Named, but done with.
        ("en", "SIRI gave me my residence document last week. How do I get a CPR number now?"),
        ("da", "A-kassen betaler mine dagpenge, det går fint. Kan I hjælpe med mit cv?"),
        # Two at once: nobody knows which.
        ("en", "I complain about SIRI and Udbetaling Danmark."),
    ],
)  # fmt: skip
def test_what_is_for_us_is_left_to_us(language: Language, body: str) -> None:
    assert whose(language, "Question", body) is None


def test_a_complaint_about_a_decision_goes_where_complaints_go() -> None:
    body = "I want to appeal against the decision of the Danish Tax Agency of 4 November."
    assert whose("en", "Appeal", body) == "tax-appeals"
    assert whose("en", "Appeal", body.replace("the Danish Tax Agency", "SIRI")) == (
        "immigration-appeals"
    )
    waiting = "I am still waiting for an answer from the Danish Tax Agency."
    assert whose("en", "Waiting", waiting) == "tax-agency"


def test_the_evidence_is_the_sentence_that_asks() -> None:
    mail = ParsedMail(
        subject="Hej", text_new="Jeg søgte hos SIRI i maj. Jeg har intet hørt endnu. Hilsen Ana"
    )
    assert elsewhere(mail, "da") == Elsewhere("siri", "Jeg har intet hørt endnu.")


def test_what_is_quoted_under_a_new_text_says_nothing() -> None:
    mail = ParsedMail(
        subject="Re: Skattekort",
        text_new="Tak for hjælpen!",
        text_quoted="Jeg har stadig ikke hørt noget fra SIRI om min sag.",
    )
    assert elsewhere(mail, "da") is None


def test_in_another_language_nothing_is_suggested() -> None:
    assert whose(None, "SIRI", "Jag väntar på svar från SIRI.") is None


def test_every_authority_is_called_something_everywhere_and_its_page_is_a_source() -> None:
    articles = {one.topic: one for one in read_content(CONTENT_DIRECTORY).articles}
    for slug, authority in authorities().items():
        assert set(authority.names) == set(get_args(Language)), slug
        others = {authority.appeals_to, *authority.rather_than} - {None}
        assert others <= set(authorities()), slug
        if authority.page is not None:
            sources = {source.id for source in articles[authority.page.article].file.sources}
            assert authority.page.source in sources, slug


def test_the_settings_know_the_authorities() -> None:
    assert {slug for slug, one in authorities().items() if one.is_authority} == AUTHORITIES
