import argparse
import time

from siklus.config.commands.shared import add_format, need_database, now, show, start_django, through_command

HELP = "look for records that may be the same one: siklus duplicates scan"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    scan = verbs.add_parser("scan", help="look through all companies, contacts and leads")
    scan.add_argument("--kind", choices=["company", "contact", "deal"], action="append")
    add_format(scan)
    scan.set_defaults(run=run_scan)


def run_scan(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.records.duplicates.actions import scan_duplicates
    from siklus.records.duplicates.scan import RULES

    rows = []
    for kind in options.kind or RULES:
        began = time.monotonic()
        with through_command():
            found = scan_duplicates(by=None, at=now(), kinds=[kind])
        rows.append({"kind": kind, "pairs": found[kind], "seconds": round(time.monotonic() - began, 1)})
    show(rows, options.format)
