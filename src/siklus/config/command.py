"""The `siklus` command: one file per verb in `commands/`."""

import argparse
import os
import sys
from collections.abc import Sequence

VERBS = (
    "up", "init", "demo", "serve", "worker", "check", "backup", "restore", "user", "token", "import", "report",
    "duplicates", "fit", "assign", "mirror", "quote", "quota", "demos", "objections", "sequences",
    "research", "qualification", "commission", "incentives",
)  # fmt: skip


class Stop(Exception):
    """Ends the command with a sentence for the user and exit code 1."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the `siklus` command."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")
    if arguments[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["siklus manage", *arguments[1:]])
        return
    try:
        parser = build_parser()
        options = parser.parse_args(arguments)
        if not hasattr(options, "run"):
            parser.print_help()
            raise SystemExit(2)
        options.run(options)
    except Stop as stop:
        print(f"siklus: {stop}", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None
    except ValueError as wrong:
        if "DATABASE_URL" in str(wrong) or "SIKLUS_MAIL_URL" in str(wrong):
            print(f"siklus: {wrong}", file=sys.stderr)  # noqa: T201
            raise SystemExit(1) from None
        raise


def build_parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    import importlib

    parser = argparse.ArgumentParser(
        prog="siklus",
        description="Siklus runs the whole sales life cycle of a company.",
        epilog="Settings come from the environment: SIKLUS_DATA (data folder), DATABASE_URL, SIKLUS_HOSTS.",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for verb in VERBS:
        module = importlib.import_module(f"siklus.config.commands.{verb}_")
        one = verbs.add_parser(verb, help=module.HELP, description=module.HELP)
        module.arguments(one)
        if hasattr(module, "run"):
            one.set_defaults(run=module.run)
    return parser
