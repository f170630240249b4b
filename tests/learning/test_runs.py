"""Runs: asked for once, taken up by one trainer, decided about by an admin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learning import runs
from learning.comparing import compare_versions
from learning.current_model import CurrentModel
from learning.errors import DecidedMeanwhileError, NotPossibleError
from learning.figures import figures_of
from learning.models import ChangedMessage, RunState, TrainingRun
from learning.training_queue import (
    MOST_ATTEMPTS,
    Failed,
    Progress,
    TrainingQueue,
    Unchanged,
)
from learning.versions import Versions
from storage.database import Database
from storage.times import now
from tests.learning.carried_out import adopted, asked, evaluated
from tests.understanding.small import EXAMPLES
from triage.errors import ClaimLostError
from understanding.errors import ModelMissingError
from understanding.examples import Example


def found(database: Database, run_id: int) -> TrainingRun:
    with database.transaction() as session:
        run = session.get(TrainingRun, run_id)
    assert run is not None
    return run


def test_asking_twice_is_asking_once(database: Database) -> None:
    first = asked(database)
    assert asked(database) == first
    assert TrainingQueue(database, "trainer", 60).take() == first
    assert asked(database) == first
    assert found(database, first).asked_by == "alex"


def test_many_who_ask_at_once_get_one_run(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: asked(database), range(16)))) == 1


def test_one_trainer_has_a_run_and_tells_how_far_it_is(database: Database) -> None:
    first, second = (TrainingQueue(database, name, 60) for name in ("first", "second"))
    assert first.take() is None
    run_id = asked(database)
    assert first.take() == run_id
    assert second.take() is None
    assert found(database, run_id).stage == "reading"
    first.note(run_id, Progress("encoding", 64, 200))
    first.note(run_id, None)
    run = found(database, run_id)
    assert (run.state, run.stage, run.done, run.total) == ("training", "encoding", 64, 200)
    first.note(run_id, Progress("fitting"))
    assert found(database, run_id).total is None
    with pytest.raises(ClaimLostError):
        second.note(run_id, Progress("fitting"))
    first.end(run_id, Unchanged())
    run = found(database, run_id)
    assert (run.state, run.stage, run.claimed_by) == (RunState.UNCHANGED, None, None)
    assert run.finished_at is not None
    assert first.take() is None


def test_a_killed_trainers_run_is_taken_up_and_at_last_failed(database: Database) -> None:
    run_id = asked(database)
    for number in range(MOST_ATTEMPTS):
        assert TrainingQueue(database, f"trainer {number}", 60).take() == run_id
        with database.transaction() as session:
            session.execute(update(TrainingRun).values(claimed_until=now() - timedelta(seconds=1)))
    assert TrainingQueue(database, "the last", 60).take() is None
    run = found(database, run_id)
    assert (run.state, run.failure, run.is_under_way) == (RunState.FAILED, "killed", False)
    assert asked(database) != run_id


def test_a_stopped_trainers_run_is_taken_up_at_once_and_that_counts_not(database: Database) -> None:
    run_id = asked(database)
    for number in range(MOST_ATTEMPTS + 2):
        queue = TrainingQueue(database, f"trainer {number}", 60)
        assert queue.take() == run_id
        queue.release()


def test_what_failed_says_why(database: Database) -> None:
    run_id = asked(database)
    queue = TrainingQueue(database, "trainer", 60)
    queue.take()
    queue.end(run_id, Failed("rasa", "x" * 900))
    run = found(database, run_id)
    assert (run.state, run.failure, run.last_error) == (RunState.FAILED, "rasa", "x" * 500)


def test_before_and_after_message_by_message(database: Database, versions: Versions) -> None:
    before = adopted(database)
    run_id = evaluated(database, versions, before)
    run = found(database, run_id)
    assert (run.state, run.version, run.compared_with) == ("evaluated", "new", before)
    figures = figures_of(run.figures, validation=False)
    assert [row.language for row in figures] == [None, "da", "en", "pl", "lt", "ro", "de"]
    everything = figures[0]
    assert everything.before is not None
    assert everything.before.in_scope == everything.after.in_scope == 90
    # A third of them are about a topic that the old model does not know.
    assert everything.before.first <= 60 < everything.after.first
    validation = figures_of(run.figures, validation=True)
    assert [row.language for row in validation] == [None, "en"]
    assert validation[0].after.in_scope == 2
    with database.transaction() as session:
        count, some = runs.changes(
            session, run_id, better=True, language=None, offset=0, limit=1000
        )
        assert count == len(some)
        unknown = [row for row in some if row.label == "faq/jobnet-cv"]
        assert len(unknown) > 10
        assert all(row.after["topics"][0] == "jobnet-cv" for row in unknown)
        in_polish, first = runs.changes(
            session, run_id, better=True, language="pl", offset=0, limit=2
        )
        _, second = runs.changes(session, run_id, better=True, language="pl", offset=2, limit=2)
    assert 2 < in_polish < count
    assert {row.language for row in (*first, *second)} == {"pl"}
    assert not {row.id for row in first} & {row.id for row in second}


def test_messages_for_validation_are_judged_apart(versions: Versions) -> None:
    known = Example("TAX card", "faq/tax-card", "en")  # both were trained on it
    new = Example("my CV for Jobnet", "faq/jobnet-cv", "en")
    compared = compare_versions(
        versions.version("old"), versions.version("new"), EXAMPLES, [known, new]
    )
    assert compared.validation.after[None].in_scope == 1
    assert [change.example for change in compared.validation.changes] == [new]


def test_activating_and_going_back(database: Database, versions: Versions) -> None:
    current = CurrentModel(database, versions)
    with pytest.raises(ModelMissingError, match="ankomst train"):
        current.model()
    with database.transaction() as session:
        assert current.topic_probabilities(session, "my CV on Jobnet") == {}
    before = adopted(database)
    assert "jobnet-cv" not in current.model().topics
    run_id = evaluated(database, versions, before)
    assert "jobnet-cv" not in current.model().topics
    with database.transaction() as session:
        runs.decide(session, run_id, "activate", "anna", before, versions)
    assert "jobnet-cv" in current.model().topics
    assert current.model() is current.model()
    assert current.judge_mail("my CV on Jobnet").queue == "jobseeker"
    with database.transaction() as session:
        likely = current.topic_probabilities(session, "my CV on Jobnet")
        half_a_character = current.topic_probabilities(session, " \ud800 ")
        nothing = current.topic_probabilities(session, "")
    assert max(likely, key=lambda topic: likely[topic]) == "jobnet-cv"
    assert sum(likely.values()) <= 1
    assert set(half_a_character) == set(current.model().topics)
    assert set(nothing.values()) == {0}
    replaced, active = found(database, before), found(database, run_id)
    assert (replaced.state, active.state) == (RunState.REPLACED, RunState.ACTIVE)
    assert (replaced.decided_by, active.decided_by) == ("anna", "anna")
    with database.transaction() as session:
        runs.decide(session, before, "activate", "alex", run_id, versions)
    assert "jobnet-cv" not in current.model().topics


def test_a_model_that_cannot_be_loaded_leaves_the_last_one(
    database: Database, versions: Versions, capsys: pytest.CaptureFixture[str]
) -> None:
    before = adopted(database)
    current = CurrentModel(database, versions)
    present = current.model()
    run_id = evaluated(database, versions, before)
    with database.transaction() as session:
        runs.decide(session, run_id, "activate", "anna", before, versions)
    versions.version("new").understanding.write_bytes(b"broken")
    assert current.model() is present
    assert "model_not_loaded" in capsys.readouterr().out


def test_of_two_who_decide_the_second_is_told(database: Database, versions: Versions) -> None:
    before = adopted(database)
    run_id = evaluated(database, versions, before)
    with database.transaction() as session:
        runs.decide(session, run_id, "activate", "anna", before, versions)
    for decision in ("activate", "refuse"):
        with database.transaction() as session, pytest.raises(DecidedMeanwhileError):
            runs.decide(session, run_id, decision, "alex", before, versions)
        with database.transaction() as session, pytest.raises(NotPossibleError):
            runs.decide(session, run_id, decision, "alex", run_id, versions)
    assert found(database, run_id).decided_by == "anna"


def test_two_admins_who_activate_at_once(database: Database, versions: Versions) -> None:
    before = adopted(database)
    run_id = evaluated(database, versions, before)

    def activate(name: str) -> bool:
        try:
            with database.transaction() as session:
                runs.decide(session, run_id, "activate", name, before, versions)
        except (DecidedMeanwhileError, NotPossibleError):
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(activate, ("alex", "anna"))) == [False, True]


def test_a_refused_model_leaves_the_disk_and_its_figures_stay(
    database: Database, versions: Versions
) -> None:
    before = adopted(database)
    run_id = evaluated(database, versions, before)
    with database.transaction() as session:
        runs.decide(session, run_id, "refuse", "anna", before, versions)
        runs.remove_old(session, versions)
    assert not versions.version("new").is_complete
    assert versions.version("old").is_complete
    run = found(database, run_id)
    assert run.state == RunState.REFUSED
    assert run.figures
    with database.transaction() as session:
        assert session.scalars(select(ChangedMessage)).all() == []


def test_what_another_run_needs_stays_on_disk(database: Database, versions: Versions) -> None:
    for name in ("new", "old", "new", "old", "new", "old"):
        adopted(database, name)
    with database.transaction() as session:
        runs.remove_old(session, versions)
    assert versions.version("new").is_complete
    assert versions.version("old").is_complete


def test_a_model_that_is_gone_cannot_be_gone_back_to(
    database: Database, versions: Versions
) -> None:
    before = adopted(database)
    active = adopted(database, "new")
    versions.remove("old")
    with database.transaction() as session, pytest.raises(NotPossibleError):
        runs.decide(session, before, "activate", "alex", active, versions)
    with database.transaction() as session:
        present = runs.active(session)
    assert present is not None
    assert present.id == active
