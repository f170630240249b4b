"""Messages that say nearly the same are found."""

from __future__ import annotations

from sqlalchemy.orm import Session

from learning.likeness import Near, nearly_the_same
from learning.messages import add, remove


def test_nearly_the_same_is_found_whatever_the_spelling(session: Session) -> None:
    assert nearly_the_same(session, "da", ["hvordan får jeg et skattekort"]) == []
    add(session, "da", "faq/tax-card", ["Hvordan får jeg et skattekort?", "skattekort"], "alex")
    [gone] = add(session, "da", "faq/tax-card", ["hvornår kommer min post"], "alex")
    add(session, "en", "greet", ["hvor er min post"], "alex")
    remove(session, [gone], "alex")
    texts = ["hvordan far jeg et skatekort", "kort", "hvornår kommer min post?"]
    assert nearly_the_same(session, "da", texts) == [
        Near(texts[0], "Hvordan får jeg et skattekort?", "faq/tax-card")
    ]
    assert nearly_the_same(session, "da", []) == []
