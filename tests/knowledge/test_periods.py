"""Records that follow each other day by day, and changes that keep them so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.centre_files import MunicipalityRecord
from knowledge.changing_records import beginning, corrected, entered_ahead, withdrawn
from knowledge.errors import RecordError
from knowledge.periods import cover, holding, holds, order_problem

TODAY = date(2026, 11, 27)
NEW_YEAR = date(2027, 1, 1)


def record(
    region: str = "A", first: date | None = None, last: date | None = None
) -> MunicipalityRecord:
    return MunicipalityRecord(
        region=region,
        centre="odense",
        basis="region-default",
        checked=TODAY,
        valid_from=first,
        valid_to=last,
    )


TWO = (record("A", last=date(2026, 12, 31)), record("B", first=NEW_YEAR))


def regions(records: tuple[MunicipalityRecord, ...]) -> list[tuple[str, date | None, date | None]]:
    return [(one.region, one.valid_from, one.valid_to) for one in records]


def test_both_days_belong_to_a_record() -> None:
    one = record(first=date(2026, 1, 1), last=date(2026, 12, 31))
    assert holds(one, date(2026, 1, 1))
    assert holds(one, date(2026, 12, 31))
    assert not holds(one, date(2025, 12, 31))
    assert not holds(one, NEW_YEAR)


def test_a_change_takes_effect_on_its_day() -> None:
    before, after = (holding(TWO, day) for day in (date(2026, 12, 31), NEW_YEAR))
    assert before is TWO[0]
    assert after is TWO[1]
    assert holding((record(last=TODAY),), NEW_YEAR) is None


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (record(), record(first=NEW_YEAR), "two records hold at once"),
        (record(last=TODAY), record(), "two records hold at once"),
        (record(last=NEW_YEAR), record(first=NEW_YEAR), "from 2027-01-01 to 2027-01-01 two"),
        (record(last=TODAY), record(first=NEW_YEAR), "from 2026-11-28 to 2026-12-31 no record"),
    ],
)
def test_overlaps_and_gaps_are_told(
    first: MunicipalityRecord, second: MunicipalityRecord, said: str
) -> None:
    assert said in str(order_problem((first, second)))


def test_records_cover_another_one() -> None:
    assert cover(TWO, record())
    assert cover((record(last=NEW_YEAR),), record(last=TODAY))
    assert not cover((record(last=TODAY),), record())
    assert not cover((record(last=TODAY),), record(last=NEW_YEAR))
    assert not cover((record(first=TODAY),), record())
    assert not cover((), record())


def test_a_correction_keeps_the_days_of_its_neighbours() -> None:
    changed = corrected(TWO, record("X", last=date(2030, 1, 1)))
    assert regions(changed) == [("X", None, date(2026, 12, 31)), ("B", NEW_YEAR, None)]
    closed = corrected(TWO, record("X", first=NEW_YEAR, last=date(2030, 1, 1)))
    assert regions(closed)[1] == ("X", NEW_YEAR, date(2030, 1, 1))
    with pytest.raises(RecordError, match="No record begins on that day"):
        corrected(TWO, record(first=TODAY))


def test_a_change_ahead_ends_what_would_have_held() -> None:
    changed = entered_ahead(TWO, record("C", first=date(2026, 12, 10)), TODAY)
    assert regions(changed) == [
        ("A", None, date(2026, 12, 9)),
        ("C", date(2026, 12, 10), date(2026, 12, 31)),
        ("B", NEW_YEAR, None),
    ]


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (None, "Choose a day after today"),
        (TODAY, "Choose a day after today"),
        (NEW_YEAR, "entered for that day already"),
    ],
)
def test_a_change_ahead_on_a_wrong_day_is_refused(first: date | None, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        entered_ahead(TWO, record(first=first), TODAY)


def test_a_change_after_the_end_is_refused() -> None:
    with pytest.raises(RecordError, match="Nothing holds on that day"):
        entered_ahead((record(last=NEW_YEAR),), record(first=date(2028, 1, 1)), TODAY)


def test_what_was_before_holds_on_when_a_change_is_withdrawn() -> None:
    assert regions(withdrawn(TWO, NEW_YEAR, TODAY)) == [("A", None, None)]
    for first, today in ((None, TODAY), (date(2027, 2, 2), TODAY), (NEW_YEAR, NEW_YEAR)):
        with pytest.raises(RecordError, match="No change is entered ahead"):
            withdrawn(TWO, first, today)


@given(st.lists(st.integers(min_value=1, max_value=400), max_size=8))
def test_changes_leave_neither_gap_nor_overlap(days: list[int]) -> None:
    records: tuple[MunicipalityRecord, ...] = (record(),)
    for number in days:
        day = TODAY + timedelta(days=number)
        if beginning(records, day) is None:
            records = entered_ahead(records, record(str(number), first=day), TODAY)
        else:
            records = withdrawn(records, day, TODAY)
        assert order_problem(records) is None
        assert cover(records, record())
    for number in range(401):
        assert sum(holds(one, TODAY + timedelta(days=number)) for one in records) == 1
