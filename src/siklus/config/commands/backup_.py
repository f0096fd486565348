import argparse
import json
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from siklus.config.command import Stop
from siklus.config.commands.shared import now, say, start_django

HELP = "write everything (database and attached files) to one file"
FORMAT = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write, such as siklus-2026-11-23.tar.gz")


def run(options: argparse.Namespace) -> None:
    start_django()
    if options.file.exists():
        raise Stop(f"{options.file} exists already; name another file")
    with tempfile.TemporaryDirectory() as folder:
        database = dump(Path(folder))
        about = Path(folder) / "about.json"
        about.write_text(
            json.dumps({"format": FORMAT, "database": database.name, "made_at": now().isoformat()})
        )
        partial = options.file.with_suffix(options.file.suffix + ".part")
        with tarfile.open(partial, "w:gz") as archive:
            archive.add(about, "about.json")
            archive.add(database, database.name)
            from siklus.platform.files.store import folder as files

            archive.add(files(), "files")
        partial.replace(options.file)
    say(f"Written: {options.file} ({options.file.stat().st_size // 1024} kB)")


def dump(folder: Path) -> Path:
    """A consistent copy of the database while it is in use."""
    from django.db import connection

    if connection.vendor == "sqlite":
        target = folder / "siklus.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
        copy.close()
        return target
    target = folder / "siklus.pgdump"
    command = ["pg_dump", "--format=custom", f"--file={target}", postgres_url()]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Stop(f"pg_dump failed: {done.stderr.strip()}")
    return target


def postgres_url() -> str:
    """The connection string that PostgreSQL's own programs understand."""
    import os

    return os.environ["DATABASE_URL"]
