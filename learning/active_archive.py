"""The route at which Rasa's servers fetch the active model, each a few times a minute."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from learning import runs
from learning.versions import Versions
from web.access import internal
from web.site import site_of

ADDRESS = "/internal/model"


def routes(versions: Versions) -> APIRouter:
    """Return the route.

    Args:
        versions: The models on disk.
    """
    router = APIRouter(include_in_schema=False, dependencies=[Depends(internal)])

    @router.get(ADDRESS)
    def active_archive(request: Request) -> Response:
        """Give the active archive, or 304 to who has it already; 404 where there is none."""
        with site_of(request).database.transaction() as session:
            run = runs.active(session)
        if run is None or run.version is None:
            raise HTTPException(404)
        version = versions.version(run.version)
        headers = {"ETag": f'"{version.name}"', "Cache-Control": "no-store"}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if not version.archive.is_file():
            raise HTTPException(404)
        return FileResponse(version.archive, media_type="application/gzip", headers=headers)

    return router
