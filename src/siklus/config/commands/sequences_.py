import argparse
import time

from siklus.config.commands.shared import add_format, need_database, now, show, start_django, through_command

HELP = "sequences: siklus sequences run, siklus sequences list"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    run = verbs.add_parser("run", help="do the steps that are due now; the worker does it by itself")
    run.add_argument("--limit", type=int, help="at most so many steps")
    add_format(run)
    run.set_defaults(run=run_due_steps)
    rows = verbs.add_parser("list", help="sequences, with how many people are where in them")
    add_format(rows)
    rows.set_defaults(run=run_list)


def run_due_steps(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.outreach.sequences.running import run_due

    began = time.monotonic()
    with through_command():
        done = run_due(now(), limit=options.limit)
    names = ("looked_at", "mails", "tasks", "postponed", "ended")
    seconds = round(time.monotonic() - began, 1)
    show([{**{name: done[name] for name in names}, "seconds": seconds}], options.format)


def run_list(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from django.db.models import Count, Q

    from siklus.cycle.outreach.sequences.models import Sequence

    states = ("active", "paused", "finished", "stopped")
    counted = {state: Count("enrolments", filter=Q(enrolments__state=state)) for state in states}
    rows = Sequence.objects.filter(archived_at=None).annotate(**counted)
    show(
        [
            {"id": one.pk, "name": one.name, "language": one.language, **{state: getattr(one, state) for state in states}}
            for one in rows
        ],
        options.format,
    )  # fmt: skip
