"""`ankomst triage`: classify mails in files; run the workers; what else it does stands in files beside."""

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
from ankomst.commands import erasing
from ankomst.commands.database import opened_database
from ankomst.commands.triage_doctor import doctor
from ankomst.commands.triage_reconcile import reconcile_command
from ankomst.json_lines import read_batches
from ankomst.logs import configure_logs
from ankomst.triage_worker import compose_workers, decider
from learning.current_model import CurrentModel
from learning.versions import Versions
from settings import Settings, SettingsError, settings
from storage.database import Database
from storage.originals import OriginalsError
from triage.cases.handling import read_again, unreadable_cases
from triage.deciding.admin_rules.current import CurrentRules
from triage.deciding.admin_rules.rule import AdminRule
from triage.deciding.classifier import Decision, unreadable
from triage.errors import (
    CaseChangedError,
    NotUnreadableError,
    TriageError,
    UnreadableMailError,
)
from triage.parsing.message import ParsedMail
from triage.parsing.reading import read
from understanding.errors import UnderstandingError
from web import audit

_BATCH = 64


@click.group(name="triage")
def command() -> None:
    """Classify mail; run the workers; check and compare the mailboxes; erase what was kept long enough."""


for _command in (doctor, erasing.erase_expired, erasing.verify_erased, reconcile_command):
    command.add_command(_command)


@command.command(name="worker")
def worker() -> None:
    """Watch the mailboxes of the settings and sort their mail, until ended by SIGTERM or Ctrl-C."""
    configuration = _settings()
    configure_logs(configuration.log_format)
    with opened_database_with_models() as database:
        model = CurrentModel(database, Versions(configuration.models_directory))
        try:
            model.model()  # a mail does not wait for it
            decide_on = decider(configuration, model, CurrentRules(database).rules)
            running = compose_workers(configuration, database, decide_on)
        except (TriageError, OriginalsError, SettingsError, UnderstandingError) as error:
            raise click.ClickException(str(error)) from error
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: running.stop())
        click.echo(f"Watching the mailbox of {', '.join(running.mailboxes)} …", err=True)
        running.run()


@command.command(name="retry-unreadable")
@click.option(
    "--reason",
    help="Only mail that could not be read for this reason: too_large, too_slow, nothing_to_read, …",
)
def retry_unreadable(reason: str | None) -> None:
    """Have the worker read unreadable mail again, as after an update, and sort what it can read.

    Mail whose case was closed by hand is left alone.
    """
    with opened_database() as database:
        with database.transaction() as session:
            cases = unreadable_cases(session, reason)
        asked = sum(_read_again(database, case_id, revision) for case_id, revision in cases)
    click.echo(f"{asked} of {len(cases)} mails are read again by the worker.")


def _read_again(database: Database, case_id: int, revision: int) -> bool:
    """Ask for one; it is left out where a caseworker does something with it at this moment."""
    try:
        with database.transaction() as session:
            read_again(session, case_id, revision, None)
            audit.record(session, None, "case.reading_asked", f"case:{case_id}")
    except (CaseChangedError, NotUnreadableError):
        return False
    return True


@command.command(name="classify")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--admin-rules", is_flag=True, help="Apply the rules that admins wrote, too.")
def classify(files: Sequence[str], *, admin_rules: bool) -> None:
    """Say for each mail where it belongs, and why: a JSON line a file, in order.

    FILE is a mail as it came (.eml); `-` reads JSON lines {"path"} from standard input. A file
    that cannot be opened gives a line too, with the reason; the exit code then is 1.
    """
    configuration = _settings()
    rules = _rules_of_now() if admin_rules else ()
    try:
        decide_on = decider(configuration, active_model(configuration), lambda: rules)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
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


def _rules_of_now() -> Sequence[AdminRule]:
    with opened_database() as database:
        return CurrentRules(database).rules()


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
        return decide_on(read(raw, with_texts=True))
    except UnreadableMailError as error:
        return unreadable(error.reason, str(error))
    except Exception as error:  # noqa: BLE001 (one file's fault does not stop the others)
        return unreadable("cannot_be_judged", type(error).__name__)
