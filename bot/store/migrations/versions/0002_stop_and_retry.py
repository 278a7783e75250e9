"""Who asked that an execution be stopped or tried again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what runs already was asked to do neither."""
    op.add_column("executions", sa.Column("stop_by", sa.String(64)))
    op.add_column("executions", sa.Column("retry_by", sa.String(64)))
    op.add_column("executions", sa.Column("retry_token", sa.String(128)))
