"""Centres and municipalities: what is known of them stands in records with a first and a last day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CONTACT = (
    ("name", sa.Text(), False),
    ("host_municipality", sa.String(length=60), False),
    ("address", sa.Text(), True),
    ("phone", sa.String(length=40), True),
    ("phone_confirmed", sa.Boolean(), False),
    ("email", sa.String(length=200), True),
    ("web", sa.Text(), True),
    ("other_web", sa.Text(), True),
    ("jobseekers", sa.JSON(none_as_null=True), True),
    ("appointment", sa.String(length=60), True),
    ("opening_hours_page", sa.Text(), False),
    ("hours", sa.JSON(none_as_null=True), True),
    ("hours_confirmed", sa.Boolean(), False),
    ("source_url", sa.Text(), False),
    ("as_of", sa.String(length=60), False),
    ("checked", sa.Date(), False),
    ("confidence", sa.String(length=10), False),
    ("notes", sa.Text(), True),
)
_SERVED = (
    ("region", sa.String(length=60), False),
    ("centre_slug", sa.String(length=60), False),
    ("basis", sa.String(length=20), False),
    ("source_url", sa.Text(), True),
    ("checked", sa.Date(), False),
    ("note", sa.Text(), True),
)
_Columns = tuple[tuple[str, Any, bool], ...]


def upgrade() -> None:
    # Both tables are made anew from what was read: SQLite cannot take a column with a constraint
    # out of a table, and a copy of a table in place of it would take along what refers to it.
    centres = _rows("centre", ("slug",), _CONTACT)
    municipalities = _rows("municipality", ("code", "name"), _SERVED)
    op.drop_table("municipality")
    op.drop_table("centre")
    op.create_table(
        "centre",
        sa.Column("slug", sa.String(length=60), nullable=False),
        *_counted(),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_centre")),
    )
    op.create_table(
        "centre_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        *_dated(),
        *_columns(_CONTACT),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_centre_record_days")),
        sa.ForeignKeyConstraint(
            ["slug"],
            ["centre.slug"],
            name=op.f("fk_centre_record_slug_centre"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre_record")),
    )
    op.create_index(op.f("ix_centre_record_slug"), "centre_record", ["slug"])
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        *_counted(),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
        sa.UniqueConstraint("name", name=op.f("uq_municipality_name")),
    )
    op.create_table(
        "municipality_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        *_dated(),
        *_columns(_SERVED),
        sa.CheckConstraint(
            "basis IN ('source', 'region-default')", name=op.f("ck_municipality_record_basis")
        ),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_municipality_record_days")),
        sa.ForeignKeyConstraint(
            ["centre_slug"],
            ["centre.slug"],
            name=op.f("fk_municipality_record_centre_slug_centre"),
        ),
        sa.ForeignKeyConstraint(
            ["code"],
            ["municipality.code"],
            name=op.f("fk_municipality_record_code_municipality"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality_record")),
    )
    op.create_index(
        op.f("ix_municipality_record_centre_slug"), "municipality_record", ["centre_slug"]
    )
    op.create_index(op.f("ix_municipality_record_code"), "municipality_record", ["code"])
    for row in centres:
        _put(row, "centre", ("slug",), _CONTACT, _centre_values(row))
    for row in municipalities:
        _put(row, "municipality", ("code", "name"), _SERVED, _municipality_values(row))


def downgrade() -> None:
    raise NotImplementedError(
        "The tables of before have no place for changes ahead; go back to a backup of before."
    )


def _counted() -> list[sa.Column[Any]]:
    return [
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=False),
    ]


def _dated() -> list[sa.Column[Any]]:
    return [
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
    ]


def _columns(columns: _Columns) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name, kind, nullable in columns]


def _rows(table: str, keys: tuple[str, ...], columns: _Columns) -> list[dict[str, Any]]:
    found = sa.table(
        table,
        *(sa.column(key) for key in (*keys, "revision", "files_digest")),
        *(sa.column(name, kind) for name, kind, _ in columns),
    )
    return [dict(row) for row in op.get_bind().execute(sa.select(found)).mappings()]


def _put(
    row: dict[str, Any],
    table: str,
    keys: tuple[str, ...],
    columns: _Columns,
    values: dict[str, Any],
) -> None:
    """Put a row of before into the new tables, with one record that holds without an end."""
    key = keys[0]
    record = {"valid_from": None, "valid_to": None} | {
        name: value
        for name, value in values.items()
        if table == "centre" or name not in {"name", "code"}
    }
    if table == "municipality":
        entry: dict[str, Any] = {"name": row["name"], "code": row["code"], "records": [record]}
    else:
        entry = {"records": [record]}
    # What was not edited since the last import is not taken for edited because of the new form.
    unedited = row["files_digest"] == _digest(values)
    digest = _digest(entry) if unedited else row["files_digest"]
    connection = op.get_bind()
    connection.execute(
        sa.table(table, *(sa.column(name) for name in (*keys, "revision", "files_digest")))
        .insert()
        .values({name: row[name] for name in (*keys, "revision")} | {"files_digest": digest})
    )
    connection.execute(
        sa.table(
            f"{table}_record",
            sa.column(key),
            sa.column("position"),
            *(sa.column(name, kind) for name, kind, _ in columns),
        )
        .insert()
        .values({key: row[key], "position": 0} | {name: row[name] for name, _, _ in columns})
    )


def _centre_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a centre as the files had it, every field in its place."""
    unit, hours = row["jobseekers"], row["hours"]
    values: dict[str, Any] = {name: row[name] for name, _, _ in _CONTACT}
    values["jobseekers"] = unit and {name: unit.get(name) for name in ("unit", "phone", "email")}
    values["hours"] = hours and {"confirmed": row["hours_confirmed"]} | {
        name: hours.get(name) for name in ("source", "as_of", "opening", "telephone")
    }
    del values["hours_confirmed"]
    return _renamed(values, {"source_url": "source"})


def _municipality_values(row: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: row[name] for name in ("name", "code", *(name for name, _, _ in _SERVED))}
    return _renamed(values, {"centre_slug": "centre", "source_url": "source"})


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def _digest(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
