"""Which centre helps whom, and whether it is open on the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import AnswerError
from knowledge.guides.which_centre import the_one_centre, which_centre
from knowledge.register import HoursOfDay
from storage.database import Database
from tests.knowledge.conftest import CENTRES, fill, write_content

FRIDAY, MONDAY, TUESDAY, SUNDAY = (date(2026, 11, day) for day in (27, 30, 24, 29))

# The Copenhagen centre's hours are confirmed, and it wants people to book.
CONFIRMED = CENTRES.replace("confirmed: false", "confirmed: true").replace(
    "      web: https://ihcph.kk.dk/\n",
    "      web: https://ihcph.kk.dk/\n      appointment: required\n",
)
BALLERUP = """\
- name: Ballerup
  code: '0151'
  records:
  - {region: Hovedstaden, centre: kobenhavn, basis: region-default, checked: 2026-11-23}
"""


@pytest.fixture(scope="module")
def register(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Four municipalities and two centres; only read, which tests of centres do on both databases."""
    folder = tmp_path_factory.mktemp("register")
    path = folder / "ankomst.db"
    path.write_bytes(sqlite_template.read_bytes())
    directory = write_content(folder / "content")
    (directory / "centres.yml").write_text(CONFIRMED + BALLERUP, encoding="utf-8")
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        fill(session, directory)
        yield session
    database.close()


@pytest.mark.parametrize(
    ("place", "municipality", "centre", "agreement_known"),
    [
        ("København", "København", "kobenhavn", True),
        ("Kobenhavn", "København", "kobenhavn", True),
        ("Københavns Kommune", "København", "kobenhavn", True),
        ("Copenhagen", "København", "kobenhavn", True),
        ("Kopenhaga", "København", "kobenhavn", True),
        ("1602", "København", "kobenhavn", True),
        ("herlev", "Herlev", "kobenhavn", False),
        ("Ballerup", "Ballerup", "kobenhavn", False),
        ("Odense", "Odense", "odense", True),
        ("5000", "Odense", "odense", True),
        ("Odense C", "Odense", "odense", True),
    ],
)
def test_a_place_has_a_centre(
    register: Session, place: str, municipality: str, centre: str, agreement_known: bool
) -> None:
    found = the_one_centre(register, place, FRIDAY)
    assert found.meant == (municipality,)
    assert found.serving is not None
    assert found.centre is not None
    assert found.serving.slug == found.centre.slug == centre
    assert found.serving.agreement_known is agreement_known


@pytest.mark.parametrize(
    ("place", "day", "visitors"),
    [
        ("København", MONDAY, HoursOfDay(weekday="mon", opens="09:00", closes="15:00")),
        ("København", TUESDAY, HoursOfDay(weekday="tue")),  # closed
        ("København", FRIDAY, None),  # not known
        ("København", SUNDAY, None),
        ("Odense", MONDAY, None),
    ],
)
def test_hours_of_the_day_are_told_where_they_are_confirmed(
    register: Session, place: str, day: date, visitors: HoursOfDay | None
) -> None:
    found = which_centre(register, place, day)
    assert found.visitors_today == visitors
    assert found.callers_today is None


def test_whether_to_book_is_told_where_it_is_known(register: Session) -> None:
    booking = {
        place: found.serving.appointment
        for place in ("København", "Odense")
        if (found := which_centre(register, place, FRIDAY)).serving
    }
    assert booking == {"København": "required", "Odense": None}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Atlantis", "We know no municipality, town or postcode called “Atlantis”. Write"),
        ("9999", "called “9999”"),
        ("Odnese", "Did you mean: Odense?"),
    ],
)
def test_a_place_without_a_centre_is_refused(register: Session, place: str, said: str) -> None:
    with pytest.raises(AnswerError, match=said) as raised:
        the_one_centre(register, place, FRIDAY)
    assert raised.value.question == "municipality"


def test_of_several_municipalities_one_is_to_be_chosen(register: Session) -> None:
    with pytest.raises(AnswerError, match="lies in several municipalities") as raised:
        the_one_centre(register, "2730", FRIDAY)
    found = which_centre(register, "2730", FRIDAY)
    assert len(found.meant) > 1
    assert all(name in str(raised.value) for name in found.meant)
    assert found.serving is None


def test_nothing_typed_is_no_place(register: Session) -> None:
    found = which_centre(register, "", FRIDAY)
    assert (found.meant, found.similar, found.serving) == ((), (), None)
