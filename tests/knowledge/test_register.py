"""The contact register, on both databases: what is known, what is left out, what changes."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.content import CONTENT_DIRECTORY
from knowledge.register import Register, register, to_json
from tests.knowledge.conftest import fill
from tests.knowledge.register_content import write_register_content

PAGE = "https://lifeindenmark.borger.dk/ics"
EAST = {
    "slug": "kobenhavn",
    "name": "ICS East",
    "address": "Nyropsgade 1, 1602 København V",
    "phone": "+45 33 66 10 00",
    "phone_confirmed": False,
    "email": "cph@kk.dk",
    "web": "https://ihcph.kk.dk/",
    "opening_hours_page": PAGE,
    "source": PAGE,
    "checked": "2026-11-23",
}
FUNEN = {
    "slug": "odense",
    "name": 'ICS <Funen> & "Isles"',
    "phone": "+45 11 11 11 11",
    "phone_confirmed": True,
    "appointment": "required",
    "hours": {
        "opening": [{"weekday": "mon", "opens": "09:30", "closes": "12:00"}, {"weekday": "fri"}],
        "telephone": [{"weekday": "thu", "opens": "10:00", "closes": "14:15"}],
        "source": PAGE,
        "as_of": "2027-03-01",
    },
    "opening_hours_page": PAGE,
    "jobseekers": {"unit": "Jobs", "phone": "+45 22 22 22 22", "email": "jobs@odense.example"},
    "source": PAGE,
    "checked": "2026-11-23",
}
BARE = {"opening_hours_page": PAGE, "source": PAGE, "checked": "2026-11-23"}
ODENSE = {"slug": "odense", "name": "ICS Odense", **BARE}
HERLEV = {"slug": "herlev", "name": "ICS Herlev", **BARE}


def served(code: str, name: str, region: str, centre: str, *, agreed: bool) -> dict[str, object]:
    return {
        "code": code,
        "name": name,
        "region": region,
        "centre": centre,
        "agreement_known": agreed,
        **({"source": PAGE} if agreed else {}),
        "checked": "2026-11-23",
    }


COPENHAGEN_LATER = served("0101", "København", "Østdanmark", "kobenhavn", agreed=True)
HERLEV_LATER = served("0163", "Herlev", "Østdanmark", "kobenhavn", agreed=False)
IN_ODENSE = served("0461", "Odense", "Syddanmark", "odense", agreed=True)


@pytest.fixture
def registered(session: Session, tmp_path: Path) -> Session:
    """The content with changes ahead."""
    fill(session, write_register_content(tmp_path / "content"))
    return session


def test_the_register_says_what_is_known_and_what_will_change(registered: Session) -> None:
    found = json.loads(to_json(register(registered, date(2026, 12, 31))))
    assert found == {
        "version": 1,
        "day": "2026-12-31",
        "centres": [
            EAST
            | {
                "municipalities": [
                    served("0101", "København", "Hovedstaden", "kobenhavn", agreed=True)
                ]
            },
            HERLEV
            | {"municipalities": [served("0163", "Herlev", "Hovedstaden", "herlev", agreed=False)]},
            ODENSE | {"municipalities": [IN_ODENSE]},
        ],
        "changes_ahead": [
            {
                "valid_from": "2027-01-01",
                "centres": [],
                "closing": [],
                "municipalities": [COPENHAGEN_LATER],
            },
            {
                "valid_from": "2027-03-01",
                "centres": [FUNEN],
                "closing": ["herlev"],
                "municipalities": [HERLEV_LATER],
            },
        ],
    }


def test_a_change_holds_from_its_day_on(registered: Session) -> None:
    before = json.loads(to_json(register(registered, date(2027, 2, 28))))
    assert [one["name"] for one in before["centres"]] == ["ICS East", "ICS Herlev", "ICS Odense"]
    assert [one["valid_from"] for one in before["changes_ahead"]] == ["2027-03-01"]
    after = json.loads(to_json(register(registered, date(2027, 3, 1))))
    assert after["centres"] == [
        FUNEN | {"municipalities": [IN_ODENSE]},
        EAST | {"municipalities": [HERLEV_LATER, COPENHAGEN_LATER]},
    ]
    assert after["changes_ahead"] == []


def test_what_is_written_is_read_by_its_own_form(registered: Session) -> None:
    found = register(registered, date(2026, 12, 31))
    assert Register.model_validate_json(to_json(found)) == found


def test_without_centres_it_is_empty(session: Session) -> None:
    found = json.loads(to_json(register(session, date(2026, 12, 31))))
    assert (found["centres"], found["changes_ahead"]) == ([], [])


def test_the_projects_own_register_serves_every_municipality(
    session: Session, content_directory: Path
) -> None:
    shutil.copy(CONTENT_DIRECTORY / "centres.yml", content_directory)
    fill(session, content_directory)
    found = register(session, date(2026, 12, 31))
    assert len(found.centres) == 6
    assert sum(len(centre.municipalities) for centre in found.centres) == 98
    assert sum(len(centre.nearest) for centre in found.centres) == 24
    assert sum(len(centre.agreed) for centre in found.centres) == 74
    assert all(centre.hours is None for centre in found.centres)
    assert [(str(one.valid_from), len(one.municipalities)) for one in found.changes_ahead] == [
        ("2027-01-01", 46)
    ]
