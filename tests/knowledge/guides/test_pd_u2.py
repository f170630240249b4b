"""The steps of somebody who brings benefit from another country, with the days at the edges."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from knowledge.errors import AnswerError
from knowledge.guides.deadlines import Today
from knowledge.guides.pd_u2 import PdU2, may_be_extended, register_by, steps
from knowledge.guides.steps import NoteName, Step
from knowledge.situations import Citizenship
from tests.knowledge.guides.days import TODAY

LATE: set[NoteName] = {"passed", "arrives_late", "late_is_paid_less", "weekend"}


def by_name(found: list[Step]) -> dict[str, Step]:
    return {step.name: step for step in found}


@pytest.mark.parametrize(
    ("printed", "due"),
    [
        (date(2026, 11, 27), date(2026, 12, 4)),
        (date(2026, 12, 28), date(2027, 1, 4)),  # over New Year
        (date(2026, 1, 31), date(2026, 2, 7)),
        (date(2027, 2, 22), date(2027, 3, 1)),
        (date(2028, 2, 22), date(2028, 2, 29)),  # a leap day
        (date(2028, 2, 29), date(2028, 3, 7)),
    ],
)
def test_one_registers_within_7_days_of_the_printed_date(printed: date, due: date) -> None:
    assert register_by(printed) == due
    for arrival in (None, printed, date(2026, 1, 1)):
        answers = PdU2("eu_eea_ch", printed, arrival=arrival)
        assert by_name(steps(answers, TODAY))["register_pd_u2"].days == {"latest": due}


@pytest.mark.parametrize(
    ("printed", "arrival", "today", "notes"),
    [
        # In time, on a working day.
        (date(2026, 11, 27), None, date(2026, 11, 27), set()),
        (date(2026, 11, 27), date(2026, 12, 4), date(2026, 11, 27), set()),
        (date(2026, 11, 27), date(2026, 12, 4), date(2026, 12, 4), set()),
        # The last day is a Saturday, a Sunday.
        (date(2026, 11, 28), date(2026, 11, 30), date(2026, 11, 27), {"weekend"}),
        (date(2026, 11, 29), None, date(2026, 11, 27), {"weekend"}),
        # They come a day after it.
        (
            date(2026, 11, 27),
            date(2026, 12, 5),
            date(2026, 11, 27),
            {"arrives_late", "late_is_paid_less"},
        ),
        # It is over, whenever they came.
        (
            date(2026, 11, 27),
            date(2026, 11, 30),
            date(2026, 12, 5),
            {"passed", "late_is_paid_less"},
        ),
        (date(2026, 11, 27), None, date(2027, 1, 5), {"passed", "late_is_paid_less"}),
        (
            date(2026, 11, 27),
            date(2026, 12, 10),
            date(2026, 12, 10),
            {"passed", "late_is_paid_less"},
        ),
    ],
)
def test_who_is_late_is_told_so(
    printed: date, arrival: date | None, today: date, notes: set[NoteName]
) -> None:
    answers = PdU2("nordic", printed, arrival=arrival)
    register = by_name(steps(answers, Today(today, {})))["register_pd_u2"]
    assert LATE & {*register.notes} == notes
    assert "counted_from_printed_date" in register.notes


@pytest.mark.parametrize(
    ("printed", "printed_last", "end", "extended"),
    [
        # The usual 3 months.
        (date(2026, 12, 1), None, date(2027, 2, 28), True),
        (date(2026, 1, 31), None, date(2026, 4, 29), True),
        (date(2026, 11, 30), None, date(2027, 2, 27), True),
        (date(2027, 11, 30), None, date(2028, 2, 28), True),
        (date(2028, 2, 29), None, date(2028, 5, 28), True),
        # As printed.
        (date(2026, 12, 1), date(2027, 1, 31), date(2027, 1, 31), True),
        (date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 1), True),
        (date(2026, 12, 1), date(2027, 5, 30), date(2027, 5, 30), True),
        # 6 months are the most.
        (date(2026, 12, 1), date(2027, 5, 31), date(2027, 5, 31), False),
        (date(2026, 12, 1), date(2027, 8, 1), date(2027, 8, 1), False),
        (date(2026, 8, 31), date(2027, 2, 27), date(2027, 2, 27), False),
    ],
)
def test_an_extension_is_asked_for_before_the_period_ends(
    printed: date, printed_last: date | None, end: date, extended: bool
) -> None:
    answers = PdU2("eu_eea_ch", printed, printed_last)
    found = by_name(steps(answers, Today(printed, {})))
    assert may_be_extended(answers) is extended
    asking, back = found["ask_for_extension"], found["be_back"]
    assert asking.days == ({"latest": end} if extended else {})
    assert ("no_longer_possible" in asking.notes) is not extended
    assert back.days == {"latest": end}
    assert ("usual_last_day" in back.notes) is (printed_last is None)


@pytest.mark.parametrize(
    ("citizenship", "names"),
    [
        (
            "nordic",
            "find_pd_u2_office register_pd_u2 keep_receipt make_cv ask_for_extension be_back",
        ),
        (
            "eu_eea_ch",
            (
                "find_pd_u2_office register_pd_u2 keep_receipt get_administrative_number make_cv "
                "ask_for_extension be_back stay_while_searching"
            ),
        ),
        ("third_country", "write_to_issuer show_other_passport no_permit_to_search"),
    ],
)
def test_the_steps_depend_on_citizenship(citizenship: Citizenship, names: str) -> None:
    found = steps(PdU2(citizenship, date(2026, 11, 27)), TODAY)
    assert [step.name for step in found] == names.split()


def test_every_citizenship_has_its_steps() -> None:
    for citizenship in get_args(Citizenship):
        assert steps(PdU2(citizenship, date(2026, 11, 27)), TODAY)


def test_when_the_cv_is_due_no_source_says_so_it_is_to_be_asked() -> None:
    found = by_name(steps(PdU2("eu_eea_ch", date(2026, 11, 27)), TODAY))["make_cv"]
    assert found.days == {}
    assert found.notes == ("cv_deadline_unknown",)


def test_a_jobseeker_may_stay_6_months_from_arrival() -> None:
    answers = PdU2("eu_eea_ch", date(2026, 8, 28), arrival=date(2026, 8, 31))
    assert by_name(steps(answers, TODAY))["stay_while_searching"].days == {
        "until": date(2027, 2, 28)
    }


def test_what_to_bring() -> None:
    found = by_name(steps(PdU2("nordic", date(2026, 11, 27)), TODAY))["register_pd_u2"]
    assert found.papers == ("pd_u2", "passport_or_id", "contact_details", "cv_details")


def test_a_last_day_before_the_first_is_refused() -> None:
    with pytest.raises(AnswerError, match="lies before") as raised:
        PdU2("nordic", date(2026, 11, 27), date(2026, 11, 26))
    assert raised.value.question == "pd_u2_last_day"
