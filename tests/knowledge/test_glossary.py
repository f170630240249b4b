"""The official names: what the glossary holds, and texts that do not keep to it."""

from __future__ import annotations

import pytest

from knowledge.articles import Text
from knowledge.glossary import glossary, term_findings
from language.languages import LANGUAGES, Language


def found(body: str, language: Language) -> list[str]:
    return [str(finding) for finding in term_findings(Text("", "written", body), language)]


def test_each_name_has_one_rendering_in_each_language_and_no_two_names_share_one() -> None:
    for language in LANGUAGES:
        renderings = [term.renderings[language] for term in glossary() if language != "da"]
        assert len(set(renderings)) == len(renderings), language


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("Apply for a tax card (skattekort).", "en"),
        ("Prašykite mokesčių kortelės (skattekort).", "lt"),
        ("O kartę podatkową (skattekort) trzeba wnioskować.", "pl"),
        ("Cereți cardul fiscal (skattekort).", "ro"),
        ("Sie bekommen die Steuerkarte (skattekort).", "de"),
        ("Beantragen Sie eine [Steuerkarte](topic:tax-card).", "de"),
        ("Die Hauptkarte (hovedkort) oder die zweite (bikort).", "de"),
    ],
)
def test_forms_of_the_rendering_are_the_rendering(body: str, language: Language) -> None:
    expected = ["Zweitkarte"] if "bikort" in body else []
    assert [name for name in expected if name not in "".join(found(body, language))] == []
    assert len(found(body, language)) == len(expected)


def test_another_rendering_is_found() -> None:
    (finding,) = found("Beantragen Sie die Lohnkarte (skattekort).", "de")
    assert finding == (
        "(skattekort) stands after “beantragen sie die lohnkarte”, but the glossary calls it "
        "“Steuerkarte”; use that."
    )


def test_a_name_that_must_stand_beside_its_rendering_is_missed() -> None:
    assert found("Ask for a tax card today.", "en") == [
        "“tax card” stands without its Danish name; write (skattekort) after it once."
    ]
    assert found("Poproś o kartę podatkową.", "pl")[0].startswith("“karta podatkowa” stands")


def test_other_words_are_left_alone() -> None:
    assert found("We lease a cardboard box and leave.", "en") == []
    assert found("Alt om skattekort.", "da") == []
