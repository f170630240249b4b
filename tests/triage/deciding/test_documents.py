"""Documents are recognised among attachments, and weighed where a text leaves the queue open."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.triage.parsing.papers import docx, mail_with, pdf
from triage.deciding.classifier import Decision, decide
from triage.deciding.document_kinds import KINDS, DocumentKind
from triage.deciding.documents import Document, Weighed, recognise, weigh
from triage.parsing.attachment_text import with_texts
from triage.parsing.message import parse
from understanding.queues import QUEUES, Kind, Queue

NAMES = {
    "04063_uzpildyta.pdf": "form_04063",
    "Blanket 04.063 DK-PL.pdf": "form_04063",
    "form_04-063_filled.pdf": "form_04063",
    "04.029 EN.pdf": "tax_form",
    "PD_U1.pdf": "pd_u1",
    "PDU2 Antonio.pdf": "pd_u2",
    "U2_recto.jpg": "pd_u2",
    "formular U3.pdf": "pd_u3",
    "E303.pdf": "form_e300",
    "A1_Bescheinigung.pdf": "pd_a1",
    "SED U009.pdf": "sed_u",
    "U002.pdf": "sed_u",
    "fremmødekvittering.pdf": "attendance_receipt",
    "fremmoedekvittering.pdf": "attendance_receipt",
    "OD1B_signed.pdf": "form_od1",
    "eu-opholdsdokument.pdf": "residence_certificate",
    "Anmeldebestätigung.pdf": "proof_of_address",
    "aarsopg_2024.pdf": "tax_notice",
    "Bestätigung_Steuerkarte.pdf": "tax_notice",
    "LønseddelSeptember.pdf": "payslip",
    "Loenseddel_okt.pdf": "payslip",
    "fluturas_sept.pdf": "payslip",
    "algalapiai_05-08.pdf": "payslip",
    "ansættelseskontrakt.pdf": "employment_contract",
    "ansaettelseskontrakt_Cichon.pdf": "employment_contract",
    "Arbeitsvertrag_2026.docx": "employment_contract",
    "umowa o prace.pdf": "employment_contract",
    "Umowa o pracę.pdf": "employment_contract",
    "darbo sutartis.pdf": "employment_contract",
    "contract munca.pdf": "employment_contract",
    "Contract de muncă.docx": "employment_contract",
    "lejekontrakt_ikast.pdf": "lease",
    "Mietvertrag.pdf": "lease",
    "nauja_sutartis_Liudas.pdf": "contract",
    "kontrakt side1.jpg": "contract",
    "Geburtsurkunden.pdf": "birth_certificate",
    "akt_malzenstwa_wielojezyczny.pdf": "marriage_certificate",
    "santuokos_liudijimas.pdf": "marriage_certificate",
    "pas.jpg": "passport",
    "paszport.pdf": "passport",
    "Reisepass.jpg": "passport",
    "pasaport.pdf": "passport",
    "pasas_brolio.jpg": "passport",
    "passport_page.jpg": "passport",
    "dowod_przod.jpg": "identity_card",
    "CV_Vacaru_EN.docx": "cv",
    "IMG_2031.jpg": None,
    "scan0007.pdf": None,
    "billeder.zip": None,
    "kvittering.jpg": None,
    "passaggio.jpg": None,
    "faktura_2026_1109.zip": None,
    "": None,
}

TEXTS = {
    "Blanket 04.063 DA Udenlandsk arbejdskraft": "form_04063",
    "Foreign labour force – application for tax card and Danish personal tax number": "form_04063",
    "04.063 EN/DK Name CPR number Passport no. 123": "form_04063",
    "PD U1 Periods to be taken into account for granting unemployment benefits": "pd_u1",
    "Okresy, które należy uwzględnić przy przyznawaniu świadczeń dla bezrobotnych": "pd_u1",
    "CERTIFICATE CONCERNING RETENTION OF THE RIGHT TO UNEMPLOYMENT BENEFITS": "form_e300",
    "Umowa o pracę zawarta w dniu 3 listopada": "employment_contract",
    "ARBEITSVERTRAG zwischen": "employment_contract",
    "Contract individual de muncă încheiat": "employment_contract",
    "DARBO SUTARTIS Nr. 4": "employment_contract",
    "Lønseddel for november": "payslip",
    "Årsopgørelse for 2025": "tax_notice",
    "Vielsesattest": "marriage_certificate",
    "Kære Anna. " + "Her er mange ord om noget andet. " * 20 + "Send din arbeitsvertrag.": None,
    "On 04.06.3 we met": None,
    "tel. 04 063 112": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_by_its_name(name: str) -> None:
    found = recognise(name, "")
    assert (found.key if found else None) == NAMES[name]


@pytest.mark.parametrize("text", TEXTS)
def test_by_its_text(text: str) -> None:
    found = recognise("IMG_2031.pdf", text)
    assert (found.key if found else None) == TEXTS[text]


def test_what_it_says_counts_more_than_its_name() -> None:
    found = recognise("pas.pdf", "Blanket 04.063 DA")
    assert found is not None
    assert found.key == "form_04063"


def test_who_speaks_for_a_queue_has_weight() -> None:
    assert len({kind.key for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert (kind.weight > 1) == (kind.queue is not None)


FORM = Document(DocumentKind("form", queue="tax", weight=20.0), "a.pdf")
HINT = Document(DocumentKind("hint", queue="jobseeker", weight=5.0), "b.pdf")
SILENT = Document(DocumentKind("silent"), "c.pdf")


@pytest.mark.parametrize(
    ("queue", "confidence", "documents", "expected"),
    [
        (None, 0.0, [FORM], ("tax", 0.909, True)),
        (None, 0.0, [HINT], ("jobseeker", 0.714, False)),
        ("tax", 0.5, [FORM, SILENT], ("tax", 0.952, True)),
        ("jobseeker", 0.6, [HINT], ("jobseeker", 0.882, False)),
        ("visitation", 0.4, [FORM], ("tax", 0.896, False)),
        ("visitation", 0.7, [FORM], ("tax", 0.779, False)),
        ("visitation", 0.89, [HINT], None),
        ("tax", 0.5, [SILENT], None),
        ("tax", 0.5, [], None),
        ("tax", 0.5, [FORM, HINT], None),
    ],
)
def test_weighing(
    queue: Queue | None,
    confidence: float,
    documents: list[Document],
    expected: tuple[Queue, float, bool] | None,
) -> None:
    found = weigh(queue, confidence, documents)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found == Weighed(expected[0], found.confidence, expected[2])
        assert found.confidence == pytest.approx(expected[1], abs=0.001)


# --- in a decision -------------------------------------------------------------------------


@dataclass
class Judge:
    """Says what it was told to."""

    queue: Queue = "visitation"
    decided: bool = False
    confidence: float = 0.4
    topics: tuple[str, ...] = ()
    carrying: tuple[str, ...] = ()
    kind: Kind = "mail"
    kind_confidence: float = 1.0

    def judge_mail(self, _text: str) -> Judge:
        return self


def decided(
    judge: Judge, *files: tuple[str, bytes], text: str = "Se vedhæftet.", subject: str = ""
) -> Decision:
    return decide(with_texts(parse(mail_with(*files, text=text, subject=subject))), judge)


SCAN = ("scan0007.pdf", pdf("Blanket 04.063 DA"))
U2 = ("U2.docx", docx("PD U2"))
CONTRACT = ("Arbeitsvertrag 010190-1234.pdf", b"")


def test_a_persons_papers_are_never_held() -> None:
    judge = Judge(kind="automatic", kind_confidence=0.99, confidence=0.01)
    assert decided(judge, SCAN).kind == "mail"
    assert decided(judge, ("a.bin", b"")).kind == "automatic"


def test_see_attached_goes_where_the_form_belongs() -> None:
    decision = decided(Judge(confidence=0.35), SCAN)
    assert (decision.queue, decision.shelf, decision.decided) == ("tax", "tax", True)
    assert decision.confidence == pytest.approx(0.909, abs=0.03)
    assert [(r.key, r.text) for r in decision.reasons] == [
        ("document.form_04063", "scan0007.pdf"),
        ("sentence", "Se vedhæftet."),
    ]


def test_a_form_without_a_word() -> None:
    decision = decided(Judge(), ("IMG_1.pdf", pdf("Blanket 04.063 DA")), text="")
    assert (decision.shelf, decision.decided) == ("tax", True)
    assert [r.key for r in decision.reasons] == ["document.form_04063", "nothing_to_judge"]


def test_a_text_that_is_sure_is_not_overridden() -> None:
    text = "Min kone kommer fra Peru. Hvilke papirer skal hun bruge for at komme hertil?"
    judge = Judge("visitation", decided=True, confidence=0.95)
    decision = decided(judge, SCAN, text=text)
    assert (decision.shelf, decision.confidence) == ("visitation", 0.95)
    assert [r.key for r in decision.reasons] == ["sentence"]


def test_a_form_beside_a_word_or_two_decides_however_they_were_judged() -> None:
    decision = decided(Judge("visitation", decided=True, confidence=0.95), SCAN)
    assert (decision.queue, decision.shelf, decision.decided) == ("tax", "tax", True)


def test_a_form_stands_beside_a_sure_text_that_says_the_same() -> None:
    decision = decided(Judge("tax", decided=True, confidence=0.95), SCAN)
    assert decision.confidence == 0.95
    assert [r.key for r in decision.reasons] == ["document.form_04063", "sentence"]


def test_forms_for_two_queues_leave_it_open() -> None:
    decision = decided(Judge(), SCAN, U2)
    assert (decision.shelf, decision.decided, decision.confidence) == ("visitation", False, 0.4)


def test_what_stays_unsure_says_how_unsure() -> None:
    text = "Min kone kommer fra Peru. Her er papirerne, som I bad om i sidste uge, hilsen Bo"
    decision = decided(Judge("visitation", confidence=0.7), SCAN, text=text)
    assert (decision.queue, decision.shelf, decision.decided) == ("tax", "visitation", False)
    assert [(r.key, r.text) for r in decision.reasons][:2] == [
        ("document.form_04063", "scan0007.pdf"),
        ("below_threshold", "0.78"),
    ]


def test_a_contract_speaks_for_no_queue() -> None:
    decision = decided(Judge(), CONTRACT)
    assert [r.key for r in decision.reasons] == ["below_threshold", "sentence"]


def test_a_number_in_a_name_is_masked() -> None:
    decision = decided(Judge("tax"), ("04063 010190-1234.pdf", b""))
    assert decision.reasons[0].text == "04063 [CPR].pdf"


def test_there_are_three_queues_to_share_what_is_left() -> None:
    assert len(QUEUES) == 3


def test_an_encrypted_mail_is_for_a_person_whatever_is_attached() -> None:
    text = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"
    decision = decided(Judge(), ("04063.pdf", b""), text=text)
    assert (decision.shelf, decision.decided) == ("visitation", False)
