import argparse
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

HELP = "qualification: siklus qualification show DEAL, siklus qualification set DEAL CRITERION yes|partly|no|unknown"
WORDS = ("no", "partly", "yes")


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    one = verbs.add_parser("show", help="how far a lead or deal is by the framework of its pipeline")
    one.add_argument("deal", type=int, metavar="DEAL", help="its number")
    add_format(one)
    one.set_defaults(run=run_show)
    put = verbs.add_parser("set", help="write down what a buyer answers to a criterion")
    put.add_argument("deal", type=int, metavar="DEAL", help="its number")
    put.add_argument("criterion", metavar="CRITERION", help="its number or its name, in either language")
    put.add_argument("verdict", choices=[*WORDS, "unknown"], help="unknown takes the answer back")
    put.add_argument("--said", default="", metavar="TEXT", help="in the buyer's words")
    put.add_argument("--activity", type=int, metavar="ID", help="which activity of the deal shows it")
    put.add_argument(
        "--by", metavar="EMAIL", help="in whose name; without it the first administrator or of operations"
    )
    add_format(put)
    put.set_defaults(run=run_set)


def run_show(options: argparse.Namespace) -> None:
    deal, state = _opened(options.deal)
    _print(deal, state, options.format)


def run_set(options: argparse.Namespace) -> None:
    deal, state = _opened(options.deal)
    from siklus.cycle.qualification.actions import answer_criterion, withdraw_answer
    from siklus.cycle.qualification.queries import state_of
    from siklus.records.activities.models import Activity
    from siklus.records.fields.record import Refused

    criterion = _criterion(state, options.criterion)
    evidence = None
    if options.activity is not None:
        evidence = Activity.objects.filter(pk=options.activity, deal_id=deal.pk).first()
        if evidence is None:
            raise Stop(f"the deal {deal.pk} has no activity {options.activity}")
    by = acting_user(options.by)
    try:
        with through_command():
            if options.verdict == "unknown":
                withdraw_answer(deal=deal, criterion=criterion, by=by, at=now())
            else:
                answer_criterion(
                    deal=deal, criterion=criterion, verdict=WORDS.index(options.verdict), said=options.said,
                    evidence=evidence, by=by, at=now(),
                )  # fmt: skip
    except Refused as refusal:
        raise Stop(refusal.message) from None
    _print(deal, state_of(deal), options.format)


def _opened(number: int) -> tuple[Any, Any]:
    """The lead or deal of this number and its state. Stops when there is none, or nothing to qualify by."""
    start_django()
    need_database()
    from siklus.cycle.qualification.queries import state_of
    from siklus.records.deals.models import Deal

    deal = Deal.objects.filter(pk=number, merged_into=None).first() if 0 < number < 2**63 else None
    if deal is None:
        raise Stop(f"there is no lead or deal {number}")
    state = state_of(deal)
    if state is None:
        raise Stop(
            f"the pipeline of the deal {number} has no framework; choose one under Settings, Qualification"
        )
    return deal, state


def _criterion(state: Any, named: str) -> Any:
    criteria = [row.criterion for row in state.rows]
    for one in criteria:
        if named.casefold() in {str(one.pk), one.label_en.casefold(), one.label_id.casefold()} - {""}:
            return one
    names = ", ".join(one.label for one in criteria)
    raise Stop(f"the framework has no criterion {named}; it has: {names}")


def _print(deal: Any, state: Any, how: str) -> None:
    rows = [
        {
            "id": row.criterion.pk, "criterion": row.criterion.label, "weight": row.criterion.weight,
            "must": row.criterion.is_must, "verdict": WORDS[row.answer.verdict] if row.answer else None,
            "said": row.answer.said if row.answer else "",
            "activity": row.answer.evidence_id if row.answer else None,
        }
        for row in state.rows
    ]  # fmt: skip
    if how == "table":
        enough = "enough" if state.is_enough else "not enough"
        say(
            f"{deal.name}: {state.score.percent} of {state.rule.least_score}, {enough} ({state.rule.framework.name})"
        )
    show(rows, how)
