"""`python -m bench`: fill databases, measure pages and imports, write docs/benchmarks.md."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import report

SIZES = {"small": (100_000, 50_000), "large": (1_000_000, 70_000)}
SAID = {
    "small": "100,000 leads and 50,000 deals over six stages",
    "large": "1,000,000 leads and 70,000 deals, about 50,000 of them open",
}


def run(module: str, *arguments: str, data: Path, address: str) -> None:
    """A part of the bench in a process of its own, on a database of its own."""
    environment = {**os.environ, "SIKLUS_DATA": str(data), "DATABASE_URL": address}
    subprocess.run([sys.executable, "-m", f"bench.{module}", *arguments], check=True, env=environment)


def new_database(server: str, name: str) -> str:
    """The address of an empty database on the server; empty for SQLite."""
    if not server:
        return ""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.rsplit("/", 1)[0] + f"/{name}"


def measure_pages(size: str, database: str, server: str, folder: Path, quick: bool) -> dict[str, Any]:
    leads, deals = SIZES[size]
    data = folder / f"{database}-{size}"
    data.mkdir()
    address = new_database(server, f"bench_{size}")
    run("load", "--leads", str(leads), "--deals", str(deals), data=data, address=address)
    out = data / "pages.json"
    run("pages", "--out", str(out), *(["--quick"] if quick else []), data=data, address=address)
    found: dict[str, Any] = json.loads(out.read_text())
    shutil.rmtree(data)
    return found


def measure_import(rows: int, database: str, server: str, folder: Path) -> dict[str, Any]:
    from bench.imports import measured

    data = folder / f"{database}-import-{rows}"
    addresses = None
    if server:
        addresses = (new_database(server, f"import_{rows}"), new_database(server, f"raw_{rows}"))
    found = measured(rows, data, addresses)
    shutil.rmtree(data)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--size", choices=["small", "large", "all"], default="small")
    parser.add_argument("--database", choices=["sqlite", "postgres", "all"], default="all")
    parser.add_argument("--quick", action="store_true", help="few requests and small imports")
    parser.add_argument("--only", choices=["pages", "imports"], help="one half of the bench")
    parser.add_argument(
        "--keep", type=Path, help="JSON file that keeps the results and completes earlier ones"
    )
    given = parser.parse_args()
    sizes = list(SIZES) if given.size == "all" else [given.size]
    databases = ["sqlite", "postgres"] if given.database == "all" else [given.database]
    rows = (
        [10_000]
        if given.quick
        else [10_000, 100_000]
        if "large" not in sizes
        else [10_000, 100_000, 1_000_000]
    )
    results: dict[str, Any] = {}
    if given.keep and given.keep.exists():
        results = json.loads(given.keep.read_text())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="siklus-bench-")))
        for database in databases:
            server = ""
            if database == "postgres":
                from tests.parts import private_postgres

                server = stack.enter_context(private_postgres())
            if given.only != "imports":
                for size in sizes:
                    print(f"\n{size}, {database}", flush=True)
                    results[f"{size}, {database}"] = measure_pages(
                        size, database, server, folder, given.quick
                    )
            if given.only != "pages":
                for count in rows:
                    results[f"{count:,} rows, {database}"] = measure_import(count, database, server, folder)
            if given.keep:
                given.keep.write_text(json.dumps(results))
    print(report.write(results, SAID))
    return 0


if __name__ == "__main__":
    sys.exit(main())
