"""Which documents are recognised among the attachments of a mail, and by what.

The numbers of the forms are those that the articles of the knowledge base name. Titles that were seen
on the issuing authority's pages, or on forms that it issued, on 2026-11-28:

- form 04.063: "04.063 EN/DK" (skat.dk), "Foreign labour force - application for tax card and Danish
  personal tax number" (lifeindenmark.borger.dk), "Antrag auf Steuerkarte und eine dänische
  Steuer-Personennummer" (new-in.hjoerring.dk);
- PD U1: "Periods to be taken into account for granting unemployment benefits", and in Polish "Okresy,
  które należy uwzględnić przy przyznawaniu świadczeń dla bezrobotnych";
- E 303: "Certificate concerning retention of the right to unemployment benefits" (Denmark).

The other titles are what such papers are called in everyday life, and are not verified.
"""

from __future__ import annotations

from dataclasses import dataclass

from understanding.queues import Queue


@dataclass(frozen=True)
class DocumentKind:
    """One kind of document. Patterns are those of `language.word_patterns`, for folded words.

    Attributes:
        key: Its name in reasons and in the desk's words.
        titles: What stands somewhere in such a document, and in no other.
        headings: What stands at its very beginning.
        names: What files of it are called; dots, dashes and underlines count as blanks.
        queue: The queue that it speaks for, None where people send it with anything.
        weight: How many times as likely a mail is for that queue if this is attached, as against
            another queue. Assumed, until there are enough confirmed routings to measure it.
    """

    key: str
    titles: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    queue: Queue | None = None
    weight: float = 1.0


_FORM = 20.0
_HINT = 5.0

_FORM_WORD = "(blanket|blanketnr|form|form no|formular|formularz|forma|formularul|nr)"
_TAX_FORMS = "01 012|01 016|02 034|02 034a|02 052|04 003|04 009|04 011|04 012|04 029|04 031|04 065|04 076|07 058"
_U_SEDS = (
    "u001|u001cb|u002|u003|u004|u005|u006|u007|u008|u009|u010|u011|u012|u013|u014|u015|u016|u017|u018"
    "|u019|u020|u021|u022|u023|u024|u025|u026|u027|u028|u029"
)

KINDS: tuple[DocumentKind, ...] = (
    DocumentKind(
        "form_04063",
        titles=(f"{_FORM_WORD} 04 063", "04 063 (da|dk|en|de|pl|lt|ro)",
                "foreign labour force application for tax card",
                "udenlandsk arbejdskraft ansogning om skattekort",
                "antrag auf steuerkarte und eine danische steuer personennummer"),
        names=("04063*", "04 063"),
        queue="tax",
        weight=_FORM,
    ),
    DocumentKind(
        "tax_form",
        titles=(f"{_FORM_WORD} ({_TAX_FORMS})",),
        headings=(f"({_TAX_FORMS}) (dk|en)",),
        names=(f"({_TAX_FORMS})", f"({_TAX_FORMS.replace(' ', '')})"),
        queue="tax",
        weight=_FORM,
    ),
    DocumentKind(
        "pd_u1",
        titles=("periods to be taken into account for granting unemployment benefit*",
                "okresy ktore nalezy uwzglednic przy przyznawaniu swiadczen dla bezrobotnych"),
        headings=("(pd|pdu|dokument|document|form|formular) u1", "u1 (koordynacja|coordination|koordinering|koordinierung)"),
        names=("(u1|pdu1)",),
        queue="jobseeker",
        weight=_FORM,
    ),
    DocumentKind(
        "pd_u2",
        titles=("retention of unemployment benefit entitlement",),
        headings=("(pd|dokument|document|form|formular) u2", "u2 (koordynacja|coordination|koordinering|koordinierung)"),
        names=("(u2|pdu2)",),
        queue="jobseeker",
        weight=_FORM,
    ),
    DocumentKind(
        "pd_u3",
        titles=("circumstances likely to affect the entitlement to unemployment benefit*",),
        headings=("(pd|dokument|document|form|formular) u3", "u3 (koordynacja|coordination|koordinering|koordinierung)"),
        names=("(u3|pdu3)",),
        queue="jobseeker",
        weight=_FORM,
    ),
    DocumentKind(
        "form_e300",
        titles=("retention of the right to unemployment benefits",),
        headings=("(e 301|e 302|e 303|e301|e302|e303)",),
        names=("(e 301|e 302|e 303|e301|e302|e303)",),
        queue="jobseeker",
        weight=_FORM,
    ),
    DocumentKind(
        "pd_a1",
        titles=("certificate concerning the social security legislation which applies to the holder",),
        headings=("(pd|form|formular|formularz|attest|zaswiadczenie|bescheinigung|certificat*) a1",),
        names=("(a1|pda1)",),
    ),
    DocumentKind(
        "sed_u",
        headings=(f"sed .. ({_U_SEDS})", f"({_U_SEDS}) .. sed"),
        names=(f"({_U_SEDS})",),
        queue="jobseeker",
        weight=_FORM,
    ),
    DocumentKind("sed", headings=("structured electronic document", "sed"), names=("sed",)),
    DocumentKind(
        "attendance_receipt",
        headings=("(fremmodekvittering|fremmoedekvittering)",),
        names=("(fremmodekvittering*|fremmoedekvittering*)",),
        queue="jobseeker",
        weight=_FORM,
    ),
    DocumentKind(
        "form_od1",
        headings=("(od1|od1a|od1b)", "ansogning om eu opholdsdokument"),
        names=("(od1|od1a|od1b)",),
        queue="visitation",
        weight=_FORM,
    ),
    DocumentKind(
        "residence_certificate",
        headings=("eu opholdsbevis", "eu opholdsdokument*", "registreringsbevis", "registration certificate"),
        names=("(opholdsbevis*|opholdsdokument*|registreringsbevis*|registration certificate)",),
        queue="visitation",
        weight=_HINT,
    ),
    DocumentKind(
        "proof_of_address",
        headings=("bopaelsattest", "bopaelserklaering", "anmeldebestatigung", "meldebescheinigung",
                  "zaswiadczenie o zameldowaniu"),
        names=("(bopaelsattest*|bopaelserklaering*|anmeldebestatigung*|meldebescheinigung*|zameldowani*)",),
        queue="visitation",
        weight=_HINT,
    ),
    DocumentKind(
        "tax_notice",
        headings=("(forskudsopgorelse*|arsopgorelse*|forskudsopgoerelse*|aarsopgoerelse*)",
                  "(preliminary income assessment|tax assessment notice)", "skattestyrelsen"),
        names=("(forskud*|arsopg*|aarsopg*|skattekort*|skattestyrelsen|skat|steuerkarte*)",
               "(karta podatkowa|karty podatkowej|mokesciu kortel*|card fiscal|tax card|taxcard)"),
        queue="tax",
        weight=_HINT,
    ),
    DocumentKind(
        "payslip",
        headings=("(lonseddel|lonspecifikation|payslip|pay slip|salary slip|wage slip)",
                  "(pasek wyplaty|pasek wynagrodzenia|odcinek wyplaty|lohnabrechnung|gehaltsabrechnung)",
                  "(entgeltabrechnung|atlyginimo lapelis|algalapis|stat de plata)", "fluturas .. salari*"),
        names=("(lonsed*|loensed*|lonspec*|payslip*|pay slip*|salary slip|lohnabrechnung*|lohnzettel*)",
               "(gehaltsabrechnung*|entgeltabrechnung*|odcinek wyplaty|pasek wyplaty|paski wyplat*)",
               "(algalap*|atlyginimo lapel*|fluturas*|stat de plata)"),
    ),
    DocumentKind(
        "employment_contract",
        headings=("(ansaettelseskontrakt|ansaettelsesbevis|ansaettelsesaftale|arbejdskontrakt)",
                  "(employment contract|contract of employment|employment agreement|work agreement)",
                  "(arbeitsvertrag|anstellungsvertrag|umowa o prace|umowa zlecenie|umowa zlecenia)",
                  "(darbo sutartis|contract individual de munca|contract de munca)"),
        names=("(ansaettelses*|arbejdskontrakt*|employment contract|employment agreement)",
               "(work contract*|work agreement|arbeitsvertrag*|anstellungsvertrag*|umowa o prac*)",
               "(umowa zlec*|darbo sutart*)", "contract* .. munca"),
    ),
    DocumentKind(
        "lease",
        headings=("(lejekontrakt|lejeaftale|rental agreement|lease agreement|tenancy agreement|mietvertrag)",
                  "(umowa najmu|nuomos sutartis|contract de inchiriere)"),
        names=("(lejekontrakt*|lejeaftale*|lease*|rental*|tenancy*|mietvertrag*|umowa najmu)",
               "nuomos sutart*", "contract* .. inchiriere"),
    ),
    DocumentKind(
        "contract",
        names=("(kontrakt*|contract*|vertrag*|umowa*|umowy|sutart*|kontrakt*)",),
    ),
    DocumentKind(
        "birth_certificate",
        headings=("(fodselsattest|fodsels og navneattest|birth certificate|geburtsurkunde)",
                  "(gimimo liudijimas|certificat de nastere)", "odpis .. aktu urodzenia"),
        names=("(fodselsattest*|foedselsattest*|birth certificate*|geburtsurkunde*|akt* urodzenia)",
               "gimimo liudijim*", "certificat* .. nastere"),
    ),
    DocumentKind(
        "marriage_certificate",
        headings=("(vielsesattest|marriage certificate|eheurkunde|heiratsurkunde)",
                  "(santuokos liudijimas|certificat de casatorie)", "odpis .. aktu malzenstwa"),
        names=("(vielsesattest*|marriage certificate*|eheurkunde*|heiratsurkunde*|akt* malzenstwa)",
               "santuokos liudijim*", "certificat* .. casatorie"),
    ),
    DocumentKind(
        "passport",
        headings=("(passport no|passport number|reisepass|paszport|pasaport)",),
        names=("(pas|pass|passport*|reisepass*|paszport*|pasas*|pasaport*)",),
    ),
    DocumentKind(
        "identity_card",
        headings=("(identity card|personalausweis|dowod osobisty|asmens tapatybes kortele|carte de identitate)",),
        names=("(id kort|id card|idcard|identity card|personalausweis*|ausweis*|dowod)",
               "(asmens tapatyb*|tapatybes kortel*|carte de identitate|buletin*)"),
    ),
    DocumentKind(
        "cv",
        headings=("(curriculum vitae|europass|lebenslauf|zyciorys|gyvenimo aprasymas)",),
        names=("(cv|curriculum*|lebenslauf*|zyciorys*|gyvenimo aprasym*)",),
        queue="jobseeker",
        weight=_HINT,
    ),
)  # fmt: skip
"""In the order in which they are looked for: the first that fits counts."""
