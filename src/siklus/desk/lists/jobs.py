"""Bulk changes of more records than one request should hold: ordered here, run by a worker chunk by chunk."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.desk.filters.columns import RECORDS
from siklus.desk.lists.changes import Tally, change_each, change_for
from siklus.desk.models import BulkChange, BulkStatus
from siklus.desk.verbs.answers import REFUSALS, sentence
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.journal.record import through
from siklus.records.companies.queries import companies_for
from siklus.records.contacts.queries import contacts_for
from siklus.records.deals.queries import deals_for

CHUNK = 200
STALE = timedelta(minutes=2)
WORKING = (BulkStatus.QUEUED, BulkStatus.RUNNING)


def change_title(what: str, count: int) -> str:
    """What will happen to how many, with the value still to follow."""
    said = {"count": formats.number(count)}
    if what == "owner":
        return ngettext("Give %(count)s record to", "Give %(count)s records to", count) % said
    if what == "stage":
        return ngettext("Move %(count)s deal to", "Move %(count)s deals to", count) % said
    if what == "sequence":
        return ngettext("Put %(count)s person into", "Put %(count)s people into", count) % said
    return ngettext("Tags of %(count)s record", "Tags of %(count)s records", count) % said


def changes_of(viewer: User) -> QuerySet[BulkChange]:
    """The door: what somebody ordered is for them to look at. The ids are for the worker alone."""
    return BulkChange.objects.filter(by=viewer).defer("ids").order_by("-id")


def order_bulk_change(
    *, kind: str, what: str, asked: dict[str, str], ids: list[int], by: User, at: datetime
) -> BulkChange:
    """Note what shall happen to which records, for the next free worker. Raises Refused.

    The records are those that match now, not those that will match when their turn comes.
    """
    from siklus.desk.lists.tasks import run_bulk

    change = change_for(by, RECORDS[kind], what, asked)
    ordered = BulkChange.objects.create(
        by=by, kind=kind, what=what, asked=asked, label=change.label[:200], ids=ids, total=len(ids),
        created_at=at, heartbeat_at=at,
    )  # fmt: skip
    run_bulk.enqueue(ordered.pk)
    return ordered


def run_bulk_change(change_id: int) -> None:
    """Do what is left. Safe to run twice, also at once: a chunk and its place are committed together."""
    ids = BulkChange.objects.filter(pk=change_id).values_list("ids", flat=True).first() or []
    while _chunk(change_id, ids):
        pass


@transaction.atomic
def _chunk(change_id: int, ids: list[int]) -> bool:
    """Change the next records; False when nothing is left to do."""
    ordered = BulkChange.objects.select_for_update(of=("self",)).select_related("by").defer("ids")
    one = ordered.filter(pk=change_id, status__in=WORKING).first()
    if one is None:
        return False
    user, some = one.by, ids[one.done : one.done + CHUNK]
    tally = Tally(one.changed, one.same, Counter(one.refused))
    with translation.override(user.language), timezone.override(user.zone), through("job"):
        try:
            # Whoever ordered it may have left, or lost sight of records, since.
            if not (user.is_active and user.can_work_deals):
                one.status, one.message = BulkStatus.STOPPED, _("This user may not change records any more.")
            elif some:
                verb = change_for(user, RECORDS[one.kind], one.what, one.asked)
                _change_some(user, RECORDS[one.kind], some, verb.prepare(some, timezone.now()), tally)
        except REFUSALS as refusal:
            one.status, one.message = BulkStatus.STOPPED, sentence(refusal)
    now = timezone.now()
    one.changed, one.same, one.refused, one.heartbeat_at = tally.changed, tally.same, dict(tally.refused), now
    if one.status != BulkStatus.STOPPED:
        one.done += len(some)
        one.status = BulkStatus.DONE if one.done >= one.total else BulkStatus.RUNNING
    if one.status not in WORKING:
        one.finished_at = now
    one.save(
        update_fields=[
            "changed", "same", "refused", "heartbeat_at", "done", "status", "message", "finished_at",
        ]
    )  # fmt: skip
    return one.status in WORKING


def _change_some(user: User, record: str, ids: list[int], verb: Any, tally: Tally) -> None:
    doors: dict[str, Any] = {"deal": deals_for, "company": companies_for, "contact": contacts_for}
    found = list(doors[record](user).filter(pk__in=ids).order_by("id"))
    change_each(found, verb, tally)
    if gone := len(ids) - len(found):
        tally.refused[_("It is gone, or not yours to see any more.")] += gone
