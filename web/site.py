"""What every page needs at hand: settings, database, templates and static files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request

from settings import Settings
from storage.database import Database
from web.pages import Pages
from web.rate_limit import RateLimit
from web.static_files import StaticFiles


@dataclass(frozen=True)
class Site:
    """The parts that the application was put together with, the same for all requests.

    Attributes:
        sign_in_attempts: How many passwords one client may try, whatever the names.
        centre_names: Gives the centres that there are, slug -> name; a room above knows them.
    """

    settings: Settings
    database: Database
    pages: Pages
    static_files: StaticFiles
    sign_in_attempts: RateLimit
    centre_names: Callable[[Session], Mapping[str, str]]

    @property
    def public_url(self) -> str:
        """The address of the pages as people type it, without a stroke at its end."""
        return self.settings.public_url.rstrip("/")


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    site = request.app.state.site
    if not isinstance(site, Site):
        raise TypeError("The application has no site; put it together with ankomst.application.")
    return site
