"""Patterns with asterisks, against a reference that tries every way."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.deciding.admin_rules.wildcards import wildcard

LETTERS = st.text(alphabet="ab.", max_size=12)
PATTERNS = st.text(alphabet="ab.*", max_size=12)


@given(PATTERNS, LETTERS)
def test_it_is_what_a_regular_expression_finds(pattern: str, text: str) -> None:
    reference = ".*".join(map(re.escape, pattern.split("*")))
    assert wildcard(pattern).matches(text) is (re.fullmatch(reference, text) is not None)


@given(st.lists(LETTERS, min_size=1, max_size=6), st.lists(LETTERS, max_size=5))
def test_a_text_made_of_the_pieces_is_found(pieces: list[str], between: list[str]) -> None:
    filled = [*between, *[""] * len(pieces)]
    text = "".join(part for pair in zip(pieces, filled, strict=False) for part in pair)
    assert wildcard("*".join([*pieces, ""])).matches(text)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("*.ics", "møde.ics", True),
        ("*.ics", "møde.ics.pdf", False),
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("ab*ba", "aba", False),
        ("a*b*", "ab", True),
        ("[a]?", "[a]?", True),
        ("[a]?", "a", False),
    ],
)
def test_ends_do_not_overlap_and_nothing_else_is_special(
    pattern: str, text: str, *, found: bool
) -> None:
    assert wildcard(pattern).matches(text) is found


def test_what_takes_for_ever_with_backtracking_is_told_at_once() -> None:
    assert not wildcard("*a" * 100 + "*b").matches("a" * 100_000)
