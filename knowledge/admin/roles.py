"""Who may do what on the pages of the knowledge."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from web.access import requires
from web.sessions import SignedIn

Reader = Annotated[SignedIn, Depends(requires("admin", "team_leader"))]
"""Who may look at lists, histories and questions."""

Editor = Annotated[SignedIn, Depends(requires("admin"))]
"""Who may change something."""
