"""How the articles stand, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from knowledge.articles import Text
from knowledge.catalogue import shipped_catalogue
from knowledge.overview import Mark, overview
from knowledge.translations import latest, publish, published, save, schedule, unschedule, withdraw
from language.languages import Language
from storage.times import now


def marks(session: Session, language: Language) -> tuple[Mark, ...]:
    state = next(
        one for one in overview(session, date(2026, 12, 1)) if one.topic.slug == "tax-card"
    )
    return state.marks[language]


def add(session: Session, language: Language) -> None:
    before = latest(session, "tax-card", language)
    based_on = before.id if before else None
    save(
        session,
        "tax-card",
        language,
        Text("New", "written", "New.\n"),
        author="anna",
        based_on=based_on,
    )


def test_each_state_of_a_text(filled: Session) -> None:
    assert len(overview(filled, date(2026, 12, 1))) == len(shipped_catalogue().topics) == 81
    assert marks(filled, "da") == ("published",)
    assert marks(filled, "pl") == ("missing",)
    add(filled, "pl")
    assert marks(filled, "pl") == ("draft",)
    polish = latest(filled, "tax-card", "pl")
    assert polish is not None
    schedule(filled, polish, now() + timedelta(days=1), "anna")
    assert marks(filled, "pl") == ("scheduled",)
    unschedule(polish)
    filled.flush()
    add(filled, "da")
    assert marks(filled, "da") == ("published", "draft")
    assert marks(filled, "en") == ("published",)
    draft = latest(filled, "tax-card", "da")
    assert draft is not None
    publish(filled, draft)
    assert marks(filled, "da") == ("published",)
    assert marks(filled, "en") == ("published", "stale")
    assert marks(filled, "pl") == ("draft", "stale")
    add(filled, "en")
    assert marks(filled, "en") == ("published", "draft")
    shown, newer = published(filled, "tax-card", "en"), latest(filled, "tax-card", "en")
    assert shown is not None
    assert newer is not None
    withdraw(filled, newer)
    withdraw(filled, shown)
    assert marks(filled, "en") == ("withdrawn",)


def test_a_review_is_overdue_on_the_day_after(filled: Session) -> None:
    def overdue(day: date) -> set[str]:
        return {state.topic.slug for state in overview(filled, day) if state.overdue}

    assert overdue(date(2027, 5, 23)) == set()
    assert overdue(date(2027, 5, 24)) == {"tax-card", "cpr-number"}
