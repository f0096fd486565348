import argparse

from siklus.config.commands.shared import add_format, need_database, now, show, start_django, through_command

HELP = "give the leads that nobody has to people, by the rules of assignment"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--most", type=int, default=10_000, help="at most so many leads (10,000)")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.prospecting.actions import route_waiting
    from siklus.cycle.prospecting.assignment.queries import waiting_leads

    with through_command():
        given = route_waiting(by=None, at=now(), most=options.most)
    show([{"assigned": given, "waiting": waiting_leads().count()}], options.format)
