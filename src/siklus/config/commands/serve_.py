import argparse
import os
import socket

from siklus.config.command import Stop
from siklus.config.commands.shared import environment_port, start_django

HELP = "serve the pages and the API"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("SIKLUS_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=environment_port())
    parser.add_argument("--workers", type=int, default=max(1, min(os.cpu_count() or 1, 4)))


def run(options: argparse.Namespace) -> None:
    refuse_taken(options.host, options.port)
    start_django()
    serve(options.host, options.port, options.workers)


def refuse_taken(host: str, port: int) -> None:
    """Stop when somebody listens there: the server shares a port, and every other page would come from the other one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what just ended there is no neighbour
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Stop(
                f"cannot listen on {host}:{port} ({error.strerror}); end what listens there, or set SIKLUS_PORT"
            ) from error


def serve(host: str, port: int, workers: int) -> None:
    """Serve with Granian, one blocking thread per worker: more only queue (decision 0004)."""
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "siklus.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        backlog=256,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
    ).serve()
