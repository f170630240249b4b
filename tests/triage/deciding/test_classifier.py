"""The decision on a mail: rules first, then understanding; always with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from language.identification import identify
from tests.triage.composition import a_mail
from triage.deciding.classifier import decide, not_judged, unreadable
from triage.parsing.message import parse
from triage.shelves import FOLDERS
from understanding.queues import Queue

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
    asked: str = ""

    def judge_queue(self, text: str) -> Judge:
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


def saying(text: str, **headers: str) -> bytes:
    """A mail that says something."""
    return a_mail(1, **headers).partition(b"Hello")[0] + text.encode()


DANGER = "The owner took our passports. My number is 010190-1234 and he won't give them back."


def test_a_warning_goes_with_the_mail_to_its_queue() -> None:
    decision = decide(parse(saying(DANGER)), Judge())
    assert (decision.shelf, decision.decided) == ("tax", True)
    assert [warning.key for warning in decision.warnings] == ["warning.forced_labour"]
    assert "010190" not in decision.warnings[0].text


def test_suspected_spam_that_speaks_of_danger_is_put_before_a_person() -> None:
    decision = decide(parse(saying(DANGER, X_Spam_Flag="YES")), Judge(queue="jobseeker"))
    assert (decision.kind, decision.shelf, decision.decided) == ("mail", "jobseeker", False)
    assert [reason.key for reason in decision.reasons] == ["rule.marked_as_spam", "sentence"]
    assert [warning.key for warning in decision.warnings] == ["warning.forced_labour"]
    unsure = decide(parse(saying(DANGER, X_Spam_Flag="YES")), Judge(decided=False))
    assert (unsure.shelf, unsure.decided) == ("visitation", False)


def test_spam_and_automatic_mail_are_not_warned_about() -> None:
    complaint = "I want to make a formal complaint about your office."
    spam = decide(parse(saying(complaint, X_Spam_Flag="YES")), Judge())
    assert (spam.kind, spam.warnings) == ("spam", ())
    automatic = decide(parse(saying(DANGER, Auto_Submitted="auto-replied")), Judge())
    assert (automatic.kind, automatic.warnings) == ("automatic", ())


def test_a_question_that_nothing_could_judge_is_warned_about_all_the_same() -> None:
    assert not_judged(parse(saying(DANGER))).warnings


def test_another_authority_is_a_reason_and_no_other_shelf() -> None:
    body = (
        "I applied to SIRI in May and my CPR is 010190-1234. I have not heard anything from SIRI."
    )
    decision = decide(parse(saying(body)), Judge())
    assert (decision.shelf, decision.authority) == ("tax", "siri")
    assert decision.reasons[-1].key == "authority.siri"
    assert "not heard" in decision.reasons[-1].text


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
        "authority",
        "warnings",
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
