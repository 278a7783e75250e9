"""Channels follow pipelines: every execution of them gets a card there, whoever started it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and let executions be found by their ARN."""
    op.create_table(
        "follows",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("executions_by_arn", "executions", ["arn"])
