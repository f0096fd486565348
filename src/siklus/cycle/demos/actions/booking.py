"""When and where: book, move, cancel. The meeting in the calendar goes along."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.cycle.demos.actions.shared import (
    CannotChangeDemo,
    claim,
    locked,
    mentions,
    refuse_merged,
    settle,
    still_booked,
    text,
)
from siklus.cycle.demos.facts import DemoBooked, DemoCancelled, DemoMoved
from siklus.cycle.demos.models import Demo, DemoItem, DemoType, Place, State, worded
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.activities.actions import cancel_activity, edit_activity, plan_activity
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.deals.models import Deal, Status

MOST_ITEMS = 30


@transaction.atomic
def book_demo(
    *,
    deal: Deal,
    type: DemoType,
    starts_at: datetime,
    by: User | None,
    at: datetime,
    host: User | None = None,
    minutes: int | None = None,
    place: str = "",
    where: str = "",
    agenda: Iterable[str] = (),
) -> Demo:
    """Book a demonstration and its meeting. Refuses a time at which the host has something else.

    What is to prepare comes from the type, in the host's language; `agenda` says what the buyer wants to see.
    """
    deal = Deal.objects.select_for_update(of=("self",)).select_related("owner").get(pk=deal.pk)
    refuse_merged(deal)
    if deal.status != Status.OPEN:
        raise CannotChangeDemo(_("This deal is closed. Open it again before you book a demo."))
    if type.retired_at is not None:
        raise CannotChangeDemo(
            _("The type %(name)s is not offered any more.") % {"name": type.name}, field="type"
        )
    host = host or deal.owner or by
    if host is None or not host.is_active:
        raise CannotChangeDemo(_("Say who holds the demo."), field="host")
    if starts_at <= at:
        raise CannotChangeDemo(_("This time has passed. Choose one to come."), field="starts_at")
    ends_at = starts_at + timedelta(minutes=minutes or type.minutes)
    place, where = _placed(place or type.place, where or type.where)
    claim(host, starts_at, ends_at)
    wishes = _lines(agenda)
    with override(host.language):
        subject = type.name
        prepare = _lines(worded(one) for one in type.checklist)
        materials = [{"title": worded(one), "url": one.get("url", "")} for one in type.materials]
    meeting = plan_activity(
        kind=ActivityKind.MEETING, subject=subject, due_at=starts_at, owner=host, deal=deal,
        minutes=round((ends_at - starts_at).total_seconds() / 60), location=where, by=by, at=at,
    )  # fmt: skip
    demo = Demo.objects.create(
        deal=deal, type=type, meeting=meeting, host=host, starts_at=starts_at, ends_at=ends_at, place=place,
        where=where, materials=materials, booked_by=by, created_at=at, updated_at=at,
    )  # fmt: skip
    parts = ((DemoItem.Part.PREPARE, prepare), (DemoItem.Part.SHOW, wishes))
    DemoItem.objects.bulk_create(
        DemoItem(demo=demo, part=part, text=line, position=place)
        for part, lines in parts for place, line in enumerate(lines)
    )  # fmt: skip
    fact = DemoBooked(
        demo=demo.pk, deal=deal.pk, type=type.name, host=host.pk, starts_at=starts_at, minutes=demo.minutes
    )
    record(fact, by=by, at=at, mentions=mentions(deal))
    return demo


@transaction.atomic
def move_demo(
    *,
    demo: Demo,
    starts_at: datetime,
    by: User | None,
    at: datetime,
    host: User | None = None,
    minutes: int | None = None,
    place: str | None = None,
    where: str | None = None,
    expected_version: int | None = None,
) -> Demo:
    """Another time, another host or another place."""
    demo = locked(demo, expected_version)
    still_booked(demo)
    host = host or demo.host
    if not host.is_active:
        raise CannotChangeDemo(_("Say who holds the demo."), field="host")
    ends_at = starts_at + timedelta(minutes=minutes or demo.minutes)
    new_place, new_where = _placed(
        demo.place if place is None else place, demo.where if where is None else where
    )
    same_time = (starts_at, ends_at, host.pk) == (demo.starts_at, demo.ends_at, demo.host_id)
    if same_time and (new_place, new_where) == (demo.place, demo.where):
        return demo
    if starts_at <= at and not same_time:
        raise CannotChangeDemo(_("This time has passed. Choose one to come."), field="starts_at")
    if not same_time:
        claim(host, starts_at, ends_at, but=demo)
    before = demo.starts_at
    demo.starts_at, demo.ends_at, demo.host = starts_at, ends_at, host
    demo.place, demo.where = new_place, new_where
    demo.moves += before != starts_at
    _tell_moved(demo, before, by, at)
    edit_activity(
        activity=demo.meeting,
        due_at=starts_at,
        owner=host,
        minutes=demo.minutes,
        location=new_where,
        by=by,
        at=at,
    )
    return demo


@transaction.atomic
def cancel_demo(
    *, demo: Demo, by: User | None, at: datetime, note: str = "", expected_version: int | None = None
) -> Demo:
    """It will not take place, and no other time is set."""
    demo = locked(demo, expected_version)
    if demo.state == State.CANCELLED:
        return demo
    still_booked(demo)
    demo.state, demo.settled_at, demo.note = State.CANCELLED, at, text(note, "note")
    settle(demo, DemoCancelled, by=by, at=at, type=demo.type.name, note=demo.note)
    if demo.meeting.is_planned:
        cancel_activity(activity=demo.meeting, by=by, at=at)
    return demo


@transaction.atomic
def follow_meeting(*, meeting: Activity, by: User | None, at: datetime) -> Demo | None:
    """Somebody moved or dropped the meeting itself: the demo goes along. Equal ones are left alone."""
    demo = Demo.objects.filter(meeting=meeting, state=State.BOOKED).first()
    if demo is None:
        return None
    demo = locked(demo, None)
    if meeting.cancelled_at is not None:
        return cancel_demo(demo=demo, by=by, at=at)
    host = meeting.owner or demo.host
    length = timedelta(minutes=meeting.minutes or demo.minutes)
    where = (
        meeting.location or demo.where
    )  # one that was booked before meetings had a place has it here alone
    if meeting.due_at is None:
        return demo
    now = (meeting.due_at, meeting.due_at + length, host.pk, where)
    if now == (demo.starts_at, demo.ends_at, demo.host_id, demo.where):
        return demo
    before = demo.starts_at
    demo.starts_at, demo.ends_at, demo.host, demo.where = meeting.due_at, meeting.due_at + length, host, where
    demo.moves += before != demo.starts_at
    return _tell_moved(demo, before, by, at)


def _tell_moved(demo: Demo, before: datetime, by: User | None, at: datetime) -> Demo:
    return settle(
        demo, DemoMoved, by=by, at=at, type=demo.type.name, host=demo.host_id, old_starts_at=before,
        starts_at=demo.starts_at, minutes=demo.minutes,
    )  # fmt: skip


def _placed(place: str, where: str) -> tuple[str, str]:
    if place not in Place.values:
        raise CannotChangeDemo(_("“%(name)s” is no kind of place.") % {"name": place}, field="place")
    return place, text(where, "where", longest=500)


def _lines(given: Iterable[str]) -> list[str]:
    lines = [" ".join(one.split())[:300] for one in given]
    return list(dict.fromkeys(line for line in lines if line))[:MOST_ITEMS]
