import argparse
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from siklus.config.command import Stop
from siklus.config.commands.backup_ import FORMAT, postgres_url
from siklus.config.commands.shared import say, start_django

HELP = "bring a backup into an empty installation"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(options: argparse.Namespace) -> None:
    start_django()
    if not options.file.is_file():
        raise Stop(f"there is no file {options.file}")
    _refuse_full()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with tarfile.open(options.file) as archive:
                archive.extractall(folder, filter="data")
            about = json.loads((folder / "about.json").read_text())
        except (tarfile.TarError, OSError, ValueError, EOFError) as error:
            raise Stop(f"{options.file} is not a backup of Siklus: {error}") from error
        if about.get("format") != FORMAT:
            raise Stop("this backup was made by another version")
        _bring_in(folder / about["database"])
        from siklus.platform.files.store import folder as files

        shutil.copytree(folder / "files", files(), dirs_exist_ok=True)
    from siklus.config.commands.init_ import migrate
    from siklus.insight.mirror.state import forget

    forget()  # it followed another journal
    migrate()
    say("Restored.")


def _refuse_full() -> None:
    from django.db import connection

    if "installation_installation" in connection.introspection.table_names():
        from siklus.platform.installation.models import Installation

        if Installation.objects.exists():
            raise Stop("this installation is not empty; restore into a new data folder or database")


def _bring_in(source: Path) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        if source.suffix != ".sqlite3":
            raise Stop("this backup is of a PostgreSQL database; set DATABASE_URL to an empty one")
        target = Path(connection.settings_dict["NAME"])
        connection.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{target}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(source, target)
        return
    if source.suffix != ".pgdump":
        raise Stop("this backup is of an SQLite database; restore it without DATABASE_URL")
    command = [
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        f"--dbname={postgres_url()}",
        str(source),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Stop(f"pg_restore failed: {done.stderr.strip()}")
