import argparse

from siklus.config.commands.shared import add_format, need_database, show, start_django

HELP = "check the invariants of the history over the whole database"


def arguments(parser: argparse.ArgumentParser) -> None:
    add_format(parser)


def run(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.records.deals.invariants import check_all

    rows = check_all()
    show([{"check": row.name, "looked_at": row.looked_at, "wrong": row.wrong, "first": row.first} for row in rows],
         options.format)  # fmt: skip
    if any(row.wrong for row in rows):
        raise SystemExit(1)
