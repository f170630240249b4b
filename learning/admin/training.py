"""The pages of the trainings: all of them, one with its progress, and what it changed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.roles import Editor, Reader
from knowledge.translations import published_titles
from language.languages import Language
from learning import runs
from learning.admin.training_words import Words
from learning.figures import figures_of
from learning.mail_figures import mail_figures_of
from learning.models import TrainingRun
from learning.versions import Versions
from web import audit
from web.access import requires
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_language, staff_page

SHOWN_RUNS = 20
PAGE_LENGTH = 25
MOST_CHANGED_MAILS = 100

RunId = Annotated[int, Path(ge=1, le=2**31 - 1)]

# Asked for by the page itself while a training is under way.
Watcher = Annotated[SignedIn, Depends(requires("admin", "team_leader", renews=False))]


def existing(session: Session, run_id: int) -> TrainingRun:
    """Return a run.

    Raises:
        HTTPException: 404, there is none of this number.
    """
    run = session.get(TrainingRun, run_id)
    if run is None:
        raise HTTPException(404)
    return run


def words_for(request: Request, user: SignedIn, session: Session) -> Words:
    """Return the words in the user's language, with the titles of the topics in it."""
    language = staff_language(request, user)
    return Words(language, published_titles(session, language))


def routes(versions: Versions) -> APIRouter:
    """Return the routes.

    Args:
        versions: The models on disk.
    """
    router = APIRouter()

    @router.get("/")
    def trainings(request: Request, user: Reader) -> Response:
        """Show which model is used, and the last trainings."""
        with site_of(request).database.transaction() as session:
            return staff_page(
                request,
                user,
                "trainings.html",
                words=words_for(request, user, session),
                active=runs.active(session),
                under_way=runs.under_way(session),
                to_decide=runs.to_decide(session),
                runs=runs.newest(session, SHOWN_RUNS),
                editable=user.role == "admin",
            )

    @router.post("/")
    def train(request: Request, user: Editor) -> Response:
        """Ask for a training; where one is under way, show that one."""
        with site_of(request).database.transaction() as session:
            is_new = runs.under_way(session) is None
            run = runs.ask(session, user.name)
            if is_new:
                audit.record(session, user, "training.asked", f"training:{run.id}")
        return RedirectResponse(f"/admin/training/{run.id}", 303)

    @router.get("/{run_id}")
    def training(
        request: Request,
        user: Reader,
        run_id: RunId,
        changed: Literal["worse", "better"] = "worse",
        written_in: Language | Literal[""] = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        """Show a training, and what its model does better or worse than the one before."""
        with site_of(request).database.transaction() as session:
            run = existing(session, run_id)
            numbers = {
                kind: runs.changes(
                    session, run_id, better=kind == "better", language=None, offset=0, limit=0
                )[0]
                for kind in ("worse", "better")
            }
            count, messages = runs.changes(
                session,
                run_id,
                better=changed == "better",
                language=written_in or None,
                offset=(page - 1) * PAGE_LENGTH,
                limit=PAGE_LENGTH,
            )
            return staff_page(
                request,
                user,
                "training.html",
                words=words_for(request, user, session),
                run=run,
                figures=figures_of(run.figures, validation=False),
                validation=figures_of(run.figures, validation=True),
                on_mails=mail_figures_of(run.mail_figures),
                changed_mails=(run.mail_changes or [])[:MOST_CHANGED_MAILS],
                changed_mails_count=len(run.mail_changes or []),
                numbers=numbers,
                messages=messages,
                changed=changed,
                written_in=written_in,
                page=page,
                length=PAGE_LENGTH,
                pages=max(1, -(-count // PAGE_LENGTH)),
                can_activate=user.role == "admin" and runs.can_be("activate", run, versions),
                can_refuse=user.role == "admin" and runs.can_be("refuse", run, versions),
                is_on_disk=run.version is not None and versions.version(run.version).is_complete,
                done=request.query_params.get("done"),
            )

    @router.get("/{run_id}/progress")
    def progress(
        request: Request,
        user: Watcher,
        run_id: RunId,
        stage: Annotated[str, Query(max_length=16)] = "",
    ) -> Response:
        """Show how far a training is; when it has ended, have the whole page loaded anew.

        The sentence that screen readers read aloud is sent with the first look at a new stage.
        """
        with site_of(request).database.transaction() as session:
            run = existing(session, run_id)
            words = words_for(request, user, session)
        response = staff_page(
            request,
            user,
            "training_progress.html",
            words=words,
            run=run,
            has_new_stage=stage != (run.stage or ""),
        )
        if not run.is_under_way:
            response.headers["HX-Redirect"] = f"/admin/training/{run_id}"
        return response

    return router
