"""Every name of the ledger has words for caseworkers, in both of their languages."""

from __future__ import annotations

from typing import get_args

import pytest

from language.languages import Language
from triage.cases import LISTINGS
from triage.desk.words import Words
from triage.rules.table import RULES
from triage.shelves import Kind
from triage.states import MailState
from web.translations import STAFF_LANGUAGES


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_everything_has_words(language: Language) -> None:
    words = Words(language)
    assert len({words.listing(listing) for listing in LISTINGS}) == len(LISTINGS)
    assert len({words.state(state) for state in MailState}) == len(MailState)
    assert len({words.kind(kind) for kind in get_args(Kind)}) == 3
    keys = [f"rule.{rule.name}" for rule in RULES]
    keys += ["sentence", "below_threshold", "nothing_to_judge"]
    whys = (
        "nothing_to_read", "too_large", "too_slow", "too_much_memory", "ended_the_reader",
        "ended_the_worker", "cannot_be_judged",
    )  # fmt: skip
    marks = (
        "encrypted_smime", "encrypted_pgp", "signed_smime", "signed_pgp", "calendar", "partial",
        "stored_elsewhere", "winmail_closed", "read_in_part",
    )  # fmt: skip
    keys += [f"mark.{mark}" for mark in marks]
    keys += [f"unreadable.{why}" for why in whys]
    for key in keys:
        assert words.reason(key) != key, key
    outcomes = (
        "sent", "uncertain", "automatic", "spam", "undecided", "no_address", "own_address",
        "no_reply", "not_wanted", "unreadable", "old_mail", "perhaps_a_duplicate", "too_many",
        "refused", "gave_up",
    )  # fmt: skip
    for outcome in outcomes:
        assert words.acknowledgement(outcome) != outcome or language == "en", outcome
    assert words.language(None) != ""
    assert words.language("lt") == "lietuvių"


def test_a_reason_of_a_later_version_is_given_by_its_key() -> None:
    assert Words("da").reason("rule.new") == "rule.new"
    assert Words("da").acknowledgement("new") == "new"
