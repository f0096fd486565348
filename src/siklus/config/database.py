"""Which database an installation uses, and how SQLite is tuned (decision 0003)."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def database_from_url(url: str | None, data: Path) -> dict[str, Any]:
    """Turn DATABASE_URL into Django's settings; without one, SQLite in the data folder.

    Raises ValueError for a scheme other than sqlite, postgres or postgresql.
    """
    if not url:
        return sqlite(data / "siklus.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL: expected postgres://… or sqlite:///…, got {parts.scheme}://…")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    options["pool"] = {"min_size": 1, "max_size": 4}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite with a write-ahead log, waiting writers and every commit on disk."""
    pragmas = [
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "mmap_size=268435456",
        "cache_size=-64000",
        "journal_size_limit=67108864",
    ]
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(f"PRAGMA {pragma}" for pragma in pragmas),
        },
        "TEST": {"NAME": None},
    }
