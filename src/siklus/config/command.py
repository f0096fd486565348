"""The `siklus` command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")
    if sys.argv[1:2] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["siklus manage", *sys.argv[2:]])
        return
    raise SystemExit("not yet")
