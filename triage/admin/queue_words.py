"""The words of the pages on what is set of queues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from language.languages import Language
from triage.admin.queue_form import (
    MOST_ADDRESSES,
    MOST_CLOSED_DAYS,
    MOST_MINUTES,
    MOST_TIMES,
    Problem,
)
from triage.queues.folder_names import LONGEST
from triage.queues.settings import MOST_SERVICE_DAYS, Notify
from triage.queues.working_days import Opening
from triage.states import NotificationState
from web import dates
from web.translations import translations


class QueueWords:
    """What is set of a queue, in one language of staff.

    Args:
        language: da or en.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._texts = translations(language)

    def forwarding(self, address: str) -> str:
        """Return where mail is sent on to."""
        return address or self._texts.gettext("nowhere")

    def notify(self, notify: Notify) -> str:
        """Return who is told of new mail, and when."""
        gettext = self._texts.gettext
        if not notify.to:
            return gettext("nobody")
        if notify.when == "every":
            when = self._texts.ngettext(
                "%(num)s minute after the first mail",
                "%(num)s minutes after the first mail",
                notify.minutes,
            ) % {"num": notify.minutes}
        elif notify.when == "at":
            when = gettext("at %(times)s") % {
                "times": ", ".join(f"{one:%H:%M}" for one in notify.times)
            }
        else:
            when = gettext("at once")
        said = [", ".join(notify.to), when]
        if notify.in_hours:
            said.append(gettext("within working hours"))
        return "; ".join(said)

    def hours(self, hours: Mapping[int, Opening] | None) -> str:
        """Return when a queue is worked on; days with the same hours together."""
        if hours is None:
            return self._texts.gettext("Monday to Friday, all day")
        runs: list[tuple[int, int, Opening]] = []
        for day, opening in sorted(hours.items()):
            if runs and runs[-1][1] == day - 1 and runs[-1][2] == opening:
                runs[-1] = (runs[-1][0], day, opening)
            else:
                runs.append((day, day, opening))
        return ", ".join(
            f"{self._days(first, last)} {opens:%H:%M}–{closes:%H:%M}"
            for first, last, (opens, closes) in runs
        )

    def closed_days(self, days: tuple[date, ...]) -> str:
        """Return on which days a queue is closed beside the public holidays."""
        if not days:
            return self._texts.gettext("public holidays alone")
        return ", ".join(dates.day(day, self._language) for day in days)

    def service_days(self, days: int) -> str:
        """Return what is promised."""
        if not days:
            return self._texts.gettext("nothing is promised")
        return self._texts.ngettext(
            "within %(num)s working day", "within %(num)s working days", days
        ) % {"num": days}

    def weekday(self, number: int) -> str:
        """Return the name of a weekday, 0 for Monday."""
        return dates.weekday(number, self._language)

    def notification_state(self, state: NotificationState) -> str:
        """Return how far a notification has come."""
        gettext = self._texts.gettext
        names = {
            NotificationState.WAITING: gettext("waits to be sent"),
            NotificationState.SENDING: gettext("is being sent"),
            NotificationState.SENT: gettext("sent"),
            NotificationState.UNCERTAIN: gettext("perhaps sent; it is not sent again"),
            NotificationState.REFUSED: gettext("not sent: the mail server refused the address"),
        }
        return names[state]

    def problem(self, problem: Problem) -> str:
        """Return what is wrong with a field, and what to write instead."""
        gettext = self._texts.gettext
        words: dict[Problem, str] = {
            "folder_too_long": gettext("Write a shorter name, %(most)s characters at most.")
            % {"most": LONGEST},
            "folder_empty_level": gettext(
                "Write a name; of a folder in another one, both with a slash between: Queues/Tax."
            ),
            "folder_characters": gettext(
                "Mail servers give these characters a meaning of their own: . \\ * % ~ and quotation "
                "marks. Leave them out."
            ),
            "folder_taken_by_mail": gettext(
                "Mail servers and mail programs use this folder themselves. Choose another name."
            ),
            "folder_taken": gettext(
                "This is or was the folder of another queue, or the same name in other letters. "
                "Choose another name, so that no mail is taken for another queue's."
            ),
            "no_address": gettext("Write a mail address, such as tax@example.dk."),
            "own_address": gettext(
                "This is an address of Ankomst's own: the mail would come back. Write another one."
            ),
            "too_many_addresses": gettext("Write %(most)s addresses at most.")
            % {"most": MOST_ADDRESSES},
            "no_minutes": gettext("Write a number of minutes from 1 to %(most)s.")
            % {"most": MOST_MINUTES},
            "no_times": gettext("Write times such as 09:00, 13:30; %(most)s at most.")
            % {"most": MOST_TIMES},
            "no_hours": gettext("Write hours such as 9-15 or 9.30-15, or nothing."),
            "closed_all_week": gettext("Write the hours of one weekday at least."),
            "no_days": gettext("Write one day a line, such as 24-12-2026."),
            "too_many_days": gettext("Write %(most)s days at most.") % {"most": MOST_CLOSED_DAYS},
            "no_service_days": gettext("Write a number of working days from 1 to %(most)s.")
            % {"most": MOST_SERVICE_DAYS},
        }
        return words[problem]

    def _days(self, first: int, last: int) -> str:
        if first == last:
            return self.weekday(first)
        return f"{self.weekday(first)}–{self.weekday(last)}"
