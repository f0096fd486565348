"""Who may be asked to a meeting, and who was."""

from collections.abc import Iterable

from django.db.models import Q

from siklus.cycle.outreach.meetings.models import MeetingGuest, MeetingInvitation
from siklus.platform.accounts.models import User
from siklus.records.activities.models import Activity
from siklus.records.activities.queries import activities_for
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import contacts_for

MOST = 50


def guests_of(activity_ids: Iterable[int]) -> dict[int, list[MeetingGuest]]:
    """Activity → whoever is invited to it, in the order of inviting. One question."""
    found: dict[int, list[MeetingGuest]] = {}
    rows = MeetingGuest.objects.filter(invitation__activity__in=list(activity_ids), removed_at=None)
    for guest in rows.select_related("contact", "user", "invitation").order_by("id"):
        found.setdefault(guest.invitation.activity_id, []).append(guest)
    return found


def guest_for(viewer: User, guest_id: int) -> MeetingGuest:
    """One guest, through the door of the activity. Raises MeetingGuest.DoesNotExist for strangers too."""
    rows = MeetingGuest.objects.filter(invitation__activity__in=activities_for(viewer), removed_at=None)
    return rows.select_related("invitation__activity", "contact", "user").get(pk=guest_id)


def invitable(viewer: User, activity: Activity) -> list[Contact]:
    """Contacts who may be asked: those of the deal, and what else the viewer sees of the company. With an address only."""
    named = Q(pk=activity.contact_id) if activity.contact_id else Q(pk__in=[])
    if activity.deal is not None:
        named |= Q(pk=activity.deal.contact_id) | Q(pk__in=activity.deal.people.values("contact"))
    rows = list(Contact.objects.filter(named, merged_into=None))
    if activity.company_id:
        near = (
            contacts_for(viewer)
            .filter(company_id=activity.company_id)
            .exclude(pk__in=[one.pk for one in rows])
        )
        rows += list(near.order_by("name", "id")[:MOST])
    return [one for one in rows if one.email]


def colleagues(viewer: User) -> list[User]:
    """Everybody else who works here now."""
    return list(User.objects.filter(is_active=True).exclude(pk=viewer.pk)[:200])


def is_known(uid: str) -> bool:
    """Is this the mark of a meeting that we invited to?"""
    return MeetingInvitation.objects.filter(uid=uid).exists()
