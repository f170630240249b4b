"""The page of what the model in use confuses, over HTTP on both databases; its drawing."""

from __future__ import annotations

import re

from learning.admin.heat_map import MOST_ROWS, SHADES, heat_map
from learning.versions import Versions
from storage.database import Database
from tests.knowledge.admin.conftest import Client, audited
from tests.knowledge.admin.test_texts import shown
from tests.learning.carried_out import adopted
from understanding.bands import Band
from understanding.confusions import Confusion, Confusions
from understanding.examples import Example
from understanding.judgements import Judgement, key_of, save_judgements

_PAGE = "/admin/training/confusions"

# Of the imported messages; `hej` was not judged.
_MADE: list[tuple[Example, str, Band, str]] = [
    (Example("skattekort", "faq/tax-card", "da"), "faq", "answer", "cpr-number"),
    (Example("Hvordan får jeg et skattekort?", "faq/tax-card", "da"), "faq", "answer", "tax-card"),
    (Example("tax card", "faq/tax-card", "en"), "faq", "choice", "cpr-number"),
    (Example("How do I get a tax card?", "faq/tax-card", "en"), "out_of_scope", "refuse", "mitid"),
    (Example("cpr number", "faq/cpr-number", "en"), "greet", "answer", "cpr-number"),
]


def _use(
    database: Database, versions: Versions, rows: list[tuple[Example, str, Band, str]]
) -> None:
    """Have a model in use that made this of its messages."""
    adopted(database)
    judged = {
        key_of(example): Judgement(intent, band, (topic,), 0.6)
        for example, intent, band, topic in rows
    }
    save_judgements(versions.version("old").judgements, judged)


def _rows(page: str, table: str) -> list[str]:
    """Return the rows of a table as they read."""
    found = re.search(rf'aria-labelledby="{table}">.*?<tbody[^>]*>(.*?)</tbody>', page, re.DOTALL)
    assert found is not None
    parts = [re.sub(r"<[^>]+>", " ", row) for row in found[1].split("</tr>")]
    return [" ".join(part.split()) for part in parts if part.strip()]


def test_which_messages_went_where(alex: Client, database: Database, versions: Versions) -> None:
    _use(database, versions, _MADE)
    page = alex.get(_PAGE)
    assert "5 messages were judged. 1 is not counted" in shown(page)
    assert _rows(page.text, "pairs") == [
        (
            "Getting a tax card Getting a tax card, dansk Getting a tax card, English "
            "cpr-number cpr-number, dansk cpr-number, English "
            "2 (50% of 4) answered wrongly: 1 skattekort tax card"
        ),
        (
            "cpr-number cpr-number, English Greeting Greeting, English "
            "1 (100% of 1) answered wrongly: 1 cpr number"
        ),
        (
            "Getting a tax card Getting a tax card, English No answer found 1 (25% of 4) "
            "How do I get a tax card?"
        ),
    ]
    assert _rows(page.text, "topics") == [
        "Getting a tax card 4 1 (25%) 1 (25%) 1 (25%) 1 (25%)",
        "cpr-number 1 1 (100%) 0 (0%) 0 (0%) 1 (100%)",
    ]
    for path in ("da/tax-card", "da/cpr-number", "en/cpr-number", "en/greet"):
        assert f'href="/admin/messages/{path}"' in page.text
        assert alex.get(f"/admin/messages/{path}").status_code == 200
    assert '<li lang="da">skattekort</li>' in page.text
    assert "Getting a tax card → cpr-number: 2" in shown(page)
    assert not re.search(r"<script(?! src)|<style|\sstyle=", page.text)
    assert _PAGE in alex.get("/admin/training/").text
    assert audited(database) == []


def test_one_language(alex: Client, database: Database, versions: Versions) -> None:
    _use(database, versions, _MADE)
    page = alex.get(f"{_PAGE}?written_in=da")
    assert "2 messages were judged. 1 is not counted" in shown(page)
    assert len(_rows(page.text, "pairs")) == 1
    assert "1 (50% of 2)" in shown(page)
    assert "tax card?" not in shown(page)
    assert "1 (50% of 2)" in shown(alex.get(f"{_PAGE}?written_in=da&page=9"))  # the last one
    none = shown(alex.get(f"{_PAGE}?written_in=pl"))
    assert "0 messages were judged." in none
    assert "Topic by topic" not in none
    assert alex.get(f"{_PAGE}?written_in=fr").status_code == 422


def test_a_selection(alex: Client, database: Database, versions: Versions) -> None:
    _use(database, versions, _MADE)
    (between,) = _rows(alex.get(f"{_PAGE}?selection=topics").text, "pairs")
    assert between.startswith("Getting a tax card")
    assert "2 (50% of 4)" in between
    (refused,) = _rows(alex.get(f"{_PAGE}?selection=refused").text, "pairs")
    assert "No answer found 1 (25% of 4)" in refused
    none = shown(alex.get(f"{_PAGE}?selection=refused&written_in=da"))
    assert "There are none." in none
    assert "2 messages were judged." in none
    assert alex.get(f"{_PAGE}?selection=x").status_code == 422


def test_nothing_is_confused(alex: Client, database: Database, versions: Versions) -> None:
    _use(database, versions, _MADE[1:2])
    page = shown(alex.get(_PAGE))
    assert "Nothing is confused." in page
    assert "Topic by topic" in page


def test_a_topic_that_is_no_more_is_named_without_a_link(
    alex: Client, database: Database, versions: Versions
) -> None:
    _use(database, versions, [(_MADE[0][0], "faq", "answer", "gone")])
    page = alex.get(_PAGE)
    assert "Getting a tax card → gone: 1" in shown(page)
    assert "/admin/messages/da/gone" not in page.text


def test_there_is_nothing_to_judge_by(
    alex: Client, lone: Client, database: Database, versions: Versions
) -> None:
    assert "There is no model yet" in shown(alex.get(_PAGE))
    adopted(database)
    versions.version("old").judgements.write_bytes(b"broken")
    assert "ask the operator to run: ankomst train --force" in shown(lone.get(_PAGE))


def _pair(label: str, went_to: str | None, count: int) -> Confusion:
    messages = tuple(Example(f"{n}", label, "da") for n in range(count))
    return Confusion(label, went_to, messages, 0, 100)


def test_the_more_messages_the_darker() -> None:
    pairs = [
        _pair("faq/a", "faq/b", 10),
        _pair("out_of_scope", "faq/a", 2),
        _pair("faq/b", None, 1),
    ]
    drawn = heat_map(Confusions(300, 0, pairs, []))
    assert drawn.labels == ["faq/a", "faq/b", "out_of_scope"]
    assert [[square.shade for square in row] for row in drawn.rows] == [
        [0, SHADES, 0],
        [0, 0, 1],
        [1, 0, 0],
    ]
    assert all(
        square.is_right == (row == column)
        for row, squares in enumerate(drawn.rows)
        for column, square in enumerate(squares)
    )


def test_only_the_most_confused_are_drawn() -> None:
    pairs = [_pair(f"faq/{n:02}", "faq/x", n) for n in range(40, 0, -1)]
    drawn = heat_map(Confusions(5_000, 0, pairs, []))
    assert len(drawn.labels) == MOST_ROWS
    assert drawn.labels[:3] == ["faq/x", "faq/40", "faq/39"]
