"""What applies to whom, in which order and by when."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any, get_args

import pytest

from knowledge.guides.deadlines import Today
from knowledge.guides.guide import Given
from knowledge.guides.questions import Answers, read
from knowledge.guides.steps import Step
from knowledge.guides.what_applies import GUIDE, Purpose, WhatApplies, cpr_by, steps
from knowledge.situations import CITIZENSHIPS, Citizenship, Stay
from tests.knowledge.guides.days import TODAY

AFTER = "get_health_card get_mitid open_account"
END = "learn_danish ask_centre"


def told(citizenship: Citizenship, purpose: Purpose, stay: Stay, **more: Any) -> WhatApplies:
    return WhatApplies(citizenship, purpose, stay, **more)


def names(found: list[Step]) -> str:
    return " ".join(step.name for step in found)


def named(found: list[Step], name: str) -> Step:
    return next(step for step in found if step.name == name)


NORDIC, EU, THIRD = CITIZENSHIPS
SHORT, MIDDLE, LONG = get_args(Stay)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # Nordic citizens.
        (
            told(NORDIC, "work", SHORT),
            "apply_for_tax_card passport_is_enough open_account ask_centre",
        ),
        (told(NORDIC, "work", MIDDLE), f"may_register_for_cpr apply_for_tax_card {AFTER} {END}"),
        (told(NORDIC, "work", LONG), f"register_for_cpr apply_for_tax_card {AFTER} {END}"),
        (told(NORDIC, "study", LONG), f"register_for_cpr {AFTER} {END}"),
        (told(NORDIC, "jobseeker", LONG), f"register_for_cpr {AFTER} {END}"),
        (told(NORDIC, "family", LONG), f"register_for_cpr {AFTER} {END}"),
        (
            told(NORDIC, "work", LONG, home="abroad"),
            "apply_for_tax_card get_special_health_card open_account ask_centre",
        ),
        (
            told(NORDIC, "self_employed", LONG),
            f"register_for_cpr register_business {AFTER} {END}",
        ),
        (
            told(NORDIC, "work", LONG, family="nordic"),
            f"family_needs_nothing register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (
            told(NORDIC, "work", LONG, family="third_country"),
            f"check_visa apply_as_eu_family register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        # Citizens of other EU/EEA countries and Switzerland.
        (
            told(EU, "work", SHORT),
            "apply_for_tax_card passport_is_enough open_account ask_centre",
        ),
        (
            told(EU, "work", MIDDLE),
            f"get_eu_document may_register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (
            told(EU, "work", LONG),
            f"get_eu_document register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (
            # Pay day comes first, since nobody knows when the document is issued.
            told(EU, "work", LONG, arrival=date(2027, 1, 2), first_pay=date(2027, 1, 29)),
            f"apply_for_tax_card get_eu_document register_for_cpr {AFTER} {END}",
        ),
        (
            told(EU, "work", LONG, home="abroad", children="yes"),
            (
                "apply_for_tax_card get_special_health_card open_account see_to_child_benefit "
                "ask_centre"
            ),
        ),
        (told(EU, "study", LONG), f"get_eu_document register_for_cpr {AFTER} {END}"),
        (
            told(EU, "study", LONG, first_day=date(2027, 2, 1)),
            f"get_eu_document register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (told(EU, "study", SHORT), "passport_is_enough ask_centre"),
        (told(EU, "jobseeker", LONG), "stay_while_searching ask_centre"),
        (
            told(EU, "jobseeker", MIDDLE, family="third_country"),
            "stay_while_searching family_stays_with_jobseeker ask_centre",
        ),
        (
            told(EU, "jobseeker", MIDDLE, pd_u2="yes", pd_u2_date=date(2026, 11, 27)),
            (
                "find_pd_u2_office register_pd_u2 keep_receipt get_administrative_number make_cv "
                "ask_for_extension be_back stay_while_searching ask_centre"
            ),
        ),
        (
            told(EU, "self_employed", LONG),
            f"get_eu_document register_for_cpr register_business {AFTER} {END}",
        ),
        (
            told(EU, "family", LONG, sponsor="eu"),
            f"apply_as_eu_family register_for_cpr {AFTER} {END}",
        ),
        (
            told(EU, "family", LONG, sponsor="other"),
            f"get_eu_document register_for_cpr {AFTER} {END}",
        ),
        (told(EU, "other", LONG), f"get_eu_document register_for_cpr {AFTER} {END}"),
        (
            told(EU, "work", LONG, family="eu_eea_ch", children="yes"),
            (
                "get_eu_document apply_as_eu_family register_for_cpr apply_for_tax_card "
                f"{AFTER} find_childcare see_to_child_benefit {END}"
            ),
        ),
        # Citizens of other countries.
        (
            told(THIRD, "work", SHORT, permit="no"),
            "get_work_permit give_fingerprints apply_for_tax_card open_account ask_centre",
        ),
        (
            told(THIRD, "work", LONG, permit="no"),
            f"get_work_permit give_fingerprints register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (
            told(THIRD, "work", MIDDLE, permit="applied"),
            f"give_fingerprints register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (
            told(THIRD, "work", LONG, permit="granted"),
            f"register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (
            told(THIRD, "work", LONG, permit="granted", family="third_country", children="yes"),
            (
                "apply_as_accompanying_family register_for_cpr apply_for_tax_card "
                f"{AFTER} find_childcare see_to_child_benefit {END}"
            ),
        ),
        (
            told(THIRD, "work", LONG, permit="granted", family="eu_eea_ch"),
            f"family_gets_own_document register_for_cpr apply_for_tax_card {AFTER} {END}",
        ),
        (
            told(THIRD, "work", LONG, permit="no", home="abroad", children="yes"),
            (
                "get_work_permit give_fingerprints apply_for_tax_card insure_at_home open_account "
                "ask_centre"
            ),
        ),
        (
            told(THIRD, "study", LONG, permit="no"),
            f"get_study_permit give_fingerprints register_for_cpr {AFTER} {END}",
        ),
        (
            told(THIRD, "self_employed", LONG, permit="no"),
            (
                "get_business_permit give_fingerprints register_for_cpr register_business "
                f"{AFTER} {END}"
            ),
        ),
        (
            told(THIRD, "self_employed", LONG, permit="granted", family="third_country"),
            f"ask_for_permit register_for_cpr register_business {AFTER} {END}",
        ),
        (told(THIRD, "jobseeker", LONG), "no_permit_to_search ask_centre"),
        (
            told(THIRD, "jobseeker", LONG, pd_u2="yes"),
            "write_to_issuer show_other_passport no_permit_to_search ask_centre",
        ),
        (
            told(THIRD, "family", LONG, sponsor="eu"),
            f"check_visa apply_as_eu_family register_for_cpr {AFTER} {END}",
        ),
        (told(THIRD, "family", SHORT, sponsor="eu"), "check_visa ask_centre"),
        (
            told(THIRD, "family", LONG, sponsor="permit_holder"),
            f"apply_as_accompanying_family give_fingerprints register_for_cpr {AFTER} {END}",
        ),
        (
            told(THIRD, "family", LONG, sponsor="other", children="yes"),
            (
                f"apply_for_reunification register_for_cpr {AFTER} find_childcare "
                f"see_to_child_benefit {END}"
            ),
        ),
        (told(THIRD, "other", LONG), f"ask_for_permit register_for_cpr {AFTER} {END}"),
    ],
)
def test_what_to_do_in_order(answers: WhatApplies, expected: str) -> None:
    assert names(steps(answers, TODAY)) == expected


@pytest.mark.parametrize(
    ("answers", "name", "days"),
    [
        (told(EU, "work", LONG), "get_eu_document", {}),
        (
            told(EU, "work", LONG, arrival=date(2026, 12, 31)),
            "get_eu_document",
            {"latest": date(2027, 3, 31)},
        ),
        (
            told(EU, "work", LONG, arrival=date(2026, 11, 30)),
            "get_eu_document",
            {"latest": date(2027, 2, 28)},
        ),
        (
            told(EU, "work", LONG, arrival=date(2027, 11, 30)),
            "get_eu_document",
            {"latest": date(2028, 2, 29)},
        ),
        (
            told(THIRD, "family", LONG, sponsor="eu", arrival=date(2027, 1, 31)),
            "apply_as_eu_family",
            {"latest": date(2027, 4, 30)},
        ),
        (
            told(EU, "jobseeker", LONG, arrival=date(2026, 8, 31)),
            "stay_while_searching",
            {"until": date(2027, 2, 28)},
        ),
        (
            told(NORDIC, "work", LONG, arrival=date(2027, 2, 1), moved_in=date(2027, 2, 26)),
            "register_for_cpr",
            {"latest": date(2027, 3, 3)},
        ),
        (
            told(NORDIC, "work", LONG, arrival=date(2027, 2, 26), moved_in=date(2027, 2, 1)),
            "register_for_cpr",
            {"latest": date(2027, 3, 3)},
        ),
        (told(NORDIC, "work", LONG, arrival=date(2027, 2, 1)), "register_for_cpr", {}),
        (
            told(
                THIRD,
                "work",
                LONG,
                permit="granted",
                arrival=date(2028, 2, 20),
                moved_in=date(2028, 2, 25),
            ),
            "register_for_cpr",
            {"latest": date(2028, 3, 1)},
        ),
        (
            told(THIRD, "work", LONG, permit="applied", applied=date(2026, 12, 20)),
            "give_fingerprints",
            {"latest": date(2027, 1, 3)},
        ),
        (
            told(THIRD, "work", LONG, permit="granted", arrival=date(2027, 1, 1)),
            "open_account",
            {"latest": date(2027, 6, 30)},
        ),
        (
            told(EU, "work", LONG, first_day=date(2027, 3, 31), first_pay=date(2027, 4, 30)),
            "apply_for_tax_card",
            {"earliest": date(2027, 2, 28), "latest": date(2027, 4, 29)},
        ),
        (
            told(EU, "self_employed", LONG, first_day=date(2027, 1, 4)),
            "register_business",
            {"latest": date(2026, 12, 27)},
        ),
    ],
)
def test_deadlines(answers: WhatApplies, name: str, days: dict[str, date]) -> None:
    assert named(steps(answers, TODAY), name).days == days


@pytest.mark.parametrize(
    ("first_pay", "comes_first"),
    [(None, False), (date(2027, 3, 3), True), (date(2027, 3, 4), False)],
)
def test_the_tax_card_comes_first_if_pay_day_does(
    first_pay: date | None, comes_first: bool
) -> None:
    answers = told(
        NORDIC,
        "work",
        LONG,
        arrival=date(2027, 2, 26),
        moved_in=date(2027, 2, 1),
        first_pay=first_pay,
    )
    assert cpr_by(answers) == date(2027, 3, 3)
    found = steps(answers, TODAY)
    assert (found[0].name == "apply_for_tax_card") is comes_first
    assert ("pay_comes_first" in named(found, "apply_for_tax_card").notes) is comes_first


def test_a_deadline_that_is_over_is_told() -> None:
    answers = told(EU, "work", LONG, arrival=date(2026, 8, 26))
    assert "passed" in named(steps(answers, TODAY), "get_eu_document").notes
    answers = told(EU, "work", LONG, arrival=date(2026, 8, 27))
    assert "passed" not in named(steps(answers, TODAY), "get_eu_document").notes
    answers = told(THIRD, "work", LONG, permit="applied", applied=date(2026, 11, 12))
    assert named(steps(answers, TODAY), "give_fingerprints").notes == ("passed",)


def test_without_a_permit_the_tax_card_waits() -> None:
    for permit, waits in {"no": True, "applied": True, "granted": False}.items():
        found = steps(told(THIRD, "work", LONG, permit=permit), TODAY)
        assert ("permit_first" in named(found, "apply_for_tax_card").notes) is waits


def test_what_to_bring_to_register() -> None:
    expected = {
        NORDIC: ("passport_or_id", "proof_of_address"),
        EU: ("passport_or_id", "eu_document", "proof_of_address"),
        THIRD: ("passport_or_id", "permit", "proof_of_address"),
    }
    for citizenship, papers in expected.items():
        alone = steps(told(citizenship, "work", LONG, permit="granted"), TODAY)
        assert named(alone, "register_for_cpr").papers == papers
        family = told(citizenship, "work", LONG, permit="granted", children="yes")
        found = named(steps(family, TODAY), "register_for_cpr")
        assert found.papers == (*papers, "family_papers")


def answered(given: Given, values: dict[str, str]) -> Answers:
    """Return the answers to all questions that come up, choices as given or the first one."""
    known, found, number = dict(given), {}, 0
    while number < len(stages := GUIDE.stages(known)):
        for question in stages[number]:
            text = known.get(question.name) or values.get(question.name, "")
            text = text or (question.choices[0] if question.choices else "")
            known[question.name] = text
            answer = read(question, text)
            if answer is not None:
                found[question.name] = answer
        number += 1
    return found


@pytest.mark.parametrize("citizenship", CITIZENSHIPS)
def test_whatever_is_answered_there_are_steps_and_a_situation(citizenship: str) -> None:
    first = product(get_args(Purpose), get_args(Stay))
    second = list(
        product(
            ("denmark", "abroad"),
            ("granted", "applied", "no"),
            ("yes", "no"),
            ("eu", "permit_holder", "other"),
            ("none", "nordic", "eu_eea_ch", "third_country"),
        )
    )
    days = {"pd_u2_date": "2026-11-27", "arrival": "2026-12-01", "first_day": "2026-12-15"}
    for (purpose, stay), (home, permit, yes, sponsor, family) in product(first, second):
        given = {"citizenship": citizenship, "purpose": purpose, "stay": stay, "home": home}
        given |= {"permit": permit, "pd_u2": yes, "children": yes, "sponsor": sponsor}
        answers = answered(given | {"family": family}, days)
        found = GUIDE.steps(answers, Today(TODAY.day, {}))
        assert found[-1].name == "ask_centre"
        assert len({step.name for step in found}) == len(found)
        assert GUIDE.situation(answers)["citizenship"] == citizenship


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (
            {"citizenship": NORDIC, "purpose": "family", "stay": SHORT},
            ["citizenship purpose stay", "arrival municipality"],
        ),
        (
            {"citizenship": EU, "purpose": "work", "stay": LONG, "home": "abroad"},
            [
                "citizenship purpose stay",
                "home family children",
                "first_day first_pay municipality",
            ],
        ),
        (
            {"citizenship": EU, "purpose": "jobseeker", "stay": LONG, "pd_u2": "yes"},
            [
                "citizenship purpose stay",
                "pd_u2 family children",
                "pd_u2_date pd_u2_last_day arrival municipality",
            ],
        ),
        (
            {"citizenship": THIRD, "purpose": "study", "stay": LONG, "permit": "applied"},
            [
                "citizenship purpose stay",
                "permit family children",
                "applied arrival moved_in first_day first_pay municipality",
            ],
        ),
        (
            {"citizenship": THIRD, "purpose": "family", "stay": LONG},
            ["citizenship purpose stay", "sponsor children", "arrival moved_in municipality"],
        ),
    ],
)
def test_only_what_matters_is_asked(given: dict[str, str], asked: list[str]) -> None:
    stages = [" ".join(question.name for question in stage) for stage in GUIDE.stages(given)]
    assert stages == asked
