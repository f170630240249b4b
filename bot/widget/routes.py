"""The address of the widget's script, /widget.js, which stays the same, and what else it uses."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.chat import api
from bot.widget.script import widget_script
from web.access import public
from web.static_files import file_response, static_file

ADDRESS = "/widget.js"

_KEPT = "public, max-age=600"


def is_used_by_widget(path: str) -> bool:
    """Return whether pages that embed the chat use an address."""
    return path == ADDRESS or path.startswith(f"{api.PREFIX}/")


def routes(*, is_embedded: bool) -> APIRouter:
    """Return the route.

    Args:
        is_embedded: Whether pages of others may load the script.
    """
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])
    script = static_file(widget_script(), ".js")

    @router.get(ADDRESS)
    def widget(request: Request) -> Response:
        response = file_response(script, request.headers.get("Accept-Encoding", ""), _KEPT)
        if is_embedded:
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return router
