"""`ankomst knowledge`: import, export and check the articles and centres; the contact register."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ankomst.file_exchange import opened_session, take_over, tell_outcome, tell_written
from knowledge.checking import check_content
from knowledge.content import CONTENT_DIRECTORY, read_content
from knowledge.errors import ContentError, KnowledgeError
from knowledge.exporting import export_content
from knowledge.importing import plan
from knowledge.models import Article
from knowledge.pages.register_files import write_register
from web.dates import today

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
        with opened_session(Article) as session:
            steps = plan(session, content, overwrite=overwrite)
            take_over(session, steps, dry_run=dry_run)
    tell_outcome(steps, dry_run=dry_run)


@command.command(name="export")
@click.argument("directory", type=click.Path(path_type=Path))
def export(directory: Path) -> None:
    """Write what is published as files; those that say the same already are left alone."""
    with _errors_in_one_line(), opened_session(Article) as session:
        written = export_content(session, directory)
    tell_written(written)


@command.command(name="register")
@click.argument("directory", type=click.Path(path_type=Path))
def write_contact_register(directory: Path) -> None:
    """Write the contact register of today as JSON and HTML, to be published elsewhere.

    Pieces of centres that are no more are removed. Run it each night: what was entered ahead takes
    effect on its day.
    """
    with _errors_in_one_line(), opened_session(Article) as session:
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
