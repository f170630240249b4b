"""LIX: longer sentences and longer words are harder."""

from __future__ import annotations

from knowledge.articles import Text
from knowledge.reading_level import EASY_ENOUGH, reading_level
from language.languages import LANGUAGES


def level(body: str) -> float:
    return reading_level(Text("Ja", "written", body), "da")


def test_it_is_the_words_in_a_sentence_and_the_share_of_long_ones() -> None:
    # 1 + 4 words in 2 sentences (the title is one), one of them longer than six letters.
    assert level("Du skal søge skattekort.") == 5 / 2 + 100 / 5


def test_long_words_and_long_sentences_raise_it() -> None:
    plain = level("Søg om kortet. Send det i dag. Så er du klar.")
    assert level("Søg om kortet, send det i dag, så er du klar.") > plain
    assert level("Ansøg Skatteforvaltningen. Indsend ansøgningen straks.") > plain


def test_every_language_has_a_limit() -> None:
    assert set(EASY_ENOUGH) == set(LANGUAGES)
