import argparse
from pathlib import Path
from typing import Any

from siklus.config.command import Stop
from siklus.config.commands.shared import add_format, done, need_database, now, say, show, start_django

HELP = "commission periods: siklus incentives list, post PLAN PERIOD, review, approve, lock, export, check"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    listed = verbs.add_parser("list", help="the plans, their periods and states")
    add_format(listed)
    listed.set_defaults(run=run_list)
    plan = verbs.add_parser("plan", help="add a plan from a YAML file, or a new version of the one it names")
    plan.add_argument("file", metavar="PLAN.yaml")
    plan.add_argument(
        "--from", dest="first", required=True, metavar="DAY", help="for periods from this day on, 2027-01-01"
    )
    plan.add_argument("--title", default="", help="what people call it")
    _by(plan)
    plan.set_defaults(run=run_plan)
    for name, text in (
        ("post", "write to the ledger what a period pays by now; again it writes only what differs"),
        ("review", "open a period for review"),
        ("approve", "say that it is right"),
        ("lock", "close it for good, with a hash"),
        ("export", "what payroll pays, as CSV"),
        ("check", "whether a locked period is what it was: its hash, and every posting calculated again"),
    ):
        one = verbs.add_parser(name, help=text)
        one.add_argument("plan", metavar="PLAN", help="its short name")
        one.add_argument("period", metavar="PERIOD", help="2027-01, 2027-Q1 or 2027")
        if name not in ("export", "check"):
            _by(one)
        one.set_defaults(run=globals()[f"run_{name}"])


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by", metavar="EMAIL", help="in whose name; without it the first administrator or of operations"
    )


def _plan(key: str) -> Any:
    start_django()
    need_database()
    from siklus.team.incentives.models import CommissionPlan

    found = CommissionPlan.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(CommissionPlan.objects.values_list("key", flat=True)) or "none"
        raise Stop(f"there is no commission plan {key}; there is {known}")
    return found


def _period(options: argparse.Namespace) -> Any:
    plan = _plan(options.plan)
    found = plan.periods.filter(name=options.period).first()
    if found is None:
        raise Stop(f"{options.plan} has no period {options.period} posted")
    return found


def run_list(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.team.incentives.models import PayPeriod
    from siklus.team.incentives.queries import totals_of

    found = list(PayPeriod.objects.select_related("plan").order_by("plan__key", "first"))
    sums = totals_of(found)
    show(
        [
            {
                "plan": one.plan.key, "period": one.name, "state": one.state, "payout": str(sums.get(one.pk, 0)),
                "hash": one.digest,
            }
            for one in found
        ],
        options.format,
    )  # fmt: skip


def run_plan(options: argparse.Namespace) -> None:
    from datetime import date

    try:
        text = Path(options.file).read_text(encoding="utf-8-sig")
        first = date.fromisoformat(options.first)
    except (OSError, ValueError) as wrong:
        raise Stop(f"{options.file}, {options.first}: {wrong}") from None
    start_django()
    need_database()
    from siklus.team.incentives.actions import add_plan, add_version
    from siklus.team.incentives.documents import read_text
    from siklus.team.incentives.models import CommissionPlan
    from siklus.team.incentives.refused import CannotPay

    try:
        known = CommissionPlan.objects.filter(key=read_text(text).id).first()
    except CannotPay as refusal:
        raise Stop(refusal.message) from None
    if known is None:
        made = done(add_plan, by=options.by, title=options.title, text=text, from_date=first)
        say(f"{made.key}: version 1 holds for periods from {first} on")
    else:
        version = done(add_version, by=options.by, plan=known, text=text, from_date=first)
        say(f"{known.key}: version {version.number} holds for periods from {first} on")


def run_post(options: argparse.Namespace) -> None:
    plan = _plan(options.plan)
    from siklus.team.incentives.actions import post_period

    made = done(post_period, by=options.by, plan=plan, name=options.period)
    say(f"{plan.key} {made.name}: {made.lines.count()} lines, {made.state}")


def run_review(options: argparse.Namespace) -> None:
    _step(options, "start_review")


def run_approve(options: argparse.Namespace) -> None:
    _step(options, "approve_period")


def run_lock(options: argparse.Namespace) -> None:
    _step(options, "lock_period")


def _step(options: argparse.Namespace, verb: str) -> None:
    period = _period(options)
    from siklus.team.incentives import actions

    made = done(getattr(actions, verb), by=options.by, period=period)
    say(f"{options.plan} {made.name}: {made.state}{' ' + made.digest if made.digest else ''}")


def run_export(options: argparse.Namespace) -> None:
    period = _period(options)
    if period.takes_lines:
        raise Stop(f"{options.plan} {period.name} is not approved yet")
    from siklus.team.incentives.statements import payroll_csv

    say(payroll_csv(period).rstrip("\r\n"))


def run_check(options: argparse.Namespace) -> None:
    period = _period(options)
    from siklus.team.incentives.actions import digest_now
    from siklus.team.incentives.calculating import replayed
    from siklus.team.incentives.snapshot import digest_of

    if period.digest and digest_now(period) != period.digest:
        raise Stop(f"{options.plan} {period.name}: the lines are not those that were locked")
    for run in period.runs.select_related("version", "period", "period__plan"):
        if digest_of(replayed(run)) != run.result_digest:
            raise Stop(f"{options.plan} {period.name}: the posting {run.pk} gives other lines today")
    say(
        f"{options.plan} {period.name}: {period.runs.count()} postings give the same lines ({now():%Y-%m-%d})"
    )
