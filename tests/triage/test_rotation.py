"""Keys are changed while a worker works; and what is attached to a mail is nowhere but encrypted."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from settings import Settings
from storage.database import Database
from storage.originals import Originals, OriginalsError
from tests.triage.composition import a_mail, end_all, mails_of, settings_for, worker_for
from tests.triage.dying import end_worker, start_worker
from tests.triage.servers import RunningServers
from tests.triage.settled import wait_until_settled
from tests.web.fixtures import add_user, signed_in
from tests.web.serving import application, served

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BOTH = f"{NEW},{OLD}"

ATTACHED = b"the words of the contract " * 40


def configured(database: Database, servers: RunningServers, folder: Path, keys: str) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return settings_for(
        url,
        folder,
        servers.imap_port,
        servers.smtp_port,
        originals_keys=keys,
        imap_idle_seconds=1,
    )


def append(servers: RunningServers, *mails: bytes) -> None:
    with servers.view() as view:
        view.append(*mails)


def test_the_key_is_changed_while_mail_goes_on(
    database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    append(servers, *(a_mail(number) for number in range(1, 6)))
    before = worker_for(configured(database, servers, tmp_path, OLD), database)
    before.round()
    end_all([before])
    working = start_worker(configured(database, servers, tmp_path, BOTH))
    append(servers, *(a_mail(number) for number in range(6, 12)))
    rotating = Originals(BOTH)
    last: int | None = 0
    while last is not None:
        with database.transaction() as session:
            last = rotating.rotate(session, last, 2)
    wait_until_settled(database, 11)
    end_worker(working)
    first = mails_of(database)[0]
    with database.transaction() as session:
        assert rotating.older(session, 0, 1000)[1] == 0
        with pytest.raises(OriginalsError):
            Originals(OLD).read(session, first.original_id or 0)
    # With the new key alone everything goes on, and what was known is known.
    append(servers, a_mail(1), a_mail(12))
    after = worker_for(configured(database, servers, tmp_path, NEW), database)
    after.round()
    end_all([after])
    rows = mails_of(database)
    *_, again, new = rows
    assert again.perhaps_duplicate_of == first.id
    assert (new.perhaps_duplicate_of, new.acknowledgement) == (None, "sent")
    with database.transaction() as session:
        for mail in rows:
            assert b"question number" in Originals(NEW).read(session, mail.original_id or 0)


def test_an_attachment_is_in_no_file_of_ours(
    sqlite_database: Database,
    servers: RunningServers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    head = a_mail(1, Content_Type="multipart/mixed; boundary=b", MIME_Version="1.0").partition(
        b"\r\n\r\n"
    )[0]
    append(
        servers,
        head
        + b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the contract.\r\n"
        + b"--b\r\nContent-Type: text/csv\r\n"
        + b"Content-Disposition: attachment; filename=contract.csv\r\n\r\n"
        + ATTACHED
        + b"\r\n--b--\r\n",
    )
    worker = worker_for(configured(sqlite_database, servers, tmp_path, NEW), sqlite_database)
    worker.round()
    end_all([worker])
    add_user(sqlite_database, "kim", "caseworker")
    app = application(sqlite_database, originals_keys=NEW)
    with served(app) as url, signed_in(url, "kim") as kim:
        assert ATTACHED.strip() in kim.get("/desk/cases/1/attachments/1").content
        assert ATTACHED.strip() in kim.get("/desk/cases/1/original").content
    ours = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and servers.folder not in path.parents
    ]
    assert any(path.name == "ankomst.db" for path in ours)
    assert [path for path in ours if ATTACHED[:26] in path.read_bytes()] == []
