"""The decision on a mail: rules first, then understanding; always with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from language.identification import identify
from tests.triage.composition import a_mail
from triage.deciding.admin_rules.phases import Phase, Target
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.classifier import decide, not_judged, unreadable
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


@pytest.mark.parametrize("kind", ["automatic", "spam"])
def test_what_is_held_for_its_words_is_not_where_it_speaks_of_danger(kind: Kind) -> None:
    judge = Judge(kind=kind, kind_confidence=0.99, decided=False)
    decision = decide(parse(saying(DANGER)), judge)
    assert (decision.kind, decision.shelf, decision.decided) == ("mail", "visitation", False)
    assert decision.reasons[0].key == f"held.{kind}"
    assert decision.warnings


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


def by_admin(target: Target, phase: Phase = "before", number: int = 7) -> AdminRule:
    return AdminRule(number, f"rule {number}", phase, target, {"senders": ("example.org",)})


def test_a_rule_of_an_admin_decides_before_the_text() -> None:
    decision = decide(parse(a_mail(1)), Judge(), admin_rules=[by_admin("jobseeker")])
    assert (decision.kind, decision.queue, decision.shelf) == ("mail", "jobseeker", "jobseeker")
    assert (decision.decided, decision.confidence, decision.rule_id) == (True, 1.0, 7)
    assert [(r.key, r.text) for r in decision.reasons] == [("rule.admin", "rule 7")]
    assert decision.topics == ("tax-card",)


@pytest.mark.parametrize("target", ["automatic", "spam"])
def test_a_rule_of_an_admin_takes_a_mail_for_something_else(target: Target) -> None:
    decision = decide(parse(a_mail(1)), Judge(), admin_rules=[by_admin(target)])
    assert (decision.kind, decision.shelf, decision.queue) == (target, target, "tax")


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"From": "ics@example.org"}, "own_address"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"From": "mailer-daemon@mx.example.org"}, "bounce"),
        ({"Auto_Submitted": "auto-replied"}, "auto_submitted"),
        ({"Auto_Submitted": "auto-something-new"}, "auto_submitted"),
        ({"Subject": "Automatisk svar: Ferie"}, "automatic_subject"),
    ],
)
def test_no_rule_of_an_admin_brings_back_what_answers_by_itself(
    headers: dict[str, str], key: str
) -> None:
    mail = parse(a_mail(1, **headers))
    decision = decide(mail, Judge(), frozenset({"ics@example.org"}), admin_rules=[by_admin("tax")])
    assert (decision.shelf, decision.rule_id) == ("automatic", None)
    assert decision.reasons[0].key == f"rule.{key}"


@pytest.mark.parametrize(
    "headers",
    [
        {"List_Id": "<news.union.example>"},
        {"From": "no-reply@borger.example.org"},
        {"X_Spam_Flag": "YES"},
        {"Auto_Submitted": "auto-generated"},
    ],
)
def test_a_rule_of_an_admin_brings_back_lists_forms_and_what_was_marked(
    headers: dict[str, str],
) -> None:
    mail = parse(a_mail(1, **headers))
    decision = decide(mail, Judge(), admin_rules=[by_admin("tax")])
    assert (decision.kind, decision.shelf, decision.rule_id) == ("mail", "tax", 7)
    after = decide(mail, Judge(decided=False), admin_rules=[by_admin("tax", "unsure")])
    assert (after.kind == "mail", after.rule_id) == (False, None)


@pytest.mark.parametrize(
    ("phase", "judge", "applies"),
    [
        ("unsure", Judge(decided=False), True),
        ("unsure", Judge(), False),
        ("tax", Judge(), True),
        ("tax", Judge(decided=False), False),
        ("visitation", Judge("visitation"), True),
        ("jobseeker", Judge("visitation"), False),
    ],
)
def test_a_rule_after_the_text_applies_to_what_the_text_said(
    phase: Phase, judge: Judge, *, applies: bool
) -> None:
    decision = decide(parse(a_mail(1)), judge, admin_rules=[by_admin("jobseeker", phase)])
    assert (decision.shelf == "jobseeker", decision.rule_id == 7) == (applies, applies)


def test_an_encrypted_mail_is_one_that_the_text_leaves_unsure() -> None:
    head = b"From: a@example.org\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data"
    mail = parse(head + b"; name=smime.p7m\n\nMIIB")
    assert mail.is_encrypted
    decision = decide(mail, Judge(), admin_rules=[by_admin("tax", "unsure")])
    assert [reason.key for reason in decision.reasons] == ["mark.encrypted_smime", "rule.admin"]
    assert decision.shelf == "tax"


def test_what_cannot_be_read_is_no_matter_of_rules() -> None:
    mail = parse(b"\x00\x01")
    assert decide(mail, Judge(), admin_rules=[by_admin("tax")]).shelf == "unreadable"
