"""A mute of a column is of one of its faults."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = ("pipeline", "environment", "fault", "subject", "first", "last", "by", "at")


def upgrade() -> None:
    """Take the column's fault into the key, which needs a table anew.

    What is mute stays so: "" is of all of a column's faults.
    """
    anew = op.create_table(
        "mutes_anew",
        sa.Column("pipeline", sa.String(32), primary_key=True),
        sa.Column("environment", sa.String(32), primary_key=True),
        sa.Column("fault", sa.String(32), primary_key=True),
        sa.Column("subject", sa.String(256), primary_key=True),
        sa.Column("column_fault", sa.String(32), primary_key=True, server_default=""),
        sa.Column("first", sa.Date, primary_key=True),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    before = sa.table("mutes", *map(sa.column, COLUMNS))
    op.execute(sa.insert(anew).from_select(COLUMNS, sa.select(before)))
    op.drop_table("mutes")
    op.rename_table("mutes_anew", "mutes")
