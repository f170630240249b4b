"""A short run of the fault test on both databases; `make faults` is the long one."""

from __future__ import annotations

import pytest

from tests.faults.__main__ import table
from tests.faults.run import Kind, Plan, Server, run


@pytest.mark.faults
@pytest.mark.parametrize(("database", "server"), [("sqlite", "move"), ("postgresql", "copy")])
def test_whatever_fails_each_mail_is_accounted_for(database: Kind, server: Server) -> None:
    """A fault of the plan that never happened is a problem too."""
    outcome = run(Plan(7, 40, 12, database, server, faults_per_second=3))
    print(table(outcome))  # noqa: T201 (pytest shows it where the test fails)
    assert outcome.problems == []
    assert sum(outcome.bites.values()) >= len(outcome.bites) >= 24
