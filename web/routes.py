"""The routes of what all pages share: static files."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.access import public
from web.site import site_of
from web.static_files import PREFIX, file_response

router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])


@router.get(PREFIX + "/{digest}/{name:path}")
def static_file(request: Request, digest: str, name: str) -> Response:
    """Serve a static file.

    Under the present hash it may be kept for a year; under another one (a page loaded before
    an update) the present file is given, to be asked for again.
    """
    files = site_of(request).static_files
    file = files.find(name)
    if file is None:
        raise HTTPException(404)
    current = digest == files.digest
    kept = "public, max-age=31536000, immutable" if current else "no-cache"
    return file_response(file, request.headers.get("Accept-Encoding", ""), kept)


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """Serve the icon that browsers ask for without having been told of one."""
    files = site_of(request).static_files
    return static_file(request, files.digest, "layout/icon.svg")
