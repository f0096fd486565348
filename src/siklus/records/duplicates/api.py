from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from siklus.platform.api.door import asker, operator, referred, worker
from siklus.records.companies.queries import company_for
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deal_for
from siklus.records.duplicates.actions import tell_apart
from siklus.records.duplicates.queries import candidates_for

router = Router()
DOORS: dict[str, Any] = {"company": company_for, "contact": contact_for, "deal": deal_for}
Kind = Literal["company", "contact", "deal"]


class CandidateOut(Schema):
    kind: str
    one_id: int
    two_id: int
    score: int
    reasons: list[str]


class ApartIn(Schema):
    kind: Kind
    one_id: int
    two_id: int


@router.get("", response=list[CandidateOut], operation_id="list_duplicates")
def list_duplicates(request: HttpRequest, kind: Kind, limit: int = Query(50, ge=1, le=200)) -> Any:
    """Pairs that may be one record, the likeliest first, as the last scan found them. Leads are of kind deal."""
    return [
        {
            "kind": one.kind,
            "one_id": one.low_id,
            "two_id": one.high_id,
            "score": one.score,
            "reasons": one.reasons,
        }
        for one in candidates_for(asker(request), kind)[:limit]
    ]


@router.post("/scan", response={202: None}, operation_id="scan_duplicates")
def scan_all(request: HttpRequest) -> Any:
    """Look through all records anew. A worker does it."""
    from siklus.records.duplicates.tasks import scan

    scan.enqueue(operator(request).pk)
    return 202, None


@router.post("/apart", response={204: None}, operation_id="tell_apart")
def apart(request: HttpRequest, payload: ApartIn) -> Any:
    """These two are two: they are not offered again."""
    user = worker(request)
    for field in ("one_id", "two_id"):
        referred(DOORS[payload.kind], user, getattr(payload, field), field)
    tell_apart(kind=payload.kind, one_id=payload.one_id, two_id=payload.two_id, by=user, at=timezone.now())
    return 204, None
