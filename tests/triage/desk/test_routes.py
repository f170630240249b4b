"""The desk over HTTP, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from knowledge.catalogue import shipped_catalogue
from knowledge.content import read_content
from knowledge.importing import carry_out, plan
from knowledge.saving import make_topic
from storage.database import Database
from storage.originals import Original
from storage.times import now
from tests.knowledge.conftest import write_content_by_centre, write_situations_content
from tests.knowledge.own_articles import bring_in_own_articles
from tests.triage.desk.ledger import AUTOMATIC, DANISH, POLISH, SIGNED, Ledger
from tests.web.fixtures import add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.models import Mailbox
from triage.states import MailState
from web.models import AuditEntry, StaffSession, User
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
        statement = select(AuditEntry).where(AuditEntry.action.in_(["case.read", "mail.read"]))
        found = session.scalars(statement.order_by(AuditEntry.id))
        return [(entry.user_name, entry.subject) for entry in found]


def text_of(page: httpx.Response) -> str:
    assert page.status_code == 200, page.status_code
    return " ".join(page.text.split())


def test_an_empty_desk_is_a_page_too(url: str) -> None:
    with signed_in(url, "kim") as kim:
        assert "No mailbox is connected yet." in text_of(kim.get("/desk/"))
        for listing in ("tax", "jobseeker", "visitation", "automatic", "spam", "unreadable"):
            assert "There is nothing here." in text_of(kim.get(f"/desk/{listing}/"))
        assert kim.get("/desk/mail/1").status_code == 404
        assert kim.get("/desk/cases/1").status_code == 404
        assert kim.get("/desk/nothing/").status_code == 404
        assert kim.get("/desk/cases/99999999999999999999").status_code == 404


def test_the_desk_counts_what_lies_where(url: str, database: Database) -> None:
    ledger = Ledger(database)
    ledger.add(POLISH, "tax")
    ledger.add(POLISH, "tax")
    ledger.add(DANISH, "visitation", decided=False, confidence=0.41, queue="jobseeker")
    ledger.add(AUTOMATIC, "automatic", kind="automatic")
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get("/desk/"))
        assert kim.get("/desk/counts").text.strip().startswith('<div id="counts"')
    assert (
        '<a id="shelf-tax" href="/desk/tax/">Tax</a></h2> <p class="shelf-total">2 cases</p>'
        in page
    )
    assert "Oldest: 3 hours" in page
    assert "1 unsure" in page
    assert 'href="/desk/visitation/?selection=unsure"' in page
    assert re.search(r">Works</span> Mailbox ics: last looked through .* ago\)", page)
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
        mailbox.last_error = "MailboxUnavailableError: 192.0.2.1:993: connect: TimeoutError"
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get("/desk/"))
    assert "The mailbox ics has stopped" in page
    assert "The mail server cannot be reached, or hung up." in page
    assert ">Stopped</strong> Mailbox ics: not looked through yet." in page


def test_unsure_mail_is_marked_and_can_be_listed_alone(url: str, database: Database) -> None:
    ledger = Ledger(database)
    sure = ledger.add(DANISH, "visitation", queue="visitation", language="da")
    unsure = ledger.add(POLISH, "visitation", decided=False, confidence=0.4)
    with signed_in(url, "kim") as kim:
        everything = text_of(kim.get("/desk/visitation/"))
        only = text_of(kim.get("/desk/visitation/?selection=unsure"))
        read = text_of(kim.get(f"/desk/cases/{unsure}"))
    assert everything.count("mail--unsure") == 1
    assert f'href="/desk/cases/{sure}?selection=open"' in everything
    assert f'href="/desk/cases/{sure}' not in only
    assert f'href="/desk/cases/{unsure}?selection=unsure"' in only
    assert "The queue is a guess. A person must look whether it is right." in read


def test_a_mail_is_shown_with_its_decision_and_reasons(url: str, database: Database) -> None:
    with database.transaction() as session:
        make_topic(session, shipped_catalogue().every["tax-card"])
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get(f"/desk/cases/{mail}"))
    assert "</mark> Mój CPR to [CPR]." in page
    new, _, folded = page.partition("<details")
    assert "Co możemy dla Pani zrobić?" not in new
    assert "Co możemy dla Pani zrobić?" in folded
    assert "<mark>Jak dostać kartę podatkową?</mark>" in new
    assert f"ICS-{mail:06d}" in page
    assert "<dt>Confidence</dt><dd>91%</dd>" in page
    assert "<dt>Decision</dt><dd>Tax</dd>" in page
    assert "<dd>Queues/Tax</dd>" in page
    assert "This sentence points to the queue" in page
    assert "polski" in page
    assert "23 Nov 2026, 08:00" in page
    assert ">umowa [CPR].pdf</a>, application/pdf, 1 kB" in page
    assert "<dt>Routing</dt><dd>Unconfirmed</dd>" in page
    assert "<dt>Topics</dt><dd>Getting a tax card (skattekort)</dd>" in page
    assert "moved to its folder" in page


def test_the_signature_stands_below_the_text(url: str, database: Database) -> None:
    case = Ledger(database).add(SIGNED, "tax", language="da")
    with signed_in(url, "kim") as kim:
        for path in (f"/desk/cases/{case}", f"/desk/cases/{case}/reply"):
            page = kim.get(path).text
            written, _, below = page.partition('aria-label="Signature">')
            assert "Se venligst vedhæftede.\n\nMed venlig hilsen\nLone Bech</div>" in written
            assert below.startswith("Lønbogholder\nVestmose Byg ApS\nTlf. 00 00 00 00, CPR [CPR]")
            assert "fortrolige oplysninger" in below
        shown = act(kim, case, "numbers").text
        assert "Tlf. 00 00 00 00, CPR 010190-1234" in shown


def test_what_an_attachment_is_stands_beside_it(url: str, database: Database) -> None:
    reasons = [{"key": "document.form_04063", "text": "Blanket 04063.pdf"}]
    case = Ledger(database).add(SIGNED, "tax", reasons=reasons)
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get(f"/desk/cases/{case}"))
        assert '<strong class="badge badge-info">Form 04.063</strong></li>' in page
        assert page.count("badge-info") == 1
        assert "This document points to the queue: Form 04.063 (Blanket 04063.pdf)" in page


def test_personal_numbers_are_masked_everywhere(url: str, database: Database) -> None:
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        for path in ("/desk/", "/desk/tax/", f"/desk/cases/{mail}"):
            assert "010190" not in kim.get(path).text, path


def test_the_formatted_mail_is_harmless(url: str, database: Database) -> None:
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        page = kim.get(f"/desk/cases/{mail}").text
    _, _, html = page.partition('<div class="mail-html"')
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
        kim.get(f"/desk/cases/{first}")
        kim.get(f"/desk/cases/{second}")
        kim.get(f"/desk/cases/{first}")
        kim.get("/desk/mail/9999")
    assert readings(database) == [
        ("kim", f"case:{first}"),
        ("kim", f"case:{second}"),
        ("kim", f"case:{first}"),
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
        assert tina.get(f"/desk/cases/{tax}").status_code == 200
        assert tina.get(f"/desk/cases/{nobodys}").status_code == 200
        assert tina.get("/desk/visitation/").status_code == 403
        refused = tina.get(f"/desk/cases/{other}")
        assert refused.status_code == 403
        assert "opholdsbevis" not in refused.text
    assert readings(database) == [("tina", f"case:{tax}"), ("tina", f"case:{nobodys}")]
    with signed_in(url, "lone") as lone:
        assert lone.get(f"/desk/cases/{other}").status_code == 200


def test_long_lists_come_in_pages(url: str, database: Database) -> None:
    ledger = Ledger(database)
    mails = [ledger.add(DANISH, "tax") for _ in range(53)]
    with signed_in(url, "kim") as kim:
        first = text_of(kim.get("/desk/tax/"))
        assert first.count('<li class="mail') == 50
        assert f"selection=open&amp;after={mails[49]}" in first
        second = text_of(kim.get(f"/desk/tax/?after={mails[49]}"))
    assert second.count('<li class="mail') == 3
    assert "Next page" not in second


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
        page = text_of(kim.get(f"/desk/cases/{mail}"))
    assert "The program that read the mail broke down" in page
    assert "mail-html" not in page


def test_markup_in_a_mail_is_text(url: str, database: Database) -> None:
    raw = DANISH.replace(b"Opholdsbevis", b"<script>alert(1)</script>").replace(
        b"Hvor kan", b"<img src=x onerror=alert(1)> Hvor kan"
    )
    reasons = [{"key": "sentence", "text": "<b>x</b>"}, {"key": "rule.unknown", "text": "<i>"}]
    mail = Ledger(database).add(raw, "tax", reasons=reasons)
    with signed_in(url, "kim") as kim:
        pages = [kim.get("/desk/tax/").text, kim.get(f"/desk/cases/{mail}").text]
    for page in pages:
        for harm in ("<script>alert", "<img src=x", "<b>x</b>", "<i>"):
            assert harm not in page


def test_the_desk_speaks_danish(url: str, database: Database) -> None:
    mail = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        danish = {"Accept-Language": "da"}
        assert "Ældste: 3 timer" in text_of(kim.get("/desk/", headers=danish))
        page = text_of(kim.get(f"/desk/cases/{mail}", headers=danish))
    assert "Denne sætning peger på køen" in page
    assert "flyttet til sin mappe" in page


def act(client: httpx.Client, case: int, what: str, **fields: str) -> httpx.Response:
    """Press a button of a case's page, with what its form holds."""
    page = client.get(f"/desk/cases/{case}")
    token = token_in(page.text)
    revision = re.search(r'name="revision" value="(\d+)"', page.text)
    listing = re.search(r'name="listing" value="(\w+)"', page.text)
    assert revision is not None
    assert listing is not None
    form = {
        "csrf_token": token,
        "revision": revision[1],
        "listing": listing[1],
        "selection": "open",
    }
    return client.post(f"/desk/cases/{case}/{what}", data=form | fields)


def actions(database: Database) -> list[str]:
    with database.transaction() as session:
        statement = select(AuditEntry).where(AuditEntry.action.startswith("case."))
        found = session.scalars(statement.order_by(AuditEntry.id))
        return [f"{entry.action} {entry.subject}" for entry in found if entry.action != "case.read"]


def test_a_case_is_confirmed_and_the_next_one_follows(url: str, database: Database) -> None:
    ledger = Ledger(database)
    first, second = ledger.add(POLISH, "tax"), ledger.add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        answer = act(kim, first, "confirm")
        assert answer.status_code == 303
        wanted = f"/desk/cases/{second}?selection=open&done=confirmed&after={first}"
        assert answer.headers["Location"] == wanted
        assert f'{first}">ICS-000001</a>: confirmed' in text_of(kim.get(wanted))
        assert "<dt>Routing</dt><dd>Confirmed</dd>" in text_of(kim.get(f"/desk/cases/{first}"))
    assert actions(database) == [f"case.confirmed case:{first}"]


def test_the_last_case_leads_back_to_the_list(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        answer = act(kim, case, "close")
        assert answer.headers["Location"] == f"/desk/tax/?selection=open&done=closed&case={case}"
        page = text_of(kim.get(answer.headers["Location"]))
        assert "There is nothing here." in page
        assert "ICS-000001</a>: closed" in page
        assert act(kim, case, "reopen").headers["Location"].startswith(f"/desk/cases/{case}?")
        assert f"/desk/cases/{case}" in kim.get("/desk/tax/").text


def test_a_correction_is_shown_until_the_mailbox_has_followed(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        assert act(kim, case, "correct", to="jobseeker").status_code == 303
        page = text_of(kim.get(f"/desk/cases/{case}"))
        assert "The mail is being moved to Queues/Jobseeker in the mailbox." in page
        assert "put on another shelf (Tax &gt; Jobseekers), kim" in page
        assert "<dt>Decision</dt><dd>Tax</dd>" in page
        assert act(kim, case, "correct", to="unreadable").status_code == 422
        assert act(kim, case, "correct").status_code == 422


def test_who_comes_second_is_told_and_nothing_is_done(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim, signed_in(url, "lone") as lone:
        page = kim.get(f"/desk/cases/{case}")
        act(lone, case, "correct", to="visitation")
        form = {"csrf_token": token_in(page.text), "revision": "1", "listing": "tax"}
        answer = kim.post(f"/desk/cases/{case}/confirm", data=form)
        assert answer.status_code == 409
        assert "Somebody else has just changed this case" in answer.text
    assert actions(database) == [f"case.corrected case:{case}"]


def test_a_mail_that_is_still_being_moved_cannot_be_corrected(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax", moved_at=None, state=MailState.MOVING)
    with signed_in(url, "kim") as kim:
        answer = act(kim, case, "correct", to="visitation")
    assert answer.status_code == 409
    assert "still being moved" in answer.text


def test_hidden_numbers_are_shown_by_a_logged_click(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        shown = act(kim, case, "numbers")
        assert shown.status_code == 200
        assert "010190-1234" in shown.text
        assert shown.headers["Cache-Control"] == "no-store"
        assert "010190" not in kim.get(f"/desk/cases/{case}").text
    assert actions(database) == [f"case.numbers_shown case:{case}"]


def test_an_original_that_cannot_be_opened_is_said(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with database.transaction() as session:
        session.execute(update(Original).values(ciphertext=b"not this key"))
    with signed_in(url, "kim") as kim:
        answer = act(kim, case, "numbers")
        assert answer.status_code == 409
        assert "The original cannot be opened" in answer.text
        assert kim.get(f"/desk/cases/{case}/original").status_code == 410


def test_attachments_and_the_original_are_saved_never_shown(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        pdf = kim.get(f"/desk/cases/{case}/attachments/1")
        assert pdf.content == b"%PDF-1.4\n"
        assert pdf.headers["Content-Type"] == "application/octet-stream"
        assert pdf.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in pdf.headers["Content-Security-Policy"]
        assert pdf.headers["X-Content-Type-Options"] == "nosniff"
        assert kim.get(f"/desk/cases/{case}/original").content == POLISH
        for number in ("0", "2", "-1", "x"):
            assert kim.get(f"/desk/cases/{case}/attachments/{number}").status_code == 404
    assert actions(database) == [
        f"case.attachment_saved case:{case}",
        f"case.original_saved case:{case}",
    ]


def test_a_case_is_found_by_its_reference(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        for wanted in ("ICS-000001", "ics-1", "1", " 000001 "):
            found = kim.get("/desk/find", params={"wanted": wanted})
            assert found.headers["Location"] == f"/desk/cases/{case}"
        refused = kim.get("/desk/find", params={"wanted": "<b>x"})
        assert refused.status_code == 422
        assert "&lt;b&gt;x" in refused.text


def test_a_caseworker_works_on_cases_of_their_own_alone(url: str, database: Database) -> None:
    ledger = Ledger(database)
    other = ledger.add(DANISH, "visitation")
    odense = ledger.add(POLISH, "tax", case={"centre": "odense"})
    with database.transaction() as session:
        session.execute(update(User).where(User.name == "tina").values(centres=["aarhus"]))
    with signed_in(url, "tina") as tina:
        token = token_in(tina.get("/desk/new").text)
        form = {"csrf_token": token, "revision": "1", "listing": "tax", "to": "tax"}
        for case in (other, odense):
            for what in ("confirm", "correct", "close", "reopen", "numbers", "reply/draft"):
                fields = form | {"language": "da", "text": "x"}
                answer = tina.post(f"/desk/cases/{case}/{what}", data=fields)
                assert answer.status_code == 403, what
            for what in ("", "/original", "/attachments/1", "/reply", "/progress"):
                assert tina.get(f"/desk/cases/{case}{what}").status_code == 403, what
        assert "ICS-" not in tina.get("/desk/tax/").text
        assert tina.get("/desk/visitation/list").status_code == 403
    assert actions(database) == []


def test_a_reply_that_cannot_be_sent_keeps_what_was_written(url: str, database: Database) -> None:
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim, signed_in(url, "lone") as lone:
        page = kim.get(f"/desk/cases/{case}/reply")
        form = {
            "csrf_token": token_in(page.text),
            "revision": "1",
            "language": "pl",
            "subject": "Re: Karta",
            "text": "Bardzo długa odpowiedź.",
        }
        act(lone, case, "confirm")
        answer = kim.post(f"/desk/cases/{case}/reply", data=form)
        assert answer.status_code == 409
        assert "Bardzo długa odpowiedź." in answer.text
        assert "Bardzo długa odpowiedź." in kim.get(f"/desk/cases/{case}/reply").text
        empty = kim.post(f"/desk/cases/{case}/reply", data=form | {"text": " "})
        assert "The reply is empty" in empty.text
        for missing in ({"subject": ""}, {"subject": "x" * 301}):
            refused = kim.post(f"/desk/cases/{case}/reply", data=form | missing)
            assert "The subject is missing or too long" in refused.text
            assert "Bardzo długa odpowiedź." in refused.text
        sent = kim.post(f"/desk/cases/{case}/reply", data=form | {"revision": "2"})
        assert sent.headers["Location"] == f"/desk/cases/{case}?done=answered"
    assert actions(database) == [f"case.confirmed case:{case}", f"case.answered case:{case}"]


def test_an_article_is_inserted_below_what_is_written(url: str, database: Database) -> None:
    with database.transaction() as session:
        bring_in_own_articles(session)
    case = Ledger(database).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        page = kim.get(
            f"/desk/cases/{case}/reply?language=en&citizenship=third_country&stay=over_6_months"
        )
        assert "You need a Danish residence and work permit" in page.text
        assert "http://127.0.0.1:8000/en/articles/no-tax-card" in page.text
        form = {
            "csrf_token": token_in(page.text),
            "revision": "1",
            "language": "en",
            "subject": "Re: x",
            "text": "Mine.",
            "topic": "tax-card",
            "citizenship": "",
        }
        address = f"/desk/cases/{case}/reply/article"
        asked = kim.post(address, data=form)
        assert "depends on the person" in asked.text
        assert "what is not known yet (Citizenship)" in asked.text
        assert ">Mine.</textarea>" in asked.text
        inserted = kim.post(address, data=form | {"citizenship": "nordic", "stay": "over_6_months"})
        assert ">Mine.\n\nGetting a tax card" in inserted.text
        assert kim.post(address, data=form | {"topic": "nothing"}).status_code == 422


def test_an_article_for_two_situations_needs_both(
    url: str, database: Database, tmp_path: Path
) -> None:
    with database.transaction() as session:
        content = read_content(write_situations_content(tmp_path / "content"))
        carry_out(session, plan(session, content), "test")
    case = Ledger(database).add(POLISH, "visitation", topics=["eu-residence"], language="en")
    with signed_in(url, "kim") as kim:
        path = f"/desk/cases/{case}/reply"
        first = kim.get(path)
        assert "what is not known yet (Citizenship)" in first.text
        assert "Staying in Denmark</option>" in first.text
        assert "You register" not in first.text
        told = kim.get(f"{path}?language=en&citizenship=nordic&stay=&occupation=&address=")
        assert "what is not known yet (Length of stay)" in told.text
        assert told.text.count('<option value="nordic" selected>') == 2
        both = kim.get(f"{path}?language=en&citizenship=nordic&stay=up_to_3_months")
        assert "You need no permit for a short stay." in both.text
        assert "depends on the person" not in both.text
        form = {
            "csrf_token": token_in(first.text),
            "revision": "1",
            "language": "en",
            "subject": "Re: x",
            "text": "Mine.",
            "topic": "eu-residence",
            "citizenship": "third_country",
            "stay": "",
            "occupation": "",
            "address": "",
        }
        asked = kim.post(f"{path}/article", data=form)
        assert asked.status_code == 422
        assert "what is not known yet (Length of stay)" in asked.text
        assert ">Mine.</textarea>" in asked.text
        assert '<option value="third_country" selected>' in asked.text
        inserted = kim.post(f"{path}/article", data=form | {"stay": "over_6_months"})
        assert inserted.status_code == 200
        assert ">Mine.\n\nStaying in Denmark" in inserted.text
        assert "You need a permit for the whole stay." in inserted.text
        assert "?citizenship=third_country&amp;stay=over_6_months" in inserted.text


@pytest.fixture
def with_articles(database: Database) -> Database:
    """The database with the project's own articles."""
    with database.transaction() as session:
        bring_in_own_articles(session)
    return database


def test_articles_are_searched_from_the_desk_in_any_language(
    url: str, with_articles: Database
) -> None:
    Ledger(with_articles)
    with signed_in(url, "kim") as kim:
        page = kim.get("/desk/articles", params={"q": "skattekort", "language": "pl"})
        assert 'href="/pl/articles/tax-card" lang="pl"' in page.text
        assert 'href="/da/articles/tax-card" lang="da"' in page.text
        assert "<mark>" in page.text
        danish = kim.get("/desk/articles", params={"q": "<b>hund", "language": "da"})
        assert "/da/articles/pets" in danish.text
        assert "<b>hund" not in danish.text
        assert "/reply" not in danish.text
        assert "No article fits." in kim.get("/desk/articles?q=qwertz").text
        assert "fit" not in text_of(kim.get("/desk/articles")).split("<main")[1]
        assert kim.get("/desk/articles?language=xx").status_code == 422


def test_a_case_is_searched_for_with_what_it_is_about(url: str, with_articles: Database) -> None:
    ledger = Ledger(with_articles)
    tax = ledger.add(POLISH, "tax")
    plain = ledger.add(DANISH, "visitation", topics=[], language="da")
    with signed_in(url, "kim") as kim:
        page = kim.get(f"/desk/cases/{tax}").text
        assert 'value="Karta podatkowa' in page
        assert 'value="Opholdsbevis"' in kim.get(f"/desk/cases/{plain}").text
        form = {"csrf_token": token_in(page), "q": "karta podatkowa"}
        found = kim.post(f"/desk/cases/{tax}/articles", data=form)
        assert '<option value="pl" lang="pl" selected>' in found.text
        assert f'href="/desk/cases/{tax}/reply?article=tax-card#topic"' in found.text
        assert (
            '<option value="pets" selected>'
            in kim.get(f"/desk/cases/{tax}/reply?article=pets").text
        )
    with signed_in(url, "tina") as tina:
        form["csrf_token"] = token_in(tina.get("/desk/").text)
        assert tina.post(f"/desk/cases/{plain}/articles", data=form).status_code == 403


def test_what_is_found_is_inserted_and_nothing_typed_is_lost(
    url: str, with_articles: Database
) -> None:
    case = Ledger(with_articles).add(POLISH, "tax")
    with signed_in(url, "kim") as kim:
        path = f"/desk/cases/{case}/reply"
        form = {
            "csrf_token": token_in(kim.get(path).text),
            "revision": "1",
            "language": "pl",
            "subject": "Re: moje",
            "text": "Mine.",
            "topic": "tax-card",
            "q": "prawo jazdy",
            "citizenship": "eu_eea_ch",
            "centre": "odense",
        }
        found = kim.post(f"{path}/search", data=form)
        assert found.status_code == 200
        assert 'name="article" value="driving-licence"' in found.text
        for page in (found.text, kim.get(path).text):
            assert ">Mine.</textarea>" in page
            assert 'value="Re: moje"' in page
        assert found.text.count('<option value="odense" selected>') == 2
        link = kim.post(f"{path}/link", data=form | {"article": "driving-licence"})
        address = "http://127.0.0.1:8000/pl/articles/driving-licence"
        assert f"{address}?citizenship=eu_eea_ch&amp;centre=odense\n</textarea>" in link.text
        assert ">Mine.\n\n" in link.text
        text = kim.post(f"{path}/article", data=form | {"article": "driving-licence", "stay": ""})
        assert text.status_code in {200, 422}
        assert ">Mine." in text.text
        assert '<option value="driving-licence" selected>' in text.text
        for article in ("", "nothing"):
            none = kim.post(f"{path}/link", data=form | {"article": article})
            assert none.status_code == 422
            assert ">Mine.</textarea>" in none.text
        assert "No article fits." in kim.post(f"{path}/search", data=form | {"q": "qwertz"}).text


def test_an_article_is_inserted_as_it_holds_at_the_centre(
    url: str, database: Database, tmp_path: Path
) -> None:
    with database.transaction() as session:
        content = read_content(write_content_by_centre(tmp_path / "content"))
        carry_out(session, plan(session, content), "test")
    own: dict[str, object] = {"topics": ["cpr-number"], "language": "en"}
    odense = Ledger(database).add(POLISH, "visitation", case={"centre": "odense"}, **own)
    unknown = Ledger(database).add(DANISH, "visitation", **own)
    with signed_in(url, "kim") as kim:
        assert "Book a time in Odense." in kim.get(f"/desk/cases/{odense}/reply").text
        general = kim.get(f"/desk/cases/{unknown}/reply").text
        assert "Come when it suits you." in general
        other = kim.get(f"/desk/cases/{odense}/reply?language=en&centre=kobenhavn").text
        assert "Come when it suits you." in other


def test_who_begins_anew_may_say_that_the_citizenship_is_not_known(
    url: str, database: Database
) -> None:
    case = Ledger(database).add(POLISH, "tax", language="pl")
    with signed_in(url, "kim") as kim:
        path = f"/desk/cases/{case}/reply?language=pl"
        likely = '<option value="eu_eea_ch" selected>'
        assert likely in kim.get(path).text
        assert likely not in kim.get(f"{path}&citizenship=&stay=&occupation=&address=").text


UNREADABLE = (
    b"From: anna@example.test\r\nSubject: Hello 010190-1234\r\nContent-Type: text/plain\r\n\r\n"
    b"CPR 010190-1234\r\n" + b"QUJD" * 15 + b"\r\n" + b"QUJD" * 15 + b"\r\n" + b"QUJD==\r\n"
)


def _unreadable(database: Database) -> int:
    return Ledger(database).add(
        UNREADABLE,
        "unreadable",
        state=MailState.NOT_ACKNOWLEDGED,
        acknowledgement="unreadable",
        decided=False,
        reasons=[{"key": "unreadable.too_slow", "text": "Reading it took over 60 s."}],
    )


def test_an_unreadable_mail_can_be_looked_into(url: str, database: Database) -> None:
    case_id = _unreadable(database)
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get(f"/desk/cases/{case_id}"))
        assert "Reading the mail takes too long." in page
        assert "After an update of Ankomst it may be readable" in page
        source = kim.get(f"/desk/cases/{case_id}/source").text
        assert "From: anna@example.test" in source
        assert "010190" not in source
        assert "CPR [CPR]" in source
        assert "QUJD" not in source
        saved = kim.get(f"/desk/cases/{case_id}/original")
        assert saved.content == UNREADABLE
        assert saved.headers["Content-Type"] == "application/octet-stream"
        assert kim.get("/desk/cases/99/source").status_code == 404
    with database.transaction() as session:
        found = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "case:1"))
        assert list(found) == ["case.read", "case.source_read", "case.original_saved"]


def test_an_unreadable_mail_can_be_read_again(url: str, database: Database) -> None:
    case_id = _unreadable(database)
    with signed_in(url, "kim") as kim:
        page = kim.get(f"/desk/cases/{case_id}").text
        form = {"csrf_token": token_in(page), "revision": "1", "listing": "unreadable"}
        answer = kim.post(f"/desk/cases/{case_id}/read-again", data=form)
        assert answer.status_code == 303
        page = text_of(kim.get(answer.headers["Location"]))
        assert "It is being read again." in page
        assert "Read it again</button>" not in page
        assert "to be read again, kim" in page
        twice = kim.post(f"/desk/cases/{case_id}/read-again", data=form | {"revision": "2"})
        assert twice.status_code == 409
    with database.transaction() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("case.reading_asked") == 1


def test_what_belongs_together_is_linked(url: str, database: Database) -> None:
    ledger = Ledger(database)
    first = ledger.add(POLISH, "tax")
    ledger.add(DANISH, "visitation", about_case_id=first)
    ledger.add(
        AUTOMATIC,
        "automatic",
        kind="automatic",
        about_case_id=first,
        reported_on="reply",
        reported_action="failed",
        reported_status="5.2.2",
        reported_recipient="anna@example.test",
    )
    ledger.add(
        AUTOMATIC, "automatic", about_case_id=first, reported_on="reply", reported_action="delayed"
    )
    with signed_in(url, "kim") as kim:
        page = text_of(kim.get(f"/desk/cases/{first}"))
        later = text_of(kim.get("/desk/cases/2"))
    assert "The reply could not be delivered" in page
    assert "To anna@example.test: the mailbox is full (5.2.2)." in page
    assert "The reply is late" in page
    assert '<a href="/desk/cases/3">The report of the mail server</a>' in page
    assert '<dt>Later mail</dt><dd><a href="/desk/cases/2">ICS-000002</a></dd>' in page
    assert '<dt>Belongs to</dt><dd><a href="/desk/cases/1">ICS-000001</a></dd>' in later
