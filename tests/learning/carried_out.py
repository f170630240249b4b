"""Runs in every state, as the trainer and admins would have left them."""

from __future__ import annotations

from learning import runs
from learning.comparing import compare_versions
from learning.mail_comparing import ComparedOnMails, Sorted
from learning.training_mails import KeptBack
from learning.training_queue import End, Progress, Trained, TrainingQueue
from learning.versions import Versions
from storage.database import Database
from tests.understanding.small import EXAMPLES, MAILS
from understanding.examples import Example

VALIDATION = (
    Example("my CV for Jobnet", "faq/jobnet-cv", "en"),
    Example("tax card again", "faq/tax-card", "en"),
)


def adopted(database: Database, version: str = "old") -> int:
    """Have a version in use as `ankomst train` does; return the run."""
    with database.transaction() as session:
        return runs.adopt(session, version, []).id


def asked(database: Database) -> int:
    """Ask for a training; return the run."""
    with database.transaction() as session:
        return runs.ask(session, "alex").id


def under_way(database: Database, progress: Progress) -> tuple[int, TrainingQueue]:
    """Ask for a training and have it come so far."""
    run_id = asked(database)
    queue = TrainingQueue(database, "trainer", 600)
    assert queue.take() == run_id
    queue.note(run_id, progress)
    return run_id, queue


def ended(database: Database, end: End) -> int:
    """Ask for a training that ends like this."""
    run_id, queue = under_way(database, Progress("fitting"))
    queue.end(run_id, end)
    return run_id


def evaluated(database: Database, versions: Versions, before: int) -> int:
    """A run with the version `new`, compared with `old`, which the run `before` has in use."""
    return ended(database, trained(versions, before))


def trained(versions: Versions, before: int) -> Trained:
    """The end of a run that made the version `new`, while the run `before` has `old` in use."""
    found = compare_versions(versions.version("old"), versions.version("new"), EXAMPLES, VALIDATION)
    on_mails = ComparedOnMails(
        [KeptBack(number, mail) for number, mail in enumerate(MAILS, start=1)],
        [Sorted("tax", decided=True, confidence=0.9)] * len(MAILS),
        [Sorted(mail.label, decided=mail.language != "da", confidence=0.95) for mail in MAILS],
    )
    return Trained(
        "new",
        before,
        found.figures(),
        found.changes(),
        on_mails.figures(),
        on_mails.changes(),
    )
