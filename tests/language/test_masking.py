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
        "010203\u00a01234",
        "010203\u200b-\u200b1234",
        "010203\n1234",
        "010203  1234",
        "010203\u22121234",
        "010203--1234",
        "010203,1234",
        "01-02-1903-1234",
        "01.02.1903 1234",
        "01021903-1234",
        "01022003-1234",
        "0 1 0 2 0 3 - 1 2 3 4",
        "\uff10\uff11\uff10\uff12\uff10\uff13-\uff11\uff12\uff13\uff14",
        "\u0660\u0661\u0660\u0662\u0660\u0663-\u0661\u0662\u0663\u0664",
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
        "fra 01.01.2026 3000 kr. om måneden",
        "den 01.02.2026 kl. 10:00",
        "01.02.2026-31.12.2026",
        "8, 9, 10, 11 og 12 timer",
        "8 9 10 11 12",
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
