import argparse
import time

from siklus.config.command import Stop
from siklus.config.commands.shared import add_format, need_database, show, start_django

HELP = "the files that reports are made from: how far they are, and --anew to write them all again"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anew", action="store_true", help="throw them away and write them from the database"
    )
    add_format(parser)


def run(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.insight.mirror.keep import refresh
    from siklus.insight.mirror.read import Mirror
    from siklus.insight.mirror.state import folder, forget
    from siklus.platform.journal.queries import head

    if options.anew:
        forget()
    began = time.monotonic()
    state = refresh(wait=60)
    if state is None:
        raise Stop("another process is writing the files for the first time; ask again in a moment")
    seconds = round(time.monotonic() - began, 1)
    mirror = Mirror(state)
    rows = [
        {
            "table": table,
            "rows": mirror.con.con.execute(f"SELECT count(*) FROM {table}").fetchone()[0],  # noqa: S608
            "files": len(state.base.get(table, {})) + (table in state.fresh),
            "bytes": sum(
                (folder() / name).stat().st_size for name in state.files() if name.startswith(table)
            ),
            "entry": state.head,
            "behind": head() - state.head,
            "seconds": seconds,
        }
        for table in ("history", "activities")
    ]
    show(rows, options.format)
