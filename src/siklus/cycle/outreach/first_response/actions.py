"""The clock: started, reckoned anew, told of when it is overdue; and how soon leads shall be answered."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.cycle.outreach.first_response.clock import due, minutes_of, waited
from siklus.cycle.outreach.first_response.facts import (
    ResponseGiven,
    ResponseOverdue,
    ResponseTargetRemoved,
    ResponseTargetSet,
    ResponseUndone,
)
from siklus.cycle.outreach.first_response.models import FirstResponse, ResponseTarget
from siklus.cycle.outreach.first_response.queries import (
    first_contact,
    managers_of,
    stints_of,
    target_for,
    waiting,
)
from siklus.platform.accounts.models import User
from siklus.platform.accounts.tell import tell
from siklus.platform.i18n.formats import duration
from siklus.platform.journal.record import record
from siklus.platform.web.address import public_address
from siklus.records.deals.models import Deal, Kind, Pipeline
from siklus.records.fields.record import Refused, check_version

LONGEST_TARGET = 14_400  # minutes: 30 working days of 8 hours


class CannotSetTarget(Refused):
    """The target cannot be so."""


@transaction.atomic
def start_clock(*, deal: Deal, at: datetime) -> FirstResponse | None:
    """Start the clock of a new lead, from its creation on. Started twice, it stays. None: this is no lead."""
    if deal.kind != Kind.NEW or deal.merged_into_id:
        return None
    values = {
        "arrived_at": deal.created_at, "owner": deal.owner, "owner_since": deal.created_at,
        "target": target_for(deal.pipeline, deal.source),
    }  # fmt: skip
    FirstResponse.objects.get_or_create(deal=deal, defaults=values)
    return reckon(deal=deal, at=at)


@transaction.atomic
def reckon(*, deal: Deal, at: datetime) -> FirstResponse | None:
    """Look at the deal, its owners and its activities anew; whatever came in which order, the same comes out."""
    clock = FirstResponse.objects.select_for_update().filter(deal=deal).first()
    if clock is None:
        return None
    deal = Deal.objects.get(pk=deal.pk)
    was = clock.answered_at
    stints = stints_of(deal)
    touch = first_contact(deal)
    # Whoever was spoken to before they were put in here has not waited.
    clock.answered_at = max(touch.done_at, clock.arrived_at) if touch and touch.done_at else None
    clock.activity = touch
    clock.ended_at = deal.closed_at if clock.answered_at is None else None
    until = clock.answered_at or clock.ended_at
    then = [one for one in stints if until is None or one.start <= until]
    if then:
        clock.owner = then[-1].owner  # type: ignore[assignment]
        clock.owner_since = max(then[-1].start, clock.arrived_at)
    clock.due_at = None
    if clock.target is not None:
        clock.due_at = due(stints, clock.arrived_at, timedelta(minutes=clock.target))
    clock.waited = clock.owner_waited = None
    if until is not None:
        clock.waited = minutes_of(waited(stints, clock.arrived_at, until))
        clock.owner_waited = minutes_of(waited(stints, clock.owner_since, until))
    clock.save()
    if (was is None) != (clock.answered_at is None):
        _tell_journal(clock, deal, at)
    return clock


def _tell_journal(clock: FirstResponse, deal: Deal, at: datetime) -> None:
    mentions = {"deal": deal.pk, "company": deal.company_id, "contact": deal.contact_id}
    if clock.activity is None or clock.answered_at is None:
        record(ResponseUndone(deal=deal.pk), by=None, at=at, mentions=mentions)
        return
    fact = ResponseGiven(
        deal=deal.pk, activity=clock.activity.pk, owner=clock.owner_id, minutes=clock.waited or 0,
        target=clock.target, is_within=clock.is_within,
    )  # fmt: skip
    record(fact, by=clock.activity.owner, at=clock.answered_at, mentions=mentions)


def tell_overdue(*, at: datetime, limit: int = 100) -> int:
    """Tell owner and manager of every lead whose time has passed, once each. Tells how many."""
    late = FirstResponse.objects.filter(
        answered_at=None, ended_at=None, due_at__lte=at, told_at=None, deal__merged_into=None
    )
    return sum(_tell_one(pk, at) for pk in list(late.order_by("due_at").values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _tell_one(clock_id: int, at: datetime) -> bool:
    clock = FirstResponse.objects.select_for_update(of=("self",)).select_related("deal").get(pk=clock_id)
    if clock.told_at is not None or not clock.is_overdue(at) or clock.target is None:
        return False
    clock.told_at = at
    clock.save(update_fields=["told_at"])
    deal, owner = clock.deal, clock.deal.owner
    fact = ResponseOverdue(deal=deal.pk, owner=deal.owner_id, target=clock.target)
    mentions = {"deal": deal.pk, "company": deal.company_id, "contact": deal.contact_id}
    record(fact, by=None, at=at, mentions=mentions)
    state = waiting(clock, at)
    for person in {one.pk: one for one in [*([owner] if owner else []), *managers_of(owner)]}.values():
        with override(person.language):
            text = _("%(name)s waits for %(waited)s of working time; the target is %(target)s.") % {
                "name": deal.name, "waited": duration(state.minutes), "target": duration(clock.target),
            }  # fmt: skip
            whose = (
                _("It belongs to %(name)s.") % {"name": owner.name} if owner else _("It belongs to nobody.")
            )
            subject = _("Not answered yet: %(name)s") % {"name": deal.name}
            tell(person, subject, f"{text} {whose}\n\n{public_address(f'/deals/{deal.pk}/')}")
    return True


@transaction.atomic
def set_target(
    *, pipeline: Pipeline | None, source: str, minutes: int | None, by: User | None, at: datetime,
    expected_version: int | None = None,
) -> ResponseTarget:  # fmt: skip
    """Say how soon leads of a pipeline, a source, both or all are answered. Leads that came before keep theirs."""
    source = " ".join(source.split())
    if len(source) > 120:
        raise CannotSetTarget(_("Write at most %(count)s letters.") % {"count": 120}, field="source")
    if minutes is not None and not 1 <= minutes <= LONGEST_TARGET:
        raise CannotSetTarget(_("From one minute to 240 hours of working time."), field="minutes")
    rows = ResponseTarget.objects.select_for_update(of=("self",))
    row = rows.filter(pipeline=pipeline, source__iexact=source).first()
    if row is None:
        row = ResponseTarget(pipeline=pipeline, source=source, version=0, minutes=minutes)
    else:
        check_version(row, expected_version)  # type: ignore[arg-type]
        if row.minutes == minutes:
            return row
    row.minutes, row.updated_at = minutes, at
    row.version += 1
    row.save()
    fact = ResponseTargetSet(
        response_target=row.pk, pipeline=row.pipeline_id, source=row.source, minutes=row.minutes
    )
    record(fact, by=by, at=at)
    return row


@transaction.atomic
def drop_target(*, target: ResponseTarget, by: User | None, at: datetime) -> None:
    """The next wider row holds for these leads from now on."""
    row = ResponseTarget.objects.select_for_update(of=("self",)).filter(pk=target.pk).first()
    if row is None:
        return
    fact = ResponseTargetRemoved(response_target=row.pk, pipeline=row.pipeline_id, source=row.source)
    row.delete()
    record(fact, by=by, at=at)
