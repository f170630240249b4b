"""Folding and the loss of diacritics."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from language.normalisation import fold, fold_with_positions, without_diacritics


def test_the_letters_of_all_six_languages_are_folded() -> None:
    assert fold("Ærø Ålborg København") == "aero alborg kobenhavn"
    assert fold("Zażółć gęślą  jaźń") == "zazolc gesla jazn"
    assert fold("ąčęėįšųūž ĄČĘĖĮŠŲŪŽ") == "aceeisuuz aceeisuuz"
    assert fold("șțăîâ ŞŢ") == "staia st"
    assert fold("Straße für Übergröße") == "strasse fur ubergrosse"


def test_case_and_spacing_stay_when_only_diacritics_go() -> None:
    assert without_diacritics("Jak  dostać Łódź, ŻÓŁĆ?") == "Jak  dostac Lodz, ZOLC?"
    assert without_diacritics("Ærø og Straße") == "AEro og Strasse"


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_each_folded_character_knows_its_place(text: str) -> None:
    folded = fold_with_positions(text)
    assert len(folded.text) == len(folded.positions)
    assert folded.positions == sorted(folded.positions)
    assert all(0 <= position < len(text) for position in folded.positions)
