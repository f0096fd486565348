"""The guest's side of a demo: invited by mail, told of every change, reminded, and what they answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.cycle.demos.actions.shared import CannotChangeDemo, mentions, still_booked
from siklus.cycle.demos.facts import DemoAnswered, DemoInvited, DemoReminded
from siklus.cycle.demos.models import Demo, DemoItem, Invitation
from siklus.cycle.outreach.actions import Letter, write_email
from siklus.cycle.outreach.meetings.letters import Invited, invitation_letter, listed, new_uid, noted, words
from siklus.cycle.outreach.models import Purpose
from siklus.cycle.outreach.queries import language_of
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.mail.calendars import Answer
from siklus.platform.mail.models import Mailbox
from siklus.records.contacts.models import Contact

AHEAD = timedelta(hours=24)  # a reminder comes so long before
LATEST = timedelta(hours=1)  # and not later than so long before


@transaction.atomic
def invite_to_demo(
    *, demo: Demo, contact: Contact, mailbox: Mailbox, by: User | None, at: datetime, note: str = ""
) -> Invitation:
    """Send the guest an invitation that their calendar understands. Once a demo; changes follow by themselves."""
    demo = _held(demo)
    still_booked(demo)
    if demo.starts_at <= at:
        raise CannotChangeDemo(_("This time has passed. Choose one to come."), field="starts_at")
    if Invitation.objects.filter(demo=demo).exists():
        raise CannotChangeDemo(_("An invitation is out already; changes are sent by themselves."))
    made = Invitation(
        demo=demo, contact=contact, mailbox=mailbox, address=contact.email,
        uid=new_uid(mailbox), starts_at=demo.starts_at, ends_at=demo.ends_at, where=demo.where, told_at=at,
    )  # fmt: skip
    if not made.address:
        raise CannotChangeDemo(_("%(name)s has no e-mail address.") % {"name": contact.name}, field="contact")
    made.save()
    _send(made, by=by, at=at, note=note)
    fact = DemoInvited(demo=demo.pk, deal=demo.deal_id, type=demo.type.name, contact=contact.pk, sequence=0)
    record(fact, by=by, at=at, mentions=mentions(demo.deal))
    return made


@transaction.atomic
def tell_guest(*, demo: Demo, by: User | None, at: datetime) -> Invitation | None:
    """Send the guest what changed since they were told last: another time or place, or that it will not be."""
    demo = _held(demo)
    made = Invitation.objects.select_for_update().filter(demo=demo).first()
    if made is None or made.is_withdrawn or demo.state in ("held", "missed"):
        return made
    is_off = demo.state == "cancelled"
    told, now = (made.starts_at, made.ends_at, made.where), (demo.starts_at, demo.ends_at, demo.where)
    if not is_off and told == now:
        return made
    if made.starts_at != demo.starts_at:
        made.forget_reply()
        made.reminded_at = None
    made.sequence += 1
    made.told_at = at
    made.starts_at, made.ends_at, made.where, made.is_withdrawn = *now, is_off
    made.save()
    _send(made, by=by, at=at)
    fact = DemoInvited(
        demo=demo.pk, deal=demo.deal_id, type=demo.type.name, contact=made.contact_id, sequence=made.sequence
    )
    record(fact, by=by, at=at, mentions=mentions(demo.deal))
    return made


@transaction.atomic
def note_answer(*, answer: Answer, at: datetime) -> Invitation | None:
    """What the guest's calendar answered. An answer to an older time, or from somebody else, changes nothing."""
    made = Invitation.objects.select_for_update(of=("self",)).select_related("demo__type", "demo__deal").filter(
        uid=answer.uid
    ).first()  # fmt: skip
    if made is None or answer.address != made.address.lower() or answer.sequence < made.sequence:
        return None
    if not noted(made, made, answer, at):
        return made
    made.save(update_fields=["reply", "reply_note", "replied_at"])
    fact = DemoAnswered(
        demo=made.demo_id, deal=made.demo.deal_id, type=made.demo.type.name, contact=made.contact_id,
        reply=answer.answer, note=answer.comment,
    )  # fmt: skip
    record(fact, by=None, at=at, mentions=mentions(made.demo.deal))
    return made


def remind_guests(*, at: datetime) -> int:
    """Remind everybody whose demo is within a day, once, unless they heard of it later than that. Tells how many."""
    due = Invitation.objects.filter(
        demo__state="booked", is_withdrawn=False, reminded_at=None, demo__starts_at__lte=at + AHEAD,
        demo__starts_at__gt=at + LATEST, told_at__lte=F("demo__starts_at") - AHEAD,
    ).exclude(reply="declined")  # fmt: skip
    return sum(_remind(pk, at) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _remind(invitation_id: int, at: datetime) -> bool:
    made = Invitation.objects.select_for_update(of=("self",)).select_related(
        "demo__type", "demo__deal", "demo__host", "contact", "mailbox", "message__thread", "message__outgoing"
    ).get(pk=invitation_id)  # fmt: skip
    if made.reminded_at is not None or made.is_withdrawn or not made.demo.is_booked:
        return False
    made.reminded_at = at
    made.save(update_fields=["reminded_at"])
    with override(language_of(made.contact, made.demo.host.language)), timezone.override(made.demo.host.zone):
        subject = (
            _("Tomorrow: %(title)s") if made.starts_at - at > timedelta(hours=12) else _("Soon: %(title)s")
        )
        letter = Letter(
            subject=subject % {"title": made.demo.type.name}, text=words(made, _invited(made)), address=made.address,
            purpose=Purpose.MEETING, at_once=True,
        )  # fmt: skip
    _write(made, letter, by=None, at=at)
    fact = DemoReminded(
        demo=made.demo_id, deal=made.demo.deal_id, type=made.demo.type.name, contact=made.contact_id
    )
    record(fact, by=None, at=at, mentions=mentions(made.demo.deal))
    return True


def _send(made: Invitation, *, by: User | None, at: datetime, note: str = "") -> None:
    with override(language_of(made.contact, made.demo.host.language)):
        letter = invitation_letter(made, _invited(made, note), at=at)
    _write(made, letter, by=by, at=at)


def _invited(made: Invitation, note: str = "") -> Invited:
    """The mail in the guest's language: beside when and where, what they want to see."""
    wishes = made.demo.items.filter(part=DemoItem.Part.SHOW).values_list("text", flat=True)
    return Invited(
        title=made.demo.type.name, host=made.demo.host, name=made.contact.name, address=made.address,
        guests=((made.contact.name, made.address),), more=listed(_("On the agenda:"), wishes), note=note,
    )  # fmt: skip


def _write(made: Invitation, letter: Letter, *, by: User | None, at: datetime) -> None:
    """All mails about one demo are one conversation, and each is a touch of the deal."""
    message = write_email(
        letter=letter, mailbox=made.mailbox, contact=made.contact, by=by, at=at, deal=made.demo.deal,
        answers=made.message,
    )  # fmt: skip
    if made.message is None:
        made.message = message
        made.save(update_fields=["message"])


def _held(demo: Demo) -> Demo:
    return Demo.objects.select_for_update(of=("self",)).select_related("type", "deal", "host", "meeting").get(
        pk=demo.pk
    )  # fmt: skip
