"""What a mail costs the database does not grow with the mails that were there before.

SQLite chooses an index without knowing how many rows it leads to: one that leads to all mails of a
mailbox is as good to it as one that leads to a single mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from storage.database import Database
from tests.triage.asked import a_case, ask_to_correct, ask_to_reply
from tests.triage.bench import Bench
from tests.triage.composition import a_mail, mails_of, make_errands_due
from triage.states import MailState

_GROWING = ("mail", "mail_transition", "desk_case", "case_event", "original", "correction", "reply")

_ALL_ROWS = re.compile(rf"SCAN ({'|'.join(_GROWING)})\b(?!.* INDEX ix_desk_case_untold\b)")
_ALL_OF_ONE = re.compile(
    rf"SEARCH ({'|'.join(_GROWING)}) .*\((mailbox_id|shelf|folder|state)=\?\)$"
)

# How long people wait is counted once in a while, from the cases of eight weeks.
_SELDOM = "desk_case.opened_at >= ?"


def _plans(database: Database, statements: dict[str, Any]) -> Iterator[tuple[str, str]]:
    with database.engine.connect() as connection:
        for statement, parameters in statements.items():
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                yield row[3], statement


def test_no_step_of_a_mail_reads_all_that_were_there_before(sqlite_bench: Bench) -> None:
    worker = sqlite_bench.worker(folder_seconds=0.1)
    sqlite_bench.append(a_mail(1))
    worker.round()  # what a worker does once is no matter
    (first,) = mails_of(sqlite_bench.database)
    statements: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE"):
            statements.setdefault(statement, parameters)

    event.listen(sqlite_bench.database.engine, "before_cursor_execute", note)
    sqlite_bench.append(a_mail(2), a_mail(3, "jobseeker"), a_mail(2))
    worker.round()
    ask_to_correct(sqlite_bench.database, first.id, "jobseeker")
    ask_to_reply(sqlite_bench.database, a_case(sqlite_bench.database))
    make_errands_due(sqlite_bench.database)
    worker.round()
    event.remove(sqlite_bench.database.engine, "before_cursor_execute", note)

    assert [mail.state for mail in mails_of(sqlite_bench.database)].count(
        MailState.ACKNOWLEDGED
    ) >= 3
    for looked_for in (
        "fingerprint IN",
        "min(correction.target_uidnext)",
        "untold_since IS NOT NULL",
    ):
        assert any(looked_for in statement for statement in statements)
    slow = {
        (step, statement)
        for step, statement in _plans(sqlite_bench.database, statements)
        if (_ALL_ROWS.match(step) or _ALL_OF_ONE.match(step)) and _SELDOM not in statement
    }
    assert not slow
