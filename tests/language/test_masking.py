"""CPR numbers are hidden, and only they."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.masking import MASK, find_personal_numbers, mask


@pytest.mark.parametrize(
    "number",
    [
        "010203-1234",
        "0102031234",
        "010203 1234",
        "010203 - 1234",
        "010203–1234",
        "01.02.03-1234",
        "01 02 03 1234",
        "01/02/03 1234",
        "710203-1234",  # replacement number: day plus 60
        "311299-9999",
        "010203_1234",
        "010203-12 34",
    ],
)
def test_every_way_of_writing_a_cpr_number_is_masked(number: str) -> None:
    assert mask(f"Mit cpr er {number}, tak.") == f"Mit cpr er {MASK}, tak."
    assert mask(number) == MASK


@pytest.mark.parametrize(
    "text",
    [
        "Ring til 72 22 27 80",
        "+45 72 22 27 80",
        "blanket 04.063",
        "den 31.12.2025 kl. 14.30",
        "321399-1234",  # no such day
        "011303-1234",  # no such month
        "case 12345678901234567890",
        "DK50 0040 0440 1162 43",
        "PD U2",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


@given(
    st.text(alphabet=st.characters(exclude_categories=["Nd"]), max_size=40),
    st.dates(),
    st.integers(0, 9999),
    st.sampled_from(["", "-", " ", " - "]),
)
def test_no_cpr_number_survives_in_any_surroundings(
    around: str, born: object, serial: int, separator: str
) -> None:
    number = f"{born:%d%m%y}{separator}{serial:04d}"
    masked = mask(f"{around} {number} {around}")
    assert number not in masked
    assert not find_personal_numbers(masked)
