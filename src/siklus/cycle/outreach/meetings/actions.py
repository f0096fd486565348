"""Whom we ask to a meeting: invited, told of every change, taken off again; and what they answer."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.cycle.outreach.actions import write_email
from siklus.cycle.outreach.meetings.facts import MeetingAnswered, MeetingInvited, MeetingUninvited
from siklus.cycle.outreach.meetings.letters import Invited, invitation_letter, listed, new_uid, noted
from siklus.cycle.outreach.meetings.models import MeetingGuest, MeetingInvitation
from siklus.cycle.outreach.queries import language_of
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.mail.calendars import Answer
from siklus.platform.mail.models import Mailbox
from siklus.platform.mail.sending import queue_mail
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.contacts.models import Contact
from siklus.records.fields.record import Refused

KINDS = (ActivityKind.MEETING, ActivityKind.CALL)
MOST_GUESTS = 30
_hosts_of_its_own: list[Callable[[Activity], str]] = []


class CannotInvite(Refused):
    """The invitation cannot go out; the text says why."""


def invites_itself(reason: Callable[[Activity], str]) -> Callable[[Activity], str]:
    """For rooms above whose meetings have invitations of their own: say why not here, or nothing."""
    _hosts_of_its_own.append(reason)
    return reason


def why_not(activity: Activity, at: datetime) -> str:
    """Why nobody can be invited to this; empty: they can."""
    if activity.kind not in KINDS:
        return _("People are invited to meetings and calls.")
    if not activity.is_planned:
        return _("This is done or dropped already.")
    if activity.due_at is None:
        return _("Say first when it is.")
    if activity.due_at <= at:
        return _("This time has passed. Choose one to come.")
    return next(filter(None, (ask(activity) for ask in _hosts_of_its_own)), "")


@transaction.atomic
def invite_guests(
    *, activity: Activity, mailbox: Mailbox, by: User | None, at: datetime, contacts: Iterable[Contact] = (),
    colleagues: Iterable[User] = (), note: str = "",
) -> MeetingInvitation:  # fmt: skip
    """Send contacts and colleagues an invitation that their calendars understand. Changes follow by themselves.

    Called again it asks more people to the same meeting; who is invited already is left in peace.
    """
    activity = _locked(activity)
    if reason := why_not(activity, at):
        raise CannotInvite(reason)
    made = MeetingInvitation.objects.select_for_update(of=("self",)).filter(activity=activity).first()
    assert activity.due_at is not None
    if made is None:
        made = MeetingInvitation.objects.create(
            activity=activity, mailbox=mailbox, uid=new_uid(mailbox), starts_at=activity.due_at,
            ends_at=activity.due_at + activity.length, where=activity.location, told_at=at,
        )  # fmt: skip
    else:
        tell_guests(activity=activity, by=by, at=at)
        made = _of(activity)
        assert made is not None
    known = {guest.address.lower() for guest in made.guests.filter(removed_at=None)}
    new = [
        *(MeetingGuest(invitation=made, contact=one, address=_address(one)) for one in contacts),
        *(MeetingGuest(invitation=made, user=one, address=one.email) for one in colleagues if one.is_active),
    ]
    new = [guest for guest in new if guest.address.lower() not in known]
    if not new:
        raise CannotInvite(_("Choose somebody who is not invited yet."), field="contacts")
    if len(known) + len(new) > MOST_GUESTS:
        raise CannotInvite(_("At most %(count)s guests.") % {"count": MOST_GUESTS}, field="contacts")
    for guest in new:
        guest.save()
    for guest in new:
        _tell(made, guest, by=by, at=at, note=note)
    return made


@transaction.atomic
def uninvite_guest(*, guest: MeetingGuest, by: User | None, at: datetime) -> None:
    """Take one guest off; they are told that the meeting is off for them."""
    guest = MeetingGuest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
    if guest.removed_at is not None:
        return
    guest.removed_at = at
    guest.save(update_fields=["removed_at"])
    made = MeetingInvitation.objects.select_related("activity__owner", "mailbox").get(pk=guest.invitation_id)
    if not made.is_withdrawn and made.activity.is_planned:
        _send(made, guest, by=by, at=at, is_off=True)
    fact = MeetingUninvited(
        activity=made.activity_id, subject=made.activity.subject, contact=guest.contact_id, user=guest.user_id
    )
    record(fact, by=by, at=at, mentions=_mentions(made.activity, guest))


@transaction.atomic
def tell_guests(*, activity: Activity, by: User | None, at: datetime) -> MeetingInvitation | None:
    """Send the guests what changed since they were told last. Told twice, it sends nothing."""
    activity = _locked(activity)
    made = _of(activity)
    if made is None or activity.done_at is not None:
        return made
    is_off = activity.cancelled_at is not None or activity.due_at is None or activity.kind not in KINDS
    told = (made.starts_at, made.ends_at, made.where)
    now = (
        told
        if activity.due_at is None
        else (activity.due_at, activity.due_at + activity.length, activity.location)
    )
    if made.is_withdrawn if is_off else (told == now and not made.is_withdrawn):
        return made
    guests = list(made.guests.filter(removed_at=None).select_related("contact", "user"))
    moved = made.starts_at != now[0]
    made.sequence += 1
    made.told_at, made.is_withdrawn = at, is_off
    made.starts_at, made.ends_at, made.where = now
    made.save()
    for guest in guests:
        if moved:
            guest.forget_reply()
            guest.save(update_fields=["reply", "reply_note", "replied_at"])
        _tell(made, guest, by=by, at=at)
    return made


@transaction.atomic
def note_answer(*, answer: Answer, at: datetime) -> MeetingGuest | None:
    """What a guest's calendar answered. An answer to an older time, or from somebody else, changes nothing."""
    made = MeetingInvitation.objects.select_related("activity").filter(uid=answer.uid).first()
    if made is None:
        return None
    rows = made.guests.select_for_update(of=("self",)).filter(removed_at=None, address__iexact=answer.address)
    guest = rows.first()
    if guest is None or not noted(guest, made, answer, at):
        return guest
    guest.save(update_fields=["reply", "reply_note", "replied_at"])
    fact = MeetingAnswered(
        activity=made.activity_id, contact=guest.contact_id, user=guest.user_id, reply=answer.answer,
        note=answer.comment,
    )  # fmt: skip
    record(fact, by=guest.user, at=at, mentions=_mentions(made.activity, guest))
    return guest


def _tell(
    made: MeetingInvitation, guest: MeetingGuest, *, by: User | None, at: datetime, note: str = ""
) -> None:
    _send(made, guest, by=by, at=at, note=note)
    fact = MeetingInvited(
        activity=made.activity_id, subject=made.activity.subject, contact=guest.contact_id, user=guest.user_id,
        sequence=made.sequence,
    )  # fmt: skip
    record(fact, by=by, at=at, mentions=_mentions(made.activity, guest))


def _send(
    made: MeetingInvitation, guest: MeetingGuest, *, by: User | None, at: datetime, note: str = "", is_off: bool = False
) -> None:  # fmt: skip
    """A contact gets a mail of our conversation with them; a colleague gets it just so: it is no touch of a buyer."""
    activity, host = made.activity, made.activity.owner or by
    if host is None:
        raise CannotInvite(_("Say whose meeting it is."), field="owner")
    language = guest.user.language if guest.user else language_of(guest.contact, host.language)
    rows = list(made.guests.filter(removed_at=None).select_related("contact", "user"))
    with override(language):
        others = [row.name for row in rows if row.pk != guest.pk]
        one = Invited(
            title=activity.subject, host=host, name=guest.name, address=guest.address, note=note,
            guests=tuple((row.name, row.address) for row in rows) or ((guest.name, guest.address),),
            more=() if is_off else listed(_("Also invited:"), others),
        )  # fmt: skip
        letter = invitation_letter(made, one, at=at, is_off=is_off)
    if guest.contact is None:
        queue_mail(
            mailbox=made.mailbox, to=[(guest.name, guest.address)], subject=letter.subject, text=letter.text,
            calendar=letter.calendar, calendar_method=letter.calendar_method, purpose="outreach.meeting", by=by,
            at=at,
        )  # fmt: skip
        return
    message = write_email(
        letter=letter, mailbox=made.mailbox, contact=guest.contact, by=by, at=at, deal=activity.deal,
        answers=guest.message,
    )  # fmt: skip
    if guest.message is None:
        guest.message = message
        guest.save(update_fields=["message"])


def _address(contact: Contact) -> str:
    if not contact.email:
        raise CannotInvite(_("%(name)s has no e-mail address.") % {"name": contact.name}, field="contacts")
    return contact.email


def _of(activity: Activity) -> MeetingInvitation | None:
    rows = MeetingInvitation.objects.select_for_update(of=("self",))
    return (
        rows.select_related("activity__owner", "activity__deal", "mailbox").filter(activity=activity).first()
    )


def _locked(activity: Activity) -> Activity:
    rows = Activity.objects.select_for_update(of=("self",)).select_related("owner", "deal")
    return rows.get(pk=activity.pk)


def _mentions(activity: Activity, guest: MeetingGuest) -> dict[str, int | None]:
    contact = guest.contact_id or activity.contact_id
    return {"deal": activity.deal_id, "company": activity.company_id, "contact": contact}
