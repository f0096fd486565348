import argparse
from datetime import date, datetime
from typing import Any

from siklus.config.command import Stop
from siklus.config.commands.shared import add_format, now, show, start_django

HELP = "print a report: siklus report kpis --as-of 2017-09-30 --format json"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=["kpis", "demos", "demo-estimates", "first-response"])
    parser.add_argument("--from", dest="begin", type=_day, metavar="DAY", help="first day of the window")
    parser.add_argument("--to", dest="end", type=_day, metavar="DAY", help="last day of the window")
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
    parser.add_argument("--pipeline", help="name of a pipeline")
    parser.add_argument("--owner", help="e-mail or name of the owner at the time")
    add_format(parser)


def run(options: argparse.Namespace) -> None:
    start_django()
    if options.name == "first-response":
        _of_first_responses(options)
        return
    if options.name != "kpis":
        _of_demos(options)
        return
    from siklus.insight.reports import Question, as_rows, end_of_day, kpi_report

    if options.begin and options.end and options.begin > options.end:
        raise Stop("--from lies after --to")
    known_at = _known(options.known_at)
    moment: datetime = end_of_day(options.as_of) if options.as_of else known_at or now()
    question = Question(
        as_of=moment, begin=options.begin, end=options.end, pipeline_id=_pipeline(options.pipeline),
        owner_id=_owner(options.owner), known_at=known_at,
    )  # fmt: skip
    show(as_rows(kpi_report(question)), options.format)


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


def _known(given: date | datetime | None) -> datetime | None:
    from siklus.insight.reports import end_of_day
    from siklus.platform.installation.current import current

    if given is None:
        return None
    if not isinstance(given, datetime):
        return end_of_day(given)
    return given if given.tzinfo else given.replace(tzinfo=current().time_zone)


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
