"""What applies to somebody who comes to Denmark: the steps in order, with their deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from knowledge.guides import pd_u2
from knowledge.guides.deadlines import Period, Today, after, before
from knowledge.guides.guide import Given, Guide, Stage
from knowledge.guides.questions import Answers, Question, choice, day, place
from knowledge.guides.steps import NoteName, PaperName, Step, known_days
from knowledge.guides.tax_card import EARLIEST, application_days, pay_notes
from knowledge.situations import CITIZENSHIPS, WORDS, Citizenship, Occupation, Situation, Stay

EU_DOCUMENT: Final = Period(3, "month")
CPR: Final = Period(5, "day")
FINGERPRINTS: Final = Period(14, "day")
DANISH_ACCOUNT: Final = Period(180, "day")
BUSINESS: Final = Period(8, "day")

Purpose = Literal["work", "self_employed", "jobseeker", "study", "family", "other"]

_OCCUPATIONS: Final[dict[str, Occupation]] = {"work": "employee", "jobseeker": "jobseeker"}


@dataclass(frozen=True)
class WhatApplies:
    """What a person tells; None where they do not know it or it is not asked.

    Attributes:
        citizenship: Which rules they fall under.
        purpose: What they come for.
        stay: How long they stay, from arrival.
        home: Whether they live in Denmark or come from a home abroad to work.
        sponsor: Who in Denmark a family member comes to: somebody under EU rules, somebody with a
            permit for work or studies, or anybody else.
        permit: How far a third-country citizen's permit is.
        pd_u2: Whether a jobseeker brings a PD U2.
        family: Which rules the family that comes along falls under.
        children: Whether there are children among them.
        pd_u2_date: The date on the front of the PD U2.
        pd_u2_last_day: Its last day.
        arrival: When they come.
        moved_in: From when they have a home in Denmark.
        applied: When they applied for the permit.
        first_day: Their first working day, or the first day of the business.
        first_pay: Their first pay day.
    """

    citizenship: Citizenship
    purpose: Purpose
    stay: Stay
    home: Literal["denmark", "abroad"] = "denmark"
    sponsor: Literal["eu", "permit_holder", "other"] | None = None
    permit: Literal["granted", "applied", "no"] | None = None
    pd_u2: Literal["yes", "no"] = "no"
    family: Literal["none", "nordic", "eu_eea_ch", "third_country"] = "none"
    children: Literal["yes", "no"] = "no"
    pd_u2_date: date | None = None
    pd_u2_last_day: date | None = None
    arrival: date | None = None
    moved_in: date | None = None
    applied: date | None = None
    first_day: date | None = None
    first_pay: date | None = None

    @property
    def is_short(self) -> bool:
        """Whether the stay is too short for a CPR number."""
        return self.stay == "up_to_3_months"

    @property
    def settles(self) -> bool:
        """Whether they live here for so long that a CPR number comes into question."""
        return self.home == "denmark" and not self.is_short

    @property
    def only_searches(self) -> bool:
        """Whether they are here under EU rules to look for work alone."""
        return self.citizenship == "eu_eea_ch" and self.purpose == "jobseeker"

    @property
    def can_settle(self) -> bool:
        """Whether there is or can be a right to stay that a CPR number needs.

        Nobody gets a permit to look for work (article third-country-work-permit), and a jobseeker
        gets no EU residence document (article eu-residence).
        """
        searches = self.purpose == "jobseeker"
        return self.settles and not (searches and self.citizenship != "nordic")


def steps(answers: WhatApplies, today: Today) -> list[Step]:
    """Return what a person has to do, in order.

    What gives the right to be here comes first, then registration and tax card, then what needs a CPR
    number. The usual order is document or permit, CPR number, tax card; if pay day comes first, the
    tax card does: article tax-card,
    https://lifeindenmark.borger.dk/settle-in-denmark/ics-international-citizen-service.
    """
    found = [*_permit(answers, today), *_benefit_from_home(answers, today)]
    middle = [*_eu_document(answers, today), *_family(answers, today), *_cpr(answers)]
    tax = list(_tax_card(answers, today))
    if tax_card_comes_first(answers):
        found += [*tax, *middle]
    else:
        found += [*middle, *tax]
    return [*found, *_business(answers), *_afterwards(answers), *_centre(answers)]


def tax_card_comes_first(answers: WhatApplies) -> bool:
    """Return whether to apply for the tax card before registering: if pay day comes before it.

    Also where nobody registers, and where it is not known when they can (article tax-card).
    """
    if not answers.can_settle:
        return True
    if answers.first_pay is None:
        return False
    registered = cpr_by(answers)
    return registered is None or answers.first_pay <= registered


def cpr_by(answers: WhatApplies) -> date | None:
    """Return the last day for registering, where it can be counted.

    5 days after all conditions are met, among them the right to be here and a home:
    https://www.cpr.dk/borgere/flytning/fra-udlandet. Nordic citizens have the right from the day on
    which they arrive, others by their permit. When an EU residence document is issued, and from it
    they count, nobody knows beforehand.
    """
    if answers.citizenship == "eu_eea_ch" or answers.arrival is None or answers.moved_in is None:
        return None
    if answers.citizenship == "third_country" and answers.permit != "granted":
        return None
    return after(max(answers.arrival, answers.moved_in), CPR)


def _permit(answers: WhatApplies, today: Today) -> Iterator[Step]:
    """Citizens of other countries need a permit before they start, as a rule before they travel.

    Articles third-country-work-permit, studying, start-own-business and family-third-country,
    https://nyidanmark.dk/en-GB/You-want-to-apply/Work; photo and fingerprints within 14 days:
    https://nyidanmark.dk/en-GB/News%20Front%20Page/2022/04/Deadline%20for%20biometric%20reverts%20to%2014%20days
    """
    if answers.citizenship != "third_country":
        return
    if answers.purpose == "family":
        yield from _as_family(answers, today)
    elif answers.purpose == "jobseeker":
        if answers.pd_u2 == "no":
            yield Step("no_permit_to_search", "third-country-work-permit")
    elif answers.purpose == "other":
        yield Step("ask_for_permit", "third-country-work-permit")
    elif answers.permit != "granted":
        if answers.permit != "applied":
            yield _apply_for_permit(answers)
        yield _fingerprints(answers, today)


def _apply_for_permit(answers: WhatApplies) -> Step:
    if answers.purpose == "study":
        return Step(
            "get_study_permit",
            "studying",
            facts=("study-permit-processing-time", "siri-line-2"),
        )
    if answers.purpose == "self_employed":
        return Step("get_business_permit", "start-own-business")
    return Step(
        "get_work_permit",
        "third-country-work-permit",
        facts=("siri-work-fee", "work-permit-processing-time"),
    )


def _fingerprints(answers: WhatApplies, today: Today) -> Step:
    due = after(answers.applied, FINGERPRINTS) if answers.applied else None
    return Step(
        "give_fingerprints",
        "residence-card",
        known_days(latest=due),
        periods=(("from_application", FINGERPRINTS),),
        notes=_passed(due, today),
    )


def _as_family(answers: WhatApplies, today: Today) -> Iterator[Step]:
    """A third-country family member's way depends on who lives here.

    Articles family-eu and family-third-country,
    https://nyidanmark.dk/en-GB/You-want-to-apply/Family/Accompanying-family-members/Accompanying-family---work/
    """
    if answers.sponsor == "eu":
        yield Step("check_visa", "visa")
        if not answers.is_short:
            yield _eu_family(answers, today)
    elif answers.sponsor == "permit_holder":
        yield _accompanying_family()
        yield _fingerprints(answers, today)
    else:
        yield Step(
            "apply_for_reunification",
            "family-third-country",
            facts=("family-reunification-fee", "immigration-service-phone"),
            notes=("nordic_sponsor",),
        )


def _accompanying_family() -> Step:
    return Step(
        "apply_as_accompanying_family",
        "family-third-country",
        facts=("siri-family-fee", "accompanying-family-processing-time"),
        papers=("passport_or_id", "family_papers"),
    )


def _eu_family(answers: WhatApplies, today: Today) -> Step:
    """Family of an EU citizen applies within 3 months of arrival, free of charge.

    https://nyidanmark.dk/en-GB/You-want-to-apply/Residence-as-a-Nordic-citizen-or-EU-or-EEA-citizen/EU-Family-member-EU-citizen
    """
    due = after(answers.arrival, EU_DOCUMENT) if answers.arrival else None
    return Step(
        "apply_as_eu_family",
        "family-eu",
        known_days(latest=due),
        periods=(("from_arrival", EU_DOCUMENT),),
        facts=("eu-family-processing-time", "siri-line-1"),
        notes=("no_fee", *_passed(due, today)),
        papers=("passport_or_id", "family_papers"),
    )


def _benefit_from_home(answers: WhatApplies, today: Today) -> Iterator[Step]:
    """A jobseeker's PD U2, by the guide to it; without one, how long they may look for work."""
    if answers.purpose != "jobseeker":
        return
    if answers.pd_u2 == "yes" and answers.citizenship == "third_country":
        yield from pd_u2.steps_where_it_cannot_be_used()
    elif answers.pd_u2 == "yes" and answers.pd_u2_date is not None:
        yield from pd_u2.steps(
            pd_u2.PdU2(
                answers.citizenship, answers.pd_u2_date, answers.pd_u2_last_day, answers.arrival
            ),
            today,
        )
    elif answers.only_searches:
        yield pd_u2.stay_while_searching(answers.arrival)


def _eu_document(answers: WhatApplies, today: Today) -> Iterator[Step]:
    """EU/EEA and Swiss citizens who live here for more than 3 months apply within 3 months.

    For a shorter stay, passport or ID card is enough; Nordic citizens never need a document.
    Not jobseekers, and not who keeps their home abroad: articles eu-residence and frontier-worker,
    https://nyidanmark.dk/en-GB/You-want-to-apply/Residence-as-a-Nordic-citizen-or-EU-or-EEA-citizen/EU-employee
    """
    is_under_these_rules = answers.citizenship != "third_country"
    if is_under_these_rules and answers.is_short and answers.purpose != "jobseeker":
        nordic = answers.citizenship == "nordic"
        yield Step("passport_is_enough", "nordic-citizens" if nordic else "eu-residence")
    if answers.citizenship != "eu_eea_ch" or not answers.can_settle:
        return
    if answers.purpose == "family" and answers.sponsor == "eu":
        yield _eu_family(answers, today)
        return
    due = after(answers.arrival, EU_DOCUMENT) if answers.arrival else None
    # The processing time that is known is that of workers.
    time = ("eu-document-processing-time",) if answers.purpose == "work" else ()
    papers: tuple[PaperName, ...] = ("birth_place_id", "grounds")
    yield Step(
        "get_eu_document",
        "eu-residence",
        known_days(latest=due),
        periods=(("from_arrival", EU_DOCUMENT),),
        facts=(*time, "siri-line-1"),
        notes=("no_fee", *_passed(due, today)),
        papers=papers,
    )


def _family(answers: WhatApplies, today: Today) -> Iterator[Step]:
    """Family that comes along to live here for more than 3 months.

    Under EU rules, as accompanying family, or with a right of their own: articles family-eu,
    family-third-country and nordic-citizens, https://siri.dk/ophold-i-danmark/ophold-efter-eu-reglerne/
    """
    if answers.family == "none" or not answers.settles:
        return
    if answers.family == "nordic":
        yield Step("family_needs_nothing", "nordic-citizens")
    elif answers.citizenship == "third_country":
        if answers.family == "eu_eea_ch":
            yield Step("family_gets_own_document", "eu-residence")
        elif answers.purpose in {"work", "study"}:
            yield _accompanying_family()
        elif answers.purpose != "other":
            yield Step("ask_for_permit", "family-third-country")
    elif answers.only_searches:
        yield Step("family_stays_with_jobseeker", "family-eu")
    else:
        if answers.family == "third_country":
            yield Step("check_visa", "visa")
        step = _eu_family(answers, today)
        nordic = answers.citizenship == "nordic" and answers.family == "third_country"
        yield _with_note(step, "nordic_sponsor") if nordic else step


def _cpr(answers: WhatApplies) -> Iterator[Step]:
    """Who lives here: for more than 3 months they may register, for more than 6 they must.

    Citizens of other countries must from 3 months on: article cpr-number,
    https://www.cpr.dk/borgere/kan-jeg-faa-et-personnummer/tilflytning-naar-jeg-flytter-til-danmark-1-gang
    """
    if not answers.can_settle:
        return
    may = answers.stay == "3_to_6_months" and answers.citizenship != "third_country"
    own: dict[Citizenship, PaperName] = {"eu_eea_ch": "eu_document", "third_country": "permit"}
    papers: list[PaperName] = ["passport_or_id"]
    if answers.citizenship in own:
        papers.append(own[answers.citizenship])
    papers.append("proof_of_address")
    if answers.family != "none" or answers.children == "yes" or answers.purpose == "family":
        papers.append("family_papers")
    yield Step(
        "may_register_for_cpr" if may else "register_for_cpr",
        "cpr-number",
        known_days(latest=cpr_by(answers)),
        periods=(("from_cpr_conditions", CPR),),
        papers=tuple(papers),
        at_centre=True,
    )


def _tax_card(answers: WhatApplies, today: Today) -> Iterator[Step]:
    """Whoever works for an employer, also a student with a job; how to apply, the form's guide tells.

    Article tax-card, https://skat.dk/data.aspx?oid=2244407
    """
    has_job = answers.first_day is not None or answers.first_pay is not None
    if answers.purpose != "work" and not (answers.purpose == "study" and has_job):
        return
    days = application_days(answers.first_day, answers.first_pay)
    notes = list(pay_notes(days, today.day))
    if answers.can_settle and tax_card_comes_first(answers):
        notes.append("pay_comes_first")
    if answers.citizenship == "third_country" and answers.permit != "granted":
        notes.append("permit_first")
    yield Step(
        "apply_for_tax_card",
        "tax-card",
        days,
        periods=(("before_first_day", EARLIEST),),
        facts=("no-tax-card-rate",),
        notes=tuple(notes),
    )


def _business(answers: WhatApplies) -> Iterator[Step]:
    """A business is registered at least 8 days before it begins (article start-own-business).

    https://erhvervsstyrelsen.dk/personligt-ejede-virksomheder
    """
    if answers.purpose == "self_employed":
        due = before(answers.first_day, BUSINESS) if answers.first_day else None
        yield Step(
            "register_business",
            "start-own-business",
            known_days(latest=due),
            periods=(("before_business", BUSINESS),),
        )


def _afterwards(answers: WhatApplies) -> Iterator[Step]:
    """What comes with a CPR number, or takes its place for who lives abroad.

    Articles health-card, special-health-card, mitid, nemkonto-and-bank, childcare-and-school,
    child-benefit and danish-lessons.
    """
    if answers.can_settle:
        yield Step("get_health_card", "health-card", facts=("health-card-delivery",))
        yield Step("get_mitid", "mitid")
    if answers.home == "abroad":
        yield _insurance_of_commuter(answers)
    if answers.purpose in {"work", "self_employed"} or answers.can_settle:
        yield _account(answers)
    if answers.children == "yes" and answers.can_settle:
        yield Step("find_childcare", "childcare-and-school", facts=("daycare-parent-share",))
    works_here = answers.home == "abroad" and answers.citizenship != "third_country"
    if answers.children == "yes" and (answers.can_settle or works_here):
        yield Step("see_to_child_benefit", "child-benefit")
    if answers.can_settle:
        yield Step(
            "learn_danish", "danish-lessons", facts=("danish-lessons-deposit",), notes=("deposit",)
        )


def _insurance_of_commuter(answers: WhatApplies) -> Step:
    """EU/EEA and Swiss citizens get a special health card; others as a rule do not.

    https://www.borger.dk/sundhed-og-sygdom/sundhedskort--laegevalg-og-tandlaege/Saerligt-sundhedskort
    """
    phone = "international-health-insurance-phone"
    if answers.citizenship == "third_country":
        return Step("insure_at_home", "special-health-card", facts=(phone,))
    return Step(
        "get_special_health_card", "special-health-card", facts=("special-health-card-time", phone)
    )


def _account(answers: WhatApplies) -> Step:
    """Under most schemes for third-country workers pay goes into a Danish account within 180 days.

    https://nyidanmark.dk/en-GB/Words-and-concepts/SIRI/Salary-to-Danish-bank-account
    """
    if answers.citizenship != "third_country" or answers.purpose != "work":
        return Step("open_account", "nemkonto-and-bank")
    due = after(answers.arrival, DANISH_ACCOUNT) if answers.arrival else None
    return Step(
        "open_account",
        "nemkonto-and-bank",
        known_days(latest=due),
        periods=(("account_from_entry", DANISH_ACCOUNT),),
    )


def _centre(answers: WhatApplies) -> Iterator[Step]:
    yield Step(
        "ask_centre",
        "ics-for-municipality" if answers.home == "denmark" else "ics-contact",
        at_centre=True,
    )


def _passed(due: date | None, today: Today) -> tuple[NoteName, ...]:
    return ("passed",) if due is not None and due < today.day else ()


def _with_note(step: Step, note: NoteName) -> Step:
    return Step(**{**vars(step), "notes": (*step.notes, note)})


def _stages(given: Given) -> tuple[Stage, ...]:
    first = (
        choice("citizenship", *CITIZENSHIPS),
        choice("purpose", "work", "self_employed", "jobseeker", "study", "family", "other"),
        choice("stay", *WORDS["stay"]),
    )
    second, third = tuple(_second(given)), tuple(_third(given))
    return tuple(stage for stage in (first, second, third) if stage)


def _second(given: Given) -> Iterator[Question]:
    purpose, third_country = given.get("purpose"), given.get("citizenship") == "third_country"
    if purpose in {"work", "self_employed"}:
        yield choice("home", "denmark", "abroad")
    if purpose in {"work", "self_employed", "study"} and third_country:
        yield choice("permit", "granted", "applied", "no")
    if purpose == "jobseeker":
        yield choice("pd_u2", "yes", "no")
    if purpose == "family" and given.get("citizenship") != "nordic":
        yield choice("sponsor", "eu", "permit_holder", "other")
    if purpose != "family" and given.get("stay") != "up_to_3_months":
        yield choice("family", "none", "nordic", "eu_eea_ch", "third_country")
    if given.get("stay") != "up_to_3_months" or purpose in {"work", "self_employed"}:
        yield choice("children", "yes", "no")


def _third(given: Given) -> Iterator[Question]:
    purpose, abroad = given.get("purpose"), given.get("home") == "abroad"
    if given.get("pd_u2") == "yes" and given.get("citizenship") != "third_country":
        yield day("pd_u2_date", required=True)
        yield day("pd_u2_last_day")
    if given.get("permit") == "applied":
        yield day("applied")
    if not abroad:
        yield day("arrival")
        if given.get("stay") != "up_to_3_months" and given.get("citizenship") != "eu_eea_ch":
            yield day("moved_in")
    if purpose in {"work", "self_employed", "study"}:
        yield day("first_day")
    if purpose in {"work", "study"}:
        yield day("first_pay")
    yield place("municipality")


def _answered(answers: Answers) -> WhatApplies:
    told: dict[str, Any] = {k: answer for k, answer in answers.items() if k != "municipality"}
    return WhatApplies(**told)


def _situation(answers: Answers) -> Situation:
    told = _answered(answers)
    return {
        "citizenship": told.citizenship,
        "stay": told.stay,
        "occupation": _OCCUPATIONS.get(told.purpose, "other_occupation"),
        "address": "danish_address" if told.home == "denmark" else "foreign_address",
    }


GUIDE: Final = Guide(
    slug="what-applies",
    topics=(
        "cpr-number",
        "eu-residence",
        "nordic-citizens",
        "third-country-work-permit",
        "family-eu",
        "family-third-country",
        "studying",
        "frontier-worker",
        "pd-u2-registration",
    ),
    stages=_stages,
    steps=lambda answers, today: steps(_answered(answers), today),
    situation=_situation,
)
