"""Measure pages and verbs of a filled database: `SIKLUS_DATA=folder python -m bench.pages --out file.json`.

The real server (`siklus serve`, two workers) runs as a process of its own; so does the client. Statements and bytes are
counted in this process with Django's test client.
"""

import argparse
import base64
import gzip
import http.client
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")

WORKERS = 2
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
WORDS = (
    "cakra",
    "lentera",
    "irwan",
    "saujana",
    "kasir",
    "budi har",
    "embun",
    "rimba tirta",
    "wangsa",
    "0861",
    "utama",
)
Request = tuple[str, str, dict[str, str], str | None]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[int]:
    """`siklus serve` on a free port; ends with this process."""
    port = free_port()
    code = "import sys; from siklus.config.command import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "serve", "--port", str(port), "--workers", str(WORKERS)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        for _attempt in range(200):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def sign_in(port: int) -> dict[str, str]:
    """The headers of somebody who signed in through the form."""
    from bench.load import ADMIN, PASSWORD

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    cookies: SimpleCookie = SimpleCookie()

    def ask(method: str, path: str, body: str | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{key}={one.value}" for key, one in cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        for key, value in response.getheaders():
            if key.lower() == "set-cookie":
                cookies.load(value)
        return response.read().decode()

    page = ask("GET", "/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    fields = {"csrfmiddlewaretoken": token[1] if token else "", "email": ADMIN, "password": PASSWORD}
    ask("POST", "/sign-in/", urlencode({**fields, "username": ADMIN}))
    if "siklus_session" not in cookies:
        raise SystemExit("the bench could not sign in")
    ask("GET", "/deals/")
    return {
        "Cookie": "; ".join(f"{key}={one.value}" for key, one in cookies.items()),
        "X-CSRFToken": cookies["siklus_csrf"].value,
        "Accept-Encoding": "gzip",
    }


def rows(headers: dict[str, str], key: str) -> dict[str, tuple[Callable[[int], Request], bool]]:
    """Name → (the n-th request, whether it writes)."""
    from siklus.records.deals.models import Deal, Stage

    owner = Deal.objects.filter(qualified_at=None).values_list("owner_id", flat=True)[0]
    stages = list(Stage.objects.order_by("position"))
    deep = Deal.objects.filter(qualified_at=None, status="open").order_by("-id").values_list("id", flat=True)
    cursor = base64.urlsafe_b64encode(json.dumps([deep[199 * 50 - 1]]).encode()).decode().rstrip("=")
    open_deals = Deal.objects.filter(qualified_at__isnull=False, status="open")
    some = list(open_deals.order_by("id").values_list("id", "stage_id", "version")[:20_000:17])
    moves = iter(some)
    form = {**headers, "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true",
            "HX-Current-URL": "http://127.0.0.1/deals/?layout=board"}  # fmt: skip
    api = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/json",
        "Accept-Encoding": "gzip",
    }
    company, contact = Deal.objects.filter(company__isnull=False).values_list("company_id", "contact_id")[0]

    def get(path: str) -> Callable[[int], Request]:
        return lambda _n: ("GET", path, headers, None)

    def found(path: str) -> Callable[[int], Request]:
        return lambda n: ("GET", f"{path}?{urlencode({'q': WORDS[n % len(WORDS)]})}", headers, None)

    def deal(n: int) -> Request:
        return "GET", f"/deals/{some[-1 - n % 500][0]}/", headers, None

    def create(n: int) -> Request:
        body = {
            "name": f"Lead {n} of the bench",
            "company_id": company,
            "contact_id": contact,
            "amount": 25_000_000,
        }
        return "POST", "/api/v1/leads", api, json.dumps(body)

    def move(_n: int) -> Request:
        pk, stage, version = next(moves)
        to = next(one.pk for one in stages[3:] if one.pk != stage)
        return "POST", f"/deals/{pk}/move/", form, urlencode({"stage": to, "version": version, "before": ""})

    return {
        "list, first page": (get("/leads/"), False),
        "list by owner and stage": (get(f"/leads/?owner={owner}&stage={stages[1].pk}"), False),
        "list by amount": (get("/leads/?sort=-amount"), False),
        "list, page 200": (get(f"/leads/?after={cursor}"), False),
        "search, palette": (found("/palette/"), False),
        "search, page": (found("/search/"), False),
        "board with totals": (get("/deals/?layout=board"), False),
        "deal page": (deal, False),
        "won value by stage": (get("/deals/?status=won&group=stage"), False),
        "won value by month": (get("/deals/?status=won&group=closed"), False),
        "dashboard, seen before": (get("/dashboard/"), False),
        "Today, one person": (get("/?who=me"), False),
        "Today, everybody": (get("/?who=team"), False),
        "create through the API": (create, True),
        "move a deal on the board": (move, True),
    }


def measure(port: int, requests: list[Request], clients: int) -> dict[str, Any]:
    """Send requests from another process."""
    given = json.dumps({"port": port, "clients": clients, "requests": requests})
    answer = subprocess.run(
        [sys.executable, "-m", "bench.client"], input=given, capture_output=True, text=True, check=True
    )
    found = json.loads(answer.stdout)
    took = sorted(found["took"])
    if any(status >= 400 for status in found["statuses"]):
        raise SystemExit(f"a request was refused: {found['statuses']} {requests[0][:2]}")
    return {
        "n": len(took),
        "median": statistics.median(took) * 1000,
        "p95": took[int(len(took) * 0.95)] * 1000,
        "rate": len(took) / found["seconds"],
    }


def counted(request: Request) -> dict[str, Any]:
    """Statements of one request in this process (without BEGIN and the like), bytes plain and packed."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    method, path, headers, body = request
    extra = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
    kind = extra.pop("HTTP_CONTENT_TYPE", "text/html")
    extra.pop("HTTP_ACCEPT_ENCODING", None)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.generic(method, path, body or "", content_type=kind, **extra)
    if answer.status_code >= 400:
        raise SystemExit(f"{answer.status_code} for {path}")
    asked = [one["sql"] for one in seen.captured_queries if not one["sql"].startswith(CONTROL)]
    return {
        "statements": len(asked),
        "bytes": len(answer.content),
        "packed": len(gzip.compress(answer.content, 6)),
        "sql": asked,
    }


def first_visit(headers: dict[str, str], path: str) -> dict[str, int]:
    """Requests and bytes over the wire for a first visit: the page, and the stylesheets and scripts it names."""
    from django.contrib.staticfiles import finders
    from django.test import Client

    page = Client().get(path, HTTP_COOKIE=headers["Cookie"]).content.decode()
    sizes = [len(gzip.compress(page.encode(), 6))]
    for name in dict.fromkeys(
        re.findall(r'(?:src|href)="/static/([^"]+\.(?:css|js|svg|woff2|png|ico))"', page)
    ):
        place = finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name))
        data = Path(place).read_bytes() if isinstance(place, str) else b""
        sizes.append(len(gzip.compress(data, 9)))
    return {"requests": len(sizes), "bytes": sum(sizes)}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="a few requests per row only")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--sql", action="store_true", help="show the statements")
    given = parser.parse_args(arguments)
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from bench.load import ADMIN
    from siklus.insight import dashboard
    from siklus.platform.accounts.actions import issue_token
    from siklus.platform.accounts.models import User

    settings.ALLOWED_HOSTS.append("testserver")
    admin = User.objects.get(email=ADMIN)
    _token, key = issue_token(user=admin, name="bench", by=admin, at=timezone.now())
    count = 20 if given.quick else 100
    table: dict[str, Any] = {}
    with server() as port:
        headers = sign_in(port)
        for name, (request, writes) in rows(headers, key).items():
            if given.only not in name:
                continue
            if not writes:
                counted(request(0))
            row: dict[str, Any] = {"counted": counted(request(1))}
            if given.sql:
                print(name, *row["counted"]["sql"], sep="\n  ")
            del row["counted"]["sql"]
            measure(port, [request(n) for n in range(3 * WORKERS)], 1)
            for clients in (1, 4):
                size = count * (1 if clients == 1 else 2)
                row[str(clients)] = measure(port, [request(n) for n in range(size)], clients)
            table[name] = row
            one, four = row["1"], row["4"]
            print(f"{name:26} {one['median']:7.1f} {one['p95']:7.1f} ms {one['rate']:6.0f}/s | 4: {four['median']:7.1f}"
                  f" {four['p95']:7.1f} ms {four['rate']:6.0f}/s | {row['counted']}", flush=True)  # fmt: skip
        visit = first_visit(headers, "/deals/?layout=board")
        request = rows(headers, key)["dashboard, seen before"][0](0)
        took = []
        for _round in range(3):
            dashboard._answers.clear()
            start = time.perf_counter()
            counted(request)
            took.append((time.perf_counter() - start) * 1000)
    print("dashboard, computed anew (in process):", [round(one) for one in took], visit)
    given.out.write_text(
        json.dumps({"rows": table, "visit": visit, "dashboard_anew": statistics.median(took)})
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
