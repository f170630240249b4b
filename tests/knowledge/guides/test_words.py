"""Everything that guides ask and say is there in each language, and agrees with the articles."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from knowledge import guides
from knowledge.articles import read_folder
from knowledge.content import CONTENT_DIRECTORY
from knowledge.guides import pd_u2, tax_card, what_applies, words
from knowledge.guides.all_guides import ALL_GUIDES, all_guide_titles, guide_of, guides_to
from knowledge.guides.deadlines import Period
from knowledge.guides.questions import Question, QuestionName, choice
from knowledge.guides.steps import DayName, NoteName, PaperName, PeriodName, Step, StepName
from language.languages import LANGUAGES, Language
from tests.knowledge.guides.days import PROJECT_FACTS, TODAY, with_fact

_ARTICLES = CONTENT_DIRECTORY / "articles"

_CHOICES = [
    choice("purpose", "work", "self_employed", "jobseeker", "study", "family", "other"),
    choice("home", "denmark", "abroad"),
    choice("sponsor", "eu", "permit_holder", "other"),
    choice("permit", "granted", "applied", "ukraine", "no"),
    choice("pd_u2", "yes", "no"),
    choice("family", "none", "nordic", "eu_eea_ch", "third_country"),
    choice("children", "yes", "no"),
    choice("work", "employee", "self_employed", "researcher"),
    choice("tastselv", "yes", "no"),
    choice("lives_in", "denmark", "sweden", "elsewhere"),
    choice("identity", "passport", "id_card"),
    choice("married", "yes", "no"),
    choice("way", "digital", "pdf"),
    choice("form_language", *LANGUAGES),
    choice("citizenship", "nordic", "eu_eea_ch", "third_country"),
    choice("stay", "up_to_3_months", "3_to_6_months", "over_6_months"),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_names_have_words(language: Language) -> None:
    values = {"edition": "04.063", "language": "dansk"}
    said = [words.question(name, language) for name in get_args(QuestionName)]
    said += [words.note(name, language) for name in get_args(NoteName)]
    said += [words.paper(name, language) for name in get_args(PaperName)]
    said += [words.period(name, language) for name in get_args(PeriodName)]
    said += [
        words.title(Step(name, "tax-card", values=values), language) for name in get_args(StepName)
    ]
    said += [words.on_day(name, TODAY.day, language) for name in get_args(DayName)]
    said += [words.guide_title(guide.slug, language) for guide in ALL_GUIDES]
    said += [words.guide_purpose(guide.slug, language) for guide in ALL_GUIDES]
    assert all(said)
    assert not any("%(" in one for one in said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", _CHOICES, ids=lambda one: str(one.name))
def test_the_answers_to_a_question_can_be_told_apart(
    question: Question, language: Language
) -> None:
    said = [words.choice(question, value, language) for value in question.choices]
    assert len(set(said)) == len(said)


def test_a_day_is_told_with_its_weekday() -> None:
    assert words.on_day("latest", TODAY.day, "en") == "At the latest: Friday, 27 November 2026"
    assert words.on_day("latest", TODAY.day, "da") == "Senest: fredag, 27. november 2026"


def _named_in_code() -> list[str]:
    """Return all texts in the code of the rules, where topics and facts are named."""
    files = Path(guides.__path__[0]).glob("*.py")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    return [
        str(node.value)
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_facts_that_are_named_are_there_and_have_words() -> None:
    named = {text for text in _named_in_code() if text in PROJECT_FACTS}
    assert {"form-04063-time", "no-tax-card-rate", "siri-work-fee"} < named
    for name in named:
        for language in LANGUAGES:
            assert words.figure(name, language)


def test_a_value_is_told_while_it_may_be_shown() -> None:
    assert words.value("no-tax-card-rate", "en", TODAY) == "55%"
    assert words.value("form-04063-time", "en", TODAY) is None
    assert words.value("no-such-fact", "en", TODAY) is None
    changed = with_fact("form-04063-time", "3 weeks")
    assert words.value("form-04063-time", "en", changed) == "3\u00a0weeks"


def test_the_articles_that_lead_to_a_guide_are_there() -> None:
    for guide in ALL_GUIDES:
        assert guide_of(guide.slug) is guide
        assert all((_ARTICLES / topic).is_dir() for topic in guide.topics)
    assert guide_of("nothing") is None
    assert [slug for slug, _ in guides_to("tax-card", "en")] == ["form-04063"]
    assert [slug for slug, _ in guides_to("cpr-number", "en")] == ["what-applies"]
    assert guides_to("pets", "en") == []
    assert len(all_guide_titles("pl")) == len(ALL_GUIDES)


@pytest.mark.parametrize(
    ("period", "topic"),
    [
        (pd_u2.REGISTRATION, "pd-u2-registration"),
        (pd_u2.USUAL_PERIOD, "pd-u2-registration"),
        (pd_u2.LONGEST_PERIOD, "pd-u2-extension"),
        (pd_u2.SEARCH, "eu-residence"),
        (what_applies.EU_DOCUMENT, "eu-residence"),
        (what_applies.EU_DOCUMENT, "family-eu"),
        (what_applies.CPR, "cpr-number"),
        (what_applies.FINGERPRINTS, "residence-card"),
        (what_applies.DANISH_ACCOUNT, "third-country-work-permit"),
        (what_applies.BUSINESS, "start-own-business"),
        (tax_card.EARLIEST, "tax-card"),
        (tax_card.EARLIEST, "form-04063"),
    ],
)
def test_a_period_that_is_counted_stands_in_the_article(period: Period, topic: str) -> None:
    """Who changes one is told of the other."""
    said = period.in_words("en").replace("1 month", "one month")
    text = (_ARTICLES / topic / "en.md").read_text(encoding="utf-8")
    assert said in text
    assert set(read_folder(_ARTICLES / topic).texts) == set(LANGUAGES)
