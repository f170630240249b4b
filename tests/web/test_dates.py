"""Dates as people write them, in Danish time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from language.languages import Language
from storage.times import now
from web.dates import age, clock, day, iso_day, moment


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("da", "23. november 2026"),
        ("en", "23 November 2026"),
        ("pl", "23 listopada 2026"),
        ("lt", "2026 m. lapkričio 23 d."),
        ("ro", "23 noiembrie 2026"),
        ("de", "23. November 2026"),
    ],
)
def test_a_day_is_written_as_in_the_language(language: Language, written: str) -> None:
    assert day(date(2026, 11, 23), language) == written
    assert iso_day("2026-11-23", language) == written


def test_what_is_no_iso_date_is_left_as_it_is() -> None:
    assert iso_day("in spring", "da") == "in spring"


def test_times_are_danish_in_winter_and_summer() -> None:
    assert moment(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "en") == "24 Nov 2026, 00:30"
    assert moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "en") == "2 Jul 2026, 00:30"
    assert clock(datetime(2026, 7, 1, 7, 5, tzinfo=UTC), "da") == "09:05"


def test_an_age_is_rough() -> None:
    assert age(now() - timedelta(hours=3, minutes=5), "da") == "3 timer"
    assert age(now() - timedelta(days=2), "en") == "2 days"
