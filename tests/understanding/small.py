"""Training data small enough to train on within a test, in all six languages."""

from __future__ import annotations

from pathlib import Path

import yaml

from language.languages import LANGUAGES, Language
from understanding.examples import Example, MailExample
from understanding.queues import Queue

TOPIC_QUEUES: dict[str, Queue] = {
    "tax-card": "tax",
    "jobnet-cv": "jobseeker",
    "cpr-number": "visitation",
}

_MESSAGES: dict[str, dict[Language, list[str]]] = {
    "faq/tax-card": {
        "da": [
            "hvordan søger jeg om skattekort",
            "skattekort",
            "Min chef beder om mit skattekort, hvor får jeg det?",
            "jeg starter på arbejde mandag og mangler skattekort",
            "hvor lang tid tager det at få et skattekort",
        ],
        "en": [
            "how do I apply for a tax card",
            "tax card",
            "my boss asks for a skattekort, where do I get one?",
            "I start work on Monday and have no tax card yet",
            "how long does a tax card take",
        ],
        "pl": [
            "jak złożyć wniosek o kartę podatkową",
            "karta podatkowa",
            "szef prosi o skattekort, skąd go wziąć?",
            "zaczynam pracę w poniedziałek i nie mam karty podatkowej",
            "ile czeka się na kartę podatkową",
        ],
        "lt": [
            "kaip pateikti prašymą mokesčių kortelei",
            "mokesčių kortelė",
            "viršininkas prašo skattekort, kur ją gauti?",
            "pirmadienį pradedu dirbti, o mokesčių kortelės neturiu",
            "kiek laiko laukti mokesčių kortelės",
        ],
        "ro": [
            "cum cer un card fiscal",
            "card fiscal",
            "șeful îmi cere skattekort, de unde îl iau?",
            "încep lucrul luni și nu am card fiscal",
            "cât durează până primesc cardul fiscal",
        ],
        "de": [
            "wie beantrage ich eine Steuerkarte",
            "Steuerkarte",
            "Mein Chef fragt nach meiner Skattekort, woher bekomme ich sie?",
            "ich fange Montag an und habe noch keine Steuerkarte",
            "wie lange dauert es mit der Steuerkarte",
        ],
    },
    "faq/jobnet-cv": {
        "da": [
            "hvordan lægger jeg mit cv på jobnet",
            "cv på Jobnet",
            "skal mit CV på Jobnet være på dansk?",
            "jeg kan ikke godkende mit cv på jobnet",
            "hvad er fristen for at oprette cv på Jobnet",
        ],
        "en": [
            "how do I put my CV on Jobnet",
            "jobnet cv",
            "must my Jobnet CV be in Danish?",
            "I cannot approve my CV on Jobnet",
            "what is the deadline for the CV on Jobnet",
        ],
        "pl": [
            "jak dodać CV na Jobnet",
            "cv jobnet",
            "czy CV na Jobnet musi być po duńsku?",
            "nie mogę zatwierdzić CV na Jobnet",
            "do kiedy trzeba utworzyć CV na Jobnet",
        ],
        "lt": [
            "kaip įkelti CV į Jobnet",
            "jobnet cv",
            "ar CV Jobnet svetainėje turi būti danų kalba?",
            "negaliu patvirtinti CV Jobnet",
            "iki kada reikia sukurti CV Jobnet",
        ],
        "ro": [
            "cum pun CV-ul pe Jobnet",
            "cv jobnet",
            "CV-ul de pe Jobnet trebuie să fie în daneză?",
            "nu pot aproba CV-ul pe Jobnet",
            "până când trebuie făcut CV-ul pe Jobnet",
        ],
        "de": [
            "wie stelle ich meinen Lebenslauf auf Jobnet ein",
            "Jobnet Lebenslauf",
            "Muss der Lebenslauf auf Jobnet auf Dänisch sein?",
            "ich kann meinen Lebenslauf auf Jobnet nicht bestätigen",
            "bis wann muss der Lebenslauf auf Jobnet stehen",
        ],
    },
    "faq/cpr-number": {
        "da": [
            "hvordan får jeg et cpr-nummer",
            "CPR-nummer",
            "hvor bestiller jeg tid til at få CPR-nummer?",
            "skal mine børn have cpr-nummer, når vi flytter hertil",
            "hvilke papirer skal jeg bruge til CPR",
        ],
        "en": [
            "how do I get a CPR number",
            "CPR number",
            "where do I book a time for the CPR number?",
            "do my children need a CPR number when we move here",
            "which papers do I need for CPR",
        ],
        "pl": [
            "jak dostać numer CPR",
            "numer CPR",
            "gdzie umówić się na wizytę po numer CPR?",
            "czy dzieci potrzebują numeru CPR po przeprowadzce",
            "jakie dokumenty są potrzebne do CPR",
        ],
        "lt": [
            "kaip gauti CPR numerį",
            "CPR numeris",
            "kur užsiregistruoti dėl CPR numerio?",
            "ar vaikams reikia CPR numerio, kai atsikraustysime",
            "kokių dokumentų reikia CPR numeriui",
        ],
        "ro": [
            "cum obțin un număr CPR",
            "număr CPR",
            "unde fac programare pentru numărul CPR?",
            "copiii au nevoie de număr CPR când ne mutăm",
            "ce acte trebuie pentru CPR",
        ],
        "de": [
            "wie bekomme ich eine CPR-Nummer",
            "CPR-Nummer",
            "wo mache ich einen Termin für die CPR-Nummer?",
            "brauchen meine Kinder eine CPR-Nummer, wenn wir umziehen",
            "welche Papiere brauche ich für die CPR-Nummer",
        ],
    },
    "greet": {
        "da": ["hej", "goddag", "hej med dig"],
        "en": ["hello", "good morning", "hi there"],
        "pl": ["cześć", "dzień dobry", "witam"],
        "lt": ["labas", "laba diena", "sveiki"],
        "ro": ["bună", "bună ziua", "salut"],
        "de": ["hallo", "guten Tag", "moin"],
    },
    "thanks": {
        "da": ["tak", "mange tak", "tusind tak for hjælpen"],
        "en": ["thanks", "thank you", "thank you so much"],
        "pl": ["dziękuję", "dzięki", "bardzo dziękuję"],
        "lt": ["ačiū", "labai ačiū", "dėkoju"],
        "ro": ["mulțumesc", "mersi", "vă mulțumesc mult"],
        "de": ["danke", "vielen Dank", "danke schön"],
    },
    "affirm": {
        "da": ["ja", "ja tak", "det er rigtigt"],
        "en": ["yes", "yes please", "that is right"],
        "pl": ["tak", "tak, poproszę", "zgadza się"],
        "lt": ["taip", "taip, prašau", "teisingai"],
        "ro": ["da", "da, vă rog", "așa este"],
        "de": ["jawohl", "ja bitte", "das stimmt"],
    },
    "out_of_scope": {
        "da": [
            "hvordan bliver vejret i morgen",
            "hvad koster en billet til Tivoli",
            "hvem vandt kampen i går",
            "kan du anbefale en restaurant",
            "hvornår går færgen til Norge",
        ],
        "en": [
            "what is the weather like tomorrow",
            "how much is a ticket to Tivoli",
            "who won the match yesterday",
            "can you recommend a restaurant",
            "when does the ferry to Norway leave",
        ],
        "pl": [
            "jaka będzie jutro pogoda",
            "ile kosztuje bilet do Tivoli",
            "kto wygrał wczoraj mecz",
            "polecisz jakąś restaurację",
            "kiedy odpływa prom do Norwegii",
        ],
        "lt": [
            "koks rytoj oras",
            "kiek kainuoja bilietas į Tivoli",
            "kas vakar laimėjo rungtynes",
            "gal rekomenduotumėte restoraną",
            "kada išplaukia keltas į Norvegiją",
        ],
        "ro": [
            "cum e vremea mâine",
            "cât costă un bilet la Tivoli",
            "cine a câștigat meciul ieri",
            "îmi recomanzi un restaurant",
            "când pleacă feribotul spre Norvegia",
        ],
        "de": [
            "wie wird morgen das Wetter",
            "was kostet eine Karte fürs Tivoli",
            "wer hat gestern das Spiel gewonnen",
            "kannst du ein Restaurant empfehlen",
            "wann fährt die Fähre nach Norwegen",
        ],
    },
}

EXAMPLES = [
    Example(text, label, language)
    for label, languages in _MESSAGES.items()
    for language, texts in languages.items()
    for text in texts
]

_MAILS: dict[Language, list[tuple[Queue, str, str]]] = {
    "da": [
        (
            "tax",
            "Skattekort",
            "Kære ICS\n\nJeg begynder i nyt job og mangler et skattekort.\n\nHilsen Ana",
        ),
        (
            "tax",
            "55 procent",
            "Hej. Min løn er trukket 55 % i skat. Hvordan får jeg et skattekort?",
        ),
        ("jobseeker", "CV", "Hej, jeg er ledig og kan ikke lægge mit CV på Jobnet. Hvad gør jeg?"),
        (
            "jobseeker",
            "Jobsøger",
            "Goddag\nJeg søger arbejde og skal have mit CV godkendt på Jobnet.",
        ),
        ("visitation", "Flytning", "Vi flytter til Danmark til august. Hvor får vi CPR-numre?"),
        (
            "visitation",
            "CPR",
            "Hej, hvilke papirer skal min kone have med for at få et CPR-nummer?",
        ),
    ],
    "en": [
        (
            "tax",
            "Tax card",
            "Dear ICS,\n\nI start a new job and need a tax card.\n\nBest regards\nAna",
        ),
        ("tax", "55 percent", "Hi. They took 55 % tax from my pay. How do I get a tax card?"),
        ("jobseeker", "CV", "Hello, I am unemployed and cannot put my CV on Jobnet. What now?"),
        ("jobseeker", "Jobseeker", "Hello\nI look for work and my CV must be approved on Jobnet."),
        ("visitation", "Moving", "We move to Denmark in August. Where do we get CPR numbers?"),
        ("visitation", "CPR", "Hi, which papers must my wife bring to get a CPR number?"),
    ],
    "pl": [
        (
            "tax",
            "Karta podatkowa",
            "Dzień dobry,\n\nzaczynam pracę i potrzebuję karty podatkowej.\n\nAna",
        ),
        ("tax", "55 procent", "Potrącili mi 55 % podatku. Jak dostać kartę podatkową?"),
        ("jobseeker", "CV", "Jestem bezrobotny i nie mogę dodać CV na Jobnet. Co robić?"),
        ("jobseeker", "Szukam pracy", "Szukam pracy, a moje CV musi być zatwierdzone na Jobnet."),
        (
            "visitation",
            "Przeprowadzka",
            "W sierpniu przeprowadzamy się do Danii. Gdzie dostaniemy CPR?",
        ),
        ("visitation", "CPR", "Jakie dokumenty ma zabrać żona, żeby dostać numer CPR?"),
    ],
}

MAILS = [
    MailExample(subject, body, queue, language)
    for language, mails in _MAILS.items()
    for queue, subject, body in mails
]


def write_messages(directory: Path) -> Path:
    """Write the messages as training files, one a language; return their directory."""
    directory.mkdir(parents=True)
    for language in LANGUAGES:
        lines = ['version: "3.1"', "nlu:"]
        for label, texts in _MESSAGES.items():
            lines += [f"- intent: {label}", "  examples: |"]
            lines += [f"    - {text}" for text in texts[language]]
        (directory / f"{language}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return directory


def write_mails(directory: Path) -> Path:
    """Write the mails as training files, one a language; return their directory."""
    directory.mkdir(parents=True)
    for language, mails in _MAILS.items():
        entries = [
            {"id": f"{language}-{number}", "label": label, "subject": subject, "body": body}
            for number, (label, subject, body) in enumerate(mails)
        ]
        text = yaml.safe_dump(entries, allow_unicode=True)
        (directory / f"{language}.yml").write_text(text, encoding="utf-8")
    return directory
