"""Reference data (stages, people, own fields, saved views) is read from the database once per change, not once per page.

The database keeps one number, the edition. Triggers draw it anew whenever a watched table changes, in the transaction of
the change; so the same number always stands for the same content, after a rollback too, and for every process.
"""

import secrets
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")
MOST = 5_000  # things kept at once; some are kept per person

_kept: dict[Hashable, Any] = {}
_edition: int | None = None


class Reference:
    """What one request knows of the reference data: it asks for the edition once. Never change what it gives."""

    def __init__(self) -> None:
        self.edition = _read_edition()
        self._own: dict[Hashable, Any] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The answer of `read` for this edition, from memory when this process has asked before."""
        global _edition
        kept = _kept if self.edition is not None else self._own
        if _edition != self.edition or len(_kept) > MOST:
            _kept.clear()
            _edition = self.edition
        if key not in kept:
            kept[key] = read()
        found: T = kept[key]
        return found


def _read_edition() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM installation_edition WHERE id = 1")
        row = cursor.fetchone()
    return None if row is None else int(row[0])


_watched: dict[str, tuple[str, ...]] = {}

NEW_EDITION = """
    CREATE OR REPLACE FUNCTION installation_new_edition() RETURNS trigger AS $$
    BEGIN
        INSERT INTO installation_edition (id, mark) VALUES (1, (random() * 9e18)::bigint)
        ON CONFLICT (id) DO UPDATE SET mark = excluded.mark;
        RETURN NULL;
    END $$ LANGUAGE plpgsql
"""


def watch(table: str, columns: tuple[str, ...] = ()) -> None:
    """From AppConfig.ready: changes of this table (updates: of these columns only) make a new edition.

    Watch only what people change in settings: writers of watched tables wait for each other.
    """
    _watched[table] = columns


def put_triggers(**_signal: Any) -> None:
    """After every migration, because SQLite drops a table's triggers when Django rebuilds the table."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        known = {name for (name,) in cursor.fetchall()}
        for table, columns in _watched.items():
            for name, statements in _triggers(table, columns).items():
                if table in tables and name not in known:
                    for statement in statements:
                        cursor.execute(statement)
        if "installation_edition" in tables:
            cursor.execute(
                "INSERT INTO installation_edition (id, mark) VALUES (1, %s) ON CONFLICT (id) DO NOTHING",
                [secrets.randbits(62)],
            )


def _triggers(table: str, columns: tuple[str, ...]) -> dict[str, list[str]]:
    """Statements by the name of the trigger that they make."""
    of = f" OF {', '.join(columns)}" if columns else ""
    if connection.vendor == "postgresql":
        name = f"{table}_edition"
        after = f"AFTER INSERT OR DELETE OR UPDATE{of} ON {table}"
        each = "FOR EACH STATEMENT EXECUTE FUNCTION installation_new_edition()"
        return {name: [NEW_EDITION, f"CREATE TRIGGER {name} {after} {each}"]}
    draw = "INSERT OR REPLACE INTO installation_edition (id, mark) VALUES (1, random())"
    events = {"added": "INSERT", "changed": f"UPDATE{of}", "gone": "DELETE"}
    return {
        f"{table}_edition_{name}": [
            f"CREATE TRIGGER {table}_edition_{name} AFTER {event} ON {table} BEGIN {draw}; END"
        ]
        for name, event in events.items()
    }
