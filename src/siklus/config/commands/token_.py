import argparse

from siklus.config.commands.shared import acting_user, now, say, start_django, through_command

HELP = "make a key for programs"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add = verbs.add_parser("add", help="make a key; it is printed once")
    add.add_argument("email", help="the user whose rights the key has")
    add.add_argument("--name", default="Command line", help="what will use it")
    add.set_defaults(run=run_add)


def run_add(options: argparse.Namespace) -> None:
    start_django()
    from siklus.platform.accounts.actions import issue_token

    user = acting_user(options.email)
    with through_command():
        _token, key = issue_token(user=user, name=options.name, by=user, at=now())
    say(key)
