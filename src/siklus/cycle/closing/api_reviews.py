from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.closing.actions import lost_to, review_close
from siklus.cycle.closing.models import CloseReview
from siklus.cycle.closing.queries import reviews_for
from siklus.cycle.research.queries import competitor_for
from siklus.platform.api.door import LARGEST_ID, asker, expected_version, paged, referred, with_etag, worker
from siklus.records.deals.queries import deal_for

router = Router()


class LostToIn(Schema):
    deal_id: int
    competitor_id: int


class ReviewIn(Schema):
    """`factor` is what decided the deal: price, product, proof, people, timing, budget, change or other."""

    deal_id: int
    factor: str = Field(max_length=8)
    competitor_id: int | None = None
    went_well: str = Field("", max_length=4000)
    went_badly: str = Field("", max_length=4000)
    next_time: str = Field("", max_length=4000)


class ReviewOut(Schema):
    id: int
    version: int
    deal_id: int
    closed_at: datetime
    status: str
    competitor_id: int | None
    factor: str
    went_well: str
    went_badly: str
    next_time: str
    reviewed_at: datetime | None
    reviewed_by_id: int | None


class ReviewPage(Schema):
    items: list[ReviewOut]
    next: str | None


FIELDS = tuple(ReviewOut.model_fields)


def shown(review: CloseReview) -> dict[str, Any]:
    return {name: getattr(review, name) for name in FIELDS}


@router.get("", response=ReviewPage, operation_id="list_close_reviews")
def list_reviews(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
) -> Any:
    """What the ends of deals taught, newest first."""
    rows = reviews_for(asker(request))
    return paged(rows.filter(deal_id=deal_id) if deal_id else rows, cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: ReviewOut}, operation_id="review_close")
def post_review(request: HttpRequest, response: HttpResponse, payload: ReviewIn) -> Any:
    """Review how a deal ended, or write the review anew."""
    user = worker(request)
    values = payload.dict()
    deal = referred(deal_for, user, values.pop("deal_id"), "deal_id")
    assert deal is not None
    review = review_close(
        deal=deal, competitor=referred(competitor_for, user, values.pop("competitor_id"), "competitor_id"),
        by=user, at=timezone.now(), expected_version=expected_version(request), **values,
    )  # fmt: skip
    with_etag(response, review.version)
    return 201, shown(review)


@router.post("/lost-to", response={201: ReviewOut}, operation_id="lost_to")
def post_lost_to(request: HttpRequest, response: HttpResponse, payload: LostToIn) -> Any:
    """Say which competitor won a lost deal."""
    user = worker(request)
    deal = referred(deal_for, user, payload.deal_id, "deal_id")
    competitor = referred(competitor_for, user, payload.competitor_id, "competitor_id")
    assert deal is not None and competitor is not None
    review = lost_to(deal=deal, competitor=competitor, by=user, at=timezone.now())
    with_etag(response, review.version)
    return 201, shown(review)
