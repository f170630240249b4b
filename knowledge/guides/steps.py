"""What a guide comes to: steps in order, each with its article, its days and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from knowledge.catalogue import Slug
from knowledge.guides.deadlines import Period

StepName = Literal[
    "find_pd_u2_office",
    "register_pd_u2",
    "keep_receipt",
    "get_administrative_number",
    "make_cv",
    "ask_for_extension",
    "be_back",
    "write_to_issuer",
    "show_other_passport",
    "get_work_permit",
    "get_business_permit",
    "get_study_permit",
    "no_permit_to_search",
    "ask_for_permit",
    "give_fingerprints",
    "passport_is_enough",
    "get_eu_document",
    "stay_while_searching",
    "check_visa",
    "apply_as_eu_family",
    "apply_as_accompanying_family",
    "apply_for_reunification",
    "family_needs_nothing",
    "family_stays_with_jobseeker",
    "family_gets_own_document",
    "apply_for_tax_card",
    "register_for_cpr",
    "may_register_for_cpr",
    "get_health_card",
    "get_special_health_card",
    "insure_at_home",
    "get_mitid",
    "open_account",
    "register_business",
    "find_childcare",
    "see_to_child_benefit",
    "learn_danish",
    "ask_centre",
    "use_tastselv",
    "ask_about_researcher_scheme",
    "open_digital_form",
    "open_pdf_form",
    "attach_papers",
    "send_digital_form",
    "send_pdf_form",
    "wait_for_tax_card",
]

DayName = Literal["earliest", "latest", "until", "expected"]
"""What a step's day is: not before it, not after it, what holds up to it, when an answer may come."""

PeriodName = Literal[
    "from_pd_u2_date",
    "usual_pd_u2_period",
    "longest_pd_u2_period",
    "before_first_day",
    "from_arrival",
    "from_cpr_conditions",
    "from_application",
    "search_from_arrival",
    "account_from_entry",
    "before_business",
]
"""What a period is counted from, and for what."""

NoteName = Literal[
    "counted_from_printed_date",
    "weekend",
    "passed",
    "arrives_late",
    "late_is_paid_less",
    "usual_last_day",
    "no_longer_possible",
    "cv_deadline_unknown",
    "before_first_pay",
    "pay_comes_first",
    "permit_first",
    "no_fee",
    "deposit",
    "nordic_sponsor",
    "ukraine_attachment",
    "pdf_save_first",
    "say_earlier_number",
]
"""What a person should know of a step in their case."""

PaperName = Literal[
    "pd_u2",
    "passport_or_id",
    "contact_details",
    "cv_details",
    "work_done_to_find_a_job",
    "contract",
    "passport_page",
    "id_card_both_sides",
    "civil_registration_certificate",
    "marriage_certificate",
    "family_certificate",
    "permit",
    "addresses",
    "working_days_and_pay",
    "deductions",
    "proof_of_address",
    "eu_document",
    "family_papers",
    "birth_place_id",
    "grounds",
]
"""What to bring, have ready or attach."""


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Attributes:
        name: Which; `knowledge.guides.words` says it in the reader's language.
        topic: The slug of the article about it.
        days: The days that could be counted.
        periods: What they are counted by, which holds also where a day is not known.
        facts: The names of the facts that carry its figures, such as a fee or a waiting time.
        notes: What to know in this case.
        papers: What to bring, have ready or attach.
        page: The official page where it is done, where the guide leads there directly.
        values: What placeholders in its words stand for.
        at_centre: Whether it is done at the ICS centre, or with its help.
    """

    name: StepName
    topic: Slug
    days: Mapping[DayName, date] = field(default_factory=dict)
    periods: tuple[tuple[PeriodName, Period], ...] = ()
    facts: tuple[str, ...] = ()
    notes: tuple[NoteName, ...] = ()
    papers: tuple[PaperName, ...] = ()
    page: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    at_centre: bool = False


def known_days(**days: date | None) -> dict[DayName, date]:
    """Return those of a step's days that could be counted."""
    names: tuple[DayName, ...] = ("earliest", "latest", "until", "expected")
    return {name: day for name in names if (day := days.get(name)) is not None}
