import argparse
from datetime import date
from decimal import Decimal, InvalidOperation

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

HELP = "what people, teams and the company are asked to win, and whether enough new pipeline comes in"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    listed = verbs.add_parser("list", help="the quotas that hold")
    add_format(listed)
    listed.set_defaults(run=list_quotas)
    put = verbs.add_parser("set", help="set a quota from a day on")
    whose = put.add_mutually_exclusive_group(required=True)
    whose.add_argument("--user", metavar="EMAIL")
    whose.add_argument("--team", metavar="NAME")
    whose.add_argument("--company", action="store_true")
    put.add_argument("amount", help="such as 250000000")
    put.add_argument("--per", choices=["month", "quarter", "year"], default="month")
    put.add_argument("--measure", choices=["won", "deals", "qualified"], default="won")
    put.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    put.add_argument(
        "--until", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the first day without it"
    )
    put.add_argument("--ramp", default="", help="per cents of the first months, such as 25,50,75")
    put.add_argument("--by", metavar="EMAIL", help="who sets it")
    put.set_defaults(run=put_quota)
    standing = verbs.add_parser("standing", help="attainment, coverage and the stream of new deals")
    standing.add_argument("--per", choices=["month", "quarter", "year"], default="quarter")
    standing.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="a day of the period (today)"
    )
    add_format(standing)
    standing.set_defaults(run=tell_standing)


def list_quotas(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.platform.installation.current import current
    from siklus.records.quotas.models import Quota

    rows = Quota.objects.filter(replaced_at=None).select_related("user", "team").order_by("-from_date", "id")
    show(
        [
            {"whose": one.user.email if one.user else one.team.name if one.team else current().name,
             "measure": one.measure, "amount": one.amount, "per": one.per, "from": one.from_date,
             "until": one.until_date, "ramp": ",".join(map(str, one.ramp))}
            for one in rows
        ],
        options.format,
    )  # fmt: skip


def put_quota(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.platform.accounts.models import Team, User
    from siklus.records.quotas.actions import CannotSetQuota, set_quota

    user = User.objects.filter(email=options.user.strip().lower()).first() if options.user else None
    team = Team.objects.filter(name__iexact=options.team.strip()).first() if options.team else None
    if options.user and user is None:
        raise Stop(f"nobody has the address {options.user}")
    if options.team and team is None:
        raise Stop(f"there is no team {options.team}")
    try:
        amount = Decimal(options.amount)
        ramp = [int(part) for part in options.ramp.split(",") if part.strip()]
    except (InvalidOperation, ValueError):
        raise Stop("write the amount as 250000000 and the ramp as 25,50,75") from None
    with through_command():
        try:
            quota = set_quota(
                user=user, team=team, amount=amount, per=options.per, measure=options.measure,
                from_date=options.first, until_date=options.until, ramp=ramp, by=acting_user(options.by), at=now(),
            )  # fmt: skip
        except CannotSetQuota as refusal:
            raise Stop(str(refusal)) from refusal
    say(f"The quota is set: {quota.amount} {quota.get_per_display()} from {quota.from_date}.")


def tell_standing(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.analytics.quotas import period_of
    from siklus.cycle.prospecting.api_coverage import shown
    from siklus.cycle.prospecting.coverage.standing import standings
    from siklus.platform.installation.current import current

    moment = now()
    first, until = period_of(options.day or moment.astimezone(current().time_zone).date(), options.per)
    show([shown(one) for one in standings(now=moment, first=first, until=until)], options.format)
