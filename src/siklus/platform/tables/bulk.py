"""How the database and this process are tuned while many thousands of rows are written."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

# SQLite: enough cache for the indexes whose keys come in no order, and the log is copied back seldom.
# Pages of the file are not mapped meanwhile: what is mapped counts as memory of this process, and is not written through.
SQLITE = {"cache_size": -131_072, "wal_autocheckpoint": 16_000, "mmap_size": 0}
# PostgreSQL: a chunk and the note of how far we are go to disk together or not at all, so nobody needs to wait for each;
# the last commit, which is waited for, takes all earlier ones with it. New words are merged into the index in large pieces.
POSTGRES = {"synchronous_commit": "off", "gin_pending_list_limit": "64MB", "work_mem": "64MB"}
COLLECT = 2


@contextmanager
def heavy_writing() -> Iterator[None]:
    """While rows are written in bulk: a larger cache and fewer waits; afterwards all is as before."""
    if connection.in_atomic_block:  # tests: settings of a connection cannot change inside a transaction
        yield
        return
    before: dict[str, int] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, pages in SQLITE.items():
                cursor.execute(f"PRAGMA {name}")
                if found := cursor.fetchone():  # a database in memory knows no mapped pages
                    before[name] = found[0]
                cursor.execute(f"PRAGMA {name}={pages}")
        else:
            for setting, value in POSTGRES.items():
                cursor.execute("SELECT set_config(%s, %s, false)", [setting, value])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for name, pages in before.items():
                    cursor.execute(f"PRAGMA {name}={pages}")
            else:
                for setting in POSTGRES:
                    cursor.execute(f"RESET {setting}")


class Collector:
    """Python's cyclic collector looks at every living object again and again while a chunk is built; it rests meanwhile.

    What a chunk made is freed by counting references; `breathe` collects the rest once in a while.
    """

    def __enter__(self) -> "Collector":
        self.was_on, self.chunks = gc.isenabled(), 0
        gc.disable()
        return self

    def breathe(self) -> None:
        """Call between chunks."""
        self.chunks += 1
        if self.chunks % COLLECT == 0:
            gc.collect()

    def __exit__(self, *exc: object) -> None:
        if self.was_on:
            gc.enable()


def refresh_statistics() -> None:
    """Let the planner know of many new rows. PostgreSQL does so by itself; SQLite looks at a sample.

    The transaction waits for other writers; outside one SQLite refuses at once when somebody else writes.
    """
    if connection.vendor != "sqlite":
        return
    with suppress(OperationalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("PRAGMA optimize")
        forget_word_statistics(cursor)


def forget_word_statistics(cursor: CursorWrapper) -> None:
    """SQLite: drop what ANALYZE wrote down of the tables inside an FTS5 index.

    Analysed while small, FTS5's own `DELETE … WHERE id BETWEEN` reads the whole index: seconds a write at a million leads.
    """
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if cursor.fetchone():
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl LIKE '%%!_fts!_%%' ESCAPE '!'", [])
        cursor.execute("ANALYZE sqlite_schema")  # this connection forgets too
