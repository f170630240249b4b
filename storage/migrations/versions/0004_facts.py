"""Facts, what editors must confirm in an article, and longer names of situations."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fact",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("stable", sa.Boolean(), nullable=False),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("checked", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fact")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("to_confirm", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
        )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.alter_column("to_confirm", server_default=None)
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.alter_column(
            "variant", existing_type=sa.String(length=32), type_=sa.String(length=80)
        )
    _renew_digests()


def _renew_digests() -> None:
    """Count in what editors must confirm where the data are still as the files had them.

    Otherwise the next import would take every article for edited here.
    """
    article = sa.table(
        "article",
        sa.column("topic", sa.String),
        sa.column("reviewed", sa.Date),
        sa.column("review_due", sa.Date),
        sa.column("related", sa.JSON),
        sa.column("files_digest", sa.String),
    )
    source = sa.table(
        "source",
        *(sa.column(name, sa.String) for name in ("topic", "key", "title", "url")),
        sa.column("position", sa.Integer),
        sa.column("checked", sa.Date),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(article)).all():
        sources = connection.execute(
            sa.select(source).where(source.c.topic == row.topic).order_by(source.c.position)
        )
        data = {
            "reviewed": row.reviewed.isoformat(),
            "review_due": row.review_due.isoformat(),
            "sources": [
                {"id": s.key, "title": s.title, "url": s.url, "checked": s.checked.isoformat()}
                for s in sources
            ],
            "related": row.related,
        }
        if _digest(data) == row.files_digest:
            renewed = _digest(data | {"to_confirm": []})
            connection.execute(
                article.update().where(article.c.topic == row.topic).values(files_digest=renewed)
            )


def _digest(data: dict[str, object]) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def downgrade() -> None:
    with op.batch_alter_table("turn", schema=None) as batch_op:
        batch_op.alter_column(
            "variant", existing_type=sa.String(length=80), type_=sa.String(length=32)
        )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_column("to_confirm")
    op.drop_table("fact")
