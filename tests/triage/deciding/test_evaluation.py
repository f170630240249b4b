"""Figures of how mails were sorted, by language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from triage.deciding.classifier import Decision, Reason
from triage.deciding.evaluation import (
    Sorted,
    calibration,
    confusion,
    figures_by_language,
    sort_mails,
)
from triage.deciding.written_mails import WrittenMail
from triage.parsing.message import ParsedMail
from understanding.examples import MailExample
from understanding.queues import Kind, MailLabel, Queue


def written(
    label: MailLabel, *, tell_tale: bool = False, topics: tuple[str, ...] = ()
) -> WrittenMail:
    example = MailExample("A subject", "A text.", label, "en", topics)
    return WrittenMail("a", example, b"From: a@b.dk\nSubject: A subject\n\nA text.\n", tell_tale)


def put(
    queue: Queue, *, kind: Kind = "mail", confidence: float = 0.9, decided: bool = True
) -> Decision:
    return Decision(
        kind, queue, confidence, decided, "en", 1.0, ("tax-card",),
        (Reason("sentence", "A text."),), queue if kind == "mail" else kind,
    )  # fmt: skip


JUDGED = [
    Sorted(written("tax", topics=("tax-card", "form-04063")), put("tax")),
    Sorted(written("tax", topics=("form-04063", "tax-card")), put("jobseeker", decided=False)),
    Sorted(written("jobseeker"), put("jobseeker")),
    Sorted(written("visitation"), put("visitation", kind="spam")),
    Sorted(written("automatic", tell_tale=True), put("tax", kind="automatic")),
    Sorted(written("spam"), put("tax", confidence=0.3)),
]


def test_the_figures_are_counted_as_they_are_described() -> None:
    whole, english = figures_by_language(JUDGED)
    assert replace(english, language=None) == whole
    assert (whole.by_persons, whole.others) == (4, 2)
    assert whole.right == 0.5
    assert whole.right_from < 0.5 < whole.right_to
    # tax: precision 1, recall 1/2; jobseeker: 1/2, 1; visitation: held, so missed.
    assert whole.queue_f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert whole.decided == 0.5
    # Decided for a queue were two mails and one spam.
    assert whole.decided_right == pytest.approx(2 / 3)
    assert (whole.held, whole.held_by_text, whole.held_wrongly) == (0.5, 0.0, 0.25)
    assert whole.topic_in_three == 0.5
    assert whole.language_right == 1.0


def test_what_was_taken_for_what() -> None:
    found = confusion(JUDGED)
    assert found["tax"] == {"tax": 1, "jobseeker": 1}
    assert found["spam"] == {"tax": 1}
    assert found["visitation"] == {"spam": 1}


def test_bands_hold_what_was_put_into_a_queue() -> None:
    low, high = calibration(JUDGED)
    assert (low.lowest, low.mails, low.right) == (0.3, 1, 0.0)
    assert (high.lowest, high.mails) == (0.9, 3)
    assert high.right == pytest.approx(2 / 3)
    assert high.confidence == pytest.approx(0.9)


def test_mails_are_sorted_from_their_bytes() -> None:
    seen: list[ParsedMail] = []

    def decide(mail: ParsedMail) -> Decision:
        seen.append(mail)
        return put("tax")

    [one] = sort_mails([written("tax")], decide)
    assert seen[0].text == "A subject\n\nA text."
    assert one.is_right
