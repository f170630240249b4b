"""What stands below a mail, split off in all six languages; what was written stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.parsing.signatures import says_little, split_signature

# (what was written, what stands below it)
SIGNED = {
    "en: an office": (
        "Hello,\nwhen can our welder start?\n\nBest regards\nTom Ashworth",
        "Payroll Manager\nNorthgate Fabrication Ltd\nTel: +44 0000 000000",
    ),
    "en: a telephone": ("Do I need to bring my passport?\n\nThanks, Ify", "Sent from my iPhone"),
    "en: a line of two dashes": (
        "Is the office open on Friday?\nRob",
        "-- \nRob\nThe quieter you are",
    ),
    "da: an office with a disclaimer": (
        "Hej\nHvem skal sende blanketten, os eller ham?\n\nMed venlig hilsen\nLone Fjord",
        (
            "Lønbogholder\nVestmose Byg ApS\nTlf. 00 00 00 00\n\n"
            "Denne mail kan indeholde fortrolige oplysninger, der kun er bestemt for modtageren."
        ),
    ),
    "da: Outlook": ("Hvornår kommer mit kort?\nmvh Ali", "Hent Outlook til iOS"),
    "de: an office": (
        "Guten Tag,\nwer stellt den Antrag?\n\nMit freundlichen Grüßen\nJutta Hagedorn",
        "Steuerbüro Hagedorn\nMusterweg 4\n24937 Flensburg\nTel.: 0000 000000",
    ),
    "de: a telephone": ("Reicht der Ausweis?\n\nLG Kai", "Von meinem Samsung Galaxy gesendet"),
    "pl: an office": (
        "Dzień dobry,\nkto wypełnia formularz?\n\nZ poważaniem\nEwa Rataj",
        "Specjalista ds. kadr\nRemex Sp. z o.o.\ntel. 00 000 00 00\nNIP 000-000-00-00",
    ),
    "pl: a telephone": ("Czy moge przyjsc jutro?\nKrzysiek", "Wysłane z telefonu Samsung"),
    "lt: an office": (
        "Laba diena,\nkas pildo prašymą?\n\nPagarbiai\nInga Rimkutė",
        "Inga Rimkutė\nBuhalterė\nUAB „Statra“\nTel. +370 000 00000",
    ),
    "lt: a telephone": ("ar reik registruotis?\nAcu Mantas", "Išsiųsta iš mano „Huawei“ telefono"),
    "ro: an office": (
        "Bună ziua,\ncine trimite formularul?\n\nCu stimă,\nDoina Pavel",
        "Expert contabil\nContaplus SRL\ntel. 0200 000 000",
    ),
    "ro: a telephone": ("Pot veni mâine?\nMulțumesc, Gelu", "Trimis de pe iPhone-ul meu"),
    "en: the name again": (
        "Can she start on Monday?\n\nLaura",
        "Laura Whitmore\nSenior Data Analyst\n(she/her)",
    ),
    "da: no closing": (
        "Hvornår får han sit kort? Han begynder på mandag.",
        "Bo Krag\nVestmose Byg ApS\nTlf. 00 00 00 00",
    ),
    "da: a closing after other words": (
        "Hvem skriver under?\n\nMange tak og god dag\nLone",
        "Lønkontoret\nTlf. 00 00 00 00",
    ),
    "de: thanks and regards": (
        "Wer hilft mir?\n\nHerzlichen Dank und liebe Grüße\nOle-Jakob",
        "Ole-Jakob Freese\nStudentische Hilfskraft",
    ),
    "pl: the law": (
        "Kto to załatwia?\n\nKłaniam się\nBeniamin Sroka",
        "Wiadomość wraz z załącznikami jest poufna.",
    ),
    "pl: a tablet": ("Czy dojdzie na czas?\nZosia", "___\nWiadomość wysłana z tabletu"),
    "lt: an app": ("Kada atidarote?\nRita", "Gaukite „Outlook“, skirtą „iOS“"),
    "ro: an app": ("La ce oră deschideți?\nDana", "Trimis din Yahoo Mail pe Android"),
    "Dutch": ("Pot veni mâine?\nOctav", "Verzonden vanaf mijn Galaxy"),
    "French": ("Is my card sent?\nMarjolaine", "Envoyé de mon iPhone"),
    "Ukrainian": ("Czy są Państwo otwarci?\nOksana", "Надіслано з iPhone"),
    "another language": ("When do you open?", "Sent from Yahoo Mail on Android"),
}

# Nothing of these is a signature.
WRITTEN = {
    "a number to call": "Can you call me?\n\nBest regards\nOmar",
    "a list": "I have three questions:\n- the card\n- the number\n- the bank\n\nThanks",
    "a question below the name": "Regards, Jan\n\nPS: what about my wife? Her number is 00 00 00 00",
    "a story on confidential papers": (
        "My boss says that this mail is confidential and not for you to read, but who is the "
        "intended recipient of my payslip? I do not know. Please help."
    ),
    "a closing in the middle": "Best regards from rainy Vejle!\n\nI have lost my yellow card. What now?",
    "sent from, as a story": "Sent from my old address, the letter never came.\nWhere is it now?",
    "nothing": "",
    "what a boss did not say": "I start on Monday.\n\nVon meinem Chef habe ich nichts gehört.",
    "sent by post": "I need a new card.\n\nSent via the post office on the 3rd, no answer.",
    "to be forgotten": "I left Denmark in May.\n\nPlease delete my personal data.",
    "to be forgotten, lt": "Išvykau gegužę.\n\nPrašau ištrinti mano asmens duomenis.",
    "data of one's own": (
        "Here is what you asked for:\n\nAnna Nowak\nNørregade 4\n5000 Odense\nTel. 00 00 00 00"
    ),
    "a list with labels": "Dane do wniosku.\n\nImię: Jan\nAdres: Odense\ntel. 00 00 00 00",
    "a postscript": "Best,\nTyler\n\nP.S. My number is +45 00 00 00 00, call me.",
    "a line between two questions": "Hvad koster det?\n--\nHvor længe varer det?",
    "thanks in the middle": "Aciu uz atsakyma.\nDabar kitas klausimas\ntel 00 00 00 00 ar cia jusu numeris",
}


@pytest.mark.parametrize("name", SIGNED)
def test_the_signature_is_split_off(name: str) -> None:
    written, below = SIGNED[name]
    signed = split_signature(f"{written}\n\n{below}\n")
    assert signed.text == written
    assert signed.signature == below.strip("\n")


@pytest.mark.parametrize("name", WRITTEN)
def test_what_was_written_stays_whole(name: str) -> None:
    signed = split_signature(WRITTEN[name])
    assert signed.text == WRITTEN[name]
    assert signed.signature == ""


def test_nothing_but_a_signature() -> None:
    signed = split_signature("-- \nJohn Smith\nTel. 00 00 00 00")
    assert (signed.text, signed.signature) == ("", "-- \nJohn Smith\nTel. 00 00 00 00")


@pytest.mark.parametrize(
    "text",
    ["", "FYI", "Se nedenfor.", "zob. niżej", "siehe unten", "vezi mai jos", "žr. žemiau",
     "Hej,\n\nse venligst nedenfor.\n\nMed venlig hilsen\nLone Bech",
     "Dzień dobry,\nproszę zob. poniżej.\nPozdrawiam\nEwa"],
)  # fmt: skip
def test_a_few_words_without_a_question_say_little(text: str) -> None:
    assert says_little(text)


@pytest.mark.parametrize(
    "text",
    ["Hvor er mit kort?", "Can you help her?",
     "My new employee begins on Monday and has neither a number nor a card."],
)  # fmt: skip
def test_a_question_or_a_sentence_says_something(text: str) -> None:
    assert not says_little(text)


@given(st.text(alphabet=st.sampled_from("aZ .,:-\n@+0|?"), max_size=400))
def test_nothing_is_lost(text: str) -> None:
    signed = split_signature(text)
    assert (signed.text + signed.signature).split() == text.split()
