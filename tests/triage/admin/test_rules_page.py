"""The pages of the rules, over HTTP and in Chromium at both widths and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from storage.database import Database
from tests.triage.deciding.admin_rules.book import a_draft, keep
from tests.triage.desk.ledger import AUTOMATIC, DANISH, POLISH, Ledger
from tests.web.browser import BOTH_LANGUAGES, Visit, visiting
from tests.web.fixtures import PASSWORD, add_user, signed_in, token_in
from tests.web.serving import application, served
from triage.deciding.admin_rules.rule_book import all_rows
from triage.models import MailRule
from web.models import AuditEntry

NEW = "/admin/rules/new"


@pytest.fixture
def url(sqlite_database: Database) -> Iterator[str]:
    add_user(sqlite_database, "alex", "admin")
    add_user(sqlite_database, "lone", "team_leader")
    add_user(sqlite_database, "kim", "caseworker")
    ledger = Ledger(sqlite_database)
    ledger.add(POLISH, "tax", case={"confirmation": "confirmed"})
    ledger.add(POLISH.replace(b"<1@", b"<2@"), "tax", case={"confirmation": "answered"})
    ledger.add(DANISH, "visitation", queue="visitation")
    bounced = [{"key": "rule.bounce", "text": ""}]
    ledger.add(AUTOMATIC, "automatic", kind="automatic", reasons=bounced)
    with served(application(sqlite_database)) as address:
        yield address


@pytest.fixture
def alex(url: str) -> Iterator[httpx.Client]:
    with signed_in(url, "alex") as client:
        yield client


def form(client: httpx.Client, path: str = NEW, **typed: str) -> dict[str, str]:
    """What stands in the form of a rule, with what is typed into it."""
    page = client.get(path).text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    return {
        "csrf_token": token_in(page),
        "revision": revision[1],
        "name": "Union",
        "phase": "before",
        "target": "jobseeker",
        "position": "100",
        "active": "yes",
        **typed,
    }


def saved(client: httpx.Client, path: str = NEW, **typed: str) -> httpx.Response:
    """Try a rule, then save it as it was tried."""
    sent = form(client, path, **typed)
    tried = client.post(path, data=sent)
    return client.post(path, data=sent | {"digest": digest_in(tried.text), "save": "yes"})


def digest_in(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None, "the rule was not tried"
    return found[1]


def rules(database: Database) -> list[MailRule]:
    with database.reading() as session:
        return all_rows(session)


def audited(database: Database, action: str) -> list[str]:
    with database.reading() as session:
        query = select(AuditEntry.subject).where(AuditEntry.action == action)
        return list(session.scalars(query))


def text_of(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_a_rule_is_saved_as_it_was_tried(alex: httpx.Client, sqlite_database: Database) -> None:
    sent = form(alex, senders="union.example\r\n\r\n jens@example.test ", note="  their list ")
    tried = alex.post(NEW, data=sent)
    assert tried.status_code == 200
    assert "It would have decided 1 mail." in text_of(tried)
    assert "1 of them would have been put elsewhere than it was." in text_of(tried)
    assert "Caseworkers have decided otherwise" not in tried.text
    assert "ICS-000003" in tried.text
    assert rules(sqlite_database) == []
    assert audited(sqlite_database, "rule.tried") == ["case:3"]
    done = alex.post(NEW, data=sent | {"digest": digest_in(tried.text), "save": "yes"})
    assert done.headers["Location"] == "/admin/rules/?done=added"
    (row,) = rules(sqlite_database)
    assert (row.name, row.senders, row.target) == (
        "Union",
        ["union.example", "jens@example.test"],
        "jobseeker",
    )
    assert (row.active, row.note, row.changed_by, row.position) == (True, "their list", "alex", 100)
    assert audited(sqlite_database, "rule.added") == [f"rule:{row.id}"]
    assert "The rule is saved" in alex.get("/admin/rules/?done=added").text


@pytest.mark.parametrize(
    "change",
    [
        {"senders": "other.example"},
        {"target": "spam"},
        {"phase": "unsure"},
        {"position": "99"},
        {"name": "Other"},
        {"active": ""},
        {"digest": ""},
        {"digest": "0" * 64},
        {"digest": "å"},
    ],
)
def test_what_was_not_tried_is_not_saved(
    alex: httpx.Client, sqlite_database: Database, change: dict[str, str]
) -> None:
    sent = form(alex, senders="jens@example.test")
    digest = digest_in(alex.post(NEW, data=sent).text)
    answer = alex.post(NEW, data=sent | {"digest": digest, "save": "yes"} | change)
    assert answer.status_code == 422
    assert "it was not tried as it stands now" in answer.text
    assert rules(sqlite_database) == []
    # It was tried now, and can be saved from here.
    again = sent | change | {"digest": digest_in(answer.text), "save": "yes"}
    assert alex.post(NEW, data=again).status_code == 303


def test_what_one_admin_tried_another_one_cannot_save(
    url: str, alex: httpx.Client, sqlite_database: Database
) -> None:
    add_user(sqlite_database, "bo", "admin")
    digest = digest_in(alex.post(NEW, data=form(alex, senders="a@b.dk")).text)
    with signed_in(url, "bo") as bo:
        sent = form(bo, senders="a@b.dk") | {"digest": digest, "save": "yes"}
        assert bo.post(NEW, data=sent).status_code == 422


def test_spam_of_what_was_answered_is_warned_of(alex: httpx.Client) -> None:
    tried = alex.post(NEW, data=form(alex, target="spam", senders="anna@example.test"))
    assert "2 mails that caseworkers confirmed in Tax would go to Spam." in tried.text
    assert "1 of them was answered." in text_of(tried)
    assert "Do not save this rule unless you are sure." in tried.text
    assert "Save all the same" in tried.text
    assert tried.text.count("Otherwise than confirmed") == 2
    queue = alex.post(NEW, data=form(alex, target="tax", senders="anna@example.test"))
    assert "Caseworkers have decided otherwise" not in queue.text


def test_what_no_rule_can_take_is_told(alex: httpx.Client) -> None:
    tried = alex.post(NEW, data=form(alex, subjects="out of office"))
    assert "It would have decided 0 mails." in text_of(tried)
    assert "1 more mail matches, but is decided before this rule is asked" in tried.text


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"name": "  ", "senders": "a@b.dk"}, "Write a name"),
        ({"name": "x" * 81, "senders": "a@b.dk"}, "Write at most 80 characters."),
        ({"name": "Sag 010190-1234", "senders": "a@b.dk"}, "There must be no personal number"),
        ({}, "Write at least one condition"),
        ({"senders": "*"}, "“*” says nothing"),
        ({"senders": "a@b.dk c@d.dk"}, "“a@b.dk c@d.dk” is no address"),
        ({"recipients": "a b"}, "“a b” is no address"),
        ({"subjects": "?!"}, "“?!” says nothing"),
        ({"subjects": "010190-1234"}, "There must be no personal number"),
        ({"subjects": "a\x00b"}, "There are characters in it that cannot be read."),
        ({"attachments": "x" * 201}, "Write at most 200 characters."),
        ({"senders": "\n".join(f"{n}.dk" for n in range(51))}, "Write at most 50 lines"),
        ({"senders": "a@b.dk", "target": "unreadable"}, "Choose where the mail goes."),
        ({"senders": "a@b.dk", "phase": "never"}, "Choose one of these."),
        ({"senders": "a@b.dk", "position": "0"}, "Write a whole number from 1 to 9999."),
        ({"senders": "a@b.dk", "position": "1e3"}, "Write a whole number from 1 to 9999."),
        ({"senders": "a@b.dk", "note": "x" * 501}, "Write at most 500 characters."),
    ],
)
def test_what_is_no_rule_comes_back_as_it_was_typed(
    alex: httpx.Client, sqlite_database: Database, typed: dict[str, str], problem: str
) -> None:
    typed = {"note": "what I thought", **typed}
    answer = alex.post(NEW, data=form(alex, **typed) | {"save": "yes"})
    assert answer.status_code == 422
    assert problem in answer.text
    assert typed["note"] in answer.text
    assert 'name="digest"' not in answer.text
    assert rules(sqlite_database) == []


def test_two_rules_cannot_have_one_name(alex: httpx.Client, sqlite_database: Database) -> None:
    assert saved(alex, senders="a@b.dk").status_code == 303
    answer = saved(alex, senders="c@d.dk")
    assert answer.status_code == 422
    assert "Another rule has this name" in answer.text
    assert "c@d.dk" in answer.text
    assert len(rules(sqlite_database)) == 1


def test_a_rule_is_changed_and_switched_off(alex: httpx.Client, sqlite_database: Database) -> None:
    saved(alex, senders="a@b.dk")
    (row,) = rules(sqlite_database)
    page = alex.get(f"/admin/rules/{row.id}").text
    assert "a@b.dk</textarea>" in page
    done = saved(alex, f"/admin/rules/{row.id}", senders="c@d.dk", active="")
    assert done.headers["Location"] == "/admin/rules/?done=changed"
    (row,) = rules(sqlite_database)
    assert (row.senders, row.active, row.revision) == (["c@d.dk"], False, 2)
    assert audited(sqlite_database, "rule.changed") == [f"rule:{row.id}"]
    assert "Off" in text_of(alex.get("/admin/rules/"))


def test_of_two_who_change_a_rule_the_second_one_loses_nothing(
    alex: httpx.Client, sqlite_database: Database
) -> None:
    rule_id = keep(sqlite_database, a_draft("tax", senders="a@b.dk"))
    path = f"/admin/rules/{rule_id}"
    sent = form(alex, path, senders="mine.example")
    digest = digest_in(alex.post(path, data=sent).text)
    keep(sqlite_database, a_draft("spam", rule_id=rule_id, senders="theirs.example"), revision=1)
    answer = alex.post(path, data=sent | {"digest": digest, "save": "yes"})
    assert answer.status_code == 409
    assert "Somebody else has just changed this rule" in answer.text
    assert "mine.example</textarea>" in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert rules(sqlite_database)[0].senders == ["theirs.example"]
    removing = {"csrf_token": sent["csrf_token"], "revision": "1"}
    kept = alex.post(f"{path}/remove", data=removing)
    assert kept.status_code == 409
    assert "Nothing was done. This is how it is now." in kept.text
    assert "theirs.example</textarea>" in kept.text
    assert len(rules(sqlite_database)) == 1
    # Tried and saved from there, it takes the place of theirs.
    assert saved(alex, path, senders="mine.example").status_code == 303


def test_a_rule_is_removed(alex: httpx.Client, sqlite_database: Database) -> None:
    rule_id = keep(sqlite_database, a_draft("tax", senders="a@b.dk"))
    path = f"/admin/rules/{rule_id}"
    sent = form(alex, path, senders="mine.example")
    digest = digest_in(alex.post(path, data=sent).text)
    done = alex.post(f"{path}/remove", data=sent)
    assert done.headers["Location"] == "/admin/rules/?done=removed"
    assert rules(sqlite_database) == []
    assert audited(sqlite_database, "rule.removed") == [f"rule:{rule_id}"]
    assert alex.get(path).status_code == 404
    assert alex.post(f"{path}/remove", data=sent).headers["Location"] == "/admin/rules/"
    answer = alex.post(path, data=sent | {"digest": digest, "save": "yes"})
    assert answer.status_code == 409
    assert "Somebody else has just removed this rule" in answer.text
    assert f'action="{NEW}' in answer.text
    assert "mine.example</textarea>" in answer.text


def test_who_may_look_and_who_may_write(url: str, sqlite_database: Database) -> None:
    rule_id = keep(sqlite_database, a_draft("tax", senders="a@b.dk"))
    with signed_in(url, "lone") as lone:
        page = lone.get("/admin/rules/")
        assert "An administrator writes the rules." in page.text
        assert f"/admin/rules/{rule_id}" not in page.text
        assert lone.get(NEW).status_code == 403
        token = {"csrf_token": token_in(page.text)}
        assert lone.post(f"/admin/rules/{rule_id}/remove", data=token).status_code == 403
    with signed_in(url, "kim") as kim:
        assert kim.get("/admin/rules/").status_code == 403
        assert "/admin/rules/" not in kim.get("/desk/").text
    assert len(rules(sqlite_database)) == 1


def test_the_desk_names_the_rule_and_leads_an_admin_to_it(
    url: str, alex: httpx.Client, sqlite_database: Database
) -> None:
    rule_id = keep(sqlite_database, a_draft("tax", name="PD U2 <b>", senders="example.test"))
    reasons = [{"key": "rule.admin", "text": "PD U2 <b>"}]
    case_id = Ledger(sqlite_database).add(
        DANISH.replace(b"<2@", b"<9@"), "tax", rule_id=rule_id, reasons=reasons
    )
    page = alex.get(f"/desk/cases/{case_id}").text
    assert f'Rule: <a href="/admin/rules/{rule_id}">PD U2 &lt;b&gt;</a>' in " ".join(page.split())
    with signed_in(url, "kim") as kim:
        seen = " ".join(kim.get(f"/desk/cases/{case_id}").text.split())
        assert "Rule: PD U2 &lt;b&gt;</li>" in seen
    listed = alex.get("/admin/rules/")
    assert "Sender: example.test" in text_of(listed)
    assert '<td data-title="In the last 30 days">1</td>' in listed.text
    assert '<td data-title="Last time"><time' in listed.text


def sign_in(visit: Visit) -> None:
    visit.open("/sign-in")
    visit.page.locator("[name=name]").fill("alex")
    visit.page.locator("[name=password]").fill(PASSWORD)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/desk/**")


def refused(visit: Visit) -> None:
    """Look at a form that came back; that it did, Chromium takes for an error."""
    assert all("422" in error for error in visit.errors)
    visit.errors.clear()
    visit.check()


@pytest.mark.parametrize(("size", "in_danish"), BOTH_LANGUAGES)
def test_the_pages_in_a_browser(
    browser: Browser,
    url: str,
    sqlite_database: Database,
    size: tuple[int, int],
    *,
    in_danish: bool,
) -> None:
    keep(sqlite_database, a_draft("tax", "unsure", name="long", subjects="w" * 120, active=False))
    with visiting(browser, url, size, locale="da-DK" if in_danish else "en-GB") as visit:
        sign_in(visit)
        visit.open("/admin/rules/")
        visit.check()
        visit.open(NEW)
        visit.check()
        page = visit.page
        page.locator("#rule button").first.click()
        expect(page.locator("#name-error")).to_be_visible()
        refused(visit)
        page.locator("#name").fill("Anna")
        page.locator("#senders").fill("anna@example.test")
        page.locator("label[for=target-spam]").click()
        page.locator("#rule button").first.click()
        expect(page.locator("#tried")).to_be_in_viewport()
        expect(page.locator(".alert-error")).to_contain_text("Spam")
        visit.check()
        page.locator("label[for=active]").click()
        page.locator("button[name=save]").click()
        expect(page.locator(".alert-error")).to_have_count(2)
        refused(visit)
        page.locator("button[name=save]").click()
        expect(page.get_by_role("status")).to_be_visible()
        visit.check()
        page.get_by_role("link", name="Anna").click()
        page.locator(".rule-removal summary").click()
        visit.check()
        page.locator(".rule-removal button").click()
        expect(page.get_by_role("status")).to_be_visible()
    assert [row.name for row in rules(sqlite_database)] == ["long"]


def test_a_rule_is_written_by_keyboard(
    browser: Browser, url: str, sqlite_database: Database
) -> None:
    with visiting(browser, url) as visit:
        sign_in(visit)
        visit.open("/admin/rules/")
        keys = visit.page.keyboard
        visit.page.get_by_role("link", name="New rule").focus()
        keys.press("Enter")
        visit.page.locator("#name").focus()
        keys.type("Union")
        keys.press("Tab")
        keys.type("union.example")
        for _ in range(4):
            keys.press("Tab")
        keys.press("ArrowDown")
        assert visit.page.locator("#phase-unsure").is_checked()
        keys.press("Tab")
        keys.press("Space")
        keys.press("ArrowDown")
        assert visit.page.locator("#target-jobseeker").is_checked()
        for _ in range(4):
            keys.press("Tab")
        assert visit.focused() == "Try on past mail"
        keys.press("Enter")
        expect(visit.page.locator("#tried")).to_be_in_viewport()
        # What was found is where the keyboard goes on from.
        for _ in range(10):
            keys.press("Tab")
            if visit.focused() == "Save the rule":
                break
        keys.press("Enter")
        expect(visit.page.get_by_role("status")).to_contain_text("The rule is saved")
    (row,) = rules(sqlite_database)
    assert (row.phase, row.target, row.senders) == ("unsure", "jobseeker", ["union.example"])
