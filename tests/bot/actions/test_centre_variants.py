"""Answers that differ by centre, over the server: asked for, read, remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.actions.offers import Offers
from bot.actions.phrases import Phrases
from bot.actions.server import create_app
from bot.components.payloads import is_payload
from knowledge.search import Search
from knowledge.situation_words import reason
from language.languages import LANGUAGES, Language
from storage.database import Database
from tests.bot.actions.conftest import PUBLIC_URL, Actions, Server, asks, button, entity
from tests.knowledge.conftest import fill, write_content_by_centre

ASKED = asks("cpr-number", "en")
OWN, GENERAL = "Book a time in Odense.", "Come when it suits you."


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with an article that differs in Odense."""
    folder = tmp_path_factory.mktemp("centres")
    path = folder / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        fill(session, write_content_by_centre(folder / "content"))
    yield database
    database.close()


@pytest.fixture
def small(phrases: Phrases, database: Database) -> Actions:
    """Runs actions over that database."""
    return Actions(Server(create_app(phrases, database, Offers(database, Search()), PUBLIC_URL)))


def test_the_municipality_is_asked_for_where_the_answer_differs(small: Actions) -> None:
    done = small.run("action_answer", "cpr?", ASKED)
    assert (done.said, done.slots["open_question"]) == ([], "centre")
    assert done.slots["topic"] == "cpr-number"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_asked_with_the_reason_and_a_way_round(
    small: Actions, phrases: Phrases, language: Language
) -> None:
    (asked,) = small.run("action_ask_centre", "…", asks("cpr-number", language)).said
    assert asked["text"].startswith(reason("centre", language))
    assert phrases.text(language, "ask_municipality") in asked["text"]
    (unknown,) = asked["buttons"]
    assert unknown["label"] == phrases.text(language, "municipality_unknown")
    assert is_payload(unknown["payload"])
    typed = small.run("action_read_centre", unknown["label"].upper(), {"language": language})
    assert typed.slots["centre"] == "other_centre"


@pytest.mark.parametrize(
    ("typed", "language", "centre"),
    [
        ("Odense", "en", "odense"),
        ("5000", "en", "odense"),
        ("w Kopenhadze", "pl", "kobenhavn"),
        ("Aalborg", "en", "other_centre"),  # no centre is known for it
        ("nie wiem", "pl", "other_centre"),
        ("det ved jeg ikke", "da", "other_centre"),
        ("weiß ich nicht", "de", "other_centre"),
        ("Odense or Herlev", "en", None),
        ("what for", "en", None),
    ],
)
def test_replies_are_read(
    small: Actions, typed: str, language: Language, centre: str | None
) -> None:
    done = small.run("action_read_centre", typed, {"language": language}, form="centre_form")
    assert done.slots.get("centre") == centre


@pytest.mark.parametrize(
    ("slots", "text"),
    [
        ({"municipality": "Odense"}, OWN),
        ({"municipality": "Herlev"}, GENERAL),
        ({"municipality": "Atlantis"}, GENERAL),
        ({"centre": "odense"}, OWN),
        ({"centre": "other_centre"}, GENERAL),
        # The municipality that was named last decides.
        ({"municipality": "Odense", "centre": "other_centre"}, OWN),
    ],
)
def test_who_is_known_gets_the_answer_at_once(
    small: Actions, slots: dict[str, str], text: str
) -> None:
    (said,) = small.run("action_answer", "cpr?", ASKED, slots=slots).said
    assert text in said["text"]
    assert said["variant"] == ("centre:odense" if text == OWN else "other_centre")
    kept = "?centre=" in said["text"]
    assert kept == (slots not in ({"municipality": "Atlantis"}, {"centre": "other_centre"}))


def test_after_the_reply_the_answer_is_to_the_question_before(small: Actions) -> None:
    slots = {"topic": "cpr-number", "municipality": "Odense", "centre": "odense"}
    told = {"entities": entity("municipality", "Odense"), "language": "en"}
    (said,) = small.run("action_answer", "Odense", told, slots=slots, ran=["centre_form"]).said
    assert (said["topic"], said["variant"]) == ("cpr-number", "centre:odense")


def test_the_button_for_not_knowing_gives_the_general_answer(small: Actions) -> None:
    slots = {"topic": "cpr-number", "centre": "other_centre", "language": "en"}
    pressed = button("inform_situation", centre="other_centre")
    (said,) = small.run(
        "action_answer", '/inform_situation{"centre": "other_centre"}', pressed, slots=slots
    ).said
    assert GENERAL in said["text"]
