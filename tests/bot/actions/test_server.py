"""The actions behind the real action server, with the project's articles and phrases."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog
import yaml

from ankomst.logs import configure_logs
from bot.actions.offers import Offers
from bot.actions.phrases import Phrases
from bot.actions.server import actions as all_actions
from bot.actions.server import create_app
from knowledge.answers import title
from knowledge.search import Search
from knowledge.situation_words import name
from knowledge.situations import CITIZENSHIPS, Citizenship
from language.languages import LANGUAGES, NAMES, Language
from settings import ROOT
from storage.database import Database
from tests.bot.actions.conftest import PUBLIC_URL, Actions, Server, asks, button, entity

# Told before, so that no answer has to wait for it.
NORDIC = {"citizenship_group": "nordic"}

MESSAGE_KEYS = {
    "kind",
    "text",
    "topic",
    "variant",
    "language",
    "confidence",
    "sources",
    "buttons",
}


def test_the_domain_names_exactly_the_actions(phrases: Phrases, sqlite_database: Database) -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    names = [
        action.name()
        for action in all_actions(
            phrases, sqlite_database, Offers(sqlite_database, Search()), PUBLIC_URL
        )
    ]
    assert sorted(names) == sorted(domain["actions"])


def test_health(server: Server) -> None:
    assert server.get("/health").json() == {"status": "ok"}


def test_an_unknown_action_is_refused(server: Server) -> None:
    response = server.post("/webhook", {"next_action": "action_nothing", "tracker": {}})
    assert response.status_code == 404


def test_a_failure_gives_away_nothing_of_the_message(
    phrases: Phrases, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    call = {
        "next_action": "action_answer",
        "tracker": {"sender_id": "x", "latest_message": {"text": "my secret", **asks("tax-card")}},
        "domain": {"actions": []},
    }
    configure_logs("console")
    response = Server(create_app(phrases, empty, Offers(empty, Search()), PUBLIC_URL)).post(
        "/webhook", call
    )
    structlog.reset_defaults()
    empty.close()
    assert response.status_code == 500
    assert response.json() == {"error": "the action failed", "action_name": "action_answer"}
    logged = capfd.readouterr()
    assert "action_failed" in logged.err
    assert "my secret" not in response.text + logged.out + logged.err


def test_an_answer_has_every_field_of_the_contract(actions: Actions) -> None:
    understood = asks("employment-contract", confidence=0.83)
    done = actions.run("action_answer", "skattekort", understood, slots=NORDIC)
    (message,) = done.said
    assert set(message) == MESSAGE_KEYS
    assert message["kind"] == "answer"
    assert message["topic"] == "employment-contract"
    assert message["language"] == "da"
    assert message["confidence"] == 0.83
    assert message["buttons"] == []
    assert message["sources"]
    for source in message["sources"]:
        assert set(source) == {"title", "url", "date"}
        assert source["url"].startswith("https://")
        assert len(source["date"]) == 10
    assert done.slots["topic"] == "employment-contract"
    assert done.slots["language"] == "da"
    assert done.slots["open_question"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_is_in_the_language_of_the_question(
    actions: Actions, knowledge_database: Database, language: Language
) -> None:
    done = actions.run("action_answer", "…", asks("employment-contract", language), slots=NORDIC)
    with knowledge_database.transaction() as session:
        expected = title(session, "employment-contract", language)
    assert expected is not None
    assert expected in done.said[0]["text"]
    assert done.said[0]["language"] == language


def test_what_depends_on_citizenship_is_asked_first(actions: Actions) -> None:
    done = actions.run("action_answer", "cpr", asks("pd-u2-registration", "pl"))
    assert done.said == []
    assert done.slots["open_question"] == "citizenship"
    assert done.slots["topic"] == "pd-u2-registration"
    question = actions.run(
        "action_ask_citizenship_group",
        "cpr",
        asks("pd-u2-registration", "pl"),
        slots={"topic": "pd-u2-registration"},
        ran=["action_answer"],
    ).said[0]
    assert set(question) == MESSAGE_KEYS
    assert question["kind"] == "question"
    assert question["topic"] == "pd-u2-registration"
    assert question["buttons"] == [
        {
            "label": name("nordic", "pl"),
            "payload": '/inform_situation{"citizenship_group": "nordic"}',
        },
        {
            "label": name("eu_eea_ch", "pl"),
            "payload": '/inform_situation{"citizenship_group": "eu_eea_ch"}',
        },
        {
            "label": name("third_country", "pl"),
            "payload": '/inform_situation{"citizenship_group": "third_country"}',
        },
    ]


def test_a_citizenship_told_in_the_question_is_not_asked_for(actions: Actions) -> None:
    told = {**asks("pd-u2-registration"), "entities": entity("own_group", "eu_eea_ch")}
    done = actions.run("action_answer", "jeg er polsk, cpr?", told)
    assert done.said[0]["variant"] == "eu_eea_ch"
    assert done.slots["citizenship_group"] == "eu_eea_ch"


def test_a_known_citizenship_is_not_asked_for_again(actions: Actions) -> None:
    slots = {"citizenship_group": "nordic"}
    done = actions.run("action_answer", "cpr", asks("pd-u2-registration"), slots=slots)
    assert done.said[0]["variant"] == "nordic"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", CITIZENSHIPS)
def test_the_label_of_a_button_counts_like_the_button(
    actions: Actions, language: Language, group: Citizenship
) -> None:
    label = name(group, language)
    # A label names countries; only the label itself decides.
    misleading = {"entities": entity("own_group", "eu_eea_ch"), "language": language}
    done = actions.run("action_read_citizenship", label, misleading, form="citizenship_form")
    assert done.slots["citizenship_group"] == group


def test_a_named_citizenship_is_read_and_other_texts_are_not(actions: Actions) -> None:
    polish = {"entities": entity("own_group", "eu_eea_ch")}
    done = actions.run("action_read_citizenship", "I'm from Poland", polish)
    assert done.slots["citizenship_group"] == "eu_eea_ch"
    assert "citizenship_group" not in actions.run("action_read_citizenship", "hvad?").slots


def test_after_the_citizenship_the_question_from_before_is_answered(actions: Actions) -> None:
    done = actions.run(
        "action_answer",
        "Litauen",
        {"entities": entity("own_group", "eu_eea_ch"), **asks("eu-residence")},
        slots={"topic": "pd-u2-registration", "citizenship_group": "eu_eea_ch"},
        ran=["citizenship_form"],
    )
    assert (done.said[0]["topic"], done.said[0]["variant"]) == ("pd-u2-registration", "eu_eea_ch")
    assert done.said[0]["confidence"] is None


def test_a_question_of_its_own_that_tells_the_citizenship_is_answered(actions: Actions) -> None:
    done = actions.run(
        "action_answer",
        "Jeg er fra Polen, hvordan laver jeg et CV?",
        asks("employment-contract"),
        slots={"topic": "pd-u2-registration", "citizenship_group": "eu_eea_ch"},
        ran=["citizenship_form"],
    )
    assert done.said[0]["topic"] == "employment-contract"


def test_another_question_leaves_the_form(actions: Actions) -> None:
    question = asks("employment-contract")
    done = actions.run("action_answer", "?", question, slots=NORDIC, form="citizenship_form")
    assert done.said[0]["topic"] == "employment-contract"
    assert done.leaves_form


def test_near_topics_are_offered(actions: Actions, phrases: Phrases) -> None:
    near = {
        **asks("tax-card", "de"),
        "band": "choice",
        "ranking": [
            {"topic": topic, "confidence": 0.3}
            for topic in (
                "tax-card",
                "no-article-yet",
                "no-tax-card",
                "pd-u2-registration",
                "employment-contract",
            )
        ],
    }
    done = actions.run("action_answer", "steuer", near)
    assert done.said == []
    assert done.slots["open_question"] == "choice"
    assert done.slots["offered"] == ["tax-card", "no-tax-card", "pd-u2-registration"]
    choice = actions.run(
        "action_ask_choice", "steuer", near, slots=done.slots, ran=["action_answer"]
    ).said[0]
    assert choice["kind"] == "choice"
    assert [b["payload"] for b in choice["buttons"]] == [
        '/faq{"topic": "tax-card"}',
        '/faq{"topic": "no-tax-card"}',
        '/faq{"topic": "pd-u2-registration"}',
        "/none_of_these",
    ]
    assert choice["buttons"][-1]["label"] == phrases.text("de", "none_of_these")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_typed_title_counts_like_its_button(
    actions: Actions, knowledge_database: Database, language: Language
) -> None:
    with knowledge_database.transaction() as session:
        typed = title(session, "employment-contract", language)
    assert typed is not None
    slots = {"offered": ["tax-card", "employment-contract"]}
    done = actions.run("action_read_choice", typed.lower(), slots=slots, form="choice_form")
    assert done.slots["choice"] == "employment-contract"


def test_other_replies_to_a_choice(actions: Actions, phrases: Phrases) -> None:
    slots = {"offered": ["tax-card", "employment-contract"]}

    def chosen(text: str, **understood: object) -> object:
        done = actions.run("action_read_choice", text, understood, slots=slots, form="choice_form")
        return done.slots.get("choice", "nothing")

    assert chosen("2") == "employment-contract"
    for text in phrases.in_all_languages("none_of_these"):
        assert chosen(text) == "none"
    assert chosen("Hvad koster en lejlighed?") == "nothing"


def test_the_topic_chosen_is_answered_and_none_of_them_is_not(actions: Actions) -> None:
    ran = ["choice_form"]
    done = actions.run(
        "action_answer", "2", slots={**NORDIC, "choice": "employment-contract"}, ran=ran
    )
    assert done.said[0]["topic"] == "employment-contract"
    assert done.slots["choice"] is None
    none = actions.run("action_answer", "ingen", slots={"choice": "none"}, ran=ran)
    assert none.kinds == ["fallback"]


def test_a_button_of_a_topic_is_answered(actions: Actions) -> None:
    payload = '/faq{"topic": "employment-contract"}'
    done = actions.run(
        "action_answer", payload, button("faq", topic="employment-contract"), slots=NORDIC
    )
    assert done.said[0]["topic"] == "employment-contract"
    assert done.said[0]["confidence"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_shows_the_way_to_a_person(
    actions: Actions, phrases: Phrases, language: Language
) -> None:
    for action in ("action_fallback", "action_answer"):
        done = actions.run(action, "hvad er meningen med livet", {"language": language})
        assert done.kinds == ["fallback"]
        assert done.said[0]["text"] == phrases.text(language, "out_of_scope")
        assert done.said[0]["buttons"] == [
            {"label": phrases.text(language, "handover_button"), "payload": "/human_handover"}
        ]


def test_a_topic_without_an_article_is_no_answer(
    phrases: Phrases, sqlite_database: Database
) -> None:
    actions = Actions(
        Server(create_app(phrases, sqlite_database, Offers(sqlite_database, Search()), PUBLIC_URL))
    )
    assert actions.run("action_answer", "hund", asks("pets")).kinds == ["fallback"]


def test_small_talk_read_into_a_seventh_language_is_none(actions: Actions) -> None:
    read = {"intent": {"name": "bot_challenge"}, "language": None}
    done = actions.run("action_smalltalk", "oletko sinä ihminen", read, slots={"language": "pl"})
    assert (done.said, done.then) == ([], "action_change_language")


@pytest.mark.parametrize("text", ["???", "😀", "", "   "])
def test_a_text_without_words_is_not_understood(
    actions: Actions, phrases: Phrases, text: str
) -> None:
    done = actions.run("action_fallback", text)
    assert done.said[0]["text"] == phrases.text("da", "nothing_understood")


def test_a_few_words_in_a_form_keep_it_open(actions: Actions, phrases: Phrases) -> None:
    done = actions.run("action_fallback", "ved ikke", form="citizenship_form")
    assert done.said[0]["text"] == phrases.text("da", "nothing_understood")
    assert not done.leaves_form
    assert actions.run(
        "action_fallback", "Hvad koster en bolig?", form="citizenship_form"
    ).leaves_form


def test_a_citizenship_after_an_answer_corrects_it(actions: Actions) -> None:
    told = {"entities": entity("own_group", "third_country")}
    slots = {"topic": "pd-u2-registration", "citizenship_group": "eu_eea_ch"}
    assert actions.run("action_fallback", "jeg er fra Ukraine", told, slots=slots).then == (
        "action_answer"
    )
    denied = {**told, "intent": {"name": "deny"}}
    assert actions.run("action_smalltalk", "nej, fra Ukraine", denied, slots=slots).then == (
        "action_answer"
    )
    for before in ("action_fallback", "action_smalltalk"):
        done = actions.run("action_answer", "jeg er fra Ukraine", told, slots=slots, ran=[before])
        assert (done.said[0]["topic"], done.said[0]["variant"]) == (
            "pd-u2-registration",
            "third_country",
        )


def test_the_centre_of_a_known_municipality(actions: Actions) -> None:
    slots = {"municipality": "Aarhus"}
    done = actions.run("action_answer", "hvilket center", asks("ics-for-municipality"), slots=slots)
    assert done.kinds == ["answer"]
    assert "ICS West in Aarhus" in done.said[0]["text"]
    assert "icswest@aarhus.dk" in done.said[0]["text"]
    assert done.said[0]["sources"]
    assert done.slots["open_question"] is None


def test_without_a_municipality_it_is_asked_after_the_general_answer(
    actions: Actions, phrases: Phrases
) -> None:
    done = actions.run("action_answer", "hvilket center", asks("ics-for-municipality"))
    assert done.kinds == ["answer"]
    assert done.slots["open_question"] == "municipality"
    question = actions.run(
        "action_ask_municipality", "…", asks("ics-for-municipality"), ran=["action_answer"]
    ).said[0]
    assert (question["kind"], question["text"]) == (
        "question",
        phrases.text("da", "ask_municipality"),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_postcode_in_several_municipalities_is_asked_about(
    actions: Actions, language: Language
) -> None:
    said = {"language": language}
    form = "municipality_form"
    fallback = actions.run("action_fallback", "2640", said, form=form)
    assert (fallback.said, fallback.then, fallback.leaves_form) == ([], None, False)
    asked = actions.run(
        "action_ask_municipality", "2640", said, form=form, ran=["action_fallback"]
    ).said[0]
    assert asked["kind"] == "question"
    assert "Greve, Høje-Taastrup, Ishøj, Roskilde" in asked["text"]
    assert "2640" not in actions.run("action_fallback", "2640", said).said[0]["text"]


def test_a_centre_that_is_only_the_nearest_comes_with_the_article(
    actions: Actions, knowledge_database: Database
) -> None:
    from sqlalchemy import select

    from knowledge.models import Municipality, MunicipalityRecord

    with knowledge_database.transaction() as session:
        inferred = session.scalars(
            select(Municipality.name)
            .join(Municipality.records)
            .where(MunicipalityRecord.basis == "region-default")
        ).first()
    assert inferred is not None
    done = actions.run(
        "action_answer",
        inferred,
        {"entities": entity("municipality", inferred)},
        slots={"municipality": inferred},
        ran=["municipality_form"],
    )
    assert inferred in done.said[0]["text"]
    assert "Borgerservice" in done.said[0]["text"]


@pytest.mark.parametrize(
    ("text", "topic"), [("Odense", None), ("og hvad med Odense?", "ics-for-municipality")]
)
def test_a_municipality_alone_is_answered_with_its_centre(
    actions: Actions, text: str, topic: str | None
) -> None:
    told = {"entities": entity("municipality", "Odense")}
    slots = {"topic": topic, "municipality": "Odense"}
    assert actions.run("action_fallback", text, told, slots=slots).then == "action_answer"
    done = actions.run("action_answer", text, told, slots=slots, ran=["action_fallback"])
    assert "ICS Odense" in done.said[0]["text"]


def test_a_municipality_in_a_question_that_is_not_understood_is_no_answer(actions: Actions) -> None:
    told = {"entities": entity("municipality", "Odense")}
    done = actions.run("action_fallback", "hvad koster en bolig i Odense nu?", told)
    assert done.kinds == ["fallback"]


def test_handover_asks_for_the_municipality_once(actions: Actions, phrases: Phrases) -> None:
    person = {"intent": {"name": "human_handover"}, "language": "en"}
    done = actions.run("action_handover", "a person", person)
    text = "\n\n".join(phrases.text("en", name) for name in ("handover", "handover_centre"))
    assert (done.kinds, done.said[0]["text"]) == (["handover"], text)
    assert done.slots["open_question"] == "municipality"
    asked = actions.run("action_ask_municipality", "a person", person, ran=["action_handover"])
    assert asked.said == []


def test_handover_names_the_centre_that_is_known(actions: Actions, phrases: Phrases) -> None:
    slots = {"municipality": "Aarhus", "language": "da"}
    done = actions.run("action_handover", "menneske", slots=slots)
    assert done.said[0]["text"].startswith(phrases.text("da", "handover"))
    assert phrases.text("da", "handover_centre") not in done.said[0]["text"]
    assert "icswest@aarhus.dk" in done.said[0]["text"]
    assert done.slots["open_question"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_typed_after_a_fallback_counts_like_its_button(
    actions: Actions, phrases: Phrases, language: Language
) -> None:
    label = phrases.text(language, "handover_button")
    assert actions.run("action_fallback", label, {"language": language}).then == "action_handover"


@pytest.mark.parametrize(
    ("intent", "phrase"),
    [
        ("greet", "greet"),
        ("goodbye", "goodbye"),
        ("thanks", "thanks"),
        ("affirm", "affirm"),
        ("deny", "deny"),
        ("bot_challenge", "bot_challenge"),
        ("what_can_you_do", "what_can_you_do"),
        ("feedback_negative", "feedback_sorry"),
    ],
)
def test_small_talk(actions: Actions, phrases: Phrases, intent: str, phrase: str) -> None:
    done = actions.run("action_smalltalk", "…", {"intent": {"name": intent}, "language": "lt"})
    assert done.kinds == ["smalltalk"]
    assert done.said[0]["text"] == phrases.text("lt", phrase)  # type: ignore[arg-type]


@pytest.mark.parametrize(("intent", "topic"), [("feedback_negative", "tax-card"), ("thanks", None)])
def test_a_complaint_is_about_the_answer_before_it(
    actions: Actions, intent: str, topic: str | None
) -> None:
    understood = {"intent": {"name": intent}}
    done = actions.run("action_smalltalk", "…", understood, slots={"topic": "tax-card"})
    assert done.said[0]["topic"] == topic


def test_small_talk_leaves_optional_questions_but_not_the_needed_one(actions: Actions) -> None:
    thanks = {"intent": {"name": "thanks"}}
    goodbye = {"intent": {"name": "goodbye"}}
    assert not actions.run("action_smalltalk", "tak", thanks, form="citizenship_form").leaves_form
    assert actions.run("action_smalltalk", "tak", thanks, form="municipality_form").leaves_form
    assert actions.run("action_smalltalk", "hej hej", goodbye, form="citizenship_form").leaves_form


def test_no_to_a_choice_is_no_answer(actions: Actions) -> None:
    done = actions.run("action_smalltalk", "nej", {"intent": {"name": "deny"}}, form="choice_form")
    assert done.kinds == ["fallback"]


def test_another_language_is_kept_and_the_last_answer_repeated(
    actions: Actions, phrases: Phrases
) -> None:
    slots = {**NORDIC, "language": "da", "topic": "employment-contract"}
    wish = {"intent": {"name": "change_language"}, "language": "de"}
    done = actions.run("action_change_language", "auf Deutsch bitte", wish, slots=slots)
    assert done.said[0]["text"] == phrases.text("de", "language_changed")
    assert (done.slots["language"], done.slots["language_chosen"]) == ("de", True)
    assert done.then == "action_answer"
    again = actions.run(
        "action_answer",
        "auf Deutsch bitte",
        wish,
        slots={**slots, "language": "de", "language_chosen": True},
        ran=["action_change_language"],
    )
    assert (again.said[0]["topic"], again.said[0]["language"]) == ("employment-contract", "de")


def test_a_language_by_button(actions: Actions) -> None:
    done = actions.run(
        "action_change_language",
        '/change_language{"language": "lt"}',
        button("change_language", language="lt"),
        slots={"language": "da"},
    )
    assert done.said[0]["language"] == "lt"
    assert done.slots["language"] == "lt"


def test_which_language_is_asked_with_their_own_names(actions: Actions) -> None:
    wish = {"intent": {"name": "change_language"}}
    done = actions.run("action_change_language", "et andet sprog", wish)
    assert done.kinds == ["question"]
    assert [b["label"] for b in done.said[0]["buttons"]] == list(NAMES.values())
    assert actions.run("action_fallback", "lietuvių").then == "action_change_language"


def test_restart_forgets_all_but_the_language(actions: Actions) -> None:
    done = actions.run(
        "action_restart",
        "forfra",
        slots={"language": "pl", "language_chosen": True, "citizenship_group": "nordic"},
    )
    assert done.kinds == ["smalltalk"]
    assert done.events[0]["event"] == "restart"
    assert done.slots == {"language": "pl", "language_chosen": True, "language_asked": False}


def test_a_personal_number_is_spoken_of_once(actions: Actions, phrases: Phrases) -> None:
    hint = phrases.text("da", "personal_number_hint")
    done = actions.run(
        "action_answer", "mit cpr er [CPR]", asks("employment-contract"), slots=NORDIC
    )
    assert done.said[0]["text"].endswith(hint)
    asked = actions.run(
        "action_ask_citizenship_group",
        "mit er [CPR]",
        asks("pd-u2-registration"),
        ran=["action_answer"],
    )
    assert asked.said[0]["text"].endswith(hint)


def test_an_answer_leads_to_the_pages_of_its_article_and_of_others(actions: Actions) -> None:
    told = {**asks("tax-card", "pl"), "entities": entity("own_group", "eu_eea_ch")}
    slots = {"stay": "over_6_months"}
    text = actions.run("action_answer", "karta?", told, slots=slots).said[0]["text"]
    *_, more = text.split("\n\n")
    assert more.startswith("Więcej informacji: [")
    query = "citizenship=eu_eea_ch&stay=over_6_months"
    for topic in ("tax-card", "personal-tax-number", "no-tax-card", "cpr-number"):
        assert f"({PUBLIC_URL}/pl/articles/{topic}?{query})" in more
    assert f"({PUBLIC_URL}/pl/articles/eu-residence?{query})" in text
    assert "topic:" not in text
