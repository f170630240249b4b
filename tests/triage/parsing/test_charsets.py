"""Text from bytes whose character set is right, wrong, unknown or missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.parsing.charsets import clean, decode

TEXTS = {
    "da": "Jeg søger et skattekort på Ærø og får løn i øvrigt",
    "pl": "Proszę o kartę podatkową, żółć gęślą jaźń",
    "lt": "Laba diena, noriu gauti mokesčių kortelę, ačiū, žmonės įdarbinti",
    "ro": "Bună ziua, aş dori să ştiu cum obţin cardul fiscal în străinătate",
    "de": "Ich hätte gerne eine Steuerkarte für größere Beträge",
}
HOME = {
    "da": ["cp1252", "iso8859-1", "utf-8"],
    "pl": ["cp1250", "iso8859-2", "utf-8"],
    "lt": ["cp1257", "iso8859-13", "utf-8"],
    "ro": ["cp1250", "iso8859-2", "utf-8"],
    "de": ["cp1252", "iso8859-1", "utf-8"],
}
CASES = [(language, codec) for language, codecs in HOME.items() for codec in codecs]


@pytest.mark.parametrize(
    "declared", ["right", None, "us-ascii", "utf-8", "iso-8859-1", "x-unknown"]
)
@pytest.mark.parametrize(("language", "codec"), CASES)
def test_the_text_comes_out_whatever_was_declared(
    language: str, codec: str, declared: str | None
) -> None:
    text = TEXTS[language]
    assert decode(text.encode(codec), codec if declared == "right" else declared) == text


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("naïve".encode("utf-7"), "utf-7", "naïve"),
        ("您好".encode("gb2312"), "gb2312", "您好"),
        ("﻿hej".encode(), None, "hej"),
        ("hej".encode("utf-16"), None, "hej"),
        ("Ș și ț".encode("iso8859-16"), "iso-8859-16", "Ș și ț"),
        # Cut within a character.
        (
            "Kære Søren, på gensyn i København".encode()[:-3],
            "utf-8",
            "Kære Søren, på gensyn i Københ",
        ),
        (b"abc", "rot13", "abc"),
        (b"abc", '"utf-8"', "abc"),
    ],
)
def test_other_sets(content: bytes, declared: str | None, text: str) -> None:
    assert decode(content, declared).rstrip("\ufffd") == text


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=30)))
def test_it_never_raises_and_can_always_be_stored(content: bytes, declared: str | None) -> None:
    text = clean(decode(content, declared))
    assert "\x00" not in text
    text.encode("utf-8")


def test_clean_keeps_what_people_see() -> None:
    assert clean("a\r\nb\rc\td") == "a\nb\nc\td"
    assert clean("h\u200be\u00adj\x00\ud800") == "hej"
    assert clean("a\u030a") == "å"
