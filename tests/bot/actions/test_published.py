"""What an admin publishes on the pages is what the action server answers with, at once."""

from __future__ import annotations

from pathlib import Path

from bot.actions.offers import Offers
from bot.actions.phrases import Phrases
from bot.actions.server import create_app
from knowledge.search import Search
from storage.database import Database
from tests.bot.actions.conftest import Actions, Server, asks
from tests.knowledge.admin.conftest import Client, fill_for_admins
from tests.knowledge.conftest import write_content
from tests.web.fixtures import signed_in
from tests.web.serving import application, served
from web.markdown import to_html

PUBLIC_URL = "http://127.0.0.1:8000"
EDITOR = "/admin/articles/cpr-number/da"
TEXT = {"title": "CPR", "reading": "written", "body": "Mød op **i dag**.\n"}


def test_the_next_answer_is_what_was_published_and_what_the_preview_showed(
    database: Database, database_url: str, phrases: Phrases, tmp_path: Path
) -> None:
    fill_for_admins(database, write_content(tmp_path / "content"))
    own = Database(database_url)  # as another process has
    actions = Actions(Server(create_app(phrases, own, Offers(own, Search()), PUBLIC_URL)))
    with (
        served(application(database, review_required="never")) as url,
        signed_in(url, "alex") as http,
    ):
        alex = Client(http)

        def said() -> str:
            return str(actions.run("action_answer", "x", asks("cpr-number")).said[0]["text"])

        before = said()
        assert "Mød op i dit ICS-center." in before
        preview = alex.post(f"{EDITOR}/preview", TEXT, **{"HX-Request": "true"}).text
        first = alex.get(EDITOR).text.partition('name="based_on" value="')[2].partition('"')[0]
        assert alex.post(EDITOR, TEXT | {"based_on": first}).status_code == 303
        assert said() == before
        published = alex.post(f"{EDITOR}/history/2/publish", {"readers_get": first})
        assert published.status_code == 303
        assert said().startswith("**CPR**\n\nMød op **i dag**.\n\nLæs mere: [CPR](")
        assert to_html(said()).strip() in preview
    own.close()
