"""Form 04.063, the application for a tax card: which version, what to attach, where to, how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from knowledge.guides.deadlines import Period, Today, after
from knowledge.guides.guide import Given, Guide, Stage
from knowledge.guides.questions import Answers, choice, day, place
from knowledge.guides.steps import NoteName, PaperName, PeriodName, Step, known_days
from knowledge.guides.tax_card import APPLICATION_PAGE, EARLIEST, application_days, pay_notes
from knowledge.situations import CITIZENSHIPS, Citizenship, Situation
from language.languages import LANGUAGES, NAMES, Language

EDITIONS: Final[dict[Language, str]] = {
    "da": "04.063",
    "en": "04.063 EN",
    "pl": "04.063 PL",
    "lt": "04.063 LT",
    "ro": "04.063 RO",
    "de": "04.063 DE",
}
"""The names of the form in its languages: https://skat.dk/data.aspx?oid=2247545."""

_TASTSELV_PAGE: Final = "https://skat.dk/en-us/individuals/tax-card"


@dataclass(frozen=True)
class Form04063:
    """What a person tells.

    Attributes:
        citizenship: Which rules they fall under.
        work: For whom they work.
        tastselv: Whether they have all that TastSelv needs; None where it is not asked.
        permit: How far a third-country citizen's permit is; None for all others.
        lives_in: Where they live now.
        identity: What they show who they are with.
        married: Whether they are married.
        way: How they fill in the form.
        form_language: In which language.
        first_day: Their first working day.
        first_pay: Their first pay day.
    """

    citizenship: Citizenship
    work: Literal["employee", "self_employed", "researcher"]
    tastselv: Literal["yes", "no"] | None = None
    permit: Literal["granted", "ukraine", "no"] | None = None
    lives_in: Literal["denmark", "sweden", "elsewhere"] = "elsewhere"
    identity: Literal["passport", "id_card"] = "passport"
    married: Literal["yes", "no"] = "no"
    way: Literal["digital", "pdf"] = "digital"
    form_language: Language = "en"
    first_day: date | None = None
    first_pay: date | None = None


def steps(answers: Form04063, today: Today) -> list[Step]:
    """Return what to do for a tax card, in order.

    The form is for employees; a business is registered, researchers on the special scheme use form
    01.012, and whoever has a CPR number, an address and a log-in uses TastSelv: article form-04063,
    https://skat.dk/data.aspx?oid=1899274 and https://skat.dk/en-us/individuals/tax-card.
    """
    if answers.work == "self_employed":
        return [Step("register_business", "start-own-business")]
    if answers.work == "researcher":
        return [Step("ask_about_researcher_scheme", "researcher-tax-scheme")]
    return [*_permit_first(answers), *_application(answers, today)]


def attachments(answers: Form04063) -> tuple[PaperName, ...]:
    """Return what to attach: contract and identification, and more by citizenship and family.

    https://skat.dk/data.aspx?oid=1899274 (contract, permit, marriage certificate) and
    https://skat.dk/data.aspx?oid=2349672&lang=us (passport page, both sides of the ID card). Of
    residents of Sweden a family certificate takes the place of the marriage certificate, and an ID
    card needs a civil registration certificate beside it. What takes the place of a permit that
    somebody from Ukraine has only applied for is to be asked (article form-04063).
    """
    return tuple(_attachments(answers))


def _attachments(answers: Form04063) -> Iterator[PaperName]:
    in_sweden = answers.lives_in == "sweden"
    yield "contract"
    yield "passport_page" if answers.identity == "passport" else "id_card_both_sides"
    if in_sweden and answers.identity == "id_card" and answers.citizenship != "third_country":
        yield "civil_registration_certificate"
    if answers.married == "yes":
        yield "family_certificate" if in_sweden else "marriage_certificate"
    if answers.citizenship == "third_country" and answers.permit != "ukraine":
        yield "permit"


def _permit_first(answers: Form04063) -> Iterator[Step]:
    """Without the right to work here there is no tax card: https://info.skat.dk/data.aspx?oid=2169083."""
    if answers.permit == "no":
        yield Step("get_work_permit", "third-country-work-permit", notes=("permit_first",))


def _application(answers: Form04063, today: Today) -> Iterator[Step]:
    days = application_days(answers.first_day, answers.first_pay)
    applied = max(today.day, days.get("earliest", today.day))
    periods: tuple[tuple[PeriodName, Period], ...] = (("before_first_day", EARLIEST),)
    pay = pay_notes(days, today.day)
    if answers.tastselv == "yes":
        yield Step("use_tastselv", "tax-card", days, periods, notes=pay, page=_TASTSELV_PAGE)
        yield _waiting("tastselv-tax-card-time", applied, today)
        return
    values = {
        "edition": EDITIONS[answers.form_language],
        "language": NAMES[answers.form_language],
    }
    details: tuple[PaperName, ...] = ("addresses", "working_days_and_pay", "deductions")
    # Somebody who has had a Danish number keeps it (article personal-tax-number).
    notes: tuple[NoteName, ...] = ("say_earlier_number",)
    if answers.way == "pdf":
        notes = ("pdf_save_first", *notes)
    yield Step(
        "open_digital_form" if answers.way == "digital" else "open_pdf_form",
        "form-04063",
        notes=notes,
        papers=details,
        page=APPLICATION_PAGE,
        values=values,
    )
    yield Step(
        "attach_papers",
        "form-04063",
        notes=("ukraine_attachment",) if answers.permit == "ukraine" else (),
        papers=attachments(answers),
    )
    yield Step(
        "send_digital_form" if answers.way == "digital" else "send_pdf_form",
        "form-04063",
        days,
        periods,
        facts=("no-tax-card-rate",),
        notes=pay,
        at_centre=answers.way == "pdf",
    )
    yield _waiting("form-04063-time", applied, today)


def _waiting(fact: str, applied: date, today: Today) -> Step:
    """Return when an answer to a complete application may come, by what the fact's page says."""
    time = today.period(fact)
    return Step(
        "wait_for_tax_card",
        "preliminary-income-assessment",
        known_days(expected=after(applied, time) if time else None),
        facts=(fact,),
    )


def _stages(given: Given) -> tuple[Stage, ...]:
    first = (
        choice("citizenship", *CITIZENSHIPS),
        choice("work", "employee", "self_employed", "researcher"),
    )
    if given.get("work") != "employee":
        return (first,)
    second: Stage = (choice("tastselv", "yes", "no"),)
    if given.get("citizenship") == "third_country":
        second += (choice("permit", "granted", "ukraine", "no"),)
    days = (day("first_day"), day("first_pay"))
    if given.get("tastselv") == "yes":
        return first, second, days
    third = (
        choice("lives_in", "denmark", "sweden", "elsewhere"),
        choice("identity", "passport", "id_card"),
        choice("married", "yes", "no"),
        choice("way", "digital", "pdf"),
        choice("form_language", *LANGUAGES),
        *days,
        place("municipality"),
    )
    return first, second, third


def _answered(answers: Answers) -> Form04063:
    told: dict[str, Any] = {k: answer for k, answer in answers.items() if k != "municipality"}
    return Form04063(**told)


def _situation(answers: Answers) -> Situation:
    return {"citizenship": _answered(answers).citizenship}


GUIDE: Final = Guide(
    slug="form-04063",
    topics=("form-04063", "tax-card", "personal-tax-number", "no-tax-card"),
    stages=_stages,
    steps=lambda answers, today: steps(_answered(answers), today),
    situation=_situation,
)
