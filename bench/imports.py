"""Measure the import of a file of leads: `SIKLUS_DATA=empty-folder python -m bench.imports --rows 100000 --out file.json`.

Every lead of the file may bring a new company and a new person; duplicates are looked for. Beside it stands the raw load:
the very rows that the import wrote, written again into the same tables of a second database with COPY or executemany.
"""

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")

COLUMNS = {
    "name": "name", "company": "company", "contact": "contact_name", "title": "contact_title",
    "email": "contact_email", "phone": "contact_phone", "source": "source", "city": "city", "amount": "amount",
    "owner": "owner",
}  # fmt: skip
TABLES = (
    "companies.Company", "contacts.Contact", "contacts.ContactPoint", "contacts.Position", "deals.Deal",
    "deals.DealInterval", "journal.Entry", "journal.Mention", "search.Document",
)  # fmt: skip
BLOCK = 10_000


def prepare() -> Any:
    """An empty company with the people whom the file names."""
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    from siklus.config.commands.init_ import first_pipeline, migrate
    from siklus.platform.accounts.actions import add_user
    from siklus.platform.i18n.catalogues import compile_catalogues
    from siklus.platform.installation.current import found_installation

    compile_catalogues()
    migrate()
    at = timezone.now()
    with transaction.atomic():
        found_installation(name="Bench", currency="IDR", time_zone="Asia/Jakarta", at=at)
        first_pipeline("en")
        for name in ("rani", "yoga", "intan", "lestari", "hendra", "maya"):
            add_user(email=f"{name}@bench.example", name=name, role="rep", by=None, at=at)
        user = add_user(email="ayu@bench.example", name="Ayu", role="admin", by=None, at=at)
    Path(settings.DATA, "imports").mkdir(exist_ok=True)
    return user


def run_import(rows: int) -> dict[str, Any]:
    from django.conf import settings
    from django.utils import timezone

    from bench.generate import write
    from siklus.platform.imports import actions
    from siklus.platform.imports.commands import file_chunks

    user = prepare()
    path = Path(settings.DATA) / "leads.csv"
    write(path, rows)
    start = time.perf_counter()
    at = timezone.now()
    batch = actions.start_import(
        object_kind="leads", file_name=path.name, chunks=file_chunks(path), by=user, at=at
    )
    document = {"object": "leads", "columns": {column: {"to": to} for column, to in COLUMNS.items()}}
    batch = actions.map_import(batch=batch, mapping=document, at=at)
    batch = actions.run_import(batch=actions.queue_import(batch=batch, at=at, hand_over=False), at=at)
    seconds = time.perf_counter() - start
    marks = list(batch.chunks.order_by("id").values_list("last_row", "at"))
    half = next((one for one in marks if one[0] >= rows / 2), marks[-1])
    first = (half[1] - at).total_seconds()
    return {
        "rows": rows,
        "seconds": seconds,
        "first_half": first,
        "created": batch.created,
        "duplicates": batch.duplicates,
        "errors": batch.errors,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def raw(source: str) -> dict[str, Any]:
    """Copy the rows of the imported database into this one, a block at a time; only the writing is timed."""
    from django.apps import apps
    from django.db import connection, transaction

    prepare()
    spent, written = 0.0, 0
    for label in TABLES:
        model = apps.get_model(label)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {model._meta.db_table}")
            last = cursor.fetchone()[0]
        names = [field.column for field in model._meta.concrete_fields]
        for block in _blocks(source, model._meta.db_table, names, last):
            start = time.perf_counter()
            with transaction.atomic(), connection.cursor() as cursor:
                quoted = ", ".join(f'"{name}"' for name in names)
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {model._meta.db_table} ({quoted}) FROM STDIN") as copy:
                        for row in block:
                            copy.write_row(row)
                else:
                    marks = ", ".join(["%s"] * len(names))
                    cursor.executemany(
                        f"INSERT INTO {model._meta.db_table} ({quoted}) VALUES ({marks})", block
                    )
                    if label == "search.Document":  # its words stand in a table of their own
                        place = names.index("id")
                        cursor.execute(
                            "INSERT INTO search_fts(rowid, text) SELECT id, text FROM search_document"
                            " WHERE id BETWEEN %s AND %s",
                            [block[0][place], block[-1][place]],
                        )
            spent += time.perf_counter() - start
            written += len(block)
    return {"raw_seconds": spent, "raw_rows": written}


def _blocks(source: str, table: str, names: list[str], after: int) -> Iterator[list[Any]]:
    quoted = ", ".join(f'"{name}"' for name in names)
    if not source.startswith("postgres"):
        connection: Any = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
        cursor = connection.cursor()
    else:
        import psycopg

        connection = psycopg.connect(source)
        cursor = connection.cursor(name="rows")
        as_text = {"details", "personal", "custom"}
        quoted = ", ".join(f'"{name}"::text' if name in as_text else f'"{name}"' for name in names)
    cursor.execute(f"SELECT {quoted} FROM {table} WHERE id > {after} ORDER BY id")
    while block := cursor.fetchmany(BLOCK):
        yield block
    connection.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--raw", default="", help="address of the imported database whose rows are loaded raw"
    )
    given = parser.parse_args(arguments)
    import django

    django.setup()
    answer = raw(given.raw) if given.raw else run_import(given.rows)
    given.out.write_text(json.dumps(answer))
    print(answer)
    return 0


def measured(rows: int, folder: Path, addresses: tuple[str, str] | None = None) -> dict[str, Any]:
    """Import and raw load, each in a process of its own; `addresses` are two empty PostgreSQL databases."""
    found: dict[str, Any] = {}
    source = addresses[0] if addresses else str(folder / "import" / "siklus.sqlite3")
    for place, part in enumerate(("import", "raw")):
        data = folder / part
        data.mkdir(parents=True)
        environment = {**os.environ, "SIKLUS_DATA": str(data)}
        environment.pop("DATABASE_URL", None)
        if addresses:
            environment["DATABASE_URL"] = addresses[place]
        command = [
            sys.executable,
            "-m",
            "bench.imports",
            "--rows",
            str(rows),
            "--out",
            str(data / "out.json"),
        ]
        subprocess.run([*command, *(["--raw", source] if part == "raw" else [])], check=True, env=environment)
        found |= json.loads((data / "out.json").read_text())
    return found


if __name__ == "__main__":
    sys.exit(main())
