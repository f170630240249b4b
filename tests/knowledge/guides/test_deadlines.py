"""Days are counted as the regulation counts them, also over the ends of months."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.facts import Fact
from knowledge.guides.deadlines import (
    Period,
    after,
    before,
    is_weekend,
    last_day,
    period_of,
)
from language.languages import Language
from tests.knowledge.guides.days import TODAY, with_fact


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2026, 1, 31), Period(1, "month"), date(2026, 2, 28)),
        (date(2028, 1, 31), Period(1, "month"), date(2028, 2, 29)),
        (date(2028, 2, 29), Period(1, "year"), date(2029, 2, 28)),
        (date(2026, 11, 30), Period(3, "month"), date(2027, 2, 28)),
        (date(2027, 11, 30), Period(3, "month"), date(2028, 2, 29)),
        (date(2026, 12, 15), Period(1, "month"), date(2027, 1, 15)),
        (date(2026, 12, 28), Period(7, "day"), date(2027, 1, 4)),
        (date(2028, 2, 25), Period(5, "day"), date(2028, 3, 1)),
        (date(2026, 11, 27), Period(2, "week"), date(2026, 12, 11)),
        (date(2026, 8, 31), Period(6, "month"), date(2027, 2, 28)),
    ],
)
def test_a_period_after_a_day(start: date, period: Period, end: date) -> None:
    assert after(start, period) == end


@pytest.mark.parametrize(
    ("day", "period", "start"),
    [
        (date(2027, 3, 31), Period(1, "month"), date(2027, 2, 28)),
        (date(2028, 3, 30), Period(1, "month"), date(2028, 2, 29)),
        (date(2027, 1, 4), Period(1, "month"), date(2026, 12, 4)),
        (date(2027, 1, 4), Period(8, "day"), date(2026, 12, 27)),
    ],
)
def test_a_period_before_a_day(day: date, period: Period, start: date) -> None:
    assert before(day, period) == start


def test_the_first_day_of_a_period_is_part_of_it() -> None:
    assert last_day(date(2026, 12, 1), Period(3, "month")) == date(2027, 2, 28)
    assert last_day(date(2026, 12, 1), Period(1, "day")) == date(2026, 12, 1)


def test_saturdays_and_sundays_are_told_from_working_days() -> None:
    assert [is_weekend(date(2026, 12, day)) for day in (4, 5, 6, 7)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("changes", "period"),
    [
        ({"value": "2 weeks", "stable": True}, Period(2, "week")),
        ({"value": "1 month", "as_of": date(2026, 11, 1)}, Period(1, "month")),
        ({"value": "1 year", "stable": True}, Period(1, "year")),
        ({"value": "30 minutes", "stable": True}, None),
        ({"value": "2 weeks"}, None),
        ({"value": "2 weeks", "as_of": date(2025, 1, 1)}, None),
        ({"kind": "number", "value": 2, "stable": True}, None),
    ],
)
def test_a_period_is_taken_from_a_fact_that_may_be_shown(
    changes: dict[str, object], period: Period | None
) -> None:
    shared = {
        "kind": "duration",
        "source": {"title": "A", "url": "https://skat.dk/a"},
        "checked": date(2026, 11, 23),
    }
    assert period_of(Fact.model_validate({**shared, **changes}), TODAY.day) == period


def test_an_unknown_fact_holds_no_period() -> None:
    assert TODAY.period("no-such-fact") is None
    assert TODAY.period("form-04063-time") is None  # it waits to be confirmed
    assert with_fact("form-04063-time", "2 weeks").period("form-04063-time") == Period(2, "week")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", "7 dage"),
        ("en", "7 days"),
        ("pl", "7 dni"),
        ("lt", "7 dienos"),
        ("ro", "7 zile"),
        ("de", "7 Tage"),
    ],
)
def test_a_period_is_told_in_the_readers_language(language: Language, words: str) -> None:
    assert Period(7, "day").in_words(language) == words
