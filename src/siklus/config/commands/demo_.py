import argparse

from siklus.config.command import Stop
from siklus.config.commands.init_ import migrate
from siklus.config.commands.shared import now, say, start_django, through_command

HELP = "load the demo company into an empty installation"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=["en", "id"], default="en")


def run(options: argparse.Namespace) -> None:
    start_django()
    migrate()
    from siklus.config.demo import load_demo
    from siklus.platform.installation.models import Installation

    if Installation.objects.exists():
        raise Stop("this installation is not empty; use another data folder (SIKLUS_DATA)")
    with through_command():
        load_demo(today=now(), language=options.language)
    say("The demo company is loaded.")
