"""How the charts of a subscription come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; those that are there have pictures."""
    op.add_column(
        "subscriptions",
        sa.Column("charts", sa.String(16), nullable=False, server_default="picture"),
    )
