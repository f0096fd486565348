"""How soon the demo company answers its leads, and a meeting to which people are invited."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from siklus.cycle.outreach.first_response.actions import set_target, start_clock
from siklus.cycle.outreach.meetings.actions import invite_guests, note_answer
from siklus.platform.accounts.hours import next_work
from siklus.platform.accounts.models import User
from siklus.platform.mail.calendars import Answer
from siklus.platform.mail.models import Mailbox
from siklus.records.activities.actions import plan_activity
from siklus.records.deals.models import Deal, Kind, Status

QUICK = ("website", "whatsapp")  # whoever writes by themselves waits at the screen


def talk_at_work(until: datetime) -> None:
    """A target of half an hour for who writes by themselves, the clocks of all leads, and one meeting with two guests."""
    agus = User.objects.filter(role="operations").first()
    for source in QUICK:
        set_target(pipeline=None, source=source, minutes=30, by=agus, at=until)
    for deal in (
        Deal.objects.filter(kind=Kind.NEW, merged_into=None)
        .select_related("owner", "pipeline")
        .order_by("pk")
    ):
        start_clock(deal=deal, at=deal.created_at)
    _meeting(until)


def _meeting(until: datetime) -> None:
    box = (
        Mailbox.objects.filter(owner__role="rep", retired_at=None)
        .select_related("owner")
        .order_by("pk")
        .first()
    )
    if box is None or box.owner is None:
        return
    rep = box.owner
    rows = Deal.objects.filter(owner=rep, status=Status.OPEN, qualified_at__isnull=False).exclude(
        contact__email=""
    )
    deal = rows.filter(contact__isnull=False).select_related("contact").order_by("-amount_base").first()
    bram = User.objects.filter(role="manager", is_active=True).order_by("pk").first()
    if deal is None or deal.contact is None or bram is None:
        return
    starts_at = next_work(rep, until + timedelta(days=2)) + timedelta(hours=1)
    meeting = plan_activity(
        kind="meeting", subject=_("Workshop on approvals"), deal=deal, owner=rep, due_at=starts_at, minutes=90,
        location="https://meet.nusadigital.example/workshop", by=rep, at=until,
    )  # fmt: skip
    made = invite_guests(
        activity=meeting, mailbox=box, contacts=[deal.contact], colleagues=[bram], by=rep, at=until
    )
    note_answer(answer=Answer(made.uid, 0, bram.email, "accepted"), at=until)
