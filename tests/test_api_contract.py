"""The API's contract: the OpenAPI document changes only on purpose, and no request makes the server fail.

`python -m tests.test_api_contract` writes the snapshot anew.
"""

import json
from pathlib import Path

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


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.test_settings")
    django.setup()
    SNAPSHOT.write_text(current())
