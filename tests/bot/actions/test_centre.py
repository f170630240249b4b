"""The centre of a municipality: its hours on the day, booking, and places that are misspelt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.actions.centre import centre_text
from bot.actions.phrases import Phrases
from knowledge.centres import SeenHours, ServingCentre, centre_for
from language.languages import LANGUAGES, Language
from storage.database import Database
from tests.bot.actions.conftest import Actions

FRIDAY, SATURDAY, TUESDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 24)
CLOSED: dict[Language, str] = {
    "da": "lukket",
    "en": "closed",
    "pl": "nieczynne",
    "lt": "nedirba",
    "ro": "închis",
    "de": "geschlossen",
}


@pytest.fixture
def aarhus(knowledge_database: Database) -> ServingCentre:
    """The centre in Aarhus as the project's files have it: to be booked, hours not confirmed."""
    with knowledge_database.transaction() as session:
        centre = centre_for(session, "Aarhus")
    assert centre is not None
    return replace(centre, opening_hours_page="https://hours.example/")


@pytest.fixture
def confirmed(aarhus: ServingCentre) -> ServingCentre:
    """The same with hours that are confirmed."""
    hours = SeenHours(
        confirmed=True,
        source=aarhus.opening_hours_page,
        as_of="2026-11",
        opening={"tue": "closed", "fri": "10-16"},
        telephone={"tue": "closed", "fri": "10-14"},
    )
    return replace(aarhus, hours=hours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_that_are_not_confirmed_are_led_to(
    phrases: Phrases, aarhus: ServingCentre, language: Language
) -> None:
    text = centre_text(aarhus, language, phrases, FRIDAY)
    assert f": {aarhus.opening_hours_page}" in text
    assert "16:00" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_confirmed_hours_are_those_of_the_day(
    phrases: Phrases, confirmed: ServingCentre, language: Language
) -> None:
    friday = centre_text(confirmed, language, phrases, FRIDAY)
    assert ": 10:00–16:00\n" in friday
    assert ": 10:00–14:00\n" in friday
    assert f": {confirmed.opening_hours_page}" not in friday
    tuesday = centre_text(confirmed, language, phrases, TUESDAY)
    assert tuesday.count(f": {CLOSED[language]}\n") == 2


def test_on_a_day_whose_hours_are_not_known_the_page_is_named(
    phrases: Phrases, confirmed: ServingCentre
) -> None:
    text = centre_text(confirmed, "en", phrases, SATURDAY)
    assert f"Opening hours: {confirmed.opening_hours_page}" in text


@pytest.mark.parametrize(
    ("appointment", "said"),
    [
        ("required", "Book a time before you come."),
        ("needed for CPR", "Book a time if you come for a CPR number."),
        (None, None),
    ],
)
def test_it_says_whether_to_book(
    phrases: Phrases, aarhus: ServingCentre, appointment: str | None, said: str | None
) -> None:
    text = centre_text(replace(aarhus, appointment=appointment), "en", phrases)
    assert ("Book a time" in text, said is None or said in text) == (said is not None, True)


@pytest.mark.parametrize("form", ["municipality_form", "centre_form"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_misspelt_place_is_met_with_what_it_resembles(
    actions: Actions, language: Language, form: str
) -> None:
    said = {"language": language}
    fallback = actions.run("action_fallback", "Koldin", said, form=form)
    assert (fallback.said, fallback.then, fallback.leaves_form) == ([], None, False)
    ask = "action_ask_municipality" if form == "municipality_form" else "action_ask_centre"
    asked = actions.run(ask, "Koldin", said, form=form, ran=["action_fallback"]).said[0]
    assert asked["kind"] == "question"
    assert "Kolding" in asked["text"]


@pytest.mark.parametrize("text", ["xyzzy", "my municipality is the one near Koldin"])
def test_what_resembles_no_place_is_asked_for_again(
    actions: Actions, phrases: Phrases, text: str
) -> None:
    asked = actions.run(
        "action_ask_municipality", text, {"language": "en"}, form="municipality_form"
    ).said[0]
    assert asked["text"] == phrases.text("en", "ask_municipality")
