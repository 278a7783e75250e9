"""Who is on it, which alarms are mute, and the reports on which that is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "taken",
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
    )
    op.create_table(
        "mutes",
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("fault", sa.String(32), primary_key=True),
        sa.Column("subject", sa.String(256), primary_key=True),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "posted",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("message", sa.String(32), primary_key=True),
        sa.Column("pipeline", sa.String(32), nullable=False),
        sa.Column("environment", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("blocks", sa.JSON, nullable=False),
        sa.Column("offers", sa.JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("posted_morning", "posted", ["pipeline", "environment", "day"])
