import argparse
import time
from typing import Any

from siklus.config.command import Stop
from siklus.config.commands.shared import (
    acting_user,
    add_format,
    need_database,
    now,
    say,
    show,
    start_django,
    through_command,
)

HELP = "dossiers: siklus research show COMPANY, siklus research enrich COMPANY, siklus research add COMPANY …"
PATIENCE = 300.0  # seconds that a worker which was faster may take


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    one = verbs.add_parser("show", help="what is known of a company, each value with its day and source")
    _company(one)
    one.add_argument("--history", action="store_true", help="also what stood there before")
    add_format(one)
    one.set_defaults(run=run_show)
    site = verbs.add_parser("enrich", help="read the company's own website now and note what it tells")
    _company(site)
    _user(site)
    add_format(site)
    site.set_defaults(run=run_enrich)
    new = verbs.add_parser("add", help="note something in the dossier of a company")
    _company(new)
    new.add_argument(
        "--section", required=True, metavar="PART", help="growth, funding, products, people, news …"
    )
    new.add_argument("--about", required=True, metavar="TEXT", help="what it is about, such as headcount")
    new.add_argument("--value", required=True, metavar="TEXT", help="what was found out")
    new.add_argument("--source", default="", metavar="TEXT", help="who told it")
    new.add_argument("--source-url", default="", metavar="URL", help="where it says so")
    new.add_argument("--seen", metavar="DAY", help="such as 2026-03-31; without it today")
    new.add_argument(
        "--confidence", type=int, choices=[1, 2, 3], default=2, help="1 rumour, 2 likely, 3 certain"
    )
    _user(new)
    add_format(new)
    new.set_defaults(run=run_add)


def _company(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("company", metavar="COMPANY", help="its number, its name or its domain")


def _user(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by", metavar="EMAIL", help="in whose name; without it the first administrator or of operations"
    )


def run_show(options: argparse.Namespace) -> None:
    company = _opened(options.company)
    from siklus.cycle.research.queries import dossier_of, relevance_of

    why = relevance_of(company.pk)
    rows = [{"part": "why", **_blank("Why we matter to them"), "value": why.text}] if why else []
    for part in dossier_of(company=company):
        for line in part.lines:
            rows.append(_row(line.holds))
            rows += [_row(before) for before in line.before] if options.history else []
    show(rows, options.format)


def run_enrich(options: argparse.Namespace) -> None:
    company = _opened(options.company)
    from siklus.cycle.research.actions import ask_for_reading, begin_reading
    from siklus.cycle.research.models import Finding, Method
    from siklus.cycle.research.tasks import read
    from siklus.cycle.research.words import outcome_of
    from siklus.records.fields.record import Refused

    began, until = now(), time.monotonic() + PATIENCE
    try:
        reading = ask_for_reading(company=company, by=acting_user(options.by), at=began)
    except Refused as refusal:
        raise Stop(refusal.message) from None
    while reading.is_under_way:
        mine = begin_reading(at=now(), only=reading.pk)
        if mine is not None:
            reading = read(mine)
            continue
        if time.monotonic() > until:
            raise Stop("the worker has not read it yet; ask again later with “siklus research show”")
        time.sleep(0.5)
        reading.refresh_from_db()
    rows = Finding.objects.filter(
        company_id=reading.company_id, method=Method.WEBSITE, recorded_at__gte=began
    )
    if options.format == "table":
        say(outcome_of(reading))
        for field in reading.wrote:
            say(f"filled: {field}")
    show([_row(one) for one in rows.order_by("pk")], options.format)
    if reading.outcome not in {"read", "nothing"}:
        raise Stop(outcome_of(reading))


def run_add(options: argparse.Namespace) -> None:
    company = _opened(options.company)
    from datetime import date

    from siklus.cycle.research.actions import note_finding
    from siklus.records.fields.record import Refused

    try:
        seen = date.fromisoformat(options.seen) if options.seen else None
    except ValueError:
        raise Stop(f"“{options.seen}” is not a day; write it like 2026-03-31") from None
    try:
        with through_command():
            finding = note_finding(
                company=company, section=options.section, attribute=options.about, value=options.value,
                source=options.source, source_url=options.source_url, observed_at=seen,
                confidence=options.confidence, by=acting_user(options.by), at=now(),
            )  # fmt: skip
    except Refused as refusal:
        raise Stop(refusal.message) from None
    show([_row(finding)], options.format)


def _opened(named: str) -> Any:
    """The company of this number, name or domain. Stops when there is none, or more than one."""
    start_django()
    need_database()
    from siklus.platform.i18n.keys import domain_key, name_key
    from siklus.records.companies.models import Company

    rows = Company.objects.filter(merged_into=None)
    if named.isascii() and named.isdecimal() and len(named) < 19:
        found = list(rows.filter(pk=int(named)))
    else:
        domain, name = domain_key(named), name_key(named)
        found = list(rows.filter(domain=domain)[:2]) if domain else []
        if not found and name:
            found = list(rows.filter(name_key=name).order_by("pk")[:2])
    if not found:
        raise Stop(f"there is no company {named}")
    if len(found) > 1:
        raise Stop(f"more than one company is called {named}; say its number")
    return found[0]


def _blank(about: str) -> dict[str, object]:
    return {"about": about, "value": "", "seen": None, "confidence": None, "method": "", "source": ""}


def _row(finding: Any) -> dict[str, object]:
    return {
        "part": finding.section, "about": finding.attribute, "value": finding.value, "seen": finding.observed_at,
        "confidence": finding.confidence, "method": finding.method,
        "source": finding.source_url or finding.source,
    }  # fmt: skip
