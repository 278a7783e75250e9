"""Who looked at the home tab, and what it shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and have what somebody started found at once."""
    op.create_table(
        "homes",
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.String(64)),
    )
    op.create_index("executions_by_person", "executions", ["asked_by", "requested_at"])
