import argparse
import json
from pathlib import Path

from siklus.commission.calculation import Result, calculate
from siklus.commission.contract_costs import read_costs, spread
from siklus.commission.inputs import read_events, read_people, read_rates
from siklus.commission.ledger import Line, read_ledger
from siklus.commission.numbers import Rounding
from siklus.commission.plan_reader import read_plan
from siklus.commission.problems import CommissionError
from siklus.config.command import Stop
from siklus.config.commands.shared import say

HELP = "what a commission plan pays for a file of events; needs no database"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    one = verbs.add_parser("calculate", help="the ledger lines and statements of a period")
    one.add_argument("--plan", required=True, metavar="PLAN.yaml", help="the plan, YAML or JSON")
    one.add_argument(
        "--events", required=True, metavar="EVENTS.csv", help="deals, refunds, payments, cancellations"
    )
    one.add_argument("--people", metavar="PEOPLE.csv", help="managers, teams, quotas; with from and until")
    one.add_argument("--rates", metavar="FX.csv", help="exchange rates by day")
    one.add_argument(
        "--period", required=True, metavar="P", help="2027-01, 2027-Q1 or 2027, as the plan pays"
    )
    one.add_argument(
        "--ledger",
        action="append",
        default=[],
        metavar="RESULT.json",
        help="results of earlier periods; may be said again",
    )
    one.add_argument("--format", choices=["text", "json"], default="text")
    one.set_defaults(run=run_calculate)
    costs = verbs.add_parser(
        "spread", help="costs of winning contracts as assets over the months (ASC 340-40, IFRS 15)"
    )
    costs.add_argument("--costs", required=True, metavar="COSTS.csv")
    costs.add_argument("--per", choices=["month", "year"], default="month")
    costs.add_argument(
        "--minor-units", type=int, choices=range(5), default=2, help="decimals of the currency (2)"
    )
    costs.add_argument(
        "--expense-within",
        type=int,
        choices=range(13),
        default=0,
        metavar="MONTHS",
        help="expense what is shorter (0 to 12)",
    )
    costs.set_defaults(run=run_spread)
    check = verbs.add_parser(
        "check", help="whether a plan can be calculated; tells everything that is wrong with it"
    )
    check.add_argument("plan", metavar="PLAN.yaml")
    check.set_defaults(run=run_check)


def run_calculate(options: argparse.Namespace) -> None:
    try:
        plan = read_plan(_text(options.plan), options.plan)
        ledger: list[Line] = []
        for name in options.ledger:
            ledger += read_ledger(_text(name), name)
        result = calculate(
            plan=plan,
            events=read_events(_text(options.events), plan, options.events),
            people=read_people(_text(options.people), plan, options.people) if options.people else [],
            rates=read_rates(_text(options.rates), options.rates) if options.rates else [],
            period=options.period,
            ledger=ledger,
        )
    except CommissionError as wrong:
        raise Stop(_told(wrong)) from None
    if options.format == "json":
        say(json.dumps(result.as_json(), ensure_ascii=False, indent=1))
    else:
        _print(result)


def run_spread(options: argparse.Namespace) -> None:
    try:
        costs = read_costs(_text(options.costs), options.costs)
    except CommissionError as wrong:
        raise Stop(_told(wrong)) from None
    found = spread(costs, Rounding(minor_units=options.minor_units), options.per, options.expense_within)
    say(json.dumps(found.as_json(), indent=1))


def run_check(options: argparse.Namespace) -> None:
    try:
        plan = read_plan(_text(options.plan), options.plan)
    except CommissionError as wrong:
        raise Stop(_told(wrong)) from None
    say(
        f"{plan.id}, version {plan.version}: {len(plan.components)} components, paid by {plan.length} in {plan.currency}"
    )


def _text(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except OSError as wrong:
        raise CommissionError(f"{name}: {wrong.strerror}.") from None
    except UnicodeDecodeError:
        raise CommissionError(f"{name}: is not written in UTF-8; save it as CSV UTF-8.") from None


def _told(wrong: CommissionError) -> str:
    if len(wrong.problems) == 1:
        return wrong.problems[0]
    return "\n  ".join([f"{len(wrong.problems)} problems:", *wrong.problems])


def _print(result: Result) -> None:
    say(f"{result.plan.id}, {result.period.name}, {result.plan.currency}")
    for one in result.statements:
        say(f"{one.person}: {one.payout:f}")
        for line in result.lines:
            if line.person == one.person:
                why = f"  ({line.reason})" if line.reason else ""
                what = " ".join(part for part in (line.component, line.kind, ", ".join(line.events)) if part)
                say(f"  {line.payable:>16f}  {what}  {line.formula}{why}")
