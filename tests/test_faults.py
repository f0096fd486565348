"""Faults of a machine: killed processes lose nothing that was acknowledged, and two workers never do one job twice."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.parts import free_port

PASSWORD = "benar-sekali-kuda"


class Place:
    """An installation of its own in a folder, worked by real processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ, "SIKLUS_DATA": str(folder), "DATABASE_URL": "", "SIKLUS_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "siklus.config.settings", "SIKLUS_LOG": "CRITICAL",
        }  # fmt: skip
        self.run("init")
        self.run("user", "add", "ada@nusa.test", "--role", "admin", "--password-stdin", given=PASSWORD)
        self.key = self.run("token", "add", "ada@nusa.test").strip()

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "siklus", *arguments], env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def run(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "siklus", *arguments], env=self.environment, input=given, capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, question: str) -> list[Any]:
        with sqlite3.connect(self.folder / "siklus.sqlite3") as database:
            return database.execute(question).fetchall()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


@pytest.fixture
def server(place: Place) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    process = place.start("serve", "--port", str(port), "--workers", "1")
    until(lambda: reachable(port))
    yield process, port
    kill(process)


def reachable(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except OSError:
        return False


def until(true: Any, seconds: float = 60) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def kill(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def test_what_the_server_acknowledged_survives_its_death(place: Place, server):
    process, port = server
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Bearer {place.key}", "Content-Type": "application/json"}
    acknowledged = []
    for number in range(40):
        connection.request("POST", "/api/v1/leads", json.dumps({"name": f"Lead {number}"}), headers)
        answer = connection.getresponse()
        assert answer.status == 201
        acknowledged.append(json.loads(answer.read())["id"])
    kill(process)
    kept = [row[0] for row in place.ask("SELECT id FROM deals_deal")]
    assert kept == acknowledged
    assert place.ask("SELECT count(*) FROM deals_dealinterval") == [(40,)]
    assert place.ask("SELECT count(*) FROM journal_entry WHERE name = 'deal.created'") == [(40,)]
    place.run("check")


def test_an_import_that_was_killed_goes_on_where_it_stopped(place: Place, tmp_path: Path):
    file = tmp_path / "leads.csv"
    file.write_text("name,email\n" + "".join(f"Lead {n},p{n}@firma{n}.co.id\n" for n in range(9000)))
    process = place.start("import", "leads", str(file))
    until(lambda: place.ask("SELECT count(*) FROM imports_importchunk")[0][0] > 0)
    kill(process)
    rows = place.ask("SELECT rows_done, status FROM imports_importbatch")
    assert rows[0][1] == "running"
    assert place.ask("SELECT count(*) FROM deals_deal")[0][0] == rows[0][0] < 9000
    with sqlite3.connect(place.folder / "siklus.sqlite3") as database:
        database.execute("UPDATE imports_importbatch SET heartbeat_at = '2026-01-01 00:00:00'")
    place.run("worker", "--once")
    assert place.ask("SELECT rows_done, created, status FROM imports_importbatch") == [(9000, 9000, "done")]
    assert place.ask("SELECT count(*), count(DISTINCT name) FROM deals_deal") == [(9000, 9000)]
    place.run("check")
    place.run("import", "undo", "1")
    assert place.ask("SELECT count(*) FROM deals_deal") == [(0,)]


def test_two_workers_never_do_one_job_twice(place: Place, tmp_path: Path):
    script = """
import django; django.setup()
from django.utils import timezone
from siklus.platform.accounts.models import User
from siklus.platform.imports.actions import map_import, queue_import, start_import
by, at = User.objects.get(), timezone.now()
for number in range(12):
    batch = start_import(object_kind="leads", file_name="x.csv", chunks=[f"name\\nLead {number}\\n".encode()], by=by, at=at)
    queue_import(batch=map_import(batch=batch, mapping={"columns": {"name": "name"}}, at=at), at=at)
"""
    subprocess.run([sys.executable, "-c", script], env=place.environment, check=True)
    workers = [place.start("worker", "--once") for _ in range(2)]
    assert [worker.wait(timeout=120) for worker in workers] == [0, 0]
    assert place.ask("SELECT count(*), count(DISTINCT name) FROM deals_deal") == [(12, 12)]
    assert place.ask("SELECT DISTINCT status FROM imports_importbatch") == [("done",)]
    assert place.ask("SELECT DISTINCT status FROM django_tasks_database_dbtaskresult") == [("SUCCESSFUL",)]
    assert len(place.ask("SELECT id FROM journal_entry WHERE name = 'import.started'")) == 12


def test_a_backup_comes_back_as_it_was(place: Place, tmp_path: Path):
    place.run("import", "leads", str(_file(tmp_path)))
    place.run("backup", str(tmp_path / "all.tar.gz"))
    other = tmp_path / "other"
    place.environment["SIKLUS_DATA"] = str(other)
    place.run("restore", str(tmp_path / "all.tar.gz"))
    with sqlite3.connect(other / "siklus.sqlite3") as restored:
        assert restored.execute("SELECT name FROM deals_deal").fetchall() == [("Bank Nusa",)]
    place.run("check")


def _file(folder: Path) -> Path:
    file = folder / "one.csv"
    file.write_text("name\nBank Nusa\n")
    return file
