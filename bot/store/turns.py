"""One after the other: who changes what others change at the same time."""

from __future__ import annotations

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection


async def one_after_the_other(connection: AsyncConnection, table: Table) -> None:
    """Have a transaction see what others put into a table, which has no row to lock yet.

    SQLite has one writer at a time anyway, from a transaction's first change on.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
