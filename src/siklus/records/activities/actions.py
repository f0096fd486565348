"""What can happen to an activity. Each keeps the deal's next activity and last touch in step."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.activities.facts import ActivityCancelled, ActivityDone, ActivityEdited, ActivityPlanned
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused, apply, check_version


class CannotChangeActivity(Refused):
    """The activity cannot be as asked."""


@transaction.atomic
def plan_activity(
    *,
    kind: str,
    subject: str,
    by: User | None,
    at: datetime,
    due_at: datetime | None,
    owner: User | None = None,
    deal: Deal | None = None,
    company: Company | None = None,
    contact: Contact | None = None,
    body: str = "",
    minutes: int | None = None,
    location: str = "",
) -> Activity:
    """Plan something to do; a meeting or call may say how long it takes and where it is."""
    activity = _new(kind, subject, body, owner or by, deal, company, contact, at)
    if kind == ActivityKind.NOTE:
        raise CannotChangeActivity(_("A note is written, not planned."), field="kind")
    activity.due_at, activity.minutes, activity.location = due_at, minutes, location
    _check(activity)
    activity.save()
    fact = ActivityPlanned(activity=activity.pk, kind=kind, subject=activity.subject, due_at=due_at)
    record(fact, by=by, at=at, mentions=_mentions(activity))
    update_deal(activity.deal_id)
    return activity


@transaction.atomic
def log_activity(
    *,
    kind: str,
    subject: str,
    by: User | None,
    at: datetime,
    done_at: datetime | None = None,
    owner: User | None = None,
    deal: Deal | None = None,
    company: Company | None = None,
    contact: Contact | None = None,
    body: str = "",
    outcome: str = "",
) -> Activity:
    """Write down something that happened, now or earlier."""
    activity = _new(kind, subject, body, owner or by, deal, company, contact, at)
    activity.outcome = outcome.strip()[:250]
    activity.done_at = done_at or at
    if activity.done_at > at:
        raise CannotChangeActivity(_("This moment is still to come. Plan it instead."), field="done_at")
    activity.save()
    _record_done(activity, by)
    update_deal(activity.deal_id, touched=activity)
    return activity


@transaction.atomic
def finish_activity(
    *,
    activity: Activity,
    by: User | None,
    at: datetime,
    outcome: str = "",
    body: str | None = None,
    expected_version: int | None = None,
) -> Activity:
    """What was planned is done."""
    activity = _locked(activity, expected_version)
    if activity.done_at is not None:
        return activity
    activity.done_at = at
    activity.outcome = outcome.strip()[:250]
    if body is not None:
        activity.body = body
    _touch(activity, at)
    activity.save()
    _record_done(activity, by)
    update_deal(activity.deal_id, touched=activity)
    return activity


EDITABLE = ("subject", "body", "due_at", "owner", "kind", "outcome", "minutes", "location")


@transaction.atomic
def edit_activity(
    *, activity: Activity, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> Activity:
    """Change or postpone an activity."""
    activity = _locked(activity, expected_version)
    changes = apply(activity, values, editable=EDITABLE)
    if not changes:
        return activity
    _check(activity)
    _touch(activity, at)
    activity.save()
    plain = tuple(
        change._replace(old=str(change.old or ""), new=str(change.new or ""))
        if change.field == "owner"
        else change
        for change in changes
    )
    record(ActivityEdited(activity=activity.pk, changes=plain), by=by, at=at, mentions=_mentions(activity))
    update_deal(activity.deal_id)
    return activity


@transaction.atomic
def cancel_activity(
    *, activity: Activity, by: User | None, at: datetime, expected_version: int | None = None
) -> Activity:
    """Drop what was planned."""
    activity = _locked(activity, expected_version)
    if not activity.is_planned:
        raise CannotChangeActivity(_("This is done or dropped already."))
    activity.cancelled_at = at
    _touch(activity, at)
    activity.save()
    fact = ActivityCancelled(activity=activity.pk, subject=activity.subject)
    record(fact, by=by, at=at, mentions=_mentions(activity))
    update_deal(activity.deal_id)
    return activity


def _new(
    kind: str, subject: str, body: str, owner: User | None, deal: Deal | None, company: Company | None,
    contact: Contact | None, at: datetime,
) -> Activity:  # fmt: skip
    activity = Activity(
        kind=kind, subject=subject, body=body, owner=owner, deal=deal,
        company_id=company.pk if company else (deal.company_id if deal else None),
        contact_id=contact.pk if contact else (deal.contact_id if deal else None),
        created_at=at, updated_at=at,
    )  # fmt: skip
    _check(activity)
    return activity


def _check(activity: Activity) -> None:
    if activity.kind not in ActivityKind.values:
        raise CannotChangeActivity(
            _("“%(kind)s” is not a kind of activity.") % {"kind": activity.kind}, field="kind"
        )
    if activity.minutes is not None and not 5 <= activity.minutes <= 960:
        raise CannotChangeActivity(_("It takes from five minutes to sixteen hours."), field="minutes")
    activity.location = activity.location.strip()
    if len(activity.location) > 500:
        raise CannotChangeActivity(_("Write the place in at most 500 letters."), field="location")
    activity.subject = " ".join(activity.subject.split())[:250]
    if not activity.subject:
        first = activity.body.strip().split("\n", 1)[0][:80]
        activity.subject = first or str(ActivityKind(activity.kind).label)


def _locked(activity: Activity, expected_version: int | None) -> Activity:
    fresh = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    check_version(fresh, expected_version)  # type: ignore[arg-type]
    return fresh


def _touch(activity: Activity, at: datetime) -> None:
    activity.version += 1
    activity.updated_at = at


def _record_done(activity: Activity, by: User | None) -> None:
    fact = ActivityDone(
        activity=activity.pk, kind=activity.kind, subject=activity.subject, body=activity.body,
        outcome=activity.outcome, owner=activity.owner_id,
    )  # fmt: skip
    record(fact, by=by, at=activity.done_at or activity.created_at, mentions=_mentions(activity))


def _mentions(activity: Activity) -> dict[str, int | None]:
    return {"deal": activity.deal_id, "company": activity.company_id, "contact": activity.contact_id}


def update_deal(deal_id: int | None, *, touched: Activity | None = None) -> None:
    """Keep the next activity and the last touch on the deal itself: lists and boards read them there."""
    if deal_id is None:
        return
    following = (
        Activity.objects.filter(deal_id=deal_id, done_at=None, cancelled_at=None)
        .order_by(F("due_at").asc(nulls_last=True), "id")
        .first()
    )
    values: dict[str, Any] = {
        "next_at": following.due_at if following else None,
        "next_kind": following.kind if following else "",
        "next_subject": following.subject if following else "",
    }
    if touched is not None and touched.is_touch:
        latest = Deal.objects.values_list("last_touch_at", flat=True).get(pk=deal_id)
        if touched.done_at and (latest is None or touched.done_at > latest):
            values["last_touch_at"] = touched.done_at
    Deal.objects.filter(pk=deal_id).update(**values)
