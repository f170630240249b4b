"""The new text of replies, as the mail programs of the six languages write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.parsing.html_text import QUOTE_MARK
from triage.parsing.quotes import split

NEW = "Tak for svaret.\n\nHvornår får jeg kortet?"

INTRODUCTIONS = {
    "en-gmail": "On Mon, Nov 3, 2025 at 10:12 AM ICS <ics@example.test> wrote:",
    "en-apple": "On 3 Nov 2025, at 10:12, ICS <ics@example.test> wrote:",
    "en-outlook": "From: ICS <ics@example.test>\nSent: Monday, November 3, 2025 10:12 AM\nTo: Jan\nSubject: RE: card",
    "en-old-outlook": "-----Original Message-----\nFrom: ICS",
    "en-forward": "---------- Forwarded message ---------\nFrom: ICS <ics@example.test>",
    "en-apple-forward": "Begin forwarded message:\n\nFrom: ICS",
    "da-gmail": "Den man. 3. nov. 2025 kl. 10.12 skrev ICS Aarhus <\nics@example.test>:",
    "da-gmail-new": "man. 3. nov. 2025 kl. 10.12 skrev ICS <ics@example.test>:",
    "da-apple": "Den 3. nov. 2025 kl. 10.12 skrev ICS <ics@example.test>:",
    "da-outlook": "Fra: ICS <ics@example.test>\nSendt: 3. november 2025 10:12\nTil: Jan\nEmne: SV: kort",
    "da-outlook-bold": "*Fra:* ICS <ics@example.test>\n*Sendt:* 3. november 2025\n*Til:* Jan\n*Emne:* SV",
    "da-original": "-----Oprindelig meddelelse-----\nFra: ICS",
    "da-forward": "Start på videresendt besked:\n\nFra: ICS",
    "de-gmail": "Am Mo., 3. Nov. 2025 um 10:12 Uhr schrieb ICS <\nics@example.test>:",
    "de-thunderbird": "Am 03.11.2025 um 10:12 schrieb ICS:",
    "de-outlook": "________________________________\nVon: ICS\nGesendet: Montag, 3. November 2025\nAn: Jan\nBetreff: AW: Karte",
    "de-original": "-----Ursprüngliche Nachricht-----\nVon: ICS",
    "de-forward": "-------- Weitergeleitete Nachricht --------\nBetreff: Karte",
    "pl-gmail": "pon., 3 lis 2025 o 10:12 ICS <ics@example.test> napisał(a):",
    "pl-thunderbird": "W dniu 3.11.2025 o 10:12, ICS pisze:",
    "pl-o2": "Dnia 3 listopada 2025 10:12 ICS <ics@example.test> napisał(a):",
    "pl-apple": "Wiadomość napisana przez ICS <ics@example.test> w dniu 3 lis 2025, o godz. 10:12:",
    "pl-outlook": "Od: ICS\nWysłano: poniedziałek, 3 listopada 2025 10:12\nDo: Jan\nTemat: Odp: karta",
    "pl-original": "-----Wiadomość oryginalna-----\nOd: ICS",
    "lt-gmail": "2025-11-03, pr, 10:12 ICS <ics@example.test> rašė:",
    "lt-long": "2025 m. lapkričio 3 d., pirmadienis 10:12, ICS <ics@example.test>\nrašė:",
    "lt-wrote": "ICS <ics@example.test> parašė (2025-11-03 10:12):",
    "lt-outlook": "Nuo: ICS\nIšsiųsta: 2025 m. lapkričio 3 d. 10:12\nKam: Jonas\nTema: RE: kortelė",
    "lt-original": "-------- Pradinis laiškas --------\nNuo: ICS",
    "lt-forward": "---------- Persiųstas laiškas ----------\nNuo: ICS",
    "ro-gmail": "În lun., 3 nov. 2025 la 10:12, ICS <ics@example.test> a scris:",
    "ro-yahoo": "Pe luni, 3 noiembrie 2025 la 10:12:21 EET, ICS <ics@example.test> a\nscris:",
    "ro-outlook": "De la: ICS\nTrimis: luni, 3 noiembrie 2025 10:12\nCătre: Ion\nSubiect: Re: card",
    "ro-original": "-----Mesaj original-----\nDe la: ICS",
    "ro-forward": "-------- Mesaj redirecționat --------\nSubiect: card",
    "mark": QUOTE_MARK,
}


@pytest.mark.parametrize("quoted", ["> Kære Jan\n> her er svaret", "Kære Jan\n\nher er svaret"])
@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_the_thread_below_is_split_off(name: str, quoted: str) -> None:
    found = split(f"{NEW}\n\n{INTRODUCTIONS[name]}\n\n{quoted}\n")
    assert found.new == NEW
    assert "her er svaret" in found.quoted
    assert QUOTE_MARK not in found.quoted


@pytest.mark.parametrize("name", INTRODUCTIONS)
def test_without_diacritics_it_is_the_same(name: str) -> None:
    plain = INTRODUCTIONS[name].translate(
        str.maketrans("ąęłńóśźżšųėčžăâîșțåøßü", "aelnoszzsueczaaistaosu")
    )
    assert split(f"{NEW}\n\n{plain}\n\n> gammelt").new == NEW


@pytest.mark.parametrize("name", ["en-gmail", "de-thunderbird", "lt-gmail", "ro-gmail", "mark"])
def test_an_answer_below_the_quotation_is_new(name: str) -> None:
    found = split(f"{INTRODUCTIONS[name]}\n> gammelt\n> mere\n\n{NEW}")
    assert found.new == NEW


def test_answers_between_quoted_lines_are_new() -> None:
    found = split("> Har du kontrakt?\nJa\n> Og adresse?\nNej\n")
    assert found.new == "Ja\nNej"
    assert found.quoted == "> Har du kontrakt?\n> Og adresse?"


def test_the_torn_end_of_a_long_quoted_line_is_quoted() -> None:
    long = "> " + "et langt citat som mailprogrammet har brudt midt over fordi det var for"
    assert split(f"nyt\n\n{long}\nlangt\n> og videre").new == "nyt"


@pytest.mark.parametrize("name", ["en-forward", "da-forward", "pl-original", "ro-outlook"])
def test_a_mere_forward_has_nothing_new(name: str) -> None:
    found = split(f"{INTRODUCTIONS[name]}\n\nHow do I get a tax card?")
    assert found.new == ""
    assert "tax card" in found.quoted


@pytest.mark.parametrize(
    "text",
    [
        "Kære ICS\n\nSKAT skrev til mig:\nDu skal have et kort.\n\nHvad gør jeg?",
        "From: Gdansk\nTo: Aarhus\nDate: 3 December\n\nWe move, what now?",
        "Ich habe am Montag geschrieben:\n- Name\n- Adresse",
        "Wir fahren von: Kiel\nan: Odense",
        "Jeg har tre spørgsmål:\n1. skat\n2. bolig\n3. læge",
        "W dniu 3.11 zaczynam pracę, pisze szef:\nproszę o kartę",
        "-- \nAnna\ntlf. 12 34 56 78",
        "=====\nHej\n=====\nMed dig",
    ],
)
def test_what_people_write_themselves_stays_new(text: str) -> None:
    assert split(text).quoted == ""


@pytest.mark.parametrize(
    "text",
    [
        ">" * 1_000_000,
        "On wrote:\n" * 100_000,
        "a:" * 300_000,
        "From: a\n" * 60_000,
        "-- a " * 100_000,
        ("on " * 100 + "\n") * 20_000,
    ],
    ids=lambda text: text[:8],
)
def test_absurd_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    split(text)
    assert time.perf_counter() - began < 5


@given(st.text(alphabet="> -:\nOnwrteFma@1.", max_size=400))
def test_no_line_is_lost(text: str) -> None:
    found = split(text)
    words = sorted(text.replace("-", " ").split())
    both = f"{found.new}\n{found.quoted}".replace("-", " ").split()
    assert sorted(both) == words
