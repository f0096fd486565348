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
            first_pipeline(options.language)
    except CannotFound as error:
        raise Stop(str(error)) from error
    say("Done. Add the first person: siklus user add YOU@COMPANY --role admin --password-stdin")


def migrate() -> None:
    """Bring the database up to date, in the order that lets reports run while it grows."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def first_pipeline(language: str) -> None:
    """What a new company starts with: a pipeline of six stages, one of each kind, lost reasons, answers to objections."""
    from django.db import transaction

    from siklus.cycle.objections.actions import add_ready_catalogue
    from siklus.records.deals.actions import add_lost_reason, add_pipeline, add_stage

    at = now()
    stages = [
        ("Prospecting", "Prospek", "prospecting", "slate", 10, 14, "pipeline"),
        ("Research", "Riset", "research", "sky", 15, 10, "pipeline"),
        ("First contact", "Kontak & kualifikasi", "contact", "blue", 25, 7, "pipeline"),
        ("Demo", "Demo", "demo", "indigo", 40, 10, "best_case"),
        ("Objections", "Keberatan", "objections", "orange", 55, 10, "best_case"),
        ("Closing", "Penutupan", "closing", "green", 75, 14, "commit"),
    ]
    reasons = [
        ("Too expensive", "Terlalu mahal", "lost"),
        ("Chose a competitor", "Memilih pesaing", "lost"),
        ("A feature is missing", "Fitur belum ada", "lost"),
        ("No budget this year", "Tidak ada anggaran tahun ini", "no_decision"),
        ("No answer any more", "Tidak ada jawaban lagi", "no_decision"),
        ("Not our customer", "Bukan sasaran kami", "disqualified"),
        ("Duplicate", "Duplikat", "disqualified"),
    ]
    place = 1 if language == "id" else 0
    with transaction.atomic():
        pipeline = add_pipeline(name="B2B", by=None, at=at)
        for english, indonesian, kind, colour, probability, rotting, category in stages:
            add_stage(
                pipeline=pipeline, name=(english, indonesian)[place], kind=kind, colour=colour,
                probability=probability, rotting_days=rotting, category=category, by=None, at=at,
            )  # fmt: skip
        for english, indonesian, status in reasons:
            add_lost_reason(name=(english, indonesian)[place], status=status, by=None, at=at)
        add_ready_catalogue(by=None, at=at)
