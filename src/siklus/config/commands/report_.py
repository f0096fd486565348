import argparse
from datetime import date, datetime
from typing import Any

from siklus.config.command import Stop
from siklus.config.commands.shared import add_format, now, show, start_django

HELP = "print a report: siklus report kpis --as-of 2017-09-30 --format json"


OWN_SHAPES = ("demos", "demo-estimates", "first-response")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="a report; “list” names them all")
    parser.add_argument("--from", dest="begin", type=_day, metavar="DAY", help="first day of the window")
    parser.add_argument("--to", dest="end", type=_day, metavar="DAY", help="last day of the window")
    parser.add_argument("--days", metavar="WINDOW", help="a window by name, such as last_90_days")
    parser.add_argument(
        "--as-of", type=_day, metavar="DAY", help="as it stood at the end of this day (default: now)"
    )
    parser.add_argument(
        "--known-at",
        type=_moment,
        metavar="MOMENT",
        help="as it was known at the end of this day or at this moment, without what was corrected since; "
        "without --as-of also as it stood then",
    )
    parser.add_argument(
        "--against", metavar="WINDOW", help="beside previous, year, or a window from this day on"
    )
    parser.add_argument(
        "--by", metavar="SLICE", help="split by owner, team, pipeline, source, kind, grade, product"
    )
    parser.add_argument("--pipeline", help="name of a pipeline")
    parser.add_argument("--owner", help="e-mail or name of the owner at the time")
    parser.add_argument(
        "--set", dest="more", action="append", default=[], metavar="NAME=VALUE", help="an option or a slice"
    )
    parser.add_argument("--table", default="", help="which table of the report; “figures” is its headline")
    add_format(parser)


def run(options: argparse.Namespace) -> None:
    start_django()
    if options.name == "first-response":
        _of_first_responses(options)
    elif options.name in OWN_SHAPES:
        _of_demos(options)
    else:
        _declared(options)


def _declared(options: argparse.Namespace) -> None:
    """A report of the registry, over everybody's deals."""
    from siklus.insight.reports.answering import compute
    from siklus.insight.reports.asking import Asking, BadQuestion
    from siklus.insight.reports.declare import reports
    from siklus.insight.reports.export import as_rows, said
    from siklus.platform.accounts.models import User

    known = reports()
    if options.name == "list":
        names = [{"name": one.name, "question": said(one.question)} for one in known.values()]
        show([*names, *({"name": name, "question": ""} for name in OWN_SHAPES)], options.format)
        return
    if options.name not in known:
        raise Stop(f"there is no report “{options.name}”; known are {', '.join((*known, *OWN_SHAPES))}")
    everybody, moment = User(role="admin", visibility="all", sees_unassigned=True), now()
    try:
        asked = Asking(known[options.name], _given(options), everybody, moment).read()
        found = compute(asked, everybody, now=moment)
    except BadQuestion as bad:
        raise Stop(f"{bad.field}: {bad.message}") from bad
    if options.table not in ("", "figures") and found.answer.table(options.table) is None:
        raise Stop(f"this report has no table “{options.table}”")
    show(as_rows(found, options.table), options.format)


def _given(options: argparse.Namespace) -> dict[str, str]:
    """The same parameters that an address has."""
    from siklus.insight.reports.declare import reports

    given: dict[str, Any] = {
        "from": options.begin, "to": options.end, "days": options.days, "as_of": options.as_of,
        "against": options.against, "by": options.by, "known_at": options.known_at,
        "pipeline": _pipeline(options.pipeline), "owner": _owner(options.owner),
    }  # fmt: skip
    for one in options.more:
        key, sep, value = one.partition("=")
        if not sep:
            raise Stop(f"--set takes NAME=VALUE, not “{one}”")
        given[key] = value
    if reports()[options.name].name == "kpis" and not (options.begin or options.end or options.days):
        given["from"] = "1990-01-01"  # the key figures are of all time unless a window is said
    return {
        key: value.isoformat() if isinstance(value, date) else str(value)
        for key, value in given.items() if value is not None
    }  # fmt: skip


def _of_demos(options: argparse.Namespace) -> None:
    """Which demos win, and how good the estimates after them were; for everybody."""
    from siklus.insight.demos import as_rows, estimates_as_rows
    from siklus.platform.accounts.models import User

    if any((options.begin, options.end, options.as_of, options.known_at, options.pipeline, options.owner)):
        raise Stop("this report is over all demos; only --format can be said")
    everybody = User(role="admin", visibility="all", sees_unassigned=True)
    show(as_rows(everybody) if options.name == "demos" else estimates_as_rows(everybody), options.format)


def _of_first_responses(options: argparse.Namespace) -> None:
    """How fast leads were answered that came in between two days, by default in the last 90; for everybody."""
    from datetime import timedelta

    from siklus.insight.first_response import as_rows
    from siklus.platform.accounts.models import User
    from siklus.platform.installation.current import current

    if any((options.as_of, options.known_at, options.pipeline, options.owner)):
        raise Stop("this report knows only --from, --to and --format")
    moment = now()
    end = options.end or moment.astimezone(current().time_zone).date()
    begin = options.begin or end - timedelta(days=89)
    if begin > end:
        raise Stop("--from lies after --to")
    everybody = User(role="admin", visibility="all", sees_unassigned=True)
    show(as_rows(everybody, begin=begin, end=end, now=moment), options.format)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write 2026-12-31") from error


def _moment(text: str) -> date | datetime:
    """A day, or a moment; one without a zone is meant where the installation is."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a moment; write 2026-12-31 or 2026-12-31T17:00"
        ) from error


def _pipeline(name: str | None) -> int | None:
    from siklus.records.deals.models import Pipeline

    return (
        _one(Pipeline.objects.filter(name__iexact=name), f"there is no pipeline “{name}”") if name else None
    )


def _owner(name: str | None) -> int | None:
    from django.db.models import Q

    from siklus.platform.accounts.models import User

    if not name:
        return None
    return _one(
        User.objects.filter(Q(email__iexact=name) | Q(name__iexact=name)), f"there is no user “{name}”"
    )


def _one(found: Any, otherwise: str) -> int:
    first = found.first()
    if first is None:
        raise Stop(otherwise)
    return int(first.pk)
