"""What starts, stops, hands on and ends the clock of a lead."""

from typing import Any

from django.db.models import F, Q

from siklus.cycle.outreach.first_response.actions import reckon, start_clock
from siklus.cycle.outreach.models import Message
from siklus.platform.journal.reactions import react
from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal
from siklus.records.fields.merging import after_merge

CLOSED = ("deal.won", "deal.lost", "deal.ended_undecided", "deal.disqualified", "deal.reopened")


@react("deal.created", key="outreach.clock", but_not=("import",))
def start_the_clock(entry: Any) -> None:
    """Whatever is created as a deal at once was qualified elsewhere and waits for nobody."""
    deal = Deal.objects.select_related("owner", "pipeline").filter(pk=entry.about_id).first()
    if deal is not None and not entry.details.get("qualified_at"):
        start_clock(deal=deal, at=entry.recorded_at)


@react("activity.done", key="outreach.contact", but_not=("import",))
def look_for_the_answer(entry: Any) -> None:
    """What follows the first contact changes nothing, unless it is logged late and came before it."""
    clock = Q(deal__first_response__answered_at=None) | Q(deal__first_response__answered_at__gt=F("done_at"))
    rows = Activity.objects.select_related("deal").filter(clock, deal__first_response__isnull=False)
    activity = rows.filter(pk=entry.about_id).first()
    if activity is not None and activity.deal is not None:
        reckon(deal=activity.deal, at=entry.recorded_at)


@react("deal.assigned", *CLOSED, key="outreach.handed_on")
def reckon_anew(entry: Any) -> None:
    deal = Deal.objects.filter(pk=entry.about_id, first_response__isnull=False).first()
    if deal is not None:
        reckon(deal=deal, at=entry.recorded_at)


@react("email.not_sent", "email.tied", key="outreach.mail_contact")
def look_at_the_mail(entry: Any) -> None:
    """One that did not leave was no answer; one that is tied to a lead later was."""
    if entry.about_kind == "message":
        found = Message.objects.filter(pk=entry.about_id).values_list("thread__deal", flat=True).first()
    else:
        found = entry.details.get("deal")
    deal = Deal.objects.filter(pk=found or 0, first_response__isnull=False).first()
    if deal is not None:
        reckon(deal=deal, at=entry.recorded_at)


@after_merge("deal")
def reckon_the_kept(deal_id: int) -> None:
    """The activities of two leads are those of one now."""
    deal = Deal.objects.filter(pk=deal_id, first_response__isnull=False).first()
    if deal is not None:
        reckon(deal=deal, at=deal.updated_at)
