"""`ankomst users`: the users of the staff pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import inspect
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

import knowledge.centres
from ankomst.commands.database import opened_database
from storage.database import DatabaseUnavailableError
from understanding.queues import QUEUES
from web import audit, users
from web.errors import WebError
from web.models import ROLES, Role, User


@click.group("users", help="Add, list and change users of the staff pages.")
def command() -> None:
    """Group the commands."""


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the user may do.")
@click.option(
    "--queue",
    "queues",
    type=click.Choice(QUEUES),
    multiple=True,
    help="A queue that a caseworker sees; may be given several times, none means all.",
)
@click.option(
    "--centre",
    "centres",
    metavar="SLUG",
    multiple=True,
    help="A centre whose mail a caseworker sees; may be given several times, none means all.",
)
def add(name: str, role: Role, queues: tuple[str, ...], centres: tuple[str, ...]) -> None:
    """Add the user NAME; the password is asked for, or read from standard input."""
    password = _password()
    with _unit_of_work() as session:
        _require_centres(session, centres)
        user = users.add(session, name, password, role, queues, centres)
        audit.record(session, None, "user.added", f"user:{user.id}")
        audit.record(session, None, f"user.made_{role}", f"user:{user.id}")
    click.echo(f"Added {name}.")


@command.command()
@click.argument("name")
def password(name: str) -> None:
    """Give the user NAME a new password; unlocks the account, ends its sessions."""
    new = _password()
    with _unit_of_work() as session:
        user = users.find(session, name)
        users.set_password(session, user, new)
        audit.record(session, None, "user.password_given", f"user:{user.id}")
    click.echo(f"{name} has a new password.")


@command.command()
@click.argument("name")
def close(name: str) -> None:
    """Close the account of the user NAME; what was done with it stays in the audit log."""
    with _unit_of_work() as session:
        user = users.find(session, name)
        users.set_active(session, user, active=False)
        audit.record(session, None, "user.closed", f"user:{user.id}")
    click.echo(f"Closed the account of {name}.")


@command.command()
@click.argument("name")
def reopen(name: str) -> None:
    """Open a closed account again."""
    with _unit_of_work() as session:
        user = users.find(session, name)
        users.set_active(session, user, active=True)
        audit.record(session, None, "user.reopened", f"user:{user.id}")
    click.echo(f"Opened the account of {name}.")


@command.command("list")
def list_users() -> None:
    """List the users: name, role, queues, centres, whether the account is open."""
    with _unit_of_work() as session:
        for user in users.all_users(session):
            queues = ",".join(user.queues) or "all"
            centres = ",".join(user.centres) or "all"
            state = "open" if user.active else "closed"
            click.echo(f"{user.name}\t{user.role}\t{queues}\t{centres}\t{state}")


def _require_centres(session: Session, slugs: tuple[str, ...]) -> None:
    known = [centre.slug for centre in knowledge.centres.centres(session)]
    for slug in slugs:
        if slug not in known:
            there_are = ", ".join(known) or "none yet; run: ankomst knowledge import"
            raise ValueError(f"There is no centre {slug}. The centres are: {there_are}")


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


@contextmanager
def _unit_of_work() -> Iterator[Session]:
    with opened_database() as database:
        try:
            with database.transaction() as session:
                yield session
        except (WebError, ValueError) as error:
            raise click.ClickException(str(error)) from error
        except (ProgrammingError, DatabaseUnavailableError) as error:
            if inspect(database.engine).has_table(User.__tablename__):
                raise
            raise click.ClickException(
                "The database has no tables yet; run: ankomst database upgrade"
            ) from error
