"""The API's contract: the OpenAPI document changes only on purpose, and no request makes the server fail.

`python -m tests.test_api_contract` writes the snapshot anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:  # the script below sets Django up first, and the world needs it set up
    from tests.world import World

SNAPSHOT = Path(__file__).parent / "openapi.json"


def current() -> str:
    from siklus.config.api import api

    return json.dumps(api.get_openapi_schema(), indent=1, sort_keys=True, default=str) + "\n"


def test_the_contract_is_the_one_we_promised():
    assert current() == SNAPSHOT.read_text(), "run python -m tests.test_api_contract if the change is meant"


def test_every_operation_has_an_id_of_its_own():
    ids = [
        operation["operationId"]
        for path in json.loads(SNAPSHOT.read_text())["paths"].values()
        for operation in path.values()
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
def test_the_page_of_the_api_names_every_operation_and_is_for_those_who_work_here(
    world: World, client: Client
):
    assert client.get("/api/v1/docs/")["Location"] == "/sign-in/?next=/api/v1/docs/"
    client.force_login(world.rani)
    page = client.get("/api/v1/docs/").content.decode()
    for path, operations in json.loads(SNAPSHOT.read_text())["paths"].items():
        assert path in page
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.test_settings")
    django.setup()
    SNAPSHOT.write_text(current())
