"""The pages of the training mails over HTTP, on both databases, and in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from learning import training_mails
from learning.training_mails import Content
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited, fill_for_admins
from tests.knowledge.admin.test_pages import Size, sign_in
from tests.knowledge.admin.test_texts import shown
from tests.knowledge.conftest import write_content
from tests.learning.mails import TEXTS, a_mail, confirmed, corrected
from tests.web.browser import BOTH_LANGUAGES, WIDTHS, visiting
from tests.web.serving import application, served
from triage.cases import handling
from triage.models import TrainingMail

_HERE = "/admin/training-mails"
_BODY = (
    "Hello,\n\nMy husband Piotr starts on Monday and his firm asks for a tax card. Ring me at "
    "+45 12 34 56 78.\n\nKind regards\nAnna Nowak\nBrogade 12, 4600 Køge"
)


def _proposed(database: Database) -> int:
    return confirmed(database, a_mail(1, _BODY, subject="Tax card for Piotr Nowak"), decided=False)


def _form(revision: int, body: str = TEXTS[0], **fields: str) -> dict[str, str | list[str]]:
    form = {"revision": str(revision), "subject": "Tax card", "body": body, "label": "tax"}
    return {**form, "language": "en", "topic": ["tax-card", "", ""], **fields}


def _accepted(database: Database, number: int = 0) -> int:
    case_id = confirmed(database, a_mail(10 + number, TEXTS[number]))
    with database.transaction() as session:
        content = Content("A question", TEXTS[number], "tax", "en", ["tax-card"])
        return training_mails.accept(session, case_id, 2, content, "alex").id


def _rows(database: Database) -> list[TrainingMail]:
    with database.reading() as session:
        return list(session.scalars(select(TrainingMail).order_by(TrainingMail.id)))


def test_a_mail_is_looked_at_and_accepted(alex: Client, database: Database) -> None:
    case_id = _proposed(database)
    overview = shown(alex.get(f"{_HERE}/"))
    assert "1 mail is proposed" in overview
    assert f"ICS-{case_id:06}" in overview
    assert audited(database) == []
    page = alex.get(f"{_HERE}/proposed/{case_id}")
    assert "<mark" in page.text
    assert "Ring me at [phone]." in page.text
    assert audited(database) == [("case.read", f"case:{case_id}")]
    sent = alex.post(f"{_HERE}/proposed/{case_id}?decision=accept", _form(2))
    assert sent.headers["Location"] == f"{_HERE}/?done=accepted"
    (row,) = _rows(database)
    assert (row.state, row.body, row.topics, row.seen_by) == (
        "accepted",
        TEXTS[0],
        ["tax-card"],
        "alex",
    )
    assert audited(database)[-1] == ("training_mail.accepted", f"training mail:{row.id}")
    assert "0 mails are proposed" in shown(alex.get(sent.headers["Location"]))


def test_after_one_comes_the_next(alex: Client, database: Database) -> None:
    first = _proposed(database)
    second = corrected(database, a_mail(2, TEXTS[1]), "jobseeker")
    sent = alex.post(f"{_HERE}/proposed/{first}?decision=refuse", _form(2))
    assert sent.headers["Location"] == f"{_HERE}/proposed/{second}?done=refused"
    page = shown(alex.get(sent.headers["Location"]))
    assert "Nothing of its text was kept" in page
    assert "put it on another shelf: Tax" in page
    (row,) = _rows(database)
    assert (row.state, row.body) == ("refused", "")


def test_a_refused_form_keeps_what_was_typed(alex: Client, database: Database) -> None:
    case_id = _proposed(database)
    near = _accepted(database)
    address = f"{_HERE}/proposed/{case_id}?decision=accept"
    for form, status, said in (
        (_form(2, body=" ", subject=""), 422, "Nothing is left of the mail"),
        (_form(2, body="typed", topic="no-such-topic"), 422, "Choose topics of the list."),
        (_form(2, body=TEXTS[0], subject="A question"), 422, "says nearly the same"),
        (_form(1, body="typed by me"), 409, "Somebody else has changed the case"),
    ):
        sent = alex.post(address, form)
        assert sent.status_code == status
        assert said in shown(sent)
        assert str(form["body"]).strip() in sent.text
        if "nearly" in said:
            assert f"{_HERE}/accepted/{near}" in sent.text
    assert len(_rows(database)) == 1


def test_what_is_not_proposed_any_more_is_told(alex: Client, database: Database) -> None:
    case_id = _proposed(database)
    with database.transaction() as session:
        handling.returned_by_hand(session, case_id)
    assert alex.get(f"{_HERE}/proposed/{case_id}").status_code == 404
    sent = alex.post(f"{_HERE}/proposed/{case_id}?decision=accept", _form(2, body="typed by me"))
    assert sent.status_code == 409
    assert "is not proposed any more" in shown(sent)
    assert "typed by me" in sent.text
    assert "Piotr" not in sent.text


def test_the_lists_show_nothing_of_a_mail_nobody_has_seen(alex: Client, database: Database) -> None:
    _proposed(database)
    page = alex.get(f"{_HERE}/").text
    assert [word for word in ("Piotr", "Nowak", "Tax card for", "12 34") if word in page] == []


def test_searching_changing_and_removing(alex: Client, database: Database) -> None:
    mail_id = _accepted(database)
    _accepted(database, 1)
    address = f"{_HERE}/accepted/{mail_id}"
    found = alex.get(f"{_HERE}/accepted?text=TAX+card").text
    assert f"{address}&#34;" in found or f'{address}"' in found
    assert "1 mail" in shown(alex.get(f"{_HERE}/accepted?text=TAX+card"))
    assert "Save" in shown(alex.get(address))
    for action, said, state in (
        ("save", "The changes are saved", "accepted"),
        ("remove", "It can be brought back", "removed"),
        ("bring_back", "is brought back", "accepted"),
        ("remove", "It can be brought back", "removed"),
    ):
        revision = next(row.revision for row in _rows(database) if row.id == mail_id)
        sent = alex.post(f"{address}?action={action}", _form(revision, body=f"{TEXTS[0]} Really?"))
        assert sent.status_code == 303
        assert said in shown(alex.get(sent.headers["Location"]))
        assert next(row.state for row in _rows(database) if row.id == mail_id) == state
    assert _rows(database)[0].body.endswith("Really?")
    assert alex.post(f"{address}?action=delete", _form(1)).status_code == 409
    revision = next(row.revision for row in _rows(database) if row.id == mail_id)
    sent = alex.post(f"{address}?action=delete", _form(revision))
    assert sent.headers["Location"] == f"{_HERE}/accepted?done=deleted"
    assert [row.id for row in _rows(database)] != [mail_id]
    assert alex.get(address).status_code == 404


def test_what_was_refused_can_be_proposed_again(alex: Client, database: Database) -> None:
    case_id = _proposed(database)
    alex.post(f"{_HERE}/proposed/{case_id}?decision=refuse", _form(2))
    (row,) = _rows(database)
    assert "Propose again" in shown(alex.get(f"{_HERE}/accepted?state=refused"))
    address = f"{_HERE}/accepted/{row.id}"
    assert alex.get(address).status_code == 404
    assert alex.post(f"{address}?action=bring_back", _form(row.revision)).status_code == 404
    sent = alex.post(f"{address}?action=delete", {"revision": str(row.revision)})
    assert "The mail is proposed again." in shown(alex.get(sent.headers["Location"]))
    assert "1 mail is proposed" in shown(alex.get(f"{_HERE}/"))


def test_as_files_they_are_read_as_training_mails(alex: Client, database: Database) -> None:
    for number in range(len(TEXTS)):
        _accepted(database, number)
    entries = {
        kept_back: yaml.safe_load(
            alex.get(f"{_HERE}/accepted/en.yml?kept_back={str(kept_back).lower()}").text
        )
        for kept_back in (False, True)
    }
    for kept_back, found in entries.items():
        expected = [row.body for row in _rows(database) if row.kept_back == kept_back]
        assert [one["body"] for one in found] == expected
    assert all(
        (one["label"], one["subject"], one["topics"]) == ("tax", "A question", ["tax-card"])
        for one in [*entries[False], *entries[True]]
    )
    assert yaml.safe_load(alex.get(f"{_HERE}/accepted/da.yml").text) == []


def test_a_team_leader_looks_on(lone: Client, database: Database) -> None:
    case_id = _proposed(database)
    mail_id = _accepted(database)
    assert "Admins decide" in shown(lone.get(f"{_HERE}/"))
    assert lone.get(f"{_HERE}/proposed/{case_id}").status_code == 403
    page = shown(lone.get(f"{_HERE}/accepted/{mail_id}"))
    assert TEXTS[0] in page
    assert "Save" not in page
    assert lone.post(f"{_HERE}/accepted/{mail_id}?action=remove", _form(1)).status_code == 403


def test_a_mail_in_html_stands_as_text(alex: Client, database: Database) -> None:
    case_id = confirmed(database, a_mail(1, f"<script>alert(1)</script> {TEXTS[0]}"))
    page = alex.get(f"{_HERE}/proposed/{case_id}").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


@pytest.fixture
def pages(sqlite_database: Database, tmp_path: Path) -> Iterator[tuple[str, Database]]:
    fill_for_admins(sqlite_database, write_content(tmp_path / "content"))
    app = application(sqlite_database, data_directory=tmp_path)
    with served(app) as url:
        yield url, sqlite_database


@pytest.mark.browser
@pytest.mark.parametrize(("size", "danish"), BOTH_LANGUAGES)
def test_no_page_has_barriers(
    browser: Browser, pages: tuple[str, Database], size: Size, danish: bool
) -> None:
    url, database = pages
    case_id = _proposed(database)
    corrected(database, a_mail(2, TEXTS[1]), "jobseeker")
    mail_id, removed = _accepted(database), _accepted(database, 2)
    refused = confirmed(database, a_mail(3, TEXTS[3]))
    with database.transaction() as session:
        training_mails.put(session, session.get_one(TrainingMail, removed), "removed", "alex")
        training_mails.refuse(session, refused, 2, "alex")
    with visiting(browser, url, size) as visit:
        sign_in(visit, "/account")
        if danish:
            visit.page.get_by_role("button", name="Dansk").click()
            expect(visit.page.locator("html")).to_have_attribute("lang", "da")
        for path in (
            "/",
            "/?how=moved",
            f"/proposed/{case_id}?done=refused",
            "/accepted?done=deleted",
            "/accepted?text=nothing",
            "/accepted?state=removed",
            "/accepted?state=refused",
            f"/accepted/{mail_id}?done=saved",
            f"/accepted/{removed}",
        ):
            visit.open(f"{_HERE}{path}")
            expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
            visit.check()
        visit.open(f"{_HERE}/proposed/{case_id}")
        visit.page.locator("#subject").fill("")
        visit.page.locator("#body").fill(" ")
        visit.page.locator("button.button-primary").click()
        expect(visit.page.get_by_role("alert")).to_be_visible()
        visit.errors.clear()  # the browser notes the 422
        visit.check()


@pytest.mark.browser
@pytest.mark.parametrize("size", WIDTHS)
def test_accepting_by_keyboard_alone(
    browser: Browser, pages: tuple[str, Database], size: Size
) -> None:
    url, database = pages
    case_id = _proposed(database)
    with visiting(browser, url, size) as visit:
        sign_in(visit, f"{_HERE}/proposed/{case_id}")
        keyboard = visit.page.keyboard
        visit.page.locator("#main-content").focus()

        def tab_to(what: str) -> None:
            for _ in range(40):
                keyboard.press("Tab")
                if visit.focused() == what:
                    return
            pytest.fail(f"the keyboard does not reach {what}")

        tab_to("body")
        keyboard.press("Control+Home")
        keyboard.type("Dear office, ")
        tab_to("Accept")
        keyboard.press("Enter")
        expect(visit.page.get_by_role("status").first).to_contain_text("is a training mail now")
        visit.check()
    (row,) = _rows(database)
    assert row.body.startswith("Dear office, Hello")
    assert "[name]" in row.body
    assert "Anna" not in row.body
