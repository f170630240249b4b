"""Who may call a route. Every route names one of these rules as a dependency.

`check_routes` is called when the application is put together, so that a route without a rule
never gets as far as being served.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute

from web import csrf, sessions
from web.errors import (
    NewPasswordRequiredError,
    NotAllowedError,
    SignInRequiredError,
    WebError,
)
from web.models import ROLES, Role
from web.sessions import SignedIn
from web.site import site_of


class MissingRuleError(WebError, TypeError):
    """A route says not, or says twice, who may call it."""


def public() -> None:
    """Everyone may call this route; it changes nothing on behalf of who is signed in."""


def public_form(_checked: Annotated[None, Depends(csrf.check)]) -> None:
    """Everyone may send this form, from our own page."""


def returned_form(is_fresh: Annotated[bool, Depends(csrf.is_shown)]) -> bool:
    """Everyone may send this form, from our own page; an expired one comes back with what was typed.

    Returns:
        Whether it may be taken. If not, the route does nothing but give it back.
    """
    return is_fresh


def internal(request: Request) -> None:
    """Another process of ours may call this route: it shows the token that Rasa has too.

    For anybody else there is nothing at this address, and where no token is set for anybody.

    Raises:
        HTTPException: 404, without the token.
    """
    expected = site_of(request).settings.rasa_token.get_secret_value()
    given = request.headers.get("Authorization", "")
    if not expected or not hmac.compare_digest(
        given.encode("utf-8", "replace"), f"Bearer {expected}".encode()
    ):
        raise HTTPException(404)


class Requires:
    """A user with one of these roles must be signed in; what changes something needs a token.

    Calling it gives the user.

    Args:
        roles: One of them is enough.
        renews: Whether the request shows that somebody is there; one that the page sends by
            itself does not keep a session alive.
        first_password: Whether it is open to users who must choose a new password first.
    """

    def __init__(
        self, roles: Sequence[Role], *, renews: bool = True, first_password: bool = False
    ) -> None:
        self.roles = frozenset(roles)
        self._renews = renews
        self._first_password = first_password

    def __call__(
        self, request: Request, _checked: Annotated[None, Depends(csrf.check)]
    ) -> SignedIn:
        """Return who is signed in.

        Raises:
            SignInRequiredError: Nobody is.
            NewPasswordRequiredError: The user must choose a new password first.
            NotAllowedError: The user has none of the roles.
        """
        user = signed_in(request, renews=self._renews)
        if user is None:
            raise SignInRequiredError("Nobody is signed in.")
        if user.first_password and not self._first_password:
            raise NewPasswordRequiredError("A new password must be chosen first.")
        if user.role not in self.roles:
            raise NotAllowedError(f"The role {user.role} may not do this.")
        return user


def requires(*roles: Role, renews: bool = True, first_password: bool = False) -> Requires:
    """Return the rule that a user with one of these roles must be signed in; see `Requires`."""
    return Requires(roles, renews=renews, first_password=first_password)


staff = requires(*ROLES)
"""Every user who is signed in."""

own_account = requires(*ROLES, first_password=True)
"""The same, for what must work before a new password has been chosen."""


def signed_in(request: Request, *, renews: bool = True) -> SignedIn | None:
    """Return who is signed in in the browser that a request comes from, or None.

    Args:
        request: With the cookie of the session.
        renews: Whether the session is kept alive by it.
    """
    token = request.cookies.get(sessions.COOKIE)
    if not token:
        return None
    site = site_of(request)
    with site.database.transaction() as session:
        return sessions.find(session, token, demo=site.settings.demo, renews=renews)


def rules(context: RouteContext) -> list[str]:
    """Return the rules of a route in words: `public`, `returned_form`, …, or the roles."""
    dependant = getattr(context, "dependant", None)
    return [] if dependant is None else list(dict.fromkeys(_rules(dependant)))


def _rules(dependant: Dependant) -> Iterator[str]:
    for dependency in dependant.dependencies:
        if dependency.call is public:
            yield "public"
        elif dependency.call is public_form:
            yield "public_form"
        elif dependency.call is returned_form:
            yield "returned_form"
        elif dependency.call is internal:
            yield "internal"
        elif isinstance(dependency.call, Requires):
            yield " ".join(sorted(dependency.call.roles))
        else:
            yield from _rules(dependency)


def check_routes(routes: Sequence[BaseRoute]) -> dict[str, str]:
    """Return the rule of each route, by method and path.

    Raises:
        MissingRuleError: A route has no rule, or several that differ.
    """
    found: dict[str, str] = {}
    for context in iter_route_contexts(routes):
        names = f"{' '.join(sorted(context.methods or ()))} {context.path}"
        given = rules(context)
        if len(given) != 1:
            raise MissingRuleError(
                f"{names} has {len(given)} access rules; give it one of web.access."
            )
        found[names] = given[0]
    return found
