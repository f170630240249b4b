"""A mail's text taken apart."""

from __future__ import annotations

import pytest

from understanding.sentences import LONGEST, PASSAGE, PASSAGES, passages, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hej. Hvor er I? Jeg venter!", ["Hej.", "Hvor er I?", "Jeg venter!"]),
        # A full stop before a small letter is an abbreviation.
        ("Jeg har f.eks. et pas, jf. mit brev.", ["Jeg har f.eks. et pas, jf. mit brev."]),
        ("Mam umowę np. o pracę. Śpię w Danii.", ["Mam umowę np. o pracę.", "Śpię w Danii."]),
        ("Labas. Žinau. Čia gyvenu.", ["Labas.", "Žinau.", "Čia gyvenu."]),
        ("Am zis „Nu.” Și acum?", ["Am zis „Nu.”", "Și acum?"]),
        # Short lines are on their own: subject, salutation, name.
        ("Tax card\n\nDear ICS\nI need one.\nAna", ["Tax card", "Dear ICS", "I need one.", "Ana"]),
        # Long lines were wrapped and go on.
        (
            "I moved here in August with my wife and our two\nsmall children from Gdańsk and we need\na flat.",
            [
                "I moved here in August with my wife and our two",
                "small children from Gdańsk and we need",
                "a flat.",
            ],
        ),
        (
            "I moved here in August with my wife and our two small\nchildren. We need a flat.",
            [
                "I moved here in August with my wife and our two small children.",
                "We need a flat.",
            ],
        ),
        ("---\n12345\n\n!!!", []),
        ("", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_passages_are_bounded() -> None:
    groups = passages(["word " * 30] * 100)
    assert len(groups) == PASSAGES
    assert all(len(" ".join(group)) <= PASSAGE for group in groups)
    assert all(len(" ".join(group)) > PASSAGE - 151 for group in groups)


def test_a_short_mail_is_one_passage() -> None:
    assert passages(["Hi.", "I need a tax card."]) == [["Hi.", "I need a tax card."]]


def test_an_endless_sentence_is_cut() -> None:
    assert passages(["x" * 5000]) == [["x" * LONGEST]]


def test_nothing_has_no_passages() -> None:
    assert passages([]) == []
