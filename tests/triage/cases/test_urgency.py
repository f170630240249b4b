"""Lists of cases: what is urgent stands at the top, and can be picked out."""

from __future__ import annotations

from typing import Any

from storage.database import Database
from storage.times import now
from tests.triage.desk.ledger import DANISH, POLISH, Ledger
from triage.cases.cases import EVERYTHING, list_cases, next_case, queue_counts
from triage.models import Case


def warned(*keys: str) -> list[dict[str, str]]:
    return [{"key": f"warning.{key}", "text": "Pomocy."} for key in keys]


def filled(database: Database) -> Ledger:
    """Cases 1 to 5: ordinary, with a deadline, in danger, ordinary, in danger."""
    ledger = Ledger(database)
    columns: list[dict[str, Any]] = [
        {},
        {"urgency": 1, "warnings": warned("complaint")},
        {"urgency": 2, "warnings": warned("threats", "despair")},
        {"authority": "siri"},
        {"urgency": 2, "warnings": warned("forced_labour")},
    ]
    for values in columns:
        ledger.add(POLISH, "tax", **values)
    return ledger


def test_the_most_urgent_come_first_then_the_oldest(database: Database) -> None:
    filled(database)
    with database.transaction() as session:
        assert [one.id for one in list_cases(session, "tax")] == [3, 5, 2, 1, 4]
        assert list_cases(session, "tax")[0].warnings == ("warning.threats", "warning.despair")


def test_pages_and_the_next_case_follow_that_order(database: Database) -> None:
    filled(database)
    with database.transaction() as session:
        seen: list[int | None] = []
        after: int | None = None
        while page := list_cases(session, "tax", after_id=after, limit=2):
            seen += [one.id for one in page]
            after = page[-1].id
        assert seen == [3, 5, 2, 1, 4]
        following = [next_case(session, "tax", "open", EVERYTHING, one) for one in (3, 5, 2, 1, 4)]
        assert following == [5, 2, 1, 4, 3]


def test_they_can_be_picked_out_and_are_counted(database: Database) -> None:
    ledger = filled(database)
    ledger.add(DANISH, "visitation", authority="star", case={"passed_on_to": "star"})
    with database.transaction() as session:
        assert [one.id for one in list_cases(session, "tax", "warned")] == [3, 5, 2]
        assert [one.id for one in list_cases(session, "tax", "elsewhere")] == [4]
        assert list_cases(session, "visitation", "elsewhere") == []
        assert [one.id for one in list_cases(session, "visitation", "passed_on")] == [6]
        counts = {count.queue: count for count in queue_counts(session)}
        assert (counts["tax"].warned, counts["tax"].elsewhere) == (3, 1)
        assert (counts["visitation"].warned, counts["visitation"].elsewhere) == (0, 0)


def test_a_case_from_the_counter_has_no_urgency(database: Database) -> None:
    filled(database)
    with database.transaction() as session:
        session.add(Case(channel="counter", shelf="tax", opened_at=now()))
    with database.transaction() as session:
        assert [one.id for one in list_cases(session, "tax")] == [3, 5, 2, 1, 4, 6]
