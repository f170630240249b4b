"""Changing one of several dated records so that they still follow each other day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.centre_files import AnyRecord
from knowledge.errors import RecordError
from knowledge.periods import day_before, holding
from web.translations import later


def beginning(records: Sequence[AnyRecord], first_day: date | None) -> AnyRecord | None:
    """Return the record whose first day this is; None for the day of the open beginning."""
    return next((record for record in records if record.valid_from == first_day), None)


def corrected(records: Sequence[AnyRecord], record: AnyRecord) -> tuple[AnyRecord, ...]:
    """Return the records with other data in the one that begins on the same day.

    Args:
        records: The earliest first.
        record: The data. Its last day counts only where no other record follows.

    Raises:
        RecordError: No record begins on that day.
    """
    old = beginning(records, record.valid_from)
    if old is None:
        raise RecordError("valid_from", later("No record begins on that day; open the page again."))
    if old is not records[-1]:
        record = record.model_copy(update={"valid_to": old.valid_to})
    return tuple(record if one is old else one for one in records)


def entered_ahead(
    records: Sequence[AnyRecord], record: AnyRecord, today: date
) -> tuple[AnyRecord, ...]:
    """Return the records with a change that takes effect on a later day.

    The record that would have held on that day ends the day before; the new one holds until the
    day on which that one would have ended.

    Args:
        records: The earliest first.
        record: The data, with their first day.
        today: The day in Denmark.

    Raises:
        RecordError: The day is not after today, has a change already, or no record holds on it.
    """
    first_day = record.valid_from
    if first_day is None or first_day <= today:
        raise RecordError(
            "valid_from",
            later("Choose a day after today. What holds today is corrected in its own form."),
        )
    if beginning(records, first_day) is not None:
        raise RecordError(
            "valid_from", later("A change is entered for that day already; open and correct it.")
        )
    old = holding(records, first_day)
    if old is None:
        raise RecordError(
            "valid_from", later("Nothing holds on that day any more; choose an earlier one.")
        )
    ended = old.model_copy(update={"valid_to": day_before(first_day)})
    new = record.model_copy(update={"valid_to": old.valid_to})
    return tuple(part for one in records for part in ((ended, new) if one is old else (one,)))


def withdrawn(
    records: Sequence[AnyRecord], first_day: date | None, today: date
) -> tuple[AnyRecord, ...]:
    """Return the records without a change ahead: the record before it holds in its place.

    Args:
        records: The earliest first.
        first_day: On which the change takes effect.
        today: The day in Denmark.

    Raises:
        RecordError: It is no change ahead, or holds today already.
    """
    old = beginning(records, first_day)
    if old is None or old is records[0] or first_day is None or first_day <= today:
        raise RecordError(
            "valid_from", later("No change is entered ahead for that day; open the page again.")
        )
    place = list(records).index(old)
    before = records[place - 1].model_copy(update={"valid_to": old.valid_to})
    return (*records[: place - 1], before, *records[place + 1 :])
