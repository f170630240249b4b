"""The page on which a text is tried with the model in use and with a new one; nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from knowledge.admin.roles import Reader
from language.masking import mask
from learning import runs
from learning.admin.training import words_for
from learning.models import TrainingRun
from learning.versions import Versions
from understanding.errors import UnderstandingError
from understanding.model import Understanding, Understood
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_page

LONGEST = 1000
"""As many characters as a person may write in the chat."""


@dataclass(frozen=True)
class Tried:
    """What the model of a run made of the text; None where it cannot be loaded."""

    run: TrainingRun
    understood: Understood | None


def routes(versions: Versions) -> APIRouter:
    """Return the routes.

    Args:
        versions: The models on disk.
    """
    router = APIRouter()
    loaded: dict[str, Understanding] = {}

    def understand(run: TrainingRun, text: str) -> Tried:
        name = run.version or ""
        try:
            model = loaded.get(name) or Understanding.load(versions.version(name).understanding)
        except UnderstandingError:
            return Tried(run, None)
        loaded[name] = model
        return Tried(run, model.understand(text))

    @router.get("/try")
    def ask(request: Request, user: Reader) -> Response:
        """Show the form."""
        return _page(request, user, "", [])

    @router.post("/try")
    def tried(request: Request, user: Reader, text: Annotated[str, Form()] = "") -> Response:
        """Show what the models make of a text."""
        if not text.strip() or len(text) > LONGEST:
            return _page(request, user, text, [], has_problem=True)
        # As the chat does before anything else sees a text.
        masked = mask(text)
        with site_of(request).database.transaction() as session:
            compared = [run for run in (runs.active(session), runs.to_decide(session)) if run]
        for name in loaded.keys() - {run.version for run in compared}:
            loaded.pop(name, None)
        return _page(request, user, masked, [understand(run, masked) for run in compared])

    return router


def _page(
    request: Request, user: SignedIn, text: str, tried: list[Tried], *, has_problem: bool = False
) -> Response:
    with site_of(request).database.transaction() as session:
        words = words_for(request, user, session)
        anything = runs.active(session) is not None
    return staff_page(
        request,
        user,
        "try.html",
        status=422 if has_problem else 200,
        words=words,
        text=text,
        tried=tried,
        anything=anything,
        longest=LONGEST,
        has_problem=has_problem,
    )
