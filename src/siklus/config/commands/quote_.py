import argparse
from pathlib import Path
from typing import Any

from siklus.config.command import Stop
from siklus.config.commands.shared import add_format, need_database, say, show, start_django

HELP = "quotes: siklus quote list, siklus quote pdf NUMBER --out FILE"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    rows = verbs.add_parser("list", help="quotes, the newest first")
    rows.add_argument("--state", choices=["draft", "sent", "accepted", "declined", "withdrawn"])
    rows.add_argument("--limit", type=int, default=50)
    add_format(rows)
    rows.set_defaults(run=run_list)
    pdf = verbs.add_parser("pdf", help="write a quote as PDF")
    pdf.add_argument("number", metavar="NUMBER", help="such as Q-2026-0001")
    pdf.add_argument("--version", type=int, metavar="N", help="one version; without it the newest")
    pdf.add_argument(
        "--out", type=Path, metavar="FILE", help="where to; without it a file of the quote's name"
    )
    pdf.set_defaults(run=run_pdf)


def run_list(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.closing.models import Quote
    from siklus.cycle.closing.queries import with_last

    rows = Quote.objects.select_related("deal").order_by("-id")
    if options.state:
        rows = rows.filter(state=options.state)
    found = with_last(list(rows[: max(1, options.limit)]))
    show([_row(one, one.shown) for one in found], options.format)


def _row(quote: Any, version: Any) -> dict[str, object]:
    return {
        "number": quote.number, "version": version.number, "state": version.state, "deal": quote.deal.name,
        "net": version.net, "total": version.total, "currency": quote.currency,
        "valid_until": version.valid_until,
    }  # fmt: skip


def run_pdf(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.closing.document import DocumentsUnavailable, pdf_of
    from siklus.cycle.closing.document.render import file_name
    from siklus.cycle.closing.models import Quote

    quote = Quote.objects.filter(number=options.number).first()
    if quote is None:
        raise Stop(f"there is no quote {options.number}")
    versions = quote.versions.order_by("-number")
    version = versions.filter(number=options.version).first() if options.version else versions.first()
    if version is None:
        raise Stop(f"the quote {options.number} has no version {options.version}")
    try:
        written = pdf_of(quote, version)
    except DocumentsUnavailable as missing:
        raise Stop(str(missing)) from None
    path = options.out or Path(file_name(quote, version))
    path.write_bytes(written)
    say(f"{path}, {len(written):,} bytes")
