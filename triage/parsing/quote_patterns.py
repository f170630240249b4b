"""How mail programs introduce a quoted or forwarded thread, in the six languages.

The kept-up libraries know English, Danish, German and partly Polish (mail-parser-reply) or
English and German (quotequail); none knows Lithuanian or Romanian (docs/benchmarks.md compares them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from language.languages import Language


@dataclass(frozen=True)
class QuotePatterns:
    """What introduces a quotation in one language. All in lower case, without diacritics.

    Attributes:
        wrote: The verb of an introduction, "On … Anna wrote:".
        openings: How such an introduction begins; weekdays count too, and so do dates.
        sender: Names of the header that says from whom; a block of headers begins with it.
        subject: Names of the header that says what about.
        headers: Names of the other headers of such a block.
        separators: What stands between dashes, or alone before a colon, above the old mail.
        quoting: How "Quoting Anna <anna@example.org>:" begins, as webmail has it.
    """

    wrote: tuple[str, ...]
    openings: tuple[str, ...]
    sender: tuple[str, ...]
    subject: tuple[str, ...]
    headers: tuple[str, ...]
    separators: tuple[str, ...]
    quoting: tuple[str, ...]


PATTERNS: Mapping[Language, QuotePatterns] = {
    "en": QuotePatterns(
        wrote=("wrote", "writes"),
        openings=("on", "mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        sender=("from", "sender"),
        subject=("subject",),
        headers=("sent", "date", "to", "cc", "reply-to", "attachments", "importance"),
        separators=("original message", "forwarded message", "begin forwarded message",
                    "forwarded by", "original mail", "reply message"),
        quoting=("quoting",),
    ),
    "da": QuotePatterns(
        wrote=("skrev", "skriver"),
        openings=("den", "d.", "pa", "man", "tir", "ons", "tor", "tors", "fre", "lor", "loer",
                  "son", "soen"),
        sender=("fra", "afsender"),
        subject=("emne",),
        headers=("sendt", "dato", "til", "cc", "kopi", "svar til", "vedhaeftet",
                 "vedhaeftede filer", "modtaget"),
        separators=("oprindelig meddelelse", "oprindelig besked", "oprindelig mail",
                    "videresendt meddelelse", "videresendt besked", "videresendt mail",
                    "start pa videresendt besked", "start pa videresendt meddelelse",
                    "begyndelse af videresendt besked"),
        quoting=("citat", "citerer"),
    ),
    "de": QuotePatterns(
        wrote=("schrieb", "schreibt", "geschrieben"),
        openings=("am", "mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag", "mittwoch",
                  "donnerstag", "freitag", "samstag", "sonntag"),
        sender=("von", "absender"),
        subject=("betreff",),
        headers=("gesendet", "datum", "an", "cc", "kopie", "antwort an", "anlagen"),
        separators=("ursprungliche nachricht", "urspruengliche nachricht", "originalnachricht",
                    "original-nachricht", "weitergeleitete nachricht", "weitergeleitete mail",
                    "anfang der weitergeleiteten nachricht",
                    "anfang der weitergeleiteten e-mail"),
        quoting=("zitat von", "zitiere"),
    ),
    "pl": QuotePatterns(
        wrote=("napisal", "napisala", "napisal(a)", "napisano", "pisze", "napisana przez"),
        openings=("w dniu", "dnia", "wiadomosc napisana", "pon", "wt", "sr", "czw", "pt", "pia",
                  "sob", "niedz", "nd"),
        sender=("od", "nadawca"),
        subject=("temat",),
        headers=("wyslano", "wyslane", "wyslana", "data", "do", "dw", "udw", "cc", "odpowiedz do", "zalaczniki", "adresat", "kopia"),
        separators=("wiadomosc oryginalna", "oryginalna wiadomosc", "pierwotna wiadomosc",
                    "wiadomosc przekazana dalej", "przekazana wiadomosc",
                    "wiadomosc przekazana", "tresc przekazanej wiadomosci",
                    "poczatek przekazywanej wiadomosci", "poczatek przekazanej wiadomosci"),
        quoting=("cytowanie", "cytat", "cytuje"),
    ),
    "lt": QuotePatterns(
        wrote=("rase", "parase", "raso"),
        openings=("pirm", "antr", "trec", "ketv", "penkt", "sest", "sekm", "pr", "an", "tr",
                  "kt", "pn", "st", "sk"),
        sender=("nuo", "siuntejas", "is"),
        subject=("tema",),
        headers=("issiusta", "issiustas", "data", "kam", "gavejas", "gavejai", "kopija", "cc",
                 "atsakyti", "priedai"),
        separators=("pradinis laiskas", "pradine zinute", "originalus laiskas",
                    "originalus pranesimas", "pirminis laiskas", "pirmine zinute",
                    "persiustas laiskas", "persiunciamas laiskas", "persiusta zinute",
                    "persiustas pranesimas", "peradresuotas laiskas",
                    "persiunciamo laisko pradzia", "persiustos zinutes pradzia",
                    "pradinis pranesimas", "originali zinute", "pirminis pranesimas"),
        quoting=("cituojama", "cituoju", "citata"),
    ),
    "ro": QuotePatterns(
        wrote=("a scris", "au scris", "scrie"),
        openings=("pe", "in", "la", "la data", "lun", "mar", "mie", "joi", "vin", "sam", "dum"),
        sender=("de la", "expeditor", "din partea"),
        subject=("subiect",),
        headers=("trimis", "trimisa", "data", "catre", "destinatar", "pentru", "cc", "raspuns la", "atasari", "atasamente"),
        separators=("mesaj original", "mesajul original", "mesaj initial", "mesajul initial",
                    "mesaj redirectionat", "mesajul redirectionat", "mesaj retransmis",
                    "mesaj transmis mai departe", "mesaj inaintat",
                    "inceputul mesajului redirectionat", "inceput mesaj redirectionat"),
        quoting=("citat din", "citez din", "citez pe"),
    ),
}  # fmt: skip
"""By language. A thread may be introduced in another language than its text is written in: the
mail program's language decides, so all are looked for."""

ELSEWHERE = QuotePatterns(
    wrote=("a ecrit", "escribio", "ha scritto", "schreef", "escreveu", "пише", "написав", "пишет",
           "написал", "kirjoitti", "napsal", "rakstija"),
    openings=("le", "el", "il giorno", "op", "em", "пн", "вт", "ср", "чт", "пт", "сб", "нд", "вс",
              "dne"),
    sender=("de", "da", "van", "fran", "від", "от", "no"),
    subject=("objet", "asunto", "oggetto", "onderwerp", "amne", "тема", "assunto"),
    headers=("envoye", "enviado", "inviato", "verzonden", "skickat", "надіслано", "отправлено",
             "a", "para", "aan", "till", "кому", "fecha", "дата"),
    separators=("message transfere", "mensaje reenviado", "messaggio inoltrato",
                "doorgestuurd bericht", "vidarebefordrat meddelande", "message d'origine",
                "mensaje original", "messaggio originale", "oorspronkelijk bericht",
                "ursprungligt meddelande", "пересилане повідомлення", "пересылаемое сообщение"),
    quoting=(),
)  # fmt: skip
"""In French, Spanish, Italian, Dutch, Swedish, Portuguese, Ukrainian, Russian and others, in part: who
writes in one of the six languages may have a program that speaks another."""
