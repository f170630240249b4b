"""Questions are decided about in groups over HTTP, on both databases."""

from __future__ import annotations

from pathlib import Path

from conversations.record import Reply
from learning.messages import standing
from storage.database import Database
from tests.conversations.test_unanswered import talk
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import shown
from tests.learning.admin.conftest import filled_application
from tests.learning.admin.test_messages import TAX, typed
from tests.web.fixtures import signed_in
from tests.web.serving import served

GROUPS = "/admin/questions/groups"
NO_ANSWER = Reply("fallback", "No answer.", "en")


def ask(database: Database, *texts: str, reply: Reply = NO_ANSWER) -> list[str]:
    """Record questions without an answer; returns their ids."""
    return [str(turn) for turn in talk(database, *((text, reply) for text in texts))]


def decide(client: Client, action: str, *questions: str, **fields: str) -> str:
    """Decide about questions; returns the page that follows, as it is read."""
    given = {"action": action, "language": "en", "asked_in_language": "en", **fields}
    answer = client.post(GROUPS, given | {"question": list(questions)})
    if answer.status_code == 303:
        return shown(client.get(answer.headers["Location"]))
    assert answer.status_code == 422
    return shown(answer)


def test_groups_are_shown_with_the_nearest_topic(alex: Client, database: Database) -> None:
    assert "There are none in this time." in shown(alex.get(GROUPS))
    ask(database, "tax card apply", "apply tax card", "my dog")
    ask(database, "tax card apply")
    page = alex.get(GROUPS)
    assert "3 different questions are open." in shown(page)
    assert shown(page).index("Asked 3 times, English") < shown(page).index("Asked 1 time, English")
    assert 'value="faq/tax-card" lang="en" selected' in page.text
    assert "/admin/topics/new?language=en&amp;message=tax%20card%20apply" in page.text
    assert "0 different questions are open" in shown(alex.get(f"{GROUPS}?asked_in=da"))


def test_a_group_becomes_training_messages_and_does_not_come_again(
    alex: Client, database: Database
) -> None:
    one, two, other = ask(database, "card for tax!", "a card for tax", "dog")
    page = decide(alex, "add", one, two, label="faq/tax-card")
    assert "2 questions are training messages now." in page
    assert "1 question is open, 2 are settled." in page
    ask(database, "Card for tax")
    assert "1 question is open" in shown(alex.get(GROUPS))
    assert "Training message of: Getting a tax card" in shown(alex.get("/admin/questions/"))
    with database.transaction() as session:
        message = standing(session, "en", "card for tax!")
        assert message is not None
        assert (message.label, message.author) == ("faq/tax-card", "alex")
    assert [action for action, _ in audited(database)] == ["training_message.added"] * 2
    assert "1 question is a training message now" in decide(alex, "not_for_us", other)
    with database.transaction() as session:
        message = standing(session, "en", "dog")
        assert message is not None
        assert message.label == "out_of_scope"


def test_a_training_message_that_is_removed_puts_the_question_up_again(
    alex: Client, database: Database
) -> None:
    [one] = ask(database, "dog")
    decide(alex, "add", one, label="faq/tax-card")
    with database.transaction() as session:
        message = standing(session, "en", "dog")
        assert message is not None
        chosen = str(message.id)
    alex.post(f"{TAX}/change", {"action": "remove", "message": chosen})
    assert "1 question is open" in shown(alex.get(GROUPS))


def test_what_is_left_can_be_put_up_again(alex: Client, database: Database) -> None:
    [one] = ask(database, "dog")
    assert "1 question is left as it is." in decide(alex, "leave", one)
    assert "Left as it is" in shown(alex.get("/admin/questions/"))
    assert "dog" in shown(alex.get("/admin/questions/left"))
    fields = {"question": one, "asked_in_language": "en"}
    answer = alex.post("/admin/questions/left?days=7", fields)
    assert "days=7" in answer.headers["Location"]
    assert "0 different questions" in shown(alex.get(answer.headers["Location"]))
    assert "1 question is open" in shown(alex.get(GROUPS))
    subject = f"message:{one}"
    assert audited(database) == [("question.left", subject), ("question.put_up_again", subject)]


def test_questions_are_edited_first(alex: Client, database: Database) -> None:
    one, two = ask(database, "I am Jan Kowalski and want a card", "card, Jan")
    fields = {
        "action": "edit",
        "label": "faq/tax-card",
        "language": "en",
        "asked_in_language": "en",
    }
    answer = alex.post(GROUPS, fields | {"question": [one, two]})
    form = alex.get(answer.headers["Location"])
    assert typed(form.text) == "I am Jan Kowalski and want a card\ncard, Jan"
    sent: dict[str, str | list[str]] = {
        "typed": "I want a card",
        "question": [one, two],
        "asked_in_language": "en",
    }
    refused = alex.post(f"{TAX}/add", sent | {"typed": ""})
    assert refused.text.count('name="question"') == 2
    alex.post(f"{TAX}/add", sent)
    assert "0 different questions are open, 2 are settled" in shown(alex.get(GROUPS))
    with database.transaction() as session:
        assert standing(session, "en", "I want a card") is not None
        assert standing(session, "en", "card, Jan") is None


def test_a_refused_decision_keeps_what_was_chosen(alex: Client, database: Database) -> None:
    one, two = ask(database, "big dog", "big dogs")
    assert "Tick at least one question." in decide(alex, "add", label="faq/mitid")
    assert "Choose the topic" in decide(alex, "add", two, label="faq/nothing")
    assert "Choose the language" in decide(alex, "add", two, label="faq/mitid", language="")
    [taken] = ask(database, "cpr number?")
    fields = {"action": "add", "label": "faq/mitid", "language": "da", "asked_in_language": "en"}
    [elsewhere] = ask(database, "skattekort")
    answer = alex.post(GROUPS, fields | {"question": [elsewhere]})
    assert answer.status_code == 422
    assert "This text stands under another topic" in shown(answer)
    assert 'value="faq/mitid" lang="en" selected' in answer.text
    assert audited(database) == []
    # The question that is a training message word for word is settled by that.
    page = alex.get(GROUPS).text
    assert f'value="{taken}"' not in page
    assert f'value="{one}" checked' in page


def test_without_meaning_it_says_so(database: Database, tmp_path: Path) -> None:
    app = filled_application(database, tmp_path, search_by_meaning=False)
    with served(app) as url, signed_in(url, "lone") as http:
        ask(database, "card", "Card one")
        page = shown(Client(http).get(GROUPS))
    assert "Searching by meaning is switched off" in page
    assert page.count("Asked 1 time, English") == 2
    assert "Leave it" not in page
