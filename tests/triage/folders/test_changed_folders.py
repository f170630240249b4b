"""Folders that an admin changes while mail lies in them: nothing is lost, by hand both still count."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from ankomst.triage_worker import reconcile
from storage.database import Database
from tests.triage.bench import Bench
from tests.triage.composition import a_mail, mails_of
from tests.triage.dying import end_worker, start_worker, wait_for_death
from tests.triage.servers import RunningServers
from tests.triage.settled import check_exactly_once, check_history, wait_until_settled
from triage.cases.handling import correct
from triage.models import Case, CaseEvent
from triage.queues.settings import EVERYWHERE, Chosen, place, save
from triage.shelves import Shelf


def put_into(
    database: Database, shelf: Shelf, folder: str | None, centre: str = EVERYWHERE
) -> None:
    with database.transaction() as session:
        before = place(session, shelf, centre)
        save(session, shelf, centre, Chosen(folder=folder), before.revision, "alex")


def case_of(database: Database, number: int) -> Case:
    with database.reading() as session:
        (mail,) = [m for m in mails_of(database) if m.message_id == f"<{number}@mail.example.org>"]
        return session.get_one(Case, mail.case_id)


def test_new_mail_goes_into_the_new_folder_and_the_old_one_stays_known(bench: Bench) -> None:
    worker = bench.worker()
    bench.append(a_mail(1), a_mail(2))
    worker.round()
    put_into(bench.database, "tax", "Skat/Indgående ø")
    bench.append(a_mail(3))
    worker.round()
    assert bench.folders() == {"Queues/Tax": 2, "Skat/Indgående ø": 1}
    report = reconcile(bench.settings(), bench.database)
    assert report.unexplained == 0
    assert {one.folder for one in report.folders} >= {"Queues/Tax", "Skat/Indgående ø"}
    assert report.missing == 0
    check_history(bench.database)


def test_moves_by_hand_into_either_count_as_that_queue(bench: Bench) -> None:
    put_into(bench.database, "tax", "Skat")
    put_into(bench.database, "tax", "Skat 2")
    worker = bench.worker()
    bench.append(a_mail(1, "jobseeker"), a_mail(2, "jobseeker"), a_mail(3, "jobseeker"))
    worker.round()
    with bench.servers.view() as view:
        for uid, folder in ((1, "Queues/Tax"), (2, "Skat"), (3, "Skat 2")):
            view.move(uid, folder, source="Queues/Jobseeker")
    for _ in range(3):
        worker.round()
        bench.make_due()
    cases = [case_of(bench.database, number) for number in (1, 2, 3)]
    assert [(case.shelf, case.confirmation) for case in cases] == [("tax", "corrected")] * 3
    assert len(mails_of(bench.database)) == 3
    # From the old folder into the new one it stays where it belongs, which confirms it.
    with bench.servers.view() as view:
        view.move(1, "Skat 2", source="Queues/Tax")
    for _ in range(3):
        worker.round()
        bench.make_due()
    assert case_of(bench.database, 1).shelf == "tax"
    assert reconcile(bench.settings(), bench.database).unexplained == 0


def test_a_correction_finds_a_mail_in_the_folder_of_before(bench: Bench) -> None:
    worker = bench.worker()
    bench.append(a_mail(1))
    worker.round()
    put_into(bench.database, "tax", "Skat")
    put_into(bench.database, "spam", "Mistænkelig")
    case = case_of(bench.database, 1)
    with bench.database.transaction() as session:
        correct(session, case.id, case.revision, "spam", "kim")
    worker.round()
    assert bench.folders() == {"Mistænkelig": 1}
    with bench.database.reading() as session:
        actions = session.scalars(select(CaseEvent.action).order_by(CaseEvent.id)).all()
    assert actions == ["opened", "corrected", "moved_in_mailbox"]


def test_a_folder_that_somebody_renamed_on_the_server(bench: Bench) -> None:
    worker = bench.worker()
    bench.append(a_mail(1), a_mail(2))
    worker.round()
    with bench.servers.view() as view:
        view._client.rename_folder("Queues/Tax", "Skat")
    put_into(bench.database, "tax", "Skat")
    bench.append(a_mail(3))
    for _ in range(3):
        worker.round()
        bench.make_due()
    assert bench.folders() == {"Skat": 3}
    rows = mails_of(bench.database)
    assert [(row.target_folder, row.missing_since) for row in rows] == [("Skat", None)] * 3
    assert {case_of(bench.database, number).shelf for number in (1, 2, 3)} == {"tax"}
    # Nobody is acknowledged twice.
    assert bench.servers.acknowledged() == [f"person{number}@example.org" for number in (1, 2, 3)]


def test_each_centres_mailbox_has_its_own(bench: Bench) -> None:
    put_into(bench.database, "tax", "Skat", "odense")
    with bench.database.reading() as session:
        assert place(session, "tax", "aarhus").in_force.folder == "Queues/Tax"
        assert place(session, "tax", "odense").in_force.folder == "Skat"


@pytest.mark.parametrize("step", ["moving", "moved_on_server"])
def test_changed_while_a_mail_is_moved_it_is_found_where_it_went(
    step: str, database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    bench = Bench(database, servers, tmp_path)
    bench.append(a_mail(1))
    configuration = bench.settings(claim_seconds=1.0)
    wait_for_death(start_worker(configuration, step))
    put_into(database, "tax", "Skat")
    second = start_worker(configuration)
    wait_until_settled(database, 1)
    end_worker(second)
    # Not begun, it goes into the folder of now; begun, it stays where it went.
    folder = "Skat" if step == "moving" else "Queues/Tax"
    with servers.view() as view:
        check_exactly_once(database, view, {"<1@mail.example.org>": folder}, servers.acknowledged())
