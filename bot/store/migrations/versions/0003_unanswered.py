"""Who asked by a delivery, until they are answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was delivered before counts as answered."""
    op.add_column("deliveries", sa.Column("asked_by", sa.String(64)))
    op.add_column("deliveries", sa.Column("channel", sa.String(32)))
    op.add_column("deliveries", sa.Column("said", sa.Text()))
    op.add_column("deliveries", sa.Column("owner", sa.String(64)))
    op.add_column("deliveries", sa.Column("lease_until", sa.DateTime(timezone=True)))
