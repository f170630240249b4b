"""Every name of the ledger has words for caseworkers, in both of their languages."""

from __future__ import annotations

from typing import get_args

import pytest

from language.languages import Language
from triage.authorities import authorities
from triage.cases.cases import LISTINGS
from triage.deciding.document_kinds import KINDS
from triage.deciding.rules.table import RULES
from triage.deciding.warnings import WARNING_KEYS
from triage.desk.words import Words
from triage.models import OldMail, SentMail
from triage.states import MailState
from understanding.queues import Kind
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
    keys += [f"document.{kind.key}" for kind in KINDS]
    keys += [f"authority.{slug}" for slug in authorities()]
    for key in keys:
        assert words.reason(key) != key, key
    assert len({words.document(kind.key) for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert words.document(kind.key) != kind.key
    outcomes = (
        "sent", "uncertain", "automatic", "spam", "undecided", "no_address", "own_address",
        "no_reply", "not_wanted", "unreadable", "old_mail", "perhaps_a_duplicate", "too_many",
        "refused", "gave_up",
    )  # fmt: skip
    for outcome in outcomes:
        assert words.acknowledgement(outcome) != outcome or language == "en", outcome
    assert len({words.old_mail(decision) for decision in get_args(OldMail)}) == 4
    assert len({words.sent_mail(sent) for sent in get_args(SentMail)}) == 3
    for key in (f"warning.{one}" for one in WARNING_KEYS):
        assert words.warning(key) != key
        assert words.warning_advice(key)
    assert words.language(None) != ""
    assert words.language("lt") == "lietuvių"


def test_status_codes_and_troubles_are_put_into_plain_words() -> None:
    words = Words("en")
    meanings = {
        "5.1.1": "the address is unknown",
        "5.1.10": "the address is unknown",
        "5.2.1": "the mailbox is closed",
        "5.2.2": "the mailbox is full",
        "4.2.2": "the mailbox is full",
        "5.2.3": "the mail was too large",
        "5.7.1": "it was refused as spam, or by a rule of the receiver",
        "5.7.509": "it was refused as spam, or by a rule of the receiver",
        "4.4.1": "the receiver's mail server was not reached",
        "550": "the address is unknown or was refused",
        "552": "the mailbox is full",
        "5.9.9": "for another reason",
        "": "for another reason",
    }
    assert {status: words.delivery_status(status) for status in meanings} == meanings
    assert words.detail("reply 5.2.2") == "The reply: the mailbox is full (5.2.2)"
    assert words.detail("acknowledgement") == "The acknowledgement"
    assert words.detail("tax > spam") == "Tax > Spam"
    assert words.detail("debt-agency") == "Gældsstyrelsen"
    assert words.trouble("SmtpUnavailableError: 192.0.2.1:25: refused")[0].startswith("Mail cannot")
    assert words.trouble("KeyError")[0] == "The program has a fault."


def test_a_reason_of_a_later_version_is_given_by_its_key() -> None:
    assert Words("da").reason("rule.new") == "rule.new"
    assert Words("da").acknowledgement("new") == "new"
