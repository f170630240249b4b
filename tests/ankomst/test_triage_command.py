"""`ankomst triage` and `ankomst mailservers`, as processes, with a small model."""

from __future__ import annotations

import json
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import update

from settings import PREFIX
from storage.database import Database
from tests.ankomst.test_bot_command import data_directory
from tests.learning.use import use_model_in
from tests.postgres import free_port
from tests.triage.composition import ORIGINALS_KEY, a_mail, mails_of
from tests.triage.deciding.admin_rules.book import a_draft, keep
from tests.triage.folders.office import Office
from tests.triage.servers import PASSWORD, ImapView, running_servers
from tests.triage.settled import wait_until_settled
from triage.models import Mail
from triage.states import MailState

__all__ = ["data_directory"]

ANKOMST = str(Path(sys.executable).parent / "ankomst")
SAMPLES = Path("tests/triage/mails")
KEYS = [
    "path",
    "language",
    "kind",
    "queue",
    "confidence",
    "decided",
    "routed_to",
    "topics",
    "reasons",
    "authority",
    "warnings",
]


def _environment(directory: Path, **changes: str) -> dict[str, str]:
    named = {f"{PREFIX}{name.upper()}": value for name, value in changes.items()}
    return {**os.environ, f"{PREFIX}DATA_DIRECTORY": str(directory), **named}


def _classify(
    directory: Path, *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [ANKOMST, "triage", "classify", *arguments],
        input=given,
        env=_environment(directory),
        capture_output=True,
        check=False,
    )


def test_a_line_a_file_in_order(data_directory: Path, tmp_path: Path) -> None:
    paths = sorted(str(path) for path in SAMPLES.glob("*/*.eml"))
    broken = tmp_path / "broken.eml"
    broken.write_bytes(b"\x00\xff" * 500)
    paths.insert(1, str(broken))
    result = _classify(data_directory, *paths)
    assert (result.returncode, result.stderr) == (0, b"")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["path"] for line in lines] == paths
    assert all(list(line) == KEYS for line in lines)
    assert lines[1]["routed_to"] == "Queues/Unreadable"
    assert {line["kind"] for line in lines if "out-of-office" in line["path"]} == {"automatic"}
    assert all(line["reasons"] for line in lines)
    assert all(line["queue"] in {"tax", "jobseeker", "visitation"} for line in lines)

    given = b"".join(json.dumps({"path": path}).encode() + b"\n" for path in paths)
    assert _classify(data_directory, "-", given=given).stdout == result.stdout


def test_a_file_that_cannot_be_opened_does_not_stop_the_others(
    data_directory: Path, tmp_path: Path
) -> None:
    good = str(next(SAMPLES.glob("en/*.eml")))
    missing = str(tmp_path / "missing.eml")
    result = _classify(data_directory, missing, str(tmp_path), good)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["path"] for line in lines] == [missing, str(tmp_path), good]
    assert lines[0]["reasons"] == [{"key": "unreadable.file", "text": "No such file or directory"}]
    assert result.stderr.decode().splitlines() == [
        f"ankomst: {missing}: No such file or directory",
        f"ankomst: {tmp_path}: Is a directory",
    ]
    assert result.returncode == 1


def test_rules_of_admins_are_applied_when_they_are_asked_for(
    data_directory: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(a_mail(1, "tax"))
    database = Database(f"sqlite:///{data_directory / 'ankomst.db'}")
    keep(database, a_draft("spam", name="a rule", senders="example.org"))
    keep(database, a_draft("tax", name="off", position=1, active=False, senders="example.org"))
    database.close()
    without, with_rules = (
        json.loads(_classify(data_directory, *arguments, str(path)).stdout)
        for arguments in ([], ["--admin-rules"])
    )
    assert without["kind"] == "mail"
    assert (with_rules["kind"], with_rules["routed_to"]) == ("spam", "Queues/Spam")
    assert with_rules["reasons"] == [{"key": "rule.admin", "text": "a rule"}]


@pytest.mark.parametrize("given", [b"no json\n", b'{"path": 1}\n'])
def test_input_that_is_no_json_line(given: bytes, data_directory: Path) -> None:
    result = _classify(data_directory, "-", given=given)
    assert result.returncode == 1
    assert result.stderr.decode().startswith("ankomst: line 1: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    for arguments in (["classify", "x.eml"], ["worker"]):
        result = subprocess.run(
            [ANKOMST, "triage", *arguments],
            env=_environment(tmp_path),
            capture_output=True,
            check=False,
        )
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 1
        assert b"train" in result.stderr


def test_no_key_for_the_originals_is_one_line(
    data_directory: Path, sqlite_database: Database
) -> None:
    use_model_in(sqlite_database)
    result = subprocess.run(
        [ANKOMST, "triage", "worker"],
        env=_environment(data_directory, database_url=str(sqlite_database.engine.url)),
        capture_output=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.decode().startswith("ankomst: ANKOMST_ORIGINALS_KEYS")


def test_reconcile_says_whether_mailbox_and_ledger_agree(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with running_servers(tmp_path / "mail") as servers:
        office = Office(sqlite_database, servers, tmp_path)
        environment = _environment(
            tmp_path,
            database_url=str(sqlite_database.engine.url),
            imap_port=str(servers.imap_port),
            imap_security="none",
            imap_user="demo",
            imap_password=PASSWORD,
            originals_keys=ORIGINALS_KEY,
        )

        def _reconcile(*options: str) -> subprocess.CompletedProcess[str]:
            command = [ANKOMST, "triage", "reconcile", *options]
            return subprocess.run(
                command, env=environment, capture_output=True, check=False, text=True
            )

        unknown = _reconcile("--mailbox", "other")
        assert unknown.returncode == 1
        assert unknown.stderr == "ankomst: There is no mailbox other; there are: demo.\n"
        assert "No worker has looked into a mailbox demo yet" in _reconcile().stderr
        office.append(a_mail(1))
        worker = office.worker()
        worker.round()
        worker.round()
        office.end()
        agreed = _reconcile()
        assert agreed.returncode == 0, agreed.stderr
        assert "Queues/Tax: 1 on the server, 1 in the ledger, 0 marked as deleted" in agreed.stdout
        with sqlite_database.transaction() as session:
            session.execute(update(Mail).values(target_uid=7))
        differing = _reconcile("--json")
        assert differing.returncode == 1
        (found,) = json.loads(differing.stdout)["discrepancies"]
        assert (found["kind"], found["why"], found["reference"]) == (
            *("elsewhere", "unexplained"),
            "ICS-000001",
        )
        assert "1 unexplained" in _reconcile().stdout


def test_a_worker_and_the_demo_servers_as_processes(
    data_directory: Path, sqlite_database: Database, tmp_path: Path
) -> None:
    imap_port, smtp_port = free_port(), free_port()
    shutil.copytree(data_directory / "models", tmp_path / "models")
    use_model_in(sqlite_database)
    environment = _environment(
        tmp_path,
        database_url=str(sqlite_database.engine.url),
        originals_keys=ORIGINALS_KEY,
        imap_port=str(imap_port),
        imap_security="none",
        imap_user="demo",
        imap_password="secret",
        smtp_port=str(smtp_port),
        smtp_security="none",
        old_mail="as_new",
    )
    demo = len(list(Path("triage/demo").glob("*.eml")))
    processes = [
        subprocess.Popen([ANKOMST, *command], env=environment, stderr=subprocess.PIPE)
        for command in (["triage", "worker"], ["mailservers"])
    ]
    try:
        wait_until_settled(sqlite_database, demo, seconds=120)
        with smtplib.SMTP("127.0.0.1", smtp_port) as client:
            client.sendmail("person1@example.org", ["ics@example.test"], a_mail(1))
        wait_until_settled(sqlite_database, demo + 1)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        outputs = [process.communicate(timeout=30)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    rows = mails_of(sqlite_database)
    assert {row.state for row in rows} == {MailState.ACKNOWLEDGED}
    assert {row.language for row in rows} == {"da", "en", "pl", "lt", "ro", "de"}


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    port = free_port()
    environment = _environment(
        tmp_path, imap_port=str(port), smtp_port=str(free_port()), imap_user="demo"
    )
    first = subprocess.Popen([ANKOMST, "mailservers"], env=environment, stderr=subprocess.PIPE)
    try:
        _wait_for(port)
        second = subprocess.run(
            [ANKOMST, "mailservers"], env=environment, capture_output=True, check=False
        )
    finally:
        first.terminate()
        first.communicate(timeout=30)
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert b"ANKOMST_IMAP_PORT" in second.stderr


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            ImapView(port, password="").close()
        except OSError:
            time.sleep(0.1)
        except Exception:  # noqa: BLE001 (it answers, if only to refuse)
            return
