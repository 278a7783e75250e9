"""The lines of the audit log are chained by hashes, those that are there already too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.chain import BEGINNING, digest_of
from bot.store.schema import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_AUDIT = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("at", Instant),
    sa.column("who", sa.String),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
    sa.column("outcome", sa.String),
    sa.column("details", sa.JSON),
    sa.column("digest", sa.String),
)
_GUARDS = {
    "sqlite": (
        [f"DROP TRIGGER audit_no_{verb}" for verb in ("update", "delete")],
        [
            f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit "
            f"BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            for verb in ("update", "delete")
        ],
    ),
    "postgresql": (
        ["ALTER TABLE audit DISABLE TRIGGER audit_append_only"],
        ["ALTER TABLE audit ENABLE TRIGGER audit_append_only"],
    ),
}


def upgrade() -> None:
    """Add the digests, and the table that holds the newest one."""
    connection = op.get_bind()
    open_it, shut_it = _GUARDS[connection.dialect.name]
    op.add_column("audit", sa.Column("digest", sa.String(64)))
    for statement in open_it:
        op.execute(statement)
    newest, lines = BEGINNING, 0
    for row in connection.execute(sa.select(_AUDIT).order_by(_AUDIT.c.id)).mappings().all():
        newest, lines = digest_of({**row}, after=newest), lines + 1
        connection.execute(sa.update(_AUDIT).where(_AUDIT.c.id == row["id"]).values(digest=newest))
    for statement in shut_it:
        op.execute(statement)
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "lines": lines, "digest": newest}])
