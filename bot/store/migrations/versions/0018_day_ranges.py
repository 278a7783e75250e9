"""A range of days is run one after the other, on one card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and let executions say which range they are of."""
    op.create_table(
        "day_ranges",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("token", sa.String(128), nullable=False, unique=True),
        sa.Column("pipeline", sa.String(32), nullable=False),
        sa.Column("environment", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(32)),
        sa.Column("message", sa.String(32)),
        sa.Column("shown", sa.String(64)),
        sa.Column("end", sa.String(16)),
        sa.Column("stop_by", sa.String(64)),
        sa.Column("retry_by", sa.String(64)),
        sa.Column("retry_token", sa.String(128)),
        sa.Column("marks", sa.JSON),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
    )
    op.create_index("day_ranges_by_end", "day_ranges", ["end"])
    op.add_column("executions", sa.Column("days", sa.String(64)))
    op.create_index("executions_by_days", "executions", ["days"])
