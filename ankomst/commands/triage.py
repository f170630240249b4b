"""`ankomst triage`: classify mails in files; run the worker."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from pathlib import Path

import click

from ankomst.active_model import active_model, opened_database_with_models
from ankomst.commands.database import opened_database
from ankomst.json_lines import read_batches
from ankomst.logs import configure_logs
from ankomst.triage_worker import compose_worker, decider, mailbox_name, reconcile
from learning.current_model import CurrentModel
from learning.versions import Versions
from settings import Settings, SettingsError, settings
from storage.database import DatabaseUnavailableError
from storage.originals import OriginalsError
from triage.classifier import Decision, unreadable
from triage.desk.words import Words
from triage.errors import TriageError
from triage.message import ParsedMail, parse
from triage.reconciliation import Report
from understanding.errors import UnderstandingError

_BATCH = 64


@click.group(name="triage")
def command() -> None:
    """Classify mail; run the worker."""


@command.command(name="worker")
def worker() -> None:
    """Watch the mailbox of the settings and sort its mail, until ended by SIGTERM or Ctrl-C."""
    configuration = _settings()
    configure_logs(configuration.log_format)
    with opened_database_with_models() as database:
        model = CurrentModel(database, Versions(configuration.models_directory))
        decide_on = decider(configuration, model)
        try:
            model.model()  # a mail does not wait for it
            running = compose_worker(configuration, database, decide_on)
        except (TriageError, OriginalsError, SettingsError, UnderstandingError) as error:
            raise click.ClickException(str(error)) from error
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: running.stop())
        click.echo(f"Watching the mailbox of {configuration.imap_user} …", err=True)
        running.run()


@command.command(name="reconcile")
@click.option("--mailbox", "name", help="The mailbox; that of the settings when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def reconcile_command(name: str | None, as_json: bool) -> None:
    """Compare every mail of the mailbox with the ledger; nothing is changed on the server.

    The exit code is 1 when something is found that nobody can explain.
    """
    configuration = _settings()
    with opened_database() as database:
        try:
            report = reconcile(configuration, database, name or mailbox_name(configuration))
        except (TriageError, DatabaseUnavailableError) as error:
            raise click.ClickException(str(error)) from error
    lines = [json.dumps(report.as_dict(), ensure_ascii=False)] if as_json else _lines(report)
    for line in lines:
        click.echo(line)
    sys.exit(1 if report.unexplained else 0)


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


@command.command(name="classify")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
def classify(files: Sequence[str]) -> None:
    """Say for each mail where it belongs, and why: a JSON line a file, in order.

    FILE is a mail as it came (.eml); `-` reads JSON lines {"path"} from standard input. A file
    that cannot be opened gives a line too, with the reason; the exit code then is 1.
    """
    configuration = _settings()
    decide_on = decider(configuration, active_model(configuration))
    limit = int(configuration.mail_limit_megabytes * 1_000_000)
    output = sys.stdout.buffer
    all_opened = True
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for paths in _batches(files):
            results = pool.map(lambda path: _classified(path, decide_on, limit), paths)
            for result, problem in results:
                if problem is not None:
                    click.echo(f"ankomst: {problem}", err=True)
                    all_opened = False
                output.write(json.dumps(result, ensure_ascii=False).encode() + b"\n")
            output.flush()
    sys.exit(0 if all_opened else 1)


def _settings() -> Settings:
    try:
        return settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _batches(files: Sequence[str]) -> Iterator[list[str]]:
    """Yield the paths in batches, those from standard input as they come in."""
    for from_input, paths in groupby(files, key=lambda file: file == "-"):
        if not from_input:
            while batch := list(islice(paths, _BATCH)):
                yield batch
            continue
        # A file object of its own, which is never closed: a thread reads it to the end, and
        # neither an error nor the end of the process may wait for that thread.
        stdin = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
        for lines in read_batches(stdin, _BATCH):
            yield [_path(number, line) for number, line in lines]


def _path(number: int, line: bytes) -> str:
    try:
        path = json.loads(line)["path"]
    except (ValueError, TypeError, KeyError) as error:
        raise click.ClickException(
            f'line {number}: write one JSON object a line, {{"path": "mail.eml"}}.'
        ) from error
    if not isinstance(path, str):
        raise click.ClickException(f"line {number}: the path must be a string.")
    return path


def _classified(
    path: str, decide_on: Callable[[ParsedMail], Decision], limit: int
) -> tuple[dict[str, object], str | None]:
    """Return the line for a file, and what to say of it if it cannot be opened."""
    problem = None
    try:
        raw = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        decision = unreadable("file", reason)
        problem = f"{path}: {reason}"
    else:
        decision = _decided(raw, decide_on, limit)
    return {"path": path, **decision.as_dict()}, problem


def _decided(raw: bytes, decide_on: Callable[[ParsedMail], Decision], limit: int) -> Decision:
    if len(raw) > limit:
        return unreadable("too_large", f"{len(raw)} bytes")
    try:
        return decide_on(parse(raw))
    except Exception as error:  # noqa: BLE001 (one file's fault does not stop the others)
        return unreadable("cannot_be_judged", type(error).__name__)
