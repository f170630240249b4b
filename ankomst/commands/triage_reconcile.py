"""`ankomst triage reconcile`: prove that mailboxes and ledger agree."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from ankomst.commands.database import opened_database
from ankomst.mailboxes import mailbox_name, mailboxes
from ankomst.triage_worker import reconcile
from settings import SettingsError, settings
from storage.database import DatabaseUnavailableError
from storage.originals import OriginalsError
from triage.desk.words import Words
from triage.errors import TriageError
from triage.folders.reconciliation import Report


@click.command(name="reconcile")
@click.option("--mailbox", "name", help="One mailbox alone, by its name; all when not given.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the whole report as JSON, a line each."
)
def reconcile_command(name: str | None, *, as_json: bool) -> None:
    """Compare every mail of the mailboxes with the ledger; nothing is changed on the server.

    The exit code is 1 when something is found that nobody can explain.
    """
    unexplained = 0
    with opened_database() as database:
        try:
            described = mailboxes(settings())
            chosen = [one for one in described if name in {None, mailbox_name(one)}]
            if not chosen:
                known = ", ".join(mailbox_name(one) for one in described)
                raise click.ClickException(f"There is no mailbox {name}; there are: {known}.")
            for one in chosen:
                report = reconcile(one, database)
                unexplained += report.unexplained
                as_text = [json.dumps(report.as_dict(), ensure_ascii=False)]
                for line in as_text if as_json else _lines(report):
                    click.echo(line)
        except (TriageError, OriginalsError, SettingsError, DatabaseUnavailableError) as error:
            raise click.ClickException(str(error)) from error
    sys.exit(1 if unexplained else 0)


def _lines(report: Report) -> Iterator[str]:
    """A report in words, a line a folder and a discrepancy."""
    words = Words("en")
    yield f"{report.mailbox}, {report.at.isoformat(timespec='seconds')}, {report.seconds:.1f} s"
    for folder in report.folders:
        yield (
            f"{folder.folder}: {folder.on_server} on the server, {folder.in_ledger} in the ledger, "
            f"{folder.marked_as_deleted} marked as deleted"
        )
    yield f"{report.mails} mails in the ledger, {report.missing} of them in no folder any more"
    yield f"{report.unfinished} unfinished"
    for mail in report.oldest_unfinished:
        yield f"  {mail.reference or f'mail {mail.mail_id}'}: {mail.state} since {mail.since:%F %T}"
    yield f"uncertain acknowledgements: {', '.join(report.uncertain) or 'none'}"
    for found in report.discrepancies:
        named = found.reference or (f"mail {found.mail_id}" if found.mail_id else "")
        where = " ".join(filter(None, [found.folder, str(found.uid), named]))
        yield f"{where}: {words.discrepancy(found.kind)}. {words.what_to_do(found.why)}"
    yield f"{report.unexplained} unexplained"
