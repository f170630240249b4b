"""What is set of queues: the centre's own, else the queue's, else the default; folders are for good."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from storage.database import Database
from triage.errors import FolderTakenError, SettingChangedError
from triage.models import Case
from triage.queues.arrivals import arrive
from triage.queues.settings import (
    EVERYWHERE,
    NOBODY,
    Chosen,
    InForce,
    Notify,
    in_force,
    is_taken_over,
    known_folders,
    place,
    places,
    save,
    take_over,
)
from triage.shelves import FOLDERS, Shelf

HOURS = {0: (time(9), time(15)), 4: (time(9, 30), time(13))}
ALL = Chosen(
    "Skat",
    "skat@example.org",
    Notify(("anna@example.org",), "at", 60, (time(9),), in_hours=False),
    HOURS,
    (date(2026, 12, 24),),
    5,
)


def keep(database: Database, shelf: Shelf, centre: str, chosen: Chosen, revision: int = 0) -> bool:
    with database.transaction() as session:
        return save(session, shelf, centre, chosen, revision, "alex")


def holds(database: Database, shelf: Shelf, centre: str | None = None) -> InForce:
    with database.reading() as session:
        return in_force(session, shelf, centre)


def test_without_anything_set_the_defaults_hold(database: Database) -> None:
    assert holds(database, "tax", "odense") == InForce("Queues/Tax")
    assert holds(database, "tax").working.includes(date(2026, 11, 27))


def test_the_centres_own_then_the_queues_then_the_default(database: Database) -> None:
    assert keep(database, "tax", EVERYWHERE, ALL)
    keep(database, "tax", "odense", Chosen(folder="Skat/Odense", forward_to="", service_days=0))
    expected = InForce(
        "Skat", "skat@example.org", ALL.notify or NOBODY, HOURS, (date(2026, 12, 24),), 5
    )
    assert holds(database, "tax") == holds(database, "tax", "aarhus") == expected
    odense = holds(database, "tax", "odense")
    assert (odense.folder, odense.forward_to, odense.service_days) == ("Skat/Odense", "", 0)
    assert (odense.notify, odense.hours) == (ALL.notify, HOURS)
    assert holds(database, "jobseeker") == InForce("Queues/Jobseeker")
    with database.reading() as session:
        found = {(one.shelf, one.centre): one for one in places(session, ["aarhus"])}
    assert list(found)[:3] == [("tax", ""), ("tax", "aarhus"), ("tax", "odense")]
    assert found["tax", ""].chosen == ALL
    assert found["tax", "odense"].without == expected
    assert len(found) == 3 * len(FOLDERS)


def test_what_is_saved_unchanged_is_no_change(database: Database) -> None:
    keep(database, "tax", EVERYWHERE, ALL)
    assert not keep(database, "tax", EVERYWHERE, ALL, revision=1)
    with database.reading() as session:
        assert place(session, "tax", EVERYWHERE).revision == 1


def test_who_saves_second_is_told(database: Database) -> None:
    keep(database, "tax", EVERYWHERE, ALL)
    for stale in (0, 2):
        with pytest.raises(SettingChangedError):
            keep(database, "tax", EVERYWHERE, Chosen(), revision=stale)
    assert holds(database, "tax").folder == "Skat"


def test_a_folder_is_one_shelfs_for_good(database: Database) -> None:
    keep(database, "tax", EVERYWHERE, Chosen(folder="Skat"))
    keep(database, "tax", EVERYWHERE, Chosen(folder="Ny skat"), revision=1)
    assert holds(database, "tax").folder == "Ny skat"
    with database.reading() as session:
        known = known_folders(session)
    assert {name for name, shelf in known.items() if shelf == "tax"} == {
        *("Queues/Tax", "Skat", "Ny skat")
    }
    for name in ("Skat", "skat", "Queues/Tax", "queues-tax", "Ny skat"):
        with pytest.raises(FolderTakenError) as refused:
            keep(database, "spam", "odense", Chosen(folder=name))
        assert refused.value.shelf == "tax"
    # The shelf itself goes back to it, but not to the same name in other letters.
    keep(database, "tax", "odense", Chosen(folder="Skat"))
    keep(database, "tax", "aarhus", Chosen(folder="Queues/Tax"))
    with pytest.raises(FolderTakenError):
        keep(database, "tax", "aarhus", Chosen(folder="SKAT"), revision=1)


def test_the_variables_are_taken_over_once(database: Database) -> None:
    take_over(database, None, {"tax": "a@example.org"}, 4)
    take_over(database, "odense", {"tax": "b@example.org"}, 4)
    with database.reading() as session:
        assert is_taken_over(session)
    assert holds(database, "tax") == InForce("Queues/Tax", "a@example.org", service_days=4)
    assert holds(database, "tax", "odense").forward_to == "b@example.org"
    assert holds(database, "visitation").forward_to == ""
    assert holds(database, "visitation").service_days == 4
    with database.reading() as session:
        assert place(session, "tax", EVERYWHERE).changed_by is None
    # What an admin has set since then holds, whatever the variables say.
    keep(database, "tax", EVERYWHERE, Chosen(), revision=1)
    take_over(database, None, {"tax": "a@example.org"}, 9)
    assert holds(database, "tax") == InForce("Queues/Tax")


@pytest.mark.parametrize(
    ("shelf", "old", "due"),
    [("tax", False, date(2026, 12, 4)), ("tax", True, None), ("spam", False, None)],
)
def test_a_case_is_due_by_what_its_queue_promises(
    database: Database, shelf: Shelf, old: bool, due: date | None
) -> None:
    keep(database, "tax", EVERYWHERE, Chosen(service_days=5))
    case = Case(
        channel="mail", shelf=shelf, opened_at=datetime(2026, 11, 27, 10, tzinfo=UTC), centre=None
    )
    with database.transaction() as session:
        arrive(session, case, old=old)
        session.add(case)
    assert case.due_on == due
    assert (case.untold_since is not None) is (due is not None)
