"""The calendar behind a secret address, as calendar programs ask for it. No sign-in: the address is the proof."""

import hashlib
from datetime import datetime
from math import ceil
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from siklus.cycle.demos.models import Demo
from siklus.platform.accounts.models import User
from siklus.platform.mail.calendars import Appointment, feed
from siklus.platform.web.address import base_address
from siklus.records.activities.feed import TooOften, feed_behind, in_calendar
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.deals.queries import deals_for

BLOCKS = (ActivityKind.MEETING, ActivityKind.CALL)


@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """What is planned, in iCalendar. An unknown, closed or departed person's address is not found."""
    now = timezone.now()
    try:
        found = feed_behind(key, now)
    except TooOften as often:
        wait = max(1, ceil((often.until - now).total_seconds()))
        text = _("This calendar is asked too often. Once every ten minutes is plenty.")
        return HttpResponse(
            text, status=429, headers={"Retry-After": str(wait)}, content_type="text/plain; charset=utf-8"
        )
    if found is None:
        raise Http404
    with translation.override(found.user.language):
        text = calendar_of(found.user, now)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="siklus.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response


def calendar_of(owner: User, at: datetime) -> str:
    """The own calendar in the language that holds. It reads the same as long as nothing in it changes."""
    rows = list(in_calendar(owner, at=at))
    demos = {one.meeting_id: one for one in Demo.objects.filter(meeting__in=[row.pk for row in rows])}
    deals = {row.deal_id for row in rows if row.deal_id}
    seen = set(deals_for(owner).filter(pk__in=deals).values_list("pk", flat=True))
    base = base_address()
    host = urlsplit(base).hostname or "siklus"
    shown = [_appointment(row, demos.get(row.pk), row.deal_id in seen, base, host) for row in rows]
    return feed(_("Siklus: %(name)s") % {"name": owner.name}, shown, at=at)


def _appointment(row: Activity, demo: Demo | None, is_seen: bool, base: str, host: str) -> Appointment:
    assert row.due_at is not None
    deal = row.deal if is_seen else None
    whom = [str(one) for one in (row.contact, row.company if deal is None else deal) if one is not None]
    title = (
        row.subject if demo is not None or row.kind in BLOCKS else f"{row.get_kind_display()}: {row.subject}"
    )
    if row.done_at is not None:
        title = f"✓ {title}"
    page = (
        reverse("desk:demo", args=[demo.pk]) if demo else reverse("desk:deal", args=[deal.pk]) if deal else ""
    )
    parts = [" · ".join(whom), row.body.strip()[:2_000], f"{base}{page}" if page else ""]
    return Appointment(
        uid=f"activity-{row.pk}@{host}", sequence=row.version, starts_at=row.due_at,
        ends_at=demo.ends_at if demo and demo.starts_at == row.due_at else row.due_at + row.length, title=title,
        text="\n\n".join(part for part in parts if part), place=row.location or (demo.where if demo else ""),
        is_busy=row.kind in BLOCKS, address=f"{base}{page}" if page else "", changed_at=row.updated_at,
    )  # fmt: skip
