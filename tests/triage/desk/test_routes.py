"""The desk over HTTP, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.times import now
from tests.triage.desk.ledger import AUTOMATIC, DANISH, POLISH, Ledger
from tests.web.fixtures import add_user, signed_in
from tests.web.serving import application, served
from triage.models import Mailbox
from web.models import AuditEntry, StaffSession
from web.sessions import IDLE


@pytest.fixture
def url(database: Database) -> Iterator[str]:
    """The application with users of different queues."""
    add_user(database, "kim", "caseworker")
    add_user(database, "tina", "caseworker", ("tax",))
    add_user(database, "lone", "team_leader", ("tax",))
    with served(application(database)) as address:
        yield address


def readings(database: Database) -> list[tuple[str | None, str]]:
    with database.transaction() as session:
        statement = select(AuditEntry).where(AuditEntry.action == "mail.read")
        found = session.scalars(statement.order_by(AuditEntry.id))
        return [(entry.user_name, entry.subject) for entry in found]


def text_of(page: httpx.Response) -> str:
    assert page.status_code == 200, page.status_code
    return " ".join(page.text.split())


def test_an_empty_desk_is_a_page_too(url: str) -> None:
    with signed_in(url, "kim") as kim:
        assert "No mailbox is connected yet." in text_of(kim.get("/desk/"))
        for listing in ("tax", "jobseeker", "visitation", "automatic", "spam", "unreadable"):
            assert "There is no mail here." in text_of(kim.get(f"/desk/{listing}/"))
        assert kim.get("/desk/mail/1").status_code == 404
        assert kim.get("/desk/nothing/").status_code == 404
        assert kim.get("/desk/mail/99999999999999999999").status_code == 404


def test_the_desk_counts_what_lies_where(url: str, database: Database) -> None:
    ledger = Ledger(database)
    ledger.add(POLISH, "tax")
    ledger.add(POLISH, "tax")
    ledger.add(DANISH, "visitation", decided=False, confidence=0.41, queue="jobseeker")
    ledger.add(AUTOMATIC, "automatic", kind="automatic")
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get("/desk/"))
        assert kim.get("/desk/counts").text.strip().startswith('<div id="counts"')
    assert '<a href="/desk/tax/">Tax</a></h2> <p class="shelf-total">2 mails</p>' in page
    assert "Oldest: 3 hours" in page
    assert "1 unsure" in page
    assert 'href="/desk/visitation/?unsure=true"' in page
    assert "Mailbox ics: last looked through" in page
    assert readings(database) == []


def test_a_desk_left_open_does_not_keep_its_session_alive(url: str, database: Database) -> None:
    with signed_in(url, "kim") as kim:
        almost_over = now() - IDLE + timedelta(minutes=1)
        with database.transaction() as session:
            session.execute(update(StaffSession).values(seen_at=almost_over))
        assert kim.get("/desk/counts").status_code == 200
        with database.transaction() as session:
            assert session.scalars(select(StaffSession.seen_at)).one() == almost_over
        assert kim.get("/desk/").status_code == 200
        with database.transaction() as session:
            assert session.scalars(select(StaffSession.seen_at)).one() > almost_over


def test_a_mailbox_in_trouble_is_shown(url: str, database: Database) -> None:
    Ledger(database).add(POLISH, "tax")
    with database.transaction() as session:
        mailbox = session.scalars(select(Mailbox)).one()
        mailbox.last_error_at = mailbox.last_round_trip_at
        mailbox.last_round_trip_at = None
        mailbox.last_error = "The IMAP server does not answer."
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get("/desk/"))
    assert "The mailbox ics has a problem" in page
    assert "The IMAP server does not answer." in page


def test_unsure_mail_is_marked_and_can_be_listed_alone(url: str, database: Database) -> None:
    ledger = Ledger(database)
    sure = ledger.add(DANISH, "visitation", queue="visitation", language="da")
    unsure = ledger.add(POLISH, "visitation", decided=False, confidence=0.4)
    with signed_in(url, "kim") as kim:
        everything = text_of(kim.get("/desk/visitation/"))
        only = text_of(kim.get("/desk/visitation/?unsure=true"))
        read = text_of(kim.get(f"/desk/mail/{unsure}"))
    assert everything.count("mail--unsure") == 1
    assert f'href="/desk/mail/{sure}"' in everything
    assert f'href="/desk/mail/{sure}"' not in only
    assert f'href="/desk/mail/{unsure}"' in only
    assert "The queue is a guess. A person must look whether it is right." in read


def test_a_mail_is_shown_with_its_decision_and_reasons(url: str, database: Database) -> None:
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get(f"/desk/mail/{mail}"))
    assert "Jak dostać kartę podatkową? Mój CPR to [CPR]." in page
    new, _, folded = page.partition("<details")
    assert "Co możemy dla Pani zrobić?" not in new
    assert "Co możemy dla Pani zrobić?" in folded
    assert f"ICS-{mail:06d}" in page
    assert "<dt>Confidence</dt><dd>91%</dd>" in page
    assert "<dt>Queue</dt><dd>Tax</dd>" in page
    assert "<dd>Queues/Tax</dd>" in page
    assert "This sentence points to the queue" in page
    assert "polski" in page
    assert "23 Nov 2026, 08:00" in page
    assert "umowa [CPR].pdf, application/pdf, 1 kB" in page
    assert "<dt>Topics</dt><dd>Getting a tax card (skattekort)</dd>" in page
    assert "moved to its folder" in page


def test_personal_numbers_are_masked_everywhere(url: str, database: Database) -> None:
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        for path in ("/desk/", "/desk/tax/", f"/desk/mail/{mail}"):
            assert "010190" not in kim.get(path).text, path


def test_the_formatted_mail_is_harmless(url: str, database: Database) -> None:
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        page = kim.get(f"/desk/mail/{mail}").text
    _, _, html = page.partition('<div class="mail-html">')
    html, _, _ = html.partition("</details>")
    assert "Dzień <b>dobry</b>," in html
    assert '<a href="https://example.test/x" rel="noopener noreferrer nofollow">link</a>' in html
    for harm in ("script", "alert", "tracker", "<img", "style", "onclick", "javascript", "<form",
                 "<input", "<button", "color:red"):  # fmt: skip
        assert harm not in html, harm


def test_every_reading_is_in_the_audit_log(url: str, database: Database) -> None:
    ledger = Ledger(database)
    first, second = ledger.add(POLISH, "tax"), ledger.add(DANISH, "visitation")
    with signed_in(url, "kim") as kim:
        kim.get("/desk/tax/")
        kim.get(f"/desk/mail/{first}")
        kim.get(f"/desk/mail/{second}")
        kim.get(f"/desk/mail/{first}")
        kim.get("/desk/mail/9999")
    assert readings(database) == [
        ("kim", f"mail:{first}"),
        ("kim", f"mail:{second}"),
        ("kim", f"mail:{first}"),
    ]


def test_a_caseworker_sees_the_queues_of_their_own(url: str, database: Database) -> None:
    ledger = Ledger(database)
    tax = ledger.add(POLISH, "tax")
    other = ledger.add(DANISH, "visitation")
    nobodys = ledger.add(AUTOMATIC, "automatic", kind="automatic")
    with signed_in(url, "tina") as tina:
        page = text_of(tina.get("/desk/"))
        assert 'href="/desk/tax/"' in page
        assert 'href="/desk/visitation/"' not in page
        assert tina.get(f"/desk/mail/{tax}").status_code == 200
        assert tina.get(f"/desk/mail/{nobodys}").status_code == 200
        assert tina.get("/desk/visitation/").status_code == 403
        refused = tina.get(f"/desk/mail/{other}")
        assert refused.status_code == 403
        assert "opholdsbevis" not in refused.text
    assert readings(database) == [("tina", f"mail:{tax}"), ("tina", f"mail:{nobodys}")]
    with signed_in(url, "lone") as lone:
        assert lone.get(f"/desk/mail/{other}").status_code == 200


def test_long_lists_come_in_pages(url: str, database: Database) -> None:
    ledger = Ledger(database)
    mails = [ledger.add(DANISH, "tax") for _ in range(53)]
    with signed_in(url, "kim") as kim:
        first = text_of(kim.get("/desk/tax/"))
        assert first.count('<li class="mail') == 50
        assert f'href="?before={mails[3]}"' in first
        second = text_of(kim.get(f"/desk/tax/?before={mails[3]}"))
    assert second.count('<li class="mail') == 3
    assert "Older mail" not in second


def test_a_mail_on_its_way_in_can_be_read(url: str, database: Database) -> None:
    mail = Ledger(database).add(
        POLISH, None, text_new=None, kind=None, decided=None, queue=None, confidence=None,
        topics=None, reasons=None, language=None,
    )  # fmt: skip
    with signed_in(url, "kim") as kim:
        assert f'href="/desk/mail/{mail}"' in kim.get("/desk/arriving/").text
        page = text_of(kim.get(f"/desk/mail/{mail}"))
    assert "Jak dostać kartę podatkową? Mój CPR to [CPR]." in page
    assert "Not one of the six" in page


def test_mail_that_ended_the_worker_is_not_read_again(url: str, database: Database) -> None:
    reasons = [{"key": "unreadable.ended_the_worker", "text": ""}]
    mail = Ledger(database).add(POLISH, "unreadable", decided=False, reasons=reasons)
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get(f"/desk/mail/{mail}"))
    assert "The program that read the mail broke down" in page
    assert "mail-html" not in page


def test_markup_in_a_mail_is_text(url: str, database: Database) -> None:
    raw = DANISH.replace(b"Opholdsbevis", b"<script>alert(1)</script>").replace(
        b"Hvor kan", b"<img src=x onerror=alert(1)> Hvor kan"
    )
    reasons = [{"key": "sentence", "text": "<b>x</b>"}, {"key": "rule.unknown", "text": "<i>"}]
    mail = Ledger(database).add(raw, "tax", reasons=reasons)
    with signed_in(url, "kim") as kim:
        pages = [kim.get("/desk/tax/").text, kim.get(f"/desk/mail/{mail}").text]
    for page in pages:
        for harm in ("<script>alert", "<img src=x", "<b>x</b>", "<i>"):
            assert harm not in page


def test_the_desk_speaks_danish(url: str, database: Database) -> None:
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        danish = {"Accept-Language": "da"}
        assert "Ældste: 3 timer" in text_of(kim.get("/desk/", headers=danish))
        page = text_of(kim.get(f"/desk/mail/{mail}", headers=danish))
    assert "Denne sætning peger på køen" in page
    assert "flyttet til sin mappe" in page
