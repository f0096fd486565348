import argparse
import os
import subprocess
import sys
from pathlib import Path

from siklus.config.commands.init_ import first_pipeline, migrate
from siklus.config.commands.serve_ import refuse_taken, serve
from siklus.config.commands.shared import environment_port, now, say, start_django, through_command

DEMO = (
    ("rani@nusadigital.example", "sales rep"),
    ("bram@nusadigital.example", "sales manager"),
    ("agus@nusadigital.example", "sales operations"),
)
HELP = "everything for a first look: database, demo company, worker and server in one"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("SIKLUS_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=environment_port())
    parser.add_argument("--workers", type=int, default=max(1, min(os.cpu_count() or 1, 4)))
    parser.add_argument("--empty", action="store_true", help="without the demo company")


def run(options: argparse.Namespace) -> None:
    refuse_taken(options.host, options.port)
    start_django()
    prepare(empty=options.empty)
    worker = subprocess.Popen([sys.executable, "-m", "siklus", "worker"])
    try:
        _greet(options.host, options.port)
        serve(options.host, options.port, options.workers)
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def prepare(*, empty: bool) -> None:
    """Catalogues, static files, database, and a demo company if there is none."""
    from django.core.management import call_command

    from siklus.platform.i18n.catalogues import compile_catalogues
    from siklus.platform.installation.current import found_installation
    from siklus.platform.installation.models import Installation

    compile_catalogues()
    call_command("collectstatic", verbosity=0, interactive=False)
    migrate()
    if Installation.objects.exists():
        return
    if empty:
        with through_command():
            found_installation(name="My company", currency="IDR", time_zone="Asia/Jakarta", at=now())
            first_pipeline("en")
        return
    from siklus.config.demo import load_demo

    say("Making a demo company with a year of history (once) …")
    with through_command():
        load_demo(today=now())


def _greet(host: str, port: int) -> None:
    from django.conf import settings

    from siklus.platform.accounts.models import User

    say()
    say(f"  Siklus is ready:  http://{host}:{port}")
    demo = Path(settings.DATA) / "demo_password"
    if demo.exists() and User.objects.filter(email=DEMO[0][0]).exists():
        for place, (email, role) in enumerate(DEMO):
            say(f"  {'Sign in as' if not place else '':<16}{email}  ({role})")
        say(f"  {'Password':<16}{demo.read_text().strip()}")
    elif not User.objects.exists():
        say("  Add yourself:     siklus user add YOU@COMPANY --role admin --password-stdin")
    say("  Stop with Ctrl C.")
    say()
