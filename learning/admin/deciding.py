"""The page on which an admin confirms that a model is to be used, gone back to, or refused."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from knowledge.admin.roles import Editor
from learning import runs
from learning.admin.training import RunId, existing, words_for
from learning.errors import DecidedMeanwhileError, NotPossibleError
from learning.figures import figures_of
from learning.mail_figures import mail_figures_of
from learning.runs import Decision
from learning.versions import Versions
from web import audit
from web.sessions import SignedIn
from web.site import site_of
from web.staff import staff_page

_AUDITED: dict[Decision, str] = {"activate": "model.activated", "refuse": "model.refused"}

Seen = Annotated[int | None, Form(ge=1, le=2**31 - 1)]


def routes(versions: Versions) -> APIRouter:
    """Return the routes.

    Args:
        versions: The models on disk.
    """
    router = APIRouter()

    @router.get("/{run_id}/{decision}")
    def ask(request: Request, user: Editor, run_id: RunId, decision: Decision) -> Response:
        """Ask whether it is meant."""
        return _page(request, user, run_id, decision, versions)

    @router.post("/{run_id}/{decision}")
    def decide(
        request: Request, user: Editor, run_id: RunId, decision: Decision, seen: Seen = None
    ) -> Response:
        """Decide; where somebody else decided meanwhile, show that and ask again."""
        try:
            with site_of(request).database.transaction() as session:
                existing(session, run_id)
                runs.decide(session, run_id, decision, user.name, seen, versions)
                audit.record(session, user, _AUDITED[decision], f"training:{run_id}")
                runs.remove_old(session, versions)
        except (DecidedMeanwhileError, NotPossibleError):
            return _page(request, user, run_id, decision, versions, has_changed=True)
        return RedirectResponse(f"/admin/training/{run_id}?done={decision}", 303)

    return router


def _page(
    request: Request,
    user: SignedIn,
    run_id: int,
    decision: Decision,
    versions: Versions,
    *,
    has_changed: bool = False,
) -> Response:
    with site_of(request).database.transaction() as session:
        run = existing(session, run_id)
        return staff_page(
            request,
            user,
            "training_decision.html",
            status=409 if has_changed else 200,
            words=words_for(request, user, session),
            run=run,
            decision=decision,
            active=runs.active(session),
            figures=figures_of(run.figures, validation=False)[:1],
            on_mails=mail_figures_of(run.mail_figures),
            possible=runs.can_be(decision, run, versions),
            has_changed=has_changed,
        )
