"""What the verbs of the command line share."""

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from siklus.config.command import Stop


def start_django() -> None:
    """Load the application."""
    import django

    django.setup()


def now() -> datetime:
    return datetime.now(UTC)


def say(text: str = "") -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)  # noqa: T201


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=["table", "json", "csv"], default="table", help="how to print")


def show(rows: Sequence[dict[str, Any]], how: str) -> None:
    """Print rows as a table, as JSON or as CSV."""
    if how == "json":
        say(json.dumps(rows, indent=2, default=_plain, ensure_ascii=False))
        return
    columns = list(rows[0]) if rows else []
    if how == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows([[_cell(row[column]) for column in columns] for row in rows])
        return
    cells = [columns, *[[_cell(row[column]) for column in columns] for row in rows]]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    for line in cells:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict | list):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    return str(value)


@contextmanager
def through_command() -> Iterator[None]:
    """Facts recorded inside came by the command line."""
    from siklus.platform.journal.record import through

    with through("command"):
        yield


def acting_user(email: str | None) -> Any:
    """The user in whose name the command works: the one named, else the first administrator or the first of operations."""
    from siklus.platform.accounts.models import Role, User

    if email:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise Stop(f"no active user has the e-mail {email}")
        return user
    able = User.objects.filter(role__in=[Role.ADMIN, Role.OPERATIONS], is_active=True)
    user = able.order_by("role", "id").first()
    if user is None:
        raise Stop("there is no administrator yet; run “siklus init” or “siklus user add EMAIL --role admin”")
    return user


def need_database() -> None:
    """Refuse to go on with a database that is behind."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Stop("the database is not up to date; run “siklus init”")


def read_secret(label: str) -> str:
    """A password from standard input, without its line end."""
    secret = sys.stdin.readline().rstrip("\r\n")
    if not secret:
        raise Stop(f"no {label} came on standard input")
    return secret


def environment_port() -> int:
    return int(os.environ.get("SIKLUS_PORT", "8000"))


def done(verb: Any, *, by: str | None, **values: Any) -> Any:
    """An action as the command does it: by somebody named by address, now; what it refuses ends the command."""
    from siklus.config.command import Stop
    from siklus.records.fields.record import Refused

    with through_command():
        try:
            return verb(by=acting_user(by), at=now(), **values)
        except Refused as refusal:
            raise Stop(str(refusal)) from refusal
