"""Answers for a person's language and situation, on both databases."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from knowledge.answers import Answer, NeedsSituation, answer, title, topics_with_translation
from knowledge.articles import Text
from knowledge.situations import NOT_KNOWN, Situation
from knowledge.translations import latest, publish, published, save, withdraw

NORDIC: Situation = {"citizenship": "nordic"}


def test_the_chat_gets_title_lead_steps_and_what_to_bring(filled: Session) -> None:
    found = answer(filled, "tax-card", "en", {"citizenship": "third_country"})
    assert isinstance(found, Answer)
    assert found.text == (
        "**Getting a tax card**\n\n"
        "Apply to the [Tax Agency](https://skat.dk/en-us/tax-card) within three months.\n\n"
        "You need a permit first.\n\n"
        "**What to do**\n\n"
        "1. Find form 04.063.\n"
        "2. Send it. See also CPR number.\n\n"
        "**What to have ready**\n\n"
        "- Your passport\n"
        "- Your contract"
    )
    assert (found.variant, found.language) == ("third_country", "en")
    assert found.reviewed == date(2026, 11, 23)
    assert found.sources[1] == (
        "Kildeskatteloven § 48",
        "https://skm.dk/love/kildeskatteloven-48",
        date(2026, 11, 21),
    )


def test_links_to_other_topics_get_the_address_that_the_caller_gives(filled: Session) -> None:
    found = answer(filled, "tax-card", "da", NORDIC, lambda topic: f"/da/{topic}")
    assert isinstance(found, Answer)
    assert "[CPR-nummer](/da/cpr-number)" in found.text


def test_what_differs_in_parts_that_the_chat_does_not_show_is_not_asked_for(
    filled: Session,
) -> None:
    before = latest(filled, "cpr-number", "da")
    assert before is not None
    body = (
        "Mød op.\n\n## Frister {#deadlines}\n\n::: only nordic\nIngen.\n:::\n\n"
        "::: only eu_eea_ch third_country\n3 måneder.\n:::\n"
    )
    publish(
        filled,
        save(
            filled,
            "cpr-number",
            "da",
            Text("CPR", "written", body),
            author="anna",
            based_on=before.id,
        ),
    )
    found = answer(filled, "cpr-number", "da")
    assert isinstance(found, Answer)
    assert found.text == "**CPR**\n\nMød op."
    assert found.variant is None


def test_what_depends_on_citizenship_is_asked_first(filled: Session) -> None:
    assert answer(filled, "tax-card", "en") == NeedsSituation("tax-card", "citizenship")


def test_an_article_that_is_the_same_for_all_asks_nothing(filled: Session) -> None:
    for situation in (NOT_KNOWN, NORDIC):
        found = answer(filled, "cpr-number", "da", situation)
        assert isinstance(found, Answer)
        assert found.variant is None
        assert found.text == "**CPR-nummer**\n\nMød op i dit ICS-center."


def test_nothing_published_gives_no_answer(filled: Session) -> None:
    assert answer(filled, "tax-card", "pl", NORDIC) is None
    assert answer(filled, "mitid", "da") is None
    assert title(filled, "tax-card", "pl") is None


def test_related_topics_are_those_that_can_be_read(filled: Session) -> None:
    danish = answer(filled, "tax-card", "da", NORDIC)
    english = answer(filled, "tax-card", "en", NORDIC)
    assert isinstance(danish, Answer)
    assert isinstance(english, Answer)
    assert danish.related == ("cpr-number",)
    assert english.related == ()


def test_topics_and_titles_for_buttons(filled: Session) -> None:
    assert topics_with_translation(filled, "da") == {"tax-card", "cpr-number"}
    assert topics_with_translation(filled, "en") == {"tax-card"}
    assert title(filled, "tax-card", "da") == "Sådan får du et skattekort"


def test_the_next_answer_uses_what_was_published(filled: Session) -> None:
    before = latest(filled, "tax-card", "en")
    assert before is not None
    draft = save(
        filled,
        "tax-card",
        "en",
        Text("Tax", "written", "Ask us.\n"),
        author="anna",
        based_on=before.id,
    )
    assert title(filled, "tax-card", "en") == "Getting a tax card"
    publish(filled, draft)
    found = answer(filled, "tax-card", "en")
    assert isinstance(found, Answer)
    assert found.text == "**Tax**\n\nAsk us."
    assert found.variant is None


def test_a_withdrawn_answer_is_gone(filled: Session) -> None:
    version = published(filled, "tax-card", "en")
    assert version is not None
    withdraw(filled, version)
    assert answer(filled, "tax-card", "en", NORDIC) is None
    assert topics_with_translation(filled, "en") == frozenset()
