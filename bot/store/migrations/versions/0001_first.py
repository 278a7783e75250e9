"""The first tables: deliveries, executions, daily tasks, approvals, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "executions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("token", sa.String(128), nullable=False, unique=True),
        sa.Column("pipeline", sa.String(32), nullable=False),
        sa.Column("environment", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("asked_by", sa.String(64)),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(32)),
        sa.Column("message", sa.String(32)),
        sa.Column("arn", sa.String(256)),
        sa.Column("progress", sa.String(16), nullable=False),
        sa.Column("status", sa.String(32)),
        sa.Column("failure", sa.Text),
        sa.Column("shown", sa.String(64)),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", MOMENT),
    )
    op.create_index("executions_by_progress", "executions", ["progress"])
    op.create_table(
        "daily",
        sa.Column("task", sa.String(16), primary_key=True),
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("execution", sa.String(64)),
        sa.Column("channel", sa.String(32)),
        sa.Column("message", sa.String(32)),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", MOMENT),
        sa.Column("claimed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("pipeline", sa.String(32), nullable=False),
        sa.Column("environment", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("package", sa.String(256), nullable=False),
        sa.Column("requested_by", sa.String(64), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("decided_at", MOMENT),
        sa.Column("failure", sa.Text),
        sa.Column("channel", sa.String(32)),
        sa.Column("message", sa.String(32)),
        sa.Column("shown", sa.String(16)),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", MOMENT),
    )
    op.create_index("approvals_unsettled", "approvals", ["settled"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


_REFUSE = "the audit log is append-only"
_FUNCTION = f"""
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_REFUSE}'; END $$
"""
_TRIGGER = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_append_only()
"""
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [_FUNCTION, _TRIGGER],
}
