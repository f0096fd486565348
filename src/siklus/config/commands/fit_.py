import argparse
import time

from siklus.config.command import Stop
from siklus.config.commands.shared import add_format, need_database, now, show, start_django, through_command

HELP = "grades by the ideal customer: siklus fit recompute, siklus fit show"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    again = verbs.add_parser("recompute", help="grade all companies, leads and open deals anew")
    again.add_argument("--kind", choices=["company", "deal"], action="append", help="only these records")
    add_format(again)
    again.set_defaults(run=run_recompute)
    one = verbs.add_parser(
        "show", help="the grade of a record with its reasons, or how many have which grade"
    )
    which = one.add_mutually_exclusive_group()
    which.add_argument("--company", type=int, metavar="ID")
    which.add_argument("--deal", type=int, metavar="ID", help="a lead or deal")
    add_format(one)
    one.set_defaults(run=run_show)


def run_recompute(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.prospecting.actions import recompute_fit

    rows = []
    for kind in options.kind or ("company", "deal"):
        began = time.monotonic()
        with through_command():
            counts = recompute_fit(by=None, at=now(), kinds=[kind])[kind]
        seconds = round(time.monotonic() - began, 1)
        rows.append({"kind": kind, "seen": counts.seen, "written": counts.written, "seconds": seconds})
    show(rows, options.format)


def run_show(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.prospecting.queries import fit_of, grade_counts

    if options.company is None and options.deal is None:
        show([{"kind": kind, **counts} for kind, counts in grade_counts().items()], options.format)
        return
    kind, pk = ("deal", options.deal) if options.company is None else ("company", options.company)
    fit = fit_of(kind, pk)
    if fit is None:
        raise Stop(f"the {kind} {pk} has no grade")
    head = {"grade": fit.grade, "share": fit.share, "profile": f"{fit.profile}, {fit.number}"}
    words = {"+": "met", "-": "missed", "?": "unknown"}
    rows = [
        {**head, "criterion": one.text, "came out": words[one.mark], "points": f"{one.points}/{one.weight}"}
        for one in fit.reasons
    ]
    show(rows, options.format)
