import argparse

from siklus.config.command import Stop
from siklus.config.commands.shared import (
    add_format,
    now,
    read_secret,
    say,
    show,
    start_django,
    through_command,
)

HELP = "add or list the people who sign in"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add = verbs.add_parser("add", help="add a person")
    add.add_argument("email")
    add.add_argument(
        "--role", required=True,
        choices=["rep", "manager", "marketing", "success", "people", "operations", "admin"],
    )  # fmt: skip
    add.add_argument("--name", help="default: the part before the @")
    add.add_argument("--team", help="name of a team that exists")
    add.add_argument("--language", choices=["en", "id"])
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.set_defaults(run=run_add)
    listing = verbs.add_parser("list", help="list everybody")
    add_format(listing)
    listing.set_defaults(run=run_list)


def run_add(options: argparse.Namespace) -> None:
    start_django()
    from siklus.platform.accounts.actions import CannotChangeUser, add_user
    from siklus.platform.accounts.models import Team

    password = read_secret("password") if options.password_stdin else None
    team = None
    if options.team:
        team = Team.objects.filter(name__iexact=options.team).first()
        if team is None:
            raise Stop(f"there is no team “{options.team}”")
    name = options.name or options.email.split("@")[0].replace(".", " ").title()
    try:
        with through_command():
            user = add_user(
                email=options.email, name=name, role=options.role, team=team, password=password,
                language=options.language, by=None, at=now(),
            )  # fmt: skip
    except CannotChangeUser as error:
        raise Stop(str(error)) from error
    say(f"Added {user.name} <{user.email}> as {user.role}.")


def run_list(options: argparse.Namespace) -> None:
    start_django()
    from siklus.platform.accounts.models import User

    rows = [
        {"id": one.pk, "email": one.email, "name": one.name, "role": one.role,
         "team": one.team.name if one.team else None, "active": one.is_active}
        for one in User.objects.select_related("team")
    ]  # fmt: skip
    show(rows, options.format)
