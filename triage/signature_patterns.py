"""How people end a mail, and what mail programs and offices put below it, in the six languages.

The kept-up libraries know English and a few others (mail-parser-reply: Danish, German and Polish in
part); none knows Lithuanian or Romanian.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from language.languages import Language


@dataclass(frozen=True)
class SignaturePatterns:
    """What stands at the end of a mail in one language. All folded: lower case, no diacritics.

    Attributes:
        closings: How a mail is ended, before the name; the beginning of a line.
        sent_from: What a telephone or a program adds; the beginning of a line.
        disclaimers: Groups of words, as `language.word_patterns` has them, by which a paragraph
            below the name tells that it is a disclaimer.
        labels: What stands before a telephone number, an address or a web page.
    """

    closings: tuple[str, ...]
    sent_from: tuple[str, ...]
    disclaimers: tuple[str, ...]
    labels: tuple[str, ...]


PATTERNS: Mapping[Language, SignaturePatterns] = {
    "en": SignaturePatterns(
        closings=("best regards", "kind regards", "warm regards", "with regards", "regards",
                  "many thanks", "thanks", "thank you", "yours sincerely", "yours faithfully",
                  "sincerely", "best wishes", "all the best", "best", "cheers", "br"),
        sent_from=("sent from my", "sent from outlook", "sent from yahoo", "sent from mail for",
                   "sent from samsung", "sent from gmail", "sent with", "sent via", "sent using",
                   "get outlook for", "sent by my", "written on my phone", "yahoo mail:"),
        disclaimers=("(confidential|privileged) .. (information|recipient|addressee*|intended)",
                     "(this|the) (e mail|email|message|mail) .. (confidential|privileged|intended)",
                     "(intended|unintended) recipient", "if you .. received this .. (error|mistake)",
                     "before printing", "virus free", "scanned .. virus*",
                     "we process .. personal data", "privacy policy"),
        labels=("tel", "phone", "telephone", "mobile", "mob", "cell", "fax", "e-mail", "email",
                "mail", "web", "website", "www", "address", "office", "vat", "reg", "skype",
                "whatsapp"),
    ),
    "da": SignaturePatterns(
        closings=("med venlig hilsen", "med venlige hilsner", "venlig hilsen", "venlige hilsner",
                  "de bedste hilsner", "bedste hilsner", "bedste hilsen", "mange hilsner",
                  "kaerlig hilsen", "hilsen", "hilsner", "mvh", "m.v.h", "vh", "v.h", "dbh", "kh",
                  "med hojagtelse", "pa forhand tak", "tak pa forhand", "mange tak"),
        sent_from=("sendt fra min", "sendt fra outlook", "sendt fra yahoo", "sendt fra mail til",
                   "sendt fra samsung", "sendt fra gmail", "sendt med", "sendt via",
                   "hent outlook til", "skrevet pa min", "fa outlook til"),
        disclaimers=("(fortrolig*|tavshedspligt*) .. (oplysninger|modtager*|indhold*|information*)",
                     "denne (mail|e mail|besked|meddelelse) .. (fortrolig*|bestemt)",
                     "(rette|tilsigtede) modtager", "ved en fejl .. modtaget",
                     "modtaget .. ved en fejl", "taenk pa miljoet", "behandler .. personoplysninger",
                     "privatlivspolitik", "sikker (mail|post|e mail)", "databeskyttelse*"),
        labels=("tlf", "telefon", "mobil", "mob", "direkte", "fax", "e-mail", "email", "mail", "web",
                "www", "adresse", "cvr", "cvr-nr", "cvr nr", "ean", "hjemmeside", "abningstider"),
    ),
    "de": SignaturePatterns(
        closings=("mit freundlichen grussen", "mit freundlichem gruss", "freundliche grusse",
                  "mit freundlichen gruessen", "freundliche gruesse", "viele grusse",
                  "viele gruesse", "beste grusse", "beste gruesse", "schone grusse",
                  "schoene gruesse", "liebe grusse", "liebe gruesse", "herzliche grusse",
                  "herzliche gruesse", "mit besten grussen", "mit besten gruessen", "grusse",
                  "gruesse", "gruss", "hochachtungsvoll", "mfg", "lg", "vg", "vielen dank",
                  "danke im voraus", "besten dank"),
        sent_from=("von meinem", "gesendet von meinem", "gesendet von mail", "gesendet von outlook",
                   "gesendet mit", "gesendet uber", "gesendet ueber", "holen sie sich outlook",
                   "outlook fur", "outlook fuer", "diese nachricht wurde von", "von unterwegs"),
        disclaimers=("(vertraulich*|geschutzt*) .. (information*|empfanger|inhalt*|daten)",
                     "diese (e mail|mail|nachricht) .. (vertraulich*|bestimmt|enthalt)",
                     "(richtige|bestimmungsgemasse|vorgesehene) (adressat|empfanger)",
                     "irrtumlich erhalten", "denken sie an die umwelt", "vor dem ausdrucken",
                     "datenschutz*", "(geschaftsfuhrer*|handelsregister*|amtsgericht)"),
        labels=("tel", "telefon", "mobil", "handy", "fax", "e-mail", "email", "mail", "web", "www",
                "internet", "adresse", "anschrift", "ust-id", "ust-idnr", "hrb", "iban"),
    ),
    "pl": SignaturePatterns(
        closings=("z powazaniem", "z wyrazami szacunku", "z szacunkiem", "z gory dziekuje",
                  "z gory dziekujemy", "pozdrawiam", "pozdrawiamy", "serdecznie pozdrawiam",
                  "z pozdrowieniami", "pozdrowienia", "serdeczne pozdrowienia", "dziekuje",
                  "dziekuje i pozdrawiam", "lacze wyrazy szacunku", "pozdr", "milego dnia"),
        sent_from=("wyslano z", "wyslane z", "wyslane za pomoca", "wyslano za pomoca",
                   "wyslano przez", "pobierz aplikacje outlook", "pobierz program outlook",
                   "pisane z telefonu", "pisze z telefonu", "uzyskaj aplikacje outlook"),
        disclaimers=("(poufn*|zastrzezon*) .. (informacj*|adresat*|tresc*|wiadomosc*)",
                     "(niniejsza|ta) (wiadomosc|korespondencja) .. (poufn*|przeznaczon*|zawiera)",
                     "nie (jest|sa) .. adresatem", "otrzymal* .. (omylkowo|pomylkowo|przez pomylke)",
                     "zanim wydrukujesz", "pomysl o srodowisku", "administratorem .. danych",
                     "przetwarzan* .. danych osobowych", "wolna od wirusow", "sad rejonowy"),
        labels=("tel", "telefon", "kom", "tel. kom", "mob", "fax", "faks", "e-mail", "email",
                "mail", "www", "adres", "nip", "regon", "krs", "ul"),
    ),
    "lt": SignaturePatterns(
        closings=("pagarbiai", "su pagarba", "nuosirdziai", "geriausi linkejimai",
                  "su geriausiais linkejimais", "linkejimai", "su linkejimais", "is anksto dekoju",
                  "is anksto aciu", "is anksto dekojame", "dekoju", "dekojame", "aciu", "geros dienos",
                  "grazios dienos", "viso gero", "iki"),
        sent_from=("issiusta is", "siunciama is", "siusta is", "issiusta naudojant",
                   "gauti outlook", "gaukite outlook", "atsisiusti outlook", "rasyta telefonu",
                   "rasau is telefono", "issiusta per"),
        disclaimers=("konfidencial* .. (informacij*|gavej*|adresat*|laisk*)",
                     "(sis|si) (laiskas|el laiskas|elektroninis laiskas|pranesimas|zinute) .. (konfidencial*|skirta*|gali buti)",
                     "(ne tas|netikras|ne jums skirta*) gavej*", "gavote .. (per klaida|klaidingai)",
                     "per klaida gavote", "pries spausdin*", "tausokite gamta", "asmens duomen*"),
        labels=("tel", "telefonas", "mob", "mobilus", "mob. tel", "faks", "el. pastas", "el. p",
                "el. pastas", "e-mail", "email", "www", "adresas", "imones kodas", "pvm"),
    ),
    "ro": SignaturePatterns(
        closings=("cu stima", "cu respect", "cu deosebita stima", "cu multumiri", "multumesc",
                  "va multumesc", "multumesc anticipat", "va multumesc anticipat", "multumim",
                  "va multumim", "cu drag", "toate cele bune", "o zi buna", "o zi frumoasa",
                  "salutari", "numai bine", "cele bune", "o seara buna", "cu consideratie", "cu salutari", "sa fiti sanatosi", "sanatate"),
        sent_from=("trimis de pe", "trimis din", "trimis cu", "trimis prin", "expediat de pe",
                   "obtineti outlook", "obtine outlook", "descarcati outlook", "scris de pe telefon",
                   "trimis folosind"),
        disclaimers=("confidential* .. (informati*|destinatar*|mesaj*|continut*)",
                     "acest (mesaj|e mail|email) .. (confidential*|destinat*|contine)",
                     "nu sunteti .. destinatar*", "(primit|receptionat) .. din (eroare|greseala)",
                     "inainte de a (printa|imprima|tipari)", "ganditi va la mediu",
                     "date* cu caracter personal", "date* personale", "fara virusi"),
        labels=("tel", "telefon", "mobil", "mob", "fax", "e-mail", "email", "mail", "web", "www",
                "adresa", "cui", "j40", "reg. com", "site"),
    ),
}  # fmt: skip
"""By language. A program's language is not always the writer's, so all are looked for."""
