"""A day on which guides are used in tests, with the project's facts."""

from __future__ import annotations

from datetime import date

from knowledge.content import CONTENT_DIRECTORY
from knowledge.facts import FACTS_FILE, Fact, read_facts
from knowledge.guides.deadlines import Today

PROJECT_FACTS = read_facts(CONTENT_DIRECTORY / FACTS_FILE)

TODAY = Today(date(2026, 11, 27), PROJECT_FACTS)


def with_fact(name: str, value: str, today: Today = TODAY) -> Today:
    """Return the day on which an admin has just confirmed another value of a fact."""
    fact = Fact.model_validate(
        {**today.facts[name].model_dump(), "value": value, "as_of": today.day}
    )
    return Today(today.day, {**today.facts, name: fact})
