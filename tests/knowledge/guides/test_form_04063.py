"""Which way to a tax card, what to attach in a person's case, and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge.guides.deadlines import Today
from knowledge.guides.form_04063 import EDITIONS, GUIDE, Form04063, attachments, steps
from knowledge.guides.steps import Step
from language.languages import LANGUAGES, NAMES
from tests.knowledge.guides.days import TODAY, with_fact

DIGITAL = "open_digital_form attach_papers send_digital_form wait_for_tax_card"
PDF = "open_pdf_form attach_papers send_pdf_form wait_for_tax_card"


def told(**changes: Any) -> Form04063:
    """Return what an EU citizen with a job tells, with changes."""
    return Form04063(**{"citizenship": "eu_eea_ch", "work": "employee", "tastselv": "no"} | changes)


def named(found: list[Step], name: str) -> Step:
    return next(step for step in found if step.name == name)


@pytest.mark.parametrize(
    ("answers", "names"),
    [
        ({}, DIGITAL),
        ({"way": "pdf"}, PDF),
        ({"citizenship": "nordic"}, DIGITAL),
        ({"citizenship": "third_country", "permit": "granted"}, DIGITAL),
        ({"citizenship": "third_country", "permit": "ukraine"}, DIGITAL),
        ({"citizenship": "third_country", "permit": "no"}, f"get_work_permit {DIGITAL}"),
        ({"citizenship": "third_country", "permit": "no", "way": "pdf"}, f"get_work_permit {PDF}"),
        ({"tastselv": "yes"}, "use_tastselv wait_for_tax_card"),
        (
            {"tastselv": "yes", "citizenship": "third_country", "permit": "no"},
            "get_work_permit use_tastselv wait_for_tax_card",
        ),
        ({"work": "self_employed"}, "register_business"),
        ({"work": "researcher"}, "ask_about_researcher_scheme"),
    ],
)
def test_the_way_to_a_tax_card(answers: dict[str, Any], names: str) -> None:
    assert [step.name for step in steps(told(**answers), TODAY)] == names.split()


@pytest.mark.parametrize(
    ("answers", "papers"),
    [
        ({}, "contract passport_page"),
        ({"identity": "id_card"}, "contract id_card_both_sides"),
        ({"married": "yes"}, "contract passport_page marriage_certificate"),
        (
            {"married": "yes", "lives_in": "denmark"},
            "contract passport_page marriage_certificate",
        ),
        ({"lives_in": "sweden"}, "contract passport_page"),
        (
            {"lives_in": "sweden", "identity": "id_card"},
            "contract id_card_both_sides civil_registration_certificate",
        ),
        ({"lives_in": "sweden", "married": "yes"}, "contract passport_page family_certificate"),
        (
            {
                "citizenship": "nordic",
                "lives_in": "sweden",
                "identity": "id_card",
                "married": "yes",
            },
            "contract id_card_both_sides civil_registration_certificate family_certificate",
        ),
        (
            {"citizenship": "third_country", "permit": "granted"},
            "contract passport_page permit",
        ),
        (
            {"citizenship": "third_country", "permit": "granted", "married": "yes"},
            "contract passport_page marriage_certificate permit",
        ),
        (
            {"citizenship": "third_country", "permit": "granted", "lives_in": "sweden"}
            | {"identity": "id_card"},
            "contract id_card_both_sides permit",
        ),
        ({"citizenship": "third_country", "permit": "no"}, "contract passport_page permit"),
        ({"citizenship": "third_country", "permit": "ukraine"}, "contract passport_page"),
    ],
)
def test_what_to_attach(answers: dict[str, Any], papers: str) -> None:
    assert attachments(told(**answers)) == tuple(papers.split())


def test_what_to_attach_for_a_permit_that_is_only_applied_for_is_to_be_asked() -> None:
    found = steps(told(citizenship="third_country", permit="ukraine"), TODAY)
    assert named(found, "attach_papers").notes == ("ukraine_attachment",)


@pytest.mark.parametrize(
    ("first_day", "first_pay", "days"),
    [
        (None, None, {}),
        (date(2027, 1, 4), None, {"earliest": date(2026, 12, 4)}),
        (date(2027, 3, 31), None, {"earliest": date(2027, 2, 28)}),
        (date(2028, 3, 31), None, {"earliest": date(2028, 2, 29)}),
        (None, date(2027, 1, 29), {"latest": date(2027, 1, 28)}),
        (
            date(2027, 1, 1),
            date(2027, 1, 1),
            {"earliest": date(2026, 12, 1), "latest": date(2026, 12, 31)},
        ),
    ],
)
@pytest.mark.parametrize(
    ("way", "name"),
    [
        ({"way": "digital"}, "send_digital_form"),
        ({"way": "pdf"}, "send_pdf_form"),
        ({"tastselv": "yes"}, "use_tastselv"),
    ],
)
def test_when_to_apply(
    first_day: date | None,
    first_pay: date | None,
    days: dict[str, date],
    way: dict[str, Any],
    name: str,
) -> None:
    found = steps(told(first_day=first_day, first_pay=first_pay, **way), TODAY)
    assert named(found, name).days == days


def test_a_pay_day_that_is_over_is_told() -> None:
    found = steps(told(first_pay=date(2026, 11, 27)), TODAY)
    assert named(found, "send_digital_form").notes == ("passed",)
    found = steps(told(first_pay=date(2026, 11, 28)), TODAY)
    assert named(found, "send_digital_form").notes == ("before_first_pay",)


def test_how_long_it_takes_comes_from_the_fact() -> None:
    """An admin changes it in one place; while it waits to be confirmed, no day is promised."""
    assert named(steps(told(), TODAY), "wait_for_tax_card").days == {}
    for value, day in {"2 weeks": date(2026, 12, 11), "1 month": date(2026, 12, 27)}.items():
        today = with_fact("form-04063-time", value)
        waiting = named(steps(told(), today), "wait_for_tax_card")
        assert waiting.days == {"expected": day}
        assert waiting.facts == ("form-04063-time",)
    # Nobody can apply earlier than a month before the first day.
    today = with_fact("form-04063-time", "2 weeks")
    found = steps(told(first_day=date(2027, 2, 1)), today)
    assert named(found, "wait_for_tax_card").days == {"expected": date(2027, 1, 15)}
    today = with_fact("tastselv-tax-card-time", "5 days")
    found = steps(told(tastselv="yes"), today)
    assert named(found, "wait_for_tax_card").days == {"expected": date(2026, 12, 2)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_comes_in_each_language(language: str) -> None:
    for way in ("digital", "pdf"):
        found = steps(told(form_language=language, way=way), TODAY)
        assert found[0].values == {
            "edition": EDITIONS[language],  # type: ignore[index]  # one of LANGUAGES
            "language": NAMES[language],  # type: ignore[index]
        }


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, ["citizenship work"]),
        ({"work": "researcher"}, ["citizenship work"]),
        (
            {"work": "employee", "citizenship": "nordic"},
            [
                "citizenship work",
                "tastselv",
                "lives_in identity married way form_language first_day first_pay municipality",
            ],
        ),
        (
            {"work": "employee", "citizenship": "third_country", "tastselv": "yes"},
            ["citizenship work", "tastselv permit", "first_day first_pay"],
        ),
    ],
)
def test_only_what_matters_is_asked(given: dict[str, str], asked: list[str]) -> None:
    stages = [" ".join(question.name for question in stage) for stage in GUIDE.stages(given)]
    assert stages == asked


def test_steps_do_not_depend_on_the_facts_being_there() -> None:
    found = steps(told(), Today(date(2026, 11, 27), {}))
    assert [step.name for step in found] == DIGITAL.split()
