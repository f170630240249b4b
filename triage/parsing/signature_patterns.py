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
        closings: How a mail is ended, before the name; the beginning or the end of a line.
        sent_from: How the line begins that a telephone or a program adds; one of `SENT_BY` is in it.
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
        closings=("with best regards", "take care", "cordially", "thank you in advance", "thanks in advance", "best regards", "kind regards", "warm regards", "with regards", "regards",
                  "many thanks", "thanks", "thank you", "yours sincerely", "yours faithfully",
                  "sincerely", "best wishes", "all the best", "best", "cheers", "br"),
        sent_from=("sent", "get outlook", "written on my", "typed on my", "yahoo mail",
                   "mailed from"),
        disclaimers=("(this|the) (message|e mail|email) .. (virus*|viruses)", "(checked|scanned) for viruses", "not the .. recipient", "(confidential|privileged) .. (information|recipient|addressee*|intended)",
                     "(this|the) (e mail|email|message|mail) .. (confidential|privileged|intended)",
                     "(intended|unintended) recipient", "if you .. received this .. (error|mistake)",
                     "before printing", "virus free", "scanned .. virus*",
                     "we process .. personal data", "privacy policy"),
        labels=("tel", "phone", "telephone", "mobile", "mob", "cell", "fax", "e-mail", "email",
                "mail", "web", "website", "www", "address", "office", "vat", "reg", "skype",
                "whatsapp"),
    ),
    "da": SignaturePatterns(
        closings=("med de venligste hilsner", "knus", "tusind tak", "ha en god dag", "god dag", "fortsat god dag", "med venlig hilsen", "med venlige hilsner", "venlig hilsen", "venlige hilsner",
                  "de bedste hilsner", "bedste hilsner", "bedste hilsen", "mange hilsner",
                  "kaerlig hilsen", "hilsen", "hilsner", "mvh", "m.v.h", "vh", "v.h", "dbh", "kh",
                  "med hojagtelse", "pa forhand tak", "tak pa forhand", "mange tak"),
        sent_from=("sendt", "hent outlook", "fa outlook", "skrevet pa min", "skrevet fra min"),
        disclaimers=("(kontrolleret|scannet) for virus*", "(fortrolig*|tavshedspligt*) .. (oplysninger|modtager*|indhold*|information*)",
                     "denne (mail|e mail|besked|meddelelse) .. (fortrolig*|bestemt)",
                     "(rette|tilsigtede) modtager", "ved en fejl .. modtaget",
                     "modtaget .. ved en fejl", "taenk pa miljoet", "behandler .. personoplysninger",
                     "privatlivspolitik", "sikker (mail|post|e mail)", "databeskyttelsespolitik*"),
        labels=("tlf", "telefon", "mobil", "mob", "direkte", "fax", "e-mail", "email", "mail", "web",
                "www", "adresse", "cvr", "cvr-nr", "cvr nr", "ean", "hjemmeside", "abningstider"),
    ),
    "de": SignaturePatterns(
        closings=("lieben dank", "herzlichen dank", "grussen", "gruessen", "ihre muhe", "danke", "servus", "bis dann", "mit freundlichen grussen", "mit freundlichem gruss", "freundliche grusse",
                  "mit freundlichen gruessen", "freundliche gruesse", "viele grusse",
                  "viele gruesse", "beste grusse", "beste gruesse", "schone grusse",
                  "schoene gruesse", "liebe grusse", "liebe gruesse", "herzliche grusse",
                  "herzliche gruesse", "mit besten grussen", "mit besten gruessen", "grusse",
                  "gruesse", "gruss", "hochachtungsvoll", "mfg", "lg", "vg", "vielen dank",
                  "danke im voraus", "besten dank"),
        sent_from=("von meinem", "von meiner", "von unterwegs", "gesendet", "versendet",
                   "holen sie sich outlook", "outlook fur", "outlook fuer",
                   "diese nachricht wurde", "diese e mail wurde", "mit meinem"),
        disclaimers=("auf viren (gepruft|geprueft)", "(nachricht|mail|inhalt) .. vertraulich", "(vertraulich*|geschutzt*) .. (information*|empfanger|inhalt*|daten)",
                     "diese (e mail|mail|nachricht) .. (vertraulich*|bestimmt|enthalt)",
                     "(richtige|bestimmungsgemasse|vorgesehene) (adressat|empfanger)",
                     "irrtumlich erhalten", "denken sie an die umwelt", "vor dem ausdrucken",
                     "datenschutzhinweis*", "datenschutzerklarung*", "datenschutzbestimmung*", "hinweise zum datenschutz", "(geschaftsfuhrer*|handelsregister*|amtsgericht)"),
        labels=("tel", "telefon", "mobil", "handy", "fax", "e-mail", "email", "mail", "web", "www",
                "internet", "adresse", "anschrift", "ust-id", "ust-idnr", "hrb", "iban"),
    ),
    "pl": SignaturePatterns(
        closings=("klaniam sie", "z uszanowaniem", "serdecznie pozdrawiamy", "pozdrowionka", "dzieki", "dziekujemy", "milego wieczoru", "z wyrazami powazania", "z powazaniem", "z wyrazami szacunku", "z szacunkiem", "z gory dziekuje",
                  "z gory dziekujemy", "pozdrawiam", "pozdrawiamy", "serdecznie pozdrawiam",
                  "z pozdrowieniami", "pozdrowienia", "serdeczne pozdrowienia", "dziekuje",
                  "dziekuje i pozdrawiam", "lacze wyrazy szacunku", "pozdr", "milego dnia"),
        sent_from=("wyslano", "wyslane", "wyslana", "wiadomosc wyslana", "pobierz", "uzyskaj",
                   "pobierz program", "pisane z", "pisze z", "poslano"),
        disclaimers=("(wiadomosc|korespondencja|tresc) .. poufn*", "nie zawiera wirus*", "program antywirusow*", "(poufn*|zastrzezon*) .. (informacj*|adresat*|tresc*|wiadomosc*)",
                     "(niniejsza|ta) (wiadomosc|korespondencja) .. (poufn*|przeznaczon*|zawiera)",
                     "nie (jest|sa) .. adresatem", "otrzymal* .. (omylkowo|pomylkowo|przez pomylke)",
                     "zanim wydrukujesz", "pomysl o srodowisku", "administratorem .. danych",
                     "przetwarzan* .. danych osobowych", "wolna od wirusow", "sad rejonowy"),
        labels=("tel", "telefon", "kom", "tel. kom", "mob", "fax", "faks", "e-mail", "email",
                "mail", "www", "adres", "nip", "regon", "krs", "ul"),
    ),
    "lt": SignaturePatterns(
        closings=("dekui", "labai aciu", "labai dekoju", "sekmes", "geros savaites", "gero vakaro", "su geriausiais", "acu", "aciu labai", "pagarbiai", "su pagarba", "nuosirdziai", "geriausi linkejimai",
                  "su geriausiais linkejimais", "linkejimai", "su linkejimais", "is anksto dekoju",
                  "is anksto aciu", "is anksto dekojame", "dekoju", "dekojame", "aciu", "geros dienos",
                  "grazios dienos", "viso gero", "iki"),
        sent_from=("issiusta", "issiustas", "siunciama", "siusta", "gauti outlook",
                   "gaukite outlook", "atsisiusti", "rasyta", "rasau is", "laiskas issiustas"),
        disclaimers=("(patikrint*|be) .. virus*", "konfidencial* .. (informacij*|gavej*|adresat*|laisk*)",
                     "(sis|si) (laiskas|el laiskas|elektroninis laiskas|pranesimas|zinute) .. (konfidencial*|skirta*|gali buti)",
                     "(ne tas|netikras|ne jums skirta*) gavej*", "gavote .. (per klaida|klaidingai)",
                     "per klaida gavote", "pries spausdin*", "tausokite gamta", "asmens duomenis .. tvark*", "asmens duomen* .. (tvarkymo|apsaugos)"),
        labels=("tel", "telefonas", "mob", "mobilus", "mob. tel", "faks", "el. pastas", "el. p",
                "el. pastas", "e-mail", "email", "www", "adresas", "imones kodas", "pvm"),
    ),
    "ro": SignaturePatterns(
        closings=("multumiri", "mersi", "o saptamana buna", "cu respect deosebit", "va salut", "cu prietenie", "multam", "multumesc frumos", "cu stima", "cu respect", "cu deosebita stima", "cu multumiri", "multumesc",
                  "va multumesc", "multumesc anticipat", "va multumesc anticipat", "multumim",
                  "va multumim", "cu drag", "toate cele bune", "o zi buna", "o zi frumoasa",
                  "salutari", "numai bine", "cele bune", "o seara buna", "cu consideratie", "cu salutari", "sa fiti sanatosi", "sanatate"),
        sent_from=("trimis", "expediat", "obtineti outlook", "obtine outlook", "descarcati",
                   "scris de pe", "mesaj trimis"),
        disclaimers=("(verificat|scanat) .. virus*", "acest mesaj .. confidential*", "confidential* .. (informati*|destinatar*|mesaj*|continut*)",
                     "acest (mesaj|e mail|email) .. (confidential*|destinat*|contine)",
                     "nu sunteti .. destinatar*", "(primit|receptionat) .. din (eroare|greseala)",
                     "inainte de a (printa|imprima|tipari)", "ganditi va la mediu",
                     "(prelucrarea|prelucram|protectia) .. date* cu caracter personal", "(prelucrarea|prelucram) .. date* .. personal*", "fara virusi"),
        labels=("tel", "telefon", "mobil", "mob", "fax", "e-mail", "email", "mail", "web", "www",
                "adresa", "cui", "j40", "reg. com", "site"),
    ),
}  # fmt: skip
"""By language. A program's language is not always the writer's, so all are looked for."""

SENT_BY: tuple[str, ...] = (
    "(iphone*|ipad*|ios|apple|mac|macbook|samsung*|galaxy|huawei*|xiaomi|redmi|poco|oppo|oneplus)",
    "(pixel|nokia|motorola|moto|honor|realme|sony|xperia|lg|htc|blackberry|android*|windows*)",
    "(outlook*|gmail*|yahoo|proton|protonmail|thunderbird|aol|gmx|web de|freenet|t online|icloud)",
    "(wp|onet|o2|interia|inbox lt|mail ru|k 9|fairemail|bluemail|spark|edison|zimbra|mailspring)",
    "(telefon*|mobil*|smartphone*|phone*|handy|tablet*|tablecie|komork*|aparat*|planset*)",
    "unterwegs gesendet", "(on the go|on the move)", "talrun*", "mail til", "mail for", "poczta*",
)  # fmt: skip
"""Groups of words, as `language.word_patterns` has them: what a mail is said to be sent from or with."""

SENT_FROM_ELSEWHERE: tuple[str, ...] = (
    "envoye", "inviato", "enviado", "verzonden", "skickat", "skickades", "lahetetty", "odeslano",
    "odoslane", "poslano", "nosutits", "saadetud", "elkuldve", "iphone umdan", "samsung galaxy",
    "надіслано", "отправлено", "изпратено",
)  # fmt: skip
"""How such a line begins in languages beside the six: a telephone speaks its owner's first language."""
