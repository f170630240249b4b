"""Centres and municipalities, on both databases and in the project's own file."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.centre_files import CentreFile, read_centres, write_centres
from knowledge.centres import (
    centre_for,
    centres,
    municipalities,
    municipalities_meant,
    similar_municipalities,
)
from knowledge.changes_ahead import changes_ahead
from knowledge.content import CONTENT_DIRECTORY
from knowledge.errors import ContentError
from knowledge.exporting import export_content
from knowledge.periods import holding
from knowledge.strict_yaml import parse_yaml
from language.normalisation import fold
from tests.knowledge.conftest import CENTRES, fill
from tests.knowledge.values import lines
from web.dates import today


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
    assert sum(m.records[0].basis == "region-default" for m in file.municipalities) == 24
    assert write_centres(file) == path.read_text(encoding="utf-8")
    known = {slug: centre.records[0] for slug, centre in file.centres.items()}
    hosts = {entry.name: entry.records[0].centre for entry in file.municipalities}
    assert {slug: hosts[centre.host_municipality] for slug, centre in known.items()} == {
        slug: slug for slug in known
    }
    hours = [centre.hours for centre in known.values() if centre.hours]
    assert hours
    assert not any(seen.confirmed for seen in hours)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("centre: odense", "centre: odens", "Odense: there is no centre odens"),
        ("code: '0163'", "code: '0101'", "0101 is there twice"),
        ("name: Herlev", "name: Odense", "Odense is there twice"),
        ("basis: region-default", "basis: source", "basis `source` needs a source"),
        ("phone: +45 33 66 10 00", "phone: 33 66", "centres.kobenhavn.records.0.phone"),
        ("email: cph@kk.dk", "email: cph", "centres.kobenhavn.records.0.email"),
        ("mon: 9-15", "monday: 9-15", "centres.kobenhavn.records.0.hours.opening.monday"),
        (
            "      confidence: high\n  odense",
            "  odense",
            "centres.kobenhavn.records.0.confidence is missing",
        ),
        ("valid_from: 2027-01-01", "valid_from: 2027-01-03", "from 2027-01-01 to 2027-01-02 no"),
        ("valid_from: 2027-01-01", "valid_from: 2026-12-30", "from 2026-12-30 to 2026-12-31 two"),
        ("{valid_to: 2026-12-31, ", "{", "two records hold at once"),
        ("{valid_from: 2027-01-01, ", "{", "two records hold at once"),
        (
            "{region: Syddanmark",
            "{valid_to: 2027-06-30, region: Syddanmark",
            "Odense has no centre",
        ),
        (
            "{valid_to: 2026-12-31, ",
            "{valid_from: 2027-01-01, valid_to: 2026-12-31, ",
            "the last day 2026-12-31 is before the first day 2027-01-01",
        ),
        (
            "    - name: ICS Odense",
            "    - valid_to: 2027-06-30\n      name: ICS Odense",
            "Odense: the centre odense is not there on all days",
        ),
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


@pytest.mark.parametrize(
    ("place", "municipality"),
    [
        ("Kopenhagoje", "København"),
        ("Copenhagen", "København"),
        ("Kopenhadze", "København"),
        ("koebenhavn", "København"),
        ("2100 København Ø", "København"),
        ("5000", "Odense"),
    ],
)
def test_other_names_and_postcodes_lead_to_the_centre(
    filled: Session, place: str, municipality: str
) -> None:
    centre = centre_for(filled, place)
    assert centre is not None
    assert centre.municipality == municipality


def test_a_postcode_in_several_municipalities_leaves_the_choice(
    filled: Session, content_directory: Path
) -> None:
    assert municipalities_meant(filled, "2740") == ["Herlev"]
    text = (content_directory / "centres.yml").read_text(encoding="utf-8")
    renamed = text.replace("name: Odense\n  code", "name: Ballerup\n  code")
    (content_directory / "centres.yml").write_text(renamed, encoding="utf-8")
    fill(filled, content_directory)
    assert municipalities_meant(filled, "2740 Skovlunde") == ["Ballerup", "Herlev"]
    assert centre_for(filled, "2740 Skovlunde") is None
    assert municipalities_meant(filled, "Aarhus") == []


def test_nearly_another_name_is_recognised(filled: Session) -> None:
    assert similar_municipalities(filled, "Kopenhage") == ["København"]
    assert similar_municipalities(filled, "Copenhagn") == ["København"]


def test_readers_get_what_holds_on_the_day(filled: Session, content_directory: Path) -> None:
    path = content_directory / "centres.yml"
    ahead = CENTRES.replace(
        "    - name: ICS Odense\n",
        "    - valid_to: 2027-02-28\n      name: ICS Odense\n",
    ).replace(
        "municipalities:\n",
        "    - valid_from: 2027-03-01\n      name: ICS Funen\n      host_municipality: Odense\n"
        "      opening_hours_page: https://lifeindenmark.borger.dk/ics\n"
        "      source: https://lifeindenmark.borger.dk/ics\n      as_of: unknown\n"
        "      checked: 2026-11-23\n      confidence: high\nmunicipalities:\n",
    )
    path.write_text(ahead, encoding="utf-8")
    fill(filled, content_directory)
    names = [
        served.name
        for day in (date(2027, 2, 28), date(2027, 3, 1))
        if (served := centre_for(filled, "Odense", day))
    ]
    assert names == ["ICS Odense", "ICS Funen"]
    assert [c.name for c in centres(filled, date(2027, 3, 1))] == ["ICS East", "ICS Funen"]
    export_content(filled, content_directory / "out")
    assert read_centres(content_directory / "out" / "centres.yml") == read_centres(path)


def test_the_day_is_the_day_in_denmark(filled: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    # Half an hour before midnight in London on New Year's Eve it is the new year in Denmark.
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("web.dates.now", lambda: new_year)
    assert today() == date(2027, 1, 1)
    assert [changes.day for changes in changes_ahead(filled, today())] == []
    assert [changes.day for changes in changes_ahead(filled, date(2026, 12, 31))] == [
        date(2027, 1, 1)
    ]


def test_the_regions_of_the_east_are_one_from_2027_on() -> None:
    file = read_centres(CONTENT_DIRECTORY / "centres.yml")

    def regions(day: date) -> Counter[str]:
        held = [holding(entry.records, day) for entry in file.municipalities]
        return Counter(record.region for record in held if record)

    assert regions(date(2026, 12, 31)) == {
        "Hovedstaden": 29, "Sjælland": 17, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11,
    }  # fmt: skip
    assert regions(date(2027, 1, 1)) == {
        "Østdanmark": 46, "Syddanmark": 22, "Midtjylland": 19, "Nordjylland": 11,
    }  # fmt: skip


@given(lines)
def test_what_stands_on_a_line_with_others_is_read_as_it_was_written(name: str) -> None:
    known = {"opening_hours_page": "https://a.dk", "source": "https://a.dk", "as_of": "unknown"}
    centre = {"name": "ICS", "host_municipality": "X", "checked": "2026-11-23", "confidence": "low"}
    for region in (name, f"?{name}"):
        record = {
            "region": region,
            "centre": "a",
            "basis": "region-default",
            "checked": "2026-11-23",
        }
        file = CentreFile.model_validate(
            {
                "centres": {"a": {"records": [centre | known]}},
                "municipalities": [{"name": "Herlev", "code": "0163", "records": [record]}],
            }
        )
        assert parse_yaml(write_centres(file), Path("centres.yml"), CentreFile) == file
