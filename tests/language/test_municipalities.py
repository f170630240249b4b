"""Names of municipalities, as they are written in the six languages and without diacritics."""

from __future__ import annotations

from collections import Counter

import pytest

from language.entities import municipalities_named
from language.identification import identify
from language.municipalities import all_municipalities, spellings
from language.normalisation import fold
from language.postcodes import municipalities_at


def test_there_are_98_and_each_name_is_one_s() -> None:
    names = Counter(name for m in all_municipalities() for name in {n.folded for n in m.names})
    assert len(all_municipalities()) == 98
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("municipality", [m.official for m in all_municipalities()])
def test_each_is_named_officially_and_without_diacritics(municipality: str) -> None:
    for written in (municipality, f"{municipality} Kommune", *spellings(municipality)):
        assert municipalities_named(written) == (municipality,), written
    assert fold(municipality) in spellings(municipality)


def test_spellings_without_special_letters() -> None:
    assert set(spellings("Rødovre")) == {"rodovre", "roedovre"}
    assert set(spellings("Tårnby")) == {"tarnby", "taarnby"}
    assert set(spellings("Aabenraa")) == {"aabenraa", "abenraa", "aabenra", "abenra"}
    assert spellings("Læsø") == ("laeso", "laesoe")
    assert "hoeje taastrup" in spellings("Høje-Taastrup")


@pytest.mark.parametrize(
    ("written", "municipality"),
    [
        ("Copenhagen", "København"),
        ("Kopenhaga", "København"),
        ("w Kopenhadze", "København"),
        ("Kopenhagoje", "København"),
        ("Copenhaga", "København"),
        ("in Kopenhagen", "København"),
        ("Elsinore", "Helsingør"),
        ("Orhusas", "Aarhus"),
        ("Orhuse", "Aarhus"),
        ("Odensė", "Odense"),
        ("Odensėje", "Odense"),
        ("Olborge", "Aalborg"),
        ("Vailėje", "Vejle"),
        ("Esbjergas", "Esbjerg"),
        ("Roskildėje", "Roskilde"),
        ("Apenrade", "Aabenraa"),
        ("Hadersleben", "Haderslev"),
        ("Tondern", "Tønder"),
        ("Sonderburg", "Sønderborg"),
        ("w Koldingu", "Kolding"),
        ("vejen", "Vejen"),
        ("greve", "Greve"),
        ("Kgs. Lyngby", "Lyngby-Taarbæk"),
    ],
)
def test_forms_of_the_six_languages(written: str, municipality: str) -> None:
    assert municipalities_named(written) == (municipality,)
    assert municipalities_named(fold(written)) == (municipality,)


@pytest.mark.parametrize("written", ["", "Paris", "Malmö", "9999", "12", "80000", "vej"])
def test_what_is_no_place_names_none(written: str) -> None:
    assert municipalities_named(written) == ()


@pytest.mark.parametrize(
    ("place", "municipalities"),
    [
        ("8000", ("Aarhus",)),
        ("8000 Aarhus C", ("Aarhus",)),
        ("DK-8000", ("Aarhus",)),
        ("dk 9990 skagen", ("Frederikshavn",)),
        ("Skagen", ("Frederikshavn",)),
        ("nexoe", ("Bornholm",)),
        ("3760", ("Bornholm",)),
        ("2640", ("Greve", "Høje-Taastrup", "Ishøj", "Roskilde")),
        ("2640 Hedehusene", ("Greve", "Høje-Taastrup", "Ishøj", "Roskilde")),
        ("4000", ("Høje-Taastrup", "Lejre", "Roskilde")),
        ("4000 Roskilde", ("Roskilde",)),
        ("0800", ()),
        ("2026", ()),
        ("jeg tjener 8000 kr.", ()),
    ],
)
def test_postcodes_and_post_towns(place: str, municipalities: tuple[str, ...]) -> None:
    assert municipalities_at(place) == municipalities


def test_each_municipality_has_a_postcode_and_each_postcode_a_known_one() -> None:
    known = {m.official for m in all_municipalities()}
    codes = [f"{code:04}" for code in range(10_000)]
    found = {code: set(municipalities_at(code)) for code in codes}
    assert set().union(*found.values()) == known
    assert sum(bool(names) for names in found.values()) == 1111


@pytest.mark.parametrize("place", ["2640 Hedehusene", "Skagen", "8000 Aarhus C", "give"])
def test_a_place_tells_nothing_about_the_language(place: str) -> None:
    assert identify(place, "pl").language == "pl"
    assert identify(place, "en").language == "en"
