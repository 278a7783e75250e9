"""A report is about several series: which, and what can be done for each from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; reports that stand in Slack already were kept where they are of one."""
    op.create_table(
        "posted_also",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("message", sa.String(32), primary_key=True),
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("offers", sa.JSON, nullable=False),
    )
    op.create_index("posted_also_morning", "posted_also", ["pipeline", "environment", "day"])
