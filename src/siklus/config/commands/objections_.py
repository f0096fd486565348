import argparse
from typing import Any

from siklus.config.command import Stop
from siklus.config.commands.shared import (
    add_format,
    done,
    need_database,
    say,
    show,
    start_django,
)

HELP = "what buyers object: siklus objections list, raise, answer, settle"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    rows = verbs.add_parser("list", help="objections, the newest first")
    rows.add_argument("--state", choices=["open", "answered", "resolved", "stands"])
    rows.add_argument("--deal", type=int, metavar="ID")
    rows.add_argument("--limit", type=int, default=50)
    add_format(rows)
    rows.set_defaults(run=run_list)
    new = verbs.add_parser("raise", help="write an objection down, in the buyer's words")
    new.add_argument("deal", type=int, metavar="DEAL", help="number of the deal")
    new.add_argument("type", metavar="TYPE", help="kind or name of the type, such as price")
    new.add_argument("words", metavar="WORDS")
    new.add_argument("--by", metavar="EMAIL", help="who writes it down")
    new.set_defaults(run=run_raise)
    answer = verbs.add_parser("answer", help="say what was answered")
    answer.add_argument("objection", type=int, metavar="ID")
    answer.add_argument("--response", type=int, metavar="ID", help="a response of the catalogue")
    answer.add_argument("--words", default="")
    answer.add_argument("--by", metavar="EMAIL")
    answer.set_defaults(run=run_answer)
    settle = verbs.add_parser("settle", help="say what came of it")
    settle.add_argument("objection", type=int, metavar="ID")
    settle.add_argument("how", choices=["resolved", "stands", "open"])
    settle.add_argument("--note", default="")
    settle.add_argument("--by", metavar="EMAIL")
    settle.set_defaults(run=run_settle)


def run_list(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.objections.models import Objection

    rows = Objection.objects.filter(deal__merged_into=None).select_related("deal", "type").order_by("-id")
    if options.state:
        rows = rows.filter(state=options.state)
    if options.deal:
        rows = rows.filter(deal_id=options.deal)
    show(
        [
            {"id": one.pk, "deal": one.deal.name, "type": one.type.name, "state": one.state, "words": one.words,
             "raised": one.raised_at}
            for one in rows[: max(1, options.limit)]
        ],
        options.format,
    )  # fmt: skip


def run_raise(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from django.db.models import Q

    from siklus.cycle.objections.actions import raise_objection
    from siklus.cycle.objections.models import ObjectionType
    from siklus.records.deals.models import Deal

    deal = Deal.objects.filter(pk=options.deal).first()
    named = Q(kind=options.type) | Q(name_en__iexact=options.type) | Q(name_id__iexact=options.type)
    type_ = ObjectionType.objects.filter(named, retired_at=None).order_by("pk").first()
    if deal is None:
        raise Stop(f"there is no deal {options.deal}")
    if type_ is None:
        raise Stop(f"there is no type of objection called {options.type}")
    made = done(raise_objection, deal=deal, type=type_, words=options.words, by=options.by)
    say(f"Objection {made.pk} is written down.")


def run_answer(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.objections.actions import answer_objection
    from siklus.cycle.objections.models import Response

    response = Response.objects.filter(pk=options.response).first() if options.response else None
    if options.response and response is None:
        raise Stop(f"there is no response {options.response}")
    done(
        answer_objection, objection=_objection(options.objection), response=response, words=options.words,
        by=options.by,
    )  # fmt: skip
    say("The answer is written down.")


def run_settle(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.objections.actions import leave_standing, reopen_objection, resolve_objection

    verbs: dict[str, Any] = {
        "resolved": resolve_objection,
        "stands": leave_standing,
        "open": reopen_objection,
    }
    note = {"note": options.note} if options.how != "open" else {}
    one = done(verbs[options.how], objection=_objection(options.objection), by=options.by, **note)
    say(f"Objection {one.pk}: {one.state}.")


def _objection(pk: int) -> Any:
    from siklus.cycle.objections.models import Objection

    objection = Objection.objects.filter(pk=pk).first()
    if objection is None:
        raise Stop(f"there is no objection {pk}")
    return objection
