"""How people tell their situation in their own words, in six languages."""

from __future__ import annotations

import pytest
import yaml

from bot.actions.situation_replies import FILE, load_situation_replies
from knowledge.situations import OTHER_CENTRE, WORDS, Dimension
from language.languages import LANGUAGES, Language
from language.normalisation import fold

STAYS: dict[str, list[tuple[Language, str]]] = {
    "up_to_3_months": [
        ("en", "2 weeks"),
        ("en", "a month"),
        ("en", "about ninety days, so 90 days"),
        ("en", "less than three months"),
        ("en", "1-3 months"),
        ("en", "2.5 months"),
        ("en", "a few weeks"),
        ("da", "3 måneder"),
        ("da", "Jeg skal arbejde i 2 mdr."),
        ("da", "en maned"),
        ("pl", "2 tygodnie"),
        ("pl", "do 3 miesięcy"),
        ("lt", "3 mėn"),
        ("lt", "3mėn."),
        ("lt", "dvi savaites"),
        ("ro", "două luni"),
        ("ro", "60 de zile"),
        ("de", "sechs Wochen"),
        ("de", "zwei Monate"),
    ],
    "3_to_6_months": [
        ("en", "half a year"),
        ("en", "3-6 months"),
        ("en", "from 3 up to 6 months"),
        ("en", "3.5 months"),
        ("en", "six months"),
        ("da", "et halvt år"),
        ("da", "½ år"),
        ("da", "et halvår"),
        ("da", "4½ måned"),
        ("pl", "pół roku"),
        ("pl", "pol roku"),
        ("pl", "pięć miesięcy"),
        ("lt", "pusę metų"),
        ("lt", "pusmetį"),
        ("lt", "5 mėnesius"),
        ("ro", "6 luni"),
        ("ro", "o jumătate de an"),
        ("de", "ein halbes Jahr"),
        ("de", "26 Wochen"),
    ],
    "over_6_months": [
        ("en", "2 years"),
        ("en", "one and a half years"),
        ("en", "more than 6 months"),
        ("en", "at least a year"),
        ("en", "6 to 9 months"),
        ("en", "forever"),
        ("da", "halvandet år"),
        ("da", "over et halvt år"),
        ("da", "2 ar"),
        ("pl", "półtora roku"),
        ("pl", "na stałe"),
        ("pl", "dwa lata"),
        ("lt", "vienus metus"),
        ("lt", "ilgiau nei 6 mėnesius"),
        ("ro", "un an"),
        ("ro", "peste 6 luni"),
        ("de", "ein Jahr"),
        ("de", "länger als sechs Monate"),
        ("de", "anderthalb Jahre"),
    ],
}
UNCLEAR_STAYS: list[tuple[Language, str]] = [
    ("en", "2 weeks or 2 years"),
    ("en", "2-4 months"),
    ("en", "less than 6 months"),
    ("en", "more than 3 months"),
    ("en", "a few months"),
    ("en", "I will work"),
    ("da", "Jeg skal arbejde"),
    ("da", "nogle måneder"),
    ("da", "det ved jeg ikke"),
    ("pl", "nie wiem"),
    ("lt", "nežinau"),
    ("ro", "nu știu"),
    ("ro", "sunt angajat"),
    ("de", "ein paar Monate"),
    ("de", "keine Ahnung"),
]
OTHERS: dict[tuple[Dimension, str], list[tuple[Language, str]]] = {
    ("occupation", "employee"): [
        ("da", "Jeg arbejder på et lager"),
        ("en", "I work"),
        ("en", "employed"),
        ("pl", "pracuję w firmie"),
        ("lt", "dirbu"),
        ("ro", "lucrez"),
        ("de", "ich arbeite bei Siemens"),
    ],
    ("occupation", "jobseeker"): [
        ("da", "søger job"),
        ("en", "looking for a job"),
        ("en", "unemployed"),
        ("pl", "szukam pracy"),
        ("lt", "ieskau darbo"),
        ("ro", "caut de lucru"),
        ("de", "Ich suche einen Job"),
    ],
    ("occupation", "other_occupation"): [
        ("da", "jeg er studerende"),
        ("en", "self-employed"),
        ("en", "self employed"),
        ("pl", "jestem studentką"),
        ("lt", "studentas"),
        ("ro", "student"),
        ("de", "Rentnerin"),
    ],
    ("address", "danish_address"): [
        ("da", "her i Danmark"),
        ("en", "here"),
        ("pl", "w Danii"),
        ("lt", "Danijoje"),
        ("ro", "în Danemarca"),
        ("de", "in Dänemark"),
    ],
    ("address", "foreign_address"): [
        ("da", "i udlandet"),
        ("en", "abroad"),
        ("pl", "za granicą"),
        ("lt", "užsienyje"),
        ("ro", "în străinătate"),
        ("de", "im Ausland"),
    ],
}


@pytest.mark.parametrize("stay", STAYS)
def test_a_length_of_stay_is_read_in_all_its_forms(stay: str) -> None:
    replies = load_situation_replies()
    found = {(code, text): replies.read("stay", text, code) for code, text in STAYS[stay]}
    assert found == dict.fromkeys(found, stay)


@pytest.mark.parametrize(("language", "text"), UNCLEAR_STAYS)
def test_what_may_be_several_lengths_is_none(language: Language, text: str) -> None:
    assert load_situation_replies().read("stay", text, language) is None


@pytest.mark.parametrize(("dimension", "word"), OTHERS)
def test_occupation_and_address_are_read(dimension: Dimension, word: str) -> None:
    replies = load_situation_replies()
    texts = OTHERS[dimension, word]
    found = {(code, text): replies.read(dimension, text, code) for code, text in texts}
    assert found == dict.fromkeys(found, word)
    assert not any(replies.denies(text, code) for code, text in texts)


@pytest.mark.parametrize(
    ("dimension", "language", "text"),
    [
        ("occupation", "en", "I study and work"),
        ("occupation", "da", "hvad mener du?"),
        ("occupation", "de", "weiß ich selbst kaum"),
        ("address", "da", "Japan"),
        ("address", "lt", "nežinau"),
        ("address", "ro", "nu știu"),
        ("address", "en", "in Denmark and abroad"),
        ("address", "en", "now in Norway"),
    ],
)
def test_texts_that_fit_several_answers_or_none_tell_nothing(
    dimension: Dimension, language: Language, text: str
) -> None:
    assert load_situation_replies().read(dimension, text, language) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "jeg arbejder ikke"),
        ("en", "I don't work"),
        ("pl", "nie pracuję"),
        ("ro", "nu lucrez"),
        ("de", "nicht in Dänemark"),
    ],
)
def test_a_denial_is_known(language: Language, text: str) -> None:
    assert load_situation_replies().denies(text, language)


def test_the_file_has_words_for_every_answer_in_every_language() -> None:
    file = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    answers, words = file["answers"], file["words"]
    for dimension in ("occupation", "address"):
        assert sorted(answers[dimension]) == sorted(WORDS[dimension])
    assert list(answers["centre"]) == [OTHER_CENTRE]
    for by_answer in answers.values():
        for by_language in by_answer.values():
            assert all(by_language[code] for code in LANGUAGES)
    for kind, by_language in words.items():
        assert list(by_language) == list(LANGUAGES), kind
        # Two words of a language may make up for one of another ("half a year", "halvår").
        assert any(by_language.values()) if "half" in kind else all(by_language.values()), kind
    for by_language in (
        *words.values(),
        *answers["occupation"].values(),
        *answers["centre"].values(),
    ):
        for listed in by_language.values():
            assert all(isinstance(word, str) and word == fold(word) for word in listed), listed
