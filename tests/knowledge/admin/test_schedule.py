"""Setting and cancelling the time at which a draft is published, over HTTP, on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from knowledge.on_time import publish_now
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import BODY, EDITOR, form, newest, shown
from web.dates import today

PAGE = f"{EDITOR}/history/2/schedule"
SUBJECT = "article:tax-card/en"


def fields_of(client: Client, path: str = PAGE) -> dict[str, str]:
    page = client.get(path).text
    found = re.search(r'name="set_before" value="([^"]*)"', page)
    assert found is not None
    return {"set_before": found[1], "day": "2999-01-15", "time": "8.30"}


@pytest.fixture
def draft(alex: Client, database: Database) -> None:
    """A draft of alex: version 2."""
    assert alex.post(EDITOR, form(database, BODY.replace("Send it.", "Send it today."))).is_redirect


@pytest.mark.usefixtures("draft")
def test_a_time_is_set_shown_changed_and_cancelled(
    alex: Client, anna: Client, database: Database
) -> None:
    page = alex.get(PAGE)
    assert "What changes for readers" in shown(page)
    done = alex.post(PAGE, fields_of(alex))
    said = "Version 2 is published by itself on 15 Jan 2999, 08:30 (Danish time). alex decided so."
    assert "The time is set." in shown(alex.get(done.headers["Location"]))
    for path in (EDITOR, f"{EDITOR}/history", f"{EDITOR}/history/2", f"{PAGE[:-8]}withdraw"):
        assert said in shown(alex.get(path)), path
    assert "Scheduled 15 Jan 2999, 08:30" in shown(alex.get("/admin/articles/?text=tax-card"))
    assert newest(database).publish_at == datetime(2999, 1, 15, 7, 30, tzinfo=UTC)

    changed = fields_of(anna)
    assert 'value="2999-01-15"' in anna.get(PAGE).text
    assert anna.post(PAGE, changed | {"time": "9:00"}).is_redirect
    assert (newest(database).scheduled_by, newest(database).state) == ("anna", "draft")
    assert "The time is cancelled." in shown(
        alex.get(alex.post(f"{EDITOR}/history/2/unschedule", {}).headers["Location"])
    )
    assert newest(database).publish_at is None
    assert alex.post(f"{EDITOR}/history/2/unschedule", {}).is_redirect
    assert [action for action, _ in audited(database)] == [
        "article.saved",
        "article.scheduled",
        "article.scheduled",
        "article.unscheduled",
    ]


@pytest.mark.usefixtures("draft")
def test_a_newer_draft_says_that_it_cancels_the_time(alex: Client, database: Database) -> None:
    alex.post(PAGE, fields_of(alex))
    saved = alex.post(EDITOR, form(database, "Newer.\n"))
    assert "Version 2 is no longer published by itself" in shown(
        alex.get(saved.headers["Location"])
    )
    alex.post(f"{EDITOR}/history/3/schedule", fields_of(alex, f"{EDITOR}/history/3/schedule"))
    restored = alex.post(f"{EDITOR}/history/1/restore", {})
    assert "Version 3 is no longer published by itself" in shown(
        alex.get(restored.headers["Location"])
    )
    assert audited(database)[1:] == [
        ("article.scheduled", SUBJECT),
        ("article.saved", SUBJECT),
        ("article.unscheduled", SUBJECT),
        ("article.scheduled", SUBJECT),
        ("article.restored", SUBJECT),
        ("article.unscheduled", SUBJECT),
    ]
    publish_now(database)
    assert newest(database).state == "draft"


@pytest.mark.usefixtures("draft")
def test_a_withdrawn_draft_is_not_published(alex: Client, database: Database) -> None:
    alex.post(PAGE, fields_of(alex))
    question = f"{EDITOR}/history/2/withdraw"
    assert "With this the time is cancelled." in shown(alex.get(question))
    readers_get = re.search(r'name="readers_get" value="(\d+)"', alex.get(question).text)
    assert readers_get is not None
    assert alex.post(question, {"readers_get": readers_get[1]}).is_redirect
    assert newest(database).publish_at is None
    assert [action for action, _ in audited(database)][-2:] == [
        "article.withdrawn",
        "article.unscheduled",
    ]


@pytest.mark.usefixtures("draft")
@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        ("2026-02-30", "08:00", "Write a date that exists"),
        ("", "", "Write hour and minute"),
        ("2999-01-15", "24:00", "Write hour and minute"),
        ("0001-01-01", "00:00", "Choose a time that is still to come"),
        (str(today()), "00:00", "Choose a time that is still to come"),
        ("2030-03-31", "02:30", "this time does not exist"),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    alex: Client, database: Database, day: str, time: str, said: str
) -> None:
    refused = alex.post(PAGE, fields_of(alex) | {"day": day, "time": time})
    assert refused.status_code == 422
    assert said in shown(refused)
    assert f'value="{day}"' in refused.text
    assert f'value="{time}"' in refused.text
    assert newest(database).publish_at is None
    assert len(audited(database)) == 1


@pytest.mark.usefixtures("draft")
def test_an_hour_that_there_is_twice_is_the_first(alex: Client, database: Database) -> None:
    assert alex.post(PAGE, fields_of(alex) | {"day": "2030-10-27", "time": "02:30"}).is_redirect
    assert newest(database).publish_at == datetime(2030, 10, 27, 0, 30, tzinfo=UTC)


@pytest.mark.usefixtures("draft")
def test_the_second_of_two_who_decide_at_once_is_told(
    alex: Client, anna: Client, database: Database
) -> None:
    opened_by_both = fields_of(alex)
    assert anna.post(PAGE, opened_by_both | {"time": "10:00"}).is_redirect
    refused = alex.post(PAGE, opened_by_both)
    assert refused.status_code == 409
    assert "Somebody else has changed this meanwhile" in shown(refused)
    assert "10:00 (Danish time). anna decided so." in shown(refused)
    assert 'value="8.30"' in refused.text
    assert newest(database).scheduled_by == "anna"


@pytest.mark.usefixtures("draft")
def test_what_is_no_newest_draft_gets_no_time(alex: Client, database: Database) -> None:
    fields = fields_of(alex)
    assert "Only the newest text" in shown(alex.get(f"{EDITOR}/history/1/schedule"))
    assert alex.post(f"{EDITOR}/history/1/schedule", fields).status_code == 409
    alex.post(EDITOR, form(database, "Newer.\n"))
    assert alex.post(PAGE, fields).status_code == 409
    assert alex.get(f"{EDITOR}/history/9/schedule").status_code == 404


@pytest.mark.usefixtures("draft")
def test_a_time_that_has_come_publishes_and_is_shown(alex: Client, database: Database) -> None:
    alex.post(PAGE, fields_of(alex))
    with database.transaction() as session:
        version = session.merge(newest(database))
        version.publish_at = datetime.now(UTC) - timedelta(minutes=1)
    publish_now(database)
    assert newest(database).state == "published"
    page = shown(alex.get(f"{EDITOR}/history"))
    assert "Published on" in page
    assert "by itself" not in page
    assert audited(database)[-1] == ("article.published_on_time", SUBJECT)
