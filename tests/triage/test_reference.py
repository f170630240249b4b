"""References as the ledger gives them and as people type them."""

from __future__ import annotations

import pytest

from triage.reference import number, reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (reference(42), 42),
        (reference(1_234_567), 1_234_567),
        (" ics-42 ", 42),
        ("ICS000042", 42),
        ("42", None),
        ("mail:42", None),
        ("ICS-", None),
        ("ICS-42x", None),
        ("ICS-" + "9" * 30, None),
        ("", None),
    ],
)
def test_a_reference_is_read_however_it_is_typed(text: str, expected: int | None) -> None:
    assert number(text) == expected
