"""How often sure decisions are right."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.triage.desk.ledger import DANISH, POLISH, Ledger
from triage.cases import handling
from triage.cases.precision import live_precision, together
from understanding.intervals import wilson_interval


def test_only_drawn_mails_count_by_language_and_shelf(database: Database) -> None:
    ledger = Ledger(database)
    drawn = [ledger.add(POLISH, "tax", case={"sampled": True}) for _ in range(4)]
    danish = ledger.add(DANISH, "visitation", language="da", case={"sampled": True})
    not_drawn = ledger.add(POLISH, "tax")
    with database.transaction() as session:
        handling.confirm(session, drawn[0], 1, "kim")
        handling.confirm(session, drawn[1], 1, "kim")
        handling.correct(session, drawn[2], 1, "jobseeker", "kim")
        handling.correct(session, not_drawn, 1, "jobseeker", "kim")
        handling.confirm(session, danish, 1, "kim")
    with database.transaction() as session:
        rows = live_precision(session)
    found = [(row.language, row.shelf, row.confirmed, row.right, row.waiting) for row in rows]
    assert found == [("pl", "tax", 3, 2, 1), ("da", "visitation", 1, 1, 0)]
    assert rows[0].share == pytest.approx(2 / 3)
    everything = together(rows)
    assert (everything.confirmed, everything.right, everything.share) == (4, 3, 0.75)


def test_corrected_and_corrected_back_was_right(database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax", case={"sampled": True})
    with database.transaction() as session:
        handling.correct(session, case, 1, "jobseeker", "kim")
        session.flush()
        handling.correct(session, case, 2, "tax", "kim")
    with database.transaction() as session:
        (row,) = live_precision(session)
    assert (row.confirmed, row.right) == (1, 1)


def test_without_any_there_is_no_share(database: Database) -> None:
    with database.transaction() as session:
        assert live_precision(session) == []
    nothing = together([])
    assert (nothing.share, nothing.interval) == (None, None)


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_interval(right: int, count: int, low: float, high: float) -> None:
    found = wilson_interval(right, count)
    assert found[0] == pytest.approx(low, abs=1e-4)
    assert found[1] == pytest.approx(high, abs=1e-4)
