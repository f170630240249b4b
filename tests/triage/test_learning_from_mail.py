"""The whole way: a mail comes, is corrected on the desk, seen, learnt from, and the next one is right."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from ankomst.trainer import Trainer
from ankomst.triage_worker import compose_worker, decider
from learning import messages
from learning.current_model import CurrentModel
from learning.models import RunState, TrainingRun
from learning.versions import Versions
from settings import PREFIX, Settings, settings
from storage.database import Database
from tests.ankomst.test_trainer import _found, _running, _wait_until
from tests.knowledge.admin.conftest import Client, fill_for_admins
from tests.knowledge.admin.test_texts import shown
from tests.knowledge.conftest import write_content
from tests.learning.carried_out import adopted
from tests.learning.conftest import write_version
from tests.learning.mails import revision_of
from tests.triage.bench import Bench
from tests.triage.composition import ORIGINALS_KEY, end_all
from tests.triage.servers import OWN_ADDRESS, RunningServers
from tests.understanding.small import EXAMPLES
from tests.web.fixtures import signed_in
from tests.web.serving import application, served
from triage.models import Case, Mail, TrainingMail
from triage.worker import Worker

_WORDS = (
    "The glassworks lets us blow vases at night and pays by the vase.",
    "A glassworks near Odense pays by the vase, and only at night.",
    "We blow vases at night; the glassworks says that is how all are paid.",
    "My brother blows vases at the glassworks and is paid for whole ones only.",
    "At the glassworks nights are long and vases break, who pays for those?",
    "The foreman of the glassworks counts the vases in the morning and pays half.",
    "Paid by the vase, at night, in a glassworks: may they do that to us?",
    "Is it right that the glassworks takes each broken vase from the night's pay?",
)

_NEXT = "They pay us by the vase at the glassworks, at night only."


def _mail(number: int, text: str) -> bytes:
    return (
        f"From: Jasur Karimov <jasur{number}@example.org>\r\nTo: {OWN_ADDRESS}\r\n"
        f"Subject: glassworks {number}\r\nMessage-ID: <{number}@glass.test>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\nDear office,\r\n{text}\r\n\r\n"
        "Kind regards\r\nJasur Karimov\r\n"
    ).encode()


@pytest.fixture
def configuration(
    sqlite_database: Database,
    servers: RunningServers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Settings]:
    """Settings of all processes, in the environment too; in place of Rasa's Python a small program."""
    rasa = tmp_path / "rasa-python"
    rasa.write_text(
        '#!/bin/sh\nwhile [ "$1" != --out ]; do shift; done\ntouch "$2/rasa.tar.gz"\n',
        encoding="utf-8",
    )
    rasa.chmod(rasa.stat().st_mode | stat.S_IXUSR)
    made = Bench(sqlite_database, servers, tmp_path).settings(
        encoder="hashing", rasa_python=rasa, originals_keys=ORIGINALS_KEY, confirmation_share=1.0
    )
    monkeypatch.setenv(f"{PREFIX}ENV_FILE", os.devnull)
    for name in ("database_url", "data_directory", "encoder", "rasa_python"):
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", str(getattr(made, name)))
    settings.cache_clear()
    yield made
    settings.cache_clear()


def _trained(alex: Client, configuration: Settings, database: Database) -> TrainingRun:
    """Have an admin ask for a training, the trainer carry it out, and the admin use its model."""
    run_id = int(alex.post("/admin/training/", {}).headers["Location"].rpartition("/")[2])
    with _running(Trainer(configuration, database)):
        _wait_until(lambda: not _found(database, run_id).is_under_way)
    run = _found(database, run_id)
    assert run.state == RunState.EVALUATED, run.last_error
    seen = {"seen": str(run.compared_with)} if run.compared_with else {}
    assert alex.post(f"/admin/training/{run_id}/activate", seen).status_code == 303
    return run


def _round(worker: Worker, database: Database) -> list[Mail]:
    worker.round()
    with database.reading() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


@pytest.mark.timeout(900)  # a training is made, with low priority
def test_from_a_mail_to_a_better_decision(
    configuration: Settings, sqlite_database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    database = sqlite_database
    fill_for_admins(database, write_content(tmp_path / "content"))
    with database.transaction() as session:
        for example in EXAMPLES:
            messages.add(session, example.language, example.label, [example.text], "alex")
    versions = Versions(configuration.models_directory)
    with versions.making("small") as version:
        write_version(version, "small", EXAMPLES)
    adopted(database, "small")
    app = application(
        database,
        data_directory=tmp_path,
        originals_keys=configuration.originals_keys,
        encoder="hashing",
    )
    model = CurrentModel(database, versions)
    worker = compose_worker(configuration, database, decider(configuration, model))
    with served(app) as url, signed_in(url, "alex") as http:
        alex = Client(http)

        likely_before = model.model().judge_mail(_NEXT).probabilities["jobseeker"]
        with servers.view() as view:
            view.append(*(_mail(number, text) for number, text in enumerate(_WORDS)))
        before = _round(worker, database)
        assert len(before) == len(_WORDS)
        assert all(not mail.decided or mail.queue != "jobseeker" for mail in before)

        for mail in before:
            case_id = mail.case_id
            assert case_id is not None
            place = {"revision": str(revision_of(database, case_id)), "to": "jobseeker"}
            place |= {"listing": "visitation", "selection": "open"}
            assert alex.post(f"/desk/cases/{case_id}/correct", place).status_code == 303
            page = shown(alex.get(f"/admin/training-mails/proposed/{case_id}"))
            assert "Kind regards [name]" in " ".join(page.split())
            with database.reading() as session:
                revision = session.get_one(Case, case_id).revision
            sent = alex.post(
                f"/admin/training-mails/proposed/{case_id}?decision=accept",
                {
                    "revision": str(revision),
                    "subject": "",
                    "body": _WORDS[mail.id - before[0].id],
                    "label": "jobseeker",
                    "language": "en",
                },
            )
            assert sent.status_code == 303, shown(sent)
        with database.transaction() as session:
            kept_back = session.scalars(select(TrainingMail).where(TrainingMail.kept_back)).all()
            # By their digests none may have been kept back; then one is, to have something judged.
            if not kept_back:
                session.scalars(select(TrainingMail).limit(1)).one().kept_back = True

        run = _trained(alex, configuration, database)
        assert run.mail_figures is not None
        total = run.mail_figures[0]
        assert total["after"]["mails"] == max(1, len(kept_back))
        assert total["after"]["right"] >= total["before"]["right"]
        page = shown(alex.get(f"/admin/training/{run.id}"))
        assert "On the mails kept back" in page
        assert "which says little" in page

        with servers.view() as view:
            view.append(_mail(99, _NEXT))
        after = _round(worker, database)[-1]
        assert after.queue == "jobseeker"
        assert after.confidence is not None
        assert after.confidence > likely_before
    end_all([worker])
