"""What the tests of the desk share."""

import html
import re
from typing import Any

from django.test import Client
from django.test.utils import CaptureQueriesContext

from siklus.platform.accounts.models import User


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def statements(client: Client, url: str) -> int:
    """How many SQL statements a page takes, once the process is warm."""
    from django.db import connection

    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200, response.content[:300]
    return len(asked)


def names(response: Any) -> list[str]:
    """The names of the rows of a list, in order."""
    found = re.findall(r'<th scope="row"[^>]*><a href="[^"]*">([^<]*)</a>', response.content.decode())
    return [html.unescape(name) for name in found]


def cards(response: Any) -> list[str]:
    found = re.findall(r'class="card-link" href="[^"]*">([^<]*)</a>', response.content.decode())
    return [html.unescape(name) for name in found]


def text(response: Any) -> str:
    """What a page says, without its markup."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(bare).replace("\xa0", " ").split())


def htmx(url: str = "") -> dict[str, str]:
    headers = {"HX-Request": "true"}
    return headers | {"HX-Current-URL": f"http://testserver{url}"} if url else headers
