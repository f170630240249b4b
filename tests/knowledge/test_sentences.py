"""Sentences in six languages."""

from __future__ import annotations

import pytest

from knowledge.sentences import sentences
from language.languages import Language


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("da", "Søg f.eks. hos SKAT. Ring kl. 10. Det er gratis.", 3),
        ("da", "Det sker senest den 1. januar 2027. Se nr. 3.", 2),
        ("en", "Apply, e.g. Online or in person. It is free! Is it? Yes.", 4),
        ("en", "See No. 3. “It is free.” Come at 10.", 3),
        ("pl", "Złóż wniosek (np. Online) do 1 stycznia. Ul. Główna 3. To nic nie kosztuje.", 3),
        ("pl", "Por. art. 5 ust. 2 oraz pkt 3.", 1),
        ("lt", "Kreipkitės iki 2026 m. kovo 1 d. Tai nemokama.", 1),
        ("lt", "Kreipkitės į ICS. Pvz. Kopenhagoje. Tai nemokama.", 3),
        ("ro", "Depuneți cererea la nr. 3. E gratuit.", 2),
        ("de", "Bis zum 1. Januar z. B. Bei uns. Das ist frei.", 2),
        ("de", "Das kostet nichts. Kommen Sie!", 2),
        ("da", "Uden punktum", 1),
        ("da", "", 0),
    ],
)
def test_sentences_are_counted(language: Language, text: str, count: int) -> None:
    found = sentences(text, language)
    assert len(found) == count, found
    assert " ".join(found) == text
