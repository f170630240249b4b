"""Training messages are added, moved, removed and brought back, on both databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.catalogue import shipped_catalogue
from knowledge.saving import make_topic
from learning.errors import MovedMeanwhileError, TakenTextError
from learning.messages import (
    add,
    as_message,
    bring_back,
    chosen,
    counts,
    find,
    messages_of,
    move,
    remove,
    standing,
    training_examples,
)
from storage.database import Database
from understanding.examples import Example

TAX, CPR = "faq/tax-card", "faq/cpr-number"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  my tax\tcard\n please ", "my tax card please"),
        ("my number is 010190-1234", "my number is [CPR]"),
        ("see [this](kind:value) and ]{x}", "see [this] (kind:value) and ] {x}"),
        ("010190-1234(new)", "[CPR] (new)"),
        ("\\u0041", "\\ u0041"),
        ("a\u2028b\x00c\ud800d\ufeff", "a b c d"),
        ("🧑‍💻 šįų – „taip“", "🧑‍💻 šįų – „taip“"),
        ("\x85 \u2029", ""),
    ],
)
def test_a_message_is_one_masked_line_without_what_rasa_misreads(typed: str, kept: str) -> None:
    assert as_message(typed) == kept


@given(st.text())
def test_a_message_that_is_kept_stays_as_it_is(text: str) -> None:
    kept = as_message(text)
    assert as_message(kept) == kept
    assert kept.splitlines() in ([], [kept])


def test_what_is_added_is_learnt_in_the_order_of_the_topics(session: Session) -> None:
    for name in ("tax-card", "cpr-number"):
        make_topic(session, shipped_catalogue().topics[name])
    add(session, "en", "out_of_scope", ["the weather"], "alex")
    add(session, "en", CPR, ["cpr", " Cpr  number "], "alex")
    add(session, "en", TAX, ["tax card", "tax card", ""], "alex")
    add(session, "da", "faq/gone", ["væk"], "alex")
    assert training_examples(session) == [
        Example("væk", "faq/gone", "da"),
        Example("tax card", TAX, "en"),
        Example("cpr", CPR, "en"),
        Example("Cpr number", CPR, "en"),
        Example("the weather", "out_of_scope", "en"),
    ]
    assert counts(session)[CPR, "en"] == 2


def test_a_text_stands_under_one_label_of_a_language_however_it_is_spelt(session: Session) -> None:
    add(session, "da", TAX, ["Få et skattekort"], "alex")
    assert add(session, "da", TAX, ["fa et SKATTEKORT"], "alex") == []
    with pytest.raises(TakenTextError, match="stands under faq/tax-card already") as caught:
        add(session, "da", CPR, ["nyt", "få et skattekort"], "alex")
    assert (caught.value.text, caught.value.label) == ("få et skattekort", TAX)
    assert standing(session, "da", "nyt") is None
    assert add(session, "en", CPR, ["få et skattekort"], "alex") != []


def test_messages_are_moved_removed_and_brought_back(session: Session) -> None:
    first, second = add(session, "en", TAX, ["tax card", "cpr number"], "alex")
    move(session, [second], CPR)
    assert [row.text for row in messages_of(session, CPR, "en")] == ["cpr number"]
    remove(session, [first], "anna")
    assert training_examples(session) == [Example("cpr number", CPR, "en")]
    assert first.removed_by == "anna"
    assert standing(session, "en", "tax card") is None
    bring_back(session, chosen(session, [first.id], TAX, "en", removed=True))
    assert standing(session, "en", "TAX card") is first
    remove(session, [first], "anna")
    assert add(session, "en", CPR, ["Tax card"], "alex") == [first]
    assert (first.text, first.label) == ("Tax card", CPR)
    assert first.removed_at is None


def test_what_somebody_else_moved_or_removed_is_told(session: Session) -> None:
    first, second = add(session, "en", TAX, ["tax card", "card"], "alex")
    move(session, [second], CPR)
    for ids, label, removed in (
        ([first.id, second.id], TAX, False),
        ([first.id], TAX, True),
        ([999], TAX, False),
    ):
        with pytest.raises(MovedMeanwhileError):
            chosen(session, ids, label, "en", removed=removed)


def test_two_who_add_or_change_the_same_at_once(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time.")
    with Session(database.engine) as one, Session(database.engine) as other:
        [message] = add(one, "en", TAX, ["tax card"], "alex")
        one.commit()
        [same] = chosen(other, [message.id], TAX, "en")
        move(one, [message], CPR)
        one.commit()
        with pytest.raises(MovedMeanwhileError):
            remove(other, [same], "anna")
        other.rollback()
        assert standing(other, "en", "new") is None
        add(one, "en", TAX, ["later"], "alex")
        one.commit()
        assert standing(other, "en", "later") is not None


def test_messages_are_found_by_a_part_of_them(session: Session) -> None:
    add(session, "da", TAX, ["Årsopgørelse 100%", "skattekort"], "alex")
    [removed] = add(session, "da", TAX, ["arsopgorelse igen"], "alex")
    add(session, "en", TAX, ["my årsopgørelse"], "alex")
    remove(session, [removed], "alex")
    found, count = find(session, "ARSOPGOR", None, 1)
    assert [row.language for row in found] == ["da"]
    assert count == 2
    assert [row.text for row in find(session, "0%", "da", 10)[0]] == ["Årsopgørelse 100%"]
    assert find(session, "_", None, 10) == ([], 0)
    assert find(session, "\0x", None, 10) == ([], 0)
