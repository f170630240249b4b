"""Marks on the sentences that carried a decision."""

from __future__ import annotations

from triage.desk.marking import marked


def test_sentences_are_marked_wherever_blanks_differ() -> None:
    text = "Hello,\n\nhow do I get\na tax card? Thanks."
    assert str(marked(text, ["how do I get a tax card?"])) == (
        "Hello,\n\n<mark>how do I get\na tax card?</mark> Thanks."
    )


def test_markup_in_text_and_sentences_is_text() -> None:
    assert str(marked("<b>x</b> & y", ["<b>x</b>"])) == (
        "<mark>&lt;b&gt;x&lt;/b&gt;</mark> &amp; y"
    )


def test_overlaps_and_what_is_not_there() -> None:
    assert str(marked("one two three", ["one two", "two three", "four", ""])) == (
        "<mark>one two</mark> three"
    )


def test_a_number_may_be_hidden_in_one_of_them() -> None:
    sentence = "My CPR is [CPR]."
    assert str(marked("My CPR is 010190-1234.", [sentence])) == (
        "<mark>My CPR is 010190-1234.</mark>"
    )
    assert "<mark>" in marked("My CPR is [CPR].", [sentence])
