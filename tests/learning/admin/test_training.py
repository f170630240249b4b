"""The pages of the trainings over HTTP, on both databases."""

from __future__ import annotations

import pytest

from learning import runs
from learning.admin.training_words import Words
from learning.models import RunState, TrainingRun
from learning.training_queue import Failed, Progress, Unchanged
from learning.versions import Versions
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import shown
from tests.learning.carried_out import adopted, asked, ended, evaluated, under_way

_PAGE = "/admin/training/"


def _state(database: Database, run_id: int) -> RunState:
    with database.transaction() as session:
        run = session.get(TrainingRun, run_id)
    assert run is not None
    return run.state


def test_asking_for_a_training(alex: Client, database: Database) -> None:
    assert "There is no model yet" in shown(alex.get(_PAGE))
    sent = alex.post(_PAGE, {})
    assert sent.status_code == 303
    with database.transaction() as session:
        run = runs.under_way(session)
    assert run is not None
    assert sent.headers["Location"] == f"{_PAGE}{run.id}"
    again = alex.post(_PAGE, {})
    assert again.headers["Location"] == f"{_PAGE}{run.id}"
    assert audited(database) == [("training.asked", f"training:{run.id}")]
    assert "Train now" not in shown(alex.get(_PAGE))
    assert "waits for the trainer" in shown(alex.get(f"{_PAGE}{run.id}"))


def test_progress_is_told_and_its_end_loads_the_page(alex: Client, database: Database) -> None:
    run_id, queue = under_way(database, Progress("encoding", 128, 300))
    address = f"{_PAGE}{run_id}/progress"
    first = alex.get(f"{address}?stage=reading")
    assert "128 of 300" in shown(first)
    assert "New messages are encoded." in shown(first)
    assert "hx-swap-oob" in first.text
    # The sentence is read aloud once, not with each look.
    assert "hx-swap-oob" not in alex.get(f"{address}?stage=encoding").text
    assert "HX-Redirect" not in first.headers
    queue.end(run_id, Unchanged())
    assert alex.get(address).headers["HX-Redirect"] == f"{_PAGE}{run_id}"
    assert "there is no new model" in shown(alex.get(f"{_PAGE}{run_id}"))


@pytest.mark.parametrize("failure", ["data", "rasa", "killed", "broken"])
def test_a_failure_is_told_with_what_to_do(alex: Client, database: Database, failure: str) -> None:
    run_id = ended(database, Failed(failure, "<b>details</b>"))  # type: ignore[arg-type]
    page = alex.get(f"{_PAGE}{run_id}")
    assert Words("en", {}).failure(failure) in shown(page)  # type: ignore[arg-type]
    assert "&lt;b&gt;details" in page.text
    assert "Train now" in shown(alex.get(_PAGE))


def test_before_and_after(alex: Client, database: Database, versions: Versions) -> None:
    before = adopted(database)
    run_id = evaluated(database, versions, before)
    assert f"Model {run_id} waits for a decision" in shown(alex.get(_PAGE))
    page = shown(alex.get(f"{_PAGE}{run_id}?changed=better"))
    assert "Before and after" in page
    assert "On messages that no model learns from" in page
    assert "better" in page
    assert "jobnet-cv" in page  # has no title in English here
    assert "page 1 of" in page
    assert "18 mails are kept back, which says little" in page
    assert "before: 6 (33%)" in page
    assert "14 mails would be sorted otherwise now" in page
    assert "Visitation, sure" in page
    in_polish = shown(alex.get(f"{_PAGE}{run_id}?changed=better&written_in=pl"))
    assert "jak dodać CV na Jobnet" in in_polish
    assert "how do I put my CV on Jobnet" not in in_polish
    assert alex.get(f"{_PAGE}{run_id}?changed=x").status_code == 422


def test_activating_going_back_and_refusing(
    alex: Client, database: Database, versions: Versions
) -> None:
    before = adopted(database)
    run_id = evaluated(database, versions, before)
    address = f"{_PAGE}{run_id}"
    asks = shown(alex.get(f"{address}/activate"))
    assert f"Put model {run_id} into use?" in asks
    sent = alex.post(f"{address}/activate", {"seen": str(before)})
    assert sent.headers["Location"] == f"{address}?done=activate"
    assert "The model is in use." in shown(alex.get(sent.headers["Location"]))
    assert _state(database, before) == RunState.REPLACED

    assert f"Go back to model {before}?" in shown(alex.get(f"{_PAGE}{before}/activate"))
    alex.post(f"{_PAGE}{before}/activate", {"seen": str(run_id)})
    assert _state(database, before) == RunState.ACTIVE

    refused = evaluated(database, versions, before)
    sent = alex.post(f"{_PAGE}{refused}/refuse", {"seen": str(before)})
    assert "The model is refused." in shown(alex.get(sent.headers["Location"]))
    assert _state(database, before) == RunState.ACTIVE
    # The run before it has the same model, so that it stays.
    assert versions.version("new").is_complete
    assert audited(database) == [
        ("model.activated", f"training:{run_id}"),
        ("model.activated", f"training:{before}"),
        ("model.refused", f"training:{refused}"),
    ]


def test_what_somebody_else_decided_meanwhile_is_told(
    alex: Client, database: Database, versions: Versions
) -> None:
    before = adopted(database)
    run_id = evaluated(database, versions, before)
    another = adopted(database)
    answer = alex.post(f"{_PAGE}{run_id}/activate", {"seen": str(before)})
    assert answer.status_code == 409
    assert "Somebody else has decided about a model meanwhile" in shown(answer)
    assert f"it was compared with model {before}" in shown(answer)
    assert _state(database, another) == RunState.ACTIVE
    assert audited(database) == []
    # What the page shows now can be decided.
    alex.post(f"{_PAGE}{run_id}/activate", {"seen": str(another)})
    answer = alex.post(f"{_PAGE}{run_id}/refuse", {"seen": str(run_id)})
    assert answer.status_code == 409
    assert "This cannot be decided" in shown(answer)


def test_a_team_leader_looks_on(lone: Client, database: Database, versions: Versions) -> None:
    run_id = evaluated(database, versions, adopted(database))
    assert "Train now" not in shown(lone.get(_PAGE))
    page = shown(lone.get(f"{_PAGE}{run_id}"))
    assert "Before and after" in page
    assert "Put into use" not in page
    assert lone.post(_PAGE, {}).status_code == 403


def test_what_is_no_training_does_not_exist(alex: Client, database: Database) -> None:
    run_id = asked(database)
    for path in ("999", "0", "x", "999/progress", "999/activate", f"{run_id}/delete"):
        assert alex.get(f"{_PAGE}{path}").status_code == 404, path


def test_trying_a_text_with_both_models(
    alex: Client, database: Database, versions: Versions
) -> None:
    empty = shown(alex.get(f"{_PAGE}try"))
    assert "There is no model yet" in empty
    before = adopted(database)
    text = {"text": "cv på Jobnet"}
    alone = shown(alex.post(f"{_PAGE}try", text))
    assert f"Model {before}, in use" in alone
    assert "new" not in alone.split("in use")[1]
    run_id = evaluated(database, versions, before)
    old, new = shown(alex.post(f"{_PAGE}try", text)).split(f"Model {run_id}, new")
    assert "Answers: jobnet-cv" in new
    assert "jobnet-cv" not in old
    masked = alex.post(f"{_PAGE}try", {"text": "mit CPR er 010190-1234"}).text
    assert "010190" not in masked
    assert "[CPR]" in masked
    assert audited(database) == []


@pytest.mark.parametrize(
    ("text", "said"), [("", "Write a text."), (" \n", "Write a text."), ("å" * 1001, "At most")]
)
def test_a_text_that_cannot_be_tried_comes_back(
    alex: Client, database: Database, text: str, said: str
) -> None:
    adopted(database)
    answer = alex.post(f"{_PAGE}try", {"text": text})
    assert answer.status_code == 422
    assert said in shown(answer)
    assert text.strip() in answer.text


def test_a_model_that_cannot_be_loaded_is_told(
    alex: Client, database: Database, versions: Versions
) -> None:
    adopted(database)
    versions.version("old").understanding.write_bytes(b"broken")
    assert "This model cannot be loaded." in shown(alex.post(f"{_PAGE}try", {"text": "hej"}))
