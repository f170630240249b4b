"""What is personal in a letter is found by where it stands, in six languages, and little else is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.personal_data import find_personal_data, without_personal_data

LETTERS = [
    pytest.param(
        "Hej Mette,\n\nJeg mangler et skattekort. Ring på 12 34 56 78.\n\nMed venlig hilsen\n"
        "Søren Kragh\nBogholder\nHavtorn Maskiner A/S\nsoren@example.dk",
        "Hej [name],\n\nJeg mangler et skattekort. Ring på [phone].\n\nMed venlig hilsen\n"
        "[name]\n[signature]\n[employer]\n[email]",
        id="da-signature",
    ),
    pytest.param(
        "hej jeg hedder vasile og bor i Thisted. hvor faar jeg skattekort? tak",
        "hej jeg hedder [name] og bor i Thisted. hvor faar jeg skattekort? tak",
        id="da-small-letters",
    ),
    pytest.param(
        "Her er kontrakten.\n/Jolanta", "Her er kontrakten.\n/[name]", id="da-after-a-stroke"
    ),
    pytest.param(
        "Dear Sir or Madam,\n\nmy wife Fatou starts in Odense on 1 March 2027. Fatou has a passport, "
        "AB1234567.\n\nKind regards,\nIdrissa Ba",
        "Dear Sir or Madam,\n\nmy wife [name] starts in Odense on 1 March 2027. [name] has a "
        "passport, [number].\n\nKind regards,\n[name]",
        id="en-a-wife",
    ),
    pytest.param(
        "we work 12 hours in Taulov. is it legal. Jasur",
        "we work 12 hours in Taulov. is it legal. [name]",
        id="en-behind-a-sentence",
    ),
    pytest.param(
        "Dzień dobry,\n\nkiedy dostanę kartę podatkową? Konto PL61 1090 1014 0000 0712 1981 2874.\n\n"
        "Pozdrawiam serdecznie\nBożena Skwarek\nul. Długa 5/7, 00-950 Warszawa",
        "Dzień dobry,\n\nkiedy dostanę kartę podatkową? Konto [account].\n\n"
        "Pozdrawiam serdecznie\n[name]\n[address]",
        id="pl-account-and-address",
    ),
    pytest.param(
        "Karta? Kinga B.\nWysłane z iPhone'a",
        "Karta? [name]\nWysłane z iPhone'a",
        id="pl-initial-above-a-program",
    ),
    pytest.param(
        "Laba diena,\n\nmano vardas Jonas, dirbu Ikast. Kada bus kortelė?\n\nPagarbiai\nJonas Petraitis",
        "Laba diena,\n\nmano vardas [name], dirbu Ikast. Kada bus kortelė?\n\nPagarbiai\n[name]",
        id="lt-introduction",
    ),
    pytest.param(
        "Bună ziua,\n\nm-am născut la 03.03.1960. Rog un răspuns\nEduard Simion\n+40 712 345 678",
        "Bună ziua,\n\nm-am născut la [birth]. Rog un răspuns\n[name]\n[phone]",
        id="ro-no-closing-that-is-known",
    ),
    pytest.param(
        "Sehr geehrte Frau Lindholm,\n\nich heiße Jonas. Brauche ich Formular 04.063 oder PD U2? "
        "Ich verdiene 31.000 kr. im Monat.\n\nMfG\nJonas Tietze\n\nPS: Der Chef fragt auch.",
        "Sehr geehrte Frau [name],\n\nich heiße [name]. Brauche ich Formular 04.063 oder PD U2? "
        "Ich verdiene 31.000 kr. im Monat.\n\nMfG\n[name]\n\nPS: Der Chef fragt auch.",
        id="de-title-and-postscript",
    ),
]


@pytest.mark.parametrize(("letter", "expected"), LETTERS)
def test_letters(letter: str, expected: str) -> None:
    assert without_personal_data(letter) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Skal jeg bruge form 04.063 eller 04.063EN inden den 1. marts 2027?",
        "I earned 31.000 kr. in May and 1 200 000 in all; the fee is DKK 7,900.",
        "Moje PD U2 kończy się 22.12.2026, mam przyjść do Jobcenter Odense?",
        "Kiek laiko laukti vizito CPR Kopenhagoje?",
        "Buna ziua, am venit in 2024 in Danemarca, ce acte imi trebuie?",
        "Sehr geehrte Damen und Herren, bekomme ich das AM-Bidrag zurück?",
        "In 2024 Danish law changed.",
        "AM O PROBLEMA MARE SI NU STIU CU CINE SA VORBESC",
        "",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert without_personal_data(text) == text


def test_who_is_known_from_the_headers_is_found_with_endings_too() -> None:
    names = ["Anna Nowak", "anna.nowak1990@gmail.example"]
    text = "Chodzi o kartę Anny i męża. Nowakowie mieszkają w Gmail i Vejle."
    assert without_personal_data(text, names) == (
        "Chodzi o kartę [name] i męża. [name] mieszkają w Gmail i Vejle."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mein Nummer ist 010190-1234.", "Mein Nummer ist [CPR]."),
        ("Bor på Nørre Allé 7, 2. tv, 8000 Aarhus C", "Bor på [address]"),
        ("Jeg bor Brogade 12, 4600 Køge.", "Jeg bor [address]."),
        ("See https://example.test/a?b=c, please", "See [link], please"),
        ("PESEL 90010112345", "PESEL [number]"),
        ("reg. 1234 0001234567", "[account]"),
        ("tel. +48 600 700 800.", "tel. [phone]."),
        ("UAB „Nemuno vilkikai“ moka", "[employer] moka"),
    ],
)
def test_numbers_and_addresses(text: str, expected: str) -> None:
    assert without_personal_data(text) == expected


@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_is_written_places_lie_in_the_text_and_apart(text: str, names: list[str]) -> None:
    found = find_personal_data(text, names)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
