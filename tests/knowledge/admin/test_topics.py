"""The pages of the topics over HTTP, on both databases."""

from __future__ import annotations

import re
from html import unescape

import pytest

from knowledge import models
from knowledge.articles import Text
from knowledge.catalogue import catalogue
from knowledge.translations import latest, publish, save, withdraw
from language.languages import LANGUAGES
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import at_once, shown

NEW = "/admin/topics/new"
SIM = {"title": "SIM card & phone", "queue": "visitation"}


def sim(client: Client, **more: str) -> str:
    """Make a topic, and return where one is led on to."""
    made = client.post(NEW, SIM | {"slug": "sim-card-phone"} | more)
    assert made.status_code == 303
    return made.headers["Location"]


def test_the_short_name_is_shown_before_the_topic_is_made(alex: Client, database: Database) -> None:
    asked = alex.post(NEW, SIM)
    assert asked.status_code == 200
    assert "The short name will be sim-card-phone" in shown(asked)
    with database.transaction() as session:
        assert "sim-card-phone" not in catalogue(session).every
    # Another title than the one whose short name was shown: that is shown first.
    other = alex.post(NEW, SIM | {"title": "Phones", "slug": "sim-card-phone"})
    assert "The short name will be phones" in shown(other)
    assert sim(alex) == "/admin/articles/sim-card-phone?done=made"
    assert audited(database) == [("topic.made", "topic:sim-card-phone")]
    page = shown(alex.get("/admin/articles/sim-card-phone?done=made"))
    assert "The topic is made." in page
    assert "There is no article on this topic yet" in page


def test_a_new_topic_is_at_once_in_the_table_and_in_lists(alex: Client, database: Database) -> None:
    sim(alex)
    with database.transaction() as session:
        topics = list(catalogue(session).topics.values())
    assert (topics[-1].slug, topics[-1].queue) == ("sim-card-phone", "visitation")
    assert "82 topics" in shown(alex.get("/admin/articles/"))
    assert 'value="sim-card-phone"' in alex.get("/admin/articles/tax-card").text
    assert 'value="sim-card-phone"' in alex.get("/desk/new").text


SHARED = {
    "revision": "",
    "reviewed": "2026-11-23",
    "review_due": "2027-05-23",
    "sources.0.id": "life",
    "sources.0.title": "Life in Denmark",
    "sources.0.url": "https://lifeindenmark.borger.dk/",
    "sources.0.checked": "2026-11-23",
}


def test_its_article_is_read_found_and_listed_by_theme_once_published(alex: Client) -> None:
    address = sim(alex).partition("?")[0]
    assert alex.post(address, SHARED).status_code == 303
    text = {"title": "Buying a SIM card", "reading": "written", "body": "Ask in a zebrashop.\n"}
    assert alex.post(f"{address}/en", text | {"based_on": ""}).status_code == 303
    assert alex.get("/en/articles/sim-card-phone").status_code == 404
    published = alex.post(f"{address}/en/history/1/publish", {"readers_get": ""})
    assert published.status_code == 303
    assert "Ask in a zebrashop." in shown(alex.get("/en/articles/sim-card-phone"))
    assert "Buying a SIM card" in shown(alex.get("/en/search?q=zebrashop"))
    listed = shown(alex.get("/en/articles/"))
    assert "Coming to Denmark and living here Buying a SIM card" in listed
    assert "articles/sim-card-phone" in alex.get("/sitemap.xml").text
    # Another queue is another theme.
    moved = {"title": "Phones", "queue": "jobseeker", "revision": "1"}
    assert alex.post("/admin/topics/sim-card-phone", moved).status_code == 303
    listed = shown(alex.get("/en/articles/"))
    assert "Work and jobseeking Buying a SIM card" in listed


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "Fill in this field."),
        ({"title": "…"}, "Write a title with words in it"),
        ({"title": "x" * 201}, "At most 200 characters."),
        ({"title": "SIM\u202e card"}, "control characters"),
        ({"queue": ""}, "Fill in this field."),
        ({"queue": "parking"}, "Choose one of the list."),
        ({"title": "Tax card!"}, "There is a topic “tax-card” already"),
        ({"title": "Restart"}, "“restart” means something else already"),
        ({"title": "New"}, "“new” means something else already"),
        ({"title": "<script>alert(1)</script>", "queue": "parking"}, "Choose one of the list."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    alex: Client, fields: dict[str, str], said: str
) -> None:
    given = SIM | {"language": "pl", "message": "Gdzie kupić <b>kartę</b>?"} | fields
    refused = alex.post(NEW, given)
    assert refused.status_code == 422
    assert said in shown(refused)
    assert "Gdzie kupić &lt;b&gt;kartę&lt;/b&gt;?" in refused.text
    assert "<script>alert" not in refused.text
    [title] = re.findall(r'name="title" type="text" value="([^"]*)"', refused.text)
    assert unescape(title) == given["title"]
    if given["queue"] == "visitation":
        assert 'value="visitation" selected' in refused.text


def test_two_who_make_the_same_topic_at_once_make_it_once(
    alex: Client, anna: Client, database: Database
) -> None:
    fields = SIM | {"slug": "sim-card-phone"}
    answers = at_once(lambda: alex.post(NEW, fields), lambda: anna.post(NEW, fields))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert "There is a topic “sim-card-phone” already" in shown(refused)
    assert audited(database) == [("topic.made", "topic:sim-card-phone")]


@pytest.mark.parametrize(
    "then",
    ["https://example.org/", "//example.org/admin/", "/admin/../x", "javascript:1", "/desk/"],
)
def test_one_is_led_on_to_our_own_pages_alone(alex: Client, then: str) -> None:
    assert sim(alex, then=then) == "/admin/articles/sim-card-phone?done=made"


def test_a_topic_is_renamed_and_of_two_who_do_so_at_once_nobody_loses(
    alex: Client, anna: Client, database: Database
) -> None:
    page = "/admin/topics/tax-card"
    refused = alex.post(page, {"title": "", "queue": "tax", "revision": "1"})
    assert (refused.status_code, "Fill in this field." in shown(refused)) == (422, True)
    answers = at_once(
        lambda: alex.post(page, {"title": "Of alex", "queue": "tax", "revision": "1"}),
        lambda: anna.post(page, {"title": "Of anna", "queue": "tax", "revision": "1"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    saved, typed = ("anna", "alex") if 'value="Of alex"' in refused.text else ("alex", "anna")
    assert f'value="Of {typed}"' in refused.text
    assert f"Saved now: Of {saved}" in shown(refused)
    with database.transaction() as session:
        assert catalogue(session).every["tax-card"].title == f"Of {saved}"
    assert audited(database) == [("topic.saved", "topic:tax-card")]


def test_a_topic_is_withdrawn_once_readers_get_no_text_on_it(
    alex: Client, database: Database
) -> None:
    page = "/admin/topics/tax-card"
    refused = alex.post(f"{page}/withdraw", {})
    assert refused.status_code == 422
    assert "Readers get a text on it (da, en)" in shown(refused)
    with database.transaction() as session:
        for language in LANGUAGES:
            version = latest(session, "tax-card", language)
            if version is not None:
                withdraw(session, version)
    gone = alex.post(f"{page}/withdraw", {})
    assert gone.headers["Location"] == "/admin/articles/?done=withdrawn"
    table = shown(alex.get("/admin/articles/?done=withdrawn"))
    assert "The topic is withdrawn." in table
    assert "80 topics" in table
    assert alex.get(page).status_code == 404
    assert alex.get("/admin/articles/tax-card").status_code == 404
    assert audited(database) == [("topic.withdrawn", "topic:tax-card")]
    # It can be made again, and its texts are still there.
    again = {"title": "Tax card", "queue": "tax"}
    assert alex.post(NEW, again | {"slug": "tax-card"}).status_code == 303
    assert alex.get("/admin/articles/tax-card/en").status_code == 200


def test_a_topic_is_not_withdrawn_while_a_text_is_being_published(
    alex: Client, anna: Client, database: Database
) -> None:
    with database.transaction() as session:
        danish = latest(session, "cpr-number", "da")
        assert danish is not None
        withdraw(session, danish)
        text = Text("CPR", "written", "Again.\n")
        save(session, "cpr-number", "da", text, author="anna", based_on=danish.id)
    answers = at_once(
        lambda: alex.post("/admin/topics/cpr-number/withdraw", {}),
        lambda: anna.post("/admin/articles/cpr-number/da/history/2/publish", {"readers_get": ""}),
    )
    with database.transaction() as session:
        topic = session.get_one(models.Topic, "cpr-number")
        version = latest(session, "cpr-number", "da")
        assert version is not None
        assert not (topic.withdrawn and version.state == "published")
        if version.state == "draft":
            publish(session, version)  # the topic was withdrawn first; nothing was lost
    assert {answer.status_code for answer in answers} <= {303, 404, 422}
