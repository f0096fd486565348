import argparse
import sys
from pathlib import Path

from siklus.config.command import Stop
from siklus.config.commands.shared import acting_user, add_format, now, show, start_django, through_command

HELP = "bring a CSV or Excel file in, look at it first, or take it back"
KINDS = ["leads", "deals", "companies", "contacts", "products", "users"]


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=[*KINDS, "undo"], help="what the rows are, or “undo”")
    parser.add_argument("file", help="the file, or with “undo” the number of the import")
    parser.add_argument(
        "--mapping", metavar="NAME|FILE", help="a remembered mapping, or a JSON or TOML file of one"
    )
    parser.add_argument("--key", default="", help="update records that match by this key")
    parser.add_argument("--mode", choices=["create", "update", "upsert"], default="")
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument(
        "--history", action="store_true", help="a past: dates of the file count, no automations"
    )
    parser.add_argument(
        "--as", dest="by", metavar="EMAIL", help="in whose name (default: first administrator)"
    )
    parser.add_argument("--errors", type=Path, help="write the rows that did not come in to this CSV file")
    add_format(parser)


def run(options: argparse.Namespace) -> None:
    start_django()
    from siklus.platform.accounts.actions import CannotChangeUser
    from siklus.platform.imports.actions import ImportRefused

    by = acting_user(options.by)
    try:
        with through_command():
            batch = _undo(options, by) if options.what == "undo" else _import(options, by)
    except (ImportRefused, CannotChangeUser) as error:
        raise Stop(str(error)) from error
    show([_row(batch)], options.format)
    if batch.message:
        print(batch.message, file=sys.stderr)  # noqa: T201
    if options.errors:
        from siklus.platform.imports.queries import problem_lines

        options.errors.write_text("".join(problem_lines(batch)), encoding="utf-8-sig")
    if batch.status == "failed":
        raise SystemExit(1)


def _import(options: argparse.Namespace, by):
    from siklus.platform.imports.commands import import_file

    path = Path(options.file)
    if not path.is_file():
        raise Stop(f"there is no file {path}")
    return import_file(
        path, object_kind=options.what, by=by, mapping=options.mapping, key=options.key, mode=options.mode,
        is_history=options.history, dry_run=options.dry_run,
    )  # fmt: skip


def _undo(options: argparse.Namespace, by):
    from siklus.platform.imports.models import ImportBatch
    from siklus.platform.imports.undo import undo_import

    batch = ImportBatch.objects.filter(pk=options.file).first() if options.file.isdigit() else None
    if batch is None:
        raise Stop(f"there is no import number {options.file}")
    return undo_import(batch=batch, by=by, at=now())


def _row(batch) -> dict:
    counts = batch.checked.get("counts") if batch.status == "checked" else None
    return {
        "batch": batch.pk,
        "status": batch.status,
        "rows": batch.rows_total,
        "created": counts["create"] if counts else batch.created,
        "updated": counts["update"] if counts else batch.updated,
        "unchanged": counts["unchanged"] if counts else batch.unchanged,
        "duplicates": counts["duplicate"] if counts else batch.duplicates,
        "errors": counts["error"] if counts else batch.errors,
    }
