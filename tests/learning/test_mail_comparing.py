"""Two models on the mails kept back: counts, intervals, and which would go elsewhere."""

from __future__ import annotations

import pytest

from learning.mail_comparing import ComparedOnMails, Sorted, compare_on_mails
from learning.mail_figures import MailCounts, mail_figures_of
from learning.training_mails import KeptBack
from learning.versions import Versions
from tests.understanding.small import MAILS
from understanding.examples import MailExample

_MAILS = [
    KeptBack(7, MailExample("a", "tax card", "tax", "en")),
    KeptBack(8, MailExample("b", "a CV", "jobseeker", "en")),
    KeptBack(9, MailExample("c", "skattekort", "tax", "da")),
]


def test_counts_and_changes() -> None:
    before = [Sorted("tax", True, 0.9), Sorted("tax", True, 0.8), Sorted("visitation", False, 0.4)]
    after = [Sorted("tax", True, 0.95), Sorted("jobseeker", True, 0.9), Sorted("tax", False, 0.5)]
    compared = ComparedOnMails(_MAILS, before, after)
    everything, english_or_danish, other = mail_figures_of(compared.figures())
    assert everything.language is None
    assert everything.before == MailCounts(3, 1, 2, 1)
    assert everything.after == MailCounts(3, 3, 2, 2)
    assert everything.is_few
    assert everything.right_interval is not None
    assert everything.right_interval[0] == pytest.approx(0.4385, abs=1e-4)
    assert {english_or_danish.language, other.language} == {"da", "en"}
    assert [(one["mail"], one["after"]["shelf"]) for one in compared.changes()] == [
        (8, "jobseeker"),
        (9, "tax"),
    ]
    assert all("a CV" not in str(one) for one in compared.changes())


def test_without_a_model_before_there_is_nothing_to_compare() -> None:
    compared = ComparedOnMails(_MAILS, None, [Sorted("tax", False, 0.5)] * 3)
    (everything, *_) = mail_figures_of(compared.figures())
    assert everything.before is None
    assert everything.decided_interval is None
    assert compared.changes() == []


def test_without_mails_there_are_no_figures(versions: Versions) -> None:
    compared = compare_on_mails(versions.version("old"), versions.version("new"), [], MAILS)
    assert compared.figures() == []
    assert compared.changes() == []


def test_two_versions_sort_the_mails_that_neither_was_trained_on(versions: Versions) -> None:
    trained_on = KeptBack(1, MAILS[0])
    new = KeptBack(2, MailExample("Skattekort", "Hvordan søger jeg om skattekort?", "tax", "da"))
    compared = compare_on_mails(
        versions.version("old"), versions.version("new"), [trained_on, new], MAILS
    )
    assert compared.mails == [new]
    (everything, danish) = mail_figures_of(compared.figures())
    assert everything.before is not None
    assert everything.after == danish.after
    assert (everything.after.mails, everything.after.right) == (1, 1)
