"""A CPR number in any place of a mail stands nowhere in the clear: not in a table, a log, a mail of ours.

Each place has a number of its own, so that a failure says which one. What is encrypted is left out;
so is what a mail is forwarded in, unchanged, and an address that only the person's own mail can have.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from sqlalchemy import select

from ankomst.logs import configure_logs
from storage.database import Base, Database
from storage.originals import Original, Originals
from tests.triage.composition import (
    ORIGINALS_KEY,
    end_all,
    mails_of,
    settings_for,
    worker_for,
)
from tests.triage.servers import OWN_ADDRESS, RunningServers
from tests.triage.smtp_server import moody_smtp
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.cases.cases import read_case
from triage.letters.replying import Draft, hand_over
from triage.states import MailState

ZERO_WIDTH, NO_BREAK = "\u200b", "\xa0"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

# As people write them.
NUMBERS = {
    "subject": "010190-1001",
    "sender's name": "020190 1002",
    "name in Reply-To": "0301901003",
    "name in To": "040190-1004",
    "Message-ID": "050190-1005",
    "References": "060190-1006",
    "another header": "070190-1007",
    "text": "080190-1008",
    "text in one piece": "0901901009",
    "text with a blank": "100190 1010",
    "text with a hard blank": f"110190{NO_BREAK}1011",
    "text in full width": "120190-1012".translate(FULL_WIDTH),
    "text with a long dash": "130190–1013",
    "text with what is not seen": f"140190{ZERO_WIDTH}1014",
    "text with the century": "15.01.1990-1015",
    "text over two lines": "160190-\n1016",
    "text between words": "cpr:170190-1017,tak",
    "quoted text": "180190-1018",
    "HTML": "190190-<b>1019</b>",
    "link": "200190-1020",
    "attachment's name": "210190-1021",
    "attachment's type": "220190-1022",
    "attachment": "230190-1023",
    "sentence of the decision": "240190-1024",
}


def digits(text: str) -> str:
    """All digits of a text, whatever they look like."""
    return "".join(str(unicodedata.decimal(c)) for c in text if unicodedata.category(c) == "Nd")


def shown_in(text: str) -> list[str]:
    """The places whose number can be read in a text."""
    found = digits(text)
    return [place for place, number in NUMBERS.items() if digits(number) in found]


def the_mail(sender: str = "anna@example.org") -> bytes:
    number = NUMBERS
    text = "\n".join(
        [
            "tax",
            *(n for place, n in number.items() if place.startswith("text")),
            f"\nMy number is {number['sentence of the decision']}.\n",
            "On Mon, 16 Nov 2026 at 10:00, ICS wrote:",
            f"> You are {number['quoted text']}",
        ]
    )
    return f"""\
From: "Anna {number["sender's name"]}" <{sender}>
Reply-To: "Anna {number["name in Reply-To"]}" <{sender}>
To: "ICS {number["name in To"]}" <{OWN_ADDRESS}>
Subject: tax {number["subject"]}
Date: Mon, 23 Nov 2026 08:00:00 +0100
Message-ID: <{number["Message-ID"]}@mail.example.org>
References: <{number["References"]}@mail.example.org>
X-Note: {number["another header"]}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
--a
Content-Type: text/html; charset=utf-8

<p>{number["HTML"]} <a href="https://example.org/{number["link"]}">a link</a></p>
--a--

--m
Content-Type: application/x-{number["attachment's type"]}
Content-Disposition: attachment; filename="contract {number["attachment's name"]}.txt"

{number["attachment"]}
--m--
""".encode()


def tables_of(database: Database) -> Iterator[tuple[str, str]]:
    """The name of each column with each of its values, but for what is encrypted."""
    with database.transaction() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    if (table.name, column) != (Original.__tablename__, "ciphertext"):
                        yield f"{table.name}.{column}", str(value)


def seen_by_others(mail: Message) -> str:
    """Headers and texts of a mail of ours, without a mail that is forwarded in it."""
    texts = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            texts.append(payload.decode("utf-8"))
    return "\n".join(texts)


@pytest.fixture
def worked(
    database: Database,
    servers: RunningServers,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Database:
    """The mail taken in, forwarded, acknowledged and answered; log lines in the form of the test."""
    configure_logs(getattr(request, "param", "json"))
    with servers.view() as view:
        view.append(the_mail())
    url = database.engine.url.render_as_string(hide_password=False)
    configuration = settings_for(
        url,
        tmp_path,
        servers.imap_port,
        servers.smtp_port,
        forward_addresses={"tax": "tax@example.com"},
    )
    worker = worker_for(configuration, database)
    worker.round()
    case_id = case_of(database)
    with database.transaction() as session:
        case = read_case(session, case_id)
        assert case is not None
        draft = Draft("en", "Re: tax", f"Your number is {NUMBERS['subject']}.")
        hand_over(
            session,
            Originals(ORIGINALS_KEY),
            case,
            case.revision,
            draft,
            sender=OWN_ADDRESS,
            user="kim",
        )
    worker.round()
    end_all([worker])
    return database


def case_of(database: Database) -> int:
    return mails_of(database)[0].case_id or 0


def test_the_numbers_of_this_test_are_numbers() -> None:
    assert shown_in(the_mail().decode()) != []
    assert set(shown_in("\n".join(NUMBERS.values()))) == set(NUMBERS)


@pytest.mark.parametrize("worked", ["json", "console"], indirect=True)
def test_no_number_stands_in_a_table_a_log_or_a_mail(
    worked: Database, servers: RunningServers, capfd: pytest.CaptureFixture[str]
) -> None:
    in_tables = {name: places for name, text in tables_of(worked) if (places := shown_in(text))}
    assert in_tables == {}
    out, err = capfd.readouterr()
    assert shown_in(out + err) == []
    received = servers.received()
    assert sorted(str(mail["Delivered-To"]) for mail in received) == [
        "anna@example.org",
        "anna@example.org",
        "tax@example.com",
    ]
    for mail in received:
        written_by_hand = ["subject"] if str(mail["Subject"]) == "Re: tax" else []
        assert shown_in(seen_by_others(mail)) == written_by_hand


def test_an_address_with_a_number_is_written_to_and_kept_nowhere(
    sqlite_database: Database, servers: RunningServers, tmp_path: Path
) -> None:
    address = "250190-1025@example.org"
    with servers.view() as view:
        view.append(the_mail(address))
    url = sqlite_database.engine.url.render_as_string(hide_password=False)
    worker = worker_for(
        settings_for(url, tmp_path, servers.imap_port, servers.smtp_port), sqlite_database
    )
    worker.round()
    case_id = case_of(sqlite_database)
    with sqlite_database.transaction() as session:
        case = read_case(session, case_id)
        assert case is not None
        assert case.recipient == "[CPR]@example.org"
        draft = Draft("en", "Re: tax", "Yes.")
        hand_over(
            session,
            Originals(ORIGINALS_KEY),
            case,
            case.revision,
            draft,
            sender=OWN_ADDRESS,
            user="kim",
        )
    worker.round()
    end_all([worker])
    assert servers.acknowledged() == [address, address]
    assert [name for name, text in tables_of(sqlite_database) if "2501901025" in digits(text)] == []


def test_the_desk_shows_no_number_until_it_is_asked_to(worked: Database) -> None:
    add_user(worked, "kim", "admin")
    case_id = case_of(worked)
    with (
        served(application(worked, originals_keys=ORIGINALS_KEY)) as url,
        signed_in(url, "kim") as kim,
    ):
        for path in ("", "/reply", "/progress", "/erase"):
            page = kim.get(f"/desk/cases/{case_id}{path}")
            assert page.status_code == 200
            assert shown_in(page.text) == []
        assert shown_in(kim.get("/desk/tax/?selection=closed").text) == []
        form = {"csrf_token": token_in(kim.get(f"/desk/cases/{case_id}").text)}
        shown = kim.post(
            f"/desk/cases/{case_id}/numbers",
            data=form | {"revision": "1", "listing": "tax", "selection": "open"},
        )
        assert "text" in shown_in(shown.text)


def test_no_address_or_name_stands_in_a_log_when_a_server_quotes_them(
    sqlite_database: Database,
    tmp_path: Path,
    servers: RunningServers,
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs("json")
    with moody_smtp() as (smtp, port), servers.view() as view:
        smtp.recipient_answer = '451 4.7.1 "Anna Nowak" <anna@example.org> comes later, says Nowak'
        view.append(the_mail())
        url = sqlite_database.engine.url.render_as_string(hide_password=False)
        worker = worker_for(settings_for(url, tmp_path, servers.imap_port, port), sqlite_database)
        worker.round()
        end_all([worker])
    row = mails_of(sqlite_database)[0]
    assert row.state is MailState.MOVED
    out, err = capfd.readouterr()
    assert "put_off" in err
    for text in (out + err, row.last_error or ""):
        assert "Nowak" not in text
        assert "anna@" not in text
    assert "451" in (row.last_error or "")
