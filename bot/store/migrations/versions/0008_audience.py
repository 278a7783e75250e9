"""For whom the report of a subscription is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; those that are there are for the team."""
    op.add_column(
        "subscriptions",
        sa.Column("audience", sa.String(16), nullable=False, server_default="team"),
    )
