"""Which step ended an execution."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of those that have ended it is not known."""
    op.add_column("executions", sa.Column("failed_step", sa.String(256)))
