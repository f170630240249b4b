"""The address at which a monitoring program asks whether mail is taken in. It names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.database import DatabaseUnavailableError
from storage.times import now
from triage.cases.precision_watch import lasting_alarms
from triage.heartbeat import MailboxStatus, mailbox_statuses
from triage.models import PrecisionAlarm
from web.access import public
from web.site import site_of


def routes() -> APIRouter:
    """Return the route of the mailboxes' health."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public)])

    @router.get("/health/mail")
    def mail(request: Request) -> Response:
        site = site_of(request)
        try:
            with site.database.reading() as session:
                statuses = mailbox_statuses(
                    session, timedelta(minutes=site.settings.heartbeat_minutes)
                )
                alarms = lasting_alarms(session)
        except DatabaseUnavailableError:
            return _answer("stopped", [], [])
        worst = "stopped" if not statuses else "well"
        for health in ("attention", "stopped"):
            if any(status.health == health for status in statuses):
                worst = health
        if worst == "well" and alarms:
            worst = "attention"
        return _answer(worst, statuses, alarms)

    return router


def _answer(
    worst: str, statuses: list[MailboxStatus], alarms: Sequence[PrecisionAlarm]
) -> Response:
    content = {
        "health": worst,
        "mailboxes": [_mailbox(status) for status in statuses],
        "precision_alarms": [_alarm(alarm) for alarm in alarms],
    }
    return JSONResponse(
        content, 503 if worst == "stopped" else 200, headers={"Cache-Control": "no-store"}
    )


def _alarm(alarm: PrecisionAlarm) -> dict[str, object]:
    return {
        "language": alarm.language or None,
        "shelf": alarm.shelf or None,
        "trouble": alarm.trouble,
        "since": alarm.began_at.isoformat(),
        "right": alarm.right,
        "confirmed": alarm.confirmed,
    }


def _mailbox(status: MailboxStatus) -> dict[str, object]:
    beat = status.last_round_trip_at
    return {
        "mailbox": status.id,
        "health": status.health,
        "seconds_since_round_trip": None if beat is None else round((now() - beat).total_seconds()),
        "last_error": status.last_error.partition(":")[0] if status.last_error else None,
        "waiting": status.waiting,
        "troubled": status.troubled,
        "uncertain": status.uncertain,
        "undecided": status.is_undecided,
        "waiting_for_decision": status.waiting_new,
    }
