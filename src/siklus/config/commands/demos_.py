import argparse
from datetime import date, datetime
from typing import Any

from siklus.config.command import Stop
from siklus.config.commands.shared import (
    add_format,
    done,
    need_database,
    now,
    say,
    show,
    start_django,
)

HELP = "demonstrations: siklus demos list, slots, book, cancel"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    rows = verbs.add_parser("list", help="demos, the latest first")
    rows.add_argument("--state", choices=["booked", "held", "missed", "cancelled"])
    rows.add_argument("--limit", type=int, default=50)
    add_format(rows)
    rows.set_defaults(run=run_list)
    slots = verbs.add_parser("slots", help="free times of a host")
    slots.add_argument("host", metavar="EMAIL")
    slots.add_argument("--minutes", type=int, default=45)
    slots.add_argument(
        "--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="from that day on (today)"
    )
    slots.add_argument("--days", type=int, default=5)
    add_format(slots)
    slots.set_defaults(run=run_slots)
    book = verbs.add_parser("book", help="book a demo at a free time")
    book.add_argument("deal", type=int, metavar="DEAL", help="number of the deal")
    book.add_argument("type", metavar="TYPE", help="name of the type, such as 'Software demo'")
    book.add_argument(
        "starts", type=datetime.fromisoformat, metavar="WHEN", help="such as 2026-12-01T10:00+07:00"
    )
    book.add_argument("--host", metavar="EMAIL", help="who shows it (the owner of the deal)")
    book.add_argument(
        "--show", action="append", default=[], help="what the buyer wants to see; may be repeated"
    )
    book.add_argument("--by", metavar="EMAIL")
    book.set_defaults(run=run_book)
    cancel = verbs.add_parser("cancel", help="call a demo off")
    cancel.add_argument("demo", type=int, metavar="ID")
    cancel.add_argument("--by", metavar="EMAIL")
    cancel.set_defaults(run=run_cancel)


def run_list(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.demos.models import Demo

    rows = Demo.objects.select_related("deal", "type", "host").order_by("-starts_at", "-id")
    if options.state:
        rows = rows.filter(state=options.state)
    show(
        [
            {"id": one.pk, "deal": one.deal.name, "type": one.type.name, "starts": one.starts_at, "state": one.state,
             "host": one.host.email, "minutes": one.minutes, "interest": one.interest}
            for one in rows[: max(1, options.limit)]
        ],
        options.format,
    )  # fmt: skip


def run_slots(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.demos.queries import free_slots

    host, moment = _person(options.host), now()
    day = options.day or moment.astimezone(host.zone).date()
    found = free_slots(host, minutes=options.minutes, day=day, now=moment, days=max(1, min(options.days, 60)))
    show(
        [{"starts": one.start.astimezone(host.zone), "ends": one.end.astimezone(host.zone)} for one in found],
        options.format,
    )


def run_book(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from django.db.models import Q
    from django.utils import timezone

    from siklus.cycle.demos.actions import book_demo
    from siklus.cycle.demos.models import DemoType
    from siklus.records.deals.models import Deal

    deal = Deal.objects.filter(pk=options.deal).first()
    named = Q(name_en__iexact=options.type) | Q(name_id__iexact=options.type)
    type_ = DemoType.objects.filter(named, retired_at=None).first()
    if deal is None:
        raise Stop(f"there is no deal {options.deal}")
    if type_ is None:
        raise Stop(f"there is no type of demo called {options.type}")
    host = _person(options.host) if options.host else None
    starts = options.starts if timezone.is_aware(options.starts) else timezone.make_aware(options.starts)
    demo = done(
        book_demo, deal=deal, type=type_, starts_at=starts, host=host, agenda=options.show, by=options.by
    )
    say(
        f"Demo {demo.pk} is booked: {demo.starts_at.astimezone(demo.host.zone).isoformat()}, {demo.host.name}."
    )


def run_cancel(options: argparse.Namespace) -> None:
    start_django()
    need_database()
    from siklus.cycle.demos.actions import cancel_demo
    from siklus.cycle.demos.models import Demo

    demo = Demo.objects.filter(pk=options.demo).first()
    if demo is None:
        raise Stop(f"there is no demo {options.demo}")
    done(cancel_demo, demo=demo, by=options.by)
    say(f"Demo {demo.pk} is called off.")


def _person(email: str) -> Any:
    from siklus.platform.accounts.models import User

    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise Stop(f"nobody here has the address {email}")
    return person
