from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from siklus.platform.accounts.models import Visibility
from siklus.platform.api.door import asker
from siklus.platform.api.problems import Problem
from siklus.platform.journal.facts import all_facts, json_schema
from siklus.platform.journal.queries import entries

router = Router()


class EntryOut(Schema):
    id: int
    name: str
    about_kind: str
    about_id: int
    by_id: int | None
    channel: str
    happened_at: datetime
    recorded_at: datetime
    details: dict[str, Any]


class EntryPage(Schema):
    items: list[EntryOut]
    next: int | None


@router.get("", response={200: EntryPage}, operation_id="list_entries")
def list_entries(
    request: HttpRequest,
    after: int = Query(0, ge=0, le=2**63 - 1),
    limit: int = Query(50, ge=1, le=500),
    name: str | None = None,
    about_kind: str | None = None,
    about_id: int | None = Query(None, ge=1, le=2**63 - 1),
) -> Any:
    """Facts in the order they were recorded, for those who see all records."""
    if asker(request).visibility != Visibility.ALL:
        raise Problem(403, _("The whole journal is for those who may see all records."))
    found = list(entries(after=after, name=name, kind=about_kind, object_id=about_id)[: limit + 1])
    return {"items": found[:limit], "next": found[limit - 1].pk if len(found) > limit else None}


@router.get("/facts", response=dict[str, Any], operation_id="list_facts")
def list_facts(request: HttpRequest) -> Any:
    """Every fact that may be recorded, with the JSON schema of its details."""
    return {name: json_schema(fact) for name, fact in all_facts().items()}
