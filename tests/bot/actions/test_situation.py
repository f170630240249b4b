"""The questions for a person's situation and their replies, and former names, over the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.actions.offers import Offers
from bot.actions.phrases import Phrases
from bot.actions.server import create_app
from bot.actions.turn import SLOTS
from bot.components.payloads import is_payload
from knowledge.former_names import former_names_in
from knowledge.search import Search
from knowledge.situation_words import name, names, question, reason
from knowledge.situations import WORDS, Dimension
from language.languages import LANGUAGES, Language
from storage.database import Database
from tests.bot.actions.conftest import PUBLIC_URL, Actions, Server, asks, button, entity
from tests.knowledge.conftest import fill, write_situations_content

DIMENSIONS = tuple(WORDS)


@pytest.fixture(scope="module")
def small_database(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database with articles that depend on two and on four dimensions."""
    folder = tmp_path_factory.mktemp("situations")
    path = folder / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        fill(session, write_situations_content(folder / "content"))
    yield database
    database.close()


@pytest.fixture
def small(phrases: Phrases, small_database: Database) -> Actions:
    """Runs actions over that database."""
    return Actions(
        Server(create_app(phrases, small_database, Offers(small_database, Search()), PUBLIC_URL))
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_each_dimension_is_asked_with_buttons(
    small: Actions, dimension: Dimension, language: Language
) -> None:
    asked = small.run(
        f"action_ask_{SLOTS[dimension]}",
        "…",
        asks("mitid", language),
        slots={"topic": "mitid"},
        ran=["action_answer"],
    ).said[0]
    assert (asked["kind"], asked["topic"], asked["language"]) == ("question", "mitid", language)
    assert asked["text"] == f"{reason(dimension, language)} {question(dimension, language)}"
    assert [b["label"] for b in asked["buttons"]] == [n for _, n in names(dimension, language)]
    assert all(is_payload(b["payload"]) for b in asked["buttons"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_typed_label_counts_like_its_button(
    small: Actions, dimension: Dimension, language: Language
) -> None:
    for word in WORDS[dimension]:
        for typed in (name(word, language), name(word, language).upper()):
            done = small.run(f"action_read_{dimension}", typed, {"language": language})
            assert done.slots.get(SLOTS[dimension]) == word, typed


@pytest.mark.parametrize(
    ("dimension", "language", "typed", "word"),
    [
        ("stay", "en", "2 years", "over_6_months"),
        ("stay", "pl", "pół roku", "3_to_6_months"),
        ("stay", "lt", "3 mėn", "up_to_3_months"),
        ("stay", "de", "ein Jahr", "over_6_months"),
        ("stay", "ro", "6 luni", "3_to_6_months"),
        ("stay", "da", "halvandet år", "over_6_months"),
        # Nearly a label, but for the number that decides.
        ("stay", "en", "More than 3 months", None),
        ("stay", "en", "Up to 6 months", None),
        ("stay", "en", "6 to 9 months", "over_6_months"),
        ("stay", "da", "det ved jeg ikke endnu", None),
        ("occupation", "en", "I'm looking for a job", "jobseeker"),
        ("occupation", "en", "I don't work", None),
        ("occupation", "de", "selbständig", "other_occupation"),
        ("address", "pl", "nie w Danii", None),
        ("address", "da", "her i Danmark", "danish_address"),
    ],
)
def test_other_words_are_read_and_unclear_ones_are_not(
    small: Actions, dimension: Dimension, language: Language, typed: str, word: str | None
) -> None:
    done = small.run(f"action_read_{dimension}", typed, {"language": language})
    assert done.slots.get(dimension) == word


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [
        ("citizenship", "PL", "foreign_address"),
        ("country", "DE", "foreign_address"),
        ("country", "DK", "danish_address"),
        ("municipality", "Odense", "danish_address"),
    ],
)
def test_a_place_tells_where_somebody_lives_and_no_citizenship(
    small: Actions, kind: str, value: str, word: str
) -> None:
    told = {"entities": [*entity(kind, value), *entity("own_group", "eu_eea_ch")]}
    slots = {"citizenship_group": "third_country"}
    done = small.run("action_read_address", value, told, slots=slots, form="address_form")
    assert done.slots["address"] == word
    assert "citizenship_group" not in done.slots


def test_one_dimension_after_the_other_is_asked_for(small: Actions) -> None:
    slots = {"topic": "mitid"}
    words = {
        "citizenship": "third_country",
        "stay": "over_6_months",
        "occupation": "employee",
        "address": "danish_address",
    }
    ran: list[str] = []
    for dimension in DIMENSIONS:
        done = small.run("action_answer", "mitid", asks("mitid", "en"), slots=slots, ran=ran)
        assert (done.said, done.slots["open_question"]) == ([], dimension)
        slots[SLOTS[dimension]] = words[dimension]
        ran = [f"{dimension}_form"]
    (said,) = small.run("action_answer", "…", asks("mitid", "en"), slots=slots, ran=ran).said
    assert said["variant"] == " ".join(words.values())
    assert "You need a permit for the whole stay." in said["text"]
    assert "Bring your contract." in said["text"]
    assert "Bring proof" not in said["text"]


def test_a_button_pressed_later_changes_the_answer(small: Actions) -> None:
    slots = {"topic": "eu-residence", "citizenship_group": "nordic", "stay": "up_to_3_months"}
    done = small.run(
        "action_answer",
        '/inform_situation{"stay": "up_to_3_months"}',
        button("inform_situation", stay="up_to_3_months"),
        slots=slots,
    )
    assert "You need no permit for a short stay." in done.said[0]["text"]
    assert done.said[0]["variant"] == "nordic up_to_3_months"


def test_a_former_name_is_told_before_an_answer_and_a_question(small: Actions) -> None:
    (former,) = former_names_in("nemid")
    note = former.notes["en"]
    told = {"citizenship_group": "nordic"}
    done = small.run("action_answer", "tax card with nemid?", asks("tax-card", "en"), slots=told)
    assert done.said[0]["text"].startswith(f"{note}\n\n**Getting a tax card**")
    asked = small.run("action_ask_stay", "nemid?", asks("mitid", "en"), ran=["action_answer"])
    assert asked.said[0]["text"] == f"{note}\n\n{reason('stay', 'en')} {question('stay', 'en')}"
    plain = small.run("action_answer", "tax card?", asks("tax-card", "en"), slots=told)
    assert note not in plain.said[0]["text"]


def test_an_unknown_question_with_a_former_name_gets_its_article(small: Actions) -> None:
    unknown = {"language": "en"}
    assert small.run("action_fallback", "nemid broken", unknown).then == "action_answer"
    done = small.run("action_answer", "nemid broken", unknown, ran=["action_fallback"])
    assert (done.slots["topic"], done.slots["open_question"]) == ("mitid", "citizenship")


def test_a_former_name_without_article_is_told_with_the_fallback(
    small: Actions, phrases: Phrases
) -> None:
    (former,) = former_names_in("nemid")
    done = small.run("action_answer", "nemid?", {"language": "pl"}, ran=["action_fallback"])
    assert done.kinds == ["fallback"]
    assert done.said[0]["text"] == f"{former.notes['pl']}\n\n{phrases.text('pl', 'out_of_scope')}"
