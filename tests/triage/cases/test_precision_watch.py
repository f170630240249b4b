"""The alarm on live precision: begins when it is sure, does not flap, and ends with another model."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.times import now
from tests.triage.desk.ledger import POLISH, Ledger
from triage.cases.precision_watch import (
    Goal,
    PrecisionWatch,
    Tally,
    lasting_alarms,
    tally_of_groups,
)
from triage.models import Case, PrecisionAlarm

GOAL = Goal(0.97, timedelta(days=28), 20)


@pytest.mark.parametrize(
    ("tally", "trouble"),
    [
        (Tally(), None),
        (Tally(19, 0), None),  # too few
        (Tally(20, 17), "below"),
        (Tally(20, 18), None),  # may be 97 % all the same: its interval reaches to 97.2 %
        (Tally(100, 94), None),
        (Tally(100, 91), "below"),
        (Tally(100, 96, 300, 300), "fell"),  # not surely below the goal, but far less than before
        (Tally(100, 98, 300, 300), None),
        (Tally(100, 97, 19, 19), None),  # too few before
        (Tally(100, 100, 300, 200), None),  # better than before
    ],
)
def test_when_there_is_trouble(tally: Tally, trouble: str | None) -> None:
    assert tally.trouble(GOAL) == trouble


def test_it_is_over_later_than_it_begins() -> None:
    assert not Tally(100, 95).is_over("below", GOAL)  # would begin no alarm, and ends none
    assert Tally(100, 95).trouble(GOAL) is None
    assert Tally(100, 97).is_over("below", GOAL)
    assert not Tally(5, 5).is_over("below", GOAL)
    assert not Tally(100, 98, 300, 300).is_over("fell", GOAL)
    assert Tally(100, 100, 300, 300).is_over("fell", GOAL)


@pytest.mark.parametrize(
    ("tally", "chance"),
    # Fisher's own table: of 17 dizygotic twins 2 were convicted, of 13 monozygotic ones 10.
    [(Tally(17, 2, 13, 10), 0.0004652), (Tally(4, 4, 4, 4), 1.0), (Tally(1, 0, 1, 1), 0.5)],
)
def test_fishers_exact_test(tally: Tally, chance: float) -> None:
    assert tally.chance_of_falling() == pytest.approx(chance, rel=1e-3)


def drawn(
    database: Database, right: int, wrong: int, days_ago: float = 1, language: str = "pl"
) -> None:
    """Add drawn cases that caseworkers have looked at."""
    ledger = Ledger(database)
    for number in range(right + wrong):
        case_id = ledger.add(POLISH, "tax", language=language, case={"sampled": True})
        is_right = number < right
        with database.transaction() as session:
            session.execute(
                update(Case)
                .where(Case.id == case_id)
                .values(
                    confirmation="confirmed" if is_right else "corrected",
                    shelf="tax" if is_right else "jobseeker",
                    opened_at=now() - timedelta(days=days_ago),
                )
            )


def alarms(database: Database) -> list[tuple[str, str, str, int, int]]:
    with database.reading() as session:
        return [
            (one.language, one.shelf, one.trouble, one.right, one.confirmed)
            for one in lasting_alarms(session)
        ]


class InUse:
    """When the model in use was put into use."""

    since: datetime | None = None

    def __call__(self, _session: object) -> datetime | None:
        return self.since


def test_groups_are_counted_in_their_windows(database: Database) -> None:
    drawn(database, 2, 1)
    drawn(database, 3, 0, days_ago=40)
    drawn(database, 1, 0, language="da")
    drawn(database, 9, 9, days_ago=200)
    with database.reading() as session:
        begin = now() - GOAL.window
        found = tally_of_groups(session, begin, begin - 3 * GOAL.window)
    assert found["", ""] == Tally(4, 3, 3, 3)
    assert found["pl", ""] == Tally(3, 2, 3, 3)
    assert found["", "tax"] == Tally(4, 3, 3, 3)
    assert found["da", "tax"] == Tally(1, 1)
    assert len(found) == 6


def test_an_alarm_begins_lasts_and_ends(sqlite_database: Database) -> None:
    drawn(sqlite_database, 16, 6)
    watch = PrecisionWatch(sqlite_database, GOAL, InUse())
    with structlog.testing.capture_logs() as logs:
        watch.look()
        watch.look()
    assert [one[:3] for one in alarms(sqlite_database)] == [
        ("", "", "below"),
        ("", "tax", "below"),
        ("pl", "", "below"),
        ("pl", "tax", "below"),
    ]
    errors = [one for one in logs if one["log_level"] == "error"]
    assert len(errors) == 4  # each told once
    assert errors[0] == {
        "event": "precision_low",
        "log_level": "error",
        "language": "",
        "shelf": "",
        "right": 16,
        "confirmed": 22,
    }
    # Another process finds them, and makes no second ones.
    PrecisionWatch(sqlite_database, GOAL, InUse()).look()
    assert len(alarms(sqlite_database)) == 4
    # Somewhat better: it lasts, with the present figures.
    drawn(sqlite_database, 70, 0)
    watch.look()
    assert alarms(sqlite_database)[0] == ("", "", "below", 86, 92)
    # As wanted: it is over, and said so.
    with sqlite_database.transaction() as session:
        session.execute(update(Case).where(Case.shelf == "jobseeker").values(sampled=False))
    with structlog.testing.capture_logs() as logs:
        watch.look()
    assert alarms(sqlite_database) == []
    assert [one["event"] for one in logs] == ["trouble_over"] * 4


def test_with_another_model_it_is_over_and_counted_anew(database: Database) -> None:
    drawn(database, 16, 6)
    in_use = InUse()
    watch = PrecisionWatch(database, GOAL, in_use)
    watch.look()
    assert len(alarms(database)) == 4
    in_use.since = now()
    watch.look()
    assert alarms(database) == []
    watch.look()
    assert alarms(database) == []  # nothing was decided by the new one yet
    with database.reading() as session:
        ended = session.scalars(select(PrecisionAlarm.ended_at)).all()
    assert len(ended) == 4
    assert None not in ended


def test_without_new_cases_an_alarm_stays(database: Database) -> None:
    drawn(database, 16, 6)
    watch = PrecisionWatch(database, GOAL, InUse())
    watch.look()
    with database.transaction() as session:
        session.execute(update(Case).values(opened_at=now() - timedelta(days=29)))
    watch.look()
    assert len(alarms(database)) == 4


def test_a_group_has_one_lasting_alarm(database: Database) -> None:
    drawn(database, 16, 6)
    PrecisionWatch(database, GOAL, InUse()).look()
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(
            PrecisionAlarm(
                language="", shelf="", trouble="fell", began_at=now(), confirmed=1, right=0
            )
        )
