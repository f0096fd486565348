from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.cycle.outreach.meetings.actions import invite_guests, uninvite_guest
from siklus.cycle.outreach.meetings.models import MeetingGuest
from siklus.cycle.outreach.meetings.queries import guest_for, guests_of
from siklus.cycle.outreach.queries import person_for
from siklus.platform.accounts.models import User
from siklus.platform.api.door import LARGEST_ID, a_user, asker, one, referred, worker
from siklus.platform.mail.queries import mailbox_for
from siklus.records.activities.queries import activity_for

router = Router()


class GuestsIn(Schema):
    mailbox_id: int = Field(ge=1, le=LARGEST_ID)
    contact_ids: list[int] = Field([], max_length=30)
    user_ids: list[int] = Field([], max_length=30)
    note: str = Field("", max_length=2000)


class GuestOut(Schema):
    id: int
    contact_id: int | None
    user_id: int | None
    name: str
    address: str
    reply: str
    reply_note: str
    replied_at: datetime | None


def shown(guest: MeetingGuest) -> dict[str, Any]:
    return {name: getattr(guest, name) for name in GuestOut.model_fields}


@router.get("/{int:activity_id}/guests", response=list[GuestOut], operation_id="list_guests")
def list_guests(request: HttpRequest, activity_id: int) -> Any:
    """Whoever is invited to a meeting or call, with what their calendars answered."""
    activity = one(activity_for, asker(request), activity_id)
    return [shown(guest) for guest in guests_of([activity.pk]).get(activity.pk, [])]


@router.post("/{int:activity_id}/guests", response={201: list[GuestOut]}, operation_id="invite_guests")
def add_guests(request: HttpRequest, activity_id: int, payload: GuestsIn) -> Any:
    """Send invitations for calendars. Changes follow by themselves; replies stand on the guests."""
    user = worker(request)
    activity = one(activity_for, user, activity_id)
    mailbox = referred(mailbox_for, user, payload.mailbox_id, "mailbox_id")
    assert mailbox is not None

    def person(viewer: User, pk: int) -> Any:
        return person_for(viewer, pk, deal=activity.deal)

    invite_guests(
        activity=activity, mailbox=mailbox, note=payload.note, by=user, at=timezone.now(),
        contacts=filter(None, [referred(person, user, pk, "contact_ids") for pk in payload.contact_ids]),
        colleagues=filter(None, [referred(a_user, user, pk, "user_ids") for pk in payload.user_ids]),
    )  # fmt: skip
    return 201, [shown(guest) for guest in guests_of([activity.pk]).get(activity.pk, [])]


@router.delete("/guests/{int:guest_id}", response={204: None}, operation_id="uninvite_guest")
def remove_guest(request: HttpRequest, guest_id: int) -> Any:
    """Take one guest off; they are told."""
    user = worker(request)
    uninvite_guest(guest=one(guest_for, user, guest_id), by=user, at=timezone.now())
    return 204, None
