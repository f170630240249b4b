"""The page of what the model in use confuses, from its judgements of its training messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from knowledge.admin.roles import Reader
from knowledge.catalogue import Catalogue, catalogue
from knowledge.translations import published_titles
from language.languages import Language
from learning import runs
from learning.admin.heat_map import heat_map
from learning.admin.words import Words
from learning.labels import labels, name_of
from learning.messages import training_examples
from learning.models import TrainingRun
from learning.versions import Versions
from understanding.confusions import Confusion, Confusions, confusions
from understanding.errors import JudgementsError
from understanding.examples import Example, topic_of
from understanding.judgements import load_judgements
from web.site import site_of
from web.staff import staff_language, staff_page

PAGE_LENGTH = 25
MOST_EXAMPLES = 5

Selection = Literal["", "topics", "refused"]
"""All that went astray; from a topic to a topic; what no answer was found for."""

_log = structlog.get_logger(__name__)


def routes(versions: Versions) -> APIRouter:
    """Return the routes.

    Args:
        versions: The models on disk.
    """
    router = APIRouter()

    @router.get("/confusions")
    def confused(
        request: Request,
        user: Reader,
        written_in: Language | Literal[""] = "",
        selection: Selection = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        """Show which messages went where, and how each topic fared."""
        language = staff_language(request, user)
        with site_of(request).database.transaction() as session:
            active = runs.active(session)
            known = catalogue(session)
            label_name = _names(session, language, known)
            examples = [
                one for one in training_examples(session) if written_in in ("", one.language)
            ]
        found = _found(active, versions, examples)
        pairs = [pair for pair in found.pairs if _is_selected(pair, selection)] if found else []
        pages = max(1, -(-len(pairs) // PAGE_LENGTH))
        page = min(page, pages)
        first = (page - 1) * PAGE_LENGTH
        return staff_page(
            request,
            user,
            "confusions.html",
            active=active,
            found=found,
            pairs=pairs[first : first + PAGE_LENGTH],
            heat_map=heat_map(found) if found else None,
            words=Words(language, known),
            label_name=label_name,
            name_of=name_of,
            can_have_messages=set(labels(known)),
            most_examples=MOST_EXAMPLES,
            written_in=written_in,
            selection=selection,
            page=page,
            pages=pages,
        )

    return router


def _found(
    active: TrainingRun | None, versions: Versions, examples: list[Example]
) -> Confusions | None:
    """Return what the model in use confuses; None where there is none, or no judgements of it."""
    if active is None or active.version is None:
        return None
    try:
        known = load_judgements(versions.version(active.version).judgements)
    except JudgementsError as error:
        _log.error("judgements_not_read", version=active.version, reason=str(error))
        return None
    return confusions(examples, known)


def _is_selected(pair: Confusion, selection: Selection) -> bool:
    if selection == "topics":
        return pair.is_between_topics
    return selection == "" or pair.went_to is None


def _names(session: Session, language: Language, known: Catalogue) -> Callable[[str], str]:
    """Return what gives a label's name: a topic's title in the user's language, or its slug."""
    titles, words = published_titles(session, language), Words(language, known)

    def name(label: str) -> str:
        topic = topic_of(label)
        return words.label(label) if topic is None else titles.get(topic, topic)

    return name
