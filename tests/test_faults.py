"""Faults of a machine: killed processes lose nothing that was acknowledged, and two workers never do one job twice."""

import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.parts import free_port, postgres_programs, private_postgres

PASSWORD = "benar-sekali-kuda"
LONG_AGO = "UPDATE imports_importbatch SET heartbeat_at = '2026-01-01 00:00:00+00:00'"


class Place:
    """An installation of its own in a folder, worked by real processes; `address` names its PostgreSQL database."""

    def __init__(self, folder: Path, address: str = "") -> None:
        self.folder, self.address = folder, address
        self.environment = {
            **os.environ, "SIKLUS_DATA": str(folder), "DATABASE_URL": address, "SIKLUS_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "siklus.config.settings", "SIKLUS_LOG": "CRITICAL",
        }  # fmt: skip

    def found(self) -> "Place":
        self.run("init")
        self.run("user", "add", "ada@nusa.test", "--role", "admin", "--password-stdin", given=PASSWORD)
        self.key = self.run("token", "add", "ada@nusa.test").strip()
        return self

    def copy_to(self, other: "Place") -> "Place":
        """Make another place what this one is, while nobody works in it. Far quicker than to found it."""
        shutil.copytree(self.folder, other.folder, dirs_exist_ok=True)
        if self.address:
            name, ours = other.address.rsplit("/", 1)[1], self.address.rsplit("/", 1)[1]
            with psycopg.connect(self.address.rsplit("/", 1)[0] + "/postgres", autocommit=True) as server:
                server.execute(f"DROP DATABASE {name}")
                server.execute(f"CREATE DATABASE {name} TEMPLATE {ours}")
        other.key = self.key
        return other

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

    def script(self, text: str) -> None:
        """Python inside this installation."""
        subprocess.run([sys.executable, "-c", text], env=self.environment, check=True)

    def ask(self, question: str) -> list[Any]:
        """Rows of an answer; a statement that answers nothing gives none."""
        if self.address:
            with psycopg.connect(self.address, autocommit=True) as server:
                cursor = server.execute(question)
                return cursor.fetchall() if cursor.description else []
        with sqlite3.connect(self.folder / "siklus.sqlite3") as database:
            return database.execute(question).fetchall()


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with private_postgres() as address:
        yield address


class Places:
    """Makes empty places on one kind of database."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self.server, self.count = folder, server, 0

    def empty(self) -> Place:
        self.count += 1
        if not self.server:
            return Place(self.folder / f"data-{self.count}")
        name = f"place_{uuid.uuid4().hex}"
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        return Place(self.folder / f"data-{self.count}", f"{self.server.rsplit('/', 1)[0]}/{name}")


@pytest.fixture(params=["sqlite", "postgres"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    server = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    return Places(tmp_path, server)


@pytest.fixture(scope="module")
def founded() -> dict[str, Place]:
    """One founded place for each kind of database, which the tests copy."""
    return {}


@pytest.fixture
def place(places: Places, founded: dict[str, Place], tmp_path_factory: pytest.TempPathFactory) -> Place:
    if places.server not in founded:
        first = Places(tmp_path_factory.mktemp("founded"), places.server)
        founded[places.server] = first.empty().found()
    return founded[places.server].copy_to(places.empty())


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
    process = place.start("import", "leads", str(leads(tmp_path, 9000)))
    until(lambda: place.ask("SELECT count(*) FROM imports_importchunk")[0][0] > 0)
    kill(process)
    rows = place.ask("SELECT rows_done, status FROM imports_importbatch")
    assert rows[0][1] == "running"
    assert place.ask("SELECT count(*) FROM deals_deal")[0][0] == rows[0][0] < 9000
    place.ask(LONG_AGO)
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
    place.script(script)
    workers = [place.start("worker", "--once") for _ in range(2)]
    assert [worker.wait(timeout=120) for worker in workers] == [0, 0]
    assert place.ask("SELECT count(*), count(DISTINCT name) FROM deals_deal") == [(12, 12)]
    assert place.ask("SELECT DISTINCT status FROM imports_importbatch") == [("done",)]
    assert place.ask("SELECT DISTINCT status FROM django_tasks_database_dbtaskresult") == [("SUCCESSFUL",)]
    assert len(place.ask("SELECT id FROM journal_entry WHERE name = 'import.started'")) == 12


def leads(folder: Path, count: int) -> Path:
    file = folder / "leads.csv"
    file.write_text("name,email\n" + "".join(f"Lead {n},p{n}@firma{n}.co.id\n" for n in range(count)))
    return file


TASKS = "SELECT task_path, status FROM django_tasks_database_dbtaskresult ORDER BY enqueued_at"


def test_the_job_of_a_killed_worker_is_done_once_by_another(place: Place, tmp_path: Path):
    place.script(f"""
import django; django.setup()
from pathlib import Path
from django.utils import timezone
from siklus.platform.accounts.models import User
from siklus.platform.imports.actions import map_import, queue_import, start_import
by, at = User.objects.get(), timezone.now()
content = Path({str(leads(tmp_path, 9000))!r}).read_bytes()
batch = start_import(object_kind="leads", file_name="x.csv", chunks=[content], by=by, at=at)
mapping = {{"columns": {{"name": "name", "email": "contact_email"}}}}
queue_import(batch=map_import(batch=batch, mapping=mapping, at=at), at=at)
""")
    worker = place.start("worker")
    until(lambda: place.ask("SELECT count(*) FROM imports_importchunk")[0][0] > 0)
    kill(worker)
    committed = place.ask("SELECT rows_done FROM imports_importbatch")[0][0]
    assert 0 < committed < 9000
    assert place.ask("SELECT count(*) FROM deals_deal") == [(committed,)]
    assert place.ask(TASKS) == [("siklus.platform.imports.tasks.run_batch", "RUNNING")]
    place.ask(LONG_AGO)
    workers = [place.start("worker", "--once") for _ in range(2)]
    assert [worker.wait(timeout=120) for worker in workers] == [0, 0]
    assert place.ask("SELECT rows_done, created, status FROM imports_importbatch") == [(9000, 9000, "done")]
    assert place.ask("SELECT count(*), count(DISTINCT name) FROM deals_deal") == [(9000, 9000)]
    assert place.ask(TASKS) == [("siklus.platform.imports.tasks.run_batch", "SUCCESSFUL")]
    told = "SELECT name, count(*) FROM journal_entry WHERE name LIKE 'import.%' GROUP BY name ORDER BY name"
    assert place.ask(told) == [("import.finished", 1), ("import.started", 1)]
    assert place.ask("SELECT count(*) FROM journal_entry WHERE name = 'deal.created'") == [(9000,)]
    place.run("check")


def test_an_undo_whose_worker_was_killed_is_finished_by_another(place: Place, tmp_path: Path):
    place.run("import", "leads", str(leads(tmp_path, 6000)))
    place.script("""
import django; django.setup()
from django.utils import timezone
from siklus.platform.accounts.models import User
from siklus.platform.imports.actions import queue_undo
from siklus.platform.imports.models import ImportBatch
queue_undo(batch=ImportBatch.objects.get(), by=User.objects.get(), at=timezone.now())
""")
    worker = place.start("worker")
    until(lambda: place.ask("SELECT count(*) FROM deals_deal")[0][0] < 6000)
    kill(worker)
    assert place.ask("SELECT status FROM imports_importbatch") == [("undoing",)]
    assert place.ask("SELECT count(*) FROM contacts_contact")[0][0] > 0
    place.ask(LONG_AGO)
    place.run("worker", "--once")
    assert place.ask("SELECT status FROM imports_importbatch") == [("undone",)]
    for table in (
        "deals_deal",
        "deals_dealinterval",
        "contacts_contact",
        "contacts_contactpoint",
        "search_document",
    ):
        assert place.ask(f"SELECT count(*) FROM {table}") == [(0,)]
    assert place.ask(TASKS) == [("siklus.platform.imports.tasks.undo_batch", "SUCCESSFUL")]
    place.run("check")


ROWS = (
    "SELECT id, name, status FROM deals_deal ORDER BY id",
    "SELECT id, deal_id, valid_from, valid_to FROM deals_dealinterval ORDER BY id",
    "SELECT id, name, about_kind, about_id, recorded_at FROM journal_entry ORDER BY id",
    "SELECT id, kind, title, text FROM search_document ORDER BY id",
    "SELECT id, email, password FROM accounts_user ORDER BY id",
)


def test_a_backup_comes_back_as_it_was(places: Places, place: Place, tmp_path: Path):
    place.run("import", "leads", str(leads(tmp_path, 30)))
    before = [place.ask(one) for one in ROWS]
    place.run("backup", str(tmp_path / "all.tar.gz"))
    other = places.empty()
    other.run("restore", str(tmp_path / "all.tar.gz"))
    assert [other.ask(one) for one in ROWS] == before
    assert len(before[0]) == 30
    other.run("check")
    files = [sorted(one.name for one in (each.folder / "files").rglob("*")) for each in (place, other)]
    assert files[0] == files[1] != []
    other.run("import", "undo", "1")
    assert other.ask("SELECT count(*) FROM deals_deal") == [(0,)]
