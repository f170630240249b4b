"""When to apply for a tax card, however it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from knowledge.guides.deadlines import Period, before
from knowledge.guides.steps import DayName, NoteName, known_days

EARLIEST: Final = Period(1, "month")

APPLICATION_PAGE: Final = "https://lifeindenmark.borger.dk/ActionPage?selfserviceId=eb44aae3-59fd-4959-8c4a-f091d4438309&referringPageId=f154a86c-5f32-4775-897d-3d47326c3fb7&type=DK"


def application_days(first_day: date | None, first_pay: date | None) -> Mapping[DayName, date]:
    """Return from when and until when to apply, as far as the person knows their days.

    Not earlier than one month before the first working day:
    https://skat.dk/pl/osoby-fizyczne/informacje-o-podatkach-za-granica/wskazowki-dotyczace-pracy-w-danii.
    Before the first pay day, since without a card the employer withholds more:
    https://info.skat.dk/data.aspx?oid=2169085. When payroll is run, only the employer knows.
    """
    return known_days(
        earliest=before(first_day, EARLIEST) if first_day else None,
        latest=first_pay - timedelta(days=1) if first_pay else None,
    )


def pay_notes(days: Mapping[DayName, date], today: date) -> tuple[NoteName, ...]:
    """Return what to know of the last day: payroll runs before pay day; or the day has passed."""
    if "latest" in days and days["latest"] < today:
        return ("passed",)
    return ("before_first_pay",)
