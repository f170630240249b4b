"""The decision on a mail: rules first, then understanding; always with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from language.identification import identify
from tests.triage.composition import a_mail
from triage.deciding.classifier import decide, unreadable
from triage.parsing.message import parse
from triage.shelves import FOLDERS
from understanding.queues import Kind, Queue

MAILS = Path(__file__).parents[1] / "mails"
SAMPLES = sorted(MAILS.glob("*/*.yml"))


@dataclass
class Judge:
    """Says what it was told to, and remembers what it was asked."""

    queue: Queue = "tax"
    decided: bool = True
    confidence: float = 0.93
    topics: tuple[str, ...] = ("tax-card",)
    carrying: tuple[str, ...] = ("My number is 010190-1234.",)
    kind: Kind = "mail"
    kind_confidence: float = 0.99
    asked: str = ""

    def judge_mail(self, text: str) -> Judge:
        self.asked = text
        return self


def test_a_sure_mail_goes_to_its_queue() -> None:
    judge = Judge()
    decision = decide(parse(a_mail(1)), judge)
    assert (decision.kind, decision.queue, decision.shelf, decision.decided) == (
        "mail",
        "tax",
        "tax",
        True,
    )
    assert decision.routed_to == "Queues/Tax"
    assert judge.asked.startswith("tax question 1\n\nHello, this is question")
    assert [(r.key, r.text) for r in decision.reasons] == [("sentence", "My number is [CPR].")]


def test_an_unsure_mail_goes_to_visitation_and_is_marked() -> None:
    decision = decide(parse(a_mail(1)), Judge(decided=False, confidence=0.41))
    assert (decision.queue, decision.shelf, decision.decided) == ("tax", "visitation", False)
    assert decision.confidence == 0.41
    assert decision.reasons[0].key == "below_threshold"


def test_a_rule_comes_before_understanding() -> None:
    decision = decide(parse(a_mail(1, Auto_Submitted="auto-replied")), Judge(decided=False))
    assert (decision.kind, decision.shelf, decision.decided) == ("automatic", "automatic", True)
    assert decision.queue == "tax"
    assert [reason.key for reason in decision.reasons] == ["rule.auto_submitted"]


@pytest.mark.parametrize("kind", ["automatic", "spam"])
def test_what_reads_as_no_persons_mail_is_held_and_says_why(kind: Kind) -> None:
    judge = Judge(kind=kind, kind_confidence=0.97, decided=False)
    decision = decide(parse(a_mail(1)), judge)
    assert (decision.kind, decision.shelf, decision.decided) == (kind, kind, True)
    assert decision.confidence == 0.97
    assert [(r.key, r.text) for r in decision.reasons] == [
        (f"held.{kind}", "0.97"),
        ("sentence", "My number is [CPR]."),
    ]


def test_what_is_held_on_a_weak_ground_is_marked_as_unsure() -> None:
    decision = decide(parse(a_mail(1)), Judge(kind="spam", kind_confidence=0.7, decided=False))
    assert (decision.shelf, decision.decided) == ("spam", False)


def test_an_answer_to_us_is_never_held_for_its_words() -> None:
    judge = Judge(kind="spam", decided=False)
    answer = a_mail(1).replace(b"Subject: ", b"Subject: Re: ICS-000123 ")
    assert decide(parse(answer), judge).shelf == "visitation"
    assert decide(parse(a_mail(1)), judge, may_hold=False).shelf == "visitation"


def test_what_cannot_be_read_goes_to_the_shelf() -> None:
    decision = decide(parse(b"\x00\x01"), Judge())
    assert (decision.shelf, decision.decided) == ("unreadable", False)
    assert decision.reasons[0].key == "unreadable.nothing_to_read"


def test_attachments_alone_are_for_a_person() -> None:
    raw = b"From: a@b.dk\nContent-Type: application/pdf\n\n%PDF"
    decision = decide(parse(raw), Judge())
    assert (decision.kind, decision.shelf, decision.decided) == ("mail", "visitation", False)
    assert decision.reasons[0].key == "nothing_to_judge"


def test_the_line_that_classify_prints() -> None:
    printed = decide(parse(a_mail(1)), Judge()).as_dict()
    assert list(printed) == [
        "language",
        "kind",
        "queue",
        "confidence",
        "decided",
        "routed_to",
        "topics",
        "reasons",
    ]
    assert printed["language"] == "en"
    assert unreadable("too_large").as_dict()["language"] is None


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_kind_and_language_of_samples(path: Path) -> None:
    expected = yaml.safe_load(path.read_text(encoding="utf-8"))
    decision = decide(parse(path.with_suffix(".eml").read_bytes()), Judge(), identifier=identify)
    assert (decision.kind, decision.language) == (expected["kind"], expected["language"])


def test_every_shelf_has_a_folder() -> None:
    assert sorted(FOLDERS.values()) == [
        "Queues/Automatic",
        "Queues/Jobseeker",
        "Queues/Spam",
        "Queues/Tax",
        "Queues/Unreadable",
        "Queues/Visitation",
    ]


ENCRYPTED = (
    b"From: a@b.dk\nSubject: Skattekort\n\n"
    b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
)


def test_encrypted_mail_is_for_a_person_whatever_its_subject_says() -> None:
    decision = decide(parse(ENCRYPTED), Judge())
    assert (decision.kind, decision.shelf, decision.decided) == ("mail", "visitation", False)
    assert [r.key for r in decision.reasons] == ["mark.encrypted_pgp", "nothing_to_judge"]


def test_what_a_caseworker_should_know_stands_before_the_sentences() -> None:
    raw = (
        b'Content-Type: multipart/signed; boundary="b"\n\n--b\n\nHow do I get a tax card?\n--b--\n'
    )
    decision = decide(parse(raw), Judge())
    assert decision.decided
    assert [r.key for r in decision.reasons] == ["mark.signed_smime", "sentence"]
