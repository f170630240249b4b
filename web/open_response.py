"""What everybody may have: programs, and pages of any origin, which may keep it for a while."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

_SECONDS_KEPT = 300

_ENTITY_TAG = re.compile(r'"[^"]*"')


def open_response(
    request: Request, content: str, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a content, or that it is still the one which the client has (RFC 9110, 13.1.2).

    Every origin is allowed in each answer, whoever asks: caches pass it on to others.

    Args:
        request: With the tag of what the client has, if it has something.
        content: Sent as UTF-8.
        media_type: Of the content.
        headers: Further ones.
    """
    body = content.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    kept = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={_SECONDS_KEPT}",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        **(headers or {}),
    }
    known = request.headers.get("If-None-Match", "")
    if known.strip() == "*" or tag in _ENTITY_TAG.findall(known):
        return Response(status_code=304, headers=kept)
    return Response(body, media_type=media_type, headers=kept)
