"""By which budget of false alarms a report was judged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of reports that are there it is not known."""
    op.add_column("daily", sa.Column("budget", sa.Float))
