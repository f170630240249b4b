"""The pages of the training messages over HTTP, on both databases."""

from __future__ import annotations

import html
import re

import pytest

from language.languages import Language
from learning.messages import messages_of, training_examples
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import shown
from tests.web.fixtures import signed_in
from understanding.examples import Example

TAX = "/admin/messages/en/tax-card"
CPR = "/admin/messages/en/cpr-number"


def ids(database: Database, label: str, language: Language = "en") -> dict[str, str]:
    """Return the ids of the messages of a label by their texts."""
    with database.transaction() as session:
        return {row.text: str(row.id) for row in messages_of(session, label, language)}


def learnt(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as session:
        return [(one.text, one.label) for one in training_examples(session) if one.language == "en"]


def typed(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_counts_and_few_messages_and_searching(alex: Client) -> None:
    page = shown(alex.get("/admin/messages/"))
    assert "6 messages" in page
    assert "tax-card, English: 2 (few)" in page
    assert "mitid, polski: 0 (few)" in page
    assert "Greeting" in page
    found = shown(alex.get("/admin/messages/?text=SKATTEKÓRT&in_language=da"))
    assert "2 messages" in found
    assert "Hvordan får jeg et skattekort?" in found
    assert "tax-card, English" not in found
    assert "0 messages" in shown(alex.get("/admin/messages/?text=%25"))
    assert alex.get("/admin/messages/en/nothing").status_code == 404
    assert alex.get("/admin/messages/fr/tax-card").status_code == 404
    assert alex.post("/admin/messages/en/nothing/add", {"typed": "x"}).status_code == 404


def test_many_are_added_at_once_and_masked(alex: Client, database: Database) -> None:
    answer = alex.post(f"{TAX}/add", {"typed": "my boss\r\n\r\nwork card 010190-1234\nmy boss"})
    assert answer.headers["Location"] == f"{TAX}?done=added&count=2"
    page = shown(alex.get(answer.headers["Location"]))
    assert "2 messages were added. The bot knows them after the next training." in page
    assert "work card [CPR]" in page
    assert "Added by alex" in page
    added = ids(database, "faq/tax-card")
    assert audited(database) == [
        ("training_message.added", f"training message:{added['my boss']}"),
        ("training_message.added", f"training message:{added['work card [CPR]']}"),
    ]
    again = alex.post(f"{TAX}/add", {"typed": "MY boss\n", "all_the_same": "true"})
    assert again.headers["Location"].endswith("count=0")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (" \n\t\n", "Write at least one message."),
        ("\n".join(f"m {n} x" for n in range(201)), "These are 201 messages; add 200 at most"),
        (f"fine\n{'long ' * 250}", "A message has 1249 characters"),
        ("new one\nCPR Number", "These stand under another topic"),
        ("new one\nHow do I get a taxcard", "These say nearly the same as others"),
    ],
)
def test_what_needs_a_look_is_refused_and_comes_back(
    alex: Client, database: Database, given: str, message: str
) -> None:
    before = learnt(database)
    answer = alex.post(f"{TAX}/add", {"typed": given})
    assert answer.status_code == 422
    assert message in shown(answer)
    assert typed(answer.text) == given
    assert learnt(database) == before
    assert audited(database) == []


def test_nearly_the_same_is_added_when_it_is_wanted(alex: Client, database: Database) -> None:
    fields = {"typed": "How do I get a taxcard", "all_the_same": "true"}
    assert alex.post(f"{TAX}/add", fields).status_code == 303
    assert ("How do I get a taxcard", "faq/tax-card") in learnt(database)


def test_messages_are_moved_removed_and_brought_back(alex: Client, database: Database) -> None:
    one = ids(database, "faq/tax-card")["tax card"]
    move = {"action": "move", "message": one, "label": "faq/cpr-number"}
    answer = alex.post(f"{TAX}/change", move)
    assert "1 message was moved." in shown(alex.get(answer.headers["Location"]))
    assert ("tax card", "faq/cpr-number") in learnt(database)
    answer = alex.post(f"{CPR}/change", {"action": "remove", "message": one})
    page = shown(alex.get(answer.headers["Location"]))
    assert "It can be brought back below." in page
    assert "Removed tax card alex" in page
    assert ("tax card", "faq/cpr-number") not in learnt(database)
    answer = alex.post(f"{CPR}/change", {"action": "bring_back", "message": one})
    assert "1 message was brought back." in shown(alex.get(answer.headers["Location"]))
    assert ("tax card", "faq/cpr-number") in learnt(database)
    subject = f"training message:{one}"
    assert audited(database) == [
        ("training_message.moved", subject),
        ("training_message.removed", subject),
        ("training_message.brought_back", subject),
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"action": "move", "label": "faq/mitid"}, "Tick at least one message."),
        ({"action": "remove"}, "Tick at least one message."),
        ({"action": "move", "message": "4"}, "Choose the topic to which"),
        ({"action": "move", "message": "4", "label": "faq/x"}, "Choose the topic to which"),
        (
            {"action": "move", "message": "4", "label": "faq/tax-card"},
            "They stand under this topic",
        ),
    ],
)
def test_a_change_that_cannot_be_is_told(
    alex: Client, database: Database, fields: dict[str, str], message: str
) -> None:
    before = learnt(database)
    answer = alex.post(f"{TAX}/change", fields)
    assert answer.status_code == 422
    assert message in shown(answer)
    if "message" in fields:
        assert 'value="4" checked' in answer.text
    assert learnt(database) == before


def test_of_two_admins_the_second_is_told(alex: Client, anna: Client, database: Database) -> None:
    one, other = ids(database, "faq/tax-card").values()
    alex.post(f"{TAX}/change", {"action": "move", "message": one, "label": "faq/mitid"})
    answer = anna.post(f"{TAX}/change", {"action": "remove", "message": one})
    assert answer.status_code == 409
    assert "Somebody else has added, moved or removed one of them meanwhile" in shown(answer)
    assert anna.post(f"{TAX}/change", {"action": "remove", "message": other}).status_code == 303
    answer = alex.post(f"{CPR}/add", {"typed": "tax card"})
    assert answer.status_code == 422  # it stands under mitid now


def test_team_leaders_look_and_change_nothing(alex: Client, url: str, database: Database) -> None:
    one = ids(database, "faq/tax-card")["tax card"]
    with signed_in(url, "lone") as http:
        lone = Client(http)
        assert "tax card" in shown(lone.get(TAX))
        assert "Add messages" not in shown(lone.get(TAX))
        assert lone.post(f"{TAX}/add", {"typed": "x"}).status_code == 403
        assert lone.post(f"{TAX}/change", {"action": "remove", "message": one}).status_code == 403
    assert Example("tax card", "faq/tax-card", "en").text in shown(alex.get(TAX))


def test_messages_of_a_topic_that_is_no_more_can_be_moved(alex: Client, database: Database) -> None:
    with database.transaction() as session:
        for row in messages_of(session, "faq/cpr-number", "en"):
            row.label = "faq/gone"
    assert "gone" in shown(alex.get("/admin/messages/"))
    page = shown(alex.get("/admin/messages/en/gone"))
    assert "cpr number" in page
    assert "Add messages" not in page
