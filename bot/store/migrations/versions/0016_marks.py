"""Runs are given tags and a note when they are started, which their trials are to have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("executions", sa.Column("marks", sa.JSON))
    due = sa.Column("marks_due", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("executions", due)
