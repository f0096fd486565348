import argparse

from siklus.config.command import Stop
from siklus.config.commands.shared import now, say, start_django, through_command

HELP = "make the database and an empty company in it"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", default="My company", help="name of the company")
    parser.add_argument(
        "--currency", default="IDR", help="currency of its numbers; fixed for good (default IDR)"
    )
    parser.add_argument("--time-zone", default="Asia/Jakarta", help="its time zone; fixed for good")
    parser.add_argument("--language", choices=["en", "id"], default="en")
    parser.add_argument(
        "--template", choices=["standard", "software", "training", "property", "cars"], default="standard",
        help="the way of selling that the first pipeline is made for (default standard)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> None:
    start_django()
    migrate()
    from siklus.platform.installation.current import CannotFound, found_installation
    from siklus.platform.installation.models import Installation

    if Installation.objects.exists():
        say("The database is up to date; the company exists already.")
        return
    try:
        with through_command():
            found_installation(
                name=options.name, currency=options.currency, time_zone=options.time_zone,
                language=options.language, at=now(),
            )  # fmt: skip
            first_pipeline(options.language, options.template)
    except CannotFound as error:
        raise Stop(str(error)) from error
    say("Done. Add the first person: siklus user add YOU@COMPANY --role admin --password-stdin")


def migrate() -> None:
    """Bring the database up to date, in the order that lets reports run while it grows."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def first_pipeline(language: str, template: str = "standard") -> None:
    """What a new company starts with: a pipeline of six stages, one of each kind, lost reasons, answers to objections."""
    from django.db import transaction

    from siklus.cycle.objections.actions import add_ready_catalogue
    from siklus.records.deals.actions import add_ready_pipeline

    at = now()
    with transaction.atomic():
        add_ready_pipeline(template=template, language=language, by=None, at=at)
        add_ready_catalogue(by=None, at=at)
