"""Emptying the database after a test that committed, though some of its tables refuse to lose a row."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper


def empty_what_is_written_once() -> None:
    """SQLite empties a table row by row, so the triggers that refuse it stand aside meanwhile; PostgreSQL truncates."""
    operations = DatabaseWrapper.ops_class
    plain = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%no_delete'"
            )
            guards = cursor.fetchall()
        aside = [f"DROP TRIGGER {name}" for name, _sql in guards]
        return [*aside, *plain(self, style, tables, **options), *(sql for _name, sql in guards)]

    operations.sql_flush = sql_flush  # type: ignore[method-assign]
