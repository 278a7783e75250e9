"""What channels subscribe to; a day's report is now each channel's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CARRY_OVER = """
INSERT INTO daily (task, channel, pipeline, environment, day, state, execution, message, owner,
    lease_until, claimed_at)
SELECT task, CASE task WHEN 'run' THEN '' ELSE channel END, pipeline, environment, day, state,
    execution, message, owner, lease_until, claimed_at
FROM daily_before WHERE task = 'run' OR channel IS NOT NULL
"""
"""Of a report that was begun and not posted nobody stored the channel: it is begun anew."""


def upgrade() -> None:
    """Create the table, and make the channel part of what names a day's task."""
    op.create_table(
        "subscriptions",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("at", sa.Time, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("when_ready", sa.Boolean, nullable=False),
        sa.Column("patience_minutes", sa.Integer, nullable=False),
        sa.Column("days", sa.String(16), nullable=False),
        sa.Column("quiet", sa.JSON, nullable=False),
        sa.Column("content", sa.String(16), nullable=False),
        sa.Column("metrics", sa.JSON, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.rename_table("daily", "daily_before")
    op.create_table(
        "daily",
        sa.Column("task", sa.String(16), primary_key=True),
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("execution", sa.String(64)),
        sa.Column("message", sa.String(32)),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", MOMENT),
        sa.Column("claimed_at", MOMENT, nullable=False),
    )
    op.execute(CARRY_OVER)
    op.drop_table("daily_before")
