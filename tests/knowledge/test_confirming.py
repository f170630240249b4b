"""What editors must confirm, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from knowledge.confirming import FactState, fact_states, open_points
from knowledge.models import Article
from knowledge.translations import published, withdraw
from tests.knowledge.conftest import DAY_READ, FACTS, fill, write_facts_content
from web.dates import today


@pytest.fixture
def with_facts(session: Session, tmp_path: Path) -> Session:
    """A transaction in which the small content with facts has been imported."""
    fill(session, write_facts_content(tmp_path / "content"))
    return session


def states(session: Session, day: date) -> dict[str, FactState]:
    return {state.name: state for state in fact_states(session, day)}


def test_what_waits_comes_first_then_all_by_name(with_facts: Session) -> None:
    waiting = ["hotline", "limit", "opening", "wait"]
    assert list(states(with_facts, today())) == [*waiting, "fee", "law", "name"]
    later = date(today().year + 2, 1, 1)
    assert list(states(with_facts, later)) == [n for n in sorted(FACTS) if n != "law"] + ["law"]


def test_each_says_how_long_it_is_shown(with_facts: Session) -> None:
    found = states(with_facts, today())
    year, end = timedelta(days=365), date(today().year, 12, 31)
    assert {name: (s.is_shown, s.shown_until) for name, s in found.items()} == {
        "fee": (True, min(end, DAY_READ + year)),
        "hotline": (False, None),
        "law": (True, None),
        "limit": (False, None),
        "name": (True, DAY_READ + year),
        "opening": (False, None),
        "wait": (False, None),
    }
    last = states(with_facts, DAY_READ + year)["name"]
    assert (last.is_shown, last.shown_until) == (True, DAY_READ + year)
    after = states(with_facts, DAY_READ + year + timedelta(days=1))["name"]
    assert (after.is_shown, after.shown_until) == (False, None)


def test_each_says_which_published_texts_name_it(with_facts: Session) -> None:
    named = {name: state.topics for name, state in states(with_facts, today()).items()}
    assert named == dict.fromkeys(FACTS, ()) | dict.fromkeys(
        ("fee", "hotline", "wait"), ("cpr-number",)
    )
    danish = published(with_facts, "cpr-number", "da")
    assert danish is not None
    withdraw(with_facts, danish)
    assert states(with_facts, today())["fee"].topics == ()


def test_open_points_stand_in_the_order_of_the_topics(with_facts: Session) -> None:
    assert open_points(with_facts) == {}
    for topic, notes in {
        "cpr-number": ["Is it so?", "And that?"],
        "tax-card": ["How long?"],
    }.items():
        with_facts.get_one(Article, topic).to_confirm = notes
    with_facts.flush()
    assert list(open_points(with_facts).items()) == [
        ("tax-card", ("How long?",)),
        ("cpr-number", ("Is it so?", "And that?")),
    ]
