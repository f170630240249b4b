"""Bringing unemployment benefit from another country (PD U2): registering, CV, extension, return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from knowledge.errors import AnswerError
from knowledge.guides.deadlines import Period, Today, after, is_weekend, last_day
from knowledge.guides.steps import NoteName, Step, known_days
from knowledge.situations import Citizenship
from web.translations import later

REGISTRATION: Final = Period(7, "day")
USUAL_PERIOD: Final = Period(3, "month")
LONGEST_PERIOD: Final = Period(6, "month")
SEARCH: Final = Period(6, "month")


@dataclass(frozen=True)
class PdU2:
    """What a person tells.

    Attributes:
        citizenship: Which rules they fall under.
        printed_date: The date on the front of the PD U2.
        printed_last_day: Its last day, where they have read it.
        arrival: When they come to Denmark, where that is known.
    """

    citizenship: Citizenship
    printed_date: date
    printed_last_day: date | None = None
    arrival: date | None = None

    def __post_init__(self) -> None:
        if self.printed_last_day is not None and self.printed_last_day < self.printed_date:
            raise AnswerError(
                "pd_u2_last_day", later("The last day lies before the date on the PD U2.")
            )


def steps(answers: PdU2, today: Today) -> list[Step]:
    """Return what to do with a PD U2, in order.

    Article pd-u2-registration, https://www.workindenmark.dk/getting-started/unemployment-benefit-from-home-country
    """
    if answers.citizenship == "third_country":
        return steps_where_it_cannot_be_used()
    return list(_registered(answers, today))


def steps_where_it_cannot_be_used() -> list[Step]:
    """Return what citizens of other countries do, who cannot be registered with a PD U2 in Denmark.

    Article pd-u2-third-country,
    https://star.dk/da/indsatser/virksomhedsservice-og-rekruttering/guide-til-eures-og-international-rekruttering/vaerd-at-vide-om-hjaelp-til-udenlandske-jobsoegende-i-eures-danmark
    """
    return [
        Step("write_to_issuer", "pd-u2-third-country", papers=("pd_u2",)),
        Step("show_other_passport", "pd-u2-third-country", at_centre=True),
        Step("no_permit_to_search", "third-country-work-permit"),
    ]


def register_by(printed_date: date) -> date:
    """Return the last day for registering.

    7 days from the date on the front page, whatever day the person arrives:
    https://www.workindenmark.dk/getting-started/unemployment-benefit-from-home-country.
    Nothing says that the day moves when it is a weekend or a public holiday, so it does not.
    """
    return after(printed_date, REGISTRATION)


def first_period_ends(answers: PdU2) -> date:
    """Return the last day of the PD U2: the printed one, or that of the usual period of 3 months.

    https://www.workindenmark.dk/getting-started/unemployment-benefit-from-home-country
    """
    return answers.printed_last_day or last_day(answers.printed_date, USUAL_PERIOD)


def may_be_extended(answers: PdU2) -> bool:
    """Return whether a PD U2 can run longer: 6 months are the most, in all countries together.

    https://europa.eu/youreurope/citizens/work/unemployment-and-benefits/cannot-find-work-abroad/index_en.htm
    """
    return first_period_ends(answers) < last_day(answers.printed_date, LONGEST_PERIOD)


def stay_while_searching(arrival: date | None) -> Step:
    """Return how long an EU/EEA or Swiss citizen may stay to look for work.

    6 months, and longer with a real chance of a job: article eu-residence, https://www.retsinformation.dk/eli/lta/2020/1457
    """
    return Step(
        "stay_while_searching",
        "eu-residence",
        known_days(until=after(arrival, SEARCH) if arrival else None),
        periods=(("search_from_arrival", SEARCH),),
    )


def _registered(answers: PdU2, today: Today) -> Iterator[Step]:
    due, end = register_by(answers.printed_date), first_period_ends(answers)
    yield Step("find_pd_u2_office", "ics-for-municipality", at_centre=True)
    yield Step(
        "register_pd_u2",
        "pd-u2-registration",
        known_days(latest=due),
        periods=(("from_pd_u2_date", REGISTRATION),),
        notes=tuple(_registration_notes(answers, due, today.day)),
        papers=("pd_u2", "passport_or_id", "contact_details", "cv_details"),
        at_centre=True,
    )
    yield Step("keep_receipt", "attendance-receipt")
    # Nordic citizens use their CPR number (article pd-u2-registration).
    if answers.citizenship == "eu_eea_ch":
        yield Step("get_administrative_number", "administrative-personal-number")
    yield Step("make_cv", "jobnet-cv", notes=("cv_deadline_unknown",))
    yield _extension(answers, end, today.day)
    yield Step("be_back", "pd-u2-extension", known_days(latest=end), notes=_end_notes(answers))
    if answers.citizenship == "eu_eea_ch":
        yield stay_while_searching(answers.arrival)


def _registration_notes(answers: PdU2, due: date, today: date) -> Iterator[NoteName]:
    """Registering late, as a rule one is paid from that day only, and nobody in Denmark can extend.

    Article pd-u2-registration, https://www.borger.dk/danskere-i-udlandet/Arbejde-i-udlandet/Dagpenge-i-udlandet
    """
    yield "counted_from_printed_date"
    is_late = answers.arrival is not None and answers.arrival > due
    if due < today:
        yield "passed"
    elif is_late:
        yield "arrives_late"
    elif is_weekend(due):
        yield "weekend"
    if due < today or is_late:
        yield "late_is_paid_less"


def _extension(answers: PdU2, end: date, today: date) -> Step:
    """Ask before the period ends; only the office that issued the PD U2 extends it.

    https://europa.eu/youreurope/citizens/work/unemployment-and-benefits/cannot-find-work-abroad/index_en.htm
    """
    if not may_be_extended(answers):
        return Step(
            "ask_for_extension",
            "pd-u2-extension",
            periods=(("longest_pd_u2_period", LONGEST_PERIOD),),
            notes=("no_longer_possible",),
        )
    passed: tuple[NoteName, ...] = ("passed",) if end < today else ()
    return Step(
        "ask_for_extension",
        "pd-u2-extension",
        known_days(latest=end),
        periods=(("usual_pd_u2_period", USUAL_PERIOD), ("longest_pd_u2_period", LONGEST_PERIOD)),
        notes=_end_notes(answers) + passed,
        papers=("pd_u2", "work_done_to_find_a_job"),
    )


def _end_notes(answers: PdU2) -> tuple[NoteName, ...]:
    return () if answers.printed_last_day else ("usual_last_day",)
