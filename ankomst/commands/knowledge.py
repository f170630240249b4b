"""`ankomst knowledge`: import, export and check the articles and centres; the contact register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from ankomst.commands.database import opened_database
from knowledge.checking import check_content
from knowledge.content import CONTENT_DIRECTORY, read_content
from knowledge.errors import ContentError, KnowledgeError
from knowledge.exporting import export_content
from knowledge.importing import carry_out, describe, plan
from knowledge.models import Article
from knowledge.pages.register_files import write_register
from web.dates import today

_AUTHOR = "import of the files"

_DIRECTORY = click.argument(
    "directory", type=click.Path(path_type=Path), default=CONTENT_DIRECTORY, required=False
)


@click.group(name="knowledge")
def command() -> None:
    """Import, export and check articles; write the contact register.

    DIRECTORY holds `articles/`, `topics.yml`, `facts.yml` and `centres.yml`; it is the project's own
    `knowledge/` where none is named.
    """


@command.command(name="import")
@_DIRECTORY
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option(
    "--overwrite", is_flag=True, help="Let the files win over what was edited in the database."
)
def import_articles(directory: Path, dry_run: bool, overwrite: bool) -> None:
    """Take the files over into the database and publish them.

    Shows what changes, then does it, all or nothing. What was edited in the database since the
    last import is kept, and named.
    """
    with _errors_in_one_line():
        content = read_content(_short(directory))
        with _session() as session:
            steps = plan(session, content, overwrite=overwrite)
            for line in describe(steps):
                click.echo(line)
            if not dry_run:
                carry_out(session, steps, _AUTHOR)
    counts = Counter(step.action for step in steps)
    done = "Nothing was changed (dry run)." if dry_run else "Done."
    click.echo(
        f"{counts['add']} added, {counts['change']} changed, {counts['keep']} kept as edited here, "
        f"{counts['same']} the same. {done}"
    )


@command.command(name="export")
@click.argument("directory", type=click.Path(path_type=Path))
def export(directory: Path) -> None:
    """Write what is published as files; those that say the same already are left alone."""
    with _errors_in_one_line(), _session() as session:
        written = export_content(session, directory)
    for path in written:
        click.echo(path)
    click.echo(f"{len(written)} files written.")


@command.command(name="register")
@click.argument("directory", type=click.Path(path_type=Path))
def write_contact_register(directory: Path) -> None:
    """Write the contact register of today as JSON and HTML, to be published elsewhere.

    Pieces of centres that are no more are removed. Run it each night: what was entered ahead takes
    effect on its day.
    """
    with _errors_in_one_line(), _session() as session:
        changed = write_register(session, directory, today())
    for path in changed:
        click.echo(path)
    click.echo(f"{len(changed)} files written or removed.")


@command.command(name="check")
@_DIRECTORY
def check(directory: Path) -> None:
    """Find what is wrong in the files: a line for each finding, and exit code 1 if there is one."""
    with _errors_in_one_line():
        findings = check_content(_short(directory), today(), whole=True)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise click.ClickException(f"{len(findings)} findings; correct the files and check again.")
    click.echo("All files are in order.")


def _short(directory: Path) -> Path:
    """Return the directory as seen from here, which is shorter in messages."""
    here = Path.cwd()
    return directory.relative_to(here) if directory.is_relative_to(here) else directory


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except ContentError as error:
        for finding in error.findings:
            click.echo(str(finding), err=True)
        raise SystemExit(1) from error
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _session() -> Iterator[Session]:
    with opened_database() as database, database.transaction() as session:
        if not inspect(session.connection()).has_table(Article.__tablename__):
            raise click.ClickException(
                "The database has no tables yet; make them with: ankomst database upgrade"
            )
        yield session
