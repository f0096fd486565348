"""The address of one's own calendar over the API: whether there is one, made anew, closed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema

from siklus.platform.api.door import asker
from siklus.platform.web.address import public_address
from siklus.records.activities.feed import close_feed, feed_of, open_feed

router = Router()


class FeedOut(Schema):
    is_open: bool
    made_at: datetime | None
    read_at: datetime | None


class AddressOut(Schema):
    address: str


@router.get("", response=FeedOut, operation_id="get_calendar_feed")
def get_feed(request: HttpRequest) -> Any:
    """Is there an address that calendar programs may ask, and when did one ask last? The address itself is not kept."""
    found = feed_of(asker(request))
    return {
        "is_open": found is not None, "made_at": found.made_at if found else None,
        "read_at": found.read_at if found else None,
    }  # fmt: skip


@router.put("", response=AddressOut, operation_id="renew_calendar_feed")
def renew_feed(request: HttpRequest, response: HttpResponse) -> Any:
    """Make an address. It is told once; the one before leads nowhere from now on."""
    user = asker(request)
    _feed, key = open_feed(user=user, by=user, at=timezone.now())
    response["Cache-Control"] = "no-store"
    return {"address": public_address(reverse("desk:calendar", args=[key]))}


@router.delete("", response={204: None}, operation_id="close_calendar_feed")
def close(request: HttpRequest) -> Any:
    """The address leads nowhere any more."""
    user = asker(request)
    close_feed(user=user, by=user, at=timezone.now())
    return 204, None
