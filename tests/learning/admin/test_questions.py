"""The pages of unanswered questions over HTTP, on both databases."""

from __future__ import annotations

import re

from conversations import record
from conversations.record import Reply
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import shown
from tests.knowledge.admin.test_topics import sim

NO_ANSWER = Reply("fallback", "Nie **wiem**.", "pl", confidence=0.1)


def ask(database: Database, *texts: str) -> list[int]:
    """Record a conversation in which nothing is answered; returns the ids of the questions."""
    with database.transaction() as session:
        conversation = record.start(session, "pl")
        ids = []
        for text in texts:
            question = record.add_question(session, conversation, text, None)
            record.store_answer(session, conversation, question.id, [NO_ANSWER])
            ids.append(question.id)
        return ids


def test_questions_are_listed_counted_and_lead_to_an_article(
    alex: Client, database: Database
) -> None:
    assert "There are none in this time." in shown(alex.get("/admin/questions/"))
    ask(database, "Czy mogę przywieźć psa?")
    [turn, _] = ask(database, "czy moge przywiezc psa", "<b>coś</b>")
    page = alex.get("/admin/questions/")
    assert "2 different questions" in shown(page)
    assert "Asked 2 times" in shown(page)
    assert "<b>coś" not in page.text
    assert "<strong>wiem</strong>" in page.text
    assert "0 different questions" in shown(alex.get("/admin/questions/?asked_in=da"))
    assert "0 different questions" in shown(alex.get("/admin/questions/?outcome=unavailable"))
    assert audited(database) == []
    around = alex.get(f"/admin/questions/{turn}")
    assert "this question czy moge przywiezc psa" in shown(around)
    assert audited(database) == [("conversation.read", f"message:{turn}")]
    chosen = alex.get("/admin/articles/edit?topic=cpr-number&language=pl")
    assert chosen.headers["Location"] == "/admin/articles/cpr-number/pl"


def test_answers_that_did_not_help_are_listed_with_the_reasons(
    alex: Client, database: Database
) -> None:
    with database.transaction() as session:
        conversation = record.start(session, "da")
        question = record.add_question(session, conversation, "skattekort?", None)
        answer = Reply("answer", "Sådan.", "da", topic="tax-card")
        (turn,) = record.store_answer(session, conversation, question.id, [answer])
        record.rate(session, conversation.id, turn.number, False, "hard_to_understand")
    page = shown(alex.get("/admin/questions/?outcome=unhelpful"))
    assert "skattekort?" in page
    assert "They said: hard to understand (1)" in page
    table = shown(alex.get("/admin/articles/?selection=unhelpful"))
    assert "Given 1 time, 1 time it did not help" in table
    assert "1 topic" in table
    with database.transaction() as session:
        record.rate(session, conversation.id, turn.number, True, None)
    assert "Given 1 time, 1 time it helped" in shown(alex.get("/admin/articles/"))
    assert "skattekort?" not in shown(alex.get("/admin/questions/?outcome=unhelpful"))


def test_many_questions_are_paged(alex: Client, database: Database) -> None:
    for start in (0, 30):
        ask(database, *(f"question {number}" for number in range(start, start + 30)))
    first = shown(alex.get("/admin/questions/"))
    assert "page 1 of 2" in first
    assert "question 59" in first
    second = shown(alex.get("/admin/questions/?page=2"))
    assert "question 9 " in second
    assert "question 59" not in second
    assert "page 2 of 2" in shown(alex.get("/admin/questions/?page=77"))


def test_what_is_no_question_does_not_exist(alex: Client) -> None:
    assert alex.get("/admin/questions/1").status_code == 404
    assert alex.get("/admin/questions/99999999999").status_code == 404
    assert alex.get("/admin/questions/?outcome=x").status_code == 422


def test_the_question_that_it_came_from_is_shown_and_led_on_with(
    alex: Client, database: Database
) -> None:
    [turn] = ask(database, "Gdzie kupić kartę SIM?")
    [address] = re.findall(
        r'href="(/admin/topics/new[^"]+)"', alex.get(f"/admin/questions/{turn}").text
    )
    form = alex.get(address.replace("&amp;", "&"))
    assert 'lang="pl">Gdzie kupić kartę SIM?</blockquote>' in form.text
    given = {"language": "pl", "message": "Gdzie kupić SIM?", "then": "/admin/messages/new"}
    led_on = alex.get(sim(alex, **given)).headers["Location"]
    query = "message=Gdzie+kupi%C4%87+SIM%3F&done=topic_made"
    assert led_on == f"/admin/messages/pl/sim-card-phone?{query}#add"
    assert "Gdzie kupić SIM?</textarea>" in alex.get(led_on).text
