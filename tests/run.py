"""The whole suite: `make test`, or `python -m tests.run [pytest arguments]`.

On SQLite first, then on a private PostgreSQL server if its programs are installed. What needs a part that is
missing is skipped, and the reason printed at the end. SIKLUS_TEST_REQUIRE=postgres,chromium,imap makes that a failure.
"""

import os
import subprocess
import sys
import time

from tests import parts


def main(arguments: list[str]) -> int:
    required = set(filter(None, os.environ.get("SIKLUS_TEST_REQUIRE", "").split(",")))
    missing = {}
    if parts.chromium() is None:
        missing["chromium"] = "no Chromium: the browser stories were skipped (apt-get install chromium)"
    if parts.postgres_programs() is None:
        missing["postgres"] = "no PostgreSQL: the second run was skipped (apt-get install postgresql)"
    if parts.dovecot() is None:
        missing["imap"] = "no IMAP server: reading mail was not tested (apt-get install dovecot-imapd)"
    if lacking := required & missing.keys():
        for part in sorted(lacking):
            print(f"required, but {missing[part]}")
        return 1
    print("== SQLite", flush=True)
    failed = pytest(arguments, {"SIKLUS_TEST_DATABASE_URL": ""})
    if "postgres" not in missing and not failed:
        print("== PostgreSQL", flush=True)
        with parts.private_postgres() as address:
            failed = pytest(["-m", "not chromium", *arguments], {"SIKLUS_TEST_DATABASE_URL": address})
    for reason in missing.values():
        print(f"skipped: {reason}")
    return failed


def pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest in parallel; its exit code."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadfile", "-rs", *arguments]
    code = subprocess.run(command, env={**os.environ, **environment}, check=False).returncode
    print(f"   {time.monotonic() - began:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
