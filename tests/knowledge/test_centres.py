"""Centres and municipalities, on both databases and in the project's own file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.centre_files import CentreFile, read_centres, write_centres
from knowledge.centres import centre_for, centres, municipalities, similar_municipalities
from knowledge.content import CONTENT_DIRECTORY
from knowledge.errors import ContentError
from language.normalisation import fold
from tests.knowledge.conftest import CENTRES


def test_a_municipality_has_its_centre(filled: Session) -> None:
    centre = centre_for(filled, "København")
    assert centre is not None
    assert centre.name == "ICS East"
    assert centre.address == "Nyropsgade 1, 1602 København V"
    assert (centre.phone, centre.phone_confirmed) == ("+45 33 66 10 00", False)
    assert centre.checked == date(2026, 11, 23)
    assert centre.agreement_known


def test_hours_of_a_page_without_date_are_not_confirmed(filled: Session) -> None:
    centre = centre_for(filled, "København")
    assert centre is not None
    assert centre.hours is not None
    assert not centre.hours.confirmed
    assert centre.hours.opening == {"mon": "9-15", "tue": "closed"}
    assert centre.hours.telephone is None
    assert centre.opening_hours_page == "https://lifeindenmark.borger.dk/ics"


def test_an_inferred_centre_is_marked(filled: Session) -> None:
    centre = centre_for(filled, "Herlev")
    assert centre is not None
    assert (centre.slug, centre.municipality) == ("kobenhavn", "Herlev")
    assert not centre.agreement_known


def test_what_is_not_known_is_none(filled: Session) -> None:
    centre = centre_for(filled, "Odense")
    assert centre is not None
    assert (centre.address, centre.phone, centre.email, centre.web) == (None, None, None, None)
    assert (centre.hours, centre.jobseekers, centre.appointment) == (None, None, None)


@pytest.mark.parametrize("name", ["københavn", "København Kommune", " KOBENHAVN  kommune"])
def test_spelling_of_the_official_name_does_not_matter(filled: Session, name: str) -> None:
    centre = centre_for(filled, name)
    assert centre is not None
    assert centre.municipality == "København"


def test_no_municipality_no_centre(filled: Session) -> None:
    assert centre_for(filled, "Malmö") is None
    assert centre_for(filled, "") is None


def test_all_centres_by_name(filled: Session) -> None:
    assert [centre.name for centre in centres(filled)] == ["ICS East", "ICS Odense"]


def test_the_projects_file_has_all_centres_and_municipalities() -> None:
    path = CONTENT_DIRECTORY / "centres.yml"
    file = read_centres(path)
    assert set(file.centres) == {
        "aalborg", "aarhus", "esbjerg", "kobenhavn", "odense", "sonderborg",
    }  # fmt: skip
    assert len(file.municipalities) == 98
    assert len({fold(entry.name) for entry in file.municipalities}) == 98
    assert sum(entry.basis == "region-default" for entry in file.municipalities) == 24
    assert write_centres(file) == path.read_text(encoding="utf-8")
    hosts = {entry.name: entry.centre for entry in file.municipalities}
    assert {hosts[centre.host_municipality]: slug for slug, centre in file.centres.items()} == {
        slug: slug for slug in file.centres
    }
    hours = [centre.hours for centre in file.centres.values() if centre.hours]
    assert hours
    assert not any(seen.confirmed for seen in hours)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("centre: odense", "centre: odens", "Odense: there is no centre odens"),
        ("code: '0163'", "code: '0101'", "0101 is there twice"),
        ("name: Herlev", "name: Odense", "Odense is there twice"),
        ("basis: region-default", "basis: source", "basis `source` needs a source"),
        ("phone: +45 33 66 10 00", "phone: 33 66", "centres.kobenhavn.phone"),
        ("email: cph@kk.dk", "email: cph", "centres.kobenhavn.email"),
        ("mon: 9-15", "monday: 9-15", "centres.kobenhavn.hours.opening.monday"),
        ("    confidence: high\n  odense", "  odense", "centres.kobenhavn.confidence is missing"),
        ("code: '0163'", "code: 0163", "municipalities.1.code"),
    ],
)
def test_a_wrong_file_says_what(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CENTRES
    path = tmp_path / "centres.yml"
    path.write_text(CENTRES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_centres(path)
    assert any(said in str(finding) for finding in caught.value.findings), str(caught.value)


@given(st.permutations(range(3)))
def test_the_order_of_municipalities_means_nothing(order: list[int]) -> None:
    file = read_centres(CONTENT_DIRECTORY / "centres.yml")
    few = file.municipalities[:3]
    shuffled = CentreFile(centres=file.centres, municipalities=tuple(few[i] for i in order))
    assert write_centres(shuffled) == write_centres(
        CentreFile(centres=file.centres, municipalities=few)
    )


def test_a_misspelt_municipality_is_recognised(filled: Session) -> None:
    assert municipalities(filled) == ["Herlev", "København", "Odense"]
    assert similar_municipalities(filled, "kobenhvn kommune") == ["København"]
    assert similar_municipalities(filled, "Paris") == []
    assert similar_municipalities(filled, "") == []
